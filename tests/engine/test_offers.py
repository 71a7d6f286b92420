"""From a free seat to a taken one: proposals, offers, answers and silence."""

from datetime import timedelta

import pytest

from tests.builders import MONDAY, SAFETY, Story, at, session, standing, stands
from waitlist_app.engine import commands as c
from waitlist_app.engine import refusals
from waitlist_app.engine.decide import decide
from waitlist_app.engine.events import EntryRequeued, OfferLapsed, OfferMade, ProposalWithdrawn, SeatProposed
from waitlist_app.engine.model import ConflictRule, LapseRule, Status
from waitlist_app.errors import Defect

DEADLINE = at("2026-03-04 10:00")
"""48 hours after Monday, 10:00."""


def offered_to_bo(**rules) -> Story:
    """Tell a story in which Olga gave up the only seat, Bo has the offer, and Cleo and Dan wait."""
    story = Story(session(**rules))
    story.ask("Olga", "Bo", "Cleo", "Dan")
    story.drop("Olga")
    story.approve("Bo")
    return story


class TestAFreeSeat:
    @pytest.mark.parametrize("status", [Status.DROPPED, Status.LEFT, Status.REMOVED])
    def test_is_proposed_to_the_first_in_the_line_however_it_came_back(self, status):
        """One seat, one proposal, nobody moved."""
        story = Story()
        story.ask("Ana", "Bo", "Cleo")

        story.drop("Ana", status=status)

        assert story.standing() == stands(waiting="Bo Cleo", proposed="Bo")

    def test_is_not_proposed_twice(self):
        """Settling again changes nothing."""
        story = Story()
        story.ask("Ana", "Bo")
        story.drop("Ana")

        events = story.sweep()

        assert events == ()

    def test_stays_free_when_nobody_waits(self):
        """An empty line gets no proposal."""
        story = Story()
        story.ask("Ana")

        story.drop("Ana")

        assert story.standing() == stands()
        assert story.sum().free == 1

    def test_is_kept_for_a_group_that_waits_in_front(self):
        """Strict groups: nobody is passed over, the line waits for the first in it."""
        story = Story(session(capacity=2))
        story.ask("Ana", "Olga")
        story.ask("Bo", units=2)
        story.ask("Cleo")

        story.drop("Ana")
        with_one = story.standing()
        story.drop("Olga")

        assert with_one == stands(confirmed="Olga", waiting="Bo Cleo")
        assert story.standing() == stands(waiting="Bo Cleo", proposed="Bo")

    def test_is_proposed_once_the_group_in_front_has_left(self):
        """A blocking group that leaves is a way for seats to come back."""
        story = Story(session(capacity=2))
        story.ask("Ana", "Olga")
        story.ask("Bo", units=2)
        story.ask("Cleo")
        story.drop("Ana")

        story.drop("Bo")

        assert story.standing() == stands(confirmed="Olga", waiting="Cleo", proposed="Cleo")


