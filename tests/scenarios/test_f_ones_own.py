"""Scenarios of letter F: nobody decides for themselves, whichever way they go about it. Ines is in the line, too."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.desk import INES, RAFE, at, member
from tests.scenarios.mailroom import DAY, Mailroom
from waitlist_app.engine.model import Mode, Order, PriorityRule, RankBy, SignOff, Status
from waitlist_app.services.actors import Actor, Role
from waitlist_app.services.answer_sign_off import answer_sign_off_on_behalf
from waitlist_app.services.approvals import ApprovalRules, OwnApproval
from waitlist_app.services.approve_allotment import approve_allotment
from waitlist_app.services.approve_promotion import approve_promotion
from waitlist_app.services.change_facts import change_facts
from waitlist_app.services.change_order import change_order
from waitlist_app.services.decide_override import approve_override
from waitlist_app.services.decide_turn import hold_proposal
from waitlist_app.services.explain_entry import explain_entry
from waitlist_app.services.extend_offer import extend_offer
from waitlist_app.services.move_entry import move_entry
from waitlist_app.services.ports import Entry, PersonDetails
from waitlist_app.services.refresh_offer import refresh_offer
from waitlist_app.services.request_seat import request_seat
from waitlist_app.services.revoke_offer import expire_offer, revoke_offer
from waitlist_app.services.revoke_override import revoke_override
from waitlist_app.services.set_approval_rules import set_approval_rules
from waitlist_app.services.sign_standing_approval import sign_standing_approval

WANDA = member("Wanda Ilves", Role.OWNER)
ARTA = member("Arta Berisha", Role.APPROVER)
SYSTEM = replace(INES, role=Role.SYSTEM)


@pytest.fixture
def desk(database_url: str):
    """Yield a team of four; Ines is a coordinator and asks for seats herself."""
    desk = Mailroom(database_url, team=(INES, RAFE, WANDA, ARTA))
    desk.tokens = []
    yield desk
    desk.engine.dispose()


def ask_as_ines(desk: Mailroom, to: str, *, by=RAFE, role: str = "", manager: PersonDetails | None = None) -> str:
    """Let Ines ask for a seat, in another spelling of her address; gives her registration."""
    request_seat(
        work=desk.work,
        actor=by,
        session_id=to,
        employee_id="E1",
        name="Ines Calder",
        email=" INES@X.example ",
        role=role,
        manager=manager,
    )
    return mine(desk, to).registration.id


def mine(desk: Mailroom, session_id: str, name: str = "Ines Calder") -> Entry:
    """Give the registration of Ines in a session."""
    (own,) = [
        entry for entry in desk.read(lambda reader: reader.registrations(session_id)) if entry.person.name == name
    ]
    return own


def statuses(desk: Mailroom, session_id: str) -> dict[str, str]:
    """Say where everybody in a session stands."""
    entries = desk.read(lambda reader: reader.registrations(session_id))
    return {entry.person.name: entry.registration.status.value for entry in entries}


def line(desk: Mailroom, session_id: str) -> list[str]:
    """Name those who wait, in their order."""
    return [entry.person.name for entry in desk.read(lambda reader: reader.waiting(session_id))]


def allow_own(desk: Mailroom) -> None:
    """Let the owner switch the rule off."""
    set_approval_rules(work=desk.work, actor=WANDA, rules=ApprovalRules(allows_own=True), reason="Ines is alone")


class TestSeveralAtOnce:
    @pytest.fixture
    def proposed(self, desk: Mailroom) -> Mailroom:
        """Yield three free seats, with Bo, Ines and Cleo proposed for them."""
        desk.session("ABW", DAY, capacity=3)
        for name in ("Uma", "Vic", "Wes", "Bo"):
            desk.ask(name, "abw")
        ask_as_ines(desk, "abw")
        desk.ask("Cleo", "abw")
        for name in ("uma", "vic", "wes"):
            desk.drop(f"{name}-abw")
        return desk

    def test_leaves_out_the_proposal_of_whoever_approves(self, proposed: Mailroom):
        """Ines sends two offers; her own waits for somebody else, who sends it."""
        said = approve_allotment(work=proposed.work, actor=INES, session_id="abw")

        assert said == "2 offers sent. Your own is left out: somebody else of the team has to approve it."
        found = statuses(proposed, "abw")
        assert {name: found[name] for name in ("Bo", "Ines Calder", "Cleo")} == {
            "Bo": "offered",
            "Ines Calder": "waitlisted",
            "Cleo": "offered",
        }
        assert proposed.proposed() == ["Ines Calder"]
        assert approve_allotment(work=proposed.work, actor=RAFE, session_id="abw") == "1 offer sent."
        assert statuses(proposed, "abw")["Ines Calder"] == "offered"

    def test_takes_ones_own_along_where_the_organisation_allows_it(self, proposed: Mailroom):
        """The rule is the owner's to switch off."""
        allow_own(proposed)

        assert approve_allotment(work=proposed.work, actor=INES, session_id="abw") == "3 offers sent."

    def test_leaves_out_what_a_colleague_put_on_hold(self, proposed: Mailroom):
        """Rafe holds the seat for Bo, who asks at home; approving the others sends Bo nothing, and says so."""
        hold_proposal(
            work=proposed.work,
            actor=RAFE,
            proposal_id=proposed.proposal_of("bo-abw"),
            until=proposed.clock.now() + timedelta(days=1),
            reason="Asks at home",
        )

        said = approve_allotment(work=proposed.work, actor=WANDA, session_id="abw")

        assert said == "2 offers sent. On hold, and left out: Bo."
        assert statuses(proposed, "abw")["Bo"] == "waitlisted"
        assert proposed.proposed() == ["Bo"]

    def test_says_so_when_nothing_is_left(self, proposed: Mailroom):
        """No offer goes when the only proposal is one's own."""
        approve_allotment(work=proposed.work, actor=INES, session_id="abw")

        said = approve_allotment(work=proposed.work, actor=INES, session_id="abw")

        assert said == "No offer was sent. Your own is left out: somebody else of the team has to approve it."


