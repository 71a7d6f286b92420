"""Scenarios of letter C, reminders, through the use cases and over both databases."""

from collections.abc import Callable, Iterator
from datetime import datetime, time, timedelta
from typing import Any

import pytest

from tests.desk import INES, at
from tests.scenarios.mailroom import Mailroom
from waitlist_app.engine.commands import RequestSeat, StopClock
from waitlist_app.engine.model import Terms, WorkingHours
from waitlist_app.errors import TryAgain
from waitlist_app.repository.database import open_database
from waitlist_app.services.acting import carry_out
from waitlist_app.services.answer_offer import answer_offer
from waitlist_app.services.extend_offer import extend_offer
from waitlist_app.services.list_messages import list_messages
from waitlist_app.services.ports import MailboxMessage, PersonDetails, Transaction
from waitlist_app.services.refresh_offer import refresh_offer
from waitlist_app.services.show_evidence import show_evidence
from waitlist_app.services.show_offer import show_offer
from waitlist_app.services.take_back_approval import take_back_approval

HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)
DEADLINE = at("2026-03-13 10:42")
REMINDED = DEADLINE - 4 * HOUR
"""Friday, 06:42."""


@pytest.fixture
def opened(database_url: str) -> Iterator[Callable[..., Mailroom]]:
    """Give a way to open First Aid at an instant, with the proposal for Imani; a reminder goes out before the end."""
    rooms: list[Mailroom] = []

    def open_at(now: str = "2026-03-12 10:42", **rules) -> Mailroom:
        room = Mailroom(database_url, at(now))
        rooms.append(room)
        usual: dict[str, Any] = {"reminder_window": 4 * HOUR}
        room.open_first_aid(**(usual | rules))
        return room

    yield open_at
    for room in rooms:
        room.engine.dispose()
        room.work.engine.dispose()


@pytest.fixture
def desk(opened: Callable[..., Mailroom]) -> Mailroom:
    """Give the desk with the offer to Imani made and mailed: until Friday, 10:42."""
    desk = opened()
    desk.approve_imani()
    desk.deliver()
    return desk


def reminders(desk: Mailroom) -> list[tuple[str, datetime | None]]:
    """Say what became of each reminder, oldest first, and when it was sent."""
    return [(mail.status, mail.sent_at) for mail in desk.mails("reminder")]


def deliver_every(desk: Mailroom, by: timedelta, *, until: datetime) -> None:
    """Let the worker look again and again."""
    while desk.clock.now() < until:
        desk.later(by)
        desk.deliver()


