"""The promise and how it is kept: home, programme, challenges, measures."""

from django.contrib.auth.decorators import login_not_required
from django.db.models import QuerySet
from django.http import Http404
from django.utils.decorators import method_decorator
from django.views.generic import DetailView, TemplateView

from actions.enums import ActionStatus
from actions.models import Action
from actions.querysets import ActionQuerySet
from challenges.models import Challenge, Measure, Programme
from ess_portal.base.composed import composed_once
from ess_portal.base.kept_pages import kept
from ess_portal.dashboards.statistics import public
from ess_portal.dashboards.statistics.stages import list_url

ACTIONS_SHOWN = 10
RECORDED_SHOWN = 5


class _PublicView(TemplateView):
    """A page anybody may read, about the current programme."""

    @method_decorator(login_not_required)
    def dispatch(self, request, *args, **kwargs):
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        """Give the current programme, or None before any was loaded."""
        return super().get_context_data(programme=Programme.objects.current(), **kwargs)


@method_decorator([login_not_required, kept()], name="dispatch")
class HomeView(_PublicView):
    """The promise in one sentence, the challenges with their progress, two doors."""

    template_name = "pages/home.html"

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        progress = public.public_progress(context["programme"])
        return context | {
            "challenges": progress,
            "totals": public.totals(progress),
            "latest_actions": list(_latest_funded()),
        }


@composed_once
def _latest_funded() -> QuerySet[Action]:
    return Action.objects.filter(status__in=ActionStatus.FUNDED).for_rows("summary")[:3]


@method_decorator([login_not_required, kept()], name="dispatch")
class ProgrammeView(_PublicView):
    """The programme word for word: vision, criteria, challenges, measures."""

    template_name = "pages/programme.html"

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        if context["programme"] is None:
            raise Http404
        return context | _programme_texts(context["programme"])


@method_decorator([login_not_required, kept()], name="dispatch")
class ArchivedProgrammeView(DetailView):
    """A former programme, word for word."""

    template_name = "pages/programme.html"
    context_object_name = "programme"
    slug_field = slug_url_kwarg = "code"

    def get_queryset(self):
        """Only what was published once."""
        return Programme.objects.published()

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        return context | _programme_texts(self.object)


def _programme_texts(programme: Programme) -> dict:
    grid = programme.grids.prefetch_related("criteria").order_by("-is_current", "-version").first()
    return {
        "challenges": programme.challenges.prefetch_related("measures").order_by("number"),
        "grid": grid,
        "archives": Programme.objects.published().exclude(pk=programme.pk),
    }


@method_decorator([login_not_required, kept()], name="dispatch")
class ChallengeView(TemplateView):
    """A challenge, its measures, and the actions that answer it."""

    template_name = "pages/challenge.html"

    def get_context_data(self, **kwargs):
        siblings = list(_challenges())
        challenge = next((row for row in siblings if row.number == kwargs["number"]), None)
        if challenge is None:
            raise Http404
        measures = list(_measures_of(challenge.pk))
        for measure in measures:
            measure.challenge = challenge
        return super().get_context_data(**kwargs) | {
            "challenge": challenge,
            "progress": public.PublicProgress(challenge, tuple(public.public_measures(measures))),
            "actions": list(_answering_challenge(challenge.pk)),
            "recorded_actions": list(_recorded_under(challenge.pk)),
            "all_url": list_url(ActionStatus.PUBLIC, defi=challenge.number),
            "recorded_url": list_url([ActionStatus.RECORDED], defi=challenge.number),
            "organisations": public.involved_in_challenge(challenge.pk),
            "siblings": siblings,
        }


@composed_once
def _challenges() -> QuerySet[Challenge]:
    return Challenge.objects.of_current_programme()


@composed_once
def _measures_of(challenge: int) -> QuerySet[Measure]:
    return Measure.objects.filter(challenge=challenge).order_by("number")


@composed_once
def _answering_challenge(challenge: int) -> QuerySet[Action]:
    return _latest(Action.objects.filter(measure__challenge=challenge))


@composed_once
def _recorded_under(challenge: int) -> QuerySet[Action]:
    return _latest(Action.objects.filter(challenge=challenge), RECORDED_SHOWN)


def _latest(actions: ActionQuerySet, number: int = ACTIONS_SHOWN) -> QuerySet[Action]:
    return actions.public().for_rows().latest_first()[:number]


@method_decorator([login_not_required, kept()], name="dispatch")
class MeasureView(TemplateView):
    """A measure: its promise, its state, the actions that keep it."""

    template_name = "pages/measure.html"

    def get_context_data(self, **kwargs):
        siblings = list(_measures_beside(kwargs["challenge"]))
        measure = next((row for row in siblings if row.number == kwargs["number"]), None)
        if measure is None:
            raise Http404
        (figures,) = public.public_measures([measure])
        return super().get_context_data(**kwargs) | {
            "measure": measure,
            "figures": figures,
            "actions": list(_answering_measure(measure.pk)),
            "organisations": public.involved_in_measure(measure.pk),
            "siblings": siblings,
        }


@composed_once
def _measures_beside(challenge: int) -> QuerySet[Measure]:
    """Those of the challenge of this number."""
    return Measure.objects.of_current_programme().filter(challenge__number=challenge)


@composed_once
def _answering_measure(measure: int) -> QuerySet[Action]:
    return _latest(Action.objects.filter(measure=measure))
