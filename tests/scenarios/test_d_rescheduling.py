"""Scenarios 55 and 60 to 63 where a session is moved, through the use cases and over both databases."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from icalendar import Calendar
from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from tests.desk import INES, NOBODY, at
from tests.scenarios.mailroom import Mailroom
from waitlist_app.engine import refusals
from waitlist_app.engine.model import Mode, SilenceRule, StandingApproval, Status
from waitlist_app.errors import InvalidInput, NotAllowed
from waitlist_app.repository.rows import MESSAGE, SEAT_TIME
from waitlist_app.services.act_on_behalf import accept_on_behalf, leave_on_behalf
from waitlist_app.services.answer_offer import answer_offer
from waitlist_app.services.answer_seat import answer_seat, keep_on_behalf
from waitlist_app.services.cancel_session import cancel_session
from waitlist_app.services.new_times import NewTimes, Question
from waitlist_app.services.note_payment import note_payment
from waitlist_app.services.ports import MeetingDetails
from waitlist_app.services.preview_reschedule import Clash, Findings, preview_reschedule
from waitlist_app.services.reschedule_session import reschedule_session
from waitlist_app.services.sentences import tell
from waitlist_app.services.show_offer import show_offer
from waitlist_app.services.show_seat import show_seat
from waitlist_app.services.sweep_offers import sweep_offers
from waitlist_app.services.views import OtherSeat

WEDNESDAY, THURSDAY = ("2026-03-25 09:00", "2026-03-25 12:00"), ("2026-03-26 11:00", "2026-03-26 15:00")
RELEASES = Question(on_silence=SilenceRule.RELEASE)


def times(*spans: tuple[str, str], where: str = "Leeds") -> NewTimes:
    """Give meetings, `(start, end)` in UTC, and the place."""
    meetings = (MeetingDetails(starts_at=at(start), ends_at=at(end), location=where) for start, end in spans)
    return NewTimes(meetings=tuple(meetings), location=where)


@pytest.fixture
def desk(database_url: str) -> Iterator[Mailroom]:
    """Open First Aid of five seats on Wednesday, in which three wait, and Abrasive Wheels on Thursday."""
    desk = Mailroom(database_url)
    desk.tokens = []
    desk.session("FAW", WEDNESDAY, title="First Aid at Work", capacity=5)
    desk.session("ABW", THURSDAY, title="Abrasive Wheels", where="Hull", capacity=2)
    for name in ("Ana", "Bo", "Cleo", "Dan", "Eve", "Finn", "Gus", "Hana"):
        desk.clock.set(desk.clock.now() + timedelta(seconds=1))
        desk.ask(name, "faw")
    yield desk
    desk.engine.dispose()


def move(desk: Mailroom, wanted: NewTimes | None = None, *, session_id: str = "faw", **rest: Any) -> str:
    """Move First Aid to Thursday morning, or to where it is wanted."""
    wanted = wanted or times(("2026-03-26 09:00", "2026-03-26 12:00"))
    return reschedule_session(
        work=desk.work, actor=INES, session_id=session_id, wanted=wanted, reason="The trainer is ill", **rest
    )


def send(desk: Mailroom) -> None:
    """Hand over every mail there is; one claim takes ten."""
    for _ in range(4):
        desk.deliver()


def sweep(desk: Mailroom) -> None:
    """Let the clock end what is due."""
    [system] = desk.work.organisations()
    sweep_offers(work=desk.work, actor=system)


def standing(desk: Mailroom, session_id: str = "faw") -> dict[str, str]:
    """Say who stands where, by first name, in the order in which they asked or wait."""
    roster = desk.read(lambda reader: reader.roster(session_id))
    names = {e.registration.id: e.person.name for e in desk.read(lambda reader: reader.registrations(session_id))}
    rows = sorted(roster.registrations.values(), key=lambda one: one.arrival)
    said = {
        "confirmed": " ".join(names[r.id] for r in rows if r.status is Status.CONFIRMED),
        "offered": " ".join(names[r.id] for r in rows if r.status is Status.OFFERED),
        "waiting": " ".join(names[r.id] for r in roster.line()),
    }
    return {status: people for status, people in said.items() if people}


def told(desk: Mailroom, session_id: str = "faw") -> list[str]:
    """Give what the record of a session tells, oldest first."""
    _, acts = desk.read(lambda reader: reader.record(session_id=session_id, count=100))
    return [f"{one.who} {one.what}" for one in (tell(act, "Europe/London") for act in reversed(acts))]


def held(desk: Mailroom, registration_id: str) -> list[tuple[str, bool]]:
    """Give the times at which a seat is held, as the database guards them, and whether its guard is lifted."""
    query = select(SEAT_TIME.c.starts_at, SEAT_TIME.c.is_waived).where(SEAT_TIME.c.registration_id == registration_id)
    with desk.engine.connect() as connection:
        return [(f"{row.starts_at:%d %H:%M}", row.is_waived) for row in connection.execute(query)]


class TestMovingASession:
    def test_scenario_055_lists_the_clashes_before_anything_is_saved(self, desk: Mailroom) -> None:
        """Bo has a seat in both, Finn waits here and has a seat there; nothing is kept of the look."""
        desk.ask("Bo", "abw")
        desk.ask("Finn", "abw")

        found = preview_reschedule(
            work=desk.work,
            actor=INES,
            session_id="faw",
            wanted=times(("2026-03-26 09:00", "2026-03-26 12:00")),
            reason="The trainer is ill",
        )

        there: dict[str, Any] = {
            "other_session_id": "abw",
            "other": "Abrasive Wheels, ABW",
            "other_when": "Thu 26 Mar 2026, 11:00 – 15:00 GMT",
            "other_stands": "confirmed",
        }
        assert found == Findings(
            clashes=(
                Clash(
                    registration_id="bo-faw",
                    name="Bo",
                    stands="confirmed",
                    follows="Keeps both seats, on the word of this act.",
                    **there,
                ),
                Clash(
                    registration_id="finn-faw",
                    name="Finn",
                    stands="waiting",
                    follows="Is skipped here, with the place kept, while the seat in ABW is at the same time.",
                    **there,
                ),
            ),
            ended=(),
            told=8,
            asked=5,
            answer_by=desk.clock.now() + timedelta(days=3),
            proposed=(),
        )
        assert desk.read(lambda reader: reader.session("faw")).starts_at == at("2026-03-25 09:00")
        assert desk.mails("changed") == []

    def test_scenario_055_keeps_places_and_order_and_asks_people_to_confirm_again(self, desk: Mailroom) -> None:
        """Five keep their seats, three their places in their order; everybody is told once, five are asked."""
        desk.ask("Bo", "abw")
        desk.ask("Finn", "abw")

        answer = move(desk)
        send(desk)

        assert answer == (
            "FAW is on Thu 26 Mar 2026, 09:00 – 12:00 GMT now. 8 people are told. "
            "5 seats have to be confirmed again by Sun 15 Mar 2026, 10:42 GMT."
        )
        assert standing(desk) == {"confirmed": "Ana Bo Cleo Dan Eve", "waiting": "Finn Gus Hana"}
        mails = desk.mails("changed")
        assert sorted(mail.person.name for mail in mails) == ["Ana", "Bo", "Cleo", "Dan", "Eve", "Finn", "Gus", "Hana"]
        asked = sorted(mail.person.name for mail in mails if "confirm your seat again" in mail.subject)
        assert asked == ["Ana", "Bo", "Cleo", "Dan", "Eve"]
        assert (held(desk, "bo-faw"), held(desk, "bo-abw")) == ([("26 09:00", True)], [("26 11:00", False)])
        assert held(desk, "ana-faw") == [("26 09:00", False)]
        bo = desk.read(lambda reader: reader.registration("bo-faw")).registration
        finn = desk.read(lambda reader: reader.registration("finn-faw")).registration
        assert "Ines Calder signed moving the session." in told(desk)
        assert (bool(bo.waiver), finn.conflicts) == (True, ("abw",))

    def test_scenario_055_has_a_calendar_file_that_takes_the_place_of_the_earlier_one(self, desk: Mailroom) -> None:
        """The same id with a higher sequence, at the new instants."""
        send(desk)
        move(desk, times(("2026-03-30 08:00", "2026-03-30 11:00")))
        send(desk)

        files = [next(m for m in desk.mails(kind) if m.person.name == "Ana") for kind in ("confirmed", "changed")]
        first, second = (_calendars(desk, message.id)[0] for message in files)

        assert (first["uid"], int(first["sequence"])) == (second["uid"], 0)
        assert (int(second["sequence"]), second["dtstart"].dt.isoformat()) == (1, "2026-03-30T09:00:00+01:00")

    def test_takes_a_day_off_the_calendar_that_it_has_no_more(self, desk: Mailroom) -> None:
        """Two days become one, and later one more: the second is called off by its id while it is gone."""
        move(desk, times(("2026-03-27 09:00", "2026-03-27 12:00"), ("2026-03-28 09:00", "2026-03-28 12:00")))
        move(desk, times(("2026-03-30 08:00", "2026-03-30 11:00")))
        send(desk)

        ana = next(m for m in desk.mails("changed") if m.person.name == "Ana" and m.status == "sent")
        assert [str(event["status"]) for event in _calendars(desk, ana.id)] == ["CONFIRMED", "CANCELLED"]

    def test_scenario_055_gives_silent_seats_back_only_where_the_rule_says_so(self, desk: Mailroom) -> None:
        """At the date itself, exclusive, by the same sweep as every other thing that comes due."""
        move(desk, question=RELEASES)
        for name in ("ana", "bo", "cleo"):
            keep_on_behalf(work=desk.work, actor=INES, registration_id=f"{name}-faw")
        desk.clock.set(desk.clock.now() + timedelta(days=3) - timedelta(seconds=1))
        sweep(desk)
        before = standing(desk)

        desk.clock.set(desk.clock.now() + timedelta(seconds=1))
        sweep(desk)

        assert before == {"confirmed": "Ana Bo Cleo Dan Eve", "waiting": "Finn Gus Hana"}
        assert standing(desk) == {"confirmed": "Ana Bo Cleo", "waiting": "Finn Gus Hana"}
        assert desk.proposed() == ["Finn", "Gus"]
        assert "The clock ended the wait for answers: 2 seats come back." in told(desk)
        assert "Dan did not confirm the seat again and is out." in told(desk)
        send(desk)
        assert sorted(mail.person.name for mail in desk.mails("unanswered")) == ["Dan", "Eve"]

    def test_scenario_055_keeps_silent_seats_by_default(self, desk: Mailroom) -> None:
        """Nobody loses a seat by not reading a mail."""
        move(desk)

        desk.clock.set(desk.clock.now() + timedelta(days=4))
        sweep(desk)

        assert standing(desk) == {"confirmed": "Ana Bo Cleo Dan Eve", "waiting": "Finn Gus Hana"}

    def test_follows_the_rule_of_the_session(self, desk: Mailroom) -> None:
        """A session can say that silence gives seats back; the act need not say it then."""
        desk.session("ADR", ("2026-04-14 09:00", "2026-04-14 12:00"), on_silence=SilenceRule.RELEASE)
        desk.ask("Ivo", "adr")

        move(desk, times(("2026-04-21 09:00", "2026-04-21 12:00")), session_id="adr")
        desk.clock.set(desk.clock.now() + timedelta(days=3))
        sweep(desk)

        assert standing(desk, "adr") == {}

    def test_asks_until_the_cut_off_where_three_days_are_too_long(self, desk: Mailroom) -> None:
        """Whoever is told late still has a date before the session."""
        move(desk, times(("2026-03-14 09:00", "2026-03-14 12:00")))

        asking = desk.read(lambda reader: reader.session("faw")).rules.asking

        assert asking is not None
        assert asking.by == at("2026-03-14 09:00")

    def test_asks_nobody_where_the_coordinator_does_not(self, desk: Mailroom) -> None:
        """Another room on the same day needs no answer; people are told all the same."""
        answer = move(desk, times(WEDNESDAY, where="York"), question=None)

        assert answer == "FAW is on Wed 25 Mar 2026, 09:00 – 12:00 GMT now. 8 people are told."
        send(desk)
        assert {mail.subject for mail in desk.mails("changed")} == {
            "New date or place: First Aid at Work, Wed 25 March"
        }

    def test_tells_only_of_the_latest_times(self, desk: Mailroom) -> None:
        """A mail that has not gone when the session moves again never goes."""
        move(desk)
        move(desk, times(("2026-03-27 09:00", "2026-03-27 12:00")))

        send(desk)

        sent = [mail for mail in desk.mails("changed") if mail.status == "sent"]
        assert sorted(mail.person.name for mail in sent) == ["Ana", "Bo", "Cleo", "Dan", "Eve", "Finn", "Gus", "Hana"]

    def test_over_a_night_when_the_clock_changes_compares_instants(self, desk: Mailroom) -> None:
        """Sunday 29 March begins at GMT and is BST from one o'clock: 02:30 to 04:00 in London is 01:30 to 03:00 UTC."""
        desk.session("NIGHT", ("2026-03-29 00:30", "2026-03-29 01:30"), title="Night Watch", capacity=9)
        desk.ask("Ana", "night")
        desk.ask("Bo", "night")
        wanted: dict[str, Any] = {"work": desk.work, "actor": INES, "session_id": "faw", "reason": "The trainer is ill"}

        after = preview_reschedule(wanted=times(("2026-03-29 01:30", "2026-03-29 03:00")), **wanted)
        into = preview_reschedule(wanted=times(("2026-03-29 01:29", "2026-03-29 03:00")), **wanted)

        assert after.clashes == ()
        assert [(one.name, one.other_when) for one in into.clashes] == [
            ("Ana", "Sun 29 Mar 2026, 00:30 – 02:30 GMT"),
            ("Bo", "Sun 29 Mar 2026, 00:30 – 02:30 GMT"),
        ]

    def test_lets_who_was_skipped_have_a_seat_when_the_clash_ends(self, desk: Mailroom) -> None:
        """Both sessions settle: Finn was skipped here for a seat there, Ana there for a seat here."""
        desk.session("LAD", WEDNESDAY, title="Ladders", capacity=1)
        for name in ("Finn", "Ana"):
            desk.ask(name, "lad")
        desk.drop("bo-faw")
        assert desk.proposed() == ["Gus"]

        move(desk, times(("2026-03-27 09:00", "2026-03-27 12:00")))

        assert desk.proposed() == ["Finn"]
        roster = desk.read(lambda reader: reader.roster("lad"))
        assert [entry.conflicts for entry in roster.line()] == [()]

    @pytest.mark.parametrize(
        ("wanted", "field"),
        [
            (times(), "meetings"),
            (times(WEDNESDAY), "meetings"),
            (times(("2026-03-27 09:00", "2026-03-27 09:00")), "meetings"),
            (times(("2026-03-27 09:00", "2026-03-27 12:00"), ("2026-03-27 11:59", "2026-03-27 13:00")), "meetings"),
        ],
    )
    def test_refuses_times_that_are_none(self, desk: Mailroom, wanted: NewTimes, field: str) -> None:
        """No meeting, the same as before, one without length, two at once."""
        with pytest.raises(InvalidInput) as refused:
            move(desk, wanted)

        assert refused.value.field == field

    def test_is_for_those_who_edit_sessions_and_have_a_reason(self, desk: Mailroom) -> None:
        """Nobody else moves or looks, and nothing is moved for no reason."""
        wanted: dict[str, Any] = {"work": desk.work, "session_id": "faw", "wanted": times(THURSDAY), "reason": " "}

        for act in (reschedule_session, preview_reschedule):
            with pytest.raises(NotAllowed):
                act(actor=NOBODY, **wanted)
            with pytest.raises(refusals.ReasonMissing):
                act(actor=INES, **wanted)


