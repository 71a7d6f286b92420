"""Giving a message its words."""

from waitlist_app.engine.model import Status
from waitlist_app.notifications.calendar_file import calendar_file
from waitlist_app.notifications.layout_html import as_html
from waitlist_app.notifications.layout_text import as_text
from waitlist_app.notifications.letters import content_of
from waitlist_app.services.message_kinds import Kind
from waitlist_app.services.outbox import LEAVE_PATH, OFFER_PATH, SEAT_PATH, SIGN_OFF_PATH, MessageFacts, WrittenMessage


class Composer:
    """Writes messages whose links lead to one installation."""

    def __init__(self, *, app_url: str, questions_to: str) -> None:
        """Link to `app_url`, without a slash at its end; mails name `questions_to` as the address for questions."""
        self._app_url = app_url
        self._questions_to = questions_to

    def __call__(self, facts: MessageFacts, *, token: str) -> WrittenMessage:
        """Write the message; a link and its token are in it only where it can be answered."""
        path = _path_of(facts)
        content = content_of(facts, link=f"{self._app_url}{path}{token}", questions_to=self._questions_to)
        return WrittenMessage(
            recipient=facts.person.email,
            subject=content.subject,
            html=as_html(content),
            text=as_text(content),
            calendar=calendar_file(facts) if _has_dates(facts) else "",
            token=token if path else "",
        )


def _has_dates(facts: MessageFacts) -> bool:
    """Say whether a calendar file goes with a message: to whoever has a seat, when they get it and when it moves."""
    is_about_dates = facts.kind in {Kind.CONFIRMED, Kind.CHANGED} and facts.status is Status.CONFIRMED
    return is_about_dates and not facts.participant


def _path_of(facts: MessageFacts) -> str:
    """Give where the link in a message leads; empty for a message without one.

    Only the participant can answer an offer or leave the line, so whoever asked for them gets no link to it.
    """
    if facts.kind == Kind.SIGN_OFF_ASKED:
        return SIGN_OFF_PATH
    if facts.participant or (facts.kind == Kind.CHANGED and not facts.answer_by):
        return ""
    paths = {Kind.OFFER: OFFER_PATH, Kind.REMINDER: OFFER_PATH, Kind.JOINED: LEAVE_PATH, Kind.CHANGED: SEAT_PATH}
    return paths.get(Kind(facts.kind), "")
