"""The question whether somebody keeps a seat in a session that was moved, behind the link of a mail."""

import reflex as rx

from waitlist_app.errors import WaitlistError
from waitlist_app.services.answer_seat import answer_seat
from waitlist_app.services.show_seat import UNKNOWN, show_seat
from waitlist_app.services.views import SeatPage
from waitlist_app.state import notices
from waitlist_app.state.access import allow_public
from waitlist_app.state.asking import Phase, ask_by_link, face_of, show_answer


class Seat(rx.State):
    """The page `/seat/[seat_token]`. The token says whose seat it is; nobody is signed in."""

    phase: Phase = "loading"
    trouble: str = ""
    seat: SeatPage = UNKNOWN

    @rx.event
    @allow_public
    async def open(self) -> None:
        """Show the question, or how the seat stands."""
        await self._load()

    @rx.event
    @allow_public
    async def keep(self) -> rx.event.EventSpec:
        """Keep the seat."""
        return await self._answer("keep")

    @rx.event
    @allow_public
    async def give_up(self) -> rx.event.EventSpec:
        """Give the seat to the next person."""
        return await self._answer("give_up")

    async def _load(self) -> None:
        try:
            self._take(await ask_by_link(show_seat, self._token()))
        except WaitlistError as error:
            self.seat = UNKNOWN
            self.phase, self.trouble = face_of(error), str(error)

    async def _answer(self, answer: str) -> rx.event.EventSpec:
        try:
            self._take(await ask_by_link(answer_seat, self._token(), answer=answer))
        except WaitlistError as error:
            await self._load()
            return notices.failed(error)
        return show_answer()

    def _take(self, seat: SeatPage) -> None:
        self.seat, self.phase = seat, "ready"

    def _token(self) -> str:
        return str(getattr(self, "seat_token", ""))
