"""The waitlist of a session: running offers, then those who wait, in their order, to be moved with a reason."""

from typing import Any

import reflex as rx

from waitlist_app.components.buttons import button
from waitlist_app.components.chips import chip
from waitlist_app.components.drag import drag_grip, drag_list, drag_place, drag_row
from waitlist_app.components.faces import empty
from waitlist_app.components.icons import icon
from waitlist_app.components.live import ring, time_left
from waitlist_app.components.vars import length, negated
from waitlist_app.services.views import EntryRow, OfferRow
from waitlist_app.state.evidence import EvidenceDialog
from waitlist_app.state.leaving import LeavingDialog
from waitlist_app.state.override import OverrideDialog
from waitlist_app.state.session import SessionView
from waitlist_app.state.shell import Shell
from waitlist_app.state.why import WhyDialog

_WIDTHS = ("24px", "36px", "19%", "18.5%", "140px", "auto", "96px")


def waitlist() -> rx.Component:
    """Return offers and line as one table, with the pages of a long line below it."""
    return rx.fragment(
        rx.el.table(
            rx.el.colgroup(*(rx.el.col(style={"width": width}) for width in _WIDTHS)),
            rx.el.thead(_heads()),
            rx.cond(SessionView.show != "waiting", rx.el.tbody(_offers())),
            rx.cond(SessionView.show != "offers", rx.el.tbody(_line())),
            class_name="table wait",
        ),
        rx.cond(SessionView.show != "offers", _pager()),
    )


def offer_row(offer: OfferRow) -> rx.Component:
    """Return one running offer."""
    return rx.el.tr(
        rx.el.td(),
        rx.el.td(
            ring(ends_at=offer.countdown.ends_at, of_seconds=offer.countdown.of_seconds, size=24), class_name="pos"
        ),
        rx.el.td(_named(offer.name, offer.team)),
        rx.el.td(offer.mail, rx.el.span("the offer mail", class_name="meta")),
        rx.el.td(offer.offered, rx.el.span(f"by {offer.by}", class_name="meta"), class_name="since"),
        rx.el.td(
            rx.el.b(time_left(ends_at=offer.countdown.ends_at, after=" left"), class_name="medium"),
            rx.el.span(f"until {offer.countdown.ends_words}", class_name="meta"),
        ),
        rx.el.td(
            rx.el.div(
                rx.cond(
                    Shell.may_decide,
                    button(
                        "Revoke",
                        height=24,
                        on_click=LeavingDialog.revoke(offer.registration_id, offer.name),
                        aria_label=f"Revoke the offer to {offer.name}",
                        data_testid=f"revoke-{offer.registration_id}",
                    ),
                ),
                class_name="acts-cell",
            )
        ),
        class_name="entry",
        key=offer.id,
        data_testid=f"offer-{offer.registration_id}",
    )


def _heads() -> rx.Component:
    return rx.el.tr(
        rx.el.th(rx.el.span("Move", class_name="sr")),
        rx.el.th("Pos.", class_name="pos"),
        rx.el.th("Name and team"),
        rx.el.th("Why here"),
        rx.el.th("Waiting since"),
        rx.el.th("Flags"),
        rx.el.th(rx.el.span("Act", class_name="sr")),
    )


def _offers() -> rx.Component:
    return rx.fragment(
        rx.cond(length(SessionView.offers) > 0, _group("Offers running", "each holds its seat until its deadline")),
        rx.foreach(SessionView.offers, offer_row),
    )


def _line() -> rx.Component:
    return rx.cond(
        SessionView.waiting_total > 0,
        rx.fragment(
            _group("Waiting", rx.cond(Shell.may_edit, "in this order; drag to move, with a reason", "in this order")),
            drag_list(
                rx.foreach(SessionView.waiting, _entry),
                ids=SessionView.entry_ids,
                names=SessionView.entry_names,
                first=SessionView.waiting_from,
                version=f"{SessionView.version}.{SessionView.returns}",
                disabled=negated(Shell.may_edit),
                on_moved=OverrideDialog.dropped,
            ),
        ),
        _nobody(),
    )


def _entry(entry: EntryRow) -> rx.Component:
    return drag_row(
        rx.el.td(
            rx.cond(
                Shell.may_edit,
                drag_grip(icon("grip-vertical", 14), label=f"Move {entry.name}", test_id=f"grip-{entry.id}"),
            )
        ),
        rx.el.td(drag_place(), class_name="pos"),
        rx.el.td(_named(entry.name, entry.team)),
        rx.el.td(entry.why, rx.el.span(entry.why_detail, class_name="meta"), class_name="ev"),
        rx.el.td(entry.since, rx.el.span(entry.since_for, class_name="meta"), class_name="since"),
        rx.el.td(
            rx.el.div(
                rx.foreach(entry.flags, chip),
                rx.cond(SessionView.put_back == entry.id, _put_back_chip()),
                class_name="chips",
            )
        ),
        rx.el.td(rx.el.div(_next_act(entry), _menu(entry), class_name="acts-cell")),
        entry_id=entry.id,
        class_name=rx.cond(
            SessionView.put_back == entry.id,
            "entry back",
            rx.cond(entry.is_proposed, "entry proposed", rx.cond(entry.is_skipped, "entry skipped", "entry")),
        ),
        custom_attrs={"data-testid": f"entry-{entry.id}"},
    )


