"""Giving a member another role."""

from waitlist_app.services.actors import PERMISSIONS, Actor, Permission
from waitlist_app.services.happenings import RoleChanged
from waitlist_app.services.ports import Transaction, Work
from waitlist_app.services.record import canonical
from waitlist_app.services.remove_member import somebody_else
from waitlist_app.services.sign_standing_approval import end_standing_approvals
from waitlist_app.services.team import ROLE_WORDS, parse_role, require_reason


def change_role(*, work: Work, actor: Actor, member_id: str, role: str, reason: str) -> str:
    """Give somebody another role, on record with its reason; they sign in again to act in it.

    Raises `LastOwner` and `OwnMembership`.
    """
    actor.require(Permission.ADMINISTER)
    wanted, reason = parse_role(role), require_reason(reason)

    def unit(tx: Transaction) -> str:
        member = somebody_else(tx, member_id)
        words = f"{member.name} is {ROLE_WORDS[wanted]} now."
        if member.role is wanted:
            return words
        if Permission.SIGN_STANDING not in PERMISSIONS[wanted]:
            end_standing_approvals(tx, member.id, reason)
        tx.team.change_role(member.id, wanted)
        tx.note(
            RoleChanged(
                member_id=member.id,
                was=member.role.value,
                role=wanted.value,
                details=canonical({"name": member.name}),
                reason=reason,
            )
        )
        return f"{words} They sign in again to act in this role."

    return work.transact(actor, unit)
