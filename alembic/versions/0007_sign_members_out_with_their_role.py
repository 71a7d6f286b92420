"""Sign members out when their role changes or they are removed.

Revises: 0006
"""

import sqlalchemy as sa

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("member", sa.Column("signed_out_at", sa.DateTime(timezone=True)))


def downgrade() -> None:
    op.drop_column("member", "signed_out_at")
