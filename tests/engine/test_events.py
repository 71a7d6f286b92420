"""What the record is told of an act, word for word: every event whole, in its order."""

from typing import Any

import pytest
from msgspec.structs import replace

from tests.builders import MONDAY, SAFETY, Story, at, session
from waitlist_app.engine import commands as c
from waitlist_app.engine.decide import decide
from waitlist_app.engine.events import (
    ConflictBegan,
    ConflictEnded,
    EntryMoved,
    EntryPlaced,
    EntryRequeued,
    MatterOpened,
    MatterSettled,
    MoveEnded,
    OfferAccepted,
    OfferDeclined,
    OfferMade,
    OfferRevoked,
    ProposalWithdrawn,
    RegistrationClosed,
    SeatGiven,
    SeatProposed,
    UnitsReduced,
)
from waitlist_app.engine.model import LapseRule, Status, Terms
from waitlist_app.engine.refusals import NotFewer

ASKED = "20260302100000000000.00000000"
"""How the keys of those who asked on Monday at ten begin, before their arrival number."""


def a_line() -> Story:
    """Seat Zoe, and let Ana, Bo and Cleo wait, who arrived second, third and fourth."""
    story = Story(session(capacity=1))
    story.ask("Zoe", "Ana", "Bo", "Cleo")
    return story


class TestAMove:
    def test_tells_from_where_to_where_and_past_how_many(self):
        """Cleo goes before Ana, past two; should Ana go, Cleo keeps to Bo, who stood behind her."""
        story = a_line()

        story.move("Cleo", before="Ana")

        assert story.ledger.events[-1] == EntryMoved(
            session_id=SAFETY,
            registration_id="Cleo 4",
            person_id="Cleo",
            override_id="override 5",
            number=1,
            before_id="Ana 2",
            successor_id="Bo 3",
            before_key=f"{ASKED}2~",
            arrivals=4,
            from_position=3,
            to_position=1,
            from_key=f"{ASKED}4~",
            line_key=f"{ASKED}2!000001~",
            passed=2,
            reason="audit finding",
            approval="Olga",
        )

    def test_to_the_end_leans_on_nobody_and_passes_nobody(self):
        """Ana goes last: two move up, and none of them was passed over."""
        story = a_line()

        story.move("Ana")

        assert story.ledger.events[-1] == EntryMoved(
            session_id=SAFETY,
            registration_id="Ana 2",
            person_id="Ana",
            override_id="override 5",
            number=1,
            before_id="",
            successor_id="",
            before_key="",
            arrivals=4,
            from_position=1,
            to_position=3,
            from_key=f"{ASKED}2~",
            line_key="z000001~",
            passed=0,
            reason="audit finding",
            approval="Olga",
        )

    def test_before_the_last_has_no_successor(self):
        """Ana goes before Cleo, behind whom there is nobody."""
        story = a_line()

        story.move("Ana", before="Cleo")

        moved = story.ledger.events[-1]
        assert isinstance(moved, EntryMoved)
        assert (moved.before_id, moved.successor_id, moved.to_position, moved.passed) == ("Cleo 4", "", 2, 0)

    def test_that_is_taken_back_ends_with_its_reason_and_puts_the_entry_where_it_was(self):
        """Cleo stands third again."""
        story = a_line()
        override = story.move("Cleo", before="Ana")

        events = story.take_back(override)

        assert events == (
            MoveEnded(
                session_id=SAFETY, override_id=override, registration_id="Cleo 4", person_id="Cleo", because="revoked"
            ),
            EntryPlaced(session_id=SAFETY, registration_id="Cleo 4", person_id="Cleo", line_key=f"{ASKED}4~"),
        )

    def test_ends_with_the_place_of_its_entry_and_those_who_leaned_on_it_stay_in_front(self):
        """Cleo leaves, before whom Bo was put: Bo keeps to the place where Cleo had been put."""
        story = a_line()
        override = story.move("Cleo", before="Ana")
        story.move("Bo", before="Cleo")

        events = story.drop("Cleo", status=Status.LEFT)

        assert events == (
            MoveEnded(
                session_id=SAFETY, override_id=override, registration_id="Cleo 4", person_id="Cleo", because="left"
            ),
            EntryPlaced(session_id=SAFETY, registration_id="Bo 3", person_id="Bo", line_key=f"{ASKED}2!000002~"),
            RegistrationClosed(
                session_id=SAFETY,
                registration_id="Cleo 4",
                person_id="Cleo",
                seat_units=1,
                was=Status.WAITLISTED,
                status=Status.LEFT,
                was_ready=True,
            ),
        )


