"""What becomes of a request."""

import pytest
from msgspec.structs import replace

from tests.builders import MONDAY, SAFETY, Story, at, session, stands
from waitlist_app.engine import commands as c
from waitlist_app.engine import refusals
from waitlist_app.engine.decisions.asking import newcomer_fits
from waitlist_app.engine.model import STANDARD, ConflictRule, GroupRule, LapseRule, Mode, Status, Terms
from waitlist_app.engine.prospects import in_words, prospect

FORKLIFT = "Forklift"
AT_ONCE = [(SAFETY, FORKLIFT)]


def two_at_once(conflicts: ConflictRule = ConflictRule.WAIT, *, capacity: int | None = 1) -> Story:
    """Tell a story of two sessions at the same time."""
    return Story(
        session(capacity=capacity, conflicts=conflicts), session(FORKLIFT, conflicts=conflicts), overlaps=AT_ONCE
    )


class TestARequest:
    def test_gets_a_seat_while_enough_are_left(self):
        """Who comes first is seated, until the seats are gone."""
        story = Story(session(capacity=2))

        story.ask("Ana", "Bo", "Cleo")

        assert story.standing() == stands(confirmed="Ana Bo", waiting="Cleo")

    def test_keeps_the_mode_that_stood_when_it_was_made(self):
        """For the record alone: whoever waits is served by the mode that now stands."""
        story = Story(session(mode=Mode.OFFERED))
        story.ask("Ana", "Bo")
        story.set_rules(mode=Mode.MANUAL)
        story.ask("Cleo", terms=Terms(mode=Mode.AUTOMATIC))

        modes = {name: story.entry(name).terms.mode for name in ("Ana", "Bo", "Cleo")}

        assert modes == {"Ana": Mode.OFFERED, "Bo": Mode.OFFERED, "Cleo": Mode.MANUAL}
        assert story.entry("Cleo").terms == STANDARD

    def test_waits_when_the_seats_left_are_too_few_for_the_group(self):
        """A group is seated together or waits together."""
        story = Story(session(capacity=3))
        story.ask("Ana", "Bo")

        story.ask("Cleo", units=2)

        assert story.standing() == stands(confirmed="Ana Bo", waiting="Cleo")

    def test_is_refused_when_the_group_is_larger_than_the_session(self):
        """Nobody waits for seats that will never exist."""
        story = Story(session(capacity=2))

        with pytest.raises(refusals.TooManyUnits) as refused:
            story.ask("Ana", units=3)

        assert (refused.value.seat_units, refused.value.limit) == (3, 2)

    def test_may_be_as_large_as_the_session(self):
        """The whole session can go to one group."""
        story = Story(session(capacity=2))

        story.ask("Ana", units=2)

        assert story.standing() == stands(confirmed="Ana")

    def test_always_gets_a_seat_where_there_is_no_limit(self):
        """Without a limit there is no line."""
        story = Story(session(capacity=None))

        story.ask("Ana", "Bo")
        story.ask("Cleo", units=50)

        assert story.standing() == stands(confirmed="Ana Bo Cleo")

    def test_always_waits_where_the_capacity_is_zero(self):
        """Capacity 0 means that everybody waits, whatever the allowance."""
        story = Story(session(capacity=0, allowance_units=5))

        story.ask("Ana")

        assert story.standing() == stands(waiting="Ana")

    def test_by_somebody_who_is_there_already_changes_nothing(self):
        """One person has one place in a session."""
        story = Story()
        story.ask("Ana", "Bo")

        with pytest.raises(refusals.AlreadyRegistered) as refused:
            story.ask("Bo")

        assert refused.value.registration_id == story.id_of("Bo")
        assert story.standing() == stands(confirmed="Ana", waiting="Bo")

    def test_is_refused_when_the_waitlist_is_closed(self):
        """A full session with a closed waitlist takes nobody."""
        story = Story(session(waitlist_is_open=False))
        story.ask("Ana")

        with pytest.raises(refusals.WaitlistClosed):
            story.ask("Bo")

        assert story.standing() == stands(confirmed="Ana")

    def test_is_refused_when_the_waitlist_is_full(self):
        """The list takes as many entries as its limit says, whatever their size."""
        story = Story(session(capacity=2, waitlist_limit=2))
        story.ask("Ana", units=2)
        story.ask("Bo", units=2)
        story.ask("Cleo")

        with pytest.raises(refusals.WaitlistFull) as refused:
            story.ask("Dan")

        assert refused.value.limit == 2
        assert story.standing() == stands(confirmed="Ana", waiting="Bo Cleo")


