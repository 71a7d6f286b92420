"""An exported record in the hands of somebody who would like it to say something else."""

import hashlib
import json

import pytest

from tests.desk import INES, Desk, member
from waitlist_app.auth.signing import RecordSigner, is_signed
from waitlist_app.errors import InvalidInput, NotAllowed
from waitlist_app.services.actors import Role
from waitlist_app.services.export_record import export_record
from waitlist_app.services.fold_record import fold_record
from waitlist_app.services.list_rosters import list_rosters
from waitlist_app.services.record import START, canonical, link
from waitlist_app.services.seal import sealed
from waitlist_app.services.verify_record import verify_record

SIGNER = RecordSigner("a-key-for-tests-only-a-key-for-tests-only")
FORGER = RecordSigner("another-key-for-tests-another-key-for-tests")
AUDITOR = member("Odile Renner", Role.AUDITOR)
MORNING = ("2026-03-18 09:00", "2026-03-18 12:00")


@pytest.fixture
def desk(database_url):
    """Yield a desk at which Rosa has a seat, and Imani waited and left."""
    desk = Desk(database_url, team=(INES, AUDITOR))
    desk.session("FAW-0318", MORNING)
    desk.ask("Rosa Tilbrook", "faw-0318")
    desk.drop(desk.ask("Imani Vestergrove", "faw-0318"), "Moved to Hull")
    yield desk
    desk.engine.dispose()


@pytest.fixture
def record(desk):
    """Give the record of that desk, as the auditor exports it."""
    return export(desk)


def export(desk):
    """Export the record of a desk."""
    return export_record(work=desk.work, actor=AUDITOR, signer=SIGNER)


def verify(data, **known):
    """Verify a record."""
    return verify_record(data, is_signed=is_signed, **known)


def problem(data, **known):
    """Give the line and the sentence with which a record is refused, or nothing when it passes."""
    try:
        verify(data, **known)
    except InvalidInput as error:
        return error.line, str(error)
    return None


def seal_again(lines, signer):
    """Seal lines as an export is sealed."""
    last = json.loads(lines[-1])
    data = b"".join(lines)
    org = json.loads(last["body"])["org"]
    seal = sealed(
        signer,
        org=org,
        count=len(lines),
        head=last["hash"],
        digest=hashlib.sha256(data).hexdigest(),
        at="2026-03-12T10:42:00+00:00",
    )
    return data + f"{canonical(seal)}\n".encode()


def rewrite(lines, old, new):
    """Write a whole chain anew, with other words in it, so that every hash is right."""
    previous, written = START, []
    for raw in lines:
        line = json.loads(raw)
        line["body"] = line["body"].replace(old, new)
        previous = line["hash"] = link(previous, line["body"])
        written.append(f"{canonical(line)}\n".encode())
    return written


class TestAnExport:
    def test_ends_with_a_signed_seal(self, desk, record):
        """The seal names the organisation, the count of entries, the hash of the last, the instant and the key."""
        count, head = desk.read(lambda reader: reader.head())

        seal = verify(record)

        *lines, last = record.splitlines(keepends=True)
        assert json.loads(last)["seal"] == {
            "org": "tarnwick",
            "count": count,
            "head": head,
            "digest": hashlib.sha256(b"".join(lines)).hexdigest(),
            "at": "2026-03-12T10:42:00+00:00",
            "key": SIGNER.public_key,
            "signature": seal.signature,
        }
        assert len(lines) == count > 8

    def test_folds_back_to_the_roster_of_the_database(self, desk, record):
        """The file alone rebuilds who stands where."""
        roster, _ = list_rosters(work=desk.work, actor=INES)

        folded = fold_record(record, is_signed=is_signed)

        assert folded == roster
        assert [(row.employee_id, row.status) for row in folded] == [
            ("ROSA TILBROOK", "confirmed"),
            ("IMANI VESTERGROVE", "dropped"),
        ]

    def test_is_for_owners_and_auditors(self, desk):
        """A coordinator reads the record and does not take it away."""
        with pytest.raises(NotAllowed):
            export_record(work=desk.work, actor=INES, signer=SIGNER)


