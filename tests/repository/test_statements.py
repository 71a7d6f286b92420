"""Reading statements: which hold every table to one organisation, and which do not."""

import pytest
from sqlalchemy import (
    and_,
    bindparam,
    delete,
    exists,
    func,
    insert,
    literal,
    literal_column,
    or_,
    select,
    text,
    union,
    update,
)
from sqlalchemy.dialects.sqlite import insert as upsert

from waitlist_app.repository.migrations import target
from waitlist_app.repository.statements import read

TABLES = target().tables
PERSON, REGISTRATION, SESSION, LINK = (TABLES[name] for name in ("person", "registration", "session", "link"))
ORGANISATION, ACCOUNT, SEAT_TIME = (TABLES[name] for name in ("organisation", "account", "seat_time"))

ORG = bindparam("org")
OURS = REGISTRATION.c.org_id == ORG
SAME = PERSON.c.org_id == REGISTRATION.c.org_id
OTHERS = REGISTRATION.alias("others")
ONE_SESSION = select(REGISTRATION).where(OURS, REGISTRATION.c.session_id == "s").subquery()
EVERYTHING = select(REGISTRATION).subquery()
CHOSEN = select(REGISTRATION.c.org_id, REGISTRATION.c.person_id).where(OURS).cte("chosen")

HELD = {
    "a value": select(REGISTRATION).where(OURS),
    "a value on the left": select(REGISTRATION).where(REGISTRATION.c.org_id == ORG),
    "a value written in": select(REGISTRATION).where(REGISTRATION.c.org_id == "hill"),
    "a value among other conditions": select(REGISTRATION).where(and_(REGISTRATION.c.id == "r", and_(OURS))),
    "the column that is the organisation": select(ORGANISATION).where(ORGANISATION.c.id == ORG),
    "nothing where there is no organisation": select(ACCOUNT),
    "a join with a table that is held": select(PERSON).join(REGISTRATION, SAME).where(OURS),
    "joins in a row": select(PERSON)
    .join(REGISTRATION, SAME)
    .join(SESSION, SESSION.c.org_id == PERSON.c.org_id)
    .where(SESSION.c.org_id == ORG),
    "the right side of an outer join": select(REGISTRATION).outerjoin(PERSON, SAME).where(OURS),
    "another name for the table": select(OTHERS).where(OTHERS.c.org_id == ORG),
    "a query for its rows": select(ONE_SESSION),
    "a query that it is joined with": select(PERSON).join(CHOSEN, CHOSEN.c.org_id == PERSON.c.org_id),
    "a query around it": select(REGISTRATION).where(OURS, exists().where(SAME)),
    "a query around it that is named": select(
        select(func.count()).where(OTHERS.c.org_id == REGISTRATION.c.org_id).correlate(REGISTRATION).scalar_subquery()
    ).where(OURS),
    "each part of a union": union(
        select(REGISTRATION.c.id).where(OURS), select(PERSON.c.id).where(PERSON.c.org_id == ORG)
    ),
    "a change of rows that it names": update(REGISTRATION).where(OURS).values(reason="moved"),
    "a change with a join": update(REGISTRATION).where(OURS, SAME, PERSON.c.name == "Ada").values(reason=PERSON.c.name),
    "a deletion": delete(SEAT_TIME).where(SEAT_TIME.c.org_id == ORG),
    "an addition from a query": insert(SEAT_TIME).from_select(
        ["org_id", "registration_id"], select(REGISTRATION.c.org_id, REGISTRATION.c.id).where(OURS)
    ),
    "text without a table": select(REGISTRATION).where(OURS, text("status = 'offered'"), literal_column("1") == 1),
    "no table": select(literal(1)),
}

