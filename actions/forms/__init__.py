"""Forms of actions."""

from actions.forms.amendment import AmendmentForm
from actions.forms.assignment import AssignForm, BatchForm, SharingForm
from actions.forms.attachment import AttachmentForm
from actions.forms.co_editor import CoEditorForm
from actions.forms.decision import ConfirmForm, DecisionForm, KeyForm, ReplyForm, SettleForm
from actions.forms.evaluation import EvaluationForm, RecusalForm
from actions.forms.proposal import STEP_FORMS, PaperProposalForm, SendingForm, StepForm
from actions.forms.session import (
    AttendanceForm,
    DeliberationForm,
    EnvelopeVoteForm,
    ItemForm,
    SessionForm,
    StepAsideForm,
)
from actions.forms.transition import TransitionForm

__all__ = [
    "STEP_FORMS",
    "AmendmentForm",
    "AssignForm",
    "AttachmentForm",
    "AttendanceForm",
    "BatchForm",
    "CoEditorForm",
    "ConfirmForm",
    "DecisionForm",
    "DeliberationForm",
    "EnvelopeVoteForm",
    "EvaluationForm",
    "ItemForm",
    "KeyForm",
    "PaperProposalForm",
    "RecusalForm",
    "ReplyForm",
    "SendingForm",
    "SessionForm",
    "SettleForm",
    "SharingForm",
    "StepAsideForm",
    "StepForm",
    "TransitionForm",
]
