"""The words of messages about money."""

from waitlist_app.notifications import times
from waitlist_app.notifications.content import Content, Deadline, Fact, Paragraph
from waitlist_app.notifications.letter_parts import ASK_AGAIN, NOT_EXPECTED, content, seats, when, where
from waitlist_app.services.amounts import amount_in_words
from waitlist_app.services.outbox import MessageFacts


def owed_back(facts: MessageFacts) -> tuple[Paragraph, ...]:
    """Say what is owed back to somebody whose seat ended; nothing where that is nothing."""
    if not facts.owed:
        return ()
    amount = amount_in_words(facts.owed, facts.currency)
    return (
        Paragraph(question="Your money", answer=f"{amount} is owed back to you. You get a mail once it is on its way."),
    )


def paid(facts: MessageFacts) -> tuple[Fact, ...]:
    """Say what was paid for a seat; nothing for one that cost nothing."""
    return (Fact(name="Paid", lines=(amount_in_words(facts.amount_due, facts.currency),)),) if facts.amount_due else ()


def payment_asked(facts: MessageFacts, questions_to: str) -> Content:
    """Ask to pay by the deadline."""
    return content(
        facts,
        questions_to,
        subject=f"Please pay by {_short(facts)}: {facts.title}",
        heading=f"A seat in {facts.title} is kept for you until it is paid",
        deadline=_deadline(facts),
        facts_shown=(when(facts), where(facts), *seats(facts), _to_pay(facts)),
        paragraphs=(
            Paragraph(
                question="What happens now?",
                answer="Once the payment has come, the seat is yours, and you get a mail that says so.",
            ),
            Paragraph(
                question="Not paid by then?",
                answer=f"The seat goes to the next person. {ASK_AGAIN}",
            ),
        ),
    )


def payment_failed(facts: MessageFacts, questions_to: str) -> Content:
    """Say that an attempt failed, and that there is time left."""
    return content(
        facts,
        questions_to,
        subject=f"Your payment did not succeed: {facts.title}",
        heading=f"Your payment for {facts.title} did not succeed",
        deadline=_deadline(facts),
        facts_shown=(when(facts), _to_pay(facts)),
        paragraphs=(
            Paragraph(
                question="What can you do?",
                answer="The seat is still kept for you. Please try again by then, perhaps in another way.",
            ),
            Paragraph(
                question="Not paid by then?",
                answer=f"The seat goes to the next person. {ASK_AGAIN}",
            ),
        ),
    )


def unpaid(facts: MessageFacts, questions_to: str) -> Content:
    """Say that the seat went back."""
    return content(
        facts,
        questions_to,
        subject=f"Your seat was not paid in time: {facts.title}",
        heading=f"Your seat in {facts.title} is no longer kept",
        facts_shown=(when(facts),),
        paragraphs=(
            Paragraph(
                question="What happened?",
                answer="The payment had not come by its deadline, so the seat goes to the next person. "
                "Should it come later, you get it back.",
            ),
            Paragraph(question="Still interested?", answer=ASK_AGAIN),
        ),
    )


def payment_unused(facts: MessageFacts, questions_to: str) -> Content:
    """Say that money came which pays for nothing, and comes back."""
    has_seat = "You have your seat all the same." if facts.status.has_seat else "It gives you no seat; we are sorry."
    return content(
        facts,
        questions_to,
        subject=f"Your payment is given back: {facts.title}",
        heading=f"Your payment for {facts.title} is given back",
        facts_shown=(when(facts), Fact(name="Owed to you", lines=(amount_in_words(facts.owed, facts.currency),))),
        paragraphs=(
            Paragraph(
                question="What happened?",
                answer=f"Money came that could not be used: too late, twice, or not what was due. {has_seat}",
            ),
            Paragraph(question="What happens now?", answer="You get a mail once it is on its way back to you."),
        ),
    )


def payment_refunded(facts: MessageFacts, questions_to: str) -> Content:
    """Say what was given back, and whether the seat went with it."""
    seat = "Your seat stays as it is." if facts.status.has_seat else "You have no seat in this session any more."
    return content(
        facts,
        questions_to,
        subject=f"You get money back: {facts.title}",
        heading=f"You get money back for {facts.title}",
        facts_shown=(when(facts), Fact(name="Given back", lines=(amount_in_words(facts.given_back, facts.currency),))),
        paragraphs=(
            Paragraph(
                question="What happens now?",
                answer=f"The money is on its way in the way it came; that can take some days. {seat}",
            ),
            NOT_EXPECTED,
        ),
    )


def _to_pay(facts: MessageFacts) -> Fact:
    return Fact(name="To pay", lines=(amount_in_words(facts.amount_due, facts.currency),))


def _short(facts: MessageFacts) -> str:
    assert facts.payment_due_at is not None  # noqa: S101 - such a message is written only while the seat waits for it
    return times.short_moment(facts.payment_due_at, facts.zone)


def _deadline(facts: MessageFacts) -> Deadline:
    due_at = facts.payment_due_at
    assert due_at is not None  # noqa: S101 - see above
    zone = times.zone_name(due_at, facts.zone)
    return Deadline(
        lead="Please pay by",
        moment=times.moment(due_at, facts.zone),
        detail=f"{zone}, {times.length(due_at - facts.written_at)} from now",
    )
