"""The files that are written: one for people and their spreadsheets, two for programs that compare bytes."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

import pandas as pd

from waitlist_app.csv_io.columns import DOWNLOAD, REPLAY_ROSTER, SEATS
from waitlist_app.csv_io.formulas import guarded
from waitlist_app.services.files import DownloadRow, RosterRow, SeatsRow

_WITH_MARK: Final = "utf-8-sig"
"""Excel takes a file without a byte order mark for one in the letters of its own country."""


def roster_csv(rows: Iterable[DownloadRow]) -> bytes:
    """Write a roster for a coordinator: UTF-8 with a mark, CRLF, times in the session's zone with their offset.

    A text that a spreadsheet would run gets an apostrophe in front, which importing takes away again.
    """
    return _csv(DOWNLOAD, [_download_cells(row) for row in rows], line_end="\r\n").encode(_WITH_MARK)


def _download_cells(row: DownloadRow) -> Sequence[Any]:
    zone = ZoneInfo(row.zone)
    return (
        guarded(row.session_code),
        guarded(row.session_title),
        row.status,
        _number(row.position),
        guarded(row.employee_id),
        guarded(row.employee_name),
        guarded(row.email),
        guarded(row.department),
        guarded(row.role),
        row.compliance_deadline.isoformat() if row.compliance_deadline else "",
        row.seat_units,
        _local(row.requested_at, zone),
        _local(row.decided_at, zone),
        _local(row.offer_expires_at, zone),
        guarded(row.reason),
    )


def replay_roster_csv(rows: Iterable[RosterRow]) -> bytes:
    """Write the roster of a replay: plain UTF-8, LF, instants in UTC; texts exactly as they are."""
    cells = [
        (
            row.session_code,
            row.employee_id,
            row.email,
            row.status,
            _number(row.position),
            row.seat_units,
            _utc(row.requested_at),
            _utc(row.decided_at),
            row.reason,
        )
        for row in rows
    ]
    return _csv(REPLAY_ROSTER, cells, line_end="\n").encode()


def seats_csv(rows: Iterable[SeatsRow]) -> bytes:
    """Write the seats of sessions: plain UTF-8, LF; blank where there is no limit."""
    cells = [
        (
            row.session_code,
            _number(row.capacity),
            _number(row.limit),
            row.confirmed,
            row.pending,
            row.held,
            row.reserved,
            _number(row.free),
            row.waiting,
            row.overbooked_by,
        )
        for row in rows
    ]
    return _csv(SEATS, cells, line_end="\n").encode()


def _csv(columns: Sequence[str], cells: Sequence[Sequence[Any]], *, line_end: str) -> str:
    frame = pd.DataFrame(cells, columns=list(columns), dtype=object)
    return frame.to_csv(index=False, lineterminator=line_end)


def _number(value: int | None) -> int | str:
    return "" if value is None else value


def _utc(at: datetime | None) -> str:
    return at.astimezone(UTC).isoformat() if at else ""


def _local(at: datetime | None, zone: ZoneInfo) -> str:
    return at.astimezone(zone).isoformat() if at else ""