class TestANewcomer:
    def test_does_not_overtake_those_who_wait_for_an_approval(self):
        """A free seat belongs to the line, even while nobody has approved the proposal."""
        story = Story()
        story.ask("Ana", "Bo")
        story.drop("Ana")

        story.ask("Zoe")

        assert story.standing() == stands(waiting="Bo Zoe", proposed="Bo")

    def test_does_not_take_a_seat_that_is_held_for_somebody(self):
        """An offered seat is not free until its deadline."""
        story = Story()
        story.ask("Ana", "Bo")
        story.drop("Ana")
        story.approve("Bo")

        story.ask("Zoe")

        assert story.standing() == stands(offered="Bo", waiting="Zoe")

    def test_gets_the_seat_that_is_left_after_everybody_ready_in_the_line(self):
        """Three seats free and one person waiting leave two."""
        story = Story()
        story.ask("Ana", "Bo")
        story.set_capacity(4)

        story.ask("Zoe", "Yan", "Xia")

        assert story.standing() == stands(confirmed="Ana Zoe Yan", waiting="Bo Xia", proposed="Bo")

    def test_does_not_pass_a_group_that_waits_for_more_seats(self):
        """A free seat is kept for the group of two in front, even while one seat is too few for it."""
        story = Story(session(capacity=2))
        story.ask("Ana", "Bo")
        story.ask("Cleo", units=2)
        story.drop("Ana")

        story.ask("Zoe")

        assert story.standing() == stands(confirmed="Bo", waiting="Cleo Zoe")

    def test_does_not_pass_a_group_even_where_those_who_wait_may(self):
        """Filling is for the line; a newcomer waits behind everybody in it."""
        story = Story(session(capacity=2, groups=GroupRule.FILL))
        story.ask("Ana", "Bo")
        story.ask("Cleo", units=2)
        story.drop("Ana")

        story.ask("Zoe")

        assert story.standing() == stands(confirmed="Bo", waiting="Cleo Zoe", proposed="Zoe")

    def test_passes_those_who_could_not_take_the_seat(self):
        """Whoever holds a seat at the same time keeps the place and blocks nobody."""
        story = two_at_once()
        story.ask("Ana", to=FORKLIFT)
        story.ask("Bo", "Ana")
        story.drop("Bo")

        story.ask("Zoe")

        assert story.standing() == stands(confirmed="Zoe", waiting="Ana")

    def test_waits_for_somebody_whose_lapsed_offer_sends_them_to_the_end(self):
        """Whoever goes to the end stands before everybody who asks later, also before the job has run."""
        story = Story(session(on_lapse=LapseRule.END))
        story.ask("Ana", "Bo")
        story.drop("Ana")
        story.approve("Bo")
        story.now = at("2026-03-04 10:00")

        fits = newcomer_fits(story.roster(), 1, story.now)
        story.ask("Zoe")

        assert not fits
        assert story.standing() == stands(waiting="Zoe Bo", proposed="Zoe")

    def test_waits_for_everybody_whose_lapsed_offer_sends_them_to_the_end(self):
        """Two offers have ended, and both go to the end in front of whoever asks now."""
        story = Story(session(capacity=2, on_lapse=LapseRule.END))
        story.ask("Olga", "Otto", "Ana", "Bo")
        for leaving, next_one in (("Olga", "Ana"), ("Otto", "Bo")):
            story.drop(leaving)
            story.approve(next_one)
        story.now = at("2026-03-04 10:00")

        assert not newcomer_fits(story.roster(), 1, story.now)

    def test_gets_the_seat_of_an_offer_that_ended_though_no_job_has_run(self):
        """From its deadline on an offer holds nothing."""
        story = Story()
        story.ask("Ana", "Bo")
        story.drop("Ana")
        story.approve("Bo")
        story.now = at("2026-03-04 10:00")

        fits = newcomer_fits(story.roster(), 1, story.now)
        story.ask("Zoe")

        assert fits
        assert story.standing() == stands(confirmed="Zoe")


