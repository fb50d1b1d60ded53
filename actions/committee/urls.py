"""Addresses of the committee: ranking, sessions, results, decisions."""

from django.urls import path

from actions.committee.views import (
    agenda,
    conduct,
    decisions,
    deliberations,
    home,
    increases,
    sessions,
)

urlpatterns = [
    path("commission/", home.CommitteeView.as_view(), name="committee"),
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
    path("commission/seances/<int:pk>/ordre-du-jour/", agenda.AgendaView.as_view(), name="agenda"),
    path(
        "commission/seances/<int:pk>/presences/",
        conduct.AttendanceView.as_view(),
        name="attendance",
    ),
    path(
        "commission/seances/<int:pk>/enveloppe/",
        conduct.EnvelopeVoteView.as_view(),
        name="envelope_vote",
    ),
    path(
        "commission/seances/<int:pk>/annuler/",
        sessions.CancelSessionView.as_view(),
        name="cancel_session",
    ),
    path(
        "commission/seances/<int:pk>/deliberation/",
        deliberations.SessionDeliberationView.as_view(),
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
    path(
        "commission/seances/<int:pk>/<slug:document>.odt",
        sessions.EditableDocumentView.as_view(),
        name="editable_document",
    ),
    path(
        "commission/seances/<int:pk>/seance.ics",
        sessions.CalendarFileView.as_view(),
        name="session_calendar",
    ),
    path("commission/points/<int:pk>/", conduct.ItemView.as_view(), name="agenda_item"),
    path("commission/points/<int:pk>/deport/", conduct.StepAsideView.as_view(), name="step_aside"),
    path(
        "commission/points/<int:pk>/retirer/",
        agenda.TakeOffAgendaView.as_view(),
        name="take_off_agenda",
    ),
    path(
        "commission/points/<int:pk>/<slug:step>/",
        agenda.ItemStepView.as_view(),
        name="item_step",
    ),
    path(
        "commission/<reference:reference>/deliberation/",
        deliberations.ActionDeliberationView.as_view(),
        name="action_deliberation",
    ),
    path(
        "commission/<reference:reference>/augmentation/",
        increases.IncreaseView.as_view(),
        name="increase",
    ),
    path("commission/<reference:reference>/", decisions.ResultView.as_view(), name="result"),
    path(
        "commission/<reference:reference>/proposer/<transition:kind>/",
        decisions.ProposeDecisionView.as_view(),
        name="propose_decision",
    ),
    path(
        "commission/<reference:reference>/regler/<transition:transition>/",
        decisions.SettleView.as_view(),
        name="settle",
    ),
    path(
        "commission/decisions/<int:pk>/confirmer/",
        decisions.ConfirmDecisionView.as_view(),
        name="confirm_decision",
    ),
    path(
        "commission/decisions/<int:pk>/retirer/",
        decisions.CancelDecisionView.as_view(),
        name="cancel_decision",
    ),
]
