"""Signing in and out, as plain pages: only a plain answer can set a cookie that scripts cannot read.

A link only shows a page; what changes something is a POST from this origin, so that mail scanners burn no link and
other sites press no button.
"""

from collections.abc import Mapping
from typing import Final

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from waitlist_app.bootstrap import product
from waitlist_app.errors import WaitlistError
from waitlist_app.pages import plain_forms as forms
from waitlist_app.pages.plain_requests import (
    PRIVATE,
    caller_of,
    cookie_of,
    form_of,
    in_thread,
    is_from_here,
    page,
    status_of,
    telling,
)
from waitlist_app.services.identities import Purpose
from waitlist_app.services.sign_in_refusals import SHORTEST_PASSWORD, LinkIsOver
from waitlist_app.state.access import WELCOME

SEE_OTHER: Final = 303

_OVER: Final = "This link was used already or has ended. You can ask for a new one."
_TITLES: Final = {
    Purpose.SIGN_IN: "Sign in to {}",
    Purpose.INVITATION: "Join {}",
    Purpose.PASSWORD_RESET: "Set a new password for {}",
}


def sign_in_routes() -> list[Route]:
    """Return the addresses of signing in and out."""
    return [
        Route("/sign-in", show_sign_in, methods=["GET"]),
        Route("/sign-in", sign_in, methods=["POST"]),
        Route("/sign-in/link", ask_for_link, methods=["POST"]),
        Route("/sign-in/reset", ask_for_reset, methods=["POST"]),
        Route("/sign-in/code", show_code, methods=["GET"]),
        Route("/sign-in/code", give_code, methods=["POST"]),
        Route("/sign-in/{token}", show_link, methods=["GET"]),
        Route("/sign-in/{token}", use_link, methods=["POST"]),
        Route("/sign-out", sign_out, methods=["POST"]),
    ]


# ── with a password ──────────────────────────────────────────────────────────────────────────────


async def show_sign_in(request: Request) -> Response:  # noqa: ARG001 - everybody sees the same
    """Show both ways in."""
    return _both_ways()


async def sign_in(request: Request) -> Response:
    """Sign in with a password."""
    if not is_from_here(request):
        return from_elsewhere()
    said: Mapping[str, str] = {}
    try:
        said = await form_of(request)
        caller = caller_of(request)
        admitted = await in_thread(
            lambda: product().front_door.with_password(
                email=said.get("email", ""), password=said.get("password", ""), caller=caller
            )
        )
    except WaitlistError as error:
        return _both_ways(trouble=str(error), email=said.get("email", ""), status=status_of(error))
    return _let_in(admitted.cookie_value, needs_code=admitted.needs_code)


def _both_ways(*, trouble: str = "", email: str = "", status: int = 200) -> HTMLResponse:
    address = forms.Field(
        name="email", label="E-mail address", kind="email", autocomplete="username", value=email, is_focused=True
    )
    password = forms.Field(name="password", label="Password", kind="password", autocomplete="current-password")
    again = forms.Field(name="email", label="E-mail address", kind="email", autocomplete="username", value=email)
    return page(
        "Sign in",
        forms.trouble(trouble)
        + forms.form(address, password, button="Sign in", action="/sign-in")
        + "<hr>"
        + forms.heading("No password, or forgotten?")
        + forms.form(
            again,
            button="Mail me a sign-in link",
            action="/sign-in/link",
            second=("Mail me a link to set a new password", "/sign-in/reset"),
            is_quiet=True,
        ),
        status=status,
    )


# ── by mail ──────────────────────────────────────────────────────────────────────────────────────


async def ask_for_link(request: Request) -> Response:
    """Mail a link to sign in, and say the same to everybody."""
    return await _ask(request, Purpose.SIGN_IN)


async def ask_for_reset(request: Request) -> Response:
    """Mail a link to set another password, and say the same to everybody."""
    return await _ask(request, Purpose.PASSWORD_RESET)


async def _ask(request: Request, purpose: Purpose) -> Response:
    if not is_from_here(request):
        return from_elsewhere()
    try:
        said = await form_of(request)
        caller = caller_of(request)
        await in_thread(
            lambda: product().front_door.ask_for_mail(
                email=said.get("email") or said.get("mail-to", ""), purpose=purpose, caller=caller
            )
        )
    except WaitlistError as error:
        return _both_ways(trouble=str(error), status=status_of(error))
    return page(
        "Look into your mailbox",
        forms.say(
            "If this address belongs to somebody here, a mail with a link is on its way.",
            "The link works once, for 15 minutes.",
        )
        + forms.link("Back to signing in", "/sign-in"),
    )


