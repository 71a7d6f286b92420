"""Files that commands are given."""

from pathlib import Path

from waitlist_app.errors import InvalidInput


def bytes_of(path: Path) -> bytes:
    """Read a file whole, or raise `InvalidInput` with its name and what is wrong."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise InvalidInput(f"The file {path} cannot be read: {error.strerror}.") from error
