"""Every error that the product raises on purpose, sorted by who can act on it.

`str(error)` is one sentence fit for the person who caused it. Facts are attributes, causes are chained, and
an exception of a library stops at the adapter that called it.
"""

from datetime import timedelta


class WaitlistError(Exception):
    """The root of everything below."""


class Refused(WaitlistError):
    """A rule said no; the person may choose otherwise. `code` is the stable name of the rule."""

    code = "refused"


class InvalidInput(WaitlistError):
    """What was typed or uploaded cannot be used; the person mends it where `field` or `line` points."""

    def __init__(self, sentence: str, *, field: str = "", line: int = 0) -> None:
        """Take the sentence to show and the place that it is about (`line` counts from 1, 0 is none)."""
        super().__init__(sentence)
        self.field = field
        self.line = line


class NotAllowed(WaitlistError):
    """Nobody can act: what is missing and what is forbidden look alike from outside."""

    def __init__(self, detail: str = "") -> None:
        """Keep `detail` for the log; the person reads the same sentence in every case."""
        super().__init__("We could not find that.")
        self.detail = detail


class TryAgain(WaitlistError):
    """A lock was busy or a service was away; the program retries, then the person."""

    def __init__(self, detail: str = "", *, retry_after: timedelta | None = None) -> None:
        """Keep `detail` for the log; the person reads the same sentence in every case.

        `retry_after` is how long the other side asked us to wait; None when it did not say.
        """
        super().__init__("This is busy right now. Nothing was saved. Please try again.")
        self.detail = detail
        self.retry_after = retry_after


class Defect(WaitlistError):
    """We are wrong. Nothing was saved; `reference` finds the case in the log."""

    def __init__(self, detail: str, *, reference: str = "") -> None:
        """Keep `detail` for the log and show the person only the reference."""
        said = f" Please tell us the reference {reference}." if reference else ""
        super().__init__(f"This did not work, and nothing was saved.{said}")
        self.detail = detail
        self.reference = reference
