"""The book in memory: what falls due in it, and what it was told to keep sealed."""

from datetime import timedelta

from tests.builders import MONDAY, SAFETY, Story, at, session
from waitlist_app.engine import commands as c
from waitlist_app.engine.ledger import Ledger
from waitlist_app.engine.model import Asking, BlockedRule, Draw, GroupRule, Roster, Window

DEADLINE = at("2026-03-04 10:00")
"""48 hours after Monday, 10:00."""
A_TICK = timedelta(microseconds=1)


def offers_in_two_sessions() -> Story:
    """Offer Ana a seat in each of two sessions on Monday at ten, and Bo one in the first an hour later."""
    story = Story(session("Crane", capacity=2), session("Alarm"))
    story.ask("Olga", "Piet", "Ana", "Bo", to="Crane")
    story.ask("Zoe", "Ana", to="Alarm")
    for name, code, hour in (("Olga", "Crane", 0), ("Zoe", "Alarm", 0), ("Piet", "Crane", 1)):
        story.now = MONDAY + timedelta(hours=hour)
        story.drop(name, out_of=code)
        story.approve("Bo" if name == "Piet" else "Ana", to=code)
    return story


class TestWhatFallsDue:
    def test_is_told_by_instant_and_then_by_code(self):
        """A sweep that comes late ends the first deadline in every session before it looks at the next."""
        ledger = offers_in_two_sessions().ledger

        assert [*ledger.due(at("2026-03-09 10:00")).items()] == [
            (DEADLINE, [("Alarm", "Alarm"), ("Crane", "Crane")]),
            (DEADLINE + timedelta(hours=1), [("Crane", "Crane")]),
        ]

    def test_is_due_at_its_deadline_and_not_a_tick_before(self):
        """A deadline is exclusive."""
        ledger = offers_in_two_sessions().ledger

        assert ledger.due(DEADLINE - A_TICK) == {}
        assert [*ledger.due(DEADLINE)] == [DEADLINE]

    def test_is_named_once_for_several_offers_of_one_session(self):
        """One sweep of the session ends them all."""
        story = Story(session(capacity=2))
        story.ask("Olga", "Piet", "Ana", "Bo")
        for name in ("Olga", "Piet"):
            story.drop(name)
        for name in ("Ana", "Bo"):
            story.approve(name)

        assert story.ledger.due(DEADLINE) == {DEADLINE: [("Safety", "Safety")]}

    def test_is_nothing_once_it_was_answered(self):
        """Ana has accepted in both, and Bo has left."""
        story = offers_in_two_sessions()
        story.accept("Ana", to="Crane")
        story.accept("Ana", to="Alarm")
        story.drop("Bo", out_of="Crane")

        assert story.ledger.due(at("2026-03-09 10:00")) == {}

    def test_is_a_sealed_window_at_its_hour_until_the_allotment_is_made(self):
        """Friday noon, and once only."""
        noon = at("2026-03-06 12:00")
        story = Story(session(window=Window(opens_at=MONDAY, closes_at=noon, draw=Draw.PRIORITY)))
        story.ask("Ana")

        before, at_noon = story.ledger.due(noon - A_TICK), story.ledger.due(noon)
        story.now = noon
        story.sweep()

        assert (before, at_noon) == ({}, {noon: [("Safety", "Safety")]})
        assert story.ledger.due(noon) == {}


class TestASeed:
    def test_is_empty_where_there_is_no_lottery(self):
        """Nothing is made up."""
        ledger = Ledger([session("Crane"), session("Alarm")], seeds={"Crane": "7d1f"})

        assert (ledger.seed("Crane"), ledger.seed("Alarm")) == ("7d1f", "")


def names(roster: Roster) -> str:
    """Give the names in a slice, in the order of the alphabet."""
    return " ".join(sorted(one.person_id for one in roster.registrations.values()))


def with_free_seats(free: int, **rules) -> Story:
    """Open a session with one seat that stays taken, and some that are free when the line has been filled."""
    story = Story(session(capacity=free + 1, **rules))
    story.ask("Olga")
    story.ask("Piet", units=free)
    return story


