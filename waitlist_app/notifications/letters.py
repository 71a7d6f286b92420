"""The words of each kind of message."""

from typing import Final, assert_never

from waitlist_app.engine.model import SIGN_OFF, Order, Status
from waitlist_app.notifications import money_letters, times
from waitlist_app.notifications.content import Button, Content, Deadline, Fact, Paragraph
from waitlist_app.notifications.letter_parts import ASK_AGAIN, NOT_EXPECTED, content, seats, when, where
from waitlist_app.services.message_kinds import Kind
from waitlist_app.services.outbox import MessageFacts, OfferFacts, WaitedDate
from waitlist_app.services.ports import PersonFacts
from waitlist_app.services.wording import calendar_day_in_full, counted, listed, zone_short

_CLASH: Final = Paragraph(
    question="You have a seat elsewhere at the same time",
    answer="You keep your place here. While you have that seat, free seats go to those behind you.",
)
_CLASH_WITH_AN_OFFER: Final = Paragraph(
    question="You have an offer elsewhere at the same time",
    answer="You keep your place here. While that offer is open, free seats go to those behind you.",
)
_SIGN_OFF_FIRST: Final = Paragraph(
    question="Your manager is asked first",
    answer="This session needs a manager's sign-off. You keep your place here until the answer comes.",
)


def content_of(facts: MessageFacts, *, link: str, questions_to: str) -> Content:  # noqa: C901, PLR0911, PLR0912 - one arm
    """Give the words of a message; `link` is where an offer is answered, `questions_to` an address."""
    kind = Kind(facts.kind)
    if kind is Kind.SIGN_OFF_ASKED:
        return _sign_off_asked(facts, link, questions_to)
    if facts.participant:
        return _to_the_requester(facts, facts.participant, kind, questions_to)
    match kind:
        case Kind.JOINED:
            return _joined(facts, link, questions_to)
        case Kind.OFFER:
            return _offer(facts, link, questions_to)
        case Kind.EXTENDED:
            return _extended(facts, questions_to)
        case Kind.REMINDER:
            return _reminder(facts, link, questions_to)
        case Kind.CONFIRMED:
            return _confirmed(facts, questions_to)
        case Kind.DECLINED:
            return _declined(facts, questions_to)
        case Kind.LAPSED:
            return _lapsed(facts, questions_to)
        case Kind.REQUEUED:
            return _requeued(facts, questions_to)
        case Kind.REVOKED:
            return _revoked(facts, questions_to)
        case Kind.DROPPED:
            return _dropped(facts, questions_to)
        case Kind.LEFT:
            return _left(facts, questions_to)
        case Kind.OTHER_DATE:
            return _other_date(facts, questions_to)
        case Kind.REMOVED:
            return _removed(facts, questions_to)
        case Kind.SIGN_OFF_GIVEN:
            return _sign_off_given(facts, questions_to)
        case Kind.SIGN_OFF_DECLINED:
            return _sign_off_declined(facts, questions_to)
        case Kind.TRANSFERRED:
            return _transferred(facts, questions_to)
        case Kind.CANCELLED:
            return _cancelled(facts, questions_to)
        case Kind.CHANGED:
            return _changed(facts, link, questions_to)
        case Kind.UNANSWERED:
            return _unanswered(facts, questions_to)
        case Kind.REDUCED:
            return _reduced(facts, questions_to)
        case Kind.PAYMENT_ASKED:
            return money_letters.payment_asked(facts, questions_to)
        case Kind.PAYMENT_FAILED:
            return money_letters.payment_failed(facts, questions_to)
        case Kind.UNPAID:
            return money_letters.unpaid(facts, questions_to)
        case Kind.PAYMENT_UNUSED:
            return money_letters.payment_unused(facts, questions_to)
        case Kind.PAYMENT_REFUNDED:
            return money_letters.payment_refunded(facts, questions_to)
        case _:
            assert_never(kind)


# ── waiting ──────────────────────────────────────────────────────────────────────────────────────


