"""Say in columns who signs a registration off and who asked for it, and tell policies which people somebody is.

Revises: 0025
"""

import json

import sqlalchemy as sa

from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

COLUMNS = ("manager_id", "requester_id")

# Who is asked for, in both forms in which a member's id can stand in the claims; see `private.my_org`.
MY_ID = """
    create function private.my_id() returns text language sql stable set search_path = '' as $$
        select case
            when auth.jwt() ->> 'sub' ~ '^[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}$'
            then replace(auth.uid()::text, '-', '')
            else auth.jwt() ->> 'sub'
        end
    $$
"""

# A member is whoever in the organisation has the address with which they sign in. It runs as the owner of the tables:
# asked as the member, the policy of registrations would need the one of persons, and that one the other again.
MY_PEOPLE = """
    create function private.my_people() returns text[]
    language sql stable security definer set search_path = '' as $$
        select coalesce(array_agg(person.id), '{}')
        from public.member
        join public.person on person.org_id = member.org_id and lower(person.email) = member.email
        where member.org_id = auth.jwt() ->> 'org_id' and member.id = private.my_id() and member.removed_at is null
    $$
"""


def upgrade() -> None:
    for name in COLUMNS:
        op.add_column("registration", sa.Column(name, sa.Text(), nullable=False, server_default=sa.text("''")))
    _fill()
    for name in COLUMNS:
        is_named = sa.text(f"{name} <> ''")
        op.create_index(
            f"ix_registration_{name.removesuffix('_id')}",
            "registration",
            ["org_id", name],
            sqlite_where=is_named,
            postgresql_where=is_named,
        )
    if _is_sqlite():
        return  # the guard in the program reads each statement instead
    for name, made in (("my_id", MY_ID), ("my_people", MY_PEOPLE)):
        op.execute(sa.text(made.replace(":", r"\:")))
        op.execute(sa.text(f"revoke all on function private.{name}() from public"))
        op.execute(sa.text(f"grant execute on function private.{name}() to authenticated"))
    # The function runs as the role that owns the table, and forced policies bind the owner as well.
    op.execute(sa.text("create policy who_asks on person for select to current_user using (true)"))


def downgrade() -> None:
    if not _is_sqlite():
        for policy in ("may_select_own", "may_select_team"):
            op.execute(sa.text(DROP_EVERYWHERE.format(policy)))
        # Without this note of what they were, the next upgrade makes all policies anew.
        op.execute(sa.text("comment on function private.my_org(text[]) is null"))
        op.execute(sa.text("drop policy who_asks on person"))
        op.execute(sa.text("drop function private.my_people()"))
        op.execute(sa.text("drop function private.my_id()"))
    for name in COLUMNS:
        op.drop_index(f"ix_registration_{name.removesuffix('_id')}", "registration")
        op.drop_column("registration", name)


DROP_EVERYWHERE = """
    do $$
    declare
        it record;
    begin
        for it in select tablename from pg_policies where schemaname = 'public' and policyname = '{0}' loop
            execute format('drop policy {0} on public.%I', it.tablename);
        end loop;
    end $$
"""


def _fill() -> None:
    """Take both people from the terms of the registrations that there are."""
    connection = op.get_bind()
    if not _is_sqlite():
        # Forced policies bind the owner too, who would find no row to fill.
        op.execute(sa.text("alter table registration no force row level security"))
    rows = connection.execute(sa.text("select org_id, id, terms from registration where terms <> ''")).all()
    change = sa.text(
        "update registration set manager_id = :manager_id, requester_id = :requester_id"
        " where org_id = :org_id and id = :id"
    )
    for row in rows:
        terms = json.loads(row.terms)
        named = {name: terms.get(name, "") for name in COLUMNS}
        if any(named.values()):
            connection.execute(change, {"org_id": row.org_id, "id": row.id, **named})
    if not _is_sqlite():
        op.execute(sa.text("alter table registration force row level security"))


def _is_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"
