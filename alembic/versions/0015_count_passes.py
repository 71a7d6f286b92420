"""Count how often an entry was passed by smaller ones, and find the front of each kind.

Revises: 0014
"""

import sqlalchemy as sa

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

KIND = ["org_id", "session_id", "seat_units", "passes", "line_key"]
READY = "status = 'waitlisted' and conflicts = '' and outstanding = ''"


def upgrade() -> None:
    op.add_column("registration", sa.Column("passes", sa.Integer(), server_default=sa.text("0"), nullable=False))
    op.create_index(
        "ix_registration_sizes", "registration", KIND, sqlite_where=sa.text(READY), postgresql_where=sa.text(READY)
    )


def downgrade() -> None:
    op.drop_index("ix_registration_sizes", "registration")
    op.drop_column("registration", "passes")
