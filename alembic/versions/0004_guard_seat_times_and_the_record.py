"""Let the database itself refuse overlapping seats and changes of the record.

Revises: 0003
"""

import sqlalchemy as sa

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

# Each guard has one name on both databases, by which the product knows what was refused.
OVERLAP = "ex_seat_time_overlap"
ENTRY = "audit_entry_is_append_only"
TEXT = "audit_text_is_only_erased"
HEAD = "audit_head_moves_only_forward"


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for statement in SQLITE:
            op.execute(sa.text(statement))
        return
    op.execute(sa.text("create schema if not exists private"))
    op.execute(sa.text("revoke all on schema private from public"))
    op.execute(sa.text(_overlap_constraint(_schema_of_btree_gist())))
    for statement in POSTGRESQL:
        op.execute(sa.text(statement))


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for name in SQLITE_TRIGGERS:
            op.execute(sa.text(f"drop trigger {name}"))
        return
    for table in ("audit_entry", "audit_text", "audit_head"):
        op.execute(sa.text(f"drop trigger guard_rows on {table}"))
        op.execute(sa.text(f"drop trigger guard_all on {table}"))
        op.execute(sa.text(f"drop function private.guard_{table}()"))
    op.execute(sa.text(f"alter table seat_time drop constraint {OVERLAP}"))
    # The extension stays: another schema of this database may have come to use it.
    op.execute(sa.text("drop schema private"))


# --- SQLite --------------------------------------------------------------------------------------------------

_OVERLAPS = """
    select raise(abort, '{name}') from seat_time as held
    where held.org_id = new.org_id and held.person_id = new.person_id and not held.is_waived and not new.is_waived
      and held.starts_at < new.ends_at and held.ends_at > new.starts_at{but}
"""

_REFUSE = "select raise(abort, '{name}')"

# `insert or replace` deletes what it replaces without firing the triggers for deletions, so a row that is there
# already is refused before.
_REPLACES = "select raise(abort, '{name}') from {table} where {key}"

_SAME_ENTRY = "org_id = new.org_id and seq = new.seq"
_SAME_TEXT = "org_id = new.org_id and commitment = new.commitment"
_SAME_HEAD = "org_id = new.org_id"

# `is not` and `is` also compare what is null.
_TEXT_STAYS = """
    old.org_id is new.org_id and old.commitment is new.commitment and old.seq is new.seq and old.field is new.field
    and (new.text = '' or new.text is old.text) and (new.salt = '' or new.salt is old.salt)
"""
_HEAD_MOVES_ON = "old.org_id is new.org_id and new.seq > old.seq"


def _trigger(name: str, when: str, body: str) -> str:
    return f"create trigger {name} before {when} begin {body}; end"


SQLITE = (
    _trigger("seat_time_insert", "insert on seat_time", _OVERLAPS.format(name=OVERLAP, but="")),
    _trigger(
        "seat_time_update",
        "update on seat_time",
        _OVERLAPS.format(name=OVERLAP, but=" and held.rowid <> old.rowid"),
    ),
    _trigger(
        "audit_entry_insert",
        "insert on audit_entry",
        _REPLACES.format(name=ENTRY, table="audit_entry", key=_SAME_ENTRY),
    ),
    _trigger("audit_entry_update", "update on audit_entry", _REFUSE.format(name=ENTRY)),
    _trigger("audit_entry_delete", "delete on audit_entry", _REFUSE.format(name=ENTRY)),
    _trigger(
        "audit_text_insert", "insert on audit_text", _REPLACES.format(name=TEXT, table="audit_text", key=_SAME_TEXT)
    ),
    _trigger("audit_text_update", f"update on audit_text when not ({_TEXT_STAYS})", _REFUSE.format(name=TEXT)),
    _trigger(
        "audit_head_insert", "insert on audit_head", _REPLACES.format(name=HEAD, table="audit_head", key=_SAME_HEAD)
    ),
    _trigger("audit_head_update", f"update on audit_head when not ({_HEAD_MOVES_ON})", _REFUSE.format(name=HEAD)),
    _trigger("audit_head_delete", "delete on audit_head", _REFUSE.format(name=HEAD)),
)
SQLITE_TRIGGERS = tuple(statement.split()[2] for statement in SQLITE)


# --- PostgreSQL ----------------------------------------------------------------------------------------------


def _schema_of_btree_gist() -> str:
    connection = op.get_bind()
    found = sa.text(
        "select nspname from pg_extension join pg_namespace on pg_namespace.oid = extnamespace "
        "where extname = 'btree_gist'"
    )
    if connection.scalar(found) is None:
        # Supabase keeps extensions in a schema of their own, out of reach of its data API.
        place = connection.scalar(sa.text("select nspname from pg_namespace where nspname = 'extensions'"))
        op.execute(sa.text(f"create extension btree_gist{' with schema extensions' if place else ''}"))
    return str(connection.scalar(found))


def _overlap_constraint(schema: str) -> str:
    equal = f'"{schema}".gist_text_ops with ='
    return (
        f"alter table seat_time add constraint {OVERLAP} exclude using gist "
        f"(org_id {equal}, person_id {equal}, tstzrange(starts_at, ends_at) with &&) where (not is_waived)"
    )


def _guard(table: str, name: str, kinds: str, passes: str = "") -> tuple[str, ...]:
    """Refuse `kinds` of changes but those that `passes`, and truncating, whoever asks."""
    refuse = f"raise exception '{name}' using errcode = 'restrict_violation', constraint = '{name}'"
    return (
        f"""
        create function private.guard_{table}() returns trigger language plpgsql set search_path = '' as $$
        begin
            {passes}
            {refuse};
        end
        $$
        """,
        f"create trigger guard_rows before {kinds} on {table} for each row execute function private.guard_{table}()",
        f"create trigger guard_all before truncate on {table} execute function private.guard_{table}()",
        # Without this a session that plays a replica (session_replication_role) would not be asked.
        f"alter table {table} enable always trigger guard_rows",
        f"alter table {table} enable always trigger guard_all",
    )


_IF_ONLY_ERASED = """
    if tg_op = 'UPDATE' then
        if (new.org_id, new.commitment, new.seq, new.field) = (old.org_id, old.commitment, old.seq, old.field)
            and new.text in ('', old.text) and new.salt in ('', old.salt)
        then return new; end if;
    end if;
"""
_IF_FORWARD = """
    if tg_op = 'UPDATE' then
        if new.org_id = old.org_id and new.seq > old.seq then return new; end if;
    end if;
"""

POSTGRESQL = (
    *_guard("audit_entry", ENTRY, "update or delete"),
    *_guard("audit_text", TEXT, "update", _IF_ONLY_ERASED),
    *_guard("audit_head", HEAD, "update or delete", _IF_FORWARD),
)
