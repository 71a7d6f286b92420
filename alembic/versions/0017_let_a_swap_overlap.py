"""Let the seat that is given up overlap with the one it is exchanged for, and with no other.

Revises: 0016
"""

import sqlalchemy as sa

from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

OVERLAP = "ex_seat_time_overlap"

# Both seats of an exchange have the one key, that of the seat which is given up; every other seat has its own.
KEY = "coalesce(nullif({0}exchange_for, ''), {0}registration_id)"
BUT_THE_PAIR = f"{KEY.format('held.')} <> {KEY.format('new.')}"


def upgrade() -> None:
    op.add_column("seat_time", sa.Column("exchange_for", sa.Text(), nullable=False, server_default=sa.text("''")))
    if op.get_bind().dialect.name == "sqlite":
        trigger("insert", f"and {BUT_THE_PAIR}")
        trigger("update", f"and {BUT_THE_PAIR} and held.rowid <> new.rowid")
    else:
        exclude(f", ({KEY.format('')}) {{0}} with <>")


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        trigger("insert", "")
        trigger("update", "and held.rowid <> old.rowid")
    else:
        exclude("")
    op.drop_column("seat_time", "exchange_for")


def trigger(verb: str, but: str) -> None:
    """Refuse what overlaps in time for one person, on SQLite."""
    op.execute(sa.text(f"drop trigger seat_time_{verb}"))
    op.execute(
        sa.text(f"""
            create trigger seat_time_{verb} before {verb} on seat_time begin
                select raise(abort, '{OVERLAP}') from seat_time as held
                where held.org_id = new.org_id and held.person_id = new.person_id
                  and not held.is_waived and not new.is_waived
                  and held.starts_at < new.ends_at and held.ends_at > new.starts_at {but};
            end
        """)  # noqa: S608 - every part is written here
    )


def exclude(but: str) -> None:
    """Refuse what overlaps in time for one person, on PostgreSQL; `but` takes the operator class of a text."""
    schema = op.get_bind().scalar(
        sa.text(
            "select nspname from pg_extension join pg_namespace on pg_namespace.oid = extnamespace "
            "where extname = 'btree_gist'"
        )
    )
    of_text = f'"{schema}".gist_text_ops'
    equal = f"{of_text} with ="
    op.execute(sa.text(f"alter table seat_time drop constraint {OVERLAP}"))
    op.execute(
        sa.text(
            f"alter table seat_time add constraint {OVERLAP} exclude using gist (org_id {equal}, person_id {equal}, "
            f"tstzrange(starts_at, ends_at) with &&{but.format(of_text)}) where (not is_waived)"
        )
    )
