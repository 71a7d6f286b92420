"""Approvals that are undone before anything was sent."""

import pytest

from tests.builders import SAFETY, Story, at, session, standing, stands
from waitlist_app.engine.commands import HoldProposal
from waitlist_app.engine.events import ApprovalTakenBack, EntryPlaced, OfferMade
from waitlist_app.engine.model import GroupRule, LapseRule, Status
from waitlist_app.engine.refusals import OfferEnded, PromotesAlone

ASKED = "20260302100000000000.00000000"


def a_free_seat(**rules) -> Story:
    """Let Ana, Bo and Cleo wait for the seat that Zoe gave back; Ana is proposed."""
    story = Story(session(**rules))
    story.ask("Zoe", "Ana", "Bo", "Cleo")
    story.drop("Zoe")
    return story


def hold(story: Story, until: str) -> None:
    """Hold the seat for Ana."""
    story.act(
        HoldProposal(
            session_id=SAFETY, registration_id=story.id_of("Ana"), until=at(until), reason="has to ask at home"
        )
    )


def held_for_ana(until: str, **rules) -> Story:
    """Hold the seat that Zoe gave back for Ana."""
    story = a_free_seat(**rules)
    hold(story, until)
    return story


class TestAnUndoneApproval:
    def test_leaves_no_trace_but_the_number_of_the_offer(self):
        """The roster is what it was, with one offer more that was made."""
        story = a_free_seat()
        before = story.roster()
        story.approve("Ana")

        events = story.undo_approval("Ana")

        assert events == (
            ApprovalTakenBack(
                session_id=SAFETY,
                registration_id="Ana 2",
                person_id="Ana",
                seat_units=1,
                offer_number=1,
                proposal_id=f"{SAFETY}.1",
            ),
        )
        after = story.roster()
        ana = after.registrations["Ana 2"]
        assert (ana.status, ana.line_key, ana.base_key) == (Status.WAITLISTED, f"{ASKED}2~", f"{ASKED}2~")
        assert (ana.offer_expires_at, ana.clock_stands_since) == (None, None)
        assert (after.proposals, [e.id for e in after.line()]) == (before.proposals, [e.id for e in before.line()])
        assert after.tally == before.tally.plus(offers_made=1)

    def test_holds_the_seat_again(self):
        """Until the date that was promised; the roster is what it was, and the event says so."""
        story = held_for_ana("2026-03-05 10:00")
        before = story.roster().session
        story.approve("Ana")
        offered = story.roster().session

        *_, event = story.undo_approval("Ana")

        assert isinstance(event, ApprovalTakenBack)
        assert event.held_until == at("2026-03-05 10:00")
        assert (before.holds, offered.holds, offered.offered_holds) == (before.holds, (), before.holds)
        assert story.roster().session == before
        assert (story.sum().reserved, story.sum().free) == (1, 0)
        story.now = at("2026-03-05 10:00")
        story.sweep()
        assert story.sum().reserved == 0

    def test_holds_as_many_seats_as_are_still_asked_for(self):
        """The group gave one of its two seats back while it had the offer."""
        story = Story(session(capacity=2))
        story.ask("Zoe", units=2)
        story.ask("Ana", units=2)
        story.drop("Zoe")
        hold(story, "2026-03-05 10:00")
        story.approve("Ana")
        story.reduce("Ana", keep=1)

        story.undo_approval("Ana")

        assert [one.units for one in story.roster().session.holds] == [1]
        assert (story.sum().reserved, story.sum().free) == (1, 1)

    def test_does_not_hold_the_seat_longer_than_was_promised(self):
        """At the end of the hold it is an ordinary proposal."""
        story = held_for_ana("2026-03-03 10:00")
        story.approve("Ana")
        story.now = at("2026-03-03 10:00")

        *_, event = story.undo_approval("Ana")

        assert isinstance(event, ApprovalTakenBack)
        assert event.held_until is None
        assert (story.roster().session.holds, story.roster().session.offered_holds) == ((), ())
        assert story.standing() == stands(waiting="Ana Bo Cleo", proposed="Ana")

    @pytest.mark.parametrize("ends", ["accept", "decline", "revoke", "drop", "lapse", "requeue"])
    def test_leaves_nothing_of_the_hold_once_the_offer_ended(self, ends):
        """Accepted, declined, taken back, given up, lapsed or sent to the end: nothing is kept for later."""
        on_lapse = LapseRule.END if ends == "requeue" else LapseRule.OUT
        story = held_for_ana("2026-03-05 10:00", on_lapse=on_lapse)
        story.approve("Ana")
        if ends in {"lapse", "requeue"}:
            story.now = at("2026-03-04 10:00")
            story.sweep()
        else:
            getattr(story, ends)("Ana")

        assert story.roster().session.offered_holds == ()

    def test_puts_those_back_who_lean_on_the_entry(self):
        """Cleo was moved before Ana; while Ana had the offer she leaned on Bo."""
        story = a_free_seat()
        story.move("Cleo", before="Bo")
        line = [(e.id, e.line_key) for e in story.roster().line()]
        story.approve("Ana")
        story.move("Bo", before="Cleo")

        events = story.undo_approval("Ana")

        assert stands(waiting="Ana Bo Cleo", proposed="Ana") == story.standing()
        assert [type(e) for e in events] == [ApprovalTakenBack]
        story.take_back(story.roster().overrides[-1].id)
        assert [(e.id, e.line_key) for e in story.roster().line()] == line

    def test_gives_an_entry_its_place_though_its_move_was_taken_back_meanwhile(self):
        """Cleo was moved first and offered the seat; the move is undone, then the approval: she is third."""
        story = a_free_seat()
        override = story.move("Cleo", before="Ana")
        story.approve("Cleo")
        story.take_back(override)

        events = story.undo_approval("Cleo")

        assert events[0] == EntryPlaced(
            session_id=SAFETY, registration_id="Cleo 4", person_id="Cleo", line_key=f"{ASKED}4~"
        )
        assert story.standing() == stands(waiting="Ana Bo Cleo", proposed="Ana")

    def test_is_for_whoever_comes_first_by_then(self):
        """Bo was moved in front while Ana had the offer: the free seat is his to be proposed for."""
        story = a_free_seat()
        story.approve("Ana")
        story.move("Cleo", before="Bo")
        story.undo_approval("Ana")

        assert story.standing() == stands(waiting="Ana Cleo Bo", proposed="Ana")

    def test_gives_back_the_passes_that_the_offer_counted(self):
        """Ana waits for two seats and was passed by Bo's offer: undone, she never was."""
        story = Story(session(capacity=2, groups=GroupRule.FILL))
        story.ask("Zoe", "Yan")
        story.ask("Ana", units=2)
        story.ask("Bo")
        story.drop("Zoe")
        story.approve("Bo")
        assert story.roster().registrations["Ana 3"].passes == 1

        events = story.undo_approval("Bo")

        assert isinstance(events[0], ApprovalTakenBack)
        assert events[0].passed_before == f"{ASKED}4~"
        assert story.roster().registrations["Ana 3"].passes == 0

    def test_is_too_late_at_the_deadline(self):
        """A second before it can be undone, at it nothing is left to undo."""
        story = a_free_seat()
        made = next(e for e in story.approve("Ana") if isinstance(e, OfferMade))
        assert made.expires_at == at("2026-03-04 10:00")
        story.now = made.expires_at

        with pytest.raises(OfferEnded):
            story.undo_approval("Ana")

        story.now = at("2026-03-04 09:59:59")
        story.undo_approval("Ana")
        assert story.standing() == stands(waiting="Ana Bo Cleo", proposed="Ana")

    def test_is_refused_where_offers_go_out_by_themselves(self):
        """The same offer would be made again in the same act."""
        story = Story(standing())
        story.ask("Zoe", "Ana")
        story.drop("Zoe")

        with pytest.raises(PromotesAlone) as refused:
            story.undo_approval("Ana")

        assert str(refused.value) == (
            "This session makes its offers by itself and would make this one again. Take the offer back."
        )


def test_an_offer_from_the_front_passed_nobody_and_gives_no_pass_back():
    """Ana's group was passed by Bo's seat. Cleo was moved before her and offered the next, and the move is undone.

    Undoing that approval puts Cleo behind Ana; it was Bo who passed her, and that stands.
    """
    story = Story(session(capacity=3, groups=GroupRule.FILL))
    story.ask("Zoe", "Yan", "Xia")
    story.ask("Ana", units=3)
    story.ask("Bo", "Cleo")
    story.drop("Zoe")
    story.approve("Bo")
    story.accept("Bo")
    move = story.move("Cleo", before="Ana")
    story.drop("Yan")
    story.approve("Cleo")
    story.take_back(move)
    assert story.entry("Ana").passes == 1

    story.undo_approval("Cleo")

    assert story.line() == "Ana Cleo"
    assert story.entry("Ana").passes == 1
