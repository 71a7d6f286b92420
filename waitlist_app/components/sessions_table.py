"""The list of sessions: figures above, search and filters, and one row with a seat meter for each session."""

import reflex as rx

from waitlist_app.components.buttons import button, link, looks
from waitlist_app.components.faces import empty
from waitlist_app.components.icons import icon
from waitlist_app.components.keys import hotkey
from waitlist_app.components.live import countdown
from waitlist_app.components.meter import row_meter
from waitlist_app.components.segments import segment, segments
from waitlist_app.components.vars import grouped, length
from waitlist_app.services.views import SessionRow
from waitlist_app.state.sessions import Sessions
from waitlist_app.state.shell import Shell


def strip() -> rx.Component:
    """Return the four figures above the list."""
    return rx.el.dl(
        _figure(
            "Decisions that need you",
            rx.el.b(Sessions.decisions, data_testid="decisions"),
            rx.cond(Sessions.oldest_decision != "", rx.el.span(f"oldest {Sessions.oldest_decision}")),
        ),
        _figure("Offers running", rx.el.b(Sessions.offers), _next_offer()),
        _figure(
            "Free seats",
            rx.el.b(grouped(Sessions.free_seats)),
            rx.cond(Sessions.free_seats > 0, rx.el.span(_in_sessions(Sessions.sessions_with_free))),
        ),
        _figure(
            "Waiting",
            rx.el.b(grouped(Sessions.waiting)),
            rx.cond(Sessions.waiting > 0, rx.el.span(_in_sessions(Sessions.sessions_with_waiting))),
        ),
        class_name="strip",
    )


def filters() -> rx.Component:
    """Return search and filters; `/` leads to the search."""
    return rx.el.div(
        rx.el.label(
            icon("search"),
            rx.el.input(
                placeholder="Search sessions, codes, places",
                aria_label="Search sessions",
                id="search",
                type="search",
                default_value=Sessions.search,
                on_change=Sessions.look_for.debounce(150),
            ),
            rx.el.kbd("/", aria_hidden="true"),
            class_name="field quiet search",
        ),
        hotkey(hotkey="/", focus="#search"),
        segments(
            "Show",
            segment("All", "all", chosen=Sessions.show, on_choose=Sessions.show_only, count=Sessions.total),
            segment(
                "Needs you",
                "needs_you",
                chosen=Sessions.show,
                on_choose=Sessions.show_only,
                count=Sessions.count_urgent,
            ),
            segment(
                "Free seats", "free", chosen=Sessions.show, on_choose=Sessions.show_only, count=Sessions.count_free
            ),
            segment(
                "Over the limit", "over", chosen=Sessions.show, on_choose=Sessions.show_only, count=Sessions.count_over
            ),
        ),
        class_name="filters",
    )


def table() -> rx.Component:
    """Return the list, or what to do when it is empty."""
    return rx.cond(Sessions.total == 0, _nothing_yet(), rx.cond(Sessions.found == 0, _nothing_found(), _rows()))


def _rows() -> rx.Component:
    return rx.fragment(
        rx.el.table(
            rx.el.colgroup(*(rx.el.col(style={"width": width}) for width in ("19%", "20%", "30%", "8%", "auto"))),
            rx.el.thead(
                rx.el.tr(*(rx.el.th(words) for words in ("Session", "When and where", "Seats", "Waitlist", "Next act")))
            ),
            rx.el.tbody(
                rx.cond(length(Sessions.urgent) > 0, _group("Needs you", "most urgent first")),
                rx.foreach(Sessions.urgent, _row),
                rx.cond(length(Sessions.calm) > 0, _group("Running by themselves", "by date")),
                rx.foreach(Sessions.calm, _row),
            ),
            class_name="table list",
        ),
        rx.cond(
            Sessions.found > Sessions.shown,
            rx.el.div(
                f"{Sessions.shown} of {Sessions.found}",
                button("Show more", on_click=Sessions.show_more),
                class_name="more",
            ),
        ),
    )


def _row(row: SessionRow) -> rx.Component:
    return rx.el.tr(
        rx.el.td(
            link(row.title, href=f"/sessions/{row.id}", class_name="name", data_testid=f"session-{row.code}"),
            rx.el.span(
                rx.cond(row.code_beside != "", rx.fragment(row.code_beside, rx.el.span("·", class_name="dot"))),
                row.rule,
                class_name="meta",
            ),
        ),
        rx.el.td(rx.el.span(row.when, class_name="when tab", title=row.when), rx.el.span(row.where, class_name="meta")),
        rx.el.td(row_meter(row.meter)),
        rx.el.td(
            rx.el.b(row.meter.waiting, class_name="medium"),
            rx.cond(row.meter.waiting_limit > 0, rx.el.span(f" / {row.meter.waiting_limit}", class_name="muted")),
            rx.el.span("waiting", class_name="meta"),
            class_name="tab",
        ),
        rx.el.td(rx.cond(row.needs_you, _todo(row), _calm(row))),
        key=row.id,
        data_testid=f"row-{row.code}",
    )


def _todo(row: SessionRow) -> rx.Component:
    return rx.el.div(
        icon("user-round-check"),
        rx.el.span(rx.el.span(row.next_act, class_name="name"), rx.el.span(row.next_act_detail, class_name="meta")),
        link(
            rx.cond(row.proposals > 1, f"Review {row.proposals}", "Review"),
            href=f"/sessions/{row.id}",
            class_name=looks("soft", 24),
        ),
        class_name="todo",
    )


def _calm(row: SessionRow) -> rx.Component:
    return rx.fragment(rx.el.span(row.next_act, class_name="calm"), rx.el.span(row.next_act_detail, class_name="meta"))


def _group(words: str, how: str) -> rx.Component:
    return rx.el.tr(
        rx.el.td(rx.el.b(words), " ", rx.el.span("·", class_name="dot"), f" {how}", col_span=5), class_name="group"
    )


def _figure(words: str, *said: rx.Component) -> rx.Component:
    return rx.el.div(rx.el.dt(words), rx.el.dd(*said))


def _in_sessions(count: int) -> rx.Var[str]:
    return rx.cond(count == 1, "in 1 session", f"in {count} sessions")


def _next_offer() -> rx.Component:
    return rx.cond(
        Sessions.next_offer_ends_at > 0,
        countdown(
            ends_at=Sessions.next_offer_ends_at,
            of_seconds=Sessions.next_offer_of_seconds,
            size=14,
            before="next ends in ",
        ),
    )


def _nothing_yet() -> rx.Component:
    return empty(
        "free",
        "free",
        "free",
        "free",
        title="No sessions yet",
        words="Import a list of sessions to begin. A file is checked before anything is saved.",
        act=rx.cond(
            Shell.may_edit, link(icon("file-up"), "Import sessions", href="/import", class_name=looks("solid"))
        ),
    )


def _nothing_found() -> rx.Component:
    return empty(
        "sealed",
        "sealed",
        "sealed",
        "sealed",
        title="No session fits",
        words="Nothing here has these words or this filter.",
        act=button("Show all sessions", on_click=Sessions.clear),
    )
