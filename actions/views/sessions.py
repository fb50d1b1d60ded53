"""Sessions of the committee: their list, their page, what prepares and what ends them."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from io import BytesIO

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch, QuerySet
from django.http import FileResponse, Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_POST
from django.views.generic import FormView, ListView, TemplateView, View

from actions.enums import SessionState
from actions.forms import DeliberationForm, SessionForm
from actions.models import Action, AgendaItem, CommitteeSession, ItemRecusal, Recusal
from actions.rules import closes_session, keeps_session, reopens_session
from actions.services.agendas import (
    cancel_session,
    create_session,
    edit_session,
    move_item,
    put_on_agenda,
    take_off_agenda,
)
from actions.services.coverage import coverage_of
from actions.services.documents import DOCUMENTS
from actions.services.envelopes import envelopes_of
from actions.services.publication import confirm_session, may_confirm, set_deliberation_number
from actions.services.rooms import Room, may_take_part, missing_for, rooms_of
from actions.services.sittings import carry_item, close_sitting, open_sitting, reopen_sitting
from actions.views.committee import CommitteeMixin, RankingView
from actions.views.ranking import ranked_rows
from actions.workflow import TransitionRefused
from actors.enums import Role
from actors.models import User
from actors.rules import is_agent
from challenges.models import Programme
from ess_portal.base.french import plural


class SessionMixin(CommitteeMixin):
    """Pages about one session."""

    def get_session(self) -> CommitteeSession:
        """The session of the address."""
        return get_object_or_404(
            CommitteeSession.objects.select_related("chair", "programme", "closed_by"),
            pk=self.kwargs["pk"],
        )


def must_keep(user, session: CommitteeSession) -> None:
    """Answer 403 to whoever reads the session but doesn't keep it."""
    if not keeps_session(user, session):
        raise PermissionDenied


_DOCUMENT_LABELS = {
    "dossier": "Dossier de préparation",
    "compte-rendu": "Compte rendu",
    "deliberation": "Projet de délibération",
}


@dataclass(frozen=True)
class AgendaRow:
    """One point of the agenda, with what it still lacks and what the agenda asks for so far."""

    item: AgendaItem
    missing: list[str]
    running_total: Decimal
    ends_envelope: bool


def amount_of(item: AgendaItem) -> Decimal:
    """What a point takes of the envelope, in euros: granted, or asked while nothing is noted."""
    if item.outcome == "":
        return item.action.funding_asked
    return item.amount or Decimal(0)


def points_of(session: CommitteeSession) -> list[AgendaItem]:
    """Return the session's points in their order, with what its page shows of them."""
    return list(
        session.items.for_list()
        .prefetch_related(Prefetch("recusals", ItemRecusal.objects.select_related("member__user")))
        .order_by("position")
    )


def agenda_of(
    session: CommitteeSession, items: list[AgendaItem], ceiling: Decimal
) -> list[AgendaRow]:
    """Return the rows of the agenda: five queries, whatever its length.

    `ceiling` is what the session may grant, in euros: the row where the agenda passes it says so.
    """
    rooms = rooms_of(session, items)
    rows: list[AgendaRow] = []
    before = Decimal(0)
    for item in items:
        total = before + amount_of(item)
        rows.append(
            AgendaRow(
                item=item,
                missing=missing_for(item, rooms[item.pk]),
                running_total=total,
                ends_envelope=before <= ceiling < total,
            )
        )
        before = total
    return rows


def _recusals_to_read(items: list[AgendaItem], user) -> QuerySet[Recusal]:
    """Who stepped aside from the evaluations: a carrier reads neither their names nor why."""
    found = Recusal.objects.filter(action__in=[item.action_id for item in items])
    if not is_agent(user) and (own := user.organisation_ids):
        found = found.exclude(action__carrier__in=own).exclude(action__partners__in=own)
    return found.select_related("user", "action")


class SessionListView(CommitteeMixin, ListView):
    """Every session, the latest first."""

    template_name = "actions/session_list.html"
    queryset = CommitteeSession.objects.for_list().order_by("-held_on", "-pk")
    paginate_by = 20


