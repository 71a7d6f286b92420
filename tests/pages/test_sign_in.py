"""Signing in and out, and one's own account, over plain requests and a real database."""

import re
from html import unescape

import pytest
from pydantic import SecretStr
from sqlmodel import Session

from tests.pages.test_routes import _client
from waitlist_app.auth.codes import _totp
from waitlist_app.bootstrap import build
from waitlist_app.clock import SystemClock
from waitlist_app.pages import account, plain_requests, routes, sign_in
from waitlist_app.pages.plain_requests import address_of
from waitlist_app.repository.tables import Member, Organisation
from waitlist_app.services.identities import Purpose
from waitlist_app.settings import Settings

EMAIL = "alice@acme.example"
PASSWORD = "correct horse battery"
HERE = {"sec-fetch-site": "same-origin"}


class World:
    """Acme, where Alice is the owner, behind the plain addresses."""

    def __init__(self, url):
        settings = Settings(database_url=url, secret_key=SecretStr("a-key-for-tests-only-a-key-for-tests-only"))
        self.product = build(settings)
        now = SystemClock().now()
        with Session(self.product.engine) as rows:
            rows.add(Organisation(id="acme", name="Acme <Ltd>", zone="Europe/Berlin", created_at=now))
            rows.add(Organisation(id="ops", name="Operations", zone="UTC", created_at=now))
            rows.flush()
            rows.add(Member(org_id="acme", id="alice", name="Alice Ash", email=EMAIL, role="owner"))
            rows.add(Member(org_id="ops", id="pia", name="Pia Hale", email="pia@ops.example", role="platform_admin"))
            rows.commit()

    def link(self, purpose=Purpose.SIGN_IN, member_id="alice", org_id="acme"):
        """Return the address of a link for a member."""
        token = self.product.front_door.make_link(org_id=org_id, member_id=member_id, purpose=purpose)
        return f"/sign-in/{token}"

    def who(self, client):
        """Return the name of whoever is signed in."""
        value = client.cookies.get("waitlist_session")
        actor = self.product.actor_for(f"waitlist_session={value}")
        return actor.name if actor else None


@pytest.fixture
def world(sqlite_url, monkeypatch):
    """Yield Acme behind the addresses."""
    world = World(sqlite_url)
    for module in (account, plain_requests, routes, sign_in):
        monkeypatch.setattr(module, "product", lambda: world.product)
    yield world
    world.product.front_door.close()
    world.product.engine.dispose()


@pytest.fixture
def client(world):
    """Return a browser of the kind that says where its requests come from."""
    client = _client(routes.plain_routes())
    client.headers.update(HERE)
    return client


@pytest.fixture
async def alice(world, client):
    """Return a browser in which Alice is signed in and has a password."""
    await client.post(world.link(Purpose.INVITATION), data={"password": PASSWORD})
    return client


class TestALink:
    async def test_shows_a_button_and_is_not_used_yet(self, world, client):
        """Mail scanners follow links; they press no buttons."""
        link = world.link()

        answers = [await client.get(link), await client.head(link), await client.get(link)]

        assert [answer.status_code for answer in answers] == [200, 200, 200]
        assert '<form method="post">' in answers[0].text
        assert ["set-cookie" in answer.headers for answer in answers] == [False] * 3

    async def test_signs_in_by_the_button(self, world, client):
        """The cookie is out of reach for scripts and for other sites."""
        answer = await client.post(world.link())

        assert (answer.status_code, answer.headers["location"], world.who(client)) == (303, "/", "Alice Ash")
        cookie = answer.headers["set-cookie"].lower()
        assert [part in cookie for part in ("httponly", "samesite=lax", "path=/")] == [True] * 3

    async def test_shows_names_as_text(self, world, client):
        """Nothing that somebody typed becomes part of the page."""
        answer = await client.get(world.link())

        assert ("Acme &lt;Ltd&gt;" in answer.text, "<Ltd>" in answer.text) == (True, False)

    async def test_that_was_used_names_nobody(self, world, client):
        """A used link says that it is over, and can do no more."""
        link = world.link()
        await client.post(link)

        shown, pressed = await client.get(link), await client.post(link)

        assert [shown.status_code, pressed.status_code] == [410, 410]
        assert "Alice" not in shown.text

    @pytest.mark.parametrize("token", ["made-up", "%3Cscript%3E", "x" * 3000])
    async def test_that_is_none_tells_nothing(self, client, token):
        """An unknown link looks like one that is over."""
        shown, pressed = await client.get(f"/sign-in/{token}"), await client.post(f"/sign-in/{token}")

        assert [shown.status_code, pressed.status_code] == [404, 404]
        assert "<script>" not in shown.text

    async def test_of_an_invitation_sets_a_password(self, world, alice):
        """Whoever joins can choose a password, and then signs in with it."""
        await alice.post("/sign-out")

        answer = await alice.post("/sign-in", data={"email": EMAIL, "password": PASSWORD})

        assert (answer.status_code, world.who(alice)) == (303, "Alice Ash")

    async def test_says_what_is_wrong_with_a_password(self, world, client):
        """The link is still good, and the sentence says what to do."""
        link = world.link(Purpose.PASSWORD_RESET)

        answer = await client.post(link, data={"password": "short"})

        assert answer.status_code == 422
        assert "Please use at least 12 characters." in answer.text
        assert (await client.post(link, data={"password": PASSWORD})).status_code == 303


