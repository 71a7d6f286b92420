"""Every failure becomes a sentence; what nobody foresaw becomes an apology with a reference."""

import pytest

from tests.state.conftest import Browser
from tests.state.example_product import ExampleProduct
from waitlist_app.errors import Defect, NotAllowed, Refused, TryAgain
from waitlist_app.state.evidence import EvidenceDialog
from waitlist_app.state.inbox import Inbox
from waitlist_app.state.leaving import LeavingDialog
from waitlist_app.state.request import RequestDialog
from waitlist_app.state.session import SessionView
from waitlist_app.state.sessions import Sessions


class TestAnApproval:
    """An approval..."""

    async def test_names_whom_the_offer_went_to(self, tab: Browser, world: ExampleProduct):
        """The toast says who and until when, and the dialog is gone."""
        await tab.press(EvidenceDialog.review, proposal_id="p-imani")

        scripts = await tab.press(EvidenceDialog.approve)

        assert "Offer sent to Imani Vestergrove" in scripts[0]
        assert not await tab.value(EvidenceDialog, "is_open")

    async def test_that_somebody_else_gave_first_says_so(self, tab: Browser, world: ExampleProduct):
        """Two coordinators press at the same time; one of them reads why nothing more happened."""
        await tab.press(EvidenceDialog.review, proposal_id="p-imani")
        world.troubles["approve_promotion"] = Refused("Rafe Ostrander approved this a moment ago.")

        scripts = await tab.press(EvidenceDialog.approve)

        assert "Rafe Ostrander approved this a moment ago." in scripts[0]

    async def test_pressed_twice_approves_once(self, tab: Browser, world: ExampleProduct):
        """The second press is about a dialog that is closed."""
        await tab.press(EvidenceDialog.review, proposal_id="p-imani")
        await tab.press(EvidenceDialog.approve)

        scripts = await tab.press(EvidenceDialog.approve)

        assert scripts == []
        assert world.asked.count("approve_promotion") == 1

    async def test_shows_the_next_with_one_key(self, tab: Browser, world: ExampleProduct):
        """J goes down the inbox and stops at its end, K goes up."""
        await tab.press(EvidenceDialog.review, proposal_id="p-imani")

        await tab.press(EvidenceDialog.next)

        assert (await tab.value(EvidenceDialog, "evidence")).name == "Keiko Harrowgate"
        await tab.press(EvidenceDialog.previous)
        await tab.press(EvidenceDialog.previous)
        assert (await tab.value(EvidenceDialog, "evidence")).name == "Imani Vestergrove"


class TestAForm:
    """A form..."""

    async def test_sent_again_after_no_answer_came_is_the_same_request(self, tab: Browser, world: ExampleProduct):
        """The key was made when it was opened; the next form has another."""
        form = {"name": "Pavel Drummondsen", "email": "pavel@tarnwick.example", "employee_id": "E7"}
        await tab.press(RequestDialog.add)
        world.troubles["request_seat"] = TryAgain()
        await tab.press(RequestDialog.submit, form=form)
        await tab.press(RequestDialog.submit, form=form)
        world.troubles.clear()
        await tab.press(RequestDialog.submit, form=form)
        await tab.press(RequestDialog.add)
        await tab.press(RequestDialog.submit, form=form)

        keys = [told["client_key"] for asked, told in world.told if asked == "request_seat"]
        assert len(keys) == 4
        assert keys[0] == keys[1] == keys[2] != keys[3]
        assert len(keys[0]) == 43


class TestAFailure:
    """A failure..."""

    @pytest.mark.parametrize(
        ("error", "phase", "sentence"),
        [
            (NotAllowed("another organisation"), "missing", "We could not find that."),
            (TryAgain("locked"), "failed", "This is busy right now. Nothing was saved. Please try again."),
            (Refused("The organisation is closed."), "failed", "The organisation is closed."),
        ],
    )
    async def test_of_a_page_gives_it_a_face(self, tab: Browser, world: ExampleProduct, error, phase, sentence):
        """A page that cannot be loaded says why and what can be done."""
        world.troubles["list_sessions"] = error

        await tab.press(Sessions.open)

        assert await tab.value(Sessions, "phase") == phase
        assert await tab.value(Sessions, "trouble") == sentence

    @pytest.mark.parametrize("error", [ZeroDivisionError("division by zero"), Defect("sums differ")])
    async def test_of_ours_is_told_with_a_reference_and_nothing_else(self, tab: Browser, world, error, caplog):
        """The person gets a number, the log gets the rest."""
        world.troubles["show_inbox"] = error

        await tab.press(Inbox.open)

        said = await tab.value(Inbox, "trouble")
        assert said.startswith("This did not work, and nothing was saved. Please tell us the reference E-")
        assert getattr(error, "detail", str(error)) not in said
        assert said[-10:-1] in caplog.text

    async def test_in_a_form_is_said_beside_its_field(self, tab: Browser, world: ExampleProduct):
        """What was typed stays, and the field says what is missing."""
        await tab.press(RequestDialog.add)

        await tab.press(RequestDialog.submit, form={"name": "Rosa Tilbrook", "email": ""})

        assert await tab.value(RequestDialog, "field") == "email"
        assert await tab.value(RequestDialog, "is_open")

    @pytest.mark.parametrize(
        ("form", "field"),
        [({"compliance_deadline": "31 February"}, "compliance_deadline"), ({"seat_units": "-1"}, "seat_units")],
    )
    async def test_to_read_a_form_asks_no_use_case(self, tab: Browser, world: ExampleProduct, form, field):
        """A day that does not exist is found before anything is asked."""
        await tab.press(RequestDialog.add)

        await tab.press(RequestDialog.submit, form=form)

        assert await tab.value(RequestDialog, "field") == field
        assert "request_seat" not in world.asked


class TestADrop:
    """A drop..."""

    async def test_needs_a_reason(self, tab: Browser, world: ExampleProduct):
        """Blanks are no reason."""
        await tab.press(LeavingDialog.drop, registration_id="bram-oyelaran", name="Bram Oyelaran")

        await tab.press(LeavingDialog.confirm, form={"reason": "  "})

        assert "drop_registration" not in world.asked
        assert await tab.value(LeavingDialog, "is_open")

    async def test_with_a_reason_is_done_and_told(self, tab: Browser, world: ExampleProduct):
        """The toast names the person."""
        await tab.press(LeavingDialog.drop, registration_id="bram-oyelaran", name="Bram Oyelaran")

        scripts = await tab.press(LeavingDialog.confirm, form={"reason": "Moved to Hull"})

        assert "Bram Oyelaran dropped" in scripts[0]


async def test_a_session_of_somebody_else_looks_like_one_that_never_was(tab: Browser, world: ExampleProduct):
    """The address is typed by anybody."""
    await tab.press(SessionView.open)

    assert await tab.value(SessionView, "phase") == "missing"
