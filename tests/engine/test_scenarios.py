"""The scenarios of the specification that the engine alone decides, each under its number.

Others belong to other layers: 5 and 86 (screens), 10, 87 and 88 (files), 22 and 65 (courses), 36 to 38, 43, 48 and 80
to 85 (mail and links), 44 (a changed window), 45 (extending), 55 (rescheduling), 58 (people), 62 (an accept at the time
of another seat), 73 (lists on screen), 74 and 75 (who may do what), 76, 78 and 79 (the record), 89 to 91 and 94 to 100
(locks and databases).
"""

from datetime import date, timedelta

import pytest

from tests.builders import SAFETY, Story, at, session, standing, stands
from waitlist_app.engine import commands as c
from waitlist_app.engine import refusals
from waitlist_app.engine.events import EntryMoved, RegistrationClosed, SeatGranted, SeatProposed
from waitlist_app.engine.evolve import fold
from waitlist_app.engine.explain import Why, why_each
from waitlist_app.engine.model import (
    BlockedRule,
    ConflictRule,
    GroupRule,
    LapseRule,
    Registration,
    Roster,
    Status,
    Tally,
    WorkingHours,
)
from waitlist_app.engine.prospects import in_words, prospect
from waitlist_app.engine.settle import settle

X, Y = "Excavator", "Yard"
AT_ONCE = [(X, Y)]


def full(*waiting: str, capacity: int = 3, **rules) -> Story:
    """Tell a story in which the first people of the alphabet have all seats, and others wait."""
    story = Story(session(capacity=capacity, **rules))
    story.ask(*["Ana", "Bo", "Cleo", "Fay", "Gus"][:capacity], *waiting)
    return story


class TestFillingAndOrder:
    def test_scenario_001_fills_in_order(self):
        """Three seats, five people: the first three are in, the others wait as they asked."""
        story = Story(session(capacity=3))

        story.ask("Ana", "Bo", "Cleo", "Dan", "Eve")

        assert story.standing() == stands(confirmed="Ana Bo Cleo", waiting="Dan Eve")

    def test_scenario_002_gives_the_same_winner_for_the_same_instant(self):
        """Two requests at one instant: one seat, one place, and the same on every run."""
        runs = [Story(), Story()]

        for story in runs:
            story.ask("Ana", "Bo", asked_at=at("2026-03-02 09:00"))

        assert [story.standing() for story in runs] == [stands(confirmed="Ana", waiting="Bo")] * 2

    def test_scenario_003_lets_everybody_wait_at_capacity_zero(self):
        """Capacity 0 is a list without seats."""
        story = Story(session(capacity=0))

        story.ask("Ana")

        assert story.standing() == stands(waiting="Ana")

    def test_scenario_004_seats_everybody_without_a_limit(self):
        """A hundred ask, a hundred are in."""
        story = Story(session(capacity=None))

        story.ask(*(f"Person-{n}" for n in range(100)))

        assert len(story.standing().confirmed) == 100
        assert story.line() == ""

    def test_scenario_006_lets_no_newcomer_overtake_the_line(self):
        """The seat that Bo gave up stays for the line, though nobody has approved yet."""
        story = full("Dan", "Eve")
        story.drop("Bo")

        story.ask("Zoe")

        assert story.standing() == stands(confirmed="Ana Cleo", waiting="Dan Eve Zoe", proposed="Dan")

    def test_scenario_007_lets_no_newcomer_overtake_an_offer(self):
        """A held seat is no free seat, and Zoe is told so before she asks."""
        story = full("Dan")
        story.drop("Bo")
        story.approve("Dan")

        zoe = story.request("Zoe")
        told = in_words(prospect(story.roster(), zoe, story.now), 1)
        story.act(zoe)

        assert story.standing() == stands(confirmed="Ana Cleo", offered="Dan", waiting="Zoe")
        assert told == ("You would be number 1 in line.", "Every seat is taken or held.")

    def test_scenario_008_refuses_when_the_list_is_full(self):
        """Two seats, two places in the line, and the fifth is told so."""
        story = full("Cleo", "Dan", capacity=2, waitlist_limit=2)

        with pytest.raises(refusals.WaitlistFull):
            story.ask("Eve")

        assert story.standing() == stands(confirmed="Ana Bo", waiting="Cleo Dan")

    def test_scenario_009_keeps_those_who_wait_when_the_list_is_closed(self):
        """Closed to new entries, it still serves the old ones."""
        waiting = full("Dan", "Eve").ledger
        story = Story(session(capacity=3, waitlist_is_open=False))
        story.ledger.keep(fold(story.roster(), waiting.events), waiting.events)

        story.drop("Bo")

        assert story.standing() == stands(confirmed="Ana Cleo", waiting="Dan Eve", proposed="Dan")


