"""Part D of the scenarios, through the use cases and over both databases: capacity and changes of the session."""

from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.desk import INES, NOBODY, Desk, at
from waitlist_app.engine import refusals
from waitlist_app.engine.model import Block, Mode, SignOff, StandingApproval, Status
from waitlist_app.errors import InvalidInput, NotAllowed
from waitlist_app.repository.work import MESSAGE
from waitlist_app.services.actors import Actor
from waitlist_app.services.cancel_session import cancel_session
from waitlist_app.services.change_seats import Seats, change_seats
from waitlist_app.services.difference_in_words import DifferenceInWords, Effect, Mails
from waitlist_app.services.grant_seat import grant_seat
from waitlist_app.services.list_rosters import list_rosters
from waitlist_app.services.moves import Move, NoSeatThere, SameSession, SignOffThere
from waitlist_app.services.preview_act import Preview, preview_act
from waitlist_app.services.reduce_group import reduce_group
from waitlist_app.services.remove_registrations import remove_registrations
from waitlist_app.services.rename_session import rename_session
from waitlist_app.services.request_seat import request_seat
from waitlist_app.services.sweep_offers import sweep_offers
from waitlist_app.services.tell_history import tell_history
from waitlist_app.services.transfer_registration import transfer_registration

WEDNESDAY = ("2026-03-18 09:00", "2026-03-18 12:00")
THURSDAY = ("2026-03-19 09:00", "2026-03-19 12:00")
FAW, ABW = "faw", "abw"


@pytest.fixture
def desk(database_url):
    """Open a desk with First Aid on Wednesday and Abrasive Wheels on Thursday."""
    desk = Desk(database_url, at("2026-03-02 09:00"))
    desk.session("FAW", WEDNESDAY, capacity=3)
    desk.session("ABW", THURSDAY, capacity=1)
    yield desk
    desk.engine.dispose()


def ask(desk: Desk, *names: str, to: str = FAW) -> None:
    """Let people ask, one minute after the other."""
    for name in names:
        desk.clock.set(desk.clock.now().replace(minute=desk.clock.now().minute + 1))
        desk.ask(name, to)


def standing(desk: Desk, session_id: str = FAW) -> dict[str, str]:
    """Say who stands where, by first name; of those who wait also who is proposed."""
    roster = desk.read(lambda reader: reader.roster(session_id))
    people = {entry.registration.id: entry.person.name for entry in desk.read(lambda r: r.registrations(session_id))}
    proposed = {proposal.registration_id for proposal in roster.proposals.values()}
    rows = sorted(roster.registrations.values(), key=lambda one: one.arrival)
    said = {
        "confirmed": " ".join(people[r.id] for r in rows if r.status is Status.CONFIRMED),
        "offered": " ".join(people[r.id] for r in rows if r.status is Status.OFFERED),
        "waiting": " ".join(people[r.id] for r in roster.line()),
        "proposed": " ".join(people[r.id] for r in roster.line() if r.id in proposed),
    }
    return {status: names for status, names in said.items() if names}


def mails(desk: Desk, kind: str) -> Counter[str]:
    """Count the messages of a kind by registration."""
    with desk.engine.connect() as connection:
        return Counter(connection.scalars(select(MESSAGE.c.registration_id).where(MESSAGE.c.kind == kind)))


def row_of(desk: Desk, session_id: str = FAW):
    """Give the line of a session in the file of seats."""
    _, seats = list_rosters(work=desk.work, actor=INES)
    return next(row for row in seats if row.session_code == session_id.upper())


def change(desk: Desk, wanted: Seats, **rest) -> str:
    """Set the seats of First Aid."""
    return change_seats(work=desk.work, actor=INES, session_id=FAW, wanted=wanted, reason="Another room", **rest)


def remove(desk: Desk, *registration_ids: str, by: Actor = INES) -> str:
    """Take people off."""
    return remove_registrations(work=desk.work, actor=by, registration_ids=registration_ids, reason="Plant closed")


def preview(desk: Desk, wanted: Seats, *, to: str = FAW, by: Actor = INES, **rest) -> Preview:
    """Show what setting the seats of a session would change."""
    return preview_act(
        work=desk.work,
        act=lambda dry: change_seats(work=dry, actor=by, session_id=to, wanted=wanted, reason="Another room", **rest),
    )


