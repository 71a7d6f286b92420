"""The preview of a move."""

import pytest

from tests.desk import INES, NOBODY, RAFE, first_aid
from waitlist_app.engine.model import Mode, StandingApproval
from waitlist_app.engine.refusals import NoLongerWaiting, NothingMoved
from waitlist_app.errors import NotAllowed
from waitlist_app.services.move_entry import move_entry
from waitlist_app.services.preview_move import preview_move
from waitlist_app.services.show_session import show_session
from waitlist_app.services.views import MovePreview, MoveRow


@pytest.fixture
def desk(sqlite_url):
    """Yield the desk in the middle of the story of First Aid at Work."""
    desk = first_aid(sqlite_url)
    yield desk
    desk.engine.dispose()


def preview(desk, name, before="", session_id="faw-0318", actor=INES):
    """Preview the move of somebody before somebody else, both by first name."""
    before_id = f"{before}-{session_id}" if before else ""
    return preview_move(work=desk.work, actor=actor, registration_id=f"{name}-{session_id}", before_id=before_id)


def line(desk, session_id="faw-0318"):
    """Give positions and names of those who wait."""
    return [(row.position, row.name) for row in show_session(work=desk.work, actor=INES, session_id=session_id).waiting]


def said(rows):
    """Give what each row of a preview says."""
    return [(row.position, row.name, row.note) for row in rows]


