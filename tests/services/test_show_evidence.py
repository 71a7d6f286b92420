"""The evidence before an approval."""

from datetime import date

import pytest

from tests.desk import INES, NOBODY, RAFE, STRANGER, first_aid
from waitlist_app.engine.model import GroupRule, LapseRule, Order
from waitlist_app.engine.refusals import ProposalGone
from waitlist_app.errors import NotAllowed
from waitlist_app.services.approve_promotion import approve_promotion
from waitlist_app.services.change_seats import Seats, change_seats
from waitlist_app.services.decide_turn import propose_next
from waitlist_app.services.show_evidence import show_evidence
from waitlist_app.services.show_session import show_session
from waitlist_app.services.views import Evidence, Flag, SkippedRow


@pytest.fixture
def desk(sqlite_url):
    """Yield the desk in the middle of the story of First Aid at Work."""
    desk = first_aid(sqlite_url)
    yield desk
    desk.engine.dispose()


def evidence(desk, registration_id="keiko-faw-0318"):
    """Give the evidence for the proposal of somebody."""
    return show_evidence(work=desk.work, actor=INES, proposal_id=desk.proposal_of(registration_id))


def meter_of(desk, session_id="faw-0318"):
    """Give the meter on the page of a session."""
    return show_session(work=desk.work, actor=INES, session_id=session_id).meter