def _joined(facts: MessageFacts, link: str, questions_to: str) -> Content:
    if _waits_for_several(facts):
        return _joined_any_date(facts, link, questions_to)
    if facts.is_pending_approval:
        return _pending(facts, link, questions_to)
    order = (
        "The line is in the order in which people asked."
        if facts.order is Order.FIRST_COME
        else "The line follows the priorities of your organisation, then the time of asking, so your place can change."
    )
    sign_off = (_SIGN_OFF_FIRST,) if SIGN_OFF in facts.outstanding else ()
    clash = _clash(facts)
    return content(
        facts,
        questions_to,
        subject=f"You are on the waitlist, number {facts.position}: {facts.title}",
        heading=f"You are number {facts.position} on the waitlist for {facts.title}",
        facts_shown=(when(facts), where(facts), *seats(facts)),
        paragraphs=(
            Paragraph(
                question="What happens now?",
                answer=f"{order} When it is your turn, you get a mail with a link and the time by which to answer. "
                "Until then there is nothing to do.",
            ),
            *sign_off,
            *clash,
            Paragraph(
                question="No longer interested?",
                answer="Leave, and your place goes to the next person. Opening the page changes nothing.",
                words="Leave the waitlist",
                address=link,
            ),
        ),
        is_personal=True,
    )


def _waits_for_several(facts: MessageFacts) -> bool:
    """Say whether the mail is about a request for any date that does not wait for this date alone."""
    return len(facts.dates) > 1 or (bool(facts.dates) and facts.status is not Status.WAITLISTED)


def _clash(facts: MessageFacts) -> tuple[Paragraph, ...]:
    if not facts.has_conflict:
        return ()
    return (_CLASH_WITH_AN_OFFER if facts.conflict_is_offer else _CLASH,)


def _joined_any_date(facts: MessageFacts, link: str, questions_to: str) -> Content:
    number = counted(len(facts.dates), "date")
    sign_off = any(date.needs_sign_off for date in facts.dates)
    return content(
        facts,
        questions_to,
        subject=f"You wait for {number}: {facts.course}",
        heading=f"You wait for {number} of {facts.course}",
        facts_shown=_dates(facts),
        paragraphs=(
            Paragraph(
                question="What happens now?",
                answer="When it is your turn for one of them, you get a mail with a link and the time by which to "
                "answer. A seat on one date ends your wait for the others. Until then there is nothing to do.",
            ),
            *(
                (
                    Paragraph(
                        question="Your manager is asked first",
                        answer="Where a date needs a manager's sign-off, you keep your place until the answer comes.",
                    ),
                )
                if sign_off
                else ()
            ),
            Paragraph(
                question="No longer interested?",
                answer="Leave, and your places go to the next people. Opening the page changes nothing.",
                words="Leave the waitlist",
                address=link,
            ),
        ),
        is_personal=True,
    )


def _dates(facts: MessageFacts) -> tuple[Fact, ...]:
    """List the dates that somebody waits for, each with the place in its line."""
    return tuple(
        Fact(
            name="Pending approval" if date.is_pending_approval else f"Number {date.position}",
            lines=(
                *((date.title,) if date.title != facts.course else ()),
                *times.meeting_lines(date.meetings, date.zone),
                date.location or "The place follows.",
                *_kept_by(date),
            ),
        )
        for date in facts.dates
    )


def _kept_by(date: WaitedDate) -> tuple[str, ...]:
    if not date.has_conflict:
        return ()
    what = "an offer" if date.conflict_is_offer else "a seat"
    return (f"You have {what} elsewhere at the same time: you are skipped, with your place kept.",)


def _pending(facts: MessageFacts, link: str, questions_to: str) -> Content:
    """Say that only a manager's word is missing: seats are free, so nobody is on a waitlist."""
    return content(
        facts,
        questions_to,
        subject=f"Your request is pending approval: {facts.title}",
        heading=f"Your request for {facts.title} is pending approval",
        facts_shown=(when(facts), where(facts), *seats(facts)),
        paragraphs=(
            Paragraph(
                question="What happens now?",
                answer="This session needs a manager's sign-off, and yours is asked. Seats are free: with a yes you "
                "are next for one, as long as there is one. Until then there is nothing to do.",
            ),
            Paragraph(
                question="No longer interested?",
                answer="Take your request back. Opening the page changes nothing.",
                words="Take the request back",
                address=link,
            ),
        ),
        is_personal=True,
    )