class TestAProposal:
    def test_holds_nothing(self):
        """Until it is approved the seat counts as free."""
        story = Story()
        story.ask("Ana", "Bo")

        story.drop("Ana")

        assert (story.sum().held, story.sum().free) == (0, 1)

    def test_is_withdrawn_when_its_person_leaves_and_the_next_is_proposed(self):
        """The same act puts the seat under a new proposal."""
        story = Story()
        story.ask("Ana", "Bo", "Cleo")
        story.drop("Ana")

        events = story.drop("Bo", status=Status.LEFT)

        assert [e.person_id for e in events if isinstance(e, ProposalWithdrawn)] == ["Bo"]
        assert [e.person_id for e in events if isinstance(e, SeatProposed)] == ["Cleo"]

    def test_cannot_be_approved_once_it_is_gone(self):
        """Approving re-checks."""
        story = Story()
        story.ask("Ana", "Bo", "Cleo")
        story.drop("Ana")
        proposal = story.proposal_of("Bo")
        story.drop("Bo", status=Status.LEFT)

        with pytest.raises(refusals.ProposalGone):
            story.act(c.ApproveProposal(session_id=SAFETY, proposal_id=proposal, approval="Olga"))

        assert story.standing() == stands(waiting="Cleo", proposed="Cleo")

    def test_cannot_be_approved_twice(self):
        """One proposal, one offer."""
        story = Story()
        story.ask("Ana", "Bo")
        story.drop("Ana")
        approval = c.ApproveProposal(session_id=SAFETY, proposal_id=story.proposal_of("Bo"), approval="Olga")
        story.act(approval)

        with pytest.raises(refusals.ProposalGone):
            story.act(approval)

    def test_is_withdrawn_when_its_seat_is_taken_away(self):
        """A capacity lowered to what people hold leaves nothing to propose."""
        story = Story(session(capacity=2))
        story.ask("Ana", "Bo", "Cleo")
        story.drop("Ana")

        events = story.set_capacity(1)

        assert [e.because for e in events if isinstance(e, ProposalWithdrawn)] == ["seat_gone"]
        assert story.standing() == stands(confirmed="Bo", waiting="Cleo")

    def test_is_checked_again_under_the_lock(self):
        """A roster that says something else than the proposal refuses the approval."""
        story = Story()
        story.ask("Ana", "Bo")
        story.drop("Ana")
        proposal = story.proposal_of("Bo")
        approval = c.ApproveProposal(session_id=SAFETY, proposal_id=proposal, approval="Olga")
        roster = story.roster()
        taken = story.entry("Bo")

        without_seat = type(roster)(
            session=roster.session,
            tally=roster.tally.plus(confirmed=1),
            registrations=roster.registrations,
            proposals=roster.proposals,
        )
        without_person = type(roster)(session=roster.session, tally=roster.tally, proposals=roster.proposals)

        with pytest.raises(refusals.SeatNoLongerFree):
            decide(without_seat, approval, MONDAY)
        with pytest.raises(refusals.NoLongerWaiting):
            decide(without_person, approval, MONDAY)
        assert taken.is_ready


class TestAnOffer:
    def test_ends_one_window_after_its_approval(self):
        """48 hours, unless the session says otherwise."""
        story = offered_to_bo()

        assert story.entry("Bo").offer_expires_at == DEADLINE
        assert story.standing() == stands(offered="Bo", waiting="Cleo Dan")

    def test_cites_its_approval(self):
        """No seat moves without a name."""
        story = offered_to_bo()

        made = next(e for e in story.ledger.events if isinstance(e, OfferMade))

        assert made.approval == "Olga"

    def test_holds_its_seat_until_the_deadline(self):
        """A second before it, the seat is held; at the deadline it is free, though no job has run."""
        story = offered_to_bo()

        story.now = at("2026-03-04 09:59:59")
        before = (story.sum().held, story.sum().free)
        story.now = DEADLINE
        after = (story.sum().held, story.sum().free)

        assert (before, after) == ((1, 0), (0, 1))

    def test_can_be_accepted_a_second_before_the_deadline(self):
        """In time is in time."""
        story = offered_to_bo()
        story.now = at("2026-03-04 09:59:59")

        story.accept("Bo")

        assert story.standing() == stands(confirmed="Bo", waiting="Cleo Dan")
        assert story.entry("Bo").offer_expires_at is None

    @pytest.mark.parametrize("late", [timedelta(0), timedelta(microseconds=1), timedelta(hours=6)])
    def test_cannot_be_accepted_at_the_deadline_or_later(self, late):
        """The deadline itself is too late, whether or not the job has run."""
        story = offered_to_bo()
        story.now = DEADLINE + late

        with pytest.raises(refusals.OfferEnded):
            story.accept("Bo")

    def test_cannot_be_accepted_too_late_even_if_the_same_person_is_next_again(self):
        """An answer that comes too late never reaches a newer offer instead."""
        story = Story(standing(on_lapse=LapseRule.END))
        story.ask("Olga", "Bo")
        story.drop("Olga")
        story.now = DEADLINE

        with pytest.raises(refusals.OfferEnded):
            story.accept("Bo")

    @pytest.mark.parametrize("answer", [Story.decline, Story.revoke, Story.expire])
    def test_cannot_be_declined_or_ended_at_the_deadline(self, answer):
        """What has ended cannot be ended."""
        story = offered_to_bo()
        story.now = DEADLINE

        with pytest.raises(refusals.OfferEnded):
            answer(story, "Bo")

    def test_that_is_accepted_twice_says_that_the_seat_is_confirmed(self):
        """Pressing the button again changes nothing, and is no failure."""
        story = offered_to_bo()
        story.accept("Bo")

        with pytest.raises(refusals.AlreadyConfirmed) as refused:
            story.accept("Bo")

        assert str(refused.value) == "This seat is confirmed already."
        assert story.standing() == stands(confirmed="Bo", waiting="Cleo Dan")

    def test_that_is_declined_passes_the_seat_on_at_once(self):
        """Nobody waits for a deadline that does not matter any more."""
        story = offered_to_bo()

        story.decline("Bo")

        assert story.standing() == stands(waiting="Cleo Dan", proposed="Cleo")

    def test_that_is_revoked_passes_the_seat_on(self):
        """Taken back with a reason, it closes the entry."""
        story = offered_to_bo()

        story.revoke("Bo", reason="wrong person")

        assert story.standing() == stands(waiting="Cleo Dan", proposed="Cleo")

    @pytest.mark.parametrize("end", [Story.revoke, Story.expire])
    def test_cannot_be_ended_without_a_reason(self, end):
        """Taking something away needs a word why."""
        story = offered_to_bo()

        with pytest.raises(refusals.ReasonMissing):
            end(story, "Bo", reason=" ")

    def test_ends_with_its_person_leaving(self):
        """A drop during an offer frees the seat like any other."""
        story = offered_to_bo()

        story.drop("Bo")

        assert story.standing() == stands(waiting="Cleo Dan", proposed="Cleo")

    def test_keeps_its_deadline_when_the_capacity_changes(self):
        """A changed setting never changes a promise."""
        story = offered_to_bo()

        story.set_capacity(2)

        assert story.entry("Bo").offer_expires_at == DEADLINE

    def test_never_runs_past_the_start(self):
        """The window is clipped at the start of the session."""
        story = offered_to_bo(starts_at=at("2026-03-02 12:00"))

        assert story.entry("Bo").offer_expires_at == at("2026-03-02 12:00")

    def test_may_be_as_short_as_five_minutes(self):
        """Five minutes are enough to press a button."""
        story = offered_to_bo(starts_at=at("2026-03-02 10:05"))

        assert story.entry("Bo").offer_expires_at == at("2026-03-02 10:05")

    def test_is_not_made_when_less_than_five_minutes_are_left(self):
        """Too close to the start nobody could answer in time: by hand only."""
        with pytest.raises(refusals.StartTooClose):
            offered_to_bo(starts_at=at("2026-03-02 10:04:59"))


