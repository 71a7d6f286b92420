"""Make the roles that policies are about, and the function that tells them who asks.

The policies themselves follow from one table of the program; see `waitlist_app.repository.policies`.

Revises: 0005
"""

import sqlalchemy as sa

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

GROUPS = ("anon", "authenticated", "service_role")
LOGINS = {"app_login": ("anon", "authenticated"), "app_worker": ("anon", "service_role")}


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        return  # it knows neither roles nor policies; the guard in the program stands in
    for role in GROUPS:
        op.execute(sa.text(_make_role(role, "nologin")))
        op.execute(sa.text(_let_this_role_become(role)))
        op.execute(sa.text(f"grant usage on schema public to {role}"))
    for login, groups in LOGINS.items():
        # They have no password yet, so nobody comes in by them before the operator sets one.
        op.execute(sa.text(_make_role(login, "login")))
        for group in groups:
            op.execute(sa.text(_grant(group, login)))
    for name, body in CLAIMS.items():
        op.execute(sa.text(_stand_in(name, body)))
    op.execute(sa.text(MY_ORG))
    op.execute(sa.text("revoke all on function private.my_org(text[]) from public"))
    op.execute(sa.text("grant execute on function private.my_org(text[]) to authenticated"))
    for table in ("member", "web_session"):
        # The function runs as the role that owns these tables, and forced policies bind the owner as well.
        op.execute(sa.text(f"create policy who_asks on {table} for select to current_user using (true)"))


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        return
    # The roles stay: they belong to the whole server, and other databases of it may use them.
    op.execute(sa.text(LIFT))
    op.execute(sa.text("drop function private.my_org(text[])"))
    for name in CLAIMS:
        op.execute(sa.text(_remove_stand_in(name)))


def _make_role(role: str, kind: str) -> str:
    # Two databases of one server may be migrated at the same time; the second finds the role made.
    return f"""
        do $$ begin
            if not exists (select from pg_roles where rolname = '{role}') then
                create role {role} {kind} noinherit;
            end if;
        exception when duplicate_object or unique_violation then null;
        end $$
    """


def _grant(group: str, role: str) -> str:
    return f"""
        do $$ begin
            if not pg_has_role('{role}', '{group}', 'member') then
                grant {group} to {role};
            end if;
        end $$
    """


def _let_this_role_become(group: str) -> str:
    # Since version 16 whoever makes a role may manage it, but has to be granted it to become it.
    return f"""
        do $$ begin
            if not pg_has_role(current_user, '{group}',
                case when current_setting('server_version_num')::int >= 160000 then 'set' else 'member' end)
            then
                execute format('grant {group} to %I', current_user);
            end if;
        end $$
    """


# Supabase has these functions, and nobody else may add to its schema; elsewhere they are made, with the same text.
STAND_IN = "stands in for the function of Supabase"
CLAIMS = {
    "auth.jwt()": """
        returns jsonb language sql stable as $f$
            select coalesce(
                nullif(current_setting('request.jwt.claim', true), ''),
                nullif(current_setting('request.jwt.claims', true), '')
            )::jsonb
        $f$
    """,
    "auth.uid()": """
        returns uuid language sql stable as $f$
            select coalesce(
                nullif(current_setting('request.jwt.claim.sub', true), ''),
                nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub'
            )::uuid
        $f$
    """,
}


def _stand_in(name: str, text: str) -> str:
    return f"""
        do $$ begin
            if to_regprocedure('{name}') is null then
                create schema if not exists auth;
                grant usage on schema auth to {", ".join(GROUPS)};
                create function {name} {text};
                comment on function {name} is '{STAND_IN}';
            end if;
        end $$
    """


def _remove_stand_in(name: str) -> str:
    return f"""
        do $$ begin
            if obj_description(to_regprocedure('{name}'), 'pg_proc') = '{STAND_IN}' then
                drop function {name};
                drop schema auth;
            end if;
        exception when dependent_objects_still_exist then
            drop function if exists {name};
        end $$
    """


# The role is read from the member's row, not from the claims: who was removed or demoted loses the right at once.
# A transaction is about one organisation, the one in its claims. A token that this server did not write names none,
# so nobody comes to the rows past the engine through Supabase's data API.
MY_ORG = """
    create function private.my_org(roles text[]) returns text
    language plpgsql stable security definer set search_path = '' as $$
    declare
        claims constant jsonb := auth.jwt();
        org constant text := claims ->> 'org_id';
        me text := claims ->> 'sub';
    begin
        if me is null or org is null then
            return null;
        end if;
        if me ~ '^[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}$' then
            me := replace(auth.uid()::text, '-', '');
        end if;
        perform from public.member
        where member.org_id = org and member.id = me and member.removed_at is null and member.role = any(roles);
        if found then
            return org;
        end if;
        if 'visitor' = any(roles) then
            perform from public.web_session as browser
            join public.member on member.org_id = browser.org_id and member.id = browser.member_id
            where browser.visits_org_id = org and browser.member_id = me and browser.ended_at is null
              and member.role = 'platform_admin' and member.removed_at is null;
            if found then
                return org;
            end if;
        end if;
        return null;
    end
    $$
"""

# Other tables of this schema may have policies of their own, so only tables which have ours are touched.
LIFT = """
    do $$
    declare
        it record;
    begin
        for it in
            select policyname, tablename from pg_policies
            where schemaname = 'public' and policyname in
                ('worker', 'may_select', 'may_insert', 'may_update', 'may_delete', 'who_asks', 'anybody_reads')
        loop
            execute format('drop policy %I on public.%I', it.policyname, it.tablename);
            execute format('alter table public.%I disable row level security', it.tablename);
            execute format('alter table public.%I no force row level security', it.tablename);
            execute format('revoke all on public.%I from anon, authenticated, service_role', it.tablename);
        end loop;
    end $$
"""