def _calendars(desk: Mailroom, message_id: str) -> list[Any]:
    """Read the events of the calendar file that went with a message."""
    with desk.engine.connect() as connection:
        text = str(connection.scalar(select(MESSAGE.c.calendar).where(MESSAGE.c.id == message_id)))
    return list(Calendar.from_ical(text).walk("VEVENT"))


class TestTheLink:
    def test_shows_the_question_and_acts_only_on_an_answer(self, desk: Mailroom) -> None:
        """Looking twice changes nothing; keeping the seat is done once and stays."""
        move(desk, question=RELEASES)
        token = self._token(desk, "Ana")

        pages = [show_seat(work=desk.work, token=token) for _ in range(2)]
        kept = answer_seat(work=desk.work, token=token, answer="keep")
        again = answer_seat(work=desk.work, token=token, answer="give_up")

        assert [page.state for page in (*pages, kept, again)] == ["open", "open", "kept", "kept"]
        assert pages[0].say == (
            "Please answer by Sunday 15 March, 10:42, London time. Without an answer the seat goes to the next person."
        )
        assert (pages[0].title, pages[0].when, pages[0].where) == (
            "First Aid at Work",
            "Thu 26 March 2026, 09:00 – 12:00 GMT",
            "Leeds",
        )
        assert "Ana confirmed the seat again." in told(desk)

    def test_gives_the_seat_up(self, desk: Mailroom) -> None:
        """A no drops the seat at once, and the next is proposed."""
        move(desk)
        token = self._token(desk, "Ana")

        page = answer_seat(work=desk.work, token=token, answer="give_up")

        assert (page.state, page.heading) == ("closed", "You gave the seat up")
        assert page.say.startswith("It goes to the next person in line.")
        assert standing(desk)["confirmed"] == "Bo Cleo Dan Eve"
        assert desk.proposed() == ["Finn"]

    def test_of_an_earlier_move_acts_no_more(self, desk: Mailroom) -> None:
        """A yes to Thursday is no yes to Friday."""
        move(desk)
        token = self._token(desk, "Ana")
        move(desk, times(("2026-03-27 09:00", "2026-03-27 12:00")))

        page = answer_seat(work=desk.work, token=token, answer="keep")

        assert (page.state, page.heading) == ("closed", "The session was moved again")
        assert desk.read(lambda reader: reader.registration("ana-faw")).registration.answer_by is not None

    def test_that_nobody_made_leads_nowhere(self, desk: Mailroom) -> None:
        """It says that and nothing else, and answers nothing."""
        assert show_seat(work=desk.work, token="made-up").state == "unknown"
        with pytest.raises(NotAllowed):
            answer_seat(work=desk.work, token="made-up", answer="keep")
        with pytest.raises(InvalidInput):
            answer_seat(work=desk.work, token="made-up", answer="perhaps")

    def test_says_that_silence_keeps_the_seat_where_it_does(self, desk: Mailroom) -> None:
        """So that nobody worries."""
        move(desk)

        page = show_seat(work=desk.work, token=self._token(desk, "Ana"))

        assert page.say.endswith("Without an answer you keep your seat.")

    def test_says_why_a_seat_is_gone(self, desk: Mailroom) -> None:
        """Nobody has to ask the training team for what is no secret."""
        move(desk, question=RELEASES)
        token = self._token(desk, "Ana")
        desk.clock.set(desk.clock.now() + timedelta(days=3))
        sweep(desk)

        silent = show_seat(work=desk.work, token=token)

        assert (silent.state, silent.heading) == ("closed", "You no longer have this seat")
        assert silent.say == "It was not confirmed in time, so it goes to the next person in line."

    def test_says_that_a_session_does_not_take_place(self, desk: Mailroom) -> None:
        """There is no seat left to keep, and no next person."""
        move(desk)
        token = self._token(desk, "Ana")
        cancel_session(work=desk.work, actor=INES, session_id="faw", reason="The trainer is ill")

        page = show_seat(work=desk.work, token=token)

        assert (page.state, page.heading) == ("closed", "This session does not take place")

    def _token(self, desk: Mailroom, name: str) -> str:
        """Deliver, and give the secret in the link of somebody's mail."""
        send(desk)
        mail = next(mail for mail in desk.mails("changed") if mail.person.name == name and mail.status == "sent")
        return mail.text.partition("/seat/")[2].split()[0]


