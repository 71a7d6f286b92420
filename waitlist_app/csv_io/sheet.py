"""A file as columns of text, with what is wrong with its lines; a row is a line that is not blank."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final, TypeVar

import pandas as pd

from waitlist_app.csv_io.columns import READ, FileKind
from waitlist_app.csv_io.formulas import unguarded
from waitlist_app.csv_io.records import Record, Records, plain
from waitlist_app.csv_io.text import text_of
from waitlist_app.errors import InvalidInput
from waitlist_app.services.files import LARGEST_UPLOAD, Contents
from waitlist_app.services.views import ImportProblem

L = TypeVar("L")
V = TypeVar("V")

Faults = Mapping[int, str]
"""What is wrong with the cells of a column, by row of the frame."""

_LONGEST_CELL: Final = 1000
_SHOWN: Final = 80
_ATTRIBUTE: Final = "attribute"


class Sheet:
    """The columns of one kind of file, and the problems found so far."""

    def __init__(self, kind: FileKind, records: Records) -> None:
        """Take the first record as the header; raises `InvalidInput` when a column is missing."""
        if not records.all:
            raise InvalidInput("This file could not be read. Its first line must name the columns.")
        header = records.all[0]
        self._headings = _found_headings(kind, header)
        self._problems = [_unclosed(line) for line in records.unclosed]
        self._count = len(records.all) - 1 + len(records.unclosed)
        fitting = [record for record in records.all[1:] if self._fits(record, len(header.fields))]
        self._lines = [record.line for record in fitting]
        self._faulty: set[int] = set()
        self._frame = _frame(kind, header, self._headings, fitting)
        self._attributes = _attributes(header, self._headings, fitting)
        for name in self._headings:
            too_long = self._frame[name].str.len() > _LONGEST_CELL
            self.note(name, dict.fromkeys(_rows(too_long), f"This is longer than {_LONGEST_CELL} characters."))

    def _fits(self, record: Record, width: int) -> bool:
        if not any(field.strip() for field in record.fields[width:]):
            return True
        why = (
            f"This line has {len(record.fields)} fields, and the header has {width}. "
            "A text with a comma in it needs quotation marks around it."
        )
        self._problems.append(_problem(record.line, "", " ".join(record.fields[width:]), why))
        return False

    # ── what stands in it ────────────────────────────────────────────────────────────────────────

    @property
    def lines(self) -> Sequence[int]:
        """Where each row begins in the file."""
        return self._lines

    def texts(self, name: str) -> list[str]:
        """Give a column as trimmed texts."""
        return self._frame[name].tolist()

    def values(self, name: str, read: Callable[["pd.Series[str]"], tuple[list[V], Faults]]) -> list[V]:
        """Give a column as values; a cell that cannot be read is noted and has a stand-in."""
        values, faults = read(self._frame[name])
        self.note(name, faults)
        return values

    def attributes(self, row: int) -> tuple[tuple[str, str], ...]:
        """Give the custom attributes of a row, `(name, value)` by name, blank ones left out."""
        return tuple((name, cells[row]) for name, cells in self._attributes if cells[row])

    # ── what is wrong with it ────────────────────────────────────────────────────────────────────

    def note(self, name: str, faults: Faults) -> None:
        """Note what is wrong with cells of a column; their lines are left out."""
        self._faulty.update(faults)
        for row, why in faults.items():
            value = str(self._frame[name].iloc[row])
            self._problems.append(_problem(self._lines[row], self._headings.get(name, name), value, why))

    def is_good(self, row: int) -> bool:
        """Say whether nothing is wrong with a row so far."""
        return row not in self._faulty

    def require(self, name: str, why: str) -> None:
        """Note the cells of a column that are blank."""
        self.note(name, dict.fromkeys(_rows(self._frame[name] == ""), why))

    def require_either(self, name: str, other: str, why: str) -> None:
        """Note the lines in which both columns are blank."""
        both = (self._frame[name] == "") & (self._frame[other] == "")
        self.note(name if name in self._headings else other, dict.fromkeys(_rows(both), why))

    def contents(self, row_at: Callable[[int], L]) -> Contents[L]:
        """Give the lines without a problem as `row_at` makes them from their row, and all problems by line."""
        rows = tuple(row_at(row) for row in range(len(self._lines)) if row not in self._faulty)
        problems = tuple(sorted(self._problems, key=_line))
        return Contents(rows=rows, problems=problems, lines=self._count, headings=self._headings)


def open_sheet(data: bytes, kind: FileKind, *, largest: int | None = LARGEST_UPLOAD) -> Sheet:
    """Read a file of `kind`; `largest` is how many bytes it may have.

    Raises `InvalidInput` with what to do about it when the file cannot be used at all.
    """
    if largest is not None and len(data) > largest:
        megabytes = largest // 1024**2
        raise InvalidInput(f"This file is larger than {megabytes} MB. Split it and import the parts one after another.")
    return Sheet(kind, Records(text_of(data), _known_headings(kind)))


# ── headings ─────────────────────────────────────────────────────────────────────────────────────


def _known_headings(kind: FileKind) -> Iterable[str]:
    return (plain(heading) for column in kind.columns for heading in (column.name, *column.also))


def _found_headings(kind: FileKind, header: Record) -> dict[str, str]:
    """Give the file's own heading for each column that is there."""
    written = {plain(heading): heading.strip() for heading in reversed(header.fields)}
    found: dict[str, str] = {}
    for column in kind.columns:
        wanted = next((h for h in map(plain, (column.name, *column.also)) if h in written), None)
        if wanted is not None:
            found[column.name] = written[wanted]
    _check_needed(kind, found, header)
    _check_once(found, header)
    return found


