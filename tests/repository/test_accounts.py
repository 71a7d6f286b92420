from datetime import UTC, datetime

import pytest

from waitlist_app.repository.accounts import Accounts
from waitlist_app.repository.database import open_database
from waitlist_app.services.identities import AccountRecord

NOON = datetime(2026, 3, 12, 12, 0, tzinfo=UTC)
ALICE = "alice@acme.example"


@pytest.fixture
def accounts(database_url):
    """Yield the store under test with an account of Alice."""
    engine = open_database(database_url)
    accounts = Accounts(engine)
    accounts.ensure_account(ALICE, now=NOON)
    yield accounts
    engine.dispose()


class TestAnAccount:
    def test_is_made_once(self, accounts):
        """A second invitation does not wipe out the password."""
        accounts.set_password_hash(ALICE, "hash", now=NOON)

        found = accounts.ensure_account(ALICE, now=NOON)

        assert found == AccountRecord(email=ALICE, password_hash="hash")

    def test_keeps_its_password_and_its_code_secret(self, accounts):
        """What was set is found again."""
        accounts.set_password_hash(ALICE, "hash", now=NOON)
        accounts.set_code_secret(ALICE, "sealed", now=NOON)

        assert accounts.account(ALICE) == AccountRecord(email=ALICE, password_hash="hash", code_secret="sealed")

    def test_takes_each_code_once(self, accounts):
        """A code that somebody saw over a shoulder is worth nothing after it was used, nor are older ones."""
        uses = [accounts.use_code(ALICE, step) for step in (7, 7, 6, 8)]

        assert uses == [True, False, False, True]

    def test_is_missing_for_a_stranger(self, accounts):
        """Nobody has an account who was not invited."""
        assert accounts.account("mallory@acme.example") is None
