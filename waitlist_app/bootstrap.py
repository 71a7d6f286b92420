"""The composition root: the one module that knows every adapter."""

import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from email.utils import parseaddr
from functools import cache
from importlib.resources import files

from sqlalchemy import Engine

from waitlist_app import csv_io
from waitlist_app.auth.front_door import FrontDoor
from waitlist_app.auth.opening import open_front_door
from waitlist_app.auth.secret_tokens import make_token
from waitlist_app.auth.signing import RecordSigner, is_signed
from waitlist_app.auth.supabase import SupabaseProject
from waitlist_app.auth.web_sessions import WebSessions
from waitlist_app.clock import Clock, SetClock, SystemClock
from waitlist_app.errors import Defect
from waitlist_app.notifications.announce import announce
from waitlist_app.notifications.compose import Composer
from waitlist_app.notifications.mailbox import Mailbox
from waitlist_app.notifications.member_letters import MemberComposer
from waitlist_app.notifications.resend_mailer import ResendMailer
from waitlist_app.repository.accounts import Accounts
from waitlist_app.repository.attempts import Attempts
from waitlist_app.repository.daily_heads import SqlDailyHeads
from waitlist_app.repository.database import open_for_both
from waitlist_app.repository.deadlines import SqlDeadlines
from waitlist_app.repository.hand_overs import SqlHandOvers
from waitlist_app.repository.identities import Identities, SqlSignInTraces
from waitlist_app.repository.member_outbox import SqlMemberOutbox
from waitlist_app.repository.migrations import upgrade
from waitlist_app.repository.outbox import SqlOutbox
from waitlist_app.repository.proof import assert_in_force
from waitlist_app.repository.work import SqlWork
from waitlist_app.services.actors import Actor
from waitlist_app.services.daily_heads import DailyHeads, send_daily_heads
from waitlist_app.services.deadlines import Deadlines
from waitlist_app.services.deliver_messages import deliver_messages
from waitlist_app.services.files import Files
from waitlist_app.services.identities import SignInStore, SignInTraces
from waitlist_app.services.member_mail import ComposeMemberMail, deliver_member_mail
from waitlist_app.services.outbox import Compose, Outbox
from waitlist_app.services.ports import Draft, Mailer
from waitlist_app.services.run_clocks import HandOvers, run_clocks
from waitlist_app.services.seal import Signer
from waitlist_app.services.seed_sample import SampleFiles, seed_sample
from waitlist_app.settings import Settings, load_settings

__all__ = ["Changes", "Product", "build", "csv_files", "is_signed", "migrate", "product", "record_signer", "seed"]

Listener = Callable[[str, frozenset[str]], None]


class Changes:
    """Tells listeners in this process which sessions of an organisation a commit changed."""

    def __init__(self) -> None:
        """Start with nobody listening."""
        self._listeners: list[Listener] = []
        self._counts = Counter[str]()
        self._lock = threading.Lock()

    def count(self, org_id: str) -> int:
        """Give how often an organisation has changed; what was read at another count may be old."""
        return self._counts[org_id]

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Call `listener(org_id, session_ids)` after every commit, from any thread; the result stops it."""
        with self._lock:
            self._listeners.append(listener)

        def stop() -> None:
            with self._lock:
                self._listeners.remove(listener)

        return stop

    def tell(self, org_id: str, session_ids: frozenset[str]) -> None:
        """Tell everybody who listens; whoever hears of the change finds it counted."""
        with self._lock:
            self._counts[org_id] += 1
            listeners = tuple(self._listeners)
        for listener in listeners:
            listener(org_id, session_ids)


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """Everything that screens, jobs and commands work with."""

    settings: Settings
    engine: Engine
    clock: Clock
    work: SqlWork
    changes: Changes
    front_door: FrontDoor
    files: Files
    outbox: Outbox
    mailer: Mailer
    compose: Compose
    member_outbox: SqlMemberOutbox
    identities: SignInStore
    sign_in_traces: SignInTraces
    compose_member_mail: ComposeMemberMail
    deadlines: Deadlines
    hand_overs: HandOvers
    signer: Signer
    daily_heads: DailyHeads

    def deliver(self) -> int:
        """Hand over one batch of messages that are due and one of members' mails, and give how many they had.

        Offers whose mails were handed over begin to run.
        """
        sent = deliver_messages(
            outbox=self.outbox, mailer=self.mailer, compose=self.compose, make_token=make_token, clock=self.clock
        )
        run_clocks(work=self.work, hand_overs=self.hand_overs)
        return sent + deliver_member_mail(
            outbox=self.member_outbox,
            mailer=self.mailer,
            compose=self.compose_member_mail,
            make_token=make_token,
            clock=self.clock,
        )

    def send_heads(self) -> int:
        """Write the mails with today's heads of the records that are missing, and give how many."""
        return send_daily_heads(work=self.work, heads=self.daily_heads, clock=self.clock)

    def actor_for(self, cookie_header: str) -> Actor | None:
        """Say who is behind a browser's Cookie header."""
        return self.web_sessions.actor_for(cookie_header)

    @property
    def web_sessions(self) -> WebSessions:
        """What knows who is behind a cookie."""
        return self.front_door.web_sessions


