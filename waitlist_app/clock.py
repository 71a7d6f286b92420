"""The one place that asks what time it is and that makes ids."""

from datetime import UTC, datetime
from time import time_ns
from typing import Protocol
from uuid import uuid4


class Clock(Protocol):
    """Tells the present instant."""

    def now(self) -> datetime:
        """Give the present instant, aware, in UTC."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """Give the present instant, aware, in UTC."""
        return datetime.now(UTC)


class SetClock:
    """A clock that stands where it was set; for replays and tests."""

    def __init__(self, at: datetime) -> None:
        """Start at `at`, which must be aware."""
        self._at = at.astimezone(UTC)

    def now(self) -> datetime:
        """Give the instant it was set to, in UTC."""
        return self._at

    def set(self, at: datetime) -> None:
        """Move to `at`, forwards or backwards."""
        self._at = at.astimezone(UTC)


def new_id() -> str:
    """Make an id that sorts roughly by the time it was made: 32 hexadecimal digits, 80 of its bits random.

    Rows made together then lie together in every index, which halves what a commit has to write.
    """
    return f"{time_ns() // 1_000_000:012x}{uuid4().hex[:20]}"


def new_key() -> str:
    """Make an id that tells nothing, not even when it was made: 32 hexadecimal digits."""
    return uuid4().hex
