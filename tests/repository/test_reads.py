"""What reads give back, on both databases."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from tests.desk import NOW, RAFE, STRANGER, Desk, at
from waitlist_app.engine.model import Facts, GroupRule, Registration, Status, Tally
from waitlist_app.engine.ordering import base_key
from waitlist_app.errors import NotAllowed
from waitlist_app.services.ports import Entry, MeetingDetails, PastOffer, PersonFacts
from waitlist_app.services.record import START

FIRST_AID = (("2026-03-18 09:00", "2026-03-18 16:30"), ("2026-03-19 09:00", "2026-03-19 16:30"))
ABRASIVE_WHEELS = (("2026-03-18 13:00", "2026-03-18 15:00"),)
FIRE_WARDEN = (("2026-03-27 13:30", "2026-03-27 16:30"),)


@pytest.fixture
def desk(database_url):
    """Yield the desk of Tarnwick Group, with First Aid, which overlaps Abrasive Wheels, and Fire Warden."""
    desk = Desk(database_url, at("2026-03-02 09:00"))
    desk.session("FAW", *FIRST_AID, title="First Aid at Work")
    desk.session("ABW", *ABRASIVE_WHEELS, title="Abrasive Wheels")
    desk.session("FWT", *FIRE_WARDEN, title="Fire Warden", capacity=2)
    yield desk
    desk.engine.dispose()


@pytest.fixture
def line(desk):
    """Return the desk after Rosa got the seat in First Aid, and Pavel, Imani, Keiko and Oona wait in this order.

    Pavel has a seat in Abrasive Wheels at the same time.
    """
    desk.ask("Rosa Tilbrook", "faw")
    desk.ask("Pavel Drummondsen", "abw")
    desk.at("2026-03-03 11:40").ask("Pavel Drummondsen", "faw", team="Assembly Line 2")
    desk.at("2026-03-04 09:14").ask(
        "Imani Vestergrove", "faw", team="Warehouse North", role="Team lead", deadline=date(2026, 3, 28)
    )
    desk.at("2026-03-05 16:02").ask("Keiko Harrowgate", "faw", team="Site Services")
    desk.at("2026-03-06 13:21").ask("Oona Birchwood", "faw", team="Finance", units=1)
    desk.clock.set(NOW)
    return desk


def names(entries):
    """Give the names of entries, in their order."""
    return [entry.person.name for entry in entries]


class TestSessions:
    def test_come_by_their_start_with_rules_and_tally(self, line):
        """The list of sessions is in the order in which they begin, each with its sum."""
        sessions = line.read(lambda reader: reader.sessions())

        assert [(s.rules.code, s.title, s.tally) for s in sessions] == [
            ("FAW", "First Aid at Work", Tally(confirmed=1, waiting=4, ready_units=3, arrivals=5)),
            ("ABW", "Abrasive Wheels", Tally(confirmed=1, arrivals=1)),
            ("FWT", "Fire Warden", Tally()),
        ]

    def test_have_their_meetings_when_they_are_read_alone(self, desk):
        """The page of one session knows each sitting."""
        session = desk.read(lambda reader: reader.session("faw"))

        assert session.meetings == (
            MeetingDetails(starts_at=at("2026-03-18 09:00"), ends_at=at("2026-03-18 16:30"), location="Leeds"),
            MeetingDetails(starts_at=at("2026-03-19 09:00"), ends_at=at("2026-03-19 16:30"), location="Leeds"),
        )

    def test_count_the_units_of_offers_that_ran_out_unswept(self, line):
        """An offer past its deadline holds nothing, whether or not the clock came by."""
        line.drop("rosa-faw")
        line.approve("imani-faw")

        before = line.at("2026-03-14 10:41").read(lambda reader: reader.session("faw").overdue_units)
        at_the_deadline = line.at("2026-03-14 10:42").read(lambda reader: reader.sessions()[0].overdue_units)

        assert (before, at_the_deadline) == (0, 1)

    def test_of_another_organisation_are_not_found(self, desk):
        """What belongs to others looks like what does not exist."""
        with pytest.raises(NotAllowed):
            desk.read(lambda reader: reader.session("faw"), by=STRANGER)


class TestTheLine:
    def test_is_read_in_its_order(self, line):
        """First come, first in line; who is skipped keeps the place."""
        entries = line.read(lambda reader: reader.waiting("faw"))

        assert names(entries) == ["Pavel Drummondsen", "Imani Vestergrove", "Keiko Harrowgate", "Oona Birchwood"]

    def test_gives_everything_that_is_known_of_an_entry(self, line):
        """An entry has its person, its place, and what was known when they asked."""
        [imani] = line.read(lambda reader: reader.waiting("faw", first=2, count=1))

        asked_at = at("2026-03-04 09:14")
        session = line.read(lambda reader: reader.session("faw")).rules
        key = base_key(session, person_id=imani.person.id, requested_at=asked_at, arrival=3, facts=Facts())
        assert imani == Entry(
            registration=Registration(
                id="imani-faw",
                person_id=imani.person.id,
                status=Status.WAITLISTED,
                requested_at=asked_at,
                arrival=3,
                base_key=key,
                line_key=key,
            ),
            person=PersonFacts(
                id=imani.person.id,
                employee_id="IMANI VESTERGROVE",
                name="Imani Vestergrove",
                email="imani.vestergrove@tarnwick.example",
                department="Warehouse North",
                role="Team lead",
                compliance_deadline=date(2026, 3, 28),
            ),
            session_id="faw",
            role="Team lead",
            compliance_deadline=date(2026, 3, 28),
            facts=Facts(role="Team lead", department="Warehouse North", compliance_deadline=date(2026, 3, 28)),
        )

    def test_is_cut_into_windows(self, line):
        """A long line is read a window at a time, from any position."""
        window = line.read(lambda reader: reader.waiting("faw", first=3, count=5))

        assert names(window) == ["Keiko Harrowgate", "Oona Birchwood"]

    def test_says_who_was_moved_by_whom_and_why(self, line):
        """A moved entry carries its override, and those it passed carry the count."""
        line.move("oona-faw", before="imani-faw", reason="Finance has no first-aider", by=RAFE)

        entries = line.read(lambda reader: reader.waiting("faw"))

        assert [
            (
                e.person.name,
                e.override_id,
                (e.override_from, e.override_to),
                e.override_by,
                e.override_reason,
                e.passed_over,
            )
            for e in entries
        ] == [
            ("Pavel Drummondsen", "", (0, 0), "", "", 0),
            ("Oona Birchwood", "move-of-oona-faw", (4, 2), "Rafe Ostrander", "Finance has no first-aider", 0),
            ("Imani Vestergrove", "", (0, 0), "", "", 1),
            ("Keiko Harrowgate", "", (0, 0), "", "", 1),
        ]

    def test_counts_those_before_a_place(self, line):
        """Positions are counted, never stored."""
        keiko = line.read(lambda reader: reader.registration("keiko-faw")).registration

        assert line.read(lambda reader: reader.ahead("faw", keiko.line_key)) == 2

    def test_names_those_skipped_before_a_place(self, line):
        """Whoever is passed over is counted and named, with the true position; who is proposed as well is not."""
        line.drop("rosa-faw", "Shift swap")
        keiko = line.read(lambda reader: reader.registration("keiko-faw")).registration

        total, skipped = line.read(lambda reader: reader.skipped_ahead("faw", keiko.line_key, 20))

        assert (total, [(position, e.person.name, e.registration.conflicts) for position, e in skipped]) == (
            1,
            [(1, "Pavel Drummondsen", ("abw",))],
        )

    def test_names_a_group_that_what_is_free_is_too_little_for(self, line):
        """Gerd's two seats are not there, and Hugo is proposed past them where the session lets who fits pass."""
        line.session("WAH", ("2026-04-08 08:00", "2026-04-08 16:00"), capacity=2, groups=GroupRule.FILL)
        for name, units in (("Ulla", 1), ("Elsie", 1), ("Gerd", 2), ("Hugo", 1)):
            line.ask(name, "wah", units=units)
        line.drop("ulla-wah")
        [hugo] = line.read(lambda reader: reader.proposals("wah"))

        total, skipped = line.read(lambda reader: reader.skipped_ahead("wah", hugo.entry.registration.line_key, 20))

        assert (hugo.entry.person.name, hugo.position, hugo.skipped) == ("Hugo", 2, 1)
        assert (total, [(position, entry.person.name) for position, entry in skipped]) == (1, [(1, "Gerd")])

    def test_of_another_organisation_is_empty(self, line):
        """No query reaches into another organisation."""
        assert line.read(lambda reader: reader.waiting("faw"), by=STRANGER) == []


