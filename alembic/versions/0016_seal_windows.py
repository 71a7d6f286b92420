"""Keep when sealed windows close, and the seeds of their lotteries.

Revises: 0015
"""

import sqlalchemy as sa

from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

IS_SEALED = "window_closes_at is not null"


def upgrade() -> None:
    op.add_column("session", sa.Column("window_closes_at", sa.DateTime(timezone=True)))
    op.create_index(
        "ix_session_window",
        "session",
        ["org_id", "window_closes_at"],
        sqlite_where=sa.text(IS_SEALED),
        postgresql_where=sa.text(IS_SEALED),
    )
    op.create_table(
        "sealed_seed",
        sa.Column("org_id", sa.String(), nullable=False),
        sa.Column("session_id", sa.String(), nullable=False),
        sa.Column("seed", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["org_id", "session_id"], ["session.org_id", "session.id"]),
        sa.PrimaryKeyConstraint("org_id", "session_id"),
    )


def downgrade() -> None:
    op.drop_table("sealed_seed")
    op.drop_index("ix_session_window", "session")
    op.drop_column("session", "window_closes_at")
