"""Each check of what is always true finds the fault that it is there for, and nothing else does."""

from datetime import datetime

import pytest
from msgspec.structs import replace

from tests.builders import MONDAY, SAFETY, Story, at, session
from waitlist_app.engine.invariants import CHECKS, CHECKS_ACROSS, broken, broken_across
from waitlist_app.engine.model import (
    STANDARD,
    Asking,
    Block,
    ConflictRule,
    GroupRule,
    Hold,
    Passing,
    Proposal,
    Roster,
    SilenceRule,
    Status,
    Tally,
    Terms,
)

FORKLIFT = "Forklift"
AT_ONCE = {SAFETY: frozenset({FORKLIFT}), FORKLIFT: frozenset({SAFETY})}


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


def _overfull() -> Roster:
    roster = _sound()
    return replace(roster, session=replace(roster.session, capacity=1))


def _with_rules(**rules) -> Roster:
    """Give the sound roster with some rules of its session changed."""
    roster = _sound()
    return replace(roster, session=replace(roster.session, **rules))


def _twice_in() -> Roster:
    roster = _sound()
    ana = roster.registrations[_entry(roster, "Ana")]
    again = replace(ana, id="again", arrival=7)
    return replace(
        roster,
        session=replace(roster.session, capacity=4),
        registrations={**roster.registrations, "again": again},
        tally=roster.tally.plus(confirmed=1),
    )


def _filed_wrongly() -> Roster:
    roster = _sound()
    key = _entry(roster, "Ana")
    rest = {k: r for k, r in roster.registrations.items() if k != key}
    return replace(roster, registrations={**rest, "elsewhere": roster.registrations[key]})


def _without_proposal() -> Roster:
    roster = _sound()
    return replace(roster, proposals={}, tally=roster.tally.plus(proposed=-1))


def _wrongly_proposed() -> Roster:
    roster = _sound()
    (key,) = roster.proposals
    return replace(roster, proposals={key: Proposal(id=key, registration_id=_entry(roster, "Dan"))})


def _held(*people: str, units: int = 1) -> Roster:
    roster = _sound()
    holds = tuple(
        Hold(registration_id=_entry(roster, one), units=units, until=at("2026-03-03 10:00")) for one in people
    )
    return replace(roster, session=replace(roster.session, holds=holds))


def _one_seat_more(roster: Roster) -> Roster:
    return replace(roster, session=replace(roster.session, capacity=(roster.session.capacity or 0) + 1))


def _passed(*pairs: tuple[str, str]) -> Roster:
    roster = _sound()
    passings = (
        Passing(id=f"{n}", registration_id=_entry(roster, one), instead_id=_entry(roster, two), behind_key="")
        for n, (one, two) in enumerate(pairs)
    )
    return replace(roster, session=replace(roster.session, passings=tuple(passings)))


def _proposed_beyond_the_seats() -> Roster:
    roster = _sound()
    more = {"x": Proposal(id="x", registration_id=_entry(roster, "Eve"))}
    return replace(roster, proposals={**roster.proposals, **more}, tally=roster.tally.plus(proposed=1))


def _proposed_to_the_seated() -> Roster:
    roster = _sound()
    more = {"x": Proposal(id="x", registration_id=_entry(roster, "Ana"))}
    return replace(roster, proposals={**roster.proposals, **more}, tally=roster.tally.plus(proposed=1))


def _with_an_orphaned_override() -> Roster:
    roster = _sound()
    (override,) = roster.overrides
    return replace(roster, overrides=(override, replace(override, id="x", number=9, registration_id="gone")))


def _paid_for(**fields) -> Roster:
    """Give a roster in which Ana has paid for her seat, and Bo has still to pay, with fields of Ana's changed."""
    story = Story(session(capacity=2, price=4900))
    story.ask("Ana", "Bo")
    story.pay("Ana")
    roster = story.roster()
    return replace(
        roster,
        registrations={
            key: replace(r, **fields) if r.person_id == "Ana" else r for key, r in roster.registrations.items()
        },
    )


