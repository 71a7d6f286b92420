"""What comes over the websocket from somebody who means harm: it does nothing, tells nothing, is not written down."""

import json
from collections.abc import Callable, Mapping

import httpx
import pytest
from reflex_base.utils.form import FORM_DATA_ENTRIES_KEY

from tests.conftest import AppServer
from tests.e2e.office import SEATED, WAITING, Office
from tests.websocket.conftest import OpenTab, personal
from tests.websocket.tab import LOAD, ROOT, GoneError, Tab, handler, route_to, shake_hands
from waitlist_app.services.actors import Actor, Role
from waitlist_app.state.doorway import MOST_REFUSED, MOST_UNREADABLE

pytestmark = pytest.mark.sqlite

SignIn = Callable[[Actor], str]
Said = Callable[[], str]

NESTED = "[" * 5_000 + "]" * 5_000
NO_MESSAGE = {
    "no JSON": "42/_event,nonsense",
    "half of a message": '42/_event,["event",{"name":',
    "nothing in it": '42/_event,["event"]',
    "two at once": '42/_event,["event",{},{}]',
    "a list for an event": '42/_event,["event",[]]',
    "a text for an event": '42/_event,["event","Priya Nair\\nINFO forged line"]',
    "a number for a name": '42/_event,["event",{"name":5}]',
    "a list for a name": '42/_event,["event",{"name":["x"]}]',
    "no name": '42/_event,["event",{"payload":{"search":"Priya Nair"}}]',
    "a list for a payload": f'42/_event,["event",{{"name":"{LOAD}","payload":[]}}]',
    "a number for a route": f'42/_event,["event",{{"name":"{LOAD}","router_data":5}}]',
    "a number for a path": f'42/_event,["event",{{"name":"{LOAD}","router_data":{{"pathname":5}}}}]',
    "deep nesting": f'42/_event,["event",{{"name":"{LOAD}","payload":{{"hashes":{NESTED}}}}}]',
    "nesting beyond the reader": f'42/_event,["event",{"[" * 60_000}{"]" * 60_000}]',
    "not a number": f'42/_event,["event",{{"name":"{LOAD}","payload":{{"vars":{{"x":NaN}}}}}}]',
    "a half character": f'42/_event,["event",{{"name":"{LOAD}","router_data":{{"pathname":"/\\ud800"}}}}]',
    "a whole number without end": f'42/_event,["event",{{"name":"{LOAD}","payload":{{"hashes":[{"9" * 4_000}]}}}}]',
    "another kind of message": '42/_event,["shutdown",{"name":"x"}]',
    "an attachment that never comes": '451-/_event,["event",{"_placeholder":true,"num":0}]',
    "a namespace that is none": "40/admin,",
    "an unknown kind of packet": "48/_event,",
}
NO_HANDLER = {
    "one that does not exist": f"{ROOT}.no_such_thing",
    "a state that does not exist": "reflex___nobody.hydrate",
    "an order to the browser": "_redirect",
    "a helper of a page": handler("audit.Audit._load"),
    "a method of every state": f"{ROOT}.reset",
    "the name of a person": "Priya Nair",
}
CLOSED = {
    "setvar": (f"{ROOT}.setvar", {"var_name": "is_hydrated", "value": True}),
    "setvar of a page": (handler("shell.Shell.setvar"), {"var_name": "may_administer", "value": True}),
    "values of the browser": (
        f"{ROOT}.reflex___state____update_vars_internal_state.update_vars_internal",
        {"vars": {f"{handler('shell.Shell.may_administer')}": True}},
    ),
    "values while loading": (LOAD, {"vars": {f"{handler('shell.Shell.may_administer')}": True}}),
    "a file that is none": (
        handler("imports.Imports.check"),
        {"files": [{"filename": "x.csv", "path": "/etc/passwd"}]},
    ),
    "an argument that is missing": (handler("audit.Audit.look_for"), {}),
    "an argument too many": (handler("audit.Audit.newer"), {"page": 9}),
    "an argument of another type": (handler("audit.Audit.look_for"), {"search": {"$ne": ""}}),
    "a form of another type": (handler("request.RequestDialog.submit"), {"form": ["Priya Nair"]}),
    "a form with other types": (handler("team.InviteDialog.submit"), {"form": {"name": {"first": "Eve"}}}),
    "a form that is torn": (handler("team.InviteDialog.submit"), {"form": {FORM_DATA_ENTRIES_KEY: ["Eve"]}}),
    "an invitation": (handler("team.InviteDialog.submit"), {"form": {"name": "Eve", "email": "eve@evil.example"}}),
    "100 kB": (handler("audit.Audit.look_for"), {"search": "x" * 100_000}),
}


