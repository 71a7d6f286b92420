"""Rules about the files themselves."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ENGINE_MAY_IMPORT = {*sys.stdlib_module_names, "msgspec", "waitlist_app.engine", "waitlist_app.errors"}
PACKAGE_HOSTS = re.compile(r"registry[.]npmjs|pypi[.]org|python[h]osted|deb[.]debian")


def _imported_by(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            names.update(f"{node.module}.{alias.name}" for alias in node.names)
    return names


class TestTheEngine:
    @pytest.mark.parametrize("path", sorted((ROOT / "waitlist_app/engine").rglob("*.py")), ids=lambda path: path.stem)
    def test_imports_nothing_that_reads_or_writes(self, path):
        """What decides about seats depends on nothing that could change its mind."""
        strangers = {
            name
            for name in _imported_by(path)
            if name.split(".")[0] not in ENGINE_MAY_IMPORT and ".".join(name.split(".")[:2]) not in ENGINE_MAY_IMPORT
        }

        assert strangers == set()


class TestTheRepository:
    def test_names_no_package_host(self):
        """Packages come from wherever a machine is set up to get them."""
        listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
        paths = [ROOT / name for name in listed.split("\0") if name]

        naming = [
            str(path.relative_to(ROOT))
            for path in paths
            if path.is_file() and PACKAGE_HOSTS.search(path.read_text(encoding="utf-8", errors="ignore"))
        ]

        assert naming == []

    def test_locks_npm_and_not_bun(self):
        """Node comes from a Python package, so nothing else has to be installed."""
        assert sorted(path.name for path in (ROOT / "reflex.lock").iterdir()) == ["package-lock.json", "package.json"]
