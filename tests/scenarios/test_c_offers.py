"""Scenarios of letter C, offers, through the use cases and over both databases."""

from datetime import timedelta
from typing import Any

import pytest

from tests.desk import INES, NOBODY, NOW, at
from tests.scenarios.mailroom import Mailroom
from waitlist_app.engine.model import LapseRule
from waitlist_app.engine.refusals import NotLonger, OfferEnded, ReasonMissing
from waitlist_app.errors import InvalidInput, NotAllowed, Refused, TryAgain
from waitlist_app.services.answer_offer import answer_offer
from waitlist_app.services.extend_offer import extend_offer
from waitlist_app.services.refresh_offer import refresh_offer
from waitlist_app.services.revoke_offer import expire_offer
from waitlist_app.services.show_evidence import show_evidence
from waitlist_app.services.show_offer import show_offer
from waitlist_app.services.show_session import show_session

HOUR = timedelta(hours=1)
DEADLINE = NOW + 24 * HOUR


class Down:
    """A mail service that is away, or knows no such mailbox."""

    keeps_mail = False

    def __init__(self, failure: Exception) -> None:
        self._failure = failure

    def send(self, **_message: str) -> None:
        """Fail."""
        raise self._failure


@pytest.fixture
def offered(desk: Mailroom) -> Mailroom:
    """Give the desk with the offer to Imani made and mailed."""
    desk.approve_imani()
    desk.deliver()
    return desk


class TestMoreTime:
    def test_scenario_045_extends_with_one_mail_and_both_deadlines_on_record(self, offered: Mailroom):
        """One hour is left, and Imani gets a day more; Oona is told nothing."""
        offered.later(23 * HOUR)

        said = extend_offer(
            work=offered.work, actor=INES, registration_id="imani-faw", by=24 * HOUR, reason=" On leave "
        )
        offered.deliver()

        assert said == "Imani has until Sat 14 Mar 2026, 10:42 GMT."
        assert offered.offer().expires_at == DEADLINE + 24 * HOUR
        (mail,) = offered.mails("extended")
        assert (mail.status, mail.person.name) == ("sent", "Imani")
        assert "Saturday 14 March 2026, 10:42" in mail.text
        _, [act] = offered.read(lambda reader: reader.record(search="OfferExtended", count=1))
        assert (act.data["was_until"], act.data["expires_at"]) == (
            DEADLINE.isoformat(),
            (DEADLINE + 24 * HOUR).isoformat(),
        )
        assert (act.actor_name, act.texts["reason"]) == ("Ines Calder", "On leave")
        assert offered.proposed() == []

    def test_holds_the_seat_up_to_the_new_deadline(self, offered: Mailroom):
        """The sweep at the old one finds nothing due, at the new one it does."""
        extend_offer(work=offered.work, actor=INES, registration_id="imani-faw", by=HOUR, reason="On leave")
        offered.later(24 * HOUR)
        offered.sweep()
        still = offered.standing()["Imani"]
        offered.later(HOUR)

        offered.sweep()

        assert (still, offered.standing()["Imani"], offered.proposed()) == ("offered", "lapsed", ["Oona"])

    def test_is_refused_without_a_reason_without_time_and_after_the_end(self, offered: Mailroom):
        """Each with its sentence, and nothing saved."""

        def extend(by=HOUR, reason="On leave"):
            extend_offer(work=offered.work, actor=INES, registration_id="imani-faw", by=by, reason=reason)

        with pytest.raises(ReasonMissing):
            extend(reason=" ")
        with pytest.raises(InvalidInput):
            extend(by=timedelta())
        offered.later(24 * HOUR)
        with pytest.raises(OfferEnded):
            extend()

    def test_ends_at_the_cut_off(self, offered: Mailroom):
        """The session starts on 26 March at 9:00; nothing is kept for longer."""
        said = extend_offer(
            work=offered.work, actor=INES, registration_id="imani-faw", by=timedelta(days=40), reason="On leave"
        )

        assert said == "Imani has until Thu 26 Mar 2026, 09:00 GMT."
        with pytest.raises(NotLonger):
            extend_offer(work=offered.work, actor=INES, registration_id="imani-faw", by=HOUR, reason="On leave")

    @pytest.mark.parametrize("act", [extend_offer, refresh_offer])
    def test_is_not_for_everybody(self, offered: Mailroom, act: Any):
        """Whoever may not decide promotions gives no time and sends no links."""
        rest = {"by": HOUR, "reason": "Me"} if act is extend_offer else {}

        with pytest.raises(NotAllowed):
            act(work=offered.work, actor=NOBODY, registration_id="imani-faw", **rest)


