"""Laying a mail out as plain text, for programs and people that read it so."""

from collections.abc import Iterator
from textwrap import fill
from typing import Final

from waitlist_app.notifications.content import Content, Fact

WIDTH: Final = 72
"""Characters in a line; addresses are never broken."""


def as_text(content: Content) -> str:
    """Lay a mail out as plain text."""
    return "\n\n".join(_blocks(content)) + "\n"


def _blocks(content: Content) -> Iterator[str]:
    yield content.organisation
    yield content.greeting
    yield _wrapped(content.heading)
    if content.deadline:
        yield f"{content.deadline.lead}\n{content.deadline.moment}\n{content.deadline.detail}"
    if content.facts:
        width = max(len(fact.name) for fact in content.facts) + 2
        yield "\n".join(_fact(fact, width) for fact in content.facts)
    if content.button:
        yield f"{content.button.words}:\n{content.button.address}"
        yield _wrapped(content.button.note)
    for paragraph in content.paragraphs:
        behind = f"\n{paragraph.words}:\n{paragraph.address}" if paragraph.address else ""
        yield f"{paragraph.question}\n{_wrapped(paragraph.answer)}{behind}"
    yield f"-- \n{_wrapped(content.footer)}"  # mail programs know by this line that the rest may be folded away


def _fact(fact: Fact, width: int) -> str:
    first, *others = fact.lines
    return "\n".join((f"{fact.name + ':':<{width}}{first}", *(" " * width + line for line in others)))


def _wrapped(text: str) -> str:
    return fill(text, WIDTH, break_long_words=False, break_on_hyphens=False)
