"""`fairness`: order served against order asked, for one session."""

import argparse
import csv
import json
import sys
from dataclasses import asdict
from typing import Any

from waitlist_app.cli.files import add_organisation, opened
from waitlist_app.errors import InvalidInput
from waitlist_app.services.report_fairness import FairnessReport, report_fairness


def add_fairness(commands: Any) -> None:
    """Add `fairness` to the commands."""
    parser = commands.add_parser("fairness", help="list who was seated before an eligible earlier entry, and why")
    parser.add_argument("session", help="the code of the session")
    parser.add_argument("--format", choices=("csv", "json"), default="csv")
    add_organisation(parser)
    parser.set_defaults(run=fairness)


def fairness(arguments: argparse.Namespace) -> int:
    """Print one line for each inversion, and on standard error how many there are."""
    with opened(arguments) as (product, actor):
        codes = product.work.read(actor, lambda reader: {s.rules.code: s.rules.id for s in reader.sessions()})
        if arguments.session not in codes:
            raise InvalidInput(f"No session has the code {arguments.session}.")
        report = report_fairness(work=product.work, actor=actor, session_id=codes[arguments.session])
    _write(report, arguments.format)
    print(f"{len(report.lines)} inversions.", file=sys.stderr)
    return 0


def _write(report: FairnessReport, form: str) -> None:
    if form == "json":
        print(json.dumps(asdict(report), default=str, indent=2))
        return
    writer = csv.writer(sys.stdout)
    writer.writerow(("session_code", "seated_at", "name", "passed", "reason", "approved_by", "approval"))
    for line in report.lines:
        passed = "; ".join(line.passed)
        seated_at = line.at.isoformat()
        writer.writerow((report.session, seated_at, line.name, passed, line.reason, line.approved_by, line.approval))
