"""Rows to the engine's values, and back to columns."""

import json
from collections.abc import Iterable
from datetime import timedelta
from functools import lru_cache
from typing import Any, Final

from msgspec.structs import asdict, replace

from waitlist_app.engine.model import (
    STANDARD,
    Asking,
    ConflictRule,
    Facts,
    LapseRule,
    Mode,
    Order,
    Registration,
    Session,
    StandingApproval,
    Status,
    Tally,
    Terms,
)
from waitlist_app.engine.windows import wakes_at
from waitlist_app.services.plain import from_plain, to_plain, told
from waitlist_app.services.record import canonical

_STATUS: Final = {status.value: status for status in Status}

_IN_COLUMNS: Final = frozenset(
    {
        "id",
        "code",
        "capacity",
        "allowance_units",
        "allowance_percent",
        "order",
        "role_order",
        "mode",
        "standing_approval",
        "offer_window",
        "starts_at",
        "ends_at",
        "waitlist_is_open",
        "waitlist_limit",
        "conflicts",
        "on_lapse",
        "course",
        "times_changed",
    }
)
"""The rules of a session that have columns of their own; every other one is kept with its name in `rules`."""


_FACTS_IN_COLUMNS: Final = frozenset({"role", "department", "compliance_deadline"})


def session_from_row(row: Any) -> Session:
    """Give the rules of a session; its start counts only where it is followed."""
    return Session(
        id=row.id,
        code=row.code,
        capacity=row.capacity,
        allowance_units=row.allowance_units,
        allowance_percent=row.allowance_percent,
        order=Order(row.order_policy),
        role_order=tuple(row.role_order.split("\n")) if row.role_order else (),
        mode=Mode(row.mode),
        standing_approval=_standing_approval(row.standing_approval),
        offer_window=timedelta(seconds=row.offer_seconds),
        starts_at=row.starts_at if row.follows_start else None,
        ends_at=row.ends_at if row.follows_start else None,
        waitlist_is_open=row.waitlist_is_open,
        waitlist_limit=row.waitlist_limit,
        conflicts=ConflictRule(row.conflict_rule),
        on_lapse=LapseRule(row.lapse_rule),
        course=row.course,
        times_changed=row.times_changed,
        **_without_columns(row.rules),
    )


def session_values(rules: Session) -> dict[str, Any]:
    """Give the columns of a session's rules, without its times."""
    return {
        "id": rules.id,
        "code": rules.code,
        "capacity": rules.capacity,
        "allowance_units": rules.allowance_units,
        "allowance_percent": rules.allowance_percent,
        "order_policy": rules.order.value,
        "role_order": "\n".join(rules.role_order),
        "mode": rules.mode.value,
        "standing_approval": _written(told(rules.standing_approval)) if rules.standing_approval else "",
        "offer_seconds": int(rules.offer_window.total_seconds()),
        "window_closes_at": rules.window.closes_at if rules.window and rules.is_sealed else None,
        "waitlist_is_open": rules.waitlist_is_open,
        "waitlist_limit": rules.waitlist_limit,
        "conflict_rule": rules.conflicts.value,
        "lapse_rule": rules.on_lapse.value,
        "course": rules.course,
        "times_changed": rules.times_changed,
        "wakes_at": wakes_at(rules),
        "rules": _written(told(rules), leaving_out=_IN_COLUMNS),
    }


@lru_cache(maxsize=1024)
def _without_columns(text: str) -> dict[str, Any]:
    """Read the rules that have no column of their own."""
    if not text:
        return {}
    rules = from_plain(Session, {"id": "", "code": "", "capacity": None, **json.loads(text)})
    return {name: value for name, value in told(rules) if name not in _IN_COLUMNS}


def asking_in(rules: str) -> Asking | None:
    """Give what those with a seat were asked, from the rules that have no column of their own."""
    return _without_columns(rules).get("asking")


@lru_cache(maxsize=1024)  # nearly all requests are like others
def terms_from(text: str) -> Terms:
    """Give the terms of a registration from their column."""
    return from_plain(Terms, json.loads(text)) if text else STANDARD


@lru_cache(maxsize=1024)
def terms_value(terms: Terms) -> str:
    """Give the column of a registration's terms."""
    return "" if terms is STANDARD else _written(told(terms))


def facts_values(facts: Facts) -> dict[str, Any]:
    """Give the columns of what a policy knows of a person."""
    return {
        "role": facts.role,
        "department": facts.department,
        "compliance_deadline": facts.compliance_deadline,
        "more_facts": _written(told(facts), leaving_out=_FACTS_IN_COLUMNS)
        if facts.no_shows or facts.attributes
        else "",
    }


def facts_from_row(row: Any) -> Facts:
    """Give what a policy knew of a person when they asked."""
    known = from_plain(Facts, json.loads(row.more_facts)) if row.more_facts else Facts()
    return replace(known, role=row.role, department=row.department, compliance_deadline=row.compliance_deadline)


@lru_cache(maxsize=1024)
def _standing_approval(text: str) -> StandingApproval | None:
    return from_plain(StandingApproval, json.loads(text)) if text else None


def _written(pairs: Iterable[tuple[str, Any]], *, leaving_out: frozenset[str] = frozenset()) -> str:
    plain = {name: to_plain(value) for name, value in pairs if name not in leaving_out}
    return canonical(plain) if plain else ""


def tally_from_row(row: Any) -> Tally:
    """Give the tally of a session."""
    return Tally(*(getattr(row, name) for name in Tally.__struct_fields__))


def tally_values(tally: Tally) -> dict[str, int]:
    """Give the columns of a tally."""
    return asdict(tally)


def registration_from_row(row: Any) -> Registration:
    """Give a registration; `conflicts` and `outstanding` are stored as words with a blank between."""
    return Registration(
        id=row.id,
        person_id=row.person_id,
        status=_STATUS[row.status],
        requested_at=row.requested_at,
        arrival=row.arrival,
        seat_units=row.seat_units,
        base_key=row.base_key,
        line_key=row.line_key,
        conflicts=tuple(row.conflicts.split(" ")) if row.conflicts else (),
        outstanding=tuple(row.outstanding.split(" ")) if row.outstanding else (),
        waiver=row.waiver,
        excused=row.excused,
        terms=terms_from(row.terms),
        offer_number=row.offer_number,
        offer_expires_at=row.offer_expires_at,
        clock_stands_since=row.clock_stands_since,
        requeued_at=row.requeued_at,
        grant=row.grant_id,
        checked_in_at=row.checked_in_at,
        passes=row.passes,
        payment_due_at=row.payment_due_at,
        payment=row.payment,
        paid=row.paid,
        answer_by=row.answer_by,
    )
