"""The record in sentences: one for every act, with the name of who did it.

An act of a person begins with that person; what only follows from it begins with the person whom it is about.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final, assert_never

from waitlist_app.engine.decisions.courses import SEATED_ELSEWHERE
from waitlist_app.engine.events import (
    ApprovalTakenBack,
    CheckedIn,
    ConflictBegan,
    ConflictEnded,
    EntryMoved,
    EntryPassed,
    EntryPlaced,
    EntryRanked,
    EntryRequeued,
    FactsChanged,
    HoldReleased,
    MatterOpened,
    MatterSettled,
    MoveAnchored,
    MoveEnded,
    NewTimesTold,
    OfferAccepted,
    OfferDeclined,
    OfferExtended,
    OfferLapsed,
    OfferMade,
    OfferNotReached,
    OfferReached,
    OfferRefreshed,
    OfferRevoked,
    OverlapAllowed,
    PassTakenBack,
    PaymentFailed,
    PaymentReceived,
    PaymentUnused,
    PersonReplaced,
    ProposalHeld,
    ProposalWithdrawn,
    RefundDue,
    RefundMade,
    RefundWaived,
    RegistrationClosed,
    RuleLifted,
    RuleRestored,
    RulesChanged,
    SeatConfirmed,
    SeatGiven,
    SeatGranted,
    SeatProposed,
    SeatReconfirmed,
    SessionCancelled,
    SessionRescheduled,
    SessionWoke,
    UnitsReduced,
    WaitlistJoined,
    WindowClosed,
)
from waitlist_app.engine.explain import matter_in_words
from waitlist_app.engine.model import SIGN_OFF, Session, Status
from waitlist_app.services.amounts import amount_in_words
from waitlist_app.services.happenings import (
    ApprovalRulesChanged,
    ApprovalSigned,
    CalendarChanged,
    DefaultsChanged,
    DeputyNamed,
    FileImported,
    Happening,
    LinkRefused,
    MemberAdded,
    MemberRemoved,
    OrganisationAdded,
    OverrideAsked,
    OverrideDeclined,
    PeopleMerged,
    PersonAdded,
    PersonErased,
    ProposalEscalated,
    RequestRefused,
    RoleChanged,
    SessionAdded,
    SessionRenamed,
    TenantVisited,
)
from waitlist_app.services.money_sentences import by_whom, what_happened
from waitlist_app.services.ports import RecordedAct
from waitlist_app.services.record import join
from waitlist_app.services.rule_sentences import calendar_changes, rule_changes
from waitlist_app.services.session_rules import rules_of
from waitlist_app.services.wording import counted, exact, listed

SOMEBODY: Final = "Somebody"
"""A person whose name was erased."""

_ACTORS: Final = {"system": "The clock", "replay": "The replay", "operator": "The operator"}
_WITHDRAWN: Final = {
    "outranked": "somebody else comes first",
    "seat_gone": "the seat is not free any more",
    "conflict": "another session is at the same time",
    "left": "they left",
    "seated": "they have a seat",
    "too_large": "their group needs more seats than the session has",
    "passed_over": "a coordinator passed them over for this seat",
    "cancelled": "the session was cancelled",
    "course": "another date of the course is on offer to them",
}
_SIGNED: Final = {
    "promotion": "a promotion",
    "override": "an override",
    "merge": "a merge of two records of one person",
    "sign_off": "a manager's answer",
    "rescheduling": "moving the session",
    "standing": "a standing approval: offers go out by themselves",
}
_REFUSED: Final = {
    "duplicate": "they are in this session already",
    "conflict": "they have a seat or an offer at the same time",
    "other_date": "they have a seat on another date of the course",
    "session_cancelled": "the session was cancelled",
    "too_late_to_ask": "the session had begun",
    "session_is_over": "the session was over",
    "too_many_units": "it was for more seats than the session has",
    "waitlist_closed": "the session is full and its waitlist is closed",
    "waitlist_full": "the waitlist is full",
    "window_not_open": "requests were not taken yet",
    "still_collecting": "requests are collected first",
    "block_too_small": "too few seats are kept for this",
    "matter_outstanding": "something has still to happen first",
}
_LINKS: Final = {
    "offer": "the link of an offer",
    "sign_off": "a manager's link",
    "leave": "a link for leaving the line",
    "seat": "a link to a seat",
}
_CLOSED: Final = {
    Status.LEFT: "log-out",
    Status.DROPPED: "armchair",
    Status.REMOVED: "user-round-minus",
    Status.TRANSFERRED: "log-out",
    Status.CANCELLED: "circle-x",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One act as a sentence in two parts, with a word for its kind and a Lucide icon."""

    kind: str
    who: str
    what: str
    icon: str
    is_detail: bool = False
    """Whether it only follows from another act that is told; lists for people leave it out."""


