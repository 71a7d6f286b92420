"""What docs/security.md claims can be looked up."""

import re
from pathlib import Path

import pytest

from waitlist_app.auth import limits, web_sessions
from waitlist_app.services.identities import LINK_LASTS_FOR, Purpose
from waitlist_app.services.sign_in_refusals import SHORTEST_PASSWORD
from waitlist_app.services.team import ROLE_WORDS

ROOT = Path(__file__).resolve().parent.parent
TEXT = (ROOT / "docs/security.md").read_text(encoding="utf-8")
NAMED = sorted(set(re.findall(r"`((?:tests|waitlist_app)/[\w/]+\.py)`", TEXT)))


class TestTheSecurityDocument:
    @pytest.mark.parametrize("path", NAMED)
    def test_names_only_files_that_exist(self, path):
        """A reader can open every proof."""
        assert (ROOT / path).is_file()

    def test_names_every_test_of_signing_in(self):
        """Nothing that is shown is left out of the table."""
        shown = {path for path in NAMED if path.startswith("tests/auth/")}

        written = {path.relative_to(ROOT).as_posix() for path in (ROOT / "tests/auth").glob("test_*.py")}
        assert written - shown == set()

    def test_has_the_figures_of_the_code(self):
        """Hours, days and numbers of attempts are those that hold."""
        said = [
            f"{web_sessions.IDLE_FOR.total_seconds() / 3600:.0f} hours idle",
            f"{web_sessions.LASTS_FOR.days} days in all",
            f"{limits.PER_ACCOUNT} failures for an account and {limits.PER_ADDRESS} for an address",
            f"in {limits.WINDOW.total_seconds() / 60:.0f} minutes",
            (
                f"{LINK_LASTS_FOR[Purpose.SIGN_IN].total_seconds() / 60:.0f} minutes, invitations "
                f"{LINK_LASTS_FOR[Purpose.INVITATION].days} days"
            ),
            f"at least {SHORTEST_PASSWORD} characters",
        ]

        assert [words for words in said if words not in TEXT] == []

    def test_is_right_that_no_form_makes_a_platform_administrator(self):
        """An owner gives the roles of an organisation, and no other."""
        assert [role.value for role in ROLE_WORDS] == [
            "owner",
            "coordinator",
            "approver",
            "auditor",
            "manager",
            "employee",
        ]
