"""The clock of an offer: more time, and that it does not run against a person who was not reached."""

from datetime import timedelta

import pytest

from tests.builders import MONDAY, SAFETY, Story, at, session, stands
from waitlist_app.engine import commands as c
from waitlist_app.engine import refusals
from waitlist_app.engine.events import OfferExtended, OfferNotReached, OfferReached, OfferRefreshed

DEADLINE = at("2026-03-04 10:00")
"""48 hours after Monday, 10:00."""
MINUTE = timedelta(minutes=1)


def offered_to_bo(**rules) -> Story:
    """Tell a story in which Olga gave up the only seat, Bo has the offer, and Cleo waits."""
    story = Story(session(**rules))
    story.ask("Olga", "Bo", "Cleo")
    story.drop("Olga")
    story.approve("Bo")
    return story


def not_yet_reached(**rules) -> Story:
    """Tell the same story where offers wait for their mail."""
    return offered_to_bo(offers_wait_for_mail=True, **rules)


class TestMoreTime:
    def test_is_recorded_with_both_deadlines(self):
        """The old and the new one, and why."""
        story = offered_to_bo()

        events = story.extend("Bo", at("2026-03-05 10:00"))

        assert events == (
            OfferExtended(
                session_id=SAFETY,
                registration_id=story.id_of("Bo"),
                person_id="Bo",
                offer_number=1,
                was_until=DEADLINE,
                expires_at=at("2026-03-05 10:00"),
                reason="away",
            ),
        )

    def test_keeps_the_seat_up_to_the_new_deadline(self):
        """At the old one nothing happens, at the new one the next is proposed."""
        story = offered_to_bo()
        story.extend("Bo", at("2026-03-05 10:00"))
        story.now = DEADLINE
        story.sweep()
        still = story.standing()
        story.now = at("2026-03-05 10:00")

        story.sweep()

        assert still == stands(offered="Bo", waiting="Cleo")
        assert story.standing() == stands(waiting="Cleo", proposed="Cleo")

    @pytest.mark.parametrize("until", [DEADLINE, DEADLINE - MINUTE])
    def test_is_never_less(self, until):
        """A promised deadline is not moved forward, nor set again."""
        with pytest.raises(refusals.NotLonger) as refused:
            offered_to_bo().extend("Bo", until)

        assert refused.value.until == DEADLINE

    def test_needs_a_reason(self):
        """It takes time from those who wait."""
        with pytest.raises(refusals.ReasonMissing):
            offered_to_bo().extend("Bo", at("2026-03-05 10:00"), reason=" ")

    def test_is_not_given_to_an_offer_that_has_ended(self):
        """At the deadline it is too late for more."""
        story = offered_to_bo()
        story.now = DEADLINE

        with pytest.raises(refusals.OfferEnded):
            story.extend("Bo", at("2026-03-05 10:00"))

    def test_ends_at_the_cut_off(self):
        """The session starts on Thursday at noon and the cut-off is a day before: more is not there to give."""
        story = offered_to_bo(starts_at=at("2026-03-05 12:00"), cut_off_window=timedelta(hours=24))

        story.extend("Bo", at("2026-03-08 10:00"))

        assert story.entry("Bo").offer_expires_at == at("2026-03-04 12:00")
        with pytest.raises(refusals.NotLonger):
            story.extend("Bo", at("2026-03-08 10:00"))

    @pytest.mark.parametrize(("starts", "stands"), [(True, True), (True, False), (False, True)])
    def test_says_that_the_clock_runs_only_where_it_stood_and_the_person_was_reached(self, starts, stands):
        """Olga had Bo on the phone; or she had not; or his clock was running all the time."""
        story = not_yet_reached() if stands else offered_to_bo()

        [extended] = story.extend("Bo", at("2026-03-05 10:00"), starts_clock=starts)

        assert isinstance(extended, OfferExtended)
        assert extended.starts_clock is (starts and stands)


class TestANewLink:
    def test_is_told_with_the_offer_that_it_is_for(self):
        """The same offer under another link: seat, number and deadline stay as they are."""
        story = offered_to_bo()
        before = story.roster()

        events = story.act(c.RefreshOffer(session_id=SAFETY, registration_id=story.id_of("Bo")))

        assert events == (
            OfferRefreshed(session_id=SAFETY, registration_id=story.id_of("Bo"), person_id="Bo", offer_number=1),
        )
        assert story.roster() == before

    @pytest.mark.parametrize("name", ["Cleo", "Nobody"])
    def test_is_not_sent_to_whoever_has_no_offer(self, name):
        """Cleo only waits."""
        story = offered_to_bo()

        with pytest.raises(refusals.OfferEnded):
            story.act(c.RefreshOffer(session_id=SAFETY, registration_id=story.id_of(name)))

    def test_is_not_sent_at_the_deadline(self):
        """A second before it still is."""
        story = offered_to_bo()
        refresh = c.RefreshOffer(session_id=SAFETY, registration_id=story.id_of("Bo"))
        story.now = DEADLINE - timedelta(seconds=1)
        assert len(story.act(refresh)) == 1
        story.now = DEADLINE

        with pytest.raises(refusals.OfferEnded):
            story.act(refresh)


