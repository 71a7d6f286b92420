"""Mails to members: those that carry a link of their own, heads of the record, and what waits for a deputy."""

from typing import Final

from waitlist_app.notifications import times
from waitlist_app.notifications.content import Button, Content, Deadline, Fact, Paragraph
from waitlist_app.notifications.layout_html import as_html
from waitlist_app.notifications.layout_text import as_text
from waitlist_app.services.actors import Role
from waitlist_app.services.identities import Purpose
from waitlist_app.services.member_mail import SIGN_IN_PATH, MemberMailFacts, Notice
from waitlist_app.services.outbox import WrittenMessage
from waitlist_app.services.seal import Signer
from waitlist_app.services.wording import counted

ROLE_WORDS: Final = {
    Role.OWNER: "as an owner",
    Role.COORDINATOR: "as a coordinator",
    Role.APPROVER: "as an approver",
    Role.AUDITOR: "as an auditor",
    Role.MANAGER: "as a manager",
}

NOT_YOU: Final = Paragraph(
    question="It was not you?",
    answer="Then you can delete this mail. Without the button nothing happens, and nobody learns that you got it.",
)


class MemberComposer:
    """Writes mails whose links lead to one installation."""

    def __init__(self, *, app_url: str, questions_to: str, signer: Signer | None = None) -> None:
        """Link to `app_url`, without a slash at its end; mails name `questions_to` as the address for questions.

        Heads of the record come with the key of `signer`, which signs exports.
        """
        self._signer = signer
        self._app_url = app_url
        self._questions_to = questions_to

    def __call__(self, facts: MemberMailFacts, *, token: str) -> WrittenMessage:
        """Write the mail; `token` is the secret for its link."""
        if facts.purpose is Notice.ESCALATION:
            return _without_link(facts, _escalated(facts, f"{self._app_url}/inbox", self._questions_to))
        if not isinstance(facts.purpose, Purpose):
            key = self._signer.public_key if self._signer else ""
            return _without_link(facts, _head(facts, key, self._questions_to))
        link = f"{self._app_url}{SIGN_IN_PATH}{token}"
        content = _content(facts, link, self._questions_to)
        return WrittenMessage(
            recipient=facts.email, subject=content.subject, html=as_html(content), text=as_text(content), token=token
        )


def _without_link(facts: MemberMailFacts, content: Content) -> WrittenMessage:
    return WrittenMessage(recipient=facts.email, subject=content.subject, html=as_html(content), text=as_text(content))


def _escalated(facts: MemberMailFacts, inbox: str, questions_to: str) -> Content:
    waits = counted(facts.escalated, "proposal waits", "proposals wait")
    oldest = times.moment(facts.oldest_at or facts.asked_at, facts.zone)
    return Content(
        subject=" ".join(f"{facts.organisation}: {waits} for your decision".split()),
        preview=f"The oldest since {oldest}.",
        organisation=facts.organisation,
        greeting=_greeting(facts),
        heading=f"{waits} for your decision",
        facts=(Fact(name="The oldest since" if facts.escalated > 1 else "Since", lines=(oldest,)),),
        button=Button(words="Open the inbox", address=inbox, note="Opening it decides nothing."),
        paragraphs=(
            Paragraph(
                question="Why do I get this?",
                answer=f"You are the deputy of {facts.organisation} for proposals that nobody decides in time. "
                "Seats stay free until somebody decides.",
            ),
        ),
        footer=f"For the deputy of {facts.organisation}. Questions: {questions_to}.",
    )


def _head(facts: MemberMailFacts, key: str, questions_to: str) -> Content:
    command = f"python -m waitlist_app audit verify FILE --head {facts.record_head}"
    subject = f"The record of {facts.organisation}: {counted(facts.record_count, 'entry', 'entries')}"
    said = {"Entries": str(facts.record_count), "Head": facts.record_head, "Key": key}
    return Content(
        subject=" ".join(subject.split()),
        preview=f"The last hash of today: {facts.record_head}",
        organisation=facts.organisation,
        greeting=_greeting(facts),
        heading=f"The record as of {times.moment(facts.written_at, facts.zone)}",
        facts=tuple(Fact(name=name, lines=(value,)) for name, value in said.items() if value),
        paragraphs=(
            Paragraph(
                question="What is this for?",
                answer="Please keep this mail. Every entry of the record carries the hash of the one before it, so the "
                "last hash stands for all of them. With it anybody can tell a record that was cut off or written anew.",
            ),
            Paragraph(
                question="How is it checked?",
                answer=f"Export the record, then run: {command}{f' --key {key}' if key else ''}",
            ),
        ),
        footer=f"For the owners of {facts.organisation}, once a day. Questions: {questions_to}.",
    )


def _greeting(facts: MemberMailFacts) -> str:
    return f"Hello {facts.name if ',' in facts.name else facts.name.split(' ', maxsplit=1)[0]}"


def _content(facts: MemberMailFacts, link: str, questions_to: str) -> Content:
    subject, heading, words, paragraphs = _words(facts, Purpose(facts.purpose))
    note = "Opening the page changes nothing. The link works once, in the browser in which you press the button there."
    return Content(
        subject=" ".join(subject.split()),
        preview=f"The link works once, until {times.moment(facts.ends_at, facts.zone)}.",
        organisation=facts.organisation,
        greeting=_greeting(facts),
        heading=heading,
        deadline=Deadline(
            lead="The link works once, until",
            moment=times.moment(facts.ends_at, facts.zone),
            detail=f"{times.zone_name(facts.ends_at, facts.zone)}, "
            f"{times.length(facts.ends_at - facts.written_at)} from now",
        ),
        button=Button(words=words, address=link, note=note),
        paragraphs=paragraphs,
        footer=f"For {facts.email} only, please do not pass the link on. Questions: {questions_to}.",
    )


def _words(facts: MemberMailFacts, purpose: Purpose) -> tuple[str, str, str, tuple[Paragraph, ...]]:
    match purpose:
        case Purpose.SIGN_IN:
            title = f"Sign in to {facts.organisation}"
            return title, title, "Sign in", (NOT_YOU,)
        case Purpose.PASSWORD_RESET:
            title = f"Set a new password for {facts.organisation}"
            signs_out = Paragraph(
                question="What happens then?",
                answer="You choose a new password. Every browser in which you are signed in now is signed out.",
            )
            return title, title, "Choose a new password", (signs_out, NOT_YOU)
        case Purpose.INVITATION:
            by = facts.invited_by or "A colleague"
            why = Paragraph(
                question="What is this?",
                answer=f"{by} invites you to the waitlist of {facts.organisation}, "
                f"{ROLE_WORDS.get(facts.role, 'as a member')}. There you sign in with this address.",
            )
            unexpected = Paragraph(
                question="Not what you expected?", answer="Then you can delete this mail, and nothing happens."
            )
            title = f"You are invited to the waitlist of {facts.organisation}"
            return title, title, "See the invitation", (why, unexpected)
