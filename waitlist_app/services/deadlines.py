"""What the sweep needs from the database: when the next offers end."""

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol


class Deadlines(Protocol):
    """Looks at live offers without locking anything."""

    def nearest(self) -> Mapping[str, datetime]:
        """Give the nearest deadline of each organisation that has a live offer, past ones included."""
        ...