class TestAProposal:
    def test_says_for_whom_from_whom_and_from_where(self, line):
        """A proposal knows whose seat it was, whose turn it is, and who ahead of them is skipped."""
        line.drop("rosa-faw", "Shift swap")

        [proposal] = line.read(lambda reader: reader.proposals())

        assert (
            proposal.session_id,
            proposal.entry.person.name,
            proposal.proposed_at,
            proposal.seat_from,
            proposal.seat_from_name,
            proposal.position,
            proposal.skipped,
        ) == ("faw", "Imani Vestergrove", NOW, "dropped", "Rosa Tilbrook", 2, 1)
        assert line.read(lambda reader: reader.proposal(proposal.id)) == proposal
        assert line.read(lambda reader: reader.proposals("faw")) == [proposal]
        assert line.read(lambda reader: reader.proposals("abw")) == []

    def test_marks_its_entry_in_the_line(self, line):
        """The line shows which entry is proposed."""
        line.drop("rosa-faw")

        entries = line.read(lambda reader: reader.waiting("faw"))

        assert [e.proposal_id for e in entries] == ["", line.proposal_of("imani-faw"), "", ""]

    def test_is_gone_once_it_was_decided(self, line):
        """A decided proposal is not open."""
        line.drop("rosa-faw")
        proposal_id = line.proposal_of("imani-faw")
        line.approve("imani-faw")

        assert line.read(lambda reader: reader.proposal(proposal_id)) is None
        assert line.read(lambda reader: reader.proposals()) == []


