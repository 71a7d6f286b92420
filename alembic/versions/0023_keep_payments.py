"""Keep until when seats have to be paid, and the payments.

Revises: 0022
"""

import sqlalchemy as sa

from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

IS_PENDING = sa.text("status = 'pending'")
IS_OWED = sa.text("owed > 0")


def upgrade() -> None:
    op.add_column("registration", sa.Column("payment_due_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("registration", sa.Column("payment", sa.Text(), server_default=sa.text("''"), nullable=False))
    op.add_column("registration", number("paid", server_default=sa.text("0")))
    op.create_index(
        "ix_registration_unpaid",
        "registration",
        ["org_id", "payment_due_at"],
        sqlite_where=IS_PENDING,
        postgresql_where=IS_PENDING,
    )
    op.create_table(
        "payment",
        text("org_id"),
        text("reference"),
        text("session_id"),
        text("registration_id"),
        number("amount"),
        text("currency"),
        number("owed"),
        number("given_back"),
        number("kept"),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "owed >= 0 and given_back >= 0 and kept >= 0 and owed + given_back + kept <= amount",
            name="ck_payment_amounts",
        ),
        sa.ForeignKeyConstraint(
            ["org_id", "session_id"],
            ["session.org_id", "session.id"],
            name="fk_payment_org_id_session_id_session",
        ),
        sa.ForeignKeyConstraint(
            ["org_id", "registration_id"],
            ["registration.org_id", "registration.id"],
            name="fk_payment_org_id_registration_id_registration",
        ),
        sa.PrimaryKeyConstraint("org_id", "reference", name="pk_payment"),
    )
    op.create_index("ix_payment_registration", "payment", ["org_id", "registration_id"])
    op.create_index("ix_payment_session", "payment", ["org_id", "session_id"])
    op.create_index(
        "ix_payment_owed", "payment", ["org_id", "noted_at"], sqlite_where=IS_OWED, postgresql_where=IS_OWED
    )


def downgrade() -> None:
    op.drop_table("payment")
    op.drop_index("ix_registration_unpaid", "registration")
    op.drop_column("registration", "paid")
    op.drop_column("registration", "payment")
    op.drop_column("registration", "payment_due_at")


def text(name: str) -> sa.Column[str]:
    """Make a column of text."""
    return sa.Column(name, sa.String(), nullable=False)


def number(name: str, server_default: sa.TextClause | None = None) -> sa.Column[int]:
    """Make a column of numbers."""
    return sa.Column(name, sa.Integer(), server_default=server_default, nullable=False)