class TestAMatter:
    def test_that_is_opened_takes_the_proposal_back_and_the_next_is_proposed(self):
        """Ana needs a signature: she is skipped, and Bo is next."""
        story = a_line()
        story.drop("Zoe")

        events = story.act(c.OpenMatter(session_id=SAFETY, registration_id="Ana 2", matter="sign_off:ida"))

        assert events == (
            ProposalWithdrawn(
                session_id=SAFETY,
                proposal_id="Safety.1",
                registration_id="Ana 2",
                person_id="Ana",
                because="sign_off",
            ),
            MatterOpened(
                session_id=SAFETY,
                registration_id="Ana 2",
                person_id="Ana",
                seat_units=1,
                matter="sign_off:ida",
                was_ready=True,
            ),
            SeatProposed(
                session_id=SAFETY, proposal_id="Safety.2", registration_id="Bo 3", person_id="Bo", seat_units=1
            ),
        )

    def test_that_is_settled_gives_the_place_back(self):
        """Ana's signature is there: she is proposed again, and Bo no longer."""
        story = a_line()
        story.drop("Zoe")
        story.act(c.OpenMatter(session_id=SAFETY, registration_id="Ana 2", matter="sign_off:ida"))

        events = story.act(
            c.SettleMatter(session_id=SAFETY, registration_id="Ana 2", matter="sign_off:ida", approval="by Ida")
        )

        assert events == (
            MatterSettled(
                session_id=SAFETY,
                registration_id="Ana 2",
                person_id="Ana",
                seat_units=1,
                matter="sign_off:ida",
                is_ready=True,
                approval="by Ida",
            ),
            ProposalWithdrawn(
                session_id=SAFETY, proposal_id="Safety.2", registration_id="Bo 3", person_id="Bo", because="outranked"
            ),
            SeatProposed(
                session_id=SAFETY, proposal_id="Safety.3", registration_id="Ana 2", person_id="Ana", seat_units=1
            ),
        )

    def test_of_two_leaves_the_entry_skipped_until_both_are_settled(self):
        """One signature of two is not enough, and neither is told twice."""
        story = a_line()
        for matter in ("sign_off:ida", "sign_off:jon", "sign_off:ida"):
            story.act(c.OpenMatter(session_id=SAFETY, registration_id="Ana 2", matter=matter))

        events = story.act(c.SettleMatter(session_id=SAFETY, registration_id="Ana 2", matter="sign_off:ida"))

        assert [type(event) for event in events] == [MatterSettled]
        assert story.entry("Ana").outstanding == ("sign_off:jon",)
        assert not story.entry("Ana").is_ready

    def test_that_nobody_opened_and_that_of_nobody_who_waits_change_nothing(self):
        """Zoe has her seat, and Ana needs no signature."""
        story = a_line()

        for registration_id in ("Zoe 1", "nobody"):
            assert story.act(c.OpenMatter(session_id=SAFETY, registration_id=registration_id, matter="m")) == ()
        for registration_id in ("Ana 2", "nobody"):
            assert story.act(c.SettleMatter(session_id=SAFETY, registration_id=registration_id, matter="m")) == ()


class TestAnOffer:
    def test_is_told_with_its_number_its_deadline_and_whose_word_it_is(self):
        """Two days from Monday at ten, on Olga's word."""
        story = a_line()
        story.drop("Zoe")

        events = story.approve("Ana")

        assert events == (
            OfferMade(
                session_id=SAFETY,
                registration_id="Ana 2",
                person_id="Ana",
                proposal_id="Safety.1",
                seat_units=1,
                offer_number=1,
                expires_at=at("2026-03-04 10:00"),
                approval="Olga",
            ),
        )

    def test_that_is_taken_back_is_told_with_the_reason(self):
        """The next is proposed in the same act."""
        story = a_line()
        story.drop("Zoe")
        story.approve("Ana")

        events = story.revoke("Ana", reason="wrong person")

        assert events == (
            OfferRevoked(
                session_id=SAFETY, registration_id="Ana 2", person_id="Ana", seat_units=1, reason="wrong person"
            ),
            SeatProposed(
                session_id=SAFETY, proposal_id="Safety.2", registration_id="Bo 3", person_id="Bo", seat_units=1
            ),
        )


