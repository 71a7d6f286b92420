"""Text to records: fields between separators, each record with the line of the file on which it begins."""

import csv
import io
import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain, islice
from typing import Final

from waitlist_app.errors import InvalidInput

SEPARATORS: Final = (",", ";", "\t", "|")

_EXCEL_HINT: Final = re.compile(r"sep=(.)\s*", re.IGNORECASE)
"""What Excel writes above the header to name the separator."""

_END: Final = "\0"
"""Stands behind the last line. Text has none of its own, so if a record swallows it, a quotation mark is still open."""

_MOST_UNCLOSED: Final = 20
"""Each costs another look at the rest of the file."""


@dataclass(frozen=True, slots=True)
class Record:
    """The fields of one record, and the line on which it begins, counted from 1."""

    line: int
    fields: list[str]

    @property
    def is_blank(self) -> bool:
        """Say whether nothing stands in it."""
        return not any(field.strip() for field in self.fields)


class Records:
    """The records of a text, blank ones left out; `unclosed` are lines with a quotation mark that nothing closes."""

    def __init__(self, text: str, headings: Iterable[str]) -> None:
        """Read `text` with the separator that finds most of `headings`, compared as `plain` has them."""
        self._lines = list(io.StringIO(text, newline=""))
        self._skipped = 0
        self.unclosed: list[int] = []
        self.separator = self._hinted_separator() or self._likeliest_separator(frozenset(headings))
        self.all = self._read()

    def _hinted_separator(self) -> str:
        hint = _EXCEL_HINT.fullmatch(self._lines[0])
        if hint is None:
            return ""
        self._skipped = 1
        return hint[1]

    def _likeliest_separator(self, headings: frozenset[str]) -> str:
        header = next((line for line in self._lines if line.strip()), "")

        def found(separator: str) -> int:
            fields = next(csv.reader([header], delimiter=separator, skipinitialspace=True))
            return len(headings.intersection(map(plain, fields)))

        return max(SEPARATORS, key=found)  # of equals the first

    def _read(self) -> list[Record]:
        records: list[Record] = []
        begin = self._skipped
        for _ in range(_MOST_UNCLOSED):
            found, unclosed = self._read_from(begin)
            records += found
            if unclosed is None:
                return [record for record in records if not record.is_blank]
            # One forgotten quotation mark costs its own line and no other.
            self.unclosed.append(unclosed + 1)
            begin = unclosed + 1
        raise InvalidInput(
            "Quotation marks are opened and not closed in many lines. Save the table as CSV again and use that file.",
            line=self.unclosed[0],
        )

    def _read_from(self, begin: int) -> tuple[list[Record], int | None]:
        """Give the records from index `begin` on, and the index of the one that is never closed, if there is one."""
        lines = chain(islice(self._lines, begin, None), [_END])
        reader = csv.reader(lines, delimiter=self.separator, skipinitialspace=True)
        records: list[Record] = []
        index = begin
        try:
            for fields in reader:
                records.append(Record(index + 1, fields))
                index = begin + reader.line_num
        except csv.Error:  # a field without end, longer than any field may be
            return records, index
        last = records.pop()
        return records, None if last.fields == [_END] else last.line - 1


def plain(heading: str) -> str:
    """Give a heading as it is compared: lower case, letters and digits only."""
    return "".join(filter(str.isalnum, heading.casefold()))
