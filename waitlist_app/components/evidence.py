"""The evidence dialog: the seat, the person, who is skipped, the offer; then the button."""

import reflex as rx

from waitlist_app.components.buttons import button
from waitlist_app.components.chips import check, chip
from waitlist_app.components.dialogs import alert_dialog, fact, foot, key_hint, keyed
from waitlist_app.components.icons import icon
from waitlist_app.components.keys import hotkey
from waitlist_app.components.meter import bar_only
from waitlist_app.components.override_evidence import override_evidence
from waitlist_app.components.vars import either, length
from waitlist_app.services.views import SkippedRow
from waitlist_app.state.evidence import EvidenceDialog
from waitlist_app.state.shell import Shell

_shown = EvidenceDialog.evidence


def evidence_dialog() -> rx.Component:
    """Return the dialog in which a promotion, or an override, is approved."""
    return alert_dialog(
        is_open=EvidenceDialog.is_open,
        on_open_change=EvidenceDialog.opened,
        title=either(EvidenceDialog.is_override, EvidenceDialog.override.title, _shown.title),
        words=either(EvidenceDialog.is_override, EvidenceDialog.override.session, _shown.session),
        on_close=EvidenceDialog.close,
        width="wide",
        end=_place(),
        test_id="evidence-dialog",
        body=rx.cond(
            EvidenceDialog.is_override,
            override_evidence(),
            rx.fragment(
                rx.el.div(
                    rx.el.dl(*_seat(), *_person(), *_skipped(), *_offer(), class_name="facts"),
                    class_name="body",
                    tab_index=0,
                    role="region",
                    aria_label="Evidence",
                ),
                _foot(),
            ),
        ),
    )


def _place() -> rx.Component:
    return rx.cond(
        EvidenceDialog.places > 1,
        rx.fragment(
            f"{EvidenceDialog.place} of {EvidenceDialog.places}",
            button(
                icon("chevron-up", 14),
                kind="ghost",
                height=24,
                is_icon=True,
                aria_label="Previous",
                on_click=EvidenceDialog.previous,
            ),
            button(
                icon("chevron-down", 14),
                kind="ghost",
                height=24,
                is_icon=True,
                aria_label="Next",
                on_click=EvidenceDialog.next,
            ),
            hotkey(hotkey="j", in_dialog=True, on_press=EvidenceDialog.next),
            hotkey(hotkey="k", in_dialog=True, on_press=EvidenceDialog.previous),
        ),
    )


def _seat() -> list[rx.Component]:
    return fact(
        "The seat",
        rx.el.p(_shown.seat, class_name="lead"),
        rx.el.div(
            rx.el.span("Now", class_name="small muted"),
            bar_only(_shown.now),
            rx.el.span(_shown.now_words, class_name="small"),
            rx.el.span("After", class_name="small muted"),
            bar_only(_shown.after),
            rx.el.span(_shown.after_words, class_name="small"),
            class_name="beforeafter",
        ),
    )


def _person() -> list[rx.Component]:
    return fact(
        "The person",
        rx.el.p(
            _shown.name,
            rx.cond(_shown.team != "", f", {_shown.team}", ""),
            " ",
            rx.el.span(_shown.position, class_name="chip"),
            class_name="lead",
        ),
        rx.el.p(_shown.because, " ", rx.el.span(_shown.asked), class_name="muted"),
        rx.el.ul(rx.foreach(_shown.checks, check), class_name="ticks"),
    )


def _skipped() -> list[rx.Component]:
    return fact(
        rx.cond(_shown.skipped_total > 0, f"Skipped, {_shown.skipped_total}", "Skipped"),
        rx.cond(
            _shown.skipped_total > 0,
            rx.fragment(
                rx.foreach(_shown.skipped, _skip),
                rx.el.p(_after_skipped(), class_name="hint", style={"marginTop": "var(--space-2)"}),
            ),
            rx.el.p("Nobody. This is the first in line.", class_name="muted"),
        ),
    )


def _skip(row: SkippedRow) -> rx.Component:
    return rx.el.div(
        rx.el.b(row.position, class_name="medium"),
        rx.el.span(rx.el.b(row.name, class_name="medium"), " ", rx.el.span(row.why, class_name="muted")),
        chip(row.flag),
        class_name="skip",
    )


def _after_skipped() -> rx.Var[str]:
    more = _shown.skipped_total - length(_shown.skipped)
    keeps = rx.cond(
        _shown.skipped_total == 1,
        "Keeps the place, and is looked at again for the next seat.",
        "All keep their place and are looked at again for the next seat.",
    )
    return rx.cond(more > 0, f"And {more} more. {keeps}", keeps)


def _offer() -> list[rx.Component]:
    return fact(
        "The offer",
        rx.el.div(
            _full_ring(),
            rx.el.div(
                rx.el.p(f"Ends {_shown.deadline}, if you approve now", class_name="lead"),
                rx.el.p(_shown.deadline_detail, class_name="muted"),
            ),
            class_name="deadline",
        ),
        rx.el.p(
            _shown.consequence,
            rx.cond(Shell.may_decide, f" Recorded as approved by you, {_shown.approver}.", ""),
            class_name="muted",
        ),
    )


def _full_ring() -> rx.Component:
    """Return a ring that has not begun to run."""
    return rx.el.svg(
        rx.el.svg.circle(class_name="arc", cx="12", cy="12", r="9", path_length=1),
        class_name="ring ring-20",
        view_box="0 0 24 24",
        style={"--left": "1"},
        aria_hidden="true",
    )


def _foot() -> rx.Component:
    return foot(
        button("Close", on_click=EvidenceDialog.close),
        rx.cond(
            Shell.may_decide,
            keyed(
                "Approve and send offer",
                "A",
                on_press=EvidenceDialog.approve,
                test_id="approve",
                kind="solid",
                auto_focus=True,
            ),
        ),
        keys=rx.cond(EvidenceDialog.places > 1, key_hint("move", "J", "K")),
    )
