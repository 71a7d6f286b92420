"""Stand-ins for the ports of signing in, in memory."""

from dataclasses import replace

from waitlist_app.errors import TryAgain
from waitlist_app.services.actors import Actor, Role
from waitlist_app.services.identities import AccountRecord, BrowserRecord, LinkRecord, Membership

ALICE = Actor(id="alice", name="Alice", role=Role.OWNER, org_id="acme", organisation="Acme", zone="Europe/Berlin")
BOB = Actor(id="bob", name="Bob", role=Role.APPROVER, org_id="acme", organisation="Acme", zone="Europe/Berlin")


def membership_of(actor):
    """Return the membership that an actor acts in."""
    return Membership(
        org_id=actor.org_id,
        organisation=actor.organisation,
        member_id=actor.id,
        name=actor.name,
        email=f"{actor.id}@{actor.org_id}.example",
        role=actor.role,
    )


class FakeAccountStore:
    """An `AccountStore` in memory."""

    def __init__(self):
        self.kept = {}

    def account(self, email):
        """Give an account."""
        return self.kept.get(email)

    def ensure_account(self, email, *, now):
        """Give an account, made when there was none."""
        return self.kept.setdefault(email, AccountRecord(email=email))

    def set_password_hash(self, email, password_hash, *, now):
        """Keep a hash."""
        self.kept[email] = replace(self.kept[email], password_hash=password_hash)

    def set_code_secret(self, email, sealed, *, now):
        """Keep a secret."""
        self.kept[email] = replace(self.kept[email], code_secret=sealed, code_counter=0)

    def use_code(self, email, counter):
        """Use a code up."""
        if self.kept[email].code_counter >= counter:
            return False
        self.kept[email] = replace(self.kept[email], code_counter=counter)
        return True


class FakeAttemptStore:
    """An `AttemptStore` in memory."""

    def __init__(self):
        self.kept = []

    def begin_attempt(self, attempt_id, limits, *, now, window):
        """Count an attempt."""
        self.kept = [kept for kept in self.kept if kept[2] > now - window]
        for subject, limit in limits.items():
            newest = sorted((at for _, counted, at in self.kept if counted == subject), reverse=True)[:limit]
            if len(newest) == limit:
                return newest[-1] + window
        self.kept += [(attempt_id, subject, now) for subject in limits]
        return None

    def forget_attempt(self, attempt_id, *, subject=None):
        """Take an attempt back."""
        self.kept = [kept for kept in self.kept if kept[0] != attempt_id and kept[1] != subject]


class FakeSignInStore:
    """A `SignInStore` that knows Alice and Bob of Acme."""

    def __init__(self, actors=(ALICE, BOB)):
        self.actors = {(actor.org_id, actor.id): actor for actor in actors}
        self.emails = {}
        self.links = {}
        self.kept = {}
        self.sealed = {}
        self.leases = {}
        self.noted = []
        self.mails = []
        self.joined = set()
        self.is_busy = False

    def add(self, actor, *, email):
        """Add a member with an address of another organisation."""
        self.actors[actor.org_id, actor.id] = actor
        self.emails[actor.org_id, actor.id] = email

    def member(self, org_id, member_id):
        """Give one membership."""
        member = membership_of(self.actors[org_id, member_id])
        return replace(member, email=self.emails.get((org_id, member_id), member.email))

    def _actor_of(self, browser):
        actor = self.actors[browser.org_id, browser.member_id]
        if not browser.visits_org_id:
            return actor
        return replace(actor, org_id=browser.visits_org_id, organisation="", zone="UTC", role=Role.VISITOR)

    def memberships(self, email):
        """List where an address belongs."""
        found = [self.member(*key) for key in self.actors]
        return [replace(one, has_joined=one.member_id in self.joined) for one in found if one.email == email]

    def ask_for_mail(self, member, purpose, *, now):
        """Note the mail."""
        self.mails.append((member.email, purpose))

    def add_link(self, *, token_hash, org_id, member_id, purpose, expires_at, now):
        """Keep a link."""
        member = self.member(org_id, member_id)
        for other, link in self.links.items():
            if (link.member, link.purpose) == (member, purpose):
                self.links[other] = replace(link, is_over=True)
        self.links[token_hash] = LinkRecord(purpose=purpose, member=member, expires_at=expires_at, is_over=False)

    def link(self, token_hash):
        """Give a link."""
        return self.links.get(token_hash)

    def use_link(self, token_hash, *, now):
        """Use a link up."""
        link = self.links.get(token_hash)
        if link is None or link.is_over or now >= link.expires_at:
            return False
        self.links[token_hash] = replace(link, is_over=True)
        return True

    def put_link_back(self, token_hash):
        """Open a link again."""
        self.links[token_hash] = replace(self.links[token_hash], is_over=False)

    def begin_browser(self, browser, *, now):
        """Keep a browser."""
        if not browser.awaits_code:
            self.joined.add(browser.member_id)
        self.sealed[browser.id] = browser.sealed_tokens
        self.kept[browser.session_hash] = BrowserRecord(
            id=browser.id,
            actor=self._actor_of(browser),
            home_org_id=browser.org_id,
            email=self.member(browser.org_id, browser.member_id).email,
            label=browser.label,
            created_at=now,
            seen_at=now,
            renew_at=browser.renew_at,
            awaits_code=browser.awaits_code,
        )

    def change_browser(self, old_hash, browser, *, now):
        """Give a browser its new cookie."""
        old = self.kept.pop(old_hash, None)
        if old is None:
            return False
        kept = replace(browser, sealed_tokens=browser.sealed_tokens or self.sealed[browser.id], label=old.label)
        self.begin_browser(kept, now=now)
        self.kept[browser.session_hash] = replace(self.kept[browser.session_hash], created_at=old.created_at)
        return True

    def browser(self, session_hash):
        """Give a browser."""
        return self.kept.get(session_hash)

    def browsers(self, email):
        """List the browsers of an account."""
        theirs = [browser for browser in self.kept.values() if browser.email == email]
        return sorted(theirs, key=lambda browser: browser.seen_at, reverse=True)

    def mark_seen(self, *, session_hash, now):
        """Note the use, unless busy."""
        if self.is_busy:
            raise TryAgain
        self.noted.append(now)
        self.kept[session_hash] = replace(self.kept[session_hash], seen_at=now)

    def end_browser(self, *, session_hash, now):
        """Forget the browser."""
        self.kept.pop(session_hash, None)

    def end_browsers(self, email, *, now, only_id="", except_id=""):
        """Forget browsers."""
        ended = {
            session_hash: browser
            for session_hash, browser in self.kept.items()
            if browser.email == email and (browser.id == only_id if only_id else browser.id != except_id)
        }
        for session_hash in ended:
            del self.kept[session_hash]
        return [self.sealed[browser.id] for browser in ended.values() if self.sealed[browser.id]]

    def tokens(self, browser_id):
        """Give sealed tokens."""
        return self.sealed.get(browser_id, "")

    def lease_tokens(self, browser_id, *, now, until):
        """Lease sealed tokens."""
        if now < self.leases.get(browser_id, now) or browser_id not in self.sealed:
            return None
        self.leases[browser_id] = until
        return self.sealed[browser_id]

    def keep_tokens(self, browser_id, *, sealed, renew_at):
        """Keep new tokens."""
        self.leases.pop(browser_id, None)
        self.sealed[browser_id] = sealed
        self.kept = {
            session_hash: replace(browser, renew_at=renew_at) if browser.id == browser_id else browser
            for session_hash, browser in self.kept.items()
        }
