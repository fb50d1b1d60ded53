"""What the form of a session settles, as it is kept: what tells whether a page of it is old."""

from typing import Any

from actions.models import CommitteeSession
from ess_portal.base.windows import fingerprint

COLUMNS = ("held_on", "starts_at", "place", "chair_id", "quorum", "envelope", "budget_line")


def settled_in(session: CommitteeSession) -> str:
    """Return the fingerprint of what is settled: its agenda and its attendance aren't of it."""
    parts: dict[str, Any] = {name: getattr(session, name) for name in COLUMNS}
    parts |= {
        f"envelope_{part.challenge_id}": part.amount for part in session.challenge_envelopes.all()
    }
    parts |= {f"member_{member.user_id}": member.votes for member in session.members.all()}
    return fingerprint(parts)
