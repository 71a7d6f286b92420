"""Requests collected in a sealed window, and the draw when its hour comes."""

from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest
from msgspec.structs import replace

from tests.builders import SAFETY, Story, at, session, stands
from waitlist_app.engine import commands as c
from waitlist_app.engine import refusals
from waitlist_app.engine.events import EntryRanked, RulesChanged, WindowClosed
from waitlist_app.engine.explain import Why, why_each
from waitlist_app.engine.model import Block, Draw, Facts, Order, Status, Terms, Window
from waitlist_app.engine.ordering import commitment_to, is_drawn, requeued_key
from waitlist_app.errors import Defect

ROLES = ("Safety officer", "Manager")

SEED = "4c6f74746572792073656564"
OPENS, CLOSES = at("2026-03-02 10:00"), at("2026-03-06 12:00")


def sealed(*, capacity: int = 2, draw: Draw = Draw.LOTTERY, **rules) -> Story:
    """Tell a story in which requests are collected until Friday noon."""
    window = Window(opens_at=OPENS, closes_at=CLOSES, draw=draw, commitment=commitment_to(SEED))
    return Story(session(capacity=capacity, window=window, **rules), seed=SEED)


class TestASealedWindow:
    def test_seats_nobody_before_its_hour(self):
        """Though two seats are free, everybody waits, and nobody is proposed."""
        story = sealed()

        story.ask("Ana", "Bo")
        story.now = at("2026-03-06 11:59:59")
        story.sweep()

        assert story.standing() == stands(waiting="Ana Bo")
        assert {r.why for r in why_each(story.roster(), story.now)} == {Why.SEALED}

    def test_seats_nobody_before_its_hour_by_an_override_or_out_of_a_block_either(self):
        """Whoever has to be seated first is, once the window has closed."""
        story = sealed(capacity=2, blocks=(Block(name="board", units=1),))
        story.ask("Ana")

        with pytest.raises(refusals.StillCollecting) as refused:
            story.ask("Zoe", block="board")
        with pytest.raises(refusals.StillCollecting):
            story.ask("Zoe", approval="Olga")
        with pytest.raises(refusals.StillCollecting):
            story.grant("Ana")

        assert refused.value.closes_at == CLOSES
        story.now = CLOSES
        story.ask("Zoe", block="board")
        assert story.standing() == stands(confirmed="Zoe", waiting="Ana", proposed="Ana")

    def test_is_drawn_by_lot_at_its_hour(self):
        """The order is that of SHA-256 over the seed and each person's key, as anybody can work it out."""
        story = sealed()
        story.ask("Ana", "Bo", "Cleo", "Dan")
        story.now = CLOSES

        story.sweep()

        lots = {name: sha256(f"{SEED}\n{name}".encode()).hexdigest() for name in ("Ana", "Bo", "Cleo", "Dan")}
        drawn = sorted(lots, key=lots.__getitem__)
        assert story.standing().waiting == tuple(drawn)
        assert story.standing().proposed == tuple(drawn[:2])

    def test_by_priority_allots_in_that_order(self):
        """The rules of the session decide, and then the time."""
        story = sealed(capacity=1, draw=Draw.PRIORITY, order=Order.PRIORITY, role_order=ROLES)
        story.ask("Ana")
        story.ask("Bo", role="Manager")
        story.now = CLOSES

        story.sweep()

        assert story.standing() == stands(waiting="Bo Ana", proposed="Bo")

    def test_does_not_need_the_job(self):
        """A request after the hour finds the allotment made, and follows by time."""
        story, swept = sealed(), sealed()
        for one in (story, swept):
            one.ask("Ana", "Bo", "Cleo")
            one.now = at("2026-03-06 12:30")
        swept.sweep()

        for one in (story, swept):
            one.ask("Zoe", role="Manager")

        assert story.standing() == swept.standing()
        assert story.standing().waiting[-1] == "Zoe"

    def test_lets_later_requests_follow_by_time(self):
        """They take no part in the draw, whatever lot they would have had."""
        story = sealed(capacity=1)
        story.ask("Ana", "Bo")
        story.now = CLOSES
        story.ask("Eve", "Dan", "Cleo")

        assert story.line().endswith("Eve Dan Cleo")

    def test_publishes_the_seed_only_when_it_closes(self):
        """Before, the rules hold the commitment and nothing else."""
        story = sealed()
        before = story.roster().session.window
        story.now = CLOSES
        story.sweep()

        after = story.roster().session.window
        assert before is not None
        assert after is not None
        assert (before.seed, before.commitment) == ("", commitment_to(SEED))
        assert (after.seed, after.is_closed) == (SEED, True)

    def test_refuses_a_seed_that_was_not_committed_to(self):
        """Nobody can choose the draw after seeing the requests."""
        story = sealed()
        story.ask("Ana")
        story.now = CLOSES

        with pytest.raises(Defect) as caught:
            story.act(c.CloseWindow(session_id=SAFETY, seed="another"))

        assert caught.value.detail == "The seed of the lottery is not the one that was committed to."

    def test_takes_no_requests_before_it_opens(self):
        """Whoever asks too early is told so."""
        story = sealed()
        story.now = at("2026-03-02 09:59")

        with pytest.raises(refusals.WindowNotOpen) as caught:
            story.ask("Ana")

        assert caught.value.opens_at == OPENS

    def test_counts_nobody_as_overflow_while_it_collects(self):
        """The limit of the list is for those who wait after the allotment."""
        story = sealed(waitlist_limit=1)
        story.ask("Ana", "Bo", "Cleo", "Dan")

        assert len(story.standing().waiting) == 4

    def test_takes_nobody_before_it_is_open_and_everybody_from_then_on(self):
        """At ten it is open; a second before it is not."""
        story = sealed()

        story.now = OPENS

        assert len(story.ask("Ana")) == 1


