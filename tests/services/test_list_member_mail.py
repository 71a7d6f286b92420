from datetime import UTC, datetime
from typing import Any

import pytest

from waitlist_app.errors import NotAllowed
from waitlist_app.services.actors import Actor, Role
from waitlist_app.services.identities import Purpose
from waitlist_app.services.list_member_mail import MemberMailRow, list_member_mail
from waitlist_app.services.member_mail import KeptMail

NOON = datetime(2026, 3, 12, 12, 0, tzinfo=UTC)
LINK = "https://waitlist.example.org/sign-in/abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQ"
HELENA = Actor(id="helena", name="Helena Brandt", role=Role.OWNER, org_id="acme", zone="Europe/London")


class Mailbox:
    """A mailbox of Acme with one mail."""

    def __init__(self, status="sent", error=""):
        self.asked = []
        self.mail = KeptMail(
            id="m1",
            purpose=Purpose.INVITATION,
            name="Carol Cane",
            email="carol@acme.example",
            status=status,
            written_at=NOON,
            text=f"See the invitation:\n{LINK}\n",
            error=error,
        )

    def mails(self, org_id, *, count):
        """Give the mail."""
        self.asked.append(org_id)
        return [self.mail]


class Snapshot:
    """A database at noon."""

    now = NOON

    def read(self, actor, unit):
        """Read at noon."""
        return unit(self)


def _list(mailbox, *, shows_links=True, actor=HELENA):
    work: Any = Snapshot()
    return list_member_mail(work=work, actor=actor, mailbox=mailbox, shows_links=shows_links)


class TestTheListOfMails:
    def test_shows_links_where_the_app_is_the_only_mailbox(self):
        """Without a mail service an owner passes invitations on."""
        mailbox = Mailbox()

        assert (_list(mailbox), mailbox.asked) == (
            (
                MemberMailRow(
                    id="m1",
                    name="Carol Cane",
                    email="carol@acme.example",
                    subject="An invitation",
                    status="Sent",
                    written="Today, 12:00",
                    link=LINK,
                ),
            ),
            ["acme"],
        )

    def test_shows_no_link_where_a_mail_service_takes_it(self):
        """A link belongs to whom it was mailed, to nobody else."""
        assert [row.link for row in _list(Mailbox(), shows_links=False)] == [""]

    @pytest.mark.parametrize(
        ("status", "error", "said"),
        [
            ("waiting", "", "Not sent yet"),
            ("waiting", "The mail service did not answer.", "Tried again soon. The mail service did not answer."),
            ("failed", "The mailbox does not exist.", "Not sent. The mailbox does not exist."),
            ("obsolete", "", "No longer wanted, not sent"),
        ],
    )
    def test_says_what_became_of_a_mail(self, status, error, said):
        """Whoever waits for an invitation can be told why, and a link that is not out yet is not shown."""
        assert [(row.status, row.link) for row in _list(Mailbox(status, error))] == [(said, "")]

    @pytest.mark.parametrize("role", [role for role in Role if role is not Role.OWNER])
    def test_is_for_owners_alone(self, role):
        """Whoever else reads a link could sign in as somebody else."""
        mailbox = Mailbox()

        with pytest.raises(NotAllowed):
            _list(mailbox, actor=Actor(id="bob", name="Bob", role=role, org_id="acme"))

        assert mailbox.asked == []
