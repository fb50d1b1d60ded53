"""What the agents' page of an action shows, and what of it an agent corrects, saying why."""

from collections.abc import Collection, Sequence

from django import forms

from actions import rules
from actions.admin.partners import FormWithPartners
from actions.admin.silence import silence
from actions.enums import ActionStatus
from actions.models import Action
from actions.models.application_version import LONGEST_REASON
from actions.proposals.services.corrections_by_agents import (
    CHANGED_SINCE,
    NO_REASON,
    NOT_BALANCED,
    NOT_CORRECTED_ANY_MORE,
    number_of_version,
)
from actors.models import User
from ess_portal.base.admin import said
from ess_portal.base.french import exactly

CONTENT = (
    "title",
    "summary",
    "description",
    "measure",
    "communes",
    "sectors",
    "partners",
    "other_partners",
    "total_cost",
    "funding_asked",
    "own_resources",
    "other_funding",
    "jobs_created",
    "jobs_kept",
    "starts_on",
    "ends_on",
)
# The sums of lines that the carrier alone writes.
TOTALS = ("total_cost", "other_funding")
# As they are read; what is corrected is typed as usual.
SAID = {
    **{
        name: said(Action, name)
        for name in (*TOTALS, "funding_asked", "own_resources", "recorded_amount")
    },
    **{name: said(Action, name, exactly) for name in ("jobs_created", "jobs_kept")},
}
WORKFLOW = (
    "reference",
    "status",
    "carrier",
    "programme",
    "submitted_at",
    "received_on_paper",
    silence,
)
RESULT = (
    "grid",
    "gate_closed_at",
    "gate_quorum_reached",
    "gate_quorum_required",
    "gate_points",
    "gate_max_points",
    "gate_threshold",
    "gate_floor_margin",
    "gate_community_interest",
    "granted",
    "proposed",
    "decided_by",
    "confirmed_by",
)
RECORDED = (
    "challenge",
    "challenge_is_proposed",
    "carrier_name",
    "recorded_year",
    "recorded_state",
    "recorded_amount",
    "recorded_funder",
    "sources",
)


class CorrectedFileForm(FormWithPartners):
    """What a carrier sent, corrected by an agent who says why."""

    reason = forms.CharField(
        label="Pourquoi cette correction",
        max_length=LONGEST_REASON,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Le porteur reçoit ce motif, avec ce qui change ; le dossier garde une version.",
    )

    # What the page showed: every field is sent, and an older page would undo what came since.
    shown_version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["shown_version"].initial = number_of_version(self.instance)

    def clean(self):
        """Refuse an older page; ask why something changes, and that the budget stays balanced."""
        data = super().clean()
        changed = set(self.changed_data) - {"reason", "shown_version"}
        if "shown_version" in self.changed_data:
            self.add_error(None, CHANGED_SINCE)
        elif changed and not data.get("reason", "").strip():
            self.add_error("reason", NO_REASON)
        return data

    def _post_clean(self):
        super()._post_clean()
        if not self.errors and self.instance.budget_gap:
            self.add_error("funding_asked", NOT_BALANCED)


def as_read(names: Sequence, corrected: Collection[str] = ()) -> tuple:
    """Return these fields, with amounts in words but for the `corrected` ones, which are typed."""
    return tuple(name if name in corrected else SAID.get(name, name) for name in names)


def corrected_by(user: User, action: Action | None) -> tuple[str, ...]:
    """Return the fields of the file that `user` types on the page of `action`."""
    if not may_correct(user, action):
        return ()
    return tuple(name for name in CONTENT if name not in TOTALS)


def _is_correctable(action: Action | None) -> bool:
    return action is not None and action.status in (
        ActionStatus.SUBMITTED,
        ActionStatus.RECORDED,
    )


def may_correct(user: User, action: Action | None) -> bool:
    return _is_correctable(action) and not rules.must_leave_to_another_agent(user, action)


def why_not_corrected(user: User, action: Action) -> str:
    """Say to an agent why `action` isn't theirs to correct; nothing when it is."""
    if may_correct(user, action):
        return ""
    return NOT_CORRECTED_ANY_MORE if not _is_correctable(action) else rules.LEFT_TO_ANOTHER_AGENT


def is_corrected_with_a_reason(user: User, action: Action | None) -> bool:
    """Tell whether `user` corrects what a carrier sent: known ones, nobody sent."""
    return may_correct(user, action) and action.status == ActionStatus.SUBMITTED
