"""What Supabase Auth says no to, in the product's own errors.

A code is compared as text: the library's own list of codes lacks several that the server sends. A refusal without a
code, such as a bare 429, is judged by its status.
"""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Final

import httpx
from pydantic import ValidationError
from supabase_auth.errors import (
    AuthApiError,
    AuthError,
    AuthInvalidCredentialsError,
    AuthInvalidJwtError,
    AuthRetryableError,
    AuthSessionMissingError,
    AuthUnknownError,
    AuthWeakPasswordError,
    UserDoesntExist,
)

from waitlist_app.errors import Defect, TryAgain, WaitlistError
from waitlist_app.services.sign_in_refusals import CodeFailed, LinkIsOver, SignInEnded, SignInFailed, WeakPassword


class AccountExists(Exception):
    """There is an account with this address already; told to the adapter alone, which then takes another way."""


class NoAccount(Exception):
    """There is no account with this address; as above."""


_BY_CODE: Final[dict[str, Callable[[], WaitlistError]]] = {
    **dict.fromkeys(("invalid_credentials", "email_not_confirmed", "user_banned", "user_sso_managed"), SignInFailed),
    **dict.fromkeys(
        ("otp_expired", "invite_not_found", "flow_state_not_found", "flow_state_expired", "bad_code_verifier"),
        LinkIsOver,
    ),
    **dict.fromkeys(
        (
            "mfa_verification_failed",
            "mfa_verification_rejected",
            "mfa_challenge_expired",
            "mfa_factor_not_found",
            "mfa_ip_address_mismatch",
        ),
        CodeFailed,
    ),
    **dict.fromkeys(
        (
            "refresh_token_not_found",
            "refresh_token_already_used",
            "session_not_found",
            "session_expired",
            "bad_jwt",
            "no_authorization",
            "insufficient_aal",
        ),
        SignInEnded,
    ),
    **dict.fromkeys(
        (
            "conflict",
            "over_request_rate_limit",
            "over_email_send_rate_limit",
            "over_sms_send_rate_limit",
            "request_timeout",
            "hook_timeout",
            "hook_timeout_after_retry",
            "unexpected_failure",
        ),
        TryAgain,
    ),
}
"""What is not here is a mistake in the installation, such as a wrong key or a provider that is switched off."""

_WEAK: Final = {
    "length": "Please use a longer password.",
    "characters": "Please use more kinds of characters: small and capital letters, digits and signs.",
    "pwned": "This password is known from elsewhere. Please take another one.",
}

_TOO_MANY: Final = 429
_OUR_MISTAKE: Final = 500


@contextmanager
def translated() -> Generator[None]:
    """Turn what the library raises into the product's errors, or into `AccountExists` and `NoAccount`."""
    try:
        yield
    except AuthWeakPasswordError as error:
        raise WeakPassword(_advice(error.reasons)) from error
    except AuthInvalidCredentialsError as error:
        raise SignInFailed from error
    except (AuthSessionMissingError, AuthInvalidJwtError) as error:
        raise SignInEnded from error
    except (AuthRetryableError, AuthUnknownError) as error:
        raise TryAgain(f"Supabase Auth is away: {error.message}") from error
    except UserDoesntExist as error:
        raise NoAccount from error
    except AuthError as error:
        raise _meaning_of(error) from error
    except (ValidationError, httpx.HTTPError) as error:
        # An answer that is no answer, such as the page of a proxy, or none at all.
        raise TryAgain(f"Supabase Auth did not answer in its own words: {type(error).__name__}") from error


def _meaning_of(error: AuthError) -> Exception:
    code, status = str(error.code or ""), error.status if isinstance(error, AuthApiError) else 0
    if code in {"email_exists", "user_already_exists"}:
        return AccountExists()
    if code in {"user_not_found", "otp_disabled", "signup_disabled"}:
        return NoAccount()
    if code == "same_password":
        return WeakPassword("This is the password that you have. Please take another one.")
    if code in _BY_CODE:
        found = _BY_CODE[code]()
        return TryAgain(f"Supabase Auth: {code}") if isinstance(found, TryAgain) else found
    if status == _TOO_MANY or status >= _OUR_MISTAKE:
        return TryAgain(f"Supabase Auth answered {status}.")
    return Defect(f"Supabase Auth refused us with {status} {code}: {error.message}")


def _advice(reasons: list[str]) -> str:
    said = [_WEAK[reason] for reason in reasons if reason in _WEAK]
    return " ".join(said) or "This password is easy to guess. Please take another one."
