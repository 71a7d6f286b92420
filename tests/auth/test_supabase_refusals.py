"""What the server says no to, through the real library, in the product's own errors."""

import json

import pytest

from tests.auth.fake_supabase import PUBLISHABLE_KEY, RIGHT_CODE, project_at
from waitlist_app.auth.supabase import SupabaseIdentities
from waitlist_app.errors import Defect, TryAgain
from waitlist_app.services.identities import Purpose
from waitlist_app.services.sign_in_refusals import CodeFailed, LinkIsOver, SignInEnded, SignInFailed, WeakPassword

ALICE = "alice@acme.example"
PASSWORD = "correct horse battery"

NEW = {"Content-Type": "application/json", "X-Supabase-Api-Version": "2024-01-01"}
OLD = {"Content-Type": "application/json"}


def _sign_in(supabase):
    return supabase.check_password(email=ALICE, password=PASSWORD)


def _said(code, message="no", **more):
    return json.dumps({"code": code, "message": message, **more})


def _as_person(proof):
    return {"apikey": PUBLISHABLE_KEY, "Authorization": f"Bearer {json.loads(proof.tokens)['access']}"}


class TestARefusal:
    @pytest.mark.parametrize(
        ("status", "code", "meaning"),
        [
            (400, "invalid_credentials", SignInFailed),
            (400, "email_not_confirmed", SignInFailed),
            (400, "user_banned", SignInFailed),
            (403, "otp_expired", SignInFailed),
            (422, "otp_disabled", SignInFailed),
            (404, "user_not_found", SignInFailed),
            (403, "bad_jwt", SignInFailed),
            (403, "session_not_found", SignInFailed),
            (429, "over_request_rate_limit", TryAgain),
            (429, "over_email_send_rate_limit", TryAgain),
            (409, "conflict", TryAgain),
            (504, "request_timeout", TryAgain),
            (500, "unexpected_failure", TryAgain),
            (422, "hook_timeout", TryAgain),
            (403, "not_admin", Defect),
            (422, "email_provider_disabled", Defect),
            (400, "captcha_failed", Defect),
            (400, "validation_failed", Defect),
            (400, "a_code_of_tomorrow", Defect),
        ],
    )
    def test_of_a_password_has_one_meaning(self, server, supabase, status, code, meaning):
        """What the person can mend, what mends itself and what we have to mend are told apart."""
        server.next_answers = [(status, _said(code), NEW)]

        with pytest.raises(meaning):
            _sign_in(supabase)

    @pytest.mark.parametrize(
        ("status", "code", "meaning"),
        [
            (403, "otp_expired", LinkIsOver),
            (404, "flow_state_not_found", LinkIsOver),
            (422, "flow_state_expired", LinkIsOver),
            (400, "bad_code_verifier", LinkIsOver),
            (403, "not_admin", Defect),
            (429, "over_email_send_rate_limit", TryAgain),
        ],
    )
    def test_of_a_link_has_one_meaning(self, server, supabase, status, code, meaning):
        """The same for what comes after a link."""
        server.next_answers = [(status, _said(code), NEW)]

        with pytest.raises(meaning):
            supabase.trust_mailbox(email=ALICE, purpose=Purpose.SIGN_IN)

    @pytest.mark.parametrize(
        ("status", "code", "meaning"),
        [
            (400, "refresh_token_not_found", SignInEnded),
            (400, "refresh_token_already_used", SignInEnded),
            (400, "session_not_found", SignInEnded),
            (400, "session_expired", SignInEnded),
            (400, "user_banned", SignInEnded),
            (404, "user_not_found", SignInEnded),
            (409, "conflict", TryAgain),
            (429, "over_request_rate_limit", TryAgain),
        ],
    )
    def test_of_a_renewal_has_one_meaning(self, server, supabase, status, code, meaning):
        """The same when a sign-in is renewed."""
        proof = _sign_in(supabase)
        server.next_answers = [(status, _said(code), NEW)]

        with pytest.raises(meaning):
            supabase.renew(proof.tokens)

    @pytest.mark.parametrize(
        ("status", "code", "meaning"),
        [
            (422, "mfa_verification_failed", CodeFailed),
            (422, "mfa_verification_rejected", CodeFailed),
            (422, "mfa_challenge_expired", CodeFailed),
            (422, "mfa_ip_address_mismatch", CodeFailed),
            (403, "session_not_found", SignInEnded),
            (403, "insufficient_aal", SignInEnded),
            (429, "over_request_rate_limit", TryAgain),
        ],
    )
    def test_of_a_code_has_one_meaning(self, server, supabase, status, code, meaning):
        """The same for an authenticator app."""
        server.users[0].has_app = True
        proof = _sign_in(supabase)
        person = supabase._http.get(f"{server.url}/auth/v1/user", headers=_as_person(proof)).text
        server.next_answers = [(200, person, NEW), (status, _said(code), NEW)]

        with pytest.raises(meaning):
            supabase.check_code(email=ALICE, tokens=proof.tokens, code=RIGHT_CODE)

    @pytest.mark.parametrize(
        ("answer", "meaning"),
        [
            ((400, '{"code": 400, "error_code": "invalid_credentials", "msg": "no"}', OLD), SignInFailed),
            ((429, '{"code": 429, "msg": "slow down"}', OLD), TryAgain),
            ((502, "<html>bad gateway</html>", {}), TryAgain),
            ((503, "{}", OLD), TryAgain),
            ((521, "", {}), TryAgain),
            ((500, "<html>oops</html>", {}), TryAgain),
            ((200, "<html>a page of a proxy</html>", {}), TryAgain),
            ((200, "{}", NEW), TryAgain),
            ((0, "", {}), TryAgain),
        ],
        ids=["old form", "bare 429", "gateway", "unavailable", "cloudflare", "no json", "page", "empty", "no answer"],
    )
    def test_in_any_form_is_understood(self, server, supabase, answer, meaning):
        """Proxies and older servers speak in their own way."""
        server.next_answers = [answer]

        with pytest.raises(meaning):
            _sign_in(supabase)

    def test_with_reasons_for_a_weak_password_is_understood_in_the_old_form(self, server, supabase):
        """Older servers name the reasons without a code."""
        proof = _sign_in(supabase)
        server.next_answers = [(422, '{"msg": "weak", "weak_password": {"reasons": ["pwned"]}}', OLD)]

        with pytest.raises(WeakPassword):
            supabase.set_password(proof, "a brand new password")

    def test_of_a_server_that_is_not_there_is_understood(self, http):
        """Nothing listens at the address."""
        nobody = SupabaseIdentities(project_at("http://127.0.0.1:9"), http=http)

        with pytest.raises(TryAgain):
            _sign_in(nobody)
