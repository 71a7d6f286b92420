"""What would happen, decided over a real database and kept nowhere."""

import pytest
from msgspec.structs import replace

from tests.desk import INES, NOBODY, Desk, first_aid
from waitlist_app.engine.commands import ChangeRules, Close
from waitlist_app.engine.model import Mode, Order, PriorityRule, RankBy, StandingApproval, Status
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
        """Finance comes first: Oona gains two places and the proposal; Pavel and Keiko lose one each, and she hers."""
        finance = (PriorityRule(by=RankBy.DEPARTMENT, values=("Finance",)),)
        told = what_if(
            work=desk.work,
            actor=INES,
            commands=lambda tx: [order_command(tx, FAW, Order.PRIORITY, finance, "Works agreement")],
        )

        assert [
            (one.registration_id, one.from_position, one.to_position, one.was_proposed, one.is_proposed)
            for one in told.changes
        ] == [
            ("oona-faw-0318", 3, 1, False, True),
            ("pavel-faw-0318", 1, 2, False, False),
            ("keiko-faw-0318", 2, 3, True, False),
        ]
        assert told.messages == ()

    def test_decides_several_commands_as_the_one_act_that_they_would_be(self, desk: Desk) -> None:
        """Dan's seat and the limit go together: nobody is offered the seat in between, so nothing is against it."""
        signed = StandingApproval(id="standing")
        desk.session(
            "GDPR", ("2026-04-02 09:00", "2026-04-02 12:00"), capacity=2, mode=Mode.OFFERED, standing_approval=signed
        )
        for name in ("Cleo", "Dan", "Eve"):
            desk.ask(name, "gdpr")
        rules = desk.read(lambda reader: reader.session("gdpr")).rules
        removed = Close(session_id="gdpr", registration_id="dan-gdpr", status=Status.REMOVED, reason="Left")
        lowered = ChangeRules(session_id="gdpr", rules=replace(rules, capacity=1), reason="Smaller room")

        told = what_if(work=desk.work, actor=INES, commands=lambda _: [removed, lowered])

        assert [(one.registration_id, one.was, one.becomes) for one in told.changes] == [("dan-gdpr", "confirmed", "")]

    def test_is_for_those_who_may_act(self, desk: Desk) -> None:
        """Nobody else learns more than that there is nothing."""
        with pytest.raises(NotAllowed):
            what_if(work=desk.work, actor=NOBODY, commands=lambda _: [DROP])
