"""What comes due by itself in a session, beside its offers."""

from collections.abc import Iterator
from datetime import datetime

from waitlist_app.engine.events import SessionWoke
from waitlist_app.engine.model import Session
from waitlist_app.engine.windows import is_awake


def wake(session: Session, until: datetime) -> Iterator[SessionWoke]:
    """Release the blocks whose instant has come, and note up to when that was done; nothing where nothing is due."""
    if is_awake(session, until):
        return
    released = tuple(block.name for block in session.blocks if block.releases_at and block.releases_at <= until)
    yield SessionWoke(session_id=session.id, woken_at=until, released=released)
