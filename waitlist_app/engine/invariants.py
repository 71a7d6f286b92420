"""What is true of every session at every instant. Three readers: the tests, the guard before a commit, and a job.

Each check is a function named by what it checks; its docstring is the sentence to show. All need whole rosters.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import datetime
from itertools import pairwise
from typing import Final

from waitlist_app.engine import ordering, seats
from waitlist_app.engine.courses import date_of, matter_of
from waitlist_app.engine.decisions.courses import is_for_one_date
from waitlist_app.engine.model import ConflictRule, Registration, Roster, Status
from waitlist_app.engine.money import for_the_seat
from waitlist_app.engine.settle import most_passes
from waitlist_app.engine.windows import is_awake

Check = Callable[[Roster, datetime], bool]


def broken(roster: Roster, now: datetime) -> tuple[str, ...]:
    """Name the checks that do not hold for the whole `roster` at `now`; empty when all is well."""
    return tuple(check.__name__ for check in CHECKS if not check(roster, now))


def broken_across(
    rosters: Mapping[str, Roster], overlaps: Mapping[str, frozenset[str]], now: datetime
) -> tuple[str, ...]:
    """Name the checks over several sessions that do not hold; `rosters` and `overlaps` are by session id."""
    return tuple(check.__name__ for check in CHECKS_ACROSS if not check(rosters, overlaps, now))


# ── seats ────────────────────────────────────────────────────────────────────────────────────────


def seats_add_up(roster: Roster, now: datetime) -> bool:
    """Limit and overbooking equal confirmed, pending, held and free seats, and none of them is negative."""
    ended, unpaid = seats.overdue_units(roster, now)
    reserved = seats.reserved(roster.session, now)
    total = seats.add_up(roster.session, roster.tally, ended=ended, unpaid=unpaid, reserved=reserved)
    parts = (total.confirmed, total.pending, total.held, total.reserved, total.overbooked_by)
    if min(parts) < 0:
        return False
    if total.limit is None or total.free is None:
        return total.limit is total.free and total.overbooked_by == 0
    used = total.confirmed + total.pending + total.held + total.reserved + total.free
    return total.free >= 0 and total.limit + total.overbooked_by == used


def nobody_is_seated_beyond_the_limit(roster: Roster, now: datetime) -> bool:
    """Seats taken or held are within the capacity and its allowance, but for those that were granted."""
    free = seats.free(roster, now)
    return free is None or free + roster.tally.granted >= 0


def grants_belong_to_seats(roster: Roster, now: datetime) -> bool:
    """Only whoever has a seat, paid or still to be paid, has a grant, and the granted units are counted."""
    granted = [r for r in roster.registrations.values() if r.grant]
    return roster.tally.granted == sum(r.seat_units for r in granted) and all(
        r.status in {Status.CONFIRMED, Status.PENDING} for r in granted
    )


def a_cancelled_session_is_empty(roster: Roster, now: datetime) -> bool:
    """Nobody waits, holds or is proposed for anything in a session that does not take place."""
    return roster.session.cancelled_at is None or not (
        roster.registrations or roster.proposals or roster.overrides or roster.tally.ready_units
    )


def the_tally_equals_a_recount(roster: Roster, now: datetime) -> bool:
    """The numbers kept with every act are those that counting the rows gives."""
    units = Counter[Status]()
    for registration in roster.registrations.values():
        units[registration.status] += registration.seat_units
    tally = roster.tally
    return (
        tally.confirmed == units[Status.CONFIRMED]
        and tally.pending == units[Status.PENDING]
        and tally.held == units[Status.OFFERED]
        and tally.waiting == len(roster.line())
        and tally.ready_units == sum(r.seat_units for r in roster.ready_line())
        and tally.proposed == len(roster.proposals)
        and tally.arrivals >= max((r.arrival for r in roster.registrations.values()), default=0)
        and tally.offers_made >= max((r.offer_number for r in roster.registrations.values()), default=0)
        and tally.overrides_made >= max((o.number for o in roster.overrides), default=0)
    )


# ── people ───────────────────────────────────────────────────────────────────────────────────────


def nobody_is_in_twice(roster: Roster, now: datetime) -> bool:
    """Each person has one active registration in a session at most."""
    people = Counter(r.person_id for r in roster.registrations.values())
    return all(n == 1 for n in people.values()) and all(r.status.is_active for r in roster.registrations.values())


def rows_are_filed_under_their_ids(roster: Roster, now: datetime) -> bool:
    """Registrations and proposals are found by their own ids, and ask for at least one seat."""
    return (
        all(key == r.id and r.seat_units >= 1 for key, r in roster.registrations.items())
        and all(key == p.id for key, p in roster.proposals.items())
    )  # fmt: skip


# ── the line ─────────────────────────────────────────────────────────────────────────────────────


def line_keys_are_unique(roster: Roster, now: datetime) -> bool:
    """No two entries stand in the same place, so there is never a tie."""
    line = roster.line()
    return all(entry.line_key for entry in line) and len({entry.line_key for entry in line}) == len(line)


def positions_run_from_one(roster: Roster, now: datetime) -> bool:
    """Counting those in front of each entry gives the positions 1 to n, without gaps."""
    keys = [entry.line_key for entry in roster.line()]
    return [bisect_left(keys, key) + 1 for key in keys] == list(range(1, roster.tally.waiting + 1))


def the_order_is_the_policys_and_the_overrides(roster: Roster, now: datetime) -> bool:
    """The line is the policy's order with the active overrides applied, oldest first."""
    line = {entry.id: entry for entry in roster.line()}
    keys = ordering.keys_with_overrides(line, roster.overrides)
    return all(entry.line_key == keys[entry.id] for entry in line.values())