class TestAnOfferThatIsEndedByHand:
    def test_is_a_lapse_with_a_name_and_a_reason(self, offered: Mailroom):
        """The seat goes to the next at once; no mail and no page speaks of a deadline that came."""
        offered.later(HOUR)
        token = offered.tokens[-1]

        said = expire_offer(work=offered.work, actor=INES, registration_id="imani-faw", reason=" Left the company ")
        offered.deliver()

        assert said == "The offer to Imani has ended, and Imani is out of the line."
        assert (offered.standing()["Imani"], offered.proposed()) == ("lapsed", ["Oona"])
        (mail,) = offered.mails("lapsed")
        assert "A coordinator ended the offer before there was an answer" in " ".join(mail.text.split())
        page = show_offer(work=offered.work, token=token)
        assert page.state == "expired"
        assert page.say.startswith(
            "A coordinator ended it before there was an answer. The seat goes to the next person"
        )
        evidence = show_evidence(work=offered.work, actor=INES, proposal_id=offered.proposal_of("oona-faw"))
        assert evidence.seat.endswith("when the offer to Imani was ended")
        _, [act] = offered.read(lambda reader: reader.record(search="OfferLapsed", count=1))
        assert (act.actor_name, act.texts["reason"], act.data["by_hand"]) == ("Ines Calder", "Left the company", True)
        assert offered.read(lambda reader: reader.registration("imani-faw")).reason == "Left the company"

    def test_sends_its_person_to_the_end_where_a_lapse_does(self, database_url: str):
        """What follows is what the session says of a lapse, with its own mail."""
        desk = Mailroom(database_url, NOW)
        desk.open_first_aid(on_lapse=LapseRule.END)
        desk.approve_imani()
        desk.deliver()

        said = expire_offer(work=desk.work, actor=INES, registration_id="imani-faw", reason="No answer on the phone")
        desk.deliver()

        assert said == "The offer to Imani has ended, and Imani is at the end of the line."
        assert (desk.standing()["Imani"], desk.proposed()) == ("waitlisted", ["Oona"])
        (mail,) = desk.mails("requeued")
        assert "A coordinator ended the offer before there was an answer" in " ".join(mail.text.split())
        desk.engine.dispose()

    def test_is_for_those_who_decide(self, offered: Mailroom):
        """Nobody else ends an offer, and nobody does without a reason."""
        with pytest.raises(NotAllowed):
            expire_offer(work=offered.work, actor=NOBODY, registration_id="imani-faw", reason="No answer")
        with pytest.raises(ReasonMissing):
            expire_offer(work=offered.work, actor=INES, registration_id="imani-faw", reason=" ")
        assert offered.standing()["Imani"] == "offered"