class TestAnOfferThatIsEndedByHand:
    def test_lapses_at_once_and_passes_the_seat_on(self):
        """Nobody waits for a deadline when the answer is known to be silence; the record says by whose word."""
        story = offered_to_bo()

        events = story.expire("Bo", reason="no answer on the phone")

        assert [type(e) for e in events] == [OfferLapsed, SeatProposed]
        assert isinstance(events[0], OfferLapsed)
        assert (events[0].by_hand, events[0].reason) == (True, "no answer on the phone")
        assert events[0].expired_at == story.now < DEADLINE
        assert story.standing() == stands(waiting="Cleo Dan", proposed="Cleo")

    def test_sends_the_person_to_the_end_where_a_lapse_does(self):
        """It is a lapse in every respect: once, behind everybody, with a new number."""
        story = offered_to_bo(on_lapse=LapseRule.END)

        requeued = story.expire("Bo")[0]
        story.ask("Eve")

        assert isinstance(requeued, EntryRequeued)
        assert (requeued.because, requeued.by_hand, requeued.requeued_at) == ("lapsed", True, story.now)
        assert story.standing() == stands(waiting="Cleo Dan Eve Bo", proposed="Cleo")

    def test_ends_though_its_clock_stands(self):
        """Whoever cannot be reached by mail is not waited for without an end."""
        story = offered_to_bo(offers_wait_for_mail=True)
        story.now = DEADLINE + timedelta(hours=3)

        story.expire("Bo")

        assert story.standing() == stands(waiting="Cleo Dan", proposed="Cleo")


