"""What would happen, decided over a real database and kept nowhere."""

import pytest

from tests.desk import INES, NOBODY, Desk, first_aid
from waitlist_app.engine.commands import Close
from waitlist_app.engine.model import Order, Status
from waitlist_app.errors import NotAllowed
from waitlist_app.services.change_order import order_command
from waitlist_app.services.what_if import what_if

FAW = "faw-0318"
DROP = Close(session_id="abw-0318", registration_id="pavel-abw-0318", status=Status.DROPPED)


@pytest.fixture
def desk(database_url: str):
    """Open the desk in the middle of a story; see `first_aid`."""
    desk = first_aid(database_url)
    yield desk
    desk.engine.dispose()


class TestWhatIf:
    def test_shows_what_follows_in_other_sessions_too(self, desk: Desk) -> None:
        """Pavel gives up the seat that kept him from First Aid, and is proposed there in Keiko's place."""
        told = what_if(work=desk.work, actor=INES, commands=lambda _: [DROP])

        said = {c.registration_id: (c.was, c.becomes, c.was_proposed, c.is_proposed) for c in told.changes}
        assert said == {
            "pavel-abw-0318": ("confirmed", "", False, False),
            "pavel-faw-0318": ("waitlisted", "waitlisted", False, True),
            "keiko-faw-0318": ("waitlisted", "waitlisted", True, False),
        }
        assert [message.registration_id for message in told.messages] == ["pavel-abw-0318"]

    def test_keeps_nothing(self, desk: Desk) -> None:
        """Afterwards everything is as before, the record included."""
        before = desk.read(lambda reader: (reader.head(), reader.roster(FAW)))

        what_if(work=desk.work, actor=INES, commands=lambda _: [DROP])

        assert desk.read(lambda reader: (reader.head(), reader.roster(FAW))) == before

    def test_shows_who_gains_and_who_loses_by_another_order(self, desk: Desk) -> None:
        """Nobody has a deadline or a role that counts, so nobody moves."""
        told = what_if(
            work=desk.work,
            actor=INES,
            commands=lambda tx: [order_command(tx, FAW, Order.PRIORITY, (), "Works agreement")],
        )

        assert told.changes == ()

    def test_is_for_those_who_may_act(self, desk: Desk) -> None:
        """Nobody else learns more than that there is nothing."""
        with pytest.raises(NotAllowed):
            what_if(work=desk.work, actor=NOBODY, commands=lambda _: [DROP])
