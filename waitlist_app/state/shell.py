"""What stands around every page: who is signed in, and how much awaits them."""

from contextlib import suppress
from typing import Final

import reflex as rx

from waitlist_app.errors import WaitlistError
from waitlist_app.services.actors import Actor, Permission, Role
from waitlist_app.services.show_inbox import seen_by, show_inbox
from waitlist_app.state.access import allow_signed_in, present_actor
from waitlist_app.state.sharing import ask_shared
from waitlist_app.state.wire import set_changed

ROLE_NAMES: Final = {
    Role.OWNER: "Owner",
    Role.COORDINATOR: "Coordinator",
    Role.APPROVER: "Approver",
    Role.AUDITOR: "Auditor",
    Role.MANAGER: "Manager",
    Role.EMPLOYEE: "Employee",
    Role.PLATFORM_ADMIN: "Platform administrator",
    Role.VISITOR: "Platform administrator",
}


class Shell(rx.State):
    """The person, the organisation and the count of open decisions."""

    name: str = ""
    initials: str = ""
    role: str = ""
    organisation: str = ""
    decisions: int = 0
    may_edit: bool = False
    may_decide: bool = False
    may_approve_overrides: bool = False
    may_export: bool = False
    may_export_record: bool = False
    may_administer: bool = False
    may_read: bool = True
    may_read_own: bool = False
    may_read_team: bool = False
    is_shut: bool = False
    """Whether the page that is open is for other roles."""
    home: str = "/"

    @rx.event
    @allow_signed_in
    async def turn_away(self) -> rx.event.EventSpec | None:
        """Show in the place of a page that it is for other roles, and at the front door lead on to their own."""
        actor = present_actor()
        _fill(self, actor, is_shut=True)
        return rx.redirect(self.home) if self.router.url.path == "/" != self.home else None


async def show_who(state: rx.State, *, decisions: int | None = None) -> None:
    """Fill the shell of a tab; `decisions` is counted unless the page knows it already."""
    shell = await state.get_state(Shell)
    actor = present_actor()
    _fill(shell, actor, is_shut=False)
    if not actor.may(Permission.READ):
        return
    # The count is a courtesy; a page does not fail for it.
    with suppress(WaitlistError):
        if decisions is None:
            decisions = seen_by(await ask_shared(show_inbox), actor).decisions
        set_changed(shell, decisions=decisions)


def _fill(shell: Shell, actor: Actor, *, is_shut: bool) -> None:
    set_changed(
        shell,
        is_shut=is_shut,
        home=_home(actor),
        may_read=actor.may(Permission.READ),
        may_read_own=actor.may(Permission.READ_OWN),
        may_read_team=actor.may(Permission.READ_TEAM),
        name=actor.name,
        initials="".join(part[0] for part in actor.name.split()[:2]).upper(),
        role=ROLE_NAMES.get(actor.role, ""),
        organisation=actor.organisation,
        may_edit=actor.may(Permission.EDIT),
        may_decide=actor.may(Permission.DECIDE),
        may_approve_overrides=actor.may(Permission.APPROVE_OVERRIDE),
        may_export=actor.may(Permission.EXPORT_ROSTER),
        may_export_record=actor.may(Permission.EXPORT_AUDIT),
        may_administer=actor.may(Permission.ADMINISTER),
    )


def _home(actor: Actor) -> str:
    """Give the page that somebody of this role begins with."""
    if actor.may(Permission.READ):
        return "/"
    if actor.may(Permission.READ_TEAM):
        return "/my-team"
    return "/my-sessions" if actor.may(Permission.READ_OWN) else "/account"
