"""Settling: the one function where every way a seat can come back ends.

After it, each unit of free seats that a ready entry can use is under exactly one open proposal, for the highest
ready entries. A proposal holds nothing; only an offer does. Live offers are never displaced. Under a standing approval
proposals become promotions at once, but for those of whoever signed it.
"""

from collections.abc import Iterator
from datetime import datetime

from waitlist_app.engine import seats, windows
from waitlist_app.engine.decisions.offers import confirm, offer
from waitlist_app.engine.events import Event, ProposalWithdrawn, SeatProposed
from waitlist_app.engine.evolve import evolve, fold
from waitlist_app.engine.model import BlockedRule, GroupRule, Mode, Proposal, Registration, Roster, Session, Status
from waitlist_app.engine.windows import cut_off


def settle(roster: Roster, now: datetime) -> tuple[Event, ...]:
    """Give the events that bring the proposals in line with the free seats and the line at `now`."""
    if not roster.tally.ready_units or roster.session.is_sealed:
        return ()
    return tuple(_settle(roster, now))


def _settle(roster: Roster, now: datetime) -> Iterator[Event]:
    free = seats.free(roster, now)
    if not roster.proposals and free is not None and free <= 0:
        return
    chosen, withdrawn = _choose(roster, free, now)
    yield from withdrawn
    roster = fold(roster, withdrawn)
    open_for = {proposal.registration_id: proposal for proposal in roster.proposals.values()}
    passings = roster.session.passings
    for entry in chosen:
        proposal = open_for.get(entry.id)
        if proposal is None:
            proposed = _propose(roster, entry)
            roster = evolve(roster, proposed)
            proposal = roster.proposals[proposed.proposal_id]
            yield proposed
        if is_promoted_alone(roster, entry, now):
            promoted = _promote_alone(roster, entry, proposal, now)
            roster = fold(roster, promoted)
            yield from promoted
    if roster.session.passings != passings:
        # The turn of whoever was chosen instead is over, so those who were passed over have theirs again.
        yield from _settle(roster, now)


def _choose(roster: Roster, free: int | None, now: datetime) -> tuple[list[Registration], tuple[Event, ...]]:
    """Give whom the free units are for, and the withdrawals of proposals that are for nobody of them.

    A withdrawal can end a pass, so that whoever was passed over has their turn again: then it is chosen anew.
    """
    withdrawn: tuple[Event, ...] = ()
    for _ in range(len(roster.session.passings) + 1):  # each round but the last ends a pass
        chosen = list(next_in_line(roster, free, now))
        ended = tuple(_withdraw(roster, chosen))
        withdrawn += ended
        after = fold(roster, ended)
        if after.session.passings == roster.session.passings:
            return chosen, withdrawn
        roster = after
    raise AssertionError("A round that ends no pass is the last.")


def _withdraw(roster: Roster, chosen: list[Registration]) -> Iterator[Event]:
    chosen_ids = {entry.id for entry in chosen}
    open_for = {proposal.registration_id for proposal in roster.proposals.values()}
    overtaken = not chosen_ids <= open_for
    for proposal in sorted(roster.proposals.values(), key=lambda one: one.number):
        if proposal.registration_id not in chosen_ids:
            yield ProposalWithdrawn(
                session_id=roster.session.id,
                proposal_id=proposal.id,
                registration_id=proposal.registration_id,
                person_id=roster.registrations[proposal.registration_id].person_id,
                because="outranked" if overtaken else "seat_gone",
            )


def _propose(roster: Roster, entry: Registration) -> SeatProposed:
    return SeatProposed(
        session_id=roster.session.id,
        proposal_id=f"{roster.session.id}.{roster.tally.proposals_made + 1}",
        registration_id=entry.id,
        person_id=entry.person_id,
        seat_units=entry.seat_units,
    )


def is_promoted_alone(roster: Roster, entry: Registration, now: datetime) -> bool:
    """Say whether an entry that is next is promoted at `now` without a person pressing a button.

    Not after the cut-off, not while a seat is held for it, not for whoever signed the standing approval, and not past
    somebody in front who cannot take the seat now where such seats are kept: those a person opens.
    """
    session = roster.session
    if not session.acts_alone(now) or any(one.registration_id == entry.id for one in session.holds):
        return False
    if entry.person_id in roster.signers:
        return False
    if session.blocked_seats is BlockedRule.KEPT and _is_behind_somebody_skipped(roster, entry):
        return False
    return windows.can_offer(session, now)


def _is_behind_somebody_skipped(roster: Roster, entry: Registration) -> bool:
    waiting = (one for one in roster.registrations.values() if one.status is Status.WAITLISTED)
    return any(not one.is_ready and one.line_key < entry.line_key for one in waiting)


def _promote_alone(roster: Roster, entry: Registration, proposal: Proposal, now: datetime) -> tuple[Event, ...]:
    """Promote under the standing approval; every promotion names it."""
    session = roster.session
    assert session.standing_approval  # noqa: S101 - nobody is promoted alone without one
    approval = session.standing_approval.id
    # Whoever exchanges a seat for this one says yes to it themselves, and so does who asked for the line alone.
    is_theirs_to_say = bool(entry.terms.price or entry.terms.gives_up or entry.terms.waitlist_only)
    if session.mode is Mode.AUTOMATIC and not is_theirs_to_say:
        return tuple(confirm(roster, entry, proposal, approval=approval, now=now))
    return tuple(offer(roster, entry, proposal, approval=approval, now=now))


def next_in_line(roster: Roster, free: int | None, now: datetime) -> Iterator[Registration]:
    """Give the ready entries that `free` units are for, in the order in which seats go to them; None is no limit.

    Whoever has a seat held has it beside those units, and passes nobody.
    """
    held = {one.registration_id for one in roster.session.holds if now < one.until}
    most = most_passes(roster.session)
    may_pass: int | None = None
    """How many more may be chosen past those who were too many; None while nobody is passed, or may be forever."""
    for entry in roster.ready_line():
        if entry.id in held:
            yield entry
            continue
        if free is not None:
            if entry.seat_units > free:
                if most is not None:
                    left = max(most - entry.passes, 0)
                    may_pass = left if may_pass is None else min(may_pass, left)
                if may_pass == 0:
                    yield from _held_behind(roster, entry, held)
                    return  # what is left is kept for whoever would be passed
                continue  # the group keeps its place; who fits may pass
            free -= entry.seat_units
        yield entry
        if may_pass is not None:
            may_pass -= 1
            if may_pass == 0:
                yield from _held_behind(roster, entry, held)
                return


def _held_behind(roster: Roster, last: Registration, held: set[str]) -> Iterator[Registration]:
    """Give those with a held seat who come behind `last`: nothing that is kept for others keeps it from them."""
    line = roster.ready_line()
    yield from (entry for entry in line[line.index(last) + 1 :] if entry.id in held)


def most_passes(session: Session) -> int | None:
    """Give how often an entry may be passed by smaller ones behind it; None is as often as it happens."""
    match session.groups:
        case GroupRule.STRICT:
            return 0
        case GroupRule.FILL_AT_MOST:
            last = cut_off(session)
            is_over = last is not None and session.woken_at is not None and session.woken_at >= last
            return None if is_over else session.most_passes
        case GroupRule.FILL:
            return None
