"""Scenarios of letter F about approvals: nobody approves their own, and a second person where that is demanded."""

from dataclasses import replace

import pytest

from tests.desk import INES, RAFE, at, member
from tests.scenarios.mailroom import DAY, Mailroom
from waitlist_app.engine.model import Order, PriorityRule, RankBy, Status
from waitlist_app.engine.refusals import ReasonMissing
from waitlist_app.errors import NotAllowed
from waitlist_app.services.actors import Role
from waitlist_app.services.approvals import ApprovalRules, OwnApproval, SecondPersonNeeded
from waitlist_app.services.approve_promotion import approve_promotion
from waitlist_app.services.change_order import change_order
from waitlist_app.services.change_seats import Seats, change_seats
from waitlist_app.services.decide_override import (
    PendingOverride,
    RequestDecided,
    approve_override,
    decline_override,
    list_override_requests,
)
from waitlist_app.services.move_entry import move_entry
from waitlist_app.services.moves import Move
from waitlist_app.services.ports import PersonDetails
from waitlist_app.services.reduce_group import reduce_group
from waitlist_app.services.reinstate_registration import reinstate_registration
from waitlist_app.services.request_earlier import request_earlier
from waitlist_app.services.request_seat import request_seat
from waitlist_app.services.set_approval_rules import set_approval_rules
from waitlist_app.services.transfer_registration import transfer_registration

WANDA = member("Wanda Ilves", Role.OWNER)
AUGUST = member("August Falk", Role.AUDITOR)
ARTA = member("Arta Berisha", Role.APPROVER)
TEAM = (INES, RAFE, WANDA, AUGUST, ARTA)
TWO_PEOPLE = ApprovalRules(needs_second_person=True)


@pytest.fixture
def desk(database_url: str):
    """Yield First Aid with one free seat, Imani proposed for it, and a team of five."""
    desk = Mailroom(database_url, team=TEAM)
    desk.open_first_aid()
    yield desk
    desk.engine.dispose()


def with_ines_in_line(desk: Mailroom) -> str:
    """Let Ines herself wait in a session of one seat that came free; gives the proposal for her."""
    desk.session("ABW", DAY)
    desk.ask("Viktor", "abw")
    request_seat(
        work=desk.work, actor=RAFE, session_id="abw", employee_id="E1", name="Ines Calder", email=" INES@X.example "
    )
    desk.drop("viktor-abw")
    (proposal,) = [p for p in desk.read(lambda reader: reader.proposals()) if p.session_id == "abw"]
    return proposal.id


def line(desk: Mailroom) -> list[str]:
    """Name those who wait for First Aid."""
    return [entry.person.name for entry in desk.read(lambda reader: reader.waiting("faw"))]


def move_oona_up(desk: Mailroom, by=INES, reason=" Only first-aider on nights ") -> str:
    """Let somebody move Oona before Imani."""
    return move_entry(work=desk.work, actor=by, registration_id="oona-faw", before_id="imani-faw", reason=reason)


def demand_two(desk: Mailroom) -> None:
    """Let the owner demand a second person for overrides."""
    set_approval_rules(work=desk.work, actor=WANDA, rules=TWO_PEOPLE, reason="Audit finding")


def move_viktor_past_elsie(desk: Mailroom) -> str:
    """Let Ines ask for Viktor's move from ABW to CPR, where Elsie waits, and demand a second person for it."""
    desk.session("ABW", DAY)
    desk.session("CPR", ("2026-04-02 09:00", "2026-04-02 16:00"))
    for name in ("Yan", "Elsie"):
        desk.ask(name, "cpr")
    desk.ask("Viktor", "abw")
    demand_two(desk)
    move = Move(registration_id="viktor-abw", to_session_id="cpr", reason="Night shift", past_line=True)
    return transfer_registration(work=desk.work, actor=INES, move=move)


def pending(desk: Mailroom, by=RAFE) -> list[PendingOverride]:
    """List what waits for a second person."""
    return list(list_override_requests(work=desk.work, actor=by))


