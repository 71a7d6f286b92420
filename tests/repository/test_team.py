"""Inviting, changing roles and removing, through the use cases, on both databases."""

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import OperationalError
from sqlmodel import Session

from waitlist_app.clock import SetClock
from waitlist_app.errors import Defect, InvalidInput, NotAllowed, TryAgain, WaitlistError
from waitlist_app.notifications.announce import announce
from waitlist_app.repository.browsers import MEMBER
from waitlist_app.repository.database import open_database
from waitlist_app.repository.identities import Identities
from waitlist_app.repository.member_outbox import MAIL
from waitlist_app.repository.tables import Member, Organisation
from waitlist_app.repository.team import SqlTeam
from waitlist_app.repository.work import SqlWork
from waitlist_app.services.actors import Actor, Role
from waitlist_app.services.change_role import change_role
from waitlist_app.services.identities import NewBrowser, Purpose
from waitlist_app.services.invite_member import invite_again, invite_member
from waitlist_app.services.list_members import MemberRow, list_members
from waitlist_app.services.remove_member import remove_member
from waitlist_app.services.switch_tenant import switch_tenant
from waitlist_app.services.team import AlreadyMember, HasJoined, LastOwner, OwnMembership

NOON = datetime(2026, 3, 12, 12, 0, tzinfo=UTC)
ALICE = Actor(id="alice", name="Alice Ash", role=Role.OWNER, org_id="acme", organisation="Acme")
BOB = Actor(id="bob", name="Bob Birch", role=Role.COORDINATOR, org_id="acme", organisation="Acme")
PIA = Actor(id="pia", name="Pia Hale", role=Role.PLATFORM_ADMIN, org_id="ops", organisation="Operations")


class Desk:
    """Acme with its owner Alice and its coordinator Bob, and Pia, who administers the platform."""

    def __init__(self, url):
        self.engine = open_database(url)
        self.clock = SetClock(NOON)
        self.work = SqlWork(self.engine, self.clock, announce=announce)
        self.store = Identities(self.engine)
        with Session(self.engine) as rows:
            rows.add(Organisation(id="acme", name="Acme", zone="UTC", created_at=NOON))
            rows.add(Organisation(id="ops", name="Operations", zone="UTC", created_at=NOON))
            rows.flush()
            for actor in (ALICE, BOB, PIA):
                self.add(rows, actor)
            rows.commit()

    @staticmethod
    def add(rows, actor):
        """Add a member who has joined."""
        email = f"{actor.id}@{actor.org_id}.example"
        rows.add(
            Member(org_id=actor.org_id, id=actor.id, name=actor.name, email=email, role=actor.role, joined_at=NOON)
        )

    def sign_in(self, member_id, cookie, org_id="acme"):
        """Sign a browser in."""
        browser = NewBrowser(id=cookie, session_hash=cookie, org_id=org_id, member_id=member_id)
        self.store.begin_browser(browser, now=self.clock.now())

    def who(self, cookie):
        """Return who is behind a cookie, and in which role."""
        found = self.store.browser(cookie)
        return (found.actor.id, found.actor.role) if found else None

    def roles(self):
        """Return the roles of Acme's members who were not removed."""
        query = select(MEMBER.c.id, MEMBER.c.role).where(MEMBER.c.org_id == "acme", MEMBER.c.removed_at.is_(None))
        with self.engine.begin() as connection:
            return {row.id: row.role for row in connection.execute(query)}

    def invitations(self):
        """Return to whom invitations wait, and by whom they are."""
        query = select(MAIL.c.purpose, MEMBER.c.email, MAIL.c.invited_by).join(MEMBER, MEMBER.c.id == MAIL.c.member_id)
        with self.engine.begin() as connection:
            return [tuple(row) for row in connection.execute(query)]

    def recorded(self):
        """Return the record of Acme, oldest first: who did what and why."""
        _, acts = self.work.read(ALICE, lambda reader: reader.record())
        return [(act.act, act.actor_id, act.texts.get("reason", "")) for act in reversed(acts)]


@pytest.fixture
def desk(database_url):
    """Yield the desk at noon."""
    desk = Desk(database_url)
    yield desk
    desk.engine.dispose()


def _invite_carol(desk, actor=ALICE, **changes):
    said = {"name": "Carol Cane", "email": " Carol@Acme.example ", "role": "approver", **changes}
    return invite_member(work=desk.work, actor=actor, **said)


