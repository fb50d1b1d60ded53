"""What an agent corrects in a file that its carrier sent: an event, with a reason."""

from django.db import transaction

from actions import notifications
from actions.enums import ActionStatus
from actions.models import Action, ApplicationVersion
from actions.models.application_version import changes_between, content_of, record_version
from actions.rules import must_leave_to_another_agent
from actors.models import User
from actors.rules import is_agent
from ess_portal.base.refusals import Refused

NOT_BALANCED = (
    "Le budget n’est plus équilibré : le financement demandé, les ressources propres et les autres "
    "financements doivent faire ensemble le coût total."
)
NO_REASON = "Dites pourquoi vous corrigez ce dossier : son porteur lira ce motif."
CHANGED_SINCE = (
    "Ce dossier a changé depuis que cette page est ouverte : rouvrez-la, puis refaites votre "
    "correction. Rien n’a été écrit."
)
NOT_CORRECTED_ANY_MORE = "Ce dossier n’est plus à l’instruction : il ne se corrige plus."


@transaction.atomic
def note_correction(
    *, action: Action, by: User, reason: str, before: dict[str, str], shown: int | None = None
) -> ApplicationVersion | None:
    """Keep what an agent has just changed in the file of `action`, and tell the carrier's people.

    Call it in the transaction that wrote the changes, with the `content_of` the file before them.
    `shown` is the number of the version that the agent's page was made of, None without a page.
    Returns the new version, None when nothing differs. Raises `Refused`, which undoes the changes,
    when there is no reason, the budget doesn't balance, the file was changed since the page was
    shown, or it isn't this agent's to correct (rules.md, section 4).
    """
    action = Action.objects.select_for_update(of=("self",), no_key=True).get(pk=action.pk)
    changes = changes_between(before, content_of(action))
    if not changes:
        return None
    refusals = []
    if not is_agent(by) or must_leave_to_another_agent(by, action):
        refusals.append("Un autre agent, sans lien avec cette action, corrige ce dossier.")
    if action.status != ActionStatus.SUBMITTED:
        refusals.append(NOT_CORRECTED_ANY_MORE)
    if not reason.strip():
        refusals.append(NO_REASON)
    if shown is not None and shown != number_of_version(action):
        refusals.append(CHANGED_SINCE)
    if action.budget_gap:
        refusals.append(NOT_BALANCED)
    if refusals:
        raise Refused(refusals)
    version = record_version(action, by=by, reason=reason.strip())
    notifications.tell_of_a_correction(action, reason=version.reason, changes=changes)
    return version


def number_of_version(action: Action) -> int:
    """Return the number of the version that the file is at, 0 before it was ever sent."""
    last = action.versions.last()
    return last.number if last else 0
