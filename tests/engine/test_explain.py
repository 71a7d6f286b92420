"""What people are told when they ask why."""

from datetime import timedelta

import pytest

from tests.builders import MONDAY, SAFETY, Story, at, session, standing
from waitlist_app.engine import commands as c
from waitlist_app.engine.explain import (
    Obstacle,
    Reason,
    Step,
    Why,
    matter_in_words,
    what_it_takes,
    why,
    why_each,
)
from waitlist_app.engine.model import Block, Draw, GroupRule, SignOff, Window

FORKLIFT = "Forklift"
NEXT = "A seat is free, and this entry is next for it."
NO_SEAT = "No seat is free for this entry."


def told(story: Story) -> list[tuple[int, str, Why, str]]:
    """List what everybody in the line is told."""
    reasons = why_each(story.roster(), story.now)
    return [(r.position, r.person_id, r.why, r.sentence) for r in reasons]


class TestTheReason:
    def test_names_the_next_and_tells_the_others_that_no_seat_is_free(self):
        """One seat: the first is next."""
        story = Story()
        story.ask("Ana", "Bo", "Cleo")
        story.drop("Ana")

        assert told(story) == [(1, "Bo", Why.NEXT, NEXT), (2, "Cleo", Why.NO_SEAT, NO_SEAT)]

    def test_tells_who_is_skipped_for_a_conflict(self):
        """The place is kept, and the next is proposed."""
        story = Story(session(), session(FORKLIFT), overlaps=[(SAFETY, FORKLIFT)])
        story.ask("Bo", to=FORKLIFT)
        story.ask("Ana", "Bo", "Cleo")
        story.drop("Ana")

        reason = why(story.roster(), story.id_of("Bo"), story.now)

        assert reason == Reason(
            registration_id=story.id_of("Bo"),
            person_id="Bo",
            position=1,
            why=Why.CONFLICT,
            sentence="Skipped, with the place kept: this person holds a seat in a session at the same time.",
            session_ids=(FORKLIFT,),
        )
        assert [(r.person_id, r.why) for r in why_each(story.roster(), story.now)][1:] == [("Cleo", Why.NEXT)]

    def test_tells_a_group_what_it_needs_and_those_behind_what_they_wait_for(self):
        """Strict: one free seat, a group of two in front, and nobody is passed over."""
        story = Story(session(capacity=2))
        story.ask("Ana", "Olga")
        story.ask("Bo", units=2)
        story.ask("Cleo")
        story.drop("Ana")

        assert told(story) == [
            (1, "Bo", Why.TOO_FEW_SEATS, "This entry needs 2 seats, and 1 is free."),
            (2, "Cleo", Why.GROUP_AHEAD, "A group in front waits for 2 seats, and nobody is passed over."),
        ]

    def test_tells_a_group_that_is_passed_what_it_needs(self):
        """Filling: who fits is next, the group keeps its place and knows why."""
        story = Story(session(capacity=4, groups=GroupRule.FILL))
        story.ask("Ana", "Olga", units=2)
        story.ask("Bo", units=3)
        story.ask("Cleo", "Dan", "Eve")
        story.drop("Ana")

        assert told(story) == [
            (1, "Bo", Why.TOO_FEW_SEATS, "This entry needs 3 seats, and 2 are free."),
            (2, "Cleo", Why.NEXT, NEXT),
            (3, "Dan", Why.NEXT, NEXT),
            (4, "Eve", Why.NO_SEAT, NO_SEAT),
        ]

    def test_counts_what_is_left_behind_those_who_are_next(self):
        """Three seats are free; one of them is Ana's, and Bo's three have two."""
        story = Story(session(capacity=3))
        story.ask("Olga", units=3)
        story.ask("Ana")
        story.ask("Bo", units=3)
        story.drop("Olga")

        assert told(story) == [
            (1, "Ana", Why.NEXT, NEXT),
            (2, "Bo", Why.TOO_FEW_SEATS, "This entry needs 3 seats, and 2 are free."),
        ]

    def test_follows_the_deadline_though_no_job_has_run(self):
        """A seat whose offer has ended is free for the next."""
        story = Story()
        story.ask("Ana", "Bo", "Cleo")
        story.drop("Ana")
        story.approve("Bo")
        before = told(story)
        story.now = at("2026-03-04 10:00")

        assert before == [(1, "Cleo", Why.NO_SEAT, NO_SEAT)]
        assert told(story) == [(1, "Cleo", Why.NEXT, NEXT)]

    def test_calls_everybody_next_where_there_is_no_limit(self):
        """Without a limit there is a seat for everybody who waits."""
        story = Story()
        story.ask("Ana", "Bo", "Cleo")
        story.set_capacity(None)

        assert [r.why for r in why_each(story.roster(), story.now)] == [Why.NEXT, Why.NEXT]

    def test_counts_the_sessions_in_conflict(self):
        """Two seats elsewhere are two reasons."""
        pairs = [(SAFETY, FORKLIFT), (SAFETY, "Crane")]
        story = Story(session(), session(FORKLIFT), session("Crane"), overlaps=pairs)
        story.ask("Ana", to=FORKLIFT)
        story.ask("Ana", to="Crane")
        story.ask("Ana")

        reason = why(story.roster(), story.id_of("Ana"), story.now)

        assert reason is not None
        assert reason.sentence == (
            "Skipped, with the place kept: this person holds a seat in 2 sessions at the same time."
        )

    def test_tells_an_offer_from_a_seat(self):
        """What the person has there stands in that session, so whoever asks says it; one seat among them is a seat."""
        pairs = [(SAFETY, FORKLIFT), (SAFETY, "Crane")]
        story = Story(session(), session(FORKLIFT), session("Crane"), overlaps=pairs)
        story.ask("Ana", to=FORKLIFT)
        story.ask("Ana", to="Crane")
        story.ask("Ana")
        ana, roster = story.id_of("Ana"), story.roster()

        both = why(roster, ana, story.now, offered=frozenset({FORKLIFT, "Crane"}))
        one = why(roster, ana, story.now, offered=frozenset({FORKLIFT}))

        assert both is not None
        assert both.sentence == (
            "Skipped, with the place kept: this person has an offer in 2 sessions at the same time."
        )
        assert one == why(roster, ana, story.now)

    def test_does_not_exist_for_somebody_who_does_not_wait(self):
        """Whoever has a seat needs no reason."""
        story = Story()
        story.ask("Ana")

        assert why(story.roster(), story.id_of("Ana"), story.now) is None

    def test_tells_what_is_outstanding(self):
        """Bo's manager has not answered yet; Cleo is next meanwhile."""
        story = Story()
        story.ask("Ana", "Bo", "Cleo")
        story.act(c.OpenMatter(session_id=SAFETY, registration_id=story.id_of("Bo"), matter="sign_off"))
        story.drop("Ana")

        assert told(story) == [
            (1, "Bo", Why.OUTSTANDING, "Skipped, with the place kept: a manager has still to sign it off."),
            (2, "Cleo", Why.NEXT, NEXT),
        ]

    def test_tells_everybody_in_a_sealed_window_that_requests_are_collected_first(self):
        """Two seats are free, and nobody is next for them yet."""
        story = Story(session(window=Window(opens_at=MONDAY, closes_at=at("2026-03-06 12:00"), draw=Draw.PRIORITY)))
        story.ask("Ana", "Bo")
        said = "Requests are collected first. Nobody is seated before the window closes."

        assert told(story) == [(1, "Ana", Why.SEALED, said), (2, "Bo", Why.SEALED, said)]

    def test_tells_how_often_a_group_was_passed_and_that_no_more_may_pass_it(self):
        """Ana's two were passed twice, which is as often as the rule allows: Dan would fit, and waits for them."""
        story = Story(session(capacity=4, groups=GroupRule.FILL_AT_MOST))
        story.ask("Olga", "Piet", "Rosa", "Tom")
        story.ask("Ana", units=2)
        story.ask("Bo", "Cleo", "Dan")
        for name, following in (("Olga", "Bo"), ("Piet", "Cleo")):
            story.drop(name)
            story.approve(following)
        story.drop("Rosa")

        assert told(story) == [
            (1, "Ana", Why.TOO_FEW_SEATS, "This entry needs 2 seats, and 1 is free, and was passed over 2×."),
            (
                2,
                "Dan",
                Why.KEPT_FOR_GROUP,
                "What is free is kept for a group in front: it waits for 2 seats, and was passed over 2×.",
            ),
        ]

    def test_speaks_of_the_first_group_that_others_may_not_pass(self):
        """Two seats are kept for Ana's three; Bo's group of four is too many as well, and Cleo would fit."""
        story = Story(session(capacity=5, groups=GroupRule.FILL_AT_MOST, most_passes=0))
        story.ask("Olga", "Piet", "Rosa", "Tom", "Uwe")
        story.ask("Ana", units=3)
        story.ask("Bo", units=4)
        story.ask("Cleo", units=2)
        story.drop("Olga")
        story.drop("Piet")

        assert told(story) == [
            (1, "Ana", Why.TOO_FEW_SEATS, "This entry needs 3 seats, and 2 are free."),
            (2, "Bo", Why.TOO_FEW_SEATS, "This entry needs 4 seats, and 2 are free."),
            (3, "Cleo", Why.KEPT_FOR_GROUP, "What is free is kept for a group in front: it waits for 3 seats."),
        ]

    @pytest.mark.parametrize(("seconds_early", "then"), [(1, Why.NO_SEAT), (0, Why.NEXT)])
    def test_follows_the_release_of_a_block_to_the_second(self, seconds_early, then):
        """The board's seat is kept until noon."""
        noon = MONDAY + timedelta(hours=2)
        story = Story(session(capacity=2, blocks=(Block(name="board", units=1, releases_at=noon),)))
        story.ask("Ana", "Bo")

        reason = why(story.roster(), story.id_of("Bo"), noon - timedelta(seconds=seconds_early))

        assert reason is not None
        assert reason.why is then

    @pytest.mark.parametrize(("seconds_early", "then"), [(1, Why.KEPT_FOR_GROUP), (0, Why.NEXT)])
    def test_follows_the_cut_off_though_no_job_has_run(self, seconds_early, then):
        """A seat is kept for Ana's two until Monday noon; then it is Bo's."""
        noon = MONDAY + timedelta(hours=2)
        story = Story(session(capacity=2, groups=GroupRule.FILL_AT_MOST, most_passes=0, starts_at=noon))
        story.ask("Olga", "Piet")
        story.ask("Ana", units=2)
        story.ask("Bo")
        story.drop("Olga")

        reason = why(story.roster(), story.id_of("Bo"), noon - timedelta(seconds=seconds_early))

        assert reason is not None
        assert reason.why is then
        [step] = what_it_takes(story.roster(), story.id_of("Bo"), noon - timedelta(seconds=seconds_early))
        assert step.obstacle is (Obstacle.APPROVAL if then is Why.NEXT else Obstacle.SEATS)