def _requeued(facts: MessageFacts, questions_to: str) -> Content:
    said_no = facts.offer is not None and facts.offer.status == "declined"
    why = "You said no to the seat" if said_no else _no_answer(facts)
    return content(
        facts,
        questions_to,
        subject=f"You are at the end of the waitlist: {facts.title}",
        heading=f"You are at the end of the waitlist for {facts.title}",
        facts_shown=(when(facts), where(facts)),
        paragraphs=(
            Paragraph(
                question="What happened?",
                answer=f"{why}, so the seat goes to the next person "
                f"and you are number {facts.position} in the line now.",
            ),
            Paragraph(
                question="What happens now?",
                answer="When it is your turn again, you get a new offer. "
                "If that one ends without a yes, you leave the line.",
            ),
        ),
    )


def _left(facts: MessageFacts, questions_to: str) -> Content:
    several = facts.dates_left > 1
    title = facts.course if several else facts.title
    return content(
        facts,
        questions_to,
        subject=f"You are no longer on the waitlist: {title}",
        heading=f"You no longer wait for any date of {title}"
        if several
        else f"You are no longer on the waitlist for {title}",
        facts_shown=() if several else (when(facts),),
        paragraphs=(
            Paragraph(
                question="Changed your mind?",
                answer="You can ask again at any time. You would then join the line as somebody who asks now.",
            ),
            NOT_EXPECTED,
        ),
    )


def _other_date(facts: MessageFacts, questions_to: str) -> Content:
    return content(
        facts,
        questions_to,
        subject=f"You are no longer on the waitlist: {facts.title}",
        heading=f"You have a seat on another date, so you are off the waitlist for {facts.title}",
        facts_shown=(when(facts),),
        paragraphs=(
            Paragraph(
                question="What happened?",
                answer="You have a seat on another date of this course. Your place here goes to the next person. "
                "Your seat on the other date stays as it is.",
            ),
            Paragraph(
                question="Would this date suit you better?",
                answer="Please tell your coordinator. They can ask for a seat here in exchange for the one you have.",
            ),
        ),
    )


# ── offers ───────────────────────────────────────────────────────────────────────────────────────


def _offer(facts: MessageFacts, link: str, questions_to: str) -> Content:
    offer = facts.offer
    assert offer is not None  # noqa: S101 - an offer message is written only while its offer is live
    zone = times.zone_name(offer.expires_at, facts.zone)
    return content(
        facts,
        questions_to,
        subject=f"A seat is free for you: {facts.title}, "
        f"please answer by {times.short_moment(offer.expires_at, facts.zone)}",
        heading=f"A seat is free for you in {facts.title}",
        preview=f"The seat is kept for you until {times.moment(offer.expires_at, facts.zone)}, {zone}.",
        deadline=Deadline(
            lead="Please answer by",
            moment=times.moment(offer.expires_at, facts.zone),
            detail=f"{zone}, {times.length(offer.expires_at - facts.written_at)} from now",
        ),
        facts_shown=(when(facts), where(facts), *seats(facts)),
        button=Button(
            words="See the offer and answer",
            address=link,
            note="Opening the page changes nothing. You accept or decline there, with a button.",
        ),
        paragraphs=(
            *_late(offer),
            Paragraph(question="Why you?", answer=_why(facts, offer)),
            *_skipped_meanwhile(facts),
            _no_answer_means(facts),
        ),
        is_personal=True,
    )


def _skipped_meanwhile(facts: MessageFacts) -> tuple[Paragraph, ...]:
    """Name the lines in which the person is skipped as long as the offer is open."""
    lists = [f"{one.title} on {times.short_day(one.starts_at, one.zone)}" for one in facts.skipped_for_it]
    if not lists:
        return ()
    return (
        Paragraph(
            question="You wait elsewhere too",
            answer=f"While this offer is open, you are skipped on the waitlist for {listed(lists)}, with your place "
            "kept.",
        ),
    )


