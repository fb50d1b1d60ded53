"""The documents of a session: minutes, deliberation, pack."""

from collections.abc import Callable

from actions.committee.documents.deliberation import deliberation_pdf
from actions.committee.documents.minutes import minutes_pdf
from actions.committee.documents.pack import pack_pdf
from actions.committee.queries.minutes import minutes_of
from actions.committee.queries.packs import pack_of
from actions.enums import SessionState

DOCUMENTS: dict[str, tuple[frozenset[str], Callable[..., bytes]]] = {
    "dossier": (
        frozenset(SessionState.values),
        lambda session, reader: pack_pdf(pack_of(session, reader)),
    ),
    "compte-rendu": (
        frozenset((SessionState.CLOSED, SessionState.PUBLISHED)),
        lambda session, reader: minutes_pdf(minutes_of(session, reader)),
    ),
    "deliberation": (
        frozenset((SessionState.CLOSED, SessionState.PUBLISHED)),
        lambda session, reader: deliberation_pdf(minutes_of(session, reader)),
    ),
}
"""Each document by its address: the states of a session in which there is one, and its bytes
for a reader."""
