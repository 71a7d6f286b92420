"""Scenarios of letter F about approvals that are undone before anything was sent, on both databases."""

import pytest

from tests.desk import INES, NOBODY, at
from tests.scenarios.mailroom import Mailroom
from waitlist_app.engine.model import Mode, StandingApproval
from waitlist_app.engine.refusals import OfferEnded, PromotesAlone
from waitlist_app.errors import NotAllowed
from waitlist_app.services.approve_promotion import approve_promotion
from waitlist_app.services.change_facts import change_facts
from waitlist_app.services.decide_turn import hold_proposal
from waitlist_app.services.reinstate_registration import reinstate_registration
from waitlist_app.services.remove_registrations import remove_registrations
from waitlist_app.services.revoke_offer import revoke_offer
from waitlist_app.services.sentences import tell
from waitlist_app.services.take_back_approval import GivenAtOnce, MailOnItsWay, take_back_approval


def undo(desk: Mailroom, registration_id: str = "imani-faw", by=INES) -> str:
    """Undo the approval of an offer."""
    return take_back_approval(work=desk.work, actor=by, registration_id=registration_id)


def line(desk: Mailroom) -> list[tuple[str, str]]:
    """Name those who wait, with the keys of their places."""
    return [(e.person.name, e.registration.line_key) for e in desk.read(lambda reader: reader.waiting("faw"))]


class TestAnApprovalThatIsUndone:
    def test_scenario_072_leaves_the_order_as_it_was(self, desk: Mailroom):
        """Imani is moved, noted, approved and un-approved: key for key the line is the same, and nothing was sent."""
        desk.ask("Pavel", "faw")
        desk.move("pavel-faw", before="imani-faw", reason="Only first-aider on nights")
        desk.move("oona-faw", before="pavel-faw", reason="Audit finding")
        before, mails = line(desk), desk.mails("offer")
        proposal_id = desk.proposal_of("oona-faw")
        change_facts(
            work=desk.work,
            actor=INES,
            registration_id="oona-faw",
            role="Fitter",
            department="Yard",
            compliance_deadline=None,
            attributes=(),
            reason="Typing error",
        )
        approve_promotion(work=desk.work, actor=INES, proposal_id=proposal_id)

        said = undo(desk, "oona-faw")

        desk.deliver()
        assert said == "The approval for Oona was undone. Nothing was sent."
        assert line(desk) == before
        assert (desk.proposed(), desk.proposal_of("oona-faw")) == (["Oona"], proposal_id)
        assert (mails, [mail.status for mail in desk.mails("offer")]) == ([], ["obsolete"])
        assert desk.read(lambda reader: reader.offers()) == []

    def test_is_on_record_and_the_seat_is_free_again(self, desk: Mailroom):
        """Who did it, for whom; the proposal keeps why the seat is free and since when it waits."""
        (before,) = desk.read(lambda reader: reader.proposals())
        desk.approve_imani()

        undo(desk)

        (after,) = desk.read(lambda reader: reader.proposals())
        _, [act] = desk.read(lambda reader: reader.record(search="ApprovalTakenBack", count=1))
        told = tell(act, "Europe/London")
        assert (after.id, after.proposed_at, after.seat_from) == (before.id, before.proposed_at, "dropped")
        assert f"{told.who} {told.what}" == "Ines Calder undid the approval for Imani before the offer was sent."
        assert desk.standing() == {"Rosa": "dropped", "Imani": "waitlisted", "Oona": "waitlisted"}

    def test_holds_the_seat_again_until_the_promised_date(self, desk: Mailroom):
        """Imani asks at home until Monday; approved by mistake and undone, the seat is kept as before."""
        hold_proposal(
            work=desk.work,
            actor=INES,
            proposal_id=desk.proposal_of("imani-faw"),
            until=at("2026-03-16 10:00"),
            reason="Asks at home",
        )
        before = desk.read(lambda reader: reader.session("faw")).rules
        desk.approve_imani()

        undo(desk)

        after = desk.read(lambda reader: reader.session("faw")).rules
        _, [act] = desk.read(lambda reader: reader.record(search="ApprovalTakenBack", count=1))
        assert ([one.registration_id for one in after.holds], after) == (["imani-faw"], before)
        assert "and holds a seat again until Mon 16 Mar" in tell(act, "Europe/London").what

    def test_can_be_approved_again_with_a_mail_of_its_own(self, desk: Mailroom):
        """The first mail stays obsolete, and one goes out."""
        desk.approve_imani()
        undo(desk)
        desk.approve_imani()

        desk.deliver()

        assert sorted(mail.status for mail in desk.mails("offer")) == ["obsolete", "sent"]
        assert desk.standing()["Imani"] == "offered"

    def test_is_refused_once_the_mail_was_claimed(self, desk: Mailroom):
        """Then the person may have read it: a revocation, with a reason, is what is left."""
        desk.approve_imani()
        desk.deliver()

        with pytest.raises(MailOnItsWay) as refused:
            undo(desk)

        assert str(refused.value) == (
            "The mail with this offer is on its way. You can still take the offer back, with a reason."
        )
        assert (desk.standing()["Imani"], [mail.status for mail in desk.mails("offer")]) == ("offered", ["sent"])

    def test_is_refused_when_there_is_no_offer(self, desk: Mailroom):
        """Somebody was quicker, or took it back."""
        with pytest.raises(OfferEnded):
            undo(desk)
        desk.approve_imani()
        revoke_offer(work=desk.work, actor=INES, registration_id="imani-faw", reason="Wrong person")
        with pytest.raises(OfferEnded):
            undo(desk)

    def test_is_refused_for_a_seat_that_was_given_at_once(self, desk: Mailroom):
        """Imani can be removed and put back instead, and waits where she did."""
        before = line(desk)
        proposal_id = desk.proposal_of("imani-faw")
        approve_promotion(work=desk.work, actor=INES, proposal_id=proposal_id, is_direct=True)

        with pytest.raises(GivenAtOnce):
            undo(desk)

        remove_registrations(work=desk.work, actor=INES, registration_ids=["imani-faw"], reason="Wrong button")
        reinstate_registration(work=desk.work, actor=INES, registration_id="imani-faw", reason="Wrong button")
        assert [name for name, _ in line(desk)] == [name for name, _ in before]
        assert desk.proposed() == ["Imani"]

    def test_is_refused_where_the_session_would_offer_it_again(self, desk: Mailroom):
        """Under a standing approval an undone offer would be made again at once."""
        desk.session(
            "ABW",
            ("2026-04-02 09:00", "2026-04-02 16:00"),
            mode=Mode.OFFERED,
            standing_approval=StandingApproval(id="standing"),
        )
        desk.ask("Viktor", "abw")
        desk.ask("Elsie", "abw")
        desk.drop("viktor-abw")

        with pytest.raises(PromotesAlone):
            undo(desk, "elsie-abw")

    def test_is_not_everybodys_to_undo(self, desk: Mailroom):
        """It is a decision about a promotion, as approving is."""
        desk.approve_imani()

        with pytest.raises(NotAllowed):
            undo(desk, by=NOBODY)
