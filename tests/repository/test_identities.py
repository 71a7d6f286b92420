from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import Session

from waitlist_app.repository.database import open_database
from waitlist_app.repository.identities import Identities, SqlSignInTraces
from waitlist_app.repository.tables import Member, Organisation
from waitlist_app.services.actors import Actor, Role
from waitlist_app.services.identities import BrowserRecord, LinkRecord, Membership, NewBrowser, Purpose

NOON = datetime(2026, 3, 12, 12, 0, tzinfo=UTC)
LATER = NOON + timedelta(hours=1)
ALICE = Actor(id="alice", name="Alice", role=Role.OWNER, org_id="acme", organisation="Acme", zone="Europe/Berlin")
AT_ACME = Membership(
    org_id="acme", organisation="Acme", member_id="alice", name="Alice", email="alice@acme.example", role=Role.OWNER
)
AT_HILL = Membership(
    org_id="hill", organisation="Hill", member_id="al", name="Alice", email="alice@acme.example", role=Role.AUDITOR
)
HERS = BrowserRecord(
    id="laptop",
    actor=ALICE,
    home_org_id="acme",
    email="alice@acme.example",
    label="Firefox on Linux",
    created_at=NOON,
    seen_at=NOON,
)


@pytest.fixture
def store(database_url):
    """Yield a store in which Alice owns Acme and audits Hill."""
    engine = open_database(database_url)
    with Session(engine) as rows:
        rows.add(Organisation(id="acme", name="Acme", zone="Europe/Berlin", created_at=NOON))
        rows.add(Organisation(id="hill", name="Hill", zone="UTC", created_at=NOON))
        rows.flush()
        rows.add(Member(org_id="acme", id="alice", name="Alice", email="alice@acme.example", role="owner"))
        rows.add(Member(org_id="hill", id="al", name="Alice", email="alice@acme.example", role="auditor"))
        rows.commit()
    yield Identities(engine)
    engine.dispose()


def _browser(browser_id="laptop", cookie="cookie", **changes):
    values: dict[str, Any] = {"org_id": "acme", "member_id": "alice", "label": "Firefox on Linux", **changes}
    return NewBrowser(id=browser_id, session_hash=cookie, **values)


def _remove_alice(url):
    engine = open_database(url)
    with Session(engine) as rows:
        alice = rows.get_one(Member, ("acme", "alice"))
        alice.removed_at = LATER
        rows.commit()
    engine.dispose()


def _add_link(store, token_hash="link", purpose=Purpose.SIGN_IN):
    store.add_link(token_hash=token_hash, org_id="acme", member_id="alice", purpose=purpose, expires_at=LATER, now=NOON)


class TestALink:
    def test_is_bound_to_a_member_and_a_purpose(self, store):
        """A link says for whom it is and what it does, and looking changes nothing."""
        _add_link(store, purpose=Purpose.INVITATION)

        found = [store.link("link"), store.link("link")]

        is_open = LinkRecord(purpose=Purpose.INVITATION, member=AT_ACME, expires_at=LATER, is_over=False)
        assert found == [is_open, is_open]

    def test_works_once(self, store):
        """A link that was used is over."""
        _add_link(store)

        uses = [store.use_link("link", now=NOON), store.use_link("link", now=NOON)]

        link = store.link("link")
        assert (uses, link and link.is_over) == ([True, False], True)

    @pytest.mark.parametrize(
        ("now", "works"), [(LATER - timedelta(seconds=1), True), (LATER, False)], ids=["a second before", "at the end"]
    )
    def test_works_before_its_end(self, store, now, works):
        """The end of a link is exclusive."""
        _add_link(store)

        assert store.use_link("link", now=now) is works

    def test_is_over_when_a_newer_one_is_made(self, store):
        """Of two mails with a link the last one counts."""
        _add_link(store)
        _add_link(store, "invitation", Purpose.INVITATION)

        _add_link(store, "newer")

        assert [store.use_link(token, now=NOON) for token in ("link", "newer", "invitation")] == [False, True, True]

    def test_can_be_put_back_when_it_was_used_for_nothing(self, store):
        """If the identity provider is away, the person clicks again."""
        _add_link(store)
        store.use_link("link", now=NOON)

        store.put_link_back("link")

        assert store.use_link("link", now=NOON)

    def test_is_gone_with_its_member(self, store, database_url):
        """A link does nothing for somebody who was removed, and says nothing about them."""
        _add_link(store)

        _remove_alice(database_url)

        assert store.link("link") is None

    def test_has_to_exist(self, store):
        """A made-up link tells nothing and does nothing."""
        assert (store.link("made up"), store.use_link("made up", now=NOON)) == (None, False)