def actor_of(act: RecordedAct) -> str:
    """Name who acted."""
    return act.actor_name or _ACTORS.get(act.actor_id, SOMEBODY)


def tell(act: RecordedAct, zone: str) -> Told:
    """Tell one entry of the record; times stand in `zone`."""
    return _tell(join(act.act, act.data, act.texts), act, zone)


def _tell(happening: Happening, act: RecordedAct, zone: str) -> Told:  # noqa: C901, PLR0911, PLR0912, PLR0915 - one arm each
    actor, person = actor_of(act), act.person_name or SOMEBODY
    is_self = act.actor_id == f"link:{act.registration_id}"
    match happening:
        case SeatGiven(terms=terms) if terms.reinstates:
            what = f"reinstated {person}, who has {_seats(happening.seat_units)} again{_to_pay(happening, zone)}."
            return Told(kind="override", who=actor, what=what, icon="undo-2")
        case SeatGiven(is_recorded=True):
            beyond = " beyond the limit" if happening.is_granted else ""
            what = f"wrote down that {person} has {_seats(happening.seat_units)}{beyond}.{_over(happening.passed)}"
            return Told(kind="override" if happening.approval else "seat", who=actor, what=what, icon="armchair")
        case SeatGiven(approval=approval, passed=passed, is_granted=is_granted) if approval:
            beyond = " beyond the limit" if is_granted else ""
            what = f"gave {person} {_seats(happening.seat_units)}{beyond}{_to_pay(happening, zone)}.{_over(passed)}"
            return Told(kind="override", who=actor, what=what, icon="armchair")
        case SeatGiven(seat_units=units, on_behalf=True):
            what = f"asked on behalf of {person}, who got {_seats(units)} at once{_to_pay(happening, zone)}."
            return Told(kind="seat", who=actor, what=what, icon="armchair")
        case SeatGiven(block=block, seat_units=units) if block:
            what = f"gave {person} {_seats(units)} reserved for {block}{_to_pay(happening, zone)}."
            return Told(kind="seat", who=actor, what=what, icon="armchair")
        case SeatGiven(seat_units=units):
            paying = _to_pay(happening, zone)
            said = f"asked and got {_seats(units)}" if is_self else f"gave {person} {_seats(units)}"
            what = f"{said} at once{paying}."
            return Told(kind="seat", who=person if is_self else actor, what=what, icon="armchair")
        case WaitlistJoined():
            return _joined(happening, actor, person, is_self=is_self)
        case RegistrationClosed(is_stale=True):
            what = "keeps the better of two places that they had here."
            return Told(kind="merge", who=person, what=what, icon="user-round-check")
        case RegistrationClosed():
            return _closed(happening, actor, person, is_self=is_self)
        case SeatGranted(seat_units=units, passed=passed):
            what = f"granted {person} {_seats(units)} beyond the limit{_to_pay(happening, zone)}.{_over(passed)}"
            return Told(kind="override", who=actor, what=what, icon="armchair")
        case UnitsReduced(seat_units=units, by=by):
            what = f"reduced the group of {person} from {counted(units + by, 'seat')} to {units}."
            return Told(kind="reduced", who=actor, what=what, icon="armchair")
        case SessionWoke():
            return Told(kind="released", who=actor, what=_woke(happening), icon="hourglass")
        case CheckedIn():
            return Told(kind="checked_in", who=actor, what=f"checked {person} in.", icon="circle-check")
        case SessionCancelled():
            return Told(kind="cancelled", who=actor, what="cancelled the session.", icon="circle-x")
        case SessionRescheduled(meetings=meetings, location=location):
            where = f", {location}" if location else ""
            what = f"moved the session to {exact(meetings[0].starts_at, zone)}{where}."
            return Told(kind="moved", who=actor, what=what, icon="calendar-range")
        case NewTimesTold(answer_by=answer_by):
            asked = f", and asked to confirm the seat again by {exact(answer_by, zone)}" if answer_by else ""
            what = f"is told of the change{asked}."
            return Told(kind="moved", who=person, what=what, icon="send", is_detail=not answer_by)
        case SeatReconfirmed(on_behalf=on_behalf):
            what = (
                "confirmed the seat again."
                if is_self
                else f"confirmed the seat again {_for(person, on_behalf=on_behalf)}."
            )
            return Told(kind="reconfirmed", who=actor, what=what, icon="circle-check")
        case OverlapAllowed(is_seat=is_seat):
            what = (
                "keeps this seat beside another one at the same time."
                if is_seat
                else "has this offer beside another seat at the same time, and chooses with the answer."
            )
            return Told(kind="conflict", who=person, what=what, icon="calendar-range")
        case SeatProposed(seat_units=units):
            what = f"is proposed for {'a free seat' if units == 1 else f'{units} free seats'}."
            return Told(kind="proposed", who=person, what=what, icon="user-round-check")
        case ProposalWithdrawn(because=because):
            what = f"is no longer proposed: {_WITHDRAWN.get(because, 'the line changed')}."
            return Told(kind="withdrawn", who=person, what=what, icon="undo-2", is_detail=because == "left")
        case EntryPassed():
            what = f"passed {person} over for one seat; the place stays."
            return Told(kind="override", who=actor, what=what, icon="arrow-up-down")
        case PassTakenBack():
            what = f"gave {person}, who had been passed over, the turn back."
            return Told(kind="override", who=actor, what=what, icon="undo-2")
        case ProposalHeld(until=until, seat_units=units):
            what = f"holds {_seats(units)} for {person} until {exact(until, zone)}."
            return Told(kind="proposed", who=actor, what=what, icon="hourglass")
        case HoldReleased():
            what = f"no longer holds a seat for {person}."
            return Told(kind="proposed", who=actor, what=what, icon="undo-2")
        case SeatConfirmed(seat_units=units):
            what = f"confirmed {_seats(units)} for {person}{_to_pay(happening, zone)}."
            return Told(kind="seat", who=actor, what=what, icon="circle-check")
        case OfferMade(expires_at=expires_at):
            what = f"offered a seat to {person}, until {exact(expires_at, zone)}."
            return Told(kind="offer", who=actor, what=what, icon="send")
        case OfferAccepted(on_behalf=on_behalf):
            whose = "" if is_self else f" {_for(person, on_behalf=on_behalf)}"
            what = f"accepted the seat{whose}{_to_pay(happening, zone)}."
            return Told(kind="accepted", who=actor, what=what, icon="circle-check")
        case OfferDeclined(on_behalf=on_behalf):
            what = "declined the seat." if is_self else f"declined the seat {_for(person, on_behalf=on_behalf)}."
            return Told(kind="declined", who=actor, what=what, icon="circle-x")
        case OfferRevoked():
            return Told(kind="revoked", who=actor, what=f"took back the offer to {person}.", icon="undo-2")
        case ApprovalTakenBack(held_until=until, seat_units=units):
            then = f", and holds {_seats(units)} again until {exact(until, zone)}" if until else ""
            what = f"undid the approval for {person} before the offer was sent{then}."
            return Told(kind="withdrawn", who=actor, what=what, icon="undo-2")
        case OfferExtended(was_until=was_until, expires_at=expires_at):
            until = f"until {exact(expires_at, zone)}, before {exact(was_until, zone)}"
            return Told(kind="offer", who=actor, what=f"kept the seat for {person} {until}.", icon="hourglass")
        case OfferRefreshed():
            return Told(kind="offer", who=actor, what=f"sent {person} a new link to the offer.", icon="send")
        case OfferReached(was_until=was_until, expires_at=expires_at):
            if was_until == expires_at:
                return Told(kind="offer", who=person, what="was sent the offer.", icon="send", is_detail=True)
            what = f"was sent the offer late and has until {exact(expires_at, zone)}, before {exact(was_until, zone)}."
            return Told(kind="offer", who=person, what=what, icon="send")
        case OfferNotReached():
            what = "was not reached by the offer's mail: the clock stands until somebody decides."
            return Told(kind="offer", who=person, what=what, icon="hourglass")
        case OfferLapsed(by_hand=True):
            return Told(kind="lapsed", who=actor, what=f"ended the offer to {person}.", icon="hourglass")
        case OfferLapsed():
            return Told(kind="lapsed", who=person, what="let the offer lapse.", icon="hourglass")
        case EntryRequeued(on_behalf=True):
            what = f"declined the seat on behalf of {person}, who went to the end."
            return Told(kind="requeued", who=actor, what=what, icon="hourglass")
        case EntryRequeued(by_hand=True):
            what = f"ended the offer to {person}, who went to the end."
            return Told(kind="requeued", who=actor, what=what, icon="hourglass")
        case EntryRequeued(because=because):
            first = "declined the seat" if because == "declined" else "let the offer lapse"
            return Told(kind="requeued", who=person, what=f"{first} and went to the end.", icon="hourglass")
        case ConflictBegan():
            what = "is skipped: another session is at the same time."
            return Told(kind="conflict", who=person, what=what, icon="calendar-range")
        case ConflictEnded(is_ready=is_ready):
            what = "can take a seat again." if is_ready else "has one conflict less."
            return Told(kind="conflict", who=person, what=what, icon="calendar-range")
        case MatterOpened(matter=matter):
            return Told(
                kind="skipped", who=person, what=f"is skipped: {matter_in_words(matter)}.", icon="calendar-range"
            )
        case MatterSettled(matter=matter) if matter == SIGN_OFF:
            return Told(kind="signed_off", who=actor, what=f"signed off the request of {person}.", icon="circle-check")
        case MatterSettled(is_ready=is_ready):
            what = "can take a seat again." if is_ready else "is skipped for one reason less."
            return Told(kind="skipped", who=person, what=what, icon="calendar-range")
        case RuleLifted():
            what = f"allowed {person} a seat here beside the one elsewhere."
            return Told(kind="override", who=actor, what=what, icon="calendar-range")
        case RuleRestored():
            what = f"took back that {person} may have a seat here beside one elsewhere."
            return Told(kind="override", who=actor, what=what, icon="undo-2")
        case EntryMoved(from_position=start, to_position=end, passed=passed):
            what = f"moved {person} from {start} to {end}.{_over(passed)}"
            return Told(kind="override", who=actor, what=what, icon="arrow-up-down")
        case MoveEnded(because="revoked"):
            return Told(kind="override", who=actor, what=f"undid the move of {person}.", icon="undo-2")
        case MoveEnded():
            what = "is no longer held in place by a move."
            return Told(kind="override", who=person, what=what, icon="arrow-up-down", is_detail=True)
        case EntryPlaced():
            what = "has a new place, as the moves that are left say."
            return Told(kind="place", who=person, what=what, icon="list-ordered", is_detail=True)
        case EntryRanked(from_position=start, to_position=end, because=because):
            by = {"order": "in the new order", "drawn": "by the draw"}.get(because, "as the order says")
            what = f"moved from {start} to {end} {by}." if start != end else f"kept place {end} {by}."
            return Told(kind="place", who=person, what=what, icon="list-ordered", is_detail=start == end)
        case WindowClosed(arrivals=arrivals, seed=seed):
            drew = "was drawn, and its seed published" if seed else "was allotted"
            what = f"closed with {counted(arrivals, 'request')} and {drew}."
            return Told(kind="window", who="The window", what=what, icon="list-ordered")
        case MoveAnchored():
            what = "keeps the place of a move in the new order."
            return Told(kind="place", who=person, what=what, icon="list-ordered", is_detail=True)
        case FactsChanged(passed=passed):
            over = f" {passed} passed over." if passed else ""
            what = f"changed what the order knows of {person}.{over}"
            return Told(kind="fact", who=actor, what=what, icon="sliders-horizontal")
        case RulesChanged():
            return _rules(happening, actor)
        case PaymentReceived() | PaymentFailed() | PaymentUnused() | RefundDue() | RefundMade() | RefundWaived():
            who, what = by_whom(happening, actor, person), what_happened(happening, person)
            return Told(kind="payment", who=who, what=what, icon="circle-check")
        case OrganisationAdded() | MemberAdded() | RoleChanged() | MemberRemoved() | TenantVisited():
            return _about_the_team(happening, actor)
        case SessionAdded(code=code, title=title):
            return Told(kind="session", who=actor, what=f"added {title}, {code}.", icon="calendar-range")
        case SessionRenamed(was=was, title=title):
            return Told(kind="session", who=actor, what=f"changed the title from {was} to {title}.", icon="info")
        case PersonAdded():
            return Told(kind="person", who=actor, what=f"added {person}.", icon="user-plus", is_detail=True)
        case LinkRefused(purpose=purpose):
            which = _LINKS.get(purpose, "a link")
            what = f"opened {which} while signed in to another organisation, and was shown nothing."
            return Told(kind="refused", who=SOMEBODY, what=what, icon="info")
        case PeopleMerged():
            return Told(kind="merge", who=actor, what=f"merged two records of {person}.", icon="user-round-check")
        case PersonReplaced(waiver=waiver):
            also = ", though it is at the same time as another of theirs" if waiver else ""
            what = f"keeps what the other record had here{also}."
            return Told(kind="merge", who=person, what=what, icon="user-round-check")
        case PersonErased():
            what = "erased everything that named one person."
            return Told(kind="erasure", who=actor, what=what, icon="user-round-minus")
        case RequestRefused(refusal=refusal):
            because = _REFUSED.get(refusal, "a rule of the session was against it")
            what = f"asked for {act.person_name or 'somebody'} and was refused: {because}."
            return Told(kind="refused", who=actor, what=what, icon="circle-x")
        case OverrideAsked():
            what = f"asked for an override for {person}, which somebody else has to approve."
            return Told(kind="override", who=actor, what=what, icon="arrow-up-down")
        case OverrideDeclined():
            return Told(kind="override", who=actor, what=f"declined an override for {person}.", icon="undo-2")
        case ApprovalRulesChanged(needs_second_person=second, allows_own=own):
            people = "a second person" if second else "one approval"
            what = (
                f"set that overrides need {people}, and that {'people may' if own else 'nobody may'} approve their own."
            )
            return Told(kind="rules", who=actor, what=what, icon="sliders-horizontal")
        case DeputyNamed(deputy_id=deputy_id, hours=hours, details=details):
            whom = f"to {_name_in(details)} after {counted(hours, 'hour')}" if deputy_id else "to nobody"
            return Told(kind="rules", who=actor, what=f"set that proposals escalate {whom}.", icon="sliders-horizontal")
        case DefaultsChanged() | CalendarChanged():
            return Told(kind="rules", who=actor, what=_of_the_organisation(happening), icon="sliders-horizontal")
        case ProposalEscalated(details=details):
            what = f"was escalated to {_name_in(details)}: nobody has decided it."
            return Told(kind="escalated", who=f"The proposal for {person}", what=what, icon="hourglass")
        case ApprovalSigned(kind=kind):
            what = f"signed {_SIGNED.get(kind, 'an approval')}."
            return Told(kind="approval", who=actor, what=what, icon="user-round-check", is_detail=kind != "standing")
        case FileImported(kind=kind, lines=lines):
            what = f"imported {counted(lines, 'line')} of {kind}."
            return Told(kind="import", who=actor, what=what, icon="list-ordered")
        case _:
            assert_never(happening)


