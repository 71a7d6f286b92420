"""What people are told when they ask why."""

from tests.builders import SAFETY, Story, at, session
from waitlist_app.engine.explain import Reason, Why, why, why_each
from waitlist_app.engine.model import GroupRule

FORKLIFT = "Forklift"
NEXT = "A seat is free, and this entry is next for it."
NO_SEAT = "No seat is free for this entry."


def told(story: Story) -> list[tuple[int, str, Why, str]]:
    """List what everybody in the line is told."""
    reasons = why_each(story.roster(), story.now)
    return [(r.position, r.person_id, r.why, r.sentence) for r in reasons]


class TestTheReason:
    def test_names_the_next_and_tells_the_others_that_no_seat_is_free(self):
        """One seat: the first is next."""
        story = Story()
        story.ask("Ana", "Bo", "Cleo")
        story.drop("Ana")

        assert told(story) == [(1, "Bo", Why.NEXT, NEXT), (2, "Cleo", Why.NO_SEAT, NO_SEAT)]

    def test_tells_who_is_skipped_for_a_conflict(self):
        """The place is kept, and the next is proposed."""
        story = Story(session(), session(FORKLIFT), overlaps=[(SAFETY, FORKLIFT)])
        story.ask("Bo", to=FORKLIFT)
        story.ask("Ana", "Bo", "Cleo")
        story.drop("Ana")

        reason = why(story.roster(), story.id_of("Bo"), story.now)

        assert reason == Reason(
            registration_id=story.id_of("Bo"),
            person_id="Bo",
            position=1,
            why=Why.CONFLICT,
            sentence="Skipped, with the place kept: this person holds a seat in a session at the same time.",
            session_ids=(FORKLIFT,),
        )
        assert [(r.person_id, r.why) for r in why_each(story.roster(), story.now)][1:] == [("Cleo", Why.NEXT)]

    def test_tells_a_group_what_it_needs_and_those_behind_what_they_wait_for(self):
        """Strict: one free seat, a group of two in front, and nobody is passed over."""
        story = Story(session(capacity=2))
        story.ask("Ana", "Olga")
        story.ask("Bo", units=2)
        story.ask("Cleo")
        story.drop("Ana")

        assert told(story) == [
            (1, "Bo", Why.TOO_FEW_SEATS, "This entry needs 2 seats, and 1 is free."),
            (2, "Cleo", Why.GROUP_AHEAD, "A group in front waits for 2 seats, and nobody is passed over."),
        ]

    def test_tells_a_group_that_is_passed_what_it_needs(self):
        """Filling: who fits is next, the group keeps its place and knows why."""
        story = Story(session(capacity=4, groups=GroupRule.FILL))
        story.ask("Ana", "Olga", units=2)
        story.ask("Bo", units=3)
        story.ask("Cleo", "Dan", "Eve")
        story.drop("Ana")

        assert told(story) == [
            (1, "Bo", Why.TOO_FEW_SEATS, "This entry needs 3 seats, and 2 are free."),
            (2, "Cleo", Why.NEXT, NEXT),
            (3, "Dan", Why.NEXT, NEXT),
            (4, "Eve", Why.NO_SEAT, NO_SEAT),
        ]

    def test_follows_the_deadline_though_no_job_has_run(self):
        """A seat whose offer has ended is free for the next."""
        story = Story()
        story.ask("Ana", "Bo", "Cleo")
        story.drop("Ana")
        story.approve("Bo")
        before = told(story)
        story.now = at("2026-03-04 10:00")

        assert before == [(1, "Cleo", Why.NO_SEAT, NO_SEAT)]
        assert told(story) == [(1, "Cleo", Why.NEXT, NEXT)]

    def test_calls_everybody_next_where_there_is_no_limit(self):
        """Without a limit there is a seat for everybody who waits."""
        story = Story()
        story.ask("Ana", "Bo", "Cleo")
        story.set_capacity(None)

        assert [r.why for r in why_each(story.roster(), story.now)] == [Why.NEXT, Why.NEXT]

    def test_counts_the_sessions_in_conflict(self):
        """Two seats elsewhere are two reasons."""
        pairs = [(SAFETY, FORKLIFT), (SAFETY, "Crane")]
        story = Story(session(), session(FORKLIFT), session("Crane"), overlaps=pairs)
        story.ask("Ana", to=FORKLIFT)
        story.ask("Ana", to="Crane")
        story.ask("Ana")

        reason = why(story.roster(), story.id_of("Ana"), story.now)

        assert reason is not None
        assert reason.sentence == (
            "Skipped, with the place kept: this person holds a seat in 2 sessions at the same time."
        )

    def test_does_not_exist_for_somebody_who_does_not_wait(self):
        """Whoever has a seat needs no reason."""
        story = Story()
        story.ask("Ana")

        assert why(story.roster(), story.id_of("Ana"), story.now) is None
