"""Forms on the small pages without scripts. Every text is made safe here."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One thing to fill in."""

    name: str
    label: str
    kind: str = "text"
    autocomplete: str = "off"
    value: str = ""
    hint: str = ""
    is_required: bool = True
    is_focused: bool = False


def form(
    *fields: Field,
    button: str,
    action: str = "",
    kept: dict[str, str] | None = None,
    second: tuple[str, str] | None = None,
    is_quiet: bool = False,
) -> str:
    """Return a form that posts `fields`, and `kept` unseen, to `action`, else to the page's own address.

    A `second` button has its own words and its own address.
    """
    where = f' action="{escape(action)}"' if action else ""
    unseen = "".join(
        f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">' for name, value in (kept or {}).items()
    )
    look = ' class="quiet"' if is_quiet else ""
    return (
        f'<form method="post"{where}>{unseen}{"".join(map(_field, fields))}'
        f'<button type="submit"{look}>{escape(button)}</button>{_second(second)}</form>'
    )


def _second(button: tuple[str, str] | None) -> str:
    if button is None:
        return ""
    words, action = button
    return f'<button type="submit" class="quiet" formaction="{escape(action)}">{escape(words)}</button>'


def say(*sentences: str) -> str:
    """Return a paragraph for each sentence."""
    return "".join(f"<p>{escape(sentence)}</p>" for sentence in sentences if sentence)


def trouble(sentence: str) -> str:
    """Return what went wrong, where a screen reader says it at once; nothing for an empty sentence."""
    return f'<p class="bad" role="alert">{escape(sentence)}</p>' if sentence else ""


def heading(words: str) -> str:
    """Return the title of a part of the page."""
    return f"<h2>{escape(words)}</h2>"


def link(words: str, href: str) -> str:
    """Return a link on a line of its own."""
    return f'<p><a href="{escape(href)}">{escape(words)}</a></p>'


def listed(rows: Sequence[tuple[str, str, str]]) -> str:
    """Return a list of `(words, smaller words, HTML at the end)`."""
    items = (f"<li><span>{escape(words)}<small>{escape(small)}</small></span>{end}</li>" for words, small, end in rows)
    return f"<ul>{''.join(items)}</ul>"


def _field(field: Field) -> str:
    flags = (" required" if field.is_required else "") + (" autofocus" if field.is_focused else "")
    hint = f"<small>{escape(field.hint)}</small>" if field.hint else ""
    return (
        f"<label>{escape(field.label)}{hint}"
        f'<input type="{escape(field.kind)}" name="{escape(field.name)}" value="{escape(field.value)}"'
        f' autocomplete="{escape(field.autocomplete)}" maxlength="512"{flags}></label>'
    )
