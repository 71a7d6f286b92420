"""What follows from a command: events, or a refusal. Nothing here changes anything."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any, Final

from waitlist_app.engine.commands import (
    AcceptOffer,
    AllowOverlap,
    AnswerSignOff,
    ApproveProposal,
    AskEarlier,
    BeginConflict,
    CancelSession,
    ChangeFacts,
    ChangeOrder,
    ChangeRules,
    CheckIn,
    Close,
    CloseWindow,
    Command,
    DeclineOffer,
    EndConflict,
    ExtendOffer,
    GiveUp,
    GrantSeat,
    LapseDue,
    MoveEntry,
    NoteFailedPayment,
    NoteNoShow,
    NotePayment,
    NoteRefund,
    OpenMatter,
    Reconfirm,
    ReduceUnits,
    RefreshOffer,
    ReplacePerson,
    RequestSeat,
    Reschedule,
    RevokeMove,
    RevokeOffer,
    SettleMatter,
    SetWindow,
    StartClock,
    StopClock,
    TakeBackApproval,
    TakeOtherDate,
    WaiveRefund,
)
from waitlist_app.engine.decisions import (
    asking,
    attendance,
    clocks,
    conflicts,
    courses,
    earlier,
    granting,
    leaving,
    line,
    merging,
    offers,
    overlaps,
    paying,
    ranking,
    rescheduling,
    session,
    sign_off,
    unapproving,
    window,
)
from waitlist_app.engine.events import Event
from waitlist_app.engine.model import Roster


def decide(roster: Roster, command: Command, now: datetime) -> tuple[Event, ...]:
    """Give the events that follow from `command` at `now`, or raise the `Refused` that says why not.

    `now` is aware. The session has still to be settled afterwards; see `settle`.
    """
    return tuple(_DECIDERS[type(command)](roster, command, now))


_DECIDERS: Final[dict[type[Command], Callable[[Roster, Any, datetime], Iterator[Event]]]] = {
    RequestSeat: asking.request,
    AskEarlier: earlier.ask_earlier,
    Close: leaving.close,
    GrantSeat: granting.grant,
    ReduceUnits: leaving.reduce_units,
    CheckIn: attendance.check_in,
    NoteNoShow: attendance.note_no_show,
    CancelSession: session.cancel,
    ApproveProposal: offers.approve,
    AcceptOffer: offers.accept,
    DeclineOffer: offers.decline,
    RevokeOffer: offers.revoke_offer,
    TakeBackApproval: unapproving.take_back,
    ExtendOffer: clocks.extend,
    RefreshOffer: clocks.refresh,
    StartClock: clocks.start,
    StopClock: clocks.stop,
    LapseDue: offers.lapse_due,
    BeginConflict: conflicts.begin_conflict,
    EndConflict: conflicts.end_conflict,
    TakeOtherDate: courses.take_other_date,
    AllowOverlap: overlaps.allow,
    Reschedule: rescheduling.reschedule,
    Reconfirm: rescheduling.reconfirm,
    GiveUp: leaving.give_up,
    OpenMatter: conflicts.open_matter,
    SettleMatter: conflicts.settle_matter,
    AnswerSignOff: sign_off.answer,
    MoveEntry: line.move,
    RevokeMove: line.revoke_move,
    ChangeRules: session.change_rules,
    ChangeOrder: ranking.change_order,
    SetWindow: window.set_window,
    CloseWindow: window.close,
    ChangeFacts: ranking.change_facts,
    ReplacePerson: merging.replace_person,
    NotePayment: paying.note_payment,
    NoteFailedPayment: paying.note_failure,
    NoteRefund: paying.note_refund,
    WaiveRefund: paying.waive_refund,
}