class TestTheSliceOfASettlement:
    def test_holds_as_many_from_the_front_as_seats_could_be_free(self):
        """Two of five: an act costs the same, however long the line is."""
        story = with_free_seats(2)
        story.ask("Ana", "Bo", "Cleo", "Dan", "Eve")
        story.drop("Piet")

        assert names(story.ledger.for_settlement(SAFETY)) == "Ana Bo"

    def test_counts_what_is_offered_as_free(self):
        """Offers may have ended: Ana's is in it, and the two who would come next for two seats."""
        story = with_free_seats(2)
        story.ask("Ana", "Bo", "Cleo", "Dan", "Eve")
        story.drop("Piet")
        story.approve("Ana")

        assert names(story.ledger.for_settlement(SAFETY)) == "Ana Bo Cleo"

    def test_holds_one_more_for_each_who_was_passed_over_or_has_a_seat_held(self):
        """They stand in front and take nothing of what is free."""
        story = with_free_seats(2)
        story.ask("Ana", "Bo", "Cleo", "Dan", "Eve", "Finn")
        story.drop("Piet")
        ana, bo, cleo = (story.id_of(name) for name in ("Ana", "Bo", "Cleo"))
        story.act(
            c.PassOver(
                session_id=SAFETY, registration_id=ana, instead_id=cleo, pass_id="1", reason="away", approval="Olga"
            ),
            c.HoldProposal(session_id=SAFETY, registration_id=bo, until=at("2026-03-02 12:00"), reason="asks at home"),
        )

        assert names(story.ledger.for_settlement(SAFETY)) == "Ana Bo Cleo Dan"

    def test_holds_as_many_of_each_size_as_would_fit_and_one_more_where_groups_are_passed(self):
        """Three seats: four who need one, two groups of two; the one more is the first that is too many."""
        story = with_free_seats(3, groups=GroupRule.FILL)
        for name in ("Ana", "Bo", "Cleo", "Dan", "Eve"):
            story.ask(name)
        for name in ("Finn", "Gus", "Hal"):
            story.ask(name, units=2)
        story.drop("Piet")

        assert names(story.ledger.for_settlement(SAFETY)) == "Ana Bo Cleo Dan Finn Gus"

    def test_holds_one_more_of_each_size_for_each_who_has_a_seat_held(self):
        """Ana's is held: of those who need one, three more could be asked about for two seats."""
        story = with_free_seats(2, groups=GroupRule.FILL)
        story.ask("Ana", "Bo", "Cleo", "Dan", "Eve", "Finn")
        story.drop("Piet")
        hold = c.HoldProposal(
            session_id=SAFETY, registration_id=story.id_of("Ana"), until=at("2026-03-02 12:00"), reason="asks at home"
        )
        story.act(hold)

        assert names(story.ledger.for_settlement(SAFETY)) == "Ana Bo Cleo Dan"

    def test_holds_nobody_of_the_line_while_every_seat_is_taken(self):
        """One confirmed beyond the limit changes nothing about that."""
        story = with_free_seats(1)
        story.ask("Ana", "Bo", "Cleo")
        story.grant("Ana")

        slice_ = story.ledger.for_settlement(SAFETY)

        assert (names(slice_), slice_.proposals) == ("", {})

    def test_holds_only_what_may_have_ended_where_nobody_is_ready(self):
        """Ana has an offer, and nobody waits."""
        story = with_free_seats(1)
        story.ask("Ana")
        story.drop("Piet")
        story.approve("Ana")

        slice_ = story.ledger.for_settlement(SAFETY)

        assert (names(slice_), slice_.proposals) == ("Ana", {})

    def test_holds_everybody_who_is_ready_where_there_is_no_limit(self):
        """Then everybody is next, as soon as nothing keeps them."""
        story = Story(session(), session("Forklift"), overlaps=[(SAFETY, "Forklift")])
        story.ask("Olga", "Ana", "Bo", "Cleo")
        story.ask("Bo", to="Forklift")
        story.set_capacity(None)

        assert names(story.ledger.for_settlement(SAFETY)) == "Ana Cleo"

    def test_holds_the_first_who_cannot_be_served_where_blocked_seats_are_kept(self):
        """Whoever stands behind such a one is not promoted by itself; of the others who are skipped none is read."""
        story = Story(
            session(blocked_seats=BlockedRule.KEPT), session("Forklift", capacity=3), overlaps=[(SAFETY, "Forklift")]
        )
        story.ask("Ana", "Bo", "Cleo", to="Forklift")
        story.ask("Olga", "Ana", "Bo", "Dan")
        story.drop("Olga")

        assert names(story.ledger.for_settlement(SAFETY)) == "Ana Dan"

    def test_is_cut_where_nobody_signed_for_anything_as_well(self):
        """Members who are known as people have to do only with what they signed."""
        ledger = Ledger([session()], signers={"member 1": frozenset({"Ana"})})

        assert ledger.for_settlement(SAFETY).signers == frozenset()


