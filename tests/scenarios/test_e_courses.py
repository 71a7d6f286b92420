"""Scenarios of courses with several dates, on both databases."""

from collections.abc import Iterator

import pytest
from sqlalchemy import select

from tests.desk import Desk
from waitlist_app.engine.model import Status
from waitlist_app.engine.refusals import HasAnotherDate
from waitlist_app.repository.outbox import MESSAGE
from waitlist_app.services.sentences import tell


@pytest.fixture
def desk(database_url: str) -> Iterator[Desk]:
    """Open two dates of First Aid, one seat each and full; Ana waits for both, and Bo for April behind her."""
    desk = Desk(database_url)
    desk.session("APR", ("2026-04-04 09:00", "2026-04-04 12:00"), course="First Aid")
    desk.session("MAY", ("2026-05-04 09:00", "2026-05-04 12:00"), course="First Aid")
    for name, to in (("Olga", "may"), ("Piet", "apr"), ("Ana", "may"), ("Ana", "apr"), ("Bo", "apr")):
        desk.ask(name, to)
    yield desk
    desk.engine.dispose()


def entry(desk: Desk, registration_id: str) -> tuple[Status, str, tuple[str, ...]]:
    """Give status, reason and matters of a registration."""
    found = desk.read(lambda reader: reader.registration(registration_id))
    return found.registration.status, found.reason, found.registration.outstanding


def proposed(desk: Desk, session_id: str) -> list[str]:
    """Give the names of whom a session proposes."""
    return [p.entry.person.name for p in desk.read(lambda reader: reader.proposals(session_id))]


class TestScenario:
    def test_scenario_065_leaves_the_other_list_with_a_seat_on_one_date(self, desk: Desk) -> None:
        """Ana has a seat in May: her entry in April is closed with its reason, Bo moves up, and she is told."""
        desk.drop("olga-may")
        desk.approve("ana-may")

        desk.accept("ana-may")

        assert entry(desk, "ana-apr")[:2] == (Status.LEFT, "has a seat on another date of the course")
        assert [e.person.name for e in desk.read(lambda reader: reader.waiting("apr"))] == ["Bo"]
        _, acts = desk.read(lambda reader: reader.record(session_id="apr", count=1))
        told = tell(acts[0], "Europe/London")
        assert f"{told.who} {told.what}" == "Ana left the waitlist: has a seat on another date of the course."
        with desk.engine.connect() as connection:
            kinds = connection.scalars(select(MESSAGE.c.kind).where(MESSAGE.c.registration_id == "ana-apr")).all()
        assert sorted(kinds) == ["joined", "other_date"]

    def test_scenario_065_skips_the_other_entry_while_one_date_is_on_offer(self, desk: Desk) -> None:
        """Offered May, Ana keeps her place in April and blocks nobody; she is next there when she declines."""
        desk.drop("olga-may")
        desk.approve("ana-may")
        desk.drop("piet-apr")
        while_offered = proposed(desk, "apr"), entry(desk, "ana-apr")

        desk.decline("ana-may")

        assert while_offered == (["Bo"], (Status.WAITLISTED, "", ("course:may",)))
        assert (proposed(desk, "apr"), entry(desk, "ana-apr")) == (["Ana"], (Status.WAITLISTED, "", ()))

    def test_scenario_022_counts_seats_and_not_entries(self, desk: Desk) -> None:
        """One seat each in this course: waiting for it is allowed to become one, and a second is refused."""
        desk.drop("olga-may")
        desk.approve("ana-may")
        desk.accept("ana-may")
        desk.drop("piet-apr")

        with pytest.raises(HasAnotherDate):
            desk.ask("Ana", "apr")

        assert entry(desk, "ana-may")[0] is Status.CONFIRMED


class TestASessionWithoutACourse:
    def test_is_asked_nothing_about_courses(self, desk: Desk) -> None:
        """What most sessions do not need costs them nothing."""
        desk.session("FIRE", ("2026-06-04 09:00", "2026-06-04 12:00"))

        with desk.statements() as said:
            desk.ask("Ana", "fire")
            desk.drop("ana-fire")

        assert not [statement for statement in said if "course <> ''" in statement]
