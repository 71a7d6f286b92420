"""What new sessions of an organisation begin with, and its calendar."""

import json
from typing import Final

from sqlalchemy import Connection, select, update

from waitlist_app.engine.model import WorkingHours
from waitlist_app.repository import tables
from waitlist_app.repository.rows import table_of
from waitlist_app.services.plain import from_plain, to_plain
from waitlist_app.services.record import canonical
from waitlist_app.services.session_rules import OrganisationRules, SessionRules

_ORGANISATION: Final = table_of(tables.Organisation)


def organisation_rules(connection: Connection, org_id: str) -> OrganisationRules:
    """Give them; a calendar that nobody set is Monday to Friday, 8 to 20, in the organisation's zone."""
    query = select(_ORGANISATION.c.zone, _ORGANISATION.c.session_rules, _ORGANISATION.c.calendar)
    row = connection.execute(query.where(_ORGANISATION.c.id == org_id)).first()
    if row is None:
        return OrganisationRules(calendar=WorkingHours(zone="UTC"))
    calendar = from_plain(WorkingHours, json.loads(row.calendar)) if row.calendar else WorkingHours(zone=row.zone)
    defaults = from_plain(SessionRules, json.loads(row.session_rules)) if row.session_rules else SessionRules()
    return OrganisationRules(defaults=defaults, calendar=calendar)


def set_organisation_rules(connection: Connection, org_id: str, rules: OrganisationRules) -> None:
    """Keep them, as canonical JSON of what is not as usual."""
    values = {
        "session_rules": canonical(to_plain(rules.defaults)),
        "calendar": canonical(to_plain(rules.calendar)),
    }
    connection.execute(update(_ORGANISATION).where(_ORGANISATION.c.id == org_id).values(**values))
