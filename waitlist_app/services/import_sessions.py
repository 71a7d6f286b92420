"""Importing sessions from a file, with their meetings from a second one."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from typing import Final

from waitlist_app.clock import new_id
from waitlist_app.engine.model import Session, SignOff
from waitlist_app.errors import InvalidInput
from waitlist_app.services.actors import Actor, Permission
from waitlist_app.services.files import Contents, Files, MeetingLine, SessionLine
from waitlist_app.services.happenings import FileImported
from waitlist_app.services.importing import Findings, in_words, run_import
from waitlist_app.services.ports import MeetingDetails, SessionDetails, SessionFacts, Transaction, Work
from waitlist_app.services.rule_bounds import check_rules
from waitlist_app.services.session_rules import changed, rules_of, with_rules
from waitlist_app.services.views import ImportLine, ImportProblem, ImportReport
from waitlist_app.services.wording import window

_NO_MEETINGS: Final[Contents[MeetingLine]] = Contents(rows=())


def import_sessions(
    *,
    work: Work,
    files: Files,
    actor: Actor,
    data: bytes,
    file_name: str,
    meetings: bytes | None = None,
    dry_run: bool = True,
    all_or_nothing: bool = False,
    zero_is_unlimited: bool = False,
) -> ImportReport:
    """Add the sessions of a file, and tell what became of each line.

    Capacity 0 means that everybody waits, or, with `zero_is_unlimited`, that there is no limit. A session without a
    line in `meetings` meets once, from its start to its end. One that is there already is left as it is. A dry run
    decides everything exactly as the run would and keeps nothing. Lines with problems are left out, or, with
    `all_or_nothing`, keep everything else out too.
    """
    actor.require(Permission.EDIT)
    contents = files.read_sessions(data, zone=actor.zone)
    if zero_is_unlimited:
        contents = replace(contents, rows=tuple(replace(row, capacity=row.capacity or None) for row in contents.rows))
    sittings = _NO_MEETINGS if meetings is None else files.read_meetings(meetings, zone=actor.zone)
    digest = sha256(data + (meetings or b"")).hexdigest()

    def unit(tx: Transaction) -> ImportReport:
        sessions = _Sessions(tx, contents, sittings)
        sessions.add_all()
        if added := len(sessions.findings.added):
            tx.note(FileImported(kind="sessions", digest=digest, lines=added))
        return sessions.findings.report(file_name)

    return run_import(work=work, actor=actor, unit=unit, dry_run=dry_run, all_or_nothing=all_or_nothing)


class _Sessions:
    """The sessions of one file on their way into the organisation, within one transaction."""

    def __init__(self, tx: Transaction, contents: Contents[SessionLine], sittings: Contents[MeetingLine]) -> None:
        self.findings = Findings(kind="sessions", lines=contents.lines, problems=list(contents.problems))
        self._tx = tx
        self._contents = contents
        self._sittings = sittings
        self._codes = tx.session_ids()
        self._organisation = tx.organisation_rules
        self._meetings: dict[str, list[MeetingLine]] = defaultdict(list)
        for meeting in sittings.rows:
            self._meetings[meeting.session_code].append(meeting)

    def add_all(self) -> None:
        self._check_meetings()
        for line in self._contents.rows:
            details = self._details(line)
            if details is None:
                continue
            session_id = self._codes.get(line.session_code)
            if session_id is not None:
                self._compare(line, details, self._tx.read.session(session_id))
            elif self._has_its_meetings(line):
                self._tx.add_session(details)
                self.findings.added[line.line] = self._result(line, "new session")

    def _details(self, line: SessionLine) -> SessionDetails | None:
        """Give the session with the organisation's rules but for those that the line names; None with a problem."""
        wanted, calendar = changed(self._organisation.defaults, line.rules), self._organisation.calendar
        try:
            check_rules(wanted, calendar, self._tx.now)
        except InvalidInput as error:
            self._problem(line, error.field, _told(line.rules.get(error.field)), str(error))
            return None
        bare = Session(
            id=new_id(),
            code=line.session_code,
            capacity=line.capacity,
            # Without a limit there is nothing to wait for.
            waitlist_is_open=line.capacity is not None,
            starts_at=line.starts_at,
            ends_at=line.ends_at,
            offers_wait_for_mail=True,
            course=line.course,
        )
        rules = with_rules(bare, wanted, calendar)
        return SessionDetails(
            rules=rules,
            title=line.title,
            location=line.location,
            zone=self._tx.actor.zone,
            starts_at=line.starts_at,
            ends_at=line.ends_at,
            meetings=meetings_of(line, self._meetings[line.session_code]),
        )

    def _compare(self, line: SessionLine, said: SessionDetails, stored: SessionFacts) -> None:
        """Leave a session that is there as it is; where the file says otherwise, somebody has to decide."""
        zone = self._tx.actor.zone
        differences: dict[str, tuple[object, object]] = {
            "capacity": (stored.rules.capacity, said.rules.capacity),
            "title": (stored.title, said.title),
            "location": (stored.location, said.location),
            "starts_at": (in_words(stored.starts_at, zone), in_words(said.starts_at, zone)),
            "ends_at": (in_words(stored.ends_at, zone), in_words(said.ends_at, zone)),
            "course": (stored.rules.course, said.rules.course),
        }
        there, here = rules_of(stored.rules), rules_of(said.rules)
        differences |= {name: (_told(getattr(there, name)), _told(getattr(here, name))) for name in line.rules}
        column = next((name for name, (there, here) in differences.items() if there != here), None)
        if column is None:
            self.findings.there[line.line] = self._result(line, "already there")
            return
        before, after = differences[column]
        why = f"The session is there already, with {_said(before)} here. Change it on its own page."
        self._problem(line, column, _said(after), why)

    # ── meetings ─────────────────────────────────────────────────────────────────────────────────

    def _check_meetings(self) -> None:
        known = {line.session_code for line in self._contents.rows} | self._codes.keys()
        unknown = [
            ImportProblem(
                line=meeting.line, column="session_code", value=meeting.session_code, why="No session has this code."
            )
            for meeting in self._sittings.rows
            if meeting.session_code not in known
        ]
        for problem in (*self._sittings.problems, *unknown):
            self.findings.problems.append(replace(problem, column=f"{problem.column} (meetings)".strip()))

    def _has_its_meetings(self, line: SessionLine) -> bool:
        found = len(self._meetings[line.session_code])
        if line.meeting_count is not None and line.meeting_count != (found or 1):
            why = f"This session has {line.meeting_count} meetings, and the file of meetings has {found} of them."
            if not self._sittings.lines:
                why = f"This session has {line.meeting_count} meetings. Choose the file of meetings too."
        elif line.meeting_count is None and self._sittings.problems:
            why = "Lines in the file of meetings need you, and they may belong to this session."
        else:
            return True
        self._problem(line, "meeting_count", str(line.meeting_count or ""), why)
        return False

    # ── what became of it ────────────────────────────────────────────────────────────────────────

    def _result(self, line: SessionLine, result: str) -> ImportLine:
        return ImportLine(
            line=line.line,
            session=line.session_code,
            employee_id="",
            name="" if line.title == line.session_code else line.title,
            at=in_words(line.starts_at, self._tx.actor.zone),
            result=result,
        )

    def _problem(self, line: SessionLine, column: str, value: str, why: str) -> None:
        heading = self._contents.heading(column)
        self.findings.problems.append(ImportProblem(line=line.line, column=heading, value=value, why=why))


def _said(value: object) -> str:
    return "no limit" if value is None else str(value) or "nothing"


def _told(rule: object) -> str:
    """Say a rule as a file does: `48 h`, `yes`, or the word for it; empty where the file does not name it."""
    match rule:
        case None:
            return ""
        case bool():
            return "yes" if rule else "no"
        case timedelta():
            return window(rule)
        case SignOff():
            return "yes"
        case _:
            return str(rule)


def meetings_of(line: SessionLine, meetings: Sequence[MeetingLine]) -> tuple[MeetingDetails, ...]:
    """Give the meetings of a session; without any it meets once, from its start to its end."""
    if not meetings:
        return (MeetingDetails(starts_at=line.starts_at, ends_at=line.ends_at, location=line.location),)
    return tuple(
        MeetingDetails(starts_at=meeting.starts_at, ends_at=meeting.ends_at, location=meeting.location)
        for meeting in meetings
    )
