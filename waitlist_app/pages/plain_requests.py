"""Reading plain web requests: who asks, from where, and what a form says."""

import logging
from collections.abc import Callable, Mapping
from typing import Final, TypeVar
from urllib.parse import urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse

from waitlist_app.bootstrap import product
from waitlist_app.clock import new_id
from waitlist_app.errors import Defect, InvalidInput, NotAllowed, Refused, TryAgain, WaitlistError
from waitlist_app.pages.plain import document, plain_page
from waitlist_app.services.identities import Caller

T = TypeVar("T")

PRIVATE: Final = {"Cache-Control": "no-store"}
LARGEST_FORM: Final = 64_000
MOST_FIELDS: Final = 20

_log = logging.getLogger(__name__)


def cookie_of(request: Request) -> str:
    """Give the `Cookie` header."""
    return request.headers.get("cookie", "")


def caller_of(request: Request) -> Caller:
    """Give what is known of the browser; its address is believed as far as there are proxies of ours before us."""
    return Caller(
        address=address_of(request, product().settings.trusted_proxies),
        user_agent=request.headers.get("user-agent", "")[:512],
        cookie_header=cookie_of(request),
    )


def address_of(request: Request, trusted_proxies: int) -> str:
    """Give the address that the outermost of our own proxies saw; without proxies the one that we see.

    Each proxy appends whom it saw, so only the last entries are to be believed: the first can be made up.
    """
    seen = request.client.host if request.client else ""
    forwarded = [part.strip() for part in request.headers.get("x-forwarded-for", "").split(",") if part.strip()]
    if trusted_proxies and len(forwarded) >= trusted_proxies:
        return forwarded[-trusted_proxies]
    return seen


def is_from_here(request: Request) -> bool:
    """Say whether a page of this origin sends it. Other sites can post to us, but not pretend to be us."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    # Browsers that do not say so are old, or none. A page without a referrer has the origin `null`.
    origin = request.headers.get("origin", "")
    return origin in {"", "null"} or urlsplit(origin).netloc == request.headers.get("host", "")


async def form_of(request: Request) -> Mapping[str, str]:
    """Give the texts of a form, or raise `InvalidInput` when it is larger than any of ours."""
    length = request.headers.get("content-length", "0")
    if not length.isdecimal() or int(length) > LARGEST_FORM or "transfer-encoding" in request.headers:
        raise InvalidInput("This form is too large.")
    async with request.form(max_files=0, max_fields=MOST_FIELDS) as form:
        return {name: value for name, value in form.items() if isinstance(value, str)}


async def in_thread(act: Callable[[], T]) -> T:
    """Do something that waits for the database; what nobody foresaw is logged and becomes a `Defect`."""
    return await run_in_threadpool(_answer, act)


def _answer(act: Callable[[], T]) -> T:
    try:
        return act()
    except WaitlistError as error:
        if isinstance(error, Defect) and not error.reference:
            raise _defect(error) from error
        raise
    except Exception as error:
        raise _defect(error) from error


def _defect(error: Exception) -> Defect:
    reference = new_id()[-8:]
    _log.error("A plain page failed. Reference %s.", reference, exc_info=error)
    return Defect(str(error), reference=reference)


def status_of(error: WaitlistError) -> int:
    """Give the status that belongs to an error."""
    match error:
        case NotAllowed():
            return 404
        case InvalidInput():
            return 422
        case TryAgain():
            return 503
        case Defect():
            return 500
        case Refused(code="too_many_attempts"):
            return 429
        case _:
            return 409


def page(title: str, body: str, *, status: int = 200) -> HTMLResponse:
    """Give a page whose body is HTML already."""
    return HTMLResponse(document(title, body), status_code=status, headers=PRIVATE)


def telling(title: str, words: str, *, status: int = 200) -> HTMLResponse:
    """Give a page that says one thing."""
    return HTMLResponse(plain_page(title, words), status_code=status, headers=PRIVATE)
