from datetime import timedelta

import pytest

from tests.auth.conftest import NOON
from tests.auth.fakes import ALICE, BOB
from waitlist_app.auth.front_door import LinkView
from waitlist_app.errors import TryAgain
from waitlist_app.services.actors import Actor, Role
from waitlist_app.services.identities import Purpose
from waitlist_app.services.sign_in_refusals import LinkIsOver, SignInFailed, TooManyAttempts, WeakPassword

EMAIL = "alice@acme.example"
PASSWORD = "correct horse battery"


@pytest.fixture
def with_password(house):
    """Return the house after Alice has accepted her invitation and set a password."""
    token = house.door.make_link(org_id="acme", member_id="alice", purpose=Purpose.INVITATION)
    house.door.with_link(token, caller=house.caller(), password=PASSWORD)
    return house


def _refusal_of(act):
    with pytest.raises(SignInFailed) as refused:
        act()
    return str(refused.value)


class TestSigningInWithAPassword:
    @pytest.mark.parametrize("email", [EMAIL, "  Alice@ACME.example "])
    def test_lets_a_member_in(self, with_password, email):
        """The right address and password open the door, however the address is written."""
        admitted = with_password.door.with_password(email=email, password=PASSWORD, caller=with_password.caller())

        assert (with_password.who(admitted), admitted.needs_code) == (ALICE, False)

    def test_says_the_same_to_everybody_else(self, with_password):
        """Nobody learns from the answer who is a member and who has a password."""
        tries = [(EMAIL, "wrong"), ("bob@acme.example", "wrong"), ("mallory@acme.example", PASSWORD), ("", "")]

        answers = {
            _refusal_of(
                lambda email=email, password=password: with_password.door.with_password(
                    email=email, password=password, caller=with_password.caller()
                )
            )
            for email, password in tries
        }

        assert answers == {
            "This address and this password do not fit together. You can ask for a sign-in link instead."
        }

    def test_refuses_an_account_that_belongs_nowhere(self, with_password):
        """A password alone is not enough: somebody has to have invited the person."""
        del with_password.store.actors["acme", "alice"]

        with pytest.raises(SignInFailed):
            with_password.door.with_password(email=EMAIL, password=PASSWORD, caller=with_password.caller())

    def test_ends_after_five_failures_even_with_the_right_password(self, with_password):
        """Whoever guesses does not get in with a lucky sixth."""
        for _ in range(5):
            _refusal_of(
                lambda: with_password.door.with_password(email=EMAIL, password="wrong", caller=with_password.caller())
            )

        with pytest.raises(TooManyAttempts):
            with_password.door.with_password(email=EMAIL, password=PASSWORD, caller=with_password.caller())

    def test_gives_a_new_cookie_each_time(self, with_password):
        """A cookie that was planted in the browser before is not the one that is signed in afterwards."""
        planted = with_password.enter("bob")

        admitted = with_password.door.with_password(
            email=EMAIL, password=PASSWORD, caller=with_password.caller(cookie=planted)
        )

        assert (with_password.who(planted), with_password.who(admitted)) == (None, ALICE)

    def test_notes_the_browser_in_words(self, with_password):
        """In the list of their browsers people recognise each."""
        admitted = with_password.door.with_password(email=EMAIL, password=PASSWORD, caller=with_password.caller())

        listed = with_password.door.account.browsers(with_password.caller(admitted.cookie_value).cookie_header)

        assert {browser.label for browser, _ in listed} == {"Firefox on Linux"}


class TestAskingForALink:
    def test_sends_it_to_a_member(self, house):
        """A member who asks gets a mail."""
        house.door.ask_for_mail(email=" Alice@acme.example", purpose=Purpose.SIGN_IN, caller=house.caller())

        assert house.store.mails == [(EMAIL, Purpose.SIGN_IN)]

    def test_tells_a_stranger_nothing(self, house):
        """An address that nobody invited gets no mail, and the same answer in the same time."""
        answers = [
            house.door.ask_for_mail(email=email, purpose=Purpose.PASSWORD_RESET, caller=house.caller())
            for email in (EMAIL, "mallory@acme.example")
        ]

        assert (answers, house.store.mails) == ([None, None], [(EMAIL, Purpose.PASSWORD_RESET)])
        assert [0.25 < seconds <= 0.3 for seconds in house.waited] == [True, True]

    def test_ends_after_five_mails(self, house):
        """Nobody's mailbox is flooded from here."""
        for _ in range(5):
            house.door.ask_for_mail(email=EMAIL, purpose=Purpose.SIGN_IN, caller=house.caller())

        with pytest.raises(TooManyAttempts):
            house.door.ask_for_mail(email=EMAIL, purpose=Purpose.SIGN_IN, caller=house.caller())


