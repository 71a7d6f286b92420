from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update
from sqlmodel import Session

from waitlist_app.auth.secret_tokens import hash_token
from waitlist_app.clock import SetClock
from waitlist_app.errors import TryAgain
from waitlist_app.notifications.member_letters import MemberComposer
from waitlist_app.repository.browsers import MEMBER
from waitlist_app.repository.database import open_database
from waitlist_app.repository.identities import Identities
from waitlist_app.repository.member_outbox import MAIL, SqlMemberOutbox, add_member_mail
from waitlist_app.repository.tables import Member, Organisation
from waitlist_app.services.identities import Purpose
from waitlist_app.services.member_mail import deliver_member_mail

NOON = datetime(2026, 3, 12, 12, 0, tzinfo=UTC)
TOKEN = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQ"


class FakeMailer:
    """A provider that keeps what it was handed, or is away."""

    keeps_mail = False

    def __init__(self):
        self.sent = []
        self.is_away = False

    def send(self, *, key, recipient, subject, html, text, calendar=""):
        """Take a mail."""
        if self.is_away:
            raise TryAgain("The mail service did not answer.")
        self.sent.append((recipient, subject, text))


class Desk:
    """An outbox of Acme, whose owner is Alice, and everything that hands over what is in it."""

    def __init__(self, url):
        self.engine = open_database(url)
        self.clock = SetClock(NOON)
        self.mailer = FakeMailer()
        self.store = Identities(self.engine)
        with Session(self.engine) as rows:
            rows.add(Organisation(id="acme", name="Acme", zone="Europe/Berlin", created_at=NOON))
            rows.flush()
            rows.add(Member(org_id="acme", id="alice", name="Alice Ash", email="alice@acme.example", role="owner"))
            rows.commit()

    def ask(self, purpose=Purpose.SIGN_IN):
        """Ask for a mail to Alice."""
        with self.engine.begin() as connection:
            add_member_mail(
                connection,
                org_id="acme",
                member_id="alice",
                purpose=purpose,
                now=self.clock.now(),
                invited_by="Bob Birch",
            )

    def deliver(self):
        """Hand over what is due."""
        return deliver_member_mail(
            outbox=SqlMemberOutbox(self.engine),
            mailer=self.mailer,
            compose=MemberComposer(app_url="https://waitlist.example.org", questions_to="help@acme.example"),
            make_token=lambda: TOKEN,
            clock=self.clock,
        )

    def stored(self):
        """Return the rows as status, attempts and text."""
        with self.engine.begin() as connection:
            return [tuple(row) for row in connection.execute(select(MAIL.c.status, MAIL.c.attempts, MAIL.c.text))]


@pytest.fixture
def desk(database_url):
    """Yield a desk at noon."""
    desk = Desk(database_url)
    yield desk
    desk.engine.dispose()


class TestAMailWithALink:
    def test_goes_to_the_member_and_its_link_works(self, desk):
        """The mail carries a link that is bound to its member and purpose."""
        desk.ask()

        count = desk.deliver()

        [(recipient, subject, text)] = desk.mailer.sent
        assert (count, recipient, subject) == (1, "alice@acme.example", "Sign in to Acme")
        assert f"https://waitlist.example.org/sign-in/{TOKEN}" in text
        link = desk.store.link(hash_token(TOKEN))
        assert link
        assert (link.purpose, link.member.member_id, link.expires_at, link.is_over) == (
            Purpose.SIGN_IN,
            "alice",
            NOON + timedelta(minutes=15),
            False,
        )

    def test_leaves_no_secret_behind(self, desk):
        """Once the mail is out, whoever reads the database finds no link in it."""
        desk.ask()

        desk.deliver()

        [(status, _, text)] = desk.stored()
        assert (status, TOKEN in text, "/sign-in/…" in text) == ("sent", False, True)

    def test_waits_once_however_often_it_is_asked_for(self, desk):
        """Pressing the button five times sends one mail."""
        for _ in range(5):
            desk.ask()

        assert (desk.deliver(), len(desk.mailer.sent)) == (1, 1)

    def test_is_sent_again_in_the_same_words_when_the_service_was_away(self, desk):
        """A mail that could not be handed over follows, and its link is the one that is kept."""
        desk.ask(Purpose.INVITATION)
        desk.mailer.is_away = True
        desk.deliver()
        waiting = desk.stored()
        desk.mailer.is_away = False
        desk.clock.set(NOON + timedelta(minutes=1))

        desk.deliver()

        [(status, attempts, text)] = waiting
        assert (status, attempts, desk.mailer.sent) == (
            "waiting",
            1,
            [("alice@acme.example", "You are invited to the waitlist of Acme", text)],
        )

    @pytest.mark.parametrize(
        ("purpose", "change"),
        [(Purpose.SIGN_IN, {"removed_at": NOON}), (Purpose.INVITATION, {"joined_at": NOON})],
        ids=["to somebody removed", "of somebody who has joined"],
    )
    def test_is_not_sent_when_it_is_no_longer_true(self, desk, purpose, change):
        """Nobody gets a link who should not have one."""
        desk.ask(purpose)
        with desk.engine.begin() as connection:
            connection.execute(update(MEMBER).values(**change))

        desk.deliver()

        assert (desk.mailer.sent, desk.stored()) == ([], [("obsolete", 0, "")])

    def test_is_not_sent_a_quarter_of_an_hour_late(self, desk):
        """Whoever wanted to sign in then does not need a dead link now."""
        desk.ask()
        desk.clock.set(NOON + timedelta(minutes=15))

        desk.deliver()

        assert (desk.mailer.sent, desk.stored()) == ([], [("obsolete", 0, "")])
