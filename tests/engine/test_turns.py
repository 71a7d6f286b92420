"""Next and hold: whose turn it is for the seats that are free."""

import pytest

from tests.builders import SAFETY, Story, at, session, stands
from waitlist_app.engine import commands as c
from waitlist_app.engine.decisions.asking import newcomer_fits
from waitlist_app.engine.decisions.turns import chosen_instead
from waitlist_app.engine.events import (
    EntryPassed,
    Event,
    HoldReleased,
    OfferMade,
    PassTakenBack,
    ProposalHeld,
    ProposalWithdrawn,
    SeatProposed,
    SessionWoke,
)
from waitlist_app.engine.explain import Why, why
from waitlist_app.engine.fairness import inversions
from waitlist_app.engine.ledger import Ledger
from waitlist_app.engine.model import Hold, LapseRule, Mode, Order, Passing, StandingApproval, Status
from waitlist_app.engine.refusals import (
    CapacityTooLow,
    HoldNotAhead,
    NextChanged,
    NobodyNext,
    NotHeld,
    NotPassedOver,
    ProposalGone,
    ReasonMissing,
    SeatsAreFree,
)
from waitlist_app.engine.seats import free, free_for
from waitlist_app.engine.settle import next_in_line

ASKED = "20260302100000000000.00000000"
NOON = at("2026-03-02 12:00")


def free_seats(number: int = 1, **rules) -> Story:
    """Let Ana, Bo, Cleo and Dan wait for so many seats that came back."""
    story = Story(session(capacity=number, **rules))
    story.ask(*(f"Zoe{n}" for n in range(number)), "Ana", "Bo", "Cleo", "Dan")
    for n in range(number):
        story.drop(f"Zoe{n}")
    return story


def next_for(story: Story, name: str, *, instead: str = "", reason: str = "on leave") -> tuple[Event, ...]:
    """Press Next on somebody's proposal."""
    roster = story.roster()
    found = chosen_instead(roster, roster.registrations[story.id_of(name)], story.now)
    return story.act(
        c.PassOver(
            session_id=SAFETY,
            registration_id=story.id_of(name),
            instead_id=story.id_of(instead) if instead else found.id if found else "",
            pass_id=f"pass of {name}",
            reason=reason,
            approval="Olga",
        )
    )


def hold_for(story: Story, name: str, until=NOON, reason: str = "asks at home") -> tuple[Event, ...]:
    """Hold the seat of somebody's proposal."""
    entry = story.id_of(name)
    return story.act(c.HoldProposal(session_id=SAFETY, registration_id=entry, until=until, reason=reason))