class SessionView(SessionMixin, TemplateView):
    """A session: agenda, envelope, coverage, members; and the next step of whoever reads it."""

    template_name = "actions/session.html"

    def get_context_data(self, **kwargs):
        """Give everything about the session, and the doors that are open."""
        session, user = self.get_session(), self.request.user
        items = points_of(session)
        envelopes = envelopes_of(session, items)
        rows = agenda_of(session, items, envelopes[0].ceiling)
        return super().get_context_data(
            session=session,
            rows=rows,
            envelopes=envelopes,
            coverage=coverage_of([item.action for item in items], session.programme),
            members=session.members.select_related("user"),
            votes=session.envelope_votes.select_related("challenge"),
            evaluation_recusals=_recusals_to_read(items, user),
            unready=sum(bool(row.missing) for row in rows),
            next_item=next((row.item for row in rows if row.missing), None),
            waiting=[i for i in items if i.is_decided and i.seconded_by_id is None],
            keeps=keeps_session(user, session),
            closes=closes_session(user, session),
            reopens=session.state == SessionState.CLOSED and reopens_session(user, session),
            may_confirm=session.state == SessionState.CLOSED and may_confirm(session, items, user),
            has_decisions=any(item.is_decided for item in items),
            documents=[
                (name, label)
                for name, label in _DOCUMENT_LABELS.items()
                if items and session.state in DOCUMENTS[name][0]
            ],
            **kwargs,
        )


class AgendaView(SessionMixin, RankingView):
    """Draw the agenda from the ranking, with the envelope beside it."""

    template_name = "actions/agenda.html"
    queryset = RankingView.queryset.on_no_agenda()

    def dispatch(self, request, *args, **kwargs):
        """Find the session before anything else; its agenda is drawn while it may change."""
        self.check_reader(request)
        self.session = self.get_session()
        must_keep(request.user, self.session)
        if not self.session.is_writable:
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_queryset(self):
        """Only actions of the session's programme."""
        return super().get_queryset().filter(programme=self.session.programme)

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
        """Give the session and what its agenda takes already."""
        items = list(self.session.items.for_list())
        self.envelope = envelopes_of(self.session, items)[0]
        self.taken = sum((amount_of(item) for item in items), Decimal(0))
        return super().get_context_data(
            session=self.session, envelope=self.envelope, taken=self.taken, **kwargs
        )

    def post(self, request, *args, **kwargs):
        """Add what is ticked, or say why none is: what was ticked stays so."""
        # Those that can't be decided on any more are named by the refusal. PostgreSQL takes no NUL.
        ticked = {one for one in request.POST.getlist("action") if "\0" not in one}
        chosen = Action.objects.visible_to(request.user).filter(reference__in=ticked)
        try:
            added = put_on_agenda(session=self.session, actions=chosen, by=request.user)
        except TransitionRefused as refused:
            return self._show_again(ticked, refused.reasons)
        if not added:
            return self._show_again(
                ticked, ["Cochez au moins une action à mettre à l’ordre du jour."]
            )
        messages.success(
            request,
            f"{len(added)} action{plural(added)} à l’ordre du jour.",
        )
        return HttpResponseRedirect(self.session.get_absolute_url())

    def _show_again(self, ticked: set[str], reasons: list[str]):
        for reason in reasons:
            messages.error(self.request, reason)
        self.extra_context = {"ticked": ticked}
        return self.get(self.request)


class SessionFormView(SessionMixin, FormView):
    """A form about one session, for whoever keeps it."""

    def dispatch(self, request, *args, **kwargs):
        """Find the session before anything else."""
        self.check_reader(request)
        self.session = self.get_session()
        must_keep(request.user, self.session)
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        """Give the session."""
        return super().get_context_data(session=self.session, **kwargs)

    def form_valid(self, form):
        """Do it, or show why not beside what was typed."""
        try:
            self.perform(form)
        except TransitionRefused as refused:
            form.add_error(None, refused.reasons)
            return self.form_invalid(form)
        return HttpResponseRedirect(self.get_success_url())

    def get_success_url(self):
        """Back to the session."""
        return self.session.get_absolute_url()


class CreateSessionView(CommitteeMixin, FormView):
    """Prepare a new session."""

    template_name = "actions/session_form.html"
    form_class = SessionForm

    def get_form_kwargs(self):
        """Ask for envelopes of the current programme's challenges; tick the whole committee."""
        return super().get_form_kwargs() | {"programme": Programme.objects.current()}

    def get_initial(self):
        """Propose that the whole committee sits."""
        committee = User.objects.filter(groups__name=Role.COMMITTEE, is_active=True)
        return {"voters": list(committee.values_list("pk", flat=True))}

    def form_valid(self, form):
        """Make it, or show why not beside what was typed."""
        try:
            session = create_session(by=self.request.user, content=form.content)
        except TransitionRefused as refused:
            form.add_error(None, refused.reasons)
            return self.form_invalid(form)
        messages.success(
            self.request, "La séance est préparée : composez maintenant son ordre du jour."
        )
        return HttpResponseRedirect(session.get_absolute_url())