def everything(cases: Mapping[str, object]) -> pytest.MarkDecorator:
    """Run a test for each case, named as it is."""
    return pytest.mark.parametrize("case", cases, ids=[name.replace(" ", "_") for name in cases])


class TestAnotherSite:
    """A page of another site..."""

    @pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1.evil.example"])
    def test_cannot_connect_with_the_cookie_of_somebody(
        self, office: Office, sign_in: SignIn, server: AppServer, origin: str
    ):
        """A browser says where a connection comes from, and sends the cookie wherever it goes."""
        cookie = sign_in(office.ines)

        refused = shake_hands(server.url, origin=origin, cookie=cookie)
        welcome = shake_hands(server.url, origin=server.url, cookie=cookie)

        assert (refused in {400, 403}, welcome) == (True, 101)


class TestTheTokenOfSomebodysTab:
    """The token of somebody's tab..."""

    def test_is_of_no_use_while_the_tab_is_open(self, office: Office, path: str, sign_in: SignIn, open_tab: OpenTab):
        """The second connection is a tab of its own, and hears nothing of the first."""
        ines = open_tab(cookie=sign_in(office.ines))
        ines.open(path)
        thief = open_tab(token=ines.token)
        thief.open(path)
        heard = len(ines.heard)

        _drop(open_tab(cookie=sign_in(office.rafe)), office, "Nadia Petrov")
        ines.wait_for("Priya Nair", after=heard)

        assert thief.is_answered()
        assert personal(thief.heard) == []

    def test_is_of_no_use_after_the_tab_was_closed(self, office: Office, path: str, sign_in: SignIn, open_tab: OpenTab):
        """What changes is pushed to whoever holds a tab; the thief waits for it in the place of Ines."""
        ines, olu = open_tab(cookie=sign_in(office.ines)), open_tab(cookie=sign_in(office.olu))
        ines.open(path)
        olu.open(path)
        ines.leave()
        thief = open_tab(token=ines.token)
        heard = len(olu.heard)

        _drop(open_tab(cookie=sign_in(office.rafe)), office, "Nadia Petrov")
        olu.wait_for("Priya Nair", after=heard)

        assert thief.is_answered()
        assert personal(thief.heard) == []

    def test_is_of_no_use_to_a_member_of_another_organisation(
        self, office: Office, path: str, sign_in: SignIn, open_tab: OpenTab
    ):
        """Being somebody does not make one somebody else."""
        other = Office(office.product).ines
        ines = open_tab(cookie=sign_in(office.ines))
        ines.open(path)
        ines.leave()

        thief = open_tab(cookie=sign_in(other), token=ines.token)
        thief.open(path)

        assert thief.is_answered()
        assert [word for word in personal(thief.heard) if word not in {"Tarnwick", "Calder"}] == []

    def test_serves_its_owner_after_a_lost_connection(
        self, office: Office, path: str, sign_in: SignIn, open_tab: OpenTab
    ):
        """The tests above listen in the right place: with her cookie the same token tells the names."""
        cookie = sign_in(office.ines)
        ines = open_tab(cookie=cookie)
        ines.open(path)
        ines.leave()

        again = open_tab(cookie=cookie, token=ines.token)
        again.open(path)

        assert "Priya Nair" in personal(again.heard)
        assert not any("new_token" in message for message in again.heard)

    def test_takes_no_file_from_somebody_else(
        self, office: Office, sign_in: SignIn, open_tab: OpenTab, server: AppServer, stored: Said
    ):
        """A file is handed to a tab by its token, outside the websocket."""
        ines = open_tab(cookie=sign_in(office.ines))
        ines.open("/import")
        cookies = [sign_in(office.olu), sign_in(Office(office.product).ines)]
        before, heard = stored(), len(ines.heard)

        answers = [_upload(server, ines.token, cookie) for cookie in cookies]

        assert [answer.status_code for answer in answers] == [404, 404]
        assert ines.is_answered()
        assert [message for message in ines.heard[heard:] if "sessions.csv" in message] == []
        assert stored() == before

    def test_takes_a_file_from_its_owner(self, office: Office, sign_in: SignIn, open_tab: OpenTab, server: AppServer):
        """The test above is refused for the person, not for the file."""
        cookie = sign_in(office.ines)
        ines = open_tab(cookie=cookie)
        ines.open("/import")

        answer = _upload(server, ines.token, cookie)

        assert (answer.status_code, "sessions.csv" in answer.text) == (200, True)


