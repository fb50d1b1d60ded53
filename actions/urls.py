"""Actions: public pages, the carrier's space, evaluations, the committee."""

from django.urls import path, register_converter

from actions.views import (
    agendas,
    amendments,
    assignments,
    attachments,
    co_editors,
    committee,
    evaluations,
    proposal,
    public,
    sessions,
    sittings,
    space,
)


class ReferenceConverter:
    """A reference: ESS-2026-0001, ANT-0001."""

    regex = "[A-Z]{3}(?:-[0-9]{4,}){1,2}"

    def to_python(self, value):
        """Keep the text."""
        return value

    def to_url(self, value):
        """Keep the text."""
        return value


register_converter(ReferenceConverter, "reference")

app_name = "actions"

urlpatterns = [
    path("actions/", public.ActionListView.as_view(), name="list"),
    path("actions/proposer/", proposal.ProposeView.as_view(), name="propose"),
    path("actions/<reference:reference>/", public.ActionView.as_view(), name="action"),
    path("espace/", space.SpaceView.as_view(), name="space"),
    path("espace/actions/<uuid:uuid>/", space.OwnActionView.as_view(), name="own_action"),
    path("espace/actions/<uuid:uuid>/modifier/", proposal.EditView.as_view(), name="edit"),
    path("espace/actions/<uuid:uuid>/modifier/envoi/", proposal.SendView.as_view(), name="send"),
    path(
        "espace/actions/<uuid:uuid>/modifier/<slug:step>/",
        proposal.StepView.as_view(),
        name="edit_step",
    ),
    path(
        "espace/actions/<uuid:uuid>/pieces/", attachments.AttachView.as_view(), name="attachments"
    ),
    path(
        "espace/actions/<uuid:uuid>/pieces/<int:pk>/retirer/",
        attachments.DetachView.as_view(),
        name="detach",
    ),
    path("pieces/<uuid:uuid>/", attachments.AttachmentView.as_view(), name="attachment"),
    path(
        "espace/actions/<uuid:uuid>/co-porteurs/",
        co_editors.CoEditorsView.as_view(),
        name="co_editors",
    ),
    path(
        "espace/actions/<uuid:uuid>/co-porteurs/<uuid:co_editor>/retirer/",
        co_editors.RemoveCoEditorView.as_view(),
        name="remove_co_editor",
    ),
    path("espace/co-porteurs/<uuid:uuid>/", co_editors.CoEditingView.as_view(), name="co_editing"),
    path("espace/actions/<uuid:uuid>/recepisse/", space.ReceiptView.as_view(), name="receipt"),
    path("espace/actions/<uuid:uuid>/dossier.pdf", space.FileView.as_view(), name="file_pdf"),
    path(
        "espace/actions/<uuid:uuid>/reprendre/",
        space.StartAgainView.as_view(),
        name="start_again",
    ),
    path("espace/actions/<uuid:uuid>/retirer/", space.WithdrawView.as_view(), name="withdraw"),
    path("espace/actions/<uuid:uuid>/supprimer/", space.DeleteView.as_view(), name="delete"),
    path("espace/actions/<uuid:uuid>/repondre/", space.ReplyView.as_view(), name="reply"),
    path("evaluations/", evaluations.QueueView.as_view(), name="evaluations"),
    path("evaluations/attribuer/", assignments.AssignmentView.as_view(), name="assign"),
    path("evaluations/<int:pk>/", evaluations.ScoringView.as_view(), name="evaluation"),
    path(
        "evaluations/<int:pk>/reprendre/",
        evaluations.TakeBackView.as_view(),
        name="take_back_evaluation",
    ),
    path(
        "evaluations/<int:pk>/declarer/",
        evaluations.DeclarationView.as_view(),
        name="declare_no_interest",
    ),
    path("evaluations/<int:pk>/deport/", evaluations.RecusalView.as_view(), name="recuse"),
    path("commission/", committee.CommitteeView.as_view(), name="committee"),
    path("commission/seances/", sessions.SessionListView.as_view(), name="sessions"),
    path(
        "commission/seances/nouvelle/", sessions.CreateSessionView.as_view(), name="create_session"
    ),
    path("commission/seances/<int:pk>/", sessions.SessionView.as_view(), name="session"),
    path(
        "commission/seances/<int:pk>/modifier/",
        sessions.EditSessionView.as_view(),
        name="edit_session",
    ),
    path("commission/seances/<int:pk>/ordre-du-jour/", agendas.AgendaView.as_view(), name="agenda"),
    path(
        "commission/seances/<int:pk>/presences/",
        sittings.AttendanceView.as_view(),
        name="attendance",
    ),
    path(
        "commission/seances/<int:pk>/enveloppe/",
        sittings.EnvelopeVoteView.as_view(),
        name="envelope_vote",
    ),
    path(
        "commission/seances/<int:pk>/deliberation/",
        sessions.DeliberationView.as_view(),
        name="deliberation",
    ),
    path(
        "commission/seances/<int:pk>/etape/<slug:step>/",
        sessions.SessionStepView.as_view(),
        name="session_step",
    ),
    path(
        "commission/seances/<int:pk>/<slug:document>.pdf",
        sessions.DocumentView.as_view(),
        name="session_document",
    ),
    path("commission/points/<int:pk>/", sittings.ItemView.as_view(), name="agenda_item"),
    path("commission/points/<int:pk>/deport/", sittings.StepAsideView.as_view(), name="step_aside"),
    path(
        "commission/points/<int:pk>/<slug:step>/",
        agendas.ItemStepView.as_view(),
        name="item_step",
    ),
    path("commission/<reference:reference>/", committee.ResultView.as_view(), name="result"),
    path(
        "commission/<reference:reference>/proposer/<slug:kind>/",
        committee.ProposeDecisionView.as_view(),
        name="propose_decision",
    ),
    path(
        "commission/<reference:reference>/regler/<slug:transition>/",
        committee.SettleView.as_view(),
        name="settle",
    ),
    path(
        "commission/decisions/<int:pk>/confirmer/",
        committee.ConfirmDecisionView.as_view(),
        name="confirm_decision",
    ),
    path(
        "commission/decisions/<int:pk>/retirer/",
        committee.CancelDecisionView.as_view(),
        name="cancel_decision",
    ),
    path(
        "commission/<reference:reference>/avenant/",
        amendments.ProposeAmendmentView.as_view(),
        name="amend",
    ),
    path(
        "commission/avenants/<int:pk>/confirmer/",
        amendments.ConfirmAmendmentView.as_view(),
        name="confirm_amendment",
    ),
    path(
        "commission/avenants/<int:pk>/retirer/",
        amendments.CancelAmendmentView.as_view(),
        name="cancel_amendment",
    ),
]