class TestAPress:
    @pytest.mark.parametrize(
        "headers",
        [
            {"sec-fetch-site": "cross-site"},
            {"sec-fetch-site": "same-site"},
            {"sec-fetch-site": "none"},
            {"origin": "https://elsewhere.example"},
        ],
    )
    @pytest.mark.parametrize(
        "path",
        ["/sign-in", "/sign-in/link", "/sign-in/reset", "/sign-in/code", "/sign-in/token", "/sign-out"]
        + [
            f"/account/{act}"
            for act in ("password", "browser", "organisation", "visit", "app", "app/remove", "sign-out")
        ],
    )
    async def test_from_another_site_does_nothing(self, world, alice, path, headers):
        """No other site signs anybody in, out, or over."""
        del alice.headers["sec-fetch-site"]

        answer = await alice.post(path, data={"email": EMAIL, "password": PASSWORD}, headers=headers)

        assert (answer.status_code, "set-cookie" in answer.headers, world.who(alice)) == (403, False, "Alice Ash")

    async def test_from_an_old_browser_counts(self, world, client):
        """Browsers that do not say where a form comes from send its origin."""
        del client.headers["sec-fetch-site"]

        answer = await client.post(world.link(), headers={"origin": "http://waitlist.example"})

        assert (answer.status_code, world.who(client)) == (303, "Alice Ash")

    async def test_with_a_huge_form_is_refused(self, client):
        """Nobody fills the memory through a form."""
        answer = await client.post("/sign-in", data={"email": "x" * 70_000})

        assert answer.status_code == 422


class TestSigningInWithAPassword:
    async def test_says_the_same_to_everybody_else(self, alice):
        """The page after a failure is the same for a member and a stranger, but for what they typed."""
        await alice.post("/sign-out")

        pages = [
            (await alice.post("/sign-in", data={"email": email, "password": "wrong"}))
            for email in (EMAIL, "m@x.example")
        ]

        assert [page.status_code for page in pages] == [409, 409]
        assert pages[0].text.replace(EMAIL, "m@x.example") == pages[1].text

    async def test_ends_after_five_failures(self, alice):
        """The sixth is told how long to wait."""
        for _ in range(5):
            await alice.post("/sign-in", data={"email": EMAIL, "password": "wrong"})

        answer = await alice.post("/sign-in", data={"email": EMAIL, "password": PASSWORD})

        assert (answer.status_code, "Please wait 15 minutes" in answer.text) == (429, True)


class TestAskingForALink:
    async def test_tells_nobody_who_is_a_member(self, world, client):
        """Both get the same page, and only the member a mail."""
        answers = [
            await client.post("/sign-in/link", data={"email": email}) for email in (EMAIL, "mallory@acme.example")
        ]

        assert (answers[0].status_code, answers[0].text) == (200, answers[1].text)
        assert world.product.deliver() == 1

    async def test_sends_a_link_that_works(self, world, client):
        """From the press of the button to the mailbox and in."""
        await client.post("/sign-in/link", data={"email": EMAIL})
        world.product.deliver()
        with world.product.engine.begin() as connection:
            [text] = connection.exec_driver_sql("select text from member_mail").scalars()
        [link] = re.findall(r"/sign-in/[\w-]{43}", text)

        await client.post(link)

        assert world.who(client) == "Alice Ash"


class TestSigningOut:
    async def test_ends_the_record_and_then_the_cookie(self, world, alice):
        """A copy of the cookie is worth nothing."""
        copy = alice.cookies.get("waitlist_session")

        answer = await alice.post("/sign-out")

        assert (answer.status_code, answer.headers["location"]) == (303, "/welcome")
        assert 'waitlist_session="";' in answer.headers["set-cookie"]
        assert world.product.actor_for(f"waitlist_session={copy}") is None