class EditSessionView(SessionFormView):
    """Settle a session anew."""

    template_name = "actions/session_form.html"
    form_class = SessionForm

    def get_form_kwargs(self):
        """Fill the form with what the session has."""
        return super().get_form_kwargs() | {
            "programme": self.session.programme,
            "session": self.session,
        }

    def perform(self, form):
        """Write it."""
        edit_session(session=self.session, by=self.request.user, content=form.content)
        messages.success(self.request, "La séance est modifiée.")


class DeliberationView(SessionFormView):
    """Write the number of the deliberation."""

    template_name = "actions/deliberation.html"
    form_class = DeliberationForm

    def get_initial(self):
        """Give the number there is."""
        return {"number": self.session.deliberation_number}

    def perform(self, form):
        """Write it."""
        number = form.cleaned_data["number"]
        set_deliberation_number(session=self.session, by=self.request.user, number=number)
        messages.success(self.request, "Le numéro de la délibération est noté.")


class DocumentView(SessionMixin, View):
    """Download a document of the session; one that isn't there yet is a 404."""

    def get(self, request, pk, document):
        """Make it from the rows: the same rows give the same reader the same bytes."""
        session = self.get_session()
        states, draw = DOCUMENTS.get(document, (frozenset(), None))
        if session.state not in states or not session.items.exists():
            raise Http404
        name = f"{document}-{session.held_on:%Y-%m-%d}.pdf"
        return FileResponse(
            BytesIO(draw(session, request.user)),
            as_attachment=True,
            filename=name,
            content_type="application/pdf",
        )


@method_decorator(require_POST, name="dispatch")
class SessionStepView(SessionMixin, View):
    """Take a session one step further: every step is one button."""

    def post(self, request, pk, step):
        """Do it, or say why not, on the session's page."""
        session = self.get_session()
        if step not in _STEPS:
            raise Http404
        try:
            messages.success(request, _STEPS[step](session, request.user))
        except TransitionRefused as refused:
            for reason in refused.reasons:
                messages.error(request, reason)
        return HttpResponseRedirect(session.get_absolute_url())


def _open(session, user) -> str:
    open_sitting(session=session, by=user)
    return "La séance est ouverte : notez les présences."


def _close(session, user) -> str:
    close_sitting(session=session, by=user)
    return "La séance est close : un autre membre confirme les décisions, puis elles sont publiées."


def _reopen(session, user) -> str:
    reopen_sitting(session=session, by=user)
    return "La séance est rouverte : rien n’est publié."


def _cancel(session, user) -> str:
    cancel_session(session=session, by=user)
    return "La séance est annulée : ses actions peuvent aller à un autre ordre du jour."


def _confirm(session, user) -> str:
    confirmation = confirm_session(session=session, by=user)
    if confirmation.is_published:
        return "Les décisions sont publiées : les porteurs sont prévenus."
    left = len(confirmation.waiting)
    return (
        f"Vous avez confirmé ce que vous pouviez. {left} point{plural(left)} "
        "doi" + ("vent" if plural(left) else "t") + " encore l’être par un autre membre : rien "
        "n’est publié d’ici là."
    )


_STEPS: dict[str, Callable[..., str]] = {
    "ouvrir": _open,
    "clore": _close,
    "rouvrir": _reopen,
    "annuler": _cancel,
    "confirmer": _confirm,
}


@method_decorator(require_POST, name="dispatch")
class ItemStepView(CommitteeMixin, View):
    """Move a point, take it off, or carry its decision."""

    def post(self, request, pk, step):
        """Do it, or say why not."""
        item = get_object_or_404(AgendaItem.objects.select_related("session"), pk=pk)
        if step not in _ITEM_STEPS:
            raise Http404
        try:
            message = _ITEM_STEPS[step](item, request.user)
        except TransitionRefused as refused:
            message = ""
            for reason in refused.reasons:
                messages.error(request, reason)
        if message:
            messages.success(request, message)
        return HttpResponseRedirect(item.session.get_absolute_url())


def _up(item, user) -> str:
    move_item(item=item, by=user, up=True)
    return ""


def _down(item, user) -> str:
    move_item(item=item, by=user, up=False)
    return ""


def _take_off(item, user) -> str:
    take_off_agenda(item=item, by=user)
    return "Le point est retiré de l’ordre du jour."


def _carry(item, user) -> str:
    carry_item(item=item, by=user)
    return f"Vous portez la décision du point {item.position}."


_ITEM_STEPS: dict[str, Callable[..., str]] = {
    "monter": _up,
    "descendre": _down,
    "retirer": _take_off,
    "porter": _carry,
}


def may_carry(item: AgendaItem, room: Room, user) -> bool:
    """Whether to offer `user` to carry the decision: the chair does so by closing."""
    return (
        item.is_decided
        and item.proposed_by_id is None
        and user.pk != item.session.chair_id
        and not missing_for(item, room)
        and may_take_part(item, room, user)
    )
