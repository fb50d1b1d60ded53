"""What is proposed, judged, decided and done: one file per thing."""

from actions.models.action import Action
from actions.models.agenda import AgendaItem, AgendaRemoval, ItemRecusal
from actions.models.amendment import Amendment
from actions.models.application_version import ApplicationVersion
from actions.models.assignment_act import AssignmentAct
from actions.models.attachment import Attachment
from actions.models.budget import Expense, Funder
from actions.models.co_editor import CoEditor
from actions.models.committee_session import (
    ChallengeEnvelope,
    CommitteeSession,
    EnvelopeVote,
    SessionMember,
)
from actions.models.correction import CorrectionAct, CorrectionRequest
from actions.models.decision import Decision
from actions.models.deliberation import Deliberation
from actions.models.evaluation import CriterionScore, Evaluation, Recusal, SentEvaluation
from actions.models.event import ActionEvent, TransitionNote
from actions.models.file_places import ActionCommune, ActionSector
from actions.models.gate_result import GateResult
from actions.models.groups import NamedCommune, NamedSector
from actions.models.interests import Belonging, Merger, Partnership
from actions.models.promised import PromisedMeasure
from actions.models.refusal import RefusalNotice
from actions.models.self_assessment import SelfAssessment
from actions.models.summaries import (
    ActionCount,
    ActionTotal,
    CommuneTotal,
    Counting,
    FilingCount,
    InvolvedCount,
    QueuedEvaluation,
    Summary,
    Tally,
    Uncounted,
    WaitingCount,
)
from actions.models.typed_reply import TypedReply
from actions.models.typed_step import TypedStep

__all__ = [
    "Action",
    "ActionCommune",
    "ActionCount",
    "ActionEvent",
    "ActionSector",
    "ActionTotal",
    "AgendaItem",
    "AgendaRemoval",
    "Amendment",
    "ApplicationVersion",
    "AssignmentAct",
    "Attachment",
    "Belonging",
    "ChallengeEnvelope",
    "CoEditor",
    "CommitteeSession",
    "CommuneTotal",
    "CorrectionAct",
    "CorrectionRequest",
    "Counting",
    "CriterionScore",
    "Decision",
    "Deliberation",
    "EnvelopeVote",
    "Evaluation",
    "Expense",
    "FilingCount",
    "Funder",
    "GateResult",
    "InvolvedCount",
    "ItemRecusal",
    "Merger",
    "NamedCommune",
    "NamedSector",
    "Partnership",
    "PromisedMeasure",
    "QueuedEvaluation",
    "Recusal",
    "RefusalNotice",
    "SelfAssessment",
    "SentEvaluation",
    "SessionMember",
    "Summary",
    "Tally",
    "TransitionNote",
    "TypedReply",
    "TypedStep",
    "Uncounted",
    "WaitingCount",
]
