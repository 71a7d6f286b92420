"""Asking for any date of a course."""

from collections.abc import Iterator

import pytest

from tests.desk import INES, NOBODY, Desk, at
from waitlist_app.engine.model import SignOff
from waitlist_app.engine.refusals import AlreadyRegistered
from waitlist_app.errors import InvalidInput, NotAllowed
from waitlist_app.services.ports import PersonDetails
from waitlist_app.services.request_any_date import request_any_date

ANA = PersonDetails(employee_id="A1", name="Ana Quist", email="ana@tarnwick.example")
RAFE = PersonDetails(name="Rafe Ostrander", email="rafe.ostrander@tarnwick.example")


@pytest.fixture
def desk(database_url: str) -> Iterator[Desk]:
    """Open two dates of First Aid with one seat each, April added first, and one of Fire Safety."""
    desk = Desk(database_url)
    desk.session("FA-APR", ("2026-04-04 09:00", "2026-04-04 12:00"), course="First Aid")
    desk.session("FA-MAR", ("2026-03-24 09:00", "2026-03-24 12:00"), course="First Aid")
    desk.session("FIRE", ("2026-03-20 09:00", "2026-03-20 12:00"), course="Fire Safety")
    yield desk
    desk.engine.dispose()


def ask(desk: Desk, person: PersonDetails = ANA, **rest) -> str:
    """Let somebody ask for any date of First Aid, and give the answer."""
    return request_any_date(work=desk.work, actor=INES, course=" First Aid ", person=person, **rest)


class TestARequestForAnyDate:
    def test_gets_the_first_seat_by_start(self, desk: Desk) -> None:
        """March is first; once it is full, April."""
        first = ask(desk, PersonDetails(employee_id="O1", name="Olga Wren"))

        assert (first, ask(desk)) == ("Olga Wren has a seat in FA-MAR.", "Ana Quist has a seat in FA-APR.")

    def test_waits_for_each_date_and_leaves_the_others_with_a_seat(self, desk: Desk) -> None:
        """The answer names each place in line; a seat in March ends the wait for April."""
        for name, to in (("Olga", "fa-mar"), ("Piet", "fa-apr"), ("Bo", "fa-apr")):
            desk.ask(name, to)

        said = ask(desk)
        desk.drop("olga-fa-mar")
        [proposal] = desk.read(lambda reader: reader.proposals("fa-mar"))
        desk.approve(proposal.entry.registration.id)
        desk.accept(proposal.entry.registration.id)

        assert said == "Ana Quist waits for 2 dates: number 1 in FA-MAR and number 2 in FA-APR."
        assert [e.person.name for e in desk.read(lambda reader: reader.seated("fa-mar"))] == ["Ana Quist"]
        assert [e.person.name for e in desk.read(lambda reader: reader.waiting("fa-apr"))] == ["Bo"]

    def test_is_refused_who_has_a_date(self, desk: Desk) -> None:
        """One seat in the course is all there is."""
        ask(desk)

        with pytest.raises(AlreadyRegistered):
            ask(desk)

    def test_leaves_out_what_has_begun(self, desk: Desk) -> None:
        """On the morning of the date in March, only April is to come; after that nothing is."""
        desk.clock.set(at("2026-03-24 09:00"))
        said = ask(desk)
        desk.clock.set(at("2026-04-04 09:00"))

        with pytest.raises(InvalidInput, match="no date to come"):
            ask(desk, PersonDetails(employee_id="O1", name="Olga Wren"))

        assert said == "Ana Quist has a seat in FA-APR."

    def test_names_a_course_that_there_is(self, desk: Desk) -> None:
        """Sessions without a course are no course by the name of nothing."""
        desk.session("TALK", ("2026-05-20 09:00", "2026-05-20 12:00"))

        with pytest.raises(InvalidInput, match="no date to come"):
            request_any_date(work=desk.work, actor=INES, course=" ", person=ANA)

    def test_needs_a_manager_where_one_signs_it_off(self, desk: Desk) -> None:
        """The manager of the request is asked, or has to be named."""
        desk.session("GAS", ("2026-03-20 09:00", "2026-03-20 12:00"), course="Gas", sign_off=SignOff())

        with pytest.raises(InvalidInput, match="name the manager"):
            request_any_date(work=desk.work, actor=INES, course="Gas", person=ANA)
        said = request_any_date(work=desk.work, actor=INES, course="Gas", person=ANA, manager=RAFE)

        assert said == "Ana Quist waits for 1 date: number 1 in GAS. A manager is asked to sign it off."

    @pytest.mark.parametrize("units", [0, 1001])
    def test_needs_a_number_of_seats(self, desk: Desk, units: int) -> None:
        """At least one, and not more than anybody could mean."""
        with pytest.raises(InvalidInput, match="at least 1 seat"):
            ask(desk, seat_units=units)

    def test_is_taken_down_by_those_who_may(self, desk: Desk) -> None:
        """An employee asks through a page of their own."""
        with pytest.raises(NotAllowed):
            request_any_date(work=desk.work, actor=NOBODY, course="First Aid", person=ANA)
