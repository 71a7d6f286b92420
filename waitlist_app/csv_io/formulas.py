"""Text that a spreadsheet would run as a formula, made harmless on the way out and given back on the way in.

A guarded text begins with one apostrophe more. Text that already begins with apostrophes and then such a sign gets one
more too, so that taking one away always gives back what was there.

Source of the signs: OWASP, CSV Injection.
"""

import re
from typing import Final

_RUNS: Final = re.compile(r"'*[=+\-@\t\r\n]")
_GUARDED: Final = re.compile(r"'+[=+\-@\t\r\n]")


def guarded(text: str) -> str:
    """Give `text` so that no spreadsheet runs it."""
    return f"'{text}" if _RUNS.match(text) else text


def unguarded(text: str) -> str:
    """Take away the one apostrophe that `guarded` put in front."""
    return text[1:] if _GUARDED.match(text) else text
