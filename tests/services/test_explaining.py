"""What somebody who waits is told of why, in the second person."""

from datetime import timedelta

import pytest

from tests.builders import MONDAY, SAFETY, Story, session
from waitlist_app.engine import commands as c
from waitlist_app.services.explaining import why_not


def told(story: Story, name: str) -> str:
    """Give what somebody reads."""
    _, sentence = why_not(story.roster(), story.entry(name), story.now, is_own=True)
    return sentence


@pytest.fixture
def story():
    """Let Ana be next for the seat that came back, and Bo wait behind her."""
    story = Story(session())
    story.ask("Olga", "Ana", "Bo")
    story.drop("Olga")
    return story


class TestWhoeverWaits:
    def test_is_told_that_a_seat_is_held_for_them(self, story: Story):
        """It is theirs to take, and no longer free."""
        entry, until = story.id_of("Ana"), MONDAY + timedelta(days=1)
        story.act(c.HoldProposal(session_id=SAFETY, registration_id=entry, until=until, reason="asks at home"))

        assert told(story, "Ana") == "A seat is held for you, and nobody else gets it."

    def test_is_told_that_they_were_passed_over_for_one_seat(self, story: Story):
        """And that their place is as it was."""
        story.act(
            c.PassOver(
                session_id=SAFETY,
                registration_id=story.id_of("Ana"),
                instead_id=story.id_of("Bo"),
                pass_id="pass of Ana",
                reason="on leave",
                approval="Olga",
            )
        )

        said = "A coordinator passed you over for one seat. You keep your place and come first for the next."
        assert told(story, "Ana") == said

    def test_is_told_that_the_session_is_too_small_for_their_group(self):
        """Nobody offers them another date."""
        story = Story(session(capacity=4))
        story.ask("Olga", units=2)
        story.ask("Gus", units=4)
        story.set_capacity(3)

        said = "You asked for 4 seats, and this session has fewer: you are skipped, with your place kept."
        assert told(story, "Gus") == said
