"""What a manager sees behind the link of a sign-off. Looking changes nothing, however often."""

from waitlist_app.engine.model import SIGN_OFF, Status
from waitlist_app.services.actors import Actor
from waitlist_app.services.ports import Reader, SignOffLink, Work
from waitlist_app.services.strangers import is_stranger
from waitlist_app.services.views import SignOffPage
from waitlist_app.services.wording import when


def show_sign_off(*, work: Work, token: str, signed_in: Actor | None = None) -> SignOffPage | None:
    """Say what is asked behind a link, or what became of it; None for an unknown link, as for a stranger."""
    link = work.open_sign_off_link(token)
    if link and is_stranger(work, link, signed_in, purpose="sign_off"):
        return None
    system = next((one for one in work.organisations() if link and one.org_id == link.org_id), None)
    if link is None or system is None:
        return None
    return work.read(system, lambda reader: _page(reader, link))


def _page(reader: Reader, link: SignOffLink) -> SignOffPage:
    entry, facts = reader.registration(link.registration_id), reader.session(link.session_id)
    name, registration = entry.person.name, entry.registration
    state, say = "given", f"You signed off the request of {name}. Nothing is left to do."
    if registration.status is Status.REFUSED:
        state, say = "declined", f"You did not sign off the request of {name}. It is closed."
    elif SIGN_OFF in registration.outstanding and registration.status is Status.WAITLISTED:
        state, say = "open", f"{name} asks for a seat, and this session needs a manager's sign-off."
    elif not registration.status.is_active:
        state, say = "closed", f"{name} is no longer registered for this session. Nothing is left to do."
    return SignOffPage(
        state=state,
        organisation=link.organisation,
        name=name,
        title=facts.title,
        when=when(facts.meetings, facts.zone, in_words=True),
        where=facts.location,
        say=say,
    )