def _about_the_team(
    happening: OrganisationAdded | MemberAdded | RoleChanged | MemberRemoved | TenantVisited, actor: str
) -> Told:
    match happening:
        case OrganisationAdded():
            return Told(kind="organisation", who=actor, what="began the record.", icon="info")
        case MemberAdded(role=role, details=details):
            what = f"added {_name_in(details)} to the team as {_role(role)}."
            return Told(kind="member", who=actor, what=what, icon="user-plus")
        case RoleChanged(was=was, role=role, details=details):
            what = f"changed the role of {_name_in(details)} from {_role(was)} to {_role(role)}."
            return Told(kind="member", who=actor, what=what, icon="sliders-horizontal")
        case MemberRemoved(details=details):
            what = f"took {_name_in(details)} off the team."
            return Told(kind="member", who=actor, what=what, icon="user-round-minus")
        case TenantVisited(details=details):
            visitor = f"{_name_in(details)}, platform administrator,"
            return Told(kind="visit", who=visitor, what="came in to read.", icon="info")


def _woke(event: SessionWoke) -> str:
    if event.unanswered == 0:
        return "ended the wait for answers: nobody is missing."
    if event.unanswered:
        back = "1 seat comes back" if event.unanswered == 1 else f"{event.unanswered} seats come back"
        return f"ended the wait for answers: {back}."
    if event.released:
        return f"released {listed(event.released)}."
    if event.ended_holds:
        held = counted(len(event.ended_holds), "seat is", "seats are")
        return f"came to a date: {held} held no longer."
    return "ended keeping seats for groups: the cut-off has come."


