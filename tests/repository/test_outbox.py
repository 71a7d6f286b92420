"""Messages from the act that causes them to the hand-over, on both databases."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from msgspec import structs

from tests.notifications.fake_resend import API_KEY, running_resend
from tests.repository.world import INES, Tarnwick, person
from waitlist_app.auth.secret_tokens import make_token
from waitlist_app.engine.commands import Close, RequestSeat, RevokeOffer
from waitlist_app.engine.model import Facts, Order, Session, Status
from waitlist_app.errors import Refused
from waitlist_app.notifications.compose import Composer
from waitlist_app.notifications.mailbox import Mailbox
from waitlist_app.notifications.resend_mailer import ResendMailer
from waitlist_app.repository.outbox import LEASE, SqlOutbox
from waitlist_app.services.acting import carry_out
from waitlist_app.services.approve_promotion import approve_promotion
from waitlist_app.services.deliver_messages import deliver_messages
from waitlist_app.services.outbox import MessageFacts, OfferFacts, WrittenMessage
from waitlist_app.services.ports import MailboxMessage, Mailer, MeetingDetails, OfferLink, PersonFacts, SessionDetails

OPENED = datetime(2026, 3, 2, 9, tzinfo=UTC)
DEADLINE = datetime(2026, 3, 4, 9, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
FIRST_AID = SessionDetails(
    rules=Session(id="first-aid", code="FAW", capacity=1),
    title="First Aid at Work",
    location="Leeds",
    zone="Europe/London",
    starts_at=datetime(2026, 3, 18, 9, tzinfo=UTC),
    ends_at=datetime(2026, 3, 18, 16, tzinfo=UTC),
    meetings=(
        MeetingDetails(
            starts_at=datetime(2026, 3, 18, 9, tzinfo=UTC), ends_at=datetime(2026, 3, 18, 16, tzinfo=UTC), location=""
        ),
    ),
)


class _Mailroom(Tarnwick):
    """Tarnwick with First Aid, one seat, and what people do there; mail is delivered when it is told to be."""

    def __init__(self, database_url: str) -> None:
        super().__init__(database_url, OPENED)
        self.people = self.open([FIRST_AID], ["Rosa", "Imani", "Oona"])
        self.changed: list[tuple[str, frozenset[str]]] = []
        self.outbox = SqlOutbox(self.work.engine, on_change=lambda *change: self.changed.append(change))
        self.compose = Composer(app_url="https://learning.tarnwick.example", questions_to="learning@tarnwick.example")

    def request(self, name: str) -> RequestSeat:
        return RequestSeat(
            session_id="first-aid",
            registration_id=f"{name.lower()}-in-first-aid",
            person_id=self.people[name],
            requested_at=self.clock.now(),
            facts=Facts(role="Team lead"),
        )

    def ask(self, *names: str) -> None:
        for name in names:
            self.act(self.request(name))

    def close_for(self, name: str, status: Status = Status.DROPPED) -> None:
        registration_id = f"{name.lower()}-in-first-aid"
        self.act(Close(session_id="first-aid", registration_id=registration_id, status=status))

    def revoke(self, name: str) -> None:
        registration_id = f"{name.lower()}-in-first-aid"
        self.act(RevokeOffer(session_id="first-aid", registration_id=registration_id, reason="The room is smaller."))

    def approve(self) -> None:
        (proposal,) = self.work.read(INES, lambda reader: reader.proposals())
        approve_promotion(work=self.work, actor=INES, proposal_id=proposal.id)

    def offer_to_imani(self) -> None:
        """Let Rosa drop and Imani be offered the seat, every earlier message being out."""
        self.ask("Rosa", "Imani")
        self.close_for("Rosa")
        self.deliver()
        self.approve()
        self.changed.clear()

    def deliver(self, mailer: Mailer | None = None, make: Callable[[], str] = make_token, limit: int = 10) -> int:
        return deliver_messages(
            outbox=self.outbox,
            mailer=mailer or Mailbox(),
            compose=self.compose,
            make_token=make,
            clock=self.clock,
            limit=limit,
        )

    def later(self, by: timedelta) -> None:
        self.clock.set(self.clock.now() + by)

    def messages(self) -> list[MailboxMessage]:
        return sorted(self.work.read(INES, lambda reader: reader.messages()), key=lambda m: (m.created_at, m.kind))

    def message(self, kind: str) -> MailboxMessage:
        (found,) = [message for message in self.messages() if message.kind == kind]
        return self.work.read(INES, lambda reader: reader.message(found.id))

    def statuses(self) -> dict[str, str]:
        return {message.kind: message.status for message in self.messages()}


@pytest.fixture
def desk(database_url: str) -> Iterator[_Mailroom]:
    """Yield the desk, on each database."""
    desk = _Mailroom(database_url)
    yield desk
    desk.close()


class _Office:
    """Keeps what it is handed; `keeps_mail` as at a mail service."""

    keeps_mail = False

    def __init__(self) -> None:
        self.sent: list[dict[str, str]] = []
        self.meanwhile: Callable[[], None] | None = None

    def send(self, **mail: str) -> None:
        self.sent.append(mail)
        if self.meanwhile:
            self.meanwhile()


class TestAnAct:
    def test_writes_the_messages_of_all_whom_it_concerns(self, desk):
        """Whoever got a seat, waits, or lost something is told, and nobody else."""
        desk.ask("Rosa", "Imani")
        desk.close_for("Rosa")

        assert [(message.kind, message.person.name, message.status) for message in desk.messages()] == [
            ("confirmed", "Rosa", "waiting"),
            ("dropped", "Rosa", "waiting"),
            ("joined", "Imani", "waiting"),
        ]

    def test_scenario_081_that_is_rolled_back_sends_nothing(self, desk):
        """The approval failed at its end: there is no offer, so there is no mail."""

        def unit(tx):
            carry_out(tx, desk.request("Rosa"))
            raise Refused("The line broke.")

        with pytest.raises(Refused):
            desk.work.transact(INES, unit)

        assert desk.deliver() == 0
        assert desk.messages() == []


class TestAClaim:
    def test_sees_the_facts_as_they_stand(self, desk):
        """A mail is written from the truth of the moment in which it is claimed."""
        desk.offer_to_imani()
        desk.later(MINUTE)
        seen: list[MessageFacts] = []

        def write(facts):
            seen.append(facts)
            return WrittenMessage(recipient="imani@tarnwick.example", subject="s", html="h", text="t")

        (claimed,) = desk.outbox.claim(now=desk.clock.now(), limit=10, is_true=lambda facts: True, write=write)

        assert seen == [
            MessageFacts(
                id=claimed.id,
                kind="offer",
                written_at=OPENED + MINUTE,
                organisation="Tarnwick Group",
                person=PersonFacts(
                    id=desk.people["Imani"], employee_id="IMANI", name="Imani", email="imani@tarnwick.example"
                ),
                code="FAW",
                title="First Aid at Work",
                location="Leeds",
                zone="Europe/London",
                meetings=FIRST_AID.meetings,
                order=Order.FIRST_COME,
                registration_id="imani-in-first-aid",
                status=Status.OFFERED,
                seat_units=1,
                reason="offer open",
                role="Team lead",
                compliance_deadline=None,
                has_conflict=False,
                goes_to_end=False,
                position=0,
                offer=OfferFacts(
                    status="live",
                    made_at=OPENED,
                    expires_at=DEADLINE,
                    approved_by="Ines Calder",
                    seat_from="dropped",
                ),
            )
        ]

    def test_knows_the_position_of_somebody_who_waits(self, desk):
        """The first mail says where one stands."""
        desk.ask("Rosa", "Imani", "Oona")

        desk.deliver()

        subjects = {message.subject for message in desk.messages() if message.kind == "joined"}
        assert subjects == {
            "You are on the waitlist, number 1: First Aid at Work",
            "You are on the waitlist, number 2: First Aid at Work",
        }

    def test_leaves_the_message_to_its_worker_until_it_runs_out(self, desk):
        """A worker that died loses its claim; one that is slow keeps it for five minutes."""
        desk.ask("Rosa")

        def claim():
            return desk.outbox.claim(
                now=desk.clock.now(), limit=10, is_true=lambda facts: True, write=lambda facts: WrittenMessage(text="t")
            )

        first = claim()
        desk.later(LEASE - timedelta(microseconds=1))
        early = claim()
        desk.later(timedelta(microseconds=1))
        second = claim()

        assert (len(first), len(early), len(second)) == (1, 0, 1)
        assert second == [replace(first[0], attempts=2, leased_until=OPENED + 2 * LEASE)]

    def test_takes_no_more_than_it_can_hand_over(self, desk):
        """The rest is for the next worker."""
        desk.ask("Rosa", "Imani", "Oona")

        assert [desk.deliver(limit=2), desk.deliver(limit=2), desk.deliver(limit=2)] == [2, 1, 0]

    def test_that_ran_out_changes_nothing_any_more(self, desk):
        """A slow worker must not take the message from the one that holds it now."""
        desk.ask("Rosa")
        arguments = {"limit": 1, "is_true": lambda facts: True, "write": lambda facts: WrittenMessage(text="t")}
        (slow,) = desk.outbox.claim(now=desk.clock.now(), **arguments)
        desk.later(LEASE)
        (quick,) = desk.outbox.claim(now=desk.clock.now(), **arguments)

        desk.outbox.mark_failed(slow, error="Too slow.")
        desk.outbox.put_off(slow, until=OPENED, error="Too slow.")
        before = desk.message("confirmed")
        desk.outbox.mark_failed(quick, error="Refused.")

        assert (before.status, before.error, before.attempts) == ("waiting", "", 2)
        assert (desk.message("confirmed").status, desk.message("confirmed").error) == ("failed", "Refused.")


class TestAHandOver:
    def test_leaves_the_mail_in_the_built_in_mailbox(self, desk):
        """With no mail service the message can be read where it is, link included."""
        desk.offer_to_imani()

        desk.deliver(make=lambda: "a-secret-a-secret-a-secret-a-secret-a-secre")

        message = desk.message("offer")
        assert (message.status, message.sent_at, message.recipient) == ("sent", OPENED, "imani@tarnwick.example")
        assert "https://learning.tarnwick.example/offer/a-secret-a-secret-a-secret-a-secret-a-secre" in message.text
        assert desk.changed == [("tarnwick", frozenset({"first-aid"}))]

    def test_makes_a_link_that_leads_to_the_offer(self, desk):
        """The person's link works as soon as the mail is written, and only its hash is stored."""
        desk.offer_to_imani()
        tokens: list[str] = []

        desk.deliver(_Office(), make=lambda: tokens.append(make_token()) or tokens[-1])

        (token,) = tokens
        found = desk.work.open_link(token)
        message = desk.message("offer")
        assert found == OfferLink(
            org_id="tarnwick",
            organisation="Tarnwick Group",
            session_id="first-aid",
            registration_id="imani-in-first-aid",
            offer_number=1,
        )
        assert desk.work.open_link(token[:-1]) is None
        assert token not in message.text + message.html
        assert "https://learning.tarnwick.example/offer/…" in message.text

    def test_to_somebody_without_an_address_is_told_as_failed(self, desk):
        """The coordinator sees at once that this person has to be called."""
        desk.people["Sol"] = desk.work.transact(
            INES, lambda tx: tx.find_or_add_person(structs.replace(person("Sol"), email=""))
        )
        desk.ask("Sol")

        desk.deliver()

        message = desk.message("confirmed")
        assert (message.status, message.error, message.attempts) == ("failed", "Sol has no e-mail address.", 0)

    def test_uses_the_same_words_in_every_attempt(self, desk):
        """The mail service knows a repeat by key and words; a second attempt changes neither."""
        desk.offer_to_imani()
        office = _Office()

        class Died(Exception):
            pass

        def die():
            raise Died

        office.meanwhile = die
        with pytest.raises(Died):
            desk.deliver(office)
        desk.later(LEASE)
        office.meanwhile = None
        desk.deliver(office)

        assert len(office.sent) == 2
        assert office.sent[0] == office.sent[1]
        assert desk.statuses()["offer"] == "sent"