class TestDropsAndPromotion:
    def test_scenario_011_makes_one_proposal_for_one_drop(self):
        """One seat is proposed once, to the first."""
        story = full("Dan", "Eve", "Finn")

        story.drop("Bo")

        assert story.standing() == stands(confirmed="Ana Cleo", waiting="Dan Eve Finn", proposed="Dan")

    def test_scenario_012_moves_nobody_without_approval(self):
        """Three days later the proposal is still a proposal."""
        story = full("Dan", "Eve", "Finn")
        story.drop("Bo")
        story.now += timedelta(days=3)

        events = story.sweep()

        assert events == ()
        assert story.standing() == stands(confirmed="Ana Cleo", waiting="Dan Eve Finn", proposed="Dan")

    def test_scenario_013_turns_an_approval_into_an_offer(self):
        """The seat is held, the next is first in the line."""
        story = full("Dan", "Eve", "Finn")
        story.drop("Bo")

        story.approve("Dan")

        assert story.standing() == stands(confirmed="Ana Cleo", offered="Dan", waiting="Eve Finn")
        assert story.entry("Dan").offer_expires_at == at("2026-03-04 10:00")
        assert (story.sum().held, story.sum().free) == (1, 0)

    def test_scenario_014_checks_again_on_approval(self):
        """Dan withdrew five minutes ago: refused, and Eve is proposed."""
        story = full("Dan", "Eve")
        story.drop("Bo")
        proposal = story.proposal_of("Dan")
        story.now += timedelta(minutes=5)
        story.drop("Dan", status=Status.LEFT)

        with pytest.raises(refusals.ProposalGone):
            story.act(c.ApproveProposal(session_id=SAFETY, proposal_id=proposal, approval="Olga"))

        assert story.standing() == stands(confirmed="Ana Cleo", waiting="Eve", proposed="Eve")

    def test_scenario_015_proposes_two_people_for_two_seats(self):
        """Two drops at once: the first two, each once."""
        story = full("Dan", "Eve", "Finn", capacity=5)

        story.act(
            *(
                c.Close(session_id=SAFETY, registration_id=story.id_of(name), status=Status.DROPPED)
                for name in ("Bo", "Cleo")
            )
        )

        assert story.standing() == stands(confirmed="Ana Fay Gus", waiting="Dan Eve Finn", proposed="Dan Eve")

    def test_scenario_016_frees_nothing_when_somebody_leaves_the_line(self):
        """Dan leaves, Eve is first, and nobody is proposed."""
        story = full("Dan", "Eve")

        story.drop("Dan", status=Status.LEFT)

        assert story.standing() == stands(confirmed="Ana Bo Cleo", waiting="Eve")

    def test_scenario_017_does_not_fill_an_overfull_session(self):
        """Twelve in ten: only the third to leave frees a seat."""
        story = Story(session(capacity=10))
        dan = Registration(
            id="Dan 1", person_id="Dan", status=Status.WAITLISTED, requested_at=story.now, arrival=13, line_key="a~"
        )

        proposals = [
            len(
                settle(
                    Roster(
                        session=story.roster().session,
                        tally=Tally(confirmed=seated, waiting=1, ready_units=1),
                        registrations={dan.id: dan},
                    ),
                    story.now,
                )
            )
            for seated in (12, 11, 10, 9)
        ]

        assert proposals == [0, 0, 0, 1]

    def test_scenario_017_never_refills_a_grant(self):
        """Ten seats and two grants: whoever leaves, the line gets a seat only when fewer than ten are taken."""
        story = Story(session(capacity=10))
        story.ask(*(f"Person-{n}" for n in range(10)), "Ivo", "Jo", "Dan")
        story.grant("Ivo")
        story.grant("Jo")

        proposed: list[int] = []
        for name in ("Ivo", "Person-1", "Person-2"):
            story.drop(name)
            proposed.append(len(story.standing().proposed))

        assert proposed == [0, 0, 1]

    @pytest.mark.parametrize(
        "way", ["dropped", "removed", "left", "transferred", "declined", "lapsed", "revoked", "raised"]
    )
    def test_scenario_018_proposes_the_next_however_the_seat_came_back(self, way):
        """Every way ends in one proposal for Bo."""
        if way in {"declined", "lapsed", "revoked"}:
            story = full("Ian", "Bo", capacity=1)
            story.drop("Ana")
            story.approve("Ian")
        else:
            story = full("Bo", capacity=1)

        match way:
            case "declined":
                story.decline("Ian")
            case "revoked":
                story.revoke("Ian")
            case "lapsed":
                story.now = at("2026-03-04 10:00")
                story.sweep()
            case "raised":
                story.set_capacity(2)
            case _:
                story.drop("Ana", status=Status(way))

        assert (story.line(), story.standing().proposed) == ("Bo", ("Bo",))

    def test_scenario_018_proposes_the_next_after_a_transfer(self):
        """Ana moves to another session, and Bo is proposed here."""
        story = Story(session(), session(Y))
        story.ask("Ana", "Bo")

        story.act(
            c.Close(session_id=SAFETY, registration_id=story.id_of("Ana"), status=Status.DROPPED),
            story.request("Ana", to=Y),
        )

        assert story.standing() == stands(waiting="Bo", proposed="Bo")
        assert story.standing(Y) == stands(confirmed="Ana")

    def test_scenario_019_never_has_two_in_one_seat(self):
        """Folding the drop event by event, at no moment is more than one seat taken."""
        story = Story(standing())
        story.ask("Ana", "Bo")
        before = story.roster()

        events = story.drop("Ana")
        taken = [fold(before, events[:n]).tally for n in range(len(events) + 1)]

        assert [tally.confirmed + tally.held for tally in taken] == [1, 0, 0, 1]

    def test_scenario_020_is_not_blocked_by_somebody_who_cannot_come(self):
        """Ana is skipped for a conflict and stays first; Bo is proposed."""
        story = Story(session(X), session(Y), overlaps=AT_ONCE)
        story.ask("Olga", to=X)
        story.ask("Ana", to=Y)
        story.ask("Ana", "Bo", "Cleo", to=X)

        story.drop("Olga", out_of=X)

        assert story.standing(X) == stands(waiting="Ana Bo Cleo", proposed="Bo")
        assert story.entry("Ana", X).conflicts == (Y,)

    def test_scenario_021_keeps_the_seat_where_the_policy_says_so(self):
        """The same, but the newcomer waits behind both until a coordinator opens the seat."""
        story = Story(session(X), session(Y, blocked_seats=BlockedRule.KEPT), overlaps=AT_ONCE)
        story.ask("Bo", to=Y)
        story.ask("Ana", to=X)
        story.ask("Ana", to=Y)
        story.drop("Bo", out_of=Y)

        story.ask("Zoe", to=Y)

        assert story.standing(Y) == stands(waiting="Ana Zoe", proposed="Zoe")

    @pytest.mark.parametrize(("rule", "offered"), [(BlockedRule.KEPT, ()), (BlockedRule.OPEN, ("Bo",))])
    def test_scenario_021_keeps_the_seat_though_offers_go_out_by_themselves(self, rule, offered):
        """Ana is in conflict in front of Bo: under the rule to keep it, the seat stays a proposal for him."""
        story = Story(session(X), standing(Y, blocked_seats=rule), overlaps=AT_ONCE)
        story.ask("Olga", to=Y)
        story.ask("Ana", to=X)
        story.ask("Ana", "Bo", to=Y)

        story.drop("Olga", out_of=Y)

        assert story.standing(Y).offered == offered
        assert story.standing(Y).proposed == (() if offered else ("Bo",))

    def test_scenario_021_keeps_no_seat_from_who_stands_in_front(self):
        """Bo, who can take it, asked before Ana, who cannot."""
        story = Story(session(X), standing(Y, blocked_seats=BlockedRule.KEPT), overlaps=AT_ONCE)
        story.ask("Olga", to=Y)
        story.ask("Ana", to=X)
        story.ask("Bo", "Ana", to=Y)

        story.drop("Olga", out_of=Y)

        assert story.standing(Y).offered == ("Bo",)

    def test_scenario_021_leaves_the_seat_to_newcomers_when_nobody_can_take_it(self):
        """Both who wait are in conflict: no proposal, and the next newcomer gets the seat."""
        story = Story(session(X), session(Y, capacity=2), overlaps=AT_ONCE)
        story.ask("Olga", to=X)
        story.ask("Ana", "Bo", to=Y)
        story.ask("Ana", "Bo", to=X)
        story.drop("Olga", out_of=X)
        nobody = story.standing(X)

        story.ask("Zoe", to=X)

        assert nobody == stands(waiting="Ana Bo")
        assert story.standing(X) == stands(confirmed="Zoe", waiting="Ana Bo")

    def test_scenario_024_leaves_the_seat_free_when_nobody_waits(self):
        """The next request gets it."""
        story = full()
        story.drop("Bo")

        story.ask("Zoe")

        assert story.standing() == stands(confirmed="Ana Cleo Zoe")


