"""The built-in mailbox: without a mail service a message is handed over by staying where it is."""

from waitlist_app.errors import Refused


class Mailbox:
    """Hands messages over to the mailbox page. Nothing leaves the machine."""

    @property
    def keeps_mail(self) -> bool:
        """Say that the row in the outbox is the mail itself, its link included."""
        return True

    def send(self, *, key: str, recipient: str, subject: str, html: str, text: str, calendar: str = "") -> None:  # noqa: ARG002 - as every mailer takes them
        """Take the message as it stands; only an address that can be none is refused."""
        name, at, domain = recipient.rpartition("@")
        if not (name and at and domain):
            raise Refused(f"“{recipient}” is not an e-mail address.")
