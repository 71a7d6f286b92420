"""A manager's sign-off through the use cases, over both databases."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import insert, select

from tests.desk import INES, NOBODY, STRANGER, Desk, member
from waitlist_app.engine.model import SignOff, Status
from waitlist_app.engine.refusals import SignOffAnswered
from waitlist_app.errors import InvalidInput, NotAllowed
from waitlist_app.repository.links import LINK, hash_of
from waitlist_app.repository.outbox import MESSAGE
from waitlist_app.repository.people import PERSON
from waitlist_app.services.actors import Role
from waitlist_app.services.answer_sign_off import answer_sign_off, answer_sign_off_on_behalf
from waitlist_app.services.approvals import OwnApproval
from waitlist_app.services.merge_people import merge_people
from waitlist_app.services.ports import Entry, PersonDetails
from waitlist_app.services.request_seat import request_seat
from waitlist_app.services.sentences import tell
from waitlist_app.services.show_sign_off import show_sign_off

RAFE = PersonDetails(name="Rafe Ostrander", email="rafe.ostrander@tarnwick.example")
ORLA = PersonDetails(name="Orla Finch", email="orla.finch@tarnwick.example")
TOKEN = "token-of-rafe"
WANDA = member("Wanda Ilves", Role.OWNER)


@pytest.fixture
def desk(database_url: str) -> Iterator[Desk]:
    """Open First Aid, in which everybody needs a sign-off, with one seat."""
    desk = Desk(database_url)
    desk.session("FAW", ("2026-03-18 09:00", "2026-03-18 16:30"), title="First Aid", sign_off=SignOff())
    yield desk
    desk.engine.dispose()


def imani_asks(desk: Desk, *, manager: PersonDetails | None = RAFE, requester: PersonDetails | None = None) -> str:
    """Let Imani ask, and give her registration."""
    request_seat(
        work=desk.work,
        actor=INES,
        session_id="faw",
        employee_id="I1",
        name="Imani Vestergrove",
        email="imani@tarnwick.example",
        manager=manager,
        requester=requester,
    )
    [entry] = desk.read(lambda reader: reader.waiting("faw"))
    return entry.registration.id


def the_link_of(desk: Desk, registration_id: str) -> str:
    """Let the manager's mail be sent, and give the token of its link."""
    row = {
        "token_hash": hash_of(TOKEN),
        "org_id": "tarnwick",
        "purpose": "sign_off",
        "registration_id": registration_id,
        "offer_number": 0,
        "made_at": desk.clock.now(),
    }
    with desk.engine.begin() as connection:
        connection.execute(insert(LINK), row)
    return TOKEN


def entry_of(desk: Desk, registration_id: str) -> Entry:
    """Give a registration as it is stored."""
    return desk.read(lambda reader: reader.registration(registration_id))


def written_to(desk: Desk) -> list[tuple[str, str]]:
    """List the messages as `(name, kind)`."""
    query = select(PERSON.c.name, MESSAGE.c.kind).join(PERSON, PERSON.c.id == MESSAGE.c.person_id)
    with desk.engine.connect() as connection:
        return sorted((name, kind) for name, kind in connection.execute(query))


class TestAsking:
    def test_asks_the_manager_who_is_named(self, desk: Desk) -> None:
        """The person waits although a seat is free, and the manager gets a mail."""
        registration_id = imani_asks(desk)

        assert entry_of(desk, registration_id).registration.outstanding == ("sign_off",)
        assert written_to(desk) == [("Imani Vestergrove", "joined"), ("Rafe Ostrander", "sign_off_asked")]

    def test_needs_a_manager_to_ask(self, desk: Desk) -> None:
        """A request that nobody can sign off would wait for ever, so nothing is saved."""
        with pytest.raises(InvalidInput):
            imani_asks(desk, manager=None)

        assert desk.read(lambda reader: reader.waiting("faw")) == []

    def test_writes_to_whoever_asked_as_well(self, desk: Desk) -> None:
        """The requester and the participant both get the mails that concern them."""
        imani_asks(desk, requester=ORLA)

        assert written_to(desk) == [
            ("Imani Vestergrove", "joined"),
            ("Orla Finch", "joined"),
            ("Rafe Ostrander", "sign_off_asked"),
        ]