class TestOnesOwn:
    def test_scenario_074_promotion_is_approved_by_somebody_else(self, desk: Mailroom):
        """The coordinator who is first in the queue cannot approve it, whatever case the address is in."""
        proposal_id = with_ines_in_line(desk)

        with pytest.raises(OwnApproval) as refused:
            approve_promotion(work=desk.work, actor=INES, proposal_id=proposal_id)

        assert str(refused.value) == "This is about you. Somebody else of the team has to approve it."
        assert approve_promotion(work=desk.work, actor=WANDA, proposal_id=proposal_id) == "Offer sent to Ines Calder."

    def test_promotion_can_be_allowed_by_the_owner(self, desk: Mailroom):
        """Where there is nobody else, an organisation may switch the rule off, on record."""
        proposal_id = with_ines_in_line(desk)

        said = set_approval_rules(
            work=desk.work, actor=WANDA, rules=ApprovalRules(allows_own=True), reason="Ines is alone"
        )

        assert said == "Overrides need one approval, and people may approve their own."
        assert approve_promotion(work=desk.work, actor=INES, proposal_id=proposal_id) == "Offer sent to Ines Calder."

    def test_override_becomes_a_request_to_the_others(self, desk: Mailroom):
        """Ines moves herself up: nothing moves before somebody else says yes."""
        details = PersonDetails(employee_id="E1", name="Ines Calder", email="ines@x.example")
        desk.act(lambda tx: tx.find_or_add_person(details))
        request_seat(
            work=desk.work, actor=RAFE, session_id="faw", employee_id="E1", name="Ines Calder", email="ines@x.example"
        )
        (mine,) = [e for e in desk.read(lambda r: r.waiting("faw")) if e.person.name == "Ines Calder"]

        said = move_entry(
            work=desk.work,
            actor=INES,
            registration_id=mine.registration.id,
            before_id="imani-faw",
            reason="Audit on Monday",
        )

        assert said == "Recorded: somebody else of the team has to approve moving Ines Calder."
        assert line(desk) == ["Imani", "Oona", "Ines Calder"]
        (request,) = pending(desk)
        with pytest.raises(OwnApproval):
            approve_override(work=desk.work, actor=INES, request_id=request.id)
        approve_override(work=desk.work, actor=WANDA, request_id=request.id)
        assert line(desk) == ["Ines Calder", "Imani", "Oona"]

    def test_rules_are_the_owners_to_set(self, desk: Mailroom):
        """A coordinator cannot lift what binds them."""
        with pytest.raises(NotAllowed):
            set_approval_rules(work=desk.work, actor=INES, rules=ApprovalRules(allows_own=True), reason="Quicker")


class TestATransferPastALine:
    def test_waits_for_a_second_person_and_then_is_one_act(self, desk: Mailroom):
        """Viktor keeps his seat until Rafe says yes; then he leaves the one session for the other, past Elsie."""
        said = move_viktor_past_elsie(desk)

        (request,) = pending(desk)
        assert said == "Recorded: somebody else of the team has to approve moving Viktor to CPR."
        assert [e.person.name for e in desk.read(lambda r: r.seated("abw"))] == ["Viktor"]
        approve_override(work=desk.work, actor=RAFE, request_id=request.id)
        assert desk.read(lambda r: r.registration("viktor-abw")).registration.status.value == "transferred"
        assert [e.person.name for e in desk.read(lambda r: r.seated("cpr"))] == ["Yan", "Viktor"]
        assert [e.passed_over for e in desk.read(lambda r: r.waiting("cpr"))] == [1]

    def test_takes_as_many_seats_as_there_are_by_then(self, desk: Mailroom):
        """Viktor has three seats when it is asked for, and one when Rafe says yes."""
        desk.session("ABW", DAY, capacity=3)
        desk.session("CPR", ("2026-04-02 09:00", "2026-04-02 16:00"), capacity=3)
        for name in ("Yan", "Elsie", "Gus", "Hana"):
            desk.ask(name, "cpr")
        desk.ask("Viktor", "abw", units=3)
        demand_two(desk)
        move = Move(registration_id="viktor-abw", to_session_id="cpr", reason="Night shift", past_line=True)
        transfer_registration(work=desk.work, actor=INES, move=move)
        reduce_group(work=desk.work, actor=INES, registration_id="viktor-abw", seat_units=1)

        (request,) = pending(desk)
        approve_override(work=desk.work, actor=RAFE, request_id=request.id)

        assert [(e.person.name, e.registration.seat_units) for e in desk.read(lambda r: r.seated("cpr"))][-1] == (
            "Viktor",
            1,
        )

    def test_inside_a_larger_act_is_refused_until_it_was_asked_for_by_itself(self, desk: Mailroom):
        """Lowering the seats cannot wait half done."""
        desk.session("ABW", DAY, capacity=2)
        desk.session("CPR", ("2026-04-02 09:00", "2026-04-02 16:00"))
        for name, to in (("Yan", "cpr"), ("Elsie", "cpr"), ("Viktor", "abw"), ("Pavel", "abw")):
            desk.ask(name, to)
        demand_two(desk)
        move = Move(registration_id="viktor-abw", to_session_id="cpr", reason="Smaller room", past_line=True)

        with pytest.raises(SecondPersonNeeded) as refused:
            change_seats(
                work=desk.work,
                actor=INES,
                session_id="abw",
                wanted=Seats(capacity=1),
                reason="Smaller room",
                moves=[move],
            )

        said = "Somebody else has to approve the move of Viktor. Ask for that move by itself first."
        assert str(refused.value) == said
        assert [e.person.name for e in desk.read(lambda r: r.seated("abw"))] == ["Viktor", "Pavel"]