class TestInvitingSomebody:
    def test_adds_them_and_sends_a_link(self, desk):
        """An owner invites by name, address and role; the invitation is on record."""
        sentence = _invite_carol(desk)

        rows = list_members(work=desk.work, actor=ALICE)
        assert sentence == "Carol Cane is invited as approver. The link in the mail works for seven days."
        assert [(row.name, row.email, row.role, row.has_joined) for row in rows if row.name == "Carol Cane"] == [
            ("Carol Cane", "carol@acme.example", "approver", False)
        ]
        assert desk.invitations() == [("invitation", "carol@acme.example", "Alice Ash")]
        assert desk.recorded() == [("MemberAdded", "alice", "")]

    def test_is_refused_for_somebody_who_is_in_the_team(self, desk):
        """One address is one member, however it is written."""
        with pytest.raises(AlreadyMember):
            _invite_carol(desk, email="BOB@acme.example")

        assert (desk.invitations(), desk.recorded()) == ([], [])

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"name": "  "}, "name"),
            ({"name": "x" * 121}, "name"),
            ({"email": "carol"}, "email"),
            ({"email": "carol@acme.example, eve@evil.example"}, "email"),
            ({"role": "platform_admin"}, "role"),
            ({"role": "system"}, "role"),
            ({"role": ""}, "role"),
        ],
    )
    def test_needs_a_name_an_address_and_a_role_that_an_owner_can_give(self, desk, changes, field):
        """Nobody is made an administrator of the platform by a form."""
        with pytest.raises(InvalidInput) as refused:
            _invite_carol(desk, **changes)

        assert (refused.value.field, desk.invitations()) == (field, [])

    def test_can_be_repeated_until_they_have_joined(self, desk):
        """A lost mail is sent again, and somebody who has joined needs none."""
        with pytest.raises(HasJoined):
            invite_again(work=desk.work, actor=ALICE, member_id="bob")
        _invite_carol(desk)
        [carol] = [row.id for row in list_members(work=desk.work, actor=ALICE) if row.name == "Carol Cane"]

        sentence = invite_again(work=desk.work, actor=ALICE, member_id=carol)

        assert sentence == "Carol Cane gets another invitation. The link of the first no longer works."
        assert len(desk.invitations()) == 1


class TestChangingARole:
    def test_goes_on_record_with_its_reason(self, desk):
        """Who may do what, since when, by whom and why, is never a riddle."""
        sentence = change_role(work=desk.work, actor=ALICE, member_id="bob", role="auditor", reason=" New job ")

        assert sentence == "Bob Birch is auditor now. They sign in again to act in this role."
        assert desk.roles() == {"alice": "owner", "bob": "auditor"}
        assert desk.recorded() == [("RoleChanged", "alice", "New job")]

    def test_signs_the_member_out(self, desk):
        """A new role begins with a new cookie."""
        desk.sign_in("bob", "before")
        desk.clock.set(NOON + timedelta(hours=1))
        change_role(work=desk.work, actor=ALICE, member_id="bob", role="owner", reason="Deputy")
        desk.clock.set(NOON + timedelta(hours=2))
        desk.sign_in("bob", "after")

        assert [desk.who("before"), desk.who("after")] == [None, ("bob", Role.OWNER)]

    def test_needs_a_reason(self, desk):
        """Without a reason nothing changes."""
        with pytest.raises(InvalidInput):
            change_role(work=desk.work, actor=ALICE, member_id="bob", role="owner", reason="  ")

        assert (desk.roles()["bob"], desk.recorded()) == ("coordinator", [])

    def test_is_not_recorded_when_nothing_changes(self, desk):
        """Choosing the role that somebody has is no act."""
        change_role(work=desk.work, actor=ALICE, member_id="bob", role="coordinator", reason="Same")

        assert desk.recorded() == []


class TestRemovingSomebody:
    def test_signs_them_out_at_once_and_goes_on_record(self, desk):
        """From the next click on they are out."""
        desk.sign_in("bob", "cookie")

        sentence = remove_member(work=desk.work, actor=ALICE, member_id="bob", reason="Left the company")

        assert sentence == "Bob Birch is no longer in the team."
        assert (desk.who("cookie"), desk.roles()) == (None, {"alice": "owner"})
        assert desk.recorded() == [("MemberRemoved", "alice", "Left the company")]

    def test_kills_their_links(self, desk):
        """A link that is on its way when somebody is removed lets nobody in."""
        desk.store.add_link(
            token_hash="link",
            org_id="acme",
            member_id="bob",
            purpose=Purpose.SIGN_IN,
            expires_at=NOON + timedelta(hours=1),
            now=NOON,
        )

        remove_member(work=desk.work, actor=ALICE, member_id="bob", reason="Left the company")

        assert desk.store.link("link") is None

    def test_can_be_taken_back_by_another_invitation(self, desk):
        """Somebody who returns is the same member, and old cookies stay dead."""
        desk.sign_in("bob", "cookie")
        remove_member(work=desk.work, actor=ALICE, member_id="bob", reason="Left the company")

        _invite_carol(desk, name="Bob Birch", email="bob@acme.example", role="auditor")

        assert desk.roles() == {"alice": "owner", "bob": "auditor"}
        assert desk.who("cookie") is None
        assert desk.store.memberships("bob@acme.example")[0].has_joined is False


