"""Moving a session: what stays, who is asked, what becomes of seats and places at the same time."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from tests.builders import MONDAY, SAFETY, Story, at, session, standing, stands
from waitlist_app.engine import commands as c
from waitlist_app.engine import refusals
from waitlist_app.engine.events import (
    ConflictBegan,
    ConflictEnded,
    NewTimesTold,
    OfferAccepted,
    OverlapAllowed,
    RegistrationClosed,
    SeatProposed,
    SeatReconfirmed,
    SessionRescheduled,
    SessionWoke,
)
from waitlist_app.engine.model import (
    Asking,
    Block,
    ConflictRule,
    GroupRule,
    LapseRule,
    Meeting,
    Registration,
    SilenceRule,
    Status,
    Terms,
)
from waitlist_app.engine.windows import cut_off, wakes_at

X, Y = "X", "Y"
IN_TWO_WEEKS = MONDAY + timedelta(days=14)
THURSDAY = at("2026-03-05 10:00")
RELEASES = Asking(by=THURSDAY, on_silence=SilenceRule.RELEASE)


def two(**rules) -> Story:
    """Open two sessions of one seat each at different times."""
    return Story(session(X, **rules), session(Y, **rules))


class TestMovingASession:
    def test_is_told_word_for_word(self):
        """One event for the session, then one for each person in it, by arrival; only seats are asked about."""
        story = Story()
        story.ask("Ana", "Bo")

        events = story.reschedule(asking=RELEASES)

        assert events == (
            SessionRescheduled(
                session_id=SAFETY,
                number=1,
                meetings=(Meeting(starts_at=IN_TWO_WEEKS, ends_at=IN_TWO_WEEKS + timedelta(hours=3)),),
                location="Leeds",
                overlaps=(),
                reason="another trainer",
                approval="Olga",
                asking=RELEASES,
            ),
            NewTimesTold(session_id=SAFETY, registration_id="Ana 1", person_id="Ana", number=1, answer_by=THURSDAY),
            NewTimesTold(session_id=SAFETY, registration_id="Bo 2", person_id="Bo", number=1),
        )

    def test_asks_nobody_with_an_offer(self):
        """Whoever has still to say yes says it to the new times."""
        story = Story(standing())
        story.ask("Olga", "Ana")
        story.drop("Olga")

        story.reschedule(asking=RELEASES)

        assert story.entry("Ana").answer_by is None

    def test_counts_how_often(self):
        """Mails and calendar files count by it."""
        story = Story()
        story.reschedule()

        [moved] = story.reschedule()

        assert moved.number == 2  # type: ignore[union-attr]
        assert story.roster().session.times_changed == 2

    def test_lets_cut_off_and_start_follow(self):
        """What depends on the start depends on the new one."""
        story = Story(session(starts_at=at("2026-03-04 10:00"), cut_off_window=timedelta(hours=6)))

        story.reschedule()

        assert story.roster().session.starts_at == IN_TWO_WEEKS
        assert cut_off(story.roster().session) == IN_TWO_WEEKS - timedelta(hours=6)

    def test_leaves_a_recorded_stream_without_a_start(self):
        """Where no start counts, none does afterwards."""
        story = Story()

        story.reschedule()

        assert story.roster().session.starts_at is None

    def test_keeps_the_deadline_of_an_offer_even_past_the_new_cut_off(self):
        """What was promised stays promised."""
        story = Story(standing(starts_at=at("2026-04-01 10:00"), offer_window=timedelta(hours=48)))
        story.ask("Olga", "Ana")
        story.drop("Olga")
        promised = story.entry("Ana").offer_expires_at

        story.reschedule(start=at("2026-03-03 10:00"))

        assert story.entry("Ana").offer_expires_at == promised == at("2026-03-04 10:00")

    def test_wakes_again_at_the_new_cut_off(self):
        """Seats are kept for a group until the new cut-off, and blocks are released when they were to be."""
        block = Block(name="board", units=1, releases_at=at("2026-03-10 10:00"))
        rules = {"groups": GroupRule.FILL_AT_MOST, "blocks": (block,), "starts_at": at("2026-03-04 10:00")}
        story = Story(session(capacity=3, **rules))  # type: ignore[arg-type]

        story.reschedule(start=at("2026-03-09 10:00"))
        first = wakes_at(story.roster().session)
        story.reschedule(start=at("2026-03-20 10:00"))

        assert (first, wakes_at(story.roster().session)) == (at("2026-03-09 10:00"), at("2026-03-10 10:00"))

    def test_changes_no_rule_but_by_itself(self):
        """Other rules that are set later leave what was asked, and the count, alone."""
        story = Story()
        story.ask("Ana")
        story.reschedule(asking=RELEASES)

        story.set_rules(capacity=2, asking=None, times_changed=7)

        assert (story.roster().session.asking, story.roster().session.times_changed) == (RELEASES, 1)

    @pytest.mark.parametrize(
        ("start", "asking", "reason", "code"),
        [
            ("2026-03-02 10:00", None, "another trainer", "new_start_has_passed"),
            ("2026-03-16 10:00", None, " ", "reason_missing"),
            ("2026-03-16 10:00", "2026-03-02 10:00", "another trainer", "answer_date_wrong"),
            ("2026-03-16 10:00", "2026-03-16 10:01", "another trainer", "answer_date_wrong"),
        ],
    )
    def test_is_refused(self, start, asking, reason, code):
        """There is a reason, the new start is still to come, and answers are asked for before it."""
        story = Story()
        asked = Asking(by=at(asking)) if asking else None

        with pytest.raises(refusals.Refused) as refused:
            story.reschedule(start=at(start), asking=asked, reason=reason)

        assert refused.value.code == code

    def test_may_ask_until_the_very_start(self):
        """The start itself is the last date."""
        story = Story()

        story.reschedule(asking=Asking(by=IN_TWO_WEEKS))

        assert story.roster().session.asking == Asking(by=IN_TWO_WEEKS)

    def test_is_refused_once_the_session_has_begun(self):
        """At the start itself nobody can be moved any more; a second before they can."""
        story = Story(session(starts_at=at("2026-03-02 11:00")))
        story.now = at("2026-03-02 11:00")

        with pytest.raises(refusals.SessionHasBegun):
            story.reschedule()
        story.now -= timedelta(seconds=1)

        assert story.reschedule()

    def test_is_refused_for_a_cancelled_session(self):
        """What does not take place is not moved."""
        story = Story()
        story.cancel()

        with pytest.raises(refusals.SessionIsCancelled):
            story.reschedule()


class TestPlacesAtTheSameTime:
    def test_are_kept_by_whoever_has_two_seats_on_the_word_of_the_act(self):
        """The seat in the session that moved carries the approval, the other one nothing."""
        story = two()
        story.ask("Ana", to=X)
        story.ask("Ana", to=Y)

        events = story.reschedule(Y, onto=[X])

        assert events[0] == OverlapAllowed(
            session_id=Y,
            registration_id="Ana 2",
            person_id="Ana",
            with_session_id=X,
            approval="Olga",
            is_seat=True,
        )
        assert (story.entry("Ana", Y).waiver, story.entry("Ana", X).waiver) == ("Olga", "")
        assert (story.standing(X), story.standing(Y)) == (stands(confirmed="Ana"), stands(confirmed="Ana"))

    def test_are_skipped_for_whoever_waits_and_has_a_seat_in_the_other(self):
        """In both directions: Ana waits where it moved, Bo waits where it moved to; each keeps the place."""
        story = two()
        story.ask("Olga", "Ana", "Cleo", to=X)
        story.ask("Ana", "Olga", to=Y)

        events = story.reschedule(Y, onto=[X])

        began = [(e.session_id, e.person_id, e.with_session_id) for e in events if isinstance(e, ConflictBegan)]
        assert began == [(X, "Ana", Y), (Y, "Olga", X)]
        assert (story.line(X), story.line(Y)) == ("Ana Cleo", "Olga")

    def test_take_the_proposal_from_whoever_is_skipped_now(self):
        """The next in line is proposed in the same act."""
        story = two()
        story.ask("Olga", "Ana", "Cleo", to=X)
        story.ask("Ana", to=Y)
        story.drop("Olga", out_of=X)

        story.reschedule(Y, onto=[X])

        assert story.standing(X) == stands(waiting="Ana Cleo", proposed="Cleo")

    def test_give_who_was_skipped_back_to_the_line_when_they_part(self):
        """Once the two are at different times both sessions settle."""
        story = Story(session(X), session(Y), overlaps=[(X, Y)])
        story.ask("Olga", "Ana", "Cleo", to=X)
        story.ask("Ana", "Bo", to=Y)
        story.drop("Olga", out_of=X)

        events = story.reschedule(X)

        ended = [(e.session_id, e.person_id, e.with_session_id) for e in events if isinstance(e, ConflictEnded)]
        proposed = [(e.session_id, e.person_id) for e in events if isinstance(e, SeatProposed)]
        assert (ended, proposed) == ([(X, "Ana", Y)], [(X, "Ana")])

    def test_settle_the_other_session_too(self):
        """Ana was skipped in Y for her seat in X; X moves away, and Y's free seat is hers."""
        story = Story(session(X), session(Y), overlaps=[(X, Y)])
        story.ask("Ana", to=X)
        story.ask("Olga", "Ana", to=Y)
        story.drop("Olga", out_of=Y)

        story.reschedule(X)

        assert story.standing(Y) == stands(waiting="Ana", proposed="Ana")

    def test_excuse_an_offer_and_not_the_seat(self):
        """The offer overlaps until it is answered; neither row has a waiver for good."""
        story = Story(session(X), standing(Y))
        story.ask("Ana", to=X)
        story.ask("Olga", "Ana", to=Y)
        story.drop("Olga", out_of=Y)

        [allowed, *_] = story.reschedule(X, onto=[Y])

        assert allowed == OverlapAllowed(
            session_id=Y,
            registration_id=story.id_of("Ana", Y),
            person_id="Ana",
            with_session_id=X,
            approval="Olga",
            is_seat=False,
        )
        assert (story.entry("Ana", X).waiver, story.entry("Ana", Y).waiver) == ("", "")

    def test_need_no_word_where_the_guard_is_off(self):
        """Nothing is lifted that does not stand."""
        story = two(conflicts=ConflictRule.IGNORE)
        story.ask("Ana", to=X)
        story.ask("Ana", to=Y)

        events = story.reschedule(Y, onto=[X])

        assert not any(isinstance(event, OverlapAllowed) for event in events)

    @pytest.mark.parametrize(("moved", "onto"), [(X, Y), (Y, X)])
    def test_need_no_word_for_an_exchange(self, moved, onto):
        """An offer in exchange for a seat may stand beside it, whichever of the two is moved."""
        story = Story(session(X), standing(Y))
        story.ask("Ana", to=X)
        story.ask("Olga", to=Y)
        story.ask("Ana", to=Y, terms=Terms(gives_up=story.id_of("Ana", X), gives_up_in=X))
        story.drop("Olga", out_of=Y)

        events = story.reschedule(moved, onto=[onto])
        story.accept("Ana", to=Y)

        assert not any(isinstance(event, OverlapAllowed) for event in events)
        assert (story.standing(X), story.standing(Y)) == (stands(), stands(confirmed="Ana"))

    def test_are_no_clash_for_whoever_waits_in_both(self):
        """A place in a line is no seat: Ana is skipped in neither."""
        story = two()
        story.ask("Olga", "Ana", to=X)
        story.ask("Piet", "Ana", to=Y)

        story.reschedule(X, onto=[Y])

        assert (story.entry("Ana", X).conflicts, story.entry("Ana", Y).conflicts) == ((), ())

    def test_are_no_clash_with_an_offer_that_has_ended(self):
        """At its deadline an offer holds nothing, though no sweep has run in its session."""
        story = Story(session(X), standing(Y, on_lapse=LapseRule.OUT))
        story.ask("Ana", to=X)
        story.ask("Olga", "Ana", to=Y)
        story.drop("Olga", out_of=Y)
        story.now += timedelta(hours=48)

        events = story.reschedule(X, onto=[Y])

        assert not any(isinstance(event, OverlapAllowed) for event in events)

    def test_that_stay_at_the_same_time_change_nothing(self):
        """Only what is new is told."""
        story = Story(session(X), session(Y), overlaps=[(X, Y)])
        story.ask("Ana", to=X)
        story.ask("Ana", to=Y)

        events = story.reschedule(Y, onto=[X])

        assert [type(event) for event in events] == [SessionRescheduled, NewTimesTold]