class TestAMessageThatIsNoLongerTrue:
    def test_scenario_083_is_not_sent_when_its_offer_was_taken_back(self, desk):
        """The offer was revoked before the worker came by: no mail, and the screen says why."""
        desk.offer_to_imani()
        desk.revoke("Imani")
        office = _Office()

        desk.deliver(office)

        assert [mail["subject"] for mail in office.sent] == ["Your offer was taken back: First Aid at Work"]
        assert (desk.statuses()["offer"], desk.statuses()["revoked"]) == ("obsolete", "sent")
        assert ("tarnwick", frozenset({"first-aid"})) in desk.changed

    def test_is_not_sent_at_the_deadline_of_its_offer(self, desk):
        """At the deadline the offer has ended, whether or not anybody has swept."""
        desk.offer_to_imani()
        desk.clock.set(DEADLINE)
        office = _Office()

        desk.deliver(office)

        assert (office.sent, desk.statuses()["offer"]) == ([], "obsolete")

    def test_is_not_sent_to_somebody_who_left_the_line(self, desk):
        """Two mails in a row that contradict each other help nobody."""
        desk.ask("Rosa", "Imani")
        desk.close_for("Imani", Status.LEFT)

        desk.deliver()

        assert desk.statuses() == {"confirmed": "sent", "joined": "obsolete", "left": "sent"}

    def test_is_not_tried_again_and_loses_its_secret(self, desk):
        """Between two attempts the offer was taken back; the link that stayed here leads nowhere and is forgotten."""
        desk.offer_to_imani()
        (claimed,) = desk.outbox.claim(
            now=desk.clock.now(),
            limit=1,
            is_true=lambda facts: True,
            write=lambda facts: desk.compose(facts, token=make_token()),
        )
        desk.outbox.put_off(claimed, until=OPENED + MINUTE, error="Busy.")
        desk.revoke("Imani")
        desk.later(MINUTE)

        desk.deliver()

        assert desk.statuses()["offer"] == "obsolete"
        assert "https://learning.tarnwick.example/offer/…\n" in desk.message("offer").text


