"""What one act tells somebody in one message rather than in several."""

from collections.abc import Sequence

from waitlist_app.services.ports import Draft


def in_one_message(drafts: Sequence[Draft]) -> tuple[Draft, ...]:
    """Give those to write of all that an act causes, in their order; see `Draft.together` and `Draft.told_by`."""
    told = {(draft.person_id, draft.kind) for draft in drafts}
    first: dict[tuple[str, str, str], Draft] = {}
    for number, draft in enumerate(drafts):
        first.setdefault((draft.person_id, draft.kind, draft.together or f"{number}"), draft)
    return tuple(draft for draft in first.values() if (draft.person_id, draft.told_by) not in told)
