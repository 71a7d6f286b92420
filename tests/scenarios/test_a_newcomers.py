"""Scenarios of newcomers and of promised deadlines that need storage, on both databases."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from tests.desk import INES, NOBODY, Desk, at
from waitlist_app.engine.model import SignOff, Status
from waitlist_app.engine.refusals import SeatGone, WaitlistFull
from waitlist_app.errors import InvalidInput, NotAllowed
from waitlist_app.services.client_keys import KeyUsed
from waitlist_app.services.moves import Move
from waitlist_app.services.preview_request import RequestPreview, preview_request
from waitlist_app.services.request_seat import request_seat
from waitlist_app.services.set_session_rules import set_session_rules
from waitlist_app.services.transfer_registration import transfer_registration

DAY = ("2026-05-04 09:00", "2026-05-04 12:00")


@pytest.fixture
def desk(database_url: str) -> Iterator[Desk]:
    """Open a desk with one session of two seats, of which Ana has one, on Thursday at 10:42."""
    desk = Desk(database_url)
    desk.session("X", DAY, capacity=2, offer_window=timedelta(hours=48), waitlist_limit=3)
    ask(desk, "Ana")
    yield desk
    desk.engine.dispose()


def ask(desk: Desk, name: str, **rest) -> str:
    """Let somebody ask for a seat."""
    return request_seat(
        work=desk.work,
        actor=INES,
        session_id="x",
        employee_id=name.upper(),
        name=name,
        email=f"{name.lower()}@tarnwick.example",
        **rest,
    )


def preview(desk: Desk, name: str, **rest) -> RequestPreview:
    """Say what somebody would be told on opening the form."""
    return preview_request(work=desk.work, actor=INES, session_id="x", employee_id=name.upper(), **rest)


def standing(desk: Desk) -> dict[str, Status]:
    """Say who is in the session and how."""
    entries = desk.read(lambda reader: reader.registrations("x"))
    return {entry.person.name: entry.registration.status for entry in entries}


def line(desk: Desk) -> list[str]:
    """Name those who wait, in order."""
    return [entry.person.name for entry in desk.read(lambda reader: reader.waiting("x"))]


class TestScenario:
    def test_scenario_005_whoever_comes_too_late_for_a_promised_seat_is_asked_first(self, desk: Desk) -> None:
        """Xenia sees a free seat, Yusuf takes it; Xenia is told the place that would follow, and nothing is stored."""
        seen = preview(desk, "Xenia")
        ask(desk, "Yusuf")
        desk.at("2026-03-12 10:50")

        with pytest.raises(SeatGone) as gone:
            ask(desk, "Xenia", expects_seat=seen.expects_seat)

        assert seen == RequestPreview(
            outlook="seat",
            position=0,
            waiting=0,
            free=1,
            code="",
            says=("A seat is free for you.", "You have it as soon as you ask."),
        )
        assert str(gone.value) == ("The seat that was free for you has gone meanwhile. You would be number 1 in line.")
        assert (gone.value.position, gone.value.submitted_at) == (1, at("2026-03-12 10:50"))
        assert standing(desk) == {"Ana": Status.CONFIRMED, "Yusuf": Status.CONFIRMED}

    def test_scenario_005_and_keeps_the_time_of_the_first_request_by_saying_yes(self, desk: Desk) -> None:
        """Zoe joins while Xenia thinks about it; Xenia asked before her, and stands before her."""
        ask(desk, "Yusuf")
        desk.at("2026-03-12 10:50")
        with pytest.raises(SeatGone) as gone:
            ask(desk, "Xenia", expects_seat=True)
        desk.at("2026-03-12 10:51")
        ask(desk, "Zoe")
        desk.at("2026-03-12 11:50")

        said = ask(desk, "Xenia", submitted_at=gone.value.submitted_at)

        assert said == "Xenia waits, number 1 in line."
        assert line(desk) == ["Xenia", "Zoe"]

    @pytest.mark.parametrize("submitted_at", ["2026-03-12 09:41:59", "2026-03-12 10:42:01"])
    def test_but_only_for_an_hour_and_never_ahead_of_time(self, desk: Desk, submitted_at: str) -> None:
        """Any other time is the present one: nobody is put before people by a time that was made up."""
        ask(desk, "Yusuf")

        ask(desk, "Xenia", submitted_at=at(submitted_at))

        [entry] = desk.read(lambda reader: reader.waiting("x"))
        assert entry.registration.requested_at == at("2026-03-12 10:42")

    def test_and_has_a_seat_where_there_still_is_one(self, desk: Desk) -> None:
        """What was promised is kept without asking."""
        assert ask(desk, "Xenia", expects_seat=True) == "Xenia has a seat."

    def test_and_is_told_of_a_full_list_rather_than_asked(self, desk: Desk) -> None:
        """There is no place to say yes to."""
        for name in ("Yusuf", "Bo", "Cleo", "Dan"):
            ask(desk, name)

        with pytest.raises(WaitlistFull):
            ask(desk, "Xenia", expects_seat=True)

        assert preview(desk, "Xenia") == RequestPreview(
            outlook="refused",
            position=0,
            waiting=3,
            free=0,
            code="waitlist_full",
            says=("This session is full, and so is its waitlist: it takes 3 and no more.",),
        )

    def test_scenario_044_a_changed_window_leaves_what_was_promised(self, desk: Desk) -> None:
        """Ana's offer of 48 hours stays one though offers run 12 from now on; the next one does."""
        for name in ("Bo", "Cleo", "Dan"):
            ask(desk, name)
        entries = {e.person.name: e.registration.id for e in desk.read(lambda reader: reader.registrations("x"))}
        for name in ("Ana", "Bo"):
            desk.drop(entries[name])
        desk.approve(entries["Cleo"])

        said = set_session_rules(
            work=desk.work,
            actor=INES,
            session_id="x",
            wanted={"offer_window": timedelta(hours=12)},
            reason="Seats came back too late",
        )
        desk.approve(entries["Dan"])

        assert said == "The offer window: 12 h from now on, 48 h before. Offers that run keep their deadlines."
        offers = desk.read(lambda reader: reader.offers("x"))
        assert {offer.entry.person.name: offer.expires_at for offer in offers} == {
            "Cleo": at("2026-03-14 10:42"),
            "Dan": at("2026-03-12 22:42"),
        }
        desk.at("2026-03-14 10:41").sweep()
        assert standing(desk)["Cleo"] is Status.OFFERED
        desk.accept(entries["Cleo"])
        assert standing(desk)["Cleo"] is Status.CONFIRMED


