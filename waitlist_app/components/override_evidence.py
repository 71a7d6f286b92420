"""The evidence for an override that waits: why, whom it passes, what follows; then the word of a second person."""

import reflex as rx

from waitlist_app.components.buttons import button
from waitlist_app.components.dialogs import fact, foot, key_hint, keyed
from waitlist_app.components.fields import reason_field
from waitlist_app.components.icons import icon
from waitlist_app.components.override import consequences, orders
from waitlist_app.components.vars import either, length
from waitlist_app.services.difference_in_words import Effect
from waitlist_app.state.evidence import EvidenceDialog
from waitlist_app.state.shell import Shell

_shown = EvidenceDialog.override
_may_approve = Shell.may_approve_overrides & (_shown.for_others == "") & (_shown.trouble == "")
_may_decline = Shell.may_approve_overrides & ((_shown.for_others == "") | _shown.is_mine)


def override_evidence() -> rx.Component:
    """Return the inside of the dialog in which an override is approved or declined."""
    return rx.fragment(
        rx.el.div(
            rx.cond(_shown.trouble != "", _note()),
            rx.cond(EvidenceDialog.move.registration_id != "", orders(EvidenceDialog.move)),
            rx.el.dl(*_reason(), _follows(), *_approval(), class_name="facts"),
            class_name="body over-dialog",
            tab_index=0,
            role="region",
            aria_label="Evidence",
        ),
        rx.cond(EvidenceDialog.is_declining, _decline_form(), _foot()),
    )


def _note() -> rx.Component:
    return rx.el.div(
        icon("circle-x"),
        rx.el.p(rx.el.b("This cannot be carried out any more. ", class_name="medium"), _shown.trouble, role="status"),
        class_name="note warn",
        style={"marginBottom": "var(--space-4)"},
        data_testid="override-trouble",
    )


def _reason() -> list[rx.Component]:
    return fact(
        "Reason",
        rx.el.p(rx.cond(_shown.reason != "", _shown.reason, "Erased with the person."), class_name="lead"),
        rx.el.p(_shown.asked, class_name="muted"),
    )


def _follows() -> rx.Component:
    return rx.cond(
        _shown.trouble != "",
        rx.fragment(),
        rx.cond(
            EvidenceDialog.move.registration_id != "",
            rx.fragment(*consequences(EvidenceDialog.move)),
            rx.fragment(
                rx.cond(_shown.passes != "", rx.fragment(*_passed())),
                rx.cond((length(_shown.effects) > 0) | (_shown.also != ""), rx.fragment(*_effects())),
            ),
        ),
    )


def _passed() -> list[rx.Component]:
    return fact(
        "Passed over",
        rx.el.p(_shown.passes, class_name="lead"),
        rx.cond(_shown.passed != "", rx.el.p(f"{_shown.passed}.", class_name="muted")),
    )


def _effects() -> list[rx.Component]:
    return fact(
        "What follows",
        rx.foreach(_shown.effects, _effect),
        rx.cond(_shown.also != "", rx.el.p(_shown.also, class_name="muted")),
    )


def _effect(effect: Effect) -> rx.Component:
    return rx.el.p(rx.el.b(effect.name, class_name="medium"), " ", rx.el.span(effect.follows, class_name="muted"))


def _approval() -> list[rx.Component]:
    return fact(
        "Approval",
        rx.cond(
            _shown.for_others != "",
            rx.el.p(_shown.for_others, class_name="lead"),
            rx.cond(_shown.trouble == "", rx.el.p(_shown.approval, class_name="muted"), _only_declined()),
        ),
    )


def _only_declined() -> rx.Component:
    return rx.el.p("It can only be declined. What is still wanted is asked for again.", class_name="muted")


def _foot() -> rx.Component:
    return foot(
        button("Close", on_click=EvidenceDialog.close),
        rx.cond(
            _may_decline,
            keyed(
                either(_shown.is_mine, "Take back", "Decline"),
                "D",
                on_press=EvidenceDialog.ask_why,
                test_id="decline-override",
            ),
        ),
        rx.cond(
            _may_approve,
            keyed(
                "Approve",
                "A",
                on_press=EvidenceDialog.approve_override,
                test_id="approve-override",
                kind="solid",
                auto_focus=True,
            ),
        ),
        keys=rx.cond(EvidenceDialog.places > 1, key_hint("move", "J", "K")),
    )


def _decline_form() -> rx.Component:
    return rx.el.form(
        rx.el.div(
            rx.el.label("Why not", html_for="reason", class_name="label"),
            reason_field(
                "Required. Kept in the history, where whoever asked finds it.", trouble=EvidenceDialog.trouble
            ),
            class_name="body",
        ),
        foot(
            button("Back", on_click=EvidenceDialog.back),
            button(
                either(_shown.is_mine, "Take back", "Decline"),
                kind="solid",
                type="submit",
                data_testid="confirm-decline",
            ),
        ),
        on_submit=EvidenceDialog.decline,
        class_name="why-not",
    )
