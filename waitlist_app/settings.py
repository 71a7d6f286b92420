"""Typed settings from the environment and the file `.env`; unsafe ones are refused."""

import os
import secrets
from enum import StrEnum
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

SECRET_KEY_FILE = Path(".secret_key")
MINIMUM_SECRET_LENGTH = 32

_HOW_TO_MAKE_A_SECRET = 'python -c "import secrets; print(secrets.token_urlsafe(48))"'  # noqa: S105 - a command, no secret


class Environment(StrEnum):
    """Where the app runs: on somebody's desk, or for everybody."""

    DEVELOPMENT = "development"
    PRODUCTION = "production"


def _address_on_this_machine(fields: dict[str, Any]) -> str:
    return f"http://127.0.0.1:{fields.get('port', 8000)}"


class Settings(BaseSettings):
    """Everything an installation may set, checked once at the start.

    Each field is read from the environment variable of the same name in capitals, then from `.env`.
    """

    model_config = SettingsConfigDict(env_file_encoding="utf-8", env_ignore_empty=True, extra="ignore", frozen=True)

    environment: Environment = Environment.DEVELOPMENT
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=1, le=65535)
    trusted_proxies: int = Field(default=0, ge=0, le=8)
    app_url: str = Field(default_factory=_address_on_this_machine)
    database_url: str = "sqlite:///./waitlist.db"
    worker_database_url: str = ""
    migrate_database_url: str = ""
    secret_key: SecretStr = SecretStr("")
    audit_signing_key: SecretStr | None = None
    resend_api_key: SecretStr | None = None
    mail_from: str = "Waitlist <waitlist@example.org>"
    supabase_url: str | None = None
    supabase_publishable_key: str | None = None
    supabase_secret_key: SecretStr | None = None
    supabase_jwt_secret: SecretStr | None = None

    @property
    def signing_secret(self) -> str:
        """Return the secret that the key of exported records is made from."""
        return (self.audit_signing_key or self.secret_key).get_secret_value()

    @property
    def is_production(self) -> bool:
        """Return whether the strict checks apply."""
        return self.environment is Environment.PRODUCTION

    @field_validator("app_url")
    @classmethod
    def _must_be_an_origin(cls, value: str) -> str:
        parts = urlsplit(value)
        is_origin = parts.scheme in {"http", "https"} and parts.hostname and parts.path in {"", "/"}
        if not is_origin or parts.query or parts.fragment:
            message = "APP_URL is the address people open, such as https://waitlist.example.org, without a path."
            raise ValueError(message)
        return value.rstrip("/")

    @field_validator("database_url", "worker_database_url", "migrate_database_url")
    @classmethod
    def _must_be_a_known_database(cls, value: str, info: ValidationInfo) -> str:
        if not value and info.field_name != "database_url":
            return value
        if value.startswith(("postgres://", "postgresql://")):
            return f"postgresql+psycopg://{value.partition('://')[2]}"
        if value.startswith(("postgresql+psycopg://", "sqlite:///")):
            return value
        message = f"{str(info.field_name).upper()} begins with postgresql:// or sqlite:///."
        raise ValueError(message)

    @model_validator(mode="after")
    def _must_have_both_keys_of_supabase(self) -> Self:
        if self.supabase_url and not (self.supabase_publishable_key and self.supabase_secret_key):
            message = (
                "SUPABASE_URL needs SUPABASE_PUBLISHABLE_KEY and SUPABASE_SECRET_KEY beside it. "
                "Both are in the settings of the project, under API keys."
            )
            raise ValueError(message)
        return self

    @model_validator(mode="after")
    def _must_sign_with_a_long_secret(self) -> Self:
        if self.audit_signing_key and len(self.audit_signing_key.get_secret_value()) < MINIMUM_SECRET_LENGTH:
            message = (
                f"AUDIT_SIGNING_KEY must have at least {MINIMUM_SECRET_LENGTH} characters. "
                f"Make one with: {_HOW_TO_MAKE_A_SECRET}"
            )
            raise ValueError(message)
        return self

    @model_validator(mode="after")
    def _must_be_safe_in_production(self) -> Self:
        if not self.is_production:
            return self
        if len(self.secret_key.get_secret_value()) < MINIMUM_SECRET_LENGTH:
            message = (
                f"SECRET_KEY must have at least {MINIMUM_SECRET_LENGTH} characters in production. "
                f"Make one with: {_HOW_TO_MAKE_A_SECRET}"
            )
            raise ValueError(message)
        if not self.app_url.startswith("https://"):
            message = (
                "APP_URL must begin with https:// in production, or sign-in cookies could be read on the way. "
                "Set it with: export APP_URL=https://waitlist.example.org"
            )
            raise ValueError(message)
        return self


class UnsafeSettings(SystemExit):
    """The settings cannot be used; the message says which and how to mend them."""


def load_settings() -> Settings:
    """Return the settings of this installation.

    In development a missing secret key is made once and kept in the git-ignored file `.secret_key`.

    Raises:
        UnsafeSettings: If a setting is malformed, or unsafe in production.
    """
    try:
        settings = Settings(_env_file=os.environ.get("WAITLIST_ENV_FILE", ".env"))  # pyright: ignore[reportCallIssue]
    except ValidationError as error:
        raise UnsafeSettings(_explain(error)) from error
    if settings.secret_key.get_secret_value():
        return settings
    return settings.model_copy(update={"secret_key": SecretStr(_kept_secret(SECRET_KEY_FILE))})


def _explain(error: ValidationError) -> str:
    lines = ["The settings cannot be used:"]
    for problem in error.errors():
        if problem["type"] == "default_factory_not_called":
            continue  # follows from the others
        name = ".".join(str(part) for part in problem["loc"]).upper()
        sentence = problem["msg"].removeprefix("Value error, ")
        lines.append(f"- {sentence}" if not name or name in sentence else f"- {name}: {sentence}")
    lines.append("Every setting is described in .env.example.")
    return "\n".join(lines)


def _kept_secret(path: Path) -> str:
    fresh = secrets.token_urlsafe(48)
    try:
        # Only the first of several starting processes creates the file; the others read what it wrote.
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text(encoding="ascii").strip() or fresh
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(fresh)
    return fresh