class TestMemberships:
    def test_are_all_places_of_one_address(self, store):
        """Somebody may belong to several organisations with one address."""
        assert store.memberships("alice@acme.example") == [AT_ACME, AT_HILL]

    def test_begin_with_the_place_that_was_used_last(self, store):
        """Whoever signs in lands where they were."""
        store.begin_browser(_browser(org_id="hill", member_id="al"), now=NOON)

        assert store.memberships("alice@acme.example") == [replace(AT_HILL, has_joined=True), AT_ACME]

    def test_are_none_for_a_stranger(self, store):
        """An address that nobody invited belongs nowhere."""
        assert store.memberships("mallory@acme.example") == []


class TestABrowser:
    def test_is_known_with_its_member(self, store):
        """The record behind a cookie says who acts, where and in which role."""
        store.begin_browser(_browser(), now=NOON)

        assert store.browser("cookie") == HERS

    def test_is_noted_when_it_is_used(self, store):
        """The last use of a browser is on its record."""
        store.begin_browser(_browser(), now=NOON)

        store.mark_seen(session_hash="cookie", now=LATER)

        found = store.browser("cookie")
        assert found
        assert found.seen_at == LATER

    def test_is_forgotten_when_it_is_signed_out(self, store):
        """A copy of the cookie is worth nothing after signing out."""
        store.begin_browser(_browser(sealed_tokens="sealed"), now=NOON)

        store.end_browser(session_hash="cookie", now=LATER)

        assert (store.browser("cookie"), store.tokens("laptop")) == (None, "")

    def test_gets_another_cookie_with_other_rights(self, store):
        """What was known before the code came is worth nothing after it."""
        store.begin_browser(_browser(awaits_code=True, sealed_tokens="one step"), now=NOON)

        raised = store.change_browser("cookie", _browser(cookie="better", sealed_tokens="two steps"), now=LATER)
        again = store.change_browser("cookie", _browser(cookie="third"), now=LATER)

        assert (raised, again) == (True, False)
        later = replace(HERS, seen_at=LATER)
        assert [store.browser(cookie) for cookie in ("cookie", "better", "third")] == [None, later, None]
        assert store.tokens("laptop") == "two steps"

    def test_keeps_its_age_when_it_goes_over_to_another_organisation(self, store):
        """Going back and forth does not keep anybody signed in for ever."""
        store.begin_browser(_browser(sealed_tokens="sealed"), now=NOON)

        store.change_browser("cookie", _browser(cookie="other", org_id="hill", member_id="al"), now=LATER)

        found = store.browser("other")
        assert found
        assert (found.actor.organisation, found.actor.role, found.created_at) == ("Hill", Role.AUDITOR, NOON)
        assert store.tokens("laptop") == "sealed"

    def test_makes_its_member_one_who_has_joined(self, store):
        """An invitation is open until its person signs in."""
        store.begin_browser(_browser(awaits_code=True), now=NOON)
        before = store.memberships("alice@acme.example")

        store.change_browser("cookie", _browser(cookie="better"), now=NOON)

        after = store.memberships("alice@acme.example")
        assert [member.has_joined for member in before] == [False, False]
        assert [member.has_joined for member in after] == [True, False]

    def test_is_gone_with_its_member(self, store, database_url):
        """Somebody who was removed is out at once."""
        store.begin_browser(_browser(), now=NOON)

        _remove_alice(database_url)

        assert (store.browser("cookie"), store.browsers("alice@acme.example")) == (None, [])


