import pytest

from tests.auth.fakes import ALICE
from waitlist_app.services.actors import Actor, Permission, Role

PIA = Actor(id="pia", name="Pia", role=Role.PLATFORM_ADMIN, org_id="ops", organisation="Operations", zone="UTC")


@pytest.fixture
def pias(house):
    """Return the cookie of a browser in which Pia, a platform administrator, is signed in."""
    house.store.add(PIA, email="pia@ops.example")
    return house.enter("pia", "ops")


class TestAPlatformAdministrator:
    def test_may_read_nothing_before_a_visit(self, house, pias):
        """Being an administrator of the platform opens no organisation by itself."""
        who = house.who(pias)

        assert (who, who.may(Permission.READ)) == (PIA, False)

    def test_may_read_and_no_more_during_one(self, house, pias):
        """A visitor sees and verifies, and changes nothing."""
        value = house.door.account.visit("acme", cookie_header=house.caller(pias).cookie_header)

        who = house.who(value)
        assert (who.id, who.org_id, who.role) == ("pia", "acme", Role.VISITOR)
        assert [permission for permission in Permission if who.may(permission)] == [
            Permission.READ,
            Permission.READ_AUDIT,
            Permission.VISIT,
        ]

    def test_gets_another_cookie_with_each_visit(self, house, pias):
        """The cookie of before opens nothing that the visit opens."""
        first = house.door.account.visit("acme", cookie_header=house.caller(pias).cookie_header)
        second = house.door.account.visit("hill", cookie_header=house.caller(first).cookie_header)

        assert [house.who(pias), house.who(first), house.who(second).org_id] == [None, None, "hill"]

    def test_comes_home_again(self, house, pias):
        """After a visit nothing of it is left."""
        visiting = house.door.account.visit("acme", cookie_header=house.caller(pias).cookie_header)

        home = house.door.account.go_to_organisation("ops", cookie_header=house.caller(visiting).cookie_header)

        assert [house.who(visiting), house.who(home)] == [None, PIA]


class TestAnyoneElse:
    @pytest.mark.parametrize("member_id", ["alice", "bob"])
    def test_visits_nobody(self, house, member_id):
        """Owning one organisation is no way into another."""
        cookie = house.enter(member_id)

        value = house.door.account.visit("hill", cookie_header=house.caller(cookie).cookie_header)

        assert (value, house.who(cookie).org_id) == (None, ALICE.org_id)
