"""Moving a session to other times or another place."""

from waitlist_app.engine.events import NewTimesTold
from waitlist_app.services.acting import carry_out
from waitlist_app.services.actors import Actor, Permission
from waitlist_app.services.new_times import USUAL, NewTimes, Question, moving
from waitlist_app.services.ports import Transaction, Work
from waitlist_app.services.wording import counted, exact, when


def reschedule_session(
    *,
    work: Work,
    actor: Actor,
    session_id: str,
    wanted: NewTimes,
    reason: str,
    question: Question | None = USUAL,
) -> str:
    """Move the session, tell everybody in it once, and say in a sentence what follows; None as `question` asks nobody.

    Everybody keeps their place, and offers their deadlines. Who comes to have two seats at once keeps both, on the
    word of this act; who waits is skipped while a seat elsewhere is at the same time. `preview_reschedule` lists both.
    """
    actor.require(Permission.EDIT)

    def unit(tx: Transaction) -> str:
        _, command = moving(tx, session_id, wanted, reason=reason, question=question)
        told = [event for event in carry_out(tx, command) if isinstance(event, NewTimesTold)]
        asked = sum(event.answer_by is not None for event in told)
        facts = tx.read.session(session_id)
        said = [f"{facts.rules.code} is on {when(facts.meetings, facts.zone)} now."]
        if told:
            said.append(f"{counted(len(told), 'person is', 'people are')} told.")
        if asked and command.asking:
            by = exact(command.asking.by, facts.zone)
            said.append(f"{counted(asked, 'seat has', 'seats have')} to be confirmed again by {by}.")
        return " ".join(said)

    return work.transact(actor, unit)
