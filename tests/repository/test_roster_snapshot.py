"""The roster as a file while somebody acts: one snapshot, over both databases."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from tests.desk import INES, Desk
from waitlist_app import csv_io
from waitlist_app.services.export_roster import export_roster
from waitlist_app.services.show_session import show_session


@dataclass
class Interrupted:
    """Something that is read from, between two readings of which somebody else acts."""

    inner: Any
    between: Callable[[], object]

    def read(self, actor: Any, unit: Callable[[Any], Any]) -> Any:
        """Run `unit` with a reader that is interrupted."""
        return self.inner.read(actor, lambda reader: unit(Interrupted(reader, self.between)))

    def session(self, session_id: str) -> Any:
        """Read the session, then let the other act and commit."""
        found = self.inner.session(session_id)
        self.between()
        return found

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)


@pytest.fixture
def desk(database_url: str) -> Iterator[Desk]:
    """Seat three, offer a fourth seat, and let two wait."""
    desk = Desk(database_url)
    desk.session("FIRE", ("2026-03-20 09:00", "2026-03-20 12:00"), zone="Europe/Berlin", capacity=4)
    for name in ("Abel", "Bram", "Chen", "Dora", "Enno", "Fay", "Gus"):
        desk.ask(name, "fire")
    desk.drop("dora-fire")
    desk.approve("enno-fire")
    yield desk
    desk.engine.dispose()


def statuses(data: bytes) -> list[str]:
    """Give the status of each line."""
    return [line.split(",")[2] for line in data.decode("utf-8-sig").splitlines()[1:]]


class TestTheRoster:
    def test_scenario_088_is_of_one_instant_though_a_drop_commits_meanwhile(self, desk: Desk) -> None:
        """Abel drops while the file is written: it says what the screen said before, and the next one says it."""
        screen = show_session(work=desk.work, actor=INES, session_id="fire")
        work = Interrupted(desk.work, lambda: desk.drop("abel-fire"))

        data = export_roster(work=work, files=csv_io, actor=INES, session_id="fire")  # type: ignore[arg-type]

        assert statuses(data) == ["confirmed"] * 3 + ["offered"] + ["waitlisted"] * 2
        assert (screen.seated_total, len(screen.offers), screen.waiting_total) == (3, 1, 2)
        assert b"2026-03-12T11:42:00+01:00" in data
        after = export_roster(work=desk.work, files=csv_io, actor=INES, session_id="fire")
        assert statuses(after) == ["confirmed"] * 2 + ["offered"] + ["waitlisted"] * 2
