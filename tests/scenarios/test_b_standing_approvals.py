"""Sessions that promote by themselves, under a standing approval with its scope, over both databases."""

from datetime import time, timedelta

import pytest
from sqlalchemy import update

from tests.desk import INES, NOW, RAFE, at, member
from tests.scenarios.mailroom import Mailroom
from waitlist_app.engine.model import Mode
from waitlist_app.engine.refusals import SeatsCostMoney
from waitlist_app.errors import InvalidInput, NotAllowed
from waitlist_app.repository.team import MEMBER
from waitlist_app.services.actors import Role
from waitlist_app.services.approve_promotion import approve_promotion
from waitlist_app.services.change_role import change_role
from waitlist_app.services.remove_member import remove_member
from waitlist_app.services.session_rules import RuleChanges
from waitlist_app.services.set_calendar import set_calendar
from waitlist_app.services.set_course import set_course
from waitlist_app.services.set_price import set_price
from waitlist_app.services.set_session_rules import set_session_rules
from waitlist_app.services.sign_standing_approval import (
    NothingSigned,
    revoke_standing_approval,
    sign_standing_approval,
)

WANDA = member("Wanda Ilves", Role.OWNER)
ARTA = member("Arta Berisha", Role.APPROVER)
UNTIL = NOW + timedelta(days=7)


@pytest.fixture
def desk(database_url: str):
    """Yield First Aid with one free seat, Imani proposed for it, Oona behind her."""
    desk = Mailroom(database_url, team=(RAFE, INES, WANDA, ARTA))
    desk.open_first_aid()
    yield desk
    desk.engine.dispose()


def sign(desk: Mailroom, mode: Mode = Mode.OFFERED, *, by=INES, promotions: int = 1, until=UNTIL) -> str:
    """Let somebody sign for First Aid."""
    return sign_standing_approval(
        work=desk.work,
        actor=by,
        session_id="faw",
        mode=mode,
        until=until,
        promotions=promotions,
        reason="Holidays",
    )


class TestAStandingApproval:
    def test_lets_offers_go_out_and_is_named_by_each(self, desk: Mailroom):
        """The seat that was free is offered at once, under Ines's name."""
        said = sign(desk)

        assert said == "Signed for 1 promotion, until Thu 19 Mar 2026, 10:42 GMT."
        assert desk.standing()["Imani"] == "offered"
        assert desk.offer().approved_by == "Ines Calder"

    def test_is_used_up(self, desk: Mailroom):
        """One promotion was signed for; the next is a person's."""
        sign(desk)

        desk.decline("imani-faw")

        assert (desk.standing()["Oona"], desk.proposed()) == ("waitlisted", ["Oona"])

    def test_ends_at_its_instant_without_any_job(self, desk: Mailroom):
        """At the end it covers nothing any more; a second before it does."""
        sign(desk, promotions=9, until=NOW + timedelta(hours=1))
        desk.clock.set(NOW + timedelta(hours=1))

        desk.decline("imani-faw")

        assert (desk.standing()["Oona"], desk.proposed()) == ("waitlisted", ["Oona"])

    def test_covers_the_last_second(self, desk: Mailroom):
        """The end is exclusive."""
        sign(desk, promotions=9, until=NOW + timedelta(hours=1))
        desk.clock.set(NOW + timedelta(minutes=59, seconds=59))

        desk.decline("imani-faw")

        assert desk.standing()["Oona"] == "offered"

    @pytest.mark.parametrize("what", ["price", "calendar", "course"])
    def test_counts_what_came_due_before_other_rules_are_set(self, desk: Mailroom, what: str):
        """Signed for two: Imani's offer has ended, and Oona's goes out before the rule is set. None is left."""
        sign(desk, promotions=2)
        desk.deliver()
        rules: RuleChanges = {"in_working_hours": True}
        set_session_rules(work=desk.work, actor=INES, session_id="faw", wanted=rules, reason="Works agreement")
        desk.later(timedelta(hours=24))

        match what:
            case "price":
                set_price(work=desk.work, actor=INES, session_id="faw", price=0, currency="EUR", reason="Euro")
            case "course":
                set_course(work=desk.work, actor=INES, session_id="faw", course="", reason="As it was")
            case _:
                set_calendar(work=desk.work, actor=WANDA, wanted={"opens": time(9)}, reason="Works agreement")

        approval = desk.read(lambda reader: reader.session("faw")).rules.standing_approval
        assert (desk.standing()["Oona"], approval and approval.promotions_left) == ("offered", 0)

    def test_is_taken_back(self, desk: Mailroom):
        """What was offered stays offered; what comes back is proposed."""
        sign(desk, promotions=9)

        said = revoke_standing_approval(work=desk.work, actor=RAFE, session_id="faw", reason="Back from holidays")
        desk.decline("imani-faw")

        assert said == "Each promotion is approved by a person again."
        assert desk.proposed() == ["Oona"]
        with pytest.raises(NothingSigned):
            revoke_standing_approval(work=desk.work, actor=RAFE, session_id="faw", reason="Again")

    @pytest.mark.parametrize("way", ["another role", "leaving the team"])
    def test_ends_with_the_role_of_who_signed(self, desk: Mailroom, way: str):
        """Nobody stands behind it any more."""
        sign(desk, promotions=9)

        if way == "another role":
            change_role(work=desk.work, actor=joined(desk), member_id="ines", role="approver", reason="New job")
        else:
            remove_member(work=desk.work, actor=joined(desk), member_id="ines", reason="New job")
        desk.decline("imani-faw")

        assert desk.proposed() == ["Oona"]

    def test_stays_with_a_role_that_may_sign(self, desk: Mailroom):
        """A coordinator who becomes an owner still stands behind it."""
        sign(desk, promotions=9)

        change_role(work=desk.work, actor=joined(desk), member_id="ines", role="owner", reason="New job")
        desk.decline("imani-faw")

        assert desk.standing()["Oona"] == "offered"

    def test_is_signed_by_those_who_may_with_a_scope_that_covers_something(self, desk: Mailroom):
        """An approver decides one by one; an end in the past and none at all cover nothing."""
        with pytest.raises(NotAllowed):
            sign(desk, by=ARTA)
        with pytest.raises(InvalidInput):
            sign(desk, promotions=0)
        with pytest.raises(InvalidInput):
            sign(desk, until=NOW)
        with pytest.raises(InvalidInput):
            sign(desk, Mode.MANUAL)


