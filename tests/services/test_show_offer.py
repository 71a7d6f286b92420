"""The page behind the link of an offer."""

from dataclasses import replace
from datetime import date

import pytest

from tests.desk import RAFE, at, first_aid
from waitlist_app.engine.model import LapseRule, Order, Status
from waitlist_app.services.show_offer import show_offer
from waitlist_app.services.views import OfferPage

OPEN = OfferPage(
    state="open",
    organisation="Tarnwick Group",
    name="Imani Vestergrove",
    heading="A seat is free for you",
    say="Please answer by Saturday 14 March, 10:00. London time.",
    title="First Aid at Work",
    when="Wed 18 and Thu 19 March 2026, 09:00 – 16:30 GMT",
    where="Training Room 2, Leeds",
    why="A seat came back. You were the first in line who could take it.",
    deadline="Saturday 14 March, 10:00",
    zone="London time",
    ends_at=at("2026-03-14 10:00").timestamp(),
    of_seconds=172_800.0,
    limit=4,
    seat_number=3,
)
"""What Imani sees while the offer runs."""

OUT = "You are no longer in the line. If you ask again, your request counts from that moment."
ENDED = "It was open until Saturday 14 March, 10:00, London time. The seat goes to the next person in line."


@pytest.fixture
def desk(sqlite_url):
    """Yield the desk in the middle of the story of First Aid at Work, the mail to Imani sent."""
    desk = first_aid(sqlite_url)
    desk.mail_link("imani-faw-0318")
    yield desk
    desk.engine.dispose()


def shown(desk, token="token-of-imani-faw-0318-1"):
    """Open a link."""
    return show_offer(work=desk.work, token=token)


def face(desk, token="token-of-imani-faw-0318-1"):
    """Open a link, and give what the page says."""
    page = shown(desk, token)
    return page.state, page.heading, page.say


