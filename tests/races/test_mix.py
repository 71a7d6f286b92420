"""Eight processes do whatever comes to them, on sessions that overlap, while a fast clock lets offers lapse."""

import time
from collections import Counter
from datetime import timedelta

import pytest

from tests.races import acts
from tests.races.mix import SPEED, many_acts
from tests.races.rounds import Arena, values
from waitlist_app.engine.model import LapseRule, Mode, Order, StandingApproval
from waitlist_app.services.meters import sum_of

WORKERS = 8
ACTS = 2000
PATIENCE = 600.0  # seconds

QUARTER = timedelta(minutes=15)


@pytest.mark.slow
@pytest.mark.timeout(PATIENCE + 60)
class TestAMixOfActs:
    def test_scenario_100_leaves_no_drift(self, arena: Arena) -> None:
        """After 2,000 acts of 8 processes the rows, the tallies and the screens say the same."""
        race = arena.round()
        race.open("a", capacity=4, hour=9, offer_window=QUARTER)
        race.open("b", capacity=6, hour=9, offer_window=QUARTER, on_lapse=LapseRule.END, allowance_units=1)
        race.open("c", capacity=3, hour=48, offer_window=QUARTER, order=Order.PRIORITY, waitlist_limit=20)
        race.open(
            "d",
            capacity=5,
            hour=9,
            offer_window=QUARTER,
            mode=Mode.OFFERED,
            standing_approval=StandingApproval(id="by Ines"),
        )
        origin = time.monotonic()
        jobs = [
            race.job(many_acts, seed=seed, acts=ACTS // WORKERS, origin=origin, sessions=race.sessions)
            for seed in range(WORKERS)
        ]

        answers = race.race(*jobs, patience=PATIENCE)
        race.now += timedelta(seconds=(time.monotonic() - origin) * SPEED)
        [swept] = race.race(race.job(acts.sweep, by=race.system))

        ended = Counter[str]()
        for counted in values(answers):
            ended.update(counted)
        assert ended.total() == ACTS
        assert not swept.refused
        for session_id in race.sessions:
            shown = race.read(lambda reader, key=session_id: sum_of(reader.session(key)))
            rows = race.rows(session_id)
            assert (rows["confirmed"], rows["pending"], rows["offered"]) == (shown.confirmed, shown.pending, shown.held)
            assert len(race.roster(session_id).line()) == race.roster(session_id).tally.waiting
        assert min(ended[kind] for kind in ("ask", "drop", "approve", "accept", "move", "capacity")) > 0
