"""Races between real processes over one database: each round begins behind a gate and ends exact.

After each round every invariant holds over the whole rosters, and the record is whole. `make race` runs more rounds.
"""

import os
from datetime import timedelta

import pytest

from tests.races import acts, cases
from tests.races.rounds import TICK, Arena, Round, refusals, values
from waitlist_app.engine import commands as c
from waitlist_app.engine.model import LapseRule, Status
from waitlist_app.repository.payments import PAYMENT
from waitlist_app.repository.rows import OFFER, REGISTRATION

ROUNDS = int(os.environ.get("RACE_ROUNDS", "20"))
AN_HOUR = timedelta(hours=1)

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600 if ROUNDS <= 20 else 0)]


def rounds(arena: Arena):
    """Give one round after the other."""
    return (arena.round() for _ in range(ROUNDS))


class TestTheLastSeats:
    def test_scenario_089_fifty_processes_ask_for_five_seats(self, arena: Arena) -> None:
        """Exactly five have a seat, the others wait in places 1 to 45, and each was told their own."""
        for race in rounds(arena):
            cases.many_for_five_seats(race, 50)

    def test_scenario_090_two_approvals_for_one_seat(self, arena: Arena) -> None:
        """One of the two has the offer; the other coordinator is told that the seat is gone."""
        for race in rounds(arena):
            cases.two_approvals_for_one_seat(race)

    def test_scenario_090_two_who_put_somebody_first_for_one_seat(self, arena: Arena) -> None:
        """Whoever is second learns that the seat is gone, and has moved nobody."""
        for race in rounds(arena):
            cases.two_put_first_for_one_seat(race)

    def test_scenario_091_the_same_approval_twice(self, arena: Arena) -> None:
        """There is one offer and one mail."""
        for race in rounds(arena):
            race.open(capacity=1)
            race.ask("Ana", "Dan", "Eve")
            race.drop("Ana")
            proposal_id = race.proposal_of("Dan")

            answers = race.race(
                race.job(acts.approve, proposal_id=proposal_id),
                race.job(acts.approve, by=race.rafe, proposal_id=proposal_id),
            )

            assert refusals(answers) == ["proposal_gone"]
            assert race.names(Status.OFFERED) == ["Dan"]
            assert race.count(OFFER) == race.mails("offer") == 1

    def test_scenario_092_a_drop_against_a_request(self, arena: Arena) -> None:
        """Whichever is first, the newcomer stands behind the one who waited, who is proposed."""
        for race in rounds(arena):
            cases.a_drop_against_a_request(race)

    def test_scenario_094_lowering_the_capacity_against_an_accept(self, arena: Arena) -> None:
        """A seat that is held is never taken away: the edit is refused, before the accept and after it."""
        for race in rounds(arena):
            nine_and_an_offer(race)

            answers = race.race(
                race.job(acts.carry, command=c.AcceptOffer(session_id="s", registration_id="Zoe-s")),
                race.job(acts.carry, by=race.rafe, command=lowered(race)),
            )

            assert refusals(answers) == ["capacity_too_low"]
            assert len(race.names(Status.CONFIRMED)) == race.roster().session.capacity == 10

    def test_scenario_094_lowering_the_capacity_against_an_accept_at_the_deadline(self, arena: Arena) -> None:
        """Either the accept wins and the edit is refused, or the reverse; there are never ten people on nine seats."""
        for race in rounds(arena):
            nine_and_an_offer(race)
            deadline = race.now + AN_HOUR

            answers = race.race(
                race.job(
                    acts.carry, now=deadline - TICK, command=c.AcceptOffer(session_id="s", registration_id="Zoe-s")
                ),
                race.job(acts.carry, now=deadline, by=race.rafe, command=lowered(race)),
            )

            accepted, edited = (not answer.refused for answer in answers)
            assert accepted != edited
            assert refusals(answers) == (["capacity_too_low"] if accepted else ["offer_ended"])
            assert len(race.names(Status.CONFIRMED)) == race.roster().session.capacity == (10 if accepted else 9)


