"""What employees have, and what managers' teams have: the pages `/my-sessions` and `/my-team`."""

from typing import Any, Literal, get_args

import reflex as rx

from waitlist_app.errors import WaitlistError
from waitlist_app.services.actors import Permission
from waitlist_app.services.answer_own import accept_own_offer, decline_own_offer, leave_own
from waitlist_app.services.answer_sign_off import answer_sign_off_of_team
from waitlist_app.services.list_own import list_own_registrations, list_team_registrations
from waitlist_app.services.views import OwnRow
from waitlist_app.state import notices
from waitlist_app.state.access import allow
from waitlist_app.state.asking import Phase, ask, face_of
from waitlist_app.state.live import watch
from waitlist_app.state.shell import show_who

Act = Literal["", "decline", "leave"]
"""What is asked about before it is done."""


class MySessions(rx.State):
    """The page `/my-sessions`."""

    phase: Phase = "loading"
    trouble: str = ""
    rows: tuple[OwnRow, ...] = ()
    asking_about: str = ""
    act: Act = ""

    @rx.event
    @allow(Permission.READ_OWN)
    async def open(self) -> None:
        """Show what the person has, and keep it up to date."""
        watch(self, MySessions.reload)
        self.asking_about = self.act = ""
        await self._load()

    @rx.event
    @allow(Permission.READ_OWN)
    async def reload(self) -> None:
        """Show what is true now."""
        await self._load()

    @rx.event
    @allow(Permission.ACT_FOR_SELF)
    async def accept(self, registration_id: str) -> rx.event.EventSpec:
        """Take the seat that is held."""
        return await self._do(accept_own_offer, registration_id)

    @rx.event
    @allow(Permission.ACT_FOR_SELF)
    async def consider(self, registration_id: str, act: str) -> None:
        """Ask whether the person means it."""
        if act in get_args(Act):
            self.asking_about, self.act = registration_id, act  # pyright: ignore[reportAttributeAccessIssue]

    @rx.event
    @allow(Permission.ACT_FOR_SELF)
    async def keep(self) -> None:
        """Leave everything as it is."""
        self.asking_about = self.act = ""

    @rx.event
    @allow(Permission.ACT_FOR_SELF)
    async def give_up(self) -> rx.event.EventSpec | None:
        """Do what was asked about."""
        if not self.asking_about:
            return None
        return await self._do(decline_own_offer if self.act == "decline" else leave_own, self.asking_about)

    async def _do(self, use_case: Any, registration_id: str) -> rx.event.EventSpec:
        self.asking_about = self.act = ""
        try:
            said = await ask(use_case, registration_id=registration_id)
        except WaitlistError as error:
            return notices.failed(error)
        finally:
            await self._load()
        return notices.done(said)

    async def _load(self) -> None:
        await show_who(self)
        try:
            self.rows = await ask(list_own_registrations)
        except WaitlistError as error:
            self.phase, self.trouble = face_of(error), str(error)
            return
        self.phase = "ready"


class MyTeam(rx.State):
    """The page `/my-team`."""

    phase: Phase = "loading"
    trouble: str = ""
    rows: tuple[OwnRow, ...] = ()
    declining: str = ""

    @rx.event
    @allow(Permission.READ_TEAM)
    async def open(self) -> None:
        """Show what the team has, and keep it up to date."""
        watch(self, MyTeam.reload)
        self.declining = ""
        await self._load()

    @rx.event
    @allow(Permission.READ_TEAM)
    async def reload(self) -> None:
        """Show what is true now."""
        await self._load()

    @rx.event
    @allow(Permission.SIGN_OFF)
    async def sign_off(self, registration_id: str) -> rx.event.EventSpec:
        """Let somebody have a seat."""
        return await self._answer(registration_id, is_given=True, reason="")

    @rx.event
    @allow(Permission.SIGN_OFF)
    async def consider(self, registration_id: str) -> None:
        """Ask why somebody may not."""
        self.declining = registration_id

    @rx.event
    @allow(Permission.SIGN_OFF)
    async def keep(self) -> None:
        """Leave it unanswered."""
        self.declining = ""

    @rx.event
    @allow(Permission.SIGN_OFF)
    async def decline(self, form: dict[str, str]) -> rx.event.EventSpec | None:
        """Say no; the person reads the reason."""
        if not self.declining:
            return None
        return await self._answer(self.declining, is_given=False, reason=str(form.get("reason", "")))

    async def _answer(self, registration_id: str, *, is_given: bool, reason: str) -> rx.event.EventSpec:
        self.declining = ""
        try:
            said = await ask(answer_sign_off_of_team, registration_id=registration_id, is_given=is_given, reason=reason)
        except WaitlistError as error:
            return notices.failed(error)
        finally:
            await self._load()
        return notices.done(said)

    async def _load(self) -> None:
        await show_who(self)
        try:
            self.rows = await ask(list_team_registrations)
        except WaitlistError as error:
            self.phase, self.trouble = face_of(error), str(error)
            return
        self.phase = "ready"
