"""The dashboard of elected officials, agents and committee."""

from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.generic import ListView, TemplateView, View

from actions.enums import ActionStatus
from actions.models.silence import silence_of
from actors.rules import is_agent, sees_dashboard
from challenges.models import Programme
from ess_portal.base.access_records import note
from ess_portal.base.models import AccessKind
from ess_portal.base.pagination import CountedPaginator
from ess_portal.base.spreadsheet import csv_response
from ess_portal.dashboards import chart_geometry as drawings
from ess_portal.dashboards import sentences
from ess_portal.dashboards.statistics.scope import Scope
from ess_portal.dashboards.statistics.stages import EVALUATING, list_url
from ess_portal.dashboards.statistics.steering import Steering, decisions, steering
from ess_portal.dashboards.statistics.territory import communes
from ess_portal.dashboards.statistics.waiting import (
    days_since,
    number_waiting,
    since_before,
    waiting_at,
    waits,
)
from ess_portal.dashboards.tables import TABLES

DECISIONS_SHOWN = 5
SHOWN_OF_DECISIONS = (
    *("kind", "amount", "confirmed_at", "action__title", "action__reference", "action__status"),
    *("action__amount_proposed", "action__amount_granted", "action__carrier_name"),
    "action__carrier__name",
)


class SteeringMixin:
    """For those who steer the programme; to others the page doesn't exist."""

    scope: Scope | None = None

    def dispatch(self, request, *args, **kwargs):
        """Find what the person may see of the current programme, if there is one."""
        if not sees_dashboard(request.user):
            raise Http404
        if programme := Programme.objects.current():
            self.scope = Scope.of(request.user, programme)
        return super().dispatch(request, *args, **kwargs)


class DashboardView(SteeringMixin, TemplateView):
    """Sentences, challenges, measures, stages, communes, decisions; each figure has its list."""

    template_name = "dashboards/dashboard.html"

    def get_context_data(self, **kwargs):
        """Give the figures over the actions the person may see, so that lists agree with them."""
        context = super().get_context_data(**kwargs)
        if self.scope is None:
            return context
        figures = steering(self.scope)
        waited = waits(self.scope)
        places = communes(self.scope)
        choice = drawings.map_choice(self.request.GET.get("carte", ""))
        quarters = [quarter.label for quarter in figures.quarters]
        most_filed = max((count for row in figures.challenges for count in row.trend), default=0)
        return context | {
            "figures": figures,
            "sentences": _sentences(figures, waited, places),
            "challenges": [
                (
                    row,
                    drawings.columns(row.trend, most_filed),
                    list(zip(quarters, row.trend, strict=True)),
                )
                for row in figures.challenges
            ],
            "pipeline": _pipeline(figures, self.scope.stages, waited),
            "communes": places,
            "communes_without": [row for row in places if not row.funded],
            "choices": drawings.MAP_CHOICES,
            "choice": choice,
            "map": drawings.tile_map(places, choice),
            "decisions": decisions(self.scope).only(*SHOWN_OF_DECISIONS)[:DECISIONS_SHOWN],
            "today": timezone.localdate(),
        }


def _sentences(figures: Steering, waited, places) -> list[sentences.Sentence]:
    late = (
        sentences.Late(
            stage=wait.stage.code,
            count=wait.late,
            limit=wait.stage.limit,
            url=f"{reverse('dashboards:waiting', args=[wait.stage.code])}?jours={wait.stage.limit}",
        )
        for wait in waited.values()
        if wait.stage.limit is not None
    )
    without = sum(not row.funded for row in places)
    return [
        *sentences.about_gaps(len(figures.gaps), len(figures.measures), "#sans-action"),
        *sentences.about_late(late),
        *sentences.about_funded(
            figures.total.promised,
            figures.funded_url,
            figures.proposed_url,
            figures.abandoned_url,
        ),
        *sentences.about_communes(without, len(places), "#communes-sans-action"),
    ]


def _pipeline(figures: Steering, stages, waited) -> list[dict]:
    counts = {
        stage: [(row.challenge.number, row.at(stage)) for row in figures.challenges]
        for stage in stages
    }
    totals = {stage: sum(count for _, count in parts) for stage, parts in counts.items()}
    longest = max(totals.values(), default=0)
    return [
        {
            "stage": stage,
            "total": totals[stage],
            "url": list_url(stage.statuses, figures.programme),
            "parts": [
                (number, count, list_url(stage.statuses, defi=number) if count else "")
                for number, count in counts[stage]
            ],
            "bars": drawings.stacked(counts[stage], longest) if longest else [],
            "wait": waited.get(stage.code),
        }
        for stage in stages
    ]


class WaitingView(SteeringMixin, ListView):
    """The actions at one stage, those that have waited longest first."""

    template_name = "dashboards/waiting.html"
    context_object_name = "actions"
    paginate_by = 20
    paginator_class = CountedPaginator

    def get(self, request, *args, **kwargs):
        """Without a programme, the dashboard says so."""
        if self.scope is None:
            return redirect("dashboards:dashboard")
        return super().get(request, *args, **kwargs)

    def get_queryset(self):
        """Keep those that have waited for more than the `jours` of the address, if it says so."""
        stages = {stage.code: stage for stage in self.scope.stages}
        self.stage = stages.get(self.kwargs["stage"])
        if self.stage is None or not self.stage.waits:
            raise Http404
        actions = waiting_at(self.scope, self.stage)
        days = self.request.GET.get("jours", "")
        self.days = int(days) if days.isdecimal() and len(days) < len("10000") else None
        if self.days is not None:
            actions = actions.filter(
                waiting_since__lt=since_before(self.days, timezone.localdate())
            )
        self.shows_progress = self.stage.code == EVALUATING and is_agent(self.request.user)
        if self.shows_progress:
            actions = actions.with_progress()
        self.shows_silence = bool({*self.stage.statuses} & {*ActionStatus.UNANSWERED})
        return actions.with_silence().for_table().order_by("waiting_since", "pk")

    def get_paginator(self, queryset, per_page, **kwargs):
        """Number the pages by what is counted in advance."""
        count = number_waiting(self.scope, self.stage, self.days, timezone.localdate())
        return self.paginator_class(queryset, per_page, count=count, **kwargs)

    def get_context_data(self, **kwargs):
        """Give each action of the page its number of days, and the stages to go to."""
        context = super().get_context_data(**kwargs)
        today = timezone.localdate()
        for action in context["actions"]:
            action.days = days_since(action.waiting_since, today)
            action.silence = silence_of(action, today)
        return context | {
            "stage": self.stage,
            "days": self.days,
            "shows_progress": self.shows_progress,
            "shows_silence": self.shows_silence,
            "stages": [stage for stage in self.scope.stages if stage.waits],
            "filter_query": "" if self.days is None else f"jours={self.days}",
        }


class TableView(SteeringMixin, View):
    """One of the dashboard's tables, to open in a spreadsheet."""

    def get(self, request, table):
        """Answer the file; without a programme there is no table."""
        if table not in TABLES or self.scope is None:
            raise Http404
        header, rows = TABLES[table](self.scope)
        note(AccessKind.EXPORTED, self.request.user.pk, self.request.path)
        return csv_response(table, header, rows)