class TestAnApprover:
    """Decides what somebody else asked for, also where that makes a registration; by themselves they make none."""

    def test_lets_somebody_move_past_a_line(self, desk: Mailroom):
        """Viktor is moved to a seat in another session, past Elsie."""
        move_viktor_past_elsie(desk)

        (request,) = pending(desk)
        approve_override(work=desk.work, actor=ARTA, request_id=request.id)

        assert [e.person.name for e in desk.read(lambda r: r.seated("cpr"))] == ["Yan", "Viktor"]

    def test_lets_somebody_have_an_earlier_time(self, desk: Mailroom):
        """Zoe asked by letter before the others."""
        demand_two(desk)
        request_earlier(
            work=desk.work,
            actor=INES,
            session_id="faw",
            person=PersonDetails(employee_id="Z1", name="Zoe"),
            requested_at=at("2026-03-01 09:00"),
            reason="The letter came to another desk",
        )

        (request,) = pending(desk)
        approve_override(work=desk.work, actor=ARTA, request_id=request.id)

        assert line(desk)[0] == "Zoe"

    def test_lets_somebody_back_who_was_dropped_by_mistake(self, desk: Mailroom):
        """Viktor has his place again."""
        desk.session("ABW", DAY)
        for name in ("Yan", "Viktor", "Elsie"):
            desk.ask(name, "abw")
        desk.drop("viktor-abw", status=Status.LEFT)
        demand_two(desk)
        reinstate_registration(work=desk.work, actor=INES, registration_id="viktor-abw", reason="The wrong Viktor")

        (request,) = pending(desk)
        approve_override(work=desk.work, actor=ARTA, request_id=request.id)

        assert [e.person.name for e in desk.read(lambda r: r.waiting("abw"))] == ["Viktor", "Elsie"]


class TestAnotherOrder:
    def test_waits_for_a_second_person_and_uses_what_is_known_then(self, desk: Mailroom):
        """Keiko asks in between, and has her place in the new order as well; nothing about people was kept."""
        desk.ask("Pavel", "faw", role="Fitter")
        demand_two(desk)
        by_role = (PriorityRule(by=RankBy.ROLE, values=("Trainer", "Fitter")),)

        said = change_order(
            work=desk.work,
            actor=INES,
            session_id="faw",
            order=Order.PRIORITY,
            priority=by_role,
            reason="Works agreement",
        )

        desk.ask("Keiko", "faw", role="Trainer")
        (request,) = pending(desk)
        (kept,) = desk.read(lambda reader: reader.override_requests())
        assert said == "Recorded: somebody else of the team has to approve the new order."
        assert line(desk) == ["Imani", "Oona", "Pavel", "Keiko"]
        assert "Fitter" not in str(kept.command.get("facts"))
        approve_override(work=desk.work, actor=RAFE, request_id=request.id)
        assert line(desk) == ["Keiko", "Pavel", "Imani", "Oona"]

    def test_that_moves_oneself_is_a_request_to_the_others(self, desk: Mailroom):
        """Ines waits in this line herself: she cannot order it by her own word."""
        request_seat(
            work=desk.work, actor=RAFE, session_id="faw", employee_id="E1", name="Ines Calder", email="ines@x.example"
        )

        said = change_order(work=desk.work, actor=INES, session_id="faw", order=Order.PRIORITY, reason="Agreement")

        assert said == "Recorded: somebody else of the team has to approve the new order."


