"""Leaving the line through the link of the mail that said one is in it: it shows on opening, and acts on a button."""

from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Final

from waitlist_app.engine.commands import Close
from waitlist_app.engine.model import Status
from waitlist_app.engine.refusals import NotRegistered
from waitlist_app.errors import NotAllowed
from waitlist_app.services.acting import carry_out_all
from waitlist_app.services.actors import Actor, Role
from waitlist_app.services.ports import Entry, LeaveLink, Reader, Transaction, Work
from waitlist_app.services.request_seat import is_pending_approval
from waitlist_app.services.strangers import is_stranger
from waitlist_app.services.wording import counted, listed, when


@dataclass(frozen=True, slots=True, kw_only=True)
class LeavePage:
    """What somebody sees behind the link for leaving the line; it names nobody."""

    state: str
    """`open`, `left`, `offered`, `seated`, `closed` or `unknown`."""
    organisation: str = ""
    title: str = ""
    when: str = ""
    heading: str
    say: str
    button: str = ""
    """Empty where there is nothing to leave."""


UNKNOWN: Final = LeavePage(
    state="unknown",
    heading="We could not find this",
    say="The link may be incomplete. Please open it from the mail again.",
)


def show_leave(*, work: Work, token: str, signed_in: Actor | None = None) -> LeavePage:
    """Say where the person stands now; looking changes nothing, however often."""
    link = work.open_leave_link(token)
    if link is None or is_stranger(work, link, signed_in, purpose="leave"):
        return UNKNOWN
    return _shown(work, link)


def leave_by_link(*, work: Work, token: str, signed_in: Actor | None = None) -> LeavePage:
    """Leave the line, and show what is true afterwards; whoever does not wait any more changes nothing by it.

    A seat, or an offer of one, is not given up by a link that was sent for the line.
    """
    link = work.open_leave_link(token)
    if link is None or is_stranger(work, link, signed_in, purpose="leave"):
        raise NotAllowed(detail="unknown link for leaving")
    with suppress(NotRegistered):  # the page below says what became of it
        work.transact(_recipient(link), lambda tx: _leave(tx, link))
    return _shown(work, link)


def _leave(tx: Transaction, link: LeaveLink) -> None:
    tx.lock(sorted({link.session_id, *(entry.session_id for entry in _waits(tx.read, link))}))
    waits = _waits(tx.read, link)
    if not waits:
        raise NotRegistered
    carry_out_all(
        tx,
        [
            Close(session_id=entry.session_id, registration_id=entry.registration.id, status=Status.LEFT)
            for entry in waits
        ],
    )


def _waits(reader: Reader, link: LeaveLink) -> list[Entry]:
    """List what the link leaves: the one entry, or every line that a request for any date waits in, by start."""
    asked = reader.registration(link.registration_id)
    if not asked.registration.terms.any_date:
        return [asked] if asked.registration.status is Status.WAITLISTED else []
    course = reader.session(link.session_id).rules.course
    entries = [entry for entry in reader.registrations_of(asked.person.id) if _is_of_one_request(entry, asked)]
    sessions = reader.some_sessions([entry.session_id for entry in entries])
    waits = [entry for entry in entries if sessions[entry.session_id].rules.course == course]
    return sorted(
        waits, key=lambda entry: (sessions[entry.session_id].starts_at, sessions[entry.session_id].rules.code)
    )


def _is_of_one_request(entry: Entry, asked: Entry) -> bool:
    """Say whether an entry waits, for any date, since the same time."""
    mine, theirs = entry.registration, asked.registration
    is_waiting = mine.status is Status.WAITLISTED and mine.terms.any_date
    return is_waiting and mine.requested_at == theirs.requested_at


def _recipient(link: LeaveLink) -> Actor:
    """Act as the person the link was sent to."""
    return Actor(
        id=f"link:{link.registration_id}",
        name="",
        role=Role.EMPLOYEE,
        org_id=link.org_id,
        organisation=link.organisation,
        is_by_link=True,
    )


def _shown(work: Work, link: LeaveLink) -> LeavePage:
    # Nobody is signed in here: the link itself says whose place it is, and only that one is read.
    system = next((actor for actor in work.organisations() if actor.org_id == link.org_id), None)
    return UNKNOWN if system is None else work.read(system, lambda reader: _page(reader, link))


def _page(reader: Reader, link: LeaveLink) -> LeavePage:
    entry, facts = reader.registration(link.registration_id), reader.session(link.session_id)
    page = LeavePage(
        state="closed",
        organisation=link.organisation,
        title=facts.title,
        when=when(facts.meetings, facts.zone, in_words=True),
        heading="You are not in this line any more",
        say="Nothing is left to do. You can ask for a seat again at any time.",
    )
    waits = _waits(reader, link)
    is_alone = len(waits) == 1 and waits[0].registration.id == link.registration_id
    return _several(page, reader, waits, facts.rules.course) if waits and not is_alone else _one(page, reader, entry)


def _one(page: LeavePage, reader: Reader, entry: Entry) -> LeavePage:
    match entry.registration.status:
        case Status.WAITLISTED if is_pending_approval(reader, entry.session_id, entry.registration):
            say = "Your manager is asked to sign it off. Take it back, and nobody is asked any more."
            heading, button = "Your request is pending approval", "Take the request back"
            return replace(page, state="open", heading=heading, say=say, button=button)
        case Status.WAITLISTED:
            position = reader.ahead(entry.session_id, entry.registration.line_key) + 1
            say = "Leave, and your place goes to the next person. If you ask again, you join as somebody who asks then."
            heading, button = f"You are number {position} in line", "Leave the waitlist"
            return replace(page, state="open", heading=heading, say=say, button=button)
        case Status.OFFERED:
            say = "Please answer it through the link of the mail with the offer."
            return replace(page, state="offered", heading="A seat is offered to you", say=say)
        case Status.CONFIRMED | Status.PENDING:
            say = "This link is for the line only. If you cannot come, please tell your coordinator early."
            return replace(page, state="seated", heading="You have a seat", say=say)
        case Status.LEFT:
            say = "Your place goes to the next person. You can ask for a seat again at any time."
            return replace(page, state="left", heading="You left the line", say=say)
        case _:
            return page


def _several(page: LeavePage, reader: Reader, waits: list[Entry], course: str) -> LeavePage:
    """Show every line of a request for any date, which are left together."""
    sessions = reader.some_sessions([entry.session_id for entry in waits])
    days = [
        when(sessions[entry.session_id].meetings, sessions[entry.session_id].zone, in_words=True) for entry in waits
    ]
    return replace(
        page,
        state="open",
        title=course,
        when=listed(days),
        heading=f"You wait for {counted(len(waits), 'date')}",
        say="Leave, and your places go to the next people. If you ask again, you join as somebody who asks then.",
        button="Leave the waitlist",
    )
