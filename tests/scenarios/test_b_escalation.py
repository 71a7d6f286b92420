"""Scenarios of letter B about proposals that nobody decides: they age, a deputy is asked, nothing moves."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from tests.desk import INES, RAFE, member
from tests.scenarios.mailroom import DAY, Mailroom
from waitlist_app.engine import commands as c
from waitlist_app.errors import InvalidInput, NotAllowed
from waitlist_app.jobs.escalate import EVERY, Escalate
from waitlist_app.notifications.mailbox import Mailbox
from waitlist_app.notifications.member_letters import MemberComposer
from waitlist_app.repository.browsers import MEMBER
from waitlist_app.repository.member_outbox import MAIL, SqlMemberOutbox
from waitlist_app.services.actors import Role
from waitlist_app.services.approvals import ApprovalRules, MayNotDecide
from waitlist_app.services.approve_promotion import approve_promotion
from waitlist_app.services.change_role import change_role
from waitlist_app.services.escalate_proposals import escalate_proposals
from waitlist_app.services.member_mail import deliver_member_mail
from waitlist_app.services.remove_member import remove_member
from waitlist_app.services.sentences import tell
from waitlist_app.services.set_approval_rules import set_approval_rules
from waitlist_app.services.show_inbox import show_inbox

WANDA = member("Wanda Ilves", Role.OWNER)
AUGUST = member("August Falk", Role.AUDITOR)
ARTA = member("Arta Berisha", Role.APPROVER)
TO_ARTA = ApprovalRules(deputy_id="arta")
THREE_DAYS = timedelta(hours=72)
A_MOMENT = timedelta(microseconds=1)
WORKERS = 4


@pytest.fixture
def desk(database_url: str):
    """Yield First Aid with one free seat, Imani proposed for it at 10:42 on Thursday 12 March."""
    desk = Mailroom(database_url, team=(INES, RAFE, WANDA, AUGUST, ARTA))
    desk.open_first_aid()
    with desk.engine.begin() as connection:
        connection.execute(update(MEMBER).where(MEMBER.c.id == "wanda").values(joined_at=desk.clock.now()))
    yield desk
    desk.engine.dispose()


def name(desk: Mailroom, rules: ApprovalRules = TO_ARTA) -> str:
    """Let the owner name a deputy, Arta unless the rules say otherwise."""
    return set_approval_rules(work=desk.work, actor=WANDA, rules=rules, reason=" Nobody looked in July ")


def escalate(desk: Mailroom) -> int:
    """Look for proposals that are old enough, as the worker does."""
    [system] = desk.work.organisations()
    return escalate_proposals(work=desk.work, actor=system)


def ageing(desk: Mailroom) -> list[tuple[str, str, bool, str]]:
    """Say of each row of the inbox what it is, for how long, whether it is ageing, and to whom it escalated."""
    rows = show_inbox(work=desk.work, actor=INES).rows
    return [(row.what, row.since_for, row.is_ageing, row.escalated_to) for row in rows]


def mails(desk: Mailroom) -> list[tuple[str, str]]:
    """Say to whom mails to members were written, and what became of them."""
    with desk.engine.begin() as connection:
        query = select(MAIL.c.member_id, MAIL.c.status).order_by(MAIL.c.created_at, MAIL.c.id)
        return [(row.member_id, row.status) for row in connection.execute(query)]


def hand_over(desk: Mailroom) -> list[tuple[str, str]]:
    """Deliver mails to members, and give the recipient and the subject of all that were ever written."""
    deliver_member_mail(
        outbox=SqlMemberOutbox(desk.engine),
        mailer=Mailbox(),
        compose=MemberComposer(app_url="https://learning.tarnwick.example", questions_to="learning@tarnwick.example"),
        make_token=lambda: "",
        clock=desk.clock,
    )
    with desk.engine.begin() as connection:
        return [(row.recipient, row.subject) for row in connection.execute(select(MAIL)) if row.recipient]


def said(desk: Mailroom, act: str) -> list[str]:
    """Give the sentences of the record about an act."""
    _, acts = desk.read(lambda reader: reader.record())
    told = [tell(one, "Europe/London") for one in acts if one.act == act]
    return [f"{one.who} {one.what}" for one in told]


class TestAProposalThatNobodyDecides:
    def test_scenario_012_is_visible_as_ageing_and_moves_nobody(self, desk: Mailroom):
        """After three days the row says so, deputy or none; nobody got a mail, and the seat is nobody's."""
        desk.later(THREE_DAYS - A_MOMENT)
        assert ageing(desk) == [("Offer a seat to Imani", "2 d 23 h", False, "")]

        desk.later(A_MOMENT)

        assert ageing(desk) == [("Offer a seat to Imani", "3 d 0 h", True, "")]
        assert (escalate(desk), mails(desk), desk.mails("offer")) == (0, [], [])
        assert desk.standing() == {"Rosa": "dropped", "Imani": "waitlisted", "Oona": "waitlisted"}

    def test_escalates_once_at_the_hour_to_the_deputy(self, desk: Mailroom):
        """A moment before nothing happens; then one mail and one line of the record, however often a worker looks."""
        overrides = "Overrides need one approval, and nobody approves their own."
        assert name(desk) == f"{overrides} Proposals escalate to Arta Berisha after 72 hours."
        desk.later(THREE_DAYS - A_MOMENT)
        assert escalate(desk) == 0

        desk.later(A_MOMENT)

        assert [escalate(desk), escalate(desk)] == [1, 0]
        assert ageing(desk) == [("Offer a seat to Imani", "3 d 0 h", True, "Arta Berisha")]
        assert hand_over(desk) == [("arta@x.example", "Tarnwick Group: 1 proposal waits for your decision")]
        assert said(desk, "ProposalEscalated") == [
            "The proposal for Imani was escalated to Arta Berisha: nobody has decided it."
        ]
        assert said(desk, "DeputyNamed") == ["Wanda Ilves set that proposals escalate to Arta Berisha after 72 hours."]
        assert said(desk, "ApprovalRulesChanged") == []

    def test_escalates_once_when_several_workers_look_at_the_same_time(self, desk: Mailroom):
        """Of workers that find the same proposal one has it."""
        name(desk)
        desk.later(THREE_DAYS)

        with ThreadPoolExecutor(WORKERS) as pool:
            counts = list(pool.map(lambda _: escalate(desk), range(WORKERS)))

        assert sorted(counts) == [0] * (WORKERS - 1) + [1]
        assert (mails(desk), len(said(desk, "ProposalEscalated"))) == ([("arta", "waiting")], 1)

    def test_is_approved_by_the_deputy_like_any_other(self, desk: Mailroom):
        """What escalated is the same proposal; a mail that is still here then goes to nobody."""
        name(desk)
        desk.later(THREE_DAYS)
        escalate(desk)

        proposal_id = desk.proposal_of("imani-faw")

        assert approve_promotion(work=desk.work, actor=ARTA, proposal_id=proposal_id) == "Offer sent to Imani."
        assert (hand_over(desk), mails(desk)) == ([], [("arta", "obsolete")])

    def test_is_told_with_all_others_in_one_mail(self, desk: Mailroom):
        """Two seats that nobody decided about are two lines of the record and one mail."""
        desk.session("ABW", DAY)
        for who in ("Viktor", "Elsie"):
            desk.ask(who, "abw")
        desk.drop("viktor-abw")
        name(desk)
        desk.later(THREE_DAYS)

        assert (escalate(desk), len(said(desk, "ProposalEscalated"))) == (2, 2)
        assert hand_over(desk) == [("arta@x.example", "Tarnwick Group: 2 proposals wait for your decision")]

    def test_starts_anew_as_another_proposal(self, desk: Mailroom):
        """Imani leaves after her proposal escalated: Oona's is from today."""
        name(desk)
        desk.later(THREE_DAYS)
        escalate(desk)
        desk.drop("imani-faw")
        assert ageing(desk) == [("Offer a seat to Oona", "0 m", False, "")]

        desk.later(THREE_DAYS - A_MOMENT)
        before = escalate(desk)
        desk.later(A_MOMENT)

        assert (before, escalate(desk)) == (0, 1)

    def test_does_not_escalate_while_its_seat_is_held(self, desk: Mailroom):
        """Somebody put it off on purpose; at the end of the hold its age counts, from when it was made."""
        name(desk)
        until = desk.clock.now() + THREE_DAYS + timedelta(hours=4)
        desk.do(c.HoldProposal(session_id="faw", registration_id="imani-faw", until=until, reason="On leave"))
        desk.later(THREE_DAYS + timedelta(hours=4) - A_MOMENT)
        assert (escalate(desk), ageing(desk)[0][2]) == (0, False)

        desk.later(A_MOMENT)

        assert (escalate(desk), ageing(desk)[0][2]) == (1, True)

    def test_does_not_escalate_once_its_session_is_over(self, desk: Mailroom):
        """Nobody is asked about a seat that nobody can take any more."""
        name(desk)
        desk.at("2026-03-26 16:00")

        assert (escalate(desk), mails(desk)) == (0, [])


