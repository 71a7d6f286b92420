"""What events do to a slice that does not hold the entry they are about: they are counted, and nothing else changes."""

import pytest
from msgspec.structs import replace

from tests.builders import MONDAY, SAFETY, Story, at, session
from waitlist_app.engine import commands as c
from waitlist_app.engine.events import (
    ApprovalTakenBack,
    ConflictBegan,
    ConflictEnded,
    EntryRequeued,
    MatterOpened,
    MatterSettled,
    OfferExtended,
    OfferMade,
    PaymentReceived,
    RegistrationClosed,
    SeatGiven,
    SeatGranted,
    WaitlistJoined,
)
from waitlist_app.engine.evolve import evolve
from waitlist_app.engine.ledger import Ledger
from waitlist_app.engine.model import LapseRule, Place, Roster, Status, Tally
from waitlist_app.engine.needs import Need, need_of

FORKLIFT = "Forklift"


def a_busy_week() -> Story:
    """Let nearly everything happen that changes an entry in the line."""
    story = Story(
        session(on_lapse=LapseRule.END, price=100),
        session(FORKLIFT, capacity=2),
        overlaps=[(SAFETY, FORKLIFT)],
    )
    story.ask("Zoe", "Ana")
    story.ask("Bo", units=1)
    story.ask("Ana", to=FORKLIFT)
    story.drop("Ana", out_of=FORKLIFT)
    for name in ("Ana", "Bo"):
        story.act(c.OpenMatter(session_id=SAFETY, registration_id=story.id_of(name), matter="sign_off"))
        story.act(c.SettleMatter(session_id=SAFETY, registration_id=story.id_of(name), matter="sign_off"))
    story.drop("Zoe")
    story.approve("Ana")
    story.undo_approval("Ana")
    story.approve("Ana")
    story.extend("Ana", at("2026-03-06 10:00"))
    story.decline("Ana")
    story.approve("Bo")
    story.accept("Bo")
    story.pay("Bo")
    story.drop("Bo")
    return story


def test_an_entry_that_a_slice_does_not_hold_is_counted_all_the_same():
    """The tally after an event is the same, whether or not the slice holds who it is about."""
    story = a_busy_week()
    rosters = Ledger(story.opened.values()).rosters
    met = set[type]()

    for event in story.ledger.events:
        roster = rosters[event.session_id]
        after = evolve(roster, event)
        if not isinstance(event, SeatGiven | WaitlistJoined):
            bare = evolve(replace(roster, registrations={}), event)
            assert (bare.tally, bare.registrations) == (after.tally, {}), event
            met.add(type(event))
        rosters[event.session_id] = after

    assert met >= {
        ApprovalTakenBack,
        ConflictBegan,
        ConflictEnded,
        EntryRequeued,
        MatterOpened,
        MatterSettled,
        OfferExtended,
        OfferMade,
        PaymentReceived,
        RegistrationClosed,
    }


@pytest.mark.parametrize(
    ("command", "need"),
    [
        (c.LapseDue(session_id=SAFETY, until=MONDAY), Need.RULES),
        (c.ChangeRules(session_id=SAFETY, rules=session()), Need.GROUPS),
        (c.CancelSession(session_id=SAFETY, reason="the trainer is ill"), Need.WHOLE),
    ],
)
def test_what_is_about_nobody_needs_nobody(command: c.Command, need: Need):
    """There is no id where nothing of one person, entry or proposal is read."""
    assert need_of(command) == (need, "")


@pytest.mark.parametrize(("was_ready", "left"), [(True, 0), (False, 2)])
def test_a_grant_takes_those_who_are_ready_off_their_number_and_nobody_else(was_ready: bool, left: int):
    """As with everything that ends a wait, the event says whether the entry was counted among them."""
    granted = SeatGranted(
        session_id=SAFETY,
        registration_id="Ana 2",
        person_id="Ana",
        seat_units=2,
        line_key="",
        position=1,
        passed=0,
        was_ready=was_ready,
        reason="the board asked",
        approval="Olga",
    )

    assert evolve(Roster(session=session(), tally=Tally(waiting=1, ready_units=2)), granted).tally.ready_units == left


def test_what_is_known_of_a_person_elsewhere_is_known_after_an_event_as_well():
    """A slice stays the slice of the same person."""
    story = Story()
    story.ask("Olga", "Ana")
    elsewhere = (Place(session_id=FORKLIFT, registration_id="Ana 9", status=Status.CONFIRMED),)
    [joined] = (event for event in story.ledger.events if isinstance(event, WaitlistJoined))

    after = evolve(Roster(session=session(), places=elsewhere, dates=elsewhere), joined)

    assert (after.places, after.dates) == (elsewhere, elsewhere)
