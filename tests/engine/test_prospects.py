"""What a newcomer is told before asking."""

from msgspec.structs import replace

from tests.builders import SAFETY, Story, at, session
from waitlist_app.engine.explain import Why
from waitlist_app.engine.model import Block, BlockedRule, ConflictRule, Draw, SignOff, Window
from waitlist_app.engine.prospects import Outlook, Prospect, awaits_only_a_word, in_words, prospect
from waitlist_app.engine.refusals import SessionIsCancelled

FORKLIFT = "Forklift"


def told(story: Story, name: str = "Zoe", **rest) -> Prospect:
    """Give what somebody would be told who has not asked."""
    request = story.request(name, **rest)
    return prospect(story.ledger.for_act(request), request, story.now)


def said(story: Story, name: str = "Zoe", **rest) -> tuple[str, ...]:
    """Give it in words; the place is counted over the whole line."""
    known = told(story, name, **rest)
    ahead = sum(entry.line_key < known.line_key for entry in story.roster(rest.get("to", SAFETY)).line())
    return in_words(known, ahead + 1)


class TestANewcomer:
    def test_is_told_of_a_free_seat(self):
        """It is theirs as soon as they ask."""
        story = Story()

        assert told(story) == Prospect(outlook=Outlook.SEAT, seat_units=1, free=1)
        assert said(story) == ("A seat is free for you.", "You have it as soon as you ask.")

    def test_is_told_that_a_seat_has_to_be_paid(self):
        """Until then it is kept."""
        assert said(Story(session(price=4900))) == (
            "A seat is free for you.",
            "We keep it for you from the moment you ask, and you have it once you have paid.",
        )

    def test_is_told_of_a_seat_where_there_is_no_limit(self):
        """Then nobody ever waits."""
        story = Story(session(capacity=None))

        assert told(story, units=3) == Prospect(outlook=Outlook.SEAT, seat_units=3, free=None)
        assert said(story, units=3) == ("3 seats are free for you.", "You have them as soon as you ask.")

    def test_is_told_the_place_when_every_seat_is_taken(self):
        """The number in line, counted with those in front."""
        story = Story()
        story.ask("Ana", "Bo", "Cleo")

        known = told(story)

        assert (known.outlook, known.why, known.free) == (Outlook.PLACE, Why.NO_SEAT, 0)
        assert said(story) == ("You would be number 3 in line.", "Every seat is taken or held.")

    def test_is_told_that_a_free_seat_is_for_those_who_wait(self):
        """Newcomers never overtake, and know it before they ask."""
        story = Story()
        story.ask("Ana", "Bo")
        story.drop("Ana")

        assert told(story).why is Why.RESERVED
        assert said(story) == ("You would be number 2 in line.", "1 seat is free, but kept for those who wait.")

    def test_is_told_that_seats_are_kept_though_nobody_can_take_them(self):
        """By the rule that keeps a seat until a coordinator opens it."""
        rules = session(blocked_seats=BlockedRule.KEPT)
        story = Story(rules, session(FORKLIFT, capacity=2), overlaps=[(SAFETY, FORKLIFT)])
        story.ask("Bo", to=FORKLIFT)
        story.ask("Ana", "Bo")
        story.drop("Ana")

        assert said(story) == ("You would be number 2 in line.", "1 seat is free, but kept for those who wait.")

    def test_is_told_that_seats_without_a_limit_are_kept_as_well(self):
        """Then there is no number of them to tell."""
        rules = session(capacity=None, blocked_seats=BlockedRule.KEPT)
        story = Story(rules, session(FORKLIFT), overlaps=[(SAFETY, FORKLIFT)])
        story.ask("Bo", to=FORKLIFT)
        story.ask("Bo")

        assert said(story) == ("You would be number 2 in line.", "Free seats are kept for those who wait.")

    def test_with_a_group_is_told_how_many_seats_are_free(self):
        """Groups are seated together."""
        story = Story(session(capacity=3))
        story.ask("Ana", "Bo")

        assert told(story, units=2).why is Why.TOO_FEW_SEATS
        assert said(story, units=2) == ("You would be number 1 in line.", "You ask for 2 seats, and 1 seat is free.")

    def test_is_told_of_a_conflict(self):
        """The place would be kept and skipped."""
        story = Story(session(), session(FORKLIFT), overlaps=[(SAFETY, FORKLIFT)])
        story.ask("Zoe", to=FORKLIFT)

        assert told(story).session_ids == (FORKLIFT,)
        assert said(story) == (
            "You would be number 1 in line.",
            "You have a seat at the same time elsewhere: you keep your place, and are skipped until that ends.",
        )

    def test_is_told_of_an_offer_at_the_same_time_as_what_it_is(self):
        """It may be declined, and then nothing is in the way; a seat beside it is called a seat."""
        story = Story(session(), session(FORKLIFT), session("Crane"), overlaps=[(SAFETY, FORKLIFT), (SAFETY, "Crane")])
        story.ask("Bo", "Zoe", to=FORKLIFT)
        story.drop("Bo", out_of=FORKLIFT)
        story.approve("Zoe", to=FORKLIFT)

        offered = said(story)
        story.ask("Zoe", to="Crane")

        assert offered == (
            "You would be number 1 in line.",
            "You have an offer at the same time elsewhere: you keep your place, and are skipped until that ends.",
        )
        assert said(story)[1].startswith("You have a seat at the same time elsewhere")

    def test_is_told_of_pending_approval_while_seats_are_free(self):
        """Only a manager's word is missing, so it is not called waiting."""
        story = Story(session(sign_off=SignOff()))

        known = told(story)

        assert (known.outlook, known.why) == (Outlook.APPROVAL, Why.OUTSTANDING)
        assert said(story) == (
            "A seat is free.",
            "Your request would be pending approval until your manager has signed it off.",
        )

    def test_is_told_of_pending_approval_while_an_offer_runs(self):
        """One seat is held for Ana, and one is free for whoever is signed off."""
        story = Story(session(capacity=2, sign_off=SignOff(roles=frozenset({"New hire"}))))
        story.ask("Olga", "Piet", "Ana")
        story.drop("Olga")
        story.approve("Ana")
        story.drop("Piet")

        assert told(story, role="New hire").outlook is Outlook.APPROVAL

    def test_is_told_of_the_place_and_the_sign_off_while_none_is_free(self):
        """Then it is the line, and a manager is asked as well."""
        story = Story(session(sign_off=SignOff(roles=frozenset({"New hire"}))))
        story.ask("Ana")

        assert told(story, role="New hire").outlook is Outlook.PLACE
        assert said(story, role="New hire") == (
            "You would be number 1 in line.",
            "Your manager is asked to sign it off first, and you keep your place until the answer comes.",
        )

    def test_is_told_of_another_date_on_offer(self):
        """One date of a course is enough; no manager has to do with it."""
        story = Story(session(course="fire"), session(FORKLIFT, course="fire"))
        story.ask("Ana", "Zoe", to=FORKLIFT)
        story.drop("Ana", out_of=FORKLIFT)
        story.approve("Zoe", to=FORKLIFT)

        known = told(story)

        assert (known.outlook, known.outstanding) == (Outlook.PLACE, (f"course:{FORKLIFT}",))
        assert said(story) == (
            "You would be number 1 in line.",
            "Another date of the course is on offer to you: you keep your place, and are skipped until that ends.",
        )

    def test_is_told_of_a_seat_on_another_date(self):
        """It has to be given up, or exchanged."""
        story = Story(session(course="fire"), session(FORKLIFT, course="fire"))
        story.ask("Zoe", to=FORKLIFT)

        assert said(story) == ("You have a seat on another date of this course. Give that seat up first.",)

    def test_is_told_that_everybody_waits_first(self):
        """Capacity 0."""
        story = Story(session(capacity=0))

        assert said(story) == ("You would be number 1 in line.", "Everybody joins the line first here.")

    def test_is_told_that_requests_are_collected(self):
        """In a sealed window, and before it."""
        window = Window(opens_at=at("2026-03-02 11:00"), closes_at=at("2026-03-03 11:00"), draw=Draw.PRIORITY)
        story = Story(session(window=window))

        early = said(story)
        story.now = at("2026-03-02 11:00")

        assert early == ("Requests for this session are not open yet.",)
        assert said(story) == (
            "You would be number 1 in line.",
            "Requests are collected first, and nobody is seated before the window closes.",
        )