class TestTheManager:
    def test_says_yes_through_the_link_and_the_session_settles(self, desk: Desk) -> None:
        """The free seat is proposed to the one who was signed off, and the record names the manager."""
        registration_id = imani_asks(desk)

        answer_sign_off(work=desk.work, token=the_link_of(desk, registration_id), is_given=True)

        assert [p.entry.person.name for p in desk.read(lambda reader: reader.proposals("faw"))] == ["Imani Vestergrove"]
        _, acts = desk.read(lambda reader: reader.record(session_id="faw"))
        told = [tell(act, "UTC") for act in acts]
        assert "Rafe Ostrander signed off the request of Imani Vestergrove." in [f"{t.who} {t.what}" for t in told]
        assert ("Imani Vestergrove", "sign_off_given") in written_to(desk)

    def test_says_no_and_the_request_is_closed(self, desk: Desk) -> None:
        """The reason is kept with the registration, and the person is told."""
        registration_id = imani_asks(desk)
        token = the_link_of(desk, registration_id)

        answer_sign_off(work=desk.work, token=token, is_given=False, reason="Needed on the line")

        entry = entry_of(desk, registration_id)
        assert (entry.registration.status, entry.reason) == (Status.REFUSED, "Needed on the line")
        assert ("Imani Vestergrove", "sign_off_declined") in written_to(desk)

    def test_looks_without_changing_anything(self, desk: Desk) -> None:
        """A mail scanner that opens the link burns nothing."""
        registration_id = imani_asks(desk)
        token = the_link_of(desk, registration_id)

        pages = [show_sign_off(work=desk.work, token=token) for _ in range(3)]
        answer_sign_off(work=desk.work, token=token, is_given=True)
        after = show_sign_off(work=desk.work, token=token)

        assert [page and page.state for page in (*pages, after)] == ["open", "open", "open", "given"]
        assert show_sign_off(work=desk.work, token="another") is None

    def test_answers_once(self, desk: Desk) -> None:
        """A used link changes nothing any more."""
        token = the_link_of(desk, imani_asks(desk))
        answer_sign_off(work=desk.work, token=token, is_given=True)

        with pytest.raises(SignOffAnswered):
            answer_sign_off(work=desk.work, token=token, is_given=False)

    def test_cannot_answer_through_a_link_of_another_kind(self, desk: Desk) -> None:
        """The link of an offer is the participant's, and signs nothing off."""
        token = desk.mail_link(imani_asks(desk))

        with pytest.raises(NotAllowed):
            answer_sign_off(work=desk.work, token=token, is_given=True)


class TestStaff:
    def test_take_the_answer_down_with_how_it_came(self, desk: Desk) -> None:
        """The phone call counts, under the name of who took it."""
        registration_id = imani_asks(desk)

        said = answer_sign_off_on_behalf(
            work=desk.work, actor=INES, registration_id=registration_id, is_given=True, reason="Phone call with Rafe"
        )

        assert said == "The request of Imani Vestergrove is signed off. They keep their place and can have a seat."
        assert entry_of(desk, registration_id).registration.outstanding == ()

    def test_have_to_say_how_it_came(self, desk: Desk) -> None:
        """Without a reason nobody could ask later."""
        registration_id = imani_asks(desk)

        with pytest.raises(InvalidInput):
            answer_sign_off_on_behalf(
                work=desk.work, actor=INES, registration_id=registration_id, is_given=True, reason=" "
            )

    @pytest.mark.parametrize("actor", [NOBODY, STRANGER, member("Theo Marsh", Role.AUDITOR)], ids=lambda a: a.name)
    def test_is_nobody_else(self, desk: Desk, actor) -> None:
        """Whoever may not edit, or belongs elsewhere, changes nothing."""
        registration_id = imani_asks(desk)

        with pytest.raises(NotAllowed):
            answer_sign_off_on_behalf(
                work=desk.work, actor=actor, registration_id=registration_id, is_given=True, reason="Phone"
            )


class TestNobody:
    def test_signs_off_their_own_request(self, desk: Desk) -> None:
        """Through the link, too, somebody else's word is needed."""
        request_seat(
            work=desk.work,
            actor=INES,
            session_id="faw",
            employee_id="",
            name="Rafe Ostrander",
            email=RAFE.email,
            manager=RAFE,
        )
        [entry] = desk.read(lambda reader: reader.waiting("faw"))
        token = the_link_of(desk, entry.registration.id)

        with pytest.raises(OwnApproval):
            answer_sign_off(work=desk.work, token=token, is_given=True)

        assert entry_of(desk, entry.registration.id).registration.outstanding == ("sign_off",)

    def test_signs_off_their_own_request_by_another_record_of_theirs(self, desk: Desk) -> None:
        """Rafe, who was asked, turns out to be Imani."""
        registration_id = imani_asks(desk)
        token = the_link_of(desk, registration_id)
        desk.act(
            lambda tx: tx.add_member(member_id=WANDA.id, name=WANDA.name, email="w@x.example", role=WANDA.role),
            replace(INES, role=Role.SYSTEM),
        )
        people = {person.name: person.id for person in desk.read(lambda reader: reader.people())}
        merge_people(
            work=desk.work,
            actor=WANDA,
            person_id=people["Rafe Ostrander"],
            into_id=people["Imani Vestergrove"],
            reason="Found to be one person",
        )

        with pytest.raises(OwnApproval):
            answer_sign_off(work=desk.work, token=token, is_given=True)
