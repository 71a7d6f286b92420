"""The record, told."""

import typing
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from msgspec.structs import fields

from tests.desk import NOW, at
from waitlist_app.components.history import ICONS
from waitlist_app.engine import events as e
from waitlist_app.engine.model import (
    BlockedRule,
    ConflictRule,
    GroupRule,
    LapseRule,
    Meeting,
    Order,
    Session,
    SignOff,
    SilenceRule,
    Status,
    Terms,
    WorkingHours,
)
from waitlist_app.services import happenings as h
from waitlist_app.services.ports import RecordedAct
from waitlist_app.services.record import split
from waitlist_app.services.sentences import Told, tell
from waitlist_app.services.session_rules import SessionRules

BACK = Terms(reinstates="old")
PERSON: dict[str, Any] = {"session_id": "faw", "registration_id": "imani-faw", "person_id": "imani"}
SEAT: dict[str, Any] = {**PERSON, "seat_units": 1}
PAID: dict[str, Any] = {"reference": "pay-1", "amount": 4900, "currency": "GBP"}
THREE: dict[str, Any] = {**PERSON, "seat_units": 3}

MOVED = e.EntryMoved(
    **PERSON,
    override_id="move",
    number=1,
    before_id="keiko-faw",
    successor_id="",
    before_key="k",
    arrivals=4,
    from_position=7,
    to_position=5,
    from_key="f",
    line_key="l",
    passed=2,
    reason="Only first-aider on nights",
    approval="approval",
)

