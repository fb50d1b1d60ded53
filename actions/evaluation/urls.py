"""Addresses of the evaluation."""

from django.urls import path

from actions.evaluation.views import assignment, queue, scoring

urlpatterns = [
    path("evaluations/", queue.QueueView.as_view(), name="evaluations"),
    path("evaluations/attribuer/", assignment.AssignmentView.as_view(), name="assign"),
    path("evaluations/<int:pk>/", scoring.ScoringView.as_view(), name="evaluation"),
    path(
        "evaluations/<int:pk>/reprendre/",
        scoring.TakeBackView.as_view(),
        name="take_back_evaluation",
    ),
    path(
        "evaluations/<int:pk>/declarer/",
        scoring.DeclarationView.as_view(),
        name="declare_no_interest",
    ),
    path("evaluations/<int:pk>/deport/", scoring.RecusalView.as_view(), name="recuse"),
]
