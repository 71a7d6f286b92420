"""What employees have asked for, and what managers' teams have: each row with its position and how it stands."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from waitlist_app.engine.model import SIGN_OFF, Status
from waitlist_app.services.actors import Actor, Permission
from waitlist_app.services.own import positions
from waitlist_app.services.ports import Entry, Reader, SessionFacts, Work
from waitlist_app.services.views import OwnRow
from waitlist_app.services.wording import exact, in_list, when

_CLOSED: Final[Mapping[Status, str]] = {
    Status.DROPPED: "The seat was given back.",
    Status.LEFT: "The place in the line was given up.",
    Status.DECLINED: "The offered seat was declined.",
    Status.LAPSED: "The offer ended without an answer.",
    Status.REVOKED: "The offer was taken back.",
    Status.REMOVED: "The training team ended this registration.",
    Status.TRANSFERRED: "Moved to another session.",
    Status.CANCELLED: "The session does not take place.",
    Status.REFUSED: "A manager did not sign it off.",
    Status.NO_SHOW: "Noted as not having come.",
}

Stands = Mapping[tuple[str, str], Status]
"""How somebody's newest request in a session stands, by person and session."""
Rows = tuple[Sequence[Entry], Mapping[str, SessionFacts], frozenset[str], datetime]


def list_own_registrations(*, work: Work, actor: Actor) -> tuple[OwnRow, ...]:
    """List the actor's own registrations: offers first, then what is active, each the newest first."""
    actor.require(Permission.READ_OWN)

    def own(reader: Reader) -> Rows:
        mine = reader.own(actor.id)
        return mine.registrations(), mine.sessions(of_team=False), frozenset(), reader.now

    return _rows(work, actor, work.read(actor, own))


def list_team_registrations(*, work: Work, actor: Actor) -> tuple[OwnRow, ...]:
    """List what the actor signs off or asked for on somebody's behalf; what waits for their word comes first."""
    actor.require(Permission.READ_TEAM)

    def team(reader: Reader) -> Rows:
        mine = reader.own(actor.id)
        unanswered = frozenset(
            entry.registration.id for entry in mine.to_sign_off() if SIGN_OFF in entry.registration.outstanding
        )
        return mine.team(), mine.sessions(of_team=True), unanswered, reader.now

    return _rows(work, actor, work.read(actor, team))


def _rows(work: Work, actor: Actor, found: Rows) -> tuple[OwnRow, ...]:
    entries, sessions, unanswered, now = found
    # While a window is sealed nobody has a place: who comes first is not known before its hour.
    in_line = [entry for entry in entries if not sessions[entry.session_id].rules.is_sealed]
    places = positions(work, actor, in_line)
    stands = {(entry.person.id, entry.session_id): entry.registration.status for entry in reversed(entries)}
    rows = [_row(entry, sessions[entry.session_id], places, unanswered, now, stands=stands) for entry in entries]
    return tuple(sorted(rows, key=lambda row: (not row.needs_answer, not row.is_offered, not row.may_leave)))


def _row(
    entry: Entry,
    facts: SessionFacts,
    places: Mapping[str, int],
    unanswered: frozenset[str],
    now: datetime,
    *,
    stands: Stands,
) -> OwnRow:
    registration = entry.registration
    needs_answer = registration.id in unanswered and registration.status is Status.WAITLISTED
    word, say = _standing(
        entry, facts, places.get(registration.id, 0), stands, now, whose="You have" if needs_answer else "A manager has"
    )
    expires_at = registration.offer_expires_at
    is_offered = registration.status is Status.OFFERED and registration.is_open(now)
    return OwnRow(
        id=registration.id,
        name=entry.person.name,
        title=facts.title,
        when=when(facts.meetings, facts.zone),
        where=facts.location,
        status=word,
        say=say,
        is_offered=is_offered,
        may_leave=registration.status in {Status.WAITLISTED, Status.CONFIRMED, Status.PENDING},
        needs_answer=needs_answer,
        ends_at=expires_at.timestamp() if is_offered and expires_at else 0.0,
        of_seconds=max(facts.rules.offer_window.total_seconds(), 1.0),
        ends_words=in_list(expires_at, facts.zone, now) if is_offered and expires_at else "",
    )


def _standing(
    entry: Entry, facts: SessionFacts, place: int, stands: Stands, now: datetime, *, whose: str
) -> tuple[str, str]:
    registration = entry.registration
    match registration.status:
        case Status.CONFIRMED:
            return "Confirmed", _confirmed(registration.answer_by, facts.zone)
        case Status.PENDING:
            return "Pending payment", "The seat is kept until the payment arrives."
        case Status.OFFERED if registration.is_open(now) and registration.offer_expires_at:
            return "Offered", f"A seat is held until {exact(registration.offer_expires_at, facts.zone)}."
        case Status.OFFERED:
            return "Closed", _CLOSED[Status.LAPSED]
        case Status.WAITLISTED:
            return "Waiting", _waiting(entry, place, stands, whose)
        case closed:
            return "Closed", _CLOSED.get(closed, "This registration has ended.")


def _confirmed(answer_by: datetime | None, zone: str) -> str:
    if answer_by is None:
        return "The seat is booked."
    return f"The session was moved. Please answer the mail about it by {exact(answer_by, zone)}."


def _waiting(entry: Entry, place: int, stands: Stands, whose: str) -> str:
    said = f"Number {place} in line." if place else "Everybody's requests are collected until the draw."
    if SIGN_OFF in entry.registration.outstanding:
        return f"{said} {whose} still to sign it off."
    if entry.registration.conflicts:
        return f"{said} Skipped while {_held(entry, stands)} in another session overlaps."
    return said


def _held(entry: Entry, stands: Stands) -> str:
    """Say what somebody has elsewhere at the same time, as far as it is among what may be seen."""
    held = {stands.get((entry.person.id, session_id)) for session_id in entry.registration.conflicts}
    if held == {Status.OFFERED}:
        return "an offer"
    return "a seat or an offer" if None in held else "a seat"