TOLD = [
    (
        e.SeatGiven(**SEAT, requested_at=NOW, arrival=1),
        "ines",
        "Ines Calder gave Imani Vestergrove a seat at once.",
    ),
    (
        e.SeatGiven(**THREE, requested_at=NOW, arrival=1),
        "link:imani-faw",
        "Imani Vestergrove asked and got 3 seats at once.",
    ),
    (
        e.WaitlistJoined(**SEAT, requested_at=NOW, arrival=1, line_key="k", conflicts=("abw",)),
        "ines",
        "Ines Calder put Imani Vestergrove on the waitlist, skipped while another session is at the same time.",
    ),
    (
        e.WaitlistJoined(
            **SEAT, requested_at=NOW, arrival=1, line_key="k", conflicts=(), terms=Terms(waitlist_only=True)
        ),
        "ines",
        "Ines Calder put Imani Vestergrove on the waitlist, as asked for, without taking a seat.",
    ),
    (
        e.WaitlistJoined(**SEAT, requested_at=NOW, arrival=1, line_key="k", conflicts=(), terms=Terms(any_date=True)),
        "ines",
        "Ines Calder put Imani Vestergrove on the waitlist, for any date of the course.",
    ),
    (
        e.SeatGiven(**SEAT, requested_at=NOW, arrival=1, is_recorded=True),
        "ines",
        "Ines Calder wrote down that Imani Vestergrove has a seat.",
    ),
    (
        e.SeatGiven(
            **SEAT,
            requested_at=NOW,
            arrival=1,
            is_recorded=True,
            is_granted=True,
            passed=2,
            approval="a",
            reason="Was so",
        ),
        "ines",
        "Ines Calder wrote down that Imani Vestergrove has a seat beyond the limit. 2 passed over.",
    ),
    (
        e.WaitlistJoined(**SEAT, requested_at=NOW, arrival=1, line_key="k", conflicts=(), is_recorded=True, passed=1),
        "ines",
        "Ines Calder wrote down that Imani Vestergrove is on the waitlist. 1 passed over.",
    ),
    (
        e.RegistrationClosed(**SEAT, was=Status.CONFIRMED, status=Status.DROPPED, was_ready=False, reason="Ill"),
        "ines",
        "Ines Calder dropped Imani Vestergrove.",
    ),
    (
        e.RegistrationClosed(**SEAT, was=Status.WAITLISTED, status=Status.LEFT, was_ready=True),
        "link:imani-faw",
        "Imani Vestergrove left the waitlist.",
    ),
    (
        e.RegistrationClosed(
            **SEAT,
            was=Status.WAITLISTED,
            status=Status.LEFT,
            was_ready=True,
            reason="has a seat on another date of the course",
        ),
        "ines",
        "Imani Vestergrove left the waitlist: has a seat on another date of the course.",
    ),
    (
        e.RegistrationClosed(**SEAT, was=Status.CONFIRMED, status=Status.REMOVED, was_ready=False),
        "ines",
        "Ines Calder removed Imani Vestergrove.",
    ),
    (
        e.RegistrationClosed(**SEAT, was=Status.CONFIRMED, status=Status.TRANSFERRED, was_ready=False),
        "ines",
        "Ines Calder moved Imani Vestergrove to another session.",
    ),
    (
        e.RegistrationClosed(**SEAT, was=Status.CONFIRMED, status=Status.CANCELLED, was_ready=False),
        "ines",
        "Imani Vestergrove is out: the session was cancelled.",
    ),
    (
        e.RegistrationClosed(**SEAT, was=Status.CONFIRMED, status=Status.NO_SHOW, was_ready=False),
        "ines",
        "Imani Vestergrove had a seat and did not come.",
    ),
    (
        e.RegistrationClosed(**SEAT, was=Status.CONFIRMED, status=Status.DROPPED, was_ready=False, is_late=True),
        "ines",
        "Ines Calder dropped Imani Vestergrove, late.",
    ),
    (
        e.SessionWoke(session_id="faw", woken_at=NOW, released=("board",)),
        "system",
        "The clock released board.",
    ),
    (
        e.SessionWoke(session_id="faw", woken_at=NOW),
        "system",
        "The clock ended keeping seats for groups: the cut-off has come.",
    ),
    (
        e.SessionWoke(session_id="faw", woken_at=NOW, unanswered=0),
        "system",
        "The clock ended the wait for answers: nobody is missing.",
    ),
    (
        e.SessionWoke(session_id="faw", woken_at=NOW, released=("board",), unanswered=1),
        "system",
        "The clock ended the wait for answers: 1 seat comes back.",
    ),
    (
        e.SessionWoke(session_id="faw", woken_at=NOW, unanswered=2),
        "system",
        "The clock ended the wait for answers: 2 seats come back.",
    ),
    (
        e.SessionRescheduled(
            session_id="faw",
            number=1,
            meetings=(Meeting(starts_at=at("2026-03-30 08:00"), ends_at=at("2026-03-30 11:00")),),
            location="York",
            overlaps=("abw",),
            reason="The trainer is ill",
            approval="a",
        ),
        "ines",
        "Ines Calder moved the session to Mon 30 Mar 2026, 09:00 BST, York.",
    ),
    (e.NewTimesTold(**PERSON, number=1), "ines", "Imani Vestergrove is told of the change."),
    (
        e.NewTimesTold(**PERSON, number=1, answer_by=at("2026-03-14 10:42")),
        "ines",
        "Imani Vestergrove is told of the change, and asked to confirm the seat again by Sat 14 Mar 2026, 10:42 GMT.",
    ),
    (e.SeatReconfirmed(**PERSON), "link:imani-faw", "Imani Vestergrove confirmed the seat again."),
    (
        e.SeatReconfirmed(**PERSON, on_behalf=True),
        "ines",
        "Ines Calder confirmed the seat again on behalf of Imani Vestergrove.",
    ),
    (
        e.OverlapAllowed(**PERSON, with_session_id="abw", approval="a", is_seat=True),
        "ines",
        "Imani Vestergrove keeps this seat beside another one at the same time.",
    ),
    (
        e.OverlapAllowed(**PERSON, with_session_id="abw", approval="a", is_seat=False),
        "ines",
        "Imani Vestergrove has this offer beside another seat at the same time, and chooses with the answer.",
    ),
    (
        e.RuleLifted(**SEAT, lifted=("abw",), outstanding=(), is_ready=True, reason="She teaches", approval="a"),
        "ines",
        "Ines Calder allowed Imani Vestergrove a seat here beside the one elsewhere.",
    ),
    (
        e.RuleRestored(**PERSON),
        "ines",
        "Ines Calder took back that Imani Vestergrove may have a seat here beside one elsewhere.",
    ),
    (
        e.RegistrationClosed(**SEAT, was=Status.CONFIRMED, status=Status.LAPSED, was_ready=False),
        "system",
        "Imani Vestergrove did not confirm the seat again and is out.",
    ),
    (
        e.SeatGiven(**SEAT, requested_at=NOW, arrival=1, block="board"),
        "ines",
        "Ines Calder gave Imani Vestergrove a seat reserved for board.",
    ),
    (e.CheckedIn(**PERSON, checked_in_at=NOW), "ines", "Ines Calder checked Imani Vestergrove in."),
    (
        e.SessionCancelled(session_id="faw", cancelled_at=NOW, reason="The trainer is ill"),
        "ines",
        "Ines Calder cancelled the session.",
    ),
    (
        e.SeatGiven(
            **SEAT, requested_at=NOW, arrival=1, passed=2, is_granted=True, approval="a", reason="The board asked"
        ),
        "ines",
        "Ines Calder gave Imani Vestergrove a seat beyond the limit. 2 passed over.",
    ),
    (
        e.SeatGranted(
            **SEAT, line_key="k", position=5, passed=4, was_ready=True, reason="The board asked", approval="a"
        ),
        "ines",
        "Ines Calder granted Imani Vestergrove a seat beyond the limit. 4 passed over.",
    ),
    (
        e.UnitsReduced(**SEAT, by=2, was=Status.CONFIRMED, was_ready=False),
        "ines",
        "Ines Calder reduced the group of Imani Vestergrove from 3 seats to 1.",
    ),
    (e.SeatProposed(**SEAT, proposal_id="faw.1"), "ines", "Imani Vestergrove is proposed for a free seat."),
    (
        e.ProposalWithdrawn(**PERSON, proposal_id="faw.1", because="outranked"),
        "ines",
        "Imani Vestergrove is no longer proposed: somebody else comes first.",
    ),
    (
        e.OfferMade(
            **SEAT, proposal_id="faw.1", offer_number=1, expires_at=at("2026-03-14 10:42"), approval="approval"
        ),
        "ines",
        "Ines Calder offered a seat to Imani Vestergrove, until Sat 14 Mar 2026, 10:42 GMT.",
    ),
    (
        e.SeatConfirmed(**SEAT, proposal_id="faw.1", approval="approval"),
        "ines",
        "Ines Calder confirmed a seat for Imani Vestergrove.",
    ),
    (e.OfferAccepted(**SEAT), "link:imani-faw", "Imani Vestergrove accepted the seat."),
    (e.OfferAccepted(**SEAT), "ines", "Ines Calder accepted the seat for Imani Vestergrove."),
    (
        e.OfferAccepted(**SEAT, on_behalf=True),
        "ines",
        "Ines Calder accepted the seat on behalf of Imani Vestergrove.",
    ),
    (
        e.OfferDeclined(**SEAT, on_behalf=True),
        "ines",
        "Ines Calder declined the seat on behalf of Imani Vestergrove.",
    ),
    (
        e.EntryRequeued(**SEAT, requeued_at=NOW, arrival=9, line_key="r", because="declined", on_behalf=True),
        "ines",
        "Ines Calder declined the seat on behalf of Imani Vestergrove, who went to the end.",
    ),
    (
        e.SeatGiven(**SEAT, requested_at=NOW, arrival=1, on_behalf=True),
        "ines",
        "Ines Calder asked on behalf of Imani Vestergrove, who got a seat at once.",
    ),
    (
        e.WaitlistJoined(
            **SEAT,
            requested_at=NOW,
            arrival=1,
            line_key="k",
            conflicts=(),
            outstanding=("sign_off",),
            on_behalf=True,
        ),
        "ines",
        (
            "Ines Calder put Imani Vestergrove on the waitlist, on their behalf, "
            "skipped while a manager has still to sign it off."
        ),
    ),
    (
        e.RegistrationClosed(**SEAT, was=Status.CONFIRMED, status=Status.DROPPED, was_ready=False, on_behalf=True),
        "ines",
        "Ines Calder dropped the seat on behalf of Imani Vestergrove.",
    ),
    (
        e.RegistrationClosed(**SEAT, was=Status.WAITLISTED, status=Status.REFUSED, was_ready=False),
        "ines",
        "Ines Calder declined to sign off the request of Imani Vestergrove.",
    ),
    (
        e.MatterSettled(**SEAT, matter="sign_off", is_ready=True),
        "ines",
        "Ines Calder signed off the request of Imani Vestergrove.",
    ),
    (e.OfferDeclined(**SEAT), "link:imani-faw", "Imani Vestergrove declined the seat."),
    (e.OfferRevoked(**SEAT, reason="Wrong person"), "ines", "Ines Calder took back the offer to Imani Vestergrove."),
    (
        e.OfferExtended(
            **PERSON, offer_number=1, was_until=NOW, expires_at=at("2026-03-14 10:42"), reason="On leave until then"
        ),
        "ines",
        (
            "Ines Calder kept the seat for Imani Vestergrove until Sat 14 Mar 2026, 10:42 GMT, "
            "before Thu 12 Mar 2026, 10:42 GMT."
        ),
    ),
    (
        e.ApprovalTakenBack(**PERSON, seat_units=1, offer_number=1, proposal_id="p"),
        "ines",
        "Ines Calder undid the approval for Imani Vestergrove before the offer was sent.",
    ),
    (
        e.ApprovalTakenBack(**PERSON, seat_units=1, offer_number=1, proposal_id="p", held_until=NOW),
        "ines",
        (
            "Ines Calder undid the approval for Imani Vestergrove before the offer was sent, "
            "and holds a seat again until Thu 12 Mar 2026, 10:42 GMT."
        ),
    ),
    (
        e.WaitlistJoined(
            **SEAT, requested_at=NOW, arrival=1, line_key="k~", conflicts=(), passed=2, approval="a", reason="Drawer"
        ),
        "ines",
        "Ines Calder put Imani Vestergrove on the waitlist with an earlier time. 2 passed over.",
    ),
    (
        e.WaitlistJoined(
            **SEAT, requested_at=NOW, arrival=1, line_key="k~", conflicts=(), approval="a", reason="Slip", terms=BACK
        ),
        "ines",
        "Ines Calder reinstated Imani Vestergrove, who waits where they did.",
    ),
    (
        e.SeatGiven(**SEAT, requested_at=NOW, arrival=1, approval="a", reason="Slip", terms=BACK),
        "ines",
        "Ines Calder reinstated Imani Vestergrove, who has a seat again.",
    ),
    (
        e.EntryPassed(**PERSON, pass_id="p", instead_id="oona-faw", behind_key="k~", reason="On leave", approval="a"),
        "ines",
        "Ines Calder passed Imani Vestergrove over for one seat; the place stays.",
    ),
    (
        e.PassTakenBack(**PERSON, pass_id="p"),
        "ines",
        "Ines Calder gave Imani Vestergrove, who had been passed over, the turn back.",
    ),
    (
        e.ProposalHeld(**PERSON, proposal_id="p", seat_units=3, until=NOW, reason="Asks at home"),
        "ines",
        "Ines Calder holds 3 seats for Imani Vestergrove until Thu 12 Mar 2026, 10:42 GMT.",
    ),
    (e.HoldReleased(**PERSON), "ines", "Ines Calder no longer holds a seat for Imani Vestergrove."),
    (
        e.SessionWoke(session_id="faw", woken_at=NOW, ended_holds=("imani-faw", "oona-faw")),
        "system",
        "The clock came to a date: 2 seats are held no longer.",
    ),
    (
        e.OfferRefreshed(**PERSON, offer_number=1),
        "ines",
        "Ines Calder sent Imani Vestergrove a new link to the offer.",
    ),
    (
        e.OfferReached(**PERSON, offer_number=1, was_until=NOW, expires_at=NOW),
        "system",
        "Imani Vestergrove was sent the offer.",
    ),
    (
        e.OfferReached(**PERSON, offer_number=1, was_until=NOW, expires_at=at("2026-03-14 10:42")),
        "system",
        (
            "Imani Vestergrove was sent the offer late and has until Sat 14 Mar 2026, 10:42 GMT, "
            "before Thu 12 Mar 2026, 10:42 GMT."
        ),
    ),
    (
        e.OfferNotReached(**PERSON, offer_number=1, stands_since=NOW, reason="No such mailbox"),
        "system",
        "Imani Vestergrove was not reached by the offer's mail: the clock stands until somebody decides.",
    ),
    (
        e.OfferLapsed(**SEAT, expired_at=NOW, by_hand=True, reason="No answer"),
        "ines",
        "Ines Calder ended the offer to Imani Vestergrove.",
    ),
    (
        e.EntryRequeued(**SEAT, requeued_at=NOW, arrival=2, line_key="k", by_hand=True, reason="No answer"),
        "ines",
        "Ines Calder ended the offer to Imani Vestergrove, who went to the end.",
    ),
    (e.OfferLapsed(**SEAT, expired_at=NOW), "system", "Imani Vestergrove let the offer lapse."),
    (
        e.EntryRequeued(**SEAT, requeued_at=NOW, arrival=9, line_key="r"),
        "system",
        "Imani Vestergrove let the offer lapse and went to the end.",
    ),
    (
        e.ConflictBegan(**SEAT, with_session_id="abw", was_ready=True),
        "ines",
        "Imani Vestergrove is skipped: another session is at the same time.",
    ),
    (
        e.ConflictEnded(**SEAT, with_session_id="abw", is_ready=True),
        "ines",
        "Imani Vestergrove can take a seat again.",
    ),
    (MOVED, "ines", "Ines Calder moved Imani Vestergrove from 7 to 5. 2 passed over."),
    (
        e.MoveEnded(**PERSON, override_id="move", because="revoked"),
        "ines",
        "Ines Calder undid the move of Imani Vestergrove.",
    ),
    (
        e.EntryPlaced(**PERSON, line_key="l"),
        "ines",
        "Imani Vestergrove has a new place, as the moves that are left say.",
    ),
    (
        e.MatterOpened(**SEAT, matter="sign_off", was_ready=True),
        "system",
        "Imani Vestergrove is skipped: a manager has still to sign it off.",
    ),
    (
        e.MatterSettled(**SEAT, matter="course:fire", is_ready=True),
        "ines",
        "Imani Vestergrove can take a seat again.",
    ),
    (
        e.EntryRanked(**PERSON, base_key="b", line_key="b", from_position=4, to_position=1, because="order"),
        "ines",
        "Imani Vestergrove moved from 4 to 1 in the new order.",
    ),
    (
        e.EntryRanked(**PERSON, base_key="b", line_key="b", from_position=2, to_position=2, because="order"),
        "ines",
        "Imani Vestergrove kept place 2 in the new order.",
    ),
    (
        e.MoveAnchored(**PERSON, override_id="move", before_key="b", from_key="c", line_key="b"),
        "ines",
        "Imani Vestergrove keeps the place of a move in the new order.",
    ),
    (
        e.EntryRanked(**PERSON, base_key="b", line_key="b", from_position=4, to_position=1, because="drawn"),
        "system",
        "Imani Vestergrove moved from 4 to 1 by the draw.",
    ),
    (
        e.WindowClosed(session_id="faw", closed_at=datetime(2026, 3, 2, tzinfo=UTC), arrivals=12, seed="s"),
        "system",
        "The window closed with 12 requests and was drawn, and its seed published.",
    ),
    (
        e.FactsChanged(**PERSON, details="{}", passed=2, reason="Wrong on the form"),
        "ines",
        "Ines Calder changed what the order knows of Imani Vestergrove. 2 passed over.",
    ),
    (
        e.RulesChanged(
            session_id="faw",
            was=Session(id="faw", code="FAW", capacity=12),
            rules=Session(id="faw", code="FAW", capacity=12, order=Order.PRIORITY),
            reason="Works agreement",
            approval="a",
        ),
        "ines",
        "Ines Calder changed the order of the line.",
    ),
    (
        e.RulesChanged(
            session_id="faw",
            was=Session(id="faw", code="FAW", capacity=12),
            rules=Session(id="faw", code="FAW", capacity=None),
            reason="Larger room",
        ),
        "ines",
        "Ines Calder set the capacity from 12 to no limit.",
    ),
    (
        e.RulesChanged(
            session_id="faw",
            was=Session(id="faw", code="FAW", capacity=12, allowance_units=1, waitlist_limit=9),
            rules=Session(id="faw", code="FAW", capacity=12, allowance_percent=10, room_capacity=20),
            reason="Larger room",
        ),
        "ines",
        (
            "Ines Calder set the allowance from 1 to 10 %, set the seats of the room from no limit to 20 "
            "and set the limit of the waitlist from 9 to no limit."
        ),
    ),
    (
        e.RulesChanged(
            session_id="faw",
            was=Session(id="faw", code="FAW", capacity=12),
            rules=Session(id="faw", code="FAW", capacity=12, course="First Aid", one_date=False),
            reason="Spring dates",
        ),
        "ines",
        "Ines Calder made it a date of First Aid and allowed several dates each.",
    ),
    (
        e.RulesChanged(
            session_id="faw",
            was=Session(id="faw", code="FAW", capacity=12, course="First Aid", one_date=False),
            rules=Session(id="faw", code="FAW", capacity=12),
            reason="Spring dates",
        ),
        "ines",
        "Ines Calder took it out of its course and set one date of the course for each person.",
    ),
    (h.OrganisationAdded(zone="Europe/London"), "ines", "Ines Calder began the record."),
    (
        h.MemberAdded(member_id="rafe", role="coordinator", details='{"name":"Rafe Ostrander"}'),
        "ines",
        "Ines Calder added Rafe Ostrander to the team as coordinator.",
    ),
    (
        h.RoleChanged(
            member_id="rafe", was="coordinator", role="auditor", details='{"name":"Rafe Ostrander"}', reason="New job"
        ),
        "ines",
        "Ines Calder changed the role of Rafe Ostrander from coordinator to auditor.",
    ),
    (
        h.MemberRemoved(member_id="rafe", role="auditor", details='{"name":"Rafe Ostrander"}', reason="Left"),
        "ines",
        "Ines Calder took Rafe Ostrander off the team.",
    ),
    (
        h.TenantVisited(visitor_id="pia", details='{"name":"Pia Hale"}', reason="Ticket 7"),
        "pia",
        "Pia Hale, platform administrator, came in to read.",
    ),
    (
        h.SessionRenamed(session_id="faw", was="First Aid", title="First Aid at Work"),
        "ines",
        "Ines Calder changed the title from First Aid to First Aid at Work.",
    ),
    (
        h.SessionAdded(
            session_id="faw",
            code="FAW",
            title="First Aid at Work",
            location="Leeds",
            zone="Europe/London",
            starts_at=NOW,
            ends_at=NOW,
            rules=Session(id="faw", code="FAW", capacity=12),
            meetings=(),
        ),
        "ines",
        "Ines Calder added First Aid at Work, FAW.",
    ),
    (h.PersonAdded(person_id="imani", details="{}"), "ines", "Ines Calder added Imani Vestergrove."),
    (
        h.PersonErased(person_id="imani", reason="Asked us to"),
        "ines",
        "Ines Calder erased everything that named one person.",
    ),
    (
        h.LinkRefused(session_id="faw", registration_id="imani-faw", purpose="offer"),
        "system",
        "Somebody opened the link of an offer while signed in to another organisation, and was shown nothing.",
    ),
    (
        h.PeopleMerged(person_id="imani", was_person_id="imani 2", approval="a", details="{}", reason="Both are she"),
        "ines",
        "Ines Calder merged two records of Imani Vestergrove.",
    ),
    (
        e.PersonReplaced(**PERSON, was_person_id="imani 2", status=Status.WAITLISTED, approval="a"),
        "ines",
        "Imani Vestergrove keeps what the other record had here.",
    ),
    (
        e.PersonReplaced(**PERSON, was_person_id="imani 2", status=Status.CONFIRMED, approval="a", waiver="a"),
        "ines",
        "Imani Vestergrove keeps what the other record had here, though it is at the same time as another of theirs.",
    ),
    (
        e.RegistrationClosed(
            **PERSON,
            seat_units=1,
            was=Status.WAITLISTED,
            status=Status.REMOVED,
            was_ready=True,
            reason="stale",
            is_stale=True,
        ),
        "ines",
        "Imani Vestergrove keeps the better of two places that they had here.",
    ),
    (
        h.OverrideAsked(**PERSON, request_id="request", kind="MoveEntry", reason="Only first-aider on nights"),
        "ines",
        "Ines Calder asked for an override for Imani Vestergrove, which somebody else has to approve.",
    ),
    (
        h.RequestRefused(session_id="faw", person_id="imani", refusal="waitlist_full"),
        "ines",
        "Ines Calder asked for Imani Vestergrove and was refused: the waitlist is full.",
    ),
    (
        h.RequestRefused(session_id="faw", person_id="imani", refusal="another"),
        "ines",
        "Ines Calder asked for Imani Vestergrove and was refused: a rule of the session was against it.",
    ),
    (
        h.OverrideDeclined(request_id="request", session_id="faw", registration_id="imani-faw", reason="Not urgent"),
        "ines",
        "Ines Calder declined an override for Imani Vestergrove.",
    ),
    (
        h.ApprovalRulesChanged(needs_second_person=True, allows_own=False, reason="Audit finding"),
        "ines",
        "Ines Calder set that overrides need a second person, and that nobody may approve their own.",
    ),
    (
        h.DeputyNamed(deputy_id="arta", hours=1, details='{"name":"Arta Berisha"}', reason="Holidays"),
        "ines",
        "Ines Calder set that proposals escalate to Arta Berisha after 1 hour.",
    ),
    (
        h.DeputyNamed(deputy_id="", hours=72, details="", reason="Not needed"),
        "ines",
        "Ines Calder set that proposals escalate to nobody.",
    ),
    (
        h.DefaultsChanged(
            was=SessionRules(),
            rules=SessionRules(offer_window=timedelta(hours=16), in_working_hours=True, on_lapse=LapseRule.END),
            reason="As agreed",
        ),
        "ines",
        (
            "Ines Calder set the offer window from 48 h to 16 h in working hours "
            "and set the place after an unused offer from out to the end of the line, for new sessions."
        ),
    ),
    (
        h.CalendarChanged(
            was=WorkingHours(zone="Europe/London"),
            calendar=WorkingHours(
                zone="Europe/London",
                closes=time(18),
                weekdays=frozenset({0, 2}),
                holidays=frozenset({date(2026, 12, 25)}),
            ),
            reason="As agreed",
        ),
        "ines",
        (
            "Ines Calder set the working hours from 08:00 to 20:00 to 08:00 to 18:00, "
            "set the working days from Mon to Fri to Mon and Wed and set the holidays from none to 1 with 25 Dec 2026."
        ),
    ),
    (
        e.RulesChanged(
            session_id="faw",
            was=Session(id="faw", code="FAW", capacity=12),
            rules=Session(
                id="faw",
                code="FAW",
                capacity=12,
                offer_window=timedelta(hours=12),
                reminder_window=timedelta(hours=2),
                cut_off_window=timedelta(hours=24),
                groups=GroupRule.FILL_AT_MOST,
                conflicts=ConflictRule.BLOCK,
                blocked_seats=BlockedRule.KEPT,
                sign_off=SignOff(roles=frozenset({"New hire"})),
                on_silence=SilenceRule.RELEASE,
            ),
            reason="As agreed",
        ),
        "ines",
        (
            "Ines Calder set the offer window from 48 h to 12 h, set the reminder from none to 2 h before the end, "
            "set the cut-off from the start to 24 h before the start, "
            "set passing of groups from never to at most 2 times, "
            "set requests at the same time as a seat from waiting to refused, "
            "set seats that nobody in line can take from open to newcomers to kept, "
            "set sign-off by a manager from nobody to New hire "
            "and set silence after a move from keeping the seat to giving the seat back."
        ),
    ),
    (
        h.ProposalEscalated(
            **PERSON,
            proposal_id="p",
            deputy_id="arta",
            details='{"name":"Arta Berisha"}',
        ),
        "system",
        "The proposal for Imani Vestergrove was escalated to Arta Berisha: nobody has decided it.",
    ),
    (
        h.ApprovalSigned(approval_id="a", kind="standing", subject_id="faw", session_id="faw"),
        "ines",
        "Ines Calder signed a standing approval: offers go out by themselves.",
    ),
    (
        h.FileImported(kind="requests", digest="d", lines=1),
        "ines",
        "Ines Calder imported 1 line of requests.",
    ),
    (
        e.SeatGiven(**SEAT, requested_at=NOW, arrival=1, payment_due_at=NOW),
        "ines",
        "Ines Calder gave Imani Vestergrove a seat at once, to be paid by Thu 12 Mar 2026, 10:42 GMT.",
    ),
    (
        e.SeatGiven(**SEAT, requested_at=NOW, arrival=1, payment_due_at=NOW, on_behalf=True),
        "ines",
        (
            "Ines Calder asked on behalf of Imani Vestergrove, who got a seat at once, "
            "to be paid by Thu 12 Mar 2026, 10:42 GMT."
        ),
    ),
    (
        e.SeatGiven(**SEAT, requested_at=NOW, arrival=1, payment_due_at=NOW, block="the board"),
        "ines",
        ("Ines Calder gave Imani Vestergrove a seat reserved for the board, to be paid by Thu 12 Mar 2026, 10:42 GMT."),
    ),
    (
        e.SeatGiven(**SEAT, requested_at=NOW, arrival=1, payment_due_at=NOW, approval="a", reason="r", passed=2),
        "ines",
        "Ines Calder gave Imani Vestergrove a seat, to be paid by Thu 12 Mar 2026, 10:42 GMT. 2 passed over.",
    ),
    (
        e.SeatGranted(
            **SEAT,
            line_key="k",
            position=1,
            passed=0,
            was_ready=True,
            reason="r",
            approval="a",
            payment_due_at=NOW,
        ),
        "ines",
        ("Ines Calder granted Imani Vestergrove a seat beyond the limit, to be paid by Thu 12 Mar 2026, 10:42 GMT."),
    ),
    (
        e.OfferAccepted(**SEAT, payment_due_at=NOW),
        "link:imani-faw",
        "Imani Vestergrove accepted the seat, to be paid by Thu 12 Mar 2026, 10:42 GMT.",
    ),
    (
        e.OfferAccepted(**SEAT, payment_due_at=NOW, on_behalf=True),
        "ines",
        ("Ines Calder accepted the seat on behalf of Imani Vestergrove, to be paid by Thu 12 Mar 2026, 10:42 GMT."),
    ),
    (
        e.PaymentReceived(**SEAT, **PAID),
        "system",
        "Imani Vestergrove paid GBP 49.00 and has the seat.",
    ),
    (
        e.PaymentReceived(**SEAT, **PAID, on_behalf=True),
        "ines",
        "Ines Calder noted that Imani Vestergrove paid GBP 49.00.",
    ),
    (
        e.PaymentFailed(**PERSON, reference="pay-1", reason="card declined"),
        "system",
        "Imani Vestergrove tried to pay, and it failed; the seat is kept until its deadline.",
    ),
    (
        e.PaymentFailed(**PERSON, reference="pay-1", reason="card declined", on_behalf=True),
        "ines",
        "Ines Calder noted that a payment by Imani Vestergrove failed; the seat is kept until its deadline.",
    ),
    (
        e.PaymentUnused(**PERSON, **PAID, because="late"),
        "system",
        "Imani Vestergrove paid GBP 49.00, too late for the seat: it is owed back.",
    ),
    (
        e.PaymentUnused(**PERSON, **PAID, because="not_due", on_behalf=True),
        "ines",
        ("Ines Calder noted that Imani Vestergrove paid GBP 49.00, though nothing was to be paid: it is owed back."),
    ),
    (
        e.PaymentUnused(**PERSON, **PAID, because="wrong_amount"),
        "system",
        "Imani Vestergrove paid GBP 49.00, which is not what the seat costs: it is owed back.",
    ),
    (
        e.RegistrationClosed(**SEAT, was=Status.PENDING, status=Status.FAILED, was_ready=False),
        "system",
        "Imani Vestergrove did not pay in time, and the seat came back.",
    ),
    (
        e.RegistrationClosed(**SEAT, was=Status.CONFIRMED, status=Status.REFUNDED, was_ready=False),
        "ines",
        "Ines Calder gave Imani Vestergrove the money back, and the seat came back.",
    ),
    (
        e.RefundDue(**PERSON, **PAID, because="dropped"),
        "ines",
        "Imani Vestergrove is owed back GBP 49.00.",
    ),
    (
        e.RefundMade(**PERSON, **PAID, settled=4900, for_the_seat=0, given_back=4900),
        "system",
        "Imani Vestergrove got back GBP 49.00.",
    ),
    (
        e.RefundMade(**PERSON, **PAID, settled=4900, for_the_seat=0, given_back=4900, on_behalf=True),
        "ines",
        "Ines Calder noted that Imani Vestergrove got back GBP 49.00.",
    ),
    (
        e.RefundWaived(**PERSON, **PAID, reason="Dropped too late"),
        "ines",
        "Ines Calder kept GBP 49.00 that was owed back to Imani Vestergrove.",
    ),
    (
        e.RulesChanged(
            session_id="faw",
            was=Session(id="faw", code="FAW", capacity=13),
            rules=Session(id="faw", code="FAW", capacity=13, price=4900, payment_window=timedelta(minutes=30)),
            reason="New caterer",
        ),
        "ines",
        ("Ines Calder set the price from nothing to GBP 49.00 and set the time to pay from 60 minutes to 30 minutes."),
    ),
]


