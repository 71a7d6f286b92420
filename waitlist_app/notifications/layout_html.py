"""Laying a mail out as HTML that mail programs show alike: tables, and styles on each element.

Mail programs drop custom properties, so the colours of the design are written out here. The one style block, for dark
screens, may be dropped too: the mail is whole without it, in light.
"""

from html import escape
from typing import Final

from waitlist_app.notifications.content import Button, Content, Deadline, Fact, Paragraph

_FAMILY: Final = "Inter,-apple-system,BlinkMacSystemFont,'Segoe UI',Roboto,'Helvetica Neue',Arial,sans-serif"
_INK: Final = "#1c2024"
_MUTE: Final = "#60646c"
_TABLE: Final = '<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0"'

_HEAD: Final = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<meta name="x-apple-disable-message-reformatting">
<title>{title}</title>
<style>
  body { margin: 0; }
  a { color: inherit; }
  @media (prefers-color-scheme: dark) {
    .page { background: #111113 !important; }
    .card { background: #18191b !important; border-color: #363a3f !important; }
    .ink { color: #edeef0 !important; }
    .mute { color: #b0b4ba !important; }
    .rule { border-color: #363a3f !important; }
    .due { background: #302008 !important; border-color: #ffc53d !important; }
    .due td { color: #ffe7b3 !important; }
  }
</style>
</head>
"""


def as_html(content: Content) -> str:
    """Lay a mail out as a whole HTML document."""
    card = "".join(
        (
            _greeting(content),
            _deadline(content.deadline) if content.deadline else "",
            _facts(content.facts) if content.facts else "",
            _button(content.button) if content.button else "",
            _paragraphs(content.paragraphs) if content.paragraphs else "",
        )
    )
    organisation = _row("ink", f"padding:0 4px 12px;{_font(500, 14, 20)}color:{_INK};", escape(content.organisation))
    body = _row("card", "background:#ffffff;border:1px solid #e0e1e6;border-radius:12px;padding:24px 20px 20px;", card)
    footer = _row("mute", f"padding:16px 4px 0;{_font(400, 12, 16)}color:{_MUTE};", escape(content.footer))
    return (
        _HEAD.replace("{title}", escape(content.subject)) + '<body class="page" style="margin:0;background:#f9f9fb;">\n'
        '<div role="article" aria-roledescription="email" lang="en">\n'
        f'<div style="display:none;max-height:0;overflow:hidden;">{escape(content.preview)}</div>\n'
        f'{_TABLE} class="page" style="background:#f9f9fb;">\n'
        '<tr><td align="center" style="padding:20px 12px 24px;">\n'
        f'{_TABLE} style="max-width:560px;">\n{organisation}{body}{footer}</table>\n'
        "</td></tr>\n</table>\n</div>\n</body>\n</html>\n"
    )


def _greeting(content: Content) -> str:
    return (
        f'\n<p class="mute" style="margin:0 0 4px;{_font(400, 14, 20)}color:{_MUTE};">{escape(content.greeting)}</p>\n'
        f'<h1 class="ink" style="margin:0 0 16px;{_font(600, 22, 28)}letter-spacing:-.015em;color:{_INK};">'
        f"{escape(content.heading)}</h1>\n"
    )


def _deadline(deadline: Deadline) -> str:
    return (
        f'{_TABLE} class="due" style="background:#fefbe9;border-left:4px solid #ffc53d;border-radius:4px;">\n'
        f'<tr><td style="padding:12px 14px;{_font(400, 14, 20)}color:#4f3422;">{escape(deadline.lead)}<br>'
        f'<b style="font-weight:600;font-size:16px;line-height:24px;">{escape(deadline.moment)}</b><br>'
        f"{escape(deadline.detail)}</td></tr>\n</table>\n"
    )


def _facts(facts: tuple[Fact, ...]) -> str:
    name = f"padding:6px 12px 6px 0;{_font(400, 14, 20)}color:{_MUTE};vertical-align:top;width:64px;"
    says = f"padding:6px 0;{_font(400, 14, 20)}color:{_INK};vertical-align:top;"
    rows = "".join(
        f'<tr>\n<td class="mute" style="{name}">{escape(fact.name)}</td>\n'
        f'<td class="ink" style="{says}">{_linked(fact)}</td>\n</tr>\n'
        for fact in facts
    )
    return f'{_TABLE} style="margin:12px 0 16px;">\n{rows}</table>\n'


def _linked(fact: Fact) -> str:
    lines = "<br>".join(escape(line) for line in fact.lines)
    return f'<a href="{escape(fact.address)}" style="color:inherit;">{lines}</a>' if fact.address else lines


def _button(button: Button) -> str:
    style = f"display:block;padding:14px 16px;{_font(500, 16, 20)}color:#ffffff;text-decoration:none;"
    return (
        f'{_TABLE}>\n<tr><td align="center" style="background:#3e63dd;border-radius:6px;">'
        f'<a href="{escape(button.address)}" style="{style}">{escape(button.words)}</a></td></tr>\n</table>\n'
        f'<p class="mute" style="margin:12px 0 0;{_font(400, 13, 20)}color:{_MUTE};">{escape(button.note)}</p>\n'
    )


def _paragraphs(paragraphs: tuple[Paragraph, ...]) -> str:
    said = "<br><br>".join(
        f'<b style="font-weight:600;">{escape(paragraph.question)}</b> {escape(paragraph.answer)}{_behind(paragraph)}'
        for paragraph in paragraphs
    )
    style = f"border-top:1px solid #e0e1e6;padding-top:16px;{_font(400, 14, 20)}color:{_INK};"
    return f'{_TABLE} style="margin-top:20px;">\n<tr><td class="rule ink" style="{style}">{said}</td></tr>\n</table>\n'


def _behind(paragraph: Paragraph) -> str:
    if not paragraph.address:
        return ""
    return f' <a href="{escape(paragraph.address)}" style="color:inherit;">{escape(paragraph.words)}</a>'


def _row(kind: str, style: str, inside: str) -> str:
    return f'<tr><td class="{kind}" style="{style}">{inside}</td></tr>\n'


def _font(weight: int, size: int, line: int) -> str:
    return f"font:{weight} {size}px/{line}px {_FAMILY};"
