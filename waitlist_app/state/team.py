"""Who is in the team, and the dialogs in which owners invite, change a role and remove."""

from typing import Literal

import reflex as rx

from waitlist_app.bootstrap import product
from waitlist_app.errors import InvalidInput, WaitlistError
from waitlist_app.services.actors import Permission
from waitlist_app.services.change_role import change_role
from waitlist_app.services.invite_member import invite_again, invite_member
from waitlist_app.services.list_member_mail import MemberMailRow, list_member_mail
from waitlist_app.services.list_members import MemberRow, list_members
from waitlist_app.services.remove_member import remove_member
from waitlist_app.state import notices
from waitlist_app.state.access import allow
from waitlist_app.state.asking import Phase, ask, face_of
from waitlist_app.state.live import watch
from waitlist_app.state.shell import show_who

Act = Literal["change", "remove"]


class Team(rx.State):
    """The page `/team`."""

    phase: Phase = "loading"
    trouble: str = ""
    rows: tuple[MemberRow, ...] = ()
    mails: tuple[MemberMailRow, ...] = ()

    @rx.event
    @allow(Permission.ADMINISTER)
    async def open(self) -> None:
        """Show the team and keep it up to date."""
        watch(self, Team.reload)
        await self._load()

    @rx.event
    @allow(Permission.ADMINISTER)
    async def reload(self) -> None:
        """Show what is true now."""
        await self._load()

    @rx.event
    @allow(Permission.ADMINISTER)
    async def invite_again(self, member_id: str) -> rx.event.EventSpec:
        """Mail another invitation."""
        try:
            return notices.done(await ask(invite_again, member_id=member_id))
        except WaitlistError as error:
            return notices.failed(error)

    async def _load(self) -> None:
        await show_who(self)
        try:
            self.rows = await ask(list_members)
            self.mails = await ask(
                list_member_mail, mailbox=product().member_outbox, shows_links=product().mailer.keeps_mail
            )
        except WaitlistError as error:
            self.phase, self.trouble = face_of(error), str(error)
            return
        self.phase = "ready"


class InviteDialog(rx.State):
    """The form of one invitation."""

    is_open: bool = False
    trouble: str = ""
    field: str = ""

    @rx.event
    @allow(Permission.ADMINISTER)
    async def invite(self) -> None:
        """Open an empty form."""
        self.trouble = self.field = ""
        self.is_open = True

    @rx.event
    @allow(Permission.ADMINISTER)
    async def submit(self, form: dict[str, str]) -> rx.event.EventSpec | None:
        """Invite; what is wrong is said beside its field."""
        said = {name: str(form.get(name, "")) for name in ("name", "email", "role")}
        try:
            done = await ask(invite_member, **said)
        except WaitlistError as error:
            self.trouble, self.field = str(error), error.field if isinstance(error, InvalidInput) else ""
            return None
        self.is_open = False
        return notices.done(done)

    @rx.event
    @allow(Permission.ADMINISTER)
    async def opened(self, is_open: bool) -> None:
        """Follow the dialog when it is closed by key or button."""
        self.is_open = self.is_open and is_open

    @rx.event
    @allow(Permission.ADMINISTER)
    async def close(self) -> None:
        """Close the form; nobody was invited."""
        self.is_open = False


class MemberDialog(rx.State):
    """Whose role is about to be changed, or who is about to be removed."""

    is_open: bool = False
    act: Act = "change"
    name: str = ""
    role: str = ""
    trouble: str = ""
    field: str = ""

    _member_id: str = ""

    @rx.event
    @allow(Permission.ADMINISTER)
    async def change(self, member_id: str, name: str, role: str) -> None:
        """Ask for another role, and why."""
        self._ask("change", member_id, name, role)

    @rx.event
    @allow(Permission.ADMINISTER)
    async def remove(self, member_id: str, name: str) -> None:
        """Ask why somebody is removed."""
        self._ask("remove", member_id, name, "")

    @rx.event
    @allow(Permission.ADMINISTER)
    async def confirm(self, form: dict[str, str]) -> rx.event.EventSpec | None:
        """Do what the dialog asks about; what is wrong is said beside its field."""
        said = {"member_id": self._member_id, "reason": str(form.get("reason", ""))}
        try:
            if self.act == "change":
                done = await ask(change_role, role=str(form.get("role", "")), **said)
            else:
                done = await ask(remove_member, **said)
        except WaitlistError as error:
            self.trouble, self.field = str(error), error.field if isinstance(error, InvalidInput) else ""
            return None
        self.is_open = False
        return notices.done(done)

    @rx.event
    @allow(Permission.ADMINISTER)
    async def opened(self, is_open: bool) -> None:
        """Follow the dialog when it is closed by key or button."""
        self.is_open = self.is_open and is_open

    @rx.event
    @allow(Permission.ADMINISTER)
    async def close(self) -> None:
        """Close the dialog; nothing was changed."""
        self.is_open = False

    def _ask(self, act: Act, member_id: str, name: str, role: str) -> None:
        self.act, self.name, self.role = act, name, role
        self.trouble = self.field = ""
        self._member_id = member_id
        self.is_open = True