class TestChangingSeats:
    def test_scenario_047_proposes_the_next_when_seats_are_added(self, desk):
        """Two more seats for three people, and the answer says so."""
        ask(desk, "Ana", "Bo", "Cleo", "Dan", "Eve", "Finn")

        answer = change(desk, Seats(capacity=5))

        assert answer == "The limit is 5 seats now. 2 people are proposed."
        assert standing(desk) == {"confirmed": "Ana Bo Cleo", "waiting": "Dan Eve Finn", "proposed": "Dan Eve"}

    def test_scenario_048_mails_each_promoted_person_once_and_nobody_else(self, desk):
        """Dan and Eve get an offer each, Finn nothing."""
        ask(desk, "Ana", "Bo", "Cleo", "Dan", "Eve", "Finn")
        change(desk, Seats(capacity=5))

        desk.approve("dan-faw")
        desk.approve("eve-faw")

        assert mails(desk, "offer") == {"dan-faw": 1, "eve-faw": 1}

    def test_scenario_050_refuses_fewer_seats_than_people_hold(self, desk):
        """Nobody goes because a number was lowered."""
        ask(desk, "Ana", "Bo", "Cleo")

        with pytest.raises(refusals.CapacityTooLow):
            change(desk, Seats(capacity=1))

        assert standing(desk) == {"confirmed": "Ana Bo Cleo"}
        assert row_of(desk).capacity == 3

    def test_scenario_050_lowers_when_the_coordinator_names_who_moves_where_and_why(self, desk):
        """Bo goes to Thursday, Cleo is removed: one act, and each is told."""
        ask(desk, "Ana", "Bo", "Cleo")
        moves = (
            Move(registration_id="bo-faw", to_session_id=ABW, reason="Works on Thursdays"),
            Move(registration_id="cleo-faw", reason="Asked last"),
        )

        answer = change(desk, Seats(capacity=1), moves=moves)

        assert answer == "The limit is 1 seat now. Bo has a seat in ABW now. Cleo was removed."
        assert (standing(desk), standing(desk, ABW)) == ({"confirmed": "Ana"}, {"confirmed": "Bo"})
        assert (mails(desk, "transferred"), mails(desk, "removed")) == ({"bo-faw": 1}, {"cleo-faw": 1})

    def test_scenario_050_moves_nobody_when_one_of_the_moves_cannot_be(self, desk):
        """There is one seat on Thursday: with both sent there, nothing is saved at all."""
        ask(desk, "Ana", "Bo", "Cleo")
        moves = [
            Move(registration_id=f"{name}-faw", to_session_id=ABW, reason="Smaller room") for name in ("bo", "cleo")
        ]

        with pytest.raises(NoSeatThere):
            change(desk, Seats(capacity=1), moves=moves)

        assert (standing(desk), standing(desk, ABW)) == ({"confirmed": "Ana Bo Cleo"}, {})

    def test_scenario_052_frees_nothing_by_removing_an_unused_allowance(self, desk):
        """Taking away what nobody has changes nothing for anybody."""
        change(desk, Seats(capacity=3, allowance_units=2))
        ask(desk, "Ana", "Bo", "Cleo")

        change(desk, Seats(capacity=3))

        assert (row_of(desk).limit, row_of(desk).free) == (3, 0)

    def test_clears_one_allowance_when_the_other_is_set(self, desk):
        """A number or a share: what was set last."""
        change(desk, Seats(capacity=10, allowance_units=2))
        change(desk, Seats(capacity=10, allowance_units=2, allowance_percent=15))

        rules = desk.read(lambda reader: reader.session(FAW)).rules

        assert (rules.allowance_units, rules.allowance_percent, row_of(desk).limit) == (0, 15, 12)

    def test_asks_which_allowance_is_meant_when_both_are_new(self, desk):
        """Two answers are none."""
        with pytest.raises(InvalidInput):
            change(desk, Seats(capacity=10, allowance_units=2, allowance_percent=15))

    def test_has_no_waitlist_without_a_limit(self, desk):
        """Blank capacity: everybody gets a seat, and there is no list to be on."""
        ask(desk, "Ana", "Bo", "Cleo", "Dan")

        answer = change(desk, Seats(capacity=None))

        rules = desk.read(lambda reader: reader.session(FAW)).rules
        assert answer == "There is no limit now. Dan is proposed."
        assert (rules.waitlist_is_open, rules.mode) == (False, Mode.MANUAL)

    def test_scenario_009_keeps_those_who_wait_when_the_list_is_closed(self, desk):
        """Nobody joins any more; Dan is still proposed."""
        ask(desk, "Ana", "Bo", "Cleo", "Dan")
        change(desk, Seats(capacity=3, waitlist_is_open=False))

        with pytest.raises(refusals.WaitlistClosed):
            ask(desk, "Eve")
        desk.drop("bo-faw")

        assert standing(desk) == {"confirmed": "Ana Cleo", "waiting": "Dan", "proposed": "Dan"}

    def test_scenario_008_asks_what_becomes_of_a_line_longer_than_its_new_limit(self, desk):
        """Three wait and one may: enforced, the last two leave and are told; left alone, all stay."""
        ask(desk, "Ana", "Bo", "Cleo", "Dan", "Eve", "Finn")
        shorter = Seats(capacity=3, waitlist_limit=1)

        with pytest.raises(refusals.LineTooLong):
            change(desk, shorter)
        left = preview(desk, shorter, long_line="leave")
        shown = preview(desk, shorter, long_line="enforce")
        enforced = change(desk, shorter, long_line="enforce")

        assert (left.says, left.told.loses) == ("The limit is 3 seats now.", ())
        assert [(one.name, one.follows) for one in shown.told.loses] == [
            ("Eve", "Leaves the line of FAW."),
            ("Finn", "Leaves the line of FAW."),
        ]
        assert shown.says == enforced == "The limit is 3 seats now. 2 people left the line."
        assert standing(desk) == {"confirmed": "Ana Bo Cleo", "waiting": "Dan"}
        assert mails(desk, "removed") == {"eve-faw": 1, "finn-faw": 1}

    def test_is_for_those_who_may_edit(self, desk):
        """An employee sets no seats."""
        with pytest.raises(NotAllowed):
            change_seats(
                work=desk.work, actor=NOBODY, session_id=FAW, wanted=Seats(capacity=9), reason="I would like to come"
            )

    def test_needs_a_reason(self, desk):
        """The record says why."""
        with pytest.raises(refusals.ReasonMissing):
            change_seats(work=desk.work, actor=INES, session_id=FAW, wanted=Seats(capacity=9), reason=" ")


