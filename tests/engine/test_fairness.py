"""Order served against order asked."""

from datetime import timedelta

from tests.builders import MONDAY, SAFETY, Story, session
from waitlist_app.engine import commands as c
from waitlist_app.engine.fairness import Inversion, inversions
from waitlist_app.engine.model import Block, GroupRule, LapseRule, Terms

AN_HOUR = timedelta(hours=1)


def found(story: Story) -> tuple[Inversion, ...]:
    """Find the inversions, all acts being of Monday at eleven."""
    return inversions(story.opened[SAFETY], [(MONDAY + AN_HOUR, event) for event in story.ledger.events])


def told(story: Story) -> list[tuple[str, tuple[str, ...]]]:
    """List who was seated before whom."""
    return [(one.person_id, one.passed) for one in found(story) if one.is_seated]


def waiting(*names: str, **rules) -> Story:
    """Tell a story in which Olga has the seat and these people wait."""
    story = Story(session(**rules))
    story.ask("Olga", *names)
    return story


class TestOrderServed:
    def test_scenario_079_shows_one_inversion_after_an_override(self):
        """Cleo was moved to the front and seated: two people could have been served instead."""
        story = waiting("Ana", "Bo", "Cleo")
        story.move("Cleo", before="Ana")
        story.drop("Olga")
        story.approve("Cleo")
        story.accept("Cleo")

        assert told(story) == [("Cleo", ("Ana", "Bo"))]

    def test_counts_whoever_has_to_pay_once_they_have_paid(self):
        """Cleo said yes and has still to pay: only with the payment is she seated before anybody."""
        story = waiting("Ana", "Cleo", price=4900)
        story.move("Cleo", before="Ana")
        story.drop("Olga")
        story.approve("Cleo")
        story.accept("Cleo")
        assert told(story) == []

        story.pay("Cleo")

        assert told(story) == [("Cleo", ("Ana",))]

    def test_counts_a_seat_at_the_last_moment_once_it_is_paid(self):
        """It is too late for an offer: Cleo has the seat of Ana, and has to pay for it."""
        story = waiting("Ana", "Cleo", price=4900, starts_at=MONDAY + timedelta(minutes=4))
        story.move("Cleo", before="Ana")
        story.drop("Olga")
        story.approve("Cleo", is_direct=True)
        assert told(story) == []

        story.pay("Cleo")

        assert told(story) == [("Cleo", ("Ana",))]

    def test_counts_a_grant_once_it_is_paid(self):
        """Bo is granted a seat past Ana, and pays."""
        story = waiting("Ana", "Bo", price=4900)
        story.grant("Bo")
        assert told(story) == []

        story.pay("Bo")

        assert told(story) == [("Bo", ("Ana",))]

    def test_is_told_with_the_move_and_the_approval_behind_it(self):
        """Cleo was offered the seat on Olga's word, in the place that a move gave her; she has not answered yet."""
        story = waiting("Ana", "Bo", "Cleo")
        override = story.move("Cleo", before="Ana")
        story.drop("Olga")
        story.approve("Cleo")

        assert found(story) == (
            Inversion(
                registration_id=story.id_of("Cleo"),
                person_id="Cleo",
                at=MONDAY + AN_HOUR,
                passed=("Ana", "Bo"),
                override_ids=(override,),
                approval="Olga",
                is_seated=False,
            ),
        )

    def test_is_told_of_a_seat_that_was_confirmed_without_an_offer(self):
        """Whether by an offer or at once, Cleo has the seat that was Ana's by the order."""
        story = waiting("Ana", "Bo", "Cleo")
        story.move("Cleo", before="Ana")
        story.drop("Olga")
        story.approve("Cleo", is_direct=True)

        assert told(story) == [("Cleo", ("Ana", "Bo"))]

    def test_is_told_though_the_seat_was_held_for_whom_it_brought_to_the_front(self):
        """Cleo was moved before Ana and Bo, and her turn was kept for a day: they were passed all the same."""
        story = waiting("Ana", "Bo", "Cleo")
        story.move("Cleo", before="Ana")
        story.drop("Olga")
        story.act(
            c.HoldProposal(
                session_id=SAFETY,
                registration_id=story.id_of("Cleo"),
                until=MONDAY + timedelta(days=1),
                reason="on the phone",
            )
        )
        story.approve("Cleo")
        story.accept("Cleo")

        assert told(story) == [("Cleo", ("Ana", "Bo"))]

    def test_is_told_of_a_grant_beyond_the_limit(self):
        """Bo was granted a seat while Ana, who asked before him, waits on; Cleo asked after him."""
        story = waiting("Ana", "Bo", "Cleo")
        story.grant("Bo")

        assert told(story) == [("Bo", ("Ana",))]

    def test_is_told_of_a_newcomer_who_was_seated_past_the_line(self):
        """Zoe has the seat that Ana was next for, on Olga's word."""
        story = waiting("Ana")
        story.drop("Olga")
        story.ask("Zoe", approval="Olga")

        assert told(story) == [("Zoe", ("Ana",))]

    def test_does_not_count_a_newcomer_for_whom_enough_is_left(self):
        """Ana is proposed one of two free seats: nobody has to take it from her to seat Zoe."""
        story = waiting("Ana")
        story.set_capacity(3)
        story.ask("Zoe")

        assert story.standing().confirmed == ("Olga", "Zoe")
        assert told(story) == []

    def test_does_not_count_a_seat_out_of_a_block(self):
        """The board's seat was never free, so nobody was passed over for it."""
        story = waiting("Ana", capacity=2, blocks=(Block(name="board", units=1),))
        story.ask("Zoe", block="board", approval="Olga")

        assert story.standing().confirmed == ("Olga", "Zoe")
        assert told(story) == []

    def test_counts_the_seats_that_were_free_at_that_instant(self):
        """One seat is the board's until noon: Bo took the only other one, that Ana was next for."""
        noon = MONDAY + timedelta(hours=2)
        story = waiting("Ana", "Bo", capacity=2, blocks=(Block(name="board", units=1, releases_at=noon),))
        story.move("Bo", before="Ana")
        story.drop("Olga")
        story.approve("Bo", is_direct=True)

        assert told(story) == [("Bo", ("Ana",))]

    def test_forgets_an_offer_that_came_to_nothing_when_another_is_made_in_order(self):
        """Bo let the offer lapse that a move had brought him; his next one is his by the order."""
        story = waiting("Ana", "Bo", on_lapse=LapseRule.END)
        story.move("Bo", before="Ana")
        story.drop("Olga")
        story.approve("Bo")
        story.now += timedelta(hours=48)
        story.sweep()
        story.approve("Ana")
        story.accept("Ana")
        story.drop("Ana")
        story.approve("Bo")
        story.accept("Bo")

        assert found(story) == ()

    def test_scenario_079_shows_none_without_one(self):
        """Served as asked, there is nothing to tell."""
        story = waiting("Ana", "Bo")
        story.drop("Olga")
        story.approve("Ana")
        story.accept("Ana")

        assert told(story) == []

    def test_counts_nobody_who_was_not_seated(self):
        """An offer that was declined put nobody before anybody."""
        story = waiting("Ana", "Bo")
        story.move("Bo", before="Ana")
        story.drop("Olga")
        story.approve("Bo")
        story.decline("Bo")

        assert told(story) == []

    def test_does_not_count_the_second_of_two_who_is_approved_first(self):
        """There is a seat for each of them."""
        story = waiting("Ana", "Bo")
        story.set_capacity(3)
        story.approve("Bo")
        story.accept("Bo")

        assert told(story) == []

    def test_does_not_count_a_group_that_the_rule_lets_others_pass(self):
        """Filling is the rule, not an override."""
        story = Story(session(capacity=3, groups=GroupRule.FILL))
        story.ask("Olga", "Ivo", "Hana")
        story.ask("Ana", units=2)
        story.ask("Bo")
        story.drop("Olga")
        story.approve("Bo")
        story.accept("Bo")

        assert told(story) == []

    def test_does_not_count_those_who_are_skipped(self):
        """Whoever cannot take a seat is not passed over."""
        story = waiting("Ana", "Bo")
        story.act(c.OpenMatter(session_id=SAFETY, registration_id=story.id_of("Ana"), matter="sign_off"))
        story.drop("Olga")
        story.approve("Bo")
        story.accept("Bo")

        assert told(story) == []

    def test_names_the_move_of_whoever_was_seated_without_an_offer(self):
        """The move ends with the seat, and is what brought it all the same."""
        story = waiting("Ana", "Bo")
        override = story.move("Bo", before="Ana")
        story.drop("Olga")
        story.approve("Bo", is_direct=True)

        [one] = found(story)

        assert (one.person_id, one.passed, one.override_ids) == ("Bo", ("Ana",), (override,))

    def test_names_the_move_of_those_who_were_put_further_back(self):
        """Ana was moved last, and Bo came before her by that."""
        story = waiting("Ana", "Bo")
        override = story.move("Ana")
        story.drop("Olga")
        story.approve("Bo")
        story.accept("Bo")

        [one] = found(story)

        assert (one.person_id, one.passed, one.override_ids) == ("Bo", ("Ana",), (override,))


