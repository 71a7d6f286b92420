"""The book in memory: what falls due in it, and what it was told to keep sealed."""

from datetime import timedelta

from tests.builders import MONDAY, Story, at, session
from waitlist_app.engine.ledger import Ledger
from waitlist_app.engine.model import Draw, Window

DEADLINE = at("2026-03-04 10:00")
"""48 hours after Monday, 10:00."""
A_TICK = timedelta(microseconds=1)


def offers_in_two_sessions() -> Story:
    """Offer Ana a seat in each of two sessions on Monday at ten, and Bo one in the first an hour later."""
    story = Story(session("Crane", capacity=2), session("Alarm"))
    story.ask("Olga", "Piet", "Ana", "Bo", to="Crane")
    story.ask("Zoe", "Ana", to="Alarm")
    for name, code, hour in (("Olga", "Crane", 0), ("Zoe", "Alarm", 0), ("Piet", "Crane", 1)):
        story.now = MONDAY + timedelta(hours=hour)
        story.drop(name, out_of=code)
        story.approve("Bo" if name == "Piet" else "Ana", to=code)
    return story


class TestWhatFallsDue:
    def test_is_told_by_instant_and_then_by_code(self):
        """A sweep that comes late ends the first deadline in every session before it looks at the next."""
        ledger = offers_in_two_sessions().ledger

        assert [*ledger.due(at("2026-03-09 10:00")).items()] == [
            (DEADLINE, [("Alarm", "Alarm"), ("Crane", "Crane")]),
            (DEADLINE + timedelta(hours=1), [("Crane", "Crane")]),
        ]

    def test_is_due_at_its_deadline_and_not_a_tick_before(self):
        """A deadline is exclusive."""
        ledger = offers_in_two_sessions().ledger

        assert ledger.due(DEADLINE - A_TICK) == {}
        assert [*ledger.due(DEADLINE)] == [DEADLINE]

    def test_is_named_once_for_several_offers_of_one_session(self):
        """One sweep of the session ends them all."""
        story = Story(session(capacity=2))
        story.ask("Olga", "Piet", "Ana", "Bo")
        for name in ("Olga", "Piet"):
            story.drop(name)
        for name in ("Ana", "Bo"):
            story.approve(name)

        assert story.ledger.due(DEADLINE) == {DEADLINE: [("Safety", "Safety")]}

    def test_is_nothing_once_it_was_answered(self):
        """Ana has accepted in both, and Bo has left."""
        story = offers_in_two_sessions()
        story.accept("Ana", to="Crane")
        story.accept("Ana", to="Alarm")
        story.drop("Bo", out_of="Crane")

        assert story.ledger.due(at("2026-03-09 10:00")) == {}

    def test_is_a_sealed_window_at_its_hour_until_the_allotment_is_made(self):
        """Friday noon, and once only."""
        noon = at("2026-03-06 12:00")
        story = Story(session(window=Window(opens_at=MONDAY, closes_at=noon, draw=Draw.PRIORITY)))
        story.ask("Ana")

        before, at_noon = story.ledger.due(noon - A_TICK), story.ledger.due(noon)
        story.now = noon
        story.sweep()

        assert (before, at_noon) == ({}, {noon: [("Safety", "Safety")]})
        assert story.ledger.due(noon) == {}


class TestASeed:
    def test_is_empty_where_there_is_no_lottery(self):
        """Nothing is made up."""
        ledger = Ledger([session("Crane"), session("Alarm")], seeds={"Crane": "7d1f"})

        assert (ledger.seed("Crane"), ledger.seed("Alarm")) == ("7d1f", "")