class TestOnBehalf:
    def test_staff_take_both_answers_down(self, desk: Mailroom) -> None:
        """The record says whose wish it was, and who took it down."""
        move(desk)

        kept = keep_on_behalf(work=desk.work, actor=INES, registration_id="ana-faw")
        leave_on_behalf(work=desk.work, actor=INES, registration_id="bo-faw", reason="Cannot come on Thursday")

        assert kept == "Ana keeps the seat. You confirmed it on their behalf."
        assert "Ines Calder confirmed the seat again on behalf of Ana." in told(desk)
        assert standing(desk)["confirmed"] == "Ana Cleo Dan Eve"

    def test_is_for_those_who_edit(self, desk: Mailroom) -> None:
        """Nobody else answers for somebody."""
        with pytest.raises(NotAllowed):
            keep_on_behalf(work=desk.work, actor=NOBODY, registration_id="ana-faw")


@pytest.fixture
def overlapping(database_url: str) -> Iterator[Mailroom]:
    """Yield two sessions that overlap since X was moved."""
    desk = side_by_side(database_url)
    yield desk
    desk.engine.dispose()


def side_by_side(database_url: str, **rules: Any) -> Mailroom:
    """Move X onto Y: Ana has a seat in X and an offer for Y, Bo waits in X, Cleo in Y."""
    desk = Mailroom(database_url)
    desk.tokens = []
    desk.session("X", WEDNESDAY, title="Abrasive Wheels")
    signed = {"mode": Mode.OFFERED, "standing_approval": StandingApproval(id="standing")}
    desk.session("Y", THURSDAY, title="First Aid", **signed, **rules)
    for name in ("Ana", "Bo"):
        desk.ask(name, "x")
    for name in ("Olga", "Ana", "Cleo"):
        desk.ask(name, "y")
    desk.drop("olga-y")
    move(desk, session_id="x")
    return desk


