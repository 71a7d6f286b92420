"""Importing requests from a file."""

from collections.abc import Sequence
from datetime import datetime
from difflib import get_close_matches
from functools import cached_property
from hashlib import sha256

from waitlist_app.engine.act import act
from waitlist_app.engine.any_date import ask_for_any_date
from waitlist_app.engine.commands import RequestSeat
from waitlist_app.engine.events import Event, OfferMade, SeatGiven, WaitlistJoined
from waitlist_app.engine.model import STANDARD, Terms
from waitlist_app.engine.refusals import TooManyUnits
from waitlist_app.errors import Refused
from waitlist_app.services.acting import lapse_due
from waitlist_app.services.actors import Actor, Permission
from waitlist_app.services.attendance import Attendance, attendance_of, who
from waitlist_app.services.files import Contents, Files, RequestLine
from waitlist_app.services.happenings import FileImported
from waitlist_app.services.importing import Findings, in_words, run_import
from waitlist_app.services.ports import PersonDetails, SessionFacts, Transaction, Work
from waitlist_app.services.request_any_date import is_to_come, requests_for
from waitlist_app.services.request_seat import facts_of
from waitlist_app.services.views import ImportLine, ImportProblem, ImportReport


def import_requests(
    *,
    work: Work,
    files: Files,
    actor: Actor,
    data: bytes,
    file_name: str,
    dry_run: bool = True,
    all_or_nothing: bool = False,
) -> ImportReport:
    """Add the requests of a file in the order in which people asked, then by line, and tell what became of each.

    A dry run decides everything exactly as the run would and keeps nothing. Lines with problems are left out, or, with
    `all_or_nothing`, keep everything else out too. Importing a file again changes nothing. A request made before one
    that is already in its session is a problem: putting it ahead of others would be an override.
    A line that names a course instead of a session is for any date of it that is to come.
    """
    actor.require(Permission.EDIT)
    contents = files.read_requests(data, zone=actor.zone)
    digest = sha256(data).hexdigest()

    def unit(tx: Transaction) -> ImportReport:
        requests = _Requests(tx, contents)
        requests.add_all()
        if added := len(requests.findings.added):
            tx.note(FileImported(kind="requests", digest=digest, lines=added))
        return requests.findings.report(file_name)

    return run_import(work=work, actor=actor, unit=unit, dry_run=dry_run, all_or_nothing=all_or_nothing)


