"""What a mail says, before it is laid out: the same for HTML and for text."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """The highlighted block: by when to answer."""

    lead: str
    moment: str
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """The one thing to press, and what pressing it does not do."""

    words: str
    address: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A line of the small table: what, and its lines."""

    name: str
    lines: tuple[str, ...]
    address: str = ""
    """Where the lines lead; empty for nowhere."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """A question that the reader may have, and the answer."""

    question: str
    answer: str
    words: str = ""
    """Of a link behind the answer; empty for none."""
    address: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """A whole mail. All texts are plain; laying out makes them safe."""

    subject: str
    preview: str
    """What an inbox shows beside the subject."""
    organisation: str
    greeting: str
    heading: str
    deadline: Deadline | None = None
    facts: tuple[Fact, ...] = ()
    button: Button | None = None
    paragraphs: tuple[Paragraph, ...] = ()
    footer: str
