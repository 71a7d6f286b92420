"""What approvals have to be like, and overrides that wait for a second person's word."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Protocol

from waitlist_app.errors import Refused

ESCALATES_AFTER: Final = timedelta(hours=72)
"""How long a proposal waits before it is ageing, unless the organisation says otherwise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalRules:
    """What an organisation demands of approvals."""

    needs_second_person: bool = False
    """Whether an override is approved by somebody else than who asks for it."""
    allows_own: bool = False
    """Whether people may approve promotions and overrides of their own; on only where there is nobody else."""
    deputy_id: str = ""
    """The member to whom proposals escalate that nobody decides; empty is nobody, and then none does."""
    escalates_after: timedelta = ESCALATES_AFTER
    """How old an open proposal has to be for that, in whole hours; inclusive."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OverrideRequest:
    """An override that waits for, or got, the word of a second person."""

    id: str
    kind: str
    """The name of the command."""
    session_id: str
    registration_id: str
    """Whom it is for; empty for somebody who has no registration yet."""
    email: str
    """The address of whom it is for, to see that nobody approves their own."""
    subject_id: str
    """What the approval names, such as the id of a move."""
    command: Mapping[str, Any]
    """The command as plain values, without its reason."""
    reason: str
    status: str
    """`open`, `approved` or `declined`."""
    asked_by: str
    asked_by_name: str
    asked_at: datetime
    person_name: str = ""


class OverrideRequests(Protocol):
    """The requests of the organisation in which a transaction acts."""

    def add(self, request: OverrideRequest) -> None:
        """Keep a new one."""
        ...

    def find(self, request_id: str) -> OverrideRequest:
        """Give one, or raise `NotAllowed`."""
        ...

    def close(self, request_id: str, *, status: str, approval_id: str = "") -> None:
        """Note how it was decided, by the actor, now."""
        ...


class OwnApproval(Refused):
    """Nobody approves their own promotion or override."""

    code = "own_approval"

    def __init__(self) -> None:
        """Say it."""
        super().__init__("This is about you. Somebody else of the team has to approve it.")


class MayNotDecide(Refused):
    """A deputy has to be somebody who may decide proposals."""

    code = "may_not_decide"

    def __init__(self, name: str) -> None:
        """Name who it is."""
        super().__init__(f"{name} may not decide proposals. Name an owner, a coordinator or an approver.")


class SecondPersonNeeded(Refused):
    """An override inside a larger act needs somebody else's word, for which the larger act cannot wait."""

    code = "second_person_needed"

    def __init__(self, name: str) -> None:
        """Name whom it is for."""
        super().__init__(f"Somebody else has to approve the move of {name}. Ask for that move by itself first.")
        self.name = name
