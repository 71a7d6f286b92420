"""Every handler of every state is a public endpoint; this is the list of them, and who gets through."""

import inspect
from dataclasses import replace

import pytest
from reflex.state import State
from reflex_base.registry import RegistrationContext

from tests.state.conftest import NOBODY, Browser
from tests.state.example_product import INES, ExampleProduct
from waitlist_app.services.actors import PERMISSIONS, Actor, Permission, Role
from waitlist_app.state.access import admission_of
from waitlist_app.state.sessions import Sessions
from waitlist_app.state.shell import Shell
from waitlist_app.state.team import Team
from waitlist_app.waitlist_app import app

assert app is not None  # importing the app registers every state

PUBLIC = {
    "waitlist_app.state.offer.Offer.open",
    "waitlist_app.state.offer.Offer.accept",
    "waitlist_app.state.offer.Offer.decline",
    "waitlist_app.state.offer.Offer.choose",
    "waitlist_app.state.offer.Offer.exchange",
    "waitlist_app.state.seat.Seat.open",
    "waitlist_app.state.seat.Seat.keep",
    "waitlist_app.state.seat.Seat.give_up",
}
SIGNED_IN = {
    "waitlist_app.state.shell.Shell.turn_away",
    "waitlist_app.state.dialogs.Dialogs.leave",
    "waitlist_app.state.why.WhyDialog.opened",
    "waitlist_app.state.why.WhyDialog.close",
}
"""What somebody of any role may call; it names nobody and asks no use case."""
NEEDED_BY_REFLEX = {"hydrate", "hydrate_and_load", "on_load_internal", "set_is_hydrated", "handle_frontend_exception"}


def _all_handlers():
    return dict(RegistrationContext.get().event_handlers)


def _ours():
    return {
        name: entry for name, entry in _all_handlers().items() if entry.handler.fn.__module__.startswith("waitlist_app")
    }


def _of_reflex():
    return {name: entry for name, entry in _all_handlers().items() if name not in _ours()}


def _permission(entry):
    admission = admission_of(entry.handler.fn)
    assert admission is not None, f"{_title(entry)} says nothing about who may call it"
    return admission.permission


def _is_public(entry):
    admission = admission_of(entry.handler.fn)
    return admission is not None and admission.is_public


def _title(entry):
    return f"{entry.handler.fn.__module__}.{entry.handler.fn.__qualname__}"


def _payload(entry):
    samples = {str: "x", int: 1, bool: True, dict[str, str]: {}}
    hints = inspect.get_annotations(entry.handler.fn, eval_str=True)
    names = list(inspect.signature(entry.handler.fn).parameters)[1:]
    return {name: samples.get(hints.get(name, str), []) for name in names}


OURS = sorted(_ours())


class TestEveryHandler:
    """Every handler..."""

    def test_is_found_by_this_test(self):
        """There are many; an empty list would prove nothing."""
        assert len(OURS) > 40

    def test_says_who_may_call_it(self):
        """One that says nothing is denied to everybody, which would be a mistake of ours."""
        unmarked = [_title(entry) for entry in _ours().values() if admission_of(entry.handler.fn) is None]

        assert unmarked == []

    def test_is_closed_to_strangers_but_for_the_offer_page(self):
        """Only an employee's offer works with nobody signed in; its token says whose it is."""
        open_to_all = {_title(entry) for entry in _ours().values() if _permission(entry) is None}
        public = {_title(entry) for entry in _ours().values() if _is_public(entry)}

        assert public == PUBLIC
        assert open_to_all == PUBLIC | SIGNED_IN

    @pytest.mark.parametrize("name", OURS)
    async def test_refuses_somebody_who_is_not_signed_in(self, name: str, tab: Browser, world: ExampleProduct):
        """Nobody reads and nobody acts without being known; they are led to the way in."""
        entry = _ours()[name]
        if _is_public(entry):
            return
        tab.cookie = NOBODY

        scripts = await tab.press(name, payload=_payload(entry))

        assert world.asked == []
        assert any("/welcome" in script for script in scripts)

    @pytest.mark.parametrize("role", [Role.MANAGER, Role.EMPLOYEE, Role.PLATFORM_ADMIN, Role.AUDITOR])
    @pytest.mark.parametrize("name", OURS)
    async def test_scenario_075_refuses_a_role_that_may_not(
        self, name: str, role: Role, tab: Browser, world: ExampleProduct
    ):
        """What is forbidden looks like what is missing."""
        entry = _ours()[name]
        permission = _permission(entry)
        if permission is None or permission in PERMISSIONS[role]:
            return
        world.who = Actor(id="x", name="Somebody Else", role=role, org_id=INES.org_id)

        scripts = await tab.press(name, payload=_payload(entry))

        is_page = name.endswith(".open")
        assert world.asked == []
        assert any("We could not find that." in script for script in scripts) is not is_page
        assert await tab.value(Shell, "is_shut") is is_page

    async def test_shows_each_person_the_pages_of_their_role(self, tab: Browser, world: ExampleProduct):
        """A page that opens again is not left shut, and whoever has no way in at the front door is led to their own."""
        world.who = Actor(id="x", name="Somebody Else", role=Role.AUDITOR, org_id=INES.org_id)
        await tab.press(Team.open)
        was_shut = await tab.value(Shell, "is_shut")
        await tab.press(Sessions.open, path="/")
        stays_shut = await tab.value(Shell, "is_shut")

        led: dict[Role, str] = {}
        for role in (Role.MANAGER, Role.EMPLOYEE, Role.PLATFORM_ADMIN):
            world.who = replace(world.who, role=role)
            scripts = await tab.press(Sessions.open, path="/")
            led[role] = next(way for way in ("/my-team", "/my-sessions", "/account") if way in "".join(scripts))

        assert (was_shut, stays_shut) == (True, False)
        assert led == {
            Role.MANAGER: "/my-team",
            Role.EMPLOYEE: "/my-sessions",
            Role.PLATFORM_ADMIN: "/account",
        }

    @pytest.mark.parametrize("name", sorted(_of_reflex()))
    async def test_of_reflex_itself_is_closed_unless_pages_need_it(
        self, name: str, tab: Browser, world: ExampleProduct
    ):
        """`setvar` would let anybody write any value into a page's state."""
        if name.rpartition(".")[2] in NEEDED_BY_REFLEX:
            return

        scripts = await tab.press(name)

        assert any("We could not find that." in script for script in scripts)

    def test_has_a_permission_that_somebody_holds(self):
        """A permission nobody holds would be a door without a key."""
        held = set().union(*PERMISSIONS.values())
        used = {_permission(entry) for entry in _ours().values()} - {None}

        assert used <= held
        assert Permission.DECIDE in used


def test_there_is_no_second_root_state():
    """Handlers hang on one tree, which the guard stands before."""
    assert all(entry.states[0].get_root_state() is State for entry in _all_handlers().values() if entry.states)
