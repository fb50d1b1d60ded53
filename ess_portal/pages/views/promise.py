"""The promise and how it is kept: home, programme, challenges, measures."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.decorators import method_decorator
from django.views.generic import DetailView, TemplateView

from actions.models import Action
from challenges.models import Challenge, Measure, Programme
from ess_portal.dashboards import statistics


class _PublicView(TemplateView):
    """A page anybody may read, about the current programme."""

    @method_decorator(login_not_required)
    def dispatch(self, request, *args, **kwargs):
        """Let everybody in."""
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        """Give the current programme, or None before any was loaded."""
        return super().get_context_data(programme=Programme.objects.current(), **kwargs)


@method_decorator(login_not_required, name="dispatch")
class HomeView(_PublicView):
    """The promise in one sentence, the challenges with their progress, two doors."""

    template_name = "pages/home.html"

    def get_context_data(self, **kwargs):
        """Give each challenge's public progress, the totals and the latest public actions."""
        context = super().get_context_data(**kwargs)
        progress = statistics.public_progress(context["programme"])
        return context | {
            "challenges": progress,
            "totals": statistics.totals(progress),
            "latest_actions": Action.objects.public().filed().for_list()[:3],
        }


@method_decorator(login_not_required, name="dispatch")
class ProgrammeView(_PublicView):
    """The programme word for word: vision, criteria, challenges, measures."""

    template_name = "pages/programme.html"

    def get_context_data(self, **kwargs):
        """Give the challenges with their measures, and the grid in force."""
        context = super().get_context_data(**kwargs)
        if context["programme"] is None:
            raise Http404
        return context | _programme_texts(context["programme"])


@method_decorator(login_not_required, name="dispatch")
class ArchivedProgrammeView(DetailView):
    """A former programme, word for word."""

    template_name = "pages/programme.html"
    context_object_name = "programme"
    slug_field = slug_url_kwarg = "code"

    def get_queryset(self):
        """Only what was published once."""
        return Programme.objects.published()

    def get_context_data(self, **kwargs):
        """Give the challenges with their measures, and the last grid."""
        context = super().get_context_data(**kwargs)
        return context | _programme_texts(self.object)


def _programme_texts(programme: Programme) -> dict:
    grid = programme.grids.prefetch_related("criteria").order_by("-is_current", "-version").first()
    return {
        "challenges": programme.challenges.prefetch_related("measures").order_by("number"),
        "grid": grid,
        "archives": Programme.objects.published().exclude(pk=programme.pk),
    }


@method_decorator(login_not_required, name="dispatch")
class ChallengeView(_PublicView):
    """A challenge, its measures, and the actions that answer it."""

    template_name = "pages/challenge.html"

    def get_context_data(self, **kwargs):
        """Give the challenge, its measures with their public actions counted, and the actions."""
        context = super().get_context_data(**kwargs)
        challenge = get_object_or_404(
            Challenge.objects.of_current_programme(), number=kwargs["number"]
        )
        actions = Action.objects.public()
        return context | {
            "challenge": challenge,
            "measures": statistics.measures_with_public_actions(challenge),
            "actions": actions.filter(measure__challenge=challenge).for_list()[:20],
            "recorded_actions": actions.filter(challenge=challenge).for_list(),
            "siblings": Challenge.objects.of_current_programme(),
        }


@method_decorator(login_not_required, name="dispatch")
class MeasureView(_PublicView):
    """A measure: its promise, its state, the actions that keep it."""

    template_name = "pages/measure.html"

    def get_context_data(self, **kwargs):
        """Give the measure and its public actions."""
        context = super().get_context_data(**kwargs)
        measure = get_object_or_404(
            Measure.objects.of_current_programme(),
            challenge__number=kwargs["challenge"],
            number=kwargs["number"],
        )
        return context | {
            "measure": measure,
            "actions": Action.objects.public().filter(measure=measure).for_list()[:50],
            "siblings": Measure.objects.of_current_programme().filter(challenge=measure.challenge),
        }
