"""Keep the keys under which requests were sent, so that one that is sent twice counts once.

Revises: 0020
"""

import sqlalchemy as sa

from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "client_key",
        text("org_id"),
        text("session_id"),
        text("key"),
        text("digest"),
        text("registration_id"),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("asks_manager", sa.Boolean(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["org_id", "session_id"],
            ["session.org_id", "session.id"],
            name=op.f("fk_client_key_org_id_session_id_session"),
        ),
        sa.ForeignKeyConstraint(
            ["org_id", "registration_id"],
            ["registration.org_id", "registration.id"],
            name=op.f("fk_client_key_org_id_registration_id_registration"),
        ),
        sa.PrimaryKeyConstraint("org_id", "session_id", "key", name=op.f("pk_client_key")),
    )


def downgrade() -> None:
    op.drop_table("client_key")


def text(name: str) -> sa.Column[str]:
    """Make a column of text."""
    return sa.Column(name, sa.String(), nullable=False)
