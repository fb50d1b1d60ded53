"""Addresses of actions, stage by stage. Names are shared: `actions:receipt`, whatever the stage."""

from django.urls import include, path, register_converter

from actions.enums import Transition
from ess_portal.base.address_words import WordConverter


class ReferenceConverter:
    """A reference: ESS-2026-0001, ANT-0001."""

    regex = "[A-Z]{3}(?:-[0-9]{4,}){1,2}"

    def to_python(self, value):
        """Keep the text."""
        return value

    def to_url(self, value):
        """Keep the text."""
        return value


class TransitionConverter(WordConverter):
    """A transition: "mettre-en-vivier"."""

    choices = Transition


register_converter(ReferenceConverter, "reference")
register_converter(TransitionConverter, "transition")

app_name = "actions"

urlpatterns = [
    path("", include("actions.proposals.urls")),
    path("", include("actions.evaluation.urls")),
    path("", include("actions.committee.urls")),
    path("", include("actions.amendments.urls")),
    path("", include("actions.space.urls")),
    path("", include("actions.public.urls")),
]
