"""Two records that were found to be one person: what the one has in a session becomes the other's."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from waitlist_app.engine.commands import ReplacePerson
from waitlist_app.engine.decisions.leaving import closed
from waitlist_app.engine.events import Event, PersonReplaced
from waitlist_app.engine.model import ConflictRule, Registration, Roster, Status

STALE: Final = "stale"
"""Why a registration ended whose person has a better one in the same session."""

_WORTH: Final = {Status.CONFIRMED: 0, Status.PENDING: 1, Status.OFFERED: 2, Status.WAITLISTED: 3}


def replace_person(roster: Roster, command: ReplacePerson, now: datetime) -> Iterator[Event]:
    """Move the registration over as it stands; where both have one the better stays, and the other ends as stale."""
    theirs, own = roster.of_person(command.person_id), roster.of_person(command.into_id)
    if theirs is None:
        return
    if own:
        worse = own if _worth(theirs, command) < _worth(own, command) else theirs
        approval = command.approval
        yield from closed(roster, worse, status=Status.REMOVED, reason=STALE, approval=approval, is_stale=True)
        if worse is theirs:
            return
    yield PersonReplaced(
        session_id=roster.session.id,
        registration_id=theirs.id,
        person_id=command.into_id,
        was_person_id=command.person_id,
        status=theirs.status,
        approval=command.approval,
        waiver="" if theirs.waiver or not _overlaps(roster, theirs, command, now) else command.approval,
    )


def _worth(registration: Registration, command: ReplacePerson) -> tuple[int, bool, bool, str, int]:
    """Rank a seat before an offer before an earlier place; seats by who came in them, and who counts on them."""
    return (
        _WORTH[registration.status],
        registration.checked_in_at is None,
        registration.id not in command.exchanged,
        registration.line_key if registration.status is Status.WAITLISTED else "",
        registration.arrival,
    )


def _overlaps(roster: Roster, theirs: Registration, command: ReplacePerson, now: datetime) -> bool:
    """Say whether a seat is at the same time as one of the record that stays."""
    if not theirs.status.has_seat or roster.session.conflicts is ConflictRule.IGNORE:
        return False
    return any(place.has_seat(now) for place in roster.places if place.registration_id not in command.theirs)
