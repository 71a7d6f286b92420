"""What all letters have: when and where, how they begin and end."""

from typing import Final
from urllib.parse import quote

from waitlist_app.notifications import times
from waitlist_app.notifications.content import Button, Content, Deadline, Fact, Paragraph
from waitlist_app.services.outbox import MessageFacts

MAP: Final = "https://www.openstreetmap.org/search?query="

ASK_AGAIN: Final = "You can ask again at any time."
NOT_EXPECTED: Final = Paragraph(
    question="Not what you expected?",
    answer="Please tell your coordinator soon. They can see what happened and mend it.",
)


def content(
    facts: MessageFacts,
    questions_to: str,
    *,
    subject: str,
    heading: str,
    facts_shown: tuple[Fact, ...],
    paragraphs: tuple[Paragraph, ...],
    preview: str = "",
    deadline: Deadline | None = None,
    button: Button | None = None,
    is_personal: bool = False,
) -> Content:
    """Put a letter together; blanks in subject and preview are made single."""
    only = f"For {facts.person.email} only, please do not pass the link on."
    return Content(
        subject=" ".join(subject.split()),
        preview=preview or " ".join(paragraphs[0].answer.split()),
        organisation=facts.organisation,
        greeting=f"Hello {_first_name(facts.person.name)}",
        heading=heading,
        deadline=deadline,
        facts=facts_shown,
        button=button,
        paragraphs=paragraphs,
        footer=f"{only if is_personal else f'Sent to {facts.person.email}.'} Questions: {questions_to}.",
    )


def _first_name(name: str) -> str:
    return name if "," in name else name.split(" ", maxsplit=1)[0]


def when(facts: MessageFacts) -> Fact:
    """Say when the session meets."""
    return Fact(name="When", lines=times.meeting_lines(facts.meetings, facts.zone))


def where(facts: MessageFacts) -> Fact:
    """Say where, with a link: the joining link itself, or a map."""
    place = facts.location or "The place follows."
    address = place if place.startswith("https://") else f"{MAP}{quote(place)}" if facts.location else ""
    return Fact(name="Where", lines=(place,), address=address)


def seats(facts: MessageFacts) -> tuple[Fact, ...]:
    """Say for how many seats it is, unless for one."""
    return () if facts.seat_units == 1 else (Fact(name="Seats", lines=(str(facts.seat_units),)),)
