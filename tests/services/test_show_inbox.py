"""The inbox."""

import pytest

from tests.desk import INES, NOBODY, first_aid
from waitlist_app.errors import NotAllowed
from waitlist_app.services.show_inbox import show_inbox
from waitlist_app.services.views import InboxRow


@pytest.fixture
def desk(sqlite_url):
    """Yield the desk in the middle of the story of First Aid at Work."""
    desk = first_aid(sqlite_url)
    yield desk
    desk.engine.dispose()


def inbox(desk):
    """Give the inbox of Ines."""
    return show_inbox(work=desk.work, actor=INES)


class TestTheInbox:
    def test_shows_each_proposal_with_its_evidence_in_short(self, desk):
        """A row says whom, why, since when, and what happens if nobody acts."""
        page = inbox(desk)

        assert page.rows == (
            InboxRow(
                id=desk.proposal_of("keiko-faw-0318"),
                kind="promotion",
                what="Offer a seat to Keiko Harrowgate",
                session_id="faw-0318",
                session="First Aid at Work, FAW-0318",
                evidence="2nd in line",
                evidence_detail="1 skipped",
                since="Today, 10:21",
                since_for="21 m",
                if_nobody="Nothing moves",
                if_nobody_detail="seat stays free, starts Wed 18 Mar, 09:00",
            ),
        )
        assert (page.total, page.oldest, page.next_offer_ends) == (1, "21 m", "Sat 14 Mar, 10:00")

    def test_puts_the_session_that_starts_first_on_top(self, desk):
        """What starts sooner is more urgent; within a session, what waits longer."""
        desk.session("FWT", ("2026-03-13 13:30", "2026-03-13 16:30"), title="Fire Warden", capacity=2)
        for name in ("Ulla Brandvoll", "Elsie Thornbury", "Hugo Banerley", "Dilan Kaspersen"):
            desk.ask(name, "fwt")
        desk.drop("ulla-fwt")
        desk.drop("elsie-fwt")

        rows = inbox(desk).rows

        assert [(row.what, row.evidence, row.evidence_detail, row.if_nobody_detail) for row in rows] == [
            ("Offer a seat to Hugo Banerley", "1st in line", "Nobody skipped", "starts in 26 h 48 m"),
            ("Offer a seat to Dilan Kaspersen", "2nd in line", "2nd of 2 promotions here", "starts in 26 h 48 m"),
            (
                "Offer a seat to Keiko Harrowgate",
                "2nd in line",
                "1 skipped",
                "seat stays free, starts Wed 18 Mar, 09:00",
            ),
        ]

    def test_counts_those_skipped_among_others(self, desk):
        """When some ahead are proposed themselves, the skipped are counted, not numbered."""
        desk.drop("ulla-faw-0318")

        _, oona = inbox(desk).rows

        assert (oona.evidence, oona.evidence_detail) == ("3rd in line", "1 person skipped")

    def test_names_the_seats_of_a_group(self, desk):
        """A group is offered all its seats at once."""
        desk.drop("keiko-faw-0318")
        desk.drop("oona-faw-0318")
        desk.drop("ulla-faw-0318")

        assert [row.what for row in inbox(desk).rows] == ["Offer 2 seats to Sanjay Merriweather"]

    def test_says_when_a_session_has_begun_or_is_over(self, desk):
        """A proposal that comes too late says so."""
        desk.at("2026-03-18 09:00")
        begun = inbox(desk).rows[0].if_nobody_detail
        desk.at("2026-03-19 16:30")
        over = inbox(desk).rows[0].if_nobody_detail

        assert (begun, over) == ("the session has started", "the session is over")

    def test_is_empty_when_nothing_waits(self, desk):
        """An empty inbox says when the next offer ends."""
        desk.approve("keiko-faw-0318")
        desk.drop("keiko-faw-0318")
        desk.drop("oona-faw-0318")
        desk.drop("sanjay-faw-0318")

        page = inbox(desk)

        assert (page.rows, page.total, page.oldest, page.next_offer_ends) == ((), 0, "", "Sat 14 Mar, 10:00")

    def test_is_for_the_team_only(self, desk):
        """An employee does not see it."""
        with pytest.raises(NotAllowed):
            show_inbox(work=desk.work, actor=NOBODY)