def _owing(**fields: int) -> Roster:
    """Give the same with numbers of her payment changed."""
    roster = _paid_for()
    return replace(roster, payments={key: replace(one, **fields) for key, one in roster.payments.items()})


def _free_of_charge(roster: Roster) -> Roster:
    """Take the price off everybody."""
    free = {key: replace(r, terms=STANDARD) for key, r in roster.registrations.items()}
    return replace(roster, registrations=free)


LATER = at("2026-03-03 10:00")


def _asked_again(roster: Roster) -> Roster:
    return replace(roster, session=replace(roster.session, asking=Asking(by=LATER)))


def _silent_for_good() -> Roster:
    """Let the date by which Ana was to answer be over, and her silent seat be hers all the same."""
    roster = _changed("Ana", answer_by=MONDAY)
    asking = Asking(by=MONDAY, on_silence=SilenceRule.RELEASE)
    return replace(roster, session=replace(roster.session, asking=asking, woken_at=MONDAY))


def _ended(status: Status, **ends: datetime) -> Roster:
    """Let more units of Bo's have ended than are counted."""
    roster = _changed("Bo", status=status, seat_units=2, **ends)
    return replace(roster, tally=replace(roster.tally, held=1, pending=1))


FAULTS = {
    "a negative number": (_counted(pending=-1), {"seats_add_up", "the_tally_equals_a_recount"}),
    "more offers ended than were made": (
        _ended(Status.OFFERED, offer_expires_at=MONDAY),
        {"seats_add_up", "the_tally_equals_a_recount"},
    ),
    "more unpaid seats ended than were given": (
        _ended(Status.PENDING, payment_due_at=MONDAY),
        {"seats_add_up", "the_tally_equals_a_recount"},
    ),
    "a block of fewer than nothing": (_with_rules(blocks=(Block(name="board", units=-1),)), {"seats_add_up"}),
    "more seats taken than there are": (_overfull(), {"nobody_is_seated_beyond_the_limit"}),
    "a grant of somebody who waits": (_changed("Dan", grant="Olga"), {"grants_belong_to_seats"}),
    "a grant that nobody counts": (_changed("Ana", grant="Olga"), {"grants_belong_to_seats"}),
    "people in a cancelled session": (_with_rules(cancelled_at=MONDAY), {"a_cancelled_session_is_empty"}),
    "a seat that nobody has": (_counted(confirmed=1), {"the_tally_equals_a_recount"}),
    "a ready unit too many": (_counted(ready_units=1), {"the_tally_equals_a_recount"}),
    "a number given out twice": (_counted(arrivals=-1), {"the_tally_equals_a_recount"}),
    "a wrong number waiting": (_counted(waiting=1), {"the_tally_equals_a_recount", "positions_run_from_one"}),
    "a person with two seats": (_twice_in(), {"nobody_is_in_twice"}),
    "a closed row": (_changed("Dan", status=Status.LEFT), {"nobody_is_in_twice", "the_tally_equals_a_recount"}),
    "a row under another id": (_filed_wrongly(), {"rows_are_filed_under_their_ids"}),
    "a tie": (_changed("Dan", line_key=_sound().ready_line()[0].line_key), {"line_keys_are_unique"}),
    "a key out of order": (_changed("Dan", line_key="0~"), {"the_order_is_the_policys_and_the_overrides"}),
    "an override of nobody": (_with_an_orphaned_override(), {"overrides_belong_to_active_entries"}),
    "a seat in spite of a conflict": (_changed("Ana", conflicts=("x",)), {"only_those_who_wait_have_conflicts"}),
    "a conflict in spite of a waiver": (
        _changed("Dan", conflicts=("x",), waiver="Olga"),
        {"only_those_who_wait_have_conflicts"},
    ),
    "an excuse of somebody who waits": (_changed("Dan", excused="Olga"), {"only_offers_are_excused"}),
    "a question that nobody asked": (_changed("Ana", answer_by=MONDAY), {"only_seats_are_confirmed_again"}),
    "a question to somebody with an offer": (
        _asked_again(_changed("Bo", answer_by=LATER)),
        {"only_seats_are_confirmed_again"},
    ),
    "a question by another date": (
        _asked_again(_changed("Ana", answer_by=MONDAY)),
        {"only_seats_are_confirmed_again"},
    ),
    "a silent seat that should have come back": (_silent_for_good(), {"only_seats_are_confirmed_again"}),
    "a seat held for the first in the line that is not proposed": (
        replace(_held("Cleo"), proposals={}),
        {"free_seats_are_proposed_to_the_next_in_line"},
    ),
    "a proposal for somebody seated": (_proposed_to_the_seated(), {"proposals_are_for_ready_entries"}),
    "a free seat that nobody is proposed for": (_without_proposal(), {"free_seats_are_proposed_to_the_next_in_line"}),
    "a proposal out of order": (_wrongly_proposed(), {"free_seats_are_proposed_to_the_next_in_line"}),
    "a proposal without a seat": (_proposed_beyond_the_seats(), {"free_seats_are_proposed_to_the_next_in_line"}),
    "a hold for somebody who is not proposed": (_held("Dan"), {"holds_belong_to_open_proposals"}),
    "a hold of other units": (_held("Cleo", units=2), {"holds_belong_to_open_proposals"}),
    "two holds for one": (_held("Cleo", "Cleo"), {"holds_belong_to_open_proposals"}),
    "a pass of somebody seated": (_passed(("Ana", "Dan")), {"passes_are_of_people_who_wait"}),
    "a pass for somebody seated": (_passed(("Dan", "Ana")), {"passes_are_of_people_who_wait"}),
    "a pass for oneself": (_passed(("Dan", "Dan")), {"passes_are_of_people_who_wait"}),
    "two passes of one": (_passed(("Dan", "Bo"), ("Dan", "Bo")), {"passes_are_of_people_who_wait"}),
    "an offer without a deadline": (_changed("Bo", offer_expires_at=None), {"offers_have_deadlines"}),
    "a deadline without an offer": (_changed("Ana", offer_expires_at=MONDAY), {"offers_have_deadlines"}),
    "a seat to be paid without a deadline": (
        _changed("Ana", status=Status.PENDING, terms=Terms(price=4900)),
        {"unpaid_seats_have_a_price_and_a_deadline", "the_tally_equals_a_recount"},
    ),
    "a seat to be paid that costs nothing": (
        _free_of_charge(_paid_for()),
        {"unpaid_seats_have_a_price_and_a_deadline", "a_price_is_paid_before_a_seat_is_confirmed"},
    ),
    "a time to pay of somebody who has paid": (
        _paid_for(payment_due_at=MONDAY),
        {"unpaid_seats_have_a_price_and_a_deadline"},
    ),
    "a seat that nobody paid": (_paid_for(payment="", paid=0), {"a_price_is_paid_before_a_seat_is_confirmed"}),
    "money without a payment": (_changed("Dan", paid=1), {"a_price_is_paid_before_a_seat_is_confirmed"}),
    "less than was paid": (_paid_for(paid=4800), {"money_adds_up"}),
    "a payment that nobody knows": (replace(_paid_for(), payments={}), {"money_adds_up"}),
    "more owed than came": (_owing(owed=4901), {"money_adds_up"}),
    "something owed that pays for a seat": (_owing(owed=1), {"money_adds_up"}),
    "something kept that was never owed": (_owing(kept=-1, owed=1), {"money_adds_up"}),
    "less owed than nothing": (_owing(owed=-1, given_back=1), {"money_adds_up"}),
    "less given back than nothing": (_owing(given_back=-1, owed=1), {"money_adds_up"}),
    "a held seat that is not proposed": (_held("Dan"), {"free_seats_are_proposed_to_the_next_in_line"}),
    "a free seat behind a held one that nobody is proposed for": (
        _one_seat_more(_held("Cleo")),
        {"free_seats_are_proposed_to_the_next_in_line"},
    ),
    "an offer without a number": (_changed("Bo", offer_number=0), {"offers_have_deadlines"}),
}