def _next_act(entry: EntryRow) -> rx.Component:
    return rx.cond(
        entry.is_proposed,
        button(
            "Review",
            kind="soft",
            height=24,
            on_click=EvidenceDialog.review(entry.proposal_id),
            aria_label=f"Review the promotion of {entry.name}",
            data_testid=f"review-{entry.id}",
        ),
        rx.cond(
            (entry.override_id != "") & Shell.may_edit,
            button(
                "Undo",
                height=24,
                on_click=OverrideDialog.undo(entry.override_id),
                aria_label=f"Undo the move of {entry.name}",
                data_testid=f"undo-{entry.id}",
            ),
        ),
    )


def _menu(entry: EntryRow) -> rx.Component:
    kind = rx.dropdown_menu
    return kind.root(
        kind.trigger(
            button(
                icon("ellipsis"),
                kind="ghost",
                height=24,
                is_icon=True,
                aria_label=f"More about {entry.name}",
                data_testid=f"menu-{entry.id}",
            )
        ),
        kind.content(
            rx.cond(Shell.may_edit, rx.fragment(*_moves(entry), kind.separator())),
            kind.item("Why here?", on_select=WhyDialog.explain(entry.id)),
            rx.cond(Shell.may_edit, rx.fragment(kind.separator(), _leave(entry))),
            align="end",
        ),
        modal=False,  # the page behind a menu stays readable for whoever hears it
    )


def _moves(entry: EntryRow) -> list[rx.Component]:
    kind = rx.dropdown_menu
    return [
        kind.item("Move up", on_select=OverrideDialog.move_up(entry.id), disabled=entry.position == 1),
        kind.item(
            "Move down",
            on_select=OverrideDialog.move_down(entry.id),
            disabled=entry.position == SessionView.waiting_total,
        ),
        kind.item("Move to…", on_select=OverrideDialog.choose(entry.id)),
        rx.cond(entry.override_id != "", kind.item("Undo the move", on_select=OverrideDialog.undo(entry.override_id))),
    ]


def _leave(entry: EntryRow) -> rx.Component:
    return rx.dropdown_menu.item("Take off the waitlist", on_select=LeavingDialog.leave(entry.id, entry.name))


def _named(name: str, team: str) -> rx.Component:
    return rx.fragment(rx.el.span(name, class_name="name"), rx.el.span(team, class_name="meta"))


def _put_back_chip() -> rx.Component:
    return rx.el.span(icon("undo-2", 12), "Put back", class_name="chip signoff")


def _group(words: str, how: Any) -> rx.Component:
    return rx.el.tr(
        rx.el.td(rx.el.b(words), " ", rx.el.span("·", class_name="dot"), " ", how, col_span=7), class_name="group"
    )


def _nobody() -> rx.Component:
    free = SessionView.meter.free
    return rx.el.tr(
        rx.el.td(
            empty(
                "confirmed",
                "confirmed",
                "free",
                "free",
                title="Nobody is waiting",
                words=rx.cond(
                    SessionView.meter.is_unlimited,
                    "There is no limit. Whoever asks gets a seat at once.",
                    rx.cond(
                        free > 1,
                        f"The next {free} people who ask get a seat at once.",
                        rx.cond(
                            free == 1,
                            "The next person who asks gets a seat at once.",
                            "No seat is free. The next person who asks is number 1 in line.",
                        ),
                    ),
                ),
            ),
            col_span=7,
        ),
        class_name="empty",
    )


def _pager() -> rx.Component:
    return rx.cond(
        SessionView.waiting_total > length(SessionView.waiting),
        rx.el.nav(
            f"{SessionView.waiting_from} to {SessionView.waiting_to} of {SessionView.waiting_total} waiting",
            rx.el.span(class_name="gap"),
            button(
                "Earlier", on_click=SessionView.earlier, disabled=SessionView.waiting_from <= 1, data_testid="earlier"
            ),
            button(
                "Later",
                on_click=SessionView.later,
                disabled=SessionView.waiting_to >= SessionView.waiting_total,
                data_testid="later",
            ),
            class_name="pager",
            aria_label="Pages of the waitlist",
        ),
    )
