"""Two records that turn out to be one person."""

import pytest

from tests.builders import SAFETY, Standing, Story, at, session
from waitlist_app.engine import commands as c
from waitlist_app.engine.decisions.merging import STALE
from waitlist_app.engine.events import (
    ConflictBegan,
    PersonReplaced,
    ProposalWithdrawn,
    RegistrationClosed,
    SeatProposed,
)
from waitlist_app.engine.model import ConflictRule, Draw, Order, PriorityRule, RankBy, Status, Terms, Window
from waitlist_app.engine.ordering import commitment_to

FORKLIFT = "Forklift"
AT_ONE_TIME = [(SAFETY, FORKLIFT)]


class TestMergingTwoRecords:
    def test_moves_a_place_as_it_stands(self):
        """Time, number and key are what they were; only whose it is changes."""
        story = Story()
        story.ask("Ana", "Anna", "Bo")
        before = story.entry("Anna")

        events = story.merge("Anna", into="Cleo")

        assert events == (
            PersonReplaced(
                session_id=SAFETY,
                registration_id=before.id,
                person_id="Cleo",
                was_person_id="Anna",
                status=Status.WAITLISTED,
                approval="merge",
            ),
        )
        after = story.entry("Cleo")
        assert (after.requested_at, after.arrival, after.base_key, after.line_key) == (
            before.requested_at,
            before.arrival,
            before.base_key,
            before.line_key,
        )
        assert story.line() == "Cleo Bo"

    def test_keeps_the_deadline_of_an_offer(self):
        """What was promised to the one record is promised to the other."""
        story = Story()
        story.ask("Ana", "Anna")
        story.drop("Ana")
        story.approve("Anna")
        until = story.entry("Anna").offer_expires_at

        story.merge("Anna", into="Ana")

        assert story.entry("Ana").offer_expires_at == until == at("2026-03-04 10:00")
        story.accept("Ana")
        assert story.standing() == Standing(confirmed=("Ana",))

    def test_keeps_a_proposal(self):
        """Nobody is passed over or served by it."""
        story = Story()
        story.ask("Ana", "Anna", "Bo")
        story.drop("Ana")
        proposal = story.proposal_of("Anna")

        story.merge("Anna", into="Ana")

        assert story.proposal_of("Ana") == proposal

    def test_does_nothing_for_somebody_who_is_nowhere(self):
        """A record without any registration is merged without any event here."""
        story = Story()
        story.ask("Ana")

        assert (
            story.act(
                c.ReplacePerson(
                    session_id=SAFETY, person_id="Anna", into_id="Ana", theirs=frozenset(), approval="merge"
                )
            )
            == ()
        )
        assert story.standing() == Standing(confirmed=("Ana",))


