"""What was typed of a point and refused, kept in the session of who typed it until it is saved.

The way out of a refusal may lead over another page, as a vote on the envelope does: what was typed
must be there when one comes back, with a script or without.
"""

from django.http import HttpRequest, QueryDict

from actions.models import AgendaItem

UNSAVED = "unsaved_items"
# Enough for the agenda of a day; the longest reason twice.
MOST_ITEMS, MOST_CHARACTERS = 30, 10_000


def keep_unsaved(
    request: HttpRequest, item: AgendaItem, typed: QueryDict, names: list[str]
) -> bool:
    """Keep what was `typed` in the fields `names`; return whether it was short enough.

    When it wasn't, what was kept before goes too: it would be shown as the latest.
    """
    kept = {name: typed.get(name, "") for name in names}
    if sum(map(len, kept.values())) > MOST_CHARACTERS:
        forget_unsaved(request, item)
        return False
    others = {key: value for key, value in _all(request).items() if key != str(item.pk)}
    latest = list(others.items())[1 - MOST_ITEMS :]
    request.session[UNSAVED] = dict([*latest, (str(item.pk), kept)])
    return True


def unsaved_of(request: HttpRequest, item: AgendaItem) -> dict[str, str]:
    """Return what was typed of `item` and refused, by field; nothing when all of it is saved."""
    found: dict[str, str] = _all(request).get(str(item.pk), {})
    return found


def forget_unsaved(request: HttpRequest, item: AgendaItem) -> None:
    """Forget it: it is saved, or given up."""
    if unsaved_of(request, item):
        request.session[UNSAVED] = {
            key: value for key, value in _all(request).items() if key != str(item.pk)
        }


def _all(request: HttpRequest) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = request.session.get(UNSAVED, {})
    return found