class TestAnOfferToSomebodyWhoWasMoved:
    def test_that_is_accepted_ends_the_move_and_is_told_as_taken_down_by_staff(self):
        """Cleo was put first and says yes on the phone."""
        story = an_offer_to_cleo_who_was_moved()

        events = story.act(c.AcceptOffer(session_id=SAFETY, registration_id="Cleo 4", on_behalf=True))

        assert events == (
            the_move_ended(because="seated"),
            OfferAccepted(session_id=SAFETY, registration_id="Cleo 4", person_id="Cleo", seat_units=1, on_behalf=True),
        )

    def test_that_is_declined_ends_the_move_and_is_told_as_taken_down_by_staff(self):
        """Cleo was put first and says no on the phone."""
        story = an_offer_to_cleo_who_was_moved()

        events = story.act(c.DeclineOffer(session_id=SAFETY, registration_id="Cleo 4", on_behalf=True))

        assert events[:2] == (
            the_move_ended(because="declined"),
            OfferDeclined(session_id=SAFETY, registration_id="Cleo 4", person_id="Cleo", seat_units=1, on_behalf=True),
        )

    def test_that_is_declined_sends_to_the_end_with_a_new_arrival_number(self):
        """Where a no sends to the end, Cleo is the fifth to arrive, and stands behind everybody."""
        story = an_offer_to_cleo_who_was_moved(on_lapse=LapseRule.END)

        events = story.act(c.DeclineOffer(session_id=SAFETY, registration_id="Cleo 4", on_behalf=True))

        assert events[:2] == (
            the_move_ended(because="declined"),
            EntryRequeued(
                session_id=SAFETY,
                registration_id="Cleo 4",
                person_id="Cleo",
                seat_units=1,
                requeued_at=MONDAY,
                arrival=5,
                line_key="r20260302100000000000.000000005~",
                because="declined",
                on_behalf=True,
            ),
        )

    def test_that_lapses_sends_to_the_end_as_of_its_deadline_and_on_nobodys_behalf(self):
        """The sweep comes an hour late; what counts is when the offer ended."""
        story = an_offer_to_cleo_who_was_moved(on_lapse=LapseRule.END)
        story.now = at("2026-03-04 11:00")

        events = story.sweep()

        assert events[:2] == (
            the_move_ended(because="lapsed"),
            EntryRequeued(
                session_id=SAFETY,
                registration_id="Cleo 4",
                person_id="Cleo",
                seat_units=1,
                requeued_at=at("2026-03-04 10:00"),
                arrival=5,
                line_key="r20260304100000000000.000000005~",
                because="lapsed",
                on_behalf=False,
            ),
        )

    def test_that_is_taken_back_ends_the_move(self):
        """Olga takes the offer back, and with it what she had moved."""
        story = an_offer_to_cleo_who_was_moved()

        events = story.revoke("Cleo")

        assert events[0] == the_move_ended(because="offer_revoked")


def an_offer_to_cleo_who_was_moved(**rules: Any) -> Story:
    """Seat Zoe, let Ana, Bo and Cleo wait, move Cleo to the front, and offer her Zoe's seat."""
    story = Story(session(capacity=1, **rules))
    story.ask("Zoe", "Ana", "Bo", "Cleo")
    story.move("Cleo", before="Ana")
    story.drop("Zoe")
    story.approve("Cleo")
    return story


def the_move_ended(*, because: str) -> MoveEnded:
    """Build the end of Cleo's move."""
    return MoveEnded(
        session_id=SAFETY, override_id="override 5", registration_id="Cleo 4", person_id="Cleo", because=because
    )


class TestAGroupThatBecomesSmaller:
    def test_is_told_with_what_it_keeps_and_what_it_gives_back(self):
        """Three become one: two seats come back, for the reason that is given."""
        story = Story(session(capacity=3))
        story.ask("Gus", units=3)

        events = story.act(
            c.ReduceUnits(session_id=SAFETY, registration_id="Gus 1", seat_units=1, reason="two are ill")
        )

        assert events == (
            UnitsReduced(
                session_id=SAFETY,
                registration_id="Gus 1",
                person_id="Gus",
                seat_units=1,
                by=2,
                was=Status.CONFIRMED,
                was_ready=False,
                reason="two are ill",
            ),
        )

    def test_that_was_granted_gives_granted_seats_back(self):
        """A grant is never refilled, so the record says that these seats were one."""
        story = Story(session(capacity=2))
        story.ask("Zoe")
        story.ask("Gus", units=2, approval="by Olga")

        events = story.act(c.ReduceUnits(session_id=SAFETY, registration_id="Gus 2", seat_units=1))

        [reduced] = events
        assert isinstance(reduced, UnitsReduced)
        assert reduced.was_granted is True

    def test_keeps_at_least_one_and_is_told_how_many_it_has(self):
        """Three cannot become three, and not none."""
        story = Story(session(capacity=3))
        story.ask("Gus", units=3)

        for units in (0, 3):
            with pytest.raises(NotFewer) as caught:
                story.act(c.ReduceUnits(session_id=SAFETY, registration_id="Gus 1", seat_units=units))
            assert caught.value.seat_units == 3