class TestSilence:
    def test_passes_the_seat_on_and_the_person_is_out(self):
        """Out by default: the next is proposed, and the person may ask again."""
        story = offered_to_bo()
        story.now = DEADLINE

        events = story.sweep()

        assert [type(e) for e in events] == [OfferLapsed, SeatProposed]
        assert story.standing() == stands(waiting="Cleo Dan", proposed="Cleo")

    def test_is_told_with_its_deadline_though_the_job_comes_late(self):
        """The offer ended at ten, whenever that was noticed."""
        story = offered_to_bo()
        story.now = DEADLINE + timedelta(hours=3)

        [lapsed] = [event for event in story.sweep() if isinstance(event, OfferLapsed)]

        assert lapsed.expired_at == DEADLINE

    def test_is_not_called_silence_before_the_deadline(self):
        """The job ends nothing early, whatever instant it is asked about."""
        story = offered_to_bo()
        story.now = at("2026-03-04 09:59:59")

        events = story.act(c.LapseDue(session_id=SAFETY, until=at("2026-03-09 10:00")))

        assert events == ()

    def test_sends_the_person_to_the_end_where_the_policy_says_so(self):
        """At the end is behind everybody, those who ask later included."""
        story = offered_to_bo(on_lapse=LapseRule.END)
        story.now = DEADLINE

        story.sweep()
        story.ask("Eve")

        assert story.standing() == stands(waiting="Cleo Dan Eve Bo", proposed="Cleo")
        assert story.entry("Bo").requeued_at == DEADLINE
        assert (story.entry("Bo").arrival, story.entry("Eve").arrival) == (5, 6)

    def test_dates_the_move_to_the_end_by_the_deadline_not_by_the_job(self):
        """A job that runs six hours late changes nobody's place."""
        story = offered_to_bo(on_lapse=LapseRule.END)
        story.now = at("2026-03-04 16:00")

        story.sweep()

        assert story.entry("Bo").requeued_at == DEADLINE

    def test_closes_the_entry_the_second_time(self):
        """To the end once, then out."""
        story = offered_to_bo(on_lapse=LapseRule.END)
        story.drop("Cleo")
        story.drop("Dan")
        story.now = DEADLINE
        story.sweep()
        story.approve("Bo")
        story.now = at("2026-03-06 10:00")

        story.sweep()

        assert story.standing() == stands()

    def test_offers_the_seat_again_when_nobody_else_can_take_it(self):
        """Sent to the end of an empty line, the person is the next."""
        story = offered_to_bo(on_lapse=LapseRule.END)
        story.drop("Cleo")
        story.drop("Dan")
        story.now = DEADLINE

        story.sweep()

        assert story.standing() == stands(waiting="Bo", proposed="Bo")

    def test_by_several_ends_their_offers_in_the_order_they_were_made(self):
        """Those sent to the end at one instant stand there as their offers were made."""
        story = Story(session(capacity=2, on_lapse=LapseRule.END))
        story.ask("Olga", "Piet", "Bo", "Cleo")
        story.drop("Olga")
        story.drop("Piet")
        story.approve("Cleo")
        story.approve("Bo")
        story.now = DEADLINE

        events = story.sweep()

        assert [e.person_id for e in events if isinstance(e, EntryRequeued)] == ["Cleo", "Bo"]
        assert story.line() == "Cleo Bo"

    def test_does_not_count_against_the_limit_of_the_list(self):
        """Whoever comes back is not refused because the list is full."""
        story = offered_to_bo(on_lapse=LapseRule.END, waitlist_limit=3)
        story.ask("Eve")
        story.now = DEADLINE

        story.sweep()

        assert story.line() == "Cleo Dan Eve Bo"

    def test_lets_the_person_ask_again_before_the_job_has_run(self):
        """From the deadline on the person is out, and a new request is a new place."""
        story = offered_to_bo()
        story.now = DEADLINE

        story.ask("Bo")

        assert story.standing() == stands(waiting="Cleo Dan Bo", proposed="Cleo")

    def test_found_in_the_middle_of_an_act_settles_nobody_whom_the_act_is_not_done_with(self):
        """Ana moves from A to C, where an offer has ended. B, where she waits, offers her nothing meanwhile."""
        blocking = session("C", capacity=2, conflicts=ConflictRule.BLOCK)
        story = Story(session("A"), standing("B"), blocking, overlaps=[("A", "B"), ("B", "C")])
        story.ask("Ana", to="A")
        story.ask("Ana", to="B")
        story.ask("Yan", "Zoe", "Dan", to="C")
        story.drop("Zoe", out_of="C")
        story.approve("Dan", to="C")
        story.now = MONDAY + timedelta(hours=72)

        story.act(*story.moves("Ana", out_of="A", to="C"))

        assert story.standing("C") == stands(confirmed="Yan Ana")
        assert story.standing("B") == stands(waiting="Ana")


