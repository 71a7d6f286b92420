"""Collecting requests in a sealed window, allotted all at once by priority or by lottery."""

from datetime import datetime

from waitlist_app.engine.commands import SetWindow
from waitlist_app.engine.model import Draw, Window
from waitlist_app.errors import InvalidInput
from waitlist_app.services.acting import carry_out
from waitlist_app.services.actors import Actor, Permission
from waitlist_app.services.ports import Transaction, Work
from waitlist_app.services.wording import exact


def set_window(
    *, work: Work, actor: Actor, session_id: str, opens_at: datetime, closes_at: datetime, draw: Draw, reason: str = ""
) -> str:
    """Collect requests from `opens_at`, and seat nobody before `closes_at`, when all seats are allotted at once.

    Both are aware; the second is exclusive. For a lottery a seed is made and sealed, and its SHA-256 goes on record
    now: nobody can choose the draw later, and once the seed is published anybody can repeat it.
    Raises `WindowTooLate` when somebody has asked already, or the window would open earlier than now.
    """
    actor.require(Permission.EDIT)
    if closes_at <= opens_at:
        raise InvalidInput("The window closes before it opens. Choose a later end.", field="closes_at")

    def unit(tx: Transaction) -> str:
        tx.lock([session_id])
        zone = tx.read.session(session_id).zone
        commitment = tx.seal_seed(session_id) if draw is Draw.LOTTERY else ""
        window = Window(opens_at=opens_at, closes_at=closes_at, draw=draw, commitment=commitment)
        carry_out(tx, SetWindow(session_id=session_id, window=window, reason=reason.strip()))
        said = f"Requests are collected until {exact(closes_at, zone)}. Then seats go"
        return f"{said} by lot. On record: {commitment}." if commitment else f"{said} by priority."

    return work.transact(actor, unit)
