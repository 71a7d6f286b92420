"""The few addresses that are plain web requests: signing in and out, one's account, and files that a browser keeps."""

from collections.abc import Callable

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from waitlist_app.bootstrap import product
from waitlist_app.errors import NotAllowed, WaitlistError
from waitlist_app.pages.account import account_routes
from waitlist_app.pages.leave import leave_routes
from waitlist_app.pages.plain_requests import PRIVATE, cookie_of, in_thread, status_of, telling
from waitlist_app.pages.sign_in import sign_in_routes
from waitlist_app.services.actors import Actor
from waitlist_app.services.export_record import export_record
from waitlist_app.services.export_roster import export_roster


def plain_routes() -> Starlette:
    """Return the application of these addresses; the pages are mounted below it."""
    return Starlette(
        routes=[
            *sign_in_routes(),
            *account_routes(),
            *leave_routes(),
            Route("/export/roster.csv", download_roster, methods=["GET"]),
            Route("/export/rosters.csv", download_roster, methods=["GET"]),
            Route("/export/record.jsonl", download_record, methods=["GET"]),
        ]
    )


async def download_roster(request: Request) -> Response:
    """Send the roster of one session, or of all, as a CSV file."""
    session_id = request.query_params.get("session", "")
    return await _file(
        request,
        lambda actor: export_roster(work=product().work, files=product().files, actor=actor, session_id=session_id),
        media_type="text/csv; charset=utf-8",
    )


async def download_record(request: Request) -> Response:
    """Send the whole record of the organisation, sealed, one entry a line."""
    return await _file(
        request,
        lambda actor: export_record(work=product().work, actor=actor, signer=product().signer),
        media_type="application/jsonl; charset=utf-8",
    )


async def _file(request: Request, made_for: Callable[[Actor], bytes], *, media_type: str) -> Response:
    cookie = cookie_of(request)
    try:
        content = await in_thread(lambda: made_for(_signed_in(cookie)))
    except NotAllowed as error:
        return telling("Not found", str(error), status=404)
    except WaitlistError as error:
        return telling("This did not work", str(error), status=status_of(error))
    headers = {**PRIVATE, "Content-Disposition": "attachment"}  # the link to it says the name
    return Response(content, media_type=media_type, headers=headers)


def _signed_in(cookie: str) -> Actor:
    actor = product().actor_for(cookie)
    if actor is None:
        raise NotAllowed("nobody is signed in")
    return actor
