"""Rules that are lifted for somebody, as an override, on both databases."""

from dataclasses import replace

import pytest

from tests.desk import INES, NOBODY, RAFE
from tests.scenarios.mailroom import DAY, Mailroom
from waitlist_app.engine.model import ConflictRule, Status
from waitlist_app.engine.refusals import HoldsOverlappingSeat, NothingToLift, ReasonMissing
from waitlist_app.errors import NotAllowed
from waitlist_app.services.actors import Role
from waitlist_app.services.approvals import ApprovalRules, OwnApproval
from waitlist_app.services.decide_override import approve_override, list_override_requests
from waitlist_app.services.lift_rule import lift_rule, request_beside, restore_rule
from waitlist_app.services.ports import PersonDetails
from waitlist_app.services.request_seat import request_seat

SYSTEM = replace(INES, role=Role.SYSTEM)
TWO = replace(ApprovalRules(), needs_second_person=True)


@pytest.fixture
def busy(desk: Mailroom) -> Mailroom:
    """Imani has a seat in ABW at the same time, so that the seat in FAW is proposed to Oona, who stands behind her."""
    desk.session("ABW", DAY, capacity=2, conflicts=ConflictRule.BLOCK)
    desk.ask("Imani", "abw")
    return desk


def lift(desk: Mailroom, *, by=INES, reason: str = "She teaches the second half") -> str:
    """Lift the rule for Imani."""
    return lift_rule(work=desk.work, actor=by, registration_id="imani-faw", reason=reason)


class TestForSomebodyWhoWaits:
    def test_gives_them_the_turn_that_their_place_gives_them(self, busy: Mailroom):
        """Imani is proposed, accepts, and has both seats; the approval stands on the row, with its reason."""
        assert busy.proposed() == ["Oona"]

        assert lift(busy) == "Imani may have a seat here beside the one elsewhere. They are number 1 in line."

        assert busy.proposed() == ["Imani"]
        busy.approve_imani()
        busy.accept("imani-faw")
        seats = [busy.read(lambda reader, i=i: reader.registration(i)).registration for i in ("imani-faw", "imani-abw")]
        assert [seat.status for seat in seats] == [Status.CONFIRMED, Status.CONFIRMED]
        _, [signed] = busy.read(lambda reader: reader.record(search="ApprovalSigned override", count=1))
        assert (signed.data["approval_id"], signed.actor_id) == (seats[0].waiver, "ines")
        assert signed.texts["reason"] == "She teaches the second half"

    def test_is_restored_while_they_wait(self, busy: Mailroom):
        """The seat goes to Oona again."""
        lift(busy)

        said = restore_rule(work=busy.work, actor=INES, registration_id="imani-faw")

        assert said == "The rules hold for Imani again. They are number 1 in line."
        assert busy.proposed() == ["Oona"]
        assert busy.read(lambda reader: reader.registration("imani-faw")).registration.conflicts == ("abw",)

    def test_needs_a_reason_the_right_and_something_to_lift(self, busy: Mailroom):
        """It is an override, and so is taking it back."""
        with pytest.raises(ReasonMissing):
            lift(busy, reason=" ")
        with pytest.raises(NotAllowed):
            lift(busy, by=NOBODY)
        with pytest.raises(NothingToLift):
            lift_rule(work=busy.work, actor=INES, registration_id="oona-faw", reason="She teaches the second half")
        with pytest.raises(NotAllowed):
            restore_rule(work=busy.work, actor=NOBODY, registration_id="imani-faw")

    def test_waits_for_a_second_person_where_that_is_demanded(self, busy: Mailroom):
        """Nothing changes before Rafe says yes, and Ines cannot say it herself."""
        busy.act(lambda tx: tx.set_approval_rules(TWO), SYSTEM)

        assert lift(busy) == "Recorded: somebody else of the team has to approve a seat beside another for Imani."

        assert busy.proposed() == ["Oona"]
        [request] = list_override_requests(work=busy.work, actor=RAFE)
        with pytest.raises(OwnApproval):
            approve_override(work=busy.work, actor=INES, request_id=request.id)
        approve_override(work=busy.work, actor=RAFE, request_id=request.id)
        assert busy.proposed() == ["Imani"]


class TestForWhoeverAsks:
    @pytest.fixture(autouse=True)
    def viktor(self, busy: Mailroom) -> None:
        """Viktor has a seat in ELEC at the same time."""
        busy.session("ELEC", DAY)
        request_beside(work=busy.work, actor=INES, session_id="elec", person=VIKTOR, reason="Nothing is in the way")

    def test_gives_a_seat_beside_one_at_the_same_time(self, busy: Mailroom):
        """ABW refuses whoever has a seat at the time; under an approval Viktor has both."""
        with pytest.raises(HoldsOverlappingSeat):
            ask_plainly(busy)

        assert ask(busy) == "Viktor has a seat."

        [seat] = [e for e in busy.read(lambda reader: reader.seated("abw")) if e.person.name == "Viktor"]
        assert seat.registration.waiver

    def test_counts_from_when_it_is_approved(self, busy: Mailroom):
        """Those who asked meanwhile are not passed over, and what was known of Viktor is found again."""
        busy.act(lambda tx: tx.set_approval_rules(TWO), SYSTEM)
        assert ask(busy) == "Recorded: somebody else of the team has to approve a seat beside another for Viktor."
        [request] = list_override_requests(work=busy.work, actor=RAFE)
        busy.at("2026-03-12 11:00")

        approve_override(work=busy.work, actor=RAFE, request_id=request.id)

        [seat] = [e for e in busy.read(lambda reader: reader.seated("abw")) if e.person.name == "Viktor"]
        assert (seat.registration.requested_at, seat.facts.role) == (busy.clock.now(), "Fitter")


VIKTOR = PersonDetails(employee_id="", name="Viktor", email="viktor@x.example", role="Fitter")


def ask(desk: Mailroom) -> str:
    """Ask for Viktor under an approval."""
    return request_beside(
        work=desk.work, actor=INES, session_id="abw", person=VIKTOR, reason="Leaves at noon, and is back then"
    )


def ask_plainly(desk: Mailroom) -> str:
    """Ask for Viktor without one."""
    return request_seat(
        work=desk.work, actor=INES, session_id="abw", employee_id="", name="Viktor", email="viktor@x.example"
    )
