from collections.abc import Iterator

import pytest

from tests.desk import INES, NOBODY, Desk, member
from waitlist_app import csv_io
from waitlist_app.errors import NotAllowed
from waitlist_app.services.actors import Role
from waitlist_app.services.export_roster import export_roster
from waitlist_app.services.import_requests import import_requests

HEADER = (
    "session_code,session_title,status,position,employee_id,employee_name,email,department,role,"
    "compliance_deadline,seat_units,requested_at,decided_at,offer_expires_at,reason"
)
OLU = member("Olu Stern", Role.AUDITOR)


@pytest.fixture
def desk(sqlite_url: str) -> Iterator[Desk]:
    """Give a desk with two sessions, one of them full, with people waiting."""
    desk = Desk(sqlite_url)
    desk.session("FIRE", ("2026-03-20 09:00", "2026-03-20 12:00"), title="Fire safety", capacity=2)
    desk.session("YOGA", ("2026-04-20 09:00", "2026-04-20 12:00"), capacity=5)
    for minute, name in enumerate(("Abel", "Bram", "Chen", "Dora", "Enno")):
        desk.at(f"2026-03-02 10:0{minute}").ask(name, "fire")
    desk.at("2026-03-02 10:06").ask("Bram", "yoga")
    yield desk
    desk.engine.dispose()


def _export(desk: Desk, session_id: str = "", actor=INES) -> list[str]:
    data = export_roster(work=desk.work, files=csv_io, actor=actor, session_id=session_id)
    return data.decode("utf-8-sig").splitlines()


class TestTheRoster:
    def test_has_seats_then_offers_then_the_line_in_its_order(self, desk):
        """Whoever reads it finds everybody who counts, and each place in the line as it truly is."""
        desk.at("2026-03-03 09:00").drop("abel-fire")
        desk.at("2026-03-03 10:00").approve("chen-fire")
        desk.at("2026-03-03 11:00").move("enno-fire", before="dora-fire", reason="Audit finding 12")

        lines = _export(desk, "fire")

        offered = "2026-03-02T10:02:00+00:00,2026-03-03T10:00:00+00:00,2026-03-05T10:00:00+00:00,offer open"
        seated = "2026-03-02T10:01:00+00:00,2026-03-02T10:01:00+00:00,,seat free when asked"
        assert lines == [
            HEADER,
            f"FIRE,Fire safety,confirmed,,BRAM,Bram,bram@tarnwick.example,,,,1,{seated}",
            f"FIRE,Fire safety,offered,,CHEN,Chen,chen@tarnwick.example,,,,1,{offered}",
            "FIRE,Fire safety,waitlisted,1,ENNO,Enno,enno@tarnwick.example,,,,1,2026-03-02T10:04:00+00:00,,,",
            "FIRE,Fire safety,waitlisted,2,DORA,Dora,dora@tarnwick.example,,,,1,2026-03-02T10:03:00+00:00,,,",
        ]

    def test_of_everything_goes_by_session(self, desk):
        """Positions begin anew in each session."""
        lines = _export(desk)

        assert [line.split(",")[:6] for line in lines[1:]] == [
            ["FIRE", "Fire safety", "confirmed", "", "ABEL", "Abel"],
            ["FIRE", "Fire safety", "confirmed", "", "BRAM", "Bram"],
            ["FIRE", "Fire safety", "waitlisted", "1", "CHEN", "Chen"],
            ["FIRE", "Fire safety", "waitlisted", "2", "DORA", "Dora"],
            ["FIRE", "Fire safety", "waitlisted", "3", "ENNO", "Enno"],
            ["YOGA", "YOGA", "confirmed", "", "BRAM", "Bram"],
        ]

    def test_can_be_imported_again_and_changes_nothing(self, desk):
        """What a coordinator downloaded and kept is still true for the product."""
        data = export_roster(work=desk.work, files=csv_io, actor=INES)

        report = import_requests(
            work=desk.work, files=csv_io, actor=INES, data=data, file_name="roster.csv", dry_run=False
        )

        assert (report.ready, report.duplicates, report.problems) == (0, 6, ())

    def test_may_be_taken_by_an_auditor(self, desk):
        """Whoever checks the team may take the figures along."""
        lines = _export(desk, actor=OLU)

        assert len(lines) == 7

    @pytest.mark.parametrize("actor", [NOBODY, member("Ada Byrne", Role.APPROVER)])
    def test_stays_with_those_who_may_export(self, desk, actor):
        """A list of names and addresses is not for everybody."""
        with pytest.raises(NotAllowed):
            _export(desk, actor=actor)

    def test_of_a_session_that_is_not_there_cannot_be_found(self, desk):
        """Missing and forbidden look alike."""
        with pytest.raises(NotAllowed):
            _export(desk, "elsewhere")
