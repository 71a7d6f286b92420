"""Asking for any date of a course."""

from collections.abc import Iterator

import pytest

from tests.desk import INES, NOBODY, at
from tests.scenarios.mailroom import Mailroom
from waitlist_app.engine.model import SignOff
from waitlist_app.engine.refusals import AlreadyRegistered
from waitlist_app.errors import InvalidInput, NotAllowed
from waitlist_app.services.leave_by_link import leave_by_link, show_leave
from waitlist_app.services.ports import MailboxMessage, PersonDetails
from waitlist_app.services.request_any_date import request_any_date

ANA = PersonDetails(employee_id="A1", name="Ana Quist", email="ana@tarnwick.example")
RAFE = PersonDetails(name="Rafe Ostrander", email="rafe.ostrander@tarnwick.example")


@pytest.fixture
def desk(database_url: str) -> Iterator[Mailroom]:
    """Open two dates of First Aid with one seat each, April added first, and one of Fire Safety."""
    desk = Mailroom(database_url)
    desk.tokens = []
    desk.session("FA-APR", ("2026-04-04 09:00", "2026-04-04 12:00"), course="First Aid")
    desk.session("FA-MAR", ("2026-03-24 09:00", "2026-03-24 12:00"), course="First Aid")
    desk.session("FIRE", ("2026-03-20 09:00", "2026-03-20 12:00"), course="Fire Safety")
    yield desk
    desk.engine.dispose()


def ask(desk: Mailroom, person: PersonDetails = ANA, **rest) -> str:
    """Let somebody ask for any date of First Aid, and give the answer."""
    return request_any_date(work=desk.work, actor=INES, course=" First Aid ", person=person, **rest)


class TestARequestForAnyDate:
    def test_gets_the_first_seat_by_start(self, desk: Mailroom) -> None:
        """March is first; once it is full, April."""
        first = ask(desk, PersonDetails(employee_id="O1", name="Olga Wren"))

        assert (first, ask(desk)) == ("Olga Wren has a seat in FA-MAR.", "Ana Quist has a seat in FA-APR.")

    def test_waits_for_each_date_and_leaves_the_others_with_a_seat(self, desk: Mailroom) -> None:
        """The answer names each place in line; a seat in March ends the wait for April."""
        for name, to in (("Olga", "fa-mar"), ("Piet", "fa-apr"), ("Bo", "fa-apr")):
            desk.ask(name, to)

        said = ask(desk)
        desk.drop("olga-fa-mar")
        [proposal] = desk.read(lambda reader: reader.proposals("fa-mar"))
        desk.approve(proposal.entry.registration.id)
        desk.accept(proposal.entry.registration.id)

        assert said == "Ana Quist waits for 2 dates: number 1 in FA-MAR and number 2 in FA-APR."
        assert [e.person.name for e in desk.read(lambda reader: reader.seated("fa-mar"))] == ["Ana Quist"]
        assert [e.person.name for e in desk.read(lambda reader: reader.waiting("fa-apr"))] == ["Bo"]

    def test_is_refused_who_has_a_date(self, desk: Mailroom) -> None:
        """One seat in the course is all there is."""
        ask(desk)

        with pytest.raises(AlreadyRegistered):
            ask(desk)

    def test_leaves_out_what_has_begun(self, desk: Mailroom) -> None:
        """On the morning of the date in March, only April is to come; after that nothing is."""
        desk.clock.set(at("2026-03-24 09:00"))
        said = ask(desk)
        desk.clock.set(at("2026-04-04 09:00"))

        with pytest.raises(InvalidInput, match="no date to come"):
            ask(desk, PersonDetails(employee_id="O1", name="Olga Wren"))

        assert said == "Ana Quist has a seat in FA-APR."

    def test_names_a_course_that_there_is(self, desk: Mailroom) -> None:
        """Sessions without a course are no course by the name of nothing."""
        desk.session("TALK", ("2026-05-20 09:00", "2026-05-20 12:00"))

        with pytest.raises(InvalidInput, match="no date to come"):
            request_any_date(work=desk.work, actor=INES, course=" ", person=ANA)

    def test_needs_a_manager_where_one_signs_it_off(self, desk: Mailroom) -> None:
        """The manager of the request is asked, or has to be named."""
        desk.session("GAS", ("2026-03-20 09:00", "2026-03-20 12:00"), course="Gas", sign_off=SignOff())

        with pytest.raises(InvalidInput, match="name the manager"):
            request_any_date(work=desk.work, actor=INES, course="Gas", person=ANA)
        said = request_any_date(work=desk.work, actor=INES, course="Gas", person=ANA, manager=RAFE)

        assert said == "Ana Quist waits for 1 date: number 1 in GAS. A manager is asked to sign it off."

    @pytest.mark.parametrize("units", [0, 1001])
    def test_needs_a_number_of_seats(self, desk: Mailroom, units: int) -> None:
        """At least one, and not more than anybody could mean."""
        with pytest.raises(InvalidInput, match="at least 1 seat"):
            ask(desk, seat_units=units)

    def test_is_taken_down_by_those_who_may(self, desk: Mailroom) -> None:
        """An employee asks through a page of their own."""
        with pytest.raises(NotAllowed):
            request_any_date(work=desk.work, actor=NOBODY, course="First Aid", person=ANA)


