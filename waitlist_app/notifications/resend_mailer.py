"""Mail through Resend.

The package keeps its settings in the module, so there is one account per process. It sends each message under its id:
within a day a repeat with the same words is answered and not sent again.
"""

import base64
import logging
from datetime import timedelta
from http import HTTPStatus
from typing import Final

import resend
from resend.exceptions import ResendError

from waitlist_app.errors import Refused, TryAgain

TIME_LIMIT_SECONDS: Final = 10
CALENDAR_TYPE: Final = "text/calendar; charset=utf-8; method=PUBLISH"

_RATE_WAIT: Final = timedelta(seconds=1)
_QUOTA_WAIT: Final = timedelta(hours=1)
_LONGEST_WAIT: Final = timedelta(days=1)

_log = logging.getLogger(__name__)


class ResendMailer:
    """Hands messages over to Resend."""

    def __init__(self, *, api_key: str, sender: str, api_url: str = "") -> None:
        """Send as `sender`; `api_url` is for tests, otherwise RESEND_API_URL or the service itself is asked."""
        resend.api_key = api_key
        resend.api_url = api_url or resend.api_url
        resend.default_http_client = resend.RequestsClient(timeout=TIME_LIMIT_SECONDS)
        self._sender = sender

    @property
    def keeps_mail(self) -> bool:
        """Say that the mail is with the person; what stays here is a copy."""
        return False

    def send(self, *, key: str, recipient: str, subject: str, html: str, text: str, calendar: str = "") -> None:
        """Hand one message over, or raise `TryAgain` or `Refused`."""
        params: resend.Emails.SendParams = {
            "from": self._sender,
            "to": [recipient],
            "subject": subject,
            "html": html,
            "text": text,
        }
        if calendar:
            content = base64.b64encode(calendar.encode()).decode()
            params["attachments"] = [{"filename": "session.ics", "content": content, "content_type": CALENDAR_TYPE}]
        try:
            resend.Emails.send(params, {"idempotency_key": key})
        except ResendError as error:
            raise _in_our_words(error) from error


def _in_our_words(error: ResendError) -> TryAgain | Refused:
    """Sort an answer by whether another attempt can help.

    Source: https://resend.com/docs/api-reference/errors; a failed connection comes as 500 too.
    """
    code, kind = int(error.code), str(error.error_type)
    if code == HTTPStatus.TOO_MANY_REQUESTS:
        usual = _QUOTA_WAIT if kind.endswith("_quota_exceeded") else _RATE_WAIT
        return TryAgain(f"The mail service asked us to wait: {error.message}", retry_after=_wait(error) or usual)
    if code >= HTTPStatus.INTERNAL_SERVER_ERROR or kind == "concurrent_idempotent_requests":
        return TryAgain(f"The mail service did not take it: {error.message}", retry_after=_wait(error))
    if code in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
        # Every mail fails like this one until somebody mends the settings.
        _log.error("Resend does not accept the key or the sender (%s %s): %s", code, kind, error.message)
    return Refused(f"The mail service refused it: {error.message}")


def _wait(error: ResendError) -> timedelta | None:
    said = {name.lower(): value for name, value in error.headers.items()}.get("retry-after", "")
    return min(timedelta(seconds=int(said)), _LONGEST_WAIT) if said.isascii() and said.isdigit() else None
