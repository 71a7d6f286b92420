"""Keep overrides that wait for a second person's word, and what organisations demand of approvals.

Revises: 0013
"""

import sqlalchemy as sa

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

IS_OPEN = sa.text("status = 'open'")
FLAGS = ("needs_second_person", "allows_own_approval")


def upgrade() -> None:
    for flag in FLAGS:
        op.add_column("organisation", sa.Column(flag, sa.Boolean(), server_default=sa.false(), nullable=False))
    op.create_table(
        "override_request",
        text("org_id"),
        text("id"),
        text("kind"),
        text("session_id"),
        text("registration_id"),
        text("email"),
        text("subject_id"),
        sa.Column("command", sa.Text(), nullable=False),
        text("reason"),
        text("status"),
        text("asked_by"),
        text("asked_by_name"),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        text("decided_by"),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        text("approval_id"),
        sa.ForeignKeyConstraint(
            ["org_id", "session_id"],
            ["session.org_id", "session.id"],
            name=op.f("fk_override_request_org_id_session_id_session"),
        ),
        sa.PrimaryKeyConstraint("org_id", "id", name=op.f("pk_override_request")),
    )
    op.create_index(
        "ix_override_request_open",
        "override_request",
        ["org_id", "asked_at"],
        sqlite_where=IS_OPEN,
        postgresql_where=IS_OPEN,
    )


def downgrade() -> None:
    op.drop_table("override_request")
    for flag in reversed(FLAGS):
        op.drop_column("organisation", flag)


def text(name: str) -> sa.Column[str]:
    """Make a column of text."""
    return sa.Column(name, sa.String(), nullable=False)