class TestTheEvidence:
    def test_answers_everything_before_the_button(self, desk):
        """The seat and why it is free, the person and why, who is skipped and why, and the exact deadline."""
        shown = evidence(desk)

        assert shown == Evidence(
            proposal_id=desk.proposal_of("keiko-faw-0318"),
            session_id="faw-0318",
            title="Offer a seat to Keiko Harrowgate?",
            session="First Aid at Work, FAW-0318, Wed 18 and Thu 19 Mar 2026, 09:00 – 16:30 GMT, "
            "Training Room 2, Leeds",
            seat="Free since 10:21 today, when Viktor Ashdown dropped",
            now=meter_of(desk),
            now_words="2 + 1 held + 1 free = 4",
            after=shown.after,
            after_words="2 + 2 held = 4",
            name="Keiko Harrowgate",
            team="Site Services",
            position="Position 2 of 4",
            because="Time asked. The first in line who can take the seat.",
            asked="Asked Thu 5 Mar 2026, 16:02:00 GMT, waiting 6 d 18 h.",
            checks=(Flag(kind="good", words="No conflict"), Flag(kind="good", words="No override involved")),
            skipped=(
                SkippedRow(
                    position=1,
                    name="Pavel Drummondsen",
                    why="has a seat in Abrasive Wheels, Wed 18 Mar, 13:00 – 15:00",
                    flag=Flag(kind="conflict", words="Conflict"),
                ),
            ),
            skipped_total=1,
            deadline="Sat 14 Mar 2026, 10:42 GMT",
            deadline_detail="48 h. The session starts Wed 18 Mar 2026, 09:00 GMT.",
            consequence="Without an answer Keiko Harrowgate is out of the line, "
            "and the seat is proposed to the next who can take it.",
            approver="Ines Calder",
        )

    def test_shows_the_seats_exactly_as_approving_leaves_them(self, desk):
        """What is promised before the button is what is so after it."""
        promised = evidence(desk).after
        proposal_id = desk.proposal_of("keiko-faw-0318")

        approve_promotion(work=desk.work, actor=INES, proposal_id=proposal_id)

        assert promised == meter_of(desk)

    @pytest.mark.parametrize(
        ("freed", "said"),
        [
            (
                lambda desk: desk.revoke("imani-faw-0318", "Wrong person"),
                "when the offer to Imani Vestergrove was taken back",
            ),
            (lambda desk: desk.decline("imani-faw-0318"), "when Imani Vestergrove declined the offer"),
        ],
        ids=["revoked", "declined"],
    )
    def test_says_whose_seat_it_was(self, desk, freed, said):
        """A seat that came back names the person and the act."""
        freed(desk)

        assert evidence(desk, "oona-faw-0318").seat == f"Free since 10:42 today, {said}"

    def test_says_that_an_offer_lapsed_and_when(self, desk):
        """A lapse is told like every other way in which a seat comes back."""
        desk.at("2026-03-14 10:00").sweep()
        desk.at("2026-03-16 09:00")

        shown = evidence(desk, "oona-faw-0318").seat

        assert shown == "Free since Sat 14 Mar, 10:00, when the offer to Imani Vestergrove lapsed without an answer"

    def test_says_since_when_a_seat_is_free_when_nobody_gave_it_back(self, desk):
        """Where no act freed the seat for the next, only the time is told."""
        desk.drop("keiko-faw-0318")

        assert evidence(desk, "oona-faw-0318").seat == "Free since 10:42 today"

    def test_says_by_what_the_person_is_next(self, desk):
        """By deadline, then who was proposed before, and whether somebody moved them."""
        desk.session("WAH", ("2026-04-08 08:00", "2026-04-08 16:00"), capacity=2, order=Order.PRIORITY)
        for name in ("Ulla Brandvoll", "Elsie Thornbury"):
            desk.ask(name, "wah")
        desk.ask("Hugo Banerley", "wah")
        desk.ask("Dilan Kaspersen", "wah", deadline=date(2026, 3, 28))
        desk.drop("ulla-wah")
        desk.drop("elsie-wah")
        first, second = evidence(desk, "dilan-wah"), evidence(desk, "hugo-wah")
        desk.move("hugo-wah", before="dilan-wah", reason="Night shift", by=RAFE)
        moved = evidence(desk, "hugo-wah")

        assert (first.because, first.skipped_total) == ("Deadline 28 Mar 2026. The first in line.", 0)
        assert second.because == "Time asked. Next after the 1 person proposed before."
        assert (moved.because, moved.checks) == (
            "Moved from 2 to 1. The first in line.",
            (Flag(kind="good", words="No conflict"), Flag(kind="override", words="Moved by Rafe Ostrander")),
        )

    def test_names_the_group_that_is_passed_because_too_few_are_free(self, desk):
        """Where who fits may pass, whoever is passed is named with the reason; nobody was proposed before."""
        desk.session("WAH", ("2026-04-08 08:00", "2026-04-08 16:00"), capacity=2, groups=GroupRule.FILL)
        for name, units in (("Ulla", 1), ("Elsie", 1), ("Gerd", 2), ("Hugo", 1)):
            desk.ask(name, "wah", units=units)
        desk.drop("ulla-wah")

        shown = evidence(desk, "hugo-wah")

        assert shown.because == "Time asked. The first in line who can take the seat."
        assert shown.skipped == (
            SkippedRow(
                position=1,
                name="Gerd",
                why="asks for 2 seats, and too few are free",
                flag=Flag(kind="plain", words="Too few seats"),
            ),
        )

    def test_names_a_group_that_the_session_is_too_small_for(self, desk):
        """It keeps its place, with a chip of its own, on the page of the session as here."""
        desk.session("WAH", ("2026-04-08 08:00", "2026-04-08 16:00"), capacity=3)
        for name, units in (("Ulla", 1), ("Elsie", 1), ("Gerd", 3), ("Hugo", 1)):
            desk.ask(name, "wah", units=units)
        change_seats(work=desk.work, actor=INES, session_id="wah", wanted=Seats(capacity=2), reason="Smaller room")
        desk.drop("ulla-wah")

        shown, page = evidence(desk, "hugo-wah"), show_session(work=desk.work, actor=INES, session_id="wah")

        assert [(row.why, row.flag.words) for row in shown.skipped] == [
            ("cannot be served yet: it needs more seats than the session has", "Too few seats")
        ]
        assert "Too few seats" in [flag.words for flag in page.waiting[0].flags]

    def test_says_that_somebody_was_chosen_instead(self, desk):
        """Passing Hugo over is an override, and the evidence for Dilan says so and names him."""
        desk.session("WAH", ("2026-04-08 08:00", "2026-04-08 16:00"))
        for name in ("Ulla Brandvoll", "Hugo Banerley", "Dilan Kaspersen"):
            desk.ask(name, "wah")
        desk.drop("ulla-wah")
        propose_next(work=desk.work, actor=INES, proposal_id=desk.proposal_of("hugo-wah"), reason="On leave")

        shown = evidence(desk, "dilan-wah")

        assert shown.because == "Time asked. Chosen instead of 1 person in front."
        assert shown.checks[1] == Flag(kind="override", words="Chosen instead of 1 person")
        assert shown.skipped == (
            SkippedRow(
                position=1,
                name="Hugo Banerley",
                why="was passed over by a coordinator, and comes first for the next seat",
                flag=Flag(kind="override", words="Passed over"),
            ),
        )

    def test_does_not_call_it_good_that_the_person_was_passed_over(self, desk):
        """Only what is in order gets a tick."""
        desk.session("WAH", ("2026-04-08 08:00", "2026-04-08 16:00"), capacity=2)
        for name in ("Ulla Brandvoll", "Elsie Thornbury", "Hugo Banerley", "Dilan Kaspersen"):
            desk.ask(name, "wah")
        desk.move("dilan-wah", before="hugo-wah", reason="Night shift", by=RAFE)
        desk.drop("ulla-wah")
        desk.drop("elsie-wah")

        passed = evidence(desk, "hugo-wah")

        assert passed.checks == (
            Flag(kind="good", words="No conflict"),
            Flag(kind="good", words="No override involved"),
            Flag(kind="plain", words="Passed over 1×"),
        )

    def test_names_the_first_twenty_skipped_and_counts_all(self, desk):
        """A long list of skipped people is cut, its count is not."""
        letters = [
            "Ada",
            "Ben",
            "Cleo",
            "Dora",
            "Emil",
            "Fay",
            "Gus",
            "Hal",
            "Ida",
            "Jan",
            "Kai",
            "Lea",
            "Max",
            "Nia",
            "Otto",
            "Pia",
            "Quin",
            "Rob",
            "Sue",
            "Tom",
            "Uma",
        ]
        desk.session("NOON", ("2026-05-05 12:00", "2026-05-05 13:00"), capacity=None)
        desk.session("SAME", ("2026-05-05 12:30", "2026-05-05 13:30"), title="Same Hour")
        desk.ask("Rosa Tilbrook", "same")
        for name in letters:
            desk.ask(name, "noon")
            desk.ask(name, "same")
        desk.ask("Viktor Ashdown", "same")
        desk.drop("rosa-same")

        shown = evidence(desk, "viktor-same")

        assert (shown.position, shown.skipped_total, len(shown.skipped)) == ("Position 22 of 22", 21, 20)
        assert [(row.position, row.name) for row in shown.skipped][-1] == (20, "Tom")

    def test_says_what_follows_from_silence(self, desk):
        """Where unused offers go to the end, that is said, once."""
        desk.session("PWC", ("2026-04-09 10:00", "2026-04-09 16:00"), on_lapse=LapseRule.END)
        desk.ask("Rosa Tilbrook", "pwc")
        desk.ask("Hugo Banerley", "pwc")
        desk.drop("rosa-pwc")
        first = evidence(desk, "hugo-pwc").consequence
        desk.approve("hugo-pwc")
        desk.at("2026-03-14 10:42").sweep()
        second = evidence(desk, "hugo-pwc").consequence

        rest = "and the seat is proposed to the next who can take it."
        assert first == f"Without an answer Hugo Banerley goes to the end of the line, {rest}"
        assert second == f"Without an answer Hugo Banerley is out of the line, {rest}"

    def test_names_the_seats_of_a_group(self, desk):
        """A group is offered all its seats at once."""
        for one in ("keiko", "oona", "ulla"):
            desk.drop(f"{one}-faw-0318")

        shown = evidence(desk, "sanjay-faw-0318")

        assert (shown.title, shown.now_words, shown.after_words) == (
            "Offer 2 seats to Sanjay Merriweather?",
            "1 + 1 held + 2 free = 4",
            "1 + 3 held = 4",
        )