class TestTheBrowsersOfAnAccount:
    def test_are_listed_over_all_organisations(self, store):
        """People see everywhere they are signed in, the last used first."""
        store.begin_browser(_browser(), now=NOON)
        store.begin_browser(_browser("phone", "second", org_id="hill", member_id="al", label="Safari"), now=LATER)

        assert [browser.label for browser in store.browsers("alice@acme.example")] == ["Safari", "Firefox on Linux"]

    @pytest.mark.parametrize(
        ("which", "ended", "left"),
        [
            ({}, ["a", "b"], []),
            ({"only_id": "phone"}, ["b"], ["laptop"]),
            ({"except_id": "phone"}, ["a"], ["phone"]),
        ],
        ids=["all", "one", "all others"],
    )
    def test_are_signed_out(self, store, which, ended, left):
        """Somebody who lost a phone signs it out from another browser, or everything at once."""
        store.begin_browser(_browser(sealed_tokens="a"), now=NOON)
        store.begin_browser(_browser("phone", "second", org_id="hill", member_id="al", sealed_tokens="b"), now=NOON)

        sealed = store.end_browsers("alice@acme.example", now=LATER, **which)

        assert sorted(sealed) == ended
        assert [browser.id for browser in store.browsers("alice@acme.example")] == left

    def test_are_not_those_of_others(self, store):
        """Nobody signs out somebody else."""
        store.begin_browser(_browser(), now=NOON)

        sealed = store.end_browsers("mallory@acme.example", now=LATER)

        assert (sealed, store.browser("cookie")) == ([], HERS)


class TestTokensOfTheProvider:
    def test_are_leased_to_one_at_a_time(self, store):
        """A refresh token that two processes use at once would sign the person out."""
        store.begin_browser(_browser(sealed_tokens="sealed", renew_at=NOON), now=NOON)

        leases = [store.lease_tokens("laptop", now=NOON, until=LATER) for _ in range(2)]

        assert leases == ["sealed", None]

    def test_are_free_again_when_the_lease_runs_out(self, store):
        """A process that dies while it renews them blocks nobody for long."""
        store.begin_browser(_browser(sealed_tokens="sealed", renew_at=NOON), now=NOON)
        store.lease_tokens("laptop", now=NOON, until=LATER)

        assert store.lease_tokens("laptop", now=LATER, until=LATER) == "sealed"

    def test_are_replaced_by_newer_ones(self, store):
        """With new tokens the provider is asked again only when they end."""
        store.begin_browser(_browser(sealed_tokens="old", renew_at=NOON), now=NOON)
        store.lease_tokens("laptop", now=NOON, until=LATER)

        store.keep_tokens("laptop", sealed="new", renew_at=LATER)

        found = store.browser("cookie")
        assert found
        assert found.renew_at == LATER
        assert store.lease_tokens("laptop", now=NOON, until=LATER) == "new"


class TestTidyingUp:
    def test_forgets_what_was_over_before(self, store, database_url):
        """Links and browsers of long ago are gone; what is of use stays."""
        store.begin_browser(_browser("old", "old", sealed_tokens="sealed"), now=NOON)
        _add_link(store, "old")
        store.begin_browser(_browser(), now=LATER)
        store.add_link(
            token_hash="new",
            org_id="acme",
            member_id="alice",
            purpose=Purpose.INVITATION,
            expires_at=LATER + timedelta(days=7),
            now=LATER,
        )

        engine = open_database(database_url)
        SqlSignInTraces(engine).forget_before(LATER + timedelta(microseconds=1) - timedelta(minutes=1))
        first = [store.browser("old"), store.link("old") is None]
        SqlSignInTraces(engine).forget_before(LATER + timedelta(microseconds=1))
        engine.dispose()

        assert first == [None, False]
        assert [store.link("old"), store.browser("cookie"), store.tokens("old")] == [None, None, ""]
        assert store.link("new")
