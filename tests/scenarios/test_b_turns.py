"""Scenarios of letter B about deciding on a proposal: checked again, next, and hold, on both databases."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.desk import INES, NOBODY, RAFE, member
from tests.scenarios.mailroom import Mailroom
from waitlist_app.engine.model import Status
from waitlist_app.engine.refusals import NobodyNext, ProposalGone, ReasonMissing
from waitlist_app.errors import NotAllowed
from waitlist_app.services.actors import Role
from waitlist_app.services.approvals import ApprovalRules, OwnApproval
from waitlist_app.services.approve_promotion import approve_promotion
from waitlist_app.services.change_seats import change_seats, seats_of
from waitlist_app.services.decide_override import approve_override, list_override_requests
from waitlist_app.services.decide_turn import hold_proposal, propose_next, release_hold, take_back_next
from waitlist_app.services.report_fairness import report_fairness
from waitlist_app.services.request_seat import request_seat
from waitlist_app.services.sentences import tell

SYSTEM = replace(INES, role=Role.SYSTEM)


def next_for(desk: Mailroom, registration_id: str = "imani-faw", *, by=INES, reason: str = "On leave") -> str:
    """Press Next on somebody's proposal."""
    return propose_next(work=desk.work, actor=by, proposal_id=desk.proposal_of(registration_id), reason=reason)


def hold(desk: Mailroom, *, by=INES, reason: str = "Asks at home") -> str:
    """Hold the seat for Imani for a day."""
    until = desk.clock.now() + timedelta(days=1)
    proposal_id = desk.proposal_of("imani-faw")
    return hold_proposal(work=desk.work, actor=by, proposal_id=proposal_id, until=until, reason=reason)


def line(desk: Mailroom) -> list[tuple[str, int]]:
    """Name those who wait, with how often they were passed over."""
    return [(e.person.name, e.passed_over) for e in desk.read(lambda reader: reader.waiting("faw"))]


def told(desk: Mailroom, act: str) -> str:
    """Tell the last entry of a kind."""
    _, [entry] = desk.read(lambda reader: reader.record(search=act, count=1))
    said = tell(entry, "Europe/London")
    return f"{said.who} {said.what}"


class TestAnApproval:
    def test_scenario_014_is_checked_again(self, desk: Mailroom):
        """Imani withdraws five minutes later: approving is refused, Oona is proposed, and Imani gets no offer."""
        proposal_id = desk.proposal_of("imani-faw")
        desk.later(timedelta(minutes=5))
        desk.drop("imani-faw", status=Status.LEFT)
        desk.later(timedelta(minutes=1))

        with pytest.raises(ProposalGone):
            approve_promotion(work=desk.work, actor=INES, proposal_id=proposal_id)

        assert (desk.proposed(), desk.mails("offer")) == (["Oona"], [])


class TestNext:
    def test_proposes_the_next_with_a_reason_and_counts_the_pass(self, desk: Mailroom):
        """Imani keeps her place and is told why; Oona is offered the seat, and the report of fairness says so."""
        said = next_for(desk, reason=" On leave ")

        assert said == "Oona is proposed. Imani keeps the place."
        assert (line(desk), desk.proposed()) == ([("Imani", 1), ("Oona", 0)], ["Oona"])
        assert told(desk, "EntryPassed") == "Ines Calder passed Imani over for one seat; the place stays."
        desk.approve("oona-faw")
        desk.accept("oona-faw")
        (one,) = report_fairness(work=desk.work, actor=INES, session_id="faw").lines
        assert (one.name, one.passed, one.reason, one.approved_by) == ("Oona", ("Imani",), "On leave", "Ines Calder")

    def test_is_over_with_the_offer_of_the_other(self, desk: Mailroom):
        """Oona declines: Imani is first again, and stays counted."""
        next_for(desk)
        desk.approve("oona-faw")

        desk.decline("oona-faw")

        assert (line(desk), desk.proposed()) == ([("Imani", 1)], ["Imani"])

    def test_can_be_taken_back(self, desk: Mailroom):
        """As if it had not been."""
        next_for(desk)

        said = take_back_next(work=desk.work, actor=INES, registration_id="imani-faw")

        assert said == "Imani has the turn back."
        assert (line(desk), desk.proposed()) == ([("Imani", 0), ("Oona", 0)], ["Imani"])

    def test_needs_a_reason_and_somebody_who_is_next(self, desk: Mailroom):
        """Without either nothing moves."""
        with pytest.raises(ReasonMissing):
            next_for(desk, reason=" ")
        desk.drop("oona-faw", status=Status.LEFT)
        with pytest.raises(NobodyNext):
            next_for(desk)
        with pytest.raises(NotAllowed):
            next_for(desk, by=NOBODY)

    def test_is_an_approvers_too(self, desk: Mailroom):
        """Who may decide about a promotion may decide that it is somebody else's turn."""
        arta = member("Arta Berisha", Role.APPROVER)
        desk.act(
            lambda tx: tx.add_member(member_id=arta.id, name=arta.name, email="arta@x.example", role=arta.role), SYSTEM
        )

        assert next_for(desk, by=arta) == "Oona is proposed. Imani keeps the place."

    def test_to_oneself_is_somebody_elses_to_approve(self, desk: Mailroom):
        """Ines is third; with Oona gone she would be next, so Rafe has to say yes."""
        desk.drop("oona-faw", status=Status.LEFT)
        request_seat(
            work=desk.work, actor=RAFE, session_id="faw", employee_id="E1", name="Ines Calder", email="ines@x.example"
        )

        said = next_for(desk)

        assert said == "Recorded: somebody else of the team has to approve passing Imani over."
        assert desk.proposed() == ["Imani"]
        (request,) = list_override_requests(work=desk.work, actor=RAFE)
        approve_override(work=desk.work, actor=RAFE, request_id=request.id)
        assert desk.proposed() == ["Ines Calder"]

    def test_waits_for_a_second_person_where_that_is_demanded(self, desk: Mailroom):
        """Asked by Ines, done on the word of Rafe."""
        desk.act(lambda tx: tx.set_approval_rules(ApprovalRules(needs_second_person=True)), SYSTEM)

        next_for(desk)

        assert desk.proposed() == ["Imani"]
        (request,) = list_override_requests(work=desk.work, actor=RAFE)
        approve_override(work=desk.work, actor=RAFE, request_id=request.id)
        assert (line(desk), desk.proposed()) == ([("Imani", 1), ("Oona", 0)], ["Oona"])


