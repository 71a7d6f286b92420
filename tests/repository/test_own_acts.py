"""What managers and employees see and do who are signed in: their own, and nothing else, over both databases."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.desk import INES, NOBODY, Desk, at, member
from waitlist_app.engine.model import SignOff, Status
from waitlist_app.engine.refusals import OfferEnded, SignOffAnswered
from waitlist_app.errors import NotAllowed, Refused
from waitlist_app.services.actors import Actor, Role
from waitlist_app.services.answer_own import accept_own_offer, decline_own_offer, leave_own
from waitlist_app.services.answer_sign_off import answer_sign_off_of_team
from waitlist_app.services.explain_entry import explain_own
from waitlist_app.services.list_own import list_own_registrations, list_team_registrations
from waitlist_app.services.new_times import NewTimes
from waitlist_app.services.ports import MeetingDetails, PersonDetails
from waitlist_app.services.request_seat import request_seat
from waitlist_app.services.reschedule_session import reschedule_session

IMANI = member("Imani Vestergrove", Role.EMPLOYEE)
OONA = member("Oona Birchwood", Role.EMPLOYEE)
ORLA = member("Orla Finch", Role.MANAGER)
ADDRESSES = {
    IMANI: "imani.vestergrove@tarnwick.example",
    OONA: "oona.birchwood@tarnwick.example",
    ORLA: "orla.finch@tarnwick.example",
}
ORLA_ASKED = PersonDetails(name="Orla Finch", email="Orla.Finch@tarnwick.example")
RAFE_ASKED = PersonDetails(name="Rafe Ostrander", email="rafe@tarnwick.example")


@pytest.fixture
def desk(database_url: str) -> Iterator[Desk]:
    """Open First Aid with one seat, which Ulla has, and a workshop that managers sign off."""
    desk = Desk(database_url)
    founder = replace(INES, role=Role.SYSTEM)
    for one, address in ADDRESSES.items():
        desk.act(lambda tx, m=one, a=address: tx.add_member(member_id=m.id, name=m.name, email=a, role=m.role), founder)
    desk.session("FAW", ("2026-03-18 09:00", "2026-03-18 16:30"), title="First Aid")
    desk.session("WSH", ("2026-03-20 09:00", "2026-03-20 16:30"), title="Workshop", capacity=5, sign_off=SignOff())
    for name in ("Ulla Brandvoll", "Pavel Drummondsen", "Imani Vestergrove"):
        desk.ask(name, "faw")
    yield desk
    desk.engine.dispose()


def asks_for_the_workshop(desk: Desk, name: str, manager: PersonDetails, requester: PersonDetails | None = None) -> str:
    """Let somebody ask whom `manager` has to sign off, and give the registration."""
    request_seat(
        work=desk.work,
        actor=INES,
        session_id="wsh",
        employee_id=name.upper(),
        name=name,
        email=f"{name.lower().replace(' ', '.')}@tarnwick.example",
        manager=manager,
        requester=requester,
    )
    line = desk.read(lambda reader: reader.waiting("wsh"))
    return next(entry.registration.id for entry in line if entry.person.name == name)


def status_of(desk: Desk, registration_id: str) -> Status:
    """Say where a registration stands."""
    return desk.read(lambda reader: reader.registration(registration_id)).registration.status


def offered(desk: Desk) -> None:
    """Give Imani the offer of the seat, after Ulla and Pavel gave up what they had."""
    desk.drop("pavel-faw", status=Status.LEFT)
    desk.drop("ulla-faw")
    desk.approve("imani-faw")


class TestAnEmployee:
    def test_sees_their_own_registrations_with_their_position(self, desk: Desk) -> None:
        """The place in line is counted over others, whose rows stay hidden."""
        [row] = list_own_registrations(work=desk.work, actor=IMANI)

        assert (row.title, row.status, row.say, row.may_leave) == ("First Aid", "Waiting", "Number 2 in line.", True)
        assert row.when == "Wed 18 Mar 2026, 09:00 – 16:30 GMT"

    def test_is_told_whether_a_seat_or_an_offer_keeps_them_from_another(self, desk: Desk) -> None:
        """Imani is offered First Aid, and waits for what is on the same day; then she has the seat."""
        desk.session("GAS", ("2026-03-18 13:00", "2026-03-18 15:00"), title="Gas Safety", capacity=0)
        desk.ask("Imani Vestergrove", "gas")
        offered(desk)

        [_, while_offered] = list_own_registrations(work=desk.work, actor=IMANI)
        accept_own_offer(work=desk.work, actor=IMANI, registration_id="imani-faw")
        seated = {row.title: row.say for row in list_own_registrations(work=desk.work, actor=IMANI)}

        assert while_offered.say == "Number 1 in line. Skipped while an offer in another session overlaps."
        assert seated["Gas Safety"] == "Number 1 in line. Skipped while a seat in another session overlaps."

    def test_sees_first_what_they_are_asked(self, desk: Desk) -> None:
        """An offer runs out; what was asked for later does not."""
        offered(desk)
        asks_for_the_workshop(desk, "Imani Vestergrove", ORLA_ASKED)

        rows = list_own_registrations(work=desk.work, actor=IMANI)

        assert [row.status for row in rows] == ["Offered", "Waiting"]

    def test_is_told_that_a_session_was_moved_and_wants_an_answer(self, desk: Desk) -> None:
        """A seat that may be lost by silence is not said to be booked."""
        offered(desk)
        accept_own_offer(work=desk.work, actor=IMANI, registration_id="imani-faw")
        meeting = MeetingDetails(starts_at=at("2026-03-26 09:00"), ends_at=at("2026-03-26 12:00"), location="Leeds")
        wanted = NewTimes(meetings=(meeting,), location="Leeds")
        reschedule_session(work=desk.work, actor=INES, session_id="faw", wanted=wanted, reason="The trainer is ill")

        [row] = list_own_registrations(work=desk.work, actor=IMANI)

        assert row.say == "The session was moved. Please answer the mail about it by Sun 15 Mar 2026, 10:42 GMT."

    def test_sees_nothing_where_they_have_asked_for_nothing(self, desk: Desk) -> None:
        """There is no row of theirs, and nobody else's comes in its place."""
        assert list_own_registrations(work=desk.work, actor=OONA) == ()

    def test_is_told_why_they_wait_and_who_came_before_without_a_name(self, desk: Desk) -> None:
        """Oona, who asked after Imani, was moved to the front and has the seat."""
        desk.ask("Oona Birchwood", "faw")
        desk.move("oona-faw", before="pavel-faw", reason="Only first-aider on nights")
        desk.drop("ulla-faw")
        desk.approve("oona-faw")

        told = explain_own(work=desk.work, actor=IMANI, registration_id="imani-faw")

        assert (told.position, told.name, told.says[1]) == (2, "", "No seat is free for you yet.")
        assert [(one.sentence, one.reason, one.approved_by) for one in told.passed] == [
            (
                "Somebody who asked later was served before: a coordinator changed the order.",
                "Only first-aider on nights",
                "",
            )
        ]
        assert "Oona" not in repr(told)
        for actor in (OONA, ORLA, NOBODY):
            with pytest.raises(NotAllowed):
                explain_own(work=desk.work, actor=actor, registration_id="imani-faw")

    def test_takes_the_seat_that_is_held(self, desk: Desk) -> None:
        """They need no link for it, and the record says that it was they."""
        offered(desk)
        [before] = list_own_registrations(work=desk.work, actor=IMANI)

        said = accept_own_offer(work=desk.work, actor=IMANI, registration_id="imani-faw")

        [after] = list_own_registrations(work=desk.work, actor=IMANI)
        _, acts = desk.read(lambda reader: reader.record(session_id="faw", count=1))
        assert (before.is_offered, before.status) == (True, "Offered")
        assert (said, after.status, after.is_offered) == ("You have a seat.", "Confirmed", False)
        assert (acts[0].act, acts[0].actor_id, acts[0].actor_name) == ("OfferAccepted", "imani", "Imani Vestergrove")

    def test_with_a_seat_at_the_same_time_is_led_to_the_choice(self, desk: Desk) -> None:
        """Their own page does not ask which of the two to keep; the link does, and nothing has happened yet."""
        desk.session("ABW", ("2026-03-19 09:00", "2026-03-19 12:00"), title="Abrasive Wheels")
        desk.ask("Imani Vestergrove", "abw")
        offered(desk)
        meeting = MeetingDetails(starts_at=at("2026-03-18 09:00"), ends_at=at("2026-03-18 12:00"), location="Leeds")
        wanted = NewTimes(meetings=(meeting,), location="Leeds")
        reschedule_session(work=desk.work, actor=INES, session_id="abw", wanted=wanted, reason="The trainer is ill")

        with pytest.raises(Refused, match="Open the link in the mail to choose"):
            accept_own_offer(work=desk.work, actor=IMANI, registration_id="imani-faw")

        assert status_of(desk, "imani-faw") is Status.OFFERED

    def test_declines_and_the_next_is_proposed(self, desk: Desk) -> None:
        """What follows for others is carried out, although no row of theirs was shown."""
        desk.ask("Keiko Harrowgate", "faw")
        offered(desk)

        decline_own_offer(work=desk.work, actor=IMANI, registration_id="imani-faw")

        [proposal] = desk.read(lambda reader: reader.proposals("faw"))
        assert (status_of(desk, "imani-faw"), proposal.entry.person.name) == (Status.DECLINED, "Keiko Harrowgate")

    def test_leaves_the_line_or_gives_up_the_seat(self, desk: Desk) -> None:
        """One button, two words on record."""
        left = leave_own(work=desk.work, actor=IMANI, registration_id="imani-faw")
        [row] = list_own_registrations(work=desk.work, actor=IMANI)

        assert (left, status_of(desk, "imani-faw")) == ("You left the line.", Status.LEFT)
        assert (row.status, row.may_leave) == ("Closed", False)

    def test_is_too_late_at_the_deadline(self, desk: Desk) -> None:
        """Signed in or by link, the deadline is the same."""
        offered(desk)
        desk.clock.set(at("2026-03-14 10:42"))

        [row] = list_own_registrations(work=desk.work, actor=IMANI)
        with pytest.raises(OfferEnded):
            accept_own_offer(work=desk.work, actor=IMANI, registration_id="imani-faw")

        assert (row.is_offered, row.say) == (False, "The offer ended without an answer.")

    @pytest.mark.parametrize("act", [accept_own_offer, decline_own_offer, leave_own])
    @pytest.mark.parametrize("registration_id", ["imani-faw", "pavel-faw", "nothing"])
    @pytest.mark.parametrize(
        "who", [OONA, replace(IMANI, org_id="stoneworks"), replace(IMANI, role=Role.MANAGER), INES]
    )
    def test_acts_on_nothing_of_anybody_else(self, desk: Desk, who: Actor, act, registration_id: str) -> None:
        """What belongs to others looks like what is not there, and stays as it was."""
        offered(desk)
        before = desk.read(lambda reader: reader.head())

        with pytest.raises(NotAllowed):
            act(work=desk.work, actor=who, registration_id=registration_id)

        assert desk.read(lambda reader: reader.head()) == before

    def test_acts_on_nothing_after_they_were_removed(self, desk: Desk) -> None:
        """Who was asked for before is asked for again in the transaction of the act."""
        founder = replace(INES, role=Role.SYSTEM)
        desk.act(lambda tx: tx.team.remove(IMANI.id), founder)

        with pytest.raises(NotAllowed):
            leave_own(work=desk.work, actor=IMANI, registration_id="imani-faw")

        assert list_own_registrations(work=desk.work, actor=IMANI) == ()
        assert status_of(desk, "imani-faw") is Status.WAITLISTED

    def test_reads_no_list_of_the_team(self, desk: Desk) -> None:
        """That is for managers."""
        with pytest.raises(NotAllowed):
            list_team_registrations(work=desk.work, actor=IMANI)


