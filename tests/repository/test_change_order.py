"""Another order of the line, and other facts that it reads."""

import pytest

from tests.desk import INES, NOBODY, Desk, at
from waitlist_app.engine.model import Facts, Order, PriorityRule, RankBy
from waitlist_app.engine.refusals import ReasonMissing
from waitlist_app.errors import InvalidInput, NotAllowed
from waitlist_app.services.change_facts import change_facts
from waitlist_app.services.change_order import change_order
from waitlist_app.services.reasons import basis

ONE_DAY = "2026-04-08 08:00", "2026-04-08 16:00"
BY_SITE = (PriorityRule(by=RankBy.ATTRIBUTE, attribute="site", values=("Hull",)),)


@pytest.fixture
def desk(database_url: str):
    """Open a session without seats, in which three people wait."""
    desk = Desk(database_url)
    desk.session("WAH", ONE_DAY, title="Working at Height", capacity=0)
    desk.ask("Oona Birchwood", "wah", team="Finance")
    desk.ask("Imani Vestergrove", "wah")
    desk.ask("Keiko Harrowgate", "wah", role="Safety officer", deadline=at("2026-03-28 00:00").date())
    yield desk
    desk.engine.dispose()


def line(desk: Desk) -> list[str]:
    """List who waits, by first name."""
    return [e.person.name.split()[0] for e in desk.read(lambda reader: reader.waiting("wah"))]


class TestAnotherOrder:
    def test_places_everybody_and_tells_how_many_gained_and_lost(self, desk: Desk) -> None:
        """By deadline, Keiko comes first and two people move down."""
        said = change_order(
            work=desk.work, actor=INES, session_id="wah", order=Order.PRIORITY, reason="Works agreement"
        )

        assert said == "The order was changed: 1 person moves up, 2 people move down."
        assert line(desk) == ["Keiko", "Oona", "Imani"]

    def test_that_is_the_order_already_changes_nothing(self, desk: Desk) -> None:
        """Nobody is moved, and that is said."""
        said = change_order(work=desk.work, actor=INES, session_id="wah", order=Order.FIRST_COME, reason="Habit")

        assert said == "This is the order already."

    def test_is_an_override_and_needs_a_reason(self, desk: Desk) -> None:
        """Without one nothing is saved."""
        with pytest.raises(ReasonMissing):
            change_order(work=desk.work, actor=INES, session_id="wah", order=Order.PRIORITY, reason=" ")

        assert line(desk) == ["Oona", "Imani", "Keiko"]

    def test_by_an_attribute_without_a_name_is_refused(self, desk: Desk) -> None:
        """The form says what is missing."""
        rules = (PriorityRule(by=RankBy.ATTRIBUTE),)

        with pytest.raises(InvalidInput, match="name the attribute"):
            change_order(
                work=desk.work, actor=INES, session_id="wah", order=Order.PRIORITY, priority=rules, reason="Site rule"
            )

    def test_is_for_those_who_may_ask_for_and_approve_overrides(self, desk: Desk) -> None:
        """Nobody else learns more than that there is nothing."""
        with pytest.raises(NotAllowed):
            change_order(work=desk.work, actor=NOBODY, session_id="wah", order=Order.PRIORITY, reason="For me")


class TestAnotherFact:
    def test_places_the_person_and_tells_whom_it_passes(self, desk: Desk) -> None:
        """Imani works in Hull after all, where the course is needed first."""
        change_order(
            work=desk.work, actor=INES, session_id="wah", order=Order.PRIORITY, priority=BY_SITE, reason="Hull first"
        )

        said = change_facts(
            work=desk.work,
            actor=INES,
            registration_id="imani-wah",
            role="",
            department="",
            compliance_deadline=None,
            attributes=(("site", "Hull"),),
            reason="The form had the wrong site",
        )

        assert said == "Imani Vestergrove moved from 2 to 1. 1 person passed over."
        imani = desk.read(lambda reader: reader.registration("imani-wah"))
        wah = desk.read(lambda reader: reader.session("wah"))
        assert imani.facts == Facts(attributes=(("site", "Hull"),))
        assert basis(imani, wah, desk.clock.now()).why == "site Hull"

    def test_that_the_order_does_not_read_is_saved_and_moves_nobody(self, desk: Desk) -> None:
        """First come stays first served."""
        said = change_facts(
            work=desk.work,
            actor=INES,
            registration_id="imani-wah",
            role="Manager",
            department="",
            compliance_deadline=None,
            attributes=(),
            reason="New job",
        )

        assert said == "Saved. Imani Vestergrove keeps the place."

    def test_is_on_the_record_with_its_reason(self, desk: Desk) -> None:
        """Whoever looks later sees who changed what, and why."""
        change_facts(
            work=desk.work,
            actor=INES,
            registration_id="imani-wah",
            role="Manager",
            department="",
            compliance_deadline=None,
            attributes=(),
            reason="New job",
        )

        _, [act] = desk.read(lambda reader: reader.record(session_id="wah", count=1))

        assert act.act == "FactsChanged"
        assert act.texts["reason"] == "New job"
        assert act.texts["details"] == '{"is":{"role":"Manager"},"was":{}}'
        assert "Manager" not in str(act.data)
