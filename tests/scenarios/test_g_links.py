"""Scenarios of the mail of somebody who joined, and of links in the wrong hands, on both databases."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest

from tests.desk import INES, STRANGER
from tests.scenarios.mailroom import DAY, Mailroom
from waitlist_app.engine.model import SignOff
from waitlist_app.errors import NotAllowed
from waitlist_app.services.answer_offer import answer_offer
from waitlist_app.services.answer_sign_off import answer_sign_off
from waitlist_app.services.leave_by_link import LeavePage, leave_by_link, show_leave
from waitlist_app.services.ports import PersonDetails
from waitlist_app.services.request_seat import request_seat
from waitlist_app.services.sentences import tell
from waitlist_app.services.show_offer import show_offer
from waitlist_app.services.show_sign_off import show_sign_off

NOTHING = "We could not find this"


def leave_link(desk: Mailroom, name: str) -> str:
    """Give the secret in the mail that told somebody that they joined."""
    [mail] = [mail for mail in desk.mails("joined") if mail.person.name == name]
    found = re.search(r"/leave/([\w-]{43})", mail.text)
    assert found is not None
    return found.group(1)


def told(desk: Mailroom) -> list[str]:
    """Tell the record of First Aid, newest first."""
    _, acts = desk.read(lambda reader: reader.record(session_id="faw", count=3))
    return [f"{one.who} {one.what}" for one in (tell(act, "UTC") for act in acts)]


class TestScenario:
    def test_scenario_085_one_mail_says_the_place_how_it_works_and_how_to_leave(self, desk: Mailroom) -> None:
        """Oona joined behind Imani: one mail, with her number, what happens next, and a link."""
        mails = [mail for mail in desk.mails("joined") if mail.person.name == "Oona"]

        [mail] = mails
        text = " ".join(mail.text.split())
        assert mail.subject == "You are on the waitlist, number 2: First Aid at Work"
        assert "The line is in the order in which people asked." in text
        assert "When it is your turn, you get a mail with a link and the time by which to answer." in text
        assert "https://learning.tarnwick.example/leave/" in text

    def test_scenario_085_the_link_shows_on_opening_and_acts_on_the_button(self, desk: Mailroom) -> None:
        """A mail gateway that opens it twice changes nothing; the button does, once."""
        token = leave_link(desk, "Oona")
        before = desk.read(lambda reader: reader.head())

        seen = [show_leave(work=desk.work, token=token) for _ in range(2)]
        looked = desk.read(lambda reader: reader.head())
        pressed = [leave_by_link(work=desk.work, token=token) for _ in range(2)]

        waits = LeavePage(
            state="open",
            organisation="Tarnwick Group",
            title="First Aid at Work",
            when="Thu 26 March 2026, 09:00 – 16:00 GMT",
            heading="You are number 2 in line",
            say="Leave, and your place goes to the next person. If you ask again, you join as somebody who asks then.",
            button="Leave the waitlist",
        )
        assert seen == [waits, waits]
        assert looked == before
        assert [(page.state, page.heading, page.button) for page in pressed] == [("left", "You left the line", "")] * 2
        assert desk.standing() == {"Rosa": "dropped", "Imani": "waitlisted", "Oona": "left"}
        assert told(desk)[0] == "Oona left the waitlist."

    def test_scenario_085_leaving_as_the_first_in_line_proposes_the_next(self, desk: Mailroom) -> None:
        """It is an act like any other: the session is settled."""
        leave_by_link(work=desk.work, token=leave_link(desk, "Imani"))

        assert desk.proposed() == ["Oona"]

    def test_the_link_gives_up_no_offer_and_no_seat(self, desk: Mailroom) -> None:
        """It was sent for the line; an offer has a link of its own."""
        token = leave_link(desk, "Imani")
        desk.approve_imani()
        desk.deliver()

        offered = leave_by_link(work=desk.work, token=token)
        desk.accept("imani-faw")
        seated = leave_by_link(work=desk.work, token=token)

        assert (offered.state, offered.button) == ("offered", "")
        assert (seated.state, seated.button) == ("seated", "")
        assert desk.standing()["Imani"] == "confirmed"

    def test_the_link_says_so_when_the_place_ended_otherwise(self, desk: Mailroom) -> None:
        """Staff dropped them; nothing is left to do."""
        desk.drop("oona-faw")

        assert show_leave(work=desk.work, token=leave_link(desk, "Oona")).state == "closed"

    @pytest.mark.parametrize("use_case", [show_leave, leave_by_link])
    def test_the_link_of_an_offer_leads_nowhere_here(self, desk: Mailroom, use_case) -> None:
        """Each secret opens one thing."""
        desk.approve_imani()
        desk.deliver()
        offer = next(token for token in desk.tokens if desk.work.open_link(token))

        if use_case is show_leave:
            assert show_leave(work=desk.work, token=offer).heading == NOTHING
        else:
            with pytest.raises(NotAllowed):
                leave_by_link(work=desk.work, token=offer)


class TestScenarioOfSomeoneElsesLink:
    def test_scenario_038_shows_nothing_changes_nothing_and_is_noted(self, desk: Mailroom) -> None:
        """Charlie of Stoneworks is signed in there and opens Imani's offer: as if there were none, and on record."""
        desk.approve_imani()
        desk.deliver()
        token = next(one for one in desk.tokens if desk.work.open_link(one))
        before = desk.standing()

        seen = show_offer(work=desk.work, token=token, signed_in=STRANGER)
        with pytest.raises(NotAllowed, match="We could not find that"):
            answer_offer(work=desk.work, token=token, answer="accept", signed_in=STRANGER)

        unknown = show_offer(work=desk.work, token="no such link")
        assert seen == unknown
        assert desk.standing() == before
        noted = "Somebody opened the link of an offer while signed in to another organisation, and was shown nothing."
        assert told(desk)[:2] == [noted, noted]
        _, [last] = desk.read(lambda reader: reader.record(count=1))
        assert last.data == {"session_id": "faw", "registration_id": "imani-faw", "purpose": "offer"}
        assert last.actor_id == "system"

    def test_scenario_038_is_no_obstacle_to_whom_it_was_sent_to(self, desk: Mailroom) -> None:
        """Signed in to the same organisation, or not at all."""
        desk.approve_imani()
        desk.deliver()
        token = next(one for one in desk.tokens if desk.work.open_link(one))

        assert show_offer(work=desk.work, token=token, signed_in=INES).state == "open"
        assert answer_offer(work=desk.work, token=token, answer="accept").state == "seated"

    def test_scenario_038_holds_for_the_link_to_leave_by(self, desk: Mailroom) -> None:
        """Nobody of another organisation takes Oona off the line."""
        token = leave_link(desk, "Oona")

        assert show_leave(work=desk.work, token=token, signed_in=STRANGER).heading == NOTHING
        with pytest.raises(NotAllowed):
            leave_by_link(work=desk.work, token=token, signed_in=STRANGER)
        assert desk.standing()["Oona"] == "waitlisted"


