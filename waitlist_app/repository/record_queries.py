"""What reads of the record and of the mailbox ask of the database."""

from typing import Any, Final

from sqlalchemy import ColumnElement, Integer, Select, and_, bindparam, case, exists, func, literal, or_, select

from waitlist_app.repository import tables
from waitlist_app.repository.queries import MESSAGE, ORG, PERSON
from waitlist_app.repository.rows import REGISTRATION, SESSION, table_of

ENTRY: Final = table_of(tables.AuditEntry)
TEXT: Final = table_of(tables.AuditText)
HEAD: Final = table_of(tables.AuditHead)
MEMBER: Final = table_of(tables.Member)

MOST_WORDS: Final = 10
"""How many words of a search count."""

_LINK: Final = "link:"
_PERSON_BY_LINK: Final = "link:person:"
"""Somebody else than the holder of the registration, such as a manager who signs off."""
_LINKED: Final = REGISTRATION.alias("linked")
_LINKED_PERSON: Final = PERSON.alias("linked_person")

# Members are known by name, the holder of a mailed link by the person it was sent to; the clock has no name here.
_ACTOR_NAME: Final = func.coalesce(MEMBER.c.name, _LINKED_PERSON.c.name, "")
_FROM: Final = (
    ENTRY.outerjoin(MEMBER, and_(MEMBER.c.org_id == ENTRY.c.org_id, MEMBER.c.id == ENTRY.c.actor_id))
    .outerjoin(PERSON, and_(PERSON.c.org_id == ENTRY.c.org_id, PERSON.c.id == ENTRY.c.person_id))
    .outerjoin(SESSION, and_(SESSION.c.org_id == ENTRY.c.org_id, SESSION.c.id == ENTRY.c.session_id))
    .outerjoin(
        _LINKED,
        and_(
            _LINKED.c.org_id == ENTRY.c.org_id,
            _LINKED.c.id
            == case((ENTRY.c.actor_id.startswith(_LINK), func.substr(ENTRY.c.actor_id, len(_LINK) + 1)), else_=""),
        ),
    )
    .outerjoin(
        _LINKED_PERSON,
        and_(
            _LINKED_PERSON.c.org_id == ENTRY.c.org_id,
            _LINKED_PERSON.c.id
            == case(
                (
                    ENTRY.c.actor_id.startswith(_PERSON_BY_LINK),
                    func.substr(ENTRY.c.actor_id, len(_PERSON_BY_LINK) + 1),
                ),
                else_=_LINKED.c.person_id,
            ),
        ),
    )
)

COUNT_ALL: Final = select(func.count()).select_from(ENTRY).where(ENTRY.c.org_id == ORG)
_ACTS: Final = (
    select(
        ENTRY,
        _ACTOR_NAME.label("actor_name"),
        PERSON.c.name.label("person_name"),
        SESSION.c.code.label("session_code"),
    )
    .select_from(_FROM)
    .where(ENTRY.c.org_id == ORG)
)
_NEWEST_FIRST: Final = ENTRY.c.seq.desc()


def count_acts(*, session_id: str | None, search: str) -> Select[Any]:
    """Count entries of the record."""
    found = select(func.count()).select_from(_FROM if search else ENTRY).where(ENTRY.c.org_id == ORG)
    return _narrowed(found, session_id, search)


def some_acts(*, session_id: str | None, search: str, first: int, count: int) -> Select[Any]:
    """Read a window of the record, newest first."""
    return _narrowed(_ACTS, session_id, search).order_by(_NEWEST_FIRST).offset(first).limit(count)


def _narrowed(query: Select[Any], session_id: str | None, search: str) -> Select[Any]:
    if session_id is not None:
        query = query.where(ENTRY.c.session_id == session_id)
    # A database refuses NUL in a text; nobody types it, but anybody can send it.
    for word in search.replace("\0", " ").split()[:MOST_WORDS]:
        query = query.where(_mentions(word.lower()))
    return query