class TestOfTwoInOneSession:
    def test_a_seat_stays_before_a_place(self):
        """The place of the record that stays ends as stale, and the seat is theirs."""
        story = Story()
        story.ask("Anna", "Ana", "Bo")
        seat, place = story.entry("Anna"), story.entry("Ana")

        events = story.merge("Anna", into="Ana")

        assert events == (
            RegistrationClosed(
                session_id=SAFETY,
                registration_id=place.id,
                person_id="Ana",
                seat_units=1,
                was=Status.WAITLISTED,
                status=Status.REMOVED,
                was_ready=True,
                reason=STALE,
                approval="merge",
                is_stale=True,
            ),
            PersonReplaced(
                session_id=SAFETY,
                registration_id=seat.id,
                person_id="Ana",
                was_person_id="Anna",
                status=Status.CONFIRMED,
                approval="merge",
            ),
        )
        assert story.standing() == Standing(confirmed=("Ana",), waiting=("Bo",))

    def test_the_seat_of_the_record_that_stays_is_kept_too(self):
        """Then only the place of the other ends."""
        story = Story()
        story.ask("Ana", "Anna")

        [event] = story.merge("Anna", into="Ana")

        assert isinstance(event, RegistrationClosed)
        assert (event.person_id, event.is_stale) == ("Anna", True)
        assert story.standing() == Standing(confirmed=("Ana",))

    def test_an_offer_stays_before_a_place(self):
        """The offer moves, though the other asked first and was moved to the front."""
        story = Story()
        story.ask("Olga", "Anna", "Ana")
        story.drop("Olga")
        story.approve("Anna")

        story.merge("Anna", into="Ana")

        assert story.standing() == Standing(offered=("Ana",))

    def test_of_two_places_the_earlier_stays(self):
        """Whichever record it belongs to; the line is as it was without the other."""
        story = Story()
        story.ask("Olga", "Anna", "Bo", "Ana", "Cleo")
        before = story.entry("Anna")

        story.merge("Anna", into="Ana")

        assert story.line() == "Ana Bo Cleo"
        assert story.entry("Ana").id == before.id

    def test_a_move_to_the_front_counts_as_the_earlier_place(self):
        """It is the place in the line, not the time of asking."""
        story = Story()
        story.ask("Olga", "Anna", "Bo", "Ana")
        story.move("Ana", before="Anna")
        before = story.entry("Ana")

        story.merge("Anna", into="Ana")

        assert story.line() == "Ana Bo"
        assert story.entry("Ana").id == before.id

    def test_of_two_seats_the_earlier_stays_and_the_other_goes_to_the_next(self):
        """In the same act: nobody sits on two chairs while others wait."""
        story = Story(session(capacity=2))
        story.ask("Anna", "Ana", "Bo")
        seat = story.entry("Anna")

        events = story.merge("Anna", into="Ana")

        assert story.entry("Ana").id == seat.id
        assert [type(event) for event in events] == [RegistrationClosed, PersonReplaced, SeatProposed]
        assert story.standing() == Standing(confirmed=("Ana",), waiting=("Bo",), proposed=("Bo",))

    def test_a_seat_in_which_somebody_came_stays(self):
        """They were checked in there."""
        story = Story(session(capacity=2))
        story.ask("Ana", "Anna")
        came = story.id_of("Anna")
        story.act(c.CheckIn(session_id=SAFETY, registration_id=came))

        story.merge("Anna", into="Ana")

        assert story.entry("Ana").id == came

    def test_a_proposal_for_the_place_that_ends_goes_to_the_next(self):
        """The session is settled as after any other act."""
        story = Story(session(capacity=2))
        story.ask("Anna", "Olga", "Ana", "Bo")
        story.drop("Olga")

        events = story.merge("Anna", into="Ana")

        assert [type(event) for event in events] == [
            ProposalWithdrawn,
            RegistrationClosed,
            PersonReplaced,
            SeatProposed,
        ]
        assert story.standing() == Standing(confirmed=("Ana",), waiting=("Bo",), proposed=("Bo",))

    def test_a_seat_that_is_to_be_exchanged_stays_before_one_alike(self):
        """Otherwise the exchange would be off."""
        story = Story(session(capacity=2), session(FORKLIFT, capacity=0), overlaps=AT_ONE_TIME)
        story.ask("Anna", "Ana")
        named = story.id_of("Ana")
        story.ask("Ana", to=FORKLIFT, terms=Terms(gives_up=named, gives_up_in=SAFETY))
        going = story.entry("Anna")

        story.act(
            c.ReplacePerson(
                session_id=SAFETY,
                person_id="Anna",
                into_id="Ana",
                theirs=frozenset({going.id}),
                approval="merge",
                exchanged=frozenset({named}),
            )
        )

        assert story.entry("Ana").id == named


class TestDatesOfOneCourse:
    def test_end_the_wait_for_others_when_a_seat_comes_with_a_record(self):
        """One date is enough, whichever record it was given to."""
        story = Story(session(course="fire"), session(FORKLIFT, course="fire"))
        story.ask("Anna")
        story.ask("Olga", "Ana", "Bo", to=FORKLIFT)

        events = story.merge("Anna", into="Ana")

        assert [type(event) for event in events] == [PersonReplaced, RegistrationClosed]
        assert story.standing(FORKLIFT) == Standing(confirmed=("Olga",), waiting=("Bo",))

    def test_end_a_wait_that_comes_to_somebody_with_a_seat(self):
        """The other way round."""
        story = Story(session(course="fire"), session(FORKLIFT, course="fire"))
        story.ask("Ana")
        story.ask("Olga", "Anna", "Bo", to=FORKLIFT)

        story.merge("Anna", into="Ana")

        assert story.standing(FORKLIFT) == Standing(confirmed=("Olga",), waiting=("Bo",))

    def test_are_skipped_for_an_offer_that_comes_with_a_record(self):
        """And served again when it ends."""
        story = Story(session(course="fire"), session(FORKLIFT, course="fire"))
        story.ask("Olga", "Anna")
        story.drop("Olga")
        story.approve("Anna")
        story.ask("Bo", "Ana", to=FORKLIFT)

        story.merge("Anna", into="Ana")
        skipped = story.entry("Ana", FORKLIFT).outstanding
        story.decline("Ana")

        assert skipped == (f"course:{SAFETY}",)
        assert story.entry("Ana", FORKLIFT).outstanding == ()

    def test_stay_skipped_though_the_worse_of_two_offers_ends(self):
        """The date is on offer to them as before."""
        story = Story(session(capacity=2, course="fire"), session(FORKLIFT, course="fire"))
        story.ask("Olga", "Otto", "Anna", "Ana")
        story.drop("Olga")
        story.drop("Otto")
        story.approve("Anna")
        story.approve("Ana")
        story.ask("Bo", "Ana", to=FORKLIFT)

        events = story.merge("Anna", into="Ana")

        assert [type(event) for event in events] == [RegistrationClosed, PersonReplaced]
        assert story.entry("Ana", FORKLIFT).outstanding == (f"course:{SAFETY}",)

    def test_leave_both_seats(self):
        """What each record was promised is kept."""
        story = Story(session(course="fire"), session(FORKLIFT, course="fire"))
        story.ask("Ana")
        story.ask("Anna", to=FORKLIFT)

        story.merge("Anna", into="Ana")

        assert story.standing(FORKLIFT) == Standing(confirmed=("Ana",))


