"""Inviting somebody to the team."""

from waitlist_app.clock import new_id
from waitlist_app.errors import InvalidInput
from waitlist_app.services.actors import Actor, Permission, Role
from waitlist_app.services.identities import normalised
from waitlist_app.services.ports import Transaction, Work
from waitlist_app.services.team import ROLE_WORDS, AlreadyMember, HasJoined, parse_role

LONGEST_NAME = 120
LONGEST_EMAIL = 254


def invite_member(*, work: Work, actor: Actor, name: str, email: str, role: str) -> str:
    """Add somebody with a role and mail them a link by which they join; it lasts seven days."""
    actor.require(Permission.ADMINISTER)
    name, email, wanted = checked_name(name), checked_email(email), parse_role(role)

    def unit(tx: Transaction) -> str:
        tx.team.invite(_member(tx, name, email, wanted), invited_by=actor.name)
        return f"{name} is invited as {ROLE_WORDS[wanted]}. The link in the mail works for seven days."

    return work.transact(actor, unit)


def invite_again(*, work: Work, actor: Actor, member_id: str) -> str:
    """Mail somebody who has not joined yet another link; the one before no longer works."""
    actor.require(Permission.ADMINISTER)

    def unit(tx: Transaction) -> str:
        member = tx.team.member(member_id)
        if member.joined_at:
            raise HasJoined(member.name)
        tx.team.invite(member.id, invited_by=actor.name)
        return f"{member.name} gets another invitation. The link of the first no longer works."

    return work.transact(actor, unit)


def _member(tx: Transaction, name: str, email: str, role: Role) -> str:
    found = tx.team.find(email)
    if found is None:
        member_id = new_id()
        tx.add_member(member_id=member_id, name=name, email=email, role=role)
        return member_id
    if not found.is_removed:
        raise AlreadyMember(found.name)
    tx.team.restore(found.id, name=name, role=role)
    return found.id


def checked_name(name: str) -> str:
    """Give a name without needless blanks, or raise `InvalidInput`."""
    said = " ".join(name.split())
    if not said or len(said) > LONGEST_NAME:
        raise InvalidInput(f"Please enter a name of at most {LONGEST_NAME} characters.", field="name")
    return said


def checked_email(email: str) -> str:
    """Give an address in the form in which it is stored, or raise `InvalidInput`."""
    said = normalised(email)
    name, _, domain = said.rpartition("@")
    is_plain = name and "." in domain and len(said) <= LONGEST_EMAIL
    if not is_plain or any(character.isspace() or character in '<>,;:"' for character in said):
        raise InvalidInput("This address is not complete. It needs a name, an @ and a domain.", field="email")
    return said