class TestTheDeadline:
    def test_is_cut_by_the_start_of_the_session(self, desk):
        """No offer runs past the start, and the coordinator is told why it is shorter."""
        desk.at("2026-03-17 09:00")

        shown = evidence(desk)

        assert (shown.deadline, shown.deadline_detail) == (
            "Wed 18 Mar 2026, 09:00 GMT",
            "24 h 00 m instead of 48 h. The session starts Wed 18 Mar 2026, 09:00 GMT, and no offer runs past it.",
        )

    @pytest.mark.parametrize(
        ("now", "deadline"),
        [("2026-03-18 08:55", "Wed 18 Mar 2026, 09:00 GMT"), ("2026-03-18 08:56", "too soon to be answered")],
    )
    def test_leaves_five_minutes_or_is_none(self, desk, now, deadline):
        """With less than five minutes left the dialog says that nothing can be offered any more."""
        assert evidence(desk.at(now)).deadline == deadline

    def test_that_comes_too_late_changes_no_seat(self, desk):
        """What cannot be approved is not drawn as if it could."""
        shown = evidence(desk.at("2026-03-18 08:56"))

        assert shown.after == shown.now
        assert shown.deadline_detail == (
            "The session starts Wed 18 Mar 2026, 09:00 GMT. "
            "An offer runs for at least 5 minutes, so this cannot be offered any more."
        )


class TestAProposalThatIsGone:
    def test_is_said_to_be_gone(self, desk):
        """Somebody else may have been quicker."""
        proposal_id = desk.proposal_of("keiko-faw-0318")
        desk.approve("keiko-faw-0318", by=RAFE)

        with pytest.raises(ProposalGone):
            show_evidence(work=desk.work, actor=INES, proposal_id=proposal_id)

    def test_looks_like_one_of_another_organisation(self, desk):
        """What belongs to others looks like what is gone."""
        with pytest.raises(ProposalGone):
            show_evidence(work=desk.work, actor=STRANGER, proposal_id=desk.proposal_of("keiko-faw-0318"))

    def test_is_for_the_team_only(self, desk):
        """An employee does not see evidence about others."""
        with pytest.raises(NotAllowed):
            show_evidence(work=desk.work, actor=NOBODY, proposal_id=desk.proposal_of("keiko-faw-0318"))