def with_an_offer_beside_a_seat(**rules) -> Story:
    """Give Ana a seat in X and an offer for Y; Bo waits in X and Cleo in Y, and both are at the same time now."""
    story = Story(session(X), standing(Y, **rules))
    story.ask("Ana", "Bo", to=X)
    story.ask("Olga", "Ana", "Cleo", to=Y)
    story.drop("Olga", out_of=Y)
    story.reschedule(X, onto=[Y])
    return story


class TestAnAccept:
    def test_beside_a_seat_is_refused_and_names_it(self):
        """Not both: the answer says which session it is about, and nothing changed."""
        story = with_an_offer_beside_a_seat()

        with pytest.raises(refusals.SeatAtThatTime) as refused:
            story.accept("Ana", to=Y)

        assert refused.value.session_ids == (X,)
        assert (story.standing(X), story.standing(Y)) == (
            stands(confirmed="Ana", waiting="Bo"),
            stands(offered="Ana", waiting="Cleo"),
        )

    def test_that_names_the_seat_gives_it_up_in_the_same_act(self):
        """First the old seat ends, then the new one begins, then Bo is proposed."""
        story = with_an_offer_beside_a_seat()
        old, new = story.id_of("Ana", X), story.id_of("Ana", Y)

        events = story.accept("Ana", to=Y, instead_of=[X])

        closed, accepted, proposed = events
        assert (closed.registration_id, closed.status, closed.reason) == (  # type: ignore[union-attr]
            old,
            Status.DROPPED,
            "given up for a seat in another session",
        )
        assert accepted == OfferAccepted(
            session_id=Y,
            registration_id=new,
            person_id="Ana",
            seat_units=1,
            was_excused=True,
            instead_of=((X, old),),
        )
        assert (proposed.session_id, proposed.person_id) == (X, "Bo")  # type: ignore[union-attr]
        assert story.entry("Ana", Y).excused == ""

    def test_that_has_to_be_paid_keeps_the_seat_until_then(self):
        """As in a swap: both are held while Ana has an hour to pay, and exchanged by the payment."""
        story = with_an_offer_beside_a_seat(price=4900)
        old = story.id_of("Ana", X)

        (accepted,) = story.accept("Ana", to=Y, instead_of=[X])

        assert isinstance(accepted, OfferAccepted)
        assert (accepted.instead_of, accepted.exchanges, accepted.exchanges_in) == ((), old, X)
        assert (story.standing(X), story.standing(Y)) == (
            stands(confirmed="Ana", waiting="Bo"),
            stands(pending="Ana", waiting="Cleo"),
        )
        story.pay("Ana", to=Y)
        assert (story.standing(X), story.standing(Y)) == (
            stands(waiting="Bo", proposed="Bo"),
            stands(confirmed="Ana", waiting="Cleo"),
        )

    def test_that_is_not_paid_leaves_the_seat_as_it_was(self):
        """The hour passes: Ana has what she had, and Cleo is next for the other."""
        story = with_an_offer_beside_a_seat(price=4900)
        story.accept("Ana", to=Y, instead_of=[X])
        story.now += timedelta(hours=1)

        story.sweep()

        assert (story.standing(X), story.standing(Y)) == (
            stands(confirmed="Ana", waiting="Bo"),
            stands(offered="Cleo"),
        )

    def test_that_has_to_be_paid_keeps_no_seat_that_is_still_to_be_paid_itself(self):
        """That one is not hers yet, and could only be kept by paying twice."""
        story = Story(session(X, price=2500), standing(Y, price=4900))
        story.ask("Ana", to=X)
        story.ask("Olga", to=Y)
        story.pay("Olga", to=Y)
        story.ask("Ana", to=Y)
        story.drop("Olga", out_of=Y)
        story.reschedule(X, onto=[Y])

        story.accept("Ana", to=Y, instead_of=[X])

        assert (story.standing(X), story.standing(Y)) == (stands(), stands(pending="Ana"))

    def test_that_has_to_be_paid_keeps_one_seat_and_not_two(self):
        """A request names one seat to give up; of two that are named none is kept."""
        story = Story(session(X), standing(Y, price=4900), session("Z"))
        story.ask("Ana", to=X)
        story.ask("Ana", to="Z")
        story.ask("Olga", "Ana", to=Y)
        story.drop("Olga", out_of=Y)
        story.reschedule(Y, onto=[X, "Z"])

        events = story.accept("Ana", to=Y, instead_of=[X, "Z"])

        accepted = next(event for event in events if isinstance(event, OfferAccepted))
        assert (len(accepted.instead_of), accepted.exchanges) == (2, "")
        assert (story.standing(X), story.standing("Z")) == (stands(), stands())

    def test_that_names_a_seat_elsewhere_gives_nothing_up(self):
        """What is not at the same time is not part of the choice."""
        story = Story(standing(Y), session("Z"))
        story.ask("Ana", to="Z")
        story.ask("Olga", "Ana", to=Y)
        story.drop("Olga", out_of=Y)

        story.accept("Ana", to=Y, instead_of=["Z"])

        assert story.standing("Z") == stands(confirmed="Ana")

    def test_after_the_seat_was_dropped_is_an_ordinary_one(self):
        """Nothing is at the same time any more."""
        story = with_an_offer_beside_a_seat()
        story.drop("Ana", out_of=X)

        story.accept("Ana", to=Y)

        assert story.standing(Y) == stands(confirmed="Ana", waiting="Cleo")

    def test_by_somebody_whose_request_may_overlap_keeps_both(self):
        """The approval of that request says so."""
        story = Story(session(X), standing(Y))
        story.ask("Ana", to=X)
        story.ask("Olga", to=Y)
        story.ask("Ana", to=Y, waiver="by Olga")
        story.drop("Olga", out_of=Y)
        story.reschedule(X, onto=[Y])

        story.accept("Ana", to=Y)

        assert (story.standing(X), story.standing(Y)) == (stands(confirmed="Ana"), stands(confirmed="Ana"))

    def test_where_nobody_looks_any_more_keeps_both(self):
        """The guard of Y was switched off since the offer was excused."""
        story = with_an_offer_beside_a_seat()
        story.set_rules(of=Y, conflicts=ConflictRule.IGNORE)

        story.accept("Ana", to=Y)

        assert (story.standing(X).confirmed, story.standing(Y).confirmed) == (("Ana",), ("Ana",))

    def test_beside_a_second_offer_that_it_gives_up_needs_no_word(self):
        """Whoever accepts Y exchanges X for it, which may be had beside other seats anyway."""
        story = Story(session(X), standing(Y), overlaps=[(X, Y)])
        story.ask("Olga", to=X)
        story.ask("Piet", to=Y)
        story.ask("Ana", to=X, waiver="by Olga")
        story.ask("Ana", to=Y, terms=Terms(gives_up=story.id_of("Ana", X), gives_up_in=X))
        story.drop("Piet", out_of=Y)
        story.drop("Olga", out_of=X)

        events = story.approve("Ana", to=X)

        assert not any(isinstance(event, OverlapAllowed) for event in events)

    def test_beside_a_seat_that_a_waiver_gave_meanwhile_is_refused(self):
        """The waiver is for the other seat, not for this offer."""
        story = Story(session(X), standing(Y), overlaps=[(X, Y)])
        story.ask("Olga", "Ana", to=Y)
        story.drop("Olga", out_of=Y)
        events = story.ask("Ana", to=X, waiver="by Olga")

        assert [event.with_session_id for event in events if isinstance(event, OverlapAllowed)] == [X]
        assert story.entry("Ana", Y).excused == "by Olga"
        with pytest.raises(refusals.SeatAtThatTime):
            story.accept("Ana", to=Y)

    def test_of_one_of_two_offers_releases_the_other_with_a_reason(self):
        """The other one's next in line is proposed, here offered, in the same act."""
        story = Story(standing(X), standing(Y))
        story.ask("Olga", "Ana", "Bo", to=X)
        story.ask("Piet", "Ana", "Cleo", to=Y)
        story.drop("Olga", out_of=X)
        story.drop("Piet", out_of=Y)
        story.reschedule(X, onto=[Y])

        events = story.accept("Ana", to=X)

        [closed] = [event for event in events if isinstance(event, RegistrationClosed)]
        assert (closed.session_id, closed.was, closed.status, closed.reason) == (
            Y,
            Status.OFFERED,
            Status.DROPPED,
            "released for a seat that was accepted at the same time",
        )
        assert (story.standing(X), story.standing(Y)) == (
            stands(confirmed="Ana", waiting="Bo"),
            stands(offered="Cleo"),
        )

    def test_is_excused_no_longer_once_its_approval_is_undone(self):
        """Ana waits again, and is skipped for her seat like anybody."""
        story = Story(session(X), session(Y))
        story.ask("Ana", to=X)
        story.ask("Olga", "Ana", to=Y)
        story.drop("Olga", out_of=Y)
        story.approve("Ana", to=Y)
        story.reschedule(X, onto=[Y])

        story.undo_approval("Ana", to=Y)

        entry = story.entry("Ana", Y)
        assert (entry.status, entry.excused, entry.conflicts) == (Status.WAITLISTED, "", (X,))

    def test_is_excused_no_longer_once_its_person_is_at_the_end_of_the_line(self):
        """An offer that lapsed leaves an entry that is skipped for the seat, like any other."""
        story = with_an_offer_beside_a_seat(on_lapse=LapseRule.END)
        story.now += timedelta(hours=48)

        story.sweep()

        entry = story.entry("Ana", Y)
        assert (entry.status, entry.excused, entry.conflicts) == (Status.WAITLISTED, "", (X,))


