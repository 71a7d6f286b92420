"""The acts that race: use cases where there is one, as functions that a process can be sent."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from waitlist_app.engine import commands as c
from waitlist_app.engine.refusals import SeatNoLongerFree
from waitlist_app.repository.outbox import SqlOutbox
from waitlist_app.repository.rows import PROPOSAL
from waitlist_app.repository.work import SqlTransaction, SqlWork
from waitlist_app.services.acting import carry_out
from waitlist_app.services.actors import Actor
from waitlist_app.services.answer_offer import answer_offer
from waitlist_app.services.approve_promotion import approve_promotion
from waitlist_app.services.deliver_messages import is_still_true
from waitlist_app.services.drop_registration import drop_registration
from waitlist_app.services.merge_people import merge_people
from waitlist_app.services.move_entry import move_entry
from waitlist_app.services.moves import Move
from waitlist_app.services.note_payment import note_payment
from waitlist_app.services.outbox import ClaimedMessage, WrittenMessage
from waitlist_app.services.request_seat import request_seat
from waitlist_app.services.sweep_offers import sweep_offers
from waitlist_app.services.take_back_approval import take_back_approval
from waitlist_app.services.transfer_registration import transfer_registration


def ask(work: SqlWork, actor: Actor, *, session_id: str, name: str, gives_up: str = "") -> str:
    """Ask for a seat for somebody, perhaps for one in exchange for the seat that they have."""
    return request_seat(
        work=work, actor=actor, session_id=session_id, employee_id=name, name=name, email="", gives_up=gives_up
    )


def send_form(work: SqlWork, actor: Actor, *, session_id: str, name: str, key: str) -> str:
    """Ask for a seat for somebody by a form that may be sent twice."""
    return request_seat(
        work=work, actor=actor, session_id=session_id, employee_id=name, name=name, email="", client_key=key
    )


def merge(work: SqlWork, actor: Actor, *, person_id: str, into_id: str) -> str:
    """Merge two records of one person."""
    return merge_people(work=work, actor=actor, person_id=person_id, into_id=into_id, reason="The same person")


def drop(work: SqlWork, actor: Actor, *, registration_id: str) -> str:
    """Drop somebody."""
    return drop_registration(work=work, actor=actor, registration_id=registration_id, reason="Shift swap")


def approve(work: SqlWork, actor: Actor, *, proposal_id: str) -> str:
    """Approve a proposal."""
    return approve_promotion(work=work, actor=actor, proposal_id=proposal_id)


def put_first_and_approve(work: SqlWork, actor: Actor, *, session_id: str, registration_id: str, before_id: str) -> str:
    """Move somebody to the front, and approve the proposal that follows, in one act."""

    def unit(tx: Any) -> str:
        override_id = f"move-of-{registration_id}"
        tx.lock([session_id])
        carry_out(
            tx,
            c.MoveEntry(
                session_id=session_id,
                registration_id=registration_id,
                before_id=before_id,
                override_id=override_id,
                reason="Only first-aider on nights",
                approval=tx.sign(kind="override", subject_id=override_id, session_id=session_id, reason="Nights"),
            ),
        )
        proposal_id = _open_proposal(tx, registration_id)
        approval = tx.sign(kind="promotion", subject_id=proposal_id, session_id=session_id)
        carry_out(tx, c.ApproveProposal(session_id=session_id, proposal_id=proposal_id, approval=approval))
        return proposal_id

    return work.transact(actor, unit)


def _open_proposal(tx: SqlTransaction, registration_id: str) -> str:
    query = select(PROPOSAL.c.id).where(
        PROPOSAL.c.org_id == tx.actor.org_id,
        PROPOSAL.c.registration_id == registration_id,
        PROPOSAL.c.status == "open",
    )
    found = tx._connection.execute(query).scalar()
    if found is None:
        raise SeatNoLongerFree
    return str(found)


def undo(work: SqlWork, actor: Actor, *, registration_id: str) -> str:
    """Undo the approval of an offer."""
    return take_back_approval(work=work, actor=actor, registration_id=registration_id)


def claim(work: SqlWork, actor: Actor) -> int:
    """Claim the mail that is due, as the worker does, and count the offers of one organisation among it."""
    return sum(mail.kind == "offer" and mail.org_id == actor.org_id for mail in _claimed(work))


def claim_all(work: SqlWork, actor: Actor) -> None:
    """Claim all mail that is due, as that of other races, which would come first."""
    while SqlOutbox(work.engine)._is_anything_due(work._clock.now()):
        _claimed(work)


def _claimed(work: SqlWork) -> Sequence[ClaimedMessage]:
    now = work._clock.now()
    return SqlOutbox(work.engine).claim(
        now=now,
        limit=100,
        is_true=lambda facts: is_still_true(facts, now),
        write=lambda facts: WrittenMessage(
            recipient="a@x.example", subject=facts.kind, html=facts.kind, text=facts.kind
        ),
    )


def move(work: SqlWork, actor: Actor, *, registration_id: str, before_id: str) -> str:
    """Move somebody before somebody else."""
    return move_entry(
        work=work, actor=actor, registration_id=registration_id, before_id=before_id, reason="Audit finding"
    )


def transfer(work: SqlWork, actor: Actor, *, registration_id: str, to_session_id: str) -> str:
    """Move somebody to another session."""
    change = Move(registration_id=registration_id, to_session_id=to_session_id, reason="Shift swap")
    return transfer_registration(work=work, actor=actor, move=change)


def answer(work: SqlWork, actor: Actor, *, token: str) -> str:
    """Accept through the link of the mail, and give what the page says then."""
    return answer_offer(work=work, token=token, answer="accept").state


def pay(work: SqlWork, actor: Actor, *, registration_id: str, reference: str) -> str:
    """Note that what is due for a seat came."""
    return note_payment(
        work=work, actor=actor, registration_id=registration_id, reference=reference, amount=4900, currency="GBP"
    )


def sweep(work: SqlWork, actor: Actor) -> int:
    """End what is due."""
    return sweep_offers(work=work, actor=actor)


def carry(work: SqlWork, actor: Actor, *, command: c.Command) -> list[str]:
    """Carry a command out, and name the events."""
    return [type(event).__name__ for event in work.transact(actor, lambda tx: carry_out(tx, command))]
