"""The list of sessions."""

import pytest

from tests.desk import INES, NOBODY, NOW, Desk, at, first_aid
from waitlist_app.engine.model import LapseRule, Mode, Order, StandingApproval
from waitlist_app.errors import NotAllowed
from waitlist_app.services.list_sessions import list_sessions

ONE_DAY = ("2026-03-24 07:30", "2026-03-24 12:30")


def day(number):
    """Give the morning of a day in April."""
    return f"2026-04-{number:02} 09:00", f"2026-04-{number:02} 12:00"


@pytest.fixture
def desk(sqlite_url):
    """Yield an empty desk."""
    desk = Desk(sqlite_url)
    yield desk
    desk.engine.dispose()


@pytest.fixture
def story(sqlite_url):
    """Yield the desk in the middle of the story of First Aid at Work."""
    desk = first_aid(sqlite_url)
    yield desk
    desk.engine.dispose()


def rows(desk):
    """Give the rows of the list."""
    return list_sessions(work=desk.work, actor=INES).rows


def next_acts(desk):
    """Give what each session waits for, by code."""
    return {row.code: (row.next_act, row.next_act_detail) for row in rows(desk)}


class TestTheList:
    def test_shows_each_session_with_what_it_waits_for(self, story):
        """A row says what, when, where, by which rule, and what needs a human."""
        row, quiet = rows(story)

        assert (
            row.id,
            row.code,
            row.title,
            row.when,
            row.where,
            row.rule,
            row.needs_you,
            row.next_act,
            row.next_act_detail,
            row.proposals,
            row.search,
        ) == (
            "faw-0318",
            "FAW-0318",
            "First Aid at Work",
            "Wed 18 – Thu 19 Mar, 09:00",
            "Training Room 2, Leeds",
            "First come · manual",
            True,
            "1 promotion to approve",
            "Oldest for 21 m",
            1,
            "faw-0318 first aid at work training room 2, leeds wed 18 – thu 19 mar, 09:00",
        )
        assert (row.meter.confirmed, row.meter.held, row.meter.free, row.meter.limit) == (2, 1, 1, 4)
        assert (quiet.code, quiet.needs_you, quiet.next_act, quiet.next_act_detail) == (
            "ABW-0318",
            False,
            "Full",
            "Nobody waits",
        )

    def test_sums_up_what_is_going_on(self, story):
        """The four figures above the list are those of its rows."""
        page = list_sessions(work=story.work, actor=INES)

        assert (page.decisions, page.oldest_decision) == (1, "21 m")
        assert (page.offers, page.next_offer_ends_at) == (1, at("2026-03-14 10:00").timestamp())
        assert (page.free_seats, page.sessions_with_free) == (1, 1)
        assert (page.waiting, page.sessions_with_waiting) == (4, 1)

    def test_puts_what_needs_a_human_first_then_goes_by_date(self, desk):
        """Decisions come first, the nearest start on top; what is over comes last."""
        desk.at("2026-03-01 09:00")
        desk.session("PAST", ("2026-03-02 09:00", "2026-03-02 10:00"))
        desk.session("LATE", ("2026-05-05 09:00", "2026-05-05 10:00"))
        desk.session("SOON", ("2026-04-01 09:00", "2026-04-01 10:00"))
        for code in ("late", "soon"):
            desk.ask("Rosa Tilbrook", code)
            desk.ask("Imani Vestergrove", code)
            desk.drop(f"rosa-{code}")
        desk.session("CALM", ("2026-03-30 09:00", "2026-03-30 10:00"))
        desk.clock.set(NOW)

        assert [row.code for row in rows(desk)] == ["SOON", "LATE", "CALM", "PAST"]

    def test_says_in_each_face_what_is_true(self, desk):
        """A quiet row says why it is quiet."""
        desk.session("OPEN", ONE_DAY)
        desk.session("FULL", day(1))
        desk.session("NOLIMIT", day(2), capacity=None)
        desk.session("LIST", day(3), capacity=0)
        desk.session("OFFER", day(4), mode=Mode.OFFERED, standing_approval=StandingApproval(id="standing"))
        desk.session("GROUP", day(5), capacity=2)
        desk.session("OVER", ("2026-03-02 09:00", "2026-03-02 10:00"))
        for code in ("full", "nolimit", "list", "offer", "group"):
            desk.ask("Rosa Tilbrook", code)
        desk.ask("Imani Vestergrove", "full")
        desk.ask("Imani Vestergrove", "offer")
        desk.drop("rosa-offer")
        desk.ask("Imani Vestergrove", "group", units=2)

        assert next_acts(desk) == {
            "FULL": ("Full", "1 person waits"),
            "GROUP": ("Nobody who waits can take a free seat", "1 person waits"),
            "LIST": ("Waitlist only", "1 person waits"),
            "NOLIMIT": ("No limit, nobody waits", ""),
            "OFFER": ("1 offer runs", "Nobody waits"),
            "OPEN": ("Open", "New requests get a seat"),
            "OVER": ("Over", ""),
        }

    def test_says_when_no_offer_fits_before_the_start(self, desk):
        """A promotion that can no longer be offered is not shown as if it could."""
        desk.session("FWT", ("2026-03-12 13:30", "2026-03-12 16:30"))
        desk.ask("Rosa Tilbrook", "fwt")
        desk.ask("Imani Vestergrove", "fwt")
        desk.drop("rosa-fwt")
        desk.at("2026-03-12 13:26")

        assert next_acts(desk) == {"FWT": ("1 promotion to approve", "The session starts too soon for an offer")}

    def test_names_order_and_mode(self, desk):
        """Without a standing approval a session acts by hand, whatever was chosen."""
        desk.session(
            "ALONE", ONE_DAY, mode=Mode.OFFERED, standing_approval=StandingApproval(id="standing"), order=Order.PRIORITY
        )
        desk.session("BYHAND", ONE_DAY, mode=Mode.OFFERED, on_lapse=LapseRule.END)

        assert {row.code: row.rule for row in rows(desk)} == {
            "ALONE": "Priority · offered",
            "BYHAND": "First come · manual",
        }

    def test_counts_no_offer_that_ran_out(self, story):
        """At its deadline an offer is over, even before the clock comes by."""
        story.at("2026-03-14 10:00")

        page = list_sessions(work=story.work, actor=INES)

        assert (page.offers, page.next_offer_ends_at, page.free_seats) == (0, 0.0, 2)

    def test_is_empty_at_the_beginning(self, desk):
        """A new organisation sees nothing, and no mistake."""
        page = list_sessions(work=desk.work, actor=INES)

        assert (page.rows, page.decisions, page.oldest_decision, page.offers) == ((), 0, "", 0)

    def test_is_for_the_team_only(self, desk):
        """An employee does not see it."""
        with pytest.raises(NotAllowed):
            list_sessions(work=desk.work, actor=NOBODY)
