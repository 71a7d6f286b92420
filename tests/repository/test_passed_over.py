"""How often somebody was passed over stays true whatever becomes of the move."""

from datetime import UTC, datetime

from msgspec.structs import replace

from tests.repository.world import Tarnwick
from waitlist_app.engine.commands import (
    ApproveProposal,
    ChangeRules,
    MoveEntry,
    RequestSeat,
    RevokeMove,
    RevokeOffer,
)
from waitlist_app.engine.model import Session
from waitlist_app.services.ports import SessionDetails

FAW = Session(id="FAW", code="FAW", capacity=0)
STARTS_AT = datetime(2026, 5, 4, 9, tzinfo=UTC)


class TestSomebodyWhoWasPassed:
    """Imani and Jonas wait; Keiko is moved before both."""

    def test_is_told_so_even_after_the_offer_to_the_other_was_taken_back(self, tarnwick: Tarnwick) -> None:
        """Taking the offer back does not unsay that two people were passed over for it."""
        _line_with_a_move(tarnwick)
        tarnwick.act(ChangeRules(session_id="FAW", rules=replace(FAW, capacity=1)))
        tarnwick.act(ApproveProposal(session_id="FAW", proposal_id="FAW.1", approval="ines"))

        tarnwick.act(RevokeOffer(session_id="FAW", registration_id="Keiko", reason="Wrong person"))

        assert _passed_over(tarnwick) == {"Imani": 1, "Jonas": 1}

    def test_is_no_longer_passed_when_the_move_is_undone(self, tarnwick: Tarnwick) -> None:
        """Undoing the move leaves everybody as before."""
        _line_with_a_move(tarnwick)

        tarnwick.act(RevokeMove(session_id="FAW", override_id="move"))

        assert _passed_over(tarnwick) == {"Imani": 0, "Jonas": 0, "Keiko": 0}


def _line_with_a_move(tarnwick: Tarnwick) -> None:
    details = SessionDetails(
        rules=FAW,
        title="First Aid",
        location="Leeds",
        zone="Europe/London",
        starts_at=STARTS_AT,
        ends_at=STARTS_AT.replace(hour=12),
    )
    people = tarnwick.open([details], ["Imani", "Jonas", "Keiko"])
    for name, person_id in people.items():
        tarnwick.act(
            RequestSeat(session_id="FAW", registration_id=name, person_id=person_id, requested_at=tarnwick.clock.now())
        )
    tarnwick.act(
        MoveEntry(
            session_id="FAW",
            registration_id="Keiko",
            before_id="Imani",
            override_id="move",
            reason="Only first-aider on nights",
            approval="ines",
        )
    )


def _passed_over(tarnwick: Tarnwick) -> dict[str, int]:
    with tarnwick.work.engine.connect() as connection:
        rows = connection.exec_driver_sql("select id, passed_over from registration where status = 'waitlisted'")
        return {row.id: row.passed_over for row in rows}