class TestAHold:
    def test_reserves_the_seat_until_a_date(self, desk: Mailroom):
        """The sum says reserved, a newcomer waits, and Imani stays proposed though Oona is moved before her."""
        said = hold(desk)

        desk.move("oona-faw", before="imani-faw", reason="Audit finding")
        desk.ask("Pavel", "faw")
        assert said == "The seat is held for Imani until Fri 13 Mar 2026, 10:42 GMT."
        assert told(desk, "ProposalHeld") == "Ines Calder holds a seat for Imani until Fri 13 Mar 2026, 10:42 GMT."
        (facts,) = [one for one in desk.read(lambda reader: reader.sessions()) if one.rules.id == "faw"]
        assert facts.reserved_units == 1
        assert (line(desk), desk.proposed()) == ([("Oona", 0), ("Imani", 1), ("Pavel", 0)], ["Imani"])

    def test_ends_at_that_date_by_itself(self, desk: Mailroom):
        """The sweep finds it, and whoever comes first is proposed."""
        hold(desk)
        desk.move("oona-faw", before="imani-faw", reason="Audit finding")
        desk.later(timedelta(days=1))

        desk.sweep()

        assert desk.proposed() == ["Oona"]
        assert told(desk, "SessionWoke") == "The clock came to a date: 1 seat is held no longer."

    def test_can_be_released_or_approved_earlier(self, desk: Mailroom):
        """Both end it; the offer then holds the seat."""
        hold(desk)
        assert release_hold(work=desk.work, actor=RAFE, registration_id="imani-faw") == (
            "No seat is held for Imani any more."
        )
        hold(desk)

        approve_promotion(work=desk.work, actor=INES, proposal_id=desk.proposal_of("imani-faw"))

        (facts,) = [one for one in desk.read(lambda reader: reader.sessions()) if one.rules.id == "faw"]
        assert (facts.reserved_units, facts.tally.held) == (0, 1)

    def test_is_kept_when_the_seats_are_changed(self, desk: Mailroom):
        """A form that knows nothing of holds cannot end one."""
        hold(desk)
        rules = desk.read(lambda reader: reader.session("faw")).rules

        change_seats(
            work=desk.work,
            actor=INES,
            session_id="faw",
            wanted=replace(seats_of(rules), capacity=2),
            reason="Larger room",
        )

        assert [one.registration_id for one in desk.read(lambda r: r.session("faw")).rules.holds] == ["imani-faw"]
        assert desk.proposed() == ["Imani", "Oona"]

    def test_needs_a_reason_and_is_not_for_oneself(self, desk: Mailroom):
        """Nobody reserves a seat for themselves."""
        with pytest.raises(ReasonMissing):
            hold(desk, reason="")
        desk.drop("imani-faw", status=Status.LEFT)
        desk.drop("oona-faw", status=Status.LEFT)
        desk.session("ABW", ("2026-04-02 09:00", "2026-04-02 16:00"))
        desk.ask("Viktor", "abw")
        request_seat(
            work=desk.work, actor=RAFE, session_id="abw", employee_id="E1", name="Ines Calder", email="ines@x.example"
        )
        desk.drop("viktor-abw")
        (mine,) = [one for one in desk.read(lambda reader: reader.proposals()) if one.session_id == "abw"]
        until = desk.clock.now() + timedelta(days=1)
        with pytest.raises(OwnApproval):
            hold_proposal(work=desk.work, actor=INES, proposal_id=mine.id, until=until, reason="Mine")
