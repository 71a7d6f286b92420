"""Who promotes: a person, or the session by itself under a standing approval."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from tests.builders import MONDAY, SAFETY, Story, at, session, stands
from waitlist_app.engine import commands as c
from waitlist_app.engine.events import (
    EntryPlaced,
    MoveEnded,
    OfferMade,
    RegistrationClosed,
    SeatConfirmed,
    SeatProposed,
)
from waitlist_app.engine.explain import Obstacle, Step, what_it_takes
from waitlist_app.engine.ledger import Ledger
from waitlist_app.engine.model import Mode, Session, StandingApproval, Status, Terms
from waitlist_app.engine.refusals import PromotesAlone

SOON = at("2026-03-02 11:00")
A_SECOND = timedelta(seconds=1)


def signed(mode: Mode = Mode.AUTOMATIC, *, until: datetime | None = None, left: int | None = None) -> dict[str, Any]:
    """Give the rules of a session that promotes by itself, as Olga signed for."""
    return {"mode": mode, "standing_approval": StandingApproval(id="standing 1", until=until, promotions_left=left)}


def a_line(rules: Session) -> Story:
    """Seat Zoe, and let Ana, Bo and Cleo wait, who arrived second, third and fourth."""
    story = Story(rules)
    story.ask("Zoe", "Ana", "Bo", "Cleo")
    return story


def left_over(story: Story) -> int | None:
    """Give how many promotions the standing approval still covers."""
    approval = story.roster().session.standing_approval
    assert approval is not None
    return approval.promotions_left


class TestAnAutomaticSession:
    def test_confirms_the_next_under_its_standing_approval(self):
        """Zoe drops out, and Ana has the seat in the same act, by the word that stands."""
        story = a_line(session(**signed()))

        events = story.drop("Zoe")

        assert events == (
            RegistrationClosed(
                session_id=SAFETY,
                registration_id="Zoe 1",
                person_id="Zoe",
                seat_units=1,
                was=Status.CONFIRMED,
                status=Status.DROPPED,
                was_ready=False,
            ),
            SeatProposed(
                session_id=SAFETY, proposal_id="Safety.1", registration_id="Ana 2", person_id="Ana", seat_units=1
            ),
            SeatConfirmed(
                session_id=SAFETY,
                registration_id="Ana 2",
                person_id="Ana",
                proposal_id="Safety.1",
                seat_units=1,
                approval="standing 1",
            ),
        )
        assert story.standing() == stands(confirmed="Ana", waiting="Bo Cleo")

    def test_offers_where_a_seat_costs_money(self):
        """Nobody is charged for a seat that they have not said yes to."""
        story = a_line(session(price=12_000, **signed()))

        story.drop("Zoe")

        assert story.standing() == stands(offered="Ana", waiting="Bo Cleo")

    def test_offers_to_whoever_would_give_a_seat_up_for_it(self):
        """Ana has Monday and would exchange it: whether she still wants to is hers to say."""
        story = Story(session("Mon"), session("Tue", **signed()), overlaps=[("Mon", "Tue")])
        story.ask("Ana", to="Mon")
        story.ask("Zoe", to="Tue")
        story.ask("Ana", to="Tue", terms=Terms(gives_up=story.id_of("Ana", "Mon"), gives_up_in="Mon"))

        story.drop("Zoe", out_of="Tue")

        assert story.standing("Tue") == stands(offered="Ana")
        assert story.standing("Mon") == stands(confirmed="Ana")

    @pytest.mark.parametrize(
        ("seconds_late", "then"),
        [(0, stands(confirmed="Ana", waiting="Bo Cleo")), (1, stands(waiting="Ana Bo Cleo", proposed="Ana"))],
    )
    def test_does_nothing_by_itself_once_it_is_too_late_for_an_offer(self, seconds_late, then):
        """Five minutes before the cut-off is in time, a second later a person decides."""
        story = a_line(session(starts_at=SOON, **signed()))
        story.now = SOON - timedelta(minutes=5) + seconds_late * A_SECOND

        story.drop("Zoe")

        assert story.standing() == then

    def test_serves_two_at_once(self):
        """Two more seats: the first two in the line have them."""
        story = a_line(session(**signed()))

        story.set_capacity(3)

        assert story.standing() == stands(confirmed="Zoe Ana Bo", waiting="Cleo")


class TestAStandingApproval:
    @pytest.mark.parametrize(
        ("mode", "then"),
        [
            (Mode.OFFERED, stands(offered="Bo", waiting="Ana Cleo", proposed="Ana")),
            (Mode.AUTOMATIC, stands(confirmed="Bo", waiting="Ana Cleo", proposed="Ana")),
        ],
    )
    def test_covers_everybody_but_whoever_signed_it(self, mode: Mode, then):
        """Two seats come free. Ana signed: hers is a proposal for somebody else, and Bo is served by himself."""
        signed = StandingApproval(id="standing 1", signed_by="a member")
        rules = session(capacity=2, mode=mode, standing_approval=signed)
        story = Story(rules)
        story.ledger = Ledger([rules], signers={"a member": frozenset({"Ana"})})
        story.ask("Yan", "Zoe", "Ana", "Bo", "Cleo")

        story.drop("Yan")
        story.drop("Zoe")

        assert story.standing() == then

    def test_lets_whoever_signed_it_read_that_somebody_has_to_approve(self):
        """Ana, whose signature it is, needs a word; for anybody else nothing is missing."""
        signed = StandingApproval(id="standing 1", signed_by="a member")
        story = Story(session(mode=Mode.OFFERED, standing_approval=signed))
        story.ledger = Ledger([story.opened[SAFETY]], signers={"a member": frozenset({"Ana"})})
        story.ask("Zoe", "Ana")
        story.drop("Zoe")

        others, own = story.roster(), replace(story.roster(), signers=frozenset({"Ana"}))

        assert what_it_takes(others, story.id_of("Ana"), MONDAY) == ()
        assert what_it_takes(own, story.id_of("Ana"), MONDAY) == (Step(obstacle=Obstacle.APPROVAL),)

    def test_covers_as_many_promotions_as_it_says(self):
        """Signed for two: Ana and Bo have their seats, Cleo's is a proposal again."""
        story = a_line(session(**signed(left=2)))

        story.set_capacity(4)

        assert story.standing() == stands(confirmed="Zoe Ana Bo", waiting="Cleo", proposed="Cleo")
        assert left_over(story) == 0

    def test_counts_offers_as_well(self):
        """An offer is a promotion, whatever becomes of it."""
        story = a_line(session(**signed(Mode.OFFERED, left=3)))

        story.drop("Zoe")

        assert story.standing() == stands(offered="Ana", waiting="Bo Cleo")
        assert left_over(story) == 2

    def test_does_not_count_what_a_person_approves(self):
        """Olga's own word costs nothing of the one that stands."""
        story = a_line(session())
        story.drop("Zoe")
        story.set_rules(standing_approval=StandingApproval(id="standing 1", promotions_left=3))

        story.approve("Ana", is_direct=True)

        assert left_over(story) == 3

    @pytest.mark.parametrize(
        ("seconds_early", "then"),
        [(1, stands(confirmed="Ana", waiting="Bo Cleo")), (0, stands(waiting="Ana Bo Cleo", proposed="Ana"))],
    )
    def test_ends_at_its_instant(self, seconds_early, then):
        """A second before eleven it covers a promotion, at eleven it does not."""
        story = a_line(session(**signed(until=SOON)))
        story.now = SOON - seconds_early * A_SECOND

        story.drop("Zoe")

        assert story.standing() == then

    @pytest.mark.parametrize(("until", "left"), [(SOON, 0), (MONDAY, 1)])
    def test_needs_both_a_day_and_a_number_that_are_left(self, until, left):
        """Used up before its end, or over before it is used up: it covers nothing either way."""
        story = a_line(session(**signed(until=until, left=left)))

        story.drop("Zoe")

        assert story.standing() == stands(waiting="Ana Bo Cleo", proposed="Ana")

    @pytest.mark.parametrize(("seconds_early", "is_allowed"), [(1, False), (0, True)])
    def test_lets_nobody_take_back_what_it_would_give_again(self, seconds_early, is_allowed):
        """Up to eleven the offer would go out again by itself; at eleven it is a person's to decide."""
        story = a_line(session(**signed(Mode.OFFERED, until=SOON)))
        story.drop("Zoe")
        story.now = SOON - seconds_early * A_SECOND
        take_back = c.TakeBackApproval(session_id=SAFETY, registration_id="Ana 2", proposal_id="Safety.1")

        if is_allowed:
            story.act(take_back)
            assert story.standing() == stands(waiting="Ana Bo Cleo", proposed="Ana")
        else:
            with pytest.raises(PromotesAlone):
                story.act(take_back)


