"""Explanations over real databases: of an entry at any time, to the person themselves, and of a person everywhere."""

from collections.abc import Iterator
from dataclasses import asdict

import pytest

from tests.desk import INES, NOBODY, RAFE, STRANGER, Desk, at, first_aid
from waitlist_app.errors import InvalidInput, NotAllowed
from waitlist_app.services.explain_entry import Explanation, explain_entry, explained
from waitlist_app.services.explaining import PassedBy
from waitlist_app.services.show_evidence import show_evidence
from waitlist_app.services.show_person import PersonRow, WaitRow, show_person
from waitlist_app.services.views import Flag

FAW = "First Aid at Work, FAW-0318"
NAMES = ("Ulla", "Elsie", "Rosa", "Viktor", "Pavel", "Imani", "Keiko", "Oona", "Sanjay", "Ines", "Rafe")


@pytest.fixture
def desk(database_url: str) -> Iterator[Desk]:
    """Open the desk in the middle of a story; see `first_aid`."""
    desk = first_aid(database_url)
    yield desk
    desk.engine.dispose()


def explain(desk: Desk, registration_id: str, **rest) -> Explanation:
    """Explain one registration to staff."""
    return explain_entry(work=desk.work, actor=INES, registration_id=registration_id, **rest)


def own(desk: Desk, registration_id: str) -> Explanation:
    """Explain one registration to the person themselves."""
    return desk.read(lambda reader: explained(reader, registration_id, is_own=True))


def offer_beside(desk: Desk, name: str) -> None:
    """Offer somebody a seat in a session on the first day of First Aid."""
    desk.session("GAS-0318", ("2026-03-18 13:00", "2026-03-18 15:00"), title="Gas Safety")
    desk.ask("Zed Marlow", "gas-0318")
    first = desk.ask(name, "gas-0318")
    desk.drop("zed-gas-0318")
    desk.approve(first)


def person_of(desk: Desk, registration_id: str) -> str:
    """Give whose registration it is."""
    return desk.read(lambda reader: reader.registration(registration_id)).person.id


