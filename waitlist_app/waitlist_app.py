"""The Reflex entry: the app, its pages, and the tasks that run as long as it does."""

# pyright: reportUnknownMemberType=false
# Reflex leaves the arguments of its own functions partly untyped.

import asyncio

import reflex as rx

from waitlist_app.bootstrap import product
from waitlist_app.components.overlays import connection_note, crash_boundary
from waitlist_app.jobs.run import run as run_jobs
from waitlist_app.pages.audit import audit_page
from waitlist_app.pages.hardening import Hardening
from waitlist_app.pages.imports import import_page
from waitlist_app.pages.inbox import inbox_page
from waitlist_app.pages.mailbox import letter_page, mailbox_page
from waitlist_app.pages.mine import my_sessions_page, my_team_page
from waitlist_app.pages.missing import missing_page
from waitlist_app.pages.offer import offer_page
from waitlist_app.pages.routes import plain_routes
from waitlist_app.pages.seat import seat_page
from waitlist_app.pages.session import session_page
from waitlist_app.pages.sessions import sessions_page
from waitlist_app.pages.team import team_page
from waitlist_app.pages.welcome import welcome_page
from waitlist_app.state.access import WELCOME, Guard
from waitlist_app.state.asking import apologise, note_crash
from waitlist_app.state.audit import Audit
from waitlist_app.state.doorway import stand_before
from waitlist_app.state.imports import Imports
from waitlist_app.state.inbox import Inbox
from waitlist_app.state.live import push_changes
from waitlist_app.state.mailbox import Letter, Mailbox
from waitlist_app.state.mine import MySessions, MyTeam
from waitlist_app.state.offer import Offer
from waitlist_app.state.seat import Seat
from waitlist_app.state.session import SessionView
from waitlist_app.state.sessions import Sessions
from waitlist_app.state.shell import Shell
from waitlist_app.state.team import Team
from waitlist_app.styles import SECOND_SWITCH, STYLESHEETS


async def end_offers_and_deliver() -> None:
    """Run the jobs inside the web process until it stops."""
    stop = asyncio.Event()
    try:
        await run_jobs(product(), stop)
    finally:
        stop.set()


app = rx.App(
    stylesheets=list(STYLESHEETS),
    toaster=rx.toast.provider(position="bottom-right", rich_colors=False, expand=True, visible_toasts=4),
    head_components=[rx.el.link(rel="icon", href="/favicon.svg", type="image/svg+xml")],
    html_lang="en",
    extra_app_wraps={
        (5, "Overlay"): lambda _: connection_note(),
        SECOND_SWITCH: lambda _: rx.fragment(),
        (55, "ErrorBoundary"): lambda _: crash_boundary(),
    },
    backend_exception_handler=apologise,
    frontend_exception_handler=note_crash,
    api_transformer=[plain_routes(), Hardening],
)
app.add_middleware(Guard(turned_away=Shell.turn_away), index=0)
app.register_lifespan_task(push_changes)
app.register_lifespan_task(end_offers_and_deliver)

app.add_page(sessions_page, route="/", title="Sessions", on_load=Sessions.open)
app.add_page(session_page, route="/sessions/[session_id]", title="Session", on_load=SessionView.open)
app.add_page(inbox_page, route="/inbox", title="Inbox", on_load=Inbox.open)
app.add_page(import_page, route="/import", title="Import", on_load=Imports.open)
app.add_page(audit_page, route="/audit", title="Audit", on_load=Audit.open)
app.add_page(mailbox_page, route="/mailbox", title="Mailbox", on_load=Mailbox.open)
app.add_page(letter_page, route="/mailbox/[message_id]", title="Message", on_load=Letter.open)
app.add_page(team_page, route="/team", title="Team", on_load=Team.open)
app.add_page(my_sessions_page, route="/my-sessions", title="My sessions", on_load=MySessions.open)
app.add_page(my_team_page, route="/my-team", title="My team", on_load=MyTeam.open)
app.add_page(offer_page, route="/offer/[offer_token]", title="Your offer", on_load=Offer.open)
app.add_page(seat_page, route="/seat/[seat_token]", title="Your seat", on_load=Seat.open)
app.add_page(welcome_page, route=WELCOME, title="Sign in")
app.add_page(missing_page, route="404", title="Page not found")

stand_before(app)