async def show_link(request: Request) -> Response:
    """Say what a link is for and show a button; the link is not used yet."""
    return await _show_link(str(request.path_params["token"]))


async def use_link(request: Request) -> Response:
    """Use the link up and remember the browser in a cookie that scripts cannot read."""
    if not is_from_here(request):
        return from_elsewhere()
    token = str(request.path_params["token"])
    try:
        said = await form_of(request)
        caller = caller_of(request)
        admitted = await in_thread(
            lambda: product().front_door.with_link(token, caller=caller, password=said.get("password", ""))
        )
    except LinkIsOver:
        return await _show_link(token)
    except WaitlistError as error:
        return await _show_link(token, trouble=str(error), status=status_of(error))
    return _let_in(admitted.cookie_value, needs_code=admitted.needs_code)


async def _show_link(token: str, *, trouble: str = "", status: int = 200) -> Response:
    try:
        view = await in_thread(lambda: product().front_door.look_at_link(token))
    except WaitlistError as error:
        return telling("Please try again", str(error), status=status_of(error))
    if view is None or view.is_over:
        gone = 404 if view is None else 410
        return page(
            "This link does not work any more",
            forms.say(_OVER) + forms.link("Ask for a new one", "/sign-in"),
            status=gone,
        )
    is_invitation = view.purpose is Purpose.INVITATION
    hint = f"At least {SHORTEST_PASSWORD} characters; a few words in a row are good."
    if is_invitation:
        hint += " Without one you sign in with links from your mailbox."
    password = forms.Field(
        name="password",
        label="Choose a password",
        kind="password",
        autocomplete="new-password",
        hint=hint,
        is_required=not is_invitation,
    )
    return page(
        _TITLES[view.purpose].format(view.organisation),
        forms.say(f"For {view.name}, {view.email}.", "The link works once, in this browser.")
        + forms.trouble(trouble)
        + forms.form(
            *((password,) if view.asks_password else ()),
            button="Join" if is_invitation else "Sign in",
            kept={"username": view.email},
        ),
        status=status,
    )


# ── the code of an authenticator app ─────────────────────────────────────────────────────────────


async def show_code(request: Request) -> Response:  # noqa: ARG001 - everybody sees the same
    """Ask for the code."""
    return _code()


async def give_code(request: Request) -> Response:
    """Finish signing in with the code; the browser gets another cookie."""
    if not is_from_here(request):
        return from_elsewhere()
    try:
        said = await form_of(request)
        caller = caller_of(request)
        admitted = await in_thread(lambda: product().front_door.with_code(said.get("code", ""), caller=caller))
    except WaitlistError as error:
        return _code(trouble=str(error), status=status_of(error))
    return _let_in(admitted.cookie_value)


def _code(*, trouble: str = "", status: int = 200) -> HTMLResponse:
    code = forms.Field(
        name="code",
        label="Code",
        autocomplete="one-time-code",
        hint="Six digits. You have ten minutes.",
        is_focused=True,
    )
    return page(
        "Enter the code from your app",
        forms.trouble(trouble) + forms.form(code, button="Sign in") + forms.link("Start again", "/sign-in"),
        status=status,
    )


# ── out ──────────────────────────────────────────────────────────────────────────────────────────


async def sign_out(request: Request) -> Response:
    """Forget the browser, on the server and here."""
    if not is_from_here(request):
        return from_elsewhere()
    cookie = cookie_of(request)
    try:
        await in_thread(lambda: product().front_door.sign_out(cookie))
    except WaitlistError as error:
        return telling("You are not signed out yet", str(error), status=status_of(error))
    return forget_cookie(RedirectResponse(WELCOME, status_code=SEE_OTHER, headers=PRIVATE))


def forget_cookie(answer: Response) -> Response:
    """Give an answer that takes the cookie away."""
    answer.delete_cookie(**product().web_sessions.cookie_to_delete())
    return answer


def _let_in(cookie_value: str, *, needs_code: bool = False) -> Response:
    return with_cookie(cookie_value, "/sign-in/code" if needs_code else "/")


def with_cookie(value: str, where: str) -> Response:
    """Give an answer that sets the cookie and leads on."""
    answer = RedirectResponse(where, status_code=SEE_OTHER, headers=PRIVATE)
    answer.set_cookie(**product().web_sessions.cookie(value))
    return answer


def from_elsewhere() -> Response:
    """Refuse a press from another site."""
    return telling("Please try again", "Open the page here and press the button on it.", status=403)