class TestAPersonWhoWasNotReached:
    def test_loses_nothing_while_the_mail_lies_there(self):
        """Hours after the deadline the seat is held, the offer is open and nobody else is proposed."""
        story = not_yet_reached()
        story.now = DEADLINE + timedelta(hours=6)

        story.sweep()

        assert story.standing() == stands(offered="Bo", waiting="Cleo")
        assert story.sum().held == 1

    def test_can_still_accept(self):
        """One rule everywhere: what holds the seat can be accepted, by phone for example."""
        story = not_yet_reached()
        story.now = DEADLINE + timedelta(hours=6)

        story.accept("Bo")

        assert story.standing() == stands(confirmed="Bo", waiting="Cleo")

    def test_keeps_newcomers_out(self):
        """The seat counts as held for whoever asks."""
        story = not_yet_reached()
        story.now = DEADLINE + timedelta(hours=6)

        story.ask("Dan")

        assert story.standing() == stands(offered="Bo", waiting="Cleo Dan")

    @pytest.mark.parametrize("late", [timedelta(0), timedelta(seconds=59), MINUTE])
    def test_has_the_promised_time_when_the_mail_goes_out_within_a_minute(self, late):
        """So much is no delay."""
        story = not_yet_reached()
        story.now = MONDAY + late

        events = story.hand_over("Bo")

        assert events == (
            OfferReached(
                session_id=SAFETY,
                registration_id=story.id_of("Bo"),
                person_id="Bo",
                offer_number=1,
                was_until=DEADLINE,
                expires_at=DEADLINE,
            ),
        )
        assert story.entry("Bo").clock_stands_since is None

    @pytest.mark.parametrize("late", [timedelta(seconds=61), timedelta(hours=3), timedelta(days=5)])
    def test_gets_the_delay_back(self, late):
        """A mail handed over later moves the deadline by as much, even from beyond it."""
        story = not_yet_reached()
        story.now = MONDAY + late

        story.hand_over("Bo")

        assert story.entry("Bo").offer_expires_at == DEADLINE + late

    def test_is_told_whether_the_mail_itself_says_the_deadline(self):
        """It was written before the deadline was known: whoever reads it has to look at the page."""
        story = not_yet_reached()
        story.now = MONDAY + timedelta(hours=3)

        assert story.hand_over("Bo", is_printed=False) == (
            OfferReached(
                session_id=SAFETY,
                registration_id=story.id_of("Bo"),
                person_id="Bo",
                offer_number=1,
                was_until=DEADLINE,
                expires_at=DEADLINE + timedelta(hours=3),
                is_printed=False,
            ),
        )

    def test_gets_no_time_past_the_cut_off(self):
        """The session does not wait."""
        story = not_yet_reached(starts_at=at("2026-03-04 16:00"), cut_off_window=timedelta(hours=2))
        story.now = MONDAY + timedelta(hours=10)

        story.hand_over("Bo")

        assert story.entry("Bo").offer_expires_at == at("2026-03-04 14:00")

    def test_lets_the_seat_go_once_the_clock_has_run_out(self):
        """Reached, and silent: the next is proposed."""
        story = not_yet_reached()
        story.hand_over("Bo")
        story.now = DEADLINE

        story.sweep()

        assert story.standing() == stands(waiting="Cleo", proposed="Cleo")

    def test_starts_no_clock_twice(self):
        """The worker may tell again; nothing moves."""
        story = not_yet_reached()
        story.hand_over("Bo")
        story.now = MONDAY + timedelta(hours=5)

        assert story.hand_over("Bo") == ()
        assert story.entry("Bo").offer_expires_at == DEADLINE

    def test_is_not_an_earlier_offer(self):
        """News about another mail starts no clock."""
        story = not_yet_reached()
        entry = story.id_of("Bo")
        late = c.StartClock(session_id=SAFETY, registration_id=entry, offer_number=0, handed_over_at=story.now)

        assert story.act(late) == ()


class TestAMailThatComesBack:
    def test_stops_the_clock(self):
        """From then on no deadline ends the offer; a coordinator decides."""
        story = not_yet_reached()
        story.hand_over("Bo")
        story.now = MONDAY + timedelta(hours=1)

        events = story.bounce("Bo")
        story.now = DEADLINE + timedelta(days=1)
        story.sweep()

        assert events == (
            OfferNotReached(
                session_id=SAFETY,
                registration_id=story.id_of("Bo"),
                person_id="Bo",
                offer_number=1,
                stands_since=MONDAY + timedelta(hours=1),
                reason="No such mailbox",
            ),
        )
        assert story.standing() == stands(offered="Bo", waiting="Cleo")

    def test_gives_the_time_back_when_the_next_mail_gets_through(self):
        """The clock goes on where it stopped."""
        story = not_yet_reached()
        story.hand_over("Bo")
        story.now = MONDAY + timedelta(hours=1)
        story.bounce("Bo")
        story.now = MONDAY + timedelta(hours=9)

        story.hand_over("Bo")

        assert story.entry("Bo").offer_expires_at == DEADLINE + timedelta(hours=8)

    def test_runs_again_when_somebody_reaches_the_person_and_gives_more_time(self):
        """An extension by phone is a deadline like any other."""
        story = not_yet_reached()
        story.bounce("Bo")
        later = DEADLINE + timedelta(hours=4)

        story.extend("Bo", later, starts_clock=True)
        story.now = later
        story.sweep()

        assert story.standing() == stands(waiting="Cleo", proposed="Cleo")

    def test_comes_too_late_for_an_offer_that_has_ended(self):
        """What has ended does not begin again."""
        story = offered_to_bo()
        story.now = DEADLINE

        events = story.bounce("Bo")

        assert not any(isinstance(event, OfferNotReached) for event in events)
