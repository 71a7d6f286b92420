"""The page of one session."""

from datetime import date

import pytest

from tests.desk import INES, NOBODY, RAFE, STRANGER, at, first_aid
from waitlist_app.engine.model import LapseRule, Mode, Order, StandingApproval
from waitlist_app.errors import NotAllowed
from waitlist_app.services.list_sessions import list_sessions
from waitlist_app.services.show_session import show_session
from waitlist_app.services.views import Countdown, EntryRow, Flag, HistoryRow, OfferRow, SeatedRow

FIRST_AID = "faw-0318"


@pytest.fixture
def desk(sqlite_url):
    """Yield the desk in the middle of the story of First Aid at Work."""
    desk = first_aid(sqlite_url)
    yield desk
    desk.engine.dispose()


def page(desk, session_id=FIRST_AID, **wanted):
    """Give the page of a session."""
    return show_session(work=desk.work, actor=INES, session_id=session_id, **wanted)


class TestThePage:
    def test_says_what_when_where_and_by_which_rules(self, desk):
        """The head has everything that is agreed about the session."""
        shown = page(desk)

        assert (shown.id, shown.code, shown.title, shown.when, shown.where, shown.facts) == (
            "faw-0318",
            "FAW-0318",
            "First Aid at Work",
            "Wed 18 and Thu 19 Mar 2026, 09:00 – 16:30 GMT",
            "Training Room 2, Leeds",
            ("Order: time asked", "Manual: you approve each promotion", "Offer window 48 h"),
        )
        assert (shown.proposals, shown.waiting_total, shown.waiting_from, shown.seated_total) == (1, 4, 1, 2)

    def test_says_a_code_once_that_stands_in_for_a_title(self, desk):
        """Beside a title stands the code; a session without a title is called by its code alone."""
        desk.session("COGS 163", ("2026-04-08 08:00", "2026-04-08 16:00"), capacity=2)
        rows = list_sessions(work=desk.work, actor=INES).rows

        titled, untitled = page(desk), page(desk, "cogs 163")

        assert (titled.title, titled.code_beside, titled.name) == (
            "First Aid at Work",
            "FAW-0318",
            "First Aid at Work, FAW-0318",
        )
        assert (untitled.title, untitled.code_beside, untitled.name) == ("COGS 163", "", "COGS 163")
        assert {row.title: row.code_beside for row in rows if row.id in {titled.id, untitled.id}} == {
            "First Aid at Work": "FAW-0318",
            "COGS 163": "",
        }

    def test_says_other_rules_too(self, desk):
        """Order, mode and what becomes of an unused offer are said as they are set."""
        desk.session(
            "XLA",
            ("2026-04-02 09:30", "2026-04-02 15:30"),
            order=Order.PRIORITY,
            mode=Mode.OFFERED,
            standing_approval=StandingApproval(id="standing"),
            on_lapse=LapseRule.END,
            waitlist_is_open=False,
        )

        assert page(desk, "xla").facts == (
            "Order: deadline, role, time asked",
            "Offers go out by themselves",
            "Offer window 48 h, once unused to the end of the line",
            "Waitlist closed: whoever waits stays, nobody joins",
        )

    def test_shows_the_line_with_a_reason_for_every_place(self, desk):
        """Everybody who waits can be told why they stand where they stand."""
        pavel, keiko, oona, sanjay = page(desk).waiting

        assert pavel == EntryRow(
            id="pavel-faw-0318",
            position=1,
            name="Pavel Drummondsen",
            team="Assembly Line 2",
            why="Time asked",
            why_detail="Skipped for ABW-0318",
            since="Tue 3 Mar, 11:40",
            since_for="8 d 23 h",
            flags=(Flag(kind="conflict", words="Conflict, Wed 13:00"),),
            is_skipped=True,
            is_proposed=False,
            proposal_id="",
            override_id="",
            seat_units=1,
        )
        assert (keiko.why, keiko.why_detail, keiko.flags, keiko.is_proposed, keiko.proposal_id) == (
            "Time asked",
            "Next who can take it",
            (Flag(kind="proposed", words="Proposed"),),
            True,
            desk.proposal_of("keiko-faw-0318"),
        )
        assert (oona.why, oona.why_detail, oona.flags) == ("Time asked", "", ())
        assert (sanjay.flags, sanjay.seat_units) == ((Flag(kind="plain", words="2 seats"),), 2)

    def test_shows_a_move_with_its_reason_and_those_it_passed(self, desk):
        """A move is seen on the entry, and on everybody it passed over."""
        desk.move("oona-faw-0318", before="keiko-faw-0318", reason="Finance has no first-aider", by=RAFE)

        _, oona, keiko, _ = page(desk).waiting

        assert (oona.position, oona.why, oona.why_detail, oona.override_id, oona.flags) == (
            2,
            "Moved from 3 to 2",
            "Next who can take it",
            "move-of-oona-faw-0318",
            (Flag(kind="override", words="Override, Rafe"), Flag(kind="proposed", words="Proposed")),
        )
        assert (keiko.position, keiko.flags) == (3, (Flag(kind="plain", words="Passed 1×"),))

    def test_keeps_the_reason_of_a_move_in_view(self, desk):
        """Whoever was moved and is not next shows why they were moved."""
        desk.move("sanjay-faw-0318", before="oona-faw-0318", reason="Only one on nights", by=RAFE)

        sanjay = page(desk).waiting[2]

        assert (sanjay.name, sanjay.why, sanjay.why_detail) == (
            "Sanjay Merriweather",
            "Moved from 4 to 3",
            "Only one on nights",
        )

    def test_says_what_the_priority_order_went_by(self, desk):
        """By deadline, then by role, then by time."""
        desk.session(
            "WAH",
            ("2026-04-08 08:00", "2026-04-08 16:00"),
            capacity=0,
            order=Order.PRIORITY,
            role_order=("Safety officer", "Team lead"),
        )
        desk.ask("Ulla Brandvoll", "wah")
        desk.ask("Elsie Thornbury", "wah", role="Team lead")
        desk.ask("Imani Vestergrove", "wah", role="Manager", deadline=date(2026, 3, 20))

        assert [(row.name, row.why, row.why_detail) for row in page(desk, "wah").waiting] == [
            ("Imani Vestergrove", "Deadline 20 Mar 2026", "Manager"),
            ("Elsie Thornbury", "Team lead", "No deadline, then role"),
            ("Ulla Brandvoll", "Time asked", "No deadline, no role that counts"),
        ]

    def test_says_who_is_first_of_those_waiting(self, desk):
        """With nothing free the first in line is told just that."""
        desk.ask("Hugo Banerley", "abw-0318")

        [hugo] = page(desk, "abw-0318").waiting

        assert (hugo.why, hugo.why_detail) == ("Time asked", "First of those waiting")

    def test_says_who_was_sent_to_the_end(self, desk):
        """Whoever did not take an offer stands at the end, and the row says since when."""
        desk.session("PWC", ("2026-04-09 10:00", "2026-04-09 16:00"), on_lapse=LapseRule.END)
        desk.ask("Rosa Tilbrook", "pwc")
        desk.ask("Imani Vestergrove", "pwc")
        desk.ask("Keiko Harrowgate", "pwc")
        desk.drop("rosa-pwc")
        desk.approve("imani-pwc")
        desk.at("2026-03-14 10:42").sweep()

        keiko, imani = page(desk, "pwc").waiting

        assert keiko.name == "Keiko Harrowgate"
        assert (imani.why, imani.why_detail) == ("Sent to the end", "Offer not taken, Sat 14 Mar, 10:42")

    def test_names_the_one_proposed_before(self, desk):
        """Of two proposed people the second comes next after the first."""
        desk.drop("ulla-faw-0318")

        _, keiko, oona, _ = page(desk).waiting

        assert (keiko.why_detail, oona.why_detail) == ("Next who can take it", "Next after Keiko")

    def test_shows_offers_with_their_clocks_and_their_mail(self, desk):
        """An offer says who approved it, until when it runs, and whether its mail went out."""
        assert page(desk).offers == (
            OfferRow(
                id="faw-0318.1",
                registration_id="imani-faw-0318",
                name="Imani Vestergrove",
                team="Warehouse North",
                offered="Offered Thu, 10:00",
                by="Rafe Ostrander",
                countdown=Countdown(
                    ends_at=at("2026-03-14 10:00").timestamp(), of_seconds=172_800.0, ends_words="Sat 14 Mar, 10:00"
                ),
                mail="Not sent yet",
            ),
        )

    def test_shows_no_offer_that_ran_out(self, desk):
        """At its deadline an offer is gone, even before the clock comes by."""
        desk.at("2026-03-14 10:00")

        shown = page(desk)

        assert (shown.offers, shown.meter.held, shown.meter.free) == ((), 0, 2)

    def test_shows_who_has_a_seat_and_how_they_got_it(self, desk):
        """The roster says whether a seat was free, or who approved it."""
        desk.at("2026-03-13 08:00").accept("imani-faw-0318")

        ulla, _, imani = page(desk).seated

        assert ulla == SeatedRow(
            id="ulla-faw-0318",
            name="Ulla Brandvoll",
            team="Assembly Line 1",
            email="ulla.brandvoll@tarnwick.example",
            employee_id="ULLA BRANDVOLL",
            status="Confirmed",
            since="Mon 2 Mar, 09:00",
            seat_units=1,
            how="Asked while seats were free",
        )
        assert (imani.name, imani.since, imani.how) == (
            "Imani Vestergrove",
            "Fri 13 Mar, 08:00",
            "Offer approved by Rafe Ostrander",
        )

    def test_tells_its_history_newest_first(self, desk):
        """The history names who did what and why, and leaves out what only follows."""
        proposed, dropped, offered, *_ = page(desk).history

        assert [row.what for row in page(desk).history[:5]] == [
            "is proposed for a free seat.",
            "dropped Viktor Ashdown.",
            "offered a seat to Imani Vestergrove, until Sat 14 Mar 2026, 10:00 GMT.",
            "is proposed for a free seat.",
            "dropped Rosa Tilbrook.",
        ]
        assert page(desk).history[4] == HistoryRow(
            id=page(desk).history[4].id,
            day="Today, Thu 12 Mar",
            time="10:00",
            who="Ines Calder",
            what="dropped Rosa Tilbrook.",
            reason="Shift swap",
            icon="armchair",
        )
        assert (proposed.who, dropped.who, offered.who) == ("Keiko Harrowgate", "Ines Calder", "Rafe Ostrander")

    def test_shows_a_window_of_the_line_with_true_positions(self, desk):
        """A long line is shown a window at a time; nobody is renumbered."""
        shown = page(desk, waiting_from=3, waiting_count=1)

        assert [(row.position, row.name) for row in shown.waiting] == [(3, "Oona Birchwood")]
        assert (shown.waiting_from, shown.waiting_total) == (3, 4)

    def test_shows_nothing_behind_the_end_of_the_line(self, desk):
        """A window behind the end is empty."""
        shown = page(desk, waiting_from=99)

        assert (shown.waiting, shown.waiting_from, shown.waiting_total) == ((), 0, 4)

    def test_grows_older_with_every_change_of_the_line(self, desk):
        """A browser can tell that the line it shows is not the present one."""
        before = page(desk).version
        desk.drop("oona-faw-0318")

        assert page(desk).version > before

    @pytest.mark.parametrize("actor", [NOBODY, STRANGER])
    def test_is_for_the_team_of_its_organisation(self, desk, actor):
        """An employee and somebody else's owner get the same answer as for a session that does not exist."""
        with pytest.raises(NotAllowed) as refused:
            show_session(work=desk.work, actor=actor, session_id=FIRST_AID)

        assert str(refused.value) == "We could not find that."