LOOSE = {
    "nothing": (select(REGISTRATION), {"registration"}),
    "another column": (select(REGISTRATION).where(REGISTRATION.c.session_id == "s"), {"registration"}),
    "an inequality": (select(REGISTRATION).where(REGISTRATION.c.org_id != ORG), {"registration"}),
    "a condition that need not be met": (
        select(REGISTRATION).where(or_(OURS, REGISTRATION.c.id == "r")),
        {"registration"},
    ),
    "a condition turned around": (select(REGISTRATION).where(~OURS), {"registration"}),
    "text": (select(REGISTRATION).where(text("org_id = 'hill'")), {"registration"}),
    "itself": (select(REGISTRATION).where(REGISTRATION.c.org_id == REGISTRATION.c.org_id), {"registration"}),
    "a value compared with another value": (select(REGISTRATION).where(literal("hill") == ORG), {"registration"}),
    "another table that nothing holds": (select(PERSON).join(REGISTRATION, SAME), {"person", "registration"}),
    "a join on another column": (
        select(PERSON).join(REGISTRATION, REGISTRATION.c.person_id == PERSON.c.id).where(OURS),
        {"person"},
    ),
    "the wrong side of an outer join": (
        select(REGISTRATION).outerjoin(PERSON, and_(SAME, OURS)),
        {"registration", "person"},
    ),
    "an outer join of both sides": (select(REGISTRATION).join(PERSON, SAME, full=True).where(OURS), {"person"}),
    "a query for its rows that takes them all": (
        select(EVERYTHING).where(EVERYTHING.c.org_id == ORG),
        {"registration"},
    ),
    "a query inside it that stands alone": (
        select(REGISTRATION).where(OURS, REGISTRATION.c.person_id.in_(select(PERSON.c.id))),
        {"person"},
    ),
    "a query inside that is cut off from it": (
        select(REGISTRATION).where(
            OURS, exists(select(REGISTRATION.c.id).where(REGISTRATION.c.id == "r").correlate(None))
        ),
        {"registration"},
    ),
    "one part of a union": (union(select(REGISTRATION.c.id).where(OURS), select(PERSON.c.id)), {"person"}),
    "a change of all rows": (update(REGISTRATION).values(reason="moved"), {"registration"}),
    "a change with a join on another column": (
        update(REGISTRATION).where(OURS, PERSON.c.id == REGISTRATION.c.person_id).values(reason=PERSON.c.name),
        {"person"},
    ),
    "a value from another table": (
        update(REGISTRATION).where(OURS).values(reason=select(PERSON.c.name).limit(1).scalar_subquery()),
        {"person"},
    ),
    "a deletion of all rows": (delete(SEAT_TIME), {"seat_time"}),
    "an addition from a query over all": (
        insert(SEAT_TIME).from_select(["org_id", "registration_id"], select(REGISTRATION.c.org_id, REGISTRATION.c.id)),
        {"registration"},
    ),
    "an addition that leaves the organisation out": (
        insert(SEAT_TIME).from_select(["registration_id"], select(REGISTRATION.c.id).where(OURS)),
        {"seat_time"},
    ),
    "a whole statement as text": (text("select * from person, link where person.org_id = :org"), {"person", "link"}),
    "a query as text in a condition": (
        select(REGISTRATION).where(OURS, text("person_id in (select id from person)")),
        {"person"},
    ),
    "a query as text in a column": (select(literal_column("(select name from person)")), {"person"}),
}


class TestAStatement:
    @pytest.mark.parametrize("statement", HELD.values(), ids=HELD.keys())
    def test_is_held_to_one_organisation_by(self, statement):
        """Every table in it is bound to the organisation, itself or through one that is."""
        found = read(statement)

        assert found.loose == set()

    @pytest.mark.parametrize(("statement", "loose"), LOOSE.values(), ids=LOOSE.keys())
    def test_is_not_held_by(self, statement, loose):
        """What could let a row of somebody else through counts as open, even where today it does not."""
        found = read(statement)

        assert found.loose == loose

    def test_says_which_values_hold_it(self):
        """These are what is compared with the actor's organisation at every run."""
        found = read(select(PERSON).join(REGISTRATION, SAME).where(OURS, PERSON.c.org_id == bindparam("again")))

        assert {bind.key for bind in found.held_by} == {"org", "again"}

    @pytest.mark.parametrize(
        ("statement", "uses"),
        [
            (select(PERSON).join(REGISTRATION, SAME).where(OURS), {("select", "person"), ("select", "registration")}),
            (insert(PERSON), {("insert", "person")}),
            (upsert(PERSON).on_conflict_do_update(set_={"name": "Ada"}), {("insert", "person"), ("update", "person")}),
            (
                update(REGISTRATION).where(OURS, SAME).values(reason=""),
                {("update", "registration"), ("select", "person")},
            ),
            (delete(LINK).where(LINK.c.org_id == ORG), {("delete", "link")}),
            (select(ACCOUNT), {("select", "account")}),
        ],
    )
    def test_says_what_it_does_to_which_tables(self, statement, uses):
        """These are what is compared with the actor's rights."""
        found = read(statement)

        assert found.uses == uses
