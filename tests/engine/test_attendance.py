"""Who came, who did not, and who dropped too late for a mail."""

from datetime import timedelta

import pytest

from tests.builders import SAFETY, Story, at, session, stands
from waitlist_app.engine import commands as c
from waitlist_app.engine import refusals
from waitlist_app.engine.events import CheckedIn, RegistrationClosed
from waitlist_app.engine.model import Status

STARTS = at("2026-03-20 09:00")


def begun(*waiting: str, **rules) -> Story:
    """Tell a story in which Ana and Bo have the two seats, at the start of the session."""
    story = Story(session(capacity=2, starts_at=STARTS, **rules))
    story.ask("Ana", "Bo", *waiting)
    story.now = STARTS
    return story


def check_in(story: Story, name: str):
    """Note that somebody came."""
    return story.act(c.CheckIn(session_id=SAFETY, registration_id=story.id_of(name)))


def miss(story: Story, name: str):
    """Note that somebody did not come."""
    return story.act(c.NoteNoShow(session_id=SAFETY, registration_id=story.id_of(name), reason="seen by nobody"))


class TestCheckingIn:
    def test_notes_when_somebody_came(self):
        """Ana is confirmed, and here."""
        story = begun()

        events = check_in(story, "Ana")

        assert events == (CheckedIn(session_id=SAFETY, registration_id="Ana 1", person_id="Ana", checked_in_at=STARTS),)
        ana = story.entry("Ana")
        assert (ana.status, ana.checked_in_at) == (Status.CONFIRMED, STARTS)

    def test_happens_once(self):
        """Nobody comes twice."""
        story = begun()
        check_in(story, "Ana")

        with pytest.raises(refusals.AlreadyCheckedIn):
            check_in(story, "Ana")

    def test_is_only_for_the_confirmed(self):
        """Whoever waits, or is not there at all, has no seat to sit on."""
        story = begun("Cleo")

        for name in ("Cleo", "Zoe"):
            with pytest.raises(refusals.NotConfirmed):
                check_in(story, name)


class TestANoShow:
    def test_gives_the_seat_back_to_the_line(self):
        """Bo did not come: Cleo is proposed, once."""
        story = begun("Cleo", "Dan")

        [closed, _] = miss(story, "Bo")

        assert closed == RegistrationClosed(
            session_id=SAFETY,
            registration_id="Bo 2",
            person_id="Bo",
            seat_units=1,
            was=Status.CONFIRMED,
            status=Status.NO_SHOW,
            was_ready=False,
            reason="seen by nobody",
        )
        assert story.standing() == stands(confirmed="Ana", waiting="Cleo Dan", proposed="Cleo")

    def test_gives_no_granted_seat_back_to_the_line(self):
        """Dan sat beyond the limit; the record says that his seat was a grant, and Cleo goes on waiting."""
        story = begun("Cleo", "Dan")
        story.grant("Dan")

        [closed] = miss(story, "Dan")

        assert isinstance(closed, RegistrationClosed)
        assert closed.was_granted is True
        assert story.standing() == stands(confirmed="Ana Bo", waiting="Cleo")

    def test_is_nobody_who_came(self):
        """Ana was checked in."""
        story = begun()
        check_in(story, "Ana")

        with pytest.raises(refusals.AlreadyCheckedIn):
            miss(story, "Ana")

    def test_is_nobody_before_the_start(self):
        """A minute early nobody is missing yet."""
        story = begun()
        story.now = STARTS - timedelta(minutes=1)

        with pytest.raises(refusals.NotStarted):
            miss(story, "Ana")


class TestADrop:
    @pytest.mark.parametrize(("minutes_early", "is_late"), [(1, False), (0, True), (-1, True)])
    def test_from_the_cut_off_on_is_late(self, minutes_early, is_late):
        """The cut-off is a day before the start: at that very instant it is late."""
        story = begun(cut_off_window=timedelta(days=1))
        story.now = STARTS - timedelta(days=1, minutes=minutes_early)

        [closed] = story.drop("Ana")

        assert isinstance(closed, RegistrationClosed)
        assert closed.is_late is is_late

    def test_from_the_line_is_never_late(self):
        """Whoever waits gives no seat back."""
        story = begun("Cleo")

        [closed] = story.drop("Cleo")

        assert isinstance(closed, RegistrationClosed)
        assert not closed.is_late
