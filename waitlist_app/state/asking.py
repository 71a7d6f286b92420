"""How a state asks a use case: in a thread, as the person who is signed in, with every failure made a sentence."""

import asyncio
import logging
import secrets
from collections.abc import Callable, Mapping
from typing import Any, Literal, TypeVar

import reflex as rx

from waitlist_app.bootstrap import product
from waitlist_app.errors import Defect, NotAllowed, WaitlistError
from waitlist_app.services.actors import Actor
from waitlist_app.state import notices
from waitlist_app.state.access import present_actor, whoever_is_signed_in

T = TypeVar("T")

Phase = Literal["loading", "ready", "missing", "failed"]
"""Which face a page shows."""

LONGEST_REPORT = 2_000

_log = logging.getLogger(__name__)


async def ask(use_case: Callable[..., T], **wanted: Any) -> T:
    """Run a use case as the person who calls.

    Raises:
        WaitlistError: Its `str()` is the sentence to show; what nobody foresaw is logged and becomes a `Defect`.
    """
    return await ask_as(present_actor(), use_case, wanted)


async def ask_as(actor: Actor, use_case: Callable[..., T], wanted: Mapping[str, Any]) -> T:
    """Run a use case as `actor`.

    Raises:
        WaitlistError: As `ask`.
    """
    return await asyncio.to_thread(_answer, use_case, actor=actor, **wanted)


def show_answer() -> rx.event.EventSpec:
    """Return what leads whoever does not see the page to what came of an answer: its button is gone."""
    return rx.call_script("document.getElementById('main').focus()")


async def ask_by_link(use_case: Callable[..., T], token: str, **wanted: Any) -> T:
    """Run a use case that needs nobody signed in, because the `token` of a link says who it is.

    Raises:
        WaitlistError: As `ask`.
    """
    return await asyncio.to_thread(_answer, use_case, token=token, signed_in=whoever_is_signed_in(), **wanted)


def apologise(exception: Exception) -> rx.event.EventSpec:
    """Log a failure that no handler caught, and return the apology that the person sees."""
    return notices.failed(_defect(apologise, exception))


def note_crash(exception: Exception) -> None:
    """Log what a browser says about a page that failed in it; it may say anything, so not more than a little."""
    _log.error("A page failed in a browser: %s", ascii(str(exception))[:LONGEST_REPORT])


def face_of(error: WaitlistError) -> Phase:
    """Return the face of a page that could not be loaded because of `error`."""
    return "missing" if isinstance(error, NotAllowed) else "failed"


def _answer(use_case: Callable[..., T], **wanted: Any) -> T:
    try:
        return use_case(work=product().work, **wanted)
    except WaitlistError as error:
        if isinstance(error, Defect) and not error.reference:
            raise _defect(use_case, error) from error
        raise
    except Exception as error:
        raise _defect(use_case, error) from error


def _defect(use_case: Callable[..., Any], error: Exception) -> Defect:
    digits = secrets.token_hex(3).upper()
    reference = f"E-{digits[:4]}-{digits[4:]}"
    _log.error("%s failed with reference %s.", getattr(use_case, "__name__", use_case), reference, exc_info=error)
    return Defect(str(error), reference=reference)
