"""What an act would do, decided over a real database by its own use case and kept nowhere."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from tests.desk import INES, NOBODY, RAFE, Desk, first_aid
from waitlist_app.engine.model import Order, PriorityRule, RankBy
from waitlist_app.engine.refusals import ProposalGone, ReasonMissing
from waitlist_app.errors import Defect, NotAllowed
from waitlist_app.services.actors import Actor
from waitlist_app.services.approvals import ApprovalRules
from waitlist_app.services.approve_promotion import approve_promotion
from waitlist_app.services.cancel_session import cancel_session
from waitlist_app.services.change_order import change_order
from waitlist_app.services.decide_override import approve_override, list_override_requests
from waitlist_app.services.decide_turn import propose_next
from waitlist_app.services.difference_in_words import DifferenceInWords, Effect, Mails, in_lines
from waitlist_app.services.drop_registration import drop_registration
from waitlist_app.services.grant_seat import grant_seat
from waitlist_app.services.moves import Move
from waitlist_app.services.ports import Work
from waitlist_app.services.preview_act import Preview, preview_act
from waitlist_app.services.remove_registrations import remove_registrations
from waitlist_app.services.revoke_offer import expire_offer
from waitlist_app.services.transfer_registration import transfer_registration

FAW = "faw-0318"
ULLA, ELSIE, IMANI = "Ulla Brandvoll", "Elsie Thornbury", "Imani Vestergrove"
PAVEL, KEIKO, OONA, SANJAY = "Pavel Drummondsen", "Keiko Harrowgate", "Oona Birchwood", "Sanjay Merriweather"
FINANCE_FIRST = (PriorityRule(by=RankBy.DEPARTMENT, values=("Finance",)),)

Act = Callable[[Work, Actor], str]


@dataclass(frozen=True, kw_only=True)
class Told:
    """What a preview says of people, by name."""

    gains: dict[str, str]
    loses: dict[str, str]
    up: int = 0
    down: int = 0
    mails: dict[str, tuple[str, ...]]


@pytest.fixture
def desk(database_url: str):
    """Open the desk in the middle of a story, see `first_aid`; in Manual Handling every seat is free."""
    desk = first_aid(database_url)
    desk.session("MAH-0420", ("2026-04-20 09:00", "2026-04-20 12:00"), title="Manual Handling", capacity=4)
    yield desk
    desk.engine.dispose()


def everything(desk: Desk) -> object:
    """Give the head of the record and what is stored of each session."""
    return desk.read(lambda reader: (reader.head(), [reader.roster(session.rules.id) for session in reader.sessions()]))


def preview(desk: Desk, act: Act, by: Actor = INES) -> Preview:
    """Preview an act."""
    return preview_act(work=desk.work, act=lambda dry: act(dry, by))


def told(shown: DifferenceInWords) -> Told:
    """Give what is said of people, each once."""
    return Told(
        gains={one.name: one.follows for one in shown.gains},
        loses={one.name: one.follows for one in shown.loses},
        up=shown.up,
        down=shown.down,
        mails={mails.subject: tuple(sorted(mails.to)) for mails in shown.mails},
    )


def another_order(work: Work, by: Actor) -> str:
    """Let Finance come first."""
    return change_order(
        work=work, actor=by, session_id=FAW, order=Order.PRIORITY, priority=FINANCE_FIRST, reason="Works agreement"
    )


def cancelled(work: Work, by: Actor) -> str:
    """Call the session off."""
    return cancel_session(work=work, actor=by, session_id=FAW, reason="No trainer")


def next_one(work: Work, by: Actor) -> str:
    """Pass Keiko over."""
    return propose_next(work=work, actor=by, proposal_id=f"{FAW}.2", reason="On leave")


def two_removed(work: Work, by: Actor) -> str:
    """Take Ulla and Oona off the session."""
    people = ["ulla-faw-0318", "oona-faw-0318"]
    return remove_registrations(work=work, actor=by, registration_ids=people, reason="Left the company")


def approved(work: Work, by: Actor) -> str:
    """Offer Keiko the seat."""
    return approve_promotion(work=work, actor=by, proposal_id=f"{FAW}.2")


def transferred(work: Work, by: Actor) -> str:
    """Move Elsie to Manual Handling."""
    move = Move(registration_id="elsie-faw-0318", to_session_id="mah-0420", reason="Works on Mondays")
    return transfer_registration(work=work, actor=by, move=move)


def granted(work: Work, by: Actor) -> str:
    """Seat Sanjay and a colleague beyond the limit."""
    return grant_seat(work=work, actor=by, registration_id="sanjay-faw-0318", reason="The board asked")


def expired(work: Work, by: Actor) -> str:
    """End the offer to Imani."""
    return expire_offer(work=work, actor=by, registration_id="imani-faw-0318", reason="No answer on the phone")


def conflict_ended(work: Work, by: Actor) -> str:
    """Drop Pavel in Abrasive Wheels, which kept him from First Aid."""
    return drop_registration(work=work, actor=by, registration_id="pavel-abw-0318", reason="Shift swap")


PROPOSED, NOT_PROPOSED = "Is proposed for a seat in FAW-0318.", "Is no longer proposed for a seat in FAW-0318."
NO_SEAT, NO_OFFER = "Loses the seat in FAW-0318.", "Loses the offer in FAW-0318."
NO_PLACE = "Leaves the line of FAW-0318."
ACTS: dict[str, tuple[Act, Told]] = {
    "another order": (
        another_order,
        Told(gains={OONA: PROPOSED}, loses={KEIKO: NOT_PROPOSED}, down=1, mails={}),
    ),
    "a cancelled session": (
        cancelled,
        Told(
            gains={},
            loses={
                ULLA: NO_SEAT,
                ELSIE: NO_SEAT,
                IMANI: NO_OFFER,
                **dict.fromkeys((PAVEL, KEIKO, OONA, SANJAY), NO_PLACE),
            },
            mails={"The session does not take place": tuple(sorted((ULLA, ELSIE, IMANI, PAVEL, KEIKO, OONA, SANJAY)))},
        ),
    ),
    "next": (next_one, Told(gains={OONA: PROPOSED}, loses={KEIKO: NOT_PROPOSED}, mails={})),
    "several removed": (
        two_removed,
        Told(
            gains={},
            loses={ULLA: NO_SEAT, OONA: NO_PLACE},
            up=1,
            mails={"You were taken off the session": (OONA, ULLA)},
        ),
    ),
    "an approval": (
        approved,
        Told(
            gains={KEIKO: "Gets an offer in FAW-0318."},
            loses={},
            up=2,
            mails={"A seat is free for you": (KEIKO,)},
        ),
    ),
    "a transfer": (
        transferred,
        Told(
            gains={OONA: PROPOSED, ELSIE: "Gets a seat in MAH-0420."},
            loses={ELSIE: NO_SEAT},
            mails={"You were moved to another session": (ELSIE,), "You have a seat": (ELSIE,)},
        ),
    ),
    "a grant": (
        granted,
        Told(
            gains={SANJAY: "Gets a seat in FAW-0318."},
            loses={KEIKO: NOT_PROPOSED},
            mails={"You have a seat": (SANJAY,)},
        ),
    ),
    "an offer that is ended": (
        expired,
        Told(gains={OONA: PROPOSED}, loses={IMANI: NO_OFFER}, mails={"The offer has ended": (IMANI,)}),
    ),
    "a drop in another session": (
        conflict_ended,
        Told(
            gains={PAVEL: PROPOSED},
            loses={PAVEL: "Loses the seat in ABW-0318.", KEIKO: NOT_PROPOSED},
            mails={"Your seat was given up": (PAVEL,)},
        ),
    ),
}


class TestAPreview:
    @pytest.mark.parametrize(("act", "expected"), ACTS.values(), ids=[*ACTS])
    def test_says_who_gains_who_loses_and_which_mails_would_go(self, desk: Desk, act: Act, expected: Told) -> None:
        """As the act does it, with its answer; and afterwards everything is as before, the record included."""
        before = everything(desk)

        shown = preview(desk, act)

        assert told(shown.told) == expected
        assert everything(desk) == before
        assert act(desk.work, INES) == shown.says

    @pytest.mark.parametrize("act", [act for act, _ in ACTS.values()], ids=[*ACTS])
    def test_is_for_those_who_may_act(self, desk: Desk, act: Act) -> None:
        """Nobody else learns more than that there is nothing."""
        with pytest.raises(NotAllowed):
            preview(desk, act, NOBODY)

    def test_is_refused_like_the_act(self, desk: Desk) -> None:
        """What the act needs, its preview needs."""
        with pytest.raises(ReasonMissing):
            preview(desk, lambda work, by: cancel_session(work=work, actor=by, session_id=FAW, reason=" "))
        with pytest.raises(ProposalGone):
            preview(desk, lambda work, by: approve_promotion(work=work, actor=by, proposal_id=f"{FAW}.1"))

    def test_gives_the_same_as_data(self, desk: Desk) -> None:
        """For whoever shows it another way: where everybody stood, and where they would stand."""
        shown = preview(desk, another_order)

        assert [
            (one.registration_id, one.from_position, one.to_position, one.was_proposed, one.is_proposed)
            for one in shown.difference.changes
        ] == [
            ("oona-faw-0318", 3, 1, False, True),
            ("pavel-faw-0318", 1, 2, False, False),
            ("keiko-faw-0318", 2, 3, True, False),
        ]
        assert shown.difference.messages == ()

    def test_of_an_override_for_two_is_shown_to_whoever_decides(self, desk: Desk) -> None:
        """Asking changes nothing yet, and says so; the second person sees what their yes would do."""
        [system] = desk.work.organisations()
        desk.act(lambda tx: tx.set_approval_rules(ApprovalRules(needs_second_person=True)), system)

        asking = preview(desk, granted)
        granted(desk.work, INES)
        [request] = list_override_requests(work=desk.work, actor=RAFE)
        deciding = preview(desk, lambda work, by: approve_override(work=work, actor=by, request_id=request.id), RAFE)

        assert (asking.told, asking.says) == (
            DifferenceInWords(),
            "Recorded: somebody else of the team has to approve a seat beyond the limit for Sanjay Merriweather.",
        )
        assert deciding.told.gains == (Effect(name=SANJAY, follows="Gets a seat in FAW-0318."),)
        assert list_override_requests(work=desk.work, actor=RAFE) == [request]

    def test_is_of_one_act(self, desk: Desk) -> None:
        """A second one would be decided as if the first had not been."""
        with pytest.raises(Defect):
            preview(desk, lambda work, by: approved(work, by) + granted(work, by))

    def test_of_nothing_says_nothing(self, desk: Desk) -> None:
        """What only reads changes nobody."""
        shown = preview(desk, lambda work, by: f"{len(list_override_requests(work=work, actor=by))} wait.")

        assert (shown.says, shown.told, shown.difference.changes) == ("0 wait.", DifferenceInWords(), ())


class TestTheLinesOfADifference:
    def test_name_the_first_and_count_the_rest(self) -> None:
        """As a command line prints them."""
        shown = DifferenceInWords(
            gains=(Effect(name="Oona", follows="Is proposed for a seat in FAW."),),
            gains_count=3,
            loses=(Effect(name="Keiko", follows="Leaves the line of FAW."),),
            loses_count=1,
            up=1,
            down=2,
            mails=(
                Mails(subject="You have a seat", to=("Oona", "Pavel"), count=3),
                Mails(subject="You have left the line", to=("Keiko",), count=1),
            ),
        )

        assert in_lines(shown) == [
            "Oona: Is proposed for a seat in FAW.",
            "2 more gain.",
            "Keiko: Leaves the line of FAW.",
            "1 person moves up in a line.",
            "2 people move down in a line.",
            "Mail to Oona, Pavel and 1 more: You have a seat.",
            "Mail to Keiko: You have left the line.",
        ]
