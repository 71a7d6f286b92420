"""Merging two records of one person, over real databases."""

from collections.abc import Iterator
from threading import Thread

import pytest
from msgspec.structs import replace
from pydantic import SecretStr
from sqlalchemy import insert, text
from sqlalchemy.exc import IntegrityError

from tests.desk import INES, STRANGER, Desk, at, member
from tests.repository.raw import in_database
from waitlist_app.auth.signing import RecordSigner, is_signed
from waitlist_app.bootstrap import build
from waitlist_app.engine import commands as c
from waitlist_app.engine.model import Facts, Status
from waitlist_app.errors import InvalidInput, NotAllowed
from waitlist_app.repository.rows import REGISTRATION
from waitlist_app.services.acting import carry_out
from waitlist_app.services.actors import Role
from waitlist_app.services.approvals import OwnApproval
from waitlist_app.services.check_record import check_record
from waitlist_app.services.erase_person import erase_person, find_to_erase
from waitlist_app.services.export_record import export_record
from waitlist_app.services.fold_record import fold_record
from waitlist_app.services.list_likely_same import list_likely_same
from waitlist_app.services.list_rosters import list_rosters
from waitlist_app.services.merge_people import merge_people, preview_merge
from waitlist_app.services.note_attendance import note_no_show
from waitlist_app.services.ports import PersonDetails
from waitlist_app.services.request_seat import request_seat
from waitlist_app.services.sentences import tell
from waitlist_app.services.verify_record import verify_record
from waitlist_app.settings import Settings

ALICE = member("Alice Marchmont", Role.OWNER)
SIGNER = RecordSigner("a-key-for-tests-only-a-key-for-tests-only")
MORNING = ("2026-03-18 09:00", "2026-03-18 12:00")
LATER = ("2026-03-25 09:00", "2026-03-25 12:00")
BY_ID = PersonDetails(employee_id="TW-4711", name="Ann Tilbrook", phone="0113 4960", department="Kiln Room")
BY_MAIL = PersonDetails(name="Ann Tilbrook", email="ann+work@tarnwick.example")


class Office(Desk):
    """A desk at which Ann is known twice: by her employee id, and by an address."""

    def __init__(self, url: str) -> None:
        super().__init__(url, at("2026-03-02 09:00"), team=(INES, ALICE))
        self.product = build(Settings(database_url=url, secret_key=SecretStr("k" * 48)), clock=self.clock)
        self.asked = 0
        for code in ("FAW", "FLT"):
            self.session(code, MORNING)
        self.session("GDPR", LATER)
        self.stays = self.act(lambda tx: tx.find_or_add_person(BY_MAIL))
        self.goes = self.act(lambda tx: tx.find_or_add_person(BY_ID))

    def close(self) -> None:
        """Close every connection."""
        self.product.engine.dispose()
        self.engine.dispose()

    def wants(self, details: PersonDetails, to: str) -> str:
        """Let somebody ask, and give the registration."""
        self.asked += 1
        registration_id = f"r{self.asked}"

        def unit(tx) -> None:
            command = c.RequestSeat(
                session_id=to,
                registration_id=registration_id,
                person_id=tx.find_or_add_person(details),
                requested_at=tx.now,
                facts=Facts(department=details.department),
            )
            carry_out(tx, command)

        self.act(unit)
        return registration_id

    def merge(self, *, by=ALICE, reason: str = "Both are Ann of the kiln") -> str:
        """Merge the record by id into the one by address."""
        return merge_people(work=self.work, actor=by, person_id=self.goes, into_id=self.stays, reason=reason)

    def standing(self, session_id: str) -> list[tuple[str, str, str]]:
        """List everybody of a session, closed ones too: whose, how and why."""
        entries = self.read(lambda reader: reader.registrations(session_id))
        return [(e.person.id, e.registration.status.value, e.reason) for e in entries]

    def everything(self, url: str) -> str:
        """Give the whole record and every person as one text."""
        with in_database(url) as connection:
            people = connection.execute(text("select * from person order by id")).all()
            entries = connection.execute(text("select hash from audit_entry order by seq")).all()
            registrations = connection.execute(text("select * from registration order by id")).all()
        return repr((people, entries, registrations))