class TestAReminder:
    def test_goes_out_at_its_instant_and_not_a_second_before(self, desk: Mailroom):
        """Friday, 06:42:00, however often the worker looks before and after."""
        desk.clock.set(REMINDED - SECOND)
        desk.deliver()
        before = reminders(desk)
        desk.clock.set(REMINDED)
        desk.deliver()
        desk.deliver()
        deliver_every(desk, HOUR, until=DEADLINE)

        assert before == [("waiting", None)]
        assert reminders(desk) == [("sent", REMINDED)]

    def test_says_by_when_and_carries_a_link_that_acts(self, desk: Mailroom):
        """Either mail can be answered; the first link is not replaced by the second."""
        desk.clock.set(REMINDED)
        desk.deliver()
        first, second = desk.tokens[-2:]
        page = show_offer(work=desk.work, token=first)
        said = answer_offer(work=desk.work, token=second, answer="accept")

        (mail,) = desk.mails("reminder")
        assert mail.person.name == "Imani"
        assert "Please answer by\nFriday 13 March 2026, 10:42\nLondon time (GMT), 4 hours from now" in mail.text
        assert f"https://learning.tarnwick.example/offer/{second}" in mail.text.splitlines()
        assert (page.state, said.state, desk.standing()["Imani"]) == ("open", "seated", "confirmed")

    @pytest.mark.parametrize("answer", ["accept", "decline"])
    def test_is_not_sent_to_somebody_who_has_answered(self, desk: Mailroom, answer: str):
        """Nobody is asked for what they have said."""
        answer_offer(work=desk.work, token=desk.tokens[-1], answer=answer)
        deliver_every(desk, HOUR, until=DEADLINE)

        assert reminders(desk) == [("obsolete", None)]

    def test_is_not_sent_after_the_end_by_a_worker_that_was_away(self, desk: Mailroom):
        """A second before the deadline it still helps; at the deadline it would be untrue."""
        desk.clock.set(DEADLINE)
        desk.deliver()

        assert reminders(desk) == [("obsolete", None)]

    def test_is_sent_late_while_the_offer_runs(self, desk: Mailroom):
        """The worker comes back a second before the end."""
        desk.clock.set(DEADLINE - SECOND)
        desk.deliver()

        assert reminders(desk) == [("sent", DEADLINE - SECOND)]

    def test_is_sent_again_for_a_new_deadline_and_not_for_the_old_one(self, desk: Mailroom):
        """A day more on Thursday: nothing on Friday morning, one reminder on Saturday morning."""
        desk.later(HOUR)
        extend_offer(work=desk.work, actor=INES, registration_id="imani-faw", by=24 * HOUR, reason="On leave")
        deliver_every(desk, HOUR / 2, until=DEADLINE + 24 * HOUR)

        assert reminders(desk) == [("obsolete", None), ("sent", at("2026-03-14 06:42"))]

    def test_that_was_sent_is_followed_by_one_for_the_new_deadline(self, desk: Mailroom):
        """Imani was reminded, asked for a day more, and is reminded of that day."""
        deliver_every(desk, HOUR / 2, until=REMINDED + HOUR)
        extend_offer(work=desk.work, actor=INES, registration_id="imani-faw", by=24 * HOUR, reason="On leave")
        deliver_every(desk, HOUR / 2, until=DEADLINE + 24 * HOUR)

        assert reminders(desk) == [("sent", REMINDED), ("sent", REMINDED + 24 * HOUR)]

    def test_goes_out_once_however_often_the_link_is_sent_anew(self, desk: Mailroom):
        """Before it and after it: the deadline is the same."""
        for _ in range(2):
            refresh_offer(work=desk.work, actor=INES, registration_id="imani-faw")
            deliver_every(desk, HOUR, until=REMINDED + HOUR)

        assert [status for status, _ in reminders(desk)] == ["sent"]

    def test_waits_for_no_clock_that_stands(self, desk: Mailroom):
        """The mail came back: nothing ends on Friday, so nothing is to be reminded of."""
        stop = StopClock(session_id="faw", registration_id="imani-faw", offer_number=1, reason="No such mailbox.")
        desk.do(stop)
        deliver_every(desk, HOUR, until=DEADLINE)

        assert reminders(desk) == [("obsolete", None)]

    def test_is_of_the_deadline_that_a_late_mail_gave(self, opened: Callable[..., Mailroom]):
        """Handed over three hours late, the offer runs until 13:42, and the reminder goes out at 09:42."""
        desk = opened()
        desk.approve_imani()
        desk.later(3 * HOUR)
        desk.deliver()
        deliver_every(desk, HOUR / 2, until=DEADLINE + 3 * HOUR)

        assert reminders(desk) == [("obsolete", None), ("sent", at("2026-03-13 09:42"))]

    def test_is_not_sent_for_an_approval_that_was_undone(self, opened: Callable[..., Mailroom]):
        """Imani has heard nothing of it, and hears nothing."""
        desk = opened()
        desk.approve_imani()
        take_back_approval(work=desk.work, actor=INES, registration_id="imani-faw")
        deliver_every(desk, HOUR, until=DEADLINE)

        assert [mail.person.name for mail in desk.mails("offer") if mail.status == "sent"] == []
        assert reminders(desk) == [("obsolete", None)]

    def test_is_tried_again_when_the_mail_service_was_away(self, desk: Mailroom):
        """In the same words."""

        class Away:
            keeps_mail = False

            def send(self, **_message: str) -> None:
                raise TryAgain("The line is dead.")

        desk.clock.set(REMINDED)
        desk.deliver(Away())
        desk.later(timedelta(minutes=1))
        desk.deliver()

        assert reminders(desk) == [("sent", REMINDED + timedelta(minutes=1))]

    def test_stands_in_the_mailbox_with_its_hour(self, desk: Mailroom):
        """A coordinator sees that it will go out, and that it went."""
        before = [row for row in list_messages(work=desk.work, actor=INES) if row.kind == "reminder"]
        desk.clock.set(REMINDED)
        desk.deliver()
        after = [row for row in list_messages(work=desk.work, actor=INES) if row.kind == "reminder"]

        said = "Goes out Fri 13 Mar, 06:42, if it is still true then"
        assert [(row.subject, row.status) for row in before] == [("The seat is still kept for you", said)]
        assert [(row.to, row.status) for row in after] == [("imani@tarnwick.example", "Sent")]

    def test_survives_a_restart(self, desk: Mailroom, database_url: str):
        """It is kept in the database, and whichever worker looks next sends it."""
        desk.engine.dispose()
        desk.engine = open_database(database_url)
        desk.clock.set(REMINDED)
        desk.deliver()

        assert reminders(desk) == [("sent", REMINDED)]


