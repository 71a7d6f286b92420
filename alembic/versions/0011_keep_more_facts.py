"""Keep custom attributes of people, and what else a policy knew of them when they asked.

Revises: 0010
"""

import sqlalchemy as sa

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("registration", sa.Column("more_facts", sa.Text(), nullable=False, server_default=sa.text("''")))
    op.add_column("person", sa.Column("attributes", sa.Text(), nullable=False, server_default=sa.text("''")))


def downgrade() -> None:
    op.drop_column("person", "attributes")
    op.drop_column("registration", "more_facts")
