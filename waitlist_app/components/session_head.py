"""The head of one session: what, when, where, by which rules, and its seats as a sum."""

import reflex as rx

from waitlist_app.components.buttons import button
from waitlist_app.components.icons import icon
from waitlist_app.components.meter import large_bar, sum_of
from waitlist_app.state.evidence import EvidenceDialog
from waitlist_app.state.session import SessionView


def session_head() -> rx.Component:
    """Return title, facts and seats."""
    return rx.el.div(
        rx.el.div(
            rx.el.h1(SessionView.title), rx.el.span(SessionView.code_beside, class_name="muted"), class_name="title"
        ),
        rx.el.ul(
            rx.el.li(icon("calendar-days", 14), rx.el.b(SessionView.when)),
            rx.cond(SessionView.where != "", rx.el.li(icon("map-pin", 14), SessionView.where)),
            class_name="bits",
        ),
        rx.el.ul(rx.foreach(SessionView.facts, _fact), class_name="bits"),
        rx.el.section(
            sum_of(SessionView.meter, next_act=_next_act()),
            large_bar(SessionView.meter),
            class_name="card seats",
            aria_label="Seats",
        ),
        class_name="sess",
    )


def _fact(fact: str) -> rx.Component:
    return rx.el.li(
        rx.cond(
            fact.startswith("Order"),
            icon("list-ordered", 14),
            rx.cond(
                fact.startswith("Offer window"),
                icon("timer", 14),
                rx.cond(fact.startswith("Cut-off"), icon("calendar-clock", 14), icon("user-round-check", 14)),
            ),
        ),
        fact,
    )


def _next_act() -> rx.Component:
    return rx.cond(
        (SessionView.proposals > 0) & (SessionView.next_proposal != ""),
        rx.el.div(
            rx.el.p(
                rx.el.b(
                    rx.cond(
                        SessionView.proposals == 1,
                        "1 promotion waits for you",
                        f"{SessionView.proposals} promotions wait for you",
                    ),
                    class_name="medium",
                )
            ),
            button(
                icon("user-round-check"),
                rx.cond(SessionView.proposals == 1, "Review", f"Review {SessionView.proposals}"),
                kind="solid",
                on_click=EvidenceDialog.review(SessionView.next_proposal),
                data_testid="review-next",
            ),
            class_name="next",
        ),
    )
