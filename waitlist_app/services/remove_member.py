"""Taking somebody off the team."""

from waitlist_app.errors import NotAllowed
from waitlist_app.services.actors import Actor, Permission, Role
from waitlist_app.services.happenings import MemberRemoved
from waitlist_app.services.ports import Transaction, Work
from waitlist_app.services.record import canonical
from waitlist_app.services.sign_standing_approval import end_standing_approvals
from waitlist_app.services.team import LastOwner, MemberFacts, OwnMembership, require_reason


def remove_member(*, work: Work, actor: Actor, member_id: str, reason: str) -> str:
    """Remove somebody, on record with its reason; they are signed out at once, and their links are dead.

    Raises `LastOwner` and `OwnMembership`.
    """
    actor.require(Permission.ADMINISTER)
    reason = require_reason(reason)

    def unit(tx: Transaction) -> str:
        member = somebody_else(tx, member_id)
        end_standing_approvals(tx, member.id, reason)
        tx.team.remove(member.id)
        details = canonical({"name": member.name})
        tx.note(MemberRemoved(member_id=member.id, role=member.role.value, details=details, reason=reason))
        return f"{member.name} is no longer in the team."

    return work.transact(actor, unit)


def somebody_else(tx: Transaction, member_id: str) -> MemberFacts:
    """Give a member whose membership the actor may change, with the owners locked so that one of them stays."""
    # Two owners who demote each other at once would leave none; with the lock the second is no owner any more.
    owners = tx.team.lock_owners()
    member = tx.team.member(member_id)
    if member.id == tx.actor.id:
        raise LastOwner if owners == frozenset({member.id}) else OwnMembership
    if tx.actor.id not in owners or member.role is Role.PLATFORM_ADMIN:
        raise NotAllowed(detail=f"{tx.actor.id} may not change {member.id}")
    return member
