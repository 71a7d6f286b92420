"""An employee's offer behind the link of a mail: shown as often as one likes, answered by a button."""

import reflex as rx

from waitlist_app.errors import WaitlistError
from waitlist_app.services.answer_offer import answer_offer
from waitlist_app.services.show_offer import UNKNOWN, show_offer
from waitlist_app.services.views import OfferPage
from waitlist_app.state import notices
from waitlist_app.state.access import allow_public
from waitlist_app.state.asking import Phase, ask_by_link, face_of, show_answer


class Offer(rx.State):
    """The page `/offer/[offer_token]`. The token says whose offer it is; nobody is signed in."""

    phase: Phase = "loading"
    trouble: str = ""
    offer: OfferPage = UNKNOWN
    seats: list[bool] = []
    takes_it: bool = True
    """Which of two sessions at the same time is chosen: this one, or the seat that is there."""

    @rx.event
    @allow_public
    async def open(self) -> None:
        """Show the offer as it stands now."""
        await self._load()

    @rx.event
    @allow_public
    async def accept(self) -> rx.event.EventSpec:
        """Take the seat."""
        return await self._answer("accept")

    @rx.event
    @allow_public
    async def decline(self) -> rx.event.EventSpec:
        """Give the seat to the next person."""
        return await self._answer("decline")

    @rx.event
    @allow_public
    def choose(self, takes_it: bool) -> None:
        """Choose between this seat and those at the same time; nothing happens by it."""
        self.takes_it = takes_it

    @rx.event
    @allow_public
    async def exchange(self) -> rx.event.EventSpec:
        """Do what is chosen: take this seat and give the others up, or keep those and decline."""
        if not self.takes_it:
            return await self._answer("decline")
        return await self._answer("accept", tuple(seat.registration_id for seat in self.offer.other_seats))

    async def _load(self) -> None:
        try:
            self._take(await ask_by_link(show_offer, self._token()))
        except WaitlistError as error:
            self.offer, self.seats = UNKNOWN, []
            self.phase, self.trouble = face_of(error), str(error)

    async def _answer(self, answer: str, instead_of: tuple[str, ...] = ()) -> rx.event.EventSpec:
        if self.offer.state != "open":
            return show_answer()  # the button was pressed twice; the page says what came of it
        try:
            self._take(await ask_by_link(answer_offer, self._token(), answer=answer, instead_of=instead_of))
        except WaitlistError as error:
            await self._load()
            return notices.failed(error)
        return show_answer()

    def _take(self, offer: OfferPage) -> None:
        self.offer = offer
        # Which of the seats is theirs; a room too large to draw is left to the words.
        self.seats = [n == offer.seat_number for n in range(1, offer.limit + 1)] if offer.limit <= MOST_SEATS else []
        self.phase = "ready"

    def _token(self) -> str:
        return str(getattr(self, "offer_token", ""))


MOST_SEATS = 40
