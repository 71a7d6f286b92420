"""Overrides: each has a reason and an approval, and nobody approves their own.

`override` is the one way to carry an override out. Where the organisation demands a second person, and for whoever
would be approving something for themselves, it records a request instead, which another member approves or declines.
"""

from collections.abc import Container, Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final, Protocol, get_args

from msgspec.structs import replace

from waitlist_app.clock import new_id
from waitlist_app.engine.commands import AskEarlier, ChangeOrder, Command, RecordPlace, RequestSeat
from waitlist_app.engine.events import Event
from waitlist_app.engine.model import Facts
from waitlist_app.engine.refusals import ReasonMissing
from waitlist_app.errors import Defect
from waitlist_app.services.acting import carry_out_all
from waitlist_app.services.actors import Permission, Role
from waitlist_app.services.approvals import OverrideRequest, OwnApproval, SecondPersonNeeded
from waitlist_app.services.completing import completed
from waitlist_app.services.happenings import OverrideAsked
from waitlist_app.services.plain import from_plain, to_plain
from waitlist_app.services.ports import Entry, PersonFacts, Reader, Transaction

_KINDS: Final[dict[str, type[Command]]] = {kind.__name__: kind for kind in get_args(Command)}


class Overriding(Protocol):
    """A command that carries an override out: it names its session, why, and the approval it rests on."""

    @property
    def session_id(self) -> str:
        """The session it is about."""
        ...

    @property
    def reason(self) -> str:
        """Why, in the words of who asks."""
        ...

    @property
    def approval(self) -> str:
        """The id of the approval; empty until it is signed."""
        ...


def override(
    tx: Transaction,
    command: Command,
    *,
    person: PersonFacts | None,
    subject_id: str,
    permission: Permission = Permission.ASK_OVERRIDE,
) -> tuple[Event, ...] | None:
    """Carry an override for `person` out on the actor's word and give its events, or ask and give None.

    `command` has a reason, an empty approval, and no personal text in any other field, except `facts`; `subject_id` is
    what the approval names; `person` is None for an act that is for nobody alone. Its session is locked. Raises
    `ReasonMissing`, `NotAllowed`, and what the command refuses.
    """
    wanted = _overriding(command)
    tx.actor.require(permission)
    if not wanted.reason.strip():
        raise ReasonMissing
    if tx.approval_rules.needs_second_person or (person and is_own(tx, person.email)):
        _ask(tx, command, person, subject_id)
        return None
    tx.actor.require(Permission.APPROVE_OVERRIDE)
    reason = wanted.reason.strip()
    approval = tx.sign(kind="override", subject_id=subject_id, session_id=wanted.session_id, reason=reason)
    return carry_out_all(tx, completed(tx, _with(command, reason=reason, approval=approval)))


def sign_now(tx: Transaction, *, person: PersonFacts, subject_id: str, session_id: str, reason: str) -> str:
    """Sign an override that is a part of a larger act, and give the approval; the larger act cannot wait for anybody.

    Raises `SecondPersonNeeded` where somebody else has to approve it.
    """
    tx.actor.require(Permission.ASK_OVERRIDE)
    if tx.approval_rules.needs_second_person or is_own(tx, person.email):
        raise SecondPersonNeeded(person.name)
    tx.actor.require(Permission.APPROVE_OVERRIDE)
    return tx.sign(kind="override", subject_id=subject_id, session_id=session_id, reason=reason.strip())


def asked(what: str) -> str:
    """Say that a request was recorded; `what` is a whole clause, as in `moving Imani`."""
    return f"Recorded: somebody else of the team has to approve {what}."


def is_own(tx: Transaction, email: str) -> bool:
    """Say whether the actor is the person behind `email`, case and blanks apart, where the organisation minds."""
    return bool(email) and normalised(email) == address_of_actor(tx)


def own_among(tx: Transaction, entries: Iterable[Entry]) -> list[Entry]:
    """Give those that are the actor's own, where the organisation minds; who that is is asked once, however many."""
    address = address_of_actor(tx)
    return [entry for entry in entries if address and normalised(entry.person.email) == address]


def address_of_actor(tx: Transaction) -> str:
    """Give the address by which the actor's own are known; empty for the clock, and where that is allowed."""
    if tx.actor.role is Role.SYSTEM or tx.approval_rules.allows_own:
        return ""
    return tx.team.member(tx.actor.id).email


def forbid_own(tx: Transaction, email: str) -> None:
    """Pass, or raise `OwnApproval` when the actor would be approving something for themselves."""
    if is_own(tx, email):
        raise OwnApproval


@contextmanager
def own_stays_behind(tx: Transaction, session_id: str) -> Generator[None]:
    """Carry out an act on the actor's word; raises `OwnApproval` where an entry of their own moves up by it."""
    before = tx.read.waiting(session_id)
    own = [entry.registration.id for entry in own_among(tx, before)]
    yield
    if own:
        was = [entry.registration.id for entry in before]
        now = [entry.registration.id for entry in tx.read.waiting(session_id)]
        stay = frozenset(was) & frozenset(now)
        if any(_ahead(now, one, stay) < _ahead(was, one, stay) for one in stay.intersection(own)):
            raise OwnApproval


def _ahead(line: Sequence[str], registration_id: str, of: Container[str]) -> int:
    return sum(other in of for other in line[: line.index(registration_id)])


def normalised(email: str) -> str:
    """Give an address as the team's are kept."""
    return email.strip().casefold()


def barred_from(reader: Reader, requests: Sequence[OverrideRequest]) -> Mapping[str, frozenset[str]]:
    """Say by request who of the team may not approve it: whoever asked for it, and whom it is for."""
    if not requests:
        return {}
    team = () if reader.approval_rules().allows_own else reader.team()
    return {
        request.id: frozenset(
            {request.asked_by, *(one.id for one in team if request.email and normalised(one.email) == request.email)}
        )
        for request in requests
    }


def command_of(request: OverrideRequest, *, approval: str) -> Command:
    """Build the command of a request again, with the approval that it now rests on."""
    values = {**request.command, "reason": request.reason, "approval": approval}
    return from_plain(_KINDS[request.kind], values)


def _ask(tx: Transaction, command: Command, person: PersonFacts | None, subject_id: str) -> None:
    wanted = _overriding(command)
    request = OverrideRequest(
        id=new_id(),
        kind=type(command).__name__,
        session_id=wanted.session_id,
        registration_id=str(getattr(command, "registration_id", "")),
        email=normalised(person.email) if person else "",
        subject_id=subject_id,
        command=to_plain(_without_texts(command)),
        reason=wanted.reason.strip(),
        status="open",
        asked_by=tx.actor.id,
        asked_by_name=tx.actor.name,
        asked_at=tx.now,
    )
    tx.override_requests.add(request)
    tx.note(
        OverrideAsked(
            request_id=request.id,
            kind=request.kind,
            session_id=request.session_id,
            registration_id=request.registration_id,
            person_id=person.id if person else "",
            reason=request.reason,
        )
    )


def _overriding(command: Any) -> Overriding:
    if not hasattr(command, "reason") or not hasattr(command, "approval"):
        detail = f"{type(command).__name__} is not an override."
        raise Defect(detail)
    return command


def _without_texts(command: Any) -> Command:
    """Leave out what is said of people; `completing` finds it again when the command is carried out."""
    bare = _with(command, reason="", approval="")
    match bare:
        case ChangeOrder():
            return replace(bare, facts={})
        case AskEarlier() | RecordPlace() | RequestSeat():
            return replace(bare, facts=Facts())
        case _:
            return bare


def _with(command: Any, **values: str) -> Command:
    return replace(command, **values)