def _joined(event: WaitlistJoined, actor: str, person: str, *, is_self: bool) -> Told:
    if event.is_recorded:
        what = f"wrote down that {person} is on the waitlist.{_over(event.passed)}"
        return Told(kind="override" if event.approval else "joined", who=actor, what=what, icon="user-plus")
    if event.approval:
        return _earlier(event, actor, person)
    what = "joined the waitlist" if is_self else f"put {person} on the waitlist"
    if event.on_behalf:
        what = f"{what}, on their behalf"
    skipped = ", skipped while another session is at the same time" if event.conflicts else ""
    waits = "".join(f", skipped while {matter_in_words(matter)}" for matter in event.outstanding)
    any_date = ", for any date of the course" if event.terms.any_date else ""
    only = ", as asked for, without taking a seat" if event.terms.waitlist_only else ""
    what = f"{what}{any_date}{only}{skipped}{waits}."
    return Told(kind="joined", who=person if is_self else actor, what=what, icon="user-plus")


def _earlier(event: WaitlistJoined, actor: str, person: str) -> Told:
    what = (
        f"reinstated {person}, who waits where they did."
        if event.terms.reinstates
        else f"put {person} on the waitlist with an earlier time."
    )
    return Told(kind="override", who=actor, what=f"{what}{_over(event.passed)}", icon="undo-2")