class TestAnOfferToOneself:
    @pytest.fixture
    def offered(self, desk: Mailroom) -> Mailroom:
        """Yield Ines with an offer that Rafe approved."""
        desk.session("ABW", DAY)
        desk.ask("Uma", "abw")
        ask_as_ines(desk, "abw")
        desk.drop("uma-abw")
        approve_allotment(work=desk.work, actor=RAFE, session_id="abw")
        return desk

    def test_is_not_extended_by_its_person(self, offered: Mailroom):
        """Ines cannot give herself more time; Rafe can."""
        own, before = mine(offered, "abw").registration.id, offered.offer().expires_at

        with pytest.raises(OwnApproval):
            extend_offer(work=offered.work, actor=INES, registration_id=own, by=timedelta(hours=24), reason="Busy")

        assert offered.offer().expires_at == before
        extend_offer(work=offered.work, actor=RAFE, registration_id=own, by=timedelta(hours=24), reason="Busy")
        assert offered.offer().expires_at == before + timedelta(hours=24)

    def test_is_not_sent_again_by_its_person(self, offered: Mailroom):
        """The promotion is somebody else's to look after."""
        own = mine(offered, "abw").registration.id

        with pytest.raises(OwnApproval):
            refresh_offer(work=offered.work, actor=INES, registration_id=own)

        assert refresh_offer(work=offered.work, actor=RAFE, registration_id=own) == "Ines Calder gets a new link."

    def test_is_not_taken_back_by_its_person(self, offered: Mailroom):
        """Whoever does not want it declines it."""
        own = mine(offered, "abw").registration.id

        with pytest.raises(OwnApproval):
            revoke_offer(work=offered.work, actor=INES, registration_id=own, reason="Changed my mind")

        assert mine(offered, "abw").registration.status is Status.OFFERED
        revoke_offer(work=offered.work, actor=RAFE, registration_id=own, reason="By mistake")
        assert mine(offered, "abw").registration.status is Status.REVOKED

    def test_is_not_ended_by_its_person(self, offered: Mailroom):
        """Nobody sends their own seat on as if they had not answered."""
        own = mine(offered, "abw").registration.id

        with pytest.raises(OwnApproval):
            expire_offer(work=offered.work, actor=INES, registration_id=own, reason="No time")

        expire_offer(work=offered.work, actor=RAFE, registration_id=own, reason="No answer on the phone")
        assert mine(offered, "abw").registration.status is Status.LAPSED