class TestOffers:
    def offered(self, *waiting: str, capacity: int = 1, window: timedelta = timedelta(hours=24), **rules) -> Story:
        """Tell a story in which Dan has a live offer since Monday, 10:00."""
        story = full("Dan", *waiting, capacity=capacity, offer_window=window, **rules)
        story.drop("Ana")
        story.approve("Dan")
        return story

    def test_scenario_025_confirms_an_answer_in_time(self):
        """At 09:59:59 the next day Dan is in."""
        story = self.offered()
        story.now = at("2026-03-03 09:59:59")

        story.accept("Dan")

        assert story.standing() == stands(confirmed="Dan")

    @pytest.mark.parametrize("seconds", [0, 1, 3600])
    def test_scenario_026_refuses_an_answer_at_the_deadline_and_after(self, seconds):
        """The deadline is exclusive."""
        story = self.offered()
        story.now = at("2026-03-03 10:00") + timedelta(seconds=seconds)

        with pytest.raises(refusals.OfferEnded):
            story.accept("Dan")

    def test_scenario_027_does_not_need_the_job(self):
        """Six hours late, no job has run: the seat counts as free, Dan cannot have it, and Eve can, once."""
        story = self.offered("Eve")
        story.now = at("2026-03-03 16:00")
        free = story.sum().free

        with pytest.raises(refusals.OfferEnded):
            story.accept("Dan")
        story.ask("Zoe")
        asked = story.standing()
        story.approve("Eve")

        assert free == 1
        assert asked == stands(waiting="Eve Zoe", proposed="Eve")
        assert story.standing() == stands(offered="Eve", waiting="Zoe")
        assert (story.sum().held, story.sum().free) == (1, 0)

    def test_scenario_028_passes_a_lapsed_seat_to_the_next(self):
        """Not to the one who let it lapse."""
        story = self.offered("Bo", "Cleo")
        story.now = at("2026-03-03 10:00")

        story.sweep()

        assert story.standing() == stands(waiting="Bo Cleo", proposed="Bo")

    @pytest.mark.parametrize(("rule", "line"), [(LapseRule.OUT, "Cleo"), (LapseRule.END, "Cleo Dan")])
    def test_scenario_029_starves_nobody(self, rule, line):
        """Dan never answers; Bo has the seat after one window, and Dan is out, or last, and never first again."""
        story = Story(standing(offer_window=timedelta(hours=24), on_lapse=rule))
        story.ask("Olga", "Dan", "Bo", "Cleo")
        story.drop("Olga")
        story.now = at("2026-03-03 10:00")

        story.sweep()
        story.accept("Bo")

        assert story.standing() == stands(confirmed="Bo", waiting=line)

    def test_scenario_030_lets_a_lapsed_person_ask_again(self):
        """Behind all others, with the new time."""
        story = self.offered("Bo")
        story.now = at("2026-03-03 10:00")
        story.sweep()

        story.ask("Dan")

        assert story.line() == "Bo Dan"
        assert story.entry("Dan").requested_at == at("2026-03-03 10:00")

    def test_scenario_031_passes_a_declined_seat_on_at_once(self):
        """Nobody waits until Friday for a no said on Monday."""
        story = self.offered("Bo")

        story.decline("Dan")

        assert story.standing() == stands(waiting="Bo", proposed="Bo")

    def test_scenario_032_frees_a_seat_that_was_accepted_and_then_given_up(self):
        """The old offer is dead, Dan is not back in the line, Bo is proposed."""
        story = self.offered("Bo")
        story.accept("Dan")
        story.now += timedelta(minutes=8)
        accepted = story.id_of("Dan")

        story.drop("Dan")

        assert story.standing() == stands(waiting="Bo", proposed="Bo")
        with pytest.raises(refusals.OfferEnded):
            story.act(c.AcceptOffer(session_id=SAFETY, registration_id=accepted))

    def test_scenario_033_does_not_propose_somebody_whose_offer_was_revoked(self):
        """Taken back, it goes to the next, or to nobody."""
        story = self.offered()

        story.revoke("Dan")

        assert story.standing() == stands()

    @pytest.mark.parametrize("accept_comes_first", [True, False])
    def test_scenario_034_ends_in_exactly_one_of_accepted_and_lapsed(self, accept_comes_first):
        """Whatever comes first at the deadline, it is too late for a yes."""
        story = self.offered("Bo")
        story.now = at("2026-03-03 10:00")

        if accept_comes_first:
            with pytest.raises(refusals.OfferEnded):
                story.accept("Dan")
            story.sweep()
        else:
            story.sweep()
            with pytest.raises(refusals.OfferEnded):
                story.accept("Dan")

        assert story.standing() == stands(waiting="Bo", proposed="Bo")

    def test_scenario_035_answers_a_second_yes_with_already_confirmed(self):
        """One seat, and no failure."""
        story = self.offered()
        story.accept("Dan")

        with pytest.raises(refusals.AlreadyConfirmed):
            story.accept("Dan")

        assert story.standing() == stands(confirmed="Dan")

    @pytest.mark.parametrize("freed_at", ["2026-03-04 14:50", "2026-03-04 15:15"])
    def test_scenario_039_leaves_late_seats_to_a_person(self, freed_at):
        """Within the cut-off, or after the start, no offer goes out by itself; the proposal stays."""
        story = Story(standing(starts_at=at("2026-03-04 15:00"), cut_off_window=timedelta(hours=24)))
        story.ask("Ana", "Dan")
        story.now = at(freed_at)

        story.drop("Ana")

        assert story.standing() == stands(waiting="Dan", proposed="Dan")
        with pytest.raises(refusals.StartTooClose):
            story.approve("Dan")

    def test_scenario_040_clips_the_window_at_the_cut_off(self):
        """48 hours, but the session is in 30 and the cut-off 6 before: 24 are left."""
        start = at("2026-03-03 16:00")
        story = full("Dan", capacity=1, starts_at=start, cut_off_window=timedelta(hours=6))
        story.drop("Ana")

        story.approve("Dan")

        assert story.entry("Dan").offer_expires_at == at("2026-03-03 10:00")

    @pytest.mark.parametrize(
        ("approved_at", "deadline"),
        [
            ("2026-03-06 19:00", "2026-03-09 11:00"),
            ("2026-03-06 15:00", "2026-03-06 19:00"),
            ("2026-03-08 23:00", "2026-03-09 12:00"),
            ("2026-03-16 19:00", "2026-03-18 11:00"),
            ("2026-03-27 19:00", "2026-03-30 10:00"),
        ],
    )
    def test_scenario_041_counts_working_hours_where_asked_to(self, approved_at, deadline):
        """Four hours from Friday 19:00 in Dublin end on Monday at 11:00, never on Saturday; holidays do not count."""
        hours = WorkingHours(zone="Europe/Dublin", holidays=frozenset({date(2026, 3, 17)}))
        story = full("Dan", capacity=1, offer_window=timedelta(hours=4), working_hours=hours)
        story.now = at(approved_at)
        story.drop("Ana")

        story.approve("Dan")

        assert story.entry("Dan").offer_expires_at == at(deadline)

    @pytest.mark.parametrize(
        ("approved_at", "deadline"),
        [("2026-03-28 11:00", "2026-03-29 11:00"), ("2026-10-24 10:00", "2026-10-25 10:00")],
    )
    def test_scenario_042_counts_hours_as_instants_when_the_clock_changes(self, approved_at, deadline):
        """24 hours are 24 hours: noon on Saturday is 13:00 on Sunday in spring, 11:00 in autumn (Berlin)."""
        story = full("Dan", capacity=1, offer_window=timedelta(hours=24))
        story.now = at(approved_at)
        story.drop("Ana")

        story.approve("Dan")

        assert story.entry("Dan").offer_expires_at == at(deadline)


