"""What an override that waits would do, in a few words, and how many it passes, as far as reading alone tells."""

from dataclasses import dataclass
from typing import Final

from waitlist_app.engine.commands import (
    AskEarlier,
    ChangeOrder,
    Command,
    GrantSeat,
    LiftRule,
    MoveEntry,
    PassOver,
    RecordPlace,
    RequestSeat,
)
from waitlist_app.engine.model import Registration, Status
from waitlist_app.errors import NotAllowed
from waitlist_app.services.approvals import OverrideRequest
from waitlist_app.services.overriding import command_of
from waitlist_app.services.ports import Reader, SessionFacts
from waitlist_app.services.sentences import SOMEBODY
from waitlist_app.services.wording import counted

_BESIDE: Final = "a seat beside the one elsewhere"


@dataclass(frozen=True, slots=True, kw_only=True)
class InShort:
    """An override that waits, in short."""

    what: str
    """As in `Move Oona Birchwood from 7 to 3`."""
    passes: str
    """As in `Passes over 4 people`; empty where only carrying it out tells."""
    is_over: bool = False
    """Whether somebody whom it needs waits no longer, so that it cannot be carried out any more."""
    is_order: bool = False
    """Whether it is only about the order of the line."""


def in_short(reader: Reader, request: OverrideRequest, facts: SessionFacts) -> InShort:
    """Say what a request would do to its session as that is now."""
    command = command_of(request, approval="")
    name = request.person_name or _name(reader, str(getattr(command, "person_id", "")))
    match command:
        case MoveEntry():
            return _move(reader, command, name, facts)
        case ChangeOrder():
            return InShort(what="Change the order of the line", passes="", is_order=True)
        case PassOver(instead_id=instead_id):
            instead = reader.registration(instead_id).person.name or SOMEBODY
            return InShort(what=f"Pass {name} over and propose {instead}", passes=_passes(1))
        case GrantSeat(registration_id=registration_id):
            entry = reader.registration(registration_id).registration
            passes = _passes(reader.ahead(facts.rules.id, entry.line_key)) if _waits(entry) else ""
            return InShort(what=f"Give {name} a seat beyond the limit", passes=passes, is_over=not passes)
        case RequestSeat() if not command.lifts:
            what = f"Move {name} to {facts.rules.code}" if command.terms.transferred_from else f"Give {name} a seat"
            return InShort(what=f"{what} past the line", passes=_passes(facts.tally.waiting))
        case _:
            return InShort(what=_other(command, name), passes=_passes(0) if isinstance(command, LiftRule) else "")


def _other(command: Command, name: str) -> str:
    match command:
        case LiftRule() | RequestSeat():
            return f"Allow {name} {_BESIDE}"
        case AskEarlier(terms=terms) if terms.reinstates:
            return f"Put {name} back"
        case AskEarlier():
            return f"Add {name} with an earlier time"
        case RecordPlace(status=status):
            return f"Write down {'a place in line' if status is Status.WAITLISTED else 'a seat'} of {name}"
        case _:
            return f"An override for {name}"


def _move(reader: Reader, command: MoveEntry, name: str, facts: SessionFacts) -> InShort:
    entry = reader.registration(command.registration_id).registration
    before = reader.registration(command.before_id).registration if command.before_id else None
    if not _waits(entry) or (before and not _waits(before)):
        return InShort(what=f"Move {name} in the line", passes="", is_over=True, is_order=True)
    start = reader.ahead(facts.rules.id, entry.line_key) + 1
    end = facts.tally.waiting
    if before:
        end = reader.ahead(facts.rules.id, before.line_key) + 1
        end -= start < end  # moved down, the entry leaves a gap that those below it close
    return InShort(what=f"Move {name} from {start} to {end}", passes=_passes(max(start - end, 0)), is_order=True)


def _waits(registration: Registration) -> bool:
    return registration.status is Status.WAITLISTED


def _passes(count: int) -> str:
    return f"Passes over {counted(count, 'person', 'people')}" if count else "Passes over nobody"


def _name(reader: Reader, person_id: str) -> str:
    try:
        return reader.person(person_id).name if person_id else SOMEBODY
    except NotAllowed:  # erased meanwhile, or merged
        return SOMEBODY