class TestAnOffer:
    def test_says_who_approved_it_and_what_became_of_its_mail(self, line):
        """A running offer names the person behind it, its deadline, and whether the mail went out."""
        line.drop("rosa-faw")
        line.approve("imani-faw", by=RAFE)

        [offer] = line.read(lambda reader: reader.offers("faw"))

        assert (
            offer.number,
            offer.entry.person.name,
            offer.made_at,
            offer.expires_at,
            offer.approved_by,
            offer.mail_status,
            offer.mail_error,
        ) == (1, "Imani Vestergrove", NOW, NOW + timedelta(hours=48), "Rafe Ostrander", "waiting", "")
        assert line.read(lambda reader: reader.offers()) == [offer]

    def test_is_remembered_after_it_ended(self, line):
        """What was offered until when is known when the offer is long over."""
        line.drop("rosa-faw")
        line.approve("imani-faw")
        line.at("2026-03-14 10:45").sweep()

        offer = line.read(lambda reader: reader.offer("imani-faw", 1))

        assert offer == PastOffer(
            number=1,
            status="lapsed",
            made_at=NOW,
            expires_at=at("2026-03-14 10:42"),
            ended_at=at("2026-03-14 10:45"),
            seat_from="dropped",
        )
        assert line.read(lambda reader: reader.offers()) == []
        assert line.read(lambda reader: reader.offer("imani-faw", 2)) is None
        assert line.read(lambda reader: reader.offer("keiko-faw", 1)) is None


