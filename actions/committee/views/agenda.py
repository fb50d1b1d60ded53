"""The agenda of a session: drawing it from the ranking, moving it about."""

from collections.abc import Callable
from decimal import Decimal

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch
from django.http import Http404
from django.shortcuts import get_object_or_404

from actions.committee.queries.agenda import amount_of
from actions.committee.queries.budgets import budgets_of
from actions.committee.queries.ranking import ranked_rows
from actions.committee.queries.ticked import ticked_of
from actions.committee.services.agenda import (
    move_item,
    put_on_agenda,
    reasons_to_stay,
    take_off_agenda,
)
from actions.committee.services.item_decisions import sponsor_item
from actions.committee.views.access import CommitteeMixin, SessionMixin, must_keep
from actions.committee.views.ranking import RankingView
from actions.models import Action, AgendaItem
from ess_portal.base.ask_first import AskFirstView, Question
from ess_portal.base.french import plural
from ess_portal.base.refusals import Refused, require
from ess_portal.base.sent_forms import Answer
from ess_portal.base.views import OnceMixin, RefusableButtonView

TOLD = (
    "Les membres, qui ont reçu l’ordre du jour, en sont avertis par courriel, et la page de la "
    "séance le dit."
)
NOT_TOLD = "Les membres n’ont pas encore reçu l’ordre du jour : personne n’a à en être averti."


class AgendaView(OnceMixin, SessionMixin, RankingView):
    """Draw the agenda from the ranking, with the envelope beside it."""

    template_name = "actions/committee/agenda.html"
    is_whole = False
    ticked: frozenset[str] = frozenset()

    def dispatch(self, request, *args, **kwargs):
        """Find the session before anything else; its agenda is drawn while it may change."""
        self.check_reader(request)
        self.session = self.get_session()
        must_keep(request.user, self.session)
        if not self.session.is_writable:
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_listed(self):
        """Actions of the session's programme that its agenda lacks; another one may have them."""
        elsewhere = AgendaItem.objects.open().select_related("session")
        return (
            super()
            .get_listed()
            .filter(programme=self.session.programme)
            .exclude(pk__in=self.session.items.values("action"))
            .prefetch_related(Prefetch("agenda_items", elsewhere, to_attr="open_items"))
        )

    def get_rows(self, page):
        """The rows of a page, with the running total and the line where the envelope ends."""
        return ranked_rows(
            page,
            queryset=self.object_list,
            grouping=self.filterset.grouping,
            is_whole=self.filterset.is_whole_ranking,
            envelope=self.envelope.ceiling,
            taken=self.taken,
        )

    def get_context_data(self, **kwargs):
        items = list(self.session.items.for_list())
        self.envelope = budgets_of(self.session, items)[0]
        self.taken = sum((amount_of(item) for item in items), Decimal(0))
        return super().get_context_data(
            session=self.session,
            envelope=self.envelope,
            taken=self.taken,
            ticked=self.ticked,
            ticked_sum=ticked_of(self._chosen(), taken=self.taken, ceiling=self.envelope.ceiling),
            **kwargs,
        )

    def _chosen(self):
        chosen = Action.objects.visible_to(self.request.user)
        return chosen.filter(reference__in=self.ticked) if self.ticked else chosen.none()

    def post(self, request, *args, **kwargs):
        """Add what is ticked, or say why none is: what was ticked stays so.

        Where no script adds up, a button does and adds nothing.
        """
        # Those that can't be decided on any more are named by the refusal. PostgreSQL takes no NUL.
        self.ticked = frozenset(one for one in request.POST.getlist("action") if "\0" not in one)
        if "somme" in request.POST:
            return self.get(request)
        chosen = self._chosen()
        try:
            return self.once(lambda: self._put_on_agenda(chosen))
        except Refused as refused:
            for reason in refused.reasons:
                messages.error(request, reason)
            return self.get(request)

    def _put_on_agenda(self, chosen) -> Answer:
        added = put_on_agenda(session=self.session, actions=chosen, by=self.request.user)
        require(added, "Cochez au moins une action à mettre à l’ordre du jour.")
        said = f"{len(added)} action{plural(added)} à l’ordre du jour."
        return Answer(self.session.get_absolute_url(), said)


class ItemStepView(CommitteeMixin, RefusableButtonView):
    """Move an item, or sponsor its decision."""

    def dispatch(self, request, *args, **kwargs):
        self.check_reader(request)
        self.item = get_object_or_404(AgendaItem.objects.select_related("session"), pk=kwargs["pk"])
        if kwargs["step"] not in _ITEM_STEPS:
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def perform(self, form):
        self.said = _ITEM_STEPS[self.kwargs["step"]](self.item, self.request.user)

    def get_success_url(self):
        """Lead to the row of the point: whoever moves it by keyboard goes on from there."""
        return f"{self.item.session.get_absolute_url()}#point-{self.item.pk}"


class TakeOffAgendaView(CommitteeMixin, AskFirstView):
    """Take a point off its agenda, after a question."""

    said = "Le point est retiré de l’ordre du jour."

    def dispatch(self, request, *args, **kwargs):
        self.check_reader(request)
        items = AgendaItem.objects.select_related("session", "action__carrier")
        self.item = get_object_or_404(items, pk=kwargs["pk"])
        must_keep(request.user, self.item.session)
        return super().dispatch(request, *args, **kwargs)

    def get_question(self):
        item, back = self.item, self.item.session.get_absolute_url()
        return Question(
            title=f"Retirer le point {item.position} de l’ordre du jour",
            about=f"{item.action.reference} : {item.action.title} ({item.action.carrier})",
            consequence="L’action peut aller à un autre ordre du jour, et son dossier ne change "
            "pas ; les points qui suivent avancent d’un rang. "
            + (TOLD if item.session.agenda_sent_at else NOT_TOLD),
            act="Retirer le point",
            keep="Garder le point",
            back=back,
            crumbs=((str(item.session), back),),
            obstacle=next(iter(reasons_to_stay(item, self.request.user)), ""),
        )

    def perform(self, form):
        take_off_agenda(item=self.item, by=self.request.user)

    def get_success_url(self):
        return self.item.session.get_absolute_url()


def _up(item, user) -> str:
    return _place_of(move_item(item=item, by=user, up=True))


def _down(item, user) -> str:
    return _place_of(move_item(item=item, by=user, up=False))


def _place_of(item) -> str:
    return f"«\u00a0{item.action.title}\u00a0» est maintenant le point {item.position}."


def _sponsor(item, user) -> str:
    sponsor_item(item=item, by=user)
    return f"Vous portez la décision du point {item.position}."


_ITEM_STEPS: dict[str, Callable[..., str]] = {
    "monter": _up,
    "descendre": _down,
    "porter": _sponsor,
}