class _Requests:
    """The requests of one file on their way into their sessions, within one transaction."""

    def __init__(self, tx: Transaction, contents: Contents[RequestLine]) -> None:
        self.findings = Findings(kind="requests", lines=contents.lines, problems=list(contents.problems))
        self._tx = tx
        self._contents = contents
        self._sessions = {session.rules.code: session for session in tx.read.sessions()}
        self._attendance: dict[str, Attendance] = {}
        self._first_line: dict[tuple[str, str], int] = {}
        self._registrations: dict[int, tuple[str, ...]] = {}
        self._offered: set[str] = set()
        self._seated: set[str] = set()
        self._to_pay: set[str] = set()

    def add_all(self) -> None:
        lines = sorted(self._contents.rows, key=_asked_then_line)
        wanted = sorted({date.rules.id for line in lines for date in self._dates(line)})
        self._tx.lock(wanted)
        lapse_due(self._tx)
        self._attendance = {session_id: attendance_of(self._tx.read, session_id) for session_id in wanted}
        for line in lines:
            if self._is_known(line) and not self._is_there(line) and self._is_in_time(line):
                self._add(line)
        self._tell(lines)

    # ── one line ─────────────────────────────────────────────────────────────────────────────────

    def _dates(self, line: RequestLine) -> Sequence[SessionFacts]:
        """Give the session that a line names, or the dates to come of the course that it names, by start."""
        named = self._sessions.get(line.session_code)
        return [named] if named else self._courses.get(line.session_code, [])

    @cached_property
    def _courses(self) -> dict[str, list[SessionFacts]]:
        found: dict[str, list[SessionFacts]] = {}
        for session in sorted(self._sessions.values(), key=_start_then_code):
            if session.rules.course and is_to_come(session, self._tx.now):
                found.setdefault(session.rules.course, []).append(session)
        return found

    def _is_known(self, line: RequestLine) -> bool:
        if self._dates(line):
            return True
        close = get_close_matches(line.session_code, [*self._sessions, *self._courses], n=1)
        closest = f" {close[0]} is the closest." if close else ""
        self._problem(line, "session_code", line.session_code, f"No session has this code.{closest}")
        return False

    def _is_there(self, line: RequestLine) -> bool:
        asker = who(line.employee_id, line.email)
        attendances = self._attendances(line)
        result = ""
        first = self._first_line.setdefault((line.session_code, asker), line.line)
        asked = asker, line.requested_at
        ended = [there.over[asked] for there in attendances if asked in there.over]
        if first != line.line:
            result = f"same person as line {first}"
        elif any(asker in there.active for there in attendances):
            result = "already there"
        elif ended:
            result = f"already there, {ended[0]} since"
        if result:
            self.findings.there[line.line] = self._result(line, result)
        return bool(result)

    def _is_in_time(self, line: RequestLine) -> bool:
        latest = max((there.latest for there in self._attendances(line) if there.latest), default=None)
        zone = self._tx.actor.zone
        if line.requested_at > self._tx.now:
            why = "This lies in the future."
        elif latest is not None and line.requested_at < latest:
            why = (
                f"Others in this session asked later, the last on {in_words(latest, zone)}. "
                "To put somebody ahead of them, add the request on the session's page and move it, with a reason."
            )
        else:
            return True
        self._problem(line, "requested_at", in_words(line.requested_at, zone), why)
        return False

    def _attendances(self, line: RequestLine) -> Sequence[Attendance]:
        return [self._attendance[date.rules.id] for date in self._dates(line)]

    def _add(self, line: RequestLine) -> None:
        is_one = line.session_code in self._sessions
        is_usual = is_one and not line.waitlist_only
        terms = STANDARD if is_usual else Terms(any_date=not is_one, waitlist_only=line.waitlist_only)
        commands = self._commands(line, terms)
        try:
            events = (act if is_one else ask_for_any_date)(self._tx, commands, self._tx.now)
        except TooManyUnits as refused:
            self._problem(line, "seat_units", str(line.seat_units), str(refused))
        except Refused as refused:
            self._problem(line, "session_code", line.session_code, str(refused))
        else:
            asked = {command.registration_id for command in commands}
            began = (event.registration_id for event in events if isinstance(event, SeatGiven | WaitlistJoined))
            self._registrations[line.line] = tuple(entry for entry in began if entry in asked)
            self._note(events)

    def _commands(self, line: RequestLine, terms: Terms) -> list[RequestSeat]:
        person = PersonDetails(
            employee_id=line.employee_id,
            name=line.employee_name,
            email=line.email,
            phone=line.phone,
            department=line.department,
            role=line.role,
            compliance_deadline=line.compliance_deadline,
            no_shows=line.no_shows,
            attributes=line.attributes,
        )
        person_id = self._tx.find_or_add_person(person)
        return requests_for(
            self._dates(line),
            person_id=person_id,
            requested_at=line.requested_at,
            seat_units=line.seat_units,
            facts=facts_of(person, missed=self._tx.no_shows(person_id)),
            terms=terms,
        )

    # ── what became of it ────────────────────────────────────────────────────────────────────────

    def _note(self, events: tuple[Event, ...]) -> None:
        for event in events:
            if isinstance(event, SeatGiven):
                self._seated.add(event.registration_id)
                if event.payment_due_at:
                    self._to_pay.add(event.registration_id)
            elif isinstance(event, OfferMade):
                self._offered.add(event.registration_id)

    def _tell(self, lines: list[RequestLine]) -> None:
        positions = self._positions(lines)
        for line in lines:
            entries = self._registrations.get(line.line, ())
            if self._seated.intersection(entries):
                is_to_pay = self._to_pay.intersection(entries)
                said = "gets a seat, to be paid" if is_to_pay else "gets a seat"
                self.findings.added[line.line] = self._result(line, said)
            elif self._offered.intersection(entries):
                self.findings.added[line.line] = self._result(line, "gets an offer")
            elif len(entries) > 1:
                self.findings.added[line.line] = self._result(line, f"waits for {len(entries)} dates")
            elif entries:
                self.findings.added[line.line] = self._result(line, f"waits, number {positions[entries[0]]}")

    def _positions(self, lines: list[RequestLine]) -> dict[str, int]:
        """Number the lines of the sessions in which somebody from the file waits, as they are in the end."""
        waited_in = {
            date.rules.id
            for line in lines
            if not self._seated.issuperset(self._registrations.get(line.line, ()))
            for date in self._dates(line)
        }
        return {
            entry.registration.id: position
            for session_id in sorted(waited_in)
            for position, entry in enumerate(self._tx.read.waiting(session_id), start=1)
        }

    def _result(self, line: RequestLine, result: str) -> ImportLine:
        return ImportLine(
            line=line.line,
            session=line.session_code,
            employee_id=line.employee_id,
            name=line.employee_name,
            at=in_words(line.requested_at, self._tx.actor.zone),
            result=result,
        )

    def _problem(self, line: RequestLine, column: str, value: str, why: str) -> None:
        heading = self._contents.heading(column)
        self.findings.problems.append(ImportProblem(line=line.line, column=heading, value=value, why=why))


def _start_then_code(session: SessionFacts) -> tuple[datetime, str]:
    return session.starts_at, session.rules.code


def _asked_then_line(line: RequestLine) -> tuple[object, int]:
    return line.requested_at, line.line