class TestAChangedRecord:
    def test_scenario_076_is_found_whichever_byte_was_changed(self, record):
        """No byte of the file can be another without being found."""
        passed = []
        for at in range(len(record)):
            for bit in (1, 0x20):
                changed = bytearray(record)
                changed[at] ^= bit
                if problem(bytes(changed)) is None:
                    passed.append((at, bit))

        assert passed == []

    def test_is_found_whichever_line_was_taken_out(self, record):
        """No line can be missing, the seal included."""
        lines = record.splitlines(keepends=True)

        passed = [at for at in range(len(lines)) if problem(b"".join(lines[:at] + lines[at + 1 :])) is None]

        assert passed == []

    def test_is_found_whichever_lines_changed_places(self, record):
        """No two lines next to each other can be the other way round."""
        lines = record.splitlines(keepends=True)

        passed = []
        for at in range(len(lines) - 1):
            swapped = [*lines[:at], lines[at + 1], lines[at], *lines[at + 2 :]]
            if problem(b"".join(swapped)) is None:
                passed.append(at)

        assert passed == []

    def test_is_found_wherever_it_was_cut(self, record):
        """No beginning of the file passes for the whole, nor one with the seal put behind it."""
        lines = record.splitlines(keepends=True)

        by_byte = [at for at in range(len(record)) if problem(record[:at]) is None]
        by_line = [at for at in range(len(lines) - 1) if problem(b"".join([*lines[:at], lines[-1]])) is None]

        assert (by_byte, by_line) == ([], [])

    def test_is_found_with_a_personal_text_taken_out(self, record):
        """A reason that somebody would rather not show leaves the chain valid, but not the seal."""
        *lines, seal = record.splitlines(keepends=True)
        at = next(number for number, line in enumerate(lines) if b"Moved to Hull" in line)
        lines[at] = f"{canonical(json.loads(lines[at]) | {'texts': []})}\n".encode()

        found = problem(b"".join([*lines, seal]))

        assert found == (len(lines) + 1, "The seal does not match the lines: a text was taken out or changed.")

    @pytest.mark.parametrize("line", [b"[]", b"7", b"{}", b'{"seal":{}}', b'{"seal":7}', b'"\\ud800"', b"[" * 100_000])
    def test_is_found_with_anything_else_in_place_of_a_line(self, record, line):
        """Whatever stands there, the answer is its number and a sentence."""
        lines = record.splitlines(keepends=True)

        first = problem(b"".join([line + b"\n", *lines[1:]]))
        last = problem(b"".join([*lines[:-1], line + b"\n"]))

        assert first is not None
        assert last is not None
        assert (first[0], last[0]) == (1, len(lines))


class TestARewrittenRecord:
    """Somebody links a whole chain anew, so that nothing inside it is wrong."""

    def test_is_found_by_its_key(self, record):
        """They cannot sign as this installation."""
        forged = seal_again(rewrite(record.splitlines(keepends=True)[:-1], "dropped", "removed"), FORGER)

        assert problem(forged) is None
        assert problem(forged, key=SIGNER.public_key) == (
            0,
            f"The record was signed with the key {FORGER.public_key}, not with the one that was expected.",
        )

    def test_is_found_by_a_head_that_is_known_from_elsewhere(self, record):
        """Even with the key in their hands, they cannot lead to the hash that went out by mail."""
        head = verify(record).head
        forged = seal_again(rewrite(record.splitlines(keepends=True)[:-1], "dropped", "removed"), SIGNER)

        found = problem(forged, head=head, key=SIGNER.public_key)

        assert problem(forged, key=SIGNER.public_key) is None
        assert found is not None
        assert found[1].endswith("does not hold the head that was expected.")

    def test_is_found_by_its_head_when_only_its_tail_is_missing(self, record):
        """A cut that was sealed again does not reach the head that was known."""
        head = verify(record).head
        cut = seal_again(record.splitlines(keepends=True)[:-2], SIGNER)

        assert problem(cut) is None
        assert problem(cut, head=head) is not None

    def test_is_told_from_one_that_only_went_on(self, desk, record):
        """The head of yesterday is still in the record of today."""
        head = verify(record).head
        desk.ask("Oona Birchwood", "faw-0318")

        today = verify(export(desk), head=head, key=SIGNER.public_key)

        assert today.count > verify(record).count