class TestAManagersWordForOneself:
    def test_is_not_taken_down_by_its_person(self, desk: Mailroom):
        """Ines cannot write down that her own manager said yes; Rafe, who took the call, can."""
        desk.session("ABW", DAY, sign_off=SignOff())
        own = ask_as_ines(desk, "abw", manager=PersonDetails(name="Petra Lund", email="petra@tarnwick.example"))

        with pytest.raises(OwnApproval):
            answer_sign_off_on_behalf(
                work=desk.work, actor=INES, registration_id=own, is_given=True, reason="Phone call with Petra"
            )

        assert mine(desk, "abw").registration.outstanding == ("sign_off",)
        answer_sign_off_on_behalf(
            work=desk.work, actor=RAFE, registration_id=own, is_given=True, reason="Phone call with Petra"
        )
        assert mine(desk, "abw").registration.outstanding == ()


class TestAPlaceOfOnesOwn:
    @pytest.fixture
    def behind(self, desk: Mailroom) -> Mailroom:
        """Let Ines, who is a manager, wait behind Bo."""
        desk.session("ABW", DAY, capacity=0)
        desk.ask("Bo", "abw")
        ask_as_ines(desk, "abw", role="Manager")
        return desk

    def test_is_not_bettered_by_facts_that_one_sets_oneself(self, behind: Mailroom):
        """Somebody else of the team says what Ines is."""
        own = mine(behind, "abw").registration.id

        def note_role(by: Actor) -> str:
            return change_facts(
                work=behind.work,
                actor=by,
                registration_id=own,
                role="Safety officer",
                department="",
                compliance_deadline=None,
                attributes=(),
                reason="New job",
            )

        with pytest.raises(OwnApproval):
            note_role(INES)

        assert note_role(RAFE) == "Saved. Ines Calder keeps the place."

    def test_is_not_bettered_by_an_order_that_one_approves_oneself(self, behind: Mailroom):
        """Rafe asks for managers first; Ines would be first by it, so Arta approves."""
        behind.act(lambda tx: tx.set_approval_rules(ApprovalRules(needs_second_person=True)), SYSTEM)
        change_order(
            work=behind.work,
            actor=RAFE,
            session_id="abw",
            order=Order.PRIORITY,
            priority=(PriorityRule(by=RankBy.ROLE, values=("Manager",)),),
            reason="Works agreement",
        )
        (asked,) = behind.read(lambda reader: reader.override_requests())

        with pytest.raises(OwnApproval):
            approve_override(work=behind.work, actor=INES, request_id=asked.id)

        assert line(behind, "abw") == ["Bo", "Ines Calder"]
        approve_override(work=behind.work, actor=ARTA, request_id=asked.id)
        assert line(behind, "abw") == ["Ines Calder", "Bo"]