def somebody(name: str) -> PersonDetails:
    """Give somebody by their name."""
    return PersonDetails(employee_id=f"TW-{name}", name=name, email=f"{name.lower()}@tarnwick.example")


@pytest.fixture
def office(database_url: str) -> Iterator[Office]:
    """Yield the office."""
    office = Office(database_url)
    yield office
    office.close()


class TestMergingPeople:
    def test_moves_what_the_one_has_to_the_other(self, office: Office) -> None:
        """Seats and places, those that ended among them, and nothing about them changes."""
        office.wants(BY_ID, "faw")
        ended = office.wants(BY_ID, "gdpr")
        office.drop(ended, "Shift swap")

        said = office.merge()

        assert said == "Ann Tilbrook is one person now: 1 place moved."
        assert office.standing("faw") == [(office.stays, "confirmed", "seat free when asked")]
        assert office.standing("gdpr") == [(office.stays, "dropped", "Shift swap")]

    def test_leaves_the_better_of_two_and_proposes_the_next(self, office: Office) -> None:
        """The seat that is one too many is Bo's to be approved, in the same act."""
        office.do(
            c.ChangeRules(
                session_id="faw",
                rules=replace(office.read(lambda r: r.session("faw")).rules, capacity=2),
                reason="room",
            )
        )
        for one in (BY_MAIL, BY_ID, somebody("Bo")):
            office.wants(one, "faw")

        said = office.merge()

        assert said == "Ann Tilbrook is one person now: 0 places moved, 1 second place closed."
        assert [(status, why) for _, status, why in office.standing("faw")] == [
            ("confirmed", "seat free when asked"),
            ("removed", "stale"),
            ("waitlisted", ""),
        ]
        assert [p.entry.person.name for p in office.read(lambda r: r.proposals())] == ["Bo"]

    def test_records_a_waiver_for_seats_at_one_time(self, office: Office) -> None:
        """Both stay, and the row names the approval that lets them overlap."""
        office.wants(BY_MAIL, "faw")
        moved = office.wants(BY_ID, "flt")

        office.merge()

        waiver = office.read(lambda reader: reader.registration(moved)).registration.waiver
        _, [signed] = office.read(lambda reader: reader.record(search="ApprovalSigned", count=1))
        assert signed.data["approval_id"] == waiver
        assert (signed.data["kind"], signed.actor_name) == ("merge", "Alice Marchmont")

    def test_is_told_on_the_record(self, office: Office) -> None:
        """Who merged whom and why, then what became of each place."""
        office.wants(BY_MAIL, "faw")
        office.wants(BY_ID, "flt")

        office.merge()

        _, acts = office.read(lambda reader: reader.record(count=3))
        told = [tell(act, "UTC") for act in acts]
        assert [f"{one.who} {one.what}" for one in told] == [
            "Alice Marchmont merged two records of Ann Tilbrook.",
            "Ann Tilbrook keeps what the other record had here, though it is at the same time as another of theirs.",
            "Alice Marchmont signed a merge of two records of one person.",
        ]
        assert acts[0].texts["reason"] == "Both are Ann of the kiln"

    def test_lets_both_names_lead_to_the_one_that_is_left(self, office: Office) -> None:
        """Whoever asks by the employee id or by the address is the same from now on."""
        office.wants(BY_MAIL, "faw")
        office.merge()

        found = [office.act(lambda tx, one=one: tx.find_or_add_person(one)) for one in (BY_ID, BY_MAIL)]

        assert found == [office.stays, office.stays]

    def test_completes_what_is_known(self, office: Office) -> None:
        """What the one has not is taken from the other, and no-shows add up."""
        for one in (BY_ID, BY_MAIL):
            office.at("2026-03-02 09:00")
            missed = office.wants(one, "gdpr")
            office.at("2026-03-25 10:00")
            note_no_show(work=office.work, actor=INES, registration_id=missed, reason="")

        office.merge()

        [ann] = [p for p in office.read(lambda reader: reader.people()) if p.name == "Ann Tilbrook"]
        assert (ann.id, ann.employee_id, ann.email, ann.phone, ann.department, ann.no_shows) == (
            office.stays,
            "TW-4711",
            "ann+work@tarnwick.example",
            "0113 4960",
            "Kiln Room",
            2,
        )
        assert list_likely_same(work=office.work, actor=INES) == ()

    def test_folds_to_what_the_database_says(self, office: Office) -> None:
        """From the exported record alone, every row is that of the record that stays."""
        for one, to in ((BY_ID, "faw"), (BY_MAIL, "faw"), (somebody("Bo"), "faw"), (BY_ID, "gdpr"), (BY_MAIL, "flt")):
            office.wants(one, to)

        office.merge()

        data = export_record(work=office.work, actor=ALICE, signer=SIGNER)
        roster, _ = list_rosters(work=office.work, actor=INES)
        assert fold_record(data, is_signed=is_signed) == roster
        assert {(row.employee_id, row.email) for row in roster if row.employee_id != "TW-Bo"} == {
            ("TW-4711", "ann+work@tarnwick.example")
        }
        assert check_record(work=office.work, actor=ALICE).is_whole

    def test_can_be_done_again_with_a_third(self, office: Office) -> None:
        """The first name of all leads to the last that is left."""
        third = office.act(lambda tx: tx.find_or_add_person(somebody("Anne")))
        office.merge()

        merge_people(work=office.work, actor=ALICE, person_id=office.stays, into_id=third, reason="She, too")

        assert office.act(lambda tx: tx.find_or_add_person(BY_ID)) == third

    def test_sends_mails_that_wait_to_the_address_of_the_one_that_is_left(self, office: Office) -> None:
        """And nobody gets a mail because of two records."""
        office.wants(BY_ID, "gdpr")
        office.wants(BY_MAIL, "faw")
        before = len(office.read(lambda reader: reader.messages()))

        office.merge()

        messages = office.read(lambda reader: reader.messages())
        assert len(messages) == before
        assert {message.person.id for message in messages} == {office.stays}


