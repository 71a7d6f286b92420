"""One small page without scripts, for addresses that are not part of the app."""

from html import escape
from typing import Final

_STYLE: Final = """
:root { color-scheme: light dark; --accent: #3e63dd;
  --bg: #f9f9fb; --text: #1c2024; --muted: #60646c; --hover: #3358d4;
  --edge: #8b8d98; --field: #fff; --soft: #f0f0f3; --bad: #ce2c31; --link: #3a5bc7; }
@media (prefers-color-scheme: dark) { :root { --bg: #111113; --text: #edeef0;
  --muted: #b0b4ba; --hover: #435db1; --edge: #696e77; --field: #18191b; --soft: #212225; --bad: #ff9592;
  --link: #9eb1ff; } }
@font-face { font-family: Inter; font-weight: 100 900; src: url(/fonts/inter-latin-wght-normal.woff2) format("woff2"); }
body { margin: 0; background: var(--bg); color: var(--text); font: 400 16px/24px Inter, system-ui, sans-serif; }
main { max-width: 408px; margin: 0 auto; padding: 96px 16px; display: grid; gap: 16px; }
img { width: 32px; height: 32px; } h1 { margin: 0; font-size: 24px; line-height: 32px; font-weight: 600; }
p { margin: 0; color: var(--muted); } form { display: grid; margin-top: 8px; }
button { height: 48px; border: 0; border-radius: 6px; background: var(--accent); color: #fff; font: inherit;
  font-weight: 500; }
button:hover { background: var(--hover); cursor: pointer; }
button.quiet { height: 40px; background: none; color: inherit; border: 1px solid var(--edge); }
button.quiet:hover { background: var(--soft); }
form { gap: 12px; } label { display: grid; gap: 4px; font-weight: 500; } label small { font-weight: 400; }
input, select { height: 44px; box-sizing: border-box; width: 100%; padding: 0 12px; border: 1px solid var(--edge);
  border-radius: 6px; background: var(--field); color: inherit; font: inherit; }
small { color: var(--muted); font-size: 14px; line-height: 20px; }
.bad { color: var(--bad); font-weight: 500; } a { color: var(--link); }
h2 { margin: 16px 0 0; font-size: 16px; font-weight: 600; } code { overflow-wrap: anywhere; }
ul { margin: 0; padding: 0; list-style: none; display: grid; gap: 12px; }
li { display: flex; align-items: center; justify-content: space-between; gap: 12px; }
li form { margin: 0; } li small { display: block; } li button.quiet { height: 32px; font-size: 14px; }
hr { width: 100%; margin: 8px 0 0; border: 0; border-top: 1px solid var(--edge); }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
"""


def plain_page(title: str, words: str, *, button: str = "") -> str:
    """Return a page that says something; with `button` it has one, which posts to the page's own address."""
    form = f'<form method="post"><button type="submit">{escape(button)}</button></form>' if button else ""
    return document(title, f"<p>{escape(words)}</p>{form}")


def document(title: str, body: str) -> str:
    """Return a whole page with `body`, which is HTML already, below its title."""
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<link rel="icon" href="/favicon.svg" type="image/svg+xml">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head>"
        f'<body><main><img src="/favicon.svg" alt=""><h1>{escape(title)}</h1>{body}</main></body>'
        "</html>"
    )
