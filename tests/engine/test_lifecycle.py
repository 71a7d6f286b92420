"""The life-cycle of a registration: the table, what the engine does, and the page agree."""

from datetime import timedelta
from pathlib import Path
from typing import get_args

import pytest

from tests.builders import SAFETY, Story, at, session
from waitlist_app.engine import commands as c
from waitlist_app.engine.events import RegistrationClosed
from waitlist_app.engine.evolve import evolve
from waitlist_app.engine.lifecycle import TRANSITIONS, Changing, diagram
from waitlist_app.engine.model import Asking, LapseRule, Roster, SignOff, SilenceRule, Status

PAGE = Path(__file__).resolve().parents[2] / "docs" / "engine.md"
ENDS = {"OfferDeclined": Status.DECLINED, "OfferLapsed": Status.LAPSED, "OfferRevoked": Status.REVOKED}


def walked(story: Story, start: Roster) -> set[tuple[Status | None, type, Status]]:
    """List the arrows that a story went along."""
    arrows: set[tuple[Status | None, type, Status]] = set()
    roster = start
    for event in story.ledger.events:
        after = evolve(roster, event)
        if isinstance(event, Changing):
            key = event.registration_id
            was = roster.registrations[key].status if key in roster.registrations else None
            closed = event.status if isinstance(event, RegistrationClosed) else ENDS.get(type(event).__name__)
            becomes = after.registrations[key].status if key in after.registrations else closed
            assert becomes is not None
            arrows.add((was, type(event), becomes))
        roster = after
    return arrows


def a_full_life(rule: LapseRule, closing: Status) -> set[tuple[Status | None, type, Status]]:
    """Tell a story in which everything happens to somebody."""
    rules = session(capacity=1, on_lapse=rule)
    story = Story(rules)
    story.ask("Ana", "Bo", "Cleo", "Dan", "Eve", "Finn")
    story.drop("Ana", status=closing)
    story.approve("Bo")
    story.undo_approval("Bo")
    story.approve("Bo")
    story.decline("Bo")
    story.approve("Cleo")
    story.revoke("Cleo")
    story.approve("Dan")
    story.now = at("2026-03-04 10:00")
    story.sweep()
    story.approve("Eve")
    story.drop("Eve", status=closing)
    story.approve("Finn")
    story.accept("Finn")
    story.ask("Gus")
    story.drop("Gus", status=closing)
    story.ask("Hana", "Ivo")
    story.grant("Ivo")
    story.act(c.NoteNoShow(session_id=SAFETY, registration_id=story.id_of("Ivo")))
    story.drop("Finn", status=closing)
    story.approve("Hana", is_direct=True)
    return walked(story, Roster(session=rules)) | a_request_not_signed_off() | a_seat_not_confirmed_again()


def a_request_not_signed_off() -> set[tuple[Status | None, type, Status]]:
    """Tell of somebody whose manager says no."""
    rules = session(sign_off=SignOff())
    story = Story(rules)
    story.ask("Ana")
    story.answer_sign_off("Ana", is_given=False)
    return walked(story, Roster(session=rules))


def a_life_at_a_price(closing: Status) -> set[tuple[Status | None, type, Status]]:
    """Tell of people who have to pay: some do, some do not, and one gets the money back."""
    rules = session(capacity=2, price=4900)
    story = Story(rules)
    story.ask("Ana", "Bo", "Cleo", "Dan")
    story.pay("Ana")
    story.drop("Bo", status=closing)
    story.approve("Cleo")
    story.accept("Cleo")
    story.grant("Dan")
    story.now += timedelta(minutes=60)
    story.sweep()
    story.give_back("Ana 1", "Ana", 4900)
    return walked(story, Roster(session=rules)) | a_paid_seat_too_late_for_an_offer()


def a_paid_seat_too_late_for_an_offer() -> set[tuple[Status | None, type, Status]]:
    """Tell of somebody who gets a seat at the last moment, and has to pay for it."""
    rules = session(price=4900, starts_at=at("2026-03-02 10:04"))
    story = Story(rules)
    story.ask("Ana", "Bo")
    story.drop("Ana")
    story.approve("Bo", is_direct=True)
    return walked(story, Roster(session=rules))


def a_seat_not_confirmed_again() -> set[tuple[Status | None, type, Status]]:
    """Tell of somebody who says nothing when the session is moved."""
    rules = session()
    story = Story(rules)
    story.ask("Ana")
    story.reschedule(asking=Asking(by=at("2026-03-04 10:00"), on_silence=SilenceRule.RELEASE))
    story.now = at("2026-03-04 10:00")
    story.sweep()
    return walked(story, Roster(session=rules))


class TestTheTable:
    def test_has_every_arrow_that_lives_go_along_and_no_other(self):
        """What can happen to somebody is in the table, and what is in the table can happen."""
        seen = {
            arrow
            for rule in LapseRule
            for closing in (Status.DROPPED, Status.LEFT, Status.REMOVED, Status.TRANSFERRED, Status.CANCELLED)
            for arrow in a_full_life(rule, closing) | a_life_at_a_price(closing)
        }

        assert seen == {(t.was, t.event, t.becomes) for t in TRANSITIONS}

    @pytest.mark.parametrize("event", get_args(Changing), ids=lambda event: event.__name__)
    def test_knows_every_event_that_changes_a_status(self, event):
        """No such event is without an arrow."""
        assert event in {t.event for t in TRANSITIONS}


class TestThePage:
    def test_shows_the_diagram_of_the_table(self):
        """The drawing in the documentation is the one that the table gives."""
        assert f"```mermaid\n{diagram()}\n```" in PAGE.read_text(encoding="utf-8")
