"""Order served against order asked: who was seated before an eligible earlier entry, told from the events alone.

The order asked is the policy's, without any override: whoever was given an earlier time, or put back with the one they
had, asked when that was done. Whenever somebody gets a seat or an offer, the rules of settling
are asked who would have been served in that order; whoever would not have been is an inversion, one per person. A seat
out of a block was never free, and a newcomer's is left over after everybody who waits: neither passes anybody.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from waitlist_app.engine import ordering, seats
from waitlist_app.engine.events import (
    Event,
    OfferAccepted,
    OfferMade,
    PaymentReceived,
    SeatConfirmed,
    SeatGiven,
    SeatGranted,
    WaitlistJoined,
)
from waitlist_app.engine.evolve import evolve
from waitlist_app.engine.model import Registration, Roster, Session
from waitlist_app.engine.settle import next_in_line

_Served = OfferMade | SeatConfirmed | SeatGranted | SeatGiven


class Inversion(Struct, frozen=True, kw_only=True):
    """One person who was served before an eligible earlier entry."""

    registration_id: str
    person_id: str
    at: datetime
    passed: tuple[str, ...]
    """The persons who could have been served instead, in the order asked."""
    override_ids: tuple[str, ...]
    """The overrides that put the entry there, or the entries passed further back; oldest first."""
    approval: str
    """The approval of the earlier time by which it stood there, else of the act that served it."""
    is_seated: bool
    """Whether the offer was accepted, and paid where that is due; until then nobody is seated before anybody."""


def by_policy(entry: Registration) -> str:
    """Order as the policy does, without any override."""
    return entry.base_key


def inversions(
    rules: Session, events: Iterable[tuple[datetime, Event]], *, asked: Callable[[Registration], str] = by_policy
) -> tuple[Inversion, ...]:
    """Give every inversion of one session, in the order in which they came about; `rules` are its first ones.

    `asked` gives the key by which entries are held against each other; it sorts by code point.
    """
    roster = Roster(session=rules)
    found: dict[str, Inversion] = {}
    earlier: dict[str, _EarlierTime] = {}

    def as_asked(entry: Registration) -> str:
        key, given = asked(entry), earlier.get(entry.id)
        return ordering.as_if_asked(key, asked_at=entry.requested_at, at=given.at) if given else key

    for at, event in events:
        if isinstance(event, OfferAccepted | PaymentReceived):
            if one := found.get(event.registration_id):
                found[event.registration_id] = replace(one, is_seated=not _is_to_be_paid(event))
        elif isinstance(event, WaitlistJoined) and event.passed:
            earlier[event.registration_id] = _EarlierTime(at=at, approval=event.approval)
        elif isinstance(event, _Served):
            found.pop(event.registration_id, None)  # of an earlier offer, which came to nothing
            if passed := tuple(_passed(roster, event, at, as_asked)):
                found[event.registration_id] = _inversion(roster, event, at, passed, earlier)
        roster = evolve(roster, event)
    return tuple(found.values())


class _EarlierTime(Struct, frozen=True, kw_only=True):
    """By what right an entry stands where an earlier time puts it, and since when."""

    at: datetime
    approval: str


def _passed(
    roster: Roster, event: _Served, at: datetime, asked: Callable[[Registration], str]
) -> Iterator[Registration]:
    """Give the eligible entries that had asked before and were not served with it."""
    if isinstance(event, SeatGiven) and (event.block or not event.passed):
        return
    line = {entry.id: replace(entry, line_key=asked(entry)) for entry in roster.ready_line()}
    asked_of = replace(roster.session, passings=(), holds=())  # a pass, or a turn that is kept, is what is to be found
    as_asked = replace(roster, session=asked_of, registrations={**roster.registrations, **line})
    in_order = as_asked.ready_line()
    if isinstance(event, OfferMade | SeatConfirmed):
        served = {entry.id for entry in next_in_line(as_asked, seats.free(as_asked, at), at)}
        if event.registration_id in served:
            return
    for entry in in_order:
        if entry.id == event.registration_id:
            return
        yield entry


def _inversion(
    roster: Roster,
    event: _Served,
    at: datetime,
    passed: tuple[Registration, ...],
    earlier: Mapping[str, _EarlierTime],
) -> Inversion:
    concerning = {entry.id for entry in passed}
    passes = [one.id for one in roster.session.passings if one.registration_id in concerning]
    own = [o.id for o in roster.overrides if o.registration_id == event.registration_id]
    theirs = [o.id for o in roster.overrides if o.registration_id in {entry.id for entry in passed}]
    given = None if passes or own else earlier.get(event.registration_id)
    return Inversion(
        registration_id=event.registration_id,
        person_id=event.person_id,
        at=at,
        passed=tuple(entry.person_id for entry in passed),
        override_ids=() if given else tuple(passes or own or theirs),
        approval=given.approval if given else event.approval,
        is_seated=not isinstance(event, OfferMade) and not _is_to_be_paid(event),
    )


def _is_to_be_paid(event: _Served | OfferAccepted | PaymentReceived) -> bool:
    return not isinstance(event, OfferMade | PaymentReceived) and event.payment_due_at is not None