class TestAnAccept:
    def test_scenario_062_of_one_of_two_sessions_at_once_asks_which(self, overlapping: Mailroom) -> None:
        """Not both: the page names the seat in the way, and nothing has happened."""
        desk = overlapping
        token = desk.mail_link("ana-y")

        page = answer_offer(work=desk.work, token=token, answer="accept")

        assert (page.state, page.heading) == ("open", "These two sessions overlap")
        assert page.other_seats == (
            OtherSeat(registration_id="ana-x", title="Abrasive Wheels", when="Thu 26 March 2026, 09:00 – 12:00 GMT"),
        )
        assert (standing(desk, "x"), standing(desk, "y")) == (
            {"confirmed": "Ana", "waiting": "Bo"},
            {"offered": "Ana", "waiting": "Cleo"},
        )

    def test_scenario_062_takes_one_and_gives_the_other_up_at_once(self, overlapping: Mailroom) -> None:
        """Ana takes Y, X is free in the same act, and Bo is proposed; the database guards the new seat again."""
        desk = overlapping
        token = desk.mail_link("ana-y")
        assert held(desk, "ana-y") == [("26 11:00", True)]

        page = answer_offer(work=desk.work, token=token, answer="accept", instead_of=("ana-x",))

        assert page.state == "seated"
        assert page.say.startswith("You gave up Abrasive Wheels for it. You accepted on ")
        assert (standing(desk, "x"), standing(desk, "y")) == (
            {"waiting": "Bo"},
            {"confirmed": "Ana", "waiting": "Cleo"},
        )
        assert desk.proposed() == ["Bo"]
        assert (held(desk, "ana-x"), held(desk, "ana-y")) == ([], [("26 11:00", False)])

    def test_scenario_062_keeps_the_other_until_the_one_taken_is_paid(self, database_url: str) -> None:
        """Ana takes Y, which costs money: X is hers until it is paid, in the database too, and Bo's to be after."""
        desk = side_by_side(database_url, price=4900)
        token = desk.mail_link("ana-y")

        page = answer_offer(work=desk.work, token=token, answer="accept", instead_of=("ana-x",))

        assert page.say.endswith("You keep Abrasive Wheels until then.")
        assert (held(desk, "ana-x"), held(desk, "ana-y")) == ([("26 09:00", False)], [("26 11:00", False)])
        assert desk.proposed() == []
        note_payment(work=desk.work, actor=INES, registration_id="ana-y", reference="pay-1")
        assert (standing(desk, "x"), standing(desk, "y")) == (
            {"waiting": "Bo"},
            {"confirmed": "Ana", "waiting": "Cleo"},
        )
        assert (desk.proposed(), held(desk, "ana-x")) == (["Bo"], [])
        desk.engine.dispose()

    def test_scenario_062_loses_nothing_when_the_one_taken_is_not_paid(self, database_url: str) -> None:
        """The hour passes: X is as it was, and guarded; the coordinator who took the answer down said so."""
        desk = side_by_side(database_url, price=4900)
        said = accept_on_behalf(work=desk.work, actor=INES, registration_id="ana-y", instead_of=("ana-x",))

        desk.later(timedelta(hours=1))
        sweep(desk)

        assert said.endswith("You accepted it on their behalf. They keep X until it is paid.")
        assert (standing(desk, "x"), standing(desk, "y")) == (
            {"confirmed": "Ana", "waiting": "Bo"},
            {"offered": "Cleo"},
        )
        assert held(desk, "ana-x") == [("26 09:00", False)]
        page = show_offer(work=desk.work, token=desk.mail_link("ana-y"))
        assert page.heading == "This seat was not paid in time"
        desk.engine.dispose()

    def test_scenario_062_keeps_the_seat_when_the_offer_is_declined(self, overlapping: Mailroom) -> None:
        """Keeping X is a no to Y, and Cleo is next there."""
        desk = overlapping

        answer_offer(work=desk.work, token=desk.mail_link("ana-y"), answer="decline")

        assert (standing(desk, "x"), standing(desk, "y")) == (
            {"confirmed": "Ana", "waiting": "Bo"},
            {"offered": "Cleo"},
        )

    def test_scenario_062_is_the_same_choice_when_staff_take_it_down(self, overlapping: Mailroom) -> None:
        """The coordinator on the phone is told of the seat, and says which one goes."""
        desk = overlapping
        whose: dict[str, Any] = {"work": desk.work, "actor": INES, "registration_id": "ana-y"}

        with pytest.raises(refusals.SeatAtThatTime) as refused:
            accept_on_behalf(**whose)
        answer = accept_on_behalf(**whose, instead_of=("ana-x",))

        assert refused.value.session_ids == ("x",)
        assert answer == "Ana has the seat. You accepted it on their behalf. They gave up X for it."

    def test_scenario_063_of_one_of_two_offers_releases_the_other(self, database_url: str) -> None:
        """Two offers come to overlap by a move; the first yes ends the other one, and its next gets an offer."""
        desk = Mailroom(database_url)
        desk.tokens = []
        rules: dict[str, Any] = {"mode": Mode.OFFERED, "standing_approval": StandingApproval(id="standing")}
        desk.session("X", WEDNESDAY, **rules)
        desk.session("Y", THURSDAY, **rules)
        for name in ("Olga", "Ana", "Bo"):
            desk.ask(name, "x")
        for name in ("Piet", "Ana", "Cleo"):
            desk.ask(name, "y")
        desk.drop("olga-x")
        desk.drop("piet-y")
        move(desk, session_id="x")

        page = answer_offer(work=desk.work, token=desk.mail_link("ana-x"), answer="accept")

        assert page.state == "seated"
        assert page.say.startswith("You accepted on ")
        assert (standing(desk, "x"), standing(desk, "y")) == (
            {"confirmed": "Ana", "waiting": "Bo"},
            {"offered": "Cleo"},
        )
        released = desk.read(lambda reader: reader.registrations("y"))
        reason = next(e.reason for e in released if e.person.name == "Ana")
        assert reason == "released for a seat that was accepted at the same time"
        assert show_offer(work=desk.work, token=desk.mail_link("ana-y")).state == "closed"
        desk.engine.dispose()

    def test_scenario_061_that_waits_is_skipped_once_its_session_is_moved(self, desk: Mailroom) -> None:
        """Finn waits for First Aid and gets a seat elsewhere that is at the same time only after the move."""
        desk.ask("Finn", "abw")
        move(desk)

        desk.drop("ana-faw")

        assert desk.proposed() == ["Gus"]
        assert standing(desk)["waiting"] == "Finn Gus Hana"


