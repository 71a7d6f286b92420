"""Checking the record where it is kept, for the screen: the same check that anybody can make with an export."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from waitlist_app.errors import InvalidInput
from waitlist_app.services.actors import Actor, Permission
from waitlist_app.services.ports import Reader, Work
from waitlist_app.services.record import START
from waitlist_app.services.verify_record import check_entry

TOLD_EVERY: Final = 250

Progress = Callable[[int, int], None]
"""Is told how many entries were checked, and how many there are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordCheck:
    """What checking every entry came to."""

    count: int
    """Of entries."""
    head: str
    """The hash of the last, as the database names it."""
    is_whole: bool
    first_bad: int = 0
    """The number of the first entry that is wrong; 0 when there is none."""
    why: str = ""


def _tell_nobody(_checked: int, _of: int) -> None:
    return


def check_record(*, work: Work, actor: Actor, progress: Progress = _tell_nobody) -> RecordCheck:
    """Check every entry, every text that is still there, and that the last entry is the one the database names.

    `progress` is called from the thread that checks.
    """
    actor.require(Permission.READ_AUDIT)
    return work.read(actor, lambda reader: _check(reader, progress))


def _check(reader: Reader, progress: Progress) -> RecordCheck:
    count, head = reader.head()
    number, previous = 0, START
    for number, (body, hashed, texts) in enumerate(reader.export_record(), start=1):
        if number % TOLD_EVERY == 1:
            progress(number - 1, count)
        try:
            check_entry(number, previous, body, hashed, {field: (salt, text) for field, _, salt, text in texts if salt})
        except InvalidInput as problem:
            why = str(problem).replace("Line", "Entry").replace(" line ", " entry ")
            return RecordCheck(count=count, head=head, is_whole=False, first_bad=number, why=why)
        previous = hashed
    if (number, previous) != (count, head):
        why = f"The record ends with entry {number}, and {count} were counted."
        return RecordCheck(count=count, head=head, is_whole=False, first_bad=number + 1, why=why)
    return RecordCheck(count=count, head=head, is_whole=True)