class TestChangesOfTheSession:
    def test_scenario_046_proposes_every_seat_that_is_added(self):
        """From one seat to four: three proposals, in order, and nobody in without approval."""
        story = full("Bo", "Cleo", "Dan", capacity=1)

        story.set_capacity(4)

        assert story.standing() == stands(confirmed="Ana", waiting="Bo Cleo Dan", proposed="Bo Cleo Dan")

    def test_scenario_047_proposes_as_many_as_there_are_seats(self):
        """Two more seats for three people."""
        story = full("Dan", "Eve", "Finn")

        story.set_capacity(5)

        assert story.standing() == stands(confirmed="Ana Bo Cleo", waiting="Dan Eve Finn", proposed="Dan Eve")

    def test_scenario_049_refuses_to_lower_into_offers(self):
        """A promise is not taken back by a number."""
        story = full("Dan", capacity=2)
        story.drop("Ana")
        story.approve("Dan")

        with pytest.raises(refusals.CapacityTooLow):
            story.set_capacity(1)

    def test_scenario_050_refuses_to_lower_below_the_confirmed(self):
        """Who has to go is named by a person, not by a rule."""
        story = full()

        with pytest.raises(refusals.CapacityTooLow):
            story.set_capacity(2)

    def test_scenario_051_does_nothing_on_a_change_without_effect(self):
        """The same number again: no proposal, no event."""
        story = full("Dan")

        assert story.set_capacity(3) == ()

    def test_scenario_052_frees_nothing_by_removing_an_unused_allowance(self):
        """A hundred seats and six more that nobody has: taking the six away changes nothing for anybody."""
        story = Story(session(capacity=100, allowance_units=6))
        story.ask(*(f"Person-{n}" for n in range(100)))

        story.set_rules(allowance_units=0)

        assert (story.sum().limit, story.sum().free, story.standing().proposed) == (100, 0, ())

    def test_scenario_053_seats_somebody_beyond_the_limit_and_keeps_the_line(self):
        """Hana is in, marked; Dan to Gus keep 1 to 4, and what comes back counts with the grant."""
        story = Story(session(capacity=2))
        story.ask("Ana", "Bo", "Dan", "Eve", "Finn", "Gus", "Hana")

        granted = next(event for event in story.grant("Hana") if isinstance(event, SeatGranted))

        assert story.standing() == stands(confirmed="Ana Bo Hana", waiting="Dan Eve Finn Gus")
        assert (story.entry("Hana").grant, granted.position, granted.passed) == ("Olga", 5, 4)
        assert (story.sum().overbooked_by, story.sum().free) == (1, 0)
        story.drop("Ana")
        assert story.standing().proposed == ()

    def test_scenario_054_sends_everybody_home_when_the_session_is_cancelled(self):
        """Three seats, an offer and four who wait: eight ends, no proposal, and no new request."""
        story = Story(session(capacity=4))
        story.ask("Ana", "Bo", "Cleo", "Zoe", "Dan", "Eve", "Finn", "Gus", "Hana")
        story.drop("Zoe")
        story.approve("Dan")

        events = story.cancel()

        ended = [event.person_id for event in events if isinstance(event, RegistrationClosed)]
        assert ended == ["Ana", "Bo", "Cleo", "Dan", "Eve", "Finn", "Gus", "Hana"]
        assert not any(isinstance(event, SeatProposed) for event in events)
        assert story.standing() == stands()
        with pytest.raises(refusals.SessionIsCancelled):
            story.ask("Ivo")

    def test_scenario_056_lets_the_smaller_of_two_limits_rule(self):
        """A room for two and a trainer for one: one is in."""
        story = Story(session(capacity=1, room_capacity=2))

        story.ask("Ana", "Bo")
        story.set_capacity(5)

        assert story.standing() == stands(confirmed="Ana", waiting="Bo", proposed="Bo")
        assert story.sum().limit == 2


