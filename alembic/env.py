"""How Alembic reaches our database; `waitlist_app.repository.migrations` is what the product calls.

By hand, from the top of the checkout: `alembic revision --autogenerate -m "Say what changes"`, which compares the
tables with the database of the settings, or of `-x url=…`.
"""

from typing import Any, Literal

from alembic.autogenerate.api import AutogenContext
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

from alembic import context
from waitlist_app.repository import migrations
from waitlist_app.settings import load_settings


def _plainly(kind: str, thing: Any, _autogenerate: AutogenContext) -> str | Literal[False]:
    # SQLModel's own types would make every revision depend on SQLModel; in the database they are these.
    if kind == "type" and isinstance(thing, AutoString):
        return "sa.String()"
    if kind == "type" and isinstance(thing, UTCDateTime):
        return "sa.DateTime(timezone=True)"
    return False


def _run(connection: Any) -> None:
    context.configure(
        connection=connection,
        target_metadata=migrations.target(),
        compare_server_default=True,
        compare_type=True,
        render_as_batch=True,  # SQLite changes a table by making it anew
        render_item=_plainly,
    )
    with context.begin_transaction():
        context.run_migrations()
        migrations.follow_rules(connection)


if context.is_offline_mode():
    message = "Revisions look at the database they change, so they cannot be printed as a script."
    raise SystemExit(message)
if (given := context.config.attributes.get("connection")) is not None:
    _run(given)
else:
    url = context.get_x_argument(as_dictionary=True).get("url") or load_settings().database_url
    with migrations.alone(url) as own:
        _run(own)