class TestASeatConfirmedAtOnce:
    def test_is_told_with_the_end_of_the_move_that_brought_it(self):
        """Cleo was moved to the front; Olga gives her the seat without an offer, and the others stand as before."""
        story = a_line(session())
        override = story.move("Cleo", before="Ana")
        story.drop("Zoe")

        events = story.approve("Cleo", is_direct=True)

        assert events == (
            SeatConfirmed(
                session_id=SAFETY,
                registration_id="Cleo 4",
                person_id="Cleo",
                proposal_id="Safety.1",
                seat_units=1,
                approval="Olga",
            ),
            MoveEnded(
                session_id=SAFETY, override_id=override, registration_id="Cleo 4", person_id="Cleo", because="seated"
            ),
        )
        assert story.line() == "Ana Bo"

    def test_leaves_the_moves_of_others_as_they_are(self):
        """Cleo was put before Bo; that Ana in front of them is seated changes nothing for her."""
        story = a_line(session())
        story.move("Cleo", before="Bo")
        story.drop("Zoe")

        events = story.approve("Ana", is_direct=True)

        assert [type(event) for event in events] == [SeatConfirmed]
        assert story.line() == "Cleo Bo"
        assert len(story.roster().overrides) == 1

    def test_lets_those_who_leaned_on_it_keep_to_the_next(self):
        """Bo was put before Cleo, who was put before Ana: once Cleo is seated, Bo stands before Ana."""
        story = a_line(session())
        story.move("Cleo", before="Ana")
        story.move("Bo", before="Cleo")
        story.set_capacity(3)

        story.approve("Cleo", is_direct=True)

        assert story.line() == "Bo Ana"

    def test_exchanges_the_seat_that_was_named_for_it(self):
        """Tuesday is Ana's in exchange for Monday, on Olga's word."""
        story = Story(session("Mon"), session("Tue"), overlaps=[("Mon", "Tue")])
        story.ask("Ana", to="Mon")
        story.ask("Zoe", to="Tue")
        story.ask("Ana", to="Tue", terms=Terms(gives_up=story.id_of("Ana", "Mon"), gives_up_in="Mon"))
        story.drop("Zoe", out_of="Tue")

        story.approve("Ana", to="Tue", is_direct=True)

        assert story.standing("Tue") == stands(confirmed="Ana")
        assert story.standing("Mon") == stands()


class TestAnOfferThatGoesOutByItself:
    def test_names_the_standing_approval(self):
        """Two days from Monday at ten, by the word that stands."""
        story = a_line(session(**signed(Mode.OFFERED)))

        events = story.drop("Zoe")

        assert events[-1] == OfferMade(
            session_id=SAFETY,
            registration_id="Ana 2",
            person_id="Ana",
            proposal_id="Safety.1",
            seat_units=1,
            offer_number=1,
            expires_at=at("2026-03-04 10:00"),
            approval="standing 1",
        )


class TestAnOfferToSomebodyBeforeWhomOthersWerePut:
    def test_lets_them_keep_to_the_next(self):
        """Bo was put before Cleo, who was put before Ana: once Cleo has an offer, Bo stands before Ana."""
        story = a_line(session())
        story.move("Cleo", before="Ana")
        story.move("Bo", before="Cleo")
        story.set_capacity(3)

        events = story.approve("Cleo")

        assert events[1:] == (
            EntryPlaced(
                session_id=SAFETY,
                registration_id="Bo 3",
                person_id="Bo",
                line_key="20260302100000000000.000000002!000002~",
            ),
        )
        assert story.line() == "Bo Ana"