class TestTheSeated:
    def test_come_in_the_order_in_which_they_got_their_seats(self, line):
        """The roster says who has a seat, since when, and who approved it."""
        line.drop("rosa-faw")
        line.approve("imani-faw", by=RAFE)
        line.at("2026-03-13 08:00").accept("imani-faw")
        line.ask("Ulla Brandvoll", "fwt")
        line.at("2026-03-13 09:00").ask("Elsie Thornbury", "fwt")

        first_aid = line.read(lambda reader: reader.seated("faw"))
        fire_warden = line.read(lambda reader: reader.seated("fwt", count=1))

        assert [(e.person.name, e.decided_at, e.reason, e.approved_by) for e in first_aid] == [
            ("Imani Vestergrove", at("2026-03-13 08:00"), "offer accepted", "Rafe Ostrander")
        ]
        assert names(fire_warden) == ["Ulla Brandvoll"]
        assert line.read(lambda reader: reader.count_seated("fwt")) == 2


class TestRegistrations:
    def test_are_all_there_the_closed_included(self, line):
        """The roster file leaves nobody out: by session code, then by the time of asking."""
        line.drop("rosa-faw", "Shift swap")

        entries = line.read(lambda reader: reader.registrations())

        assert [(e.registration.id, e.registration.status, e.reason) for e in entries] == [
            ("pavel-abw", Status.CONFIRMED, "seat free when asked"),
            ("rosa-faw", Status.DROPPED, "Shift swap"),
            ("pavel-faw", Status.WAITLISTED, ""),
            ("imani-faw", Status.WAITLISTED, ""),
            ("keiko-faw", Status.WAITLISTED, ""),
            ("oona-faw", Status.WAITLISTED, ""),
        ]
        assert line.read(lambda reader: reader.registrations("abw")) == entries[:1]

    def test_of_another_organisation_are_not_found(self, line):
        """What belongs to others looks like what does not exist."""
        with pytest.raises(NotAllowed):
            line.read(lambda reader: reader.registration("rosa-faw"), by=STRANGER)


class TestTheWholeRoster:
    def test_is_what_the_engine_decides_on(self, line):
        """A preview decides on exactly what an act would."""
        read = line.read(lambda reader: reader.roster("faw"))

        assert read == line.act(lambda tx: tx.whole("faw"))


class TestTheRecord:
    def test_tells_who_did_what_newest_first(self, line):
        """Each entry names its actor and its person, with the words that were given."""
        line.drop("rosa-faw", "Shift swap")

        total, acts = line.read(lambda reader: reader.record(session_id="faw", count=2))

        assert total == 8
        assert [(a.act, a.actor_name, a.person_name, a.session_code, a.at, dict(a.texts)) for a in acts] == [
            ("SeatProposed", "Ines Calder", "Imani Vestergrove", "FAW", NOW, {}),
            ("RegistrationClosed", "Ines Calder", "Rosa Tilbrook", "FAW", NOW, {"reason": "Shift swap"}),
        ]
        assert acts[1].data["status"] == "dropped"

    def test_names_who_came_by_a_link(self, line):
        """Whoever pressed the button in a mail is named like anybody else."""
        line.drop("rosa-faw")
        line.approve("imani-faw")
        line.accept("imani-faw")

        _, [accepted] = line.read(lambda reader: reader.record(count=1))

        assert (accepted.act, accepted.actor_id, accepted.actor_name) == (
            "OfferAccepted",
            "link:imani-faw",
            "Imani Vestergrove",
        )

    @pytest.mark.parametrize(
        ("search", "found"),
        [
            ("shift SWAP", ["RegistrationClosed"]),
            ("rosa closed", ["RegistrationClosed"]),
            ("dropped", ["RegistrationClosed"]),
            ("first aid keiko", ["WaitlistJoined"]),
            ("rafe", ["MemberAdded"]),
            ("100%", []),
            ("_____", []),
            ("shift\0swap", ["RegistrationClosed"]),
            ("swap " * 500, ["RegistrationClosed"]),
        ],
    )
    def test_is_searched_by_every_word(self, line, search, found):
        """A search finds entries in which every word is somewhere; signs are just signs."""
        line.drop("rosa-faw", "Shift swap")

        total, acts = line.read(lambda reader: reader.record(search=search))

        assert (total, [act.act for act in acts]) == (len(found), found)

    def test_is_cut_into_windows(self, line):
        """A long record is read a page at a time."""
        _, everything = line.read(lambda reader: reader.record(count=100))

        total, page = line.read(lambda reader: reader.record(first=3, count=2))

        assert (total, page) == (len(everything), everything[3:5])

    def test_has_a_head(self, line):
        """The head is the last entry."""
        _, [last] = line.read(lambda reader: reader.record(count=1))

        assert line.read(lambda reader: reader.head()) == (last.seq, last.hash)
        assert line.read(lambda reader: reader.head(), by=STRANGER) == (0, START)

    def test_is_exported_with_the_texts_beside_it(self, line):
        """The export has each entry as it was hashed, and each text with its salt and commitment."""
        line.drop("rosa-faw", "Shift swap")

        exported = line.read(lambda reader: list(reader.export_record()))

        said = [text for _, _, texts in exported for field, _, _, text in texts if field == "reason"]
        count, head = line.read(lambda reader: reader.head())
        assert (len(exported), exported[-1][1], said) == (count, head, ["Shift swap"])

    def test_of_another_organisation_is_empty(self, line):
        """Nobody reads what others did."""
        assert line.read(lambda reader: reader.record(search="rosa"), by=STRANGER) == (0, [])


