"""What deciding a command needs to know of its session: told once, for every book that cuts slices."""

from enum import StrEnum

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
    ExpireOffer,
    ExtendOffer,
    GiveUp,
    GrantSeat,
    HoldProposal,
    LapseDue,
    LiftRule,
    MoveEntry,
    NoteFailedPayment,
    NoteNoShow,
    NotePayment,
    NoteRefund,
    OpenMatter,
    PassOver,
    Reconfirm,
    RecordPlace,
    ReduceUnits,
    RefreshOffer,
    ReleaseHold,
    ReplacePerson,
    RequestSeat,
    Reschedule,
    RestoreRule,
    RevokeMove,
    RevokeOffer,
    SettleMatter,
    SetWindow,
    StartClock,
    StopClock,
    TakeBackApproval,
    TakeBackPass,
    TakeOtherDate,
    WaiveRefund,
)


class Need(StrEnum):
    """How much of a session a decision reads, beside its rules, its tally, its overrides and what is overdue."""

    RULES = "rules"
    """Nothing more."""
    GROUPS = "groups"
    """Those who wait for more than one unit, with every proposal: a lower limit can be too little for them."""
    PERSON = "person"
    """The active registration of the command's person, and where they stand in sessions at the same time and on other
    dates of the course."""
    PERSON_AND_LINE = "person_and_line"
    """The same with its proposal, and everybody who waits: it is counted whom the person passes."""
    PAIR = "pair"
    """The active registrations of the record that stays and of the one that goes, each with its proposal, and where the
    one that stays stands in sessions at the same time."""
    REGISTRATION = "registration"
    """The active registration that the command names, with its proposal."""
    OFFER = "offer"
    """The same without a proposal: whoever has an offer has none. For an offer that is excused, also where its person
    stands in sessions at the same time."""
    PROPOSAL = "proposal"
    """The proposal that the command names, with its registration."""
    PAYMENT = "payment"
    """The registration that the command names, unless it has ended, and the payment of the command's reference."""
    LINE = "line"
    """Everybody who waits, in order: positions are part of what is recorded. With the proposal for the one named."""
    WHOLE = "whole"
    """Everybody active, with every proposal."""


def need_of(command: Command) -> tuple[Need, str]:  # noqa: C901, PLR0911 - one arm per need
    """Give how much deciding `command` reads, and the id that it is about, empty where there is none."""
    match command:
        case RequestSeat():
            return Need.PERSON, command.person_id
        case AskEarlier() | RecordPlace():
            return Need.PERSON_AND_LINE, command.person_id
        case ReplacePerson():
            return Need.PAIR, command.person_id
        case ApproveProposal():
            return Need.PROPOSAL, command.proposal_id
        case PassOver() | MoveEntry() | GrantSeat() | ChangeFacts():
            return Need.LINE, command.registration_id
        case CancelSession() | Reschedule() | ChangeOrder() | CloseWindow():
            return Need.WHOLE, ""
        case ChangeRules():
            return Need.GROUPS, ""
        case LapseDue() | RevokeMove() | SetWindow():
            return Need.RULES, ""
        case NotePayment() | NoteFailedPayment() | NoteRefund() | WaiveRefund():
            return Need.PAYMENT, command.registration_id
        case (
            AcceptOffer()
            | DeclineOffer()
            | RevokeOffer()
            | ExpireOffer()
            | TakeBackApproval()
            | ExtendOffer()
            | RefreshOffer()
            | StartClock()
            | StopClock()
        ):
            return Need.OFFER, command.registration_id
        case (
            Close()
            | TakeBackPass()
            | HoldProposal()
            | ReleaseHold()
            | ReduceUnits()
            | CheckIn()
            | NoteNoShow()
            | BeginConflict()
            | EndConflict()
            | TakeOtherDate()
            | AllowOverlap()
            | LiftRule()
            | RestoreRule()
            | Reconfirm()
            | GiveUp()
            | OpenMatter()
            | SettleMatter()
            | AnswerSignOff()
        ):
            return Need.REGISTRATION, command.registration_id
