"""Sending the head of every record out once a day."""

from collections.abc import Callable
from datetime import timedelta
from typing import Final

EVERY: Final = timedelta(minutes=10)


class SendHeads:
    """Looks again and again whether a day has begun somewhere."""

    def __init__(self, send: Callable[[], int]) -> None:
        """`send` writes what is missing today and gives how many mails that were."""
        self._send = send

    def __call__(self) -> timedelta:
        """Send what is missing today."""
        self._send()
        return EVERY
