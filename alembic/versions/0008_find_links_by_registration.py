"""Find links by what they lead to, as revoking an offer and the policies do.

Revises: 0007
"""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_link_registration", "link", ["org_id", "registration_id"])


def downgrade() -> None:
    op.drop_index("ix_link_registration", "link")