class TestNext:
    def test_proposes_the_next_and_keeps_the_place_of_the_other(self):
        """Ana is passed over for Bo; the line is as it was, and the record tells it whole."""
        story = free_seats()

        events = next_for(story, "Ana")

        assert events == (
            EntryPassed(
                session_id=SAFETY,
                registration_id="Ana 2",
                person_id="Ana",
                pass_id="pass of Ana",
                instead_id="Bo 3",
                behind_key=f"{ASKED}3~",
                reason="on leave",
                approval="Olga",
            ),
            ProposalWithdrawn(
                session_id=SAFETY,
                proposal_id=f"{SAFETY}.1",
                registration_id="Ana 2",
                person_id="Ana",
                because="passed_over",
            ),
            SeatProposed(
                session_id=SAFETY, proposal_id=f"{SAFETY}.2", registration_id="Bo 3", person_id="Bo", seat_units=1
            ),
        )
        assert story.standing() == stands(waiting="Ana Bo Cleo Dan", proposed="Bo")

    def test_is_over_once_the_last_who_was_chosen_instead_is_seated_by_themselves(self):
        """Ana and her guest are passed over for Bo and Cleo. Cleo is seated at once: the seat left is Ana's again."""
        rules = session(
            capacity=2, mode=Mode.AUTOMATIC, standing_approval=StandingApproval(id="standing 1", signed_by="a member")
        )
        story = Story(rules)
        story.ledger = Ledger([rules], signers={"a member": frozenset({"Ana", "Bo"})})
        story.ask("Yan", "Zoe")
        story.ask("Ana", units=2)
        story.ask("Bo", "Cleo")
        story.drop("Yan")
        story.drop("Zoe")

        next_for(story, "Ana")

        assert story.standing() == stands(confirmed="Cleo", waiting="Ana Bo")
        assert story.roster().session.passings == ()

    def test_says_why_to_whoever_was_passed_over(self):
        """The same code that decides tells Ana."""
        story = free_seats()
        next_for(story, "Ana")

        reason = why(story.roster(), "Ana 2", story.now)

        assert reason is not None
        assert (reason.why, reason.position, reason.sentence) == (
            Why.PASSED_OVER,
            1,
            "A coordinator passed this entry over for one seat. It keeps its place and comes first for the next.",
        )

    def test_is_for_the_seats_that_are_free_now_and_the_next_seat_is_the_others(self):
        """Two seats: Ana is passed over, Bo and Cleo are proposed. A third comes back: it is Ana's, not Dan's."""
        story = free_seats(2)

        next_for(story, "Ana")

        assert story.standing() == stands(waiting="Ana Bo Cleo Dan", proposed="Bo Cleo")
        story.set_rules(capacity=3)
        assert story.standing() == stands(waiting="Ana Bo Cleo Dan", proposed="Ana Bo Cleo")

    def test_pressed_again_goes_on_and_never_back(self):
        """Ana, then Bo are passed over for Cleo, then for Dan; after Dan there is nobody."""
        story = free_seats()

        for name, proposed in (("Ana", "Bo"), ("Bo", "Cleo"), ("Cleo", "Dan")):
            next_for(story, name)
            assert story.standing().proposed == (proposed,)

        with pytest.raises(NobodyNext):
            next_for(story, "Dan")
        assert [(p.registration_id, p.instead_id) for p in story.roster().session.passings] == [
            ("Ana 2", "Dan 5"),
            ("Bo 3", "Dan 5"),
            ("Cleo 4", "Dan 5"),
        ]

    @pytest.mark.parametrize("end", ["accept", "decline", "revoke", "lapse", "leave"])
    def test_ends_with_the_turn_of_who_was_chosen_instead(self, end):
        """Bo takes the seat, or it comes back: then Ana is first again."""
        story = free_seats()
        next_for(story, "Ana")
        if end == "leave":
            story.drop("Bo", status=Status.LEFT)
        else:
            story.approve("Bo")
            assert story.roster().session.passings == (
                Passing(id="pass of Ana", registration_id="Ana 2", instead_id="Bo 3", behind_key=f"{ASKED}3~"),
            )
        match end:
            case "accept":
                story.accept("Bo")
                story.drop("Bo")
            case "decline":
                story.decline("Bo")
            case "revoke":
                story.revoke("Bo")
            case "lapse":
                story.now = at("2026-03-04 10:00")
                story.sweep()
            case _:
                pass

        assert story.roster().session.passings == ()
        assert story.standing() == stands(waiting="Ana Cleo Dan", proposed="Ana")

    def test_holds_while_the_other_has_the_offer(self):
        """Bo has the offer; no seat is free, and nobody is proposed."""
        story = free_seats()
        next_for(story, "Ana")

        story.approve("Bo")

        assert story.standing() == stands(offered="Bo", waiting="Ana Cleo Dan")
        assert len(story.roster().session.passings) == 1

    def test_ends_for_whoever_is_moved_or_ordered_anew(self):
        """A coordinator who moves Ana to the front again means it; another order has other turns."""
        story = free_seats()
        next_for(story, "Ana")
        story.move("Ana", before="Cleo")
        assert story.roster().session.passings == ()

        other = free_seats()
        next_for(other, "Ana")
        other.act(
            c.ChangeOrder(
                session_id=SAFETY, order=Order.PRIORITY, priority=(), facts={}, reason="agreement", approval="Olga"
            )
        )
        assert other.roster().session.passings == ()
        assert other.standing() == stands(waiting="Ana Bo Cleo Dan", proposed="Ana")

    def test_that_ends_as_a_seat_is_taken_away_brings_back_who_was_passed_over(self):
        """Bo and Cleo are proposed, Ana was passed over; one seat is left, Cleo's turn is over, and Ana is first."""
        story = free_seats(2)
        next_for(story, "Ana")

        events = story.set_capacity(1)

        assert [(type(e), e.registration_id) for e in events if isinstance(e, ProposalWithdrawn | SeatProposed)] == [
            (ProposalWithdrawn, story.id_of("Cleo")),
            (ProposalWithdrawn, story.id_of("Bo")),
            (SeatProposed, story.id_of("Ana")),
        ]
        assert story.standing() == stands(waiting="Ana Bo Cleo Dan", proposed="Ana")

    def test_is_not_for_whoever_has_a_seat_held(self):
        """Two seats, and Bo's is held: the one that was Ana's is for Cleo."""
        story = free_seats(2)
        hold_for(story, "Bo")

        next_for(story, "Ana")

        assert story.standing() == stands(waiting="Ana Bo Cleo Dan", proposed="Bo Cleo")

    def test_can_be_taken_back(self):
        """Ana has her turn again at once, once."""
        story = free_seats()
        next_for(story, "Ana")

        events = story.act(c.TakeBackPass(session_id=SAFETY, registration_id="Ana 2"))

        assert events[0] == PassTakenBack(
            session_id=SAFETY, registration_id="Ana 2", person_id="Ana", pass_id="pass of Ana"
        )
        assert story.standing() == stands(waiting="Ana Bo Cleo Dan", proposed="Ana")
        with pytest.raises(NotPassedOver):
            story.act(c.TakeBackPass(session_id=SAFETY, registration_id="Ana 2"))

    def test_needs_a_reason_a_proposal_and_the_one_that_was_shown(self):
        """What has become untrue is refused."""
        story = free_seats()

        with pytest.raises(ReasonMissing):
            next_for(story, "Ana", reason=" ")
        with pytest.raises(ProposalGone):
            next_for(story, "Bo")
        with pytest.raises(NextChanged):
            next_for(story, "Ana", instead="Cleo")

    def test_is_an_inversion_with_its_override(self):
        """Bo is seated before Ana: the report names the pass."""
        story = free_seats()
        next_for(story, "Ana")
        story.approve("Bo")
        story.accept("Bo")

        (one,) = inversions(story.opened[SAFETY], [(story.now, event) for event in story.ledger.events])

        assert (one.person_id, one.passed, one.override_ids, one.is_seated) == ("Bo", ("Ana",), ("pass of Ana",), True)

    def test_lets_no_newcomer_past_whoever_was_passed_over(self):
        """Ana waits still: of two free seats one is hers to be."""
        story = free_seats(2)
        for name in ("Cleo", "Dan"):
            story.drop(name, status=Status.LEFT)
        story.set_rules(capacity=1)
        next_for(story, "Ana")

        story.ask("Eve")

        assert story.standing() == stands(waiting="Ana Bo Eve", proposed="Bo")


