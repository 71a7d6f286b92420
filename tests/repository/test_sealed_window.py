"""A sealed window over a real database: set, drawn, approved at once, and checked by anybody."""

from dataclasses import replace
from hashlib import sha256

import pytest

from tests.desk import INES, NOBODY, Desk, at, member
from waitlist_app.auth.signing import RecordSigner, is_signed
from waitlist_app.engine.model import Draw, Status
from waitlist_app.errors import InvalidInput, NotAllowed, TryAgain
from waitlist_app.repository.deadlines import SqlDeadlines
from waitlist_app.repository.seeds import Seeds
from waitlist_app.repository.tenancy import acting_for
from waitlist_app.services.actors import Role
from waitlist_app.services.approve_allotment import approve_allotment
from waitlist_app.services.check_lottery import check_lottery
from waitlist_app.services.export_record import export_record
from waitlist_app.services.merge_people import merge_people
from waitlist_app.services.ports import PersonDetails
from waitlist_app.services.reinstate_registration import reinstate_registration
from waitlist_app.services.set_window import set_window

CLOSES = at("2026-03-20 12:00")
PEOPLE = ("Oona Birchwood", "Imani Vestergrove", "Keiko Harrowgate", "Pavel Drummondsen")
OLGA = member("Olga Wren", Role.OWNER)
CLOCK = replace(INES, id="system", name="System", role=Role.SYSTEM)
SIGNER = RecordSigner("a secret of this test that is long enough")


@pytest.fixture
def desk(database_url: str):
    """Open a session of two seats with a lottery until Friday noon."""
    desk = Desk(database_url, team=(INES, OLGA))
    desk.session("WAH", ("2026-04-08 08:00", "2026-04-08 16:00"), capacity=2)
    yield desk
    desk.engine.dispose()


def seal(desk: Desk, draw: Draw = Draw.LOTTERY) -> str:
    """Set the window."""
    return set_window(
        work=desk.work, actor=INES, session_id="wah", opens_at=desk.clock.now(), closes_at=CLOSES, draw=draw
    )


def collect(desk: Desk) -> None:
    """Set the window, and let four people ask in it."""
    seal(desk)
    for name in PEOPLE:
        desk.ask(name, "wah")


def _places(desk: Desk) -> list[str]:
    """Give the places of those who wait."""
    return [e.registration.line_key for e in desk.read(lambda reader: reader.waiting("wah"))]


def exported(desk: Desk) -> bytes:
    """Export the record, as an auditor gets it."""
    return export_record(work=desk.work, actor=replace(INES, role=Role.OWNER), signer=SIGNER)


