from dataclasses import replace
from datetime import UTC, datetime

import pytest

from waitlist_app.notifications.member_letters import MemberComposer
from waitlist_app.services.actors import Role
from waitlist_app.services.identities import Purpose
from waitlist_app.services.member_mail import MemberMailFacts, Notice

COMPOSE = MemberComposer(app_url="https://waitlist.example.org", questions_to="help@acme.example")
TOKEN = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQ"


def _facts(purpose):
    return MemberMailFacts(
        id="m1",
        purpose=purpose,
        asked_at=datetime(2026, 3, 12, 12, 0, tzinfo=UTC),
        written_at=datetime(2026, 3, 12, 12, 0, tzinfo=UTC),
        organisation="Acme <Training>",
        zone="Europe/Berlin",
        name="Alice Ash",
        email="alice@acme.example",
        role=Role.APPROVER,
        invited_by="Bob Birch",
    )


SIGN_IN = """\
Acme <Training>

Hello Alice

Sign in to Acme <Training>

The link works once, until
Thursday 12 March 2026, 13:15
Berlin time (CET), 15 minutes from now

Sign in:
https://waitlist.example.org/sign-in/abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQ

Opening the page changes nothing. The link works once, in the browser in
which you press the button there.

It was not you?
Then you can delete this mail. Without the button nothing happens, and
nobody learns that you got it.

--\x20
For alice@acme.example only, please do not pass the link on. Questions:
help@acme.example.
"""


ESCALATED = """\
Acme <Training>

Hello Alice

2 proposals wait for your decision

The oldest since: Monday 9 March 2026, 12:30

Open the inbox:
https://waitlist.example.org/inbox

Opening it decides nothing.

Why do I get this?
You are the deputy of Acme <Training> for proposals that nobody decides
in time. Seats stay free until somebody decides.

--\x20
For the deputy of Acme <Training>. Questions: help@acme.example.
"""


class TestAMailToADeputy:
    def test_says_how_many_proposals_wait_and_since_when(self):
        """It names nobody who waits; the inbox does, for those who may see it."""
        facts = replace(_facts(Notice.ESCALATION), escalated=2, oldest_at=datetime(2026, 3, 9, 11, 30, tzinfo=UTC))

        written = COMPOSE(facts, token="")

        assert (written.recipient, written.subject, written.token) == (
            "alice@acme.example",
            "Acme <Training>: 2 proposals wait for your decision",
            "",
        )
        assert written.text == ESCALATED

    def test_says_since_when_the_only_one_waits(self):
        """With one proposal there is no oldest."""
        facts = replace(_facts(Notice.ESCALATION), escalated=1, oldest_at=datetime(2026, 3, 9, 11, 30, tzinfo=UTC))

        written = COMPOSE(facts, token="")

        assert written.subject == "Acme <Training>: 1 proposal waits for your decision"
        assert "\nSince: Monday 9 March 2026, 12:30\n" in written.text


class TestAMailToAMember:
    def test_says_until_when_its_link_works(self):
        """The time stands in the organisation's zone, and what the button does before it is pressed."""
        written = COMPOSE(_facts(Purpose.SIGN_IN), token=TOKEN)

        assert written.text == SIGN_IN

    @pytest.mark.parametrize(
        ("purpose", "subject", "says"),
        [
            (
                Purpose.INVITATION,
                "You are invited to the waitlist of Acme <Training>",
                "Bob Birch invites you to the waitlist of Acme <Training>, as an approver.",
            ),
            (
                Purpose.PASSWORD_RESET,
                "Set a new password for Acme <Training>",
                "Every browser in which you are signed in now is signed out.",
            ),
        ],
    )
    def test_says_what_it_is_for(self, purpose, subject, says):
        """Whoever gets it knows from whom and what the link will do."""
        written = COMPOSE(_facts(purpose), token=TOKEN)

        assert written.subject == subject
        assert says in " ".join(written.text.split())

    def test_keeps_names_from_becoming_markup(self):
        """An organisation's name is shown, never run."""
        written = COMPOSE(_facts(Purpose.SIGN_IN), token=TOKEN)

        assert ("Acme &lt;Training&gt;" in written.html, "<Training>" in written.html) == (True, False)
