"""Bytes to text: which letters a file is written in, and whether it is text at all."""

import codecs
from typing import Final

from waitlist_app.errors import InvalidInput

_OTHER_FILES: Final = (
    (
        b"PK\x03\x04",
        "This is an Excel workbook or a zip file. In Excel choose Save as, then CSV UTF-8, and use that file.",
    ),
    (b"\xd0\xcf\x11\xe0", "This is an old Excel workbook. In Excel choose Save as, then CSV UTF-8, and use that file."),
    (b"\x89PNG", "This is a picture. Choose a CSV file."),
    (b"\xff\xd8\xff", "This is a picture. Choose a CSV file."),
    (b"GIF8", "This is a picture. Choose a CSV file."),
    (b"%PDF", "This is a PDF document. Choose a CSV file."),
    (b"\x1f\x8b", "This file is compressed. Unpack it and choose the CSV file inside."),
)
"""How files begin that people take for a CSV file."""

_EMPTY: Final = "This file is empty. Choose a CSV file whose first line names the columns."
_NO_TEXT: Final = "This is not a text file. Save the table as CSV UTF-8 and choose that file."
_SAMPLE: Final = 4096
_MOST_CONTROL_CHARACTERS: Final = 0.01
_WHITE_SPACE: Final = frozenset("\t\n\r\f\x85")


def text_of(data: bytes) -> str:
    """Give the text of a file in UTF-8, UTF-16 or Windows-1252, without its byte order mark.

    Raises `InvalidInput` for an empty file and for one that holds no text.
    """
    if not data.strip():
        raise InvalidInput(_EMPTY)
    for beginning, sentence in _OTHER_FILES:
        if data.startswith(beginning):
            raise InvalidInput(sentence)
    text = _decoded(data)
    if "\0" in text or _control_share(text[:_SAMPLE]) > _MOST_CONTROL_CHARACTERS:
        raise InvalidInput(_NO_TEXT)
    if not text.strip():
        raise InvalidInput(_EMPTY)
    return text


def _decoded(data: bytes) -> str:
    for encoding in _encodings(data):
        try:
            return data.decode(encoding).removeprefix("\ufeff")
        except UnicodeDecodeError:
            continue
    raise InvalidInput(_NO_TEXT)


def _encodings(data: bytes) -> tuple[str, ...]:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return ("utf-16",)
    # Without a mark, UTF-16 of Latin letters still shows: every other byte is zero.
    pairs = data[:_SAMPLE]
    zeros_first, zeros_second = pairs[0::2].count(0), pairs[1::2].count(0)
    if zeros_second > len(pairs) // 4:
        return ("utf-16-le",)
    if zeros_first > len(pairs) // 4:
        return ("utf-16-be",)
    return ("utf-8", "windows-1252")


def _control_share(text: str) -> float:
    return sum(_is_control(character) for character in text) / max(len(text), 1)


def _is_control(character: str) -> bool:
    return (character < " " or "\x7f" <= character <= "\x9f") and character not in _WHITE_SPACE
