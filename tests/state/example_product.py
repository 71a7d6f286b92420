# ruff: noqa: E501, PLR0917, TID251 - one row of the example is one line, and its clock runs
"""A product that lives in memory: one invented world, to look at the pages without a database.

Tarnwick Group, in London; everybody in it is invented. Nothing of the app imports it. `answer(name, **wanted)` answers
the use case `name` with views, and changes the world a little where an act would.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from waitlist_app.errors import InvalidInput, NotAllowed, Refused
from waitlist_app.services.actors import Actor, Role
from waitlist_app.services.decide_override import RequestDecided
from waitlist_app.services.difference_in_words import Effect
from waitlist_app.services.show_override import OverrideEvidence
from waitlist_app.services.views import (
    AuditPage,
    AuditRow,
    Countdown,
    EntryRow,
    Evidence,
    Flag,
    HistoryRow,
    ImportLine,
    ImportProblem,
    ImportReport,
    InboxPage,
    InboxRow,
    MessagePage,
    MessageRow,
    MovePreview,
    MoveRow,
    OfferPage,
    OfferRow,
    SeatCell,
    SeatedRow,
    SeatMeter,
    SeatPage,
    SessionPage,
    SessionRow,
    SessionsPage,
    SkippedRow,
)

INES = Actor(id="ines", name="Ines Calder", role=Role.COORDINATOR, org_id="tarnwick", organisation="Tarnwick Group")
NOW = time.time()
DAYS_2 = 172_800.0


def meter(
    confirmed: int = 0,
    pending: int = 0,
    held: tuple[float, ...] = (),
    free: int = 0,
    *,
    over: int = 0,
    allowance: int = 0,
    waiting: int = 0,
    waiting_limit: int = 0,
    is_unlimited: bool = False,
) -> SeatMeter:
    """Make a meter from its terms; `held` are the seconds left of each offer."""
    limit = confirmed + pending + len(held) + free - over
    cells = [SeatCell(kind="confirmed", units=1)] * (confirmed - over) + [SeatCell(kind="pending", units=1)] * pending
    cells += [
        SeatCell(kind="held", units=1, label="Celeste Whitmore", ends_at=NOW + left, of_seconds=DAYS_2) for left in held
    ]
    cells += [SeatCell(kind="free", units=1)] * free + [SeatCell(kind="over", units=1)] * over
    if len(cells) > 60:
        kinds = (
            ("confirmed", confirmed - over),
            ("pending", pending),
            ("held", len(held)),
            ("free", free),
            ("over", over),
        )
        cells = [
            SeatCell(kind=kind, units=n, ends_at=NOW + held[0] if kind == "held" else 0.0, of_seconds=DAYS_2)
            for kind, n in kinds
            if n
        ]
    return SeatMeter(
        capacity=limit - allowance,
        allowance=allowance,
        limit=0 if is_unlimited else limit,
        is_unlimited=is_unlimited,
        confirmed=confirmed,
        pending=pending,
        held=len(held),
        reserved=0,
        free=free,
        overbooked_by=over,
        waiting=waiting,
        waiting_limit=waiting_limit,
        next_ends_at=NOW + min(held) if held else 0.0,
        next_of_seconds=DAYS_2,
        cells=() if is_unlimited else tuple(cells),
        sentence=f"Seats: {confirmed} confirmed, plus {pending} pending payment, plus {len(held)} held, plus {free} free, "
        f"equals the limit of {limit}. {waiting} people are waiting.",
    )


FIRST_AID = meter(8, 1, (18_760, 88_720), 2, allowance=1, waiting=7, waiting_limit=20)


def _session(
    code: str, title: str, when: str, where: str, rule: str, seats: SeatMeter, act: str, detail: str, needs: int = 0
) -> SessionRow:
    return SessionRow(
        id=code.lower(),
        code=code,
        title=title,
        code_beside=code,
        when=when,
        where=where,
        rule=rule,
        meter=seats,
        needs_you=bool(needs),
        next_act=act,
        next_act_detail=detail,
        proposals=needs,
        starts_at=NOW,
        search=f"{code} {title} {where}".lower(),
    )


SESSIONS = (
    _session(
        "FAW-0318",
        "First Aid at Work",
        "Wed 18 – Thu 19 Mar, 09:00",
        "Training Room 2, Leeds",
        "Priority · manual",
        FIRST_AID,
        "2 promotions to approve",
        "Oldest for 42 min",
        2,
    ),
    _session(
        "FWT-0313",
        "Fire Warden",
        "Fri 13 Mar, 13:30 – 16:30",
        "Building C, Leeds",
        "First come · manual",
        meter(9, free=1, waiting=3, waiting_limit=10),
        "1 promotion to approve",
        "Oldest for 1 h 55 m",
        1,
    ),
    _session(
        "PWC-0409",
        "Presenting with Confidence",
        "Thu 9 Apr, 10:00 – 16:00",
        "Studio, Manchester",
        "First come · manual",
        meter(7, free=1, waiting=4, waiting_limit=10),
        "1 promotion to approve",
        "Oldest for 2 d 3 h",
        1,
    ),
    _session(
        "FLT-0324",
        "Forklift Refresher",
        "Tue 24 Mar, 07:30 – 12:30",
        "Yard B, Hull",
        "Priority · manual",
        meter(5, held=(2_920,), waiting=9, waiting_limit=12),
        "1 offer runs",
        "Nobody can take a seat before it ends",
    ),
    _session(
        "MHW-0317",
        "Manual Handling",
        "Tue 17 Mar, 06:30 – 09:30",
        "Distribution Centre, Leeds",
        "First come · manual",
        meter(11, over=1, waiting=3, waiting_limit=10),
        "Full",
        "3 people wait",
    ),
    _session(
        "GDM-0331",
        "GDPR for Managers",
        "Tue 31 Mar, 10:00 – 12:00",
        "Online",
        "Priority · manual",
        meter(31, free=9),
        "Open",
        "New requests get a seat",
    ),
    _session(
        "XLA-0402",
        "Excel for Analysts",
        "Thu 2 Apr, 09:30 – 15:30",
        "Lab 1, Manchester",
        "First come · manual",
        meter(9, held=(68_740, 138_000, 138_400), waiting=5, waiting_limit=15),
        "3 offers run",
        "5 people wait",
    ),
    _session(
        "SUM-0611",
        "Summer Safety Day",
        "Thu 11 Jun, 09:00 – 17:00",
        "Town Hall, Leeds",
        "First come · manual",
        meter(96, 4, tuple([6_000.0] * 8), 12),
        "Open",
        "New requests get a seat",
    ),
    _session(
        "WAH-0408",
        "Working at Height",
        "Wed 8 Apr, 08:00 – 16:00",
        "Yard B, Hull",
        "Priority · manual",
        meter(waiting=14, waiting_limit=30),
        "Waitlist only",
        "Set a capacity to start",
    ),
    _session(
        "IHI-0422",
        "Inclusive Hiring",
        "Wed 22 Apr, 13:00 – 15:00",
        "Online",
        "First come",
        meter(47, is_unlimited=True),
        "No limit, nobody waits",
        "",
    ),
)


def _entry(
    at: int, name: str, team: str, why: str, detail: str, since: str, length: str, *flags: Flag, **more: Any
) -> EntryRow:
    return EntryRow(
        id=name.lower().replace(" ", "-"),
        position=at,
        name=name,
        team=team,
        why=why,
        why_detail=detail,
        since=since,
        since_for=length,
        flags=flags,
        is_skipped=bool(more.get("skipped")),
        is_proposed=bool(more.get("proposal")),
        proposal_id=str(more.get("proposal", "")),
        override_id=str(more.get("override", "")),
        seat_units=1,
    )


PROPOSED = Flag(kind="proposed", words="Proposed")
LINE = (
    _entry(
        1,
        "Pavel Drummondsen",
        "Assembly Line 2",
        "Certificate ends 25 Mar",
        "Keeps place 1",
        "Tue 3 Mar, 11:40",
        "8 d 23 h",
        Flag(kind="conflict", words="Conflict, Wed 13:00"),
        skipped=True,
    ),
    _entry(
        2,
        "Marta Quillfeather",
        "Customer Care",
        "Certificate ends 27 Mar",
        "Skipped until signed off",
        "Mon 9 Mar, 08:15",
        "3 d 2 h",
        Flag(kind="signoff", words="Sign-off, 3 d"),
        skipped=True,
    ),
    _entry(
        3,
        "Imani Vestergrove",
        "Warehouse North",
        "Certificate ends 28 Mar",
        "Next who can take it",
        "Mon 2 Mar, 09:14",
        "10 d 1 h",
        PROPOSED,
        proposal="p-imani",
    ),
    _entry(
        4,
        "Keiko Harrowgate",
        "Site Services",
        "Certificate ends 14 Apr",
        "Next after Imani",
        "Wed 4 Mar, 16:02",
        "7 d 18 h",
        PROPOSED,
        proposal="p-keiko",
    ),
    _entry(
        5,
        "Jonas Pell",
        "Maintenance, nights",
        "Moved from 7 to 5",
        "Only first-aider on nights",
        "Fri 6 Mar, 07:58",
        "6 d 2 h",
        Flag(kind="override", words="Override, Rafe"),
        override="o-jonas",
    ),
    _entry(
        6,
        "Sanjay Merriweather",
        "Quality",
        "Team lead",
        "No deadline, then role",
        "Tue 3 Mar, 08:30",
        "9 d 2 h",
        Flag(kind="plain", words="2 seats"),
        Flag(kind="plain", words="Passed 1×"),
    ),
    _entry(
        7,
        "Oona Birchwood",
        "Finance",
        "Time asked",
        "No deadline, no role",
        "Thu 5 Mar, 13:21",
        "6 d 21 h",
        Flag(kind="plain", words="Passed 1×"),
    ),
)


def _offer(name: str, team: str, offered: str, by: str, left: float, words: str) -> OfferRow:
    key = name.lower().replace(" ", "-")
    return OfferRow(
        id=f"offer-{key}",
        registration_id=key,
        name=name,
        team=team,
        offered=offered,
        by=by,
        countdown=Countdown(ends_at=NOW + left, of_seconds=DAYS_2, ends_words=words),
        mail="Sent",
    )


OFFERS = (
    _offer("Celeste Whitmore", "Warehouse North", "Offered Tue, 15:54", "Ines Calder", 18_760, "Thu 12 Mar, 15:54"),
    _offer("Nadeem Sorrell", "Engineering", "Offered Wed, 11:20", "Rafe Ostrander", 88_720, "Fri 13 Mar, 11:20"),
)
SEATED = tuple(
    SeatedRow(
        id=name.lower().replace(" ", "-"),
        name=name,
        team=team,
        email=f"{name.lower().replace(' ', '.')}@tarnwick.example",
        employee_id=f"00{300 + n}",
        status="Pending payment" if n == 8 else "Confirmed",
        since="Mon 2 Mar, 09:00",
        seat_units=1,
        how="Asked while seats were free" if n < 6 else "Offer approved by Ines Calder",
    )
    for n, (name, team) in enumerate(
        (
            ("Ulla Brandvoll", "Assembly Line 1"),
            ("Elsie Thornbury", "Customer Care"),
            ("Bram Oyelaran", "Logistics"),
            ("Greta Solheimer", "Finance"),
            ("Dilan Kaspersen", "Quality"),
            ("Xiomara Petty", "Design"),
            ("Hugo Banerley", "Maintenance"),
            ("Quinn Abernethy", "Site Services"),
            ("Yusuf Lindgate", "Engineering"),
        )
    )
)
HISTORY = (
    HistoryRow(
        id="9",
        day="Today, Thu 12 Mar",
        time="10:21",
        who="Viktor Ashdown",
        what="dropped. One seat free, Keiko Harrowgate proposed.",
        reason="Shift swap, cannot attend",
        icon="armchair",
    ),
    HistoryRow(
        id="8",
        day="Today, Thu 12 Mar",
        time="10:00",
        who="Rosa Tilbrook",
        what="let the offer lapse. One seat free, Imani Vestergrove proposed.",
        reason="",
        icon="hourglass",
    ),
    HistoryRow(
        id="7",
        day="Wed 11 Mar",
        time="16:40",
        who="Rafe Ostrander",
        what="moved Jonas Pell from 7 to 5. 2 passed over.",
        reason="Only first-aider on nights in Hull",
        icon="arrow-up-down",
    ),
    HistoryRow(
        id="6",
        day="Wed 11 Mar",
        time="11:20",
        who="Rafe Ostrander",
        what="approved the offer to Nadeem Sorrell.",
        reason="",
        icon="send",
    ),
    HistoryRow(
        id="5",
        day="Tue 10 Mar",
        time="15:54",
        who="Ines Calder",
        what="approved the offer to Celeste Whitmore.",
        reason="",
        icon="send",
    ),
    HistoryRow(
        id="4",
        day="Tue 10 Mar",
        time="14:10",
        who="Petra Lindqvist-Hale",
        what="set the overbook allowance from 0 to 1.",
        reason="One no-show on average, last six dates",
        icon="sliders-horizontal",
    ),
)
INBOX = (
    InboxRow(
        id="p-imani",
        kind="promotion",
        what="Offer a seat to Imani Vestergrove",
        session_id="faw-0318",
        session="First Aid at Work, FAW-0318",
        evidence="3rd in line",
        evidence_detail="1 and 2 skipped",
        since="Today, 10:00",
        since_for="42 min",
        if_nobody="Nothing moves",
        if_nobody_detail="seat stays free",
    ),
    InboxRow(
        id="p-keiko",
        kind="promotion",
        what="Offer a seat to Keiko Harrowgate",
        session_id="faw-0318",
        session="First Aid at Work, FAW-0318",
        evidence="4th in line",
        evidence_detail="Second of two free seats",
        since="Today, 10:21",
        since_for="21 min",
        if_nobody="Nothing moves",
        if_nobody_detail="seat stays free",
    ),
    InboxRow(
        id="p-hugo",
        kind="promotion",
        what="Offer a seat to Hugo Banerley",
        session_id="fwt-0313",
        session="Fire Warden, FWT-0313",
        evidence="1st in line",
        evidence_detail="Nobody skipped",
        since="Today, 08:47",
        since_for="1 h 55 m",
        if_nobody="Nothing moves",
        if_nobody_detail="starts in 26 h 48 m",
    ),
    InboxRow(
        id="p-dilan",
        kind="promotion",
        what="Offer a seat to Dilan Kaspersen",
        session_id="pwc-0409",
        session="Presenting with Confidence, PWC-0409",
        evidence="1st in line",
        evidence_detail="Nobody skipped",
        since="Tue 10 Mar, 07:40",
        since_for="2 d 3 h",
        if_nobody="Nothing moves",
        if_nobody_detail="seat stays free",
    ),
)
IMANI = Evidence(
    proposal_id="p-imani",
    session_id="faw-0318",
    title="Offer a seat to Imani Vestergrove?",
    session="First Aid at Work, FAW-0318, Wed 18 and Thu 19 Mar, Training Room 2, Leeds",
    seat="Free since 10:00 today, when Rosa Tilbrook’s offer lapsed without an answer",
    now=FIRST_AID,
    now_words="8 + 1 + 2 held + 2 free = 13",
    after=meter(8, 1, (18_760, 88_720, DAYS_2), 1, allowance=1),
    after_words="8 + 1 + 3 held + 1 free = 13",
    name="Imani Vestergrove",
    team="Warehouse North",
    position="Position 3 of 7",
    because="Certificate ends 28 Mar 2026, the earliest deadline of those who can take the seat.",
    asked="Asked Mon 2 Mar 2026, 09:14:07, waiting 10 days.",
    checks=tuple(
        Flag(kind="good", words=words)
        for words in ("No conflict", "No sign-off needed", "No other date of this course", "No override involved")
    ),
    skipped=(
        SkippedRow(
            position=1,
            name="Pavel Drummondsen",
            why="has a seat in Abrasive Wheels, Wed 18 Mar, 13:00 – 15:00",
            flag=Flag(kind="conflict", words="Conflict"),
        ),
        SkippedRow(
            position=2,
            name="Marta Quillfeather",
            why="waits for sign-off by Dov Marchetti, asked Mon 9 Mar",
            flag=Flag(kind="signoff", words="Sign-off"),
        ),
    ),
    skipped_total=2,
    deadline="Sat 14 Mar 2026, 10:42 GMT",
    deadline_detail="48 h. Well before the cut-off on Mon 16 Mar, 09:00.",
    consequence="Without an answer the seat is proposed to the next in line.",
    approver="Ines Calder",
)
OVERRIDE = InboxRow(
    id="r-greta",
    kind="override",
    what="Give Greta Solheimer a seat beyond the limit",
    session_id="pwc-0409",
    session="Presenting with Confidence, PWC-0409",
    evidence="Asked by Rafe Ostrander",
    evidence_detail="Passes over 2 people",
    since="Today, 09:38",
    since_for="1 h 4 m",
    if_nobody="Nothing moves",
    if_nobody_detail="all stays",
    reason="Speaks at the town hall in April",
)
GRETA = OverrideEvidence(
    request_id="r-greta",
    title="Give Greta Solheimer a seat beyond the limit?",
    session="Presenting with Confidence, PWC-0409, Thu 9 Apr, Studio, Manchester",
    asked="Asked by Rafe Ostrander, Thu 12 Mar 2026, 09:38 GMT, 1 h 4 m ago.",
    reason="Speaks at the town hall in April",
    passes="2 people",
    passed="Dilan Kaspersen and Hugo Banerley",
    effects=(Effect(name="Greta Solheimer", follows="gets a seat in PWC-0409."),),
    approval="Recorded as asked by Rafe Ostrander and approved by you, Ines Calder.",
)
MESSAGES = (
    MessageRow(
        id="m3",
        to="imani.vestergrove@tarnwick.example",
        subject="A seat is free for you: First Aid at Work, please answer by Sat 14 March, 10:42",
        sent="Today, 10:42",
        status="Sent",
        kind="offer",
    ),
    MessageRow(
        id="m2",
        to="rosa.tilbrook@tarnwick.example",
        subject="The offer for First Aid at Work has ended",
        sent="Today, 10:00",
        status="Sent",
        kind="lapsed",
    ),
    MessageRow(
        id="m1",
        to="oona.birchwood@tarnwick.example",
        subject="You are number 7 in line for First Aid at Work",
        sent="Thu 5 Mar, 13:21",
        status="Sent",
        kind="joined",
    ),
)
LETTER = (
    '<body style="margin:0;background:#f9f9fb;font-family:sans-serif"><div style="max-width:560px;margin:20px auto;background:#fff;'
    'border:1px solid #e0e1e6;border-radius:12px;padding:24px"><p>Hello Imani</p><h1 style="font-size:22px">A seat is free for you in '
    "First Aid at Work</h1><p>Please answer by <b>Saturday 14 March 2026, 10:42</b>, London time.</p>"
    '<p><a href="/offer/example-token" target="_blank" style="display:block;padding:14px;background:#3e63dd;color:#fff;text-align:center;'
    'border-radius:6px;text-decoration:none">See the offer and answer</a></p></div></body>'
)
AUDIT = tuple(
    AuditRow(
        seq=412 - n,
        at=at,
        actor=actor,
        act=act,
        subject=subject,
        sentence=sentence,
        reason=reason,
        hash=f"{(n + 3) * 7919:08x}c19b",
    )
    for n, (at, actor, act, subject, sentence, reason) in enumerate(
        (
            (
                "Thu 12 Mar 2026, 10:21 GMT",
                "Ines Calder",
                "drop",
                "FAW-0318",
                "Viktor Ashdown dropped.",
                "Shift swap, cannot attend",
            ),
            ("Thu 12 Mar 2026, 10:00 GMT", "The clock", "lapse", "FAW-0318", "The offer to Rosa Tilbrook lapsed.", ""),
            (
                "Wed 11 Mar 2026, 16:40 GMT",
                "Rafe Ostrander",
                "override",
                "FAW-0318",
                "Jonas Pell moved from 7 to 5.",
                "Only first-aider on nights in Hull",
            ),
            (
                "Wed 11 Mar 2026, 11:20 GMT",
                "Rafe Ostrander",
                "approve",
                "FAW-0318",
                "Offer to Nadeem Sorrell approved.",
                "",
            ),
        )
    )
)
SEAT = SeatPage(
    state="open",
    organisation="Tarnwick Group",
    name="Imani Vestergrove",
    heading="Can you come at the new time?",
    say="Please answer by Saturday 14 March, 10:42, London time. Without an answer you keep your seat.",
    title="First Aid at Work",
    when="Wed 25 and Thu 26 March 2026, 09:00 – 16:30 GMT",
    where="Training Room 2, Leeds",
)
OFFER = OfferPage(
    state="open",
    organisation="Tarnwick Group",
    name="Imani Vestergrove",
    heading="A seat is free for you",
    say="",
    title="First Aid at Work",
    when="Wed 18 and Thu 19 March 2026, 09:00 – 16:30 GMT",
    where="Training Room 2, Leeds",
    why="A seat came back. You were the first in line who could take it: your certificate ends on 28 March.",
    deadline="Saturday 14 March, 10:42",
    zone="London time",
    ends_at=NOW + 169_110,
    of_seconds=DAYS_2,
    limit=13,
    seat_number=11,
)
REPORT = ImportReport(
    kind="requests",
    file_name="requests-march.csv",
    lines=214,
    ready=206,
    seated=61,
    waiting=145,
    duplicates=3,
    problems=(
        ImportProblem(line=18, column="requested_at", value="31/02/2026 09:14", why="February 2026 has 28 days."),
        ImportProblem(line=47, column="email", value="tamsin.okoro-reed@", why="The part after @ is missing."),
        ImportProblem(line=96, column="session_code", value="FAW-0381", why="No session has this code."),
        ImportProblem(line=158, column="seat_units", value="0", why="A request needs 1 seat or more."),
        ImportProblem(line=203, column="requested_at", value="12/03/2026 19:02", why="This lies in the future."),
    ),
    preview=tuple(
        ImportLine(
            line=n + 2,
            session="FAW-0318",
            employee_id=f"0{417 + n}",
            name=name,
            at="Mon 2 Mar, 09:14",
            result=result,
        )
        for n, (name, result) in enumerate(
            (
                ("Imani Vestergrove", "waits, number 3"),
                ("Sanjay Merriweather", "waits, number 6"),
                ("Ulla Brandvoll", "gets a seat"),
                ("I. Vestergrove", "already there"),
                ("Bram Oyelaran", "waits, number 4"),
            )
        )
    ),
    is_applied=False,
    sentence="206 of 214 lines can be used.",
)


@dataclass
class ExampleProduct:
    """The world, and what changed in it."""

    line: list[EntryRow] = field(default_factory=lambda: list(LINE))
    inbox: list[InboxRow] = field(default_factory=lambda: list(INBOX))
    barred: dict[str, frozenset[str]] = field(default_factory=dict[str, frozenset[str]])
    offers: list[OfferRow] = field(default_factory=lambda: list(OFFERS))
    offer: OfferPage = OFFER
    gave_up: tuple[str, ...] = ()
    """What was given up for the last offer that was answered."""
    seat: SeatPage = SEAT
    version: int = 1
    listeners: list[Callable[[str, frozenset[str]], None]] = field(default_factory=list)
    size: int = 0
    work: Any = None
    files: Any = None
    who: Actor = INES
    asked: list[str] = field(default_factory=list)
    told: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    """Each use case that was asked, whatever came of it, with what it was told."""
    dry_runs: list[bool] = field(default_factory=list)
    troubles: dict[str, Exception] = field(default_factory=dict)

    @property
    def changes(self) -> ExampleProduct:
        """The one who tells of changes is the product itself here."""
        return self

    def listen(self, callback: Callable[[str, frozenset[str]], None]) -> Callable[[], None]:
        """Call back after every change."""
        self.listeners.append(callback)
        return lambda: self.listeners.remove(callback)

    def actor_for(self, cookie_header: str) -> Actor | None:
        """Everybody is Ines, unless the cookie says that nobody is there."""
        return None if "nobody" in cookie_header else self.who

    @property
    def web_sessions(self) -> ExampleProduct:
        """The cookies, which mean nothing here."""
        return self

    def cookie(self, value: str) -> dict[str, Any]:
        """Give the arguments of `set_cookie`."""
        return {"key": "waitlist_session", "value": value, "httponly": True, "samesite": "lax"}

    def cookie_to_delete(self) -> dict[str, Any]:
        """Give the arguments of `delete_cookie`."""
        return {"key": "waitlist_session"}

    def sign_out(self, cookie_header: str) -> None:
        """Do nothing."""

    def sign_in(self, token: str) -> str | None:
        """Any token but `used` signs in."""
        return None if token == "used" else "somebody"

    def count(self, _org_id: str) -> int:
        """Count the changes."""
        return self.version

    def changed(self) -> None:
        """Tell those who listen."""
        self.version += 1
        for callback in list(self.listeners):
            callback("tarnwick", frozenset({"faw-0318"}))

    def answer(self, use_case: str, /, **wanted: Any) -> Any:
        """Answer a use case."""
        self.asked.append(use_case)
        if "dry_run" in wanted:
            self.dry_runs.append(wanted["dry_run"])
        return getattr(self, f"_{use_case}")(
            **{key: value for key, value in wanted.items() if key not in {"work", "actor", "files", "signed_in"}}
        )

    def _list_sessions(self) -> SessionsPage:
        return SessionsPage(
            rows=SESSIONS,
            decisions=len(self.inbox),
            oldest_decision="2 d 3 h",
            offers=6,
            next_offer_ends_at=NOW + 2_920,
            next_offer_of_seconds=DAYS_2,
            free_seats=25,
            sessions_with_free=5,
            waiting=45,
            sessions_with_waiting=7,
        )

    def _rows(self) -> list[EntryRow]:
        extra = [
            _entry(n, f"Guest {n}", "Warehouse", "Time asked", "", "Thu 5 Mar, 13:21", "6 d")
            for n in range(len(self.line) + 1, self.size + 1)
        ]
        return [replace(row, position=n) for n, row in enumerate([*self.line, *extra], 1)]

    def _show_session(self, session_id: str, waiting_from: int = 1, waiting_count: int = 100) -> SessionPage:
        row = next((row for row in SESSIONS if row.id == session_id), None)
        if row is None:
            raise NotAllowed
        is_main = session_id == "faw-0318"
        line = self._rows() if is_main else []
        window = tuple(line[waiting_from - 1 : waiting_from - 1 + waiting_count])
        return SessionPage(
            id=row.id,
            code=row.code,
            title=row.title,
            code_beside=row.code_beside,
            name=f"{row.title}, {row.code}",
            when="Wed 18 and Thu 19 Mar 2026, 09:00 – 16:30 GMT" if is_main else row.when,
            where=row.where,
            facts=(
                "Order: certificate deadline, role, time asked",
                "Manual: you approve each promotion",
                "Offer window 48 h",
                "Cut-off Mon 16 Mar, 09:00",
            ),
            meter=replace(row.meter, waiting=len(line)),
            waiting=window,
            waiting_total=len(line),
            waiting_from=waiting_from if window else 0,
            offers=tuple(self.offers) if is_main else (),
            seated=SEATED if is_main else (),
            seated_total=len(SEATED) if is_main else 0,
            history=HISTORY if is_main else (),
            proposals=len([row for row in line if row.is_proposed]),
            version=self.version,
        )

    def _show_inbox(self) -> InboxPage:
        return InboxPage(
            rows=tuple(self.inbox),
            total=len(self.inbox),
            oldest="2 d 3 h",
            next_offer_ends="today at 15:54",
            decisions=len(self.inbox),
            barred=self.barred,
        )

    def _show_override(self, request_id: str) -> OverrideEvidence:
        row = next((row for row in self.inbox if row.id == request_id), None)
        if row is None:
            raise RequestDecided
        is_mine = self.who.id in self.barred.get(request_id, ())
        return replace(GRETA, is_mine=is_mine, for_others="Somebody else of the team has to decide it." * is_mine)

    def _approve_override(self, request_id: str) -> str:
        self._decide(request_id)
        return "Approved, as Rafe Ostrander asked."

    def _decline_override(self, request_id: str, reason: str) -> str:
        if not reason.strip():
            raise InvalidInput("Please say why. It goes on the record.", field="reason")
        self._decide(request_id)
        return "Declined. Rafe Ostrander finds it in the history."

    def _decide(self, request_id: str) -> None:
        row = next((row for row in self.inbox if row.id == request_id), None)
        if row is None:
            raise RequestDecided
        self.inbox.remove(row)
        self.changed()

    def _show_evidence(self, proposal_id: str) -> Evidence:
        row = next((row for row in self.inbox if row.id == proposal_id), None)
        if row is None:
            raise Refused("Rafe Ostrander approved this a moment ago.")
        if proposal_id == "p-imani":
            return IMANI
        return replace(
            IMANI,
            proposal_id=row.id,
            title=f"{row.what}?",
            session=row.session,
            name=row.what.removeprefix("Offer a seat to "),
            skipped=(),
            skipped_total=0,
        )

    def _approve_promotion(self, proposal_id: str) -> str:
        row = next((row for row in self.inbox if row.id == proposal_id), None)
        if row is None:
            raise Refused("Rafe Ostrander approved this a moment ago.")
        self.inbox.remove(row)
        name = row.what.removeprefix("Offer a seat to ")
        self.line = [entry for entry in self.line if entry.proposal_id != proposal_id]
        self.offers.append(
            _offer(name, "Warehouse North", "Offered just now", "Ines Calder", DAYS_2, "Sat 14 Mar, 10:42")
        )
        self.changed()
        return f"Offer sent to {name}. {row.session}, ends Sat 14 Mar, 10:42."

    def _preview_move(self, registration_id: str, before_id: str) -> MovePreview:
        ids = [row.id for row in self.line]
        moved = self.line[ids.index(registration_id)]
        rest = [row for row in self.line if row.id != registration_id]
        at = next((n for n, row in enumerate(rest) if row.id == before_id), len(rest))
        after = [*rest[:at], moved, *rest[at:]]
        was = ids.index(registration_id) + 1
        return MovePreview(
            registration_id=registration_id,
            before_id=before_id,
            title=f"Move {moved.name} from {was} to {at + 1}?",
            session="First Aid at Work, FAW-0318",
            before=tuple(
                MoveRow(position=n, name=row.name, is_moved=row is moved, note="") for n, row in enumerate(self.line, 1)
            ),
            after=tuple(
                MoveRow(
                    position=n,
                    name=row.name,
                    is_moved=row is moved,
                    note=f"from {was}" if row is moved else "passed 1×" if at < n <= was else "",
                )
                for n, row in enumerate(after, 1)
            ),
            passed=max(0, was - at - 1),
            passed_words=f"{max(0, was - at - 1)} people, one of them for the second time",
            seats_words=f"One of the 2 free seats would go to {moved.name}",
            seats_detail="Imani Vestergrove stays proposed. The proposal for Keiko Harrowgate is withdrawn.",
            approver="Ines Calder",
        )

    def _move_entry(self, registration_id: str, before_id: str, reason: str, version: int) -> str:
        moved = next(row for row in self.line if row.id == registration_id)
        rest = [row for row in self.line if row.id != registration_id]
        at = next((n for n, row in enumerate(rest) if row.id == before_id), len(rest))
        self.line = [*rest[:at], moved, *rest[at:]]
        self.changed()
        return f"{moved.name} moved to {at + 1}. Approved by Ines Calder."

    def _drop_registration(self, registration_id: str, reason: str) -> str:
        self.line = [row for row in self.line if row.id != registration_id]
        self.changed()
        return f"{registration_id.replace('-', ' ').title()} dropped. One seat free."

    def _revoke_offer(self, registration_id: str, reason: str) -> str:
        self.offers = [row for row in self.offers if row.registration_id != registration_id]
        self.changed()
        return "The offer was revoked."

    def _revoke_override(self, override_id: str) -> str:
        self.line = [
            replace(row, override_id="", flags=()) if row.override_id == override_id else row for row in self.line
        ]
        self.changed()
        return "The move was undone."

    def _request_seat(self, name: str, email: str, **_: Any) -> str:
        if not email:
            raise InvalidInput("An e-mail address is needed, because offers go there.", field="email")
        self.line.append(_entry(0, name, "Warehouse", "Time asked", "", "Just now", "0 m"))
        self.changed()
        return f"{name} waits. Number {len(self.line)} in line."

    def _list_messages(self) -> tuple[MessageRow, ...]:
        return MESSAGES

    def _show_message(self, message_id: str) -> MessagePage:
        row = next((row for row in MESSAGES if row.id == message_id), None)
        if row is None:
            raise NotAllowed
        return MessagePage(
            id=row.id,
            to=row.to,
            sender="Waitlist <waitlist@example.org>",
            subject=row.subject,
            sent=row.sent,
            status=row.status,
            html=LETTER,
            text="Hello Imani\n\nA seat is free for you.\n\nhttps://learning.tarnwick.example/offer/example-token\n",
        )

    def _show_audit(self, search: str = "", page: int = 1) -> AuditPage:
        rows = tuple(row for row in AUDIT if search.lower() in f"{row.actor} {row.sentence} {row.reason}".lower())
        return AuditPage(rows=rows, total=len(rows) if search else 412, head="9a1f00c2e47b6d10")

    def _show_offer(self, token: str) -> OfferPage:
        faces = {
            "ended": replace(
                OFFER,
                state="expired",
                heading="This offer has ended",
                say="It was open until Saturday 14 March, 10:42, London time. The seat has been proposed to the next person in line.",
                ends_at=NOW - 60,
            ),
            "unknown": replace(
                OFFER,
                state="unknown",
                heading="We could not find this offer",
                say="The link may be incomplete. Open it from the mail again.",
            ),
        }
        return faces.get(token, self.offer)

    def _answer_offer(self, token: str, answer: str, instead_of: tuple[str, ...] = ()) -> OfferPage:
        self.gave_up = instead_of
        state = "seated" if answer == "accept" else "declined"
        heading = "You have a seat" if answer == "accept" else "You declined this seat"
        self.offer = replace(OFFER, state=state, heading=heading, say="Opening the link again changes nothing.")
        return self.offer

    def _show_seat(self, token: str, **_: Any) -> SeatPage:
        return self.seat

    def _answer_seat(self, token: str, answer: str, **_: Any) -> SeatPage:
        state = "kept" if answer == "keep" else "closed"
        self.seat = replace(self.seat, state=state)
        return self.seat

    def _import_requests(self, data: bytes, file_name: str, dry_run: bool = True, **_: Any) -> ImportReport:
        return replace(REPORT, file_name=file_name, is_applied=not dry_run)

    def _import_sessions(
        self, data: bytes, file_name: str, meetings: bytes | None = None, dry_run: bool = True, **_: Any
    ) -> ImportReport:
        if not data.strip():
            raise InvalidInput("The file is empty.")
        return replace(REPORT, kind="sessions", file_name=file_name, is_applied=not dry_run, problems=())

    def _export_roster(self, session_id: str = "") -> bytes:
        return b"session_code,name\nFAW-0318,Imani Vestergrove\n"


EXAMPLE = ExampleProduct()