class TestDuplicatesConflictsAndGroups:
    def test_scenario_057_keeps_one_place_for_one_person(self):
        """Asking again is answered with the place that exists."""
        story = full("Dan", "Eve")

        with pytest.raises(refusals.AlreadyRegistered) as refused:
            story.ask("Eve")

        assert refused.value.registration_id == story.id_of("Eve")
        assert story.line() == "Dan Eve"

    def test_scenario_059_gives_a_new_place_to_who_leaves_and_asks_again(self):
        """The old place is gone."""
        story = Story(session(capacity=0))
        story.ask("Ana", "Bo", "Cleo")
        story.drop("Ana", status=Status.LEFT)
        story.now += timedelta(minutes=1)

        story.ask("Ana")

        assert story.line() == "Bo Cleo Ana"

    def test_scenario_060_skips_who_holds_a_seat_at_the_same_time(self):
        """Seated in one, waiting in the other."""
        story = Story(session(X), session(Y), overlaps=AT_ONCE)
        story.ask("Ana", to=X)

        story.ask("Ana", to=Y)

        assert story.standing(Y) == stands(waiting="Ana")

    @pytest.mark.parametrize(("capacity", "limit", "is_open"), [(None, None, False), (2, 0, True)])
    def test_scenario_060_names_the_conflict_where_seats_are_free_and_nobody_can_wait(self, capacity, limit, is_open):
        """Nothing is full: it is the seat elsewhere that is in the way."""
        rules = session(Y, capacity=capacity, waitlist_limit=limit, waitlist_is_open=is_open)
        story = Story(session(X), rules, overlaps=AT_ONCE)
        story.ask("Ana", to=X)

        with pytest.raises(refusals.HoldsOverlappingSeat) as refused:
            story.ask("Ana", to=Y)

        assert refused.value.session_ids == (X,)

    def test_scenario_060_refuses_who_holds_a_seat_at_the_same_time_where_the_policy_says_so(self):
        """Ana is told where, and nothing is kept of her asking."""
        story = Story(session(X), session(Y, conflicts=ConflictRule.BLOCK), overlaps=AT_ONCE)
        story.ask("Ana", to=X)

        with pytest.raises(refusals.HoldsOverlappingSeat) as refused:
            story.ask("Ana", to=Y)

        assert refused.value.session_ids == (X,)
        assert story.standing(Y) == stands()

    def test_scenario_061_skips_who_got_a_seat_at_the_same_time_while_waiting(self):
        """Ana keeps the place and is skipped; the next is proposed."""
        story = Story(session(X), session(Y), overlaps=AT_ONCE)
        story.ask("Olga", "Ana", "Bo", to=Y)
        story.ask("Ana", to=X)

        story.drop("Olga", out_of=Y)

        assert story.standing(Y) == stands(waiting="Ana Bo", proposed="Bo")

    def test_scenario_063_never_has_two_offers_at_the_same_time_open(self):
        """With the first offer the other line skips Ana, so there is no second to release."""
        story = Story(standing(X), standing(Y), overlaps=AT_ONCE)
        story.ask("Olga", "Ana", "Bo", to=X)
        story.ask("Piet", "Ana", "Cleo", to=Y)
        story.drop("Olga", out_of=X)

        story.drop("Piet", out_of=Y)
        story.accept("Ana", to=X)

        assert story.standing(X) == stands(confirmed="Ana", waiting="Bo")
        assert story.standing(Y) == stands(offered="Cleo", waiting="Ana")

    def test_scenario_064_looks_at_no_other_session_than_those_at_the_same_time(self):
        """A live offer elsewhere, and a lapsed one here, do not matter: when a seat comes back, Ana is next for it."""
        story = Story(session(X), session(Y))
        story.ask("Olga", "Ana", to=X)
        story.ask("Piet", "Ana", to=Y)
        story.drop("Olga", out_of=X)
        story.approve("Ana", to=X)
        story.now = at("2026-03-04 10:00")
        story.sweep()
        story.ask("Rosa", "Ana", "Bo", to=X)
        story.drop("Piet", out_of=Y)
        story.approve("Ana", to=Y)

        story.drop("Rosa", out_of=X)

        assert story.standing(X) == stands(waiting="Ana Bo", proposed="Ana")

    def test_scenario_066_keeps_the_seat_for_the_group_under_the_strict_policy(self):
        """One seat, a group of two in front: nobody is proposed, and nobody is split."""
        story = full(capacity=2)
        story.ask("Dan", units=2)
        story.ask("Eve")

        story.drop("Bo")

        assert story.standing() == stands(confirmed="Ana", waiting="Dan Eve")
        assert story.sum().free == 1
        assert [reason.sentence for reason in why_each(story.roster(), story.now)] == [
            "This entry needs 2 seats, and 1 is free.",
            "A group in front waits for 2 seats, and nobody is passed over.",
        ]

    def test_scenario_066_lets_who_fits_pass_the_group_where_the_policy_fills(self):
        """Eve is proposed, Dan's group keeps the first place, and gets both seats once they are free."""
        story = full(capacity=2, groups=GroupRule.FILL)
        story.ask("Dan", units=2)
        story.ask("Eve", "Finn")

        story.drop("Bo")
        with_one = story.standing()
        story.drop("Ana")

        assert with_one == stands(confirmed="Ana", waiting="Dan Eve Finn", proposed="Eve")
        assert story.standing() == stands(waiting="Dan Eve Finn", proposed="Dan")

    def test_scenario_066_counts_the_pass_where_the_policy_fills(self):
        """Eve has the offer; Dan's group stays first, was passed over once, and reads so."""
        story = full(capacity=2, groups=GroupRule.FILL)
        story.ask("Dan", units=2)
        story.ask("Eve")
        story.drop("Bo")

        story.approve("Eve")
        story.drop("Eve")
        [dan] = why_each(story.roster(), story.now)

        assert (story.line(), story.entry("Dan").passes) == ("Dan", 1)
        assert dan.sentence == "This entry needs 2 seats, and 1 is free, and was passed over 1×."

    def test_scenario_067_keeps_the_seat_for_a_group_that_was_passed_twice(self):
        """Singles passed Ana's two twice; the third seat is kept, and with a fourth Ana is next."""
        story = Story(session(capacity=4, groups=GroupRule.FILL_AT_MOST))
        story.ask("Olga", "Piet", "Rosa", "Tom")
        story.ask("Ana", units=2)
        story.ask("Bo", "Cleo", "Dan")
        for name, following in (("Olga", "Bo"), ("Piet", "Cleo")):
            story.drop(name)
            story.approve(following)

        story.drop("Rosa")

        assert (story.entry("Ana").passes, story.standing().proposed, story.sum().free) == (2, (), 1)
        assert [reason.why for reason in why_each(story.roster(), story.now)] == [Why.TOO_FEW_SEATS, Why.KEPT_FOR_GROUP]
        story.drop("Tom")
        assert story.standing().proposed == ("Ana",)

    def test_scenario_067_gives_the_seat_to_whom_the_coordinator_puts_in_front(self):
        """The seat is kept for Ana's two, until somebody says otherwise, with a reason."""
        story = Story(session(capacity=3, groups=GroupRule.FILL_AT_MOST, most_passes=1))
        story.ask("Olga", "Piet", "Rosa")
        story.ask("Ana", units=2)
        story.ask("Bo", "Cleo")
        story.drop("Olga")
        story.approve("Bo")
        story.drop("Piet")
        kept = story.standing().proposed

        story.move("Cleo", before="Ana")

        assert (kept, story.standing().proposed) == ((), ("Cleo",))

    def test_scenario_067_lets_one_pass_where_one_is_the_limit(self):
        """Two seats for a group of three and two singles: the first passes, the second seat is kept."""
        story = Story(session(capacity=3, groups=GroupRule.FILL_AT_MOST, most_passes=1))
        story.ask("Olga", "Piet", "Rosa")
        story.ask("Ana", units=3)
        story.ask("Bo", "Cleo")

        story.drop("Olga")
        story.drop("Piet")

        assert story.standing().proposed == ("Bo",)

    def test_scenario_067_keeps_the_seats_of_whoever_may_be_passed_the_least(self):
        """Ana's three were passed once and may be passed once more, Bo's three twice: of two seats one is given."""
        story = Story(session(capacity=3, groups=GroupRule.FILL_AT_MOST))
        story.ask("Olga", "Piet", "Rosa")
        story.ask("Ana", units=3)
        story.ask("Tom")
        story.drop("Olga")
        story.approve("Tom")
        story.ask("Bo", units=3)
        story.ask("Cleo", "Dan")

        story.drop("Piet")
        story.drop("Rosa")

        assert story.standing().proposed == ("Cleo",)

    def test_scenario_068_counts_units_in_every_sum(self):
        """Seven people with nine units leave one seat, and a group of two waits."""
        story = Story(session(capacity=10))
        story.ask("Ana", "Bo", units=2)
        story.ask("Cleo", "Dan", "Eve", "Finn", "Gus")

        story.ask("Ian", units=2)

        assert story.line() == "Ian"
        assert story.sum().free == 1


