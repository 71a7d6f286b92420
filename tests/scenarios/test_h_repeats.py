"""Scenarios of letter H about requests that are sent twice, on both databases."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import func, select

from tests.desk import INES, RAFE
from tests.scenarios.mailroom import Mailroom
from waitlist_app.engine.refusals import AlreadyRegistered
from waitlist_app.errors import InvalidInput
from waitlist_app.repository.client_keys import CLIENT_KEY
from waitlist_app.services.actors import Role
from waitlist_app.services.client_keys import KeyUsed
from waitlist_app.services.request_seat import request_seat

ROUNDS = 8


def ask(desk: Mailroom, name: str = "Viktor", *, key: str = "key-of-a-form", by=INES, units: int = 1) -> str:
    """Let somebody's form be sent."""
    return request_seat(
        work=desk.work,
        actor=by,
        session_id="faw",
        employee_id=name.upper(),
        name=name,
        email=f"{name.lower()}@tarnwick.example",
        seat_units=units,
        client_key=key,
    )


def line(desk: Mailroom) -> list[str]:
    """Name those who wait."""
    return [entry.person.name for entry in desk.read(lambda reader: reader.waiting("faw"))]


class TestARequestThatIsSentAgain:
    def test_scenario_099_is_one_entry_with_the_same_answer(self, desk: Mailroom):
        """The browser had no answer and sends the form again, after others asked too: nothing more happens."""
        first = ask(desk)
        ask(desk, "Elsie", key="another-form")
        heads = desk.read(lambda reader: reader.head())

        again = ask(desk)

        assert first == again == "Viktor waits, number 3 in line."
        assert line(desk) == ["Imani", "Oona", "Viktor", "Elsie"]
        assert desk.read(lambda reader: reader.head()) == heads

    def test_scenario_099_is_one_entry_when_both_come_at_once(self, desk: Mailroom):
        """Both tabs are told the same; one waits for the other."""
        for number in range(ROUNDS):
            gate = Barrier(2)

            def send(n: int = number, gate: Barrier = gate) -> str:
                gate.wait()
                return ask(desk, f"P{n}", key=f"form-{n}")

            with ThreadPoolExecutor(2) as both:
                answers = {future.result() for future in [both.submit(send), both.submit(send)]}

            assert answers == {f"P{number} waits, number {number + 3} in line."}
        assert line(desk) == ["Imani", "Oona", *(f"P{n}" for n in range(ROUNDS))]

    def test_is_told_of_a_seat_though_the_person_has_given_it_up(self, desk: Mailroom):
        """It is the answer of then that is repeated."""
        desk.session("ABW", ("2026-04-02 09:00", "2026-04-02 16:00"))
        asked: dict[str, Any] = {
            "employee_id": "V",
            "name": "Viktor",
            "email": "",
            "session_id": "abw",
            "client_key": "form",
        }
        first = request_seat(work=desk.work, actor=INES, **asked)
        (entry,) = desk.read(lambda reader: reader.registrations("abw"))
        desk.drop(entry.registration.id)

        assert request_seat(work=desk.work, actor=RAFE, **asked) == first == "Viktor has a seat."
        assert len(desk.read(lambda reader: reader.registrations("abw"))) == 1

    def test_with_other_words_is_refused(self, desk: Mailroom):
        """The first one counted; whoever changes the form would think that the second did."""
        ask(desk)

        with pytest.raises(KeyUsed) as refused:
            ask(desk, units=2)

        assert str(refused.value) == (
            "This form was sent before, and that request counted. Open a new form to ask again."
        )
        assert line(desk) == ["Imani", "Oona", "Viktor"]

    def test_from_another_form_is_a_request_of_its_own(self, desk: Mailroom):
        """A form without a key, or with its own, is checked as ever."""
        ask(desk)

        for key in ("", "another"):
            with pytest.raises(AlreadyRegistered):
                ask(desk, key=key)
        assert line(desk) == ["Imani", "Oona", "Viktor"]

    def test_that_was_refused_may_be_sent_again(self, desk: Mailroom):
        """Nothing was kept of it."""
        with pytest.raises(InvalidInput):
            ask(desk, units=0)

        assert ask(desk) == "Viktor waits, number 3 in line."

    def test_has_a_key_of_bounded_length(self, desk: Mailroom):
        """A hundred characters are enough for any form."""
        with pytest.raises(InvalidInput):
            ask(desk, key="k" * 101)

        assert ask(desk, key="k" * 100) == "Viktor waits, number 3 in line."

    def test_leaves_no_digest_of_a_person_who_was_erased(self, desk: Mailroom):
        """Who asked could be guessed from it."""
        ask(desk)
        viktor = desk.read(lambda reader: reader.waiting("faw"))[2]
        desk.drop(viktor.registration.id)
        (person,) = [one for one in desk.read(lambda reader: reader.people()) if one.name == "Viktor"]

        desk.act(lambda tx: tx.erasing.erase(tx.erasing.person(person.id)), replace(INES, role=Role.SYSTEM))

        with desk.engine.connect() as connection:
            assert connection.scalar(select(func.count()).select_from(CLIENT_KEY)) == 0
