"""Several requests in one transaction, as an import makes them."""

from datetime import UTC, datetime

from tests.repository.world import INES, Tarnwick, person
from waitlist_app.engine.commands import RequestSeat
from waitlist_app.engine.model import Session
from waitlist_app.services.acting import carry_out
from waitlist_app.services.ports import MeetingDetails, SessionDetails, Transaction

STARTS_AT = datetime(2026, 5, 4, 9, tzinfo=UTC)
ENDS_AT = datetime(2026, 5, 4, 12, tzinfo=UTC)


class TestAnImport:
    """One transaction for a whole file."""

    def test_sees_the_seat_that_a_newcomer_got_a_line_earlier(self, tarnwick: Tarnwick) -> None:
        """Somebody new who asks for two sessions at the same time gets one seat and waits for the other."""
        sessions = [_session("FAW"), _session("FLT")]
        tarnwick.open(sessions, [])

        tarnwick.work.transact(INES, _both)

        rosters = tarnwick.rosters([session.rules for session in sessions])
        assert [roster["line"] for roster in rosters.values()] == [[], ["second"]]
        assert tarnwick.overlapping_seats() == []


def _session(code: str) -> SessionDetails:
    return SessionDetails(
        rules=Session(id=code, code=code, capacity=5),
        title=code,
        location="Leeds",
        zone="Europe/London",
        starts_at=STARTS_AT,
        ends_at=ENDS_AT,
        meetings=(MeetingDetails(starts_at=STARTS_AT, ends_at=ENDS_AT),),
    )


def _both(tx: Transaction) -> None:
    imani = tx.find_or_add_person(person("Imani"))
    for registration_id, session_id in (("first", "FAW"), ("second", "FLT")):
        command = RequestSeat(
            session_id=session_id, registration_id=registration_id, person_id=imani, requested_at=tx.now
        )
        carry_out(tx, command)
