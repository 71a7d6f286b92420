"""What a second person reads before they decide an override, on both databases; nothing of it is kept."""

from dataclasses import replace

import pytest

from tests.desk import INES, NOBODY, RAFE, member
from tests.scenarios.mailroom import DAY, Mailroom
from waitlist_app.engine.model import Order, PriorityRule, RankBy, Status
from waitlist_app.errors import NotAllowed
from waitlist_app.services.actors import Actor, Role
from waitlist_app.services.approvals import ApprovalRules
from waitlist_app.services.change_order import change_order
from waitlist_app.services.decide_override import RequestDecided, approve_override, decline_override
from waitlist_app.services.grant_seat import grant_seat
from waitlist_app.services.move_entry import move_entry
from waitlist_app.services.moves import Move
from waitlist_app.services.request_seat import request_seat
from waitlist_app.services.show_inbox import show_inbox
from waitlist_app.services.show_override import OverrideEvidence, show_override
from waitlist_app.services.transfer_registration import transfer_registration

WANDA = member("Wanda Ilves", Role.OWNER)
AUGUST = member("August Falk", Role.AUDITOR)
ARTA = member("Arta Berisha", Role.APPROVER)
LATER = ("2026-04-02 09:00", "2026-04-02 16:00")


@pytest.fixture
def desk(database_url: str):
    """Open First Aid with one free seat, Imani proposed for it, Oona behind her; overrides need a second person."""
    desk = Mailroom(database_url, team=(INES, RAFE, WANDA, AUGUST, ARTA))
    desk.open_first_aid()
    desk.act(lambda tx: tx.set_approval_rules(ApprovalRules(needs_second_person=True)), WANDA)
    yield desk
    desk.engine.dispose()


def ask_to_move_oona(desk: Mailroom) -> None:
    """Let Ines ask to move Oona before Imani."""
    move_entry(
        work=desk.work, actor=INES, registration_id="oona-faw", before_id="imani-faw", reason="Only one on nights"
    )


def request_id(desk: Mailroom) -> str:
    """Give the one request that waits."""
    (row,) = [row for row in show_inbox(work=desk.work, actor=RAFE).rows if row.kind == "override"]
    return row.id


def shown(desk: Mailroom, by: Actor = RAFE) -> OverrideEvidence:
    """Show the one request that waits."""
    return show_override(work=desk.work, actor=by, request_id=request_id(desk))


class TestAMove:
    @pytest.mark.parametrize("reader", [RAFE, ARTA, AUGUST], ids=lambda actor: actor.role)
    def test_is_shown_as_the_order_now_and_after(self, desk: Mailroom, reader: Actor):
        """Reading tells all of it, so an auditor sees it as well."""
        ask_to_move_oona(desk)

        evidence = shown(desk, reader)

        assert evidence.move
        assert [row.name for row in evidence.move.after] == ["Oona", "Imani"]
        assert (evidence.title, evidence.passes) == ("Move Oona from 2 to 1?", "1 person")
        assert (evidence.asked, evidence.reason) == (
            "Asked by Ines Calder, Thu 12 Mar 2026, 10:42 GMT, 0 m ago.",
            "Only one on nights",
        )
        assert evidence.move.seats_words == "The free seat would be proposed to Oona"
        assert (evidence.trouble, evidence.is_mine) == ("", False)
        assert evidence.approval == f"Recorded as asked by Ines Calder and approved by you, {reader.name}."

    def test_that_cannot_be_made_any_more_says_why_and_can_be_declined(self, desk: Mailroom):
        """Oona left meanwhile."""
        ask_to_move_oona(desk)
        desk.drop("oona-faw", status=Status.LEFT)

        evidence = shown(desk)

        assert (evidence.move, evidence.trouble) == (None, "This person is no longer waiting.")
        decline_override(work=desk.work, actor=RAFE, request_id=request_id(desk), reason="Gone")
        assert [row.kind for row in show_inbox(work=desk.work, actor=RAFE).rows] == ["promotion"]

    def test_of_ones_own_asking_is_somebody_elses_to_decide(self, desk: Mailroom):
        """Ines may take it back."""
        ask_to_move_oona(desk)

        evidence = shown(desk, INES)

        assert evidence.for_others == "You asked for this. Somebody else of the team has to decide it."
        assert evidence.is_mine

    def test_is_decided_by_others_than_an_auditor(self, desk: Mailroom):
        """The dialog says who."""
        ask_to_move_oona(desk)

        assert shown(desk, AUGUST).for_others == "An owner, a coordinator or an approver decides this."
        assert shown(desk, ARTA).for_others == ""