class TestASeatPastTheLine:
    def test_is_told_with_everything_that_was_asked_and_whose_word_it_is(self):
        """Ivo is seated beyond the limit, past the three who wait."""
        story = a_line()
        terms = Terms(requester_id="Mia")
        asked = replace(
            story.request("Ivo", approval="by Olga", waiver="by Olga", terms=terms, asked_at=at("2026-03-02 09:00")),
            on_behalf=True,
        )

        events = story.act(asked)

        assert events == (
            SeatGiven(
                session_id=SAFETY,
                registration_id="Ivo 5",
                person_id="Ivo",
                seat_units=1,
                requested_at=at("2026-03-02 09:00"),
                arrival=5,
                waiver="by Olga",
                terms=terms,
                passed=3,
                is_granted=True,
                approval="by Olga",
                reason="the board asked",
                on_behalf=True,
            ),
        )

    def test_is_no_grant_where_an_offer_has_just_ended(self):
        """What ended holds nothing, though no sweep has run: there is a seat, and Ivo gets it within the limit."""
        story = a_line()
        story.drop("Zoe")
        story.approve("Ana")
        roster = replace(story.roster(), registrations={"Ana 2": story.entry("Ana")})
        asked = story.request("Ivo", approval="by Olga")

        [before] = decide(roster, asked, at("2026-03-04 09:59"))
        [after] = decide(roster, asked, at("2026-03-04 10:00"))

        assert isinstance(before, SeatGiven)
        assert isinstance(after, SeatGiven)
        assert (before.is_granted, after.is_granted) == (True, False)


class TestAConflict:
    def test_that_begins_takes_the_proposal_back(self):
        """Ana is proposed in Safety when she gets a seat in Forklift at the same time."""
        story = Story(session(), session("Forklift"), overlaps=[(SAFETY, "Forklift")])
        story.ask("Zoe", "Ana")
        story.drop("Zoe")

        events = story.ask("Ana", to="Forklift")

        assert events[1:] == (
            ProposalWithdrawn(
                session_id=SAFETY,
                proposal_id="Safety.1",
                registration_id="Ana 2",
                person_id="Ana",
                because="conflict",
            ),
            ConflictBegan(
                session_id=SAFETY,
                registration_id="Ana 2",
                person_id="Ana",
                seat_units=1,
                with_session_id="Forklift",
                was_ready=True,
            ),
        )

    def test_of_nobody_who_waits_begins_without_a_word(self):
        """Zoe has her seat, and somebody left meanwhile."""
        story = a_line()

        for registration_id in ("gone", "Zoe 1"):
            told = c.BeginConflict(session_id=SAFETY, registration_id=registration_id, with_session_id="x")
            assert story.act(told) == ()

    def test_that_ends_is_told_with_its_person_and_the_other_session(self):
        """Ana gives up her seat in Forklift, and is no longer skipped in Safety."""
        story = Story(session(), session("Forklift"), overlaps=[(SAFETY, "Forklift")])
        story.ask("Zoe")
        story.ask("Ana", to="Forklift")
        story.ask("Ana")

        events = story.drop("Ana", out_of="Forklift")

        assert events[-1] == ConflictEnded(
            session_id=SAFETY,
            registration_id="Ana 3",
            person_id="Ana",
            seat_units=1,
            with_session_id="Forklift",
            is_ready=True,
        )

    def test_meets_whoever_goes_to_the_end_while_another_seat_is_held_for_them(self):
        """Under a waiver Ana had both offers; declining one sends her to the end, where the other counts."""
        story = Story(session(on_lapse=LapseRule.END), session("Forklift"), overlaps=[(SAFETY, "Forklift")])
        story.ask("Zoe", "Ana")
        story.ask("Yan", to="Forklift")
        story.ask("Ana", to="Forklift", waiver="by Olga")
        for name, code in (("Zoe", SAFETY), ("Yan", "Forklift")):
            story.drop(name, out_of=code)
            story.approve("Ana", to=code)

        story.decline("Ana")

        assert story.entry("Ana").conflicts == ("Forklift",)

    def test_of_nobody_ends_without_a_word(self):
        """Somebody left meanwhile, or was never skipped for that session."""
        story = a_line()

        for registration_id in ("gone", "Ana 2"):
            assert (
                story.act(c.EndConflict(session_id=SAFETY, registration_id=registration_id, with_session_id="x")) == ()
            )


