"""Saying of which course a session is a date, and whether one date is enough."""

from msgspec.structs import replace

from waitlist_app.engine.commands import ChangeRules
from waitlist_app.engine.refusals import ReasonMissing
from waitlist_app.services.acting import carry_out, lapse_due
from waitlist_app.services.actors import Actor, Permission
from waitlist_app.services.ports import Transaction, Work
from waitlist_app.services.rules import course_in_words


def set_course(*, work: Work, actor: Actor, session_id: str, course: str, one_date: bool = True, reason: str) -> str:
    """Make a session a date of a course, or of none when that is empty, and say in a sentence what holds now.

    With `one_date` nobody waits here who has a seat on another date. Raises `CourseStands` while anybody is in it.
    """
    actor.require(Permission.EDIT)
    if not reason.strip():
        raise ReasonMissing

    def unit(tx: Transaction) -> str:
        tx.lock([session_id])
        lapse_due(tx)
        rules = replace(tx.read.session(session_id).rules, course=course.strip(), one_date=one_date)
        carry_out(tx, ChangeRules(session_id=session_id, rules=rules, reason=reason.strip(), leaves_line=True))
        return f"{course_in_words(rules) or 'A session by itself'}."

    return work.transact(actor, unit)