def _upload(server: AppServer, token: str, cookie: str) -> httpx.Response:
    headers = {
        "Cookie": cookie,
        "Reflex-Client-Token": token,
        "Reflex-Event-Handler": handler("imports.Imports.check"),
    }
    return httpx.post(f"{server.url}/_upload", headers=headers, files={"files": ("sessions.csv", b"session_code\n")})


def _drop(tab: Tab, office: Office, name: str) -> None:
    tab.press(handler("leaving.LeavingDialog.drop"), {"registration_id": office.registrations[name], "name": name})
    tab.press(handler("leaving.LeavingDialog.confirm"), {"form": {FORM_DATA_ENTRIES_KEY: [["reason", "Illness"]]}})
    tab.wait_for("toast")


class TestTheCookie:
    """The cookie of somebody who is signed in..."""

    def test_is_sent_to_no_page_and_written_in_no_log(
        self, office: Office, path: str, sign_in: SignIn, open_tab: OpenTab, log: Said
    ):
        """It is marked HttpOnly, so no script may read it; and an event that is unknown is logged."""
        cookie = sign_in(office.ines)
        ines = open_tab(cookie=cookie)

        ines.open(path)
        ines.press(f"{ROOT}.no_such_thing")
        ines.press(handler("audit.Audit.look_for"))

        assert ines.is_answered()
        assert "Priya Nair" in personal(ines.heard)
        secret = cookie.partition("=")[2]
        assert [message for message in ines.heard if secret in message] == []
        assert (secret in log(), ines.token in log()) == (False, False)

    @pytest.mark.parametrize(
        "forged",
        [
            "waitlist_session=",
            "waitlist_session=ines",
            "waitlist_session=' or 1=1 --",
            f"waitlist_session={'x' * 6_000}",
            "waitlist_session=\xff\xfe; waitlist_session=a; waitlist_session=b",
            "reflex_token=ines; role=owner; org_id=tarnwick",
        ],
    )
    def test_that_is_made_up_signs_nobody_in(self, path: str, open_tab: OpenTab, stored: Said, forged: str):
        """What it says means nothing; it has to be known."""
        before = stored()
        stranger = open_tab(cookie=forged)

        stranger.open(path)

        assert "/welcome" in stranger.wait_for("_redirect")
        assert personal(stranger.heard) == []
        assert stored() == before