class TestALowerLimit:
    def test_names_the_group_that_it_is_too_little_for(self, desk: Mailroom):
        """The answer says who is skipped from now on, and why."""
        desk.session("ABW", DAY, capacity=4)
        desk.ask("Viktor", "abw", units=3)
        desk.ask("Sanjay", "abw", units=4)

        said = change_seats(
            work=desk.work, actor=INES, session_id="abw", wanted=Seats(capacity=3), reason="Smaller room"
        )

        assert said == "The limit is 3 seats now. Sanjay waits for 4 seats and is skipped, since there are 3."


class TestASecondPerson:
    def test_is_not_asked_where_the_organisation_does_not_demand_it(self, desk: Mailroom):
        """The default: a coordinator signs and moves."""
        assert move_oona_up(desk) == "Oona moved from 2 to 1."
        assert (line(desk), pending(desk)) == (["Oona", "Imani"], [])

    def test_finds_the_request_with_its_reason(self, desk: Mailroom):
        """Who asked, for whom, where, when and why; nothing has moved."""
        demand_two(desk)

        said = move_oona_up(desk)

        (request,) = pending(desk)
        assert said == "Recorded: somebody else of the team has to approve moving Oona."
        assert line(desk) == ["Imani", "Oona"]
        assert request == PendingOverride(
            id=request.id,
            kind="MoveEntry",
            session_id="faw",
            session="First Aid at Work, FAW",
            name="Oona",
            reason="Only first-aider on nights",
            asked_by="Ines Calder",
            asked_at=at("2026-03-12 10:42").timestamp(),
            is_mine=False,
        )
        assert replace(request, is_mine=True) == pending(desk, by=INES)[0]

    @pytest.mark.parametrize("second", [RAFE, WANDA, ARTA], ids=lambda actor: actor.role)
    def test_signs_and_it_is_carried_out(self, desk: Mailroom, second):
        """The record names both: who asked, and on whose word it was done."""
        demand_two(desk)
        move_oona_up(desk)
        (request,) = pending(desk)

        said = approve_override(work=desk.work, actor=second, request_id=request.id)

        assert said == "Approved, as Ines Calder asked."
        assert (line(desk), pending(desk)) == (["Oona", "Imani"], [])
        _, [signed] = desk.read(lambda reader: reader.record(search="ApprovalSigned", count=1))
        assert (signed.actor_id, signed.data["asked_by"], signed.texts["reason"]) == (
            second.id,
            "ines",
            "Only first-aider on nights",
        )
        (entry,) = [e for e in desk.read(lambda r: r.waiting("faw")) if e.override_id]
        assert (entry.override_by, entry.override_reason) == (second.name, "Only first-aider on nights")

    def test_is_not_who_asked_and_not_an_auditor(self, desk: Mailroom):
        """One person never does both."""
        demand_two(desk)
        move_oona_up(desk)
        (request,) = pending(desk)

        with pytest.raises(OwnApproval):
            approve_override(work=desk.work, actor=INES, request_id=request.id)
        with pytest.raises(NotAllowed):
            approve_override(work=desk.work, actor=AUGUST, request_id=request.id)
        with pytest.raises(NotAllowed):
            decline_override(work=desk.work, actor=AUGUST, request_id=request.id, reason="No")
        assert line(desk) == ["Imani", "Oona"]

    def test_can_say_no(self, desk: Mailroom):
        """With a reason, and then it cannot be approved any more."""
        demand_two(desk)
        move_oona_up(desk)
        (request,) = pending(desk)

        said = decline_override(work=desk.work, actor=RAFE, request_id=request.id, reason="Not urgent")

        assert said == "Declined. Ines Calder finds it in the history."
        with pytest.raises(RequestDecided):
            approve_override(work=desk.work, actor=WANDA, request_id=request.id)
        assert (line(desk), pending(desk)) == (["Imani", "Oona"], [])

    def test_approves_once(self, desk: Mailroom):
        """The second yes finds it decided."""
        demand_two(desk)
        move_oona_up(desk)
        (request,) = pending(desk)
        approve_override(work=desk.work, actor=RAFE, request_id=request.id)

        with pytest.raises(RequestDecided):
            approve_override(work=desk.work, actor=WANDA, request_id=request.id)

    def test_is_not_asked_without_a_reason(self, desk: Mailroom):
        """Scenario 69 holds for what is asked, too."""
        demand_two(desk)

        with pytest.raises(ReasonMissing):
            move_oona_up(desk, reason=" ")