def overrides_belong_to_active_entries(roster: Roster, now: datetime) -> bool:
    """An override ends with its entry's place, and overrides are kept oldest first."""
    owners = (roster.registrations.get(o.registration_id) for o in roster.overrides)
    return (
        all(owner and owner.status in {Status.WAITLISTED, Status.OFFERED} for owner in owners)
        and all(older.number < newer.number for older, newer in pairwise(roster.overrides))
    )  # fmt: skip


def only_those_who_wait_have_conflicts(roster: Roster, now: datetime) -> bool:
    """A conflict keeps a waiting entry from being ready; whoever has a waiver, or no guard, has none."""
    free_of_guard = roster.session.conflicts is ConflictRule.IGNORE
    return all(
        r.status is Status.WAITLISTED and not r.waiver and not free_of_guard
        for r in roster.registrations.values()
        if r.conflicts
    )


def only_offers_are_excused(roster: Roster, now: datetime) -> bool:
    """An offer may overlap until it is answered; nothing else is excused for that."""
    return all(r.status is Status.OFFERED for r in roster.registrations.values() if r.excused)


def only_seats_are_confirmed_again(roster: Roster, now: datetime) -> bool:
    """Whoever is asked to confirm again has a seat, was asked with the session, and nobody keeps it by silence."""
    asking = roster.session.asking
    asked = [r for r in roster.registrations.values() if r.answer_by]
    return (
        all(asking and r.answer_by == asking.by and r.status is Status.CONFIRMED for r in asked)
        and (not is_awake(roster.session, now) or not roster.silent(now))
    )  # fmt: skip


# ── proposals and offers ─────────────────────────────────────────────────────────────────────────


def proposals_are_for_ready_entries(roster: Roster, now: datetime) -> bool:
    """A proposal names somebody who waits and could take the seat, and nobody is proposed twice."""
    proposed = [p.registration_id for p in roster.proposals.values()]
    ready = {entry.id for entry in roster.ready_line()}
    return ready.issuperset(proposed) and len(set(proposed)) == len(proposed)


def free_seats_are_proposed_to_the_next_in_line(roster: Roster, now: datetime) -> bool:
    """Each free unit that a ready entry can use is under one open proposal, for the highest ready entries."""
    if roster.session.is_sealed:
        return not roster.proposals
    if roster.overdue(now) or not is_awake(roster.session, now):
        return True  # a sweep is due: what it sets free is proposed when the session is settled next
    free = seats.free(roster, now)
    line, most = roster.ready_line(), most_passes(roster.session)
    passes = list[int]()
    proposed = {p.registration_id for p in roster.proposals.values()}
    if free is None:
        return proposed == {entry.id for entry in line}
    held = {hold.registration_id for hold in roster.session.holds}
    for entry in line:
        if entry.id in held:
            if entry.id not in proposed:
                return False
            continue
        is_kept = most is not None and any(n >= most for n in passes)
        if (entry.id in proposed) != (entry.seat_units <= free and not is_kept):
            return False
        if entry.id in proposed:
            free -= entry.seat_units
            passes = [n + 1 for n in passes]
        elif not is_kept:
            passes.append(entry.passes)
    return True