class TestTheAccountPage:
    async def test_is_for_those_who_are_signed_in(self, client):
        """A stranger is led to the door."""
        answer = await client.get("/account")

        assert (answer.status_code, answer.headers["location"]) == (303, "/welcome")

    async def test_signs_another_browser_out(self, world, alice):
        """A lost phone is signed out from here."""
        phone = _client(routes.plain_routes())
        phone.headers.update(HERE)
        await phone.post(world.link())
        shown = (await alice.get("/account")).text
        [browser_id] = re.findall(r'name="browser" value="([^"]+)"', shown)

        await alice.post("/account/browser", data={"browser": browser_id})

        assert [world.who(alice), world.who(phone)] == ["Alice Ash", None]

    async def test_signs_out_everywhere(self, world, alice):
        """One press."""
        phone = _client(routes.plain_routes())
        phone.headers.update(HERE)
        await phone.post(world.link())

        await alice.post("/account/sign-out")

        assert [world.who(alice), world.who(phone)] == [None, None]

    async def test_changes_the_password(self, world, alice):
        """With the old one; and this browser stays in, with another cookie."""
        before = alice.cookies.get("waitlist_session")

        wrong = await alice.post("/account/password", data={"old": "wrong", "new": "a brand new password"})
        right = await alice.post("/account/password", data={"old": PASSWORD, "new": "a brand new password"})

        assert [wrong.status_code, right.status_code, world.who(alice)] == [409, 303, "Alice Ash"]
        assert alice.cookies.get("waitlist_session") != before

    async def test_adds_an_authenticator_app_and_asks_for_its_code(self, world, alice):
        """The second step, from its first code to the next sign-in."""
        shown = (await alice.get("/account/app")).text
        [secret] = re.findall(r"<code>(\w+)</code>", shown)
        [sealed] = re.findall(r'name="sealed" value="([^"]+)"', shown)
        now = int(SystemClock().now().timestamp())
        said = {"sealed": unescape(sealed), "password": PASSWORD, "code": _totp(secret).generate(now - 30).decode()}
        added = await alice.post("/account/app", data=said)
        await alice.post("/sign-out")

        half = await alice.post("/sign-in", data={"email": EMAIL, "password": PASSWORD})
        before = world.who(alice)
        await alice.post("/sign-in/code", data={"code": _totp(secret).generate(now).decode()})

        assert (added.status_code, half.headers["location"], before, world.who(alice)) == (
            303,
            "/sign-in/code",
            None,
            "Alice Ash",
        )

    async def test_lets_a_platform_administrator_in_with_a_reason(self, world, client):
        """Without a reason nobody visits, and with one it is on the organisation's record."""
        await client.post(world.link(member_id="pia", org_id="ops"))

        without = await client.post("/account/visit", data={"organisation": "acme", "reason": " "})
        visiting = await client.post("/account/visit", data={"organisation": "acme", "reason": "Ticket 7"})

        actor = world.product.actor_for(f"waitlist_session={client.cookies.get('waitlist_session')}")
        _, acts = world.product.work.read(actor, lambda reader: reader.record())
        assert [without.status_code, visiting.status_code, actor.org_id] == [422, 303, "acme"]
        assert [(act.act, act.texts["reason"]) for act in acts] == [("TenantVisited", "Ticket 7")]

    async def test_lets_nobody_else_visit(self, world, alice):
        """Owning one organisation is no way into another."""
        answer = await alice.post("/account/visit", data={"organisation": "ops", "reason": "Curious"})

        assert (answer.status_code, "Visit an organisation" in (await alice.get("/account")).text) == (404, False)
        assert world.product.actor_for(f"waitlist_session={alice.cookies.get('waitlist_session')}").org_id == "acme"


class TestTheAddressOfACaller:
    @pytest.mark.parametrize(
        ("proxies", "forwarded", "address"),
        [
            (0, "203.0.113.9", "192.0.2.1"),
            (1, "203.0.113.9", "203.0.113.9"),
            (1, "made up, 203.0.113.9", "203.0.113.9"),
            (2, "made up, 203.0.113.9, 10.0.0.1", "203.0.113.9"),
            (2, "203.0.113.9", "192.0.2.1"),
            (1, "", "192.0.2.1"),
        ],
    )
    def test_is_what_our_own_proxies_saw(self, proxies, forwarded, address):
        """What a browser claims about itself is not believed."""
        from starlette.requests import Request

        scope = {"type": "http", "client": ("192.0.2.1", 50000), "headers": [(b"x-forwarded-for", forwarded.encode())]}

        assert address_of(Request(scope), proxies) == address