def recorded(happening, actor_id="ines", *, person="Imani Vestergrove"):
    """Build the entry of the record that a happening becomes."""
    data, texts = split(happening)
    return RecordedAct(
        seq=1,
        at=NOW,
        actor_id=actor_id,
        actor_name={"ines": "Ines Calder", "link:imani-faw": person}.get(actor_id, ""),
        act=type(happening).__name__,
        session_id=data.get("session_id", ""),
        registration_id=data.get("registration_id", ""),
        person_name=person,
        data=data,
        texts=texts,
    )


class TestAnAct:
    @pytest.mark.parametrize(("happening", "actor_id", "sentence"), TOLD)
    def test_is_told_in_one_sentence(self, happening, actor_id, sentence):
        """Every act says who did what to whom."""
        told = tell(recorded(happening, actor_id), "Europe/London")

        assert f"{told.who} {told.what}" == sentence

    def test_of_every_kind_is_told(self):
        """No act of the record is left without its sentence."""
        kinds = set(typing.get_args(h.Happening))

        assert {type(happening) for happening, _, _ in TOLD} == kinds

    @pytest.mark.parametrize("happening", [happening for happening, _, _ in TOLD])
    def test_has_an_icon_that_the_screen_can_draw(self, happening):
        """Each kind of act is also told by a picture."""
        assert tell(recorded(happening), "Europe/London").icon in ICONS

    def test_of_the_clock_is_told_as_such(self):
        """What runs by itself is the clock's, never somebody's."""
        offer = next(happening for happening, _, _ in TOLD if isinstance(happening, e.OfferMade))

        assert tell(recorded(offer, "system"), "Europe/London").who == "The clock"

    def test_of_somebody_erased_is_told_without_a_name(self):
        """An erased person leaves the act, not the name."""
        told = tell(recorded(e.OfferLapsed(**SEAT, expired_at=NOW), "system", person=""), "Europe/London")

        assert told == Told(kind="lapsed", who="Somebody", what="let the offer lapse.", icon="hourglass")

    @pytest.mark.parametrize("happening", [happening for happening, _, _ in TOLD])
    def test_needs_only_what_the_record_holds(self, happening):
        """The sentence is made from the entry alone, so an old record can be told as well."""
        act = recorded(happening)

        assert set(act.data) | set(act.texts) <= {field.name for field in fields(happening)}
        assert tell(act, "UTC").what.endswith(".")
