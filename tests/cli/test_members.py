import re
from pathlib import Path

import pytest

from waitlist_app.__main__ import main
from waitlist_app.bootstrap import build
from waitlist_app.services.identities import Caller
from waitlist_app.settings import load_settings


@pytest.fixture
def url(sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Give the address of an empty database, for which the command line is set."""
    monkeypatch.setenv("DATABASE_URL", sqlite_url)
    monkeypatch.chdir(tmp_path)
    return sqlite_url


def _who_comes_in_by(printed: str):
    """Return whoever the printed link signs in."""
    [token] = re.findall(r"/sign-in/([\w-]{43})", printed)
    product = build(load_settings())
    admitted = product.front_door.with_link(token, caller=Caller(address="192.0.2.7"))
    actor = product.actor_for(f"waitlist_session={admitted.cookie_value}")
    product.engine.dispose()
    assert actor
    return actor.name, actor.role.value, actor.organisation


FOUND = [
    "organisation",
    "--name",
    "Acme",
    "--zone",
    "Europe/Berlin",
    "--owner",
    "Alice Ash",
    "--email",
    "a@acme.example",
]


class TestTheOperator:
    def test_founds_an_organisation_with_its_owner(self, url, capsys):
        """From an empty database to somebody who can invite the others."""
        code = main(FOUND)

        printed = capsys.readouterr().out
        assert (code, printed.startswith("Alice Ash joins Acme by this link, once, for seven days: ")) == (0, True)
        assert _who_comes_in_by(printed) == ("Alice Ash", "owner", "Acme")

    @pytest.mark.parametrize("role", ["auditor", "platform_admin"])
    def test_adds_a_member_in_any_role(self, url, capsys, role):
        """Administrators of the platform are made here and nowhere else."""
        main(FOUND)
        capsys.readouterr()

        said = ["--organisation", "Acme", "--name", "Pia Hale", "--email", "pia@acme.example", "--role", role]
        code = main(["member", *said])

        assert code == 0
        assert _who_comes_in_by(capsys.readouterr().out) == ("Pia Hale", role, "Acme")

    def test_prints_a_link_for_somebody_who_cannot_get_in(self, url, capsys):
        """A lost mailbox is no lost organisation."""
        main(FOUND)
        capsys.readouterr()

        main(["link", "--email", " A@acme.example"])

        assert _who_comes_in_by(capsys.readouterr().out) == ("Alice Ash", "owner", "Acme")

    def test_prints_a_link_for_the_first_person(self, url, capsys):
        """Whoever starts the app gets in."""
        empty = main(["link"]), capsys.readouterr().out
        main(FOUND)
        capsys.readouterr()

        main(["link"])

        assert empty == (0, "There is no organisation yet. Run: python -m waitlist_app seed\n")
        assert _who_comes_in_by(capsys.readouterr().out) == ("Alice Ash", "owner", "Acme")

    @pytest.mark.parametrize(
        ("arguments", "sentence"),
        [
            ([*FOUND[:4], "Nowhere/Land", *FOUND[5:]], "Nowhere/Land is not the name of a time zone"),
            ([*FOUND[:-1], "a"], "This address is not complete."),
            (["link", "--email", "x@acme.example"], "Nobody in any organisation has the address x@acme.example."),
            (
                ["member", "--organisation", "Hill", "--name", "A", "--email", "a@b.example", "--role", "owner"],
                "There is no organisation Hill.",
            ),
        ],
    )
    def test_is_told_what_is_wrong_in_one_line(self, url, capsys, arguments, sentence):
        """Nothing is added, and the sentence says what to mend."""
        code = main(arguments)

        assert (code, capsys.readouterr().err.startswith(sentence)) == (2, True)

    def test_is_on_record(self, url, capsys):
        """What was done from the command line can be told from what was done in the app."""
        main(FOUND)

        product = build(load_settings())
        [host] = product.work.organisations()
        _, acts = product.work.read(host, lambda reader: reader.record())
        product.engine.dispose()
        assert [(act.act, act.actor_id) for act in acts] == [
            ("MemberAdded", "operator"),
            ("OrganisationAdded", "operator"),
        ]
