"""Keep who came, who did not, and whom to call.

Revises: 0011
"""

import sqlalchemy as sa

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("person", sa.Column("phone", sa.Text(), server_default=sa.text("''"), nullable=False))
    op.add_column("person", sa.Column("no_shows", sa.Integer(), server_default=sa.text("0"), nullable=False))
    op.add_column("registration", sa.Column("checked_in_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("registration", "checked_in_at")
    op.drop_column("person", "no_shows")
    op.drop_column("person", "phone")