class TestANo:
    def test_sends_the_person_to_the_end_where_the_policy_says_so(self):
        """A decline is treated like a lapse: out, or once to the end."""
        story = offered_to_bo(on_lapse=LapseRule.END)

        events = story.decline("Bo")

        assert [e.because for e in events if isinstance(e, EntryRequeued)] == ["declined"]
        assert story.standing() == stands(waiting="Cleo Dan Bo", proposed="Cleo")
        assert story.entry("Bo").requeued_at == MONDAY

    def test_closes_the_entry_the_second_time(self):
        """To the end once, then out, whichever came first."""
        story = offered_to_bo(on_lapse=LapseRule.END)
        story.drop("Cleo")
        story.drop("Dan")
        story.now = DEADLINE
        story.sweep()
        story.approve("Bo")

        story.decline("Bo")

        assert story.standing() == stands()


class TestASessionThatOffersByItself:
    def test_makes_the_offer_under_its_standing_approval(self):
        """Nobody presses a button, and yet a name stands behind it."""
        story = Story(standing())
        story.ask("Ana", "Bo", "Cleo")

        events = story.drop("Ana")

        assert [e.approval for e in events if isinstance(e, OfferMade)] == ["standing 1"]
        assert story.standing() == stands(offered="Bo", waiting="Cleo")

    def test_passes_the_seat_on_after_silence(self):
        """Offer after offer goes out, in order."""
        story = Story(standing())
        story.ask("Ana", "Bo", "Cleo")
        story.drop("Ana")
        story.now = DEADLINE

        story.sweep()

        assert story.standing() == stands(offered="Cleo")
        assert story.entry("Cleo").offer_expires_at == at("2026-03-06 10:00")

    def test_acts_as_manual_without_a_standing_approval(self):
        """Without a signature nothing goes out."""
        story = Story(session(mode=standing().mode))
        story.ask("Ana", "Bo")

        story.drop("Ana")

        assert story.standing() == stands(waiting="Bo", proposed="Bo")

    def test_leaves_the_proposal_to_a_person_when_the_start_is_too_close(self):
        """Too late for a deadline: the coordinator decides by hand."""
        story = Story(standing(starts_at=at("2026-03-02 10:04")))
        story.ask("Ana", "Bo")

        story.drop("Ana")

        assert story.standing() == stands(waiting="Bo", proposed="Bo")

    def test_offers_one_person_one_of_two_sessions_at_the_same_time(self):
        """The offer in the first, by code, is the conflict that skips the person in the second."""
        story = Story(standing("Crane"), standing("Alarm"), overlaps=[("Crane", "Alarm")])
        for code in ("Crane", "Alarm"):
            story.ask(f"Olga-{code}", "Ana", "Bo", to=code)

        story.act(
            *(
                c.Close(session_id=code, registration_id=story.id_of(f"Olga-{code}", code), status=Status.DROPPED)
                for code in ("Crane", "Alarm")
            )
        )

        assert story.standing("Alarm") == stands(offered="Ana", waiting="Bo")
        assert story.standing("Crane") == stands(offered="Bo", waiting="Ana")


class TestLeaving:
    def test_the_line_frees_nothing(self):
        """Those behind move up, and that is all."""
        story = Story()
        story.ask("Ana", "Bo", "Cleo")

        story.drop("Bo", status=Status.LEFT)

        assert story.standing() == stands(confirmed="Ana", waiting="Cleo")

    def test_a_session_one_is_not_in_is_refused(self):
        """There is nothing to leave."""
        story = Story()

        with pytest.raises(refusals.NotRegistered):
            story.drop("Ana")

    def test_twice_is_refused(self):
        """What is closed is closed."""
        story = Story()
        story.ask("Ana")
        gone = c.Close(session_id=SAFETY, registration_id=story.id_of("Ana"), status=Status.LEFT)
        story.act(gone)

        with pytest.raises(refusals.NotRegistered):
            story.act(gone)

    def test_a_session_that_does_not_exist_is_refused(self):
        """An unknown session holds nobody."""
        story = Story()

        with pytest.raises(refusals.NotRegistered):
            story.act(c.Close(session_id="Elsewhere", registration_id="Ana 1", status=Status.LEFT))

    def test_towards_an_active_status_is_our_mistake(self):
        """Closing ends in a closed status; anything else is a defect of the program."""
        story = Story()
        story.ask("Ana")

        with pytest.raises(Defect) as caught:
            story.drop("Ana", status=Status.CONFIRMED)

        assert caught.value.detail == "A registration cannot be closed as confirmed."