def _to_pay(event: SeatGiven | SeatGranted | SeatConfirmed | OfferAccepted, zone: str) -> str:
    return f", to be paid by {exact(event.payment_due_at, zone)}" if event.payment_due_at else ""


def _for(person: str, *, on_behalf: bool) -> str:
    return f"on behalf of {person}" if on_behalf else f"for {person}"


def _closed(event: RegistrationClosed, actor: str, person: str, *, is_self: bool) -> Told:  # noqa: C901, PLR0912 - one arm each
    who = person if is_self else actor
    match event.status:
        case Status.LAPSED:
            what = "did not confirm the seat again and is out."
            return Told(kind="lapsed", who=person, what=what, icon="hourglass")
        case Status.LEFT | Status.DROPPED if event.on_behalf:
            where = "left the waitlist" if event.status is Status.LEFT else "dropped the seat"
            what = f"{where} on behalf of {person}."
        case Status.LEFT | Status.DROPPED if event.reason == SEATED_ELSEWHERE:
            where = "left the waitlist" if event.status is Status.LEFT else "no longer has the offer"
            what = f"{where}: {SEATED_ELSEWHERE}."
            return Told(kind="left", who=person, what=what, icon="log-out")
        case Status.LEFT:
            what = "left the waitlist." if is_self else f"took {person} off the waitlist."
        case Status.DROPPED:
            late = ", late" if event.is_late else ""
            what = f"dropped{late}." if is_self else f"dropped {person}{late}."
        case Status.REMOVED:
            what = f"removed {person}."
        case Status.REFUSED:
            what = f"declined to sign off the request of {person}."
        case Status.FAILED:
            return Told(
                kind="failed", who=person, what="did not pay in time, and the seat came back.", icon="hourglass"
            )
        case Status.REFUNDED:
            what = f"gave {person} the money back, and the seat came back."
        case Status.NO_SHOW:
            return Told(kind="no_show", who=person, what="had a seat and did not come.", icon="user-round-minus")
        case Status.TRANSFERRED:
            what = f"moved {person} to another session."
        case Status.CANCELLED:
            return Told(
                kind="cancelled", who=person, what="is out: the session was cancelled.", icon="circle-x", is_detail=True
            )
        case _:
            what = f"closed the registration of {person} as {event.status.value}."
    return Told(kind=event.status.value, who=who, what=what, icon=_CLOSED.get(event.status, "user-round-minus"))