def _no_answer_means(facts: MessageFacts) -> Paragraph:
    after = "you go to the end of the line" if facts.goes_to_end else f"you leave the line. {ASK_AGAIN}"
    return Paragraph(
        question="No answer by then?",
        answer=f"The seat goes to the next person and {after}".removesuffix(".") + ".",
    )


def _late(offer: OfferFacts) -> tuple[Paragraph, ...]:
    if offer.was_until is None:
        return ()
    late = times.length(offer.expires_at - offer.was_until)
    return (
        Paragraph(
            question="This mail is late",
            answer=f"It should have reached you {late} ago. You lose nothing by it: the seat is kept for you "
            f"{late} longer, and the time above says so.",
        ),
    )


def _extended(facts: MessageFacts, questions_to: str) -> Content:
    offer = facts.offer
    assert offer is not None  # noqa: S101 - this message, too, is written only while its offer is live
    moment, zone = times.moment(offer.expires_at, facts.zone), times.zone_name(offer.expires_at, facts.zone)
    return content(
        facts,
        questions_to,
        subject=f"You have more time: {facts.title}, "
        f"please answer by {times.short_moment(offer.expires_at, facts.zone)}",
        heading=f"You have more time to answer: {facts.title}",
        preview=f"The seat is kept for you until {moment}, {zone}.",
        deadline=Deadline(
            lead="Please answer by",
            moment=moment,
            detail=f"{zone}, {times.length(offer.expires_at - facts.written_at)} from now",
        ),
        facts_shown=(when(facts), where(facts), *seats(facts)),
        paragraphs=(
            Paragraph(
                question="What happened?",
                answer="The seat that was offered to you is kept longer than the earlier mail says. "
                "Its link still leads to your offer; you accept or decline there.",
            ),
        ),
    )


def _reminder(facts: MessageFacts, link: str, questions_to: str) -> Content:
    offer = facts.offer
    assert offer is not None  # noqa: S101 - a reminder is written only while its offer is live
    moment, zone = times.moment(offer.expires_at, facts.zone), times.zone_name(offer.expires_at, facts.zone)
    return content(
        facts,
        questions_to,
        # With its zone: in the night when the clocks go back an hour comes twice.
        subject=f"The seat is still kept for you: {facts.title}, "
        f"please answer by {times.short_moment(offer.expires_at, facts.zone)} "
        f"{zone_short(offer.expires_at, facts.zone)}",
        heading=f"A seat in {facts.title} is still kept for you",
        preview=f"The seat is kept for you until {moment}, {zone}.",
        deadline=Deadline(
            lead="Please answer by",
            moment=moment,
            detail=f"{zone}, {times.length(offer.expires_at - facts.written_at)} from now",
        ),
        facts_shown=(when(facts), where(facts), *seats(facts)),
        button=Button(
            words="See the offer and answer",
            address=link,
            note="Opening the page changes nothing. You accept or decline there, with a button.",
        ),
        paragraphs=(
            Paragraph(
                question="Why this mail?",
                answer="We have no answer from you yet. There is no other reminder before that time. "
                "The link in the earlier mail leads to the same offer.",
            ),
            _no_answer_means(facts),
        ),
        is_personal=True,
    )


def _why(facts: MessageFacts, offer: OfferFacts) -> str:
    seat = {"": "A seat is free", "capacity": "A seat was added"}.get(offer.seat_from, "A seat came back")
    due = facts.compliance_deadline if facts.order is Order.PRIORITY else None
    because = f": your training is due by {calendar_day_in_full(due)}" if due else ""
    why = f"{seat} and you are the first in line who can take it{because}."
    if not offer.approved_by:
        return why
    if offer.is_standing:
        return f"{why} The offer was made under the standing approval of {offer.approved_by}."
    return f"{why} {offer.approved_by} approved this offer."


def _declined(facts: MessageFacts, questions_to: str) -> Content:
    return content(
        facts,
        questions_to,
        subject=f"You said no to the seat: {facts.title}",
        heading=f"You said no to the seat in {facts.title}",
        facts_shown=(when(facts),),
        paragraphs=(
            Paragraph(
                question="What happens now?",
                answer=f"The seat goes to the next person, and you have left the line. {ASK_AGAIN}",
            ),
            NOT_EXPECTED,
        ),
    )