class TestAReminderForSomebodyElse:
    def test_goes_to_the_participant_with_a_link_and_to_whoever_asked_without(self, opened: Callable[..., Mailroom]):
        """Rafe nominated Oona, and hears that she has not answered."""
        desk = opened()

        def nominate(tx: Transaction) -> None:
            rafe, kim = (
                tx.find_or_add_person(PersonDetails(employee_id=name, name=name, email=f"{name.lower()}@x.example"))
                for name in ("Rafe", "Kim")
            )
            command = RequestSeat(
                session_id="faw",
                registration_id="kim-faw",
                person_id=kim,
                requested_at=tx.now,
                terms=Terms(requester_id=rafe),
            )
            carry_out(tx, command)

        desk.act(nominate)
        desk.drop("imani-faw")
        desk.drop("oona-faw")
        desk.approve("kim-faw")
        desk.deliver()
        deliver_every(desk, HOUR, until=DEADLINE)

        mails = {mail.person.name: mail for mail in desk.mails("reminder")}
        assert {name: mail.status for name, mail in mails.items()} == {"Kim": "sent", "Rafe": "sent"}
        assert "/offer/" in mails["Kim"].text
        assert "/offer/" not in mails["Rafe"].text
        assert mails["Rafe"].subject == "Kim has not answered an offer yet: First Aid at Work"
        assert "It is open until Friday 13 March 2026, 10:42, London time (GMT)." in _in_one_line(mails["Rafe"])


class TestTheInstant:
    @pytest.mark.parametrize(
        ("now", "day", "reminded", "deadline", "subject"),
        [
            (
                "2026-03-28 11:00",
                ("2026-04-20 08:00", "2026-04-20 15:00"),
                "2026-03-29 01:15",
                "Sunday 29 March 2026, 13:00\nBerlin time (CEST)",
                "Sun 29 March, 13:00 CEST",
            ),
            (
                "2026-10-24 10:00",
                ("2026-11-20 08:00", "2026-11-20 15:00"),
                "2026-10-25 00:15",
                "Sunday 25 October 2026, 11:00\nBerlin time (CET)",
                "Sun 25 October, 11:00 CET",
            ),
        ],
        ids=["spring", "autumn"],
    )
    def test_scenario_042_comes_once_in_the_night_when_the_clocks_change(  # noqa: PLR0917 - a table
        self, opened: Callable[..., Mailroom], now, day, reminded, deadline, subject
    ):
        """In Berlin, 24 hours from Saturday noon.

        Due at what would be 02:15: in spring that hour is skipped, and the mail comes at 03:15; in autumn it comes
        twice, and the mail comes the first time only.
        """
        rules = {"zone": "Europe/Berlin", "reminder_window": at(now) + 24 * HOUR - at(reminded)}
        desk = opened(now, day=day, **rules)
        desk.approve_imani()
        desk.deliver()
        deliver_every(desk, timedelta(minutes=15), until=at(now) + 24 * HOUR)

        (mail,) = desk.mails("reminder")
        assert (mail.status, mail.sent_at) == ("sent", at(reminded))
        assert f"Please answer by\n{deadline}" in mail.text
        assert mail.subject == f"The seat is still kept for you: First Aid at Work, please answer by {subject}"
        assert desk.offer().expires_at == at(now) + 24 * HOUR

    def test_is_counted_back_from_a_deadline_in_working_hours(self, opened: Callable[..., Mailroom]):
        """Friday 19:00 for four hours ends on Monday at 11:00; an hour before is 10:00."""
        hours = WorkingHours(zone="UTC", opens=time(8), closes=time(20))
        desk = opened("2026-03-13 19:00", working_hours=hours, offer_window=4 * HOUR, reminder_window=HOUR)
        desk.approve_imani()
        desk.deliver()
        deliver_every(desk, HOUR, until=at("2026-03-16 11:00"))

        assert reminders(desk) == [("sent", at("2026-03-16 10:00"))]

    def test_is_counted_back_from_a_deadline_at_the_cut_off(self, opened: Callable[..., Mailroom]):
        """The cut-off, on Wednesday at 09:00, leaves 15 hours; the hour that is told before approving is kept."""
        desk = opened("2026-03-24 18:00", cut_off_window=24 * HOUR)
        proposal_id = desk.proposal_of("imani-faw")
        told = show_evidence(work=desk.work, actor=INES, proposal_id=proposal_id)
        desk.approve_imani()
        desk.deliver()
        deliver_every(desk, HOUR, until=at("2026-03-25 09:00"))

        assert "Reminder Wed 25 Mar, 05:00." in told.deadline_detail
        assert reminders(desk) == [("sent", at("2026-03-25 05:00"))]

    def test_is_none_where_the_offer_is_no_longer_than_that(self, opened: Callable[..., Mailroom]):
        """An offer of four hours with a reminder four hours before its end would be two mails at once."""
        desk = opened(offer_window=4 * HOUR)
        desk.approve_imani()
        desk.deliver()
        deliver_every(desk, HOUR, until=at("2026-03-12 14:42"))

        assert reminders(desk) == []


def _in_one_line(mail: MailboxMessage) -> str:
    return " ".join(mail.text.split())
