"""Saying of which course a session is a date, over both databases."""

from collections.abc import Iterator
from functools import partial

import pytest

from tests.desk import INES, NOBODY, Desk
from waitlist_app.engine.refusals import CourseStands, ReasonMissing
from waitlist_app.errors import NotAllowed
from waitlist_app.services.rules import rules_in_words
from waitlist_app.services.set_course import set_course


@pytest.fixture
def desk(database_url: str) -> Iterator[Desk]:
    """Open an empty session by itself."""
    desk = Desk(database_url)
    desk.session("FAW", ("2026-03-20 09:00", "2026-03-20 12:00"))
    yield desk
    desk.engine.dispose()


class TestTheCourseOfASession:
    def test_is_set_and_taken_away(self, desk: Desk) -> None:
        """The page of the session says it among its rules."""

        def words() -> tuple[str, ...]:
            return rules_in_words(desk.read(lambda reader: reader.session("faw")), desk.clock.now())

        say = partial(set_course, work=desk.work, actor=INES, session_id="faw", reason="Spring dates")
        one = say(course=" First Aid ")
        with_course = words()
        several = say(course="First Aid", one_date=False)
        none = say(course="")

        assert (one, several, none) == (
            "A date of First Aid: one for each person.",
            "A date of First Aid: several for whoever wants them.",
            "A session by itself.",
        )
        assert "A date of First Aid: one for each person" in with_course
        assert desk.read(lambda reader: reader.session("faw")).rules.course == ""

    def test_stands_while_anybody_is_in_it(self, desk: Desk) -> None:
        """Nobody is skipped, or taken off a list, by the stroke of a pen."""
        desk.ask("Ana", "faw")

        with pytest.raises(CourseStands):
            set_course(work=desk.work, actor=INES, session_id="faw", course="First Aid", reason="Spring dates")

    def test_is_set_for_a_reason_by_those_who_may(self, desk: Desk) -> None:
        """The record says why."""
        with pytest.raises(ReasonMissing):
            set_course(work=desk.work, actor=INES, session_id="faw", course="First Aid", reason=" ")
        with pytest.raises(NotAllowed):
            set_course(work=desk.work, actor=NOBODY, session_id="faw", course="First Aid", reason="Spring dates")