class TestARequestDuringAnotherSeat:
    def test_waits_and_is_skipped(self):
        """With the rule `wait` it joins the line and keeps its place."""
        story = two_at_once()
        story.ask("Ana", to=FORKLIFT)

        story.ask("Ana")

        assert story.standing() == stands(waiting="Ana")
        assert story.entry("Ana").conflicts == (FORKLIFT,)

    def test_is_refused_where_the_rule_is_to_block(self):
        """With the rule `block` the other seat has to be given up first."""
        story = two_at_once(ConflictRule.BLOCK)
        story.ask("Ana", to=FORKLIFT)

        with pytest.raises(refusals.HoldsOverlappingSeat) as refused:
            story.ask("Ana")

        assert refused.value.session_ids == (FORKLIFT,)

    def test_is_not_seated_past_the_line_on_an_approval(self):
        """An approval of one seat is no waiver for two; it is told where the other is."""
        story = two_at_once()
        story.ask("Ana", to=FORKLIFT)

        with pytest.raises(refusals.HoldsOverlappingSeat) as refused:
            story.ask("Ana", approval="Olga")

        assert refused.value.session_ids == (FORKLIFT,)

    def test_is_seated_where_the_guard_is_off(self):
        """With the rule `ignore` nobody looks."""
        story = two_at_once(ConflictRule.IGNORE)
        story.ask("Ana", to=FORKLIFT)

        story.ask("Ana")

        assert story.standing() == stands(confirmed="Ana")

    @pytest.mark.parametrize("rule", [ConflictRule.WAIT, ConflictRule.BLOCK])
    def test_is_seated_under_a_waiver(self, rule):
        """An approval can lift the guard for one row."""
        story = two_at_once(rule)
        story.ask("Ana", to=FORKLIFT)

        story.ask("Ana", waiver="Olga's approval")

        assert story.standing() == stands(confirmed="Ana")
        assert story.entry("Ana").waiver == "Olga's approval"

    def test_is_seated_when_the_other_session_is_at_another_time(self):
        """Back to back is no conflict: only sessions at the same time count."""
        story = Story(session(), session(FORKLIFT))
        story.ask("Ana", to=FORKLIFT)

        story.ask("Ana")

        assert story.standing() == stands(confirmed="Ana")

    def test_is_seated_while_the_person_only_waits_there(self):
        """A place in another line is no seat."""
        story = two_at_once()
        story.ask("Bo", "Ana", to=FORKLIFT)

        story.ask("Ana")

        assert story.standing() == stands(confirmed="Ana")

    def test_waits_while_a_seat_is_only_offered_there(self):
        """An offer holds a seat as much as a confirmation does."""
        story = two_at_once()
        story.ask("Bo", "Ana", to=FORKLIFT)
        story.drop("Bo", out_of=FORKLIFT)
        story.approve("Ana", to=FORKLIFT)

        story.ask("Ana")

        assert story.standing() == stands(waiting="Ana")

    def test_is_seated_when_the_offer_there_has_ended_though_no_job_has_run(self):
        """From its deadline on an offer is no seat, in every session."""
        story = two_at_once()
        story.ask("Bo", "Ana", to=FORKLIFT)
        story.drop("Bo", out_of=FORKLIFT)
        story.approve("Ana", to=FORKLIFT)
        story.now = at("2026-03-04 10:00")

        story.ask("Ana")

        assert story.standing() == stands(confirmed="Ana")

    def test_of_somebody_registered_is_a_duplicate_before_it_is_a_conflict(self):
        """Asking twice is answered first."""
        story = two_at_once(ConflictRule.BLOCK, capacity=0)
        story.ask("Ana")
        story.ask("Ana", to=FORKLIFT)

        with pytest.raises(refusals.AlreadyRegistered):
            story.ask("Ana")


