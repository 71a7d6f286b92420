"""`/sessions/[session_id]`: one session."""

import reflex as rx

from waitlist_app.components.buttons import button, download, link, looks
from waitlist_app.components.evidence import evidence_dialog
from waitlist_app.components.faces import phased
from waitlist_app.components.history import history, history_aside
from waitlist_app.components.icons import icon
from waitlist_app.components.leaving import leaving_dialog
from waitlist_app.components.override import move_to_dialog, override_dialog
from waitlist_app.components.request import request_dialog
from waitlist_app.components.roster import roster
from waitlist_app.components.segments import segment, segments
from waitlist_app.components.session_head import session_head
from waitlist_app.components.shell import crumbs, page, top_bar
from waitlist_app.components.vars import length
from waitlist_app.components.waitlist import waitlist
from waitlist_app.components.why import why_dialog
from waitlist_app.state.dialogs import Dialogs
from waitlist_app.state.request import RequestDialog
from waitlist_app.state.session import SessionView
from waitlist_app.state.shell import Shell


def session_page() -> rx.Component:
    """Return one session: its seats, its line, its roster, its history, and the dialogs that change them."""
    return page(
        "sessions",
        top_bar(crumbs("Sessions", "/", SessionView.title), _acts()),
        rx.el.div(
            phased(
                SessionView.phase,
                ready=_ready(),
                trouble=SessionView.trouble,
                again=SessionView.open,
                home=link("All sessions", href="/", class_name=looks()),
            ),
            class_name=rx.cond(SessionView.phase == "ready", "", "page"),
            on_unmount=Dialogs.leave,
        ),
    )


def _acts() -> rx.Component:
    return rx.cond(
        SessionView.phase == "ready",
        rx.fragment(
            rx.cond(
                Shell.may_export,
                download(
                    icon("download"),
                    "CSV",
                    href=f"/export/roster.csv?session={SessionView.id}",
                    name=f"roster-{SessionView.code}.csv",
                    data_testid="export",
                ),
            ),
            rx.cond(
                Shell.may_edit,
                button(
                    icon("plus"),
                    rx.el.span("Add request"),
                    on_click=RequestDialog.add,
                    data_testid="add-request",
                ),
            ),
        ),
    )


def _ready() -> rx.Component:
    return rx.fragment(
        session_head(),
        _tabs(),
        evidence_dialog(),
        override_dialog(),
        move_to_dialog(),
        leaving_dialog(),
        request_dialog(),
        why_dialog(),
    )


def _tabs() -> rx.Component:
    return rx.tabs.root(
        rx.tabs.list(
            _tab("Waitlist", "waitlist", SessionView.waiting_total),
            _tab("Roster", "roster", SessionView.seated_total),
            _tab("History", "history"),
            class_name="tabs",
        ),
        rx.tabs.content(_beside_history(rx.fragment(_filters(), waitlist())), value="waitlist"),
        rx.tabs.content(_beside_history(roster()), value="roster"),
        rx.tabs.content(rx.el.div(history(), class_name="page"), value="history"),
        value=SessionView.tab,
        on_change=SessionView.look_at,
        class_name="tabsrow",
    )


def _tab(words: str, value: str, count: int | None = None) -> rx.Component:
    number = rx.el.span(count, class_name="n") if count is not None else rx.fragment()
    return rx.tabs.trigger(words, number, value=value, data_testid=f"tab-{value}")


def _beside_history(content: rx.Component) -> rx.Component:
    return rx.el.div(rx.el.div(content, class_name="main-list"), history_aside(), class_name="cols")


def _filters() -> rx.Component:
    chosen, choose = SessionView.show, SessionView.show_only
    return rx.el.div(
        segments(
            "Show",
            segment("All", "all", chosen=chosen, on_choose=choose),
            segment("Live offer", "offers", chosen=chosen, on_choose=choose, count=length(SessionView.offers)),
            segment("No offer", "waiting", chosen=chosen, on_choose=choose, count=SessionView.waiting_total),
        ),
        class_name="end",
    )
