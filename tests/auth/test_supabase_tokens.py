"""Access tokens, verified here under the keys that the project publishes."""

import json
from datetime import UTC, datetime

import pytest

from tests.auth.fake_supabase import LEGACY_SECRET, project_at
from waitlist_app.auth.supabase import SupabaseIdentities
from waitlist_app.errors import TryAgain
from waitlist_app.services.sign_in_refusals import SignInEnded

ALICE = "alice@acme.example"
PASSWORD = "correct horse battery"


def _sign_in(supabase):
    return supabase.check_password(email=ALICE, password=PASSWORD)


class TestAnAccessToken:
    @pytest.mark.parametrize(
        "claims",
        [
            {"iss": "https://evil.example/auth/v1"},
            {"aud": "other"},
            {"aud": None},
            {"exp": 1_700_000_000},
            {"exp": None},
            {"nbf": int(datetime(2100, 1, 1, tzinfo=UTC).timestamp())},
            {"sub": None},
            {"session_id": None},
        ],
        ids=["issuer", "audience", "no audience", "over", "no end", "not yet", "nobody", "no sign-in"],
    )
    def test_is_refused_when_it_says_something_wrong(self, server, supabase, claims):
        """A token of elsewhere, of another time or about nobody vouches for nobody, though it is signed."""
        server.claims = claims

        with pytest.raises(SignInEnded):
            _sign_in(supabase)

    @pytest.mark.parametrize("algorithm", ["none", "HS256", "HS384"])
    def test_is_refused_when_it_is_signed_otherwise(self, server, supabase, algorithm):
        """Only the algorithms on our short list count, whatever the token asks for."""
        server.algorithm = algorithm

        with pytest.raises(SignInEnded):
            _sign_in(supabase)

    @pytest.mark.parametrize(("algorithm", "works"), [("HS256", True), ("HS384", False), ("none", False)])
    def test_of_an_older_project_is_signed_with_its_secret(self, server, http, algorithm, works):
        """Projects that still share a secret work when it is given, and only with its algorithm."""
        older = SupabaseIdentities(project_at(server.url, legacy_secret=LEGACY_SECRET), http=http)
        server.algorithm = algorithm

        try:
            found = _sign_in(older).email
        except SignInEnded:
            found = ""

        assert found == (ALICE if works else "")

    @pytest.mark.parametrize("token", ["", "a.b.c", "no token", "é.é.é"])
    def test_is_refused_when_it_is_none(self, supabase, token):
        """Whatever else is sent is no token."""
        with pytest.raises(SignInEnded):
            supabase.claims(token)

    def test_makes_nobody_an_owner_by_what_its_person_can_write(self, supabase):
        """What people can write about themselves at Supabase carries no right here."""
        proof = _sign_in(supabase)

        assert "owner" not in repr(proof).replace(proof.tokens, "")


class TestTheKeys:
    def test_are_fetched_once(self, server, supabase):
        """Verifying a token costs no question."""
        for _ in range(3):
            _sign_in(supabase)

        assert server.asked.count("GET /.well-known/jwks.json") == 1

    def test_are_fetched_again_when_a_token_names_a_new_one(self, server, supabase):
        """When a project changes its keys, people sign in as before."""
        now = [0.0]
        supabase._verifier._monotonic = lambda: now[0]
        supabase._verifier._asked_at = supabase._verifier._fetched_at = -600.0
        _sign_in(supabase)
        server.rotate_keys()
        now[0] = 30.0

        assert _sign_in(supabase).email == ALICE

    def test_are_not_fetched_for_every_made_up_name(self, server, supabase):
        """Whoever sends tokens with made-up keys does not make us ask for each."""
        _sign_in(supabase)
        for _ in range(5):
            server.kid = f"made up {len(server.asked)}"
            with pytest.raises(SignInEnded):
                _sign_in(supabase)

        assert server.asked.count("GET /.well-known/jwks.json") == 1

    def test_are_kept_while_they_cannot_be_fetched(self, server, supabase):
        """An outage of the page with the keys signs nobody out."""
        now = [0.0]
        supabase._verifier._monotonic = lambda: now[0]
        supabase._verifier._asked_at = supabase._verifier._fetched_at = -600.0
        token = _sign_in(supabase)
        now[0] = 600.0
        server.next_answers = [(503, "", {})]

        claims = supabase.claims(json.loads(token.tokens)["access"])

        assert (claims["email"], server.next_answers) == (ALICE, [])

    def test_are_waited_for_when_there_are_none(self, server, supabase):
        """Before the first keys have come nobody can be told that their token is bad."""
        token = _sign_in(supabase)
        supabase._verifier._keys = {}
        supabase._verifier._asked_at = -600.0
        server.next_answers = [(503, "", {})]

        with pytest.raises(TryAgain):
            supabase.claims(json.loads(token.tokens)["access"])
