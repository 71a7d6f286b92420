"""What a priority order may read, brought in with the requests."""

from waitlist_app.csv_io.reading import read_requests

HEADER = "requested_at,session_code,employee_id,employee_name"
ANA = "2026-03-02T09:00Z,FAW,E-1,Ana"


class TestAColumnOfAttributes:
    def test_is_known_by_the_beginning_of_its_heading(self) -> None:
        """Whatever stands behind `attribute` is its name; blank cells say nothing."""
        data = f"{HEADER},Attribute: Site,attribute_years,no_shows\n{ANA},Hull,,2\n".encode()

        [line] = read_requests(data).rows

        assert line.attributes == (("site", "Hull"),)
        assert line.no_shows == 2

    def test_need_not_be_there(self) -> None:
        """A file without attributes is as good as before."""
        [line] = read_requests(f"{HEADER}\n{ANA}\n".encode()).rows

        assert (line.attributes, line.no_shows) == ((), 0)

    def test_with_a_number_that_cannot_be_is_a_problem(self) -> None:
        """Nobody stayed away less than never."""
        contents = read_requests(f"{HEADER},no_shows\n{ANA},-1\n".encode())

        assert [(p.line, p.column, p.why) for p in contents.problems] == [(2, "no_shows", "This is 0 or more.")]