class TestARequestThatWouldBeRefused:
    def test_for_an_offer_at_the_same_time_is_told_so(self):
        """The offer has to be answered, and there is no seat to give up."""
        story = Story(session(conflicts=ConflictRule.BLOCK), session(FORKLIFT), overlaps=[(SAFETY, FORKLIFT)])
        story.ask("Bo", "Zoe", to=FORKLIFT)
        story.drop("Bo", out_of=FORKLIFT)
        story.approve("Zoe", to=FORKLIFT)

        assert said(story) == ("You have an offer at the same time elsewhere. Answer that first.",)

    def test_is_told_so_before(self):
        """List closed, list full, too large a group, a second request, a clash, a session called off."""
        closed, full = session("Closed", waitlist_is_open=False), session("Full", waitlist_limit=1)
        clash = session("Clash", conflicts=ConflictRule.BLOCK)
        story = Story(closed, full, clash, session("Off"), overlaps=[("Clash", "Full")])
        story.ask("Ana", "Bo", to="Full")
        story.ask("Ana", to="Closed")
        story.cancel("Off")

        assert said(story, to="Closed") == ("This session is full, and its waitlist is closed.",)
        assert said(story, to="Full") == ("This session is full, and so is its waitlist: it takes 1 and no more.",)
        assert said(story, "Ana", to="Full") == ("You are in this session already. Asking again changes nothing.",)
        assert said(story, "Ana", to="Clash") == (
            "You have a seat at the same time elsewhere. Give that seat up first.",
        )
        assert said(story, to="Full", units=2) == (
            "This asks for 2 seats, but the session has 1 in all. Ask for fewer.",
        )
        assert said(story, to="Off") == ("This session was cancelled.",)
        assert isinstance(told(story, to="Off").refusal, SessionIsCancelled)
        assert told(story, to="Off").outlook is Outlook.REFUSED