def asked_again(asking: Asking = RELEASES, **rules) -> Story:
    """Move a session of two, in which Ana and Bo have seats and Cleo waits."""
    story = Story(session(capacity=2, **rules))
    story.ask("Ana", "Bo", "Cleo")
    story.reschedule(asking=asking)
    return story


class TestTheQuestion:
    def test_is_answered_by_keeping_the_seat(self):
        """The answer is on record, and asked is nothing any more."""
        story = asked_again()

        events = story.reconfirm("Ana")

        assert events == (SeatReconfirmed(session_id=SAFETY, registration_id="Ana 1", person_id="Ana"),)
        assert story.entry("Ana").answer_by is None

    def test_is_answered_once(self):
        """A second yes changes nothing, and neither does one that nobody asked for."""
        story = asked_again()
        story.reconfirm("Ana")

        with pytest.raises(refusals.NothingAsked):
            story.reconfirm("Ana")
        with pytest.raises(refusals.NothingAsked):
            story.reconfirm("Cleo")

    def test_is_answered_only_by_somebody_who_is_there(self):
        """Whoever is gone keeps nothing."""
        story = asked_again()

        with pytest.raises(refusals.NotRegistered):
            story.act(c.Reconfirm(session_id=SAFETY, registration_id="gone"))

    def test_is_answered_by_a_drop(self):
        """Saying no gives the seat to the next."""
        story = asked_again()

        story.drop("Ana")

        assert story.standing() == stands(confirmed="Bo", waiting="Cleo", proposed="Cleo")

    def test_keeps_every_seat_without_an_answer_by_default(self):
        """Silence is no no; an answer may still come."""
        story = asked_again(Asking(by=THURSDAY))
        story.now = THURSDAY + timedelta(days=1)

        story.sweep()
        story.reconfirm("Bo")

        assert story.standing() == stands(confirmed="Ana Bo", waiting="Cleo")

    def test_gives_silent_seats_back_at_its_date_where_the_rule_says_so(self):
        """Bo said yes, Ana nothing: at the date itself her seat is the next one's, a second before it is hers."""
        story = asked_again()
        story.reconfirm("Bo")
        story.now = THURSDAY - timedelta(seconds=1)
        early = story.sweep()
        story.now = THURSDAY

        events = story.sweep()

        assert early == ()
        woke, closed, proposed = events
        assert woke == SessionWoke(session_id=SAFETY, woken_at=THURSDAY, unanswered=1)
        assert closed == RegistrationClosed(
            session_id=SAFETY,
            registration_id="Ana 1",
            person_id="Ana",
            seat_units=1,
            was=Status.CONFIRMED,
            status=Status.LAPSED,
            was_ready=False,
            reason="not confirmed again after the session was moved",
        )
        assert proposed.person_id == "Cleo"  # type: ignore[union-attr]

    def test_is_settled_before_whoever_acts_next_whether_or_not_a_job_ran(self):
        """A late yes finds the seat gone, and a newcomer waits behind who waited."""
        story = asked_again()
        story.reconfirm("Bo")
        story.now = THURSDAY

        with pytest.raises(refusals.NotRegistered):
            story.reconfirm("Ana")
        story.ask("Dan")

        assert story.standing() == stands(confirmed="Bo", waiting="Cleo Dan", proposed="Cleo")

    def test_gives_back_in_the_order_in_which_people_asked(self):
        """So that the record reads the same whoever writes it."""
        story = asked_again()
        story.now = THURSDAY

        events = story.sweep()

        closed = [event.person_id for event in events if isinstance(event, RegistrationClosed)]
        assert closed == ["Ana", "Bo"]
        assert events[0].unanswered == 2  # type: ignore[union-attr]

    def test_ends_the_wait_with_nobody_missing(self):
        """Everybody answered: the date comes, and nothing happens but that it came."""
        story = asked_again()
        story.reconfirm("Ana")
        story.reconfirm("Bo")
        story.now = THURSDAY

        assert story.sweep() == (SessionWoke(session_id=SAFETY, woken_at=THURSDAY, unanswered=0),)
        assert story.sweep() == ()

    def test_says_nothing_of_answers_when_something_else_came_due(self):
        """A block is released later; the date of the answers is long gone."""
        story = asked_again()
        story.now = THURSDAY
        story.sweep()
        story.set_rules(blocks=(Block(name="board", units=1, releases_at=THURSDAY + timedelta(hours=1)),))
        story.now = THURSDAY + timedelta(hours=1)

        [woke, *_] = story.sweep()

        assert woke == SessionWoke(session_id=SAFETY, woken_at=story.now, released=("board",))

    def test_is_replaced_by_the_next_move(self):
        """Whoever confirmed the first new date is asked about the second; a move without a question asks nothing."""
        story = asked_again()
        story.reconfirm("Ana")
        later = Asking(by=THURSDAY + timedelta(days=2))

        story.reschedule(asking=later)
        asked = story.entry("Ana").answer_by
        story.reschedule()

        assert (asked, story.entry("Ana").answer_by) == (later.by, None)

    def test_does_not_wake_a_session_that_keeps_its_seats(self):
        """Nothing comes due by it."""
        story = asked_again(Asking(by=THURSDAY))

        assert wakes_at(story.roster().session) is None