class TestAMoveThatPassesOneself:
    @pytest.fixture
    def passed(self, desk: Mailroom) -> Mailroom:
        """Let Ines wait behind Uma, and Bo behind her; Rafe has moved Bo to the front."""
        desk.session("ABW", DAY, capacity=0)
        desk.ask("Uma", "abw")
        ask_as_ines(desk, "abw")
        desk.ask("Bo", "abw")
        move(desk, RAFE, "bo-abw", before="uma-abw")
        return desk

    def test_is_not_undone_by_whom_it_passed(self, passed: Mailroom):
        """Ines would be before Bo again, by her own word; Arta can say so."""
        with pytest.raises(OwnApproval):
            undo(passed, INES, "bo-abw")

        assert line(passed, "abw") == ["Bo", "Uma", "Ines Calder"]
        assert undo(passed, ARTA, "bo-abw") == "The move of Bo was undone."
        assert line(passed, "abw") == ["Uma", "Ines Calder", "Bo"]

    def test_is_undone_by_whom_it_passed_where_the_organisation_allows_it(self, passed: Mailroom):
        """The rule is the owner's to switch off."""
        allow_own(passed)

        assert undo(passed, INES, "bo-abw") == "The move of Bo was undone."

    def test_is_undone_by_somebody_whom_it_did_not_pass(self, desk: Mailroom):
        """Bo passed Uma alone: Ines, who waits behind both, gains nothing."""
        desk.session("ABW", DAY, capacity=0)
        for name in ("Uma", "Bo"):
            desk.ask(name, "abw")
        ask_as_ines(desk, "abw")
        move(desk, RAFE, "bo-abw", before="uma-abw")

        undo(desk, INES, "bo-abw")

        assert line(desk, "abw") == ["Uma", "Bo", "Ines Calder"]

    def test_of_oneself_may_be_undone_where_one_moves_down(self, desk: Mailroom):
        """Rafe moved Ines to the front; she gives that up herself."""
        desk.session("ABW", DAY, capacity=0)
        desk.ask("Uma", "abw")
        own = ask_as_ines(desk, "abw")
        move(desk, RAFE, own, before="uma-abw")

        undo(desk, INES, own)

        assert line(desk, "abw") == ["Uma", "Ines Calder"]

    def test_of_oneself_is_not_undone_by_oneself_where_one_moves_up(self, passed: Mailroom):
        """Rafe moved Ines to the end, and she takes no part in what becomes of it."""
        own = mine(passed, "abw").registration.id
        passed.ask("Vic", "abw")
        move(passed, RAFE, own, before="")

        with pytest.raises(OwnApproval):
            undo(passed, INES, own)

        assert line(passed, "abw") == ["Bo", "Uma", "Vic", "Ines Calder"]

    def test_down_past_oneself_waits_for_somebody_else(self, desk: Mailroom):
        """Ines moves Uma behind herself: Arta, who gains nothing, has to say yes."""
        desk.session("ABW", DAY, capacity=0)
        for name in ("Uma", "Vic"):
            desk.ask(name, "abw")
        ask_as_ines(desk, "abw")
        desk.ask("Bo", "abw")

        first = move(desk, INES, "uma-abw", before=mine(desk, "abw").registration.id)
        second = move(desk, INES, "uma-abw", before="bo-abw")

        assert (first, second) == (
            "Uma moved from 1 to 2.",
            "Recorded: somebody else of the team has to approve moving Uma.",
        )
        assert line(desk, "abw") == ["Vic", "Uma", "Ines Calder", "Bo"]
        (asked,) = desk.read(lambda reader: reader.override_requests())
        approve_override(work=desk.work, actor=ARTA, request_id=asked.id)
        assert line(desk, "abw") == ["Vic", "Ines Calder", "Uma", "Bo"]

    def test_down_past_oneself_is_not_approved_by_oneself(self, desk: Mailroom):
        """Rafe asks for it; Ines, who would stand before Uma, leaves the word to Arta."""
        desk.act(lambda tx: tx.set_approval_rules(ApprovalRules(needs_second_person=True)), SYSTEM)
        desk.session("ABW", DAY, capacity=0)
        desk.ask("Uma", "abw")
        ask_as_ines(desk, "abw")
        move(desk, RAFE, "uma-abw", before="")
        (asked,) = desk.read(lambda reader: reader.override_requests())

        with pytest.raises(OwnApproval):
            approve_override(work=desk.work, actor=INES, request_id=asked.id)

        assert line(desk, "abw") == ["Uma", "Ines Calder"]
        approve_override(work=desk.work, actor=ARTA, request_id=asked.id)
        assert line(desk, "abw") == ["Ines Calder", "Uma"]