class TestAnotherTitle:
    def test_scenario_051_does_nothing_to_anybody_in_a_full_session(self, desk):
        """No proposal and no mail; the page has the new title, and the record has both."""
        ask(desk, "Ana", "Bo", "Cleo", "Dan", "Eve")
        before = desk.read(lambda reader: reader.roster(FAW)), _messages(desk)

        answer = rename_session(work=desk.work, actor=INES, session_id=FAW, title=" First Aid at Sea ")

        assert answer == "FAW is called First Aid at Sea from now on."
        assert (desk.read(lambda reader: reader.roster(FAW)), _messages(desk)) == before
        assert standing(desk) == {"confirmed": "Ana Bo Cleo", "waiting": "Dan Eve"}
        facts = desk.read(lambda reader: reader.session(FAW))
        (latest, *_) = desk.read(lambda reader: tell_history(reader, facts))
        assert facts.title == "First Aid at Sea"
        assert latest.what == "changed the title from FAW to First Aid at Sea."

    def test_that_is_the_same_is_no_change(self, desk):
        """Nothing goes on record."""
        _, before = desk.read(lambda reader: reader.record(count=1))

        answer = rename_session(work=desk.work, actor=INES, session_id=FAW, title="FAW")

        assert answer == "The title is FAW already."
        assert desk.read(lambda reader: reader.record(count=1))[1] == before

    def test_is_given_by_those_who_edit_and_is_not_empty(self, desk):
        """A name is needed, and a role."""
        with pytest.raises(InvalidInput) as refused:
            rename_session(work=desk.work, actor=INES, session_id=FAW, title=" ")
        with pytest.raises(NotAllowed):
            rename_session(work=desk.work, actor=NOBODY, session_id=FAW, title="First Aid at Sea")
        assert refused.value.field == "title"


def _messages(desk: Desk) -> int:
    """Count the messages that were ever written."""
    with desk.engine.connect() as connection:
        return len(connection.scalars(select(MESSAGE.c.id)).all())


