"""A believable organisation to look at: real demand, an invented team, and a story that stops in the middle."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from waitlist_app.clock import SetClock
from waitlist_app.errors import Defect
from waitlist_app.services.actors import Actor, Role
from waitlist_app.services.answer_offer import answer_offer
from waitlist_app.services.approve_promotion import approve_promotion
from waitlist_app.services.drop_registration import drop_registration
from waitlist_app.services.files import Files
from waitlist_app.services.import_requests import import_requests
from waitlist_app.services.import_sessions import import_sessions
from waitlist_app.services.move_entry import move_entry
from waitlist_app.services.ports import Transaction, Work
from waitlist_app.services.request_seat import request_seat
from waitlist_app.services.revoke_offer import revoke_offer
from waitlist_app.services.sample_dates import first_instant, last_instant, moved, weeks_back_from, weeks_until
from waitlist_app.services.sweep_offers import sweep_offers
from waitlist_app.services.views import ImportReport

ORGANISATION: Final = "Tarnwick Group"
ORG_ID: Final = "tarnwick"
ZONE: Final = "America/Los_Angeles"

SESSIONS_AHEAD: Final = timedelta(days=14)
"""The first session starts at least so long after the seeding."""
REQUESTS_AGO: Final = timedelta(days=4)
"""The last request of the file was made at least so long before it; the story is told in between."""


def _member(name: str, role: Role) -> Actor:
    first_name = name.split(maxsplit=1)[0].lower()
    return Actor(id=first_name, name=name, role=role, org_id=ORG_ID, organisation=ORGANISATION, zone=ZONE)


HELENA: Final = _member("Helena Brandt", Role.OWNER)
INES: Final = _member("Ines Calder", Role.COORDINATOR)
RAFE: Final = _member("Rafe Ostrander", Role.COORDINATOR)
ADA: Final = _member("Ada Byrne", Role.APPROVER)
OLU: Final = _member("Olu Stern", Role.AUDITOR)
TEAM: Final = (HELENA, INES, RAFE, ADA, OLU)


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleFiles:
    """The recorded files, with the dates that they were recorded at."""

    sessions: bytes
    meetings: bytes
    requests: bytes


def seed_sample(
    *,
    work: Work,
    quiet_work: Work,
    files: Files,
    clock: SetClock,
    sample: SampleFiles,
    deliver: Callable[[], int],
) -> str:
    """Add the sample organisation to an empty database and say so; where there is an organisation, change nothing.

    `clock` stands at the present instant and is moved through the story, so that everything on record has the time at
    which it happened. `quiet_work` is the same database without messages: people whose requests come from the file were
    told long ago. `deliver` hands over a batch of messages and gives how many it had.
    """
    existing = work.organisations()
    if existing:
        return f"{existing[0].organisation} is there already. Nothing was added."
    now = clock.now().replace(second=0, microsecond=0)
    _import(quiet_work, files, clock, sample, now)
    _tell(_Desk(work, clock, deliver, now))
    sessions = work.read(INES, lambda reader: reader.sessions())
    people = sum(session.tally.confirmed + session.tally.waiting for session in sessions)
    return f"{ORGANISATION} was added: {len(sessions)} sessions, {people:,} requests."


def _import(work: Work, files: Files, clock: SetClock, sample: SampleFiles, now: datetime) -> None:
    ahead = weeks_until(first_instant(sample.sessions), not_before=now + SESSIONS_AHEAD)
    back = weeks_back_from(last_instant(sample.requests), not_after=now - REQUESTS_AGO)
    sessions, meetings = (moved(data, weeks=ahead, zone=ZONE) for data in (sample.sessions, sample.meetings))
    requests = moved(sample.requests, weeks=back, zone=ZONE)
    clock.set(first_instant(requests) - timedelta(days=3))
    # Before there is an organisation nobody is a member of it, so the command line founds it in her name.
    work.transact(replace(HELENA, role=Role.SYSTEM), _found)
    _expect_all(
        import_sessions(
            work=work,
            files=files,
            actor=INES,
            data=sessions,
            file_name="sessions.csv",
            meetings=meetings,
            dry_run=False,
            all_or_nothing=True,
        )
    )
    clock.set(last_instant(requests) + timedelta(hours=1))
    _expect_all(
        import_requests(
            work=work,
            files=files,
            actor=INES,
            data=requests,
            file_name="requests.csv",
            dry_run=False,
            all_or_nothing=True,
        )
    )


def _found(tx: Transaction) -> None:
    tx.add_organisation(name=ORGANISATION, zone=ZONE)
    for member in TEAM:
        tx.add_member(member_id=member.id, name=member.name, email=f"{member.id}@tarnwick.example", role=member.role)


def _expect_all(report: ImportReport) -> None:
    if not report.is_applied:
        raise Defect(f"the sample does not fit: {report.sentence} {report.problems[:3]}")


# ── the story ────────────────────────────────────────────────────────────────────────────────────


def _tell(desk: "_Desk") -> None:
    """Let the last three days happen: seats come back, are offered, taken, refused and missed; some still wait."""
    one, two, three, four, five, six, seven, eight = desk.full_sessions(8)

    desk.at(hours=70).drop(one, by=INES, reason="Moved to the night shift")
    desk.at(hours=69.2).drop(two, by=INES, reason="On leave until summer")
    desk.at(hours=68.5).approve(one, by=INES).approve(two, by=RAFE)
    desk.at(hours=63).answer(one, "accept")
    desk.at(hours=62.6).drop(three, by=RAFE, reason="Left the company")
    desk.at(hours=61.9).approve(three, by=ADA)  # nobody answers: it ends after 48 hours
    desk.at(hours=51).answer(two, "decline")
    desk.at(hours=49.5).approve(two, by=ADA)
    desk.at(hours=46.1).drop(four, by=INES, reason="Has the certificate already")
    desk.at(hours=45.3).approve(four, by=INES)  # still open, with less than three hours left
    desk.at(hours=44).answer(two, "accept")
    desk.at(hours=31).drop(five, by=RAFE, reason="Project deadline")
    desk.at(hours=29.8).approve(five, by=RAFE)
    desk.at(hours=26).move(
        six, place=6, to=2, by=INES, reason="Audit finding: the site needs this person trained before the inspection."
    )
    desk.at(hours=25).move(
        seven, place=4, to=1, by=RAFE, reason="Was told by phone in January that a seat was kept; agreed with Helena."
    )
    desk.at(hours=22).ask(one, name="Wren Halloway", employee_id="T00417", role="Team lead", by=INES)
    desk.at(hours=12.5).approve(three, by=INES)  # the next in line, after the first let the offer lapse
    desk.at(hours=9).drop(eight, by=INES, reason="Illness")
    desk.at(hours=8.4).approve(eight, by=RAFE)
    desk.at(hours=7.5).revoke(eight, by=INES, reason="Offered by mistake: the seat is needed for the instructor.")
    desk.at(hours=5.1).drop(six, by=RAFE, reason="Cannot travel that week")
    desk.at(hours=3.3).drop(seven, by=INES, reason="Manager withdrew the request")
    desk.at(hours=1.9).ask(two, name="Jory Pembrook", employee_id="T00512", role="Manager", by=RAFE)
    desk.at(hours=0.7).drop(one, by=INES, reason="Clashes with a customer visit")
    desk.at(hours=0.4).approve(eight, by=ADA)
    desk.at(hours=0)


class _Desk:
    """The team at work, at instants counted back from the present."""

    def __init__(self, work: Work, clock: SetClock, deliver: Callable[[], int], now: datetime) -> None:
        self._work = work
        self._clock = clock
        self._deliver = deliver
        self._now = now
        [self._system] = work.organisations()

    def full_sessions(self, count: int) -> Sequence[str]:
        """Give sessions without a free seat in which many wait who could take one, by code."""
        sessions = self._work.read(INES, lambda reader: reader.sessions())
        full = [s for s in sessions if s.tally.ready_units > 8 and s.rules.capacity == s.tally.confirmed]  # noqa: PLR2004
        chosen = sorted(full, key=lambda session: session.rules.code)[:count]
        if len(chosen) < count:
            raise Defect(f"the sample has only {len(chosen)} sessions with a line")
        return [session.rules.id for session in chosen]

    def at(self, *, hours: float) -> "_Desk":
        """Move to `hours` before the present; what falls due on the way happens first, and mail goes out."""
        until = self._now - timedelta(hours=hours)
        offers = self._work.read(INES, lambda reader: reader.offers())
        for due_at in sorted({offer.expires_at for offer in offers if offer.expires_at <= until}):
            self._clock.set(due_at)
            sweep_offers(work=self._work, actor=self._system)
        self._clock.set(until)
        self._send()
        return self

    def _send(self) -> None:
        for _ in range(1000):
            if not self._deliver():
                return

    def drop(self, session_id: str, *, by: Actor, reason: str) -> "_Desk":
        """Give back the seat of the third who has one."""
        seated = self._work.read(by, lambda reader: reader.seated(session_id, count=3))
        drop_registration(work=self._work, actor=by, registration_id=seated[-1].registration.id, reason=reason)
        self._send()
        return self

    def approve(self, session_id: str, *, by: Actor) -> "_Desk":
        """Approve the oldest proposal of a session."""
        proposals = self._work.read(by, lambda reader: reader.proposals(session_id))
        approve_promotion(work=self._work, actor=by, proposal_id=proposals[0].id)
        self._send()
        return self

    def answer(self, session_id: str, answer: str) -> "_Desk":
        """Let the person with the live offer answer it, through the link in the mail."""
        offer = self._work.read(INES, lambda reader: reader.offers(session_id))[0]
        link = re.search(r"/offer/([\w-]+)", self._mail_of(offer.entry.registration.id))
        if link is None:
            raise Defect("the mail of an offer has no link")
        answer_offer(work=self._work, token=link[1], answer=answer)
        self._send()
        return self

    def _mail_of(self, registration_id: str) -> str:
        """Give the text of the mail with somebody's latest offer."""
        latest = self._work.read(INES, lambda reader: reader.messages(count=20))
        mail = next(m for m in latest if m.kind == "offer" and m.registration_id == registration_id)
        return self._work.read(INES, lambda reader: reader.message(mail.id)).text

    def move(self, session_id: str, *, place: int, to: int, by: Actor, reason: str) -> "_Desk":
        """Move somebody up the line, from one position to another."""
        line = self._work.read(by, lambda reader: reader.waiting(session_id, count=place))
        move_entry(
            work=self._work,
            actor=by,
            registration_id=line[place - 1].registration.id,
            before_id=line[to - 1].registration.id,
            reason=reason,
        )
        return self

    def revoke(self, session_id: str, *, by: Actor, reason: str) -> "_Desk":
        """Take the live offer of a session back."""
        offer = self._work.read(by, lambda reader: reader.offers(session_id))[0]
        revoke_offer(work=self._work, actor=by, registration_id=offer.entry.registration.id, reason=reason)
        self._send()
        return self

    def ask(self, session_id: str, *, name: str, employee_id: str, role: str, by: Actor) -> "_Desk":
        """Ask for a seat for somebody who called."""
        address = f"{name.lower().replace(' ', '.')}@tarnwick.example"
        request_seat(
            work=self._work,
            actor=by,
            session_id=session_id,
            employee_id=employee_id,
            name=name,
            email=address,
            department="Operations",
            role=role,
        )
        self._send()
        return self
