"""What an employee sees behind the link of an offer: the answer first, then what, when, where; buttons last."""

import reflex as rx

from waitlist_app.components.buttons import button
from waitlist_app.components.icons import icon
from waitlist_app.components.live import countdown, dial
from waitlist_app.components.public import (
    failed_page,
    link_page,
    loading_page,
    session_card,
    stamp,
    standing_page,
)
from waitlist_app.components.vars import length, matched, negated
from waitlist_app.state.offer import Offer

_offer = Offer.offer


def offer_view() -> rx.Component:
    """Return the page for the state of the offer."""
    return matched(
        Offer.phase,
        (
            "ready",
            matched(
                _offer.state,
                ("open", rx.cond(_offer.other_titles != "", _two_at_once(), _open())),
                _ended(),
            ),
        ),
        (
            "missing",
            failed_page(
                "We could not find this offer", "The link may be incomplete. Please open it from the mail again."
            ),
        ),
        ("failed", failed_page("This did not work", Offer.trouble)),
        loading_page("32px", "140px", "120px"),
    )


def _open() -> rx.Component:
    return link_page(
        _offer,
        rx.el.h1(_offer.heading),
        rx.el.section(
            dial(ends_at=_offer.ends_at, of_seconds=_offer.of_seconds),
            rx.el.div(
                rx.el.p("Please answer by", rx.el.br(), _offer.deadline, class_name="medium"),
                rx.el.p(
                    f"{_offer.zone}. Up to that minute the seat is kept for you, after it the next person is asked.",
                    class_name="hint",
                    style={"marginTop": "var(--space-1)"},
                ),
            ),
            rx.cond(length(Offer.seats) > 0, _your_seat()),
            class_name="card ticker",
            aria_label="Deadline",
        ),
        session_card(_offer),
        rx.cond(
            _offer.why != "",
            rx.el.p(
                icon("info"),
                rx.el.span(rx.el.b("Why you?", class_name="medium"), " ", _offer.why),
                class_name="note",
            ),
        ),
        dock=rx.el.footer(
            button("Accept the seat", kind="solid", height=48, on_click=Offer.accept, data_testid="offer-accept"),
            button("No, thank you", height=48, on_click=Offer.decline, data_testid="offer-decline"),
            rx.el.p("Nothing is booked until you press a button.", class_name="hint"),
            class_name="dock",
        ),
    )


def _two_at_once() -> rx.Component:
    return link_page(
        _offer,
        rx.el.h1(_offer.heading, data_testid="offer-clash"),
        rx.el.div(icon("calendar-x"), rx.el.span(_offer.say), class_name="note warn"),
        rx.el.div(
            _choice(
                f"Take {_offer.title}",
                f"and give up {_offer.other_titles}. Both happen together, and the seat there goes to the next person.",
                takes_it=True,
            ),
            _choice(
                f"Keep {_offer.other_titles}",
                "and decline this offer. If you ask again, your request counts from then.",
                takes_it=False,
            ),
            role="radiogroup",
            aria_label="Your choice",
            class_name="choices",
        ),
        session_card(_offer),
        rx.el.section(
            countdown(
                ends_at=_offer.ends_at,
                of_seconds=_offer.of_seconds,
                size=20,
                before="",
                after=" left",
                detail=f"until {_offer.deadline}, {_offer.zone}",
            ),
            class_name="card bar",
            aria_label="Deadline",
        ),
        dock=rx.el.footer(
            button(
                rx.cond(Offer.takes_it, f"Swap to {_offer.title}", f"Keep {_offer.other_titles}"),
                kind="solid",
                height=48,
                on_click=Offer.exchange,
                data_testid="offer-exchange",
            ),
            rx.el.p("Nothing changes until you press the button. You can also decide later.", class_name="hint"),
            class_name="dock",
        ),
    )


def _choice(heading: str, words: str, *, takes_it: bool) -> rx.Component:
    is_on = Offer.takes_it if takes_it else negated(Offer.takes_it)
    return rx.el.label(
        rx.el.input(
            type="radio",
            name="choice",
            checked=is_on,
            on_change=Offer.choose(takes_it),
            class_name=rx.cond(is_on, "radio on", "radio"),
            data_testid="choose-this" if takes_it else "choose-other",
        ),
        rx.el.span(rx.el.b(heading), rx.el.span(words)),
        class_name=rx.cond(is_on, "choice on", "choice"),
    )


def _ended() -> rx.Component:
    sign = matched(
        _offer.state,
        ("seated", stamp("check", "done")),
        ("expired", stamp("hourglass", "ended")),
        ("unknown", stamp("link-2-off", "ended")),
        stamp("x", "ended"),
    )
    return standing_page(_offer, sign, test_id="offer-state")


def _your_seat() -> rx.Component:
    return rx.el.div(
        rx.foreach(Offer.seats, _seat),
        class_name="yours",
        role="img",
        aria_label=f"One of {_offer.limit} seats is held for you",
        style={"--n": _offer.limit},
    )


def _seat(is_theirs: bool) -> rx.Component:  # noqa: FBT001 - foreach passes a var by position
    return rx.el.i(class_name=rx.cond(is_theirs, "seat held", ""))
