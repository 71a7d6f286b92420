"""`python -m waitlist_app`: run, replay and verify from the command line."""

import argparse
import sys

from waitlist_app.cli.audit import add_audit
from waitlist_app.cli.backtest import add_backtest
from waitlist_app.cli.fairness import add_fairness
from waitlist_app.cli.files import add_files
from waitlist_app.cli.members import add_members
from waitlist_app.cli.replay import add_replay
from waitlist_app.cli.rules import add_rules
from waitlist_app.cli.running import add_running
from waitlist_app.errors import WaitlistError


def main(arguments: list[str] | None = None) -> int:
    """Run one command and give its exit code: 2 for input that cannot be used, with one clear line."""
    parser = argparse.ArgumentParser(prog="python -m waitlist_app", description="A waitlist and enrolment manager.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    add_running(commands)
    add_members(commands)
    add_files(commands)
    add_rules(commands)
    add_replay(commands)
    add_backtest(commands)
    add_audit(commands)
    add_fairness(commands)
    chosen = parser.parse_args(arguments)
    try:
        return int(chosen.run(chosen))
    except WaitlistError as error:
        print(error, file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
