import pytest

from waitlist_app.services.addresses import normalised, person_key, without_alias


class TestAnAddress:
    @pytest.mark.parametrize(
        ("email", "same_as"),
        [
            (" Ann@Example.COM ", "ann@example.com"),
            ("ann+x@gmail.com", "ann@gmail.com"),
            ("ann+x+y@googlemail.com", "ann@googlemail.com"),
            ("ann+x@tarnwick.example", "ann+x@tarnwick.example"),
            ("ann+x@gmail.com.tarnwick.example", "ann+x@gmail.com.tarnwick.example"),
            ("+x@gmail.com", "+x@gmail.com"),
            ("", ""),
        ],
    )
    def test_is_normalised_without_taking_people_for_one_another(self, email, same_as):
        """Case and blanks go, aliases only where they belong to one person for certain."""
        assert normalised(email) == same_as

    def test_can_be_read_without_its_alias_anywhere(self):
        """Who looks for the same person twice compares these."""
        assert without_alias("Ann+Evening@tarnwick.example") == "ann@tarnwick.example"


class TestAPerson:
    def test_is_known_by_the_employee_id_first(self):
        """The address counts only where there is no employee id."""
        assert (person_key("17", "ann@gmail.com"), person_key("", "ann+x@gmail.com")) == ("id:17", "mail:ann@gmail.com")