class TestThePreview:
    def test_tells_the_place_and_why(self, desk: Desk) -> None:
        """Bo dropped, and the seat is kept for those who wait: number 2 in line."""
        for name in ("Bo", "Cleo"):
            ask(desk, name)
        desk.drop(next(e.registration.id for e in desk.read(lambda r: r.registrations("x")) if e.person.name == "Bo"))

        assert preview(desk, "Zoe") == RequestPreview(
            outlook="place",
            position=2,
            waiting=1,
            free=1,
            code="reserved",
            says=("You would be number 2 in line.", "1 seat is free, but kept for those who wait."),
        )

    def test_tells_whoever_is_in_already(self, desk: Desk) -> None:
        """Known by the employee id alone."""
        assert preview(desk, "Ana").code == "duplicate"

    def test_tells_somebody_of_whom_nothing_is_known_yet(self, desk: Desk) -> None:
        """The form is shown before anything is typed."""
        assert preview(desk, "").outlook == "seat"

    def test_sees_an_offer_that_has_ended_though_no_job_ran(self, desk: Desk) -> None:
        """It is judged by the clock, as the request will be."""
        for name in ("Bo", "Cleo"):
            ask(desk, name)
        entries = {e.person.name: e.registration.id for e in desk.read(lambda reader: reader.registrations("x"))}
        desk.drop(entries["Bo"])
        desk.approve(entries["Cleo"])
        desk.at("2026-03-14 10:42")

        assert preview(desk, "Zoe").outlook == "seat"

    def test_keeps_nothing(self, desk: Desk) -> None:
        """No person, no entry of the record."""
        before = desk.read(lambda reader: (reader.head(), reader.people()))

        preview(desk, "Zoe", email="zoe@tarnwick.example")

        assert desk.read(lambda reader: (reader.head(), reader.people())) == before

    def test_is_for_those_who_may_ask(self, desk: Desk) -> None:
        """Nobody else learns anything by it."""
        with pytest.raises(NotAllowed):
            preview_request(work=desk.work, actor=NOBODY, session_id="x")

    @pytest.mark.parametrize("seat_units", [0, 1001])
    def test_of_no_sensible_number_is_refused(self, desk: Desk, seat_units: int) -> None:
        """As the request would be."""
        with pytest.raises(InvalidInput):
            preview(desk, "Zoe", seat_units=seat_units)

    def test_scenario_086_says_pending_approval_while_seats_are_free(self, desk: Desk) -> None:
        """Only a manager's word is missing: that is no waitlist, and is not called one."""
        desk.session("Y", ("2026-06-04 09:00", "2026-06-04 12:00"), sign_off=SignOff())

        told = preview_request(work=desk.work, actor=INES, session_id="y", employee_id="ZOE")

        assert told.outlook == "approval"
        assert "pending approval" in " ".join(told.says)
        assert "wait" not in " ".join(told.says)