class TestAHold:
    def test_reserves_the_seat_in_the_sum_for_its_candidate(self):
        """One of two seats is held for Ana until noon: it is reserved, not free, and she stays proposed."""
        story = free_seats(2)

        events = hold_for(story, "Ana")

        assert events == (
            ProposalHeld(
                session_id=SAFETY,
                registration_id="Ana 3",
                person_id="Ana",
                proposal_id=f"{SAFETY}.1",
                seat_units=1,
                until=NOON,
                reason="asks at home",
            ),
        )
        total = story.sum()
        assert (total.limit, total.reserved, total.free) == (2, 1, 1)
        assert story.roster().session.holds == (Hold(registration_id="Ana 3", units=1, until=NOON),)
        assert story.standing() == stands(waiting="Ana Bo Cleo Dan", proposed="Ana Bo")

    def test_stays_hers_though_a_seat_is_granted_beyond_the_limit_meanwhile(self):
        """The only seat is held for Ana, so Bo is granted one more; Ana takes hers all the same."""
        story = free_seats()
        hold_for(story, "Ana")
        story.grant("Bo")

        story.approve("Ana", is_direct=True)

        assert story.standing() == stands(confirmed="Ana Bo", waiting="Cleo Dan")
        assert story.sum().overbooked_by == 1

    def test_is_for_nobody_else_where_a_seat_was_granted_beyond_the_limit_meanwhile(self):
        """With the grant one seat too many is taken: once Ana's turn is over, nothing is left for Cleo."""
        story = free_seats()
        hold_for(story, "Ana")
        story.grant("Bo")

        with pytest.raises(NobodyNext):
            next_for(story, "Ana", instead="Cleo")

    def test_keeps_it_from_whoever_outranks_the_candidate(self):
        """Dan is moved to the front: he is proposed for the next seat, not for this one."""
        story = free_seats()
        hold_for(story, "Ana")

        story.move("Dan", before="Ana")

        assert story.standing() == stands(waiting="Dan Ana Bo Cleo", proposed="Ana")
        reason = why(story.roster(), "Ana 2", story.now)
        assert reason is not None
        assert (reason.why, reason.sentence) == (Why.HELD, "A seat is held for this entry, and nobody else gets it.")

    def test_ends_at_its_instant_whether_or_not_a_job_ran(self):
        """A second before noon it holds; at noon the next act finds an ordinary proposal."""
        story = free_seats()
        hold_for(story, "Ana")
        story.move("Dan", before="Ana")

        story.now = at("2026-03-02 11:59:59")
        assert free(story.roster(), story.now) == 0
        story.now = NOON
        assert free(story.roster(), story.now) == 1
        events = story.sweep()

        assert events[0] == SessionWoke(session_id=SAFETY, woken_at=NOON, ended_holds=("Ana 2",))
        assert story.standing() == stands(waiting="Dan Ana Bo Cleo", proposed="Dan")

    def test_is_carried_out_by_nobody_alone_and_keeps_no_offer_from_others(self):
        """From now on offers go out by themselves: Bo has one, and what is held for Ana is for a person to approve."""
        story = free_seats(1)
        hold_for(story, "Ana")

        story.set_rules(capacity=2, mode=Mode.OFFERED, standing_approval=StandingApproval(id="standing 1"))

        assert story.standing() == stands(offered="Bo", waiting="Ana Cleo Dan", proposed="Ana")

    def test_can_be_released_earlier_once(self):
        """Then it is for whoever comes first."""
        story = free_seats()
        hold_for(story, "Ana")
        story.move("Dan", before="Ana")

        events = story.act(c.ReleaseHold(session_id=SAFETY, registration_id="Ana 2"))

        assert events[0] == HoldReleased(session_id=SAFETY, registration_id="Ana 2", person_id="Ana")
        assert story.standing().proposed == ("Dan",)
        with pytest.raises(NotHeld):
            story.act(c.ReleaseHold(session_id=SAFETY, registration_id="Ana 2"))

    def test_can_be_approved_and_is_over_with_that(self):
        """The reserved seat becomes the seat that is offered."""
        story = free_seats()
        hold_for(story, "Ana")

        events = story.approve("Ana")

        assert isinstance(events[0], OfferMade)
        assert (story.sum().held, story.sum().reserved, story.roster().session.holds) == (1, 0, ())

    @pytest.mark.parametrize("end", ["leave", "next"])
    def test_ends_with_the_candidate(self, end):
        """Ana leaves, or is passed over: the seat is the next one's."""
        story = free_seats()
        hold_for(story, "Ana")

        if end == "leave":
            story.drop("Ana", status=Status.LEFT)
        else:
            next_for(story, "Ana")

        assert story.roster().session.holds == ()
        assert story.standing().proposed == ("Bo",)

    def test_lets_newcomers_have_other_seats(self):
        """Two seats, one held for Ana, who alone waits: Eve has the other one."""
        story = free_seats(2)
        for name in ("Bo", "Cleo", "Dan"):
            story.drop(name, status=Status.LEFT)
        hold_for(story, "Ana")

        story.ask("Eve")
        story.ask("Finn")

        assert story.standing() == stands(confirmed="Eve", waiting="Ana Finn", proposed="Ana")

    def test_cannot_be_taken_away_by_a_number_nor_doubled_by_a_grant(self):
        """What is reserved is counted where the capacity is lowered, and Ana is approved, not granted a seat."""
        story = free_seats()
        hold_for(story, "Ana")

        with pytest.raises(CapacityTooLow):
            story.set_rules(capacity=0)
        with pytest.raises(SeatsAreFree):
            story.grant("Ana")

    def test_needs_a_reason_and_an_instant_ahead_of_the_start(self):
        """Now is too early, the start itself is the last instant."""
        story = free_seats(starts_at=at("2026-03-05 09:00"))

        with pytest.raises(ReasonMissing):
            hold_for(story, "Ana", reason="")
        with pytest.raises(ProposalGone):
            hold_for(story, "Bo")
        for until in (story.now, at("2026-03-05 09:00:01")):
            with pytest.raises(HoldNotAhead):
                hold_for(story, "Ana", until=until)
        hold_for(story, "Ana", until=at("2026-03-05 09:00"))
        hold_for(story, "Ana", until=NOON)
        assert story.roster().session.holds == (Hold(registration_id="Ana 2", units=1, until=NOON),)

    def test_shrinks_with_its_group(self):
        """Ana's group of two becomes one: one unit is held, and the other is Bo's to be."""
        story = Story(session(capacity=2, on_lapse=LapseRule.OUT))
        story.ask("Yan", "Zoe")
        story.ask("Ana", units=2)
        story.ask("Bo")
        story.drop("Yan")
        story.drop("Zoe")
        hold_for(story, "Ana")

        story.act(c.ReduceUnits(session_id=SAFETY, registration_id=story.id_of("Ana"), seat_units=1))

        assert story.sum().reserved == 1
        assert story.standing() == stands(waiting="Ana Bo", proposed="Ana Bo")


