"""Setting the rules of a session that are not its seats, its price or its order."""

from collections.abc import Iterator, Sequence
from typing import Final

from waitlist_app.engine.commands import ChangeRules
from waitlist_app.engine.events import Event, OfferMade, ProposalWithdrawn, SeatProposed
from waitlist_app.engine.model import SIGN_OFF
from waitlist_app.engine.refusals import ReasonMissing
from waitlist_app.services.acting import carry_out, lapse_due
from waitlist_app.services.actors import Actor, Permission
from waitlist_app.services.ports import SessionFacts, Transaction, Work
from waitlist_app.services.rule_bounds import check_rules
from waitlist_app.services.rule_sentences import rule_changes
from waitlist_app.services.rules import is_too_late
from waitlist_app.services.session_rules import RuleChanges, changed, rules_of, with_rules
from waitlist_app.services.wording import counted, listed

NOTHING: Final = "These are the rules that it has already. Nothing was changed."
LATER: Final = "The number counts where groups may be passed a number of times."
_OF_THE_CLOCK: Final = frozenset({"offer_window", "cut_off_window"})
_OF_REMINDERS: Final = frozenset({"offer_window", "reminder_window"})
_OF_REQUESTS: Final = frozenset({"sign_off", "conflicts"})


def set_session_rules(*, work: Work, actor: Actor, session_id: str, wanted: RuleChanges, reason: str) -> str:
    """Set the rules that `wanted` names, leave the others, and say what changed and what follows.

    What was promised stays: deadlines of offers, places in line, and what people were asked. Raises
    `ReasonMissing`, `InvalidInput` for a rule that is out of bounds, with its field, and what the engine refuses, such
    as `CourseStands`.
    """
    actor.require(Permission.EDIT)
    if not reason.strip():
        raise ReasonMissing

    def unit(tx: Transaction) -> str:
        tx.lock([session_id])
        lapse_due(tx)
        before = tx.read.session(session_id)
        was = rules_of(before.rules)
        rules = changed(was, wanted)
        # A session that counts in working hours has the calendar already; see `set_calendar`.
        calendar = before.rules.working_hours or tx.organisation_rules.calendar
        check_rules(rules, calendar, tx.now, was=was)
        after = with_rules(before.rules, rules, calendar)
        if after == before.rules:
            return NOTHING
        events = carry_out(tx, ChangeRules(session_id=session_id, rules=after, reason=reason.strip()))
        changes = rule_changes(was, rules)
        names = frozenset(change.name for change in changes)
        said = [change.in_answer for change in changes] or [LATER]
        return " ".join([*said, *_stays(tx, before, names), *_follows(tx, session_id, events)])

    return work.transact(actor, unit)


def _stays(tx: Transaction, before: SessionFacts, names: frozenset[str]) -> Iterator[str]:
    """Say what the new rules do not touch, and from when on they count."""
    after = tx.read.session(before.rules.id).rules
    if names & _OF_THE_CLOCK and before.tally.held:
        yield "Offers that run keep their deadlines."
    if names & _OF_THE_CLOCK and is_too_late(after, tx.now):
        yield "An offer made now would leave less than 5 minutes, so seats are given by hand."
    if names & _OF_REMINDERS and after.offer_window <= after.reminder_window:
        yield "Offers are no longer than the reminder is early, so there is none."
    if names & _OF_REQUESTS:
        yield "It counts for whoever asks from now on."
    if "sign_off" in names:
        waiting = sum(SIGN_OFF in entry.registration.outstanding for entry in tx.read.waiting(after.id))
        if waiting:
            yield f"{counted(waiting, 'person still waits', 'people still wait')} for a manager's answer."
    if "on_silence" in names and after.asking and after.asking.by > tx.now:
        yield "What people were asked when it was moved stays as they were told."


def _follows(tx: Transaction, session_id: str, events: Sequence[Event]) -> Iterator[str]:
    mine = [event for event in events if event.session_id == session_id]
    offered = [event.registration_id for event in mine if isinstance(event, OfferMade)]
    proposed = [event.registration_id for event in mine if isinstance(event, SeatProposed)]
    withdrawn = [event.registration_id for event in mine if isinstance(event, ProposalWithdrawn)]
    for ids, one, many in (
        (withdrawn, "is not proposed any more", "are not proposed any more"),
        ([key for key in proposed if key not in offered], "is proposed", "are proposed"),
        (offered, "is offered a seat", "are offered seats"),
    ):
        if ids:
            names = [tx.read.registration(key).person.name for key in ids]
            yield f"{listed(names)} {one if len(names) == 1 else many}."