class TestTheDeadline:
    def test_scenario_034_an_accept_against_the_sweep(self, arena: Arena) -> None:
        """A tick before the deadline one clock says yes, at the deadline the other says no: one of them has its way."""
        for race in rounds(arena):
            an_offer(race)
            deadline = race.now + AN_HOUR

            answers = race.race(
                race.job(acts.answer, now=deadline - TICK, token=race.link("Dan")),
                race.job(acts.sweep, now=deadline, by=race.system),
            )

            page, lapsed = values(answers)
            assert (page, lapsed, race.statuses("Dan"), race.proposed()) in [
                ("seated", 0, ["confirmed"], []),
                ("expired", 1, ["lapsed"], ["Eve"]),
            ]

    def test_scenario_035_accepting_twice(self, arena: Arena) -> None:
        """There is one seat and one mail, and both pages say that the seat is theirs."""
        for race in rounds(arena):
            an_offer(race)
            token = race.link("Dan")

            answers = race.race(race.job(acts.answer, token=token), race.job(acts.answer, token=token))

            assert values(answers) == ["seated", "seated"]
            assert race.names(Status.CONFIRMED) == ["Dan"]
            assert race.mails("confirmed") == 2  # Ana's, and Dan's one

    def test_pays_at_the_deadline_against_the_sweep(self, arena: Arena) -> None:
        """A tick before it the money confirms, at it the seat goes to the next; then the money is owed back, once."""
        for race in rounds(arena):
            to_be_paid(race)
            deadline = race.now + AN_HOUR

            answers = race.race(
                race.job(acts.pay, now=deadline - TICK, registration_id="Ana-s", reference="pay"),
                race.job(acts.sweep, now=deadline, by=race.system),
            )

            said, ended = values(answers)
            owed = race.roster().payments["pay"].owed
            assert (said, ended, race.statuses("Ana"), race.proposed(), owed) in [
                ("Ana paid GBP 49.00 and has the seat.", 0, ["confirmed"], [], 0),
                ("The seat is no longer kept for Ana. GBP 49.00 is owed back.", 1, ["failed"], ["Eve"], 4900),
            ]

    def test_hears_of_a_payment_twice_at_once(self, arena: Arena) -> None:
        """A provider repeats itself: one seat, one payment, one mail."""
        for race in rounds(arena):
            to_be_paid(race)

            answers = race.race(
                *(race.job(acts.pay, registration_id="Ana-s", reference="pay") for _ in range(2)),
            )

            assert sorted(values(answers)) == [
                "Ana paid GBP 49.00 and has the seat.",
                "Nothing has changed: this payment was noted before.",
            ]
            assert (race.count(PAYMENT), race.mails("confirmed")) == (1, 1)

    def test_takes_a_payment_for_one_of_two_sessions(self, arena: Arena) -> None:
        """The same reference at once for two registrations: the second is told that it is another's."""
        for race in rounds(arena):
            for session_id in ("x", "y"):
                race.open(session_id, capacity=1, price=4900)
                race.ask("Ana", to=session_id)

            answers = race.race(
                *(race.job(acts.pay, registration_id=f"Ana-{to}", reference="pay") for to in ("x", "y")),
            )

            assert refusals(answers) == ["payment_of_another"]
            assert race.count(PAYMENT) == 1
            assert sorted(roster.tally.confirmed for roster in race.rosters().values()) == [0, 1]

    def test_scenario_093_ten_workers_settle(self, arena: Arena) -> None:
        """Two offers lapse once, two people are proposed once; working again finds nothing more to do."""
        for race in rounds(arena):
            race.open(capacity=2, offer_window=AN_HOUR)
            race.ask("Ana", "Bo", "Cleo", "Dan", "Eve", "Finn")
            race.drop("Ana", "Bo")
            race.approve_all()
            deadline = race.now + AN_HOUR

            answers = race.race(*(race.job(acts.sweep, by=race.system, now=deadline) for _ in range(10)))
            again = race.race(*(race.job(acts.sweep, by=race.system) for _ in range(10)))

            assert sum(values(answers)) == 2
            assert sum(values(again)) == 0
            assert race.proposed() == ["Eve", "Finn"]
            assert race.roster().tally.proposals_made == 4

    def test_sends_two_lapsed_people_to_the_end_once(self, arena: Arena) -> None:
        """Where a lapse sends to the end, ten workers send there just once, in the order of the offers."""
        for race in rounds(arena):
            race.open(capacity=2, offer_window=AN_HOUR, on_lapse=LapseRule.END)
            race.ask("Ana", "Bo", "Cleo", "Dan", "Eve")
            race.drop("Ana", "Bo")
            race.approve_all()

            race.race(*(race.job(acts.sweep, by=race.system, now=race.now + AN_HOUR) for _ in range(10)))

            assert race.names(Status.WAITLISTED) == ["Eve", "Cleo", "Dan"]
            assert race.proposed() == ["Cleo", "Eve"]


