"""The record on the command line."""

import pytest

from tests.desk import first_aid
from waitlist_app.__main__ import main
from waitlist_app.settings import load_settings


@pytest.fixture
def file(sqlite_url, tmp_path, monkeypatch, capsys):
    """Export the record of Tarnwick Group, and give the file."""
    monkeypatch.setenv("DATABASE_URL", sqlite_url)
    first_aid(sqlite_url).engine.dispose()
    out = tmp_path / "audit.jsonl"
    assert main(["audit", "export", "--org", "Tarnwick Group", "--out", str(out)]) == 0
    return out


class TestTheRecord:
    def test_is_exported_and_verified_with_the_key_of_the_installation(self, file, capsys):
        """What `audit export` and `audit key` print is what `audit verify` asks for."""
        head = capsys.readouterr().out.strip()
        assert main(["audit", "key"]) == 0
        key = capsys.readouterr().out.strip()

        code = main(["audit", "verify", str(file), "--head", head, "--key", key])

        assert (code, capsys.readouterr().out.strip()) == (0, head)

    def test_is_refused_when_another_installation_signed_it(self, file, capsys, monkeypatch):
        """A key that is not the expected one is named."""
        monkeypatch.setenv("AUDIT_SIGNING_KEY", "another-key-for-tests-another-key-for-tests")
        capsys.readouterr()
        main(["audit", "key"])
        another = capsys.readouterr().out.strip()

        code = main(["audit", "verify", str(file), "--key", another])

        said = capsys.readouterr().out
        assert code == 1
        assert said.startswith("audit.jsonl: The record was signed with the key ")

    def test_is_signed_with_a_long_secret_only(self, monkeypatch):
        """A short AUDIT_SIGNING_KEY is refused with the command that makes a better one."""
        monkeypatch.setenv("AUDIT_SIGNING_KEY", "short")

        with pytest.raises(SystemExit, match="AUDIT_SIGNING_KEY must have at least 32 characters"):
            load_settings()
