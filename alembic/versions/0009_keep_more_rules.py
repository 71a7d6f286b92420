"""Keep the rules and terms that have no columns of their own, and what is outstanding for an entry.

Revises: 0008
"""

import sqlalchemy as sa

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

LINE = ["org_id", "session_id", "line_key"]
WAITS_UNHINDERED = "status = 'waitlisted' and conflicts = ''"


def upgrade() -> None:
    op.add_column("session", late_text("rules"))
    op.add_column("registration", late_text("outstanding"))
    op.add_column("registration", late_text("terms"))
    index_the_ready(f"{WAITS_UNHINDERED} and outstanding = ''")


def downgrade() -> None:
    index_the_ready(WAITS_UNHINDERED)
    op.drop_column("registration", "terms")
    op.drop_column("registration", "outstanding")
    op.drop_column("session", "rules")


def late_text(name: str) -> sa.Column[str]:
    """Make a text column that is empty in the rows that are there."""
    return sa.Column(name, sa.Text(), server_default=sa.text("''"), nullable=False)


def index_the_ready(where: str) -> None:
    """Index the entries that could take a seat now, in the order of the line."""
    op.drop_index("ix_registration_ready", "registration")
    op.create_index(
        "ix_registration_ready", "registration", LINE, sqlite_where=sa.text(where), postgresql_where=sa.text(where)
    )
