"""Keep what new sessions of an organisation begin with, and its calendar.

Revises: 0027
"""

import sqlalchemy as sa

from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

COLUMNS = ("session_rules", "calendar")


def upgrade() -> None:
    for name in COLUMNS:
        op.add_column("organisation", sa.Column(name, sa.Text(), nullable=False, server_default=sa.text("''")))


def downgrade() -> None:
    for name in reversed(COLUMNS):
        op.drop_column("organisation", name)
