"""The record of an organisation, searched and paged."""

from typing import Final

from waitlist_app.services.actors import Actor, Permission
from waitlist_app.services.ports import Reader, RecordedAct, Work
from waitlist_app.services.sentences import actor_of, tell
from waitlist_app.services.views import AuditPage, AuditRow
from waitlist_app.services.wording import exact

PAGE_SIZE: Final = 50
_SHORT: Final = 16
"""Enough of a hash to compare by eye; the export has it whole."""


def show_audit(*, work: Work, actor: Actor, search: str = "", page: int = 1) -> AuditPage:
    """Give a page of the record, newest first, times in the organisation's zone; pages count from 1."""
    actor.require(Permission.READ_AUDIT)

    def shown(reader: Reader) -> AuditPage:
        first = (max(page, 1) - 1) * PAGE_SIZE
        total, acts = reader.record(search=search, first=first, count=PAGE_SIZE)
        _, head = reader.head()
        return AuditPage(rows=tuple(_row(act, actor.zone) for act in acts), total=total, head=head[:_SHORT])

    return work.read(actor, shown)


def _row(act: RecordedAct, zone: str) -> AuditRow:
    told = tell(act, zone)
    return AuditRow(
        seq=act.seq,
        at=exact(act.at, zone),
        actor=actor_of(act),
        act=told.kind,
        subject=act.session_code,
        sentence=f"{told.who} {told.what}",
        reason=act.texts.get("reason", ""),
        hash=act.hash[:_SHORT],
    )
