"""Answers that come at the deadline, where the person is offered the seat again at once; over both databases."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from tests.desk import INES, Desk, at
from waitlist_app.engine.model import LapseRule, Mode, StandingApproval, Status
from waitlist_app.engine.refusals import OfferEnded
from waitlist_app.services.act_on_behalf import accept_on_behalf, decline_on_behalf, leave_on_behalf
from waitlist_app.services.answer_offer import answer_offer
from waitlist_app.services.drop_registration import drop_registration
from waitlist_app.services.extend_offer import extend_offer
from waitlist_app.services.refresh_offer import refresh_offer
from waitlist_app.services.revoke_offer import expire_offer, revoke_offer
from waitlist_app.services.sign_standing_approval import revoke_standing_approval
from waitlist_app.services.take_back_approval import take_back_approval

DEADLINE = "2026-03-04 09:00"
ANA = "ana-x"


@pytest.fixture
def desk(database_url: str) -> Iterator[Desk]:
    """Open a session whose offers go out by themselves and whose lapses go to the end; Ana, alone, has the seat held.

    The standing approval is good for this offer and for one more.
    """
    desk = Desk(database_url, at("2026-03-02 09:00"))
    desk.session(
        "X",
        ("2026-05-04 09:00", "2026-05-04 12:00"),
        on_lapse=LapseRule.END,
        mode=Mode.OFFERED,
        standing_approval=StandingApproval(id="signed", promotions_left=2),
    )
    desk.ask("Olga", "x")
    desk.ask("Ana", "x")
    desk.drop("olga-x")
    yield desk
    desk.engine.dispose()


def offer_of_ana(desk: Desk) -> tuple[Status, int]:
    """Say where Ana stands, and with which of her offers."""
    found = desk.read(lambda reader: reader.registration(ANA)).registration
    return found.status, found.offer_number


class TestAnAnswerAtTheDeadline:
    @pytest.mark.parametrize("answer", ["accept", "decline"])
    def test_by_the_link_of_one_offer_is_none_to_the_next(self, desk: Desk, answer: str):
        """No job has run: the page says that it has ended, and the offer that follows stands untouched."""
        token = desk.mail_link(ANA)
        desk.at(DEADLINE)

        page = answer_offer(work=desk.work, token=token, answer=answer)

        assert page.state == "expired"
        assert offer_of_ana(desk) == (Status.OFFERED, 1)
        desk.sweep()
        assert offer_of_ana(desk) == (Status.OFFERED, 2)

    @pytest.mark.parametrize(
        "act",
        [
            lambda desk: accept_on_behalf(work=desk.work, actor=INES, registration_id=ANA),
            lambda desk: decline_on_behalf(work=desk.work, actor=INES, registration_id=ANA),
            lambda desk: revoke_offer(work=desk.work, actor=INES, registration_id=ANA, reason="Wrong person"),
            lambda desk: expire_offer(work=desk.work, actor=INES, registration_id=ANA, reason="No answer"),
            lambda desk: refresh_offer(work=desk.work, actor=INES, registration_id=ANA),
            lambda desk: take_back_approval(work=desk.work, actor=INES, registration_id=ANA),
            lambda desk: extend_offer(
                work=desk.work, actor=INES, registration_id=ANA, by=timedelta(days=3), reason="On leave"
            ),
        ],
        ids=["accept", "decline", "revoke", "expire", "refresh", "undo", "extend"],
    )
    def test_taken_down_by_staff_is_none_to_the_next(self, desk: Desk, act: Callable[[Desk], str]):
        """What they were looking at has ended."""
        desk.at(DEADLINE)

        with pytest.raises(OfferEnded):
            act(desk)

        desk.sweep()
        assert offer_of_ana(desk) == (Status.OFFERED, 2)

    @pytest.mark.parametrize(
        ("act", "said"),
        [
            (drop_registration, "Ana left the line."),
            (leave_on_behalf, "Ana left the line. You took it down on their behalf."),
        ],
    )
    def test_giving_it_up_is_leaving_the_line_by_then(self, desk: Desk, act: Callable[..., str], said: str):
        """The offer has ended and nobody signs for another: Ana waits, and what she leaves is the line."""
        revoke_standing_approval(work=desk.work, actor=INES, session_id="x", reason="Back from holidays")
        desk.at(DEADLINE)

        assert act(work=desk.work, actor=INES, registration_id=ANA, reason="Another job") == said
        assert offer_of_ana(desk)[0] is Status.LEFT

    def test_a_second_before_it_counts(self, desk: Desk):
        """The deadline is exclusive, and nothing else is."""
        token = desk.mail_link(ANA)
        desk.at("2026-03-04 08:59:59")

        answer_offer(work=desk.work, token=token, answer="accept")

        assert offer_of_ana(desk) == (Status.CONFIRMED, 1)

    def test_the_next_offer_is_answered_by_itself(self, desk: Desk):
        """Offered again, Ana says yes to that one."""
        desk.at(DEADLINE).sweep()

        accept_on_behalf(work=desk.work, actor=INES, registration_id=ANA)

        assert offer_of_ana(desk) == (Status.CONFIRMED, 2)