class TestAPreview:
    def test_shows_the_order_now_and_after_and_what_follows(self, desk):
        """Who moves, who is passed over, and what becomes of proposals."""
        assert preview(desk, "oona", "keiko") == MovePreview(
            registration_id="oona-faw-0318",
            before_id="keiko-faw-0318",
            title="Move Oona Birchwood from 3 to 2?",
            session="First Aid at Work, FAW-0318",
            before=(
                MoveRow(position=1, name="Pavel Drummondsen", is_moved=False, note=""),
                MoveRow(position=2, name="Keiko Harrowgate", is_moved=False, note=""),
                MoveRow(position=3, name="Oona Birchwood", is_moved=True, note=""),
                MoveRow(position=4, name="Sanjay Merriweather", is_moved=False, note=""),
            ),
            after=(
                MoveRow(position=1, name="Pavel Drummondsen", is_moved=False, note=""),
                MoveRow(position=2, name="Oona Birchwood", is_moved=True, note="from 3"),
                MoveRow(position=3, name="Keiko Harrowgate", is_moved=False, note="passed 1×"),
                MoveRow(position=4, name="Sanjay Merriweather", is_moved=False, note=""),
            ),
            passed=1,
            passed_words="1 person",
            seats_words="The free seat would be proposed to Oona Birchwood",
            seats_detail="The proposal for Keiko Harrowgate is withdrawn.",
            approver="Ines Calder",
        )

    def test_shows_what_the_move_then_does(self, desk):
        """The order that is shown is the order that comes."""
        promised = [(row.position, row.name) for row in preview(desk, "sanjay", "pavel").after]

        move_entry(
            work=desk.work, actor=INES, registration_id="sanjay-faw-0318", before_id="pavel-faw-0318", reason="Nights"
        )

        assert promised == line(desk)

    def test_changes_nothing(self, desk):
        """Looking is not moving: nothing is recorded, nobody is proposed."""
        record = desk.read(lambda reader: reader.record(count=1000))
        before = line(desk)

        preview(desk, "oona", "pavel")

        assert (line(desk), desk.read(lambda reader: reader.record(count=1000))) == (before, record)

    def test_counts_those_passed_over_again(self, desk):
        """Whoever was passed over before is counted apart, and their row says how often."""
        desk.move("oona-faw-0318", before="keiko-faw-0318", reason="No first-aider", by=RAFE)

        shown = preview(desk, "sanjay", "pavel")

        assert shown.passed_words == "3 people, one of them not for the first time"
        assert said(shown.after) == [
            (1, "Sanjay Merriweather", "from 4"),
            (2, "Pavel Drummondsen", "passed 1×"),
            (3, "Oona Birchwood", "passed 1×"),
            (4, "Keiko Harrowgate", "passed 2×"),
        ]

    def test_says_when_the_only_one_was_passed_over_before(self, desk):
        """One person for the second time is said in so many words."""
        desk.move("oona-faw-0318", before="keiko-faw-0318", reason="No first-aider", by=RAFE)

        assert preview(desk, "sanjay", "keiko").passed_words == "1 person, not for the first time"

    def test_to_the_end_passes_nobody_over(self, desk):
        """Moving down lets others pass."""
        shown = preview(desk, "keiko")

        assert (shown.title, shown.passed, shown.passed_words, shown.seats_words, shown.seats_detail) == (
            "Move Keiko Harrowgate from 2 to 4?",
            0,
            "Nobody",
            "The free seat would be proposed to Oona Birchwood",
            "The proposal for Keiko Harrowgate is withdrawn.",
        )
        assert said(shown.after) == [
            (1, "Pavel Drummondsen", ""),
            (2, "Oona Birchwood", ""),
            (3, "Sanjay Merriweather", ""),
            (4, "Keiko Harrowgate", "from 2"),
        ]

    def test_says_who_stays_proposed(self, desk):
        """With two seats free a move may cost only the second proposal."""
        desk.drop("ulla-faw-0318")
        desk.ask("Dilan Kaspersen", "faw-0318")

        shown = preview(desk, "dilan", "keiko")

        assert (shown.seats_words, shown.seats_detail) == (
            "One of the 2 free seats would be proposed to Dilan Kaspersen",
            "Keiko Harrowgate stays proposed. The proposal for Oona Birchwood is withdrawn.",
        )

    def test_says_that_a_seat_waits_for_a_group(self, desk):
        """A group that needs more than is free holds the line: nobody passes it."""
        shown = preview(desk, "sanjay", "keiko")

        assert (shown.seats_words, shown.seats_detail) == (
            "The free seats wait until there are enough for the first in line",
            "The proposal for Keiko Harrowgate is withdrawn.",
        )

    def test_says_when_nothing_changes_for_seats(self, desk):
        """A move behind those who are proposed changes no proposal; without a free seat there is none."""
        behind = preview(desk, "sanjay", "oona")
        desk.approve("keiko-faw-0318")
        nothing_free = preview(desk, "sanjay", "oona")

        assert (behind.seats_words, behind.seats_detail) == (
            "No proposal changes",
            "Keiko Harrowgate stays proposed.",
        )
        assert (nothing_free.seats_words, nothing_free.seats_detail) == ("No seat is free, so nobody is proposed", "")

    def test_shows_only_the_ends_of_a_long_way(self, desk):
        """Of a move over many places both ends are shown, with true positions."""
        names = [
            "Ada",
            "Ben",
            "Cleo",
            "Dora",
            "Emil",
            "Fay",
            "Gus",
            "Hal",
            "Ida",
            "Jan",
            "Kai",
            "Lea",
            "Max",
            "Nia",
            "Otto",
            "Pia",
            "Quin",
            "Rob",
            "Sue",
            "Tom",
        ]
        desk.session("WAH", ("2026-04-08 08:00", "2026-04-08 16:00"), capacity=0)
        for name in names:
            desk.ask(name, "wah")

        shown = preview(desk, "sue", "ben", session_id="wah")

        assert [row.position for row in shown.before] == [1, 2, 3, 4, 5, 16, 17, 18, 19, 20]
        assert [row.name for row in shown.before] == [
            "Ada",
            "Ben",
            "Cleo",
            "Dora",
            "Emil",
            "Pia",
            "Quin",
            "Rob",
            "Sue",
            "Tom",
        ]
        assert [row.name for row in shown.after] == [
            "Ada",
            "Sue",
            "Ben",
            "Cleo",
            "Dora",
            "Otto",
            "Pia",
            "Quin",
            "Rob",
            "Tom",
        ]

    def test_of_an_automatic_session_shows_the_offer_that_goes_out(self, desk):
        """Where offers go out by themselves, moving somebody up may send one."""
        desk.session(
            "XLA",
            ("2026-04-02 09:30", "2026-04-02 15:30"),
            capacity=2,
            mode=Mode.OFFERED,
            standing_approval=StandingApproval(id="standing"),
        )
        for name in ("Ulla Brandvoll", "Hugo Banerley", "Dilan Kaspersen"):
            desk.ask(name, "xla", units=2 if name.startswith("Hugo") else 1)

        assert preview(desk, "dilan", "hugo", session_id="xla").seats_words == "Dilan Kaspersen gets an offer at once"


class TestAMoveThatCannotBe:
    def test_to_the_same_place_is_refused(self, desk):
        """The preview refuses what the move would refuse."""
        with pytest.raises(NothingMoved):
            preview(desk, "keiko", "oona")

    def test_of_somebody_who_left_is_refused(self, desk):
        """Whoever left the line meanwhile cannot be moved."""
        desk.drop("oona-faw-0318")

        with pytest.raises(NoLongerWaiting):
            preview(desk, "oona", "keiko")

    def test_is_for_the_team_only(self, desk):
        """An employee does not see the line."""
        with pytest.raises(NotAllowed):
            preview(desk, "oona", "keiko", actor=NOBODY)