class TestAnEarlierTime:
    def test_is_an_override_that_is_told_with_its_approval(self):
        """Eve was put in front of Ana on Tuesday, with a time of Monday: she asked when that was done."""
        story = waiting("Ana", "Bo")
        story.ask_earlier("Eve", asked_at=MONDAY - AN_HOUR, approval="Rafe")
        story.drop("Olga")
        story.approve("Eve")
        story.accept("Eve")

        [one] = found(story)

        assert (one.person_id, one.passed, one.override_ids, one.approval) == ("Eve", ("Ana", "Bo"), (), "Rafe")

    def test_makes_nobody_pass_whom_they_asked_before_all_the_same(self):
        """Cleo asked after that was done, and is served after Eve by the order too."""
        story = waiting()
        story.ask_earlier("Eve", asked_at=MONDAY - AN_HOUR)
        story.now += AN_HOUR
        story.ask("Cleo")
        story.drop("Olga")
        story.approve("Eve")
        story.accept("Eve")

        assert told(story) == []

    def test_counts_whoever_is_put_back_before_those_who_waited_meanwhile(self):
        """Ana left by mistake and has her old place again; Bo was next until then."""
        story = waiting("Ana", "Bo")
        gone = story.entry("Ana")
        story.drop("Ana")
        terms = Terms(reinstates=gone.id, first_arrival=gone.arrival)
        story.ask_earlier("Ana", asked_at=gone.requested_at, terms=terms, approval="Rafe")
        story.drop("Olga")
        story.approve("Ana")
        story.accept("Ana")

        [one] = found(story)

        assert (one.person_id, one.passed, one.approval) == ("Ana", ("Bo",), "Rafe")

    def test_is_told_less_than_the_move_that_came_after_it(self):
        """Eve stands first by a move, whatever time she was given."""
        story = waiting("Ana")
        story.now += AN_HOUR
        story.ask("Bo")
        story.ask_earlier("Eve", asked_at=MONDAY + AN_HOUR / 2, approval="Rafe")
        override = story.move("Eve", before="Ana")
        story.drop("Olga")
        story.approve("Eve")
        story.accept("Eve")

        [one] = found(story)

        assert (one.override_ids, one.approval) == ((override,), "Olga")

    def test_is_told_before_the_move_of_those_it_passes(self):
        """Ana was moved last before, but it is by her time that Eve came before her."""
        story = waiting("Ana", "Bo")
        story.move("Ana")
        story.ask_earlier("Eve", asked_at=MONDAY - AN_HOUR, approval="Rafe")
        story.drop("Olga")
        story.approve("Eve")
        story.accept("Eve")

        [one] = found(story)

        assert (one.passed, one.override_ids, one.approval) == (("Ana", "Bo"), (), "Rafe")

    def test_of_a_seat_that_was_free_passes_nobody(self):
        """Two seats are free and one is for Ana: Eve, who is put back, takes the other."""
        story = waiting("Ana")
        story.set_capacity(3)
        story.ask_earlier("Eve", asked_at=MONDAY - AN_HOUR)

        assert story.standing().confirmed == ("Olga", "Eve")
        assert told(story) == []