class TestSessionsAtOneTime:
    def test_leave_both_seats_with_a_waiver(self):
        """Both were promised; the seat that moves carries the approval of the merge."""
        story = Story(session(), session(FORKLIFT), overlaps=AT_ONE_TIME)
        story.ask("Ana")
        story.ask("Anna", to=FORKLIFT)

        [event] = story.merge("Anna", into="Ana")

        assert isinstance(event, PersonReplaced)
        assert event.waiver == "merge"
        assert (story.entry("Ana").waiver, story.entry("Ana", FORKLIFT).waiver) == ("", "merge")

    def test_leave_a_waiver_that_there_is(self):
        """The seat overlapped before, on somebody else's word."""
        story = Story(session(), session(FORKLIFT), overlaps=AT_ONE_TIME)
        story.ask("Ana")
        story.ask("Anna", to=FORKLIFT, waiver="by Olga")

        story.merge("Anna", into="Ana")

        assert story.entry("Ana", FORKLIFT).waiver == "by Olga"

    def test_need_no_waiver_where_the_guard_is_off(self):
        """There is nothing to lift."""
        story = Story(session(), session(FORKLIFT, conflicts=ConflictRule.IGNORE), overlaps=AT_ONE_TIME)
        story.ask("Ana")
        story.ask("Anna", to=FORKLIFT)

        story.merge("Anna", into="Ana")

        assert story.entry("Ana", FORKLIFT).waiver == ""

    def test_need_no_waiver_for_two_seats_of_the_same_record(self):
        """What the record that goes had beside each other is not new."""
        story = Story(session(), session(FORKLIFT), overlaps=AT_ONE_TIME)
        story.ask("Anna")
        story.ask("Anna", to=FORKLIFT, waiver="by Olga")

        events = story.merge("Anna", into="Ana")

        assert [event.waiver for event in events if isinstance(event, PersonReplaced)] == ["", ""]

    def test_skip_a_place_that_moves_to_somebody_with_a_seat(self):
        """The place is kept, and the next is proposed instead."""
        story = Story(session(), session(FORKLIFT), overlaps=AT_ONE_TIME)
        story.ask("Olga", "Anna", "Bo")
        story.ask("Ana", to=FORKLIFT)
        story.drop("Olga")

        events = story.merge("Anna", into="Ana")

        assert [type(event) for event in events] == [PersonReplaced, ProposalWithdrawn, ConflictBegan, SeatProposed]
        assert story.entry("Ana").conflicts == (FORKLIFT,)
        assert story.standing() == Standing(waiting=("Ana", "Bo"), proposed=("Bo",))

    def test_skip_a_place_when_a_seat_comes_to_its_person(self):
        """The other way round."""
        story = Story(session(), session(FORKLIFT), overlaps=AT_ONE_TIME)
        story.ask("Olga", "Ana", "Bo")
        story.ask("Anna", to=FORKLIFT)
        story.drop("Olga")

        story.merge("Anna", into="Ana")

        assert story.entry("Ana").conflicts == (FORKLIFT,)
        assert story.standing() == Standing(waiting=("Ana", "Bo"), proposed=("Bo",))

    def test_stay_a_conflict_though_the_worse_of_two_seats_ends(self):
        """There is one seat less, and they still have one at that time: nothing begins or ends for the other entry."""
        story = Story(session(), session(FORKLIFT, capacity=2), overlaps=AT_ONE_TIME)
        story.ask("Anna", "Ana", to=FORKLIFT)
        story.ask("Olga", "Ana")

        events = story.merge("Anna", into="Ana")

        assert story.entry("Ana").conflicts == (FORKLIFT,)
        assert [type(event) for event in events] == [RegistrationClosed, PersonReplaced]