class TestAGrant:
    def test_scenario_053_is_marked_and_counted_and_keeps_the_line(self, desk):
        """Hana is in beyond the limit; four keep their places, and the file says overbooked by one."""
        ask(desk, "Ana", "Bo", "Cleo", "Dan", "Eve", "Finn", "Gus", "Hana")

        answer = grant_seat(work=desk.work, actor=INES, registration_id="hana-faw", reason="The board asked")

        assert answer == "Hana has a seat beyond the limit. 4 people passed over."
        assert standing(desk) == {"confirmed": "Ana Bo Cleo Hana", "waiting": "Dan Eve Finn Gus"}
        row = row_of(desk)
        assert (row.limit, row.confirmed, row.free, row.overbooked_by) == (3, 4, 0, 1)
        line = desk.read(lambda reader: reader.waiting(FAW))
        assert [entry.passed_over for entry in line] == [1, 1, 1, 1]

    def test_scenario_017_is_never_refilled(self, desk):
        """Two grants in three seats: only the third to leave frees a seat for the line."""
        ask(desk, "Ana", "Bo", "Cleo", "Dan", "Eve", "Finn")
        for name in ("eve", "finn"):
            grant_seat(work=desk.work, actor=INES, registration_id=f"{name}-faw", reason="The board asked")

        proposed: list[str] = []
        for name in ("eve", "ana", "bo"):
            desk.drop(f"{name}-faw")
            proposed.append(standing(desk).get("proposed", ""))

        assert proposed == ["", "", "Dan"]


class TestAPreviewOfOtherSeats:
    def test_names_who_gains_and_says_what_the_act_would_say(self, desk):
        """Two seats more: Dan and Eve are proposed, and nobody is written to before somebody approves."""
        ask(desk, "Ana", "Bo", "Cleo", "Dan", "Eve", "Finn")

        shown = preview(desk, Seats(capacity=5))

        assert shown.says == "The limit is 5 seats now. 2 people are proposed."
        assert shown.told == DifferenceInWords(
            gains=(
                Effect(name="Dan", follows="Is proposed for a seat in FAW."),
                Effect(name="Eve", follows="Is proposed for a seat in FAW."),
            ),
            gains_count=2,
        )
        assert change(desk, Seats(capacity=5)) == shown.says

    def test_names_who_loses_in_each_session_and_which_mails_would_go(self, desk):
        """Bo would go to Thursday and Cleo nowhere; Dan, who is proposed for Ana's seat, no longer is; all is kept."""
        ask(desk, "Ana", "Bo", "Cleo", "Dan")
        desk.drop("ana-faw")
        before = desk.read(lambda reader: (reader.head(), reader.roster(FAW), reader.roster(ABW)))
        moves = (
            Move(registration_id="bo-faw", to_session_id=ABW, reason="Works on Thursdays"),
            Move(registration_id="cleo-faw", reason="Asked last"),
        )

        shown = preview(desk, Seats(capacity=0), moves=moves)

        assert shown.says == "The limit is 0 seats now. Bo has a seat in ABW now. Cleo was removed."
        assert shown.told.gains == (Effect(name="Bo", follows="Gets a seat in ABW."),)
        assert sorted((one.name, one.follows) for one in shown.told.loses) == [
            ("Bo", "Loses the seat in FAW."),
            ("Cleo", "Loses the seat in FAW."),
            ("Dan", "Is no longer proposed for a seat in FAW."),
        ]
        assert shown.told.mails == (
            Mails(subject="You were moved to another session", to=("Bo",), count=1),
            Mails(subject="You have a seat", to=("Bo",), count=1),
            Mails(subject="You were taken off the session", to=("Cleo",), count=1),
        )
        assert desk.read(lambda reader: (reader.head(), reader.roster(FAW), reader.roster(ABW))) == before

    def test_counts_who_only_moves_up(self, desk):
        """Dan would be removed: Eve and Finn move up a place, and that is all that they get."""
        ask(desk, "Ana", "Bo", "Cleo", "Dan", "Eve", "Finn")

        shown = preview(desk, Seats(capacity=3), moves=[Move(registration_id="dan-faw", reason="Left the company")])

        assert (shown.told.gains, shown.told.up, shown.told.down) == ((), 2, 0)
        assert shown.told.loses == (Effect(name="Dan", follows="Leaves the line of FAW."),)

    def test_tells_of_offers_that_would_go_at_once_and_not_of_their_reminders(self, desk):
        """Offers go out by themselves there: Zoe would get one, and its mail; a reminder comes without an answer."""
        signed = StandingApproval(id="standing")
        desk.session(
            "GDPR",
            ("2026-04-02 09:00", "2026-04-02 12:00"),
            mode=Mode.OFFERED,
            standing_approval=signed,
            reminder_window=timedelta(hours=24),
        )
        ask(desk, "Ana", "Zoe", to="gdpr")

        shown = preview(desk, Seats(capacity=2), to="gdpr")

        assert shown.told.gains == (Effect(name="Zoe", follows="Gets an offer in GDPR."),)
        assert shown.told.mails == (Mails(subject="A seat is free for you", to=("Zoe",), count=1),)

    def test_is_refused_like_the_act(self, desk):
        """Three people hold what would be one seat; and nobody looks who may not act."""
        ask(desk, "Ana", "Bo", "Cleo")

        with pytest.raises(refusals.CapacityTooLow):
            preview(desk, Seats(capacity=1))
        with pytest.raises(NotAllowed):
            preview(desk, Seats(capacity=4), by=NOBODY)