class TestTheDraw:
    def test_is_told_with_its_seed_and_where_it_took_everybody(self):
        """Ana asked first and Bo second; their lots turn them round, and Cleo stays third."""
        story = sealed(capacity=0)
        story.ask("Ana", "Bo", "Cleo")
        lots = {name: sha256(f"{SEED}\n{name}".encode()).hexdigest() for name in ("Ana", "Bo", "Cleo")}
        drawn = sorted(lots, key=lots.__getitem__)
        story.now = CLOSES

        events = story.sweep()

        assert events == (
            WindowClosed(session_id=SAFETY, closed_at=CLOSES, arrivals=3, seed=SEED),
            *(
                EntryRanked(
                    session_id=SAFETY,
                    registration_id=story.id_of(name),
                    person_id=name,
                    base_key=f"0.{lots[name]}.00000000{story.entry(name).arrival}~",
                    line_key=f"0.{lots[name]}.00000000{story.entry(name).arrival}~",
                    from_position=story.entry(name).arrival,
                    to_position=to,
                    because="drawn",
                )
                for to, name in enumerate(drawn, start=1)
            ),
        )

    def test_by_priority_needs_no_seed_and_publishes_none(self):
        """Everybody stood in that order already."""
        story = sealed(draw=Draw.PRIORITY, capacity=0)
        story.ask("Ana")
        story.now = CLOSES

        events = story.act(c.CloseWindow(session_id=SAFETY, seed="left over"))

        assert events == (WindowClosed(session_id=SAFETY, closed_at=CLOSES, arrivals=1),)

    def test_is_not_held_a_tick_before_its_hour(self):
        """Nothing follows, and nobody learns the seed."""
        story = sealed()
        story.ask("Ana")
        story.now = CLOSES - timedelta(microseconds=1)

        assert story.act(c.CloseWindow(session_id=SAFETY, seed=SEED)) == ()

    def test_is_not_held_twice(self):
        """The second time nothing follows."""
        story = sealed()
        story.ask("Ana")
        story.now = CLOSES
        story.sweep()

        assert story.act(c.CloseWindow(session_id=SAFETY, seed=SEED)) == ()

    def test_is_none_of_a_session_without_a_window(self):
        """There is nothing to close."""
        assert Story().act(c.CloseWindow(session_id=SAFETY)) == ()


class TestSettingAWindow:
    LATER = Window(opens_at=at("2026-03-03 10:00"), closes_at=CLOSES, draw=Draw.PRIORITY)

    def set(self, window: Window | None, *, was: Window | None = None) -> tuple[Any, ...]:
        """Set a window in a session where nobody has asked, on Monday at ten."""
        return Story(session(window=was)).act(c.SetWindow(session_id=SAFETY, window=window, reason="fair to all"))

    def test_is_told_with_the_rules_before_and_after_and_the_reason(self):
        """The rest of the rules is as it was."""
        was = session()

        assert self.set(self.LATER) == (
            RulesChanged(session_id=SAFETY, was=was, rules=replace(was, window=self.LATER), reason="fair to all"),
        )

    def test_takes_it_away_again(self):
        """As long as nobody has asked."""
        [changed] = self.set(None, was=self.LATER)

        assert changed.rules == session()

    def test_as_it_stands_changes_nothing(self):
        """The form was saved twice."""
        assert self.set(self.LATER, was=self.LATER) == ()

    def test_can_let_it_open_at_once(self):
        """It opens now, and not a second ago."""
        now = replace(self.LATER, opens_at=OPENS)
        before = replace(self.LATER, opens_at=OPENS - timedelta(seconds=1))

        assert len(self.set(now)) == 1
        with pytest.raises(refusals.WindowTooLate):
            self.set(before)

    def test_needs_it_to_close_after_it_opens(self):
        """A window of no length collects nothing."""
        with pytest.raises(refusals.WindowTooLate):
            self.set(replace(self.LATER, closes_at=self.LATER.opens_at))

    def test_is_refused_once_somebody_has_asked(self):
        """It is the same for all, or it is not; that goes for taking it away as well."""
        story = sealed()
        story.ask("Ana")

        for window in (self.LATER, None):
            with pytest.raises(refusals.WindowTooLate):
                story.act(c.SetWindow(session_id=SAFETY, window=window))

    def test_needs_the_commitment_to_the_seed_of_a_lottery(self):
        """A seed that nobody has committed to could still be chosen."""
        window = replace(self.LATER, draw=Draw.LOTTERY)

        with pytest.raises(Defect) as caught:
            self.set(window)

        assert caught.value.detail == "A lottery needs the commitment to its seed before its window opens."
        assert len(self.set(replace(window, commitment=commitment_to(SEED)))) == 1

    def test_is_refused_in_a_session_that_was_cancelled(self):
        """It collects nothing any more."""
        story = Story()
        story.cancel()

        with pytest.raises(refusals.SessionIsCancelled):
            story.act(c.SetWindow(session_id=SAFETY, window=self.LATER))