def _rules(event: RulesChanged, actor: str) -> Told:
    was, rules = event.was, event.rules
    parts: list[str] = []
    if was.capacity != rules.capacity:
        parts.append(f"set the capacity from {_capacity(was.capacity)} to {_capacity(rules.capacity)}")
    if _allowance(was) != _allowance(rules):
        parts.append(f"set the allowance from {_allowance(was)} to {_allowance(rules)}")
    if was.room_capacity != rules.room_capacity:
        room = (_capacity(was.room_capacity), _capacity(rules.room_capacity))
        parts.append(f"set the seats of the room from {room[0]} to {room[1]}")
    if was.window != rules.window:
        parts.append("set a sealed window" if rules.window else "took the sealed window away")
    if was.priority_rules != rules.priority_rules:
        parts.append("changed the order of the line")
    if was.standing_approval != rules.standing_approval:
        parts.append("set a standing approval" if rules.standing_approval else "ended the standing approval")
    if was.waitlist_is_open != rules.waitlist_is_open:
        parts.append("opened the waitlist" if rules.waitlist_is_open else "closed the waitlist")
    if was.waitlist_limit != rules.waitlist_limit:
        limits = (_capacity(was.waitlist_limit), _capacity(rules.waitlist_limit))
        parts.append(f"set the limit of the waitlist from {limits[0]} to {limits[1]}")
    parts += _by_name(was, rules)
    parts += _course(was, rules)
    parts += _price(was, rules)
    if was.blocks != rules.blocks:
        kept = [f"{counted(block.units, 'seat')} for {block.name}" for block in rules.blocks]
        parts.append(f"reserved {listed(kept)}" if kept else "reserved no seats any more")
    what = f"{listed(parts)}." if parts else "changed the rules."
    return Told(kind="rules", who=actor, what=what, icon="sliders-horizontal")