@pytest.fixture
def waiting(desk: Mailroom) -> Mailroom:
    """Let Ana wait for any date, number 1 in March and number 2 in April, behind Bo."""
    for name, to in (("Olga", "fa-mar"), ("Piet", "fa-apr"), ("Bo", "fa-apr")):
        desk.ask(name, to)
    ask(desk, requester=RAFE)
    desk.deliver()
    return desk


def mails_to(desk: Mailroom, name: str, kind: str) -> list[MailboxMessage]:
    """List what was sent to somebody of one kind."""
    return [mail for mail in desk.mails(kind) if mail.person.name == name and mail.status == "sent"]


def of_ana(desk: Mailroom, session_id: str) -> str:
    """Give the registration of Ana in a session."""
    entries = desk.read(lambda reader: reader.registrations(session_id))
    return next(entry.registration.id for entry in entries if entry.person.name == "Ana Quist")


class TestTheMailsOfARequestForAnyDate:
    def test_is_one_about_joining_with_every_date_and_place(self, waiting: Mailroom) -> None:
        """To Ana, and to Rafe, who asked for her."""
        [mail] = mails_to(waiting, "Ana Quist", "joined")
        [to_rafe] = mails_to(waiting, "Rafe Ostrander", "joined")

        assert mail.subject == "You wait for 2 dates: First Aid"
        assert (
            "Number 1: FA-MAR\n"
            "          Tue 24 March 2026\n"
            "          09:00 – 12:00\n"
            "          London time (GMT)\n"
            "          Leeds\n"
            "Number 2: FA-APR\n"
            "          Sat 4 April 2026\n"
        ) in mail.text
        assert to_rafe.subject == "Ana Quist is on the waitlist: First Aid"
        assert "Number 2: FA-APR" in to_rafe.text
        assert "/leave/" not in to_rafe.text

    def test_is_of_what_is_waited_for_when_it_is_sent(self, desk: Mailroom) -> None:
        """March was left before the mail went out: it is about April."""
        for name, to in (("Olga", "fa-mar"), ("Piet", "fa-apr"), ("Bo", "fa-apr")):
            desk.ask(name, to)
        ask(desk)
        desk.drop(of_ana(desk, "fa-mar"))
        desk.deliver()

        [mail] = mails_to(desk, "Ana Quist", "joined")
        assert mail.subject == "You wait for 1 date: First Aid"
        assert "FA-MAR" not in mail.text

    def test_is_not_sent_where_nothing_is_waited_for_any_more(self, desk: Mailroom) -> None:
        """Ana left both lines at once."""
        for name, to in (("Olga", "fa-mar"), ("Piet", "fa-apr")):
            desk.ask(name, to)
        ask(desk)
        for session_id in ("fa-mar", "fa-apr"):
            desk.drop(of_ana(desk, session_id))
        desk.deliver()

        assert [mail.status for mail in desk.mails("joined") if mail.person.name == "Ana Quist"] == ["obsolete"]

    def test_is_one_about_the_seat_that_says_that_the_others_ended(self, waiting: Mailroom) -> None:
        """A seat in March: nothing beside the confirmation tells of April."""
        waiting.drop(next(e.registration.id for e in waiting.read(lambda r: r.seated("fa-mar"))))
        waiting.deliver()
        waiting.approve(of_ana(waiting, "fa-mar"))
        waiting.deliver()
        waiting.accept(of_ana(waiting, "fa-mar"))
        waiting.deliver()

        [mail] = mails_to(waiting, "Ana Quist", "confirmed")
        assert "You asked for any date and have one now, so you are off the waitlists for the others." in _flat(mail)
        assert waiting.mails("other_date") == []
        assert len(mails_to(waiting, "Rafe Ostrander", "confirmed")) == 1

    def test_of_a_seat_at_once_says_nothing_of_other_dates(self, desk: Mailroom) -> None:
        """Nothing was waited for."""
        ask(desk)
        desk.deliver()

        [mail] = mails_to(desk, "Ana Quist", "confirmed")
        assert "waitlist" not in mail.text

    def test_tells_each_line_that_was_asked_for_by_itself(self, desk: Mailroom) -> None:
        """Bo asked for each date, and hears of each: March, where he has a seat, and April, where he waited."""
        for name, to in (("Olga", "fa-mar"), ("Piet", "fa-apr"), ("Bo", "fa-apr"), ("Bo", "fa-mar")):
            desk.ask(name, to)
        desk.drop("olga-fa-mar")
        desk.approve("bo-fa-mar")
        desk.accept("bo-fa-mar")
        desk.deliver()

        assert len(mails_to(desk, "Bo", "other_date")) == 1
        [mail] = mails_to(desk, "Bo", "confirmed")
        assert "any date" not in mail.text


