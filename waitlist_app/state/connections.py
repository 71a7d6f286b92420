"""With which cookie each tab is connected.

Reflex would keep the cookie among the headers of a connection, in the state, and send it to the page, where a script
could read what is marked HttpOnly, and into its log. Here it stays on the server, known by the tab alone.
"""

from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Final

MOST_CLOSED: Final = 1_000
"""Tabs that are remembered after their connection is gone: what they asked for last may not be done yet."""


@dataclass(slots=True)
class Connections:
    """The cookies of open tabs and of those that were closed lately, by the token of the tab."""

    _cookies: dict[str, str] = field(default_factory=dict[str, str])
    _closed: OrderedDict[str, None] = field(default_factory=OrderedDict[str, None])

    def open(self, token: str, cookie: str) -> None:
        """Remember the `Cookie` header with which a tab has connected."""
        self._closed.pop(token, None)
        self._cookies[token] = cookie

    def close(self, token: str) -> None:
        """Forget a tab that is gone, as soon as enough others went after it."""
        if token in self._cookies:
            self._closed[token] = None
        while len(self._closed) > MOST_CLOSED:
            oldest, _ = self._closed.popitem(last=False)
            del self._cookies[oldest]

    def cookie_of(self, token: str) -> str:
        """Give the `Cookie` header of a tab; empty when it sent none, or there is no such tab."""
        return self._cookies.get(token, "")


CONNECTIONS: Final = Connections()