class TestPriorityAndRecord:
    def line(self) -> Story:
        """Tell a story in which Ana, Bo and Cleo wait."""
        story = Story(session(capacity=0))
        story.ask("Ana", "Bo", "Cleo")
        return story

    def test_scenario_069_moves_nobody_without_a_reason(self):
        """With a reason Cleo is first, and asked when she asked; whom she passes is counted, and by whose word."""
        story = self.line()
        with pytest.raises(refusals.ReasonMissing):
            story.move("Cleo", before="Ana", reason="")

        story.move("Cleo", before="Ana", reason="audit finding")

        moved = story.ledger.events[-1]
        assert isinstance(moved, EntryMoved)
        assert (moved.passed, moved.reason, moved.approval) == (2, "audit finding", "Olga")
        assert (moved.from_position, moved.to_position) == (3, 1)
        assert story.line() == "Cleo Ana Bo"
        assert story.entry("Cleo").requested_at == at("2026-03-02 10:00")

    def test_scenario_070_takes_a_move_back_exactly(self):
        """As if it had never been."""
        story = self.line()
        before = story.roster()
        override = story.move("Cleo", before="Ana")

        story.take_back(override)

        assert story.roster().registrations == before.registrations

    def test_scenario_071_orders_two_moves_to_the_same_place(self):
        """Both recorded, no tie."""
        story = self.line()

        story.move("Bo", before="Ana")
        story.move("Cleo", before="Bo")

        assert story.line() == "Cleo Bo Ana"
        assert [o.number for o in story.roster().overrides] == [1, 2]

    def test_scenario_072_keeps_the_order_when_somebody_is_approved(self):
        """An offer to the first leaves the others as they stand."""
        story = self.line()
        story.set_capacity(1)

        story.approve("Ana")

        assert story.line() == "Bo Cleo"

    def test_scenario_077_rebuilds_everything_from_the_record(self):
        """Folding the events from empty gives the same state, order and deadlines."""
        story = Story(standing(capacity=2))
        story.ask("Ana", "Bo", "Cleo", "Dan", "Eve")
        story.move("Eve", before="Cleo")
        story.drop("Ana")
        story.now = at("2026-03-04 10:00")
        story.sweep()
        story.accept("Cleo")

        rebuilt = fold(Roster(session=standing(capacity=2)), story.ledger.events)

        assert rebuilt == story.roster()
        assert story.standing() == stands(confirmed="Bo Cleo", waiting="Dan")


class TestRaces:
    @pytest.mark.parametrize("drop_comes_first", [True, False])
    def test_scenario_092_never_seats_a_newcomer_before_the_line(self, drop_comes_first):
        """Ana drops while Zoe asks: in either order Bo is proposed, and Zoe waits."""
        story = full("Bo", capacity=1)

        if drop_comes_first:
            story.drop("Ana")
        story.ask("Zoe")
        if not drop_comes_first:
            story.drop("Ana")

        assert story.standing() == stands(waiting="Bo Zoe", proposed="Bo")

    def test_scenario_093_proposes_nothing_more_on_a_second_pass(self):
        """Two seats, two people, two proposals, however often it is settled."""
        story = full("Dan", "Eve")
        story.drop("Ana")
        story.drop("Bo")

        passes = [settle(story.roster(), story.now) for _ in range(10)]

        assert story.standing() == stands(confirmed="Cleo", waiting="Dan Eve", proposed="Dan Eve")
        assert passes == [()] * 10
