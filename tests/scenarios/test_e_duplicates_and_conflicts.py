"""Scenarios of swaps and sign-offs that need storage, on both databases."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from tests.desk import INES, NOBODY, Desk
from waitlist_app.engine.model import Status
from waitlist_app.engine.refusals import AlreadyRegistered
from waitlist_app.errors import InvalidInput, NotAllowed
from waitlist_app.repository.rows import SEAT_TIME
from waitlist_app.services.act_on_behalf import accept_on_behalf, decline_on_behalf, leave_on_behalf
from waitlist_app.services.list_likely_same import list_likely_same
from waitlist_app.services.request_seat import request_seat
from waitlist_app.services.sentences import tell

ROUNDS = 8


@pytest.fixture
def desk(database_url: str) -> Iterator[Desk]:
    """Open a desk with two sessions of one seat at the same time."""
    desk = Desk(database_url)
    for code in ("X", "Y"):
        desk.session(code, ("2026-05-04 09:00", "2026-05-04 12:00"))
    yield desk
    desk.engine.dispose()


def ask(desk: Desk, name: str, to: str, *, instead_of: str = "") -> str:
    """Let somebody ask, in exchange for a registration if one is named, and give the new one."""
    request_seat(
        work=desk.work,
        actor=INES,
        session_id=to,
        employee_id=name.upper(),
        name=name,
        email=f"{name.lower()}@tarnwick.example",
        gives_up=instead_of,
    )
    entries = desk.read(lambda reader: reader.registrations(to))
    return next(e.registration.id for e in entries if e.person.name == name and e.registration.status.is_active)


def standing(desk: Desk, session_id: str) -> dict[str, Status]:
    """Give the active people of a session with their status."""
    entries = desk.read(lambda reader: reader.registrations(session_id))
    return {e.person.name: e.registration.status for e in entries if e.registration.status.is_active}


class TestScenario:
    def test_a_swap_gives_the_old_seat_up_with_the_accept(self, desk: Desk) -> None:
        """Choosing one of two seats at the same time drops the other in the same act, and its line moves."""
        old = ask(desk, "Ana", "x")
        ask(desk, "Cleo", "x")
        held = ask(desk, "Bo", "y")
        new = ask(desk, "Ana", "y", instead_of=old)
        desk.drop(held)
        desk.approve(new)

        desk.accept(new)

        assert standing(desk, "y") == {"Ana": Status.CONFIRMED}
        assert standing(desk, "x") == {"Cleo": Status.WAITLISTED}
        [proposal] = desk.read(lambda reader: reader.proposals("x"))
        assert proposal.entry.person.name == "Cleo"

    def test_scenario_095_swaps_in_both_directions_at_once(self, desk: Desk) -> None:
        """Two people who change places at the same instant wait for no lock of the other, and both get there."""
        for number in range(1, ROUNDS + 1):
            day = f"2026-06-{number:02d}"
            for code in ("V", "W"):
                desk.session(f"{code}{number}", (f"{day} 09:00", f"{day} 12:00"), capacity=2)
            v, w = f"v{number}", f"w{number}"
            p, q = ask(desk, "Pia", v), ask(desk, "Quin", w)
            rest = [ask(desk, "Rosa", v), ask(desk, "Saul", w)]
            offers = [ask(desk, "Pia", w, instead_of=p), ask(desk, "Quin", v, instead_of=q)]
            for registration_id in rest:
                desk.drop(registration_id)
            for registration_id in offers:
                desk.approve(registration_id)
            gate = Barrier(2)

            def accept(registration_id: str, gate: Barrier = gate) -> None:
                gate.wait(20)
                desk.accept(registration_id)

            with ThreadPoolExecutor(2) as pool:
                list(pool.map(accept, offers))

            assert standing(desk, v) == {"Quin": Status.CONFIRMED}
            assert standing(desk, w) == {"Pia": Status.CONFIRMED}


def ask_by_mail(desk: Desk, name: str, email: str) -> str:
    """Let somebody without an employee id ask for a seat in X."""
    return request_seat(work=desk.work, actor=INES, session_id="x", employee_id="", name=name, email=email)


class TestAnAddress:
    def test_scenario_057_in_another_spelling_is_the_same_person(self, desk: Desk) -> None:
        """Case and blanks make nobody new, so there is one place."""
        ask_by_mail(desk, "Ann Reed", "ann@tarnwick.example")

        with pytest.raises(AlreadyRegistered):
            ask_by_mail(desk, "Ann Reed", " Ann@Tarnwick.example ")

        assert standing(desk, "x") == {"Ann Reed": Status.CONFIRMED}

    def test_scenario_057_is_answered_with_how_the_person_stands(self, desk: Desk) -> None:
        """A seat, the place in line, or the offer with its deadline."""
        ask_by_mail(desk, "Ann Reed", "ann@tarnwick.example")
        for name in ("Bo", "Cleo"):
            ask_by_mail(desk, name, f"{name.lower()}@tarnwick.example")

        def answer(name: str, address: str) -> str:
            with pytest.raises(AlreadyRegistered) as refused:
                ask_by_mail(desk, name, address)
            return str(refused.value)

        assert answer("Ann Reed", "ann@tarnwick.example") == (
            "This person already has a seat. Asking again changes nothing."
        )
        assert answer("Cleo", "cleo@tarnwick.example") == (
            "This person is number 2 in line already. Asking again changes nothing."
        )
        ids = {
            entry.person.name: entry.registration.id for entry in desk.read(lambda reader: reader.registrations("x"))
        }
        desk.drop(ids["Ann Reed"])
        desk.approve(ids["Bo"])
        assert answer("Bo", "bo@tarnwick.example") == (
            "This person already has an offer, open until Sat 14 Mar 2026, 10:42 GMT. Asking again changes nothing."
        )

    def test_scenario_058_with_an_alias_is_the_same_person_at_a_public_provider(self, desk: Desk) -> None:
        """Whoever has an address there has all its aliases."""
        ask_by_mail(desk, "Ann Reed", "ann@gmail.com")

        with pytest.raises(AlreadyRegistered):
            ask_by_mail(desk, "Ann Reed", "ann+x@gmail.com")

    def test_scenario_058_with_an_alias_at_a_company_is_flagged_and_not_merged(self, desk: Desk) -> None:
        """Two people may share a mailbox there, so somebody has to look."""
        ask_by_mail(desk, "Ann Reed", "ann@tarnwick.example")
        ask_by_mail(desk, "Ann Reed (evening)", "ann+evening@tarnwick.example")
        ask_by_mail(desk, "Bo Lund", "bo@tarnwick.example")

        groups = list_likely_same(work=desk.work, actor=INES)

        assert [[person.name for person in group] for group in groups] == [["Ann Reed", "Ann Reed (evening)"]]
        assert len(standing(desk, "x")) == 3

    def test_is_compared_only_for_those_who_may_read(self, desk: Desk) -> None:
        """The list is of people, so it is not for everybody."""
        with pytest.raises(NotAllowed):
            list_likely_same(work=desk.work, actor=NOBODY)


class TestTheDatabase:
    def test_excuses_the_pair_of_a_swap_and_nothing_else(self, desk: Desk) -> None:
        """While the offer runs both seats are held at one time; a third would be refused."""
        old = ask(desk, "Ana", "x")
        held = ask(desk, "Bo", "y")
        new = ask(desk, "Ana", "y", instead_of=old)
        desk.drop(held)
        desk.approve(new)
        ana = desk.read(lambda reader: reader.registration(new)).person.id
        session_id = desk.session("Z", ("2026-05-04 11:00", "2026-05-04 13:00"), capacity=0)
        third = ask(desk, "Ana", session_id)

        row = {
            "org_id": "tarnwick",
            "registration_id": third,
            "starts_at": desk.clock.now().replace(month=5, day=4, hour=11, minute=0),
            "ends_at": desk.clock.now().replace(month=5, day=4, hour=13, minute=0),
            "person_id": ana,
            "is_waived": False,
        }
        with pytest.raises(IntegrityError, match="ex_seat_time_overlap"), desk.engine.begin() as connection:
            connection.execute(insert(SEAT_TIME), row)

    def test_lets_a_seat_that_came_by_a_swap_be_swapped_again(self, desk: Desk) -> None:
        """What a seat was once taken for does not stand in the way of the next exchange."""
        first = ask(desk, "Ana", "x")
        second = ask(desk, "Ana", "y", instead_of=first)
        third = ask(desk, "Ana", "x", instead_of=second)

        assert (standing(desk, "x"), standing(desk, "y")) == ({"Ana": Status.CONFIRMED}, {})
        assert desk.read(lambda reader: reader.registration(third)).registration.terms.gives_up == second


class TestTheRequest:
    def test_names_only_a_seat_of_ones_own(self, desk: Desk) -> None:
        """Nobody gives up somebody else's seat, or one in the same session."""
        theirs = ask(desk, "Bo", "x")

        with pytest.raises(InvalidInput):
            ask(desk, "Ana", "y", instead_of=theirs)

        assert standing(desk, "x") == {"Bo": Status.CONFIRMED}


