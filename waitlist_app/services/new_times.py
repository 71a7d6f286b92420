"""What moving a session is made of: the times as a form says them, checked, and the command that follows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Final

from waitlist_app.engine.commands import Reschedule
from waitlist_app.engine.model import Asking, Meeting, Session, SilenceRule
from waitlist_app.engine.refusals import ReasonMissing
from waitlist_app.errors import InvalidInput
from waitlist_app.services.ports import MeetingDetails, SessionFacts, Transaction

ANSWER_WITHIN: Final = timedelta(days=3)
"""How long people have to confirm a seat again where nobody names a date; never past the cut-off before the start."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTimes:
    """When and where a session is to be."""

    meetings: tuple[MeetingDetails, ...]
    location: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What those with a seat are asked: to confirm it again."""

    by: datetime | None = None
    """Exclusive; None is in three days, or at the cut-off where that is sooner."""
    on_silence: SilenceRule | None = None
    """None is what the rules of the session say."""


USUAL: Final = Question()


def moving(
    tx: Transaction, session_id: str, wanted: NewTimes, *, reason: str, question: Question | None
) -> tuple[SessionFacts, Reschedule]:
    """Give the session as it is and the command that moves it, signed, every session that it concerns locked.

    Raises `ReasonMissing`, and `InvalidInput` for times that are none, or the same as before.
    """
    if not reason.strip():
        raise ReasonMissing
    meetings = _checked(wanted.meetings)
    overlaps = tx.overlapping(session_id, meetings)
    tx.lock(sorted({session_id, *overlaps, *tx.at_the_same_time(session_id)}))
    facts = tx.read.session(session_id)
    if (meetings, wanted.location.strip()) == (_checked(facts.meetings), facts.location):
        raise InvalidInput("These are the times and the place that it has already.", field="meetings")
    approval = tx.sign(kind="rescheduling", subject_id=session_id, session_id=session_id, reason=reason.strip())
    return facts, Reschedule(
        session_id=session_id,
        meetings=tuple(Meeting(starts_at=m.starts_at, ends_at=m.ends_at, location=m.location) for m in meetings),
        location=wanted.location.strip(),
        overlaps=tuple(sorted(overlaps)),
        reason=reason.strip(),
        approval=approval,
        asking=_asking(facts.rules, question, starts_at=meetings[0].starts_at, now=tx.now) if question else None,
    )


def _checked(meetings: Sequence[MeetingDetails]) -> tuple[MeetingDetails, ...]:
    """Give the meetings in their order, if there are any and each ends before the next begins."""
    if not meetings:
        raise InvalidInput("A session needs at least one meeting.", field="meetings")
    ordered = tuple(sorted(meetings, key=lambda meeting: meeting.starts_at))
    if any(meeting.ends_at <= meeting.starts_at for meeting in ordered):
        raise InvalidInput("Each meeting has to end after it starts.", field="meetings")
    if any(later.starts_at < earlier.ends_at for earlier, later in pairwise(ordered)):
        raise InvalidInput("Two meetings of this session are at the same time.", field="meetings")
    return ordered


def _asking(rules: Session, question: Question, *, starts_at: datetime, now: datetime) -> Asking:
    cut_off = starts_at - rules.cut_off_window
    latest = cut_off if cut_off > now else starts_at
    by = question.by or min(now + ANSWER_WITHIN, latest)
    return Asking(by=by, on_silence=question.on_silence or rules.on_silence)
