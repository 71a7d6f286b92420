"""`/account`: what people do with their own account, as a plain page, since some of it changes the cookie."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from waitlist_app.bootstrap import product
from waitlist_app.errors import NotAllowed, WaitlistError
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
from waitlist_app.pages.sign_in import SEE_OTHER, forget_cookie, from_elsewhere, with_cookie
from waitlist_app.services.actors import Actor, Permission
from waitlist_app.services.identities import Caller
from waitlist_app.services.sign_in_refusals import SHORTEST_PASSWORD
from waitlist_app.services.switch_tenant import switch_tenant
from waitlist_app.state.access import WELCOME

ACCOUNT: Final = "/account"

Posted = Callable[[Caller, Mapping[str, str]], str | None]
"""Does what a button says, and gives the value of another cookie when there is one."""


def account_routes() -> list[Route]:
    """Return the addresses of one's own account."""
    return [
        Route(ACCOUNT, show_account, methods=["GET"]),
        Route(f"{ACCOUNT}/password", _post(_change_password), methods=["POST"]),
        Route(f"{ACCOUNT}/browser", _post(_end_browser), methods=["POST"]),
        Route(f"{ACCOUNT}/organisation", _post(_go_to_organisation, then="/"), methods=["POST"]),
        Route(f"{ACCOUNT}/visit", _post(_visit, then="/"), methods=["POST"]),
        Route(f"{ACCOUNT}/app", show_new_app, methods=["GET"]),
        Route(f"{ACCOUNT}/app", _post(_add_app), methods=["POST"]),
        Route(f"{ACCOUNT}/app/remove", _post(_remove_app), methods=["POST"]),
        Route(f"{ACCOUNT}/sign-out", sign_out_everywhere, methods=["POST"]),
    ]


async def show_account(request: Request) -> Response:
    """Show browsers, organisations and what can be changed."""
    return await _show(request)


async def show_new_app(request: Request) -> Response:
    """Show the secret for an authenticator app; nothing is kept before its first code."""
    cookie = cookie_of(request)
    try:
        app = await in_thread(lambda: product().front_door.account.new_app(cookie))
    except WaitlistError as error:
        return telling("Not found", str(error), status=status_of(error))
    return page(
        "Add an authenticator app",
        forms.say("Open your app and add an account with this secret:")
        + f"<p><code>{app.secret}</code></p>"
        + forms.link("Open it in an app on this device", app.address)
        + forms.form(
            forms.Field(name="code", label="The code that the app shows", autocomplete="one-time-code"),
            forms.Field(name="password", label="Your password", kind="password", autocomplete="current-password"),
            button="Ask for codes from now on",
            kept={"sealed": app.sealed},
        )
        + forms.link("Back to your account", ACCOUNT),
    )


async def sign_out_everywhere(request: Request) -> Response:
    """Sign out every browser of the account, this one included."""
    if not is_from_here(request):
        return from_elsewhere()
    cookie = cookie_of(request)
    try:
        await in_thread(lambda: product().front_door.account.sign_out_everywhere(cookie))
    except WaitlistError as error:
        return await _show(request, trouble=str(error), status=status_of(error))
    return forget_cookie(RedirectResponse(WELCOME, status_code=SEE_OTHER, headers=PRIVATE))


# ── acts ─────────────────────────────────────────────────────────────────────────────────────────


def _change_password(caller: Caller, said: Mapping[str, str]) -> str:
    return product().front_door.account.change_password(old=said.get("old", ""), new=said.get("new", ""), caller=caller)


def _end_browser(caller: Caller, said: Mapping[str, str]) -> None:
    product().front_door.account.end_browser(caller.cookie_header, said.get("browser", ""))


def _go_to_organisation(caller: Caller, said: Mapping[str, str]) -> str:
    where = said.get("organisation", "")
    value = product().front_door.account.go_to_organisation(where, cookie_header=caller.cookie_header)
    if value is None:
        raise NotAllowed("not a member there")
    return value


def _visit(caller: Caller, said: Mapping[str, str]) -> str:
    return switch_tenant(
        work=product().work,
        visits=product().front_door.account,
        actor=_actor(caller.cookie_header),
        cookie_header=caller.cookie_header,
        org_id=said.get("organisation", ""),
        reason=said.get("reason", ""),
    )


def _add_app(caller: Caller, said: Mapping[str, str]) -> None:
    product().front_door.account.add_app(
        said.get("sealed", ""), code=said.get("code", ""), password=said.get("password", ""), caller=caller
    )


def _remove_app(caller: Caller, said: Mapping[str, str]) -> None:
    product().front_door.account.remove_app(password=said.get("password", ""), caller=caller)


