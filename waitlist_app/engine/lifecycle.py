"""Which event takes a registration from where to where: the whole life of a registration, as a table.

`evolve` carries it out; the diagram in `docs/engine.md` is drawn from it, and a test holds both against it.
"""

from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from waitlist_app.engine.events import (
    ApprovalTakenBack,
    EntryRequeued,
    OfferAccepted,
    OfferDeclined,
    OfferLapsed,
    OfferMade,
    OfferRevoked,
    PaymentReceived,
    RegistrationClosed,
    SeatConfirmed,
    SeatGiven,
    SeatGranted,
    WaitlistJoined,
)
from waitlist_app.engine.model import Status

Changing = (
    SeatGiven
    | WaitlistJoined
    | OfferMade
    | OfferAccepted
    | OfferDeclined
    | OfferRevoked
    | OfferLapsed
    | EntryRequeued
    | ApprovalTakenBack
    | SeatGranted
    | SeatConfirmed
    | PaymentReceived
    | RegistrationClosed
)
"""Events that change where a registration stands; all others leave it where it is."""


class Transition(Struct, frozen=True, kw_only=True):
    """One arrow of the life-cycle; None is before the request."""

    was: Status | None
    event: type[Changing]
    becomes: Status
    when: str
    """What happened, in the words of the page."""


_CLOSINGS: Final = {
    Status.DROPPED: "gives it up, or is removed",
    Status.LEFT: "gives it up, or is removed",
    Status.REMOVED: "gives it up, or is removed",
    Status.TRANSFERRED: "goes to another session",
    Status.CANCELLED: "the session is called off",
}


def _closings() -> Iterator[Transition]:
    for was in (Status.WAITLISTED, Status.OFFERED, Status.PENDING, Status.CONFIRMED):
        for becomes, when in _CLOSINGS.items():
            yield Transition(was=was, event=RegistrationClosed, becomes=becomes, when=when)


TRANSITIONS: Final = (
    Transition(was=None, event=SeatGiven, becomes=Status.CONFIRMED, when="asks while enough seats are left"),
    Transition(
        was=None, event=SeatGiven, becomes=Status.PENDING, when="asks while enough seats are left, and has to pay"
    ),
    Transition(was=None, event=WaitlistJoined, becomes=Status.WAITLISTED, when="asks when they are not"),
    Transition(was=Status.WAITLISTED, event=OfferMade, becomes=Status.OFFERED, when="proposed, and approved"),
    Transition(
        was=Status.WAITLISTED, event=SeatConfirmed, becomes=Status.CONFIRMED, when="proposed, and confirmed directly"
    ),
    Transition(
        was=Status.WAITLISTED,
        event=SeatConfirmed,
        becomes=Status.PENDING,
        when="proposed, and confirmed directly when it is too late for an offer, and has to pay",
    ),
    Transition(was=Status.OFFERED, event=OfferAccepted, becomes=Status.CONFIRMED, when="accepts before the deadline"),
    Transition(
        was=Status.OFFERED,
        event=OfferAccepted,
        becomes=Status.PENDING,
        when="accepts before the deadline, and has to pay",
    ),
    Transition(was=Status.PENDING, event=PaymentReceived, becomes=Status.CONFIRMED, when="pays before the deadline"),
    Transition(
        was=Status.PENDING, event=RegistrationClosed, becomes=Status.FAILED, when="has not paid at the deadline"
    ),
    Transition(was=Status.CONFIRMED, event=RegistrationClosed, becomes=Status.REFUNDED, when="gets the money back"),
    Transition(was=Status.OFFERED, event=OfferDeclined, becomes=Status.DECLINED, when="declines"),
    Transition(
        was=Status.OFFERED,
        event=OfferLapsed,
        becomes=Status.LAPSED,
        when="lets the deadline come, or a coordinator ends the offer",
    ),
    Transition(was=Status.OFFERED, event=OfferRevoked, becomes=Status.REVOKED, when="the offer is taken back"),
    Transition(
        was=Status.OFFERED,
        event=EntryRequeued,
        becomes=Status.WAITLISTED,
        when="declines or lapses, once, where that sends to the end",
    ),
    Transition(
        was=Status.OFFERED, event=ApprovalTakenBack, becomes=Status.WAITLISTED, when="the approval is undone in time"
    ),
    Transition(
        was=Status.WAITLISTED, event=SeatGranted, becomes=Status.CONFIRMED, when="granted a seat beyond the limit"
    ),
    Transition(
        was=Status.WAITLISTED,
        event=SeatGranted,
        becomes=Status.PENDING,
        when="granted a seat beyond the limit, and has to pay",
    ),
    Transition(
        was=Status.WAITLISTED, event=RegistrationClosed, becomes=Status.REFUSED, when="a manager does not sign it off"
    ),
    Transition(was=Status.CONFIRMED, event=RegistrationClosed, becomes=Status.NO_SHOW, when="did not come"),
    Transition(
        was=Status.CONFIRMED,
        event=RegistrationClosed,
        becomes=Status.LAPSED,
        when="was asked to confirm again, and silence gives the seat back",
    ),
    *_closings(),
)


def diagram() -> str:
    """Draw the table as a Mermaid state diagram, arrows between the same two statuses joined."""
    arrows: dict[tuple[str, str], list[str]] = {}
    for arrow in TRANSITIONS:
        ends = (arrow.was.value if arrow.was else "[*]", _group(arrow.becomes))
        said = arrows.setdefault(ends, [])
        if arrow.when not in said:
            said.append(arrow.when)
    lines = [f"    {was} --> {becomes}: {'; '.join(said)}" for (was, becomes), said in arrows.items()]
    return "\n".join(("stateDiagram-v2", *lines))


def _group(status: Status) -> str:
    """Draw the three ways of leaving as one."""
    leaving = (Status.DROPPED, Status.LEFT, Status.REMOVED)
    return "dropped_left_removed" if status in leaving else status.value
