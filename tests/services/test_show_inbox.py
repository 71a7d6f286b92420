"""The inbox."""

from dataclasses import replace

import pytest

from tests.desk import INES, NOBODY, NOW, RAFE, first_aid, member
from waitlist_app.engine.commands import AskEarlier, ChangeOrder, LiftRule, PassOver, RecordPlace, RequestSeat
from waitlist_app.engine.model import Order, Status, Terms
from waitlist_app.errors import NotAllowed
from waitlist_app.services.actors import Role
from waitlist_app.services.approvals import ApprovalRules
from waitlist_app.services.grant_seat import grant_seat
from waitlist_app.services.move_entry import move_entry
from waitlist_app.services.overriding import override
from waitlist_app.services.ports import PersonDetails
from waitlist_app.services.show_inbox import seen_by, show_inbox
from waitlist_app.services.views import InboxRow


@pytest.fixture
def desk(sqlite_url):
    """Yield the desk in the middle of the story of First Aid at Work."""
    desk = first_aid(sqlite_url)
    yield desk
    desk.engine.dispose()


def inbox(desk):
    """Give the inbox of Ines."""
    return show_inbox(work=desk.work, actor=INES)


class TestTheInbox:
    def test_shows_each_proposal_with_its_evidence_in_short(self, desk):
        """A row says whom, why, since when, and what happens if nobody acts."""
        page = inbox(desk)

        assert page.rows == (
            InboxRow(
                id=desk.proposal_of("keiko-faw-0318"),
                kind="promotion",
                what="Offer a seat to Keiko Harrowgate",
                session_id="faw-0318",
                session="First Aid at Work, FAW-0318",
                evidence="2nd in line",
                evidence_detail="1 skipped",
                since="Today, 10:21",
                since_for="21 m",
                if_nobody="Nothing moves",
                if_nobody_detail="seat stays free, starts Wed 18 Mar, 09:00",
            ),
        )
        assert (page.total, page.oldest, page.next_offer_ends) == (1, "21 m", "Sat 14 Mar, 10:00")

    def test_puts_the_session_that_starts_first_on_top(self, desk):
        """What starts sooner is more urgent; within a session, what waits longer."""
        desk.session("FWT", ("2026-03-13 13:30", "2026-03-13 16:30"), title="Fire Warden", capacity=2)
        for name in ("Ulla Brandvoll", "Elsie Thornbury", "Hugo Banerley", "Dilan Kaspersen"):
            desk.ask(name, "fwt")
        desk.drop("ulla-fwt")
        desk.drop("elsie-fwt")

        rows = inbox(desk).rows

        assert [(row.what, row.evidence, row.evidence_detail, row.if_nobody_detail) for row in rows] == [
            ("Offer a seat to Hugo Banerley", "1st in line", "Nobody skipped", "starts in 26 h 48 m"),
            ("Offer a seat to Dilan Kaspersen", "2nd in line", "2nd of 2 promotions here", "starts in 26 h 48 m"),
            (
                "Offer a seat to Keiko Harrowgate",
                "2nd in line",
                "1 skipped",
                "seat stays free, starts Wed 18 Mar, 09:00",
            ),
        ]

    def test_counts_those_skipped_among_others(self, desk):
        """When some ahead are proposed themselves, the skipped are counted, not numbered."""
        desk.drop("ulla-faw-0318")

        _, oona = inbox(desk).rows

        assert (oona.evidence, oona.evidence_detail) == ("3rd in line", "1 person skipped")

    def test_names_the_seats_of_a_group(self, desk):
        """A group is offered all its seats at once."""
        desk.drop("keiko-faw-0318")
        desk.drop("oona-faw-0318")
        desk.drop("ulla-faw-0318")

        assert [row.what for row in inbox(desk).rows] == ["Offer 2 seats to Sanjay Merriweather"]

    def test_says_when_a_session_has_begun_or_is_over(self, desk):
        """A proposal that comes too late says so."""
        desk.at("2026-03-18 09:00")
        begun = inbox(desk).rows[0].if_nobody_detail
        desk.at("2026-03-19 16:30")
        over = inbox(desk).rows[0].if_nobody_detail

        assert (begun, over) == ("the session has started", "the session is over")

    def test_is_empty_when_nothing_waits(self, desk):
        """An empty inbox says when the next offer ends."""
        desk.approve("keiko-faw-0318")
        desk.drop("keiko-faw-0318")
        desk.drop("oona-faw-0318")
        desk.drop("sanjay-faw-0318")

        page = inbox(desk)

        assert (page.rows, page.total, page.oldest, page.next_offer_ends) == ((), 0, "", "Sat 14 Mar, 10:00")

    def test_is_for_the_team_only(self, desk):
        """An employee does not see it."""
        with pytest.raises(NotAllowed):
            show_inbox(work=desk.work, actor=NOBODY)


