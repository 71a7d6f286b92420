"""The tables of signing in. What is secret is stored as a hash or sealed, never as it is."""

# pyright: reportAssignmentType=false
# SQLModel declares `__tablename__` as an attribute of another kind than the text that it takes.

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKeyConstraint, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from waitlist_app.repository.tables import long_text, partial_index, partial_unique, within


class Account(SQLModel, table=True):
    """Somebody who signs in with what is kept here: one for all the organisations they belong to."""

    email: str = Field(primary_key=True)
    """Normalised."""
    password_hash: str = ""
    """Argon2id with its parameters; empty until a password is set."""
    code_secret: str = Field(sa_column=long_text())
    """The secret of the authenticator app, sealed; empty when there is none."""
    code_counter: int = 0
    """The half minute whose code was used last: no code works twice."""
    changed_at: datetime


class SignInAttempt(SQLModel, table=True):
    """An attempt to sign in that failed or has not ended yet."""

    __tablename__ = "sign_in_attempt"
    __table_args__: Any = (
        Index("ix_sign_in_attempt_subject", "subject", "at"),
        Index("ix_sign_in_attempt_at", "at"),
    )
    id: str = Field(primary_key=True)
    subject: str = Field(primary_key=True)
    """Whom it counts against, as a keyed hash: an account, or the address of a computer."""
    at: datetime


class SignInLink(SQLModel, table=True):
    """A one-time link for one member and one purpose; only its hash is stored."""

    __tablename__ = "sign_in_link"
    __table_args__: Any = (
        within("member", "member_id"),
        Index("ix_sign_in_link_member", "org_id", "member_id", "purpose"),
    )
    token_hash: str = Field(primary_key=True)
    org_id: str
    member_id: str
    purpose: str
    """`sign_in`, `invitation` or `password_reset`."""
    expires_at: datetime
    """Exclusive."""
    used_at: datetime | None = None
    revoked_at: datetime | None = None
    """When a newer link took its place, or the invitation was taken back."""


class WebSession(SQLModel, table=True):
    """A signed-in browser; only the hash of its cookie is stored."""

    __tablename__ = "web_session"
    __table_args__: Any = (
        within("member", "member_id"),
        ForeignKeyConstraint(["visits_org_id"], ["organisation.id"]),
        UniqueConstraint("id"),
        Index("ix_web_session_member", "org_id", "member_id"),
    )
    token_hash: str = Field(primary_key=True)
    """Changes with every privilege that is won; `id` stays."""
    id: str
    org_id: str
    member_id: str
    label: str
    """The browser in words, as in `Firefox on Linux`."""
    created_at: datetime
    seen_at: datetime
    renew_at: datetime | None = None
    """When whoever vouched for the person has to be asked again; never when it is empty."""
    awaits_code: bool = False
    """The password was right, and the code of the authenticator app is still to come: nobody is signed in yet."""
    visits_org_id: str | None = None
    """The organisation that a platform administrator has switched to."""
    ended_at: datetime | None = None


class ProviderToken(SQLModel, table=True):
    """What the identity provider gave for one signed-in browser, sealed."""

    __tablename__ = "provider_token"
    __table_args__: Any = (ForeignKeyConstraint(["web_session_id"], ["web_session.id"]),)
    web_session_id: str = Field(primary_key=True)
    sealed: str = Field(sa_column=long_text())
    leased_until: datetime | None = None
    """One process at a time renews it: a refresh token that is used twice signs the person out."""


class MemberMail(SQLModel, table=True):
    """A mail to a member with a link of their own; apart from messages, since others must not see that link."""

    __tablename__ = "member_mail"
    __table_args__: Any = (
        within("member", "member_id"),
        partial_index("ix_member_mail_due", "due_at", where="status = 'waiting'"),
        partial_unique("uq_member_mail_waiting", "org_id", "member_id", "purpose", where="status = 'waiting'"),
    )
    org_id: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    member_id: str
    purpose: str
    invited_by: str = ""
    """The name of whoever invites."""
    created_at: datetime
    status: str = "waiting"
    """`waiting`, `sent`, `failed` or `obsolete`."""
    due_at: datetime
    """Not before; moved on by a claim and by a failure."""
    attempts: int = 0
    recipient: str = ""
    subject: str = ""
    html: str = Field(default="", sa_column=long_text())
    text: str = Field(default="", sa_column=long_text())
    sent_at: datetime | None = None
    error: str = ""