class TestAMail:
    def test_that_is_claimed_while_its_approval_is_undone_is_one_or_the_other(self, arena: Arena) -> None:
        """Either the worker has the mail and the offer stands, or nothing is sent and the entry is proposed again."""
        for race in rounds(arena):
            race.race(race.job(acts.claim_all, by=race.system))
            an_offer(race)

            answers = race.race(
                race.job(acts.undo, registration_id="Dan-s"),
                race.job(acts.claim, by=race.system),
            )

            undone = not answers[0].refused
            claimed = answers[1].value
            assert (undone, claimed) in [(True, 0), (False, 1)]
            assert refusals(answers) == ([] if undone else ["mail_on_its_way"])
            assert race.statuses("Dan") == (["waitlisted"] if undone else ["offered"])
            assert race.proposed() == (["Dan"] if undone else [])


class TestTwoRecords:
    def test_are_merged_while_one_of_them_asks_and_end_as_one(self, arena: Arena) -> None:
        """Whichever is first, nothing is left under the record that went, and the line it had is kept."""
        for race in rounds(arena):
            race.open(capacity=1)
            race.open("t", capacity=1)
            race.ask("Ana", "Bo", "Cleo")
            people = {e.person.name: e.person.id for e in race.read(lambda reader: reader.registrations("s"))}

            answers = race.race(
                race.job(acts.merge, by=race.petra, person_id=people["Bo"], into_id=people["Ana"]),
                race.job(acts.ask, by=race.rafe, session_id="t", name="Bo"),
            )

            assert refusals(answers) == []
            entries = race.read(lambda reader: [*reader.registrations("s"), *reader.registrations("t")])
            assert people["Bo"] not in {entry.person.id for entry in entries}
            assert [(e.person.name, e.registration.status) for e in entries if e.session_id == "t"] == [
                ("Ana", Status.CONFIRMED)
            ]
            assert race.names(Status.CONFIRMED) == ["Ana"]
            assert race.names(Status.WAITLISTED) == ["Cleo"]

    def test_of_two_people_are_merged_crosswise_without_a_deadlock(self, arena: Arena) -> None:
        """Two owners merge the same four records in pairs: persons are locked by id, so both have their way."""
        for race in rounds(arena):
            race.open(capacity=2)
            race.ask("Ana", "Bo", "Cleo", "Dan")
            people = {e.person.name: e.person.id for e in race.read(lambda reader: reader.registrations("s"))}

            answers = race.race(
                race.job(acts.merge, by=race.petra, person_id=people["Cleo"], into_id=people["Ana"]),
                race.job(acts.merge, by=race.otto, person_id=people["Dan"], into_id=people["Bo"]),
            )

            assert refusals(answers) == []
            assert sorted(race.names(Status.CONFIRMED)) == ["Ana", "Bo"]
            assert race.names(Status.WAITLISTED) == []