class TestTheLink:
    def test_shows_the_open_offer(self, desk):
        """The answer first: a seat, until when, for which session, and why you."""
        assert shown(desk) == OPEN

    def test_scenario_036_changes_nothing_when_it_is_opened(self, desk):
        """A mail scanner that opens the link burns nothing."""
        first = shown(desk)

        assert [shown(desk) for _ in range(3)] == [first] * 3
        assert desk.read(lambda reader: reader.registration("imani-faw-0318")).registration.is_open(desk.clock.now())

    def test_says_why_by_the_deadline(self, desk):
        """Where certificates count, the deadline is the reason."""
        desk.session("WAH", ("2026-04-08 08:00", "2026-04-08 16:00"), order=Order.PRIORITY)
        desk.ask("Rosa Tilbrook", "wah")
        desk.ask("Hugo Banerley", "wah", deadline=date(2026, 3, 28))
        desk.drop("rosa-wah")
        desk.approve("hugo-wah")

        page = shown(desk, desk.mail_link("hugo-wah"))

        assert page.why == (
            "A seat came back. You were the first in line who could take it: your deadline is 28 March."
        )

    def test_names_all_seats_of_a_group(self, desk):
        """A group is told how many seats are kept."""
        for one in ("keiko", "oona", "ulla"):
            desk.drop(f"{one}-faw-0318")
        desk.approve("sanjay-faw-0318")

        assert shown(desk, desk.mail_link("sanjay-faw-0318", 2)).heading == "2 seats are free for you"

    @pytest.mark.parametrize(
        ("now", "state"),
        [("2026-03-14 09:59:59", "open"), ("2026-03-14 10:00:00", "expired")],
    )
    def test_ends_at_its_deadline_though_nobody_swept(self, desk, now, state):
        """At T minus one second the seat is kept, at T it is not, whether or not the clock came by."""
        assert shown(desk.at(now)).state == state

    def test_says_the_same_before_and_after_the_clock_came_by(self, desk):
        """An ended offer says until when it was open, and what is so now."""
        before = face(desk.at("2026-03-14 10:05"))
        desk.sweep()

        assert before == face(desk) == ("expired", "This offer has ended", f"{ENDED} {OUT}")

    def test_says_where_somebody_waits_who_was_sent_to_the_end(self, desk):
        """Where unused offers go to the end, the person is told the new number."""
        desk.session("PWC", ("2026-04-09 10:00", "2026-04-09 16:00"), on_lapse=LapseRule.END)
        for name in ("Rosa Tilbrook", "Hugo Banerley", "Dilan Kaspersen"):
            desk.ask(name, "pwc")
        desk.drop("rosa-pwc")
        desk.approve("hugo-pwc")
        token = desk.mail_link("hugo-pwc")
        unswept = face(desk.at("2026-03-14 10:42"), token)
        desk.sweep()
        swept = face(desk, token)

        ended = "It was open until Saturday 14 March, 10:42, London time. The seat goes to the next person in line."
        assert unswept == ("expired", "This offer has ended", f"{ended} You go to the end of the line.")
        assert swept == ("expired", "This offer has ended", f"{ended} You wait as number 2 in line.")

    def test_of_an_older_offer_points_to_the_newer(self, desk):
        """A second offer has a link of its own; the first one says so."""
        desk.session("PWC", ("2026-04-09 10:00", "2026-04-09 16:00"), on_lapse=LapseRule.END)
        desk.ask("Rosa Tilbrook", "pwc")
        desk.ask("Hugo Banerley", "pwc")
        desk.drop("rosa-pwc")
        desk.approve("hugo-pwc")
        old = desk.mail_link("hugo-pwc")
        desk.at("2026-03-14 10:42").sweep()
        desk.approve("hugo-pwc")

        state, _, say = face(desk, old)
        newer = shown(desk, desk.mail_link("hugo-pwc", 2))
        desk.accept("hugo-pwc")

        assert (state, say.partition("line. ")[2]) == (
            "expired",
            "There is a newer offer for you; it came in a later mail.",
        )
        assert newer.state == "open"
        assert face(desk, old)[2].endswith("You have a seat by a later offer.")

    def test_scenario_037_says_that_the_seat_is_taken(self, desk):
        """A used link shows the seat and changes nothing."""
        desk.at("2026-03-12 12:07").accept("imani-faw-0318")

        assert shown(desk) == replace(
            OPEN,
            state="seated",
            heading="You have a seat",
            say="You accepted on Thursday 12 March, 12:07. Opening the link again changes nothing.",
            why="",
            limit=0,
            seat_number=0,
        )

    def test_scenario_037_says_that_a_seat_was_given_back(self, desk):
        """Somebody who accepted and dropped later has no seat, and is not told otherwise."""
        desk.accept("imani-faw-0318")
        desk.drop("imani-faw-0318")

        assert face(desk) == (
            "closed",
            "This seat was given back",
            "You no longer have a seat in this session.",
        )

    def test_says_that_the_person_said_no(self, desk):
        """A declined offer stays declined."""
        desk.decline("imani-faw-0318")

        assert face(desk) == (
            "declined",
            "You said no to this seat",
            f"The seat goes to the next person in line. {OUT}",
        )

    def test_says_that_the_offer_was_taken_back(self, desk):
        """Whoever lost an offer is told so, and whom to ask."""
        desk.revoke("imani-faw-0318", "Wrong person")

        assert face(desk) == (
            "closed",
            "This offer was taken back",
            "Nothing is booked for you. Your training team can tell you why.",
        )

    def test_is_closed_when_the_person_was_taken_off(self, desk):
        """Whoever was removed while the offer ran reads that it is closed."""
        desk.drop("imani-faw-0318", status=Status.REMOVED)

        assert face(desk) == ("closed", "This offer is closed", "Your training team can tell you why.")

    def test_that_is_unknown_tells_nothing(self, desk):
        """A made-up link learns neither names nor sessions."""
        assert shown(desk, "made-up") == OfferPage(
            state="unknown",
            organisation="",
            name="",
            heading="We could not find this offer",
            say="The link may be incomplete. Please open it from the mail again.",
            title="",
            when="",
            where="",
            why="",
            deadline="",
            zone="",
            ends_at=0.0,
            of_seconds=1.0,
            limit=0,
            seat_number=0,
        )

    def test_names_nobody_else(self, desk):
        """No employee reads another person's name."""
        desk.move("sanjay-faw-0318", before="keiko-faw-0318", reason="Nights", by=RAFE)

        said = str(shown(desk))

        others = ("Ulla", "Elsie", "Rosa", "Viktor", "Pavel", "Keiko", "Oona", "Sanjay", "Rafe", "Ines")
        assert [name for name in others if name in said] == []