class TestATransfer:
    def test_frees_the_seat_here_for_the_next_and_takes_a_free_one_there(self, desk):
        """Ana goes to Thursday, Dan is proposed for Wednesday."""
        ask(desk, "Ana", "Bo", "Cleo", "Dan")
        move = Move(registration_id="ana-faw", to_session_id=ABW, reason="Night shift")

        answer = transfer_registration(work=desk.work, actor=INES, move=move)

        assert answer == "Ana has a seat in ABW now."
        assert standing(desk) == {"confirmed": "Bo Cleo", "waiting": "Dan", "proposed": "Dan"}
        assert standing(desk, ABW) == {"confirmed": "Ana"}

    def test_takes_nobody_s_seat_away_for_a_place_in_a_line(self, desk):
        """Thursday is full: Ana stays where she is."""
        ask(desk, "Zoe", to=ABW)
        ask(desk, "Ana")
        move = Move(registration_id="ana-faw", to_session_id=ABW, reason="Night shift")

        with pytest.raises(NoSeatThere):
            transfer_registration(work=desk.work, actor=INES, move=move)

        assert (standing(desk), standing(desk, ABW)) == ({"confirmed": "Ana"}, {"confirmed": "Zoe"})

    @pytest.mark.parametrize("has_seat", [True, False])
    def test_asks_for_the_manager_whom_a_sign_off_needs(self, desk, has_seat):
        """Nobody would be asked for the word without which Ana has no seat on Friday: she stays where she is."""
        desk.session("FRI", ("2026-03-20 09:00", "2026-03-20 12:00"), sign_off=SignOff())
        ask(desk, *(["Ana"] if has_seat else ["Bo", "Cleo", "Dan", "Ana"]))
        before = standing(desk)
        move = Move(registration_id="ana-faw", to_session_id="fri", reason="Night shift")

        with pytest.raises(SignOffThere, match="A manager has to sign Ana off in FRI first"):
            transfer_registration(work=desk.work, actor=INES, move=move)

        assert (standing(desk), standing(desk, "fri")) == (before, {})

    def test_past_a_line_is_an_override_on_the_record(self, desk):
        """Yara waits on Thursday: Ana is seated past her, signed by Ines, and it is counted."""
        ask(desk, "Zoe", "Yara", to=ABW)
        ask(desk, "Ana")
        move = Move(registration_id="ana-faw", to_session_id=ABW, reason="Night shift", past_line=True)

        transfer_registration(work=desk.work, actor=INES, move=move)

        assert standing(desk, ABW) == {"confirmed": "Zoe Ana", "waiting": "Yara"}
        assert row_of(desk, ABW).overbooked_by == 1
        [yara] = desk.read(lambda reader: reader.waiting(ABW))
        assert yara.passed_over == 1

    def test_of_somebody_who_waits_joins_the_other_line_as_somebody_who_asks_now(self, desk):
        """Dan waits on Wednesday, and then on Thursday, behind Yara."""
        ask(desk, "Zoe", "Yara", to=ABW)
        ask(desk, "Ana", "Bo", "Cleo", "Dan")
        move = Move(registration_id="dan-faw", to_session_id=ABW, reason="Asked for Thursday")

        answer = transfer_registration(work=desk.work, actor=INES, move=move)

        assert answer == "Dan waits in ABW now, number 2 in line."
        assert standing(desk) == {"confirmed": "Ana Bo Cleo"}

    def test_to_the_same_session_is_refused(self, desk):
        """There is nowhere to go."""
        ask(desk, "Ana")

        with pytest.raises(SameSession):
            transfer_registration(
                work=desk.work, actor=INES, move=Move(registration_id="ana-faw", to_session_id=FAW, reason="Mistake")
            )