class TestAMatter:
    @pytest.mark.parametrize(
        ("matter", "said"),
        [
            ("sign_off", "a manager has still to sign it off"),
            ("course:c1", "another date of the course is on offer"),
        ],
    )
    def test_is_told_by_what_stands_before_the_colon(self, matter, said):
        """What it is about, behind the colon, is for programs."""
        assert matter_in_words(matter) == said


def takes(story: Story, name: str) -> tuple[Step, ...]:
    """Give what would have to happen for somebody."""
    return what_it_takes(story.roster(), story.id_of(name), story.now)


class TestWhatItTakes:
    def test_is_as_many_seats_as_everybody_in_front_and_oneself_need(self):
        """Nobody leaves: Bo needs one seat to come back, Cleo's group of two needs three."""
        story = Story(session(capacity=2))
        story.ask("Ana", "Olga", "Bo")
        story.ask("Cleo", units=2)

        assert takes(story, "Bo") == (Step(obstacle=Obstacle.SEATS, seat_units=1),)
        assert takes(story, "Cleo") == (Step(obstacle=Obstacle.SEATS, seat_units=3),)

    def test_counts_what_is_free_already(self):
        """A group of two, one seat free."""
        story = Story(session(capacity=2))
        story.ask("Ana", "Olga")
        story.ask("Bo", units=2)
        story.drop("Ana")

        assert takes(story, "Bo") == (Step(obstacle=Obstacle.SEATS, seat_units=1),)

    def test_is_an_approval_for_whoever_is_next(self):
        """The seat is free and proposed."""
        story = Story()
        story.ask("Ana", "Bo")
        story.drop("Ana")

        assert takes(story, "Bo") == (Step(obstacle=Obstacle.APPROVAL),)

    def test_is_an_approval_for_who_may_pass_a_group(self):
        """Though there is not enough for everybody in front."""
        story = Story(session(capacity=2, groups=GroupRule.FILL))
        story.ask("Ana", "Olga")
        story.ask("Bo", units=2)
        story.ask("Cleo")
        story.drop("Ana")

        assert takes(story, "Cleo") == (Step(obstacle=Obstacle.APPROVAL),)

    def test_names_every_obstacle(self):
        """A seat at the same time, a sign-off, and then a seat."""
        story = Story(session(sign_off=SignOff()), session(FORKLIFT), overlaps=[(SAFETY, FORKLIFT)])
        story.ask("Olga", to=FORKLIFT, units=1)
        story.drop("Olga", out_of=FORKLIFT)
        story.ask("Ana", to=FORKLIFT)
        story.ask("Ana")

        assert takes(story, "Ana") == (
            Step(obstacle=Obstacle.CONFLICT, session_id=FORKLIFT),
            Step(obstacle=Obstacle.MATTER, matter="sign_off"),
            Step(obstacle=Obstacle.APPROVAL),
        )

    def test_is_no_approval_where_offers_go_out_by_themselves(self):
        """Only the clash is left: with its end the offer follows."""
        story = Story(standing(), session(FORKLIFT), overlaps=[(SAFETY, FORKLIFT)])
        story.ask("Ana", to=FORKLIFT)
        story.ask("Ana")

        assert takes(story, "Ana") == (Step(obstacle=Obstacle.CONFLICT, session_id=FORKLIFT),)

    def test_is_an_approval_once_it_is_too_late_for_offers(self):
        """From the cut-off on nothing happens by itself, and a person has to decide."""
        story = Story(standing(starts_at=MONDAY + timedelta(hours=1)))
        story.ask("Olga", "Ana")
        story.now = MONDAY + timedelta(minutes=56)
        story.drop("Olga")

        assert takes(story, "Ana") == (Step(obstacle=Obstacle.APPROVAL),)

    def test_is_the_closing_of_a_window(self):
        """Before that nobody is seated."""
        closes_at = at("2026-03-03 10:00")
        story = Story(session(window=Window(opens_at=at("2026-03-02 09:00"), closes_at=closes_at, draw=Draw.PRIORITY)))
        story.ask("Ana")

        assert takes(story, "Ana") == (Step(obstacle=Obstacle.WINDOW, at=closes_at),)

    def test_is_a_seat_once_the_window_has_closed(self):
        """Ana was first in the draw, and Bo needs a seat that comes back."""
        closes_at = at("2026-03-03 10:00")
        story = Story(session(window=Window(opens_at=at("2026-03-02 09:00"), closes_at=closes_at, draw=Draw.PRIORITY)))
        story.ask("Ana", "Bo")
        story.now = closes_at
        story.sweep()

        assert takes(story, "Bo") == (Step(obstacle=Obstacle.SEATS, seat_units=1),)

    def test_is_the_seat_of_an_offer_until_that_has_ended(self):
        """Ana has until Wednesday at ten to say yes; from then on Bo is next."""
        story = Story()
        story.ask("Olga", "Ana", "Bo")
        story.drop("Olga")
        story.approve("Ana")
        before = takes(story, "Bo")
        story.now = at("2026-03-04 10:00")

        assert before == (Step(obstacle=Obstacle.SEATS, seat_units=1),)
        assert takes(story, "Bo") == (Step(obstacle=Obstacle.APPROVAL),)

    def test_is_a_seat_beside_the_one_that_is_held(self):
        """One is free and held for Ana until noon: she needs an approval, and Bo a seat."""
        story = Story()
        story.ask("Olga", "Ana", "Bo")
        story.drop("Olga")
        noon = at("2026-03-02 12:00")
        story.act(
            c.HoldProposal(session_id=SAFETY, registration_id=story.id_of("Ana"), until=noon, reason="asks at home")
        )

        assert takes(story, "Ana") == (Step(obstacle=Obstacle.APPROVAL),)
        assert takes(story, "Bo") == (Step(obstacle=Obstacle.SEATS, seat_units=1),)

    def test_is_nothing_for_who_does_not_wait(self):
        """They have a seat, or left."""
        story = Story()
        story.ask("Ana")

        assert takes(story, "Ana") == ()