def _lapsed(facts: MessageFacts, questions_to: str) -> Content:
    return content(
        facts,
        questions_to,
        subject=f"Your offer has ended: {facts.title}",
        heading=f"Your offer of a seat in {facts.title} has ended",
        facts_shown=(when(facts),),
        paragraphs=(
            Paragraph(
                question="What happened?",
                answer=f"{_no_answer(facts)}, so the seat goes to the next person and you have left the line.",
            ),
            Paragraph(question="Still interested?", answer=ASK_AGAIN),
        ),
    )


def _no_answer(facts: MessageFacts) -> str:
    if facts.offer is None:
        return "There was no answer in time"
    if facts.offer.status == "ended":
        return "A coordinator ended the offer before there was an answer"
    until = facts.offer.expires_at
    return (
        f"We kept the seat for you until {times.moment(until, facts.zone)}, {times.zone_name(until, facts.zone)}, "
        "and had no answer by then"
    )


def _revoked(facts: MessageFacts, questions_to: str) -> Content:
    return content(
        facts,
        questions_to,
        subject=f"Your offer was taken back: {facts.title}",
        heading=f"Your offer of a seat in {facts.title} was taken back",
        facts_shown=(when(facts),),
        paragraphs=(
            Paragraph(
                question="What happened?",
                answer="A coordinator took the offer back, and can tell you why. We are sorry. "
                "The link in the earlier mail no longer leads to a seat.",
            ),
            Paragraph(question="Still interested?", answer=ASK_AGAIN),
        ),
    )


# ── seats ────────────────────────────────────────────────────────────────────────────────────────


_OTHER_DATES_ENDED: Final = Paragraph(
    question="The other dates",
    answer="You asked for any date and have one now, so you are off the waitlists for the others.",
)


def _confirmed(facts: MessageFacts, questions_to: str) -> Content:
    return content(
        facts,
        questions_to,
        subject=f"You have a seat: {facts.title}, {times.short_day(facts.meetings[0].starts_at, facts.zone)}",
        heading=f"You have a seat in {facts.title}",
        facts_shown=(when(facts), where(facts), *seats(facts), *money_letters.paid(facts)),
        paragraphs=(
            Paragraph(question="For your calendar", answer="The file with this mail has the dates."),
            *((_OTHER_DATES_ENDED,) if facts.dates_left else ()),
            Paragraph(
                question="Cannot come?",
                answer="Please tell your coordinator early, so that somebody who waits can have the seat.",
            ),
        ),
    )


def _dropped(facts: MessageFacts, questions_to: str) -> Content:
    return content(
        facts,
        questions_to,
        subject=f"You no longer have a seat: {facts.title}",
        heading=f"You no longer have a seat in {facts.title}",
        facts_shown=(when(facts),),
        paragraphs=(
            Paragraph(question="What happened?", answer=f"Your seat was given up. {ASK_AGAIN}"),
            *money_letters.owed_back(facts),
            NOT_EXPECTED,
        ),
    )


def _removed(facts: MessageFacts, questions_to: str) -> Content:
    return content(
        facts,
        questions_to,
        subject=f"You are no longer registered: {facts.title}",
        heading=f"You are no longer registered for {facts.title}",
        facts_shown=(when(facts),),
        paragraphs=(
            Paragraph(
                question="What happened?", answer="A coordinator took you off this session, and can tell you why."
            ),
            *money_letters.owed_back(facts),
            NOT_EXPECTED,
        ),
    )


def _transferred(facts: MessageFacts, questions_to: str) -> Content:
    return content(
        facts,
        questions_to,
        subject=f"You were moved to another session: {facts.title}",
        heading=f"You are no longer in this session of {facts.title}",
        facts_shown=(when(facts),),
        paragraphs=(
            Paragraph(
                question="What happened?",
                answer="A coordinator moved you to another session, and can tell you why. "
                "A second mail tells you when and where that one is.",
            ),
            NOT_EXPECTED,
        ),
    )