class TestAConflict:
    def test_that_begins_withdraws_the_proposal_and_the_next_is_proposed(self):
        """Whoever takes a seat elsewhere is skipped here, with the place kept."""
        story = two_at_once()
        story.ask("Bo", "Ana", "Cleo")
        story.drop("Bo")

        story.ask("Ana", to=FORKLIFT)

        assert story.standing() == stands(waiting="Ana Cleo", proposed="Cleo")
        assert story.entry("Ana").conflicts == (FORKLIFT,)

    def test_that_ends_gives_the_proposal_back(self):
        """When the other seat is given up, the first in the line is the first again."""
        story = two_at_once()
        story.ask("Bo", "Ana", "Cleo")
        story.ask("Ana", to=FORKLIFT)
        story.drop("Bo")

        story.drop("Ana", out_of=FORKLIFT)

        assert story.standing() == stands(waiting="Ana Cleo", proposed="Ana")
        assert story.entry("Ana").conflicts == ()

    def test_that_never_was_leaves_the_other_session_alone(self):
        """Zoe may have both: that she drops one seat is nothing to the other session, where a sweep is due."""
        story = two_at_once()
        story.ask("Bo", "Ana", "Cleo")
        story.ask("Zoe", waiver="by Olga")
        story.drop("Bo")
        story.approve("Ana")
        story.ask("Zoe", to=FORKLIFT)
        story.now = at("2026-03-04 10:00")

        events = story.drop("Zoe", out_of=FORKLIFT)

        assert {event.session_id for event in events} == {FORKLIFT}

    def test_ends_only_with_the_last_seat_at_the_same_time(self):
        """Two seats elsewhere are two reasons to be skipped."""
        crane = session("Crane")
        story = Story(session(capacity=0), session(FORKLIFT), crane, overlaps=[(SAFETY, FORKLIFT), (SAFETY, "Crane")])
        story.ask("Ana", to=FORKLIFT)
        story.ask("Ana", to="Crane")
        story.ask("Ana")
        story.set_capacity(1)

        story.drop("Ana", out_of=FORKLIFT)
        after_one = story.standing()
        story.drop("Ana", out_of="Crane")

        assert after_one == stands(waiting="Ana")
        assert story.standing() == stands(waiting="Ana", proposed="Ana")

    def test_meets_those_who_come_back_to_the_line(self):
        """Whoever took a seat elsewhere under a waiver, and is sent to the end here, is skipped from then on."""
        story = Story(session(on_lapse=LapseRule.END), session(FORKLIFT), overlaps=AT_ONCE)
        story.ask("Ana", "Bo")
        story.drop("Ana")
        story.approve("Bo")
        story.ask("Bo", to=FORKLIFT, waiver="Olga's approval")
        story.now = at("2026-03-04 10:00")

        story.sweep()

        assert story.standing() == stands(waiting="Bo")
        assert story.entry("Bo").conflicts == (FORKLIFT,)

    def test_does_not_touch_an_entry_under_a_waiver(self):
        """The guard was lifted for this row, so nothing skips it."""
        story = two_at_once()
        story.ask("Bo")
        story.ask("Ana", waiver="Olga's approval")
        story.drop("Bo")

        story.ask("Ana", to=FORKLIFT, waiver="Olga's approval")

        assert story.standing() == stands(waiting="Ana", proposed="Ana")

    def test_between_two_lines_is_settled_by_the_first_approval(self):
        """Proposed in two sessions at the same time: approved in one, skipped in the other, whose next is proposed."""
        story = two_at_once()
        story.ask("Bo", "Ana")
        story.ask("Cleo", "Ana", "Dan", to=FORKLIFT)
        story.drop("Bo")
        story.drop("Cleo", out_of=FORKLIFT)

        story.approve("Ana", to=FORKLIFT)

        assert story.standing() == stands(waiting="Ana")
        assert story.standing(FORKLIFT) == stands(offered="Ana", waiting="Dan")


def running(now: str) -> Story:
    """Tell a story of a session on 4 March, from 9:00 to 17:00, in which nobody has asked yet."""
    course = session(capacity=2, starts_at=at("2026-03-04 09:00"), ends_at=at("2026-03-04 17:00"))
    story = Story(course, session(FORKLIFT))
    story.now = at(now)
    return story


def by_staff(story: Story, name: str) -> None:
    """Let staff take a request down."""
    story.act(replace(story.request(name), on_behalf=True))


