"""The repository decides from slices of rows what the engine decides in memory: driven side by side, they agree."""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random  # noqa: TID251 - seeded, so that a failure can be repeated
from zoneinfo import ZoneInfo

import pytest

from tests.repository.world import Tarnwick, bare
from waitlist_app.engine.commands import (
    AcceptOffer,
    ApproveProposal,
    ChangeRules,
    Close,
    Command,
    DeclineOffer,
    LapseDue,
    MoveEntry,
    RequestSeat,
    RevokeMove,
    RevokeOffer,
)
from waitlist_app.engine.events import Event
from waitlist_app.engine.ledger import Ledger
from waitlist_app.engine.model import ConflictRule, Facts, LapseRule, Mode, Order, Session, Status
from waitlist_app.errors import Refused
from waitlist_app.services.acting import carry_out
from waitlist_app.services.ports import MeetingDetails, SessionDetails

MORNING = datetime(2026, 3, 2, 9, tzinfo=ZoneInfo("Europe/London"))
NAMES = ("Alice", "Bruno", "Celeste", "Dilan", "Edda", "Farid", "Greta", "Hugo", "Imani", "Jonas", "Keiko", "Lior")
STEPS = 120


class InMemory(Ledger):
    """A ledger that knows what is due, as a transaction does."""

    now = MORNING

    def due(self, until: datetime) -> dict[datetime, list[tuple[str, str]]]:
        """Give the deadlines up to `until`, in order, each with its sessions by code."""
        found = {
            (entry.offer_expires_at, roster.session.code, roster.session.id)
            for roster in self.rosters.values()
            for entry in roster.registrations.values()
            if entry.status is Status.OFFERED and entry.offer_expires_at and entry.offer_expires_at <= until
        }
        due: dict[datetime, list[tuple[str, str]]] = {}
        for instant, code, session_id in sorted(found):
            due.setdefault(instant, []).append((code, session_id))
        return due


@pytest.mark.parametrize("seed", range(6))
class TestTheRepository:
    """Random acts on overlapping sessions, each decided twice."""

    def test_agrees_with_the_engine_after_every_step(self, tarnwick: Tarnwick, seed: int) -> None:
        """Whatever happens, the stored rosters are those that the engine leads to, and so are the events."""
        chance = Random(seed)  # noqa: S311 - no secret
        tarnwick.clock.set(MORNING)
        sessions = _sessions(chance)
        people = tarnwick.open([_details(session, number) for number, session in enumerate(sessions)], NAMES)
        ledger = InMemory(sessions, _overlaps(sessions))

        for step in range(STEPS):
            tarnwick.clock.set(MORNING + timedelta(minutes=step * 17))
            command = _some_command(chance, ledger, sessions, [*people.values()], tarnwick.clock.now(), step)
            tried = deepcopy(ledger)
            tried.now = tarnwick.clock.now()
            in_memory = _outcome(lambda c=command, book=tried: carry_out(book, c))
            ledger = ledger if isinstance(in_memory, str) else tried  # a refused act leaves nothing behind
            stored = _outcome(lambda c=command: tarnwick.act(c))

            assert stored == in_memory
            assert tarnwick.rosters(sessions) == {key: bare(value) for key, value in ledger.rosters.items()}

        assert tarnwick.overlapping_seats() == []


def _sessions(chance: Random) -> list[Session]:
    return [
        Session(
            id=f"session-{code}",
            code=code,
            capacity=chance.choice([1, 2, 3]),
            allowance_units=chance.choice([0, 0, 1]),
            order=chance.choice(list(Order)),
            role_order=("Manager", "New hire"),
            mode=mode,
            standing_approval="standing" if mode is Mode.OFFERED else "",
            offer_window=timedelta(hours=chance.choice([1, 5])),
            waitlist_limit=chance.choice([None, None, 4]),
            conflicts=chance.choice([ConflictRule.WAIT, ConflictRule.WAIT, ConflictRule.BLOCK]),
            on_lapse=chance.choice(list(LapseRule)),
        )
        for code, mode in (("ABR", Mode.MANUAL), ("FAW", Mode.MANUAL), ("FLT", Mode.OFFERED), ("GDM", Mode.MANUAL))
    ]


def _overlaps(sessions: list[Session]) -> dict[str, frozenset[str]]:
    """Give which of them are at the same time: each with the next one, as `_details` lays their meetings."""
    ids = [session.id for session in sessions]
    return {
        one: frozenset(other for at, other in enumerate(ids) if abs(at - number) == 1) for number, one in enumerate(ids)
    }


def _details(session: Session, number: int) -> SessionDetails:
    starts_at = datetime(2026, 5, 4, 9, tzinfo=UTC) + timedelta(hours=2 * number)
    ends_at = starts_at + timedelta(hours=3)
    return SessionDetails(
        rules=session,
        title=session.code,
        location="Leeds",
        zone="Europe/London",
        starts_at=starts_at,
        ends_at=ends_at,
        meetings=(MeetingDetails(starts_at=starts_at, ends_at=ends_at),),
    )


def _some_command(  # noqa: PLR0911, PLR0917 - one arm per command, over the world at one step
    chance: Random, ledger: InMemory, sessions: list[Session], people: list[str], now: datetime, step: int
) -> Command:
    session = chance.choice(sessions)
    roster = ledger.rosters[session.id]
    known = list(roster.registrations.values())
    kind = chance.choice(
        ["request"] * 5
        + ["close"] * 2
        + ["approve"] * 3
        + ["accept", "decline", "revoke", "lapse", "move", "undo", "capacity"]
    )
    some_one = chance.choice(known).id if known else "nobody"
    offered = [entry.id for entry in known if entry.status is Status.OFFERED] or [some_one]
    waiting = [entry.id for entry in known if entry.status is Status.WAITLISTED] or [some_one]
    match kind:
        case "request":
            return RequestSeat(
                session_id=session.id,
                registration_id=f"registration-{step}",
                person_id=chance.choice(people),
                requested_at=now,
                seat_units=chance.choice([1, 1, 1, 2]),
                facts=Facts(role=chance.choice(["Manager", "New hire", ""])),
            )
        case "close":
            return Close(session_id=session.id, registration_id=some_one, status=Status.DROPPED, reason="Shift swap")
        case "approve":
            proposal = chance.choice([*roster.proposals] or ["none"])
            return ApproveProposal(session_id=session.id, proposal_id=proposal, approval="approval")
        case "accept":
            return AcceptOffer(session_id=session.id, registration_id=chance.choice(offered))
        case "decline":
            return DeclineOffer(session_id=session.id, registration_id=chance.choice(offered))
        case "revoke":
            return RevokeOffer(session_id=session.id, registration_id=chance.choice(offered), reason="Sent twice")
        case "lapse":
            return LapseDue(session_id=session.id, until=now)
        case "move":
            return MoveEntry(
                session_id=session.id,
                registration_id=chance.choice(waiting),
                before_id=chance.choice([*waiting, ""]),
                override_id=f"override-{step}",
                reason="Only first-aider on nights",
                approval="approval",
            )
        case "undo":
            override = chance.choice([o.id for o in roster.overrides] or ["none"])
            return RevokeMove(session_id=session.id, override_id=override)
        case _:
            rules = replace(roster.session, capacity=chance.choice([1, 2, 3, 4]))
            return ChangeRules(session_id=session.id, rules=rules, reason="Bigger room")


def _outcome(unit: Callable[[], tuple[Event, ...]]) -> tuple[Event, ...] | str:
    try:
        return unit()
    except Refused as refused:
        return refused.code