def _of_the_organisation(happening: DefaultsChanged | CalendarChanged) -> str:
    match happening:
        case DefaultsChanged(was=was, rules=rules):
            changes = [change.on_record for change in rule_changes(was, rules)]
            return f"{listed(changes)}, for new sessions." if changes else "set what new sessions begin with."
        case CalendarChanged(was=before, calendar=calendar):
            return f"{listed([change.on_record for change in calendar_changes(before, calendar)])}."


def _by_name(was: Session, rules: Session) -> Iterator[str]:
    yield from (one.on_record for one in rule_changes(rules_of(was), rules_of(rules)) if one.name != "one_date")
    if was.working_hours and rules.working_hours and was.working_hours != rules.working_hours:
        yield "set the working hours to those of the new calendar"


def _course(was: Session, rules: Session) -> list[str]:
    parts: list[str] = []
    if was.course != rules.course:
        parts.append(f"made it a date of {rules.course}" if rules.course else "took it out of its course")
    if was.one_date != rules.one_date:
        parts.append("set one date of the course for each person" if rules.one_date else "allowed several dates each")
    return parts


def _price(was: Session, rules: Session) -> Iterator[str]:
    before, after = (amount_in_words(of.price, of.currency) for of in (was, rules))
    if before != after:
        yield f"set the price from {before} to {after}"
    if was.payment_window != rules.payment_window:
        first, then = (counted(of.payment_window // timedelta(minutes=1), "minute") for of in (was, rules))
        yield f"set the time to pay from {first} to {then}"


def _over(passed: int) -> str:
    return f" {passed} passed over." if passed else ""


def _allowance(rules: Session) -> str:
    return f"{rules.allowance_percent} %" if rules.allowance_percent else str(rules.allowance_units)


def _role(role: str) -> str:
    return role.replace("_", " ")


def _seats(units: int) -> str:
    return "a seat" if units == 1 else f"{units} seats"


def _capacity(capacity: int | None) -> str:
    return "no limit" if capacity is None else str(capacity)


def _name_in(details: str) -> str:
    """Read the name in the text beside the chain; empty once it was erased."""
    said: dict[str, Any] = json.loads(details) if details else {}
    return str(said.get("name", "")) or SOMEBODY
