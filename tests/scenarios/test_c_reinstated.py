"""Scenarios of letter C about people who are put back, and of requests with an earlier time, on both databases."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.desk import INES, NOBODY, NOW, RAFE
from tests.scenarios.mailroom import DAY, Mailroom
from waitlist_app.engine.model import Draw, Facts, SignOff, Status, Window
from waitlist_app.engine.refusals import ReasonMissing
from waitlist_app.errors import InvalidInput, NotAllowed
from waitlist_app.services.actors import Role
from waitlist_app.services.approvals import ApprovalRules
from waitlist_app.services.change_facts import change_facts
from waitlist_app.services.decide_override import approve_override, list_override_requests
from waitlist_app.services.moves import Move
from waitlist_app.services.ports import PersonDetails
from waitlist_app.services.reinstate_registration import NotReinstated, reinstate_registration
from waitlist_app.services.request_earlier import request_earlier
from waitlist_app.services.revoke_offer import revoke_offer
from waitlist_app.services.session_rules import RuleChanges
from waitlist_app.services.set_session_rules import set_session_rules
from waitlist_app.services.transfer_registration import transfer_registration

SYSTEM = replace(INES, role=Role.SYSTEM)


def put_back(desk: Mailroom, registration_id: str, *, by=INES, reason: str = "Wrong person") -> str:
    """Put somebody back."""
    return reinstate_registration(work=desk.work, actor=by, registration_id=registration_id, reason=reason)


def line(desk: Mailroom) -> list[tuple[str, int]]:
    """Name those who wait, with how often they were passed over."""
    return [(e.person.name, e.passed_over) for e in desk.read(lambda reader: reader.waiting("faw"))]


class TestAnOfferThatWasTakenBack:
    def test_scenario_033_is_told_not_made_again_and_can_be_reinstated(self, desk: Mailroom):
        """Imani hears of it, Oona is proposed; a recorded act puts Imani back in front, past Oona, with a reason."""
        desk.approve_imani()
        desk.deliver()
        revoke_offer(work=desk.work, actor=RAFE, registration_id="imani-faw", reason="Wrong person")
        desk.deliver()
        assert (desk.proposed(), [mail.status for mail in desk.mails("revoked")]) == (["Oona"], ["sent"])

        said = put_back(desk, "imani-faw", reason=" It was the right one ")

        (again, *_) = desk.read(lambda reader: reader.waiting("faw"))
        old = desk.read(lambda reader: reader.registration("imani-faw"))
        assert said == "Imani waits, number 1 in line. 1 person passed over."
        assert line(desk) == [("Imani", 0), ("Oona", 1)]
        assert (old.registration.status, again.registration.requested_at) == (
            Status.REVOKED,
            old.registration.requested_at,
        )
        assert again.registration.terms.reinstates == "imani-faw"
        assert desk.proposed() == ["Imani"]
        _, [act] = desk.read(lambda reader: reader.record(search="WaitlistJoined", count=1))
        assert (act.actor_id, act.data["passed"], act.texts["reason"]) == ("ines", 1, "It was the right one")


class TestAPlaceThatWasPutBack:
    def test_counts_as_a_later_one_in_the_session_that_its_person_is_moved_to(self, desk: Mailroom):
        """Oona, number 3 to ask for First Aid, comes to a session after its window closed; a fact changes nothing."""
        opens, closes = NOW, NOW + timedelta(hours=1)
        desk.session("ABW", DAY, capacity=0, window=Window(opens_at=opens, closes_at=closes, draw=Draw.PRIORITY))
        for name in ("Uma", "Vic", "Wim"):
            desk.ask(name, "abw")
        desk.drop("oona-faw")
        put_back(desk, "oona-faw")
        desk.later(timedelta(hours=2))
        desk.sweep()
        desk.ask("Yan", "abw")
        desk.later(timedelta(hours=1))
        back = desk.read(lambda reader: reader.waiting("faw"))[-1].registration.id
        move = Move(registration_id=back, to_session_id="abw", reason="Another day")
        transfer_registration(work=desk.work, actor=INES, move=move)
        oona = desk.read(lambda reader: reader.waiting("abw"))[-1]

        said = change_facts(
            work=desk.work,
            actor=INES,
            registration_id=oona.registration.id,
            role="Cook",
            department="",
            compliance_deadline=None,
            attributes=(),
            reason="New job",
        )

        assert (oona.person.name, said) == ("Oona", "Saved. Oona keeps the place.")


class TestAMistakenDrop:
    def test_gives_the_seat_back_where_it_is_still_free(self, desk: Mailroom):
        """Nobody else waits: Viktor has it again, and hears of it."""
        desk.session("ABW", ("2026-04-02 09:00", "2026-04-02 16:00"))
        desk.ask("Viktor", "abw")
        desk.drop("viktor-abw")

        said = put_back(desk, "viktor-abw")

        assert said == "Viktor has a seat."
        assert [e.registration.status for e in desk.read(lambda reader: reader.seated("abw"))] == [Status.CONFIRMED]

    def test_gives_the_earlier_place_where_somebody_waits_for_the_seat(self, desk: Mailroom):
        """Rosa's seat is proposed to Imani: Rosa comes first again, and both who wait are counted."""
        assert put_back(desk, "rosa-faw") == "Rosa waits, number 1 in line. 2 people passed over."

        assert line(desk) == [("Rosa", 0), ("Imani", 1), ("Oona", 1)]
        assert desk.proposed() == ["Rosa"]

    def test_is_put_right_once(self, desk: Mailroom):
        """Whoever is there again cannot be put back."""
        put_back(desk, "rosa-faw")

        with pytest.raises(NotReinstated):
            put_back(desk, "imani-faw")

    def test_needs_a_reason_and_the_right(self, desk: Mailroom):
        """It is an override."""
        with pytest.raises(ReasonMissing):
            put_back(desk, "rosa-faw", reason=" ")
        with pytest.raises(NotAllowed):
            put_back(desk, "rosa-faw", by=NOBODY)

    def test_waits_for_a_second_person_where_that_is_demanded(self, desk: Mailroom):
        """Nothing moves before Rafe says yes; what was known of Rosa is found again then."""
        desk.act(lambda tx: tx.set_approval_rules(ApprovalRules(needs_second_person=True)), SYSTEM)

        said = put_back(desk, "rosa-faw")

        assert said == "Recorded: somebody else of the team has to approve putting Rosa back."
        assert line(desk) == [("Imani", 0), ("Oona", 0)]
        (request,) = list_override_requests(work=desk.work, actor=RAFE)
        approve_override(work=desk.work, actor=RAFE, request_id=request.id)
        assert line(desk) == [("Rosa", 0), ("Imani", 1), ("Oona", 1)]