class TestOnePerson:
    def test_asks_twice_and_is_in_once(self, arena: Arena) -> None:
        """Two tabs, one seat: the second request is answered with the first."""
        for race in rounds(arena):
            race.open(capacity=5)

            answers = race.race(*(race.job(acts.ask, session_id="s", name="Ana") for _ in range(2)))

            assert refusals(answers) == ["duplicate"]
            assert race.count(REGISTRATION) == 1

    def test_scenario_099_sends_one_form_ten_times_and_is_in_once(self, arena: Arena) -> None:
        """A browser that got no answer sends again and again: one entry, and the same answer each time."""
        for race in rounds(arena):
            race.open(capacity=1)
            race.ask("Zoe")

            answers = race.race(
                *(race.job(acts.send_form, session_id="s", name="Ana", key=f"form-{race.org}") for _ in range(10))
            )

            assert values(answers) == ["Ana waits, number 1 in line."] * 10
            assert race.count(REGISTRATION) == 2

    def test_asks_for_two_sessions_at_one_time_and_has_one_seat(self, arena: Arena) -> None:
        """One of the two is a seat; in the other line the person is skipped for as long."""
        for race in rounds(arena):
            race.open("x", capacity=5, hour=9)
            race.open("y", capacity=5, hour=9)

            answers = race.race(*(race.job(acts.ask, session_id=to, name="Ana") for to in ("x", "y")))

            assert refusals(answers) == []
            rosters = race.rosters()
            assert sorted((r.tally.confirmed, r.tally.waiting) for r in rosters.values()) == [(0, 1), (1, 0)]

    def test_asks_for_two_dates_of_a_course_and_has_one_seat(self, arena: Arena) -> None:
        """One of the two is a seat; the other is refused for it."""
        for race in rounds(arena):
            for date in ("x", "y"):
                race.open(date, capacity=5, course="First Aid")

            answers = race.race(*(race.job(acts.ask, session_id=to, name="Ana") for to in ("x", "y")))

            assert refusals(answers) == ["other_date"]
            assert sum(roster.tally.confirmed for roster in race.rosters().values()) == 1

    def test_is_approved_on_two_dates_of_a_course_and_has_one_offer(self, arena: Arena) -> None:
        """One of the two coordinators is told that the proposal is gone; on that date Ana keeps her place."""
        for race in rounds(arena):
            for date in ("x", "y"):
                race.open(date, capacity=1, course="First Aid")
                race.ask(f"Zoe-{date}", "Ana", to=date)
                race.drop(f"Zoe-{date}", out_of=date)

            answers = race.race(
                race.job(acts.approve, proposal_id=race.proposal_of("Ana", "x")),
                race.job(acts.approve, by=race.rafe, proposal_id=race.proposal_of("Ana", "y")),
            )

            assert refusals(answers) == ["proposal_gone"]
            assert sorted(race.statuses("Ana", "x") + race.statuses("Ana", "y")) == ["offered", "waitlisted"]
            assert race.count(OFFER) == race.mails("offer") == 1

    def test_leaves_while_being_approved(self, arena: Arena) -> None:
        """Nobody is left with an offer who has gone, and the next in line is proposed."""
        for race in rounds(arena):
            race.open(capacity=1)
            race.ask("Ana", "Dan", "Eve")
            race.drop("Ana")

            answers = race.race(
                race.job(acts.approve, proposal_id=race.proposal_of("Dan")),
                race.job(acts.drop, by=race.rafe, registration_id="Dan-s"),
            )

            assert not answers[1].refused
            assert refusals(answers) in [[], ["proposal_gone"]]
            assert race.names(Status.OFFERED) == []
            assert race.proposed() == ["Eve"]


