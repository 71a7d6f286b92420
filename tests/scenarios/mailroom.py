"""The desk with its mailroom: what is written is delivered when a test says so."""

from datetime import timedelta
from typing import Any

from tests.desk import INES, Desk
from waitlist_app.auth.secret_tokens import make_token
from waitlist_app.notifications.compose import Composer
from waitlist_app.notifications.mailbox import Mailbox
from waitlist_app.repository.hand_overs import SqlHandOvers
from waitlist_app.repository.outbox import SqlOutbox
from waitlist_app.services.approve_promotion import approve_promotion
from waitlist_app.services.deliver_messages import deliver_messages
from waitlist_app.services.ports import LiveOffer, MailboxMessage, Mailer
from waitlist_app.services.run_clocks import run_clocks

DAY = ("2026-03-26 09:00", "2026-03-26 16:00")
"""Two weeks after the desk opens."""


class Mailroom(Desk):
    """First Aid, whose only seat Rosa gave up; Imani is first in the line, Oona second."""

    tokens: list[str]
    """The secrets of the links that were written, in their order."""

    def open_first_aid(self, day: tuple[str, str] = DAY, **rules) -> None:
        """Tell the story up to the proposal for Imani, every mail out."""
        self.tokens = []
        usual: dict[str, Any] = {"offer_window": timedelta(hours=24), "offers_wait_for_mail": True}
        self.session("FAW", day, title="First Aid at Work", **(usual | rules))
        for name in ("Rosa", "Imani", "Oona"):
            self.ask(name, "faw")
        self.drop("rosa-faw")
        self.deliver()

    def approve_imani(self) -> None:
        """Let Ines approve the promotion of Imani."""
        approve_promotion(work=self.work, actor=INES, proposal_id=self.proposal_of("imani-faw"))

    def deliver(self, mailer: Mailer | None = None) -> None:
        """Hand over what is due, and note what that means for the clocks of offers, as the worker does."""
        deliver_messages(
            outbox=SqlOutbox(self.engine),
            mailer=mailer or Mailbox(),
            compose=Composer(app_url="https://learning.tarnwick.example", questions_to="learning@tarnwick.example"),
            make_token=self._token,
            clock=self.clock,
        )
        run_clocks(work=self.work, hand_overs=SqlHandOvers(self.engine))

    def later(self, by: timedelta) -> None:
        """Let time pass."""
        self.clock.set(self.clock.now() + by)

    def offer(self) -> LiveOffer:
        """Give the one live offer."""
        (offer,) = self.read(lambda reader: reader.offers())
        return offer

    def mails(self, kind: str) -> list[MailboxMessage]:
        """List the messages of a kind, oldest first, with their words."""

        def of_kind(reader) -> list[MailboxMessage]:
            return [reader.message(message.id) for message in reader.messages() if message.kind == kind]

        return sorted(self.read(of_kind), key=lambda message: message.created_at)

    def standing(self) -> dict[str, str]:
        """Say where everybody stands."""
        entries = self.read(lambda reader: reader.registrations("faw"))
        return {entry.person.name: entry.registration.status.value for entry in entries}

    def proposed(self) -> list[str]:
        """Name those who are proposed."""
        return [proposal.entry.person.name for proposal in self.read(lambda reader: reader.proposals())]

    def _token(self) -> str:
        self.tokens.append(make_token())
        return self.tokens[-1]
