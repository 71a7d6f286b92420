"""What makes two addresses one person: case and blanks never tell people apart, an alias does so only at companies."""

from typing import Final

PUBLIC: Final = frozenset(
    {
        "fastmail.com",
        "gmail.com",
        "googlemail.com",
        "hotmail.com",
        "icloud.com",
        "live.com",
        "me.com",
        "outlook.com",
        "pm.me",
        "proton.me",
        "protonmail.com",
        "yahoo.com",
    }
)
"""Providers where everybody who has an address has every alias of it: `ann+x` reads the mails of `ann`."""


def normalised(email: str) -> str:
    """Give an address as people are told apart by it: without case and blanks, and at a public provider no alias."""
    address = email.strip().casefold()
    return without_alias(address) if address.rpartition("@")[2] in PUBLIC else address


def without_alias(email: str) -> str:
    """Give an address without what follows a `+` in its name, as in `ann@x.example` for `Ann+Two@x.example`."""
    name, at, domain = email.strip().casefold().rpartition("@")
    plain = name.partition("+")[0]
    return f"{plain or name}{at}{domain}"


def person_key(employee_id: str, email: str) -> str:
    """Give what makes somebody the same person: the employee id, else the normalised address."""
    return f"id:{employee_id}" if employee_id else f"mail:{normalised(email)}"