class TestAManager:
    def test_sees_whom_they_sign_off_and_whom_they_asked_for(self, desk: Desk) -> None:
        """What waits for their word comes first; others' requests are not there."""
        asks_for_the_workshop(desk, "Oona Birchwood", RAFE_ASKED, requester=ORLA_ASKED)
        asks_for_the_workshop(desk, "Keiko Harrowgate", ORLA_ASKED)
        asks_for_the_workshop(desk, "Sanjay Merriweather", RAFE_ASKED)

        rows = list_team_registrations(work=desk.work, actor=ORLA)

        assert [(row.name, row.needs_answer, row.say) for row in rows] == [
            ("Keiko Harrowgate", True, "Number 2 in line. You have still to sign it off."),
            ("Oona Birchwood", False, "Number 1 in line. A manager has still to sign it off."),
        ]

    def test_signs_off_without_the_link(self, desk: Desk) -> None:
        """Their name stands on the approval."""
        registration_id = asks_for_the_workshop(desk, "Keiko Harrowgate", ORLA_ASKED)

        answer_sign_off_of_team(work=desk.work, actor=ORLA, registration_id=registration_id, is_given=True)

        [row] = list_team_registrations(work=desk.work, actor=ORLA)
        _, acts = desk.read(lambda reader: reader.record(session_id="wsh"))
        assert not row.needs_answer
        assert [act.actor_name for act in acts if act.act == "ApprovalSigned"] == ["Orla Finch"]
        with pytest.raises(SignOffAnswered):
            answer_sign_off_of_team(work=desk.work, actor=ORLA, registration_id=registration_id, is_given=True)

    def test_declines_with_a_reason(self, desk: Desk) -> None:
        """The request is closed."""
        registration_id = asks_for_the_workshop(desk, "Keiko Harrowgate", ORLA_ASKED)

        answer_sign_off_of_team(
            work=desk.work, actor=ORLA, registration_id=registration_id, is_given=False, reason="Peak season"
        )

        assert status_of(desk, registration_id) is Status.REFUSED

    @pytest.mark.parametrize("who", [IMANI, NOBODY, INES, replace(ORLA, org_id="stoneworks")])
    def test_is_nobody_else(self, desk: Desk, who: Actor) -> None:
        """Only who was asked may answer: not the person, not a coordinator in this way, not somebody elsewhere."""
        registration_id = asks_for_the_workshop(desk, "Imani Vestergrove", ORLA_ASKED)

        with pytest.raises(NotAllowed):
            answer_sign_off_of_team(work=desk.work, actor=who, registration_id=registration_id, is_given=True)

    def test_signs_off_nobody_whom_they_only_asked_for(self, desk: Desk) -> None:
        """Nominating is no word on it."""
        registration_id = asks_for_the_workshop(desk, "Oona Birchwood", RAFE_ASKED, requester=ORLA_ASKED)

        with pytest.raises(NotAllowed):
            answer_sign_off_of_team(work=desk.work, actor=ORLA, registration_id=registration_id, is_given=True)

    def test_does_not_sign_off_themselves(self, desk: Desk) -> None:
        """Their own request is theirs to see, and somebody else's to sign."""
        registration_id = asks_for_the_workshop(desk, "Orla Finch", ORLA_ASKED)

        with pytest.raises(NotAllowed):
            answer_sign_off_of_team(work=desk.work, actor=ORLA, registration_id=registration_id, is_given=True)

        assert [row.name for row in list_own_registrations(work=desk.work, actor=ORLA)] == ["Orla Finch"]
        assert list_team_registrations(work=desk.work, actor=ORLA) == ()