class TestAForgedRoute:
    """A route that a page makes up..."""

    @pytest.mark.parametrize("where", ["/", "{session}", "/inbox", "/import", "/audit", "/mailbox", "/team"])
    def test_shows_a_stranger_nothing(self, path: str, open_tab: OpenTab, where: str):
        """Which page is open is the browser's word, and so is all it says about itself."""
        stranger = open_tab()
        said = {"headers": {"cookie": "waitlist_session=ines"}, "token": "ines", "sid": "ines", "ip": "127.0.0.1"}
        address = where.format(session=path)

        stranger.press(LOAD, router_data={**route_to(address), **said}, token="ines")

        assert "/welcome" in stranger.wait_for("_redirect")
        assert personal(stranger.heard) == []

    def test_shows_a_member_nothing_of_another_organisation(
        self, office: Office, path: str, sign_in: SignIn, open_tab: OpenTab
    ):
        """The session's address alone opens nothing."""
        other = open_tab(cookie=sign_in(Office(office.product).ines))

        other.open(path)
        other.wait_for('"phase_rx_state_":"missing"')

        assert other.is_answered()
        assert [word for word in personal(other.heard) if word in {"Priya Nair", "Fire Warden"}] == []


class TestAnEmployee:
    """An employee who is signed in..."""

    def test_acts_on_nothing_of_anybody_else(
        self, office: Office, path: str, sign_in: SignIn, open_tab: OpenTab, stored: Said
    ):
        """The buttons of their own page, pressed with somebody else's registration, do nothing and tell nothing."""
        eve = Actor(id="eve", name="Eve Example", role=Role.EMPLOYEE, org_id=office.org_id)
        address = f"eve@{office.org_id}.example"
        office.product.work.transact(
            office.helena, lambda tx: tx.add_member(member_id=eve.id, name=eve.name, email=address, role=eve.role)
        )
        victim = office.registrations["Priya Nair"]
        tab = open_tab(cookie=sign_in(eve))
        tab.open("/my-sessions")
        before, heard = stored(), len(tab.heard)

        for name, payload in (
            ("mine.MySessions.accept", {"registration_id": victim}),
            ("mine.MySessions.consider", {"registration_id": victim, "act": "leave"}),
            ("mine.MySessions.give_up", {}),
            ("mine.MyTeam.sign_off", {"registration_id": victim}),
            ("mine.MyTeam.open", {}),
        ):
            tab.press(handler(name), payload, path="/my-sessions")
            assert tab.is_answered()

        assert [word for word in personal(tab.heard[heard:]) if word in {*SEATED, *WAITING}] == []
        assert "We could not find that." in "".join(tab.heard[heard:])
        assert stored() == before


class TestTheLinkOfAnOffer:
    """The link of an offer..."""

    def test_is_not_sent_to_somebody_who_only_reads(
        self, office: Office, path: str, sign_in: SignIn, open_tab: OpenTab
    ):
        """An auditor reads the mailbox; with the link they could accept in somebody's name."""
        secret = office.offer(path).rpartition("/")[2]
        mail = next(
            message
            for message in office.product.work.read(office.ines, lambda reader: reader.messages())
            if message.kind == "offer"
        )
        olu, ines = open_tab(cookie=sign_in(office.olu)), open_tab(cookie=sign_in(office.ines))

        for tab in (olu, ines):
            tab.open("/mailbox")
            tab.open(f"/mailbox/{mail.id}")

        assert "/offer/…" in "".join(olu.heard)
        assert [message for message in olu.heard if secret in message] == []
        assert [message for message in ines.heard if secret in message] != []


