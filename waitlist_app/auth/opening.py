"""Putting the front door together, so that the composition root names only what it has to bring."""

import time
from collections.abc import Callable

from waitlist_app.auth.front_door import FrontDoor
from waitlist_app.auth.limits import Limits
from waitlist_app.auth.local import LocalIdentities
from waitlist_app.auth.own_account import OwnAccount
from waitlist_app.auth.renewal import Renewal
from waitlist_app.auth.sealing import Sealer
from waitlist_app.auth.supabase import SupabaseIdentities, SupabaseProject
from waitlist_app.auth.vouching import Vouching
from waitlist_app.auth.web_sessions import WebSessions
from waitlist_app.clock import Clock
from waitlist_app.services.identities import AccountStore, AttemptStore, IdentityProvider, SignInStore


def open_front_door(
    *,
    store: SignInStore,
    accounts: AccountStore,
    attempts: AttemptStore,
    clock: Clock,
    app_url: str,
    secret_key: str,
    supabase: SupabaseProject | None = None,
    sleep: Callable[[float], None] = time.sleep,
) -> FrontDoor:
    """Let people in who have an account in the Supabase project, or without one those with an account of our own."""
    sealer = Sealer(secret_key)
    local = LocalIdentities(store=accounts, sealer=sealer, clock=clock)
    provider: IdentityProvider = SupabaseIdentities(supabase) if supabase else local
    vouch = Renewal(provider=provider, store=store, sealer=sealer, clock=clock)
    web_sessions = WebSessions(store=store, clock=clock, app_url=app_url, vouch=vouch)
    limits = Limits(store=attempts, sealer=sealer, clock=clock)
    vouching = Vouching(provider=provider, store=store, limits=limits, sealer=sealer, clock=clock)
    account = OwnAccount(
        vouching=vouching, store=store, web_sessions=web_sessions, sealer=sealer, apps=None if supabase else local
    )
    return FrontDoor(
        vouching=vouching, store=store, web_sessions=web_sessions, clock=clock, account=account, sleep=sleep
    )