class TestAnAutomaticSession:
    def test_confirms_free_seats_under_the_signature(self, desk: Mailroom):
        """Imani has the seat, and one mail says so."""
        sign(desk, Mode.AUTOMATIC)
        desk.deliver()

        assert desk.standing() == {"Rosa": "dropped", "Imani": "confirmed", "Oona": "waitlisted"}
        assert sorted(mail.person.name for mail in desk.mails("confirmed")) == ["Imani", "Rosa"]
        assert desk.mails("offer") == []

    def test_leaves_seats_to_a_person_after_the_cut_off(self, desk: Mailroom):
        """Two minutes before the start nothing happens by itself."""
        desk.clock.set(at("2026-03-26 08:58"))

        sign(desk, Mode.AUTOMATIC, until=at("2026-03-27 09:00"))

        assert desk.proposed() == ["Imani"]


class TestADirectConfirmation:
    def test_gives_the_seat_at_once_with_one_mail(self, desk: Mailroom):
        """Approved at the desk: no offer, no deadline."""
        said = approve_promotion(work=desk.work, actor=INES, proposal_id=desk.proposal_of("imani-faw"), is_direct=True)
        desk.deliver()

        assert said == "Imani has a seat."
        assert desk.standing()["Imani"] == "confirmed"
        assert (len(desk.mails("offer")), len(desk.mails("confirmed"))) == (0, 2)


class TestAPaidSession:
    @pytest.fixture
    def paid(self, database_url: str):
        """Yield First Aid at 49 a seat."""
        desk = Mailroom(database_url)
        desk.open_first_aid(price=4900)
        yield desk
        desk.engine.dispose()

    def test_offers_where_it_would_confirm(self, paid: Mailroom):
        """Automatic acts as offered."""
        sign(paid, Mode.AUTOMATIC)

        assert paid.standing()["Imani"] == "offered"

    def test_is_not_confirmed_directly(self, paid: Mailroom):
        """The seat is offered, and then paid."""
        with pytest.raises(SeatsCostMoney):
            approve_promotion(work=paid.work, actor=INES, proposal_id=paid.proposal_of("imani-faw"), is_direct=True)


def joined(desk: Mailroom):
    """Give the owner, who has signed in."""
    with desk.engine.begin() as connection:
        connection.execute(update(MEMBER).where(MEMBER.c.id == WANDA.id).values(joined_at=NOW))
    return WANDA