class TestARoleThatWasTakenAway:
    """Somebody whose act was on its way when the role went."""

    @pytest.mark.parametrize("taken", ["another role", "removed", "elsewhere"])
    def test_acts_no_more(self, desk, taken):
        """Who calls was asked before the act waited for the database; inside it is asked again."""
        if taken == "another role":
            change_role(work=desk.work, actor=ALICE, member_id="bob", role="auditor", reason="New job")
        elif taken == "removed":
            remove_member(work=desk.work, actor=ALICE, member_id="bob", reason="Left the company")
        late = replace(BOB, org_id="ops") if taken == "elsewhere" else BOB
        before = desk.recorded()

        with pytest.raises((NotAllowed, Defect)):
            desk.work.transact(late, lambda tx: tx.sign(kind="override", subject_id="x", session_id="", reason="Why"))

        assert desk.recorded() == before

    def test_wins_every_race_against_an_act(self, desk):
        """Eight acts of Bob's and the end of his role at one instant: after that instant none is on record."""
        gate = threading.Barrier(9)

        def act():
            gate.wait(timeout=30)
            with suppress(NotAllowed, Defect, TryAgain):
                desk.work.transact(BOB, lambda tx: tx.sign(kind="override", subject_id="x", session_id="", reason="Y"))

        def end():
            gate.wait(timeout=30)
            change_role(work=desk.work, actor=ALICE, member_id="bob", role="auditor", reason="New job")

        with ThreadPoolExecutor(9) as threads:
            for done in [threads.submit(end), *(threads.submit(act) for _ in range(8))]:
                done.result(timeout=60)

        acts = [(act, actor) for act, actor, _ in desk.recorded()]
        ended = acts.index(("RoleChanged", "alice"))
        assert ("ApprovalSigned", "bob") not in acts[ended + 1 :]
        act_after = Actor(id="bob", name="Bob Birch", role=Role.COORDINATOR, org_id="acme")
        with pytest.raises((NotAllowed, Defect)):
            desk.work.transact(
                act_after, lambda tx: tx.sign(kind="override", subject_id="x", session_id="", reason="Y")
            )


class TestTheLastOwner:
    @pytest.mark.parametrize("act", [change_role, remove_member])
    def test_cannot_be_demoted_or_removed_by_somebody_who_was_owner(self, desk, act):
        """Somebody whose browser still shows them as owner is asked again under the lock."""
        was_owner = Actor(id="bob", name="Bob Birch", role=Role.OWNER, org_id="acme")

        assert (_refusal(act, desk, was_owner, "alice"), desk.roles()["alice"]) == (NotAllowed, "owner")

    @pytest.mark.parametrize("act", [change_role, remove_member])
    def test_cannot_demote_or_remove_themselves(self, desk, act):
        """Without an owner nobody could look after the organisation; somebody invited does not count yet."""
        _invite_carol(desk, role="owner")

        assert (_refusal(act, desk, ALICE, "alice"), desk.roles()["alice"]) == (LastOwner, "owner")

    @pytest.mark.parametrize("act", [change_role, remove_member])
    def test_is_told_to_ask_the_other_one_when_there_are_two(self, desk, act):
        """Nobody changes what they may do themselves."""
        change_role(work=desk.work, actor=ALICE, member_id="bob", role="owner", reason="Deputy")

        assert (_refusal(act, desk, ALICE, "alice"), desk.roles()["alice"]) == (OwnMembership, "owner")

    def test_stays_when_two_owners_demote_each_other_at_once(self, desk):
        """Of two acts at the same moment the second finds out that its owner is one no more."""
        change_role(work=desk.work, actor=ALICE, member_id="bob", role="owner", reason="Deputy")
        bob = Actor(id="bob", name="Bob Birch", role=Role.OWNER, org_id="acme")

        refusals = _at_once(desk, (ALICE, "bob"), (bob, "alice"))

        assert (refusals, sorted(desk.roles().values())) == ([NotAllowed], ["auditor", "owner"])

    @pytest.mark.postgresql
    def test_is_found_out_one_act_at_a_time(self, postgresql_url):
        """Whoever asks who the owners are keeps all others waiting until they are done."""
        desk = Desk(postgresql_url)

        with desk.engine.begin() as first, desk.engine.begin() as second:
            SqlTeam(first, "acme", NOON).lock_owners()
            second.execute(text("set local lock_timeout = '100ms'"))
            with pytest.raises(OperationalError, match="lock timeout"):
                SqlTeam(second, "acme", NOON).lock_owners()

        desk.engine.dispose()


def _refusal(act, desk, actor, member_id):
    said = {"role": "auditor"} if act is change_role else {}
    try:
        act(work=desk.work, actor=actor, member_id=member_id, reason="Because", **said)
    except WaitlistError as error:
        return type(error)
    return None


