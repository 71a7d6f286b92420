"""Who somebody is: sign-in, signed-in browsers, and links that stand for a member.

The identity provider (`local` or `supabase`) says who somebody is; membership, in our own database, says what they
may do where. `front_door` lets people in and out, `own_account` is for those inside, `web_sessions` knows who is
behind a cookie. None of them knows the database: the composition root joins them with it, by the protocols in
`services.identities`:

    front_door = open_front_door(
        store=Identities(engine),
        accounts=Accounts(engine),
        attempts=Attempts(engine),
        clock=clock,
        app_url=settings.app_url,
        secret_key=settings.secret_key.get_secret_value(),
        supabase=None,
    )

Plain web routes ask it and set the cookie, since scripts must not be able to:

    admitted = front_door.with_link(token, caller=caller)            # LinkIsOver: used, ended or unknown, all alike
    response.set_cookie(**front_door.web_sessions.cookie(admitted.cookie_value))

Every event of a browser asks `front_door.web_sessions.actor_for(cookie_header)`.
"""