def _cancelled(facts: MessageFacts, questions_to: str) -> Content:
    return content(
        facts,
        questions_to,
        subject=f"Cancelled: {facts.title}, {times.short_day(facts.meetings[0].starts_at, facts.zone)}",
        heading=f"{facts.title} does not take place",
        facts_shown=(when(facts),),
        paragraphs=(
            Paragraph(
                question="What happens now?",
                answer="The session was cancelled. You need not come, and there is nothing to do. We are sorry.",
            ),
            *money_letters.owed_back(facts),
            Paragraph(question="Still need this training?", answer="Please ask for a seat in another session."),
        ),
    )


def _changed(facts: MessageFacts, link: str, questions_to: str) -> Content:
    day = times.short_day(facts.meetings[0].starts_at, facts.zone)
    keeps = {Status.CONFIRMED: "You keep your seat.", Status.OFFERED: "The offer that you have stays open as it was."}
    stays = keeps.get(facts.status, "You keep your place in the line.")
    dates = " The file with this mail takes the place of the earlier one." if facts.status is Status.CONFIRMED else ""
    by = facts.answer_by
    return content(
        facts,
        questions_to,
        subject=f"{'Please confirm your seat again' if by else 'New date or place'}: {facts.title}, {day}",
        heading=f"{facts.title} was moved",
        deadline=Deadline(
            lead="Please answer by",
            moment=times.moment(by, facts.zone),
            detail=f"{times.zone_name(by, facts.zone)}, {times.length(by - facts.written_at)} from now",
        )
        if by
        else None,
        facts_shown=(when(facts), where(facts), *seats(facts)),
        button=Button(
            words="See the new date and answer",
            address=link,
            note="Opening the page changes nothing. You keep the seat or give it up there, with a button.",
        )
        if by
        else None,
        paragraphs=(
            Paragraph(question="What happened?", answer=f"It is at the time and place above now. {stays}{dates}"),
            *((_silence(facts),) if by else ()),
            *_clash(facts),
        ),
        is_personal=by is not None,
    )


def _silence(facts: MessageFacts) -> Paragraph:
    means = "You keep your seat" if facts.keeps_by_silence else "The seat goes to the next person"
    return Paragraph(question="No answer by then?", answer=f"{means}.")


def _unanswered(facts: MessageFacts, questions_to: str) -> Content:
    return content(
        facts,
        questions_to,
        subject=f"You no longer have a seat: {facts.title}",
        heading=f"You no longer have a seat in {facts.title}",
        facts_shown=(when(facts),),
        paragraphs=(
            Paragraph(
                question="What happened?",
                answer="The session was moved, and we asked you to confirm your seat again. "
                f"There was no answer in time, so the seat goes to the next person. {ASK_AGAIN}",
            ),
            NOT_EXPECTED,
        ),
    )


def _reduced(facts: MessageFacts, questions_to: str) -> Content:
    has_seat = facts.status.has_seat
    what = "Your group has fewer seats" if has_seat else "Your group asks for fewer seats"
    stays = "What you keep is unchanged." if has_seat else "Your place on the waitlist is unchanged."
    return content(
        facts,
        questions_to,
        subject=f"{what}: {facts.title}",
        heading=f"{what} in {facts.title}",
        facts_shown=(when(facts), Fact(name="Seats", lines=(str(facts.seat_units),))),
        paragraphs=(
            Paragraph(
                question="What happened?", answer=f"The number of seats was lowered to {facts.seat_units}. {stays}"
            ),
            *money_letters.owed_back(facts),
            NOT_EXPECTED,
        ),
    )


# ── sign-off ─────────────────────────────────────────────────────────────────────────────────────


def _sign_off_asked(facts: MessageFacts, link: str, questions_to: str) -> Content:
    name = facts.participant.name if facts.participant else facts.person.name
    return content(
        facts,
        questions_to,
        subject=f"Please sign off: {name} for {facts.title}",
        heading=f"{name} asks for a seat in {facts.title}",
        facts_shown=(when(facts), where(facts), *seats(facts)),
        button=Button(
            words="See the request and answer",
            address=link,
            note="Opening the page changes nothing. You say yes or no there, with a button.",
        ),
        paragraphs=(
            Paragraph(
                question="Why you?",
                answer=f"This session needs a manager's sign-off, and you were named for {name}. "
                "Until you answer the place in the line is kept, and free seats go to others.",
            ),
            Paragraph(question="If you say no?", answer="The request is closed, and we tell them so."),
        ),
        is_personal=True,
    )