class TestASeatBeyondTheLimit:
    @pytest.fixture(autouse=True)
    def request_for_oona(self, desk: Mailroom) -> None:
        """Let Ines ask to seat Oona, who waits behind Elsie, beyond the limit of a full session."""
        desk.session("CPR", LATER)
        for name in ("Yan", "Elsie", "Oona"):
            desk.ask(name, "cpr")
        grant_seat(work=desk.work, actor=INES, registration_id="oona-cpr", reason="Only one on nights")

    @pytest.mark.parametrize("reader", [INES, RAFE, ARTA], ids=lambda actor: actor.name)
    def test_is_tried_and_told(self, desk: Mailroom, reader: Actor):
        """Who is passed over by name, who gains, and how many messages would go."""
        evidence = shown(desk, reader)

        assert (evidence.passes, evidence.passed) == ("1 person", "Elsie")
        assert [(one.name, one.follows) for one in evidence.effects] == [("Oona", "gets a seat in CPR.")]
        assert evidence.also == "1 message would go."
        assert evidence.trouble == ""

    def test_leaves_nothing_behind(self, desk: Mailroom):
        """It was only tried: the line, the record and the outbox are as they were."""

        def stands() -> object:
            line = [(e.person.name, e.passed_over) for e in desk.read(lambda r: r.waiting("cpr"))]
            return line, desk.read(lambda r: r.head()), len(desk.read(lambda r: r.messages()))

        before = stands()

        shown(desk)

        assert stands() == before

    def test_comes_true_as_it_was_told(self, desk: Mailroom):
        """Elsie was passed over once, Oona has the seat."""
        approve_override(work=desk.work, actor=RAFE, request_id=request_id(desk))

        assert [e.person.name for e in desk.read(lambda r: r.seated("cpr"))] == ["Yan", "Oona"]
        assert [(e.person.name, e.passed_over) for e in desk.read(lambda r: r.waiting("cpr"))] == [("Elsie", 1)]

    def test_is_not_tried_for_an_auditor(self, desk: Mailroom):
        """What reading alone tells is told."""
        evidence = shown(desk, AUGUST)

        assert (evidence.passes, evidence.effects, evidence.also) == ("1 person", (), "")

    def test_that_a_rule_is_against_by_now_says_so(self, desk: Mailroom):
        """Oona has a seat at the same time meanwhile."""
        desk.session("ABW", LATER)
        desk.ask("Oona", "abw")

        evidence = shown(desk)

        assert evidence.trouble == "This person holds a seat in a session at the same time. Give that seat up first."

    def test_that_was_decided_is_not_shown(self, desk: Mailroom):
        """Somebody was quicker."""
        found = request_id(desk)
        decline_override(work=desk.work, actor=RAFE, request_id=found, reason="Not urgent")

        with pytest.raises(RequestDecided):
            show_override(work=desk.work, actor=RAFE, request_id=found)

    def test_is_for_the_team_only(self, desk: Mailroom):
        """An employee does not see it."""
        with pytest.raises(NotAllowed):
            show_override(work=desk.work, actor=NOBODY, request_id=request_id(desk))


class TestOnesOwn:
    def with_rafe_in_line(self, desk: Mailroom) -> str:
        """Let Rafe wait himself, last in the line; gives his registration."""
        request_seat(
            work=desk.work,
            actor=INES,
            session_id="faw",
            employee_id="E2",
            name="Rafe Ostrander",
            email="rafe@x.example",
        )
        (mine,) = [e for e in desk.read(lambda r: r.waiting("faw")) if e.person.name == "Rafe Ostrander"]
        return mine.registration.id

    @pytest.mark.parametrize(("allows_own", "said"), [(False, "This is about you."), (True, "")])
    def test_is_not_approved_unless_the_organisation_allows_it(self, desk: Mailroom, allows_own: bool, said: str):
        """Ines asks for Rafe; he reads that it is about him."""
        rules = ApprovalRules(needs_second_person=True, allows_own=allows_own)
        desk.act(lambda tx: tx.set_approval_rules(rules), WANDA)
        grant_seat(work=desk.work, actor=INES, registration_id=self.with_rafe_in_line(desk), reason="Speaks")

        evidence = shown(desk)

        assert evidence.for_others.startswith(said)
        assert bool(evidence.for_others) is not allows_own
        assert not evidence.is_mine

    def test_is_found_where_one_moves_up_by_another_order(self, desk: Mailroom):
        """By role Rafe would stand first: he cannot decide the order, Arta can."""
        request_seat(
            work=desk.work,
            actor=INES,
            session_id="faw",
            employee_id="E2",
            name="Rafe Ostrander",
            email="rafe@x.example",
            role="Safety officer",
        )
        change_order(
            work=desk.work,
            actor=INES,
            session_id="faw",
            order=Order.PRIORITY,
            priority=(PriorityRule(by=RankBy.ROLE, values=("Safety officer",)),),
            reason="Works agreement",
        )

        evidence = shown(desk)

        assert evidence.for_others == "This is about you. Somebody else of the team has to approve it."
        assert [(one.name, one.follows) for one in evidence.effects] == [
            ("Rafe Ostrander", "is proposed for a seat in FAW."),
            ("Imani", "is no longer proposed for a seat in FAW."),
        ]
        assert evidence.also == "1 person moves down in the line."
        assert shown(desk, ARTA).for_others == ""


class TestATransfer:
    def test_tells_of_both_sessions(self, desk: Mailroom):
        """Viktor would leave the one and have a seat in the other, past Elsie."""
        desk.session("ABW", DAY)
        desk.session("CPR", LATER)
        for name in ("Yan", "Elsie"):
            desk.ask(name, "cpr")
        desk.ask("Viktor", "abw")
        move = Move(registration_id="viktor-abw", to_session_id="cpr", reason="Night shift", past_line=True)
        transfer_registration(work=desk.work, actor=INES, move=move)

        evidence = shown(desk)

        assert evidence.title == "Move Viktor to CPR past the line?"
        assert (evidence.passes, evidence.passed) == ("1 person", "Elsie")
        assert [(one.name, one.follows) for one in evidence.effects] == [
            ("Viktor", "gets a seat in CPR."),
            ("Viktor", "loses the seat in ABW."),
        ]
        assert shown(desk, ARTA) == replace(evidence, approval=shown(desk, ARTA).approval)