class TestBroken:
    def test_names_nothing_when_all_is_well(self):
        """A roster in order is in order, before and after a deadline that no job has seen."""
        assert broken(_sound(), MONDAY) == ()
        assert broken(_sound(), at("2026-03-09 10:00")) == ()
        assert broken(Roster(session=session(capacity=None)), MONDAY) == ()
        assert broken(_paid_for(), MONDAY) == broken(_paid_for(), at("2026-03-09 10:00")) == ()

    def test_names_nothing_where_a_seat_costs_a_penny(self):
        """The smallest price is a price: Ana has paid it, and Bo has still to."""
        story = Story(session(capacity=2, price=1))
        story.ask("Ana", "Bo")
        story.pay("Ana")

        assert broken(story.roster(), MONDAY) == ()

    def test_names_nothing_where_two_pass_a_group_that_may_be_passed_twice(self):
        """Two seats are free, and Ana waits for three."""
        story = Story(session(capacity=3, groups=GroupRule.FILL_AT_MOST))
        story.ask("Olga", "Piet", "Rosa")
        story.ask("Ana", units=3)
        story.ask("Bo", "Cleo")
        story.drop("Olga")
        story.drop("Piet")

        assert story.standing().proposed == ("Bo", "Cleo")
        assert broken(story.roster(), MONDAY) == ()

    @pytest.mark.parametrize(("roster", "expected"), FAULTS.values(), ids=FAULTS)
    def test_finds(self, roster, expected):
        """Each fault is found by the check that is there for it."""
        assert expected <= set(broken(roster, MONDAY))

    def test_has_a_fault_for_every_check(self):
        """No check is there that nothing could fail."""
        found = {name for _, names in FAULTS.values() for name in names}

        assert found == {check.__name__ for check in CHECKS}

    def test_has_a_sentence_for_every_check(self):
        """Whoever reads the report need not read the code."""
        assert all((check.__doc__ or "").endswith(".") for check in (*CHECKS, *CHECKS_ACROSS))


