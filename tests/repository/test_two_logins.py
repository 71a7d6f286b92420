"""The whole product over two logins, each with no more than it needs."""

import re
from dataclasses import replace

import pytest

from tests.desk import at, member
from tests.repository.two_organisations import login
from waitlist_app.bootstrap import Product, build
from waitlist_app.clock import SetClock
from waitlist_app.engine.model import Session
from waitlist_app.errors import Defect
from waitlist_app.services.actors import Role
from waitlist_app.services.answer_offer import answer_offer
from waitlist_app.services.approve_promotion import approve_promotion
from waitlist_app.services.drop_registration import drop_registration
from waitlist_app.services.identities import Caller
from waitlist_app.services.invite_member import invite_member
from waitlist_app.services.ports import SessionDetails, Transaction
from waitlist_app.services.request_seat import request_seat
from waitlist_app.services.show_inbox import show_inbox
from waitlist_app.services.sweep_offers import sweep_offers
from waitlist_app.settings import Settings

pytestmark = pytest.mark.postgresql

OLIVE = member("Olive Marsh", Role.OWNER)
INES = member("Ines Calder", Role.COORDINATOR)
AMIR = member("Amir Stone", Role.APPROVER)
SYSTEM = replace(OLIVE, id="system", role=Role.SYSTEM)
PEOPLE = ("Ada", "Ben", "Cleo")


@pytest.fixture
def settings(postgresql_url):
    """Yield the settings of a server with one login for members and one for the worker."""
    with (
        login(postgresql_url, "anon", "authenticated") as people,
        login(postgresql_url, "anon", "service_role") as worker,
    ):
        yield Settings(database_url=people, worker_database_url=worker)


@pytest.fixture
def product(settings):
    """Yield the product with its team and one session of one seat, asked for by Ada, Ben and Cleo in turn."""
    built = build(settings, clock=SetClock(at("2026-03-12 10:42")))
    built.work.transact(SYSTEM, _found)
    built.work.transact(INES, _open)
    for name in PEOPLE:
        request_seat(
            work=built.work,
            actor=INES,
            session_id="pm-1",
            employee_id=name.upper(),
            name=name,
            email=f"{name.lower()}@tarnwick.example",
        )
    yield built
    built.engine.dispose()


def _found(tx: Transaction) -> None:
    tx.add_organisation(name="Tarnwick Group", zone="Europe/London")
    for one in (OLIVE, INES, AMIR):
        tx.add_member(member_id=one.id, name=one.name, email=f"{one.id}@tarnwick.example", role=one.role)


def _open(tx: Transaction) -> None:
    rules = Session(id="pm-1", code="PM-1", capacity=1, starts_at=at("2026-05-04 09:00"))
    details = SessionDetails(
        rules=rules,
        title="Project basics",
        location="Leeds",
        zone="UTC",
        starts_at=at("2026-05-04 09:00"),
        ends_at=at("2026-05-04 17:00"),
    )
    tx.add_session(details)


def _standing(product: Product) -> dict[str, str]:
    found = product.work.read(INES, lambda read: read.registrations())
    return {one.person.name: one.registration.status.value for one in found}


def _give_the_seat_on(product: Product) -> None:
    """Let Ada drop out, as the coordinator writes it down, and let the approver offer Ben her seat."""
    ada = next(one for one in product.work.read(INES, lambda read: read.registrations()) if one.person.name == "Ada")
    drop_registration(work=product.work, actor=INES, registration_id=ada.registration.id, reason="Ill")
    proposal = product.work.read(AMIR, lambda read: read.proposals())[0]
    approve_promotion(work=product.work, actor=AMIR, proposal_id=proposal.id)


class TestTwoLogins:
    def test_carry_a_seat_from_one_person_to_the_next(self, product):
        """A coordinator, an approver, the mail, and an answer through its link: each under their own rights."""
        _give_the_seat_on(product)
        product.deliver()
        letters = product.work.read(INES, lambda read: read.messages())
        offer = next(letter for letter in letters if letter.kind == "offer")
        token = product.work.read(INES, lambda read: read.message(offer.id)).text
        answer_offer(work=product.work, token=re.findall(r"/offer/([\w-]{43})", token)[0], answer="accept")

        assert _standing(product) == {"Ada": "dropped", "Ben": "confirmed", "Cleo": "waitlisted"}

    def test_end_an_offer_by_the_clock(self, product):
        """The worker ends it in the organisation's name, and the next one stands in the approver's inbox."""
        _give_the_seat_on(product)
        product.deliver()
        product.clock.set(at("2026-03-20 10:42"))

        ended = sweep_offers(work=product.work, actor=SYSTEM)

        waiting = [row.kind for row in show_inbox(work=product.work, actor=AMIR).rows]
        assert (ended, waiting, _standing(product)["Ben"]) == (1, ["promotion"], "lapsed")

    def test_let_a_new_member_in(self, product):
        """The owner invites, the worker mails, and the link in the mail signs in."""
        invite_member(
            work=product.work, actor=OLIVE, name="Nora Field", email="nora@tarnwick.example", role="coordinator"
        )
        product.deliver()
        token = product.front_door.make_link(org_id="tarnwick", member_id="ines")

        cookie = product.front_door.with_link(token, caller=Caller(address="")).cookie_value

        who = product.actor_for(f"{product.web_sessions.cookie(cookie)['key']}={cookie}")
        names = [one.name for one in product.work.members(INES)]
        assert (who and who.id, names) == ("ines", ["Amir Stone", "Ines Calder", "Nora Field", "Olive Marsh"])

    def test_do_not_lend_each_other_their_rights(self, product, settings):
        """A server without the worker's login cannot do what is the worker's, and says so."""
        alone = build(settings.model_copy(update={"worker_database_url": ""}))

        with pytest.raises(Defect):
            alone.deadlines.nearest()
        with pytest.raises(Defect):
            sweep_offers(work=alone.work, actor=SYSTEM)
        seen = alone.work.read(INES, lambda read: len(read.registrations()))
        alone.engine.dispose()

        assert seen == 3