class TestADeputy:
    @pytest.mark.parametrize("goes", ["demoted", "removed"])
    def test_who_may_not_decide_any_more_is_not_written_to(self, desk: Mailroom, goes: str):
        """The inbox shows the age all the same, and another deputy is asked as soon as there is one."""
        name(desk)
        leave = _removed if goes == "removed" else _demoted
        leave(desk)
        desk.later(THREE_DAYS)
        assert (escalate(desk), mails(desk)) == (0, [])
        assert ageing(desk) == [("Offer a seat to Imani", "3 d 0 h", True, "")]

        name(desk, ApprovalRules(deputy_id="rafe"))

        assert (escalate(desk), mails(desk)) == (1, [("rafe", "waiting")])

    @pytest.mark.parametrize("goes", ["demoted", "removed"])
    def test_who_goes_before_the_mail_is_sent_does_not_get_it(self, desk: Mailroom, goes: str):
        """The mail is obsolete, and the row names nobody who could not decide."""
        name(desk)
        desk.later(THREE_DAYS)
        escalate(desk)
        leave = _removed if goes == "removed" else _demoted
        leave(desk)

        assert hand_over(desk) == []
        assert mails(desk) == [("arta", "obsolete")]
        assert ageing(desk) == [("Offer a seat to Imani", "3 d 0 h", True, "")]

    def test_who_has_gone_does_not_keep_the_owner_from_changing_something_else(self, desk: Mailroom):
        """Only a name that is new has to be one that may decide."""
        name(desk)
        _removed(desk)

        assert name(desk, replace(TO_ARTA, needs_second_person=True)) == (
            "Overrides need a second person, and nobody approves their own."
        )

    def test_has_to_be_somebody_who_may_decide(self, desk: Mailroom):
        """An auditor reads and decides nothing; nothing was set then."""
        with pytest.raises(MayNotDecide) as refused:
            name(desk, ApprovalRules(deputy_id="august"))

        assert str(refused.value) == (
            "August Falk may not decide proposals. Name an owner, a coordinator or an approver."
        )
        assert desk.read(lambda reader: reader.approval_rules()) == ApprovalRules()

    def test_has_to_be_of_the_team(self, desk: Mailroom):
        """A name that nobody has is not found."""
        with pytest.raises(NotAllowed):
            name(desk, ApprovalRules(deputy_id="charlie"))

    def test_is_named_by_an_owner(self, desk: Mailroom):
        """A coordinator does not set who looks after them."""
        with pytest.raises(NotAllowed):
            set_approval_rules(work=desk.work, actor=INES, rules=TO_ARTA, reason="Holidays")

    @pytest.mark.parametrize("hours", [1, 720])
    def test_is_asked_after_the_hours_that_were_set(self, desk: Mailroom, hours: int):
        """From one hour to thirty days, kept as they were given."""
        rules = ApprovalRules(deputy_id="arta", escalates_after=timedelta(hours=hours))

        name(desk, rules)

        assert desk.read(lambda reader: reader.approval_rules()) == rules

    @pytest.mark.parametrize("time", [timedelta(0), timedelta(hours=721), timedelta(minutes=90)])
    def test_is_not_asked_after_other_times(self, desk: Mailroom, time: timedelta):
        """Nothing below an hour, nothing beyond thirty days, and no parts of hours."""
        with pytest.raises(InvalidInput) as refused:
            name(desk, ApprovalRules(deputy_id="arta", escalates_after=time))

        assert (str(refused.value), refused.value.field) == (
            "Please choose from 1 to 720 whole hours.",
            "escalates_after",
        )

    def test_can_be_taken_back(self, desk: Mailroom):
        """Without a deputy nothing escalates, on record."""
        name(desk)
        name(desk, ApprovalRules())
        desk.later(THREE_DAYS)

        assert (escalate(desk), mails(desk)) == (0, [])
        assert said(desk, "DeputyNamed")[0] == "Wanda Ilves set that proposals escalate to nobody."