class TestTheMailbox:
    def test_lists_the_newest_message_first(self, line):
        """The last message written is on top."""
        line.drop("rosa-faw")

        messages = line.read(lambda reader: reader.messages(count=2))

        assert [(m.kind, m.person.name, m.status, m.created_at) for m in messages] == [
            ("dropped", "Rosa Tilbrook", "waiting", NOW),
            ("joined", "Oona Birchwood", "waiting", at("2026-03-06 13:21")),
        ]

    def test_opens_one_message(self, line):
        """A message that is opened is the one of the list."""
        [listed] = line.read(lambda reader: reader.messages(count=1))

        assert line.read(lambda reader: reader.message(listed.id)) == replace(listed, html="", text="")

    def test_of_another_organisation_is_not_found(self, line):
        """What belongs to others looks like what does not exist."""
        [listed] = line.read(lambda reader: reader.messages(count=1))

        with pytest.raises(NotAllowed):
            line.read(lambda reader: reader.message(listed.id), by=STRANGER)


class TestTheDatabase:
    @pytest.mark.sqlite
    @pytest.mark.parametrize(
        ("read", "step"),
        [
            (
                lambda reader: reader.waiting("faw", first=2, count=3),
                "SEARCH registration USING INDEX ix_registration_line (org_id=? AND session_id=?)",
            ),
            (
                lambda reader: reader.ahead("faw", "x"),
                "SEARCH registration USING INDEX ix_registration_line (org_id=? AND session_id=? AND line_key<?)",
            ),
            (lambda reader: reader.proposals(), "SEARCH proposal USING INDEX uq_proposal_open (org_id=?)"),
            (
                lambda reader: reader.proposals("faw"),
                "SEARCH proposal USING INDEX ix_proposal_open (org_id=? AND session_id=?)",
            ),
            (
                lambda reader: reader.offers(),
                "SEARCH registration USING INDEX ix_registration_due (org_id=? AND offer_expires_at>?)",
            ),
            (
                lambda reader: reader.offers("faw"),
                "SEARCH registration USING INDEX ix_registration_session (org_id=? AND session_id=? AND status=?)",
            ),
            (
                lambda reader: reader.sessions(),
                "SEARCH registration USING INDEX ix_registration_due (org_id=? AND offer_expires_at<?)",
            ),
        ],
    )
    def test_begins_with_the_few_rows_that_are_wanted(self, sqlite_url, read, step):
        """A page costs as much as it shows, however many people wait or were ever there."""
        desk = Desk(sqlite_url)

        with desk.statements() as said:
            desk.read(read)

        [first, *_] = [statement for statement in said if statement.startswith(("SELECT", "WITH"))]
        assert next(line for line in desk.plan(first) if line.startswith("SEARCH")) == step
        desk.engine.dispose()