class TestErasingAfterwards:
    def test_erases_both(self, office: Office, database_url: str) -> None:
        """Whatever either record knew, and what was written about the merge, is gone; the chain is whole."""
        ended = office.wants(BY_ID, "faw")
        office.merge(reason="Tilbrook by either name")
        office.drop(ended, "Ann Tilbrook is ill")
        found = find_to_erase(work=office.work, actor=ALICE, who="TW-4711")

        erase_person(work=office.work, actor=ALICE, person_id=found.id, typed="TW-4711", reason="A request of 12 March")

        data = export_record(work=office.work, actor=ALICE, signer=SIGNER)
        words = ("tilbrook", "tw-4711", "ann+work", "0113 4960", "kiln")
        kept = office.everything(database_url).lower() + data.decode().lower()
        assert found.id == office.stays
        assert [word for word in words if word in kept] == []
        assert verify_record(data, is_signed=is_signed).count
        roster, _ = list_rosters(work=office.work, actor=INES)
        assert fold_record(data, is_signed=is_signed) == roster

    def test_makes_whoever_comes_back_somebody_new(self, office: Office) -> None:
        """Neither name leads to a record that was erased."""
        office.merge()
        erase_person(work=office.work, actor=ALICE, person_id=office.stays, typed="TW-4711", reason="Asked on 12 March")

        assert office.act(lambda tx: tx.find_or_add_person(BY_ID)) not in {office.stays, office.goes}


