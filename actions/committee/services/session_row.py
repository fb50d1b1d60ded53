"""Take a session's row before writing about it, in the hands of whoever keeps it."""

from actions.models import CommitteeSession
from actions.rules import keeps_session
from actions.workflow import TransitionRefused

KEEPERS = "un agent ou le président de la séance"


def locked(session: CommitteeSession) -> CommitteeSession:
    """Take the session's row: whatever else is written about it waits, or comes before."""
    return CommitteeSession.objects.select_for_update(of=("self",)).get(pk=session.pk)


def require(holds, sentence: str) -> None:
    """Refuse with `sentence` unless it `holds`."""
    if not holds:
        raise TransitionRefused([sentence])


def writable(session: CommitteeSession, by) -> CommitteeSession:
    session = locked(session)
    require(keeps_session(by, session), f"Préparer la séance revient à {KEEPERS}.")
    require(
        session.is_writable,
        "Cette séance est close : son ordre du jour ne change plus.",
    )
    return session