def test_whoever_asks_after_the_hour_comes_behind_those_who_asked_in_time_without_any_rule():
    """By time alone too: Bo says that he asked before Ana, but after the window had closed."""
    story = sealed(capacity=0, draw=Draw.PRIORITY)
    story.ask("Ana")
    story.now = CLOSES
    story.sweep()

    story.ask("Bo", asked_at=at("2026-03-01 10:00"))

    assert story.line() == "Ana Bo"


def test_a_lot_of_whoever_is_put_back_is_their_own():
    """Bo left by mistake after the draw, and is put back: he stands where his lot put him."""
    story = sealed(capacity=0)
    story.ask("Ana", "Bo", "Cleo", "Dan")
    story.now = CLOSES
    story.sweep()
    line, bo = story.line(), story.entry("Bo")
    story.drop("Bo", status=Status.LEFT)

    story.ask_earlier("Bo", asked_at=OPENS, terms=Terms(reinstates=bo.id, first_arrival=bo.arrival))

    assert story.line() == line


def test_a_lot_of_whoever_is_put_back_is_that_of_the_record_it_was_drawn_as():
    """Bo left by mistake, and is Eve under another address by then: she stands where Bo's lot put him."""
    story = sealed(capacity=0)
    story.ask("Ana", "Bo", "Cleo", "Dan")
    story.now = CLOSES
    story.sweep()
    bo = story.entry("Bo")
    at = story.standing().waiting.index("Bo")
    story.drop("Bo", status=Status.LEFT)

    terms = Terms(reinstates=bo.id, first_arrival=bo.arrival, drawn_key=bo.base_key)
    story.ask_earlier("Eve", asked_at=OPENS, terms=terms)

    assert story.entry("Eve").line_key == bo.base_key
    assert story.standing().waiting.index("Eve") == at


def test_a_place_by_time_is_no_lot():
    """Whoever asked after the window, or was sent to the end, drew nothing; nor did anybody before the hour."""
    story = sealed(capacity=0)
    story.ask("Ana")
    before = story.entry("Ana").base_key
    story.now = CLOSES
    story.ask("Bo")

    drawn = [is_drawn(key) for key in (before, story.entry("Ana").base_key, story.entry("Bo").base_key)]

    assert (drawn, is_drawn(requeued_key(CLOSES, 1)), is_drawn("")) == ([False, True, False], False, False)


def test_a_fact_counts_after_a_window_that_was_ordered_by_rules():
    """No lot was drawn: Bo is found to be a safety officer, and comes before Ana."""
    story = sealed(capacity=0, draw=Draw.PRIORITY, order=Order.PRIORITY, role_order=ROLES)
    story.ask("Ana", "Bo")
    story.now = CLOSES
    story.sweep()

    story.learn("Bo", Facts(role="Safety officer"))

    assert story.line() == "Bo Ana"


def test_the_last_lot_of_a_draw_stands_in_another_order():
    """Whoever asked last in the window has a lot like everybody, which a fact does not change."""
    story = sealed(capacity=0, order=Order.PRIORITY, role_order=ROLES)
    story.ask("Ana", "Bo", "Cleo", "Dan")
    story.now = CLOSES
    story.sweep()
    line, key = story.line(), story.entry("Dan").base_key

    story.learn("Dan", Facts(role="Safety officer"))

    assert (story.line(), story.entry("Dan").base_key) == (line, key)


def test_a_lot_stays_with_whoever_is_put_back_and_with_whoever_they_are_found_to_be():
    """Dan, who asked last in the window, is put back, and is Eve under another address: nobody draws again."""
    story = sealed(capacity=0, order=Order.PRIORITY, role_order=ROLES)
    story.ask("Ana", "Bo", "Cleo", "Dan")
    story.now = CLOSES
    story.sweep()
    dan = story.entry("Dan")
    story.drop("Dan", status=Status.LEFT)
    story.ask_earlier("Dan", asked_at=OPENS, terms=Terms(reinstates=dan.id, first_arrival=dan.arrival))
    story.merge("Dan", into="Eve")

    story.learn("Eve", Facts(role="Safety officer"))

    assert story.entry("Eve").base_key == dan.base_key