def holds_belong_to_open_proposals(roster: Roster, now: datetime) -> bool:
    """A seat is held for somebody who is proposed for it, or has it on offer, for as many units as they need, once."""
    proposed = {proposal.registration_id for proposal in roster.proposals.values()}
    offered = {r.id for r in roster.registrations.values() if r.status is Status.OFFERED}
    session = roster.session
    holds = (*session.holds, *session.offered_holds)
    return (
        len({hold.registration_id for hold in holds}) == len(holds)
        and proposed.issuperset(hold.registration_id for hold in session.holds)
        and offered.issuperset(hold.registration_id for hold in session.offered_holds)
        and all(hold.units == roster.registrations[hold.registration_id].seat_units for hold in holds)
    )


def passes_are_of_people_who_wait(roster: Roster, now: datetime) -> bool:
    """Whoever was passed over waits, and somebody else was chosen who waits or has an offer; nobody twice at once."""
    passed = [one.registration_id for one in roster.session.passings]
    return len(set(passed)) == len(passed) and all(
        one.registration_id != one.instead_id
        and _stands(roster, one.registration_id, Status.WAITLISTED)
        and _stands(roster, one.instead_id, Status.WAITLISTED, Status.OFFERED)
        for one in roster.session.passings
    )


def _stands(roster: Roster, registration_id: str, *statuses: Status) -> bool:
    registration = roster.registrations.get(registration_id)
    return registration is not None and registration.status in statuses


def offers_have_deadlines(roster: Roster, now: datetime) -> bool:
    """Whoever is offered a seat has a deadline and a number, and nobody else has a deadline or a clock."""
    return all(
        (r.offer_expires_at is not None) == (r.status is Status.OFFERED)
        and (r.status is not Status.OFFERED or r.offer_number > 0)
        and (r.clock_stands_since is None or r.status is Status.OFFERED)
        for r in roster.registrations.values()
    )


# ── money ────────────────────────────────────────────────────────────────────────────────────────


def unpaid_seats_have_a_price_and_a_deadline(roster: Roster, now: datetime) -> bool:
    """A seat waits for its payment until an instant and at a price above zero, and nothing else does."""
    return all(
        (r.payment_due_at is not None) == (r.status is Status.PENDING)
        and (r.status is not Status.PENDING or r.terms.price > 0)
        for r in roster.registrations.values()
    )


def a_price_is_paid_before_a_seat_is_confirmed(roster: Roster, now: datetime) -> bool:
    """Whoever has a confirmed seat at a price has paid; nobody else has."""
    return all(
        bool(r.payment) == (r.status is Status.CONFIRMED and r.terms.price > 0) and (r.payment or not r.paid)
        for r in roster.registrations.values()
    )


def money_adds_up(roster: Roster, now: datetime) -> bool:
    """What of a payment is neither owed nor given back is what was paid for the seat, while there is one."""
    seats_paid = {r.payment: r.paid for r in roster.registrations.values() if r.payment}
    return seats_paid.keys() <= roster.payments.keys() and all(
        min(one.owed, one.given_back, one.kept) >= 0
        and for_the_seat(one) >= 0
        and for_the_seat(one) == seats_paid.get(key, for_the_seat(one))
        for key, one in roster.payments.items()
    )


CHECKS: Final[tuple[Check, ...]] = (
    seats_add_up,
    nobody_is_seated_beyond_the_limit,
    grants_belong_to_seats,
    a_cancelled_session_is_empty,
    the_tally_equals_a_recount,
    nobody_is_in_twice,
    rows_are_filed_under_their_ids,
    line_keys_are_unique,
    positions_run_from_one,
    the_order_is_the_policys_and_the_overrides,
    overrides_belong_to_active_entries,
    only_those_who_wait_have_conflicts,
    only_offers_are_excused,
    only_seats_are_confirmed_again,
    proposals_are_for_ready_entries,
    free_seats_are_proposed_to_the_next_in_line,
    holds_belong_to_open_proposals,
    passes_are_of_people_who_wait,
    offers_have_deadlines,
    unpaid_seats_have_a_price_and_a_deadline,
    a_price_is_paid_before_a_seat_is_confirmed,
    money_adds_up,
)


# ── several sessions ─────────────────────────────────────────────────────────────────────────────


def nobody_holds_two_seats_at_once(
    rosters: Mapping[str, Roster], overlaps: Mapping[str, frozenset[str]], now: datetime
) -> bool:
    """Nobody holds seats in two sessions at the same time, unless a waiver or excuse says so, or the guard is off."""
    seated = _by_person(rosters, lambda r: _holds_seat(r, now))
    return all(
        one.waiver
        or two.waiver
        or one.excused
        or two.excused
        or _are_exchanged(one, two)
        or _is_unguarded(rosters[here])
        or _is_unguarded(rosters[there])
        for held in seated.values()
        for here, one in held.items()
        for there, two in held.items()
        if there in overlaps.get(here, frozenset())
    )


