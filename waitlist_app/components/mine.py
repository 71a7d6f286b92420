"""Registrations as their person, or the person's manager, sees them: where, when, how it stands, and what to do."""

import reflex as rx

from waitlist_app.components.buttons import button
from waitlist_app.components.chips import mark
from waitlist_app.components.faces import empty
from waitlist_app.components.live import time_left
from waitlist_app.components.vars import length
from waitlist_app.services.views import OwnRow
from waitlist_app.state.mine import MySessions, MyTeam


def my_sessions() -> rx.Component:
    """Return what the person has and waits for."""
    return rx.cond(
        length(MySessions.rows) > 0,
        _table("Session", "How it stands", rows=rx.foreach(MySessions.rows, _own)),
        empty(
            "free",
            "free",
            "free",
            "free",
            title="Nothing yet",
            words="Seats and places in line appear here when you, or somebody for you, asked for one.",
        ),
    )


def my_team() -> rx.Component:
    """Return what the team has and waits for; what needs the manager first."""
    return rx.cond(
        length(MyTeam.rows) > 0,
        _table("Who", "How it stands", rows=rx.foreach(MyTeam.rows, _of_team)),
        empty(
            "confirmed",
            "confirmed",
            "confirmed",
            "confirmed",
            title="Nothing needs you",
            words="Requests that you are asked to sign off, and those that you made for others, appear here.",
        ),
    )


def _table(*heads: str, rows: rx.Component) -> rx.Component:
    return rx.el.table(
        rx.el.colgroup(*(rx.el.col(style={"width": width}) for width in ("38%", "auto", "300px"))),
        rx.el.thead(
            rx.el.tr(*(rx.el.th(words) for words in heads), rx.el.th(rx.el.span("Acts", class_name="sr"))),
            class_name="hide-s",
        ),
        rx.el.tbody(rows),
        class_name="table plain-list own",
    )


def _own(row: OwnRow) -> rx.Component:
    return rx.el.tr(
        rx.el.td(
            rx.el.span(row.title, class_name="name"),
            rx.el.span(row.when, class_name="meta"),
            rx.el.span(row.where, class_name="meta"),
        ),
        rx.el.td(
            mark(row.status),
            rx.cond(
                row.is_offered,
                rx.el.span(time_left(ends_at=row.ends_at, before="", after=" left to answer"), class_name="meta"),
            ),
            rx.el.span(row.say, class_name="meta"),
        ),
        rx.el.td(rx.cond(MySessions.asking_about == row.id, _sure(row), _own_acts(row))),
        key=row.id,
        data_testid=f"mine-{row.id}",
    )


def _own_acts(row: OwnRow) -> rx.Component:
    return rx.el.span(
        rx.cond(
            row.is_offered,
            rx.fragment(
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
            ),
        ),
        rx.cond(
            row.may_leave,
            button(
                rx.cond(row.status == "Waiting", "Leave the line", "Give up the seat"),
                kind="ghost",
                on_click=MySessions.consider(row.id, "leave"),
                aria_label=rx.cond(
                    row.status == "Waiting", f"Leave the line of {row.title}", f"Give up the seat in {row.title}"
                ),
                data_testid=f"leave-{row.id}",
            ),
        ),
        class_name="team-acts",
    )


def _sure(row: OwnRow) -> rx.Component:
    return rx.el.span(
        rx.el.span("Whoever asks again later gets a new place. Give it up?", class_name="meta", role="status"),
        button("Give it up", kind="solid", on_click=MySessions.give_up, data_testid=f"sure-{row.id}"),
        button("Keep it", on_click=MySessions.keep),
        class_name="team-acts",
    )


def _of_team(row: OwnRow) -> rx.Component:
    return rx.el.tr(
        rx.el.td(
            rx.el.span(row.name, class_name="name"),
            rx.el.span(row.title, class_name="meta"),
            rx.el.span(row.when, class_name="meta"),
        ),
        rx.el.td(mark(row.status), rx.el.span(row.say, class_name="meta")),
        rx.el.td(
            rx.cond(row.needs_answer, rx.cond(MyTeam.declining == row.id, _why(row), _answers(row)), rx.fragment())
        ),
        key=row.id,
        data_testid=f"team-{row.id}",
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


def _why(row: OwnRow) -> rx.Component:
    return rx.el.form(
        rx.el.label(f"Why? {row.name} reads it.", html_for=f"why-{row.id}", class_name="label"),
        rx.el.textarea(id=f"why-{row.id}", name="reason", rows="2", max_length=500, auto_focus=True, class_name="area"),
        rx.el.span(
            button("Decline the request", kind="solid", type="submit", data_testid=f"refuse-sure-{row.id}"),
            button("Not yet", on_click=MyTeam.keep),
            class_name="team-acts",
        ),
        on_submit=MyTeam.decline,
    )
