"""Erasing a person: looked for in every column of every table, and in the record that is exported afterwards."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from msgspec import structs
from pydantic import SecretStr
from sqlalchemy import select

from tests.desk import INES, Desk, at, member
from tests.repository.raw import in_database
from waitlist_app.auth.signing import is_signed
from waitlist_app.bootstrap import build
from waitlist_app.engine import commands as c
from waitlist_app.engine.model import STANDARD, Facts, Order, PriorityRule, RankBy, SignOff, Status, Terms
from waitlist_app.errors import InvalidInput, NotAllowed
from waitlist_app.repository.migrations import target
from waitlist_app.repository.outbox import SqlOutbox
from waitlist_app.services.acting import carry_out
from waitlist_app.services.actors import Role
from waitlist_app.services.check_record import check_record
from waitlist_app.services.erase_person import PersonToErase, StillActive, StillOwed, erase_person, find_to_erase
from waitlist_app.services.export_record import export_record
from waitlist_app.services.fold_record import fold_record
from waitlist_app.services.list_rosters import list_rosters
from waitlist_app.services.note_payment import note_payment
from waitlist_app.services.ports import PersonDetails
from waitlist_app.services.revoke_offer import expire_offer
from waitlist_app.services.verify_record import verify_record
from waitlist_app.settings import Settings

ALICE = member("Alice Marchmont", Role.OWNER)
MORNING = ("2026-03-18 09:00", "2026-03-18 12:00")
LATER = ("2026-04-02 09:00", "2026-04-02 12:00")
FAW = "faw-0318"
ROSA = PersonDetails(
    employee_id="TW-4711",
    name="Rosa Tilbrook",
    email="rosa.tilbrook@tarnwick.example",
    department="Kiln Room",
    role="Kiln master",
    compliance_deadline=date(2026, 6, 30),
    phone="0113 4960",
    attributes=(("badge", "Vermilion"),),
)
WORDS = ("rosa", "tilbrook", "tw-4711", "kiln", "back pain", "2026-06-30", "0113 4960", "vermilion")
"""What says who Rosa is, and what was written about her."""


class Office(Desk):
    """A desk with an owner, and ids that say nothing about anybody."""

    def __init__(self, url):
        super().__init__(url, at("2026-03-02 09:00"), team=(INES, ALICE))
        self.product = build(Settings(database_url=url, secret_key=SecretStr("k" * 48)), clock=self.clock)
        self.asked = 0
        self.rosa = ""

    def close(self):
        """Close every connection."""
        self.product.engine.dispose()
        self.engine.dispose()

    def wants(self, details, to=FAW, *, terms=STANDARD):
        """Let somebody ask, and give the registration and the person."""
        self.asked += 1
        registration_id = f"r{self.asked}"

        def unit(tx):
            person_id = tx.find_or_add_person(details)
            command = c.RequestSeat(
                session_id=to,
                registration_id=registration_id,
                person_id=person_id,
                requested_at=tx.now,
                facts=Facts(
                    role=details.role,
                    department=details.department,
                    compliance_deadline=details.compliance_deadline,
                    attributes=details.attributes,
                ),
                terms=terms,
            )
            carry_out(tx, command)
            return person_id

        return registration_id, self.act(unit)

    def erase(self, person_id, *, by=ALICE, reason="A request of 12 March", typed=ROSA.email, gives_back=()):
        """Erase somebody."""
        return erase_person(
            work=self.work, actor=by, person_id=person_id, typed=typed, reason=reason, gives_back=gives_back
        )

    def find(self, who, *, by=ALICE):
        """Find somebody to erase."""
        return find_to_erase(work=self.work, actor=by, who=who)

    def export(self):
        """Export the record."""
        return export_record(work=self.work, actor=ALICE, signer=self.product.signer)

    def everything(self, url):
        """Give every value of every column of every table as `table.column: value`, in lower case."""
        found = []
        for table in target().sorted_tables:
            with in_database(url) as connection:
                if connection.dialect.name != "sqlite":
                    connection.exec_driver_sql(f'alter table "{table.name}" disable row level security')
                rows = connection.execute(select(table)).all()
            found += [
                f"{table.name}.{name}: {value}".lower() for row in rows for name, value in row._mapping.items() if value
            ]
        return found


def person(name):
    """Give somebody by their name."""
    return PersonDetails(employee_id=f"TW-{name[:2]}", name=name, email=f"{name[:4].lower()}@tarnwick.example")


@pytest.fixture
def office(database_url):
    """Yield an office that knows much about Rosa, who has given up all she had."""
    office = Office(database_url)
    office.session("FAW-0318", MORNING)
    keiko, _ = office.wants(person("Keiko Harrowgate"))
    oona, _ = office.wants(person("Oona Birchwood"))
    first, office.rosa = office.wants(ROSA)
    office.move(first, before=oona, reason="Has back pain and needs it soon")
    office.drop(keiko, "Shift swap")
    office.approve(first)
    office.product.deliver()
    office.revoke(first, "Kiln breaks down without her")
    office.product.deliver()
    second, _ = office.wants(ROSA)
    office.move(second, before=oona, reason="Rosa was promised it")
    office.move(oona, before=second, reason="Rosa Tilbrook gave way")
    office.drop(second, "Back pain again", status=Status.REMOVED)
    yield office
    office.close()


class TestErasingAPerson:
    def test_leaves_an_offer_that_was_ended_by_hand_without_its_reason(self, office):
        """The record still says that it was ended so, and folds to what the database says."""
        office.session("ABW-0318", MORNING)
        taken, _ = office.wants(person("Hugo Banerley"), "abw-0318")
        third, _ = office.wants(ROSA, "abw-0318")
        office.drop(taken)
        office.approve(third)
        expire_offer(work=office.work, actor=INES, registration_id=third, reason="Rosa Tilbrook never calls back")

        office.erase(office.rosa)

        roster, _ = list_rosters(work=office.work, actor=INES)
        assert fold_record(office.export(), is_signed=is_signed) == roster
        assert ("lapsed", "lapsed") in [(row.status, row.reason) for row in roster]

    def test_leaves_nothing_of_them_in_any_table(self, office, database_url):
        """Names, addresses, numbers, reasons and mails are gone, wherever they stood."""
        before = office.everything(database_url)

        said = office.erase(office.rosa)

        after = office.everything(database_url)
        assert [word for word in WORDS if any(word in value for value in before)] == list(WORDS)
        assert [value for value in after if any(word in value for word in WORDS)] == []
        assert said == "Everything that named this person is erased. The record shows that it was done, and why."

    @pytest.mark.sqlite
    def test_leaves_nothing_of_them_in_the_file_itself(self, sqlite_url):
        """What SQLite no longer shows would otherwise stay readable between its rows."""
        office = Office(sqlite_url)
        office.session("FAW-0318", MORNING)
        registration, rosa = office.wants(ROSA)
        office.drop(registration, "Back pain")
        office.product.deliver()
        path = Path(sqlite_url.removeprefix("sqlite:///"))
        with closing(sqlite3.connect(path)) as database:
            database.execute("pragma wal_checkpoint(truncate)")
        before = path.read_bytes().lower()

        office.erase(rosa)
        office.close()

        files = b"".join(file.read_bytes() for file in path.parent.glob(f"{path.name}*")).lower()
        assert b"rosa.tilbrook" in before
        assert [word for word in WORDS if word.encode() in files] == []

    def test_leaves_the_record_whole_and_leading_to_the_same_roster(self, office):
        """A new export names nobody, is verified, holds the head of before, and folds to what the database says."""
        before = verify_record(office.export(), is_signed=is_signed)

        office.erase(office.rosa)

        data = office.export()
        roster, _ = list_rosters(work=office.work, actor=INES)
        assert [word for word in WORDS if word in data.decode().lower()] == []
        assert verify_record(data, is_signed=is_signed, head=before.head).count == before.count + 1
        assert check_record(work=office.work, actor=ALICE).is_whole
        assert fold_record(data, is_signed=is_signed) == roster
        assert [(row.employee_id, row.email, row.status, row.reason) for row in roster] == [
            ("TW-Ke", "keik@tarnwick.example", "dropped", "Shift swap"),
            ("TW-Oo", "oona@tarnwick.example", "waitlisted", ""),
            ("", "", "revoked", ""),
            ("", "", "removed", "removed"),
        ]

    def test_leaves_of_a_rank_its_digits_alone_and_only_where_a_line_is_ordered(self, office, database_url):
        """A line by deadline and by a number is sorted by both; which stay, under a random key, and nowhere else."""
        rules = (PriorityRule(by=RankBy.DEADLINE), PriorityRule(by=RankBy.ATTRIBUTE, attribute="years"))
        office.session("ABW-0318", MORNING, capacity=0, order=Order.PRIORITY, priority=rules)
        ranked = structs.replace(ROSA, attributes=(("years", "77.125"),))
        asked, _ = office.wants(ranked, to="abw-0318")
        other, _ = office.wants(person("Sanjay Merriweather"), to="abw-0318")
        office.move(other, before=asked, reason="Needed on site")
        office.drop(asked, "Back pain")
        digits = ("20260630", "77125")
        before = office.everything(database_url)

        office.erase(office.rosa)

        after = office.everything(database_url)
        held = {value.partition(":")[0] for value in after if any(word in value for word in digits)}
        assert held == {
            "audit_entry.body",
            "override.before_key",
            "override.to_key",
            "registration.base_key",
            "registration.line_key",
        }
        assert any("77.125" in value for value in before)
        assert [value for value in after if "77.125" in value or "2026-06-30" in value] == []
        assert fold_record(office.export(), is_signed=is_signed) == list_rosters(work=office.work, actor=INES)[0]

    def test_is_on_record_with_who_did_it_and_why(self, office):
        """The last entry names the owner and the reason."""
        office.erase(office.rosa)

        _, [last] = office.read(lambda reader: reader.record(count=1))

        assert (last.act, last.actor_name, last.person_name, last.texts) == (
            "PersonErased",
            "Alice Marchmont",
            "",
            {"reason": "A request of 12 March"},
        )

    def test_makes_whoever_comes_back_somebody_new(self, office):
        """The same employee id leads to another key."""
        office.erase(office.rosa)

        _, again = office.wants(ROSA)

        assert again != office.rosa


class TestErasingAPersonWhoHasASeat:
    def test_gives_it_back_in_the_same_act(self, office):
        """The next is proposed, and the registration ends as removed, with the reason."""
        office.session("ABW-0402", LATER)
        has, _ = office.wants(ROSA, to="abw-0402")
        waits, _ = office.wants(person("Sanjay Merriweather"), to="abw-0402")

        office.erase(office.rosa, gives_back=[has])

        ended = office.read(lambda reader: reader.registration(has))
        assert (ended.registration.status, ended.reason, ended.person.name) == (
            Status.REMOVED,
            "A request of 12 March",
            "",
        )
        assert [one.entry.registration.id for one in office.read(lambda r: r.proposals("abw-0402"))] == [waits]

    def test_leaves_nothing_of_them_and_the_record_whole(self, office, database_url):
        """A seat, an offer and a place in line, one of them moved for a reason that names her."""
        waits, _ = office.wants(ROSA)
        oona = office.read(lambda reader: reader.waiting(FAW))[0].registration.id
        office.move(waits, before=oona, reason="Rosa was promised it")
        office.session("ABW-0402", LATER)
        has, _ = office.wants(ROSA, to="abw-0402")

        office.erase(office.rosa, gives_back=[waits, has])

        assert [v for v in office.everything(database_url) if any(word in v for word in WORDS)] == []
        assert check_record(work=office.work, actor=ALICE).is_whole
        assert fold_record(office.export(), is_signed=is_signed) == list_rosters(work=office.work, actor=INES)[0]

    def test_writes_to_nobody_about_it(self, office):
        """Her address is gone, and a mail to whoever asked for her would be about nobody."""
        office.session("ABW-0402", LATER)
        asker = office.act(lambda tx: tx.find_or_add_person(person("Viktor Ashdown")))
        has, _ = office.wants(ROSA, to="abw-0402", terms=Terms(requester_id=asker))
        waits, _ = office.wants(person("Sanjay Merriweather"), to="abw-0402")

        office.erase(office.rosa, gives_back=[has])
        office.product.deliver()

        messages = office.read(lambda reader: reader.messages())
        about_her = {(one.kind, one.status) for one in messages if one.registration_id == has}
        assert about_her == {("confirmed", "obsolete")}
        assert [one.status for one in messages if one.registration_id == waits] == ["sent"]

    def test_is_refused_where_money_would_be_owed(self, office):
        """She paid: somebody has to know whom to give it back to."""
        office.session("ABW-0402", LATER, price=4900)
        has, _ = office.wants(ROSA, to="abw-0402")
        note_payment(work=office.work, actor=INES, registration_id=has, amount=4900, currency="GBP", reference="pay-1")

        with pytest.raises(StillOwed, match="giving it back would leave money owed"):
            office.erase(office.rosa, gives_back=[has])

        assert office.read(lambda reader: reader.registration(has)).registration.status is Status.CONFIRMED


class TestMailsAboutSomebodyWhoIsErased:
    def test_that_others_got_are_emptied_too(self, office, database_url):
        """Her manager and whoever asked for her were written to, by her name."""
        office.session("ABW-0402", LATER, capacity=0, sign_off=SignOff())
        asker, manager = (
            office.act(lambda tx, n=name: tx.find_or_add_person(person(n))) for name in ("Viktor Ashdown", "Ulla Brand")
        )
        asked, _ = office.wants(ROSA, to="abw-0402", terms=Terms(requester_id=asker, manager_id=manager))
        office.product.deliver()
        office.drop(asked)
        before = office.everything(database_url)

        office.erase(office.rosa)
        office.product.deliver()

        assert any("viktor" not in value and "rosa tilbrook" in value for value in before if "message." in value)
        assert [v for v in office.everything(database_url) if any(word in v for word in WORDS)] == []

    def test_stay_empty_when_one_of_them_was_just_being_sent(self, office, database_url):
        """The worker had its words in hand; what it notes afterwards is that it was sent, and no more."""
        office.session("ABW-0402", LATER)
        registration, _ = office.wants(ROSA, to="abw-0402")
        office.drop(registration)
        outbox, now = SqlOutbox(office.engine), office.clock.now()
        product = office.product
        claimed = outbox.claim(
            now=now, limit=10, is_true=lambda _: True, write=lambda facts: product.compose(facts, token="t" * 43)
        )

        office.erase(office.rosa)
        for message in claimed:
            outbox.mark_sent(message, at=now, forget_link=True)

        assert any(ROSA.email in message.recipient for message in claimed)
        assert [v for v in office.everything(database_url) if any(word in v for word in WORDS)] == []


class TestFindingAPersonToErase:
    @pytest.mark.parametrize("who", ["rosa.tilbrook@tarnwick.example", " Rosa.Tilbrook@Tarnwick.EXAMPLE ", "TW-4711"])
    def test_needs_their_address_or_their_employee_id(self, office, who):
        """Names are not enough: two people can have the same one."""
        assert office.find(who) == PersonToErase(
            id=office.rosa,
            name="Rosa Tilbrook",
            known_by="rosa.tilbrook@tarnwick.example, TW-4711",
            department="Kiln Room",
            registrations=2,
        )

    def test_says_what_would_be_given_back(self, office):
        """So that an owner knows before a reason is written: seats, offers and places in line, by session."""
        waits, _ = office.wants(ROSA)
        office.session("ABW-0402", LATER, title="Abrasive Wheels")
        has, _ = office.wants(ROSA, to="abw-0402")
        office.session("GDPR-0409", ("2026-04-09 09:00", "2026-04-09 12:00"))
        other, _ = office.wants(person("Sanjay Merriweather"), to="gdpr-0409")
        offered, _ = office.wants(ROSA, to="gdpr-0409")
        office.drop(other)
        office.approve(offered)

        found = office.find("TW-4711")

        assert found.places == (has, waits, offered)
        assert found.has == (
            "a seat in Abrasive Wheels, ABW-0402; a place in the line of FAW-0318; an offer in GDPR-0409"
        )

    def test_does_not_count_an_offer_that_has_ended(self, office):
        """Whether or not the sweep has run."""
        registration, _ = office.wants(ROSA)
        oona = office.read(lambda reader: reader.waiting(FAW))[0].registration.id
        office.drop(oona)
        office.approve(registration)

        office.at("2026-03-04 09:00")

        assert office.find("TW-4711").has == ""

    @pytest.mark.parametrize("who", ["", "Rosa Tilbrook", "nobody@tarnwick.example"])
    def test_finds_nobody_by_anything_else(self, office, who):
        """Nothing is guessed."""
        with pytest.raises(InvalidInput) as refused:
            office.find(who)

        assert refused.value.field == "who"

    def test_asks_for_the_employee_id_when_an_address_is_shared(self, office):
        """A team with one mailbox."""
        office.wants(structs.replace(ROSA, employee_id="TW-4712", name="Ruben Tilbrook"))

        with pytest.raises(InvalidInput, match="Several people have this address"):
            office.find(ROSA.email)

    def test_finds_nobody_twice(self, office):
        """Whoever was erased is not there any more."""
        office.erase(office.rosa)

        with pytest.raises(InvalidInput):
            office.find("TW-4711")

    def test_is_for_owners_alone(self, office):
        """It tells who somebody is."""
        with pytest.raises(NotAllowed):
            office.find("TW-4711", by=INES)

    def test_finds_nobody_of_another_organisation(self, office):
        """Their owners do that, and who is no member there is nobody there."""
        elsewhere = replace(ALICE, org_id="elsewhere")

        with pytest.raises((InvalidInput, NotAllowed)):
            office.find("TW-4711", by=elsewhere)


class TestErasingAPersonIsRefused:
    @pytest.mark.parametrize("typed", ["", "Rosa Tilbrook", "keik@tarnwick.example"])
    def test_unless_it_was_typed_whom_it_is_about(self, office, database_url, typed):
        """It cannot be undone, so a hand that slips must not be enough."""
        before = office.everything(database_url)

        with pytest.raises(InvalidInput) as refused:
            office.erase(office.rosa, typed=typed)

        assert refused.value.field == "typed"
        assert office.everything(database_url) == before

    def test_while_they_have_a_place_that_nobody_said_to_give_back(self, office):
        """What came since the owner looked is not lost unseen: nothing at all is done."""
        seen, _ = office.wants(ROSA)
        office.session("ABW-0402", LATER)
        office.wants(ROSA, to="abw-0402")

        with pytest.raises(StillActive) as refused:
            office.erase(office.rosa, gives_back=[seen])

        assert str(refused.value) == (
            "Rosa Tilbrook still has a seat or a place in ABW-0402. Nothing was erased. "
            "Please look again: it can be given back in the same act."
        )
        assert office.read(lambda reader: reader.registration(seen)).registration.status is Status.WAITLISTED

    def test_until_the_session_is_over(self, office):
        """A place in a session of the past keeps nobody's name."""
        office.wants(ROSA)
        office.at("2026-03-18 12:00")

        office.erase(office.rosa)

        with pytest.raises(NotAllowed):
            office.erase(office.rosa)

    @pytest.mark.parametrize("reason", ["", "  ", "Rosa asked", "mail of rosa.tilbrook@tarnwick.example", "tw-4711"])
    def test_without_a_reason_that_can_stay(self, office, reason):
        """The reason goes on the record, so it is there, and it does not name them."""
        with pytest.raises(InvalidInput) as refused:
            office.erase(office.rosa, reason=reason)

        assert refused.value.field == "reason"

    def test_to_everybody_but_an_owner(self, office):
        """A coordinator cannot erase anybody."""
        with pytest.raises(NotAllowed):
            office.erase(office.rosa, by=INES)