class TestARoster:
    def test_lists_silent_seats_from_the_date_on(self):
        """Only those who were asked and have not answered, and not a second early."""
        story = asked_again()
        story.reconfirm("Bo")
        roster = story.roster()

        assert roster.silent(THURSDAY - timedelta(microseconds=1)) == []
        assert [r.person_id for r in roster.silent(THURSDAY)] == ["Ana"]
        kept = replace(roster, session=replace(roster.session, asking=Asking(by=THURSDAY)))
        assert kept.silent(THURSDAY) == []


def test_an_entry_is_not_excused_or_asked_by_itself():
    """Both are empty in a registration that nothing happened to."""
    plain = Registration(id="r", person_id="Ana", status=Status.WAITLISTED, requested_at=MONDAY, arrival=1)

    assert (plain.excused, plain.answer_by) == ("", None)


class TestWhoWaitsWhereASessionIsMovedTo:
    """Seats count, offers while they run, and not what would be given up."""

    def test_is_skipped_for_an_offer_in_the_other(self):
        """Ana waits for X and has an offer for Y: X is moved onto Y, and she is skipped there while it runs."""
        story = Story(session(X), standing(Y))
        story.ask("Olga", "Ana", to=X)
        story.ask("Piet", "Ana", to=Y)
        story.drop("Piet", out_of=Y)

        story.reschedule(X, onto=[Y])

        assert story.entry("Ana", X).conflicts == (Y,)

    def test_is_not_skipped_for_the_seat_that_is_given_up(self):
        """Ana waits for Y in exchange for her seat in X, wherever both are."""
        story = two()
        story.ask("Ana", to=X)
        story.ask("Olga", to=Y)
        story.ask("Ana", to=Y, terms=Terms(gives_up=story.id_of("Ana", X), gives_up_in=X))

        story.reschedule(X, onto=[Y])

        assert story.entry("Ana", Y).conflicts == ()


def test_nobody_who_is_gone_may_overlap():
    """Somebody left meanwhile, or has no more than a place in the line."""
    story = two()
    story.ask("Olga", "Ana", to=X)

    for registration_id in ("gone", story.id_of("Ana", X)):
        allow = c.AllowOverlap(
            session_id=X, registration_id=registration_id, with_session_id=Y, with_registration_id="y", approval="Olga"
        )
        assert story.act(allow) == ()


def test_a_place_in_a_third_line_is_no_seat_that_has_to_be_given_up():
    """Ana accepts the offer in Y instead of her seat in X; that she waits in Z at the same time does not matter."""
    story = Story(session(X), standing(Y), session("Z"), overlaps=[(Y, "Z")])
    story.ask("Ana", to=X)
    story.ask("Olga", "Ana", to=Y)
    story.ask("Piet", "Ana", to="Z")
    story.drop("Olga", out_of=Y)
    story.reschedule(X, onto=[Y])

    story.accept("Ana", to=Y, instead_of=[X])

    assert (story.standing(X), story.standing(Y)) == (stands(), stands(confirmed="Ana"))
    assert story.line("Z") == "Ana"
