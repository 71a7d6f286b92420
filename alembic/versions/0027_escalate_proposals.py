"""Keep to whom proposals escalate that nobody decides, and which did.

Revises: 0026
"""

import sqlalchemy as sa

from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    nobody = sa.text("''")
    op.add_column("organisation", sa.Column("deputy_id", sa.Text(), nullable=False, server_default=nobody))
    hours = sa.Column("escalates_after_hours", sa.Integer(), nullable=False, server_default=sa.text("72"))
    op.add_column("organisation", hours)
    op.add_column("proposal", sa.Column("escalated_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("proposal", sa.Column("escalated_to", sa.Text(), nullable=False, server_default=nobody))


def downgrade() -> None:
    for table, column in (
        ("proposal", "escalated_to"),
        ("proposal", "escalated_at"),
        ("organisation", "escalates_after_hours"),
        ("organisation", "deputy_id"),
    ):
        op.drop_column(table, column)
