"""One message, whole, as its reader sees it."""

from collections.abc import Callable

from waitlist_app.services.actors import Actor, Permission
from waitlist_app.services.list_messages import address_of, status_of, subject_of
from waitlist_app.services.outbox import without_secret
from waitlist_app.services.ports import Reader, Work
from waitlist_app.services.views import MessagePage
from waitlist_app.services.wording import exact


def show_message(*, work: Work, actor: Actor, message_id: str) -> MessagePage:
    """Give a message of the organisation, times in its zone; raises `NotAllowed` when there is none.

    The link of an offer is only for those who may answer for its person; for all others its secret is left out.
    """
    actor.require(Permission.READ)
    words: Callable[[str], str] = str if actor.may(Permission.EDIT) else without_secret

    def page(reader: Reader) -> MessagePage:
        message = reader.message(message_id)
        return MessagePage(
            id=message.id,
            to=address_of(message),
            sender=actor.organisation,
            subject=subject_of(message),
            sent=exact(message.sent_at or message.created_at, actor.zone),
            status=status_of(message, actor.zone, reader.now),
            html=words(message.html),
            text=words(message.text),
            hides_link=words(message.text) != message.text,
        )

    return work.read(actor, page)