class TestARemoval:
    def test_scenario_078_says_who_when_and_why(self, desk):
        """The record names Ines and the reason, and Dan is proposed for the seat."""
        ask(desk, "Ana", "Bo", "Cleo", "Dan")

        answer = remove_registrations(
            work=desk.work, actor=INES, registration_ids=["ana-faw"], reason="Left the company"
        )

        history = desk.read(lambda reader: tell_history(reader, reader.session(FAW)))
        assert answer == "Ana was removed."
        assert any(row.who == "Ines Calder" and row.what == "removed Ana." for row in history)
        [(_, acts)] = [desk.read(lambda reader: reader.record(search="Left the company"))]
        assert [(act.act, act.actor_name, act.texts["reason"]) for act in acts] == [
            ("RegistrationClosed", "Ines Calder", "Left the company")
        ]
        assert standing(desk)["proposed"] == "Dan"

    def test_needs_a_reason(self, desk):
        """Nobody is taken off without a word why."""
        ask(desk, "Ana")

        with pytest.raises(refusals.ReasonMissing):
            remove_registrations(work=desk.work, actor=INES, registration_ids=["ana-faw"], reason="")

    def test_of_several_is_one_act_that_tells_each_once(self, desk):
        """Ana and Bo have seats, Dan is next: all three go, named twice or not, and Eve and Finn are proposed."""
        ask(desk, "Ana", "Bo", "Cleo", "Dan", "Eve", "Finn")

        answer = remove(desk, "dan-faw", "ana-faw", "bo-faw", "ana-faw")

        assert answer == "Dan was removed. Ana was removed. Bo was removed."
        assert standing(desk) == {"confirmed": "Cleo", "waiting": "Eve Finn", "proposed": "Eve Finn"}
        assert mails(desk, "removed") == {"ana-faw": 1, "bo-faw": 1, "dan-faw": 1}
        [*_, (_, acts)] = [desk.read(lambda reader: reader.record(search="Plant closed"))]
        assert [(act.act, act.actor_name, act.texts["reason"]) for act in acts] == [
            ("RegistrationClosed", "Ines Calder", "Plant closed")
        ] * 3

    def test_of_several_proposes_nobody_who_is_removed_as_well(self, desk):
        """Dan was never proposed for the seat that Ana gave back in the same act."""
        ask(desk, "Ana", "Bo", "Cleo", "Dan", "Eve")

        remove(desk, "ana-faw", "dan-faw")

        _, proposed = desk.read(lambda reader: reader.record(search="SeatProposed"))
        assert [act.registration_id for act in proposed] == ["eve-faw"]

    def test_of_several_goes_across_sessions(self, desk):
        """Ana leaves both, and hears of each."""
        ask(desk, "Ana", "Bo")
        ask(desk, "Ana", "Zoe", to=ABW)

        remove(desk, "ana-faw", "ana-abw")

        assert (standing(desk), standing(desk, ABW)) == ({"confirmed": "Bo"}, {"waiting": "Zoe", "proposed": "Zoe"})
        assert mails(desk, "removed") == {"ana-faw": 1, "ana-abw": 1}

    def test_of_several_removes_nobody_where_one_is_gone_already(self, desk):
        """Bo left meanwhile: Ana and Cleo stay, and the answer says who it is."""
        ask(desk, "Ana", "Bo", "Cleo")
        desk.drop("bo-faw")

        with pytest.raises(refusals.NotRegistered, match=r"^Bo has no seat"):
            remove(desk, "ana-faw", "bo-faw", "cleo-faw")

        assert standing(desk) == {"confirmed": "Ana Cleo"}
        assert mails(desk, "removed") == {}

    def test_of_several_names_whose_offer_has_ended_whether_or_not_the_sweep_ran(self, desk):
        """Dan's offer ran out a minute ago: Dan is out already, and Bo stays."""
        ask(desk, "Ana", "Bo", "Cleo", "Dan")
        desk.drop("ana-faw")
        desk.approve("dan-faw")

        desk.at("2026-03-04 09:05")
        with pytest.raises(refusals.NotRegistered, match=r"^Dan has no seat"):
            remove(desk, "bo-faw", "dan-faw")

        assert standing(desk)["confirmed"] == "Bo Cleo"

    def test_of_nobody_is_asked_about(self, desk):
        """An empty choice is a mistake of the form."""
        with pytest.raises(InvalidInput):
            remove(desk)

    def test_is_for_those_who_may_edit(self, desk):
        """Nobody else learns more than that there is nothing."""
        ask(desk, "Ana")

        with pytest.raises(NotAllowed):
            remove(desk, "ana-faw", by=NOBODY)


