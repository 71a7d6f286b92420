import pytest
import resend
from pydantic import SecretStr

from waitlist_app import bootstrap
from waitlist_app.notifications.mailbox import Mailbox
from waitlist_app.notifications.resend_mailer import ResendMailer
from waitlist_app.settings import Settings


@pytest.fixture(autouse=True)
def _settings_of_the_package(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("api_key", "api_url", "default_http_client"):
        monkeypatch.setattr(resend, name, getattr(resend, name))


def _settings(**changes: object) -> Settings:
    return Settings(database_url="sqlite:///:memory:", secret_key=SecretStr("k" * 48)).model_copy(update=changes)


class TestAnInstallation:
    def test_without_a_key_keeps_its_mail_in_the_mailbox(self):
        """The app works with no account anywhere."""
        product = bootstrap.build(_settings())

        assert isinstance(product.mailer, Mailbox)

    def test_with_a_key_sends_through_resend(self):
        """Setting the key is all there is to do."""
        product = bootstrap.build(_settings(resend_api_key=SecretStr("re_test")))

        assert isinstance(product.mailer, ResendMailer)
        assert resend.api_key == "re_test"

    def test_with_a_key_sends_nothing_to_the_people_of_the_sample(self, monkeypatch):
        """Nobody gets a mail because somebody tries the sample out."""
        told: list[object] = []
        monkeypatch.setattr(bootstrap, "seed_sample", lambda **given: told.append(given["deliver"].__self__.mailer))

        bootstrap.seed(_settings(resend_api_key=SecretStr("re_test")))

        assert [type(mailer) for mailer in told] == [Mailbox]
