from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.notifications.example_facts import DEADLINE, OFFER, facts_of
from waitlist_app.clock import SetClock
from waitlist_app.engine.model import Status
from waitlist_app.errors import Refused, TryAgain
from waitlist_app.services.deliver_messages import deliver_messages, is_still_true
from waitlist_app.services.message_kinds import Kind
from waitlist_app.services.outbox import ClaimedMessage, MessageFacts, WrittenMessage
from waitlist_app.services.ports import PersonFacts

NOW = datetime(2026, 3, 12, 10, 42, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def _claimed(name: str, *, attempts: int = 1, leased_for: timedelta = timedelta(minutes=5)) -> ClaimedMessage:
    return ClaimedMessage(
        org_id="tarnwick",
        id=f"to {name}",
        kind="offer",
        session_id="first-aid",
        leased_until=NOW + leased_for,
        attempts=attempts,
        recipient=f"{name}@tarnwick.example",
        subject="A seat is free for you",
        html="<p>Hello</p>",
        text="Hello",
        calendar="",
    )


@dataclass
class _OutboxOnPaper:
    """Hands out what it was given, and writes down what it is told."""

    claims: Sequence[ClaimedMessage] = ()
    facts: MessageFacts | None = None
    written: list[WrittenMessage] = field(default_factory=list[WrittenMessage])
    told: list[tuple[Any, ...]] = field(default_factory=list[tuple[Any, ...]])

    def claim(
        self,
        *,
        now: datetime,
        limit: int,
        is_true: Callable[[MessageFacts], bool],
        write: Callable[[MessageFacts], WrittenMessage],
    ) -> Sequence[ClaimedMessage]:
        if self.facts and is_true(self.facts):
            self.written.append(write(self.facts))
        return self.claims[:limit]

    def mark_sent(self, claimed: ClaimedMessage, *, at: datetime, forget_link: bool) -> None:
        self.told.append(("sent", claimed.id, at, forget_link))

    def put_off(self, claimed: ClaimedMessage, *, until: datetime, error: str, is_attempt: bool = True) -> None:
        self.told.append(("put off", claimed.id, until, error, is_attempt))

    def mark_failed(self, claimed: ClaimedMessage, *, error: str) -> None:
        self.told.append(("failed", claimed.id, error))


@dataclass
class _PostOffice:
    """Takes mail, after the troubles it was given; each mail takes as long as it says."""

    troubles: list[Exception | None] = field(default_factory=list[Exception | None])
    keeps_mail: bool = False
    clock: SetClock | None = None
    takes: timedelta = timedelta(0)
    sent: list[dict[str, str]] = field(default_factory=list[dict[str, str]])

    def send(self, **mail: str) -> None:
        if self.clock:
            self.clock.set(self.clock.now() + self.takes)
        trouble = self.troubles.pop(0) if self.troubles else None
        if trouble:
            raise trouble
        self.sent.append(mail)


def _say_hello(facts: MessageFacts, *, token: str) -> WrittenMessage:
    return WrittenMessage(recipient=facts.person.email, subject="Hello", html="<p>", text=token, token=token)


def _deliver(outbox: _OutboxOnPaper, office: _PostOffice, *, clock: SetClock | None = None, compose=_say_hello) -> int:
    return deliver_messages(
        outbox=outbox, mailer=office, compose=compose, make_token=lambda: "a-secret", clock=clock or SetClock(NOW)
    )


class TestDeliveringAMessage:
    def test_hands_over_its_words_under_its_own_key(self):
        """The message's id is the key by which the mail service knows a repeat."""
        outbox, office = _OutboxOnPaper([_claimed("mei")]), _PostOffice()

        handled = _deliver(outbox, office)

        assert handled == 1
        assert office.sent == [
            {
                "key": "to mei",
                "recipient": "mei@tarnwick.example",
                "subject": "A seat is free for you",
                "html": "<p>Hello</p>",
                "text": "Hello",
                "calendar": "",
            }
        ]
        assert outbox.told == [("sent", "to mei", NOW, True)]

    def test_keeps_the_link_readable_in_the_built_in_mailbox(self):
        """Without a mail service the row is the mail, and its link is the only one."""
        outbox = _OutboxOnPaper([_claimed("mei")])

        _deliver(outbox, _PostOffice(keeps_mail=True))

        assert outbox.told == [("sent", "to mei", NOW, False)]

    @pytest.mark.parametrize(
        ("attempts", "wait"),
        [(1, timedelta(minutes=1)), (2, timedelta(minutes=5)), (3, timedelta(minutes=30)), (4, timedelta(hours=2))],
    )
    def test_waits_longer_after_each_failure(self, attempts, wait):
        """A mail service that is away gets time to come back."""
        outbox = _OutboxOnPaper([_claimed("mei", attempts=attempts)])

        _deliver(outbox, _PostOffice([TryAgain("The line is dead.")]))

        assert outbox.told == [("put off", "to mei", NOW + wait, "The line is dead.", True)]

    def test_gives_up_after_the_fifth_attempt(self):
        """After that a person has to look; the coordinator sees what the last attempt said."""
        outbox = _OutboxOnPaper([_claimed("mei", attempts=5)])

        _deliver(outbox, _PostOffice([TryAgain("The line is dead.")]))

        assert outbox.told == [("failed", "to mei", "We tried 5 times. The line is dead.")]

    def test_gives_up_at_once_when_no_repetition_helps(self):
        """A wrong address stays wrong; the coordinator is told now."""
        outbox = _OutboxOnPaper([_claimed("mei"), _claimed("oona")])

        _deliver(outbox, _PostOffice([Refused("“mei” is not an e-mail address.")]))

        assert outbox.told == [
            ("failed", "to mei", "“mei” is not an e-mail address."),
            ("sent", "to oona", NOW, True),
        ]

    def test_goes_on_with_the_next_after_a_failure(self):
        """One mail that has to wait holds up no other."""
        outbox = _OutboxOnPaper([_claimed("mei"), _claimed("oona")])

        _deliver(outbox, _PostOffice([TryAgain("Busy.")]))

        assert [told[:2] for told in outbox.told] == [("put off", "to mei"), ("sent", "to oona")]

    def test_slows_down_when_asked_to_and_loses_no_attempt(self):
        """Being too fast is our fault, not the mail's: the whole batch waits as long as the service says."""
        outbox = _OutboxOnPaper([_claimed("mei"), _claimed("oona", attempts=5), _claimed("sol")])
        office = _PostOffice([None, TryAgain("Slower.", retry_after=7 * SECOND)])

        _deliver(outbox, office)

        assert outbox.told == [
            ("sent", "to mei", NOW, True),
            ("put off", "to oona", NOW + 7 * SECOND, "Slower.", False),
            ("put off", "to sol", NOW + 7 * SECOND, "", False),
        ]

    def test_stops_before_the_claim_runs_out(self):
        """Another worker may take over a claim that has run out, and must not find us at the same mail."""
        clock = SetClock(NOW)
        leased_for = timedelta(seconds=35)
        outbox = _OutboxOnPaper([_claimed(name, leased_for=leased_for) for name in ("mei", "oona", "sol")])

        _deliver(outbox, _PostOffice(clock=clock, takes=10 * SECOND), clock=clock)

        assert outbox.told == [
            ("sent", "to mei", NOW + 10 * SECOND, True),
            ("sent", "to oona", NOW + 20 * SECOND, True),
            ("put off", "to sol", NOW + 20 * SECOND, "", False),
        ]


class TestWritingAMessage:
    def test_gives_it_a_fresh_secret(self):
        """The secret is made here, and only the link in the mail carries it."""
        outbox = _OutboxOnPaper(facts=facts_of(Kind.OFFER))

        _deliver(outbox, _PostOffice())

        assert [written.token for written in outbox.written] == ["a-secret"]

    def test_to_somebody_without_an_address_fails_with_the_reason(self):
        """Nobody waits for a mail that cannot come: the coordinator is told to call."""
        outbox = _OutboxOnPaper(facts=facts_of(Kind.OFFER, person=PersonFacts(id="mei", name="Mei Ashgrove")))

        _deliver(outbox, _PostOffice())

        assert outbox.written == [WrittenMessage(problem="Mei Ashgrove has no e-mail address.")]

    def test_that_fails_is_told_with_a_reference(self, caplog):
        """A defect in one message is ours to find, and stops no other message."""
        outbox = _OutboxOnPaper(facts=facts_of(Kind.OFFER))

        def stumble(facts, *, token):
            raise LookupError("no such template")

        _deliver(outbox, _PostOffice(), compose=stumble)

        (written,) = outbox.written
        reference = caplog.records[0].getMessage().split()[-1].rstrip(".")
        assert written == WrittenMessage(problem=f"This message could not be written. The reference is {reference}.")
        assert len(reference) == 8


LIVE = facts_of(Kind.OFFER)
REMINDER = facts_of(Kind.REMINDER)


class TestAMessage:
    @pytest.mark.parametrize(
        ("facts", "now", "is_true"),
        [
            (LIVE, DEADLINE - SECOND, True),
            (LIVE, DEADLINE, False),
            (replace(LIVE, offer=replace(OFFER, status="revoked")), NOW, False),
            (replace(LIVE, offer=None), NOW, False),
            (REMINDER, DEADLINE - SECOND, True),
            (REMINDER, DEADLINE, False),
            (replace(REMINDER, is_for_this_deadline=False), NOW, False),
            (replace(REMINDER, offer=replace(OFFER, clock_stands=True)), NOW, False),
            (replace(REMINDER, offer=replace(OFFER, status="accepted")), NOW, False),
            (replace(LIVE, offer=replace(OFFER, clock_stands=True)), DEADLINE, True),
            (facts_of(Kind.JOINED), NOW, True),
            (facts_of(Kind.JOINED, status=Status.OFFERED), NOW, False),
            (facts_of(Kind.JOINED, status=Status.LEFT), NOW, False),
            (facts_of(Kind.REQUEUED), NOW, True),
            (facts_of(Kind.REQUEUED, status=Status.OFFERED), NOW, False),
            (facts_of(Kind.CONFIRMED), NOW, True),
            (facts_of(Kind.CONFIRMED, status=Status.DROPPED), NOW, False),
            *((facts_of(kind), NOW, True) for kind in (Kind.DECLINED, Kind.LAPSED, Kind.REVOKED)),
            *((facts_of(kind), NOW, True) for kind in (Kind.DROPPED, Kind.LEFT, Kind.OTHER_DATE, Kind.REMOVED)),
        ],
        ids=lambda value: value.kind if isinstance(value, MessageFacts) else None,
    )
    def test_is_sent_only_while_it_is_true(self, facts, now, is_true):
        """A mail that comes late must not promise what is gone."""
        assert is_still_true(facts, now) is is_true
