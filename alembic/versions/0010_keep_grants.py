"""Keep which seats were granted beyond the limit.

Revises: 0009
"""

import sqlalchemy as sa

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("session", sa.Column("granted", sa.Integer(), server_default=sa.text("0"), nullable=False))
    op.add_column("registration", sa.Column("grant_id", sa.Text(), server_default=sa.text("''"), nullable=False))


def downgrade() -> None:
    op.drop_column("registration", "grant_id")
    op.drop_column("session", "granted")