class TestTheLinkOfARequestForAnyDate:
    def test_leaves_every_line_with_one_mail(self, waiting: Mailroom) -> None:
        """It shows both dates, and its button leaves both."""
        [token] = [token for token in waiting.tokens if show_leave(work=waiting.work, token=token).title == "First Aid"]
        page = show_leave(work=waiting.work, token=token)
        after = leave_by_link(work=waiting.work, token=token)
        waiting.deliver()

        assert (page.heading, page.button) == ("You wait for 2 dates", "Leave the waitlist")
        assert page.when == "Tue 24 March 2026, 09:00 – 12:00 GMT and Sat 4 April 2026, 10:00 – 13:00 BST"
        assert after.state == "left"
        assert [e.person.name for e in waiting.read(lambda reader: reader.waiting("fa-apr"))] == ["Bo"]
        assert waiting.read(lambda reader: reader.waiting("fa-mar")) == []
        [mail] = mails_to(waiting, "Ana Quist", "left")
        assert mail.subject == "You are no longer on the waitlist: First Aid"
        assert "You no longer wait for any date of First Aid" in mail.text

    def test_leaves_the_lines_that_are_left_and_no_offer(self, waiting: Mailroom) -> None:
        """March is on offer to Ana: the link for the line leaves April alone."""
        waiting.drop(next(e.registration.id for e in waiting.read(lambda r: r.seated("fa-mar"))))
        waiting.approve(of_ana(waiting, "fa-mar"))
        [token] = [token for token in waiting.tokens if show_leave(work=waiting.work, token=token).title == "First Aid"]

        page = show_leave(work=waiting.work, token=token)
        after = leave_by_link(work=waiting.work, token=token)

        assert (page.heading, after.state) == ("You wait for 1 date", "offered")
        assert [e.person.name for e in waiting.read(lambda reader: reader.waiting("fa-apr"))] == ["Bo"]


def _flat(mail: MailboxMessage) -> str:
    return " ".join(mail.text.split())