ROUNDS = 4


def both(first: Callable[[], object], second: Callable[[], object]) -> None:
    """Do two things at the same instant; a rule may say no to either."""
    gate = Barrier(2)

    def act(one: Callable[[], object]) -> None:
        gate.wait(20)
        with suppress(refusals.Refused):
            one()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(act, (first, second)))


class TestAtTheSameInstant:
    def test_two_sessions_that_move_to_one_time_see_each_other(self, desk: Mailroom) -> None:
        """Neither is there when the other looks; whoever comes second finds the first."""
        for number in range(1, ROUNDS + 1):
            day = f"2026-05-{number:02d}"
            x, y = (desk.session(f"{code}{number}", (f"{day} {hour}:00", f"{day} {hour}:30")) for code, hour in HOURS)
            onto = times((f"{day} 12:00", f"{day} 13:00"))

            both(
                lambda x=x, onto=onto: move(desk, onto, session_id=x),
                lambda y=y, onto=onto: move(desk, onto, session_id=y),
            )

            same = desk.act(lambda tx, x=x, y=y: (tx.at_the_same_time(x), tx.at_the_same_time(y)))
            assert same == ({y}, {x})

    def test_two_offers_that_overlap_are_accepted_once(self, database_url: str) -> None:
        """Both links are pressed at once: one seat, the other offer is released, and its next has an offer."""
        desk = Mailroom(database_url)
        desk.tokens = []
        rules: dict[str, Any] = {"mode": Mode.OFFERED, "standing_approval": StandingApproval(id="standing")}
        for number in range(1, ROUNDS + 1):
            day = f"2026-05-{number:02d}"
            x, y = (
                desk.session(f"{code}{number}", (f"{day} {hour}:00", f"{day} {hour}:30"), **rules)
                for code, hour in HOURS
            )
            for name in ("Olga", "Ana", "Bo"):
                desk.ask(name, x)
                desk.ask(name, y)
            for session_id in (x, y):
                desk.drop(f"olga-{session_id}")
            move(desk, times((f"{day} 10:00", f"{day} 11:00")), session_id=x)
            move(desk, times((f"{day} 10:30", f"{day} 11:30")), session_id=y)

            both(lambda x=x: desk.accept(f"ana-{x}"), lambda y=y: desk.accept(f"ana-{y}"))

            assert [standing(desk, session_id) for session_id in (x, y)] in (
                [{"confirmed": "Ana", "waiting": "Bo"}, {"offered": "Bo"}],
                [{"offered": "Bo"}, {"confirmed": "Ana", "waiting": "Bo"}],
            )
        desk.engine.dispose()


HOURS = (("X", "08"), ("Y", "09"))


class TestTheDatabase:
    def test_refuses_a_second_seat_at_the_new_time(self, desk: Mailroom) -> None:
        """The guard is on the rows that moved with the session, and not where they were."""
        move(desk, times(("2026-03-26 16:00", "2026-03-26 18:00")))
        ana = desk.read(lambda reader: reader.registration("ana-faw")).person.id
        desk.ask("Ana", "abw")
        row: dict[str, Any] = {"org_id": "tarnwick", "registration_id": "ana-abw", "person_id": ana, "is_waived": False}

        with desk.engine.begin() as connection:
            connection.execute(
                insert(SEAT_TIME), {**row, "starts_at": at("2026-03-25 09:00"), "ends_at": at("2026-03-25 12:00")}
            )
        with pytest.raises(IntegrityError, match="ex_seat_time_overlap"), desk.engine.begin() as connection:
            connection.execute(
                insert(SEAT_TIME), {**row, "starts_at": at("2026-03-26 17:59"), "ends_at": at("2026-03-26 19:00")}
            )