class TestTheSliceOfAnAct:
    def test_holds_the_registration_that_is_named_with_its_proposal(self):
        """Nobody else of the line."""
        story = with_free_seats(2)
        story.ask("Ana", "Bo", "Cleo")
        story.drop("Piet")
        proposal = story.proposal_of("Bo")

        slice_ = story.ledger.for_act(c.ApproveProposal(session_id=SAFETY, proposal_id=proposal, approval="Olga"))

        assert names(slice_) == "Bo"
        assert [*slice_.proposals] == [proposal]

    def test_holds_nobody_where_the_one_who_is_named_is_unknown(self):
        """A proposal that is gone, a person who is new, a registration that has ended."""
        story = Story()
        story.ask("Olga", "Ana")
        commands = (
            c.ApproveProposal(session_id=SAFETY, proposal_id="gone", approval="Olga"),
            story.request("Zoe"),
            c.CheckIn(session_id=SAFETY, registration_id="gone"),
            c.LapseDue(session_id=SAFETY, until=MONDAY),
        )

        assert [names(story.ledger.for_act(command)) for command in commands] == [""] * 4

    def test_holds_the_payment_that_is_named(self):
        """Of two payments the one, with the seat that it is for."""
        story = Story(session(capacity=2, price=4900))
        story.ask("Ana", "Bo")
        for name in ("Ana", "Bo"):
            story.pay(name)
        refund = c.NoteRefund(
            session_id=SAFETY, registration_id=story.id_of("Bo"), person_id="Bo", reference="pay-Bo", given_back=4900
        )

        slice_ = story.ledger.for_act(refund)

        assert (names(slice_), [*slice_.payments]) == ("Bo", ["pay-Bo"])

    def test_holds_what_is_past_its_deadline_and_seats_that_are_asked_about(self):
        """Ana's offer has ended, and Olga has not said whether she comes to the new time."""
        story = Story(session(capacity=2))
        story.ask("Olga", "Piet", "Ana")
        story.drop("Piet")
        story.approve("Ana")
        story.reschedule(asking=Asking(by=at("2026-03-09 10:00")))
        story.now = DEADLINE

        assert names(story.ledger.for_act(story.request("Zoe"))) == "Ana Olga"
        story.ask("Zoe")
        assert story.standing().confirmed == ("Olga", "Zoe")


class TestARecordThatWasMerged:
    def test_is_nowhere_any_more(self):
        """What it had is the other's."""
        story = Story()
        story.ask("Ann")

        story.merge("Ann", into="Ana")

        assert story.ledger.find("Ann", SAFETY) is None
        assert story.entry("Ana").id == "Ann 1"


class TestAStranger:
    def test_is_nowhere(self):
        """Neither at the same time, nor on another date of the course, nor in any session at all."""
        rules = session(course="fire")
        ledger = Ledger([rules, session("Forklift", course="fire")], {SAFETY: frozenset({"Forklift"})})

        assert not ledger.places("Zoe", SAFETY)
        assert not ledger.dates("Zoe", rules)
        assert not ledger.everywhere("Zoe", SAFETY)
