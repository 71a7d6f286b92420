"""Let the database ask each approval who signed it, and why where people are passed over; let none be changed.

Revises: 0017
"""

import sqlalchemy as sa

from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

NAME = "approval_says_who_and_why"

SAYS_TOO_LITTLE = "trim(new.signed_by) = '' or (new.kind in ('override', 'standing') and trim(new.reason) = '')"
# An erasure may empty the words; who signed what, and when, stays.
CHANGES_MORE_THAN_WORDS = """
    (new.org_id, new.id, new.kind, new.subject_id, new.signed_by, new.signed_at)
    <> (old.org_id, old.id, old.kind, old.subject_id, old.signed_by, old.signed_at)
    or new.reason not in ('', old.reason)
"""

SQLITE = tuple(
    f"create trigger {NAME}_{verb} before {verb} on approval when {refused} begin select raise(abort, '{NAME}'); end"
    for verb, refused in (("insert", SAYS_TOO_LITTLE), ("update", CHANGES_MORE_THAN_WORDS))
)
POSTGRESQL = (
    f"""
    create function private.guard_approval() returns trigger language plpgsql set search_path = '' as $$
    begin
        if tg_op = 'INSERT' then
            if not ({SAYS_TOO_LITTLE}) then return new; end if;
        elsif not ({CHANGES_MORE_THAN_WORDS}) then return new;
        end if;
        raise exception '{NAME}' using errcode = 'restrict_violation', constraint = '{NAME}';
    end
    $$
    """,
    """
    create trigger guard_rows before insert or update on approval
    for each row execute function private.guard_approval()
    """,
    "alter table approval enable always trigger guard_rows",
)


def upgrade() -> None:
    for statement in SQLITE if _is_sqlite() else POSTGRESQL:
        op.execute(sa.text(statement))


def downgrade() -> None:
    if _is_sqlite():
        for verb in ("insert", "update"):
            op.execute(sa.text(f"drop trigger {NAME}_{verb}"))
        return
    op.execute(sa.text("drop trigger guard_rows on approval"))
    op.execute(sa.text("drop function private.guard_approval()"))


def _is_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"