class TestPendingApproval:
    @pytest.fixture
    def signed(self, database_url: str) -> Iterator[Mailroom]:
        """Yield a desk with a session of one seat that a manager has to sign off."""
        desk = Mailroom(database_url)
        desk.tokens = []
        desk.session("FAW", DAY, title="First Aid", offer_window=timedelta(hours=24), sign_off=SignOff())
        yield desk
        desk.engine.dispose()

    def ask(self, desk: Mailroom, name: str) -> str:
        """Let somebody ask, Rafe being their manager."""
        return request_seat(
            work=desk.work,
            actor=INES,
            session_id="faw",
            employee_id=name,
            name=name,
            email=f"{name.lower()}@tarnwick.example",
            manager=PersonDetails(name="Rafe", email="rafe@tarnwick.example"),
        )

    def test_scenario_086_is_said_while_seats_are_free(self, signed: Mailroom) -> None:
        """Ana's request is pending approval, on the desk, in the mail and behind the link."""
        said = self.ask(signed, "Ana")
        signed.deliver()

        [mail] = signed.mails("joined")
        page = show_leave(work=signed.work, token=leave_link(signed, "Ana"))
        assert said == "The request of Ana is pending approval. The manager is asked to sign it off."
        assert mail.subject == "Your request is pending approval: First Aid"
        assert "waitlist" not in mail.text
        assert (page.heading, page.button) == ("Your request is pending approval", "Take the request back")

    def test_scenario_086_is_the_waitlist_when_none_is(self, signed: Mailroom) -> None:
        """Bo's request is signed off and offered the seat; Ana waits, and is told her number."""
        self.ask(signed, "Bo")
        signed.deliver()
        token = next(one for one in signed.tokens if signed.work.open_sign_off_link(one))
        answer_sign_off(work=signed.work, token=token, is_given=True)

        said = self.ask(signed, "Ana")
        signed.deliver()

        mail = next(mail for mail in signed.mails("joined") if mail.person.name == "Ana")
        assert said == "Ana waits, number 2 in line. The manager is asked to sign it off."
        assert mail.subject == "You are on the waitlist, number 2: First Aid"

    def test_a_managers_link_opened_by_a_stranger_shows_nothing(self, signed: Mailroom) -> None:
        """Scenario 38 again, for the third kind of link."""
        self.ask(signed, "Bo")
        signed.deliver()
        token = next(one for one in signed.tokens if signed.work.open_sign_off_link(one))

        assert show_sign_off(work=signed.work, token=token, signed_in=STRANGER) is None
        with pytest.raises(NotAllowed):
            answer_sign_off(work=signed.work, token=token, is_given=True, signed_in=STRANGER)