class TestALink:
    def test_shows_whom_it_is_for_and_changes_nothing(self, house):
        """A mail scanner that opens the link burns nothing."""
        token = house.door.make_link(org_id="acme", member_id="alice")

        views = [house.door.look_at_link(token) for _ in range(3)]

        seen = LinkView(purpose=Purpose.SIGN_IN, organisation="Acme", is_over=False, name="Alice", email=EMAIL)
        assert views == [seen] * 3
        assert house.who(house.door.with_link(token, caller=house.caller())) == ALICE

    @pytest.mark.parametrize("token", ["", "made up", "x" * 1_000_000, "\udcff"])
    def test_tells_nothing_when_it_is_not_ours(self, house, token):
        """A made-up link shows nothing and does nothing."""
        with pytest.raises(LinkIsOver):
            house.door.with_link(token, caller=house.caller())

        assert house.door.look_at_link(token) is None

    def test_names_nobody_once_it_was_used(self, house):
        """Whoever finds a used link learns that it is over, and not whose it was."""
        token = house.door.make_link(org_id="acme", member_id="alice")
        house.door.with_link(token, caller=house.caller())

        with pytest.raises(LinkIsOver):
            house.door.with_link(token, caller=house.caller())

        assert house.door.look_at_link(token) == LinkView(purpose=Purpose.SIGN_IN, organisation="Acme", is_over=True)

    @pytest.mark.parametrize(
        ("purpose", "lasts_for"),
        [
            (Purpose.SIGN_IN, timedelta(minutes=15)),
            (Purpose.PASSWORD_RESET, timedelta(minutes=15)),
            (Purpose.INVITATION, timedelta(days=7)),
        ],
    )
    def test_ends_after_its_time(self, house, purpose, lasts_for):
        """A link to sign in lasts a quarter of an hour, an invitation a week; at the end it is over."""
        token = house.door.make_link(org_id="acme", member_id="alice", purpose=purpose)

        house.clock.set(NOON + lasts_for - timedelta(seconds=1))
        before = house.door.look_at_link(token)
        house.clock.set(NOON + lasts_for)
        after = house.door.look_at_link(token)

        assert [view.is_over for view in (before, after)] == [False, True]
        with pytest.raises(LinkIsOver):
            house.door.with_link(token, caller=house.caller())

    def test_is_as_good_as_before_when_the_provider_was_away(self, house, monkeypatch):
        """If signing in fails through no fault of the person, they click once more."""
        token = house.door.make_link(org_id="acme", member_id="alice")
        with monkeypatch.context() as away:
            away.setattr(house.provider, "trust_mailbox", _away)
            with pytest.raises(TryAgain):
                house.door.with_link(token, caller=house.caller())

        assert house.who(house.door.with_link(token, caller=house.caller())) == ALICE

    def test_for_signing_in_sets_no_password(self, house):
        """Only a link that was asked for to set a password sets one."""
        token = house.door.make_link(org_id="acme", member_id="alice")

        house.door.with_link(token, caller=house.caller(), password=PASSWORD)

        assert house.accounts.account(EMAIL).password_hash == ""


class TestAnInvitation:
    def test_sets_the_first_password(self, with_password):
        """Whoever joins chooses a password and is signed in."""
        admitted = with_password.door.with_password(email=EMAIL, password=PASSWORD, caller=with_password.caller())

        assert with_password.who(admitted) == ALICE

    def test_is_not_used_up_by_a_weak_password(self, house):
        """Whoever chose badly chooses again with the same link."""
        token = house.door.make_link(org_id="acme", member_id="alice", purpose=Purpose.INVITATION)
        with pytest.raises(WeakPassword):
            house.door.with_link(token, caller=house.caller(), password="short")

        admitted = house.door.with_link(token, caller=house.caller(), password=PASSWORD)

        assert house.who(admitted) == ALICE

    def test_does_not_change_the_password_of_somebody_who_has_joined(self, with_password):
        """A week-old mail in a mailbox is no way to take an account over."""
        token = with_password.door.make_link(org_id="acme", member_id="alice", purpose=Purpose.INVITATION)
        view = with_password.door.look_at_link(token)

        with_password.door.with_link(token, caller=with_password.caller(), password="another long password")

        assert not view.asks_password
        admitted = with_password.door.with_password(email=EMAIL, password=PASSWORD, caller=with_password.caller())
        assert with_password.who(admitted) == ALICE


