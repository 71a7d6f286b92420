"""Rows to the engine's values, and back to columns."""

from datetime import timedelta
from typing import Any, Final

from waitlist_app.engine.model import ConflictRule, LapseRule, Mode, Order, Registration, Session, Status, Tally

_STATUS: Final = {status.value: status for status in Status}


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
        standing_approval=row.standing_approval,
        offer_window=timedelta(seconds=row.offer_seconds),
        starts_at=row.starts_at if row.follows_start else None,
        waitlist_is_open=row.waitlist_is_open,
        waitlist_limit=row.waitlist_limit,
        conflicts=ConflictRule(row.conflict_rule),
        on_lapse=LapseRule(row.lapse_rule),
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
        "standing_approval": rules.standing_approval,
        "offer_seconds": int(rules.offer_window.total_seconds()),
        "waitlist_is_open": rules.waitlist_is_open,
        "waitlist_limit": rules.waitlist_limit,
        "conflict_rule": rules.conflicts.value,
        "lapse_rule": rules.on_lapse.value,
    }


def tally_from_row(row: Any) -> Tally:
    """Give the tally of a session."""
    return Tally(
        confirmed=row.confirmed,
        pending=row.pending,
        held=row.held,
        waiting=row.waiting,
        ready_units=row.ready_units,
        proposed=row.proposed,
        arrivals=row.arrivals,
        proposals_made=row.proposals_made,
        offers_made=row.offers_made,
        overrides_made=row.overrides_made,
    )


def tally_values(tally: Tally) -> dict[str, int]:
    """Give the columns of a tally."""
    return {
        "confirmed": tally.confirmed,
        "pending": tally.pending,
        "held": tally.held,
        "waiting": tally.waiting,
        "ready_units": tally.ready_units,
        "proposed": tally.proposed,
        "arrivals": tally.arrivals,
        "proposals_made": tally.proposals_made,
        "offers_made": tally.offers_made,
        "overrides_made": tally.overrides_made,
    }


def registration_from_row(row: Any) -> Registration:
    """Give a registration; `conflicts` is stored as ids with a blank between."""
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
        waiver=row.waiver,
        offer_number=row.offer_number,
        offer_expires_at=row.offer_expires_at,
        requeued_at=row.requeued_at,
    )
