"""The inbox: one row for each decision, with its evidence in short and what happens if nobody acts."""

from typing import Any, Final

import reflex as rx

from waitlist_app.components.buttons import button
from waitlist_app.components.faces import empty
from waitlist_app.components.icons import icon
from waitlist_app.components.keys import hotkey
from waitlist_app.components.vars import length
from waitlist_app.services.views import InboxRow
from waitlist_app.state.evidence import EvidenceDialog
from waitlist_app.state.inbox import Inbox

_FOR_OTHERS: Final = "Somebody else has to decide"


def inbox_table() -> rx.Component:
    """Return the decisions, or the face of an empty inbox."""
    return rx.cond(Inbox.total > 0, _rows(), _nothing())


def _rows() -> rx.Component:
    return rx.fragment(
        rx.el.table(
            rx.el.colgroup(
                *(rx.el.col(style={"width": width}) for width in ("36px", "30%", "auto", "13%", "21%", "96px"))
            ),
            rx.el.thead(
                rx.el.tr(
                    rx.el.th(rx.el.span("Kind", class_name="sr")),
                    *(rx.el.th(words) for words in ("What", "Evidence in short", "For you since", "If nobody acts")),
                    rx.el.th(rx.el.span("Act", class_name="sr")),
                ),
                class_name="hide-s",
            ),
            rx.el.tbody(rx.foreach(Inbox.rows, _row)),
            class_name="table inbox",
        ),
        rx.cond(
            Inbox.total > length(Inbox.rows),
            rx.el.p(f"The {length(Inbox.rows)} most urgent of {Inbox.total}.", class_name="more"),
        ),
        hotkey(hotkey="j", on_press=Inbox.down),
        hotkey(hotkey="k", on_press=Inbox.up),
        hotkey(hotkey="enter", on_press=Inbox.review),
    )


def _row(row: InboxRow) -> rx.Component:
    return rx.el.tr(
        rx.el.td(rx.cond(_is_override(row), icon("arrow-up-down"), icon("user-round-check")), class_name="kind"),
        rx.el.td(
            rx.el.span(row.what, class_name="name"),
            rx.el.span(row.session, class_name="meta"),
            rx.el.span(f"Waiting for {row.since_for}", class_name="meta only-s"),
            rx.cond(_is_override(row), rx.el.span(f"{row.evidence}: {row.reason}", class_name="meta only-s")),
            rx.cond(_is_override(row), rx.el.span(row.evidence_detail, class_name="meta only-s")),
            rx.cond(row.is_for_others, rx.el.span(_FOR_OTHERS, class_name="meta only-s")),
            rx.cond(row.is_ageing, rx.el.span(_ageing(row), class_name="meta only-s")),
        ),
        rx.el.td(
            row.evidence,
            rx.cond(row.reason != "", rx.el.span(row.reason, class_name="meta", title=row.reason)),
            rx.el.span(row.evidence_detail, class_name="meta"),
            class_name="hide-s ev",
        ),
        rx.el.td(
            row.since,
            rx.el.span(row.since_for, class_name="meta"),
            rx.cond(row.is_ageing, rx.el.span(_ageing(row), class_name="meta")),
            class_name="hide-s",
        ),
        rx.el.td(
            row.if_nobody,
            rx.el.span(row.if_nobody_detail, class_name="meta"),
            rx.cond(row.is_for_others, rx.el.span(_FOR_OTHERS, class_name="meta")),
            class_name="hide-s",
        ),
        rx.el.td(
            rx.el.div(
                rx.cond(
                    _is_override(row),
                    _review(row, EvidenceDialog.review_override(row.id)),
                    _review(row, EvidenceDialog.review(row.id)),
                ),
                class_name="acts-cell",
            )
        ),
        aria_selected=rx.cond(Inbox.selected == row.id, "true", "false"),
        key=row.id,
        data_testid=f"inbox-{row.id}",
    )


def _is_override(row: InboxRow) -> bool:
    return row.kind == "override"


def _review(row: InboxRow, shows: Any) -> rx.Component:
    return button(
        "Review",
        kind="soft",
        height=24,
        on_click=shows,
        aria_label=f"Review: {row.what}",
        data_testid=f"review-{row.id}",
    )


def _ageing(row: InboxRow) -> rx.Var[str]:
    return rx.cond(row.escalated_to != "", f"Escalated to {row.escalated_to}", "Ageing: nobody has decided")


def _nothing() -> rx.Component:
    return rx.el.div(
        empty(
            "confirmed",
            "confirmed",
            "confirmed",
            "confirmed",
            title="Nothing needs you",
            words=rx.cond(
                Inbox.next_offer_ends != "",
                f"The next offer ends {Inbox.next_offer_ends}. If nobody answers, the next person is proposed here.",
                "When a seat comes free, the next person is proposed here.",
            ),
        ),
        class_name="card",
    )