class TestResettingAPassword:
    def test_signs_every_other_browser_out(self, with_password):
        """Whoever lost control of the account has it back alone."""
        stolen = with_password.enter()
        token = with_password.door.make_link(org_id="acme", member_id="alice", purpose=Purpose.PASSWORD_RESET)

        admitted = with_password.door.with_link(token, caller=with_password.caller(), password="a brand new password")

        assert [with_password.who(stolen), with_password.who(admitted)] == [None, ALICE]
        _refusal_of(
            lambda: with_password.door.with_password(email=EMAIL, password=PASSWORD, caller=with_password.caller())
        )


class TestChangingAPassword:
    def test_needs_the_old_one(self, with_password):
        """Somebody at an unlocked computer cannot lock its owner out."""
        cookie = with_password.enter()

        _refusal_of(
            lambda: with_password.door.account.change_password(
                old="wrong", new="a brand new password", caller=with_password.caller(cookie)
            )
        )

        assert with_password.who(cookie) == ALICE

    def test_signs_every_other_browser_out_and_gives_this_one_another_cookie(self, with_password):
        """After a change nobody who had the old password, or an old cookie, is in."""
        cookie, other = with_password.enter(), with_password.enter()

        value = with_password.door.account.change_password(
            old=PASSWORD, new="a brand new password", caller=with_password.caller(cookie)
        )

        assert [with_password.who(one) for one in (cookie, other, value)] == [None, None, ALICE]

    def test_is_for_those_who_are_signed_in(self, with_password):
        """Without a cookie there is no account to change."""
        _refusal_of(
            lambda: with_password.door.account.change_password(
                old=PASSWORD, new="a brand new password", caller=with_password.caller("made up")
            )
        )


class TestSigningOut:
    def test_ends_this_browser(self, house):
        """The others stay as they are."""
        cookie, other = house.enter(), house.enter()

        house.door.sign_out(house.caller(cookie).cookie_header)

        assert [house.who(cookie), house.who(other)] == [None, ALICE]

    def test_everywhere_ends_all_browsers_of_the_account_and_no_other(self, house):
        """One press, and only other people are still signed in."""
        cookies = [house.enter(), house.enter(), house.enter("bob")]

        house.door.account.sign_out_everywhere(house.caller(cookies[0]).cookie_header)

        assert [house.who(cookie) for cookie in cookies] == [None, None, BOB]

    def test_of_another_browser_leaves_this_one(self, house):
        """A lost phone is signed out from the laptop."""
        cookie, phone = house.enter(), house.enter()
        header = house.caller(cookie).cookie_header
        [phone_id] = [browser.id for browser, is_this in house.door.account.browsers(header) if not is_this]

        house.door.account.end_browser(header, phone_id)

        assert [house.who(cookie), house.who(phone)] == [ALICE, None]

    @pytest.mark.parametrize("browser_id", ["", "bobs"])
    def test_cannot_reach_the_browsers_of_others(self, house, browser_id):
        """Knowing the name of somebody's browser is no power over it."""
        cookie, bobs = house.enter(), house.enter("bob")
        [(his, _)] = house.door.account.browsers(house.caller(bobs).cookie_header)

        house.door.account.end_browser(house.caller(cookie).cookie_header, browser_id and his.id)

        assert [house.who(cookie), house.who(bobs)] == [ALICE, BOB]

    def test_without_a_cookie_does_nothing(self, house):
        """A stranger signs nobody out."""
        cookie = house.enter()

        house.door.account.sign_out_everywhere("")
        house.door.account.end_browser("", "anything")

        assert (house.door.account.browsers(""), house.who(cookie)) == ((), ALICE)


class TestBelongingToTwoOrganisations:
    def test_allows_to_go_over_with_another_cookie(self, house):
        """One account, two organisations, and in each the role that one has there."""
        auditor = Actor(id="al", name="Alice", role=Role.AUDITOR, org_id="hill", organisation="Hill", zone="UTC")
        house.store.add(auditor, email=EMAIL)
        cookie = house.enter()

        value = house.door.account.go_to_organisation("hill", cookie_header=house.caller(cookie).cookie_header)

        assert [house.who(cookie), house.who(value or "")] == [None, auditor]

    def test_is_not_a_way_into_others(self, house):
        """An organisation that one does not belong to cannot be gone to."""
        cookie = house.enter()

        value = house.door.account.go_to_organisation("hill", cookie_header=house.caller(cookie).cookie_header)

        assert (value, house.who(cookie)) == (None, ALICE)


def _away(**_):
    raise TryAgain("the provider is away")
