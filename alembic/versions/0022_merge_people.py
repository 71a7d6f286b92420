"""Keep into whom a person was merged, let nobody ask in the name of a record that was, and note what was pending.

Revises: 0021
"""

import sqlalchemy as sa

from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

NAME = "registration_of_merged_person"

# Whoever asks waits for the lock of the person, and may find when it is free that the record they read is no more.
IS_MERGED = "person.org_id = new.org_id and person.id = new.person_id and person.merged_into <> ''"

SQLITE = (
    f"""
    create trigger {NAME} before insert on registration
    begin select raise(abort, '{NAME}') from person where {IS_MERGED}; end
    """,  # noqa: S608 - every part is written here
)
POSTGRESQL = (
    f"""
    create function private.{NAME}() returns trigger language plpgsql set search_path = '' as $$
    begin
        perform from public.person where {IS_MERGED};
        if found then raise exception '{NAME}' using errcode = 'restrict_violation', constraint = '{NAME}'; end if;
        return new;
    end
    $$
    """,
    f"create trigger {NAME} before insert on registration for each row execute function private.{NAME}()",
)


def upgrade() -> None:
    op.add_column("person", sa.Column("merged_into", sa.Text(), nullable=False, server_default=sa.text("''")))
    op.add_column("client_key", sa.Column("is_pending", sa.Boolean(), nullable=False, server_default=sa.false()))
    for statement in SQLITE if _is_sqlite() else POSTGRESQL:
        op.execute(sa.text(statement))


def downgrade() -> None:
    if _is_sqlite():
        op.execute(sa.text(f"drop trigger {NAME}"))
    else:
        op.execute(sa.text(f"drop trigger {NAME} on registration"))
        op.execute(sa.text(f"drop function private.{NAME}()"))
    op.drop_column("client_key", "is_pending")
    op.drop_column("person", "merged_into")


def _is_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"