class TestAMessage:
    """A message..."""

    @everything(NO_MESSAGE)
    def test_that_is_no_event_does_nothing_and_is_not_written_down(  # noqa: PLR0917 - a test takes what it needs
        self, path: str, office: Office, sign_in: SignIn, open_tab: OpenTab, stored: Said, log: Said, case: str
    ):
        """Neither its words nor a page of traceback reach the log, and the server goes on."""
        olu = open_tab(cookie=sign_in(office.olu))
        before, heard = stored(), len(olu.heard)

        olu.send(NO_MESSAGE[case])
        olu.is_answered()

        assert open_tab().is_answered()
        assert personal(olu.heard[heard:]) == []
        assert (personal([log()]), "Traceback" in log(), "forged" in log()) == ([], False, False)
        assert stored() == before

    @everything(NO_HANDLER)
    def test_about_a_handler_that_does_not_exist_is_refused(  # noqa: PLR0917 - a test takes what it needs
        self, path: str, office: Office, sign_in: SignIn, open_tab: OpenTab, stored: Said, log: Said, case: str
    ):
        """Reflex would write the whole of it into the log, with the headers of the connection."""
        helena = open_tab(cookie=sign_in(office.helena))
        before, heard = stored(), len(helena.heard)

        helena.press(NO_HANDLER[case], {"search": "Priya Nair"}, path=path)

        assert helena.is_answered()
        assert personal(helena.heard[heard:]) == []
        assert (personal([log()]), "Traceback" in log(), helena.token in log()) == ([], False, False)
        assert stored() == before

    @everything(CLOSED)
    def test_about_a_handler_that_is_not_theirs_changes_nothing(  # noqa: PLR0917 - a test takes what it needs
        self, path: str, office: Office, sign_in: SignIn, open_tab: OpenTab, stored: Said, log: Said, case: str
    ):
        """An auditor reads; what else they send is refused, and so is what no page of ours would send."""
        name, payload = CLOSED[case]
        for tab in (open_tab(), open_tab(cookie=sign_in(office.olu))):
            before, heard = stored(), len(tab.heard)

            tab.press(name, payload, path=path)

            assert tab.is_answered()
            assert [message for message in tab.heard[heard:] if '"may_administer_rx_state_":true' in message] == []
            assert stored() == before
        assert (personal([log()]), "Traceback" in log(), "Eve" in log()) == ([], False, False)


class TestALoudSender:
    """Somebody who sends without end..."""

    def test_is_disconnected_and_the_others_are_served(
        self, office: Office, path: str, sign_in: SignIn, open_tab: OpenTab, log: Said
    ):
        """The log does not grow with what they send."""
        ines, flood = open_tab(cookie=sign_in(office.ines)), open_tab()
        message = f'42/_event,["event",{json.dumps({"name": "reflex.no_such_thing", "payload": {"x": "y" * 1_000}})}]'

        with pytest.raises(GoneError):
            flood.send_again_and_again(message)
        ines.open(path)

        assert "Priya Nair" in personal(ines.heard)
        assert log().count("Refused a websocket message") <= MOST_REFUSED

    def test_of_events_that_are_allowed_does_not_keep_others_waiting(
        self, office: Office, path: str, sign_in: SignIn, open_tab: OpenTab
    ):
        """A thousand offers are looked up that do not exist; Ines works on."""
        ines, flood = open_tab(cookie=sign_in(office.ines)), open_tab()

        for _ in range(1_000):
            flood.press(handler("offer.Offer.open"), path="/offer/nobody-was-sent-this")
        ines.open(path)

        assert "Priya Nair" in personal(ines.heard)

    def test_of_one_message_without_end_is_disconnected(self, open_tab: OpenTab, log: Said):
        """Nothing of a page is a tenth as long."""
        loud = open_tab()

        loud.send(f'42/_event,["event",{{"name":"{LOAD}","payload":{{"vars":{{"x":"{"x" * 300_000}"}}}}}}]')

        assert not loud.is_answered()
        assert open_tab().is_answered()
        assert "xxxx" not in log()

    def test_of_what_cannot_be_read_fills_no_log(self, open_tab: OpenTab, log: Said):
        """One line says what a hundred would."""
        loud = open_tab()

        for _ in range(10 * MOST_UNREADABLE):
            loud.send("42/_event,nonsense")

        assert loud.is_answered()
        assert 0 < log().count("could not be read") <= 2 * MOST_UNREADABLE

    def test_of_reports_about_pages_fills_no_log(self, open_tab: OpenTab, log: Said):
        """A page may say what went wrong in it, not as often as it likes."""
        loud = open_tab()
        report = f"{ROOT}.reflex___state____frontend_event_exception_state.handle_frontend_exception"

        for _ in range(3 * MOST_REFUSED):
            loud.press(report, {"info": "It failed\nINFO forged line", "component_stack": ""})

        assert loud.is_answered()
        assert log().count("A page failed in a browser") <= MOST_REFUSED
        assert "\nINFO forged" not in log()
