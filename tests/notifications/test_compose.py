"""Messages in their words. `UPDATE_SNAPSHOTS=1 pytest tests/notifications/test_compose.py` writes the mails again."""

import os
from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar

from tests.notifications.example_facts import OFFER, TOKEN, facts_of
from waitlist_app.engine.model import SIGN_OFF, Order, Status
from waitlist_app.notifications.compose import Composer
from waitlist_app.services.message_kinds import Kind
from waitlist_app.services.outbox import MessageFacts, SkippedList, WrittenMessage
from waitlist_app.services.ports import MeetingDetails, PersonFacts

SNAPSHOTS = Path(__file__).parent / "snapshots"
WITH_A_LINK = {Kind.OFFER, Kind.REMINDER, Kind.JOINED, Kind.SIGN_OFF_ASKED, Kind.CHANGED}
GAS = SkippedList(title="Gas Safety", starts_at=datetime(2026, 3, 18, 13, 0, tzinfo=UTC), zone="Europe/London")
TOKYO = SkippedList(title="Fire Warden", starts_at=datetime(2026, 3, 18, 23, 0, tzinfo=UTC), zone="Asia/Tokyo")
LINK = f"https://learning.tarnwick.example/offer/{TOKEN}"


def _write(facts: MessageFacts) -> WrittenMessage:
    compose = Composer(app_url="https://learning.tarnwick.example", questions_to="learning@tarnwick.example")
    return compose(facts, token=TOKEN)


def _assert_as_before(name: str, text: str) -> None:
    path = SNAPSHOTS / name
    if os.environ.get("UPDATE_SNAPSHOTS"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="")
    assert text == path.read_text(encoding="utf-8").replace("\r\n", "\n")


