"""The allocation engine: who gets a seat, who waits, in which order, and why. Pure; it knows no clock and no database.

A session has a limit of seats. Whoever asks while enough are left after everybody waiting was served gets one at once;
everybody else joins the line. When a seat comes back, however that happened, `settle` puts it under a *proposal* for
the highest entry that can take it. A person approves the proposal, and it becomes an *offer*: it holds the seat until
its deadline, exclusive. Accepted in time it is a seat; declined, revoked or lapsed it is free again, and the next is
proposed.

    request ──► confirmed                                     (enough seats left after everybody waiting)
       │
       └─────► waitlisted ──proposal, approval──► offered ──accepted──► confirmed
                   ▲  │                             │ │ │                  │
                   │  └─left, dropped               │ │ └─revoked          └─dropped, removed
                   └──────────────requeued──────────┘ └─declined, lapsed

Where a seat costs something it is *pending* first: confirmed with the payment, or free again at the deadline of it.

`decide` gives the events that a command leads to, or raises the refusal. `evolve` applies one event. `settle` brings
the proposals in line. `act` puts them together: one command, what it means for the same people's places in sessions
at the same time, and every session it touched settled, always in the same order.

Words: *ready* means waiting, and nothing keeps the entry from taking a seat. Lines are sorted by keys (`ordering`).
"""
