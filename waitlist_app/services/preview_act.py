"""What any act of a use case would do: who gains, who loses, and which messages would go. Nothing of it is kept."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from waitlist_app.errors import Defect
from waitlist_app.services.actors import Actor
from waitlist_app.services.difference_in_words import DifferenceInWords, in_words
from waitlist_app.services.ports import LeaveLink, OfferLink, Reader, SeatLink, SignOffLink, Transaction, Work
from waitlist_app.services.what_if import NO_DIFFERENCE, Difference, tell_difference

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What would follow, before anything is saved."""

    says: str
    """What the use case would answer."""
    told: DifferenceInWords
    difference: Difference
    """The same as data."""


def preview_act(*, work: Work, act: Callable[[Work], str]) -> Preview:
    """Carry `act` out over a work that keeps nothing, and say what it would change.

    As in `preview_act(work=work, act=lambda dry: cancel_session(work=dry, actor=actor, session_id=one, reason=why))`:
    it is the use case itself, with its permissions, its checks and its refusals. An override that waits for a second
    person changes nothing yet; that person can preview the approval. `reschedule_session` has `preview_reschedule`.
    """
    dry = _Dry(work)
    says = act(dry)
    told, difference = dry.told or (DifferenceInWords(), NO_DIFFERENCE)
    return Preview(says=says, told=told, difference=difference)


class _Dry:
    """A work whose acts are rolled back, once the difference that they make has been told."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self.told: tuple[DifferenceInWords, Difference] | None = None

    def transact(self, actor: Actor, unit: Callable[[Transaction], T]) -> T:
        """Run `unit` as the work would, and keep the difference instead of the act."""
        if self.told:
            raise Defect("The first of two acts was not kept, so the second cannot be previewed.")
        said, told, difference = tell_difference(work=self._work, actor=actor, act=unit, tell=_told)
        self.told = told, difference
        return said

    def rehearse(self, actor: Actor, unit: Callable[[Transaction], T]) -> T:
        """Run what is rolled back anyway."""
        return self._work.rehearse(actor, unit)

    def read(self, actor: Actor, unit: Callable[[Reader], T]) -> T:
        """Read as always."""
        return self._work.read(actor, unit)

    def open_link(self, token: str) -> OfferLink | None:
        """Open as always; so with the others."""
        return self._work.open_link(token)

    def open_sign_off_link(self, token: str) -> SignOffLink | None:
        return self._work.open_sign_off_link(token)

    def open_leave_link(self, token: str) -> LeaveLink | None:
        return self._work.open_leave_link(token)

    def open_seat_link(self, token: str) -> SeatLink | None:
        return self._work.open_seat_link(token)

    def organisations(self) -> Sequence[Actor]:
        return self._work.organisations()


def _told(tx: Transaction, said: T, difference: Difference) -> tuple[T, DifferenceInWords, Difference]:
    return said, in_words(tx, difference), difference
