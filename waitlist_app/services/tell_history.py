"""The history of one session, for people: the record without what only follows from other acts."""

from typing import Final

from waitlist_app.services.ports import Reader, RecordedAct, SessionFacts
from waitlist_app.services.sentences import Told, tell
from waitlist_app.services.views import HistoryRow
from waitlist_app.services.wording import clock_time, heading

MOST_ACTS: Final = 50
_LOOKED_AT: Final = 100
"""More than are shown, because details are left out."""


def tell_history(reader: Reader, facts: SessionFacts) -> tuple[HistoryRow, ...]:
    """Give the last acts on a session, newest first."""
    _, acts = reader.record(session_id=facts.rules.id, count=_LOOKED_AT)
    told = [(act, tell(act, facts.zone)) for act in acts]
    return tuple([_row(act, said, facts, reader) for act, said in told if not said.is_detail][:MOST_ACTS])


def _row(act: RecordedAct, said: Told, facts: SessionFacts, reader: Reader) -> HistoryRow:
    return HistoryRow(
        id=str(act.seq),
        day=heading(act.at, facts.zone, reader.now),
        time=clock_time(act.at, facts.zone),
        who=said.who,
        what=said.what,
        reason=act.texts.get("reason", ""),
        icon=said.icon,
    )
