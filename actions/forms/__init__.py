"""Forms of actions."""

from actions.forms.assignment import AssignForm, BatchForm, SharingForm
from actions.forms.decision import ConfirmForm, DecisionForm, ReplyForm, SettleForm
from actions.forms.evaluation import EvaluationForm, RecusalForm
from actions.forms.proposal import PaperProposalForm, ProposalForm
from actions.forms.transition import TransitionForm

__all__ = [
    "AssignForm",
    "BatchForm",
    "ConfirmForm",
    "DecisionForm",
    "EvaluationForm",
    "PaperProposalForm",
    "ProposalForm",
    "RecusalForm",
    "ReplyForm",
    "SettleForm",
    "SharingForm",
    "TransitionForm",
]