def _post(act: Posted, *, then: str = ACCOUNT) -> Callable[[Request], object]:
    async def answer(request: Request) -> Response:
        if not is_from_here(request):
            return from_elsewhere()
        try:
            said = await form_of(request)
            caller = caller_of(request)
            value = await in_thread(lambda: act(caller, said))
        except WaitlistError as error:
            return await _show(request, trouble=str(error), status=status_of(error))
        if value is None:
            return RedirectResponse(then, status_code=SEE_OTHER, headers=PRIVATE)
        return with_cookie(value, then)

    return answer


def _actor(cookie: str) -> Actor:
    actor = product().actor_for(cookie)
    if actor is None:
        raise NotAllowed("nobody is signed in")
    return actor


# ── the page ─────────────────────────────────────────────────────────────────────────────────────


async def _show(request: Request, *, trouble: str = "", status: int = 200) -> Response:
    cookie = cookie_of(request)
    try:
        body = await in_thread(lambda: _body(cookie, trouble))
    except NotAllowed:
        return RedirectResponse(WELCOME, status_code=SEE_OTHER, headers=PRIVATE)
    except WaitlistError as error:
        return telling("This did not work", str(error), status=status_of(error))
    return page("Your account", body, status=status)


def _body(cookie: str, trouble: str) -> str:
    actor = _actor(cookie)
    return (
        forms.say(f"{actor.name}, {actor.organisation}.")
        + forms.trouble(trouble)
        + forms.link("Back to the sessions", "/")
        + _organisations(actor, cookie)
        + _browsers(actor, cookie)
        + _password()
        + _app(cookie)
    )


def _organisations(actor: Actor, cookie: str) -> str:
    mine = product().front_door.account.organisations(cookie)
    others = [member for member in mine if member.org_id != actor.org_id]
    rows = [
        (
            member.organisation,
            member.role.value.replace("_", " "),
            forms.form(
                button="Go there",
                action=f"{ACCOUNT}/organisation",
                kept={"organisation": member.org_id},
                is_quiet=True,
            ),
        )
        for member in others
    ]
    body = forms.heading("Your other organisations") + forms.listed(rows) if rows else ""
    return body + (_visits(actor) if actor.may(Permission.VISIT) else "")


def _visits(actor: Actor) -> str:
    reason = forms.Field(name="reason", label="Why", hint="Goes on the organisation's record, with your name.")
    rows = [
        (
            host.organisation,
            "",
            forms.form(
                reason,
                button="Go in to read",
                action=f"{ACCOUNT}/visit",
                kept={"organisation": host.org_id},
                is_quiet=True,
            ),
        )
        for host in product().work.organisations()
        if host.org_id != actor.org_id
    ]
    return forms.heading("Visit an organisation") + forms.listed(rows)


def _browsers(actor: Actor, cookie: str) -> str:
    rows = [
        (
            browser.label or "A browser",
            "This browser" if is_this else f"Last used {_moment(browser.seen_at, actor.zone)}",
            ""
            if is_this
            else forms.form(
                button="Sign out", action=f"{ACCOUNT}/browser", kept={"browser": browser.id}, is_quiet=True
            ),
        )
        for browser, is_this in product().front_door.account.browsers(cookie)
    ]
    everywhere = forms.form(button="Sign out everywhere", action=f"{ACCOUNT}/sign-out", is_quiet=True)
    return forms.heading("Where you are signed in") + forms.listed(rows) + everywhere


def _password() -> str:
    return forms.heading("Change your password") + forms.form(
        forms.Field(name="old", label="Your password now", kind="password", autocomplete="current-password"),
        forms.Field(
            name="new",
            label="The new one",
            kind="password",
            autocomplete="new-password",
            hint=f"At least {SHORTEST_PASSWORD} characters. Every other browser is signed out.",
        ),
        button="Change the password",
        action=f"{ACCOUNT}/password",
        is_quiet=True,
    )


def _app(cookie: str) -> str:
    has_app = product().front_door.account.has_app(cookie)
    if has_app is None:
        return ""  # kept by the identity provider, on pages of its own
    title = forms.heading("Authenticator app")
    if not has_app:
        why = forms.say("With an app, signing in also needs a code that changes every half minute.")
        return title + why + forms.link("Add an app", f"{ACCOUNT}/app")
    password = forms.Field(name="password", label="Your password", kind="password", autocomplete="current-password")
    return (
        title
        + forms.say("Signing in also needs a code from your app.")
        + forms.form(password, button="Ask for no more codes", action=f"{ACCOUNT}/app/remove", is_quiet=True)
    )


def _moment(at: datetime, zone: str) -> str:
    there = at.astimezone(ZoneInfo(zone))
    return f"{there:%a} {there.day} {there:%b %Y, %H:%M} {there:%Z}"
