"""Many acts of one process, drawn by chance from what is there: some are right, some come too late."""

import time
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random  # noqa: TID251 - seeded, so that each process does its own

from msgspec.structs import replace

from waitlist_app.clock import new_id
from waitlist_app.engine import commands as c
from waitlist_app.engine.model import Roster, Status
from waitlist_app.errors import NotAllowed, Refused, TryAgain
from waitlist_app.repository.work import SqlWork
from waitlist_app.services.acting import carry_out
from waitlist_app.services.actors import Actor
from waitlist_app.services.approve_promotion import approve_promotion
from waitlist_app.services.drop_registration import drop_registration
from waitlist_app.services.move_entry import move_entry
from waitlist_app.services.request_seat import request_seat
from waitlist_app.services.sweep_offers import sweep_offers

SPEED = 600
"""Ten minutes pass in a second, so that offers of a quarter of an hour lapse."""


class QuickClock:
    """A clock that all processes share and that runs fast."""

    def __init__(self, at: datetime, origin: float) -> None:
        """Show `at` when the machine's own clock shows `origin`, in seconds."""
        self._at = at
        self._origin = origin

    def now(self) -> datetime:
        """Give the instant, in UTC."""
        return self._at + timedelta(seconds=(time.monotonic() - self._origin) * SPEED)


def many_acts(work: SqlWork, actor: Actor, *, seed: int, acts: int, origin: float, sessions: list[str]) -> Counter[str]:
    """Carry out `acts` acts, and count how they ended."""
    work._clock = QuickClock(work._clock.now(), origin)
    chance = Random(seed)  # noqa: S311 - no secret
    ended = Counter[str]()
    for _ in range(acts):
        session_id = chance.choice(sessions)
        kind, one_act = _drawn(work, actor, chance, session_id)
        try:
            one_act()
        except Refused as refused:
            ended[f"{kind}: {refused.code}"] += 1
        except (TryAgain, NotAllowed) as error:
            ended[f"{kind}: {type(error).__name__}"] += 1
        else:
            ended[kind] += 1
    return ended


def _drawn(work: SqlWork, actor: Actor, chance: Random, session_id: str) -> tuple[str, Callable[[], object]]:
    """Draw an act on what the screen shows now; it may be gone when the act comes."""
    roster: Roster = work.read(actor, lambda reader: reader.roster(session_id))
    kind = chance.choices(
        ["ask", "drop", "approve", "accept", "decline", "move", "sweep", "capacity"], [8, 3, 5, 3, 1, 1, 1, 1]
    )[0]
    some_one = chance.choice([*roster.registrations] or ["nobody"])
    offered = [r.id for r in roster.registrations.values() if r.status is Status.OFFERED] or [some_one]
    line = [r.id for r in roster.line()] or [some_one]

    def carry(command: c.Command) -> Callable[[], object]:
        return lambda: work.transact(actor, lambda tx: carry_out(tx, command))

    name = f"P{chance.randrange(60)}"
    before = chance.choice([*line, ""])
    proposal = chance.choice([*roster.proposals] or ["none"])
    capacity = chance.randrange(2, 9)
    mover, answering = chance.choice(line), chance.choice(offered)
    acts: dict[str, Callable[[], object]] = {
        "ask": lambda: request_seat(
            work=work,
            actor=actor,
            session_id=session_id,
            employee_id=name,
            name=name,
            email="",
            seat_units=1 + (capacity == 2),
        ),
        "drop": lambda: drop_registration(work=work, actor=actor, registration_id=some_one, reason=""),
        "approve": lambda: approve_promotion(work=work, actor=actor, proposal_id=proposal),
        "accept": carry(c.AcceptOffer(session_id=session_id, registration_id=answering)),
        "decline": carry(c.DeclineOffer(session_id=session_id, registration_id=answering)),
        "move": lambda: move_entry(
            work=work, actor=actor, registration_id=mover, before_id=before, reason=f"Act {new_id()}"
        ),
        "sweep": lambda: sweep_offers(work=work, actor=actor),
        "capacity": carry(
            c.ChangeRules(session_id=session_id, rules=replace(roster.session, capacity=capacity), reason="Room")
        ),
    }
    return kind, acts[kind]
