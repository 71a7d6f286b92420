"""Showing which links were mailed to members, and the links themselves where no mail service takes them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from waitlist_app.services.actors import Actor, Permission
from waitlist_app.services.identities import Purpose
from waitlist_app.services.member_mail import SIGN_IN_PATH, KeptMail, MemberMailbox
from waitlist_app.services.ports import Work
from waitlist_app.services.wording import recent

MOST_MAILS: Final = 50

_SUBJECTS: Final = {
    Purpose.SIGN_IN: "A link to sign in",
    Purpose.INVITATION: "An invitation",
    Purpose.PASSWORD_RESET: "A link to set a new password",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberMailRow:
    """One mail as the list shows it."""

    id: str
    name: str
    email: str
    subject: str
    status: str
    written: str
    link: str = ""


def list_member_mail(
    *, work: Work, actor: Actor, mailbox: MemberMailbox, shows_links: bool
) -> tuple[MemberMailRow, ...]:
    """List the newest mails with links; `shows_links` only where the mailbox in the app is the only one there is."""
    actor.require(Permission.ADMINISTER)
    now = work.read(actor, lambda reader: reader.now)
    mails = mailbox.mails(actor.org_id, count=MOST_MAILS)
    return tuple(_row(mail, actor.zone, now, shows_links=shows_links) for mail in mails)


def _row(mail: KeptMail, zone: str, now: datetime, *, shows_links: bool) -> MemberMailRow:
    return MemberMailRow(
        id=mail.id,
        name=mail.name,
        email=mail.email,
        subject=_SUBJECTS[mail.purpose],
        status=_status(mail),
        written=recent(mail.written_at, zone, now),
        link=_link(mail.text) if shows_links and mail.status == "sent" else "",
    )


def _link(text: str) -> str:
    return next((word for word in text.split() if word.startswith("http") and SIGN_IN_PATH in word), "")


def _status(mail: KeptMail) -> str:
    match mail.status:
        case "sent":
            return "Sent"
        case "failed":
            return f"Not sent. {mail.error}".strip()
        case "obsolete":
            return "No longer wanted, not sent"
        case _:
            return f"Tried again soon. {mail.error}" if mail.error else "Not sent yet"
