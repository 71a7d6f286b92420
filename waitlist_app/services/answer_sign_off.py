"""A manager's answer to a request that needs a sign-off: through the link, signed in, or taken down by staff."""

from waitlist_app.engine.commands import AnswerSignOff
from waitlist_app.errors import NotAllowed
from waitlist_app.services.acting import carry_out
from waitlist_app.services.actors import Actor, Permission, Role
from waitlist_app.services.approvals import OwnApproval
from waitlist_app.services.overriding import forbid_own
from waitlist_app.services.own import act_as_manager
from waitlist_app.services.ports import Entry, SignOffLink, Transaction, Work
from waitlist_app.services.strangers import is_stranger
from waitlist_app.services.team import require_reason


def answer_sign_off(*, work: Work, token: str, is_given: bool, reason: str = "", signed_in: Actor | None = None) -> str:
    """Give or decline the sign-off that a link asks for, and say what follows.

    The link names the one who may answer. Raises `SignOffAnswered` when nothing is asked any more, and `OwnApproval`
    where it would be a word for oneself.
    """
    link = work.open_sign_off_link(token)
    if link is None or not link.manager_id or is_stranger(work, link, signed_in, purpose="sign_off"):
        raise NotAllowed(detail="unknown sign-off link")

    def unit(tx: Transaction) -> str:
        manager, _ = tx.person(link.manager_id)
        is_own = tx.read.registration(link.registration_id).person.id == manager.id
        if is_own and not tx.approval_rules.allows_own:
            raise OwnApproval
        return _answer(tx, link.registration_id, is_given=is_given, reason=reason.strip())

    return work.transact(_manager(link), unit)


def answer_sign_off_of_team(*, work: Work, actor: Actor, registration_id: str, is_given: bool, reason: str = "") -> str:
    """Give or decline the sign-off that the actor, who is signed in, was asked for, and say what follows.

    Their own registration is not among those. Raises `SignOffAnswered` when nothing is asked any more.
    """

    def unit(tx: Transaction, _entry: Entry) -> str:
        return _answer(tx, registration_id, is_given=is_given, reason=reason.strip())

    return act_as_manager(work, actor, registration_id, unit)


def answer_sign_off_on_behalf(*, work: Work, actor: Actor, registration_id: str, is_given: bool, reason: str) -> str:
    """Take down the answer that a manager gave otherwise, in the name of the actor, and say what follows.

    The reason tells how the answer came, as in "Phone call with Rafe Ostrander". Raises `OwnApproval` where it would
    be a word for oneself.
    """
    actor.require(Permission.EDIT)
    reason = require_reason(reason)

    def unit(tx: Transaction) -> str:
        forbid_own(tx, tx.read.registration(registration_id).person.email)
        return _answer(tx, registration_id, is_given=is_given, reason=reason)

    return work.transact(actor, unit)


def _answer(tx: Transaction, registration_id: str, *, is_given: bool, reason: str) -> str:
    session_id = tx.session_of(registration_id=registration_id)
    tx.lock([session_id])
    approval = tx.sign(kind="sign_off", subject_id=registration_id, session_id=session_id, reason=reason)
    command = AnswerSignOff(
        session_id=session_id,
        registration_id=registration_id,
        is_given=is_given,
        approval=approval,
        reason=reason,
    )
    carry_out(tx, command)
    name = tx.read.registration(registration_id).person.name
    if is_given:
        return f"The request of {name} is signed off. They keep their place and can have a seat."
    return f"The request of {name} is closed. They are told."


def _manager(link: SignOffLink) -> Actor:
    """Act as the person the link was sent to."""
    return Actor(
        id=f"link:person:{link.manager_id}",
        name="",
        role=Role.EMPLOYEE,
        org_id=link.org_id,
        organisation=link.organisation,
        is_by_link=True,
    )