class TestAnEntry:
    def test_that_is_next_says_so_and_what_is_left_to_do(self, desk: Desk) -> None:
        """Keiko is proposed for Viktor's seat."""
        assert explain(desk, "keiko-faw-0318") == Explanation(
            registration_id="keiko-faw-0318",
            session=FAW,
            name="Keiko Harrowgate",
            status="waitlisted",
            position=2,
            waiting=4,
            why="next",
            says=(
                "The line is in the order in which people asked; asked on Thu 5 Mar 2026, 16:02 GMT.",
                "A seat is free, and this entry is next for it.",
            ),
            takes=("A coordinator approves.",),
            passed=(),
        )

    def test_that_is_skipped_says_why_and_who_came_before(self, desk: Desk) -> None:
        """Pavel has a seat in Abrasive Wheels at the same time, so Imani was offered Rosa's."""
        told = explain(desk, "pavel-faw-0318")

        assert (told.position, told.why) == (1, "conflict")
        assert told.says[1] == "Skipped, with the place kept: this person holds a seat in a session at the same time."
        assert told.takes == (
            "The seat in Abrasive Wheels at the same time ends, or is given up.",
            "A coordinator approves.",
        )
        assert told.passed == (
            PassedBy(
                at=at("2026-03-12 10:00"),
                name="Imani Vestergrove",
                right="skipped",
                sentence="Imani Vestergrove was served before: a seat could not be taken then.",
                reason="",
                approved_by="",
            ),
        )

    def test_that_is_skipped_for_an_offer_is_told_so_until_it_is_a_seat(self, desk: Desk) -> None:
        """Oona is offered a seat in a workshop on that day, and takes it; what is said of before stays true."""
        offer_beside(desk, "Oona Birchwood")
        before = desk.clock.now()

        told, to_oona = explain(desk, "oona-faw-0318"), own(desk, "oona-faw-0318")
        page = show_person(work=desk.work, actor=INES, person_id=person_of(desk, "oona-faw-0318"))
        desk.at("2026-03-12 11:00").accept("oona-gas-0318")

        as_offer = "Skipped, with the place kept: this person has an offer in a session at the same time."
        declined = "The offer in Gas Safety at the same time ends, or is declined."
        assert (told.says[1], told.takes[0]) == (as_offer, declined)
        assert to_oona.says[1] == "You have an offer at the same time elsewhere: you are skipped, with your place kept."
        assert [(wait.sentence, wait.takes[0]) for wait in page.waits] == [(as_offer, declined)]
        now, then = explain(desk, "oona-faw-0318"), explain(desk, "oona-faw-0318", at=before)
        assert now.says[1] == "Skipped, with the place kept: this person holds a seat in a session at the same time."
        assert now.takes[0] == "The seat in Gas Safety at the same time ends, or is given up."
        assert (then.says[1], then.takes[0]) == (as_offer, declined)

    def test_that_is_skipped_for_an_offer_is_so_in_the_evidence_of_others(self, desk: Desk) -> None:
        """Pavel has no seat in Abrasive Wheels any more, and an offer in Gas Safety: Keiko comes first."""
        desk.drop("pavel-abw-0318")
        offer_beside(desk, "Pavel Drummondsen")

        shown = show_evidence(work=desk.work, actor=INES, proposal_id=desk.proposal_of("keiko-faw-0318"))

        assert [row.why for row in shown.skipped] == ["has an offer in Gas Safety, Wed 18 Mar, 13:00 – 15:00"]

    def test_that_is_behind_says_how_many_seats_are_missing(self, desk: Desk) -> None:
        """One seat is free, Keiko is next, Oona needs one more and Sanjay's group three."""
        assert explain(desk, "oona-faw-0318").takes == ("1 more seat comes free.",)
        assert explain(desk, "sanjay-faw-0318").takes == ("3 more seats come free.",)

    def test_that_was_moved_names_the_override_and_whom_it_passed_knows_it(self, desk: Desk) -> None:
        """Rafe moved Oona before Keiko, and Ines approved her offer."""
        desk.move("oona-faw-0318", before="keiko-faw-0318", reason="Only first-aider on nights", by=RAFE)
        oona = explain(desk, "oona-faw-0318")
        desk.approve("oona-faw-0318")

        assert oona.says[0] == "Rafe Ostrander moved them here: Only first-aider on nights"
        assert explain(desk, "keiko-faw-0318").passed == (
            PassedBy(
                at=at("2026-03-12 10:42"),
                name="Oona Birchwood",
                right="override",
                sentence="Oona Birchwood was served before: a coordinator changed the order.",
                reason="Only first-aider on nights",
                approved_by="Rafe Ostrander",
            ),
        )

    def test_with_a_seat_or_an_offer_says_how(self, desk: Desk) -> None:
        """Ulla asked while seats were free; Imani's offer has its deadline."""
        ulla, imani = explain(desk, "ulla-faw-0318"), explain(desk, "imani-faw-0318")

        assert (ulla.status, ulla.says, ulla.takes) == ("confirmed", ("Has a seat: seat free when asked.",), ())
        assert (imani.status, imani.says) == (
            "offered",
            ("Has an offer, open until Sat 14 Mar 2026, 10:00 GMT.",),
        )

    def test_that_ended_says_why_and_by_whom(self, desk: Desk) -> None:
        """Rosa dropped, with a reason."""
        told = explain(desk, "rosa-faw-0318")

        assert (told.status, told.position) == ("dropped", 0)
        assert told.says == ("Thu 12 Mar 2026, 10:00 GMT: Ines Calder dropped Rosa Tilbrook. Reason: Shift swap.",)

    def test_can_be_asked_about_the_past(self, desk: Desk) -> None:
        """A second before Rosa dropped, Imani waited as number 2, and every seat was taken."""
        told = explain(desk, "imani-faw-0318", at=at("2026-03-12 09:59:59"))

        assert (told.status, told.position, told.why) == ("waitlisted", 2, "no_seat")
        assert told.takes == ("1 more seat comes free.",)

    def test_cannot_be_asked_about_before_it_was(self, desk: Desk) -> None:
        """There is nothing to explain."""
        with pytest.raises(InvalidInput):
            explain(desk, "imani-faw-0318", at=at("2026-03-04 09:13"))

    def test_is_explained_to_those_who_may_read(self, desk: Desk) -> None:
        """And to nobody of another organisation."""
        for actor in (NOBODY, STRANGER):
            with pytest.raises(NotAllowed):
                explain_entry(work=desk.work, actor=actor, registration_id="keiko-faw-0318")


