import base64
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import resend

from tests.databases import free_port
from tests.notifications.fake_resend import API_KEY, Answer, FakeResend, running_resend
from waitlist_app.errors import Refused, TryAgain
from waitlist_app.notifications.mailbox import Mailbox
from waitlist_app.notifications.resend_mailer import ResendMailer
from waitlist_app.services.ports import Mailer

SENDER = "Tarnwick Learning <learning@tarnwick.example>"
MAIL: dict[str, Any] = {
    "key": "a1b2",
    "recipient": "imani@tarnwick.example",
    "subject": "You have a seat",
    "html": "<p>Hello Imani</p>",
    "text": "Hello Imani",
}
MAIL_AT_RESEND: dict[str, Any] = {
    "key": "a1b2",
    "from": SENDER,
    "to": ["imani@tarnwick.example"],
    "subject": "You have a seat",
    "html": "<p>Hello Imani</p>",
    "text": "Hello Imani",
}


@pytest.fixture(autouse=True)
def _settings_of_the_package(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("api_key", "api_url", "default_http_client"):
        monkeypatch.setattr(resend, name, getattr(resend, name))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


@pytest.fixture
def service() -> Iterator[FakeResend]:
    """Yield a Resend on this machine."""
    with running_resend() as fake:
        yield fake


@pytest.fixture
def mailer(service: FakeResend) -> ResendMailer:
    """Return a mailer that asks it."""
    return ResendMailer(api_key=API_KEY, sender=SENDER, api_url=service.url)


@pytest.fixture(params=["mailbox", "resend"])
def any_mailer(request: pytest.FixtureRequest) -> Mailer:
    """Return each mailer in turn."""
    makers: dict[str, Callable[[], Mailer]] = {
        "mailbox": Mailbox,
        "resend": lambda: request.getfixturevalue("mailer"),
    }
    return makers[request.param]()


class TestEveryMailer:
    @pytest.mark.parametrize("calendar", ["", "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"], ids=["bare", "with calendar"])
    def test_takes_a_message(self, any_mailer, calendar):
        """A message with an address is handed over, with or without a calendar file."""
        any_mailer.send(**MAIL, calendar=calendar)

    def test_takes_a_repeat_as_handed_over(self, any_mailer):
        """After a crash nobody knows whether the mail went out, so asking again must do no harm."""
        any_mailer.send(**MAIL)

        any_mailer.send(**MAIL)

    def test_refuses_an_address_that_can_be_none(self, any_mailer):
        """A typing error in an address is shown to the coordinator, not tried for hours."""
        with pytest.raises(Refused, match=r"\w+ .*[.]$"):
            any_mailer.send(**{**MAIL, "recipient": "imani"})

    def test_says_whether_the_row_is_the_mail(self, any_mailer):
        """The link of an offer stays readable here only where there is no other place to read it."""
        assert any_mailer.keeps_mail == isinstance(any_mailer, Mailbox)


class TestResend:
    def test_gets_the_message_as_it_was_written(self, mailer, service):
        """What the coordinator sees in the mailbox is what went out."""
        mailer.send(**MAIL)

        assert service.mails == [MAIL_AT_RESEND]

    def test_gets_the_calendar_file_as_an_attachment(self, mailer, service):
        """Mail programs offer to add the session to the calendar."""
        mailer.send(**MAIL, calendar="BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n")

        attachment = {
            "filename": "session.ics",
            "content": base64.b64encode(b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n").decode(),
            "content_type": "text/calendar; charset=utf-8; method=PUBLISH",
        }
        assert service.mails == [{**MAIL_AT_RESEND, "attachments": [attachment]}]

    def test_sends_a_repeated_message_once(self, mailer, service):
        """The worker died after the mail went out and before it was noted: the person gets one mail."""
        mailer.send(**MAIL)

        mailer.send(**MAIL)

        assert service.mails == [MAIL_AT_RESEND]

    def test_sends_once_although_the_answer_was_lost(self, mailer, service):
        """An error may come after the mail was taken; the second attempt finds it there."""
        service.answers.append(Answer(500, "application_error", accepts_first=True))
        with pytest.raises(TryAgain):
            mailer.send(**MAIL)

        mailer.send(**MAIL)

        assert service.mails == [MAIL_AT_RESEND]

    def test_sends_the_same_words_to_two_people_twice(self, mailer, service):
        """Each message has its own key."""
        mailer.send(**MAIL)
        mailer.send(**{**MAIL, "key": "c3d4", "recipient": "oona@tarnwick.example"})

        assert [mail["to"] for mail in service.mails] == [["imani@tarnwick.example"], ["oona@tarnwick.example"]]


TEMPORARY = {
    "too fast": (Answer(429, "rate_limit_exceeded", headers={"retry-after": "7"}), timedelta(seconds=7)),
    "too fast, not saying how long": (Answer(429, "rate_limit_exceeded"), timedelta(seconds=1)),
    "too fast, saying nonsense": (
        Answer(429, "rate_limit_exceeded", headers={"Retry-After": "soon"}),
        timedelta(seconds=1),
    ),
    "too fast, for ever": (Answer(429, "rate_limit_exceeded", headers={"Retry-After": "9" * 9}), timedelta(days=1)),
    "today's quota is used up": (Answer(429, "daily_quota_exceeded"), timedelta(hours=1)),
    "this month's quota is used up": (Answer(429, "monthly_quota_exceeded"), timedelta(hours=1)),
    "an error of theirs": (Answer(500, "application_error"), None),
    "a page of the network in between": (Answer(502, html="<h1>Bad gateway</h1>"), None),
    "a page with status 200": (Answer(200, html="<h1>Sign in to the network</h1>"), None),
    "the first attempt is still on its way": (Answer(409, "concurrent_idempotent_requests"), None),
}
PERMANENT = {
    "a field is missing": Answer(422, "missing_required_field", "Missing `to` field."),
    "a field is wrong": Answer(422, "validation_error", "Invalid `to` field."),
    "the sender is not verified": Answer(403, "validation_error", "The domain is not verified."),
    "the key is for something else": Answer(401, "restricted_api_key", "This key may only read."),
    "the key is wrong": Answer(403, "invalid_api_key", "API key is invalid"),
    "the key was used for another mail": Answer(409, "invalid_idempotent_request", "Same key, other mail."),
    "no such place": Answer(404, "not_found", "The endpoint does not exist."),
}


class TestAnAnswerOfResend:
    @pytest.mark.parametrize(("answer", "wait"), TEMPORARY.values(), ids=TEMPORARY)
    def test_that_can_change_is_asked_for_again(self, mailer, service, answer, wait):
        """A busy service delays a mail and never loses it; when it says how long to wait, we wait as long."""
        service.answers.append(answer)

        with pytest.raises(TryAgain) as caught:
            mailer.send(**MAIL)

        assert caught.value.retry_after == wait
        assert service.mails == []

    @pytest.mark.parametrize("answer", PERMANENT.values(), ids=PERMANENT)
    def test_that_cannot_change_is_told_to_the_coordinator(self, mailer, service, answer):
        """What no repetition mends is shown at once, in the words of the service."""
        service.answers.append(answer)

        with pytest.raises(Refused, match=re.escape(answer.message)):
            mailer.send(**MAIL)

        assert service.mails == []

    def test_that_never_comes_is_waited_for_later(self):
        """With the network down every mail waits its turn."""
        mailer = ResendMailer(api_key=API_KEY, sender=SENDER, api_url=f"http://127.0.0.1:{free_port()}")

        with pytest.raises(TryAgain) as caught:
            mailer.send(**MAIL)

        assert caught.value.retry_after is None