class TestTwoSessions:
    def test_scenario_095_a_swap_in_both_directions(self, arena: Arena) -> None:
        """Pia goes from X to Y while Quinn goes from Y to X: both arrive, and each gave up what they had."""
        for race in rounds(arena):
            race.open("x", capacity=2, hour=9)
            race.open("y", capacity=2, hour=9)
            race.ask("Pia", to="x")
            race.ask("Quinn", to="y")

            answers = race.race(
                race.job(acts.ask, session_id="y", name="Pia", gives_up="Pia-x"),
                race.job(acts.ask, by=race.rafe, session_id="x", name="Quinn", gives_up="Quinn-y"),
            )

            assert values(answers) == ["Pia has a seat.", "Quinn has a seat."]
            assert race.statuses("Pia", "x") == race.statuses("Quinn", "y") == ["dropped"]
            assert [roster.tally.confirmed for roster in race.rosters().values()] == [1, 1]

    def test_scenario_095_a_swap_in_both_directions_by_offers(self, arena: Arena) -> None:
        """Both wait, both are offered the other's session, and both accept at the same instant."""
        for race in rounds(arena):
            race.open("x", capacity=2, hour=9)
            race.open("y", capacity=2, hour=9)
            race.ask("Pia", "Rosa", to="x")
            race.ask("Quinn", "Sam", to="y")
            race.ask("Pia", to="y", gives_up=("Pia-x", "x"))
            race.ask("Quinn", to="x", gives_up=("Quinn-y", "y"))
            for name, session_id in (("Rosa", "x"), ("Sam", "y")):
                race.drop(name, out_of=session_id)
                race.approve_all(session_id)

            answers = race.race(
                race.job(acts.answer, token=race.link("Pia", "y")),
                race.job(acts.answer, token=race.link("Quinn", "x")),
            )

            assert values(answers) == ["seated", "seated"]
            assert race.statuses("Pia", "x") == race.statuses("Quinn", "y") == ["dropped"]
            assert (race.names(Status.CONFIRMED, "x"), race.names(Status.CONFIRMED, "y")) == (["Quinn"], ["Pia"])

    def test_are_changed_in_both_directions_at_once(self, arena: Arena) -> None:
        """Two people change places between two sessions: nobody waits for the other for ever, and both arrive."""
        for race in rounds(arena):
            race.open("x", capacity=2, hour=9)
            race.open("y", capacity=2, hour=9)
            race.ask("Pia", to="x")
            race.ask("Quinn", to="y")

            answers = race.race(
                race.job(acts.transfer, registration_id="Pia-x", to_session_id="y"),
                race.job(acts.transfer, by=race.rafe, registration_id="Quinn-y", to_session_id="x"),
            )

            assert refusals(answers) == []
            assert race.statuses("Pia", "x") == race.statuses("Quinn", "y") == ["transferred"]
            assert [roster.tally.confirmed for roster in race.rosters().values()] == [1, 1]

    def test_that_are_full_let_nobody_out_without_a_seat(self, arena: Arena) -> None:
        """Where each waits for the other's seat both are told that there is none, and both keep theirs."""
        for race in rounds(arena):
            race.open("x", capacity=1, hour=9)
            race.open("y", capacity=1, hour=9)
            race.ask("Pia", to="x")
            race.ask("Quinn", to="y")

            answers = race.race(
                race.job(acts.transfer, registration_id="Pia-x", to_session_id="y"),
                race.job(acts.transfer, by=race.rafe, registration_id="Quinn-y", to_session_id="x"),
            )

            assert refusals(answers) == ["no_seat_there", "no_seat_there"]
            assert race.statuses("Pia", "x") == race.statuses("Quinn", "y") == ["confirmed"]


class TestTheOrder:
    def test_of_two_moves_to_one_place_is_total(self, arena: Arena) -> None:
        """Two coordinators put two people first: both moves stand, and the later one is closer."""
        for race in rounds(arena):
            race.open(capacity=1)
            race.ask("Zoe", "Ana", "Bo", "Cleo")

            answers = race.race(
                race.job(acts.move, registration_id="Bo-s", before_id="Ana-s"),
                race.job(acts.move, by=race.rafe, registration_id="Cleo-s", before_id="Ana-s"),
            )

            assert refusals(answers) == []
            assert race.names(Status.WAITLISTED) in [["Bo", "Cleo", "Ana"], ["Cleo", "Bo", "Ana"]]
            assert [override.number for override in race.roster().overrides] == [1, 2]


def an_offer(race: Round) -> None:
    """Give Dan an offer for one hour, for the only seat, with Eve behind him."""
    race.open(capacity=1, offer_window=AN_HOUR)
    race.ask("Ana", "Dan", "Eve")
    race.drop("Ana")
    race.approve_all()


def to_be_paid(race: Round) -> None:
    """Keep the only seat for Ana until she pays, for an hour, with Eve behind her."""
    race.open(capacity=1, price=4900, payment_window=AN_HOUR)
    race.ask("Ana", "Eve")


def nine_and_an_offer(race: Round) -> None:
    """Fill nine of ten seats, and offer the tenth to Zoe for one hour."""
    race.open(capacity=10, offer_window=AN_HOUR)
    race.ask(*(f"P{n}" for n in range(10)), "Zoe")
    race.drop("P0")
    race.approve_all()


def lowered(race: Round) -> c.ChangeRules:
    """Build the edit to nine seats."""
    return race.with_rules(capacity=9)
