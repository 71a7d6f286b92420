"""What stands around every page: who is signed in, and how much awaits them."""

from contextlib import suppress
from typing import Final

import reflex as rx

from waitlist_app.errors import WaitlistError
from waitlist_app.services.actors import Permission, Role
from waitlist_app.services.show_inbox import show_inbox
from waitlist_app.state.access import present_actor
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
    may_export: bool = False
    may_export_record: bool = False
    may_administer: bool = False


async def show_who(state: rx.State, *, decisions: int | None = None) -> None:
    """Fill the shell of a tab; `decisions` is counted unless the page knows it already."""
    shell = await state.get_state(Shell)
    actor = present_actor()
    set_changed(
        shell,
        name=actor.name,
        initials="".join(part[0] for part in actor.name.split()[:2]).upper(),
        role=ROLE_NAMES.get(actor.role, ""),
        organisation=actor.organisation,
        may_edit=actor.may(Permission.EDIT),
        may_decide=actor.may(Permission.DECIDE),
        may_export=actor.may(Permission.EXPORT_ROSTER),
        may_export_record=actor.may(Permission.EXPORT_AUDIT),
        may_administer=actor.may(Permission.ADMINISTER),
    )
    # The count is a courtesy; a page does not fail for it.
    with suppress(WaitlistError):
        set_changed(shell, decisions=(await ask_shared(show_inbox)).total if decisions is None else decisions)