def conflicts_are_the_seats_held_at_the_same_time(
    rosters: Mapping[str, Roster], overlaps: Mapping[str, frozenset[str]], now: datetime
) -> bool:
    """Waiting entries are skipped for exactly those sessions at the same time in which the person holds a seat."""
    seated = _by_person(rosters, lambda r: _holds_seat(r, now))
    counted = _by_person(rosters, lambda r: r.status.has_seat)  # an offer past its deadline counts until its sweep
    for session_id, roster in rosters.items():
        around = overlaps.get(session_id, frozenset())
        for entry in roster.line():
            if entry.waiver or _is_unguarded(roster):
                continue
            certain = around & _clashing(seated, entry)
            possible = around & _clashing(counted, entry)
            if not certain <= set(entry.conflicts) <= possible:
                return False
    return True


def offered_dates_are_what_entries_of_a_course_wait_for(
    rosters: Mapping[str, Roster], overlaps: Mapping[str, frozenset[str]], now: datetime
) -> bool:
    """Where one date of a course is enough, entries are skipped for exactly the other dates that are on offer."""
    offered = _by_person(rosters, lambda r: _holds_seat(r, now) and r.status is not Status.CONFIRMED)
    counted = _by_person(rosters, lambda r: r.status.has_seat and r.status is not Status.CONFIRMED)
    for session_id, roster in rosters.items():
        dates = _other_dates(rosters, session_id)
        for entry in roster.line():
            awaited = {matter for matter in entry.outstanding if date_of(matter)}
            is_free = not is_for_one_date(roster.session, entry)
            certain = set[str]() if is_free else set(map(matter_of, dates & _clashing(offered, entry)))
            possible = set[str]() if is_free else set(map(matter_of, dates & _clashing(counted, entry)))
            if not certain <= awaited <= possible:
                return False
    return True


def nobody_waits_who_has_another_date(
    rosters: Mapping[str, Roster], overlaps: Mapping[str, frozenset[str]], now: datetime
) -> bool:
    """Where one date of a course is enough, nobody waits who has a seat on another, but to give that seat up."""
    confirmed = _by_person(rosters, lambda r: r.status is Status.CONFIRMED)
    return not any(
        _other_dates(rosters, session_id) & _clashing(confirmed, entry)
        for session_id, roster in rosters.items()
        for entry in roster.line()
        if is_for_one_date(roster.session, entry)
    )


def _other_dates(rosters: Mapping[str, Roster], session_id: str) -> set[str]:
    """Give the other sessions of the course, of those that are known."""
    course = rosters[session_id].session.course
    return {other for other, there in rosters.items() if other != session_id and there.session.course == course}


def _clashing(held: Mapping[str, Mapping[str, Registration]], entry: Registration) -> set[str]:
    """Give the sessions of the seats that the person has, but for the one that this entry would give up."""
    own = held.get(entry.person_id, {})
    return {session_id for session_id, one in own.items() if one.id != entry.terms.gives_up}


CheckAcross = Callable[[Mapping[str, Roster], Mapping[str, frozenset[str]], datetime], bool]
CHECKS_ACROSS: Final[tuple[CheckAcross, ...]] = (
    nobody_holds_two_seats_at_once,
    conflicts_are_the_seats_held_at_the_same_time,
    offered_dates_are_what_entries_of_a_course_wait_for,
    nobody_waits_who_has_another_date,
)


def _holds_seat(registration: Registration, now: datetime) -> bool:
    return registration.status.has_seat and not registration.is_overdue(now)


def _are_exchanged(one: Registration, two: Registration) -> bool:
    """Say whether one of the two is given up for the other."""
    return one.id == two.terms.gives_up or two.id == one.terms.gives_up


def _is_unguarded(roster: Roster) -> bool:
    return roster.session.conflicts is ConflictRule.IGNORE


def _by_person(
    rosters: Mapping[str, Roster], wanted: Callable[[Registration], bool]
) -> dict[str, dict[str, Registration]]:
    """Give the wanted registrations by person and session."""
    found: dict[str, dict[str, Registration]] = {}
    for session_id, roster in rosters.items():
        for registration in roster.registrations.values():
            if wanted(registration):
                found.setdefault(registration.person_id, {})[session_id] = registration
    return found
