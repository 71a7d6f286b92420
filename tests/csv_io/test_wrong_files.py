import pytest

from waitlist_app.csv_io import read_events, read_meetings, read_requests, read_sessions
from waitlist_app.errors import InvalidInput

NEEDS = "A file of requests needs requested_at, session_code, employee_id or email, employee_name."
EMPTY = "This file is empty. Choose a CSV file whose first line names the columns."
NO_TEXT = "This is not a text file. Save the table as CSV UTF-8 and choose that file."
BYTES = bytes(range(256)) * 4

CASES = {
    "no bytes at all": (b"", EMPTY, 0),
    "only blank lines": (b"\r\n \r\n", EMPTY, 0),
    "a mark and nothing else": (b"\xef\xbb\xbf", EMPTY, 0),
    "only separators": (b",,,\n,,,\n", "This file could not be read. Its first line must name the columns.", 0),
    "an Excel workbook": (
        b"PK\x03\x04\x14\x00\x06\x00" + BYTES,
        "This is an Excel workbook or a zip file. In Excel choose Save as, then CSV UTF-8, and use that file.",
        0,
    ),
    "a picture": (b"\x89PNG\r\n\x1a\n" + BYTES, "This is a picture. Choose a CSV file.", 0),
    "a PDF": (b"%PDF-1.7\n" + BYTES, "This is a PDF document. Choose a CSV file.", 0),
    "some program": (b"\x7fELF" + BYTES, NO_TEXT, 0),
    "noise without zeros": (bytes(range(1, 256)) * 4, NO_TEXT, 0),
    "headings of something else": (
        b"colour,taste\nred,sweet\n",
        f"The first line does not name the columns. {NEEDS}",
        1,
    ),
    "a missing column": (
        b"\nsession_code,employee_id,employee_name\nFIRE-1,00417,Mei Sato\n",
        f"The column requested_at is missing. {NEEDS}",
        2,
    ),
    "nothing to know people by": (
        b"requested_at,session_code,employee_name\n2026-03-02T09:14Z,FIRE-1,Mei Sato\n",
        f"The column employee_id or email is missing. {NEEDS}",
        1,
    ),
    "a file of sessions": (
        b"session_code,title,capacity,starts_at,ends_at\nFIRE-1,Fire,12,2026-03-14T09:00Z,2026-03-14T10:00Z\n",
        f"This looks like a file of sessions. {NEEDS}",
        1,
    ),
    "a heading that comes twice": (
        b"requested_at,session_code,employee_id,employee_name,Email,E-mail\n",
        "The column Email is there twice. Remove one of them.",
        1,
    ),
    "quotation marks gone wild": (
        b"requested_at,session_code,employee_id,employee_name\n" + b'3" pipe,"Mei\n' * 30,
        "Quotation marks are opened and not closed in many lines. Save the table as CSV again and use that file.",
        2,
    ),
    "more than 10 MB": (
        b"x" * (10 * 1024 * 1024 + 1),
        "This file is larger than 10 MB. Split it and import the parts one after another.",
        0,
    ),
}


class TestAWrongFile:
    @pytest.mark.parametrize(("data", "sentence", "line"), CASES.values(), ids=CASES.keys())
    def test_is_refused_with_one_sentence_that_says_what_to_do(self, data, sentence, line):
        """Whoever picks the wrong file reads what it is and which one to take."""
        with pytest.raises(InvalidInput) as refusal:
            read_requests(data)

        assert (str(refusal.value), refusal.value.line) == (sentence, line)

    @pytest.mark.parametrize("read", [read_sessions, read_meetings, read_requests, read_events])
    def test_is_refused_for_every_kind(self, read):
        """No kind of file is read with less care than another."""
        with pytest.raises(InvalidInput) as refusal:
            read(b"")

        assert str(refusal.value) == EMPTY