class TestAGroup:
    def test_scenario_068_gives_a_part_back_and_the_sums_follow(self, desk):
        """Three seats for Ana become two; Bo is proposed for the third."""
        desk.ask("Ana", FAW, units=3)
        ask(desk, "Bo")

        answer = reduce_group(work=desk.work, actor=INES, registration_id="ana-faw", seat_units=2)

        assert answer == "Ana keeps 2 seats."
        assert standing(desk) == {"confirmed": "Ana", "waiting": "Bo", "proposed": "Bo"}
        assert (row_of(desk).confirmed, row_of(desk).free) == (2, 1)
        assert mails(desk, "reduced") == {"ana-faw": 1}


class TestACancelledSession:
    def test_scenario_054_tells_everybody_once_and_nothing_follows(self, desk):
        """Two seats, an offer and a place in the line: four mails, no proposal, no offer, no new request."""
        ask(desk, "Ana", "Bo", "Cleo", "Dan", "Eve")
        desk.drop("cleo-faw")
        desk.approve("dan-faw")

        answer = cancel_session(work=desk.work, actor=INES, session_id=FAW, reason="The trainer is ill")

        assert answer == "FAW is cancelled. 4 people are told."
        assert mails(desk, "cancelled") == {"ana-faw": 1, "bo-faw": 1, "dan-faw": 1, "eve-faw": 1}
        assert standing(desk) == {}
        statuses = {
            entry.person.name: entry.registration.status.value for entry in desk.read(lambda r: r.registrations(FAW))
        }
        assert statuses == dict.fromkeys(("Ana", "Bo", "Dan", "Eve"), "cancelled") | {"Cleo": "dropped"}
        with pytest.raises(refusals.SessionIsCancelled):
            ask(desk, "Finn")


class TestABlock:
    def test_is_in_every_sum_and_released_by_the_sweep(self, desk):
        """Two seats are kept until ten: Bo waits, and is proposed as soon as the clock has released them."""
        block = Block(name="Sponsor", units=2, releases_at=at("2026-03-02 10:00"))
        change(desk, Seats(capacity=3, blocks=(block,)))
        ask(desk, "Ana", "Bo")
        before = row_of(desk)

        desk.at("2026-03-02 10:00")
        [system] = desk.work.organisations()
        swept = sweep_offers(work=desk.work, actor=system)

        assert (before.limit, before.confirmed, before.reserved, before.free) == (3, 1, 2, 0)
        assert swept == 1
        assert standing(desk) == {"confirmed": "Ana", "waiting": "Bo", "proposed": "Bo"}
        assert (row_of(desk).reserved, row_of(desk).free) == (0, 2)
        assert sweep_offers(work=desk.work, actor=system) == 0

    def test_gives_a_seat_to_a_named_person(self, desk):
        """Zoe comes for the sponsor: she takes one of the two, and one is left."""
        change(desk, Seats(capacity=3, blocks=(Block(name="Sponsor", units=2),)))
        ask(desk, "Ana", "Bo")

        answer = request_seat(
            work=desk.work, actor=INES, session_id=FAW, employee_id="ZOE", name="Zoe", email="", block="Sponsor"
        )

        assert answer == "Zoe has a seat."
        assert standing(desk) == {"confirmed": "Ana Zoe", "waiting": "Bo"}
        assert (row_of(desk).confirmed, row_of(desk).reserved, row_of(desk).free) == (2, 1, 0)
