"""Importing seats and places in line that people have elsewhere already, as facts."""

from collections import defaultdict
from collections.abc import Sequence
from difflib import get_close_matches
from hashlib import sha256
from itertools import pairwise

from msgspec.structs import replace

from waitlist_app.clock import new_id
from waitlist_app.engine.act import act
from waitlist_app.engine.commands import MoveEntry, RecordPlace
from waitlist_app.engine.events import Event, RegistrationClosed, SeatGiven, WaitlistJoined
from waitlist_app.engine.model import Status
from waitlist_app.engine.refusals import NeedsApproval, TooManyUnits
from waitlist_app.errors import Refused
from waitlist_app.services.acting import lapse_due
from waitlist_app.services.actors import Actor, Permission
from waitlist_app.services.attendance import Attendance, attendance_of, who
from waitlist_app.services.files import Contents, Files, PlaceLine
from waitlist_app.services.happenings import FileImported
from waitlist_app.services.importing import Findings, in_words, run_import
from waitlist_app.services.overriding import override
from waitlist_app.services.ports import PersonDetails, PersonFacts, Transaction, Work
from waitlist_app.services.request_seat import facts_of
from waitlist_app.services.views import ImportLine, ImportProblem, ImportReport
from waitlist_app.services.wording import counted


def import_places(
    *,
    work: Work,
    files: Files,
    actor: Actor,
    data: bytes,
    file_name: str,
    reason: str = "",
    dry_run: bool = True,
    all_or_nothing: bool = False,
) -> ImportReport:
    """Write down the places of a file with the time at which each was asked for, and tell what became of each line.

    Seats come first, then the lines of the sessions, each by time, then by line. What would pass over somebody who
    waits here, or go beyond a limit, is an override: it needs `reason`, and is signed line by line; seats beyond the
    limit are grants, so the sum of the seats shows them. So is an order in the line that is not the session's. Nobody
    is written to: they have had their places all along. A place in the line here of somebody who has the seat is
    stale, and closed. A dry run decides everything exactly as the run would and keeps nothing. Importing a file again
    changes nothing.
    """
    actor.require(Permission.EDIT)
    contents = files.read_places(data, zone=actor.zone)
    digest = sha256(data).hexdigest()

    def unit(tx: Transaction) -> ImportReport:
        places = _Places(tx, contents, reason.strip())
        places.add_all()
        if added := len(places.findings.added):
            tx.note(FileImported(kind="places", digest=digest, lines=added))
        return places.findings.report(file_name)

    return run_import(work=work, actor=actor, unit=unit, dry_run=dry_run, all_or_nothing=all_or_nothing)


