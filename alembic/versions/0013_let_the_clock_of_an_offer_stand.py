"""Let the clock of an offer stand until its mail was handed over, and replace its link.

Revises: 0012
"""

import sqlalchemy as sa

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

STANDS = sa.text("clock_stands_since is not null")


def upgrade() -> None:
    op.add_column("registration", sa.Column("clock_stands_since", sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        "ix_registration_clock", "registration", ["org_id", "id"], sqlite_where=STANDS, postgresql_where=STANDS
    )
    op.add_column("offer", sa.Column("is_unreached", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("link", sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("link", "replaced_at")
    op.drop_column("offer", "is_unreached")
    op.drop_index("ix_registration_clock", "registration")
    op.drop_column("registration", "clock_stands_since")