WANDA = member("Wanda Ilves", Role.OWNER)
OLU = member("Olu Stern", Role.AUDITOR)
ARTA = member("Arta Berisha", Role.APPROVER)


@pytest.fixture
def strict(desk):
    """Let the organisation demand a second person for overrides."""
    demand(desk, ApprovalRules(needs_second_person=True))
    return desk


def demand(desk, rules: ApprovalRules) -> None:
    """Let an owner set what the organisation demands."""
    founder = replace(WANDA, role=Role.SYSTEM)
    desk.act(
        lambda tx: tx.add_member(member_id=WANDA.id, name=WANDA.name, email="w@x.example", role=Role.OWNER), founder
    )
    desk.act(lambda tx: tx.set_approval_rules(rules), WANDA)


def ask_to_move(desk, name: str, before: str, reason: str = "Only first-aider on nights") -> None:
    """Let Rafe ask for a move in First Aid at Work."""
    move_entry(work=desk.work, actor=RAFE, registration_id=name, before_id=before, reason=reason)


class TestAnOverrideThatWaits:
    def test_stands_among_the_proposals_with_who_asked_why_and_whom_it_passes(self, strict):
        """It is as urgent as its session; of one session, what waits longer comes first."""
        ask_to_move(strict, "oona-faw-0318", "pavel-faw-0318")

        page = inbox(strict)
        proposal, row = page.rows

        assert proposal.kind == "promotion"
        assert row == InboxRow(
            id=row.id,
            kind="override",
            what="Move Oona Birchwood from 3 to 1",
            session_id="faw-0318",
            session="First Aid at Work, FAW-0318",
            evidence="Asked by Rafe Ostrander",
            evidence_detail="Passes over 2 people",
            since="Today, 10:42",
            since_for="0 m",
            if_nobody="Nothing moves",
            if_nobody_detail="order stays, starts Wed 18 Mar, 09:00",
            reason="Only first-aider on nights",
        )
        assert (page.total, page.oldest, page.next_offer_ends) == (2, "21 m", "Sat 14 Mar, 10:00")

    def test_is_shown_where_nothing_else_waits(self, strict):
        """An inbox with nothing but an override is not empty."""
        ask_to_move(strict, "oona-faw-0318", "pavel-faw-0318")
        strict.approve("keiko-faw-0318")

        page = inbox(strict)

        assert ([row.kind for row in page.rows], page.oldest) == (["override"], "0 m")

    @pytest.mark.parametrize(
        ("before", "what", "passes"),
        [
            ("sanjay-faw-0318", "Move Pavel Drummondsen from 1 to 3", "Passes over nobody"),
            ("", "Move Pavel Drummondsen from 1 to 4", "Passes over nobody"),
        ],
    )
    def test_says_where_a_move_down_ends(self, strict, before, what, passes):
        """Those below close the gap."""
        ask_to_move(strict, "pavel-faw-0318", before)

        row = inbox(strict).rows[-1]

        assert (row.what, row.evidence_detail) == (what, passes)

    @pytest.mark.parametrize("gone", ["oona-faw-0318", "pavel-faw-0318"])
    def test_of_somebody_who_left_says_that_it_is_over(self, strict, gone):
        """It stays until somebody declines it."""
        ask_to_move(strict, "oona-faw-0318", "pavel-faw-0318")
        strict.drop(gone, status=Status.LEFT)

        row = inbox(strict).rows[-1]

        assert (row.what, row.evidence_detail) == (
            "Move Oona Birchwood in the line",
            "Cannot be carried out any more",
        )

    def test_of_a_seat_beyond_the_limit_says_how_many_wait_in_front(self, strict):
        """All of them are passed over."""
        grant_seat(work=strict.work, actor=RAFE, registration_id="oona-faw-0318", reason="Night shift")
        said = inbox(strict).rows[-1]
        strict.drop("oona-faw-0318", status=Status.LEFT)

        over = inbox(strict).rows[-1]

        assert (said.what, said.evidence_detail) == (
            "Give Oona Birchwood a seat beyond the limit",
            "Passes over 2 people",
        )
        assert over.evidence_detail == "Cannot be carried out any more"

    @pytest.mark.parametrize(
        ("make", "what", "passes"),
        [
            (
                lambda person: PassOver(
                    session_id="faw-0318",
                    registration_id="keiko-faw-0318",
                    instead_id="oona-faw-0318",
                    pass_id="p",
                    reason="Ill",
                    approval="",
                ),
                "Pass Keiko Harrowgate over and propose Oona Birchwood",
                "Passes over 1 person",
            ),
            (
                lambda person: LiftRule(
                    session_id="faw-0318", registration_id="pavel-faw-0318", reason="Agreed", approval=""
                ),
                "Allow Pavel Drummondsen a seat beside the one elsewhere",
                "Passes over nobody",
            ),
            (
                lambda person: ChangeOrder(
                    session_id="faw-0318", order=Order.PRIORITY, priority=(), facts={}, reason="Agreed", approval=""
                ),
                "Change the order of the line",
                "",
            ),
            (
                lambda person: RequestSeat(
                    session_id="faw-0318", registration_id="n", person_id=person, requested_at=NOW, reason="Speaks"
                ),
                "Give Nadia Petrov a seat past the line",
                "Passes over 4 people",
            ),
            (
                lambda person: RequestSeat(
                    session_id="faw-0318",
                    registration_id="n",
                    person_id=person,
                    requested_at=NOW,
                    terms=Terms(transferred_from="pavel-abw-0318"),
                    reason="Speaks",
                ),
                "Move Nadia Petrov to FAW-0318 past the line",
                "Passes over 4 people",
            ),
            (
                lambda person: RequestSeat(
                    session_id="faw-0318",
                    registration_id="n",
                    person_id=person,
                    requested_at=NOW,
                    lifts=True,
                    reason="Speaks",
                ),
                "Allow Nadia Petrov a seat beside the one elsewhere",
                "",
            ),
            (
                lambda person: AskEarlier(
                    session_id="faw-0318",
                    registration_id="n",
                    person_id=person,
                    requested_at=NOW,
                    reason="By mail",
                    approval="",
                ),
                "Add Nadia Petrov with an earlier time",
                "",
            ),
            (
                lambda person: AskEarlier(
                    session_id="faw-0318",
                    registration_id="n",
                    person_id=person,
                    requested_at=NOW,
                    terms=Terms(reinstates="viktor-faw-0318"),
                    reason="By mistake",
                    approval="",
                ),
                "Put Nadia Petrov back",
                "",
            ),
            (
                lambda person: RecordPlace(
                    session_id="faw-0318",
                    registration_id="n",
                    person_id=person,
                    status=Status.CONFIRMED,
                    requested_at=NOW,
                    reason="Old list",
                ),
                "Write down a seat of Nadia Petrov",
                "",
            ),
            (
                lambda person: RecordPlace(
                    session_id="faw-0318",
                    registration_id="n",
                    person_id=person,
                    status=Status.WAITLISTED,
                    requested_at=NOW,
                    reason="Old list",
                ),
                "Write down a place in line of Nadia Petrov",
                "",
            ),
        ],
    )
    def test_of_every_kind_says_what_it_does(self, strict, make, what, passes):
        """One sentence each, with the name, also of somebody who has no place here yet."""
        nadia = PersonDetails(employee_id="E7", name="Nadia Petrov", email="nadia@tarnwick.example")
        person = strict.act(lambda tx: tx.find_or_add_person(nadia))
        strict.act(lambda tx: override(tx, make(person), person=None, subject_id="n"), RAFE)

        row = inbox(strict).rows[-1]

        assert (row.what, row.evidence_detail) == (what, passes)

    def test_names_nobody_who_is_not_there_any_more(self, strict):
        """A person who was erased, or merged into another record, is somebody."""
        command = RequestSeat(
            session_id="faw-0318", registration_id="n", person_id="gone", requested_at=NOW, reason="Speaks"
        )
        strict.act(lambda tx: override(tx, command, person=None, subject_id="n"), RAFE)

        assert inbox(strict).rows[-1].what == "Give Somebody a seat past the line"


