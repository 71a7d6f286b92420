"""What stands around every page of a signed-in person: side bar, top bar, and the keys."""

from typing import Literal

import reflex as rx
from reflex_components_core.core.banner import has_connection_errors

from waitlist_app.components.buttons import button, link
from waitlist_app.components.icons import icon
from waitlist_app.components.mark import mark
from waitlist_app.state.access import WELCOME
from waitlist_app.state.shell import Shell

Place = Literal["inbox", "sessions", "import", "audit", "mailbox", "team", "my team", "my sessions"]


def page(place: Place, top: rx.Component, *body: rx.Component, footer: rx.Component | None = None) -> rx.Component:
    """Return a whole page: `top` goes into the top bar, `body` below it, `footer` stays at the bottom."""
    return rx.fragment(
        rx.el.a("Skip to the page", href="#main", class_name="btn skip-link", on_click=_to_the_page()),
        rx.el.div(
            _sidebar(place),
            rx.el.div(
                top,
                rx.el.main(*body, id="main", tab_index=-1, class_name="main-body"),
                footer or rx.fragment(),
                class_name="main",
            ),
            class_name="app",
        ),
    )


def _to_the_page() -> list[rx.event.EventSpec]:
    # The router would change the address and leave the focus where it is.
    return [rx.prevent_default, rx.call_script("document.getElementById('main').focus()")]


def top_bar(title: rx.Component, *acts: rx.Component, note: rx.Component | None = None) -> rx.Component:
    """Return the top bar: where one is, whether it is live, and what can be done."""
    return rx.el.header(
        _small_menu(),
        title,
        rx.el.div(
            note or rx.fragment(),
            _live(),
            rx.el.span(*acts, class_name="acts") if acts else rx.fragment(),
            class_name="right",
        ),
        class_name="topbar",
    )


def crumbs(parent: str, href: str, here: str) -> rx.Component:
    """Return where one is, below another page."""
    return rx.el.nav(
        link(parent, href=href),
        icon("chevron-right", 14),
        rx.el.b(here),
        class_name="crumbs",
        aria_label="You are here",
    )


def theme_switch() -> rx.Component:
    """Return the switch between light and dark."""
    return button(
        icon("sun-moon"),
        kind="ghost",
        is_icon=True,
        aria_label="Switch between light and dark",
        on_click=rx.toggle_color_mode,
        data_testid="theme",
    )


def _live() -> rx.Component:
    return rx.cond(
        has_connection_errors,
        rx.el.span(
            "Not connected", class_name="live off", title="What you see may be old. Trying again.", role="status"
        ),
        rx.cond(
            Shell.name != "",
            rx.el.span(
                "Live", class_name="live", title="Changes by others appear here as they happen", data_testid="live"
            ),
            # What was built before stands there sooner than what answers.
            rx.el.span("Connecting", class_name="live soon"),
        ),
    )


def _sidebar(place: Place) -> rx.Component:
    return rx.el.nav(
        link(
            mark(),
            rx.el.span(Shell.organisation),
            href=Shell.home,
            class_name="org",
            aria_label="The first page of your organisation",
        ),
        *_places(place),
        rx.el.footer(
            rx.el.span(Shell.initials, class_name="avatar lg", aria_hidden="true"),
            rx.el.a(rx.el.b(Shell.name), Shell.role, href="/account", class_name="who", title="Your account"),
            rx.el.span(theme_switch(), _sign_out(), class_name="tools"),
        ),
        class_name="sidebar",
        aria_label="Main",
    )


def _places(place: Place) -> list[rx.Component]:
    return [
        rx.cond(
            Shell.may_read,
            rx.fragment(
                _nav("Inbox", "/inbox", "inbox", _hot_count(), is_here=place == "inbox"),
                _nav("Sessions", "/", "calendar-range", is_here=place == "sessions"),
                rx.el.div(class_name="nav-gap"),
                rx.cond(Shell.may_edit, _nav("Import", "/import", "file-up", is_here=place == "import")),
                _nav("Audit", "/audit", "shield-check", is_here=place == "audit"),
                _nav("Mailbox", "/mailbox", "mail", is_here=place == "mailbox"),
            ),
        ),
        rx.cond(Shell.may_read_team, _nav("My team", "/my-team", "users-round", is_here=place == "my team")),
        rx.cond(
            Shell.may_read_own,
            _nav("My sessions", "/my-sessions", "calendar-range", is_here=place == "my sessions"),
        ),
        rx.cond(Shell.may_administer, _nav("Team", "/team", "users-round", is_here=place == "team")),
    ]


def _nav(words: str, href: str, icon_name: str, *more: rx.Component, is_here: bool) -> rx.Component:
    here = {"aria_current": "page"} if is_here else {}
    return link(icon(icon_name), rx.el.span(words, class_name="nav-words"), *more, href=href, class_name="nav", **here)


def _hot_count() -> rx.Component:
    return rx.cond(
        Shell.decisions > 0,
        rx.el.span(Shell.decisions, class_name="count hot", title="Decisions that need you", data_testid="inbox-count"),
    )


def _sign_out() -> rx.Component:
    return button(
        icon("log-out"), kind="ghost", is_icon=True, aria_label="Sign out", on_click=sign_out(), data_testid="sign-out"
    )


def sign_out() -> rx.event.EventSpec:
    """Return what signs out: a request that no link can make, then the page for strangers, loaded anew."""
    return rx.call_script(f"fetch('/sign-out', {{method: 'POST'}}).finally(() => window.location.assign('{WELCOME}'))")


def _small_menu() -> rx.Component:
    """On phones the side bar folds into a menu."""
    return rx.el.div(
        rx.dropdown_menu.root(
            rx.dropdown_menu.trigger(button(icon("menu"), kind="ghost", is_icon=True, aria_label="Pages")),
            rx.dropdown_menu.content(
                rx.cond(
                    Shell.may_read,
                    rx.fragment(
                        _menu_link("Inbox", "/inbox"),
                        _menu_link("Sessions", "/"),
                        rx.cond(Shell.may_edit, _menu_link("Import", "/import")),
                        _menu_link("Audit", "/audit"),
                        _menu_link("Mailbox", "/mailbox"),
                    ),
                ),
                rx.cond(Shell.may_read_team, _menu_link("My team", "/my-team")),
                rx.cond(Shell.may_read_own, _menu_link("My sessions", "/my-sessions")),
                rx.cond(Shell.may_administer, _menu_link("Team", "/team")),
                rx.dropdown_menu.separator(),
                rx.dropdown_menu.item("Light or dark", on_click=rx.toggle_color_mode),
                rx.dropdown_menu.item("Your account", on_click=rx.call_script("window.location.assign('/account')")),
                rx.dropdown_menu.item("Sign out", on_click=sign_out()),
            ),
            modal=False,
        ),
        class_name="small-menu",
    )


def _menu_link(words: str, href: str) -> rx.Component:
    return rx.dropdown_menu.item(words, on_click=rx.redirect(href))
