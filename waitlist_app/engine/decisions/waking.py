"""What comes due by itself in a session, beside its offers."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from waitlist_app.engine.decisions.leaving import closed
from waitlist_app.engine.events import Event, SessionWoke
from waitlist_app.engine.model import Roster, Session, SilenceRule, Status
from waitlist_app.engine.windows import is_awake

UNANSWERED: Final = "not confirmed again after the session was moved"


def wake(roster: Roster, until: datetime) -> Iterator[Event]:
    """End blocks and holds whose instant has come, give back seats that nobody confirmed again, and note up to when.

    Nothing follows where nothing is due.
    """
    session = roster.session
    if is_awake(session, until):
        return
    released = tuple(block.name for block in session.blocks if block.releases_at and block.releases_at <= until)
    ended = tuple(hold.registration_id for hold in session.holds if hold.until <= until)
    silent = roster.silent(until)
    yield SessionWoke(
        session_id=session.id,
        woken_at=until,
        released=released,
        ended_holds=ended,
        unanswered=len(silent) if _answers_are_due(session, until) else None,
    )
    for registration in silent:
        yield from closed(roster, registration, status=Status.LAPSED, reason=UNANSWERED)


def _answers_are_due(session: Session, until: datetime) -> bool:
    """Say whether the date by which seats were to be confirmed again has come since the session woke last."""
    asking = session.asking
    if asking is None or asking.on_silence is SilenceRule.KEEP:
        return False
    return asking.by <= until and (session.woken_at is None or session.woken_at < asking.by)
