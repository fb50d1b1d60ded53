"""Forms of actions."""

from actions.forms.decision import ConfirmForm, DecisionForm, ReplyForm, SettleForm
from actions.forms.evaluation import EvaluationForm, RecusalForm
from actions.forms.proposal import PaperProposalForm, ProposalForm
from actions.forms.session import (
    AttendanceForm,
    DeliberationForm,
    EnvelopeVoteForm,
    ItemForm,
    SessionForm,
    StepAsideForm,
)
from actions.forms.transition import AssignForm, TransitionForm

__all__ = [
    "AssignForm",
    "AttendanceForm",
    "ConfirmForm",
    "DecisionForm",
    "DeliberationForm",
    "EnvelopeVoteForm",
    "EvaluationForm",
    "ItemForm",
    "PaperProposalForm",
    "ProposalForm",
    "RecusalForm",
    "ReplyForm",
    "SessionForm",
    "SettleForm",
    "StepAsideForm",
    "TransitionForm",
]
