"""Short words for tests: sessions, instants, and a story of what happens at the desk, told in names."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

from msgspec.structs import replace

from waitlist_app.engine import commands as c
from waitlist_app.engine.act import act
from waitlist_app.engine.events import Event, OfferMade
from waitlist_app.engine.evolve import evolve
from waitlist_app.engine.invariants import broken, broken_across
from waitlist_app.engine.ledger import Ledger
from waitlist_app.engine.model import (
    STANDARD,
    Asking,
    Facts,
    Meeting,
    Mode,
    Order,
    PriorityRule,
    Registration,
    Roster,
    Session,
    StandingApproval,
    Status,
    Terms,
)
from waitlist_app.engine.seats import Sum, add_up, overdue_units, reserved

SAFETY = "Safety"
"""The session that a story is about when it names none."""


def at(text: str) -> datetime:
    """Give an instant in UTC, as in `at("2026-03-02 10:00")`, a Monday."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


MONDAY = at("2026-03-02 10:00")


def session(code: str = SAFETY, *, capacity: int | None = 1, **rules: Any) -> Session:
    """Build a session whose id is its code."""
    return Session(id=code, code=code, capacity=capacity, **rules)


def standing(code: str = SAFETY, *, capacity: int | None = 1, **rules: Any) -> Session:
    """Build a session whose offers go out by themselves, under a standing approval."""
    return session(
        code, capacity=capacity, mode=Mode.OFFERED, standing_approval=StandingApproval(id="standing 1"), **rules
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Who stands where in one session, each list in its order."""

    confirmed: tuple[str, ...] = ()
    pending: tuple[str, ...] = ()
    offered: tuple[str, ...] = ()
    waiting: tuple[str, ...] = ()
    proposed: tuple[str, ...] = ()


def stands(
    *, confirmed: str = "", pending: str = "", offered: str = "", waiting: str = "", proposed: str = ""
) -> Standing:
    """Build a standing from names with blanks between."""
    return Standing(
        confirmed=tuple(confirmed.split()),
        pending=tuple(pending.split()),
        offered=tuple(offered.split()),
        waiting=tuple(waiting.split()),
        proposed=tuple(proposed.split()),
    )


class Story:
    """What happens, one act after the other; after each of them everything that is always true is checked."""

    def __init__(self, *sessions: Session, overlaps: Iterable[tuple[str, str]] = (), seed: str = "") -> None:
        """Open the sessions, or one for one person; `overlaps` are pairs of sessions at the same time.

        `seed` is that of every lottery.
        """
        opened = sessions or (session(),)
        pairs = [*overlaps]
        self.overlaps = {
            s.id: frozenset(other for pair in pairs if s.id in pair for other in pair if other != s.id) for s in opened
        }
        self.opened = {s.id: s for s in opened}
        self.ledger = Ledger(opened, self.overlaps, {s.id: seed for s in opened})
        self._folded, self._events_read = self.ledger.rosters, 0
        self.now = MONDAY
        self.facts: dict[str, Facts] = {}
        """What was known of people when they asked, by registration."""
        self._numbers = count(1)

    # ── acts ─────────────────────────────────────────────────────────────────────────────────────

    def act(self, *commands: c.Command) -> tuple[Event, ...]:
        """Carry out commands in one act."""
        events = act(self.ledger, commands, self.now)
        rosters = self.ledger.rosters
        assert self._rebuilt() == rosters
        assert {code: broken(roster, self.now) for code, roster in rosters.items()} == dict.fromkeys(rosters, ())
        assert broken_across(rosters, self.ledger.overlaps, self.now) == ()
        return events

    def _rebuilt(self) -> dict[str, Roster]:
        """Give the sessions as their events alone rebuild them; the ledger is given slices, and has to agree."""
        for event in self.ledger.events[self._events_read :]:
            self._folded[event.session_id] = evolve(self._folded[event.session_id], event)
        self._events_read = len(self.ledger.events)
        return self._folded

    def ask(self, *names: str, to: str = SAFETY, asked_at: datetime | None = None, **rest: Any) -> tuple[Event, ...]:
        """Let people ask for seats, one after the other; gives the events of the last."""
        events: tuple[Event, ...] = ()
        for name in names:
            events = self.act(self.request(name, to=to, asked_at=asked_at, **rest))
        return events

    def request(
        self,
        name: str,
        *,
        to: str = SAFETY,
        asked_at: datetime | None = None,
        units: int = 1,
        role: str = "",
        deadline: date | None = None,
        waiver: str = "",
        approval: str = "",
        block: str = "",
        facts: Facts | None = None,
        terms: Terms = STANDARD,
    ) -> c.RequestSeat:
        """Build the request of one person."""
        request = c.RequestSeat(
            session_id=to,
            registration_id=f"{name} {next(self._numbers)}",
            person_id=name,
            requested_at=asked_at or self.now,
            seat_units=units,
            facts=facts or Facts(role=role, compliance_deadline=deadline),
            waiver=waiver,
            approval=approval,
            block=block,
            reason="the board asked" if approval else "",
            terms=terms,
        )
        self.facts[request.registration_id] = request.facts
        return request

    def drop(self, name: str, *, out_of: str = SAFETY, status: Status = Status.DROPPED) -> tuple[Event, ...]:
        """Let somebody give up a seat or a place in the line."""
        return self.act(c.Close(session_id=out_of, registration_id=self.id_of(name, out_of), status=status))

    def grant(self, name: str, *, to: str = SAFETY, reason: str = "the board asked") -> tuple[Event, ...]:
        """Seat somebody who waits beyond the limit."""
        entry = self.id_of(name, to)
        return self.act(c.GrantSeat(session_id=to, registration_id=entry, reason=reason, approval="Olga"))

    def lift(self, name: str, *, to: str = SAFETY, reason: str = "the board asked") -> tuple[Event, ...]:
        """Let somebody who waits have a seat beside one elsewhere."""
        entry = self.id_of(name, to)
        return self.act(c.LiftRule(session_id=to, registration_id=entry, reason=reason, approval="Olga"))

    def restore(self, name: str, *, to: str = SAFETY) -> tuple[Event, ...]:
        """Let the rules hold for somebody again."""
        return self.act(c.RestoreRule(session_id=to, registration_id=self.id_of(name, to)))

    def reduce(self, name: str, *, keep: int, in_: str = SAFETY) -> tuple[Event, ...]:
        """Let a group keep some of its units."""
        return self.act(c.ReduceUnits(session_id=in_, registration_id=self.id_of(name, in_), seat_units=keep))

    def merge(self, name: str, *, into: str) -> tuple[Event, ...]:
        """Let everything that the record of one name has be that of another."""
        places = {code: self.ledger.find(name, code) for code in sorted(self.opened)}
        theirs = frozenset(found.id for found in places.values() if found)
        return self.act(
            *(
                c.ReplacePerson(session_id=code, person_id=name, into_id=into, theirs=theirs, approval="merge")
                for code, found in places.items()
                if found
            )
        )

    def cancel(self, code: str = SAFETY, *, reason: str = "the trainer is ill") -> tuple[Event, ...]:
        """Call a session off."""
        return self.act(c.CancelSession(session_id=code, reason=reason))

    def reschedule(
        self,
        code: str = SAFETY,
        *,
        onto: Iterable[str] = (),
        start: datetime | None = None,
        reason: str = "another trainer",
        asking: Asking | None = None,
    ) -> tuple[Event, ...]:
        """Move a session, two weeks on unless a start is named, to the time of the sessions in `onto`."""
        starts_at = start or self.now + timedelta(days=14)
        return self.act(
            c.Reschedule(
                session_id=code,
                meetings=(Meeting(starts_at=starts_at, ends_at=starts_at + timedelta(hours=3)),),
                location="Leeds",
                overlaps=tuple(sorted(onto)),
                reason=reason,
                approval="Olga",
                asking=asking,
            )
        )

    def reconfirm(self, name: str, *, in_: str = SAFETY) -> tuple[Event, ...]:
        """Let somebody keep the seat in a session that was moved."""
        return self.act(c.Reconfirm(session_id=in_, registration_id=self.id_of(name, in_)))

    def set_rules(self, *, of: str = SAFETY, leaves_line: bool = False, **rules: Any) -> tuple[Event, ...]:
        """Set some rules of a session."""
        return self.act(replace(self.rules(of=of, **rules), leaves_line=leaves_line))

    def rules(self, *, of: str = SAFETY, **rules: Any) -> c.ChangeRules:
        """Build the command that sets some rules of a session."""
        return c.ChangeRules(session_id=of, rules=replace(self.roster(of).session, **rules))

    def moves(self, name: str, *, to: str, out_of: str = SAFETY) -> tuple[c.Command, c.Command]:
        """Build the commands that move somebody to another session."""
        leaving = c.Close(session_id=out_of, registration_id=self.id_of(name, out_of), status=Status.TRANSFERRED)
        return leaving, self.request(name, to=to)

    def approve(self, name: str, *, to: str = SAFETY, is_direct: bool = False) -> tuple[Event, ...]:
        """Approve the open proposal for somebody, as an offer or as a seat."""
        proposal_id = self.proposal_of(name, to)
        return self.act(c.ApproveProposal(session_id=to, proposal_id=proposal_id, approval="Olga", is_direct=is_direct))

    def accept(self, name: str, *, to: str = SAFETY, instead_of: Iterable[str] = ()) -> tuple[Event, ...]:
        """Let somebody take the seat that is held, instead of those they have in the sessions named."""
        others = tuple(self.id_of(name, other) for other in instead_of)
        return self.act(c.AcceptOffer(session_id=to, registration_id=self.id_of(name, to), instead_of=others))

    def pay(
        self, name: str, *, to: str = SAFETY, reference: str = "", amount: int | None = None, currency: str = ""
    ) -> tuple[Event, ...]:
        """Let somebody's money come, what is due unless another amount is named; a stranger's comes all the same."""
        known = self.ledger.find(name, to)
        due = known.amount_due if known else 4900
        return self.act(
            c.NotePayment(
                session_id=to,
                registration_id=self.id_of(name, to),
                person_id=name,
                reference=reference or f"pay-{name}",
                amount=due if amount is None else amount,
                currency=currency or (known.terms.currency if known else "") or "GBP",
            )
        )

    def fail_to_pay(self, name: str, *, to: str = SAFETY, reference: str = "") -> tuple[Event, ...]:
        """Let somebody's attempt to pay fail."""
        return self.act(
            c.NoteFailedPayment(
                session_id=to,
                registration_id=self.id_of(name, to),
                person_id=name,
                reference=reference or f"pay-{name}",
                reason="card declined",
            )
        )

    def give_back(
        self, entry: str, name: str, amount: int, *, to: str = SAFETY, reference: str = ""
    ) -> tuple[Event, ...]:
        """Give so much in all of somebody's payment back; `entry` is the registration's id."""
        return self.act(
            c.NoteRefund(
                session_id=to,
                registration_id=entry,
                person_id=name,
                reference=reference or f"pay-{name}",
                given_back=amount,
                reason="asked for it",
            )
        )

    def decline(self, name: str, *, to: str = SAFETY) -> tuple[Event, ...]:
        """Let somebody say no."""
        return self.act(c.DeclineOffer(session_id=to, registration_id=self.id_of(name, to)))

    def revoke(self, name: str, *, to: str = SAFETY, reason: str = "wrong person") -> tuple[Event, ...]:
        """Take somebody's offer back."""
        return self.act(c.RevokeOffer(session_id=to, registration_id=self.id_of(name, to), reason=reason))

    def expire(self, name: str, *, to: str = SAFETY, reason: str = "no answer on the phone") -> tuple[Event, ...]:
        """End somebody's offer before its deadline."""
        return self.act(c.ExpireOffer(session_id=to, registration_id=self.id_of(name, to), reason=reason))

    def undo_approval(self, name: str, *, to: str = SAFETY) -> tuple[Event, ...]:
        """Undo the approval of somebody's offer before it was sent."""
        entry = self.id_of(name, to)
        made = [e for e in self.ledger.events if isinstance(e, OfferMade) and e.registration_id == entry]
        proposal_id = made[-1].proposal_id if made else "none"
        return self.act(c.TakeBackApproval(session_id=to, registration_id=entry, proposal_id=proposal_id))

    def ask_earlier(
        self, name: str, *, asked_at: datetime, to: str = SAFETY, reason: str = "found in a drawer", **said: Any
    ) -> tuple[Event, ...]:
        """Put somebody where an earlier time puts them; `said` are other fields of the command."""
        command = c.AskEarlier(
            session_id=to,
            registration_id=f"{name} {next(self._numbers)}",
            person_id=name,
            requested_at=asked_at,
            reason=reason,
            approval=said.pop("approval", "Olga"),
            **said,
        )
        return self.act(command)

    def answer_sign_off(self, name: str, *, to: str = SAFETY, is_given: bool = True) -> tuple[Event, ...]:
        """Let somebody's manager say yes or no."""
        return self.act(
            c.AnswerSignOff(
                session_id=to,
                registration_id=self.id_of(name, to),
                is_given=is_given,
                approval="Mara",
                reason="" if is_given else "Needed on the line",
            )
        )

    def extend(
        self, name: str, until: datetime, *, to: str = SAFETY, reason: str = "away", **rest: Any
    ) -> tuple[Event, ...]:
        """Give somebody more time."""
        return self.act(
            c.ExtendOffer(session_id=to, registration_id=self.id_of(name, to), until=until, reason=reason, **rest)
        )

    def hand_over(self, name: str, at: datetime | None = None, *, to: str = SAFETY, **rest: Any) -> tuple[Event, ...]:
        """Hand the mail of somebody's offer over."""
        entry = self.entry(name, to)
        command = c.StartClock(
            session_id=to,
            registration_id=entry.id,
            offer_number=entry.offer_number,
            handed_over_at=at or self.now,
            **rest,
        )
        return self.act(command)

    def bounce(self, name: str, *, to: str = SAFETY) -> tuple[Event, ...]:
        """Let the mail of somebody's offer come back."""
        entry = self.entry(name, to)
        number = entry.offer_number
        return self.act(
            c.StopClock(session_id=to, registration_id=entry.id, offer_number=number, reason="No such mailbox")
        )

    def sweep(self) -> tuple[Event, ...]:
        """End every offer that is due."""
        return self.act(*(c.LapseDue(session_id=code, until=self.now) for code in sorted(self.ledger.rosters)))

    def move(self, name: str, *, before: str = "", in_: str = SAFETY, reason: str = "audit finding") -> str:
        """Move somebody before somebody else, or last; gives the override's id."""
        override_id = f"override {next(self._numbers)}"
        self.act(
            c.MoveEntry(
                session_id=in_,
                registration_id=self.id_of(name, in_),
                before_id=self.id_of(before, in_) if before else "",
                override_id=override_id,
                reason=reason,
                approval="Olga",
            )
        )
        return override_id

    def take_back(self, override_id: str, *, in_: str = SAFETY) -> tuple[Event, ...]:
        """Undo a move."""
        return self.act(c.RevokeMove(session_id=in_, override_id=override_id))

    def set_capacity(self, capacity: int | None, *, of: str = SAFETY) -> tuple[Event, ...]:
        """Set the number of seats."""
        return self.act(c.ChangeRules(session_id=of, rules=replace(self.roster(of).session, capacity=capacity)))

    def order_by(
        self,
        order: Order,
        *,
        priority: tuple[PriorityRule, ...] = (),
        of: str = SAFETY,
        reason: str = "new agreement",
    ) -> tuple[Event, ...]:
        """Change the order of the line."""
        return self.act(
            c.ChangeOrder(
                session_id=of, order=order, priority=priority, facts=dict(self.facts), reason=reason, approval="Olga"
            )
        )

    def learn(
        self, name: str, facts: Facts, *, in_: str = SAFETY, reason: str = "wrong on the form"
    ) -> tuple[Event, ...]:
        """Put right what is known of somebody who waits."""
        entry = self.id_of(name, in_)
        events = self.act(
            c.ChangeFacts(session_id=in_, registration_id=entry, facts=facts, details="{}", reason=reason)
        )
        self.facts[entry] = facts
        return events

    # ── what is so ───────────────────────────────────────────────────────────────────────────────

    def roster(self, code: str = SAFETY) -> Roster:
        """Give the whole roster of a session."""
        return self.ledger.rosters[code]

    def entry(self, name: str, code: str = SAFETY) -> Registration:
        """Give somebody's registration."""
        found = self.ledger.find(name, code)
        assert found is not None, f"{name} is not in {code}"
        return found

    def id_of(self, name: str, code: str = SAFETY) -> str:
        """Give the id of somebody's registration; of a stranger, one that does not exist."""
        found = self.ledger.find(name, code)
        return found.id if found else f"{name} 0"

    def proposal_of(self, name: str, code: str = SAFETY) -> str:
        """Give the id of the open proposal for somebody; of a stranger, one that does not exist."""
        entry = self.id_of(name, code)
        return next((p.id for p in self.roster(code).proposals.values() if p.registration_id == entry), "none")

    def standing(self, code: str = SAFETY) -> Standing:
        """Say who stands where: the seated by arrival, the offered by offer, the others in the line's order."""
        roster = self.roster(code)
        proposed = {p.registration_id for p in roster.proposals.values()}
        rows = sorted(roster.registrations.values(), key=lambda r: (r.offer_number, r.arrival))
        return Standing(
            confirmed=tuple(r.person_id for r in sorted(rows, key=lambda r: r.arrival) if r.status is Status.CONFIRMED),
            pending=tuple(r.person_id for r in sorted(rows, key=lambda r: r.arrival) if r.status is Status.PENDING),
            offered=tuple(r.person_id for r in rows if r.status is Status.OFFERED),
            waiting=tuple(r.person_id for r in roster.line()),
            proposed=tuple(r.person_id for r in roster.line() if r.id in proposed),
        )

    def line(self, code: str = SAFETY) -> str:
        """Give the names in the line."""
        return " ".join(self.standing(code).waiting)

    def sum(self, code: str = SAFETY) -> Sum:
        """Add the seats up, now."""
        roster = self.roster(code)
        ended, unpaid = overdue_units(roster, self.now)
        kept = reserved(roster.session, self.now)
        return add_up(roster.session, roster.tally, ended=ended, unpaid=unpaid, reserved=kept)