class TestAfterALottery:
    def test_the_place_that_was_drawn_stays_in_another_order(self):
        """The lot belongs to the record that drew it; whose it is since does not draw again."""
        morning = at("2026-03-02 10:00")
        window = Window(
            opens_at=morning, closes_at=at("2026-03-02 11:00"), draw=Draw.LOTTERY, commitment=commitment_to("7d1f")
        )
        story = Story(session(capacity=0, window=window), seed="7d1f")
        story.ask("Ana", "Bo", "Cleo", "Dan")
        story.now = at("2026-03-02 11:00")
        story.act(c.CloseWindow(session_id=SAFETY, seed="7d1f"))
        first, *_ = drawn = story.standing().waiting
        keys = [entry.base_key for entry in story.roster().line()]

        story.merge(first, into="Eve")
        story.order_by(Order.PRIORITY, priority=(PriorityRule(by=RankBy.NO_SHOWS),))

        assert story.standing().waiting == ("Eve", *drawn[1:])
        assert [entry.base_key for entry in story.roster().line()] == keys


@pytest.mark.parametrize("reason", [STALE, "shift swap"])
def test_a_drop_for_whatever_reason_ends_a_conflict(reason: str):
    """Only a registration that is closed beside a better one leaves its person busy, not a word in a reason."""
    story = Story(session(), session(FORKLIFT), overlaps=AT_ONE_TIME)
    story.ask("Ana", to=FORKLIFT)
    story.ask("Olga", "Ana")

    story.act(
        c.Close(session_id=FORKLIFT, registration_id=story.id_of("Ana", FORKLIFT), status=Status.DROPPED, reason=reason)
    )

    assert story.entry("Ana").conflicts == ()


class TestASeatToBeExchanged:
    def test_is_in_nobodys_way_once_the_other_seat_there_has_ended(self):
        """Anna swaps Safety for Forklift, Ann has a seat in Safety too: merged, Ann's is stale, and the swap stands."""
        story = Story(session(FORKLIFT), session(SAFETY, capacity=5), overlaps=AT_ONE_TIME)
        story.ask("Zoe", to=FORKLIFT)
        story.ask("Anna", "Ann")
        seat = story.id_of("Anna")
        story.ask("Anna", to=FORKLIFT, terms=Terms(gives_up=seat, gives_up_in=SAFETY))

        story.merge("Anna", into="Ann")

        assert story.id_of("Ann") == seat
        assert story.entry("Ann", FORKLIFT).conflicts == ()
        story.drop("Zoe", out_of=FORKLIFT)
        assert story.standing(FORKLIFT).proposed == ("Ann",)


def test_two_offers_at_the_same_time_stay_and_one_of_them_is_answered_first():
    """Each record had one; the merge excuses the one that was there, and whoever accepts one chooses."""
    story = Story(session(), session(FORKLIFT), overlaps=AT_ONE_TIME)
    for name, code in (("Anna", SAFETY), ("Ana", FORKLIFT)):
        story.ask(f"Olga of {code}", name, to=code)
        story.drop(f"Olga of {code}", out_of=code)
        story.approve(name, to=code)

    story.merge("Anna", into="Ana")

    here, there = story.entry("Ana"), story.entry("Ana", FORKLIFT)
    assert (here.status, here.waiver) == (Status.OFFERED, "merge")
    assert (there.status, there.excused) == (Status.OFFERED, "merge")


def test_a_place_that_comes_to_somebody_with_an_offer_of_another_date_is_skipped():
    """Anna waits for one date of a course, and Ana is offered another: until it ends she is skipped."""
    story = Story(session(course="fire"), session(FORKLIFT, course="fire"))
    story.ask("Olga", "Anna")
    story.ask("Piet", "Ana", to=FORKLIFT)
    story.drop("Piet", out_of=FORKLIFT)
    story.approve("Ana", to=FORKLIFT)

    story.merge("Anna", into="Ana")

    assert story.entry("Ana").outstanding == ("course:Forklift",)


def test_of_two_seats_the_earlier_stays_though_it_came_out_of_the_line():
    """Ana waited and was confirmed; Anna asked later and was seated at once."""
    story = Story()
    story.ask("Olga", "Ana")
    story.drop("Olga")
    story.approve("Ana", is_direct=True)
    kept = story.id_of("Ana")
    story.set_capacity(2)
    story.ask("Anna")

    story.merge("Anna", into="Ana")

    assert (story.id_of("Ana"), story.standing()) == (kept, Standing(confirmed=("Ana",)))