class TestARequestThatIsPending:
    def test_awaits_only_a_word_while_a_seat_is_left_for_it(self):
        """Three seats, two taken; Ana needs one, Bo's group of two is too large for what is left."""
        story = Story(session(capacity=3, sign_off=SignOff(roles=frozenset({"New hire"}))))
        story.ask("Olga", "Otto")
        story.ask("Ana", role="New hire")
        story.ask("Bo", role="New hire", units=2)

        assert pending(story, "Ana")
        assert not pending(story, "Bo")

    def test_comes_after_those_in_front_who_can_take_one(self):
        """One seat is free and Bo is proposed for it; Ana behind him waits, and is told so."""
        story = Story(session(sign_off=SignOff(roles=frozenset({"New hire"}))))
        story.ask("Olga", "Bo")
        story.ask("Ana", role="New hire")
        story.drop("Olga")

        assert not pending(story, "Ana")

    def test_waits_for_more_where_another_date_is_on_offer_or_a_seat_overlaps(self):
        """Then a manager's word is not all."""
        rules = session(sign_off=SignOff())
        story = Story(rules, session(FORKLIFT), overlaps=[(SAFETY, FORKLIFT)])
        story.ask("Ana", to=FORKLIFT)
        story.ask("Ana")
        dates = Story(session(course="fire", sign_off=SignOff()), session(FORKLIFT, course="fire"))
        dates.ask("Olga", "Ana", to=FORKLIFT)
        dates.drop("Olga", out_of=FORKLIFT)
        dates.approve("Ana", to=FORKLIFT)
        dates.ask("Ana")

        assert not pending(story, "Ana")
        assert not pending(dates, "Ana")

    def test_does_not_wait_for_those_behind_it(self):
        """Ana is first and awaits a word; Bo behind her is proposed the seat meanwhile."""
        story = Story(session(sign_off=SignOff(roles=frozenset({"New hire"}))))
        story.ask("Olga")
        story.ask("Ana", role="New hire")
        story.ask("Bo")
        story.drop("Olga")

        assert pending(story, "Ana")

    def test_is_pending_where_free_seats_are_kept_as_well(self):
        """They are kept for those who wait, so for Ana too."""
        story = Story(session(sign_off=SignOff(), blocked_seats=BlockedRule.KEPT))
        story.ask("Ana")

        assert pending(story, "Ana")

    def test_is_pending_from_the_instant_at_which_a_block_ends(self):
        """The one seat is kept for the board until noon."""
        noon = at("2026-03-02 12:00")
        story = Story(session(sign_off=SignOff(), blocks=(Block(name="Board", units=1, releases_at=noon),)))
        story.ask("Ana")
        before = pending(story, "Ana")
        story.now = noon

        assert not before
        assert pending(story, "Ana")

    def test_is_nothing_else(self):
        """Who has a seat, or waits with nothing outstanding, awaits nobody's word."""
        story = Story()
        story.ask("Ana", "Bo")
        story.drop("Ana")

        assert not pending(story, "Bo")


def pending(story: Story, name: str) -> bool:
    """Say whether somebody awaits only a word, as the reads give what it takes."""
    roster, entry = story.roster(), story.entry(name)
    ahead = sum(other.seat_units for other in roster.ready_line() if other.line_key < entry.line_key)
    return awaits_only_a_word(roster.session, roster.tally, entry, ahead, story.now)


class TestWhatIsFree:
    def test_is_told_with_a_refusal_too(self):
        """Two of three are free, and a group of four asks."""
        story = Story(session(capacity=3))
        story.ask("Ana")

        known = told(story, units=4)

        assert (known.outlook, known.seat_units, known.free) == (Outlook.REFUSED, 4, 2)

    def test_is_told_with_its_number_where_it_is_kept(self):
        """Two seats are free for the two who wait."""
        story = Story(session(capacity=2))
        story.ask("Olga", "Otto", "Ana", "Bo")
        story.drop("Olga")
        story.drop("Otto")

        assert said(story) == ("You would be number 3 in line.", "2 seats are free, but kept for those who wait.")

    def test_is_told_though_the_request_expects_a_seat(self):
        """Whoever says that they expect one is told of the place, and not refused."""
        story = Story()
        story.ask("Ana")
        request = replace(story.request("Zoe"), expects_seat=True)

        assert prospect(story.ledger.for_act(request), request, story.now).outlook is Outlook.PLACE
