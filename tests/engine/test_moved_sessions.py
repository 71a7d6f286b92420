"""The random walk where it is about sessions that move: few people, three small sessions, nothing else that happens.

In the walk of `test_machine.py` somebody seldom comes to have two seats at once; here it is the rule.
"""

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule

from tests.engine.test_machine import SHRINK, SIGNED, STEPS, Walk, picks, requests, walk
from waitlist_app.engine.model import ConflictRule, LapseRule, Mode, Session, Status

FEW = ("Ana", "Bo", "Cleo", "Dan")

small = st.builds(
    Session,
    id=st.just(""),
    code=st.just(""),
    capacity=st.sampled_from((1, 1, 2)),
    mode=st.sampled_from((Mode.MANUAL, Mode.OFFERED, Mode.OFFERED)),
    standing_approval=st.just(SIGNED[1]),
    conflicts=st.sampled_from((ConflictRule.WAIT, ConflictRule.WAIT, ConflictRule.WAIT, ConflictRule.IGNORE)),
    on_lapse=st.sampled_from(LapseRule),
)
crowds = st.tuples(*(st.tuples(st.permutations(FEW), st.sampled_from(("", "", "", "by Olga"))) for _ in range(3)))


class MovingWalk(Walk):
    """One random walk over sessions that move."""

    @initialize(drawn=st.lists(small, min_size=3, max_size=3), crowd=crowds, asked=requests)
    def open_the_sessions(self, drawn, crowd, asked):
        """Three sessions open at three times, and the same few people ask in each."""
        super().open_the_sessions(drawn=drawn, apart={0, 1, 2}, crowd=[])
        for at, (order, waiver) in enumerate(crowd):
            for name in order:
                self._perform(
                    self._request(
                        at, **{**asked, "person": name, "units": 1, "waiver": waiver, "block": "", "approval": ""}
                    )
                )

    @precondition(lambda self: self._double())
    @rule(who=picks, chooses=st.sampled_from((True, True, False)))
    def reschedule_and_accept(self, who, chooses):
        """A session is moved onto another, and somebody with an offer answers at once."""
        self.reschedule_onto(who=who, asking=None)
        if self._excused():
            self.accept_and_choose(who=who, chooses=chooses)

    def _double(self):
        """Prefer those with an offer: what they accept is what they keep."""
        pairs = super()._double()
        offers = {session_id for session_id, _ in self._entries(Status.OFFERED)}
        return [pair for pair in pairs if offers.intersection(pair)] or pairs

    # Whatever makes such walks longer without making them about moves is left out.
    call_off = note_attendance = reduce = reserve = release = None  # type: ignore[assignment]
    change_the_order = change_a_fact = change_list = move = revoke_move = None  # type: ignore[assignment]
    answer_the_sign_off = press_an_old_button = extend = mail = grant = transfer = revoke = None  # type: ignore[assignment]
    close = decline = ask_to_swap = change_capacity = ask = wait = ask_earlier = change_course = None  # type: ignore[assignment]
    reinstate = merge = change_the_price = pay = None  # type: ignore[assignment]


@pytest.mark.timeout(0 if STEPS > 10_000 or SHRINK else 120)
def test_sessions_that_move_keep_every_promise():
    """Whatever is moved onto whatever, nobody loses a place by it, and nobody gets two seats by an accept."""
    walk(MovingWalk, steps=STEPS // 2)