def _sign_off_given(facts: MessageFacts, questions_to: str) -> Content:
    return content(
        facts,
        questions_to,
        subject=f"Your request is signed off: {facts.title}",
        heading=f"Your request for {facts.title} is signed off",
        facts_shown=(when(facts), where(facts)),
        paragraphs=(
            Paragraph(
                question="What happens now?",
                answer=f"You are number {facts.position} in the line. When it is your turn, you get a mail.",
            ),
            NOT_EXPECTED,
        ),
    )


def _sign_off_declined(facts: MessageFacts, questions_to: str) -> Content:
    why = f" The reason given: {facts.reason}" if facts.reason not in {"", facts.status.value} else ""
    return content(
        facts,
        questions_to,
        subject=f"Your request was not signed off: {facts.title}",
        heading=f"Your request for {facts.title} was not signed off",
        facts_shown=(when(facts),),
        paragraphs=(
            Paragraph(
                question="What happened?",
                answer=f"This session needs a manager's sign-off, and the answer was no.{why}",
            ),
            Paragraph(question="What can you do?", answer=f"Please talk to your manager. {ASK_AGAIN}"),
        ),
    )


# ── to whoever asked for somebody else ───────────────────────────────────────────────────────────

_FOR_THE_REQUESTER: Final = {
    Kind.JOINED: "is on the waitlist",
    Kind.OFFER: "has an offer of a seat",
    Kind.EXTENDED: "has more time to answer",
    Kind.REMINDER: "has not answered an offer yet",
    Kind.CONFIRMED: "has a seat",
    Kind.DECLINED: "said no to the seat",
    Kind.LAPSED: "has not answered an offer, which has ended",
    Kind.REQUEUED: "is at the end of the waitlist",
    Kind.REVOKED: "no longer has an offer",
    Kind.DROPPED: "no longer has a seat",
    Kind.LEFT: "is no longer on the waitlist",
    Kind.OTHER_DATE: "has a seat on another date of the course",
    Kind.REMOVED: "is no longer registered",
    Kind.TRANSFERRED: "goes to another session",
    Kind.CANCELLED: "cannot go, the session is cancelled",
    Kind.CHANGED: "goes to a session that was moved",
    Kind.UNANSWERED: "did not confirm the seat again and is out",
    Kind.REDUCED: "has fewer seats",
    Kind.PAYMENT_ASKED: "has a seat, which is to be paid",
    Kind.PAYMENT_FAILED: "did not succeed in paying",
    Kind.UNPAID: "has no seat: it was not paid in time",
    Kind.PAYMENT_UNUSED: "gets a payment back",
    Kind.PAYMENT_REFUNDED: "gets money back",
    Kind.SIGN_OFF_GIVEN: "is signed off",
    Kind.SIGN_OFF_DECLINED: "was not signed off",
}
"""What became of the participant, after their name."""


def _to_the_requester(facts: MessageFacts, participant: PersonFacts, kind: Kind, questions_to: str) -> Content:
    several = kind is Kind.JOINED and _waits_for_several(facts)
    is_pending = kind is Kind.JOINED and facts.is_pending_approval and not several
    title = facts.course if several else facts.title
    became = f"{participant.name} {'is pending approval' if is_pending else _FOR_THE_REQUESTER[kind]}"
    until = ""
    if kind in {Kind.OFFER, Kind.REMINDER} and facts.offer:
        ends = facts.offer.expires_at
        until = f" It is open until {times.moment(ends, facts.zone)}, {times.zone_name(ends, facts.zone)}."
    return content(
        facts,
        questions_to,
        subject=f"{became}: {title}",
        heading=f"{became}: {title}",
        facts_shown=_dates(facts) if several else (when(facts), where(facts), *seats(facts)),
        paragraphs=(
            Paragraph(
                question="Why do you get this?",
                answer=f"You asked for this seat for {participant.name}, who has a mail of their own.{until}",
            ),
            NOT_EXPECTED,
        ),
    )