class TestOnesOwnEntry:
    def test_is_explained_in_the_second_person(self, desk: Desk) -> None:
        """Pavel reads why he is skipped, and that somebody came before him."""
        told = own(desk, "pavel-faw-0318")

        assert told.says == (
            "The line is in the order in which people asked; you asked on Tue 3 Mar 2026, 11:40 GMT.",
            "You have a seat at the same time elsewhere: you are skipped, with your place kept.",
        )
        assert [one.sentence for one in told.passed] == [
            "Somebody who asked later was served before: a seat could not be taken then."
        ]
        assert (told.position, told.waiting) == (1, 4)

    @pytest.mark.parametrize(
        "registration_id",
        ["pavel-faw-0318", "keiko-faw-0318", "sanjay-faw-0318", "imani-faw-0318", "ulla-faw-0318", "rosa-faw-0318"],
    )
    def test_scenario_080_names_nobody(self, desk: Desk, registration_id: str) -> None:
        """Neither those in front nor those who decided, wherever one stands."""
        desk.move("oona-faw-0318", before="keiko-faw-0318", reason="Nights", by=RAFE)
        desk.approve("oona-faw-0318")

        said = {name: value for name, value in asdict(own(desk, registration_id)).items() if name != "registration_id"}

        assert [name for name in NAMES if name in repr(said)] == []

    def test_that_ended_says_when_and_how(self, desk: Desk) -> None:
        """Without who took it down."""
        assert own(desk, "rosa-faw-0318").says == ("This ended on Thu 12 Mar 2026, 10:00 GMT: dropped.",)


class TestOnePerson:
    def test_is_shown_with_seats_and_waits_and_why(self, desk: Desk) -> None:
        """Pavel: a seat in Abrasive Wheels, and place 1 for First Aid, skipped for it."""
        pavel = desk.read(lambda reader: reader.registration("pavel-faw-0318")).person.id

        page = show_person(work=desk.work, actor=INES, person_id=pavel)

        assert (page.name, page.employee_id) == ("Pavel Drummondsen", "PAVEL DRUMMONDSEN")
        assert page.seats == (
            PersonRow(
                registration_id="pavel-abw-0318",
                session_id="abw-0318",
                session="Abrasive Wheels, ABW-0318",
                when="Wed 18 Mar 2026, 13:00 – 15:00 GMT",
                status="confirmed",
                seat_units=1,
                since="Mon 2 Mar, 09:00",
                detail="seat free when asked",
            ),
        )
        assert page.waits == (
            WaitRow(
                registration_id="pavel-faw-0318",
                session_id="faw-0318",
                session=FAW,
                when="Wed 18 and Thu 19 Mar 2026, 09:00 – 16:30 GMT",
                position=1,
                waiting=4,
                seat_units=1,
                since="Tue 3 Mar, 11:40",
                why="Time asked",
                sentence="Skipped, with the place kept: this person holds a seat in a session at the same time.",
                takes=(
                    "The seat in Abrasive Wheels at the same time ends, or is given up.",
                    "A coordinator approves.",
                ),
                conflicts=("Abrasive Wheels",),
                flags=(Flag(kind="conflict", words="Conflict, Wed 13:00"),),
            ),
        )
        assert (page.offers, page.history) == ((), ())

    def test_is_shown_with_offers_and_what_ended(self, desk: Desk) -> None:
        """Rosa dropped, asked again, and waits; Imani has an offer."""
        rosa = desk.read(lambda reader: reader.registration("rosa-faw-0318")).person.id
        imani = desk.read(lambda reader: reader.registration("imani-faw-0318")).person.id

        ended = show_person(work=desk.work, actor=INES, person_id=rosa)
        offered = show_person(work=desk.work, actor=INES, person_id=imani)

        assert [(row.status, row.detail) for row in ended.history] == [("dropped", "Shift swap")]
        assert [(row.status, row.detail) for row in offered.offers] == [
            ("offered", "open until Sat 14 Mar 2026, 10:00 GMT")
        ]

    def test_is_shown_to_those_who_may_read(self, desk: Desk) -> None:
        """And to nobody of another organisation."""
        keiko = desk.read(lambda reader: reader.registration("keiko-faw-0318")).person.id

        for actor in (NOBODY, STRANGER):
            with pytest.raises(NotAllowed):
                show_person(work=desk.work, actor=actor, person_id=keiko)
