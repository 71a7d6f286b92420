"""One message, whole, as its reader sees it."""

from waitlist_app.services.actors import Actor, Permission
from waitlist_app.services.list_messages import address_of, status_of, subject_of
from waitlist_app.services.ports import Reader, Work
from waitlist_app.services.views import MessagePage
from waitlist_app.services.wording import exact


def show_message(*, work: Work, actor: Actor, message_id: str) -> MessagePage:
    """Give a message of the organisation, times in its zone; raises `NotAllowed` when there is none."""
    actor.require(Permission.READ)

    def page(reader: Reader) -> MessagePage:
        message = reader.message(message_id)
        return MessagePage(
            id=message.id,
            to=address_of(message),
            sender=actor.organisation,
            subject=subject_of(message),
            sent=exact(message.sent_at or message.created_at, actor.zone),
            status=status_of(message),
            html=message.html,
            text=message.text,
        )

    return work.read(actor, page)
