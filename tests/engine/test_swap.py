"""Exchanging a seat for one in another session."""

from datetime import timedelta

import pytest

from tests.builders import MONDAY, Story, session, stands
from waitlist_app.engine.events import RegistrationClosed
from waitlist_app.engine.model import LapseRule, Status, Terms


def at_the_same_time(*, monday: int = 1, tuesday: int = 1) -> Story:
    """Open two sessions that overlap; Ana has a seat in the first."""
    story = Story(session("Mon", capacity=monday), session("Tue", capacity=tuesday), overlaps=[("Mon", "Tue")])
    story.ask("Ana", to="Mon")
    return story


def instead_of(story: Story, code: str, name: str = "Ana") -> Terms:
    """Name the seat that somebody would give up."""
    return Terms(gives_up=story.id_of(name, code), gives_up_in=code)


class TestASwap:
    def test_into_a_free_seat_is_done_at_once(self):
        """Both sessions change in one act, and the seat given up goes to the line there."""
        story = at_the_same_time()
        story.ask("Bo", to="Mon")

        story.ask("Ana", to="Tue", terms=instead_of(story, "Mon"))

        assert story.standing("Tue") == stands(confirmed="Ana")
        assert story.standing("Mon") == stands(waiting="Bo", proposed="Bo")

    def test_keeps_the_old_seat_until_the_new_one_is_accepted(self):
        """While she waits and while she has the offer, Ana has her seat, and is not skipped for it."""
        story = at_the_same_time()
        story.ask("Bo", to="Tue")
        story.ask("Ana", to="Tue", terms=instead_of(story, "Mon"))
        story.drop("Bo", out_of="Tue")

        story.approve("Ana", to="Tue")

        assert story.standing("Tue") == stands(offered="Ana")
        assert story.standing("Mon") == stands(confirmed="Ana")

    def test_is_done_when_the_offer_is_accepted(self):
        """Accepting exchanges the two; the old seat is proposed to who waits for it."""
        story = at_the_same_time()
        story.ask("Bo", to="Tue")
        story.ask("Ana", to="Tue", terms=instead_of(story, "Mon"))
        story.ask("Cleo", to="Mon")
        story.drop("Bo", out_of="Tue")
        story.approve("Ana", to="Tue")

        story.accept("Ana", to="Tue")

        assert story.standing("Tue") == stands(confirmed="Ana")
        assert story.standing("Mon") == stands(waiting="Cleo", proposed="Cleo")

    def test_leaves_the_old_seat_when_the_offer_is_declined(self):
        """Saying no to the new seat gives nothing up."""
        story = at_the_same_time()
        story.ask("Bo", to="Tue")
        story.ask("Ana", to="Tue", terms=instead_of(story, "Mon"))
        story.drop("Bo", out_of="Tue")
        story.approve("Ana", to="Tue")

        story.decline("Ana", to="Tue")

        assert story.standing("Mon") == stands(confirmed="Ana")

    def test_is_an_ordinary_accept_when_the_old_seat_is_gone(self):
        """Somebody who dropped the seat meanwhile gives nothing up with it."""
        story = at_the_same_time()
        story.ask("Bo", to="Tue")
        story.ask("Ana", to="Tue", terms=instead_of(story, "Mon"))
        story.drop("Ana", out_of="Mon")
        story.drop("Bo", out_of="Tue")
        story.approve("Ana", to="Tue")

        story.accept("Ana", to="Tue")

        assert (story.standing("Mon"), story.standing("Tue")) == (stands(), stands(confirmed="Ana"))

    def test_excuses_that_seat_and_no_other(self):
        """A newer seat at the same time, even in the same session, is a conflict like any other."""
        story = at_the_same_time(monday=2)
        story.ask("Bo", to="Tue")
        story.ask("Ana", to="Tue", terms=instead_of(story, "Mon"))
        story.drop("Ana", out_of="Mon")

        story.ask("Ana", to="Mon")

        assert story.entry("Ana", "Tue").conflicts == ("Mon",)

    def test_works_between_sessions_at_different_times(self):
        """A sister date need not clash to be exchanged."""
        story = Story(session("Mon"), session("Tue"))
        story.ask("Ana", to="Mon")

        story.ask("Ana", to="Tue", terms=instead_of(story, "Mon"))

        assert (story.standing("Mon"), story.standing("Tue")) == (stands(), stands(confirmed="Ana"))

    def test_tells_how_the_old_seat_ended(self):
        """It was dropped, for a seat elsewhere."""
        story = at_the_same_time()

        events = story.ask("Ana", to="Tue", terms=instead_of(story, "Mon"))

        [closed] = [e for e in events if e.session_id == "Mon"]
        assert (closed.status, closed.reason) == (Status.DROPPED, "given up for a seat in another session")  # type: ignore[union-attr]

    @pytest.mark.parametrize(("seconds_early", "is_late"), [(1, False), (0, True)])
    def test_from_the_cut_off_on_gives_the_old_seat_up_late(self, seconds_early, is_late):
        """Monday's line has as little time left as after any late drop."""
        cut_off = MONDAY + timedelta(hours=4)
        story = Story(
            session("Mon", starts_at=cut_off + timedelta(hours=1), cut_off_window=timedelta(hours=1)), session("Tue")
        )
        story.ask("Ana", to="Mon")
        story.now = cut_off - timedelta(seconds=seconds_early)

        events = story.ask("Ana", to="Tue", terms=instead_of(story, "Mon"))

        assert events[-1] == RegistrationClosed(
            session_id="Mon",
            registration_id="Ana 1",
            person_id="Ana",
            seat_units=1,
            was=Status.CONFIRMED,
            status=Status.DROPPED,
            was_ready=False,
            reason="given up for a seat in another session",
            is_late=is_late,
        )

    def test_still_excuses_the_old_seat_after_an_offer_that_lapsed(self):
        """Sent to the end, Ana waits on in exchange for Monday, which keeps her from nothing."""
        story = Story(session("Mon"), session("Tue", on_lapse=LapseRule.END), overlaps=[("Mon", "Tue")])
        story.ask("Ana", to="Mon")
        story.ask("Bo", to="Tue")
        story.ask("Ana", to="Tue", terms=instead_of(story, "Mon"))
        story.drop("Bo", out_of="Tue")
        story.approve("Ana", to="Tue")

        story.decline("Ana", to="Tue")

        assert story.entry("Ana", "Tue").conflicts == ()
        assert story.standing("Tue") == stands(waiting="Ana", proposed="Ana")


def test_an_entry_is_not_skipped_for_an_offer_of_what_it_gives_up():
    """Ana waits for Monday, and for Tuesday instead of it: she is offered Monday, and may be offered Tuesday too."""
    story = Story(session("Mon"), session("Tue"), overlaps=[("Mon", "Tue")])
    story.ask("Olga", "Ana", to="Mon")
    story.ask("Bo", to="Tue")
    story.ask("Ana", to="Tue", terms=instead_of(story, "Mon"))
    story.drop("Olga", out_of="Mon")

    story.approve("Ana", to="Mon")

    assert story.entry("Ana", "Tue").conflicts == ()