class TestAWorkerThatDies:
    def test_scenario_082_between_the_hand_over_and_the_note_leads_to_one_mail(self, desk, monkeypatch):
        """The mail service knows the key: the second attempt is answered and not sent."""
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        desk.offer_to_imani()
        with running_resend() as service:
            mailer = ResendMailer(api_key=API_KEY, sender="learning@tarnwick.example", api_url=service.url)
            noted = desk.outbox.mark_sent
            monkeypatch.setattr(desk.outbox, "mark_sent", lambda *_, **__: (_ for _ in ()).throw(SystemExit))
            with pytest.raises(SystemExit):
                desk.deliver(mailer)
            status_between = desk.statuses()["offer"]
            monkeypatch.setattr(desk.outbox, "mark_sent", noted)
            desk.later(LEASE)

            desk.deliver(mailer)

        assert [mail["to"] for mail in service.mails] == [["imani@tarnwick.example"]]
        assert (status_between, desk.statuses()["offer"]) == ("waiting", "sent")


class TestSixWorkers:
    def test_send_each_message_exactly_once(self, desk):
        """However many processes deliver, everybody gets one mail."""
        names = [f"{first}{second}" for first in ("Ada", "Bo", "Cleo", "Ewa") for second in ("lind", "berg", "holm")]
        desk.people |= {
            name: desk.work.transact(INES, lambda tx, name=name: tx.find_or_add_person(person(name))) for name in names
        }
        desk.ask(*names)
        office, barrier, failures = _Office(), threading.Barrier(6), list[BaseException]()

        def work():
            try:
                barrier.wait(timeout=10)
                while desk.deliver(office, limit=3):
                    pass
            except BaseException as failure:  # noqa: BLE001 - told below, in the thread of the test
                failures.append(failure)

        workers = [threading.Thread(target=work) for _ in range(6)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join(timeout=60)

        assert failures == []
        assert sorted(mail["recipient"] for mail in office.sent) == sorted(
            f"{name.lower()}@tarnwick.example" for name in names
        )
        assert {message.status for message in desk.messages()} == {"sent"}


class TestTheLockOfAClaim:
    @pytest.mark.parametrize(("is_locked", "claimed_twice"), [(True, 0), (False, 1)], ids=["locked", "control"])
    def test_keeps_every_other_worker_from_the_message(self, postgresql_url, monkeypatch, is_locked, claimed_twice):
        """While one worker writes a message no other can have it; without the lock two people would be written to."""
        mailroom = _Mailroom(postgresql_url)
        mailroom.ask("Rosa")
        if not is_locked:
            monkeypatch.setattr("waitlist_app.repository.outbox.is_sqlite", lambda connection: True)
        by_the_other: list[int] = []

        def claim(is_true: Callable[[MessageFacts], bool]) -> int:
            now = mailroom.clock.now()
            return len(
                mailroom.outbox.claim(now=now, limit=1, is_true=is_true, write=lambda _: WrittenMessage(text="t"))
            )

        def meanwhile(_facts: MessageFacts) -> bool:
            other = threading.Thread(target=lambda: by_the_other.append(claim(lambda _: True)))
            other.start()
            other.join(timeout=20)
            return True

        by_the_first = claim(meanwhile)
        mailroom.close()

        assert (by_the_first, by_the_other) == (1, [claimed_twice])