class TestWhoseDecisionItIs:
    @pytest.mark.parametrize(
        ("reader", "decisions", "is_own"),
        [(INES, 2, False), (ARTA, 2, False), (RAFE, 1, True), (OLU, 1, False)],
        ids=lambda value: getattr(value, "name", None),
    )
    def test_is_not_whoever_asked_and_not_an_auditor(self, strict, reader, decisions, is_own):
        """Everybody sees it; the proposal beside it counts as always."""
        ask_to_move(strict, "oona-faw-0318", "pavel-faw-0318")

        page = seen_by(inbox(strict), reader)

        assert (page.total, page.decisions, page.rows[-1].is_for_others) == (2, decisions, is_own)

    @pytest.mark.parametrize(("allows_own", "decisions"), [(False, 1), (True, 2)])
    def test_is_not_of_whom_it_is_for_unless_the_organisation_allows_it(self, desk, allows_own, decisions):
        """Ines waits herself, under an address of other case."""
        demand(desk, ApprovalRules(needs_second_person=True, allows_own=allows_own))
        own = PersonDetails(employee_id="E1", name="Ines Calder", email=" INES@x.example")
        person = desk.act(lambda tx: tx.find_or_add_person(own))
        command = RequestSeat(
            session_id="faw-0318", registration_id="n", person_id=person, requested_at=NOW, reason="Speaks"
        )
        desk.act(lambda tx: override(tx, command, person=tx.person(person)[0], subject_id="n"), RAFE)

        assert seen_by(inbox(desk), INES).decisions == decisions