class _Tags(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.links: list[str | None] = []
        self.open: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        if tag == "a":
            self.links.append(dict(attrs)["href"])
        if tag not in {"br", "meta"}:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


class TestAMail:
    @pytest.mark.parametrize("kind", list(Kind))
    def test_reads_as_it_did_before(self, kind):
        """No mail changes its words or its looks without somebody having seen it."""
        message = _write(facts_of(kind))

        _assert_as_before(f"{kind}.txt", f"Subject: {message.subject}\n\n{message.text}")
        _assert_as_before(f"{kind}.html", message.html)

    @pytest.mark.parametrize("kind", list(Kind))
    def test_closes_every_element_it_opens(self, kind):
        """Mail programs guess at broken pages, each in its own way."""
        assert _Tags(_write(facts_of(kind)).html).open == []

    @pytest.mark.parametrize("kind", sorted(set(Kind) - WITH_A_LINK))
    def test_without_a_question_carries_no_secret(self, kind):
        """Only what is to be answered needs a link that proves who holds it."""
        message = _write(facts_of(kind))

        assert message.token == ""
        assert TOKEN not in message.html + message.text + message.calendar

    def test_shows_names_as_they_are_written(self):
        """A name or a title with signs in it is text, never a part of the page."""
        message = _write(
            facts_of(
                Kind.OFFER,
                title="Fire & <b>Smoke</b>",
                organisation="Ash <script>",
                person=PersonFacts(id="x", name='<img src="x">', email="a&b@tarnwick.example"),
                location='"><a href="https://elsewhere.example">',
            )
        )

        assert all(raw not in message.html for raw in ("<script", "<img", "<b>Smoke", '"><a href="https://elsewhere'))
        assert "A seat is free for you in Fire &amp; &lt;b&gt;Smoke&lt;/b&gt;" in message.html
        assert "A seat is free for you in Fire & <b>Smoke</b>" in message.text

    def test_has_its_subject_in_one_line(self):
        """A title that was pasted with a line break must not end the head of the mail."""
        message = _write(facts_of(Kind.LEFT, title="First Aid\r\nBcc: everybody@tarnwick.example"))

        assert message.subject == "You are no longer on the waitlist: First Aid Bcc: everybody@tarnwick.example"


class TestAMailToWhoeverAsked:
    @pytest.mark.parametrize("kind", [kind for kind in Kind if kind is not Kind.SIGN_OFF_ASKED])
    def test_names_the_participant_and_holds_no_key_to_their_place(self, kind):
        """Who asked for somebody else is told what became of it, and cannot answer for them by a link."""
        rafe = PersonFacts(id="rafe", name="Rafe Ostrander", email="rafe.ostrander@tarnwick.example")
        message = _write(facts_of(kind, person=rafe, participant=facts_of(kind).person))

        assert message.subject.startswith("Imani Vestergrove ")
        assert "You asked for this seat for Imani Vestergrove" in " ".join(message.text.split())
        assert (message.token, message.calendar) == ("", "")
        assert TOKEN not in message.html + message.text


class TestJoining:
    def test_carries_a_link_to_leave_by(self):
        """It is named by what it does, in both forms of the mail."""
        message = _write(facts_of(Kind.JOINED))

        link = f"https://learning.tarnwick.example/leave/{TOKEN}"
        assert link in message.text.splitlines()
        assert f'<a href="{link}" style="color:inherit;">Leave the waitlist</a>' in message.html
        assert message.token == TOKEN

    def test_scenario_086_while_seats_are_free_is_called_pending_approval(self):
        """Only a manager's word is missing: no waitlist, and no number in it."""
        message = _write(facts_of(Kind.JOINED, outstanding=(SIGN_OFF,), is_pending_approval=True))

        _assert_as_before("joined_pending.txt", f"Subject: {message.subject}\n\n{message.text}")
        assert message.subject == "Your request is pending approval: First Aid at Work"
        assert "waitlist" not in message.text
        assert "number" not in message.text
        assert f"https://learning.tarnwick.example/leave/{TOKEN}" in message.text.splitlines()

    def test_is_told_to_whoever_asked_in_the_same_words(self):
        """And without the link."""
        rafe = PersonFacts(id="rafe", name="Rafe Ostrander", email="rafe.ostrander@tarnwick.example")
        message = _write(
            facts_of(
                Kind.JOINED,
                person=rafe,
                participant=facts_of(Kind.JOINED).person,
                outstanding=(SIGN_OFF,),
                is_pending_approval=True,
            )
        )

        assert message.subject == "Imani Vestergrove is pending approval: First Aid at Work"


class TestASignOff:
    def test_leads_the_manager_to_a_page_of_its_own(self):
        """The manager's key opens the sign-off and nothing else."""
        message = _write(facts_of(Kind.SIGN_OFF_ASKED))

        assert f"https://learning.tarnwick.example/sign-off/{TOKEN}" in message.text.splitlines()
        assert (message.recipient, message.token) == ("rafe.ostrander@tarnwick.example", TOKEN)


class TestAnOffer:
    def test_leads_to_its_page_and_gives_the_secret_back(self):
        """The link is the person's key; whoever stores the message keeps only its hash."""
        message = _write(facts_of(Kind.OFFER))

        assert _Tags(message.html).links[-1] == LINK
        assert LINK in message.text.splitlines()
        assert message.token == TOKEN

    def test_names_the_deadline_in_the_zone_of_the_session(self):
        """A session in Tokyo is answered by Tokyo time, and the mail says so."""
        message = _write(facts_of(Kind.OFFER, zone="Asia/Tokyo"))

        assert message.text.split("\n\n")[3] == (
            "Please answer by\nSaturday 14 March 2026, 19:42\nTokyo time (JST), 48 hours from now"
        )

    def test_names_summer_time_when_the_clocks_have_changed(self):
        """An offer over the night when the clocks change ends in summer time."""
        offer = replace(OFFER, expires_at=datetime(2026, 3, 30, 10, 42, tzinfo=UTC))
        message = _write(facts_of(Kind.OFFER, offer=offer, written_at=datetime(2026, 3, 28, 10, 42, tzinfo=UTC)))

        assert message.text.split("\n\n")[3] == (
            "Please answer by\nMonday 30 March 2026, 11:42\nLondon time (BST), 48 hours from now"
        )

    @pytest.mark.parametrize(
        ("goes_to_end", "said"),
        [
            (False, "The seat goes to the next person and you leave the line. You can ask again at any time."),
            (True, "The seat goes to the next person and you go to the end of the line."),
        ],
        ids=["out", "to the end"],
    )
    def test_says_what_silence_leads_to(self, goes_to_end, said):
        """Nobody loses a place without having been told how."""
        message = _write(facts_of(Kind.OFFER, goes_to_end=goes_to_end))

        assert said in " ".join(message.text.split())

    @pytest.mark.parametrize(
        ("changes", "said"),
        [
            (
                {},
                (
                    "A seat came back and you are the first in line who can take it: your training is due by 28 March. "
                    "Ines Calder approved this offer."
                ),
            ),
            (
                {"order": Order.FIRST_COME},
                "A seat came back and you are the first in line who can take it. Ines Calder approved this offer.",
            ),
            (
                {"compliance_deadline": None, "offer": replace(OFFER, seat_from="capacity", is_standing=True)},
                (
                    "A seat was added and you are the first in line who can take it. "
                    "The offer was made under the standing approval of Ines Calder."
                ),
            ),
            (
                {"compliance_deadline": None, "offer": replace(OFFER, seat_from="", approved_by="")},
                "A seat is free and you are the first in line who can take it.",
            ),
        ],
        ids=["by priority", "by time", "under a standing approval", "not known"],
    )
    def test_says_why_this_person_is_asked(self, changes, said):
        """Who gets a seat and on whose word is no secret to the one who gets it."""
        assert f"Why you? {said} No answer" in " ".join(_write(facts_of(Kind.OFFER, **changes)).text.split())

    def test_for_several_seats_says_how_many(self):
        """Whoever asked for a group answers for the group."""
        assert "Seats: 4" in _write(facts_of(Kind.OFFER, seat_units=4)).text.splitlines()


class TestAnOfferThatWasEndedByHand:
    @pytest.mark.parametrize(
        ("kind", "then"),
        [
            (Kind.LAPSED, "so the seat goes to the next person and you have left the line."),
            (Kind.REQUEUED, "so the seat goes to the next person and you are number 1 in the line now."),
        ],
    )
    def test_is_not_said_to_have_run_until_its_deadline(self, kind, then):
        """Nobody is told that they had a time which they did not have."""
        message = _write(facts_of(kind, offer=replace(OFFER, status="ended"), position=1))

        said = " ".join(message.text.split())
        assert f"A coordinator ended the offer before there was an answer, {then}" in said
        assert "We kept the seat" not in said


class TestAnOfferThatBlocksOtherLists:
    def test_names_each_with_its_day_in_its_own_zone(self):
        """Somebody who waits elsewhere learns that the offer costs them turns there, and no place."""
        message = _write(facts_of(Kind.OFFER, skipped_for_it=(GAS, TOKYO)))

        said = (
            "You wait elsewhere too While this offer is open, you are skipped on the waitlist for Gas Safety on Wed 18 "
            "March and Fire Warden on Thu 19 March, with your place kept. No answer by then?"
        )
        assert said in " ".join(message.text.split())
        assert "Gas Safety on Wed 18 March" in message.html

    def test_names_one_alone(self):
        """No list of one."""
        message = _write(facts_of(Kind.OFFER, skipped_for_it=(GAS,)))

        assert "the waitlist for Gas Safety on Wed 18 March, with your place kept." in " ".join(message.text.split())

    def test_says_nothing_where_there_are_none(self):
        """Nor does any other mail: who has a seat, or waits, is told by the mails about those lists."""
        others = [facts_of(kind, skipped_for_it=(GAS,)) for kind in Kind if kind is not Kind.OFFER]

        assert "elsewhere" not in _write(facts_of(Kind.OFFER)).text
        assert [facts.kind for facts in others if "You wait elsewhere too" in _write(facts).text] == []

    def test_is_no_news_for_whoever_asked(self):
        """Where else the participant waits is theirs to know."""
        requester = PersonFacts(id="rafe", name="Rafe Ostrander", email="rafe@tarnwick.example")
        facts = facts_of(Kind.OFFER, skipped_for_it=(GAS,))

        message = _write(replace(facts, person=requester, participant=facts.person))

        assert "Gas Safety" not in message.text + message.html


class TestAReminder:
    def test_leads_to_the_offer_with_a_secret_of_its_own(self):
        """Whoever has lost the first mail can answer by this one."""
        message = _write(facts_of(Kind.REMINDER))

        assert _Tags(message.html).links[-1] == LINK
        assert LINK in message.text.splitlines()
        assert message.token == TOKEN

    def test_names_the_zone_in_its_subject(self):
        """In the night when the clocks go back, 02:30 comes twice."""
        offer = replace(OFFER, expires_at=datetime(2026, 10, 25, 1, 30, tzinfo=UTC))
        message = _write(facts_of(Kind.REMINDER, offer=offer, zone="Europe/Berlin"))

        assert message.subject.endswith("please answer by Sun 25 October, 02:30 CET")

    def test_says_what_silence_leads_to_as_the_offer_did(self):
        """The two mails agree."""
        message = _write(facts_of(Kind.REMINDER, goes_to_end=True))

        assert "The seat goes to the next person and you go to the end of the line." in " ".join(message.text.split())


class TestASessionThatWasMoved:
    def test_leads_whoever_has_a_seat_to_the_question(self):
        """The link opens a page of its own, and the mail says by when and what silence means."""
        message = _write(facts_of(Kind.CHANGED))

        said = " ".join(message.text.split())
        assert f"https://learning.tarnwick.example/seat/{TOKEN}" in message.text.splitlines()
        assert message.token == TOKEN
        assert message.subject == "Please confirm your seat again: First Aid at Work, Wed 18 March"
        assert "Please answer by Saturday 14 March 2026, 10:42 London time (GMT), 48 hours from now" in said
        assert "No answer by then? The seat goes to the next person." in said

    @pytest.mark.parametrize(
        ("changes", "said"),
        [
            ({"keeps_by_silence": True}, "No answer by then? You keep your seat."),
            ({"answer_by": None}, "You keep your seat. The file with this mail takes the place of the earlier one."),
            ({"answer_by": None, "status": Status.OFFERED}, "The offer that you have stays open as it was."),
            ({"answer_by": None, "status": Status.WAITLISTED}, "You keep your place in the line."),
            (
                {"answer_by": None, "status": Status.WAITLISTED, "has_conflict": True},
                "You have a seat elsewhere at the same time You keep your place here.",
            ),
        ],
        ids=["silence keeps", "nothing asked", "an offer", "a place", "a clash"],
    )
    def test_says_what_stays(self, changes, said):
        """Whoever waits or has an offer is told of it and asked nothing."""
        message = _write(facts_of(Kind.CHANGED, **changes))

        assert said in " ".join(message.text.split())
        assert (TOKEN in message.text) == bool(facts_of(Kind.CHANGED, **changes).answer_by)


class TestAWaitingPerson:
    def test_in_a_clash_learns_why_others_come_first(self):
        """Somebody who has a seat at the same time keeps the place and is told about being skipped."""
        message = _write(facts_of(Kind.JOINED, has_conflict=True))

        assert "While you have that seat, free seats go to those behind you." in " ".join(message.text.split())

    def test_beside_an_offer_is_not_told_of_a_seat(self):
        """What is in the way is only an offer, and ends with its answer."""
        message = _write(facts_of(Kind.JOINED, has_conflict=True, conflict_is_offer=True))

        said = "You have an offer elsewhere at the same time You keep your place here. While that offer is open, "
        assert f"{said}free seats go to those behind you." in " ".join(message.text.split())
        assert "that seat" not in message.text

    def test_at_the_end_after_a_no_is_not_told_of_silence(self):
        """Whoever declined did answer."""
        message = _write(facts_of(Kind.REQUEUED, offer=replace(OFFER, status="declined")))

        assert "What happened? You said no to the seat, so the seat goes to the next person" in " ".join(
            message.text.split()
        )


class TestACalendarFile:
    def test_reads_as_it_did_before(self):
        """Calendars update an entry by its id, so neither ids nor times may change by accident."""
        calendar = _write(facts_of(Kind.CONFIRMED)).calendar

        _assert_as_before("confirmed.ics", calendar.replace("\r\n", "\n"))

    def test_scenario_043_has_the_instants_of_the_meetings_in_the_zone_of_the_session(self):
        """Over the change to summer time the session stays at nine o'clock where it is held."""
        meetings = tuple(
            MeetingDetails(
                starts_at=datetime(2026, 3, day, utc_hour, 0, tzinfo=UTC),
                ends_at=datetime(2026, 3, day, utc_hour + 2, 0, tzinfo=UTC),
            )
            for day, utc_hour in ((27, 9), (30, 8))
        )
        calendar = Calendar.from_ical(_write(facts_of(Kind.CONFIRMED, meetings=meetings)).calendar)

        london = ZoneInfo("Europe/London")
        starts = [event.decoded("DTSTART") for event in calendar.events]
        assert starts == [meeting.starts_at for meeting in meetings]
        assert [start.replace(tzinfo=None) for start in starts] == [
            meeting.starts_at.astimezone(london).replace(tzinfo=None) for meeting in meetings
        ]
        assert [zone.tz_name for zone in calendar.timezones] == ["Europe/London"]

    def test_goes_with_nothing_but_a_seat(self):
        """A seat that is only offered is nobody's appointment yet."""
        assert {kind for kind in Kind if _write(facts_of(kind)).calendar} == {Kind.CONFIRMED, Kind.CHANGED}
        assert _write(facts_of(Kind.CHANGED, status=Status.OFFERED)).calendar == ""

    def test_counts_how_often_the_session_was_moved(self):
        """A newer file takes the place of an older one with the same ids, whichever arrives first."""
        calendars = [
            Calendar.from_ical(_write(facts_of(kind, times_changed=times)).calendar)
            for kind, times in ((Kind.CONFIRMED, 0), (Kind.CHANGED, 3))
        ]

        counted = [[(str(event["UID"]), int(str(event["SEQUENCE"]))) for event in one.events] for one in calendars]
        assert counted == [
            [(f"imani-in-first-aid-{number}@waitlist", sequence) for number in (1, 2)] for sequence in (0, 3)
        ]

    def test_takes_meetings_away_that_the_session_has_no_more(self):
        """Whoever has three days in the calendar and a session of two is told of the third by its id."""
        calendar = Calendar.from_ical(_write(facts_of(Kind.CHANGED, most_meetings=3)).calendar)

        assert [(str(event["UID"]), str(event["STATUS"])) for event in calendar.events] == [
            ("imani-in-first-aid-1@waitlist", "CONFIRMED"),
            ("imani-in-first-aid-2@waitlist", "CONFIRMED"),
            ("imani-in-first-aid-3@waitlist", "CANCELLED"),
        ]


class TestTheDeadline:
    def test_is_the_same_in_the_subject_and_in_the_mail(self):
        """An inbox shows the subject only; nobody should have to open the mail to know how long there is."""
        message = _write(facts_of(Kind.OFFER))

        assert message.subject == "A seat is free for you: First Aid at Work, please answer by Sat 14 March, 10:42"
        assert ">Saturday 14 March 2026, 10:42</b>" in message.html
