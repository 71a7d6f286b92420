"""The mailbox."""

import pytest
from sqlalchemy import update

from tests.desk import INES, NOBODY, NOW, STRANGER, at, first_aid, member
from waitlist_app.errors import NotAllowed
from waitlist_app.repository.queries import MESSAGE
from waitlist_app.services.actors import Role
from waitlist_app.services.list_messages import SUBJECTS, list_messages
from waitlist_app.services.message_kinds import Kind
from waitlist_app.services.show_message import show_message
from waitlist_app.services.views import MessagePage, MessageRow


@pytest.fixture
def desk(sqlite_url):
    """Yield the desk in the middle of the story of First Aid at Work."""
    desk = first_aid(sqlite_url)
    yield desk
    desk.engine.dispose()


def became(desk, **values):
    """Let something become of the newest message, and give its row."""
    [newest, *_] = list_messages(work=desk.work, actor=INES)
    with desk.engine.begin() as connection:
        connection.execute(update(MESSAGE).where(MESSAGE.c.id == newest.id).values(**values))
    return list_messages(work=desk.work, actor=INES)[0]


class TestTheMailbox:
    def test_lists_what_was_written_to_whom_newest_first(self, desk):
        """A message that has no words yet says what it will be about."""
        newest, offer, *_ = list_messages(work=desk.work, actor=INES)

        assert (newest.kind, newest.to) == ("dropped", "viktor.ashdown@tarnwick.example")
        assert offer == MessageRow(
            id=offer.id,
            to="imani.vestergrove@tarnwick.example",
            subject="A seat is free for you",
            sent="Today, 10:00",
            status="Not sent yet",
            kind="offer",
        )

    @pytest.mark.parametrize(
        ("values", "status"),
        [
            ({"status": "sent", "sent_at": at("2026-03-12 10:22")}, "Sent"),
            ({"status": "failed", "error": "The mailbox does not exist."}, "Not sent. The mailbox does not exist."),
            ({"status": "obsolete"}, "No longer true, not sent"),
            ({"error": "The mail service is busy."}, "Tried again soon. The mail service is busy."),
            ({}, "Not sent yet"),
            ({"due_at": NOW}, "Not sent yet"),
            ({"due_at": at("2026-03-13 06:42")}, "Goes out Fri 13 Mar, 06:42, if it is still true then"),
            ({"due_at": at("2026-03-12 10:45"), "attempts": 1}, "Not sent yet"),
        ],
    )
    def test_says_what_became_of_a_message(self, desk, values, status):
        """A coordinator sees whether a mail arrived, and what went wrong."""
        assert became(desk, subject="Your seat", **values).status == status

    def test_opens_a_message_whole(self, desk):
        """The letter is shown as its reader has it."""
        row = became(
            desk,
            status="sent",
            sent_at=at("2026-03-12 10:22"),
            recipient="viktor@tarnwick.example",
            subject="Your seat was given up",
            html="<p>Hello Viktor</p>",
            text="Hello Viktor",
        )

        assert show_message(work=desk.work, actor=INES, message_id=row.id) == MessagePage(
            id=row.id,
            to="viktor@tarnwick.example",
            sender="Tarnwick Group",
            subject="Your seat was given up",
            sent="Thu 12 Mar 2026, 10:22 GMT",
            status="Sent",
            html="<p>Hello Viktor</p>",
            text="Hello Viktor",
        )

    def test_knows_what_every_kind_is_about(self):
        """No kind of message is without a subject."""
        assert set(SUBJECTS) == set(Kind)

    @pytest.mark.parametrize("actor", [NOBODY, STRANGER])
    def test_is_for_the_team_of_its_organisation(self, desk, actor):
        """Nobody else opens a letter."""
        [newest, *_] = list_messages(work=desk.work, actor=INES)

        with pytest.raises(NotAllowed):
            show_message(work=desk.work, actor=actor, message_id=newest.id)

    def test_is_not_listed_for_an_employee(self, desk):
        """An employee does not see what was written to others."""
        with pytest.raises(NotAllowed):
            list_messages(work=desk.work, actor=NOBODY)

    @pytest.mark.parametrize("role", [Role.APPROVER, Role.AUDITOR, Role.VISITOR])
    def test_keeps_the_link_of_an_offer_from_those_who_only_read(self, desk, role):
        """With it they could accept or decline in somebody's name, and it would look like them."""
        token = "k" * 43
        link = f"https://learning.example/offer/{token}"
        row = became(desk, subject="A seat is free", html=f'<a href="{link}">Accept</a>', text=f"Open {link} to accept")

        read = show_message(work=desk.work, actor=member("Olu Stern", role), message_id=row.id)
        whole = show_message(work=desk.work, actor=INES, message_id=row.id)

        assert token not in f"{read}"
        assert (read.hides_link, read.text) == (True, "Open https://learning.example/offer/… to accept")
        assert (whole.hides_link, whole.text) == (False, f"Open {link} to accept")
