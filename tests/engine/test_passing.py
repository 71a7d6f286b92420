"""Who was served before somebody who waited, and by what right."""

import pytest

from tests.builders import MONDAY, SAFETY, Story, at, session
from waitlist_app.engine import commands as c
from waitlist_app.engine.model import Block, GroupRule, Order, SignOff
from waitlist_app.engine.passing import Passing, Right, passings

FORKLIFT = "Forklift"
ROLES = ("Safety officer", "Manager")


def told(story: Story, name: str) -> list[tuple[str, Right]]:
    """List who passed somebody, and by what right."""
    return [(one.person_id, one.right) for one in everything(story, name)]


def everything(story: Story, name: str, *, code: str = SAFETY) -> tuple[Passing, ...]:
    """Give it whole."""
    events = [(story.now, event) for event in story.ledger.events if event.session_id == code]
    return passings(story.opened[code], events, story.id_of(name, code))


class TestWhoeverWaits:
    def test_is_passed_by_nobody_while_the_line_is_kept(self):
        """Ana, who asked before, is served before, and that is no passing."""
        story = Story()
        story.ask("Olga", "Ana", "Bo")
        story.drop("Olga")
        story.approve("Ana")

        assert told(story, "Bo") == []

    def test_is_passed_by_an_override(self):
        """Cleo was moved to the front, offered the seat, and the override is named."""
        story = Story()
        story.ask("Olga", "Ana", "Bo", "Cleo")
        move = story.move("Cleo", before="Ana")
        story.drop("Olga")
        story.approve("Cleo")

        assert everything(story, "Bo") == (
            Passing(
                at=MONDAY,
                registration_id=story.id_of("Cleo"),
                person_id="Cleo",
                right=Right.OVERRIDE,
                approval="Olga",
                override_id=move,
            ),
        )

    def test_is_passed_by_the_word_of_who_chose_somebody_else_for_one_seat(self):
        """Next was pressed on Ana: Bo has the seat that would have been hers, and no group is to blame."""
        story = Story()
        story.ask("Olga", "Ana", "Bo")
        story.drop("Olga")
        story.act(
            c.PassOver(
                session_id=SAFETY,
                registration_id=story.id_of("Ana"),
                instead_id=story.id_of("Bo"),
                pass_id="pass of Ana",
                reason="on leave",
                approval="Rafe",
            )
        )
        story.approve("Bo")

        [passing] = everything(story, "Ana")

        assert (passing.person_id, passing.right, passing.override_id) == ("Bo", Right.OVERRIDE, "pass of Ana")

    def test_is_passed_by_an_override_though_no_offer_was_made(self):
        """Bo was moved to the front and given the seat at once: the override ends with that, and is named."""
        story = Story()
        story.ask("Olga", "Ana", "Bo")
        move = story.move("Bo", before="Ana")
        story.drop("Olga")
        story.approve("Bo", is_direct=True)

        [passing] = everything(story, "Ana")
        assert (passing.right, passing.override_id) == (Right.OVERRIDE, move)

    def test_is_passed_by_an_override_that_moved_itself_back(self):
        """Ana was moved last: whoever stands before her now was put there by that."""
        story = Story()
        story.ask("Olga", "Ana", "Bo")
        move = story.move("Ana")
        story.drop("Olga")
        story.approve("Bo")

        [passing] = everything(story, "Ana")
        assert (passing.right, passing.override_id) == (Right.OVERRIDE, move)

    def test_is_passed_by_the_newest_override_of_several(self):
        """Bo was moved last, then Cleo to the front: her move is the one that decided."""
        story = Story()
        story.ask("Olga", "Ana", "Bo", "Cleo")
        story.move("Ana")
        newest = story.move("Cleo", before="Bo")
        story.drop("Olga")
        story.approve("Cleo")

        [passing] = everything(story, "Ana")
        assert (passing.right, passing.override_id) == (Right.OVERRIDE, newest)

    def test_is_passed_by_somebody_who_was_given_an_earlier_time(self):
        """A form found in a drawer: the approval of that is what decided, not the order."""
        story = Story()
        story.ask("Olga", "Ana")
        request = story.request("Bo", asked_at=at("2026-03-01 10:00"))
        story.act(
            c.AskEarlier(
                session_id=SAFETY,
                registration_id=request.registration_id,
                person_id="Bo",
                requested_at=request.requested_at,
                facts=request.facts,
                reason="found in a drawer",
                approval="approval of Olga",
            )
        )
        story.drop("Olga")
        story.approve("Bo")

        [passing] = everything(story, "Ana")
        assert (passing.right, passing.override_id) == (Right.OVERRIDE, "approval of Olga")

    def test_is_passed_by_rank(self):
        """A safety officer comes before a new hire, whenever both asked."""
        story = Story(session(order=Order.PRIORITY, role_order=ROLES))
        story.ask("Olga")
        story.ask("Ana", role="New hire")
        story.ask("Bo", role="Safety officer")
        story.drop("Olga")
        story.approve("Bo", is_direct=True)

        assert told(story, "Ana") == [("Bo", Right.RANK)]

    def test_is_passed_as_a_group_that_is_too_large(self):
        """One seat came back, and Ana needs two."""
        story = Story(session(capacity=2, groups=GroupRule.FILL))
        story.ask("Olga", "Otto")
        story.ask("Ana", units=2)
        story.ask("Bo")
        story.drop("Olga")
        story.approve("Bo")

        assert told(story, "Ana") == [("Bo", Right.GROUP)]

    def test_is_passed_as_a_group_though_an_offer_runs(self):
        """What is offered to Bo is not free for Ana's two, so that Cleo passes her as well."""
        story = Story(session(capacity=2, groups=GroupRule.FILL))
        story.ask("Olga", "Otto")
        story.ask("Ana", units=2)
        story.ask("Bo", "Cleo")
        for leaving, next_one in (("Olga", "Bo"), ("Otto", "Cleo")):
            story.drop(leaving)
            story.approve(next_one)

        assert told(story, "Ana") == [("Bo", Right.GROUP), ("Cleo", Right.GROUP)]

    def test_is_passed_as_a_group_though_a_seat_is_held(self):
        """What is held for Bo is not free for Ana's two either."""
        story = Story(session(capacity=2, groups=GroupRule.FILL))
        story.ask("Olga", "Otto")
        story.ask("Ana", units=2)
        story.ask("Bo", "Cleo")
        story.drop("Olga")
        noon = at("2026-03-02 12:00")
        story.act(c.HoldProposal(session_id=SAFETY, registration_id=story.id_of("Bo"), until=noon, reason="at home"))
        story.drop("Otto")
        story.approve("Cleo")

        assert told(story, "Ana") == [("Cleo", Right.GROUP)]

    def test_is_passed_while_skipped(self):
        """Ana has a seat elsewhere at the same time, so a newcomer may take this one."""
        story = Story(session(capacity=2), session(FORKLIFT), overlaps=[(SAFETY, FORKLIFT)])
        story.ask("Ana", to=FORKLIFT)
        story.ask("Ana", "Zoe")

        [passing] = everything(story, "Ana")
        assert (passing.person_id, passing.right, passing.approval) == ("Zoe", Right.SKIPPED, "")
        assert passing.obstacles == (FORKLIFT,)

    def test_is_passed_while_a_sign_off_is_outstanding(self):
        """The matter is named."""
        story = Story(session(sign_off=SignOff(roles=frozenset({"New hire"}))))
        story.ask("Ana", role="New hire")
        story.ask("Bo")

        [passing] = everything(story, "Ana")
        assert (passing.right, passing.obstacles) == (Right.SKIPPED, ("sign_off",))

    def test_is_passed_by_a_grant(self):
        """A seat beyond the limit, and a newcomer whom somebody seated past the line."""
        story = Story()
        story.ask("Olga", "Ana", "Bo")
        story.grant("Bo")
        story.ask("Zoe", approval="Olga")

        assert told(story, "Ana") == [("Bo", Right.GRANT), ("Zoe", Right.GRANT)]

    def test_is_not_passed_by_whoever_is_served_with_them(self):
        """Two seats for two: it does not matter whose approval came first."""
        story = Story(session(capacity=2))
        story.ask("Olga", "Otto", "Ana", "Bo")
        story.drop("Olga")
        story.drop("Otto")
        story.approve("Bo")

        assert told(story, "Ana") == []

    def test_is_not_passed_by_a_seat_out_of_a_block(self):
        """It was kept for the board and never free."""
        story = Story(session(blocks=(Block(name="board", units=1),)))
        story.ask("Ana")
        story.ask("Zoe", block="board")

        assert told(story, "Ana") == []

    def test_knows_nothing_of_what_came_before_or_after(self):
        """Only while they wait."""
        story = Story(session(capacity=2))
        story.ask("Olga", "Otto", "Bo", "Ana")
        story.move("Ana", before="Bo")
        story.drop("Olga")
        story.approve("Ana")
        story.drop("Otto")
        story.approve("Bo")

        assert told(story, "Ana") == []
        assert told(story, "Bo") == [("Ana", Right.OVERRIDE)]


