"""The record: who did what to whom, when, why, and the hash that chains each entry to the one before it."""

import reflex as rx

from waitlist_app.components.buttons import button
from waitlist_app.components.faces import empty
from waitlist_app.components.icons import icon
from waitlist_app.components.keys import hotkey
from waitlist_app.components.vars import grouped, length, negated
from waitlist_app.services.views import AuditRow
from waitlist_app.state.audit import Audit


def audit_search() -> rx.Component:
    """Return the search over the record."""
    return rx.el.div(
        rx.el.label(
            icon("search"),
            rx.el.input(
                placeholder="Search people, acts, sessions",
                aria_label="Search the record",
                id="search",
                type="search",
                default_value=Audit.search,
                on_change=Audit.look_for.debounce(250),
            ),
            rx.el.kbd("/", aria_hidden="true"),
            class_name="field quiet search",
        ),
        hotkey(hotkey="/", focus="#search"),
        rx.el.span(rx.cond(Audit.total == 1, "1 entry", f"{grouped(Audit.total)} entries"), class_name="hint"),
        rx.el.span(class_name="gap"),
        rx.cond(
            Audit.head != "",
            rx.el.span(
                "Head ",
                rx.el.span(Audit.head, class_name="mono"),
                class_name="hint audit-head hide-s",
                title="Every entry is chained to the one before it; this is the hash of the last",
            ),
        ),
        class_name="filters audit",
    )


def audit_table() -> rx.Component:
    """Return a page of the record."""
    return rx.cond(
        length(Audit.rows) > 0,
        rx.fragment(
            rx.el.table(
                rx.el.colgroup(*(rx.el.col(style={"width": w}) for w in ("64px", "18%", "17%", "auto", "12%", "11%"))),
                rx.el.thead(
                    rx.el.tr(
                        rx.el.th("No.", class_name="num"),
                        *(rx.el.th(words) for words in ("When", "Who", "What", "About", "Hash")),
                    ),
                    class_name="hide-s",
                ),
                rx.el.tbody(rx.foreach(Audit.rows, _row)),
                class_name="table plain-list audit",
            ),
            _pager(),
        ),
        empty(
            "sealed",
            "sealed",
            "sealed",
            "sealed",
            title=rx.cond(Audit.search != "", "No entry fits", "Nothing was recorded yet"),
            words=rx.cond(
                Audit.search != "",
                "No entry of the record has these words.",
                "Every act of a person or of the clock appears here.",
            ),
        ),
    )


def _row(row: AuditRow) -> rx.Component:
    return rx.el.tr(
        rx.el.td(row.seq, class_name="num muted"),
        rx.el.td(row.at, class_name="tab"),
        rx.el.td(rx.el.span(row.actor, class_name="medium")),
        rx.el.td(row.sentence, rx.cond(row.reason != "", rx.el.q(row.reason))),
        rx.el.td(row.subject, rx.el.span(row.act, class_name="meta")),
        rx.el.td(rx.el.span(row.hash, class_name="meta mono", title=row.hash), class_name="hide-s"),
        key=row.seq,
    )


def _pager() -> rx.Component:
    return rx.cond(
        (Audit.page > 1) | negated(Audit.is_last),
        rx.el.nav(
            f"Page {Audit.page}",
            rx.el.span(class_name="gap"),
            button("Newer", on_click=Audit.newer, disabled=Audit.page <= 1),
            button("Older", on_click=Audit.older, disabled=Audit.is_last),
            class_name="pager",
            aria_label="Pages of the record",
        ),
    )
