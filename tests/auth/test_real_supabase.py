r"""A real Supabase project, for whoever has one to try: it is collected only where one is named.

    SUPABASE_TEST_URL=https://….supabase.co SUPABASE_TEST_PUBLISHABLE_KEY=… SUPABASE_TEST_SECRET_KEY=… \
        pytest tests/auth/test_real_supabase.py

It makes one person, whose address leads nowhere, and deletes them again. Use a project that holds nobody.
"""

import os
from collections.abc import Iterator
from urllib.parse import urlsplit

import httpx
import pytest

from waitlist_app.auth.supabase import SupabaseIdentities, SupabaseProject
from waitlist_app.clock import new_key
from waitlist_app.services.identities import Purpose
from waitlist_app.services.sign_in_refusals import SignInFailed

URL = os.environ["SUPABASE_TEST_URL"]
SECRET = os.environ["SUPABASE_TEST_SECRET_KEY"]
PASSWORD = "correct horse battery"

pytestmark = pytest.mark.allow_hosts([str(urlsplit(URL).hostname)])


@pytest.fixture
def supabase() -> SupabaseIdentities:
    """Talk to the project that is named."""
    return SupabaseIdentities(
        SupabaseProject(url=URL, publishable_key=os.environ["SUPABASE_TEST_PUBLISHABLE_KEY"], secret_key=SECRET)
    )


@pytest.fixture
def email() -> Iterator[str]:
    """Make somebody with a password, and delete them afterwards."""
    address = f"waitlist-{new_key()}@example.com"
    headers = {"apikey": SECRET, "Authorization": f"Bearer {SECRET}"}
    with httpx.Client(base_url=f"{URL.rstrip('/')}/auth/v1/admin", headers=headers, timeout=20) as admin:
        said = {"email": address, "password": PASSWORD, "email_confirm": True}
        made = admin.post("/users", json=said).raise_for_status().json()
        yield address
        admin.delete(f"/users/{made['id']}").raise_for_status()


class TestAProject:
    def test_lets_somebody_in_with_their_password(self, supabase, email):
        """The token it gives is verified with the project's own keys."""
        assert supabase.check_password(email=email, password=PASSWORD).email == email

    def test_refuses_another_password(self, supabase, email):
        """And says no more than that."""
        with pytest.raises(SignInFailed):
            supabase.check_password(email=email, password="another horse battery")

    def test_vouches_for_who_reads_a_mailbox(self, supabase, email):
        """Our own link was used; no mail of Supabase goes out."""
        assert supabase.trust_mailbox(email=email, purpose=Purpose.SIGN_IN).email == email

    def test_renews_what_it_gave(self, supabase, email):
        """Once an hour it is asked whether it still stands behind somebody."""
        proof = supabase.check_password(email=email, password=PASSWORD)

        assert supabase.renew(proof.tokens).email == email
