from pathlib import Path

import pytest

from waitlist_app.csv_io.columns import DOWNLOAD, READ, REPLAY_ROSTER, REQUESTS, SEATS
from waitlist_app.csv_io.records import plain

MANUAL = (Path(__file__).parents[2] / "docs" / "files.md").read_text(encoding="utf-8")


class TestTheColumns:
    @pytest.mark.parametrize("kind", READ, ids=lambda kind: kind.name)
    def test_that_are_read_stand_in_the_manual(self, kind):
        """Whoever prepares a file finds each column, what it says, and what else it may be called."""
        lines = [f"| `{column.name}` | {column.says} | {', '.join(column.also)} |" for column in kind.columns]

        assert [line for line in lines if line not in MANUAL] == []
        assert f"Needs {kind.needed}." in MANUAL

    def test_that_are_written_stand_in_the_manual(self):
        """Whoever uses a file that we wrote finds each column too."""
        assert [name for name in (*DOWNLOAD, *REPLAY_ROSTER, *SEATS) if f"`{name}`" not in MANUAL] == []

    @pytest.mark.parametrize("kind", READ, ids=lambda kind: kind.name)
    def test_share_no_heading(self, kind):
        """One heading never means two columns of the same file."""
        headings = [plain(heading) for column in kind.columns for heading in {*map(plain, (column.name, *column.also))}]

        assert sorted(headings) == sorted(set(headings))

    def test_of_a_downloaded_roster_are_understood_again(self):
        """What identifies a request keeps its name on the way out."""
        names = {column.name for column in REQUESTS.columns}

        assert names - {"action", "no_shows", "phone", "waitlist_only"} <= set(DOWNLOAD)
