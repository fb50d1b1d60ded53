"""Addresses of what everybody reads."""

from django.urls import path

from actions.public import views

urlpatterns = [
    path("actions/", views.ActionListView.as_view(), name="list"),
    path("actions/<reference:reference>/", views.ActionView.as_view(), name="action"),
]
