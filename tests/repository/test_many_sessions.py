"""Acts that touch more sessions than anybody names: each is carried out, whatever order they come in."""

from collections.abc import Iterator

import pytest

from tests.desk import INES, Desk, at
from waitlist_app.engine.model import Status
from waitlist_app.services.cancel_session import cancel_session
from waitlist_app.services.sweep_offers import sweep_offers

MANY = 12
DAYS = [f"2026-05-{day:02d}" for day in range(1, MANY + 1)]


@pytest.fixture
def desk(database_url: str) -> Iterator[Desk]:
    """Open the desk on a Monday in March."""
    desk = Desk(database_url, at("2026-03-02 09:00"))
    yield desk
    desk.engine.dispose()


def open_dates(desk: Desk, course: str = "") -> list[str]:
    """Open a session on each of many days, each with its one seat taken; given by id, last day first."""
    dates = [
        desk.session(f"S{number:02d}", (f"{day} 09:00", f"{day} 12:00"), course=course)
        for number, day in enumerate(DAYS)
    ]
    for date in dates:
        desk.ask(f"Olga {date}", date)
    return dates[::-1]


def status(desk: Desk, registration_id: str) -> Status:
    """Say where a registration stands."""
    return desk.read(lambda reader: reader.registration(registration_id)).registration.status


class TestManyOffers:
    def offered(self, desk: Desk) -> list[str]:
        """Offer Ana a seat in each of them, a minute apart, in the order against that of the locks."""
        dates = open_dates(desk)
        for minute, date in enumerate(dates):
            desk.at(f"2026-03-02 09:{minute:02d}").ask("Ana", date)
            desk.drop(f"olga-{date}")
            desk.approve(f"ana-{date}")
        return [f"ana-{date}" for date in dates]

    def test_that_are_due_are_ended_by_one_sweep(self, desk: Desk) -> None:
        """No job has run for two days."""
        offers = self.offered(desk)
        desk.at("2026-03-05 09:00")
        [clock] = desk.work.organisations()

        ended = sweep_offers(work=desk.work, actor=clock)

        assert ended == MANY
        assert {status(desk, offer) for offer in offers} == {Status.LAPSED}

    def test_that_are_due_keep_nobody_from_acting(self, desk: Desk) -> None:
        """Nor does a request wait for the job: it ends them all first."""
        offers = self.offered(desk)
        desk.at("2026-03-05 09:00")

        desk.ask("Bo", "s00")

        assert status(desk, "bo-s00") is Status.CONFIRMED
        assert {status(desk, offer) for offer in offers} == {Status.LAPSED}


class TestACourse:
    def test_of_many_dates_is_left_with_a_seat_on_the_last(self, desk: Desk) -> None:
        """Ana waits for every date; with a seat on the last she leaves all other lines in the same act."""
        dates = open_dates(desk, course="First Aid")
        for date in dates:
            desk.ask("Ana", date)
        last, *others = dates
        desk.drop(f"olga-{last}")
        desk.approve(f"ana-{last}")

        desk.accept(f"ana-{last}")

        assert status(desk, f"ana-{last}") is Status.CONFIRMED
        assert {status(desk, f"ana-{date}") for date in others} == {Status.LEFT}


class TestACancelledSession:
    def test_gives_everybody_back_to_the_lines_they_wait_in(self, desk: Desk) -> None:
        """Each who had a seat there waits somewhere else at the same time, and is next there from now on."""
        when = "2026-06-01 09:00", "2026-06-01 12:00"
        off = desk.session("Z", when, capacity=MANY)
        names = [f"Person{number:02d}" for number in range(MANY)][::-1]
        for name in names:
            desk.ask(name, off)
            elsewhere = desk.session(name, when)
            desk.ask(f"Olga {name}", elsewhere)
            desk.ask(name, elsewhere)

        said = cancel_session(work=desk.work, actor=INES, session_id=off, reason="The trainer is ill")

        assert said == "Z is cancelled. 12 people are told."
        entries = [f"{name.lower()}-{name.lower()}" for name in names]
        found = [desk.read(lambda reader, entry=entry: reader.registration(entry)).registration for entry in entries]
        assert all(entry.is_ready for entry in found)
