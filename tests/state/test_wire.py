"""How a meter travels."""

import json

from reflex_base.utils.format import json_dumps

from tests.state.example_product import FIRST_AID, meter
from waitlist_app.services.views import SeatCell
from waitlist_app.state.wire import runs_of


class TestAMeter:
    """A meter..."""

    def test_travels_as_runs_of_equal_cells(self):
        """Eight confirmed seats are one run; each offer keeps its own clock."""
        runs = runs_of(FIRST_AID.cells)

        assert [run[:3] for run in runs] == [
            ["confirmed", 1, 8],
            ["pending", 1, 1],
            ["held", 1, 1],
            ["held", 1, 1],
            ["free", 1, 2],
        ]
        assert all(len(run) == 6 for run in runs if run[0] == "held")

    def test_keeps_its_figures(self):
        """What the sum says is what is sent."""
        sent = json.loads(json_dumps(FIRST_AID))

        assert (sent["confirmed"], sent["pending"], sent["held"], sent["free"], sent["limit"]) == (8, 1, 2, 2, 13)

    def test_of_a_large_room_is_short(self):
        """Sixty seats are sixty cells on the screen, not on the way to it."""
        assert len(json_dumps(runs_of(meter(55, free=5).cells))) < 60

    def test_without_seats_is_empty(self):
        """No limit, no cells."""
        assert runs_of(()) == []

    def test_keeps_a_wide_cell_whole(self):
        """A group of two is one cell, two units wide."""
        assert runs_of((SeatCell(kind="held", units=2),)) == [["held", 2, 1]]
