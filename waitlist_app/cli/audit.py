"""`audit`: export the record, check an exported one offline, or rebuild the roster from it."""

import argparse
import sys
from pathlib import Path
from typing import Any

from waitlist_app.bootstrap import csv_files, is_signed, record_signer
from waitlist_app.cli.files import add_organisation, opened
from waitlist_app.errors import InvalidInput
from waitlist_app.services.check_lottery import check_lottery
from waitlist_app.services.export_record import export_record
from waitlist_app.services.fold_record import fold_record
from waitlist_app.services.verify_record import verify_record
from waitlist_app.settings import load_settings


def add_audit(commands: Any) -> None:
    """Add `audit export`, `audit verify`, `audit fold` and `audit key` to the commands."""
    parser = commands.add_parser("audit", help="export the record, check an exported one, or rebuild the roster")
    acts = parser.add_subparsers(required=True, metavar="ACT")
    write = acts.add_parser("export", help="write the record of an organisation, with a signed seal at its end")
    write.add_argument("--out", type=Path, required=True, help="file to write (one entry a line)")
    add_organisation(write)
    write.set_defaults(run=export)
    check = acts.add_parser("verify", help="check every entry and the seal, and print the hash of the last entry")
    check.add_argument("file", type=Path)
    check.add_argument("--head", default="", help="a hash known from elsewhere that the record has to hold")
    check.add_argument("--key", default="", help="the public key that has to have signed; see `audit key`")
    check.set_defaults(run=verify)
    rebuild = acts.add_parser("fold", help="rebuild the roster from the record alone")
    rebuild.add_argument("file", type=Path)
    rebuild.add_argument("--out", type=Path, required=True)
    rebuild.set_defaults(run=fold)
    draw = acts.add_parser("lottery", help="repeat the draw of a session's lottery from the record alone")
    draw.add_argument("file", type=Path)
    draw.add_argument("session", help="the code of the session")
    draw.set_defaults(run=lottery)
    acts.add_parser("key", help="print the public key that exports of this installation are signed with").set_defaults(
        run=key
    )


def export(arguments: argparse.Namespace) -> int:
    """Write the record to a file, and print the hash of the last entry."""
    with opened(arguments) as (product, actor):
        data = export_record(work=product.work, actor=actor, signer=product.signer)
    _write(arguments.out, data)
    print(verify_record(data, is_signed=is_signed).head)
    return 0


def verify(arguments: argparse.Namespace) -> int:
    """Print the head's hash and give 0, or the first bad line and give 1."""
    expected = {"head": arguments.head.strip().lower(), "key": arguments.key.strip().lower()}
    try:
        seal = verify_record(_bytes(arguments.file), is_signed=is_signed, **expected)
    except InvalidInput as problem:
        print(f"{arguments.file.name}: {problem}")
        return 1
    print(seal.head)
    if not arguments.key:
        # Whoever writes a whole record anew can sign it with a key of their own.
        print(f"Signed with the key {seal.key}. With --key that is checked as well.", file=sys.stderr)
    return 0


def fold(arguments: argparse.Namespace) -> int:
    """Write the roster that the record leads to."""
    try:
        rows = fold_record(_bytes(arguments.file), is_signed=is_signed)
    except InvalidInput as problem:
        print(f"{arguments.file.name}: {problem}")
        return 1
    _write(arguments.out, csv_files().replay_roster_csv(rows))
    return 0


def lottery(arguments: argparse.Namespace) -> int:
    """Print the commitment, the seed and every lot in the order drawn and give 0, or what is wrong and give 1."""
    try:
        drawn = check_lottery(_bytes(arguments.file), is_signed=is_signed, session_code=arguments.session)
    except InvalidInput as problem:
        print(f"{arguments.file.name}: {problem}")
        return 1
    print(f"Committed to in line {drawn.committed_in}: {drawn.commitment}")
    print(f"Published in line {drawn.published_in}: {drawn.seed}")
    for place, (person, drew) in enumerate(drawn.lots, start=1):
        print(f"{place} {person} {drew}")
    return 0


def key(_arguments: argparse.Namespace) -> int:
    """Print the public key of this installation."""
    print(record_signer(load_settings()).public_key)
    return 0


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise InvalidInput(f"The file cannot be read: {error.strerror}.") from error


def _write(path: Path, data: bytes) -> None:
    try:
        path.write_bytes(data)
    except OSError as error:
        raise InvalidInput(f"The file {path} cannot be written: {error.strerror}.") from error