class TestOnBehalf:
    def test_the_record_says_that_it_was_the_persons_wish_and_who_took_it_down(self, desk: Desk) -> None:
        """Asking, declining, accepting and leaving by phone each have a sentence that says so."""
        desk.session("P", ("2026-07-06 09:00", "2026-07-06 12:00"))
        held = ask(desk, "Ana", "p")
        bo, cleo = ask(desk, "Bo", "p"), ask(desk, "Cleo", "p")

        leave_on_behalf(work=desk.work, actor=INES, registration_id=held)
        desk.approve(bo)
        decline_on_behalf(work=desk.work, actor=INES, registration_id=bo)
        desk.approve(cleo)
        accept_on_behalf(work=desk.work, actor=INES, registration_id=cleo)

        _, acts = desk.read(lambda reader: reader.record(session_id="p", count=50))
        told = {f"{one.who} {one.what}" for one in (tell(act, "UTC") for act in acts)}
        assert told >= {
            "Ines Calder asked on behalf of Ana, who got a seat at once.",
            "Ines Calder put Bo on the waitlist, on their behalf.",
            "Ines Calder dropped the seat on behalf of Ana.",
            "Ines Calder declined the seat on behalf of Bo.",
            "Ines Calder accepted the seat on behalf of Cleo.",
        }
        assert standing(desk, "p") == {"Cleo": Status.CONFIRMED}