class TestBrokenAcross:
    def rosters(self, **rules) -> dict[str, Roster]:
        """Give two sessions, both with Ana in them, as if they were not at the same time."""
        story = Story(session(**rules), session(FORKLIFT))
        story.ask("Ana")
        story.ask("Ana", to=FORKLIFT)
        return story.ledger.rosters

    def test_finds_two_seats_at_the_same_time(self):
        """Nobody can sit in two rooms at once."""
        assert broken_across(self.rosters(), AT_ONCE, MONDAY) == ("nobody_holds_two_seats_at_once",)

    def test_allows_two_seats_where_the_guard_is_off(self):
        """Where nobody looks, nobody complains."""
        assert broken_across(self.rosters(conflicts=ConflictRule.IGNORE), AT_ONCE, MONDAY) == ()

    def test_allows_two_seats_apart(self):
        """Back to back is fine."""
        assert broken_across(self.rosters(), {}, MONDAY) == ()

    def test_finds_a_conflict_that_is_not_noted(self):
        """Whoever holds a seat at the same time is skipped, and no one else."""
        rosters = self.rosters(capacity=0)

        assert broken_across(rosters, AT_ONCE, MONDAY) == ("conflicts_are_the_seats_held_at_the_same_time",)

    def test_finds_a_conflict_behind_somebody_whose_guard_was_lifted(self):
        """Zoe in front may have both; Ana may not."""
        story = Story(session(capacity=0), session(FORKLIFT, capacity=2))
        story.ask("Zoe", "Ana", to=FORKLIFT)
        story.ask("Zoe", waiver="by Olga")
        story.ask("Ana")

        found = broken_across(story.ledger.rosters, AT_ONCE, MONDAY)

        assert found == ("conflicts_are_the_seats_held_at_the_same_time",)

    def test_finds_a_conflict_that_is_over(self):
        """A seat given up skips nobody any more."""
        story = Story(session(capacity=0), session(FORKLIFT), overlaps=[(SAFETY, FORKLIFT)])
        story.ask("Ana", to=FORKLIFT)
        story.ask("Ana")
        rosters = {**story.ledger.rosters, FORKLIFT: Roster(session=session(FORKLIFT), tally=Tally())}

        assert broken_across(rosters, AT_ONCE, MONDAY) == ("conflicts_are_the_seats_held_at_the_same_time",)

    def dates(self, **rules) -> dict[str, Roster]:
        """Give two dates of one course, as if they were none: Ana is offered the first and waits for the second."""
        story = Story(session(), session(FORKLIFT, capacity=0))
        story.ask("Bo", "Ana")
        story.ask("Ana", to=FORKLIFT)
        story.drop("Bo")
        story.approve("Ana")
        course = {
            code: replace(roster.session, course="fire", **rules) for code, roster in story.ledger.rosters.items()
        }
        return {code: replace(roster, session=course[code]) for code, roster in story.ledger.rosters.items()}

    def test_finds_somebody_who_could_be_offered_two_dates(self):
        """Whoever is offered one date of a course is skipped on the others."""
        assert broken_across(self.dates(), {}, MONDAY) == ("offered_dates_are_what_entries_of_a_course_wait_for",)

    def test_allows_two_offers_where_several_dates_are_allowed(self):
        """Where the rule is off, nobody is skipped."""
        assert broken_across(self.dates(one_date=False), {}, MONDAY) == ()

    def test_finds_an_offer_of_another_date_that_is_over(self):
        """An offer that ended keeps nobody waiting, and neither does one of a session that is no such date."""
        rosters = self.dates()
        entry = next(iter(rosters[FORKLIFT].registrations.values()))
        skipped = replace(entry, outstanding=("course:Safety",))
        tally = rosters[FORKLIFT].tally.plus(ready_units=-1)
        there = replace(rosters[FORKLIFT], registrations={entry.id: skipped}, tally=tally)

        assert broken_across({**rosters, FORKLIFT: there}, {}, MONDAY) == ()
        assert broken_across({FORKLIFT: there}, {}, MONDAY) == ("offered_dates_are_what_entries_of_a_course_wait_for",)

    def test_finds_somebody_who_is_skipped_where_several_dates_are_allowed(self):
        """An offer of one date keeps nobody from another there."""
        rosters = self.dates(one_date=False)
        there = rosters[FORKLIFT]
        skipped = {key: replace(one, outstanding=("course:Safety",)) for key, one in there.registrations.items()}

        told = broken_across({**rosters, FORKLIFT: replace(there, registrations=skipped)}, {}, MONDAY)

        assert told == ("offered_dates_are_what_entries_of_a_course_wait_for",)

    def test_finds_somebody_who_is_skipped_for_a_place_in_another_line(self):
        """To wait for two dates is allowed, and neither keeps them from the other."""
        story = Story(session(capacity=0, course="fire"), session(FORKLIFT, capacity=0, course="fire"))
        story.ask("Ana")
        story.ask("Ana", to=FORKLIFT)
        rosters = story.ledger.rosters
        here = rosters[SAFETY]
        skipped = {key: replace(one, outstanding=(f"course:{FORKLIFT}",)) for key, one in here.registrations.items()}

        told = broken_across({**rosters, SAFETY: replace(here, registrations=skipped)}, {}, MONDAY)

        assert told == ("offered_dates_are_what_entries_of_a_course_wait_for",)

    def test_finds_somebody_who_waits_with_a_seat_on_another_date(self):
        """One date of a course is enough."""
        rosters = self.rosters(course="fire")
        line = self.rosters(capacity=0)[SAFETY]
        waits = {SAFETY: line, FORKLIFT: rosters[FORKLIFT]}
        same = {code: replace(r, session=replace(r.session, course="fire")) for code, r in waits.items()}

        assert broken_across(waits, {}, MONDAY) == ()
        assert broken_across(same, {}, MONDAY) == ("nobody_waits_who_has_another_date",)