class TestWhatItTakesWithoutALimit:
    def test_is_an_approval_alone(self):
        """No seat has to come back where there is no limit: everybody is next."""
        story = Story(session(capacity=1))
        story.ask("Olga", "Ana", "Bo")
        story.set_capacity(None)

        assert takes(story, "Ana") == takes(story, "Bo") == (Step(obstacle=Obstacle.APPROVAL),)

    def test_is_no_seat_for_who_is_skipped_either(self):
        """Ana's clash has to end, and nobody has to leave."""
        story = Story(session(), session(FORKLIFT), overlaps=[(SAFETY, FORKLIFT)])
        story.ask("Ana", to=FORKLIFT)
        story.ask("Olga", "Ana")
        story.set_capacity(None)

        assert takes(story, "Ana") == (
            Step(obstacle=Obstacle.CONFLICT, session_id=FORKLIFT),
            Step(obstacle=Obstacle.APPROVAL),
        )


class TestThePositionOfAReason:
    def test_is_told_whatever_the_reason_is(self):
        """Held, too large for the session, next: each has its number in the line."""
        story = Story(session(capacity=3))
        story.ask("Zoe", "Yan", "Xia")
        story.ask("Ana")
        story.ask("Bo", units=3)
        story.ask("Cleo")
        story.drop("Zoe")
        story.act(
            c.HoldProposal(
                session_id=SAFETY,
                registration_id=story.id_of("Ana"),
                until=MONDAY + timedelta(hours=2),
                reason="asks at home",
            )
        )
        story.drop("Yan")
        story.set_rules(capacity=2)

        assert [(number, name, why) for number, name, why, _ in told(story)] == [
            (1, "Ana", Why.HELD),
            (2, "Bo", Why.OUTSTANDING),
            (3, "Cleo", Why.NO_SEAT),
        ]