class TestARequestWithAnEarlierTime:
    def test_is_placed_by_it_and_tells_whom_it_passes(self, desk: Mailroom):
        """Pavel's form had lain in a drawer since the day before."""
        said = add(desk)

        assert said == "Pavel waits, number 1 in line. 2 people passed over."
        assert line(desk) == [("Pavel", 0), ("Imani", 1), ("Oona", 1)]

    def test_lies_in_the_past_and_needs_a_reason(self, desk: Mailroom):
        """A time that has not come is a typing error."""
        with pytest.raises(InvalidInput):
            add(desk, requested_at=desk.clock.now())
        with pytest.raises(ReasonMissing):
            add(desk, reason="")

        assert line(desk) == [("Imani", 0), ("Oona", 0)]

    def test_names_the_manager_before_a_second_person_is_asked(self, desk: Mailroom):
        """Approved without one, nobody would be asked to sign it off."""
        desk.act(lambda tx: tx.set_approval_rules(ApprovalRules(needs_second_person=True)), SYSTEM)
        rules: RuleChanges = {"sign_off": SignOff()}
        set_session_rules(work=desk.work, actor=INES, session_id="faw", wanted=rules, reason="Works agreement")

        with pytest.raises(InvalidInput) as refused:
            add(desk)

        assert refused.value.field == "manager"
        assert desk.read(lambda reader: reader.override_requests()) == []

    def test_keeps_nothing_of_a_person_in_what_waits_for_a_second_one(self, desk: Mailroom):
        """Role and department are found again with the person."""
        desk.act(lambda tx: tx.set_approval_rules(ApprovalRules(needs_second_person=True)), SYSTEM)

        assert add(desk) == "Recorded: somebody else of the team has to approve the earlier time of Pavel."

        (kept,) = desk.read(lambda reader: reader.override_requests())
        assert "Fitter" not in str(kept.command)
        approve_override(work=desk.work, actor=RAFE, request_id=kept.id)
        pavel = desk.read(lambda reader: reader.waiting("faw"))[0]
        assert (pavel.person.name, pavel.facts) == ("Pavel", Facts(role="Fitter", department="Yard"))


def add(desk: Mailroom, *, requested_at=None, reason: str = "Found in a drawer") -> str:
    """Add the request of Pavel."""
    return request_earlier(
        work=desk.work,
        actor=INES,
        session_id="faw",
        person=PersonDetails(employee_id="P1", name="Pavel", email="p@x.example", role="Fitter", department="Yard"),
        requested_at=requested_at or desk.clock.now() - timedelta(days=1),
        reason=reason,
    )
