"""Handing messages over as soon as they are written."""

from collections.abc import Callable
from datetime import timedelta
from typing import Final

from waitlist_app.services.deliver_messages import BATCH

IDLE: Final = timedelta(seconds=1)


class Deliver:
    """Delivers batch after batch, and looks again every second when there is nothing."""

    def __init__(self, deliver: Callable[[], int]) -> None:
        """`deliver` hands over one batch and gives how many messages it had."""
        self._deliver = deliver

    def __call__(self) -> timedelta:
        """Deliver one batch; a full one is followed by the next at once."""
        return timedelta(0) if self._deliver() >= BATCH else IDLE
