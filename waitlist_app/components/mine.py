"""Registrations as their person, or the person's manager, sees them: where, when, how it stands, and what to do."""

import reflex as rx

from waitlist_app.components.buttons import button
from waitlist_app.components.chips import mark
from waitlist_app.components.dialogs import alert_dialog, foot, form_dialog
from waitlist_app.components.faces import empty
from waitlist_app.components.live import time_left
from waitlist_app.components.vars import either, length, matched
from waitlist_app.services.views import OwnRow
from waitlist_app.state.mine import MySessions, MyTeam
from waitlist_app.state.why import WhyDialog

_FREE = ("free",) * 4
_TAKEN = ("confirmed",) * 4


def my_sessions() -> rx.Component:
    """Return what the person has and waits for, and the dialog before something is given up."""
    words = "Seats and places in line appear here when you, or somebody for you, asked for one."
    return rx.fragment(
        rx.cond(
            length(MySessions.rows) > 0,
            _table("Session", rows=rx.foreach(MySessions.rows, _own)),
            empty(*_FREE, title="Nothing yet", words=words),
        ),
        _sure(),
    )


def my_team() -> rx.Component:
    """Return what the team has and waits for, what needs the manager first, and the dialog before a no."""
    words = "Requests that you are asked to sign off, and those that you made for others, appear here."
    return rx.fragment(
        rx.cond(
            length(MyTeam.rows) > 0,
            _table("Who", rows=rx.foreach(MyTeam.rows, _of_team)),
            empty(*_TAKEN, title="Nothing needs you", words=words),
        ),
        _why(),
    )


def _table(what: str, *, rows: rx.Component) -> rx.Component:
    return rx.el.table(
        rx.el.colgroup(*(rx.el.col(style={"width": width}) for width in ("40%", "auto", "240px"))),
        rx.el.thead(
            rx.el.tr(rx.el.th(what), rx.el.th("How it stands"), rx.el.th(rx.el.span("Acts", class_name="sr"))),
            class_name="hide-s",
        ),
        rx.el.tbody(rows),
        class_name="table plain-list own",
    )


def _row(row: OwnRow, name: str, *about: str, acts: rx.Component, test_id: str) -> rx.Component:
    return rx.el.tr(
        rx.el.td(rx.el.span(name, class_name="name"), *(rx.el.span(words, class_name="meta") for words in about)),
        rx.el.td(
            matched(
                row.status,
                ("Offered", mark(row.status, kind="signoff", icon_name="hourglass")),
                ("Confirmed", mark(row.status, icon_name="check")),
                rx.cond(
                    row.needs_answer, mark("Waits for you", kind="signoff", icon_name="signature"), mark(row.status)
                ),
            ),
            rx.cond(
                row.is_offered,
                rx.el.span(time_left(ends_at=row.ends_at, before="", after=" left to answer"), class_name="meta"),
            ),
            rx.el.span(row.say, class_name="meta"),
        ),
        rx.el.td(acts),
        key=row.id,
        data_testid=test_id,
    )


def _own(row: OwnRow) -> rx.Component:
    acts = matched(
        row.status,
        (
            "Offered",
            rx.el.span(
                button(
                    "Accept the seat",
                    kind="solid",
                    on_click=MySessions.accept(row.id),
                    aria_label=f"Accept the seat in {row.title}",
                    data_testid=f"accept-{row.id}",
                ),
                button(
                    "Decline",
                    on_click=MySessions.consider(row.id, "decline"),
                    aria_label=f"Decline the seat in {row.title}",
                    data_testid=f"decline-{row.id}",
                ),
                class_name="team-acts",
            ),
        ),
        ("Waiting", rx.el.span(_why_here(row), _leave(row), class_name="team-acts")),
        rx.cond(row.may_leave, rx.el.span(_leave(row), class_name="team-acts")),
    )
    return _row(row, row.title, row.when, row.where, acts=acts, test_id=f"mine-{row.id}")


def _why_here(row: OwnRow) -> rx.Component:
    return button(
        "Why?",
        kind="ghost",
        on_click=WhyDialog.explain_own(row.id),
        aria_label=f"Why you wait for {row.title}",
        data_testid=f"why-{row.id}",
    )


def _leave(row: OwnRow) -> rx.Component:
    words = _for_status(row, line="Leave the line", seat="Give up the seat")
    where = _for_status(row, line=f"Leave the line of {row.title}", seat=f"Give up the seat in {row.title}")
    return button(
        words,
        kind="ghost",
        on_click=MySessions.consider(row.id, "leave"),
        aria_label=where,
        data_testid=f"leave-{row.id}",
    )


def _for_status(row: OwnRow, *, line: str, seat: str) -> str:
    return either(row.status == "Waiting", line, seat)


def _sure() -> rx.Component:
    row = MySessions.about
    is_no = MySessions.act == "decline"
    ends = "If you ask again, your request counts from then."
    goes = f"The seat goes to the next person in line. {ends}"
    return alert_dialog(
        is_open=MySessions.is_asking,
        on_open_change=MySessions.asked,
        title=either(
            is_no,
            f"Decline the seat in {row.title}?",
            _for_status(row, line=f"Leave the line of {row.title}?", seat=f"Give up your seat in {row.title}?"),
        ),
        words=f"{row.when}. " + either(is_no, goes, _for_status(row, line=ends, seat=goes)),
        body=foot(
            button("Not now", on_click=MySessions.keep, auto_focus=True, data_testid="not-now"),
            button(
                either(is_no, "Decline the seat", _for_status(row, line="Leave the line", seat="Give up the seat")),
                kind="solid",
                on_click=MySessions.give_up,
                data_testid="sure",
            ),
        ),
        on_close=MySessions.keep,
        width="narrow",
        test_id="sure-dialog",
    )


def _of_team(row: OwnRow) -> rx.Component:
    return _row(
        row,
        row.name,
        row.title,
        row.when,
        acts=rx.cond(row.needs_answer, _answers(row)),
        test_id=f"team-{row.id}",
    )


def _answers(row: OwnRow) -> rx.Component:
    return rx.el.span(
        button(
            "Sign off",
            kind="solid",
            on_click=MyTeam.sign_off(row.id),
            aria_label=f"Sign off the request of {row.name}",
            data_testid=f"sign-off-{row.id}",
        ),
        button(
            "Decline",
            on_click=MyTeam.consider(row.id),
            aria_label=f"Decline the request of {row.name}",
            data_testid=f"refuse-{row.id}",
        ),
        class_name="team-acts",
    )


def _why() -> rx.Component:
    row = MyTeam.about
    return form_dialog(
        is_open=MyTeam.is_asking,
        on_open_change=MyTeam.asked,
        title=f"Decline the request of {row.name}?",
        words=f"{row.title}, {row.when}. The request is closed, and {row.name} is told.",
        body=rx.el.form(
            rx.el.div(
                rx.el.label("Why?", html_for="why", class_name="label"),
                rx.el.textarea(
                    id="why",
                    name="reason",
                    rows="2",
                    max_length=500,
                    auto_focus=True,
                    class_name="area",
                    aria_describedby="why-hint",
                ),
                rx.el.p(
                    "They read it. It may stay blank.",
                    id="why-hint",
                    class_name="hint",
                    style={"marginTop": "var(--space-1)"},
                ),
                class_name="body",
            ),
            foot(
                button("Not now", on_click=MyTeam.keep),
                button("Decline the request", kind="solid", type="submit", data_testid="refuse-sure"),
            ),
            on_submit=MyTeam.decline,
        ),
        on_close=MyTeam.keep,
        width="narrow",
        test_id="why-dialog",
    )
