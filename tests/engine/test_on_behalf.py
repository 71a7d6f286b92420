"""What staff write down for somebody is told as such, in everything that people otherwise do themselves."""

from collections.abc import Callable, Iterable

import pytest
from msgspec.structs import replace

from tests.builders import SAFETY, Story, at, session
from waitlist_app.engine import commands as c
from waitlist_app.engine.events import (
    Event,
    PaymentFailed,
    PaymentReceived,
    PaymentUnused,
    RefundMade,
    RegistrationClosed,
    SeatGiven,
    SeatReconfirmed,
    WaitlistJoined,
)
from waitlist_app.engine.model import Asking, Status

Told = (
    SeatGiven
    | WaitlistJoined
    | RegistrationClosed
    | PaymentReceived
    | PaymentUnused
    | PaymentFailed
    | RefundMade
    | SeatReconfirmed
)
"""The events of this module that say who acted."""


def told(events: Iterable[Event], kind: type[Told]) -> list[bool]:
    """List what the events of one kind say of who acted."""
    return [event.on_behalf for event in events if isinstance(event, kind)]


def asked(story: Story, on_behalf: bool) -> tuple[Event, ...]:
    """Let Cleo ask for a seat of which none is left."""
    return story.act(replace(story.request("Cleo"), on_behalf=on_behalf))


def seated(story: Story, on_behalf: bool) -> tuple[Event, ...]:
    """Let Cleo ask for a seat that Ana gave up."""
    story.drop("Ana")
    return story.act(replace(story.request("Cleo"), on_behalf=on_behalf))


def dropped(story: Story, on_behalf: bool) -> tuple[Event, ...]:
    """Let Ana give her seat up."""
    close = c.Close(session_id=SAFETY, registration_id=story.id_of("Ana"), status=Status.DROPPED, on_behalf=on_behalf)
    return story.act(close)


def paid(story: Story, on_behalf: bool) -> tuple[Event, ...]:
    """Let Ana's money come."""
    return story.act(replace(_money(story), on_behalf=on_behalf))


def paid_for_nothing(story: Story, on_behalf: bool) -> tuple[Event, ...]:
    """Let money come that pays for nothing."""
    return story.act(replace(_money(story), amount=1, on_behalf=on_behalf))


def failed(story: Story, on_behalf: bool) -> tuple[Event, ...]:
    """Let an attempt to pay fail."""
    note = c.NoteFailedPayment(
        session_id=SAFETY, registration_id=story.id_of("Ana"), person_id="Ana", reference="one", on_behalf=on_behalf
    )
    return story.act(note)


def given_back(story: Story, on_behalf: bool) -> tuple[Event, ...]:
    """Give all of Ana's money back, and with it her seat."""
    entry = story.id_of("Ana")
    story.pay("Ana", reference="one")
    note = c.NoteRefund(
        session_id=SAFETY,
        registration_id=entry,
        person_id="Ana",
        reference="one",
        given_back=4900,
        on_behalf=on_behalf,
    )
    return story.act(note)


def kept(story: Story, on_behalf: bool) -> tuple[Event, ...]:
    """Let Ana keep her seat in the session that was moved."""
    story.pay("Ana")
    story.reschedule(asking=Asking(by=at("2026-03-05 10:00")))
    return story.act(c.Reconfirm(session_id=SAFETY, registration_id=story.id_of("Ana"), on_behalf=on_behalf))


def _money(story: Story) -> c.NotePayment:
    return c.NotePayment(
        session_id=SAFETY,
        registration_id=story.id_of("Ana"),
        person_id="Ana",
        reference="one",
        amount=4900,
        currency="GBP",
    )


@pytest.mark.parametrize("on_behalf", [True, False])
@pytest.mark.parametrize(
    ("act", "kind"),
    [
        (asked, WaitlistJoined),
        (seated, SeatGiven),
        (dropped, RegistrationClosed),
        (paid, PaymentReceived),
        (paid_for_nothing, PaymentUnused),
        (failed, PaymentFailed),
        (given_back, RefundMade),
        (given_back, RegistrationClosed),
        (kept, SeatReconfirmed),
    ],
)
def test_what_staff_write_down_for_somebody_is_told_as_such(
    act: Callable[[Story, bool], tuple[Event, ...]], kind: type[Told], on_behalf: bool
):
    """And what people do themselves is not."""
    story = Story(session(price=4900))
    story.ask("Ana")

    assert told(act(story, on_behalf), kind) == [on_behalf]
