"""Keep accounts, attempts to sign in, and what a signed-in browser needs beside its cookie.

Revises: 0002
"""

import sqlalchemy as sa

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "account",
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("password_hash", sa.String(), nullable=False),
        sa.Column("code_secret", sa.Text(), nullable=False),
        sa.Column("code_counter", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("email", name="pk_account"),
    )
    op.create_table(
        "sign_in_attempt",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", "subject", name="pk_sign_in_attempt"),
    )
    op.create_index("ix_sign_in_attempt_subject", "sign_in_attempt", ["subject", "at"])
    op.create_index("ix_sign_in_attempt_at", "sign_in_attempt", ["at"])
    with op.batch_alter_table("member") as member:
        member.add_column(sa.Column("joined_at", sa.DateTime(timezone=True)))
        member.add_column(sa.Column("removed_at", sa.DateTime(timezone=True)))
        member.create_index("ix_member_email", ["email"])
    # Open links and signed-in browsers end here: they say too little for what is kept about them from now on.
    op.drop_table("web_session")
    op.drop_table("sign_in_link")
    _make_sign_in_link()
    _make_web_session()
    op.create_table(
        "provider_token",
        sa.Column("web_session_id", sa.String(), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("leased_until", sa.DateTime(timezone=True)),
        sa.ForeignKeyConstraint(
            ["web_session_id"], ["web_session.id"], name="fk_provider_token_web_session_id_web_session"
        ),
        sa.PrimaryKeyConstraint("web_session_id", name="pk_provider_token"),
    )


def _make_sign_in_link() -> None:
    op.create_table(
        "sign_in_link",
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("org_id", sa.String(), nullable=False),
        sa.Column("member_id", sa.String(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True)),
        sa.Column("revoked_at", sa.DateTime(timezone=True)),
        _of_a_member("sign_in_link"),
        sa.PrimaryKeyConstraint("token_hash", name="pk_sign_in_link"),
    )
    op.create_index("ix_sign_in_link_member", "sign_in_link", ["org_id", "member_id", "purpose"])


def _make_web_session() -> None:
    op.create_table(
        "web_session",
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("org_id", sa.String(), nullable=False),
        sa.Column("member_id", sa.String(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("renew_at", sa.DateTime(timezone=True)),
        sa.Column("awaits_code", sa.Boolean(), nullable=False),
        sa.Column("visits_org_id", sa.String()),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        _of_a_member("web_session"),
        sa.ForeignKeyConstraint(
            ["visits_org_id"], ["organisation.id"], name="fk_web_session_visits_org_id_organisation"
        ),
        sa.PrimaryKeyConstraint("token_hash", name="pk_web_session"),
        sa.UniqueConstraint("id", name="uq_web_session_id"),
    )
    op.create_index("ix_web_session_member", "web_session", ["org_id", "member_id"])


def _of_a_member(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["org_id", "member_id"], ["member.org_id", "member.id"], name=f"fk_{table}_org_id_member_id_member"
    )


def downgrade() -> None:
    op.drop_table("provider_token")
    op.drop_table("web_session")
    op.drop_table("sign_in_link")
    op.create_table(
        "sign_in_link",
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("org_id", sa.String(), nullable=False),
        sa.Column("member_id", sa.String(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True)),
        _of_a_member("sign_in_link"),
        sa.PrimaryKeyConstraint("token_hash", name="pk_sign_in_link"),
    )
    op.create_table(
        "web_session",
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("org_id", sa.String(), nullable=False),
        sa.Column("member_id", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        _of_a_member("web_session"),
        sa.PrimaryKeyConstraint("token_hash", name="pk_web_session"),
    )
    with op.batch_alter_table("member") as member:
        member.drop_index("ix_member_email")
        member.drop_column("removed_at")
        member.drop_column("joined_at")
    op.drop_table("sign_in_attempt")
    op.drop_table("account")