def build(settings: Settings, *, clock: Clock | None = None) -> Product:
    """Put the product together over the database of `settings`, which must be migrated."""
    clock = clock or SystemClock()
    people, engine = open_for_both(settings.database_url, settings.worker_database_url)
    _prove(people, closing=engine)
    changes = Changes()
    questions_to = parseaddr(settings.mail_from)[1]
    signer = record_signer(settings)
    return Product(
        settings=settings,
        engine=engine,
        clock=clock,
        work=SqlWork(engine, clock, announce=announce, people=people, on_commit=changes.tell),
        changes=changes,
        front_door=open_front_door(
            store=Identities(engine),
            accounts=Accounts(engine),
            attempts=Attempts(engine),
            clock=clock,
            app_url=settings.app_url,
            secret_key=settings.secret_key.get_secret_value(),
            supabase=_supabase(settings),
        ),
        files=csv_io,
        outbox=SqlOutbox(engine, on_change=changes.tell),
        mailer=_mailer(settings),
        compose=Composer(app_url=settings.app_url, questions_to=questions_to),
        identities=Identities(engine),
        sign_in_traces=SqlSignInTraces(engine),
        member_outbox=SqlMemberOutbox(engine, on_change=changes.tell),
        compose_member_mail=MemberComposer(app_url=settings.app_url, questions_to=questions_to, signer=signer),
        deadlines=SqlDeadlines(engine),
        hand_overs=SqlHandOvers(engine),
        signer=signer,
        daily_heads=SqlDailyHeads(engine),
    )


def _prove(people: Engine, *, closing: Engine) -> None:
    try:
        assert_in_force(people)
    except Defect as error:
        closing.dispose()
        raise SystemExit(f"Nobody is served over this database. {error.detail}") from error


def _supabase(settings: Settings) -> SupabaseProject | None:
    if not (settings.supabase_url and settings.supabase_publishable_key and settings.supabase_secret_key):
        return None
    legacy = settings.supabase_jwt_secret
    return SupabaseProject(
        url=settings.supabase_url,
        publishable_key=settings.supabase_publishable_key,
        secret_key=settings.supabase_secret_key.get_secret_value(),
        legacy_secret=legacy.get_secret_value() if legacy else "",
    )


def _mailer(settings: Settings) -> Mailer:
    key = settings.resend_api_key
    return ResendMailer(api_key=key.get_secret_value(), sender=settings.mail_from) if key else Mailbox()


def migrate(url: str) -> None:
    """Bring the database at `url` to the newest schema."""
    upgrade(url)


def seed(settings: Settings) -> str:
    """Add the sample organisation to an empty database, and say what there is."""
    clock = SetClock(SystemClock().now())
    # The people of the sample do not exist: nothing may leave the machine, and their links are read from the mailbox.
    product = build(settings.model_copy(update={"resend_api_key": None}), clock=clock)
    folder = files("waitlist_app.sample")
    try:
        return seed_sample(
            work=product.work,
            quiet_work=SqlWork(product.engine, clock, announce=_nothing, people=product.work.people),
            files=csv_io,
            clock=clock,
            sample=SampleFiles(
                sessions=(folder / "sessions.csv").read_bytes(),
                meetings=(folder / "meetings.csv").read_bytes(),
                requests=(folder / "requests.csv").read_bytes(),
            ),
            deliver=product.deliver,
        )
    finally:
        product.engine.dispose()


def _nothing(*_event: object) -> tuple[Draft, ...]:
    """Announce nothing: whoever is in the sample's files was told long ago."""
    return ()


def record_signer(settings: Settings) -> Signer:
    """Give what signs the exports of this installation; it needs no database."""
    return RecordSigner(settings.signing_secret)


def csv_files() -> Files:
    """Give the reader and writer of files, for commands that need no database."""
    return csv_io


@cache
def product() -> Product:
    """Give the product of this process; opened at the first use, never at import."""
    return build(load_settings())