class TestACancelledSession:
    def test_takes_its_proposals_back_in_the_order_in_which_they_were_made(self):
        """However a book hands them out: the record must not depend on how rows happen to lie."""
        story = Story(session(capacity=11))
        story.ask(*(f"P{n}" for n in range(22)))
        for n in range(11):
            story.drop(f"P{n}")
        roster = story.roster()
        another = replace(roster, proposals=dict(sorted(roster.proposals.items())))

        events = decide(another, c.CancelSession(session_id=SAFETY, reason="the trainer is ill"), MONDAY)

        withdrawn = [event.proposal_id for event in events if isinstance(event, ProposalWithdrawn)]
        assert withdrawn == [f"Safety.{n}" for n in range(1, 12)]


class TestConflictsWithTwoSessions:
    """Each counts by itself."""

    def test_take_an_entry_out_of_the_ready_line_once(self):
        """Ana has seats in two sessions at the time of this one; she is ready again when both are gone."""
        story = Story(session(), session("Early"), session("Late"), overlaps=[(SAFETY, "Early"), (SAFETY, "Late")])
        story.ask("Zoe", "Ana")
        ready = [story.roster().tally.ready_units]
        for code in ("Early", "Late"):
            story.ask("Ana", to=code)
            ready.append(story.roster().tally.ready_units)
        for code in ("Early", "Late"):
            story.drop("Ana", out_of=code)
            ready.append(story.roster().tally.ready_units)

        assert ready == [1, 0, 0, 0, 1]

    @pytest.mark.parametrize("end", ["decline", "revoke", "lapse"])
    def test_end_with_an_offer_that_comes_to_nothing(self, end):
        """Ana has an offer at the time of a session in which she waits; without it she is ready there again."""
        story = Story(session(), session("Forklift"), overlaps=[(SAFETY, "Forklift")])
        story.ask("Zoe", "Ana")
        story.ask("Yan", "Ana", to="Forklift")
        story.drop("Yan", out_of="Forklift")
        story.approve("Ana", to="Forklift")
        assert story.entry("Ana").conflicts == ("Forklift",)

        match end:
            case "decline":
                story.decline("Ana", to="Forklift")
            case "revoke":
                story.revoke("Ana", to="Forklift")
            case _:
                story.now = at("2026-03-04 10:00")
                story.sweep()

        assert story.entry("Ana").conflicts == ()


class TestAClockThatStands:
    """It stands until something sets it going, or the offer is over."""

    def test_stands_on_when_more_time_is_given_without_starting_it(self):
        """And is set going by an extension that says so."""
        story = Story(session())
        story.ask("Zoe", "Ana")
        story.drop("Zoe")
        story.approve("Ana")
        story.hand_over("Ana")
        story.bounce("Ana")
        assert story.entry("Ana").clock_stands_since is not None

        story.extend("Ana", at("2026-03-06 10:00"))
        stood = story.entry("Ana").clock_stands_since
        story.extend("Ana", at("2026-03-07 10:00"), starts_clock=True)

        assert stood is not None
        assert story.entry("Ana").clock_stands_since is None

    @pytest.mark.parametrize("end", ["decline", "undo"])
    def test_is_over_with_the_offer(self, end):
        """Whoever is back in the line has no clock, and no deadline."""
        story = Story(session(on_lapse=LapseRule.END))
        story.ask("Zoe", "Ana", "Bo")
        story.drop("Zoe")
        story.approve("Ana")
        story.hand_over("Ana")
        story.bounce("Ana")

        if end == "decline":
            story.decline("Ana")
        else:
            story.undo_approval("Ana")

        ana = story.entry("Ana")
        assert (ana.status, ana.clock_stands_since, ana.offer_expires_at) == (Status.WAITLISTED, None, None)