class TestARequestForTheWaitlistAlone:
    def test_waits_though_a_seat_is_free_and_is_somebodys_to_approve(self, desk: Desk) -> None:
        """Ben asks to wait: he is proposed for the free seat, Cleo comes behind him, and Ines decides."""
        told = preview(desk, "Ben", waitlist_only=True)
        said = ask(desk, "Ben", waitlist_only=True)
        ask(desk, "Cleo")

        assert (told.outlook, told.code, told.position) == ("place", "waitlist_only", 1)
        assert said == "Ben waits, number 1 in line."
        assert line(desk) == ["Ben", "Cleo"]
        proposed = desk.read(lambda reader: reader.proposals("x"))
        assert [proposal.entry.person.name for proposal in proposed] == ["Ben"]
        _, [joined] = desk.read(lambda reader: reader.record(search="WaitlistJoined Ben", count=1))
        assert joined.data["terms"]["waitlist_only"] is True

    def test_is_another_request_than_one_for_a_seat(self, desk: Desk) -> None:
        """The key of a form stands for what was asked with it."""
        ask(desk, "Ben", waitlist_only=True, client_key="0123456789abcdef")

        with pytest.raises(KeyUsed):
            ask(desk, "Ben", client_key="0123456789abcdef")

    def test_is_not_for_a_seat_of_a_block(self, desk: Desk) -> None:
        """A block is taken from, and nobody waits for it."""
        with pytest.raises(InvalidInput):
            ask(desk, "Ben", waitlist_only=True, block="board")

    def test_goes_along_to_another_session_only_while_it_waits(self, desk: Desk) -> None:
        """Ben, who waits, waits there as well; Cleo, who was given the seat, has one there."""
        desk.session("Y", ("2026-06-04 09:00", "2026-06-04 12:00"), capacity=3)
        for name in ("Ben", "Cleo"):
            ask(desk, name, waitlist_only=True)
        entries = {e.person.name: e.registration.id for e in desk.read(lambda reader: reader.registrations("x"))}
        desk.approve(entries["Ben"])
        desk.accept(entries["Ben"])

        for name in ("Ben", "Cleo"):
            move = Move(registration_id=entries[name], to_session_id="y", reason="Closer to home")
            transfer_registration(work=desk.work, actor=INES, move=move)

        there = desk.read(lambda reader: reader.registrations("y"))
        assert {e.person.name: e.registration.status.value for e in there} == {"Ben": "confirmed", "Cleo": "waitlisted"}