class TestTurnsOfOthers:
    """What happens to one candidate leaves the passes and holds of the others alone."""

    def test_outlast_rules_that_leave_the_order_as_it_is(self):
        """Ana was passed over for Bo; a longer list changes nothing of that, and her turn is still behind his."""
        story = free_seats()
        next_for(story, "Ana")

        story.set_rules(waitlist_limit=20)

        assert [one.registration_id for one in story.roster().session.passings] == ["Ana 2"]
        assert story.standing().proposed == ("Bo",)

    def test_that_are_held_keep_their_units_when_another_group_shrinks(self):
        """Ana's seat for one is held; Bo's group of three becomes two, and her hold is of one unit as before."""
        story = Story(session(capacity=4))
        story.ask("Zoe", units=4)
        story.ask("Ana")
        story.ask("Bo", units=3)
        story.drop("Zoe")
        hold_for(story, "Ana")

        story.reduce("Bo", keep=2)

        assert story.roster().session.holds == (Hold(registration_id=story.id_of("Ana"), units=1, until=NOON),)

    def test_that_are_held_longer_outlast_the_end_of_an_earlier_hold(self):
        """Ana's hold ends at noon, Bo's an hour later: at noon his alone is left."""
        story = free_seats(2)
        hold_for(story, "Ana")
        hold_for(story, "Bo", until=at("2026-03-02 13:00"))

        story.now = NOON
        story.sweep()

        holds = story.roster().session.holds
        assert holds == (Hold(registration_id="Bo 4", units=1, until=at("2026-03-02 13:00")),)

    def test_that_were_passed_for_somebody_else_are_behind_them_still(self):
        """Of two seats, Ana is passed over for Cleo, then Bo, for whom she is next: she is behind Cleo as before."""
        story = free_seats(2)
        next_for(story, "Ana")
        next_for(story, "Bo")

        passings = [(one.registration_id, one.instead_id) for one in story.roster().session.passings]
        assert passings == [("Ana 3", "Cleo 5"), ("Bo 4", "Ana 3")]


