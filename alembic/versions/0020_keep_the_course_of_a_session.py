"""Keep of which course a session is a date.

Revises: 0019
"""

import sqlalchemy as sa

from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("session", sa.Column("course", sa.Text(), nullable=False, server_default=sa.text("''")))
    has_one = sa.text("course <> ''")
    op.create_index(
        "ix_session_course", "session", ["org_id", "course"], sqlite_where=has_one, postgresql_where=has_one
    )


def downgrade() -> None:
    op.drop_index("ix_session_course", "session")
    op.drop_column("session", "course")
