"""The record on the screen."""

import pytest

from tests.desk import INES, NOBODY, first_aid
from waitlist_app.errors import NotAllowed
from waitlist_app.services.show_audit import PAGE_SIZE, show_audit
from waitlist_app.services.views import AuditRow


@pytest.fixture
def desk(sqlite_url):
    """Yield the desk in the middle of the story of First Aid at Work."""
    desk = first_aid(sqlite_url)
    yield desk
    desk.engine.dispose()


def audit(desk, **wanted):
    """Give a page of the record."""
    return show_audit(work=desk.work, actor=INES, **wanted)


class TestTheRecord:
    def test_tells_every_entry_with_its_number_and_its_hash(self, desk):
        """An entry says when, who, what, why, and by which hash it is chained."""
        count, head = desk.read(lambda reader: reader.head())

        page = audit(desk, search="shift swap")

        [row] = page.rows
        assert row == AuditRow(
            seq=row.seq,
            at="Thu 12 Mar 2026, 10:00 GMT",
            actor="Ines Calder",
            act="dropped",
            subject="FAW-0318",
            sentence="Ines Calder dropped Rosa Tilbrook.",
            reason="Shift swap",
            hash=row.hash,
        )
        assert (page.total, page.head, len(row.hash)) == (1, head[:16], 16)
        assert audit(desk).rows[0].seq == count

    def test_leaves_nothing_out(self, desk):
        """Unlike a history, the record shows each single entry."""
        count, _ = desk.read(lambda reader: reader.head())

        page = audit(desk)

        assert (page.total, [row.seq for row in page.rows]) == (count, list(range(count, count - len(page.rows), -1)))

    def test_is_read_a_page_at_a_time(self, desk):
        """Pages follow one another without a gap, and behind the last there is none."""
        for number in range(PAGE_SIZE):
            desk.at(f"2026-03-12 11:{number:02}")
            override = desk.move("oona-faw-0318", before="keiko-faw-0318", reason="Nights")
            desk.take_back(override)
        total = audit(desk).total

        first, second = audit(desk), audit(desk, page=2)
        behind = audit(desk, page=99)

        assert (len(first.rows), first.rows[-1].seq - 1, behind.rows) == (PAGE_SIZE, second.rows[0].seq, ())
        assert (second.total, behind.total) == (total, total)

    def test_counts_pages_from_one(self, desk):
        """A page before the first is the first."""
        assert audit(desk, page=0) == audit(desk, page=1)

    def test_is_not_for_employees(self, desk):
        """Whoever may not read the record does not."""
        with pytest.raises(NotAllowed):
            show_audit(work=desk.work, actor=NOBODY)
