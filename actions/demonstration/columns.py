"""Every column of a date or a time, and what gives it its place in the story.

A column that is in none of these groups has no known place there: a test walks the models and says
so. What a new service dates belongs to `BY_THE_SERVICES`; what a new trigger dates by `now()`, to
`ageing.AGED`.
"""

from django.db import models

from actions.demonstration.ageing import AGED
from actions.models import (
    Action,
    ActionEvent,
    AgendaItem,
    Amendment,
    ApplicationVersion,
    AssignmentAct,
    Attachment,
    CoEditor,
    CommitteeSession,
    CorrectionAct,
    CorrectionRequest,
    Decision,
    Deliberation,
    Evaluation,
    FilingCount,
    ItemRecusal,
    QueuedEvaluation,
    Recusal,
    RefusalNotice,
    SentEvaluation,
    Tally,
    TypedReply,
    TypedStep,
    WaitingCount,
)
from actors.models import (
    EvaluatorInvitation,
    Invitation,
    Membership,
    MembershipClaim,
    Organisation,
    RoleChange,
    Session,
    User,
)
from challenges.models import Programme
from ess_portal.base.models import AccessRecord, OutgoingMail, SentForm

Columns = dict[type[models.Model], tuple[str, ...]]

# Dated by a service, which asks Python's clock: it stands at the instant of the step.
BY_THE_SERVICES: Columns = {
    Action: (
        "created_at",
        "updated_at",
        "draft_reminded_at",
        "deletion_announced_at",
        "submitted_at",
        "received_on_paper",
    ),
    ActionEvent: ("at",),
    AgendaItem: ("saved_at",),
    Amendment: ("proposed_at", "cancelled_at"),
    Attachment: ("uploaded_at", "scanned_at"),
    CoEditor: ("created_at", "accepted_at", "withdrawn_at"),
    CommitteeSession: ("saved_at", "agenda_sent_at", "opened_at", "closed_at", "published_at"),
    CorrectionRequest: ("answered_at",),
    Decision: ("proposed_at", "cancelled_at", "appeal_on"),
    Evaluation: ("assigned_at", "declared_at", "reminded_at", "sent_at", "saved_at"),
    ApplicationVersion: ("sent_at",),
    ItemRecusal: ("declared_at",),
    Recusal: ("declared_at",),
    RefusalNotice: ("replied_at", "settled_at"),
    SentEvaluation: ("sent_at",),
    TypedReply: ("saved_at",),
    TypedStep: ("saved_at",),
    EvaluatorInvitation: ("created_at", "accepted_at", "withdrawn_at"),
    Invitation: ("created_at", "accepted_at", "withdrawn_at"),
    Membership: ("created_at",),
    MembershipClaim: ("created_at", "decided_at"),
    Organisation: ("created_at", "confirmed_at"),
    RoleChange: ("at",),
    User: ("date_joined",),
    OutgoingMail: ("created_at", "sent_at", "given_up_at"),
}
# What the file says, or what runs from the day of a step: it may still be to come.
SAID: Columns = {
    Action: ("starts_on", "ends_on"),
    Amendment: ("new_starts_on", "new_ends_on", "old_starts_on", "old_ends_on"),
    CoEditor: ("expires_at",),
    CommitteeSession: ("held_on", "starts_at"),
    CorrectionAct: ("due_on",),
    CorrectionRequest: ("due_on",),
    AssignmentAct: ("due_on",),
    Deliberation: ("held_on",),
    Evaluation: ("due_on",),
    EvaluatorInvitation: ("expires_at",),
    Invitation: ("expires_at",),
    OutgoingMail: ("next_attempt_at",),
}
# What the database deduces from these.
DEDUCED: Columns = {
    Action: ("waiting_since",),
    FilingCount: ("filed_in",),
    QueuedEvaluation: ("due_on",),
    Tally: ("filed_in", "waiting_on", "unshared_since"),
    WaitingCount: ("waiting_on",),
}
# What no story tells.
ELSEWHERE: Columns = {
    AccessRecord: ("at",),  # of real people, at real moments
    Attachment: ("scan_after",),  # when the antivirus looks next: of the present only
    Programme: ("starts_on", "ends_on"),
    SentForm: ("created_at",),  # services write the story, no form
    User: ("last_login",),
    Session: ("expire_date",),
}

# Tables and columns that say what is done: none of it may be to come.
DONE = tuple(
    (model._meta.db_table, column) for model, names in BY_THE_SERVICES.items() for column in names
) + tuple((aged.model._meta.db_table, aged.column) for aged in AGED)
