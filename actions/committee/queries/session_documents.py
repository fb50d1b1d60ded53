"""The documents of a session: minutes, deliberation, pack; two of them to edit."""

from collections.abc import Callable

from actions.committee.documents.deliberation import deliberation_pdf
from actions.committee.documents.editable import deliberation_odt, minutes_odt
from actions.committee.documents.minutes import minutes_pdf
from actions.committee.documents.pack import pack_pdf
from actions.committee.queries.minutes import minutes_of
from actions.committee.queries.packs import pack_of
from actions.enums import SessionState

_OVER = frozenset((SessionState.CLOSED, SessionState.PUBLISHED))

DOCUMENTS: dict[str, tuple[frozenset[str], Callable[..., bytes]]] = {
    "dossier": (
        frozenset(SessionState.values),
        lambda session, reader: pack_pdf(pack_of(session, reader)),
    ),
    "compte-rendu": (
        _OVER,
        lambda session, reader: minutes_pdf(minutes_of(session, reader)),
    ),
    "deliberation": (
        _OVER,
        lambda session, reader: deliberation_pdf(minutes_of(session, reader)),
    ),
}
"""Each document by its address: the states of a session in which there is one, and its bytes
for a reader."""

EDITABLE: dict[str, tuple[frozenset[str], Callable[..., bytes]]] = {
    "compte-rendu": (
        _OVER,
        lambda session, reader: minutes_odt(minutes_of(session, reader)),
    ),
    "deliberation": (
        _OVER,
        lambda session, reader: deliberation_odt(minutes_of(session, reader)),
    ),
}
"""The same, of those that people rewrite: OpenDocument texts."""
