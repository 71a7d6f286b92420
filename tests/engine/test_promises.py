"""Each part of what is always true, broken by itself: a check of several parts finds every one of them."""

from typing import Any

import pytest
from msgspec.structs import replace

from tests.builders import MONDAY, Story, at, session
from waitlist_app.engine.invariants import broken
from waitlist_app.engine.model import (
    ConflictRule,
    Draw,
    GroupRule,
    Proposal,
    Registration,
    Roster,
    Status,
    Tally,
    Window,
)


def _sound() -> Roster:
    """Give a roster in order: Ana confirmed, Bo offered, Cleo proposed, Dan and Eve waiting, Eve moved up."""
    story = Story(session(capacity=3))
    story.ask("Ana", "Olga", "Piet", "Bo", "Cleo", "Dan", "Eve")
    story.drop("Olga")
    story.drop("Piet")
    story.approve("Bo")
    story.move("Eve", before="Dan")
    return story.roster()


def _entry(roster: Roster, name: str) -> str:
    return next(r.id for r in roster.registrations.values() if r.person_id == name)


def _changed(name: str, **fields) -> Roster:
    """Give the sound roster with fields of one registration changed."""
    roster = _sound()
    key = _entry(roster, name)
    return replace(roster, registrations={**roster.registrations, key: replace(roster.registrations[key], **fields)})


def _counted(**numbers: int) -> Roster:
    """Give the sound roster with numbers of its tally raised."""
    roster = _sound()
    return replace(roster, tally=roster.tally.plus(**numbers))


def _cancelled_with(**left: Any) -> Roster:
    """Give a cancelled session in which something was left."""
    return replace(Roster(session=session(cancelled_at=MONDAY)), **left)


def _with_overrides(*numbers: int) -> Roster:
    roster = _sound()
    (override,) = roster.overrides
    return replace(roster, overrides=tuple(replace(override, id=f"o{n}", number=n) for n in numbers))


def _with_an_override_of(name: str) -> Roster:
    roster = _sound()
    (override,) = roster.overrides
    return replace(roster, overrides=(replace(override, registration_id=_entry(roster, name)),))


def _proposed_twice() -> Roster:
    roster = _sound()
    (proposal,) = roster.proposals.values()
    return replace(
        roster,
        proposals={**roster.proposals, "x": replace(proposal, id="x")},
        tally=roster.tally.plus(proposed=1),
    )


def _proposal_filed_wrongly() -> Roster:
    roster = _sound()
    (proposal,) = roster.proposals.values()
    return replace(roster, proposals={"elsewhere": proposal})


def _with_rules(roster: Roster, **rules: Any) -> Roster:
    return replace(roster, session=replace(roster.session, **rules))


def _group_in_front(*, passes: int, proposed: bool) -> Roster:
    """Give one free seat, Gus with two units in front, who was passed so often, and Bo behind him, proposed or not."""
    story = Story(session(capacity=2, groups=GroupRule.FILL_AT_MOST))
    story.ask("Zoe", "Olga")
    story.ask("Gus", units=2)
    story.ask("Bo")
    story.drop("Zoe")
    roster = story.roster()
    gus = roster.registrations[_entry(roster, "Gus")]
    return replace(
        roster,
        registrations={**roster.registrations, gus.id: replace(gus, passes=passes)},
        proposals=roster.proposals if proposed else {},
        tally=roster.tally if proposed else roster.tally.plus(proposed=-1),
    )


IN_A_WINDOW = Window(opens_at=MONDAY, closes_at=at("2026-03-20 10:00"), draw=Draw.PRIORITY)
ANYBODY = Registration(id="Ana 1", person_id="Ana", status=Status.CONFIRMED, requested_at=MONDAY, arrival=1)

FAULTS = {
    "a row in a cancelled session": (
        _cancelled_with(registrations={"Ana 1": ANYBODY}),
        {"a_cancelled_session_is_empty"},
    ),
    "a proposal in a cancelled session": (
        _cancelled_with(proposals={"Safety.1": Proposal(id="Safety.1", registration_id="Ana 1")}),
        {"a_cancelled_session_is_empty"},
    ),
    "an override in a cancelled session": (
        _cancelled_with(overrides=_sound().overrides),
        {"a_cancelled_session_is_empty"},
    ),
    "a ready unit in a cancelled session": (
        _cancelled_with(tally=Tally(ready_units=1)),
        {"a_cancelled_session_is_empty"},
    ),
    "a pending seat that nobody has": (_counted(pending=1), {"the_tally_equals_a_recount"}),
    "a held seat that nobody has": (_counted(held=1), {"the_tally_equals_a_recount"}),
    "a proposal too many": (_counted(proposed=1), {"the_tally_equals_a_recount"}),
    "an offer's number given out twice": (_counted(offers_made=-1), {"the_tally_equals_a_recount"}),
    "an override's number given out twice": (_counted(overrides_made=-1), {"the_tally_equals_a_recount"}),
    "a negative number of seats": (_counted(confirmed=-3), {"seats_add_up"}),
    "a negative number held": (_counted(held=-2), {"seats_add_up"}),
    "a group of nobody": (_changed("Dan", seat_units=0), {"rows_are_filed_under_their_ids"}),
    "a proposal under another id": (_proposal_filed_wrongly(), {"rows_are_filed_under_their_ids"}),
    "an entry without a place": (_changed("Dan", line_key=""), {"line_keys_are_unique"}),
    "an override of somebody seated": (_with_an_override_of("Ana"), {"overrides_belong_to_active_entries"}),
    "overrides out of order": (_with_overrides(2, 1), {"overrides_belong_to_active_entries"}),
    "two overrides with one number": (_with_overrides(1, 1), {"overrides_belong_to_active_entries"}),
    "a conflict where nobody looks": (
        _with_rules(_changed("Dan", conflicts=("x",)), conflicts=ConflictRule.IGNORE),
        {"only_those_who_wait_have_conflicts"},
    ),
    "two proposals for one person": (_proposed_twice(), {"proposals_are_for_ready_entries"}),
    "a proposal before the window closes": (
        _with_rules(_sound(), window=IN_A_WINDOW),
        {"free_seats_are_proposed_to_the_next_in_line"},
    ),
    "somebody without a proposal though there is no limit": (
        _with_rules(_sound(), capacity=None),
        {"free_seats_are_proposed_to_the_next_in_line"},
    ),
    "a proposal past a group that was passed often enough": (
        _group_in_front(passes=2, proposed=True),
        {"free_seats_are_proposed_to_the_next_in_line"},
    ),
    "a seat kept for a group that may still be passed": (
        _group_in_front(passes=1, proposed=False),
        {"free_seats_are_proposed_to_the_next_in_line"},
    ),
    "a clock without an offer": (_changed("Ana", clock_stands_since=MONDAY), {"offers_have_deadlines"}),
}


class TestAPromise:
    @pytest.mark.parametrize(("roster", "expected"), FAULTS.values(), ids=FAULTS)
    def test_finds(self, roster, expected):
        """Nothing else is wrong with it, or not much."""
        assert expected <= set(broken(roster, MONDAY))

    def test_is_kept_by_a_group_that_was_passed_as_often_as_it_may_be(self):
        """Once more may pass, and Bo is proposed; twice was enough, and nobody is."""
        assert broken(_sound(), MONDAY) == ()
        assert broken(_group_in_front(passes=1, proposed=True), MONDAY) == ()
        assert broken(_group_in_front(passes=2, proposed=False), MONDAY) == ()