class TestTheInstantAtWhichAHoldEnds:
    """Noon is no longer held, before any job has said so."""

    def test_asks_nobody_to_wait_any_more(self):
        """Two seats, one held for Ana, who alone waits: at noon one is hers, and Eve may have the other one."""
        story = free_seats(2)
        for name in ("Bo", "Cleo", "Dan"):
            story.drop(name, status=Status.LEFT)
        hold_for(story, "Ana")
        roster = story.roster()

        before = at("2026-03-02 11:59:59")
        assert [newcomer_fits(roster, units, before) for units in (1, 2)] == [True, False]
        assert [newcomer_fits(roster, units, NOON) for units in (1, 2)] == [True, False]

    def test_gives_its_unit_to_whoever_comes_first(self):
        """Dan is before Ana by then: the free seat is his, and her held one is no more."""
        story = free_seats()
        hold_for(story, "Ana")
        story.move("Dan", before="Ana")
        roster, ana = story.roster(), story.entry("Ana")

        before = at("2026-03-02 11:59:59")
        assert [one.person_id for one in next_in_line(roster, free(roster, before), before)] == ["Ana"]
        assert [one.person_id for one in next_in_line(roster, free(roster, NOON), NOON)] == ["Dan"]
        assert (free_for(roster, ana, before), free_for(roster, story.entry("Dan"), before)) == (1, 0)
        assert (free_for(roster, ana, NOON), free_for(roster, story.entry("Dan"), NOON)) == (1, 1)


def test_next_on_a_group_is_behind_the_last_of_those_who_have_its_seats():
    """Ana's two seats go to Bo and Cleo, and her turn comes after Cleo's."""
    story = Story(session(capacity=2))
    story.ask("Yan", "Zoe")
    story.ask("Ana", units=2)
    story.ask("Bo", "Cleo", "Dan")
    story.drop("Yan")
    story.drop("Zoe")

    next_for(story, "Ana")

    assert [one.instead_id for one in story.roster().session.passings] == [story.id_of("Cleo")]
    assert story.standing().proposed == ("Bo", "Cleo")


def test_a_pass_ends_with_the_order_in_which_it_was_given():
    """Back to the order of asking: Ana is first in it, whoever was chosen instead of her in the other."""
    story = free_seats(order=Order.PRIORITY)
    next_for(story, "Ana")

    story.order_by(Order.FIRST_COME)

    assert story.roster().session.passings == ()
    assert story.standing() == stands(waiting="Ana Bo Cleo Dan", proposed="Ana")