def _mentions(word: str) -> ColumnElement[bool]:
    """Say whether an entry has a word in its names, its act, its session or its texts.

    It may also begin the hash, or be the whole of a value, as `dropped` is of a status.
    """
    places = (_ACTOR_NAME, PERSON.c.name, ENTRY.c.act, SESSION.c.code, SESSION.c.title)
    said = exists(literal(1)).where(
        TEXT.c.org_id == ENTRY.c.org_id,
        TEXT.c.seq == ENTRY.c.seq,
        func.lower(TEXT.c.text).contains(word, autoescape=True),
    )
    return or_(
        *(func.lower(place).contains(word, autoescape=True) for place in places),
        ENTRY.c.hash.startswith(word, autoescape=True),
        ENTRY.c.body.contains(f':"{word}"', autoescape=True),
        said,
    )


TEXTS: Final = select(TEXT.c.seq, TEXT.c.field, TEXT.c.text).where(
    TEXT.c.org_id == ORG, TEXT.c.seq.in_(bindparam("seqs", expanding=True))
)
HEAD_OF_CHAIN: Final = select(HEAD.c.seq, HEAD.c.hash).where(HEAD.c.org_id == ORG)
AT_A_TIME: Final = 1_000
CHAIN: Final = (
    select(ENTRY.c.seq, ENTRY.c.body, ENTRY.c.hash)
    .where(ENTRY.c.org_id == ORG, ENTRY.c.seq > bindparam("after"))
    .order_by(ENTRY.c.seq)
    .limit(AT_A_TIME)
)
"""A part of the chain; all of a long one at once would fill the memory of the server."""
THEIR_TEXTS: Final = (
    select(TEXT.c.seq, TEXT.c.field, TEXT.c.commitment, TEXT.c.salt, TEXT.c.text)
    .where(TEXT.c.org_id == ORG, TEXT.c.seq > bindparam("after"), TEXT.c.seq <= bindparam("last"))
    .order_by(TEXT.c.seq, TEXT.c.field)
)

# ── the mailbox ──────────────────────────────────────────────────────────────────────────────────

_NEWEST: Final = (
    select(MESSAGE.c.org_id, MESSAGE.c.id)
    .where(MESSAGE.c.org_id == ORG)
    .order_by(MESSAGE.c.created_at.desc(), MESSAGE.c.id.desc())
    .limit(bindparam("count", type_=Integer))
    .subquery("newest")
)
_BODIES: Final = frozenset({"html", "text", "calendar"})
_WITHOUT_BODY: Final = tuple(column for column in MESSAGE.c if column.name not in _BODIES)
_SENT_TO: Final = (
    PERSON.c.employee_id,
    PERSON.c.email,
    PERSON.c.name.label("person_name"),
    PERSON.c.phone.label("person_phone"),
    PERSON.c.no_shows.label("person_no_shows"),
    PERSON.c.department.label("person_department"),
    PERSON.c.role.label("person_role"),
    PERSON.c.compliance_deadline.label("person_deadline"),
)
_TO_WHOM: Final = and_(PERSON.c.org_id == MESSAGE.c.org_id, PERSON.c.id == MESSAGE.c.person_id)
MESSAGES: Final = (
    select(*_WITHOUT_BODY, *_SENT_TO)
    .join(_NEWEST, and_(_NEWEST.c.org_id == MESSAGE.c.org_id, _NEWEST.c.id == MESSAGE.c.id))
    .join(PERSON, _TO_WHOM)
    .order_by(MESSAGE.c.created_at.desc(), MESSAGE.c.id.desc())
)
ONE_MESSAGE: Final = (
    select(MESSAGE, *_SENT_TO)
    .join(PERSON, _TO_WHOM)
    .where(MESSAGE.c.org_id == ORG, MESSAGE.c.id == bindparam("message"))
)
