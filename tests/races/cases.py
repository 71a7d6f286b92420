"""The races that are run twice: as they must end, and in the control run, where they must not."""

from tests.races import acts
from tests.races.rounds import Round, refusals, values
from waitlist_app.engine.model import Status
from waitlist_app.repository.rows import OFFER, REGISTRATION


def many_for_five_seats(race: Round, people: int) -> None:
    """Let more people ask than there are seats."""
    race.open(capacity=5)

    answers = race.race(*(race.job(acts.ask, session_id="s", name=f"P{n}") for n in range(people)))

    assert refusals(answers) == []
    told = sorted(said.partition(" ")[2] for said in values(answers))
    assert told == sorted(["has a seat."] * 5 + [f"waits, number {n} in line." for n in range(1, people - 4)])
    assert race.count(REGISTRATION) == people


def two_approvals_for_one_seat(race: Round) -> None:
    """Let one coordinator approve whom the engine proposes, and another put somebody else first and approve them."""
    race.open(capacity=1)
    race.ask("Ana", "Dan", "Eve")
    race.drop("Ana")

    answers = race.race(
        race.job(acts.approve, proposal_id=race.proposal_of("Dan")),
        race.job(acts.put_first_and_approve, by=race.rafe, session_id="s", registration_id="Eve-s", before_id="Dan-s"),
    )

    assert len(values(answers)) == 1
    assert refusals(answers)[0] in {"proposal_gone", "seat_taken", "not_waiting"}
    assert len(race.names(Status.OFFERED)) == race.count(OFFER) == race.mails("offer") == 1
    assert race.proposed() == []


def two_put_first_for_one_seat(race: Round) -> None:
    """Let two coordinators each put somebody of their own first, before whom the engine proposes, and approve them."""
    race.open(capacity=1)
    race.ask("Ana", "Cleo", "Dan", "Eve")
    race.drop("Ana")

    answers = race.race(
        race.job(acts.put_first_and_approve, session_id="s", registration_id="Dan-s", before_id="Cleo-s"),
        race.job(acts.put_first_and_approve, by=race.rafe, session_id="s", registration_id="Eve-s", before_id="Cleo-s"),
    )

    assert len(values(answers)) == 1
    assert refusals(answers)[0] in {"proposal_gone", "seat_taken", "not_waiting"}
    assert len(race.names(Status.OFFERED)) == race.count(OFFER) == race.mails("offer") == 1
    assert race.proposed() == []


def a_drop_against_a_request(race: Round) -> None:
    """Let somebody ask while a seat comes back that somebody else waits for."""
    race.open(capacity=1)
    race.ask("Ana", "Bo")

    answers = race.race(
        race.job(acts.drop, registration_id="Ana-s"),
        race.job(acts.ask, by=race.rafe, session_id="s", name="Zoe"),
    )

    assert refusals(answers) == []
    assert race.names(Status.CONFIRMED) == []
    assert len(race.names(Status.WAITLISTED)) == 2
    assert race.proposed() == race.names(Status.WAITLISTED)[:1] == ["Bo"]
