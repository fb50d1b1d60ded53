"""Take a session's row before writing about it, in the hands of whoever keeps it."""

from actions.models import (
    CommitteeSession,
)
from actions.rules import can_keep_session
from actors.models import User
from ess_portal.base.refusals import require

NOT_WRITABLE = "Cette séance est close : son ordre du jour ne change plus."
KEEPERS = "un agent ou le président de la séance"


def locked(session: CommitteeSession) -> CommitteeSession:
    """Take the session's row: whatever else is written about it waits, or comes before."""
    return CommitteeSession.objects.select_for_update(of=("self",)).get(pk=session.pk)


def writable(session: CommitteeSession, by: User) -> CommitteeSession:
    """Take the row of a session that `by` prepares. Raises `Refused` to others, and once closed."""
    session = locked(session)
    require(can_keep_session(by, session), f"Préparer la séance revient à {KEEPERS}.")
    require(session.is_writable, NOT_WRITABLE)
    return session


NOT_IN_SESSION = "La séance n’est pas ouverte."


def in_session(session: CommitteeSession, by: User) -> CommitteeSession:
    """Take the row of a session that `by` holds. Raises `Refused` to others, or if not open."""
    session = locked(session)
    require(can_keep_session(by, session), f"Tenir la séance revient à {KEEPERS}.")
    require(session.is_in_session, NOT_IN_SESSION)
    return session