class TestTheJob:
    def test_asks_the_deputies_and_looks_again_in_a_minute(self, desk: Mailroom):
        """One turn of the worker does it, whenever it comes."""
        name(desk)
        desk.later(THREE_DAYS + timedelta(days=2))

        assert (Escalate(work=desk.work)(), mails(desk)) == (EVERY, [("arta", "waiting")])

    def test_goes_on_when_one_organisation_fails(self, desk: Mailroom, monkeypatch: pytest.MonkeyPatch, caplog):
        """A failure is logged with a reference, and the others are looked at."""
        seen: list[str] = []

        def fail(*, work: object, actor) -> int:
            seen.append(actor.org_id)
            raise RuntimeError

        one = desk.work.organisations()[0]
        monkeypatch.setattr(desk.work, "organisations", lambda: [one, replace(one, org_id="ashby")])
        monkeypatch.setattr("waitlist_app.jobs.escalate.escalate_proposals", fail)

        assert Escalate(work=desk.work)() == EVERY
        assert seen == ["tarnwick", "ashby"]
        assert "Escalating the proposals of the organisation ashby failed." in caplog.text


def _demoted(desk: Mailroom) -> None:
    change_role(work=desk.work, actor=WANDA, member_id="arta", role="auditor", reason="Another team")


def _removed(desk: Mailroom) -> None:
    remove_member(work=desk.work, actor=WANDA, member_id="arta", reason="Left the company")
