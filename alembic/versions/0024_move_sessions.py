"""Keep what moving a session leaves behind: how often, whom it asks by when, and which offers may overlap.

Revises: 0023
"""

import sqlalchemy as sa

from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("session", sa.Column("times_changed", sa.Integer(), nullable=False, server_default=sa.text("0")))
    op.add_column("registration", sa.Column("excused", sa.Text(), nullable=False, server_default=sa.text("''")))
    op.add_column("registration", sa.Column("answer_by", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("registration", "answer_by")
    op.drop_column("registration", "excused")
    op.drop_column("session", "times_changed")
