"""`organisation`, `member` and `link`: what only whoever runs the installation may do, on record as the operator's."""

import argparse
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from waitlist_app.bootstrap import Product, build
from waitlist_app.clock import new_id
from waitlist_app.errors import InvalidInput
from waitlist_app.services.actors import Actor, Role
from waitlist_app.services.identities import Purpose, normalised
from waitlist_app.services.invite_member import checked_email, checked_name
from waitlist_app.services.ports import Transaction
from waitlist_app.services.team import ROLE_WORDS, AlreadyMember
from waitlist_app.settings import load_settings

OPERATOR: Final = Actor(id="operator", name="The operator", role=Role.SYSTEM, org_id="")
LINK_LASTS_FOR: Final = timedelta(hours=24)
ROLES: Final = (*(role.value for role in ROLE_WORDS), Role.PLATFORM_ADMIN.value)


def add_members(commands: Any) -> None:
    """Add the commands."""
    found = commands.add_parser("organisation", help="add an organisation with its first owner")
    found.add_argument("--name", required=True)
    found.add_argument("--zone", required=True, help="the IANA name of its time zone, such as Europe/London")
    found.add_argument("--owner", required=True, help="the name of the first owner")
    found.add_argument("--email", required=True, help="the owner's address")
    found.set_defaults(run=_organisation)
    member = commands.add_parser("member", help="add a member, also a platform administrator, and print a link")
    member.add_argument("--organisation", required=True, help="its name or id")
    member.add_argument("--name", required=True)
    member.add_argument("--email", required=True)
    member.add_argument("--role", required=True, choices=ROLES)
    member.set_defaults(run=_member)
    link = commands.add_parser("link", help="print a one-time sign-in link")
    link.add_argument("--email", help="for whom; without it for the first coordinator or owner")
    link.set_defaults(run=_link)


def first_link(product: Product) -> str:
    """Say how the first person gets in: by a link that works once, for a day."""
    team = [member for host in product.work.organisations() for member in product.work.members(host)]
    order = (Role.COORDINATOR, Role.OWNER, Role.PLATFORM_ADMIN)
    first = min((member for member in team if member.role in order), key=lambda m: order.index(m.role), default=None)
    if first is None:
        return "There is no organisation yet. Run: python -m waitlist_app seed"
    return _sign_in_link(product, first.org_id, first.id, f"{first.name}, {first.role.value.replace('_', ' ')}")


def _organisation(arguments: argparse.Namespace) -> int:
    owner, email = checked_name(arguments.owner), checked_email(arguments.email)
    operator = replace(OPERATOR, org_id=new_id(), organisation=checked_name(arguments.name), zone=_zone(arguments.zone))
    member_id = new_id()

    def unit(tx: Transaction) -> None:
        tx.add_organisation(name=operator.organisation, zone=operator.zone)
        tx.add_member(member_id=member_id, name=owner, email=email, role=Role.OWNER)

    return _with_product(lambda product: _add(product, operator, unit, member_id, owner))


def _member(arguments: argparse.Namespace) -> int:
    name, email = checked_name(arguments.name), checked_email(arguments.email)
    member_id = new_id()

    def unit(tx: Transaction) -> None:
        found = tx.team.find(email)
        if found:
            raise AlreadyMember(found.name)
        tx.add_member(member_id=member_id, name=name, email=email, role=Role(arguments.role))

    def add(product: Product) -> str:
        host = _host(product, arguments.organisation)
        return _add(product, replace(host, id=OPERATOR.id, name=OPERATOR.name), unit, member_id, name)

    return _with_product(add)


def _link(arguments: argparse.Namespace) -> int:
    return _with_product(lambda product: _link_for(product, arguments.email or ""))


def _link_for(product: Product, email: str) -> str:
    if not email:
        return first_link(product)
    for member in product.identities.memberships(normalised(email)):
        return _sign_in_link(product, member.org_id, member.member_id, f"{member.name}, {member.organisation}")
    raise InvalidInput(f"Nobody in any organisation has the address {email}.")


def _add(product: Product, operator: Actor, unit: Any, member_id: str, name: str) -> str:
    product.work.transact(operator, unit)
    token = product.front_door.make_link(org_id=operator.org_id, member_id=member_id, purpose=Purpose.INVITATION)
    return f"{name} joins {operator.organisation} by this link, once, for seven days: {_address(product, token)}"


def _sign_in_link(product: Product, org_id: str, member_id: str, who: str) -> str:
    token = product.front_door.make_link(org_id=org_id, member_id=member_id, lasts_for=LINK_LASTS_FOR)
    return f"Sign in once as {who}: {_address(product, token)}"


def _address(product: Product, token: str) -> str:
    return f"{product.settings.app_url}/sign-in/{token}"


def _host(product: Product, wanted: str) -> Actor:
    for host in product.work.organisations():
        if wanted in {host.org_id, host.organisation}:
            return host
    raise InvalidInput(f"There is no organisation {wanted}.")


def _zone(name: str) -> str:
    try:
        return ZoneInfo(name).key
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise InvalidInput(f"{name} is not the name of a time zone, such as Europe/London.") from error


def _with_product(act: Callable[[Product], str]) -> int:
    product = build(load_settings())
    try:
        print(act(product))
    finally:
        product.front_door.close()
        product.engine.dispose()
    return 0
