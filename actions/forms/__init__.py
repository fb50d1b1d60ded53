"""Forms of actions."""

from actions.forms.amendment import AmendmentForm
from actions.forms.decision import ConfirmForm, DecisionForm, ReplyForm, SettleForm
from actions.forms.evaluation import EvaluationForm, RecusalForm
from actions.forms.proposal import PaperProposalForm, ProposalForm
from actions.forms.transition import AssignForm, TransitionForm

__all__ = [
    "AmendmentForm",
    "AssignForm",
    "ConfirmForm",
    "DecisionForm",
    "EvaluationForm",
    "PaperProposalForm",
    "ProposalForm",
    "RecusalForm",
    "ReplyForm",
    "SettleForm",
    "TransitionForm",
]
