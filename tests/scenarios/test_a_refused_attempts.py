"""Scenario 8: what a rule refuses leaves nothing but the attempt on record; on both databases."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any, TypeVar

import pytest
from sqlalchemy import func, select

from tests.desk import INES, Desk
from waitlist_app import csv_io
from waitlist_app.engine import refusals
from waitlist_app.engine.model import ConflictRule, Status
from waitlist_app.errors import InvalidInput, Refused, TryAgain
from waitlist_app.notifications.announce import announce
from waitlist_app.repository.people import PERSON
from waitlist_app.repository.rows import REGISTRATION
from waitlist_app.repository.work import MESSAGE, SqlWork
from waitlist_app.services.actors import Actor
from waitlist_app.services.cancel_session import cancel_session
from waitlist_app.services.client_keys import KeyUsed
from waitlist_app.services.import_requests import import_requests
from waitlist_app.services.lift_rule import request_beside
from waitlist_app.services.ports import PersonDetails, RecordedAct, Transaction
from waitlist_app.services.preview_act import preview_act
from waitlist_app.services.request_any_date import request_any_date
from waitlist_app.services.request_earlier import request_earlier
from waitlist_app.services.request_seat import request_seat
from waitlist_app.services.tell_history import tell_history

T = TypeVar("T")
DAY = ("2026-05-04 09:00", "2026-05-04 12:00")


@pytest.fixture
def desk(database_url: str) -> Iterator[Desk]:
    """Open a session with two seats and two places in line, all of them taken; nobody else is known."""
    desk = Desk(database_url)
    desk.session("X", DAY, capacity=2, waitlist_limit=2)
    for name in ("Ana", "Bo", "Cleo", "Dan"):
        desk.ask(name, "x")
    yield desk
    desk.engine.dispose()


def ask(desk: Desk, who: str, to: str = "x", **rest: Any) -> str:
    """Let somebody ask for a seat."""
    asked: dict[str, Any] = {"employee_id": who.upper(), "name": who, "email": ""}
    return request_seat(work=desk.work, actor=INES, session_id=to, **(asked | rest))


def attempts(desk: Desk) -> list[RecordedAct]:
    """List the attempts on record, newest first."""
    return list(desk.read(lambda reader: reader.record(search="RequestRefused"))[1])


def rows(desk: Desk) -> tuple[int, ...]:
    """Count the registrations, the people and the messages."""
    with desk.engine.connect() as connection:
        tables = (REGISTRATION, PERSON, MESSAGE)
        return tuple(connection.execute(select(func.count()).select_from(table)).scalar_one() for table in tables)


class TestARefusedRequest:
    def test_scenario_008_for_a_full_list_stores_nothing_but_the_attempt(self, desk: Desk) -> None:
        """Eve is told why; there is no row of hers, not even of who she is, and the history says that Ines tried."""
        before, head = rows(desk), desk.read(lambda reader: reader.head())[0]

        with pytest.raises(refusals.WaitlistFull, match="The waitlist is full: it takes 2 and no more"):
            ask(desk, "Eve")

        [attempt] = attempts(desk)
        assert rows(desk) == before
        assert (attempt.seq, attempt.actor_name, attempt.session_id) == (head + 1, "Ines Calder", "x")
        assert attempt.data == {"session_id": "x", "person_id": "", "refusal": "waitlist_full"}
        newest, *_ = desk.read(lambda reader: tell_history(reader, reader.session("x")))
        assert (newest.who, newest.what) == (
            "Ines Calder",
            "asked for somebody and was refused: the waitlist is full.",
        )

    def test_names_who_asked_where_they_are_known(self, desk: Desk) -> None:
        """Dan, who waits here, asks once more; he keeps his place, and the history names him."""
        with pytest.raises(refusals.AlreadyRegistered):
            ask(desk, "Dan")

        [attempt] = attempts(desk)
        dan = desk.read(lambda reader: reader.registration("dan-x"))
        newest, *_ = desk.read(lambda reader: tell_history(reader, reader.session("x")))
        assert (attempt.data["person_id"], attempt.data["refusal"]) == (dan.person.id, "duplicate")
        assert newest.what == "asked for Dan and was refused: they are in this session already."
        assert dan.registration.status is Status.WAITLISTED

    def test_says_which_rule_it_was(self, desk: Desk) -> None:
        """A closed list, a seat at the same time, a group too large, a session that was cancelled."""
        desk.session("C", ("2026-06-03 09:00", "2026-06-03 12:00"), waitlist_is_open=False)
        desk.ask("Ana", "c")
        desk.session("B", DAY, conflicts=ConflictRule.BLOCK)
        desk.session("G", ("2026-06-04 09:00", "2026-06-04 12:00"))
        desk.session("O", ("2026-06-05 09:00", "2026-06-05 12:00"))
        cancel_session(work=desk.work, actor=INES, session_id="o", reason="The trainer is ill")

        for name, to, units in (("Eve", "c", 1), ("Bo", "b", 1), ("Eve", "g", 2), ("Eve", "o", 1)):
            with pytest.raises(Refused):
                ask(desk, name, to, seat_units=units)

        assert [(one.session_id, one.data["refusal"]) for one in reversed(attempts(desk))] == [
            ("c", "waitlist_closed"),
            ("b", "conflict"),
            ("g", "too_many_units"),
            ("o", "session_cancelled"),
        ]

    def test_may_be_sent_again_under_its_key_and_counts_then(self, desk: Desk) -> None:
        """The list has room meanwhile; sent once more it is answered from the first time, and is no attempt."""
        with pytest.raises(refusals.WaitlistFull):
            ask(desk, "Eve", client_key="key-of-a-form")
        desk.drop("dan-x", status=Status.LEFT)

        first, again = (ask(desk, "Eve", client_key="key-of-a-form") for _ in range(2))

        assert first == again == "Eve waits, number 2 in line."
        assert len(attempts(desk)) == 1

    def test_is_shown_at_once_where_the_session_is_open(self, desk: Desk) -> None:
        """Its page is told of the change, as of any act on it."""
        told: list[frozenset[str]] = []
        desk.work = SqlWork(
            desk.engine, desk.clock, announce=announce, on_commit=lambda _, session_ids: told.append(session_ids)
        )

        with pytest.raises(refusals.WaitlistFull):
            ask(desk, "Eve")

        assert told == [frozenset({"x"})]

    def test_is_told_all_the_same_when_it_cannot_be_noted(self, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
        """The record is busy: what the rule says is said."""
        act, acts = desk.work.transact, iter(range(2))

        def busy(actor: Actor, unit: Callable[[Transaction], T]) -> T:
            if next(acts):
                raise TryAgain
            return act(actor, unit)

        monkeypatch.setattr(desk.work, "transact", busy)

        with pytest.raises(refusals.WaitlistFull):
            ask(desk, "Eve")

        assert list(acts) == []
        assert attempts(desk) == []


class TestWhatIsNoRefusedRequest:
    def test_is_a_form_that_is_not_filled_in(self, desk: Desk) -> None:
        """No name, no seats, no whole address: the person mends it."""
        forms: list[dict[str, Any]] = [{"name": ""}, {"seat_units": 0}, {"email": "eve"}]
        for wrong in forms:
            with pytest.raises(InvalidInput):
                ask(desk, "Eve", **wrong)

        assert attempts(desk) == []

    def test_is_a_question(self, desk: Desk) -> None:
        """Whoever saw a free seat that has gone is asked first; and so is who changes a form that counted."""
        desk.session("Y", ("2026-06-04 09:00", "2026-06-04 12:00"))
        ask(desk, "Eve", "y", client_key="key-of-a-form")

        with pytest.raises(refusals.SeatGone):
            ask(desk, "Finn", "y", expects_seat=True)
        with pytest.raises(KeyUsed):
            ask(desk, "Finn", "y", client_key="key-of-a-form")

        assert attempts(desk) == []

    def test_is_a_line_of_a_file(self, desk: Desk) -> None:
        """The report names it by its line."""
        data = b"session_code,employee_id,name,email,requested_at\nX,EVE,Eve,eve@x.example,2026-03-12T10:00:00+00:00\n"

        report = import_requests(
            work=desk.work, files=csv_io, actor=INES, data=data, file_name="requests.csv", dry_run=False
        )

        assert len(report.problems) == 1
        assert attempts(desk) == []


class TestEveryWayOfAskingForSomebody:
    def test_leaves_its_attempt(self, desk: Desk) -> None:
        """An earlier time, a seat beside another and any date: each is refused by the cancelled session, and noted."""
        desk.session("Y", ("2026-05-05 09:00", "2026-05-05 12:00"), course="Fire", waitlist_is_open=False)
        desk.ask("Fay", "y")
        eve = PersonDetails(employee_id="EVE", name="Eve", email="")
        cancel_session(work=desk.work, actor=INES, session_id="x", reason="No trainer")
        about: dict[str, Any] = {"work": desk.work, "actor": INES, "person": eve}

        yesterday = desk.clock.now() - timedelta(days=1)
        with pytest.raises(refusals.SessionIsCancelled):
            request_earlier(session_id="x", requested_at=yesterday, reason="Found in a drawer", **about)
        with pytest.raises(refusals.SessionIsCancelled):
            request_beside(session_id="x", reason="Teaches the other half", **about)
        with pytest.raises(refusals.WaitlistClosed):
            request_any_date(course="Fire", **about)

        assert [(one.session_id, one.data["refusal"]) for one in attempts(desk)] == [
            ("y", "waitlist_closed"),
            ("x", "session_cancelled"),
            ("x", "session_cancelled"),
        ]

    def test_leaves_none_when_it_is_only_previewed(self, desk: Desk) -> None:
        """Nothing of a preview is kept, and so nothing of its refusal."""
        with pytest.raises(refusals.WaitlistFull):
            preview_act(
                work=desk.work,
                act=lambda dry: request_seat(
                    work=dry, actor=INES, session_id="x", employee_id="EVE", name="Eve", email=""
                ),
            )

        assert attempts(desk) == []

    def test_leaves_none_of_a_form_without_its_reason(self, desk: Desk) -> None:
        """No rule of the session was against it."""
        eve = PersonDetails(employee_id="EVE", name="Eve", email="")

        with pytest.raises(refusals.ReasonMissing):
            request_beside(work=desk.work, actor=INES, session_id="x", person=eve, reason=" ")

        assert attempts(desk) == []
