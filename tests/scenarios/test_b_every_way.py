"""Scenario 18: however a seat comes back, the next in line is proposed for it once; through the use cases."""

from collections.abc import Callable
from typing import Final

import pytest
from sqlalchemy import select

from tests.desk import INES, Desk, at, member
from waitlist_app.engine.model import Status
from waitlist_app.repository.rows import PROPOSAL
from waitlist_app.services.actors import Role
from waitlist_app.services.change_seats import Seats, change_seats
from waitlist_app.services.drop_registration import drop_registration
from waitlist_app.services.erase_person import erase_person
from waitlist_app.services.moves import Move
from waitlist_app.services.remove_registrations import remove_registrations
from waitlist_app.services.revoke_offer import expire_offer
from waitlist_app.services.transfer_registration import transfer_registration

FAW, ABW = "faw", "abw"
HELENA = member("Helena Voss", Role.OWNER)
Way = Callable[[Desk], object]


def _to_another_session(desk: Desk) -> None:
    move = Move(registration_id="ana-faw", to_session_id=ABW, reason="Night shift")
    transfer_registration(work=desk.work, actor=INES, move=move)


def _more_seats(desk: Desk) -> None:
    change_seats(work=desk.work, actor=INES, session_id=FAW, wanted=Seats(capacity=2), reason="Larger room")


def _several_removed(desk: Desk) -> None:
    registration_ids = ["ian-faw", "ana-faw"]
    remove_registrations(work=desk.work, actor=INES, registration_ids=registration_ids, reason="Left the company")


def _account_deleted(desk: Desk) -> None:
    ana = desk.read(lambda reader: reader.registration("ana-faw")).person
    erase_person(
        work=desk.work,
        actor=HELENA,
        person_id=ana.id,
        typed=ana.email,
        reason="A request of 2 March",
        gives_back=["ana-faw"],
    )


WAYS: Final[dict[str, Way]] = {
    "dropped": lambda desk: desk.drop("ana-faw"),
    "dropped by staff": lambda desk: drop_registration(
        work=desk.work, actor=INES, registration_id="ana-faw", reason="Called"
    ),
    "removed": lambda desk: remove_registrations(
        work=desk.work, actor=INES, registration_ids=["ana-faw"], reason="Left the company"
    ),
    "several removed": _several_removed,
    "account deleted": _account_deleted,
    "transferred": _to_another_session,
    "a seat more": _more_seats,
}
OF_AN_OFFER: Final[dict[str, Way]] = {
    "declined": lambda desk: desk.decline("ian-faw"),
    "lapsed": lambda desk: desk.at("2026-03-04 09:00").sweep(),
    "revoked": lambda desk: desk.revoke("ian-faw", "Wrong person"),
    "ended by hand": lambda desk: expire_offer(
        work=desk.work, actor=INES, registration_id="ian-faw", reason="No answer on the phone"
    ),
}


@pytest.fixture
def desk(database_url: str):
    """Open a session of one seat, which Ana has; Ian waits, then Bo."""
    desk = Desk(database_url, at("2026-03-02 09:00"), team=(INES, HELENA))
    desk.session("FAW", ("2026-03-18 09:00", "2026-03-18 12:00"))
    desk.session("ABW", ("2026-03-19 09:00", "2026-03-19 12:00"))
    for name in ("Ana", "Ian", "Bo"):
        desk.ask(name, FAW)
    yield desk
    desk.engine.dispose()


def proposals_of_bo(desk: Desk) -> list[str]:
    """Say how each proposal stands that was ever made for Bo."""
    with desk.engine.connect() as connection:
        query = select(PROPOSAL.c.status).where(PROPOSAL.c.registration_id == "bo-faw")
        return list(connection.scalars(query))


class TestTheNextInLine:
    @pytest.mark.parametrize("way", WAYS.values(), ids=[*WAYS])
    def test_scenario_018_is_proposed_once_for_a_seat(self, desk: Desk, way: Way):
        """Bo is first: one proposal, whichever way the seat came back."""
        if way is not _several_removed:
            desk.drop("ian-faw", status=Status.LEFT)

        way(desk)

        assert proposals_of_bo(desk) == ["open"]

    @pytest.mark.parametrize("way", OF_AN_OFFER.values(), ids=[*OF_AN_OFFER])
    def test_scenario_018_is_proposed_once_for_an_offer(self, desk: Desk, way: Way):
        """Ian had an offer for Ana's seat, and no longer has."""
        desk.drop("ana-faw")
        desk.approve("ian-faw")

        way(desk)

        assert proposals_of_bo(desk) == ["open"]
