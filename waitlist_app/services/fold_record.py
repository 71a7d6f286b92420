"""Rebuilding the state from the record alone."""

import json
from dataclasses import dataclass, field, replace

from waitlist_app.engine.events import EntryMoved, EntryPlaced, EntryRanked, EntryRequeued, UnitsReduced, WaitlistJoined
from waitlist_app.engine.model import Status
from waitlist_app.services.files import RosterRow
from waitlist_app.services.happenings import PeopleMerged, PersonAdded, SessionAdded
from waitlist_app.services.seal import CheckSignature
from waitlist_app.services.standing import Asked, Standing, standing_after, status_in_files
from waitlist_app.services.verify_record import Entry, read_record


@dataclass(slots=True)
class _State:
    """What the entries so far say."""

    codes: dict[str, str] = field(default_factory=dict[str, str])
    people: dict[str, tuple[str, str]] = field(default_factory=dict[str, tuple[str, str]])
    whose: dict[str, str] = field(default_factory=dict[str, str])
    """The person of each registration."""
    rows: dict[str, RosterRow] = field(default_factory=dict[str, RosterRow])
    arrivals: dict[str, int] = field(default_factory=dict[str, int])
    keys: dict[str, str] = field(default_factory=dict[str, str])


def fold_record(data: bytes, *, is_signed: CheckSignature) -> tuple[RosterRow, ...]:
    """Give one row per registration, as the database has them, in the order of the roster file."""
    state = _State()
    for entry in read_record(data, is_signed=is_signed):
        _fold(state, entry)
    return in_order(state.rows, state.keys, state.arrivals)


def _fold(state: _State, entry: Entry) -> None:
    match entry.happening:
        case SessionAdded(session_id=session_id, code=code):
            state.codes[session_id] = code
        case PersonAdded(person_id=person_id, details=details):
            state.people[person_id] = _identity(details)
        case PeopleMerged():
            _merge(state, entry.happening)
        case EntryMoved(registration_id=registration_id, line_key=line_key):
            state.keys[registration_id] = line_key
        case EntryPlaced(registration_id=registration_id, line_key=line_key):
            state.keys[registration_id] = line_key
        case UnitsReduced(registration_id=registration_id, seat_units=units):
            state.rows[registration_id] = replace(state.rows[registration_id], seat_units=units)
        case EntryRanked(registration_id=registration_id, line_key=line_key):
            state.keys[registration_id] = line_key
        case event if isinstance(event, Standing):
            _stand(state, entry, event)
        case _:
            pass  # says nothing about where anybody stands


def _identity(details: str) -> tuple[str, str]:
    said: dict[str, str] = json.loads(details) if details else {}
    return said.get("employee_id", ""), said.get("email", "")


def _merge(state: _State, merged: PeopleMerged) -> None:
    """Let every row of the two records, closed ones too, be that of the one that stays."""
    employee_id, email = state.people[merged.person_id] = _identity(merged.details)
    for registration_id, person_id in state.whose.items():
        if person_id in {merged.person_id, merged.was_person_id}:
            state.whose[registration_id] = merged.person_id
            row = state.rows[registration_id]
            state.rows[registration_id] = replace(row, employee_id=employee_id, email=email)


def _stand(state: _State, entry: Entry, event: Standing) -> None:
    status, reason = standing_after(event)
    if isinstance(event, WaitlistJoined | EntryRequeued):
        state.keys[event.registration_id] = event.line_key
    if isinstance(event, Asked | EntryRequeued):
        state.arrivals[event.registration_id] = event.arrival
    if isinstance(event, Asked):
        state.rows[event.registration_id] = _new_row(state, event)
        state.whose[event.registration_id] = event.person_id
    state.rows[event.registration_id] = replace(
        state.rows[event.registration_id],
        status=status_in_files(status),
        reason=reason,
        decided_at=None if status is Status.WAITLISTED else entry.at,
    )


def _new_row(state: _State, event: Asked) -> RosterRow:
    employee_id, email = state.people.get(event.person_id, ("", ""))
    return RosterRow(
        session_code=state.codes[event.session_id],
        employee_id=employee_id,
        email=email,
        status="",
        position=None,
        seat_units=event.seat_units,
        requested_at=event.requested_at,
        decided_at=None,
        reason="",
    )


def in_order(rows: dict[str, RosterRow], keys: dict[str, str], arrivals: dict[str, int]) -> tuple[RosterRow, ...]:
    """Give rows by session code, then arrival, each waiting one with its position; all three by registration id."""
    lines: dict[str, list[str]] = {}
    for registration_id, row in rows.items():
        if row.status == Status.WAITLISTED.value:
            lines.setdefault(row.session_code, []).append(registration_id)
    positions: dict[str, int] = {}
    for ids in lines.values():
        ids.sort(key=keys.__getitem__)
        positions |= {registration_id: position for position, registration_id in enumerate(ids, start=1)}
    ordered = sorted(rows, key=lambda registration_id: (rows[registration_id].session_code, arrivals[registration_id]))
    return tuple(replace(rows[key], position=positions.get(key)) for key in ordered)