class TestTheStart:
    def test_is_too_late_to_ask(self):
        """A second before 9:00 it is in time, at 9:00 it is not."""
        story = running("2026-03-04 08:59:59")
        story.ask("Ana")
        story.now = at("2026-03-04 09:00")

        with pytest.raises(refusals.TooLateToAsk):
            story.ask("Bo")

    def test_lets_staff_add_who_comes_late(self):
        """By hand, as an override, beside another seat, or from another session."""
        story = running("2026-03-04 09:00")
        story.ask("Eve", to=FORKLIFT)
        late = story.request("Cleo", approval="signed")

        by_staff(story, "Ana")
        story.act(replace(late, reason="came with Ana"))
        story.act(replace(story.request("Dan", approval="signed"), lifts=True))
        story.ask("Eve", terms=Terms(transferred_from="Eve 1"))

        assert story.standing() == stands(confirmed="Ana Cleo", waiting="Dan Eve")

    def test_is_too_late_for_a_wish_for_any_date(self):
        """A date that has begun is none to come, whoever passes the wish on."""
        story = running("2026-03-04 09:00")

        with pytest.raises(refusals.TooLateToAsk):
            story.act(replace(story.request("Ana", terms=Terms(any_date=True)), on_behalf=True))

    def test_answers_who_is_there_already(self):
        """Asking twice tells the place, as before."""
        story = running("2026-03-04 08:00")
        story.ask("Ana")
        story.now = at("2026-03-04 09:00")

        with pytest.raises(refusals.AlreadyRegistered):
            story.ask("Ana")

    def test_does_not_count_for_who_asked_before_it(self):
        """A file of requests can be older than the session; but a wish for any date is for one to come."""
        story = running("2026-03-05 09:00")
        before = at("2026-03-04 08:59:59")

        story.ask("Ana", asked_at=before)
        with pytest.raises(refusals.TooLateToAsk):
            story.ask("Bo", asked_at=at("2026-03-04 09:00"))
        with pytest.raises(refusals.SessionIsOver):
            story.ask("Bo", asked_at=before, terms=Terms(any_date=True))

        assert story.standing() == stands(confirmed="Ana")

    def test_counts_nowhere_in_a_recorded_stream(self):
        """Without a start there is none to be late for."""
        story = Story()
        story.now = at("2030-01-01 00:00")

        story.ask("Ana")

        assert story.standing() == stands(confirmed="Ana")

    def test_moves_with_the_session(self):
        """Moved to a later day, it can be asked for until then."""
        story = running("2026-03-03 10:00")
        story.reschedule(start=at("2026-03-10 09:00"))
        story.now = at("2026-03-10 08:59:59")
        story.ask("Ana")
        story.now = at("2026-03-10 11:59:59")
        by_staff(story, "Bo")
        story.now = at("2026-03-10 12:00")

        with pytest.raises(refusals.SessionIsOver):
            by_staff(story, "Cleo")


class TestTheEnd:
    def test_is_too_late_for_everybody(self):
        """At 16:59:59 staff still add somebody, at 17:00 they do not, and an earlier time is no way round."""
        story = running("2026-03-04 16:59:59")
        by_staff(story, "Ana")
        story.now = at("2026-03-04 17:00")

        with pytest.raises(refusals.SessionIsOver):
            by_staff(story, "Bo")
        with pytest.raises(refusals.SessionIsOver):
            story.ask_earlier("Bo", asked_at=at("2026-03-02 09:00"))

    def test_leaves_what_was_written_down_wrongly_to_be_put_right(self):
        """Who came all the same is written down as a fact, and a mistaken drop is undone."""
        story = running("2026-03-04 08:00")
        story.ask("Ana")
        story.drop("Ana")
        story.now = at("2026-03-05 09:00")

        story.ask_earlier("Ana", asked_at=at("2026-03-02 09:00"), terms=Terms(reinstates="Ana 1", first_arrival=1))
        fact = c.RecordPlace(
            session_id=SAFETY,
            registration_id="b1",
            person_id="Bo",
            status=Status.CONFIRMED,
            requested_at=story.now,
            reason="on the list at the door",
            approval="signed",
        )
        story.act(fact)

        assert story.standing() == stands(confirmed="Ana Bo")

    def test_is_told_before_asking(self):
        """Whoever is about to ask reads that it is over."""
        story = running("2026-03-04 17:00")
        request = story.request("Ana")

        told = prospect(story.ledger.for_act(request), request, story.now)

        assert in_words(told, 0) == ("This session is over.",)


def test_a_request_keeps_the_time_at_which_it_was_made():
    """`requested_at` is the person's, not the clock's."""
    story = Story()

    story.ask("Ana", asked_at=at("2026-03-02 08:59"))

    assert story.entry("Ana").requested_at == at("2026-03-02 08:59")
    assert story.now == MONDAY


def test_a_seat_that_is_gone_is_told_with_the_place_that_would_follow():
    """Whoever expected a seat reads which place in the line there is instead, by its key."""
    story = Story()
    story.ask("Zoe")

    with pytest.raises(refusals.SeatGone) as refused:
        story.act(replace(story.request("Ana"), expects_seat=True))

    assert refused.value.line_key == "20260302100000000000.000000002~"
