"""Keep when something of a session comes due by itself.

Revises: 0018
"""

import sqlalchemy as sa

from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("session", sa.Column("wakes_at", sa.DateTime(timezone=True), nullable=True))
    there = sa.text("wakes_at is not null")
    op.create_index("ix_session_wakes", "session", ["org_id", "wakes_at"], sqlite_where=there, postgresql_where=there)


def downgrade() -> None:
    op.drop_index("ix_session_wakes", "session")
    op.drop_column("session", "wakes_at")