class TestTheRight:
    """It names no more than what decided."""

    @pytest.mark.parametrize("act", ["grant", "skipped", "rank", "group"])
    def test_names_no_override_where_none_decided(self, act):
        """A grant, a skipped entry, a rank and a group that is too large are nobody's move."""
        story = Story(
            session(
                capacity=2,
                groups=GroupRule.FILL,
                order=Order.PRIORITY,
                role_order=ROLES,
                sign_off=SignOff(roles=frozenset({"New hire"})),
            )
        )
        match act:
            case "grant":
                story.ask("Olga", "Otto", "Ana", "Bo")
                story.grant("Bo")
            case "skipped":
                story.ask("Olga")
                story.ask("Ana", role="New hire")
                story.ask("Bo")
            case "rank":
                story.ask("Olga", "Otto", "Ana")
                story.ask("Bo", role="Safety officer")
                story.drop("Olga")
                story.approve("Bo", is_direct=True)
            case _:
                story.ask("Olga", "Otto")
                story.ask("Ana", units=2)
                story.ask("Bo")
                story.drop("Olga")
                story.approve("Bo")

        [passing] = everything(story, "Ana")

        assert (passing.person_id, passing.right, passing.override_id) == ("Bo", Right(act), "")

    def test_names_what_kept_somebody_from_the_seat_only_where_that_decided(self):
        """Ana could not have taken a seat either way; Bo had his by a grant."""
        story = Story(session(sign_off=SignOff(roles=frozenset({"New hire"}))))
        story.ask("Olga")
        story.ask("Ana", role="New hire")
        story.ask("Bo")
        story.grant("Bo")

        [passing] = everything(story, "Ana")

        assert (passing.right, passing.obstacles) == (Right.GRANT, ())
