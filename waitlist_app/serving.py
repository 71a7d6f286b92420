"""Builds the pages when their sources changed and serves the app on one port."""

import hashlib
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from reflex_base.plugins import Plugin

ROOT = Path(__file__).resolve().parent.parent
STAMP_NAME = "waitlist-build.sha256"

_LOOPBACK_NAMES = ("127.0.0.1", "localhost")
_SOURCE_SUFFIXES = {".py", ".js", ".jsx", ".css", ".json", ".svg", ".png", ".ico", ".woff2", ".txt", ".webmanifest"}
_GENERATED_FOLDERS = {"__pycache__", "external"}
_ENDPOINT = re.compile(r"""(["'`])(http|ws)s?://[^/"'`]+(/[^"'`]*)\1""")


class SameOriginPlugin(Plugin):
    """Makes the built pages call the origin which served them.

    Reflex writes one fixed backend address into the pages. Page and backend are one server here, so the
    address the browser already uses is always the right one: behind any proxy, on any port, without a new build.
    """

    def post_build(self, **context: Any) -> None:
        """Rewrite the endpoint addresses in the built scripts.

        Raises:
            RuntimeError: If the script with the addresses was not found, so that a change in Reflex is seen at once.
        """
        static_dir = Path(context["static_dir"])
        scripts = sorted(static_dir.rglob("reflex-env-*.js"))
        changed = sum(_rewrite_endpoints(script) for script in scripts)
        if not changed:
            message = "The built pages hold no endpoint addresses where Reflex 0.10.1 writes them."
            raise RuntimeError(message)


def _rewrite_endpoints(script: Path) -> int:
    def at_this_origin(found: re.Match[str]) -> str:
        origin = "location.origin" if found[2] == "http" else 'location.origin.replace("http","ws")'
        return f'({origin}+"{found[3]}")'

    text, count = _ENDPOINT.subn(at_this_origin, script.read_text(encoding="utf-8"))
    script.write_text(text, encoding="utf-8")
    return count


def allowed_origins(app_url: str) -> list[str]:
    """Return the origins a browser may call from: the app's own, and for this machine both of its names."""
    parts = urlsplit(app_url)
    names = _LOOPBACK_NAMES if parts.hostname in _LOOPBACK_NAMES else (parts.hostname,)
    port = f":{parts.port}" if parts.port else ""
    return [f"{parts.scheme}://{name}{port}" for name in names]


def serve(host: str = "127.0.0.1", port: int = 8000, *, greeting: str = "") -> None:
    """Serve pages and live updates on one port, in one process, until it is told to stop.

    The pages are built first when their sources changed since the last build. Nothing is fetched from the
    network when the packages of an earlier build are in place. `greeting` is printed last, where it is seen.
    """
    os.environ.update(HOST=host, PORT=str(port))  # rxconfig.py reads them, here and in the worker
    build_pages()

    from reflex.utils import exec as reflex_exec
    from reflex_base.config import get_config
    from reflex_base.constants import Env
    from reflex_base.environment import environment

    environment.REFLEX_ENV_MODE.set(Env.PROD)
    environment.REFLEX_SKIP_COMPILE.set(True)
    print(f"The waitlist is open at http://{host}:{port} (stop it with Ctrl+C).", flush=True)
    if greeting:
        print(greeting, flush=True)
    reflex_exec.run_backend_prod(host, port, get_config().loglevel.subprocess_level(), mount_frontend_compiled_app=True)


def build_pages(*, again: bool = False) -> bool:
    """Build the pages if a source changed since the last build, or if `again`, and return whether it did.

    Raises:
        SystemExit: If the build failed; its own messages were printed before.
    """
    _prepare_environment()
    stamp = _web_dir() / STAMP_NAME
    digest = sources_digest()
    is_current = stamp.is_file() and stamp.read_text(encoding="ascii") == digest and _has_built_pages()
    if is_current and not again:
        return False
    print("Building the pages (about half a minute the first time).", flush=True)
    command = [sys.executable, "-m", "reflex", "export", "--frontend-only", "--no-zip"]
    environment = {**os.environ, "NPM_CONFIG_REGISTRY": _npm_registry()}
    if subprocess.run(command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, check=False).returncode:
        message = "The pages could not be built. The lines above say why."
        raise SystemExit(message)
    stamp.write_text(digest, encoding="ascii")
    return True


def _npm_registry() -> str:
    # Otherwise Reflex asks several hosts which is the quickest, and passes over the one this machine is set up for.
    command = ["npm", "config", "get", "registry"]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()


def sources_digest() -> str:
    """Return a fingerprint of everything the built pages are made from."""
    digest = hashlib.sha256()
    for path in _source_files():
        digest.update(f"{path.relative_to(ROOT).as_posix()}\0".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _source_files() -> Iterator[Path]:
    yield ROOT / "rxconfig.py"
    yield ROOT / "requirements.lock"
    for folder in ("waitlist_app", "assets", "reflex.lock"):
        for path in sorted((ROOT / folder).rglob("*")):
            is_generated = _GENERATED_FOLDERS.intersection(path.relative_to(ROOT).parts)
            if path.is_file() and path.suffix in _SOURCE_SUFFIXES and not is_generated:
                yield path


def _web_dir() -> Path:
    return ROOT / os.environ.get("REFLEX_WEB_WORKDIR", ".web")


def _has_built_pages() -> bool:
    return (_web_dir() / "build" / "client" / "index.html").is_file()


def _prepare_environment() -> None:
    os.environ["REFLEX_TELEMETRY_ENABLED"] = "false"
    os.environ["REFLEX_CHECK_LATEST_VERSION"] = "false"
    os.environ["REFLEX_USE_NPM"] = "true"
    os.environ.setdefault("NODE_USE_SYSTEM_CA", "1")  # npm trusts the certificates which this machine trusts
    # Node comes with the virtual environment, which need not be activated.
    folder = str(Path(sys.executable).parent)
    paths = os.environ.get("PATH", "").split(os.pathsep)
    if paths[:1] != [folder]:
        os.environ["PATH"] = os.pathsep.join([folder, *paths])