class TestAPersonWhoWasNotReached:
    def test_keeps_the_offer_while_the_mail_lies_there(self, desk: Mailroom):
        """No worker ran for two days: the sweep lapses nothing, the seat counts as held, Imani can be seated."""
        desk.approve_imani()
        desk.later(48 * HOUR)

        desk.sweep()
        page = show_session(work=desk.work, actor=INES, session_id="faw")

        assert (desk.standing()["Imani"], desk.proposed()) == ("offered", [])
        assert (page.meter.held, page.meter.free, [offer.mail for offer in page.offers]) == (1, 0, ["Not sent yet"])
        desk.accept("imani-faw")
        assert desk.standing()["Imani"] == "confirmed"

    def test_has_the_promised_deadline_when_the_mail_went_out_at_once(self, offered: Mailroom):
        """The record tells that she was sent it, and the clock runs."""
        offered.later(24 * HOUR)

        offered.sweep()

        assert offered.standing()["Imani"] == "lapsed"

    def test_gets_the_delay_back_and_the_mail_prints_it(self, desk: Mailroom):
        """Three hours late: three hours more, on the offer, on the record and in the mail."""
        desk.approve_imani()
        desk.later(3 * HOUR)

        desk.deliver()

        assert desk.offer().expires_at == DEADLINE + 3 * HOUR
        (mail,) = desk.mails("offer")
        assert "Friday 13 March 2026, 13:42" in mail.text
        assert "This mail is late" in mail.text
        _, [act] = desk.read(lambda reader: reader.record(search="OfferReached", count=1))
        assert act.data["expires_at"] == (DEADLINE + 3 * HOUR).isoformat()
        assert desk.mails("extended") == []

    def test_is_told_by_another_mail_when_the_first_could_not_print_it(self, desk: Mailroom):
        """Its words were written for an attempt that failed, and every attempt has the same words."""
        desk.approve_imani()
        desk.deliver(Down(TryAgain()))
        desk.later(2 * HOUR)

        desk.deliver()
        desk.deliver()

        assert desk.offer().expires_at == DEADLINE + 2 * HOUR
        assert "Friday 13 March 2026, 10:42" in desk.mails("offer")[0].text
        assert "Friday 13 March 2026, 12:42" in desk.mails("extended")[0].text

    def test_scenario_084_is_seen_by_the_coordinator_at_once(self, desk: Mailroom):
        """The mailbox does not exist: the clock stands, and the offer says so."""
        desk.approve_imani()
        desk.deliver(Down(Refused("There is no such mailbox.")))
        desk.later(48 * HOUR)
        desk.sweep()

        (offer,) = show_session(work=desk.work, actor=INES, session_id="faw").offers

        assert offer.mail == (
            "Not reached, so the clock stands. There is no such mailbox. "
            "Please extend the offer, send a new link or take it back."
        )
        assert desk.standing()["Imani"] == "offered"

    def test_has_a_deadline_again_once_somebody_reached_her(self, desk: Mailroom):
        """Ines calls, and gives a day from now."""
        desk.approve_imani()
        desk.deliver(Down(Refused("There is no such mailbox.")))
        desk.later(48 * HOUR)

        extend_offer(work=desk.work, actor=INES, registration_id="imani-faw", by=24 * HOUR, reason="Told by phone")

        assert desk.offer().expires_at == desk.clock.now() + 24 * HOUR
        desk.later(24 * HOUR)
        desk.sweep()
        assert desk.standing()["Imani"] == "lapsed"

    def test_has_the_rest_of_the_time_when_a_new_mail_gets_through(self, desk: Mailroom):
        """The clock stood from the approval to the hand-over."""
        desk.approve_imani()
        desk.deliver(Down(Refused("There is no such mailbox.")))
        desk.later(48 * HOUR)

        refresh_offer(work=desk.work, actor=INES, registration_id="imani-faw")
        desk.deliver()

        assert desk.offer().expires_at == DEADLINE + 48 * HOUR
        assert not desk.offer().is_unreached


class TestANewLink:
    def test_keeps_the_deadline_and_ends_the_old_one(self, offered: Mailroom):
        """The old link shows how things stand and acts no more; the new one does."""
        offered.later(HOUR)

        said = refresh_offer(work=offered.work, actor=INES, registration_id="imani-faw")
        offered.deliver()
        old, new = offered.tokens[-2:]
        through_the_old = answer_offer(work=offered.work, token=old, answer="decline")
        through_the_new = answer_offer(work=offered.work, token=new, answer="accept")

        assert said == "Imani gets a new link."
        assert (through_the_old.state, through_the_old.heading) == ("closed", "There is a newer link to this offer")
        assert through_the_new.state == "seated"
        assert show_offer(work=offered.work, token=old).state == "seated"

    def test_is_one_mail_more_with_the_same_deadline(self, offered: Mailroom):
        """Both mails name Friday, 10:42."""
        offered.later(HOUR)

        refresh_offer(work=offered.work, actor=INES, registration_id="imani-faw")
        offered.deliver()

        mails = offered.mails("offer")
        assert [mail.status for mail in mails] == ["sent", "sent"]
        assert all("Friday 13 March 2026, 10:42" in mail.text for mail in mails)
        assert offered.offer().expires_at == DEADLINE == at("2026-03-13 10:42")

    def test_takes_the_place_of_a_mail_that_was_not_sent_yet(self, desk: Mailroom):
        """Imani gets one mail, not two."""
        desk.approve_imani()

        refresh_offer(work=desk.work, actor=INES, registration_id="imani-faw")
        desk.deliver()

        assert sorted(mail.status for mail in desk.mails("offer")) == ["obsolete", "sent"]

    def test_is_not_sent_for_an_offer_that_has_ended(self, offered: Mailroom):
        """There is nothing to answer any more."""
        offered.later(24 * HOUR)

        with pytest.raises(OfferEnded):
            refresh_offer(work=offered.work, actor=INES, registration_id="imani-faw")
