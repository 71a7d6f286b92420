"""The team: who is in it, in which role, and the links that were mailed."""

import reflex as rx

from waitlist_app.components.buttons import button
from waitlist_app.components.chips import mark
from waitlist_app.components.icons import icon
from waitlist_app.components.vars import length
from waitlist_app.services.list_member_mail import MemberMailRow
from waitlist_app.services.list_members import MemberRow
from waitlist_app.state.team import MemberDialog, Team


def members() -> rx.Component:
    """Return the members by name, each with what can be done."""
    return rx.el.table(
        rx.el.colgroup(*(rx.el.col(style={"width": width}) for width in ("auto", "18%", "18%", "260px"))),
        rx.el.thead(
            rx.el.tr(
                *(rx.el.th(words) for words in ("Name", "Role", "State")), rx.el.th(rx.el.span("Acts", class_name="sr"))
            ),
            class_name="hide-s",
        ),
        rx.el.tbody(rx.foreach(Team.rows, _member)),
        class_name="table plain-list",
    )


def mails() -> rx.Component:
    """Return the links that were mailed, newest first; nothing while there are none."""
    return rx.cond(
        length(Team.mails) > 0,
        rx.el.section(
            rx.el.h2("Links that were mailed"),
            rx.el.table(
                rx.el.colgroup(*(rx.el.col(style={"width": width}) for width in ("auto", "26%", "16%", "30%"))),
                rx.el.thead(
                    rx.el.tr(*(rx.el.th(words) for words in ("What", "To", "Written", "State"))), class_name="hide-s"
                ),
                rx.el.tbody(rx.foreach(Team.mails, _mail)),
                class_name="table plain-list mailrow",
            ),
            class_name="team-mails",
        ),
    )


def _member(row: MemberRow) -> rx.Component:
    return rx.el.tr(
        rx.el.td(
            rx.el.span(row.name, rx.cond(row.is_you, " (you)", ""), class_name="name"),
            rx.el.span(row.email, class_name="meta"),
        ),
        rx.el.td(row.role_words),
        rx.el.td(
            rx.cond(row.has_joined, rx.el.span("Has joined", class_name="muted"), mark("Invited", icon_name="mail"))
        ),
        rx.el.td(
            rx.cond(
                row.is_you,
                rx.el.span("Another owner can change this", class_name="meta"),
                rx.el.span(
                    button(
                        "Change role",
                        height=24,
                        on_click=MemberDialog.change(row.id, row.name, row.role),
                        aria_label=f"Change the role of {row.name}",
                        data_testid=f"change-{row.id}",
                    ),
                    rx.cond(
                        row.has_joined,
                        rx.fragment(),
                        button(
                            "Invite again",
                            height=24,
                            on_click=Team.invite_again(row.id),
                            aria_label=f"Invite {row.name} again",
                            data_testid=f"again-{row.id}",
                        ),
                    ),
                    button(
                        "Remove",
                        height=24,
                        kind="ghost",
                        on_click=MemberDialog.remove(row.id, row.name),
                        aria_label=f"Remove {row.name}",
                        data_testid=f"remove-{row.id}",
                    ),
                    class_name="team-acts",
                ),
            )
        ),
        key=row.id,
        data_testid=f"member-{row.id}",
    )


def _mail(row: MemberMailRow) -> rx.Component:
    return rx.el.tr(
        rx.el.td(rx.el.span(row.subject, class_name="name")),
        rx.el.td(row.name, rx.el.span(row.email, class_name="meta")),
        rx.el.td(row.written, class_name="tab"),
        rx.el.td(
            rx.el.span(row.status, class_name="muted"),
            rx.cond(
                row.link != "",
                rx.el.span(
                    rx.el.a(
                        "The link",
                        icon("external-link", 12),
                        href=row.link,
                        target="_blank",
                        rel="noopener noreferrer",
                        class_name="letter-link",
                    ),
                    " is shown because no mail service is set up.",
                    class_name="meta",
                ),
            ),
        ),
        key=row.id,
    )
