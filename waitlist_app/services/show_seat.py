"""What somebody sees behind the link that asks to confirm a seat again. Looking changes nothing, however often."""

from typing import Final

from waitlist_app.engine.decisions.waking import UNANSWERED
from waitlist_app.engine.model import Asking, SilenceRule, Status
from waitlist_app.services.actors import Actor
from waitlist_app.services.ports import Entry, Reader, SeatLink, SessionFacts, Work
from waitlist_app.services.strangers import is_stranger
from waitlist_app.services.views import SeatPage
from waitlist_app.services.wording import in_full, when, zone_place

UNKNOWN: Final = SeatPage(
    state="unknown",
    organisation="",
    name="",
    heading="We could not find this seat",
    say="The link may be incomplete. Please open it from the mail again.",
    title="",
    when="",
    where="",
)


CANNOT_COME: Final = "cannot come at the new time"
"""The reason on record of somebody who gives the seat up here."""


def show_seat(*, work: Work, token: str, signed_in: Actor | None = None) -> SeatPage:
    """Say what is asked behind a link, or how the seat stands; an unknown link says that and nothing else.

    So does one of another organisation than the one in which somebody is `signed_in`, and that is noted.
    """
    link = work.open_seat_link(token)
    if link and is_stranger(work, link, signed_in, purpose="seat"):
        return UNKNOWN
    system = next((one for one in work.organisations() if link and one.org_id == link.org_id), None)
    if link is None or system is None:
        return UNKNOWN
    return work.read(system, lambda reader: _page(reader, link))


def _page(reader: Reader, link: SeatLink) -> SeatPage:
    entry, facts = reader.registration(link.registration_id), reader.session(link.session_id)
    state, heading, say = _standing(entry, facts, link)
    return SeatPage(
        state=state,
        organisation=link.organisation,
        name=entry.person.name,
        heading=heading,
        say=say,
        title=facts.title,
        when=when(facts.meetings, facts.zone, in_words=True),
        where=facts.location,
    )


def _standing(entry: Entry, facts: SessionFacts, link: SeatLink) -> tuple[str, str, str]:
    registration, asking = entry.registration, facts.rules.asking
    if registration.status is not Status.CONFIRMED:
        return "closed", *_gone(registration.status, entry.reason)
    if link.number != facts.rules.times_changed:
        return "closed", "The session was moved again", "Please use the link in the latest mail."
    if registration.answer_by is None or asking is None:
        return "kept", "You keep your seat", "Nothing is left to do. Opening the link again changes nothing."
    return "open", "Can you come at the new time?", _question(facts, asking)


def _gone(status: Status, reason: str) -> tuple[str, str]:
    if reason == CANNOT_COME:
        return "You gave the seat up", "It goes to the next person in line. Opening the link again changes nothing."
    if reason == UNANSWERED:
        return "You no longer have this seat", "It was not confirmed in time, so it goes to the next person in line."
    if status is Status.CANCELLED:
        return "This session does not take place", "Your training team can tell you more."
    return "You no longer have this seat", "Your training team can tell you why."


def _question(facts: SessionFacts, asking: Asking) -> str:
    by = f"Please answer by {in_full(asking.by, facts.zone)}, {zone_place(facts.zone)}."
    if asking.on_silence is SilenceRule.RELEASE:
        return f"{by} Without an answer the seat goes to the next person."
    return f"{by} Without an answer you keep your seat."
