"""The kinds of messages that exist, and how long each stays true."""

from enum import StrEnum


class Kind(StrEnum):
    """What a message tells the person it goes to; the value is stored."""

    JOINED = "joined"
    """You are on the waitlist."""
    OFFER = "offer"
    """A seat is kept for you until a deadline."""
    CONFIRMED = "confirmed"
    """You have a seat."""
    DECLINED = "declined"
    """You said no to the seat."""
    LAPSED = "lapsed"
    """Nobody answered by the deadline, and you are out."""
    REQUEUED = "requeued"
    """Nobody answered by the deadline, and you wait at the end of the line."""
    REVOKED = "revoked"
    """A coordinator took the offer back."""
    DROPPED = "dropped"
    """Your seat was given up."""
    LEFT = "left"
    """You left the waitlist."""
    REMOVED = "removed"
    """A coordinator took you off the session."""
    TRANSFERRED = "transferred"
    """A coordinator moved you to another session."""
    CANCELLED = "cancelled"
    """The session does not take place."""
    REDUCED = "reduced"
    """Your group has fewer seats now."""
