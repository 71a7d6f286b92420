"""The contract of every file: which columns it has, what they say, and what else they may be called.

Headings are compared without regard to case, blanks, underscores and punctuation, so `Session code`, `session_code`
and `SESSION-CODE` are one. A heading that nobody asks for is left out.
"""

from dataclasses import dataclass, replace
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column: its name, what a cell of it says, and other headings that mean the same, likeliest first."""

    name: str
    says: str
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FileKind:
    """One kind of file: its columns, and which of them it cannot do without."""

    name: str
    columns: tuple[Column, ...]
    needs: tuple[tuple[str, ...], ...]
    """Of each group at least one must be there."""

    @property
    def needed(self) -> str:
        """Spell out what must be there, as in `session_code, employee_id or email`."""
        return ", ".join(" or ".join(group) for group in self.needs)


SESSION_CODE: Final = Column(
    name="session_code",
    says="The code of the session.",
    also=("session", "code", "course", "course code", "session id", "class", "event code", "offering"),
)
STARTS_AT: Final = Column(
    name="starts_at",
    says="When it starts, such as 2026-03-14T09:00+00:00.",
    also=("start", "starts", "start time", "starts on", "start date", "begins", "from"),
)
ENDS_AT: Final = Column(
    name="ends_at",
    says="When it ends; later than it starts.",
    also=("end", "ends", "end time", "ends on", "end date", "finish", "until", "to"),
)
LOCATION: Final = Column(name="location", says="Where it takes place.", also=("room", "venue", "place", "where"))
ASKED_AT: Final = (
    "requested at",
    "requested on",
    "requested",
    "asked on",
    "asked at",
    "asked",
    "request time",
    "request date",
    "submitted at",
    "submitted on",
    "timestamp",
    "occurred at",
    "date",
    "time",
    "when",
)

PERSON: Final = (
    Column(
        name="employee_id",
        says="The number that the organisation knows the person by; leading zeros count.",
        also=(
            "staff no",
            "staff number",
            "staff id",
            "employee no",
            "employee number",
            "employee",
            "personnel number",
            "personnel no",
            "payroll no",
            "person id",
            "id",
        ),
    ),
    Column(
        name="employee_name",
        says="The person's name.",
        also=("name", "full name", "staff name", "participant", "attendee", "learner"),
    ),
    Column(
        name="email",
        says="The person's address; it tells people apart where there is no employee id.",
        also=("work email", "email address", "work email address", "mail"),
    ),
    Column(name="department", says="The department.", also=("dept", "team", "division")),
    Column(name="role", says="The role, as a priority order names it.", also=("job role", "job title", "job")),
    Column(
        name="compliance_deadline",
        says="The day by which the person needs the training, such as 2026-03-28.",
        also=("deadline", "cert ends", "certificate ends", "required by", "due", "due date", "due by"),
    ),
    Column(
        name="seat_units",
        says="How many seats the request needs; blank means 1.",
        also=("seats", "units", "places", "number of seats"),
    ),
)

RULES: Final = (
    Column(
        name="offer_window",
        says="How long an offer runs, such as 48h, 90m or 2d; from 5 minutes to 60 days.",
        also=("window", "confirmation window", "time to confirm"),
    ),
    Column(
        name="in_working_hours",
        says="yes or no: whether the offer window counts in the working hours of the calendar.",
        also=("working hours",),
    ),
    Column(
        name="reminder_window",
        says="How long before its end an offer is reminded of, such as 6h; 0m for no reminder.",
        also=("reminder",),
    ),
    Column(
        name="cut_off_window",
        says="How long before the start promotions by an offer end, such as 24h.",
        also=("cut-off", "promotion cut-off"),
    ),
    Column(
        name="on_lapse",
        says="`out` or `end`: where somebody goes who let an offer lapse, or declined it.",
        also=("after a lapse", "unused offers"),
    ),
    Column(
        name="groups",
        says="`strict`, `fill` or `fill_at_most`: whether who fits may pass a group that waits for more seats.",
        also=("group policy", "groups may be passed"),
    ),
    Column(
        name="most_passes",
        says="How often a group may be passed, from 1 to 100, where `groups` is `fill_at_most`.",
        also=("passes at most",),
    ),
    Column(
        name="conflicts",
        says="`wait` or `block`: what becomes of a request by somebody with a seat at the same time.",
        also=("conflict policy",),
    ),
    Column(
        name="blocked_seats",
        says="`open` or `kept`: a free seat that nobody in line can take is for newcomers, or kept.",
        also=("blocked seats are",),
    ),
    Column(
        name="sign_off",
        says="yes or no: whether a manager signs off every request.",
        also=("needs sign-off", "manager sign-off"),
    ),
    Column(
        name="on_silence",
        says="`keep` or `release`: what becomes of a seat that nobody confirms again after a move.",
        also=("silence", "silence after a move"),
    ),
    Column(
        name="one_date",
        says="yes or no: whether one date of the course is enough for a person.",
        also=("one date each",),
    ),
)
"""What a session may say of its rules; blank means what the organisation has set for new sessions."""

SESSIONS: Final = FileKind(
    name="sessions",
    columns=(
        # Here a course is what several sessions have in common.
        replace(SESSION_CODE, also=tuple(heading for heading in SESSION_CODE.also if heading != "course")),
        Column(
            name="title",
            says="What it is called; blank means the code.",
            also=("name", "session title", "course title", "session name", "course name"),
        ),
        Column(
            name="capacity",
            says="How many seats there are; blank means no limit, 0 means that everybody waits.",
            also=("seats", "places", "max seats", "size"),
        ),
        STARTS_AT,
        ENDS_AT,
        LOCATION,
        Column(
            name="course",
            says="The course that it is a date of; sessions with the same name here are dates of one course.",
            also=("date of course", "part of", "programme", "course group"),
        ),
        Column(
            name="meeting_count",
            says="How many meetings the session has in the file of meetings.",
            also=("meetings", "number of meetings"),
        ),
        *RULES,
    ),
    needs=(("session_code",), ("capacity",), ("starts_at",), ("ends_at",)),
)

MEETINGS: Final = FileKind(
    name="meetings",
    columns=(SESSION_CODE, STARTS_AT, ENDS_AT, LOCATION),
    needs=(("session_code",), ("starts_at",), ("ends_at",)),
)

REQUESTED_AT: Final = Column(
    name="requested_at", says="When the person asked, such as 2026-03-02T09:14+00:00.", also=ASKED_AT
)
NO_SHOWS: Final = Column(
    name="no_shows",
    says="How often the person had a seat before and did not come; blank means never.",
    also=("no-shows so far", "missed", "times absent"),
)
PHONE: Final = Column(
    name="phone",
    says="The person's number, for the day on which somebody drops late.",
    also=("telephone", "phone number", "mobile", "mobile number", "tel"),
)

REQUESTS: Final = FileKind(
    name="requests",
    columns=(
        REQUESTED_AT,
        SESSION_CODE,
        *PERSON,
        NO_SHOWS,
        PHONE,
        Column(
            name="waitlist_only",
            says="yes or no: whether the person asks for a place in the line alone, even while seats are free.",
            also=("waitlist request", "only the waitlist", "list only"),
        ),
        Column(name="action", says="Blank or `request`; a file of requests holds nothing else."),
    ),
    needs=(("requested_at",), ("session_code",), ("employee_id", "email"), ("employee_name",)),
)

PLACES: Final = FileKind(
    name="places",
    columns=(
        Column(
            name="status",
            says="`confirmed` for a seat, `waitlisted` for a place in the line.",
            also=("state", "enrolment status", "enrollment status", "registration status"),
        ),
        REQUESTED_AT,
        SESSION_CODE,
        *PERSON,
        Column(
            name="position",
            says="The place in the line; blank goes by the time asked. Another order than that needs a reason.",
            also=("waitlist position", "place in line", "number in line", "rank"),
        ),
        NO_SHOWS,
        PHONE,
    ),
    needs=(("status",), ("requested_at",), ("session_code",), ("employee_id", "email"), ("employee_name",)),
)

EVENTS: Final = FileKind(
    name="events",
    columns=(
        Column(name="occurred_at", says="When it happened.", also=ASKED_AT),
        Column(name="action", says="`request` or `drop`.", also=("act", "event", "type")),
        SESSION_CODE,
        *PERSON,
    ),
    needs=(("occurred_at",), ("action",), ("session_code",), ("employee_id", "email")),
)

READ: Final = (SESSIONS, MEETINGS, REQUESTS, PLACES, EVENTS)

DOWNLOAD: Final = (
    "session_code",
    "session_title",
    "status",
    "position",
    "employee_id",
    "employee_name",
    "email",
    "department",
    "role",
    "compliance_deadline",
    "seat_units",
    "requested_at",
    "decided_at",
    "offer_expires_at",
    "reason",
)
"""The roster that a coordinator downloads: everybody who has a seat, an offer or a place in the line."""

REPLAY_ROSTER: Final = (
    "session_code",
    "employee_id",
    "email",
    "status",
    "position",
    "seat_units",
    "requested_at",
    "decided_at",
    "reason",
)

SEATS: Final = (
    "session_code",
    "capacity",
    "limit",
    "confirmed",
    "pending",
    "held",
    "reserved",
    "free",
    "waiting",
    "overbooked_by",
)
