"""Why somebody is not signed in, in sentences that tell a stranger nothing about anybody."""

from typing import Final

from waitlist_app.errors import InvalidInput, Refused

SHORTEST_PASSWORD: Final = 12
LONGEST_PASSWORD: Final = 256


class SignInFailed(Refused):
    """Wrong password, unknown address, no member of any organisation: from outside all alike."""

    code = "sign_in_failed"

    def __init__(self) -> None:
        """Say it."""
        super().__init__("This address and this password do not fit together. You can ask for a sign-in link instead.")


class TooManyAttempts(Refused):
    """The account or the address of the computer has used up its attempts."""

    code = "too_many_attempts"

    def __init__(self, minutes: int) -> None:
        """Say how long to wait, in whole minutes."""
        unit = "minute" if minutes == 1 else "minutes"
        super().__init__(f"There were too many attempts. Please wait {minutes} {unit}, then try again.")
        self.minutes = minutes


class LinkIsOver(Refused):
    """A link that was used, replaced or has ended, or never existed."""

    code = "link_is_over"

    def __init__(self) -> None:
        """Say it."""
        super().__init__("This link was used already or has ended. Please ask for a new one.")


class CodeFailed(Refused):
    """The code of the authenticator app is wrong, too old, or was used before."""

    code = "code_failed"

    def __init__(self) -> None:
        """Say it."""
        super().__init__("This code is not right, or it was used already. Please wait for the next one.")


class SignInEnded(Refused):
    """Whoever vouched for the person does so no longer."""

    code = "sign_in_ended"

    def __init__(self) -> None:
        """Say it."""
        super().__init__("You were signed out. Please sign in again.")


class WeakPassword(InvalidInput):
    """The password would be guessed."""

    def __init__(self, sentence: str) -> None:
        """Take the sentence that says what it needs."""
        super().__init__(sentence, field="password")
