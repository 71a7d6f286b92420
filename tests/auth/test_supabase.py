"""The real library against a server on this machine that answers as Supabase Auth does."""

from datetime import timedelta

import pytest

from tests.auth.fake_supabase import RIGHT_CODE
from waitlist_app.clock import SystemClock
from waitlist_app.services.identities import Purpose
from waitlist_app.services.sign_in_refusals import CodeFailed, SignInEnded, SignInFailed, WeakPassword

ALICE = "alice@acme.example"
PASSWORD = "correct horse battery"


def _sign_in(supabase):
    return supabase.check_password(email=ALICE, password=PASSWORD)


class TestAPassword:
    def test_vouches_for_its_person(self, server, supabase):
        """Who the person is comes from the verified token, and when to ask again with it."""
        proof = _sign_in(supabase)

        renews_in = proof.renew_at - SystemClock().now()
        assert (proof.email, proof.subject, proof.needs_code) == (ALICE, server.users[0].id, False)
        assert timedelta(minutes=58) < renews_in < timedelta(minutes=60)

    @pytest.mark.parametrize(("email", "password"), [(ALICE, "wrong"), ("mallory@acme.example", PASSWORD), ("", "")])
    def test_is_refused_alike_whatever_is_wrong(self, supabase, email, password):
        """A wrong password and an unknown address are one and the same."""
        with pytest.raises(SignInFailed):
            supabase.check_password(email=email, password=password)

    @pytest.mark.parametrize("state", ["is_banned", "is_unconfirmed"])
    def test_does_not_help_somebody_who_is_blocked(self, server, supabase, state):
        """A blocked account, or one whose address nobody proved, does not get in."""
        server.users[0].is_banned = state == "is_banned"
        server.users[0].is_confirmed = state != "is_unconfirmed"

        with pytest.raises(SignInFailed):
            _sign_in(supabase)

    def test_keeps_two_people_apart(self, server, supabase):
        """Who signs in second does not become who signed in first."""
        server.add("bob@acme.example", "another long password")

        alice = _sign_in(supabase)
        bob = supabase.check_password(email="bob@acme.example", password="another long password")

        assert [supabase.renew(proof.tokens).email for proof in (alice, bob)] == [ALICE, "bob@acme.example"]


class TestAMailbox:
    @pytest.mark.parametrize("purpose", list(Purpose))
    def test_vouches_for_somebody_who_is_known(self, supabase, purpose):
        """Whoever used our own link is let in, whatever the link was for."""
        proof = supabase.trust_mailbox(email=ALICE, purpose=purpose)

        assert proof.email == ALICE

    @pytest.mark.parametrize("purpose", list(Purpose))
    def test_gets_an_account_when_it_had_none(self, server, supabase, purpose):
        """Accepting an invitation makes the account, and the address is proved."""
        proof = supabase.trust_mailbox(email="bob@acme.example", purpose=purpose)

        assert (proof.email, server.user("bob@acme.example").is_confirmed) == ("bob@acme.example", True)

    def test_leaves_no_secret_that_still_works(self, server, supabase):
        """What Supabase would have mailed is used up at once."""
        supabase.trust_mailbox(email=ALICE, purpose=Purpose.SIGN_IN)

        assert server.secrets == {}


class TestSettingAPassword:
    def test_changes_what_signs_in(self, supabase):
        """The new password works, and the old one does not."""
        proof = supabase.trust_mailbox(email=ALICE, purpose=Purpose.PASSWORD_RESET)

        supabase.set_password(proof, "a brand new password")

        assert supabase.check_password(email=ALICE, password="a brand new password").email == ALICE
        with pytest.raises(SignInFailed):
            _sign_in(supabase)

    @pytest.mark.parametrize(
        ("password", "sentence"),
        [
            ("short", "Please use at least 12 characters. A few words in a row are good."),
            ("password-password", "This password is known from elsewhere. Please take another one."),
            ("short-at-supabase", "Please use a longer password."),
            (
                "abcdefghijklmnop",
                "Please use more kinds of characters: small and capital letters, digits and signs.",
            ),
            (PASSWORD, "This is the password that you have. Please take another one."),
        ],
    )
    def test_says_what_is_weak(self, supabase, password, sentence):
        """The project's own rules speak in our words."""
        proof = _sign_in(supabase)

        with pytest.raises(WeakPassword) as refused:
            supabase.set_password(proof, password)

        assert str(refused.value) == sentence


