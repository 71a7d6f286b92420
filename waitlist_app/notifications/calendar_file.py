"""The calendar file that goes with a confirmed seat."""

# pyright: reportUnknownMemberType=false
# The package leaves the values that `add` takes without a type.

from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event

from waitlist_app.services.outbox import MessageFacts
from waitlist_app.services.ports import MeetingDetails

PRODUCT: Final = "-//Waitlist//Sessions//EN"


def calendar_file(facts: MessageFacts) -> str:
    """Write one event for each meeting, in the session's zone, which the file describes.

    The ids follow from the registration, so that adding a file twice adds nothing twice. The sequence grows whenever
    the session is moved, so that a newer file takes the place of an older one, whichever arrives first.
    """
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    for number, meeting in enumerate(facts.meetings, start=1):
        calendar.add_component(_event(facts, meeting, number))
    for number in range(len(facts.meetings) + 1, facts.most_meetings + 1):
        # A meeting that is no more: calendars go by the id, and want some time all the same.
        calendar.add_component(_event(facts, facts.meetings[-1], number, status="CANCELLED"))
    first, last = facts.meetings[0].starts_at, facts.meetings[-1].ends_at
    # The zone is described for the years around the session, else for seventy of them.
    calendar.add_missing_timezones(date(first.year, 1, 1), date(last.year + 2, 1, 1))
    return calendar.to_ical().decode()


def _event(facts: MessageFacts, meeting: MeetingDetails, number: int, *, status: str = "CONFIRMED") -> Event:
    event = Event()
    event.add("uid", f"{facts.registration_id}-{number}@waitlist")
    event.add("sequence", facts.times_changed)
    event.add("dtstamp", facts.written_at)
    event.add("dtstart", _local(meeting.starts_at, facts.zone))
    event.add("dtend", _local(meeting.ends_at, facts.zone))
    event.add("summary", facts.title)
    event.add("status", status)
    if place := meeting.location or facts.location:
        event.add("location", place)
    event.add("description", f"{facts.organisation}, {facts.code}")
    return event


def _local(at: datetime, zone: str) -> datetime:
    return at.astimezone(ZoneInfo(zone))