def _at_once(desk, *acts):
    barrier = threading.Barrier(len(acts))
    refusals = []

    def act(actor, member_id):
        barrier.wait(timeout=20)
        refusals.append(_refusal(change_role, desk, actor, member_id))

    threads = [threading.Thread(target=act, args=pair) for pair in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return [refusal for refusal in refusals if refusal]


class TestTheTeam:
    @pytest.mark.parametrize("role", [role for role in Role if role not in {Role.OWNER, Role.SYSTEM}])
    def test_is_looked_after_by_owners_alone(self, desk, role):
        """Whoever is no owner sees and changes nothing of it."""
        bob = Actor(id="bob", name="Bob Birch", role=role, org_id="acme")
        acts = [
            lambda: list_members(work=desk.work, actor=bob),
            lambda: _invite_carol(desk, actor=bob),
            lambda: invite_again(work=desk.work, actor=bob, member_id="alice"),
            lambda: change_role(work=desk.work, actor=bob, member_id="alice", role="auditor", reason="Mine"),
            lambda: remove_member(work=desk.work, actor=bob, member_id="alice", reason="Mine"),
        ]

        for act in acts:
            with pytest.raises(NotAllowed):
                act()

        assert (desk.roles(), desk.recorded()) == ({"alice": "owner", "bob": "coordinator"}, [])

    @pytest.mark.parametrize("act", [change_role, remove_member])
    def test_of_another_organisation_is_out_of_reach(self, desk, act):
        """An owner's word ends at the organisation."""
        assert _refusal(act, desk, ALICE, "pia") is NotAllowed

    def test_is_listed_with_who_you_are(self, desk):
        """The list says who has joined and which row is oneself."""
        rows = list_members(work=desk.work, actor=ALICE)

        alice = MemberRow(
            id="alice",
            name="Alice Ash",
            email="alice@acme.example",
            role="owner",
            role_words="owner",
            has_joined=True,
            is_you=True,
        )
        assert (rows[0], [row.name for row in rows]) == (alice, ["Alice Ash", "Bob Birch"])


class Door:
    """Notes visits; the real one has its own tests."""

    def __init__(self):
        self.visits = []

    def visit(self, org_id, *, cookie_header):
        """Note the visit."""
        self.visits.append((org_id, cookie_header))
        return "another cookie"


class TestSwitchingToAnOrganisation:
    def test_is_on_its_record_with_who_and_why(self, desk):
        """The organisation itself can read who looked, when and why."""
        door = Door()

        value = switch_tenant(
            work=desk.work, visits=door, actor=PIA, cookie_header="hers", org_id="acme", reason="Ticket 7"
        )

        assert (value, door.visits) == ("another cookie", [("acme", "hers")])
        assert desk.recorded() == [("TenantVisited", "pia", "Ticket 7")]

    @pytest.mark.parametrize(
        ("actor", "org_id", "reason"),
        [(ALICE, "ops", "Curious"), (PIA, "nowhere", "Ticket 7"), (PIA, "acme", " ")],
        ids=["somebody else", "no organisation", "no reason"],
    )
    def test_is_refused_otherwise(self, desk, actor, org_id, reason):
        """Only on purpose, only with a reason, and only for those who administer the platform."""
        door = Door()

        with pytest.raises(WaitlistError):
            switch_tenant(work=desk.work, visits=door, actor=actor, cookie_header="", org_id=org_id, reason=reason)

        assert (door.visits, desk.recorded()) == ([], [])

    def test_ends_with_the_right_to_visit(self, desk):
        """Whatever role follows at home is none in the organisation that was visited, nor in this browser."""
        desk.sign_in("pia", "home", org_id="ops")
        away = NewBrowser(id="home", session_hash="away", org_id="ops", member_id="pia", visits_org_id="acme")
        desk.store.change_browser("home", away, now=NOON)
        with desk.engine.begin() as connection:
            connection.execute(update(MEMBER).where(MEMBER.c.id == "pia").values(role="employee"))

        assert desk.store.browser("away") is None

    def test_lets_the_visitor_read_that_organisation(self, desk):
        """During the visit the screens show what the organisation's own auditors see."""
        desk.sign_in("pia", "home", org_id="ops")
        desk.store.change_browser(
            "home",
            NewBrowser(id="home", session_hash="away", org_id="ops", member_id="pia", visits_org_id="acme"),
            now=NOON,
        )

        found = desk.store.browser("away")
        assert found
        names = desk.work.read(found.actor, lambda reader: [member.name for member in reader.team()])
        assert (found.actor.role, found.actor.org_id, found.home_org_id) == (Role.VISITOR, "acme", "ops")
        assert names == ["Alice Ash", "Bob Birch"]
