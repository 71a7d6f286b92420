"""The evidence dialog over the inbox: proposals, and overrides that wait for a second person."""

import pytest

from tests.state.conftest import Browser
from tests.state.example_product import INES, OVERRIDE, ExampleProduct
from waitlist_app.errors import Refused
from waitlist_app.services.actors import Actor, Role
from waitlist_app.state.evidence import EvidenceDialog
from waitlist_app.state.inbox import Inbox
from waitlist_app.state.sessions import Sessions
from waitlist_app.state.shell import Shell


@pytest.fixture
async def inbox(tab: Browser, world: ExampleProduct) -> Browser:
    """The inbox with an override that Rafe asked for below the four proposals."""
    world.inbox.append(OVERRIDE)
    world.barred[OVERRIDE.id] = frozenset({"rafe"})
    await tab.press(Inbox.open)
    return tab


class TestTheInbox:
    """The inbox..."""

    async def test_lists_an_override_and_counts_it_for_who_may_decide_it(self, inbox: Browser):
        """Ines may: it is one of her five decisions."""
        row = (await inbox.value(Inbox, "rows"))[-1]

        assert (row.what, row.is_for_others) == (OVERRIDE.what, False)
        assert await inbox.value(Shell, "decisions") == 5

    @pytest.mark.parametrize(
        ("who", "role", "is_for_others"), [("rafe", Role.COORDINATOR, True), ("olu", Role.AUDITOR, False)]
    )
    async def test_does_not_count_what_the_reader_may_not_decide(
        self, inbox: Browser, world: ExampleProduct, who: str, role: Role, is_for_others: bool
    ):
        """Who asked reads that it waits for somebody else; an auditor decides nothing; the side bar agrees."""
        world.who = Actor(id=who, name="Somebody Else", role=role, org_id=INES.org_id)

        await inbox.press(Inbox.open)

        assert (await inbox.value(Inbox, "rows"))[-1].is_for_others is is_for_others
        assert await inbox.value(Shell, "decisions") == 4
        await inbox.press(Sessions.open)
        assert await inbox.value(Shell, "decisions") == 4

    async def test_opens_what_is_selected_by_key(self, inbox: Browser, world: ExampleProduct):
        """Down to the override, then Enter."""
        for _ in range(4):
            await inbox.press(Inbox.down)

        await inbox.press(Inbox.review)

        assert await inbox.value(EvidenceDialog, "is_override")
        assert (await inbox.value(EvidenceDialog, "override")).request_id == OVERRIDE.id


class TestAnOverride:
    """An override..."""

    async def test_stands_in_one_row_with_the_proposals(self, inbox: Browser):
        """K leads from it to the proposal above, and J back."""
        await inbox.press(EvidenceDialog.review_override, request_id=OVERRIDE.id)
        assert await inbox.value(EvidenceDialog, "place") == 5

        await inbox.press(EvidenceDialog.previous)
        assert not await inbox.value(EvidenceDialog, "is_override")
        await inbox.press(EvidenceDialog.next)

        assert await inbox.value(EvidenceDialog, "is_override")

    async def test_is_approved(self, inbox: Browser, world: ExampleProduct):
        """One act, one toast, and the row is gone."""
        await inbox.press(EvidenceDialog.review_override, request_id=OVERRIDE.id)

        scripts = await inbox.press(EvidenceDialog.approve_override)
        again = await inbox.press(EvidenceDialog.approve_override)

        assert "Approved, as Rafe Ostrander asked." in scripts[0]
        assert again == []
        assert world.asked.count("approve_override") == 1
        assert OVERRIDE not in world.inbox

    async def test_is_not_approved_by_the_button_of_a_proposal(self, inbox: Browser, world: ExampleProduct):
        """Each act is about what the dialog shows."""
        await inbox.press(EvidenceDialog.review_override, request_id=OVERRIDE.id)
        await inbox.press(EvidenceDialog.approve)
        await inbox.press(EvidenceDialog.review, proposal_id="p-imani")
        await inbox.press(EvidenceDialog.approve_override)
        await inbox.press(EvidenceDialog.decline, form={"reason": "No"})

        assert {"approve_promotion", "approve_override", "decline_override"}.isdisjoint(world.asked)

    async def test_is_declined_with_a_reason(self, inbox: Browser, world: ExampleProduct):
        """Without one the form says what is missing, and stays."""
        await inbox.press(EvidenceDialog.review_override, request_id=OVERRIDE.id)
        await inbox.press(EvidenceDialog.ask_why)

        await inbox.press(EvidenceDialog.decline, form={"reason": " "})
        said = await inbox.value(EvidenceDialog, "trouble")
        scripts = await inbox.press(EvidenceDialog.decline, form={"reason": "She can come in May"})

        assert said == "Please say why. It goes on the record."
        assert "Rafe Ostrander finds it in the history." in scripts[0]
        assert not await inbox.value(EvidenceDialog, "is_open")

    async def test_that_was_decided_meanwhile_says_so(self, inbox: Browser, world: ExampleProduct):
        """Somebody was quicker."""
        world.inbox.remove(OVERRIDE)

        scripts = await inbox.press(EvidenceDialog.review_override, request_id=OVERRIDE.id)

        assert "This request was decided already." in scripts[0]
        assert not await inbox.value(EvidenceDialog, "is_open")

    async def test_that_a_rule_is_against_by_now_closes_with_its_sentence(self, inbox: Browser, world: ExampleProduct):
        """Nothing is done, and the request stays."""
        await inbox.press(EvidenceDialog.review_override, request_id=OVERRIDE.id)
        world.troubles["approve_override"] = Refused("The session was cancelled.")

        scripts = await inbox.press(EvidenceDialog.approve_override)

        assert "The session was cancelled." in scripts[0]
        assert OVERRIDE in world.inbox