class _Places:
    """The places of one file on their way into their sessions, within one transaction."""

    def __init__(self, tx: Transaction, contents: Contents[PlaceLine], reason: str) -> None:
        self.findings = Findings(kind="places", lines=contents.lines, problems=list(contents.problems))
        self._tx = tx
        self._contents = contents
        self._reason = reason
        self._codes = tx.session_ids()
        self._attendance: dict[str, Attendance] = {}
        self._asked_for: set[tuple[str, str]] = set()
        """Session and person of the overrides that wait for a second person's word."""
        self._first: dict[tuple[str, str], PlaceLine] = {}
        self._waits: dict[str, list[tuple[PlaceLine, str]]] = defaultdict(list)
        """The lines that became places in the line of a session, with their registrations."""

    def add_all(self) -> None:
        lines = sorted(self._contents.rows, key=_seats_then_asked)
        wanted = sorted({self._codes[line.session_code] for line in lines if line.session_code in self._codes})
        self._tx.lock(wanted)
        lapse_due(self._tx)
        self._attendance = {session_id: attendance_of(self._tx.read, session_id) for session_id in wanted}
        self._asked_for = {
            (request.session_id, str(request.command["person_id"]))
            for request in self._tx.read.override_requests()
            if request.kind == RecordPlace.__name__
        }
        for line in lines:
            if self._is_known(line) and not self._is_there(line) and self._is_past(line):
                self._add(line)
        for session_id in sorted(self._waits):
            self._put_in_order(session_id)
            self._tell_positions(session_id)

    # ── one line ─────────────────────────────────────────────────────────────────────────────────

    def _is_known(self, line: PlaceLine) -> bool:
        if line.session_code in self._codes:
            return True
        close = get_close_matches(line.session_code, self._codes, n=1)
        closest = f" {close[0]} is the closest." if close else ""
        self._problem(line, "session_code", line.session_code, f"No session has this code.{closest}")
        return False

    def _is_there(self, line: PlaceLine) -> bool:
        session_id, asker = self._codes[line.session_code], who(line.employee_id, line.email)
        attendance = self._attendance[session_id]
        first = self._first.setdefault((session_id, asker), line)
        is_stale_here = line.status == Status.CONFIRMED.value and asker in attendance.waiting
        result = ""
        if first is not line:
            is_stale = first.status != line.status
            result = f"left out, has the seat of line {first.line}" if is_stale else f"same person as line {first.line}"
        elif asker in attendance.active and not is_stale_here:
            result = "already there"
        elif ended := attendance.over.get((asker, line.requested_at)):
            result = "" if is_stale_here else f"already there, {ended} since"
        if result:
            self.findings.there[line.line] = self._result(line, result)
        return bool(result)

    def _is_past(self, line: PlaceLine) -> bool:
        if line.requested_at <= self._tx.now:
            return True
        self._problem(
            line, "requested_at", in_words(line.requested_at, self._tx.actor.zone), "This lies in the future."
        )
        return False

    def _add(self, line: PlaceLine) -> None:
        command = self._command(line)
        if (command.session_id, command.person_id) in self._asked_for:
            self.findings.there[line.line] = self._result(line, "waits for somebody else's approval already")
            return
        try:
            events = self._carry_out(line, command)
        except NeedsApproval as refused:
            self._problem(line, "status", line.status, f"{refused} Give the reason with the file.")
        except TooManyUnits as refused:
            self._problem(line, "seat_units", str(line.seat_units), str(refused))
        except Refused as refused:
            self._problem(line, "session_code", line.session_code, str(refused))
        else:
            self._note(line, command, events)

    def _carry_out(self, line: PlaceLine, command: RecordPlace) -> tuple[Event, ...] | None:
        """Write the place down, as an override where it needs to be one; gives None where a second person is asked."""
        try:
            return act(self._tx, [command], self._tx.now)
        except NeedsApproval:
            if not self._reason:
                raise
        signed = replace(command, reason=self._reason)
        return override(self._tx, signed, person=self._person(line, command), subject_id=command.registration_id)

    def _command(self, line: PlaceLine) -> RecordPlace:
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
        return RecordPlace(
            session_id=self._codes[line.session_code],
            registration_id=new_id(),
            person_id=person_id,
            status=Status(line.status),
            requested_at=line.requested_at,
            seat_units=line.seat_units,
            facts=facts_of(person, missed=self._tx.no_shows(person_id)),
        )

    def _person(self, line: PlaceLine, command: RecordPlace) -> PersonFacts:
        return PersonFacts(
            id=command.person_id, employee_id=line.employee_id, name=line.employee_name, email=line.email
        )

    # ── the order of a line ──────────────────────────────────────────────────────────────────────

    def _put_in_order(self, session_id: str) -> None:
        """Move the places that stand in another order than the file says, from the last to the first."""
        placed = [(line, entry) for line, entry in self._waits[session_id] if line.position is not None]
        placed.sort(key=_position)
        if not self._reason:
            return
        for (_, entry), (_, before) in reversed(list(pairwise(placed))):
            order = self._order(session_id)
            if entry not in order or before not in order or order[entry] < order[before]:
                continue
            moving = MoveEntry(
                session_id=session_id,
                registration_id=entry,
                before_id=before,
                override_id=new_id(),
                reason=self._reason,
                approval="",
            )
            person = self._tx.read.registration(entry).person
            override(self._tx, moving, person=person, subject_id=moving.override_id)

    def _order(self, session_id: str) -> dict[str, int]:
        waiting = self._tx.read.waiting(session_id)
        return {entry.registration.id: position for position, entry in enumerate(waiting, start=1)}

    # ── what became of it ────────────────────────────────────────────────────────────────────────

    def _note(self, line: PlaceLine, command: RecordPlace, events: Sequence[Event] | None) -> None:
        if events is None:
            self.findings.added[line.line] = self._result(line, "needs somebody else's approval")
            return
        for event in events:
            if isinstance(event, WaitlistJoined) and event.registration_id == command.registration_id:
                self._waits[command.session_id].append((line, command.registration_id))
                self.findings.added[line.line] = self._result(line, "waits")
            if isinstance(event, SeatGiven) and event.registration_id == command.registration_id:
                self.findings.added[line.line] = self._result(line, _seat_in_words(event, events))

    def _tell_positions(self, session_id: str) -> None:
        order = self._order(session_id)
        for line, entry in self._waits[session_id]:
            if entry not in order:
                said = "gets an offer or a seat"  # the session promotes by itself
            elif line.position is None or line.position == order[entry]:
                said = f"waits, number {order[entry]}"
            else:
                said = f"waits, number {order[entry]}, in the file {line.position}"
            self.findings.added[line.line] = self._result(line, said)

    def _result(self, line: PlaceLine, result: str) -> ImportLine:
        return ImportLine(
            line=line.line,
            session=line.session_code,
            employee_id=line.employee_id,
            name=line.employee_name,
            at=in_words(line.requested_at, self._tx.actor.zone),
            result=result,
        )

    def _problem(self, line: PlaceLine, column: str, value: str, why: str) -> None:
        heading = self._contents.heading(column)
        self.findings.problems.append(ImportProblem(line=line.line, column=heading, value=value, why=why))


def _seat_in_words(event: SeatGiven, events: Sequence[Event]) -> str:
    said = ["has a seat"]
    if event.is_granted:
        said.append("beyond the limit")
    if event.passed:
        said.append(f"{counted(event.passed, 'person', 'people')} passed over")
    if any(isinstance(other, RegistrationClosed) and other.person_id == event.person_id for other in events):
        said.append("the place in line is closed")
    return ", ".join(said)


def _seats_then_asked(line: PlaceLine) -> tuple[bool, object, int]:
    return line.status != Status.CONFIRMED.value, line.requested_at, line.line


def _position(placed: tuple[PlaceLine, str]) -> tuple[int, int]:
    line, _ = placed
    return line.position or 0, line.line
