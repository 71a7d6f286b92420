"""Asking for any date of a course: a seat at once on the first that has one, else a place in the line of each."""

from collections.abc import Sequence
from datetime import datetime

from waitlist_app.engine.act import Book, act
from waitlist_app.engine.commands import LapseDue, RequestSeat
from waitlist_app.engine.decide import decide
from waitlist_app.engine.events import Event, SeatGiven
from waitlist_app.errors import Defect, Refused


def ask_for_any_date(book: Book, requests: Sequence[RequestSeat], now: datetime) -> tuple[Event, ...]:
    """Carry out what one person asks of the dates of a course, given as one request for each, the first choice first.

    A date that refuses is left out; raises the `Refused` of the first where every one does. Nobody is overtaken:
    on each date the person is a newcomer like any other, with the time at which they asked.
    """
    due = [LapseDue(session_id=request.session_id, until=now) for request in requests]
    ended = act(book, due, now)  # what is over has to be over before the dates are compared
    return ended + act(book, _chosen(book, requests, now), now)


def _chosen(book: Book, requests: Sequence[RequestSeat], now: datetime) -> list[RequestSeat]:
    taken: list[RequestSeat] = []
    refusals: list[Refused] = []
    for request in requests:
        try:
            events = decide(book.for_act(request), request, now)
        except Refused as refused:
            refusals.append(refused)
            continue
        if any(isinstance(event, SeatGiven) for event in events):
            return [request]
        taken.append(request)
    if taken:
        return taken
    raise next(iter(refusals), Defect("A request for any date names at least one."))
