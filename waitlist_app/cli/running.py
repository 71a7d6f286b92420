"""`migrate`, `seed`, `serve` and `jobs`: what an installation runs."""

import argparse
import asyncio
import signal
from typing import Any

from waitlist_app.bootstrap import build, migrate, seed
from waitlist_app.cli.members import first_link
from waitlist_app.jobs.run import run as run_jobs
from waitlist_app.serving import serve as serve_app
from waitlist_app.settings import load_settings


def add_running(commands: Any) -> None:
    """Add the commands."""
    commands.add_parser("migrate", help="bring the database to the newest schema").set_defaults(run=_migrate)
    commands.add_parser("seed", help="add a sample organisation to an empty database").set_defaults(run=_seed)
    serving = commands.add_parser("serve", help="serve the app on one port")
    serving.add_argument("--host")
    serving.add_argument("--port", type=int)
    serving.set_defaults(run=_serve)
    commands.add_parser("jobs", help="end offers and deliver mail, without serving").set_defaults(run=_jobs)


def _migrate(_arguments: argparse.Namespace) -> int:
    settings = load_settings()
    migrate(settings.migrate_database_url or settings.database_url)
    return 0


def _seed(_arguments: argparse.Namespace) -> int:
    print(seed(load_settings()))
    return 0


def _serve(arguments: argparse.Namespace) -> int:
    settings = load_settings()
    host, port = arguments.host or settings.host, arguments.port or settings.port
    product = build(settings)
    invitation = first_link(product)
    product.engine.dispose()
    serve_app(host, port, greeting=invitation)
    return 0


def _jobs(_arguments: argparse.Namespace) -> int:
    asyncio.run(_until_stopped())
    return 0


async def _until_stopped() -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stop.set)
    await run_jobs(build(load_settings()), stop)