def _check_needed(kind: FileKind, found: Mapping[str, str], header: Record) -> None:
    missing = [group for group in kind.needs if not found.keys() & set(group)]
    if not missing:
        return
    first = f"The column {' or '.join(missing[0])} is missing."
    if not found:
        first = "The first line does not name the columns."
    elif other := _looks_like(kind, header):
        first = f"This looks like a file of {other}."
    raise InvalidInput(f"{first} A file of {kind.name} needs {kind.needed}.", line=header.line)


def _looks_like(kind: FileKind, header: Record) -> str:
    headings = set(map(plain, header.fields))
    for other in READ:
        names = {c.name for c in other.columns if headings.intersection(map(plain, (c.name, *c.also)))}
        if other is not kind and all(names.intersection(group) for group in other.needs):
            return other.name
    return ""


def _check_once(found: Mapping[str, str], header: Record) -> None:
    headings = list(map(plain, header.fields))
    for heading in found.values():
        if headings.count(plain(heading)) > 1:
            raise InvalidInput(f"The column {heading} is there twice. Remove one of them.", line=header.line)


# ── cells ────────────────────────────────────────────────────────────────────────────────────────


def _frame(kind: FileKind, header: Record, found: Mapping[str, str], records: Sequence[Record]) -> pd.DataFrame:
    places = {plain(heading): place for place, heading in reversed(list(enumerate(header.fields)))}
    columns: dict[str, list[str]] = {}
    for column in kind.columns:
        heading = found.get(column.name)
        columns[column.name] = [""] * len(records) if heading is None else _cells(records, places[plain(heading)])
    return pd.DataFrame(columns, dtype="str")


def _attributes(header: Record, found: Mapping[str, str], records: Sequence[Record]) -> list[tuple[str, list[str]]]:
    """Give the columns whose heading begins with `attribute`, by what follows it, as headings are compared."""
    taken = set(map(plain, found.values()))
    named = {
        plain(heading).removeprefix(_ATTRIBUTE): place
        for place, heading in enumerate(header.fields)
        if plain(heading).startswith(_ATTRIBUTE) and plain(heading) not in taken
    }
    return [(name, _cells(records, place)) for name, place in sorted(named.items()) if name]


def _cells(records: Sequence[Record], place: int) -> list[str]:
    # Trimmed first: what a guarded text begins with may itself be white space.
    cells = (record.fields[place].strip() if place < len(record.fields) else "" for record in records)
    return [unguarded(cell) if cell[:1] == "'" else cell for cell in cells]


def _rows(mask: "pd.Series[bool]") -> list[int]:
    return [row for row, is_so in enumerate(mask.tolist()) if is_so]


# ── problems ─────────────────────────────────────────────────────────────────────────────────────


def _problem(line: int, column: str, value: str, why: str) -> ImportProblem:
    shown = value if len(value) <= _SHOWN else f"{value[: _SHOWN - 1]}…"
    return ImportProblem(line=line, column=column, value=shown, why=why)


def _unclosed(line: int) -> ImportProblem:
    return _problem(line, "", "", "A quotation mark is opened in this line and never closed.")


def _line(problem: ImportProblem) -> int:
    return problem.line