def move(desk: Mailroom, by: Actor, registration_id: str, *, before: str) -> str:
    """Move somebody."""
    return move_entry(work=desk.work, actor=by, registration_id=registration_id, before_id=before, reason="Shift plan")


def undo(desk: Mailroom, by: Actor, registration_id: str) -> str:
    """Undo the one move of somebody."""
    overrides = desk.read(lambda reader: reader.roster("abw")).overrides
    (override_id,) = [one.id for one in overrides if one.registration_id == registration_id]
    return revoke_override(work=desk.work, actor=by, override_id=override_id)


class TestAStandingApprovalOfOnesOwn:
    @pytest.mark.parametrize(("mode", "has"), [(Mode.OFFERED, "offered"), (Mode.AUTOMATIC, "confirmed")])
    def test_covers_everybody_but_its_signer(self, desk: Mailroom, mode: Mode, has: str):
        """Ines, first in line, signs; two seats come free. Bo has his by her word, hers waits for somebody else's."""
        desk.session("ABW", DAY, capacity=2)
        for name in ("Uma", "Vic"):
            desk.ask(name, "abw")
        ask_as_ines(desk, "abw")
        desk.ask("Bo", "abw")

        said = sign(desk, mode)
        for name in ("uma", "vic"):
            desk.drop(f"{name}-abw")

        assert said.endswith(" Your own place is left for somebody else to approve.")
        found = statuses(desk, "abw")
        assert (found["Ines Calder"], found["Bo"], desk.proposed()) == ("waitlisted", has, ["Ines Calder"])
        own = desk.read(lambda reader: reader.proposals())[0].id
        with pytest.raises(OwnApproval):
            approve_promotion(work=desk.work, actor=INES, proposal_id=own)
        assert approve_promotion(work=desk.work, actor=ARTA, proposal_id=own) == "Offer sent to Ines Calder."

    def test_does_not_cover_a_signer_who_asks_later(self, desk: Mailroom):
        """Ines signs while she is not there yet, asks, and is proposed like anybody who waits for a word."""
        desk.session("ABW", DAY)
        desk.ask("Uma", "abw")
        said = sign(desk, Mode.OFFERED)
        own = ask_as_ines(desk, "abw", by=INES)

        desk.drop("uma-abw")

        assert said == "Signed for 5 promotions, until Fri 20 Mar 2026, 17:00 GMT."
        assert statuses(desk, "abw")["Ines Calder"] == "waitlisted"
        assert desk.proposed() == ["Ines Calder"]
        told = explain_entry(work=desk.work, actor=WANDA, registration_id=own)
        assert told.takes == ("A coordinator approves.",)

    def test_covers_a_colleague_and_oneself_where_that_is_allowed(self, desk: Mailroom):
        """Rafe's signature covers Ines; and where people may approve their own, hers does."""
        for code, signer in (("ABW", RAFE), ("CPR", INES)):
            if signer is INES:
                allow_own(desk)
            desk.session(code, DAY if code == "ABW" else ("2026-04-02 09:00", "2026-04-02 16:00"))
            desk.ask("Uma", code.lower())
            ask_as_ines(desk, code.lower())
            sign(desk, Mode.OFFERED, by=signer, session_id=code.lower())

            desk.drop(f"uma-{code.lower()}")

            assert statuses(desk, code.lower())["Ines Calder"] == "offered"


def sign(desk: Mailroom, mode: Mode, *, by=INES, session_id: str = "abw") -> str:
    """Let a coordinator sign for five promotions, until Friday of next week."""
    return sign_standing_approval(
        work=desk.work,
        actor=by,
        session_id=session_id,
        mode=mode,
        until=at("2026-03-20 17:00"),
        promotions=5,
        reason="Holidays",
    )
