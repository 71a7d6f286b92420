"""`/leave/…`: the link in the mail of somebody who joined a line. It shows on GET and acts on POST."""

from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from waitlist_app.bootstrap import product
from waitlist_app.errors import WaitlistError
from waitlist_app.pages import plain_forms as forms
from waitlist_app.pages.plain_requests import cookie_of, in_thread, is_from_here, page, status_of, telling
from waitlist_app.pages.sign_in import from_elsewhere
from waitlist_app.services.leave_by_link import LeavePage, leave_by_link, show_leave
from waitlist_app.services.outbox import LEAVE_PATH

_UNKNOWN = 404


def leave_routes() -> list[Route]:
    """Return the address behind the links for leaving a line."""
    address = f"{LEAVE_PATH}{{token}}"
    return [Route(address, show, methods=["GET"]), Route(address, leave, methods=["POST"])]


async def show(request: Request) -> Response:
    """Show where the person stands, with a button to leave while they wait."""
    return await _answer(request, show_leave)


async def leave(request: Request) -> Response:
    """Leave the line, and show what is true then."""
    return await _answer(request, leave_by_link) if is_from_here(request) else from_elsewhere()


async def _answer(request: Request, use_case: Callable[..., LeavePage]) -> Response:
    token, cookie = str(request.path_params["token"]), cookie_of(request)
    try:
        shown = await in_thread(
            lambda: use_case(work=product().work, token=token, signed_in=product().actor_for(cookie))
        )
    except WaitlistError as error:
        return telling("This did not work", str(error), status=status_of(error))
    button = forms.form(button=shown.button, is_quiet=True) if shown.button else ""
    about = forms.say(f"{shown.title}, {shown.when}" if shown.title else "", shown.say)
    return page(shown.heading, about + button, status=_UNKNOWN if shown.state == "unknown" else 200)