class TestASealedWindow:
    def test_keeps_its_seed_where_nothing_shows_it(self, desk: Desk) -> None:
        """Record and rules hold the commitment; the seed is in neither before the hour."""
        said = seal(desk)

        wah = desk.read(lambda reader: reader.session("wah")).rules
        assert wah.window is not None
        assert wah.window.commitment in said
        seed = desk.work.transact(CLOCK, lambda tx: tx.seed("wah"))
        assert sha256(seed.encode()).hexdigest() == wah.window.commitment
        assert seed not in exported(desk).decode()

    def test_is_drawn_by_the_sweep_and_wakes_it(self, desk: Desk) -> None:
        """The job sleeps until the hour, then two of four are proposed."""
        collect(desk)
        nearest = SqlDeadlines(desk.engine).nearest()
        desk.clock.set(CLOSES)

        desk.sweep()

        assert nearest == {"tarnwick": CLOSES}
        assert len(desk.read(lambda reader: reader.proposals("wah"))) == 2
        assert SqlDeadlines(desk.engine).nearest() == {}

    def test_is_approved_in_one_act_with_one_approval_each(self, desk: Desk) -> None:
        """Two offers, two signatures."""
        collect(desk)
        desk.clock.set(CLOSES)

        said = approve_allotment(work=desk.work, actor=INES, session_id="wah")

        rows = desk.read(lambda reader: reader.registrations("wah"))
        _, acts = desk.read(lambda reader: reader.record(session_id="wah"))
        assert said == "2 offers sent."
        assert sum(row.registration.status is Status.OFFERED for row in rows) == 2
        assert len({act.data["approval"] for act in acts if act.act == "OfferMade"}) == 2

    def test_is_drawn_by_the_clock_before_whoever_acts_first(self, desk: Desk) -> None:
        """No job has to run; and whose act comes first at the hour never holds the seed, so the draw is nobody's."""
        collect(desk)
        desk.clock.set(CLOSES)

        desk.ask("Thea Wexcombe", "wah")

        _, acts = desk.read(lambda reader: reader.record(session_id="wah"))
        assert {act.act: act.actor_id for act in acts if act.act in {"WindowClosed", "WaitlistJoined"}} == {
            "WindowClosed": "system",
            "WaitlistJoined": INES.id,
        }

    def test_shows_its_seed_to_nobody_who_is_signed_in(self, desk: Desk) -> None:
        """Not before the hour, and not by an act that would make the draw."""
        collect(desk)

        with pytest.raises(TryAgain):
            desk.act(lambda tx: tx.seed("wah"))
        with acting_for(desk.engine, INES) as connection, pytest.raises(NotAllowed):
            Seeds(connection, INES.org_id).of("wah")

    @pytest.mark.parametrize("first", ["merge", "drop"])
    def test_gives_whoever_is_put_back_the_lot_of_the_record_it_drew_as(self, desk: Desk, first: str) -> None:
        """Keiko, who is another record by then, left by mistake: nobody draws again, and the record still checks."""
        seal(desk)
        for name in PEOPLE:
            desk.ask(name, "wah")
        desk.clock.set(CLOSES)
        desk.sweep()
        before = _places(desk)
        goes = desk.read(lambda reader: reader.registration("keiko-wah")).person.id
        stays = desk.act(lambda tx: tx.find_or_add_person(PersonDetails(name="Keiko H", email="kei@tarnwick.example")))
        if first == "drop":
            desk.drop("keiko-wah", status=Status.LEFT)
        merge_people(work=desk.work, actor=OLGA, person_id=goes, into_id=stays, reason="One and the same")
        if first == "merge":
            desk.drop("keiko-wah", status=Status.LEFT)

        reinstate_registration(work=desk.work, actor=INES, registration_id="keiko-wah", reason="By mistake")

        assert _places(desk) == before
        assert len(check_lottery(exported(desk), is_signed=is_signed, session_code="WAH").lots) == len(PEOPLE)

    def test_can_be_checked_by_anybody_with_the_record(self, desk: Desk) -> None:
        """The lots follow from the published seed, and the line stands in their order."""
        collect(desk)
        desk.clock.set(CLOSES)
        desk.sweep()

        drawn = check_lottery(exported(desk), is_signed=is_signed, session_code="WAH")

        line = [entry.person.id for entry in desk.read(lambda reader: reader.waiting("wah"))]
        assert [person for person, _ in drawn.lots] == line
        assert list(drawn.lots) == sorted(
            ((p, sha256(f"{drawn.seed}\n{p}".encode()).hexdigest()) for p in line), key=lambda pair: pair[1]
        )
        assert drawn.committed_in < drawn.published_in

    def test_that_is_still_sealed_cannot_be_checked(self, desk: Desk) -> None:
        """There is nothing to check before the hour."""
        collect(desk)

        with pytest.raises(InvalidInput, match="No lottery has been drawn in WAH"):
            check_lottery(exported(desk), is_signed=is_signed, session_code="WAH")

    def test_by_priority_needs_no_seed(self, desk: Desk) -> None:
        """The rules of the session decide."""
        seal(desk, Draw.PRIORITY)

        assert desk.work.transact(CLOCK, lambda tx: tx.seed("wah")) == ""

    def test_that_closes_before_it_opens_is_refused(self, desk: Desk) -> None:
        """The form says which field to mend."""
        with pytest.raises(InvalidInput, match="closes before it opens"):
            set_window(
                work=desk.work, actor=INES, session_id="wah", opens_at=CLOSES, closes_at=CLOSES, draw=Draw.LOTTERY
            )

    def test_is_for_those_who_may_edit(self, desk: Desk) -> None:
        """Nobody else learns more than that there is nothing."""
        with pytest.raises(NotAllowed):
            set_window(
                work=desk.work, actor=NOBODY, session_id="wah", opens_at=CLOSES, closes_at=CLOSES, draw=Draw.LOTTERY
            )
