"""Pages over real databases: the same on both, and as cheap however much there is."""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest

from tests.desk import INES, Desk, first_aid
from waitlist_app.services.list_messages import list_messages
from waitlist_app.services.list_sessions import list_sessions
from waitlist_app.services.preview_move import preview_move
from waitlist_app.services.show_audit import show_audit
from waitlist_app.services.show_evidence import show_evidence
from waitlist_app.services.show_inbox import show_inbox
from waitlist_app.services.show_offer import show_offer
from waitlist_app.services.show_session import show_session

Page = Callable[[Desk], Any]


@contextmanager
def told(database_url: str) -> Generator[Desk]:
    """Open the desk in the middle of the story of First Aid at Work."""
    desk = first_aid(database_url)
    try:
        yield desk
    finally:
        desk.engine.dispose()


def _audit(desk: Desk) -> Any:
    """Give the record without its hashes, which differ by their salts."""
    page = show_audit(work=desk.work, actor=INES, search="rafe")
    return [replace(row, hash="") for row in page.rows]


def _mailbox(desk: Desk) -> Any:
    """Give the messages without their ids, which are random, in an order that does not go by them."""
    rows = [replace(row, id="") for row in list_messages(work=desk.work, actor=INES)]
    return sorted(rows, key=lambda row: (row.to, row.kind))


def _evidence(desk: Desk) -> Any:
    return show_evidence(work=desk.work, actor=INES, proposal_id=desk.proposal_of("keiko-faw-0318"))


def _move(desk: Desk) -> Any:
    return preview_move(work=desk.work, actor=INES, registration_id="sanjay-faw-0318", before_id="keiko-faw-0318")


PAGES: dict[str, Page] = {
    "the list of sessions": lambda desk: list_sessions(work=desk.work, actor=INES),
    "a session": lambda desk: show_session(work=desk.work, actor=INES, session_id="faw-0318"),
    "the inbox": lambda desk: show_inbox(work=desk.work, actor=INES),
    "evidence": _evidence,
    "a move": _move,
    "the record": _audit,
    "the mailbox": _mailbox,
    "an offer": lambda desk: show_offer(work=desk.work, token=desk.mail_link("imani-faw-0318")),
}


@pytest.mark.parametrize("wanted", PAGES.values(), ids=PAGES)
class TestAPage:
    def test_is_the_same_on_both_databases(self, sqlite_url, postgresql_url, wanted):
        """Whichever database an installation has, people read the same."""
        with told(sqlite_url) as on_sqlite, told(postgresql_url) as on_postgresql:
            shown = wanted(on_sqlite), wanted(on_postgresql)

        assert shown[0] == shown[1]


class TestTheCostOfAPage:
    @pytest.fixture
    def desk(self, database_url):
        """Yield the desk in the middle of the story of First Aid at Work."""
        with told(database_url) as desk:
            yield desk

    @pytest.mark.parametrize("wanted", ["the list of sessions", "the inbox", "a session"])
    def test_is_no_statement_more_with_more_to_show(self, desk, wanted):
        """However many sessions, proposals and people there are, the database is asked as often."""
        with desk.statements() as before:
            PAGES[wanted](desk)
        for number, code in enumerate(("CALM", "FULL", "HALF", "KIND", "LATE", "MILD", "NEAR", "OPEN")):
            desk.session(code, (f"2026-04-{number + 1:02} 09:00", f"2026-04-{number + 1:02} 10:00"))
            for name in ("Rosa Tilbrook", "Viktor Ashdown", "Greta Solheimer"):
                desk.ask(name, code.lower())
            desk.drop(f"rosa-{code.lower()}")
        for name in ("Hugo Banerley", "Dilan Kaspersen", "Xiomara Petty", "Quinn Abernethy"):
            desk.ask(name, "faw-0318")

        with desk.statements() as after:
            PAGES[wanted](desk)

        assert len(after) == len(before)
