"""`import` and `export`: sessions, requests, places and rosters as files."""

import argparse
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from waitlist_app.bootstrap import Product, build
from waitlist_app.cli.paths import bytes_of
from waitlist_app.errors import InvalidInput
from waitlist_app.services.actors import Actor
from waitlist_app.services.export_roster import export_roster
from waitlist_app.services.import_places import import_places
from waitlist_app.services.import_requests import import_requests
from waitlist_app.services.import_sessions import import_sessions
from waitlist_app.services.views import ImportReport
from waitlist_app.settings import load_settings

_LISTED: Final = 20
"""Problems that are printed one by one."""


def add_files(commands: Any) -> None:
    """Add `import` and `export` to the commands."""
    importing = commands.add_parser("import", help="add sessions, requests or existing places from a file (CSV)")
    kinds = importing.add_subparsers(required=True, metavar="KIND")
    sessions = kinds.add_parser("sessions", help="sessions with their capacity and times")
    sessions.add_argument("--meetings", type=Path, help="file of their meetings (CSV)")
    sessions.add_argument("--zero-is-unlimited", action="store_true", help="read capacity 0 as no limit")
    sessions.set_defaults(run=_import_sessions)
    requests = kinds.add_parser("requests", help="requests for seats, with the time at which each was made")
    requests.set_defaults(run=_import_requests)
    places = kinds.add_parser("places", help="seats and places in line that people have elsewhere already")
    places.add_argument("--reason", default="", help="why what passes over somebody, or goes beyond a limit, is right")
    places.set_defaults(run=_import_places)
    for kind in (sessions, requests, places):
        kind.add_argument("file", type=Path)
        kind.add_argument("--apply", action="store_true", help="save; without it, only say what would happen")
        kind.add_argument("--all-or-nothing", action="store_true", help="save nothing if a line has a problem")
        add_organisation(kind)
    exporting = commands.add_parser("export", help="write the roster: seats, offers and the lines in their order")
    exporting.add_argument("--out", type=Path, required=True, help="file to write (CSV)")
    exporting.add_argument("--session", default="", metavar="CODE", help="only this session")
    add_organisation(exporting)
    exporting.set_defaults(run=_export)


def add_organisation(parser: argparse.ArgumentParser) -> None:
    """Let a command be told which organisation it is about."""
    parser.add_argument("--organisation", "--org", metavar="NAME", help="needed when there are several")


def _import_sessions(arguments: argparse.Namespace) -> int:
    with opened(arguments) as (product, actor):
        report = import_sessions(
            work=product.work,
            files=product.files,
            actor=actor,
            data=bytes_of(arguments.file),
            file_name=arguments.file.name,
            meetings=bytes_of(arguments.meetings) if arguments.meetings else None,
            dry_run=not arguments.apply,
            all_or_nothing=arguments.all_or_nothing,
            zero_is_unlimited=arguments.zero_is_unlimited,
        )
    return _told(report, arguments)


def _import_requests(arguments: argparse.Namespace) -> int:
    with opened(arguments) as (product, actor):
        report = import_requests(
            work=product.work,
            files=product.files,
            actor=actor,
            data=bytes_of(arguments.file),
            file_name=arguments.file.name,
            dry_run=not arguments.apply,
            all_or_nothing=arguments.all_or_nothing,
        )
    return _told(report, arguments)


def _import_places(arguments: argparse.Namespace) -> int:
    with opened(arguments) as (product, actor):
        report = import_places(
            work=product.work,
            files=product.files,
            actor=actor,
            data=bytes_of(arguments.file),
            file_name=arguments.file.name,
            reason=arguments.reason,
            dry_run=not arguments.apply,
            all_or_nothing=arguments.all_or_nothing,
        )
    return _told(report, arguments)


def _export(arguments: argparse.Namespace) -> int:
    with opened(arguments) as (product, actor):
        session_id = session_id_of(product, actor, arguments.session) if arguments.session else ""
        data = export_roster(work=product.work, files=product.files, actor=actor, session_id=session_id)
    try:
        arguments.out.write_bytes(data)
    except OSError as error:
        raise InvalidInput(f"The file {arguments.out} cannot be written: {error.strerror}.") from error
    print(f"Written to {arguments.out}.")
    return 0


@contextmanager
def opened(arguments: argparse.Namespace) -> Generator[tuple[Product, Actor]]:
    """Open the database of this installation, as what acts in the organisation that is meant."""
    product = build(load_settings())
    try:
        yield product, _actor(product, arguments.organisation)
    finally:
        product.engine.dispose()


def _told(report: ImportReport, arguments: argparse.Namespace) -> int:
    """Print the report, and give 1 when it was to be applied and was not."""
    for problem in report.problems[:_LISTED]:
        where = f"{report.file_name}, line {problem.line}"
        column = f", {problem.column}" if problem.column else ""
        print(f"{where}{column}: {problem.why}", file=sys.stderr)
    if len(report.problems) > _LISTED:
        print(f"… and {len(report.problems) - _LISTED} more.", file=sys.stderr)
    print(report.sentence)
    return 0 if report.is_applied == arguments.apply else 1


def _actor(product: Product, wanted: str | None) -> Actor:
    found = [a for a in product.work.organisations() if wanted is None or wanted in {a.org_id, a.organisation}]
    if len(found) == 1:
        return found[0]
    if not found:
        raise InvalidInput("There is no such organisation.")
    names = ", ".join(sorted(actor.organisation for actor in found))
    raise InvalidInput(f"There are several organisations. Name one with --organisation: {names}.")


def session_id_of(product: Product, actor: Actor, code: str) -> str:
    """Give the id of the session with a code, or raise `InvalidInput`."""
    sessions = product.work.read(actor, lambda reader: reader.sessions())
    session_id = next((session.rules.id for session in sessions if session.rules.code == code), None)
    if session_id is None:
        raise InvalidInput(f"No session has the code {code}.")
    return session_id