class TestThePreview:
    def test_says_what_would_become_of_each_place_and_of_others(self, office: Office) -> None:
        """And keeps nothing."""
        office.wants(BY_ID, "flt")
        for one in (BY_MAIL, BY_ID, somebody("Bo")):
            office.wants(one, "faw")
        head = office.read(lambda reader: reader.head())

        told = preview_merge(work=office.work, actor=ALICE, person_id=office.goes, into_id=office.stays)

        assert told.says == (
            "FAW: both are in this session, and the better of the two stays.",
            "FLT: what the other record has stays as it is, at the same time as another seat, by this approval.",
        )
        assert (told.stays.email, told.goes.employee_id) == ("ann+work@tarnwick.example", "TW-4711")
        assert [(one.session_id, one.was, one.becomes, one.from_position) for one in told.difference.changes] == [
            ("faw", "waitlisted", "", 1),
            ("faw", "waitlisted", "waitlisted", 2),
        ]
        assert told.difference.messages == ()
        assert office.read(lambda reader: reader.head()) == head


class TestMergingIsRefused:
    def test_to_everybody_but_an_owner(self, office: Office) -> None:
        """A coordinator can list who may be the same, and no more."""
        with pytest.raises(NotAllowed):
            office.merge(by=INES)

    def test_without_a_reason(self, office: Office) -> None:
        """It goes on the record."""
        with pytest.raises(InvalidInput):
            office.merge(reason="  ")

    def test_for_one_and_the_same_record(self, office: Office) -> None:
        """There is nothing to merge."""
        with pytest.raises(InvalidInput):
            merge_people(work=office.work, actor=ALICE, person_id=office.goes, into_id=office.goes, reason="Oops")

    def test_a_second_time(self, office: Office) -> None:
        """The record that went is not there any more."""
        office.merge()

        with pytest.raises(NotAllowed):
            office.merge()

    def test_to_the_owners_of_another_organisation(self, office: Office) -> None:
        """They do not learn that anybody is here."""
        with pytest.raises(NotAllowed):
            office.merge(by=STRANGER)

    def test_to_whom_it_is_about(self, office: Office) -> None:
        """An owner cannot lift a rule for themselves."""
        mine = office.act(lambda tx: tx.find_or_add_person(PersonDetails(name="Alice", email="alice@x.example")))

        with pytest.raises(OwnApproval):
            merge_people(work=office.work, actor=ALICE, person_id=mine, into_id=office.stays, reason="It is me")


class TestARecordThatWasMerged:
    def test_is_in_no_session_any_more_whoever_asks(self, office: Office, database_url: str) -> None:
        """The database itself refuses what was decided before the merge and comes after it."""
        old = office.wants(BY_ID, "faw")
        office.merge()

        with in_database(database_url) as there:
            row = dict(there.execute(REGISTRATION.select().where(REGISTRATION.c.id == old)).one()._mapping)
        row |= {"id": "late", "session_id": "gdpr", "person_id": office.goes}
        with pytest.raises(IntegrityError, match="registration_of_merged_person"), in_database(database_url) as there:
            there.execute(insert(REGISTRATION), row)

    def test_is_not_asked_for_by_a_request_at_the_same_time(self, office: Office) -> None:
        """Ten rounds of a request against a merge: whichever is first, one person has it in the end."""
        for number in range(10):
            code = f"S{number}"
            office.session(code, (f"2026-05-{number + 1:02} 09:00", f"2026-05-{number + 1:02} 12:00"))
            name = f"TW-{number}"
            by_id = PersonDetails(employee_id=name, name=name)
            goes = office.act(lambda tx, one=by_id: tx.find_or_add_person(one))
            ask = Thread(
                target=request_seat,
                kwargs={
                    "work": office.work,
                    "actor": INES,
                    "session_id": code.lower(),
                    "employee_id": name,
                    "name": name,
                    "email": "",
                },
            )
            ask.start()
            merge_people(work=office.work, actor=ALICE, person_id=goes, into_id=office.stays, reason="The same")
            ask.join()

            entries = office.read(lambda reader, one=code: reader.registrations(one.lower()))
            assert [(e.person.id, e.registration.status) for e in entries] == [(office.stays, Status.CONFIRMED)]
