"""What every import does: one transaction, the same whether it is tried or run, and nothing half-written."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from waitlist_app.services.actors import Actor
from waitlist_app.services.ports import Transaction, Work
from waitlist_app.services.views import ImportLine, ImportProblem, ImportReport


@dataclass(slots=True)
class Findings:
    """What came of the lines of one file."""

    kind: str
    lines: int
    problems: list[ImportProblem]
    added: dict[int, ImportLine] = field(default_factory=dict[int, ImportLine])
    """By line, in the order in which they were dealt with."""
    there: dict[int, ImportLine] = field(default_factory=dict[int, ImportLine])
    """Lines that say what is there already."""

    def report(self, file_name: str) -> ImportReport:
        """Give the report; whether it was applied, and its sentence, come later."""
        results = [line.result for line in self.added.values()]
        waiting = sum(result.startswith("waits") for result in results)
        return ImportReport(
            kind=self.kind,
            file_name=file_name,
            lines=self.lines,
            ready=len(results),
            seated=sum(result.startswith(("gets", "has")) for result in results),
            waiting=waiting,
            duplicates=len(self.there),
            problems=tuple(sorted(self.problems, key=_line)),
            preview=tuple(sorted((*self.added.values(), *self.there.values()), key=_line)),
            is_applied=False,
            sentence="",
        )


def _line(of: ImportProblem | ImportLine) -> int:
    return of.line


def run_import(
    *, work: Work, actor: Actor, unit: Callable[[Transaction], ImportReport], dry_run: bool, all_or_nothing: bool
) -> ImportReport:
    """Run `unit` and keep what it did, unless it is a dry run, or `all_or_nothing` and a line has a problem."""
    if dry_run:
        return _told(work.rehearse(actor, unit))

    def kept(tx: Transaction) -> ImportReport:
        report = unit(tx)
        if all_or_nothing and report.problems:
            raise _NothingKept(report)
        return report

    try:
        report = work.transact(actor, kept)
    except _NothingKept as given_up:
        return _told(given_up.report)
    return _told(replace(report, is_applied=True))


class _NothingKept(Exception):
    """No error, only the way out of a transaction."""

    def __init__(self, report: ImportReport) -> None:
        super().__init__()
        self.report = report


def _told(report: ImportReport) -> ImportReport:
    return replace(report, sentence=" ".join(_sentences(report)))


def _sentences(report: ImportReport) -> Iterable[str]:
    if not report.lines:
        yield "This file has no lines below its header, so there is nothing to add."
        return
    many = report.kind
    one = many.removesuffix("s")
    act = ("was added", "were added") if report.is_applied else ("can be added", "can be added")
    became = f": {report.seated:,} with a seat, {report.waiting:,} waiting" if report.seated or report.waiting else ""
    yield _count(report.ready, f"{one} {act[0]}", f"{many} {act[1]}") + f"{became}."
    if report.duplicates:
        yield _count(report.duplicates, "line is there already.", "lines are there already.")
    if faulty := report.lines - report.ready - report.duplicates:
        yield _count(faulty, "line needs you.", "lines need you.")
    elif report.problems:
        yield "The file of meetings needs you."
    if not report.is_applied:
        yield "Nothing is saved."


def _count(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}"


def in_words(at: datetime, zone: str) -> str:
    """Say an instant as in `Mon 2 Mar 2026, 09:14`."""
    local = at.astimezone(ZoneInfo(zone))
    return f"{local:%a} {local.day} {local:%b %Y, %H:%M}"
