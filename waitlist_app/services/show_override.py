"""What somebody reads before they decide an override that another asked for: why, whom it passes, what follows."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from waitlist_app.engine.commands import MoveEntry
from waitlist_app.errors import NotAllowed, Refused
from waitlist_app.services.actors import Actor, Permission
from waitlist_app.services.approvals import OverrideRequest, OwnApproval
from waitlist_app.services.decide_override import RequestDecided, carry_out_request, open_request
from waitlist_app.services.difference_in_words import DifferenceInWords, Effect, in_words
from waitlist_app.services.override_sentences import in_short
from waitlist_app.services.overriding import barred_from, command_of, own_stays_behind
from waitlist_app.services.ports import Reader, Transaction, Work
from waitlist_app.services.preview_move import preview_within
from waitlist_app.services.rules import named
from waitlist_app.services.sentences import SOMEBODY
from waitlist_app.services.views import MovePreview
from waitlist_app.services.what_if import Difference, tell_difference
from waitlist_app.services.wording import counted, exact, length, listed, when

MOST_NAMED: Final = 5
"""Of those who are passed over, of those for whom something changes, and of the messages."""

_GONE: Final = "Somebody or something that it is about is not there any more."
_ABOUT_YOU: Final = str(OwnApproval())


@dataclass(frozen=True, slots=True, kw_only=True)
class OverrideEvidence:
    """An override that waits for a second person, as it would be carried out now."""

    request_id: str
    title: str
    """As in `Move Oona Birchwood from 7 to 3?`"""
    session: str
    asked: str
    reason: str
    passes: str
    """How many are passed over, as in `4 people`; empty where nobody can tell."""
    passed: str = ""
    """Who they are, the first by name."""
    move: MovePreview | None = None
    """The order now and after, where it moves an entry."""
    effects: tuple[Effect, ...] = ()
    """For whom something changes, the first of them; what follows goes on after the name."""
    also: str = ""
    """What else follows."""
    trouble: str = ""
    """Why it cannot be carried out any more."""
    for_others: str = ""
    """Why the reader cannot approve it."""
    is_mine: bool = False
    """Whether the reader asked for it, and may take it back."""
    approval: str = ""
    """How approving it is recorded."""


def show_override(*, work: Work, actor: Actor, request_id: str) -> OverrideEvidence:
    """Give the evidence for a request as it is now, kept nowhere; raises `RequestDecided`.

    What follows is told to those who may approve overrides: only they may try it.
    """
    actor.require(Permission.READ)
    shown = work.read(actor, lambda reader: _shown(reader, actor, request_id))
    if shown.move or shown.trouble or not actor.may(Permission.APPROVE_OVERRIDE):
        return shown
    return _with_what_follows(work, actor, shown)


def _shown(reader: Reader, actor: Actor, request_id: str) -> OverrideEvidence:
    request = next((one for one in reader.override_requests() if one.id == request_id), None)
    if request is None:
        raise RequestDecided
    facts, now = reader.session(request.session_id), reader.now
    said = in_short(reader, request, facts)
    asked_by = request.asked_by_name or SOMEBODY
    where = f", {facts.location}" if facts.location else ""
    shown = OverrideEvidence(
        request_id=request.id,
        title=f"{said.what}?",
        session=f"{named(facts)}, {when(facts.meetings, facts.zone)}{where}",
        asked=f"Asked by {asked_by}, {exact(request.asked_at, actor.zone)}, {length(now - request.asked_at)} ago.",
        reason=request.reason,
        passes=said.passes.removeprefix("Passes over ").capitalize(),
        for_others=_for_others(reader, request, actor),
        is_mine=request.asked_by == actor.id,
        approval=f"Recorded as asked by {asked_by} and approved by you, {actor.name}.",
    )
    command = command_of(request, approval="")
    if not isinstance(command, MoveEntry):
        return shown
    try:
        move = preview_within(reader, actor, command.registration_id, command.before_id)
    except (Refused, NotAllowed) as error:
        return replace(shown, trouble=_why(error))
    return replace(shown, move=move, title=move.title, passes=move.passed_words)


def _for_others(reader: Reader, request: OverrideRequest, actor: Actor) -> str:
    if request.asked_by == actor.id:
        return "You asked for this. Somebody else of the team has to decide it."
    if not actor.may(Permission.APPROVE_OVERRIDE):
        return "An owner, a coordinator or an approver decides this."
    return _ABOUT_YOU if actor.id in barred_from(reader, [request])[request.id] else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Tried:
    """What came of trying a request, beside its difference."""

    passed: Sequence[str]
    """By name, in the order of the line."""
    is_about_reader: bool


def _with_what_follows(work: Work, actor: Actor, shown: OverrideEvidence) -> OverrideEvidence:
    """Carry the request out, say what came of it, and keep nothing."""

    def act(tx: Transaction) -> _Tried:
        request = open_request(tx, shown.request_id)
        before = {entry.registration.id: entry.passed_over for entry in tx.read.waiting(request.session_id)}
        is_about_reader = False
        try:
            with own_stays_behind(tx, request.session_id):
                carry_out_request(tx, request)
        except OwnApproval:
            is_about_reader = True
        after = tx.read.waiting(request.session_id)
        passed = [
            one.person.name for one in after if one.passed_over > before.get(one.registration.id, one.passed_over)
        ]
        return _Tried(passed=passed, is_about_reader=is_about_reader)

    def tell(tx: Transaction, tried: _Tried, difference: Difference) -> OverrideEvidence:
        said, passed = in_words(tx, difference), tried.passed
        effects = [replace(one, follows=_inside(one.follows)) for one in (*said.gains, *said.loses)][:MOST_NAMED]
        return replace(
            shown,
            passes=counted(len(passed), "person", "people") if passed else "Nobody",
            passed=_first(passed),
            effects=tuple(effects),
            also=" ".join(_also(said, said.gains_count + said.loses_count - len(effects))),
            for_others=shown.for_others or (_ABOUT_YOU if tried.is_about_reader else ""),
        )

    try:
        return tell_difference(work=work, actor=actor, act=act, tell=tell)
    except RequestDecided:
        raise
    except (Refused, NotAllowed) as error:
        return replace(shown, trouble=_why(error))


def _also(said: DifferenceInWords, more: int) -> list[str]:
    sentences: list[str] = []
    if more:
        sentences.append(f"Something changes for {more} more.")
    if said.up:
        sentences.append(f"{counted(said.up, 'person moves', 'people move')} up in the line.")
    if said.down:
        sentences.append(f"{counted(said.down, 'person moves', 'people move')} down in the line.")
    if messages := sum(mails.count for mails in said.mails):
        sentences.append(f"{counted(messages, 'message')} would go.")
    return sentences


def _inside(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]


def _first(names: Sequence[str]) -> str:
    more = len(names) - MOST_NAMED
    return "" if not names else listed(names if more <= 0 else [*names[:MOST_NAMED], f"{more} more"])


def _why(error: Refused | NotAllowed) -> str:
    return str(error) if isinstance(error, Refused) else _GONE