class TestAnAuthenticatorApp:
    def test_asks_for_its_code_after_the_password(self, server, supabase):
        """With an app enrolled, a password is only the first step."""
        server.users[0].has_app = True

        proof = _sign_in(supabase)

        assert proof.needs_code

    def test_vouches_fully_by_the_right_code(self, server, supabase):
        """The second step is in the token, and stays there when it is renewed."""
        server.users[0].has_app = True
        first = _sign_in(supabase)

        proof = supabase.check_code(email=ALICE, tokens=first.tokens, code=RIGHT_CODE)

        assert [proof.needs_code, supabase.renew(proof.tokens).needs_code] == [False, False]

    def test_refuses_a_wrong_code(self, server, supabase):
        """Another code is no second step."""
        server.users[0].has_app = True
        first = _sign_in(supabase)

        with pytest.raises(CodeFailed):
            supabase.check_code(email=ALICE, tokens=first.tokens, code="000000")

    def test_is_needed_for_a_code(self, supabase):
        """Nobody passes the second step who has no app."""
        first = _sign_in(supabase)

        with pytest.raises(CodeFailed):
            supabase.check_code(email=ALICE, tokens=first.tokens, code=RIGHT_CODE)


class TestRenewing:
    def test_vouches_once_more_with_new_tokens(self, supabase):
        """The old tokens are replaced."""
        proof = _sign_in(supabase)

        renewed = supabase.renew(proof.tokens)

        assert (renewed.email, renewed.subject) == (proof.email, proof.subject)
        assert renewed.tokens != proof.tokens

    def test_forgives_the_immediate_repeat(self, supabase):
        """A process that dies between the answer and its note has not signed the person out."""
        proof = _sign_in(supabase)
        renewed = supabase.renew(proof.tokens)

        again = supabase.renew(proof.tokens)

        assert supabase.renew(again.tokens).email == supabase.renew(renewed.tokens).email == ALICE

    def test_ends_the_sign_in_when_an_old_token_turns_up(self, server, supabase):
        """A stolen copy of old tokens ends everything."""
        stolen = _sign_in(supabase)
        present = supabase.renew(supabase.renew(stolen.tokens).tokens)

        for tokens in (stolen.tokens, present.tokens):
            with pytest.raises(SignInEnded):
                supabase.renew(tokens)

    @pytest.mark.parametrize("change", ["is_banned", "signed_out"])
    def test_ends_for_somebody_who_was_blocked_or_signed_out(self, server, supabase, change):
        """Whoever is stopped at Supabase is stopped here at the next renewal."""
        proof = _sign_in(supabase)
        server.users[0].is_banned = change == "is_banned"
        if change == "signed_out":
            server.sessions.clear()

        with pytest.raises(SignInEnded):
            supabase.renew(proof.tokens)

    @pytest.mark.parametrize("tokens", ["", "{}", "no json", '{"access": "a", "refresh": "made up"}'])
    def test_ends_for_tokens_that_are_none(self, supabase, tokens):
        """Broken tokens vouch for nobody."""
        with pytest.raises(SignInEnded):
            supabase.renew(tokens)


class TestSigningOut:
    def test_ends_one_sign_in(self, server, supabase):
        """The others stay."""
        proofs = [_sign_in(supabase), _sign_in(supabase)]

        supabase.end(proofs[0].tokens, everywhere=False)

        assert server.sessions_of(ALICE) == 1
        assert supabase.renew(proofs[1].tokens).email == ALICE

    def test_everywhere_ends_all_of_the_person_and_nobody_elses(self, server, supabase):
        """One press, and only other people are still signed in."""
        server.add("bob@acme.example", PASSWORD)
        supabase.check_password(email="bob@acme.example", password=PASSWORD)
        proofs = [_sign_in(supabase), _sign_in(supabase)]

        supabase.end(proofs[0].tokens, everywhere=True)

        assert [server.sessions_of(email) for email in (ALICE, "bob@acme.example")] == [0, 1]

    def test_also_ends_a_sign_in_whose_access_token_is_over(self, server, supabase):
        """The token that lasts is the one that has to go."""
        server.lasts_for = -60
        server.claims = {"exp": int((SystemClock().now() + timedelta(seconds=-5)).timestamp())}
        proof = _sign_in(supabase)
        server.lasts_for, server.claims = 3600, {}

        supabase.end(proof.tokens, everywhere=False)

        assert server.sessions_of(ALICE) == 0

    @pytest.mark.parametrize("trouble", [(503, "", {}), (0, "", {})])
    def test_is_not_stopped_by_a_server_that_is_away(self, server, supabase, trouble):
        """Signing out here always works."""
        proof = _sign_in(supabase)
        server.next_answers = [trouble]

        supabase.end(proof.tokens, everywhere=True)

        assert server.next_answers == []
