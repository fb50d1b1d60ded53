"""Sessions of the committee: their list, their page, what prepares and what ends them."""

from collections.abc import Callable

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.views.generic import ListView, TemplateView, View

from actions.committee.forms.sessions import SessionForm
from actions.committee.queries.agenda import agenda_items_of, agenda_of
from actions.committee.queries.budgets import budgets_of, votes_of
from actions.committee.queries.calendar_files import calendar_event, calendar_name
from actions.committee.queries.confirmation import may_confirm
from actions.committee.queries.coverage import coverage_of
from actions.committee.queries.deliberations import leaving_out_ties, noted_in, proposed_in
from actions.committee.queries.minutes import recusals_to_read
from actions.committee.queries.quorum import members_of
from actions.committee.queries.session_documents import DOCUMENTS, EDITABLE
from actions.committee.services.conduct import close_session, open_session, reopen_session
from actions.committee.services.publication import confirm_session
from actions.committee.services.sessions import (
    StaleSession,
    cancel_session,
    create_session,
    edit_session,
    reasons_to_keep,
    send_agenda,
)
from actions.committee.views.access import CommitteeMixin, SessionFormView, SessionMixin, must_keep
from actions.enums import SessionState
from actions.models import CommitteeSession
from actions.rules import can_close_session, can_keep_session, can_reopen_session
from actors.enums import Role
from actors.models import User
from actors.rules import is_agent
from challenges.models import Programme
from ess_portal.base.ask_first import AskFirstView, Question
from ess_portal.base.document_view import document_response
from ess_portal.base.french import plural
from ess_portal.base.icalendar import MEDIA_TYPE, calendar_file
from ess_portal.base.opendocument_text import MEDIA_TYPE as OPENDOCUMENT_TEXT
from ess_portal.base.two_versions import two_versions
from ess_portal.base.views import OnceMixin, RefusableButtonView, RefusableFormView

CHANGED_MEANWHILE = (
    "Elle a été modifiée depuis que vous avez ouvert cette page, par une autre personne ou dans "
    "une autre fenêtre."
)
_DOCUMENT_LABELS = {
    "dossier": "Dossier de préparation",
    "compte-rendu": "Compte rendu",
    "deliberation": "Projet de délibération",
}


class SessionListView(CommitteeMixin, ListView):
    """Every session, the latest first."""

    template_name = "actions/committee/session_list.html"
    queryset = CommitteeSession.objects.for_list().order_by("-held_on", "-pk")
    paginate_by = 20


class SessionView(SessionMixin, TemplateView):
    """A session: agenda, envelope, coverage, members; and the next step of whoever reads it."""

    template_name = "actions/committee/session.html"

    def get_context_data(self, **kwargs):
        session, user = self.get_session(), self.request.user
        items = agenda_items_of(session)
        members, votes = members_of(session), votes_of(session)
        envelopes = budgets_of(session, items, votes)
        rows = agenda_of(session, items, envelopes[0].ceiling, members)
        return super().get_context_data(
            session=session,
            rows=rows,
            envelopes=envelopes,
            coverage=coverage_of([item.action for item in items], session.programme),
            members=members,
            removals=session.removals.select_related("action__carrier", "by").only(
                *("at", "session", "by__full_name", "by__email"),
                *("action__reference", "action__title", "action__carrier__name"),
            ),
            votes=votes,
            evaluation_recusals=recusals_to_read([item.action_id for item in items], user),
            unready=sum(bool(row.missing) for row in rows),
            next_item=next((row.item for row in rows if row.missing), None),
            waiting=[i for i in items if i.is_decided and i.seconded_by_id is None],
            keeps=can_keep_session(user, session),
            closes=can_close_session(user, session),
            reopens=session.state == SessionState.CLOSED and can_reopen_session(user, session),
            may_confirm=session.state == SessionState.CLOSED and may_confirm(session, items, user),
            has_decisions=any(item.is_decided for item in items),
            **_deliberation_context(session, items, user),
            documents=[
                (name, label, name in EDITABLE)
                for name, label in _DOCUMENT_LABELS.items()
                if items and session.state in DOCUMENTS[name][0]
            ],
            **kwargs,
        )


def _deliberation_context(session, items, user) -> dict:
    if session.state != SessionState.PUBLISHED:
        return {}
    proposed = proposed_in(session)
    return {
        "proposed": proposed,
        "notes_deliberation": is_agent(user) and bool(leaving_out_ties(proposed, user)),
        "deliberations": noted_in(session),
    }


class CreateSessionView(OnceMixin, CommitteeMixin, RefusableFormView):
    """Prepare a new session."""

    said = (
        "La séance est préparée, et ses membres en sont avertis : composez maintenant son ordre du "
        "jour."
    )
    template_name = "actions/committee/session_form.html"
    form_class = SessionForm

    def get_form_kwargs(self):
        """Ask for envelopes of the current programme's challenges; tick the whole committee."""
        return super().get_form_kwargs() | {"programme": Programme.objects.current()}

    def get_initial(self):
        committee = User.objects.filter(groups__name=Role.COMMITTEE, is_active=True)
        return {"voters": list(committee.values_list("pk", flat=True))}

    def perform(self, form):
        self.session = create_session(by=self.request.user, content=form.content)

    def get_success_url(self):
        return self.session.get_absolute_url()


class EditSessionView(SessionFormView):
    """Settle a session anew."""

    said = "La séance est modifiée."
    template_name = "actions/committee/session_form.html"
    form_class = SessionForm

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {
            "programme": self.session.programme,
            "session": self.session,
        }

    def form_valid(self, form):
        """Write it, or show what another page wrote meanwhile beside what was typed here."""
        try:
            return super().form_valid(form)
        except StaleSession as stale:
            return self._show_both(form, stale.session)

    def perform(self, form):
        edit_session(
            session=self.session,
            by=self.request.user,
            content=form.content,
            shown=form.cleaned_data["shown"],
        )

    def _show_both(self, form, session):
        kept = SessionForm(programme=session.programme, session=session)
        form.replaces(session)
        context = {
            "form": form,
            "stale": session,
            "stale_says": CHANGED_MEANWHILE,
            "stale_address": self.request.path,
            "versions": two_versions(kept, form),
        }
        return self.render_to_response(self.get_context_data(**context), status=409)


class DocumentView(SessionMixin, View):
    """Download a document of the session; one that isn't there yet is a 404."""

    documents, extension, content_type = DOCUMENTS, "pdf", "application/pdf"

    def get(self, request, pk, document):
        """Make it from the rows: the same rows give the same reader the same bytes."""
        session = self.get_session()
        states, draw = self.documents.get(document, (frozenset(), None))
        if session.state not in states or not session.items.exists():
            raise Http404
        name = f"{document}-{session.held_on:%Y-%m-%d}.{self.extension}"
        return document_response(
            request,
            name,
            lambda: draw(session, request.user),
            content_type=self.content_type,
        )


class EditableDocumentView(DocumentView):
    """Download the same as a text to edit."""

    documents, extension, content_type = EDITABLE, "odt", OPENDOCUMENT_TEXT


class CalendarFileView(SessionMixin, View):
    """Download the session for one's calendar, as its members got it by mail."""

    def get(self, request, pk):
        session = self.get_session()
        name = calendar_name(session)
        return HttpResponse(
            calendar_file(calendar_event(session)),
            content_type=f"{MEDIA_TYPE}; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )


class CancelSessionView(SessionMixin, AskFirstView):
    """Give a session up, after a question; one that is held, or over, isn't given up."""

    said = (
        "La séance est annulée, et ses membres en sont avertis : ses actions peuvent aller à un "
        "autre ordre du jour."
    )

    def dispatch(self, request, *args, **kwargs):
        self.check_reader(request)
        self.session = self.get_session()
        must_keep(request.user, self.session)
        return super().dispatch(request, *args, **kwargs)

    def get_question(self):
        return Question(
            title="Annuler la séance",
            about=f"{self.session}, {self.session.place}",
            consequence="Ses actions peuvent aller à un autre ordre du jour ; la séance reste dans "
            "la liste, annulée, avec ce qui y a été noté. Ses membres en sont avertis par "
            "courriel, avec de quoi la retirer de leur agenda.",
            act="Annuler la séance",
            keep="Garder la séance",
            back=self.session.get_absolute_url(),
            crumbs=(
                ("Les séances", reverse("actions:sessions")),
                (str(self.session), self.session.get_absolute_url()),
            ),
            obstacle=next(iter(reasons_to_keep(self.session, self.request.user)), ""),
        )

    def perform(self, form):
        cancel_session(session=self.session, by=self.request.user)

    def get_success_url(self):
        return self.session.get_absolute_url()


class SessionStepView(SessionMixin, RefusableButtonView):
    """Take a session one step further: every step is one button."""

    def dispatch(self, request, *args, **kwargs):
        self.check_reader(request)
        self.session = self.get_session()
        if kwargs["step"] not in _STEPS:
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def perform(self, form):
        self.said = _STEPS[self.kwargs["step"]](self.session, self.request.user)

    def get_success_url(self):
        return self.session.get_absolute_url()


def _send_agenda(session, user) -> str:
    send_agenda(session=session, by=user)
    return "L’ordre du jour est envoyé aux membres."


def _open(session, user) -> str:
    open_session(session=session, by=user)
    return "La séance est ouverte : notez les présences."


def _close(session, user) -> str:
    close_session(session=session, by=user)
    return "La séance est close : un autre membre confirme les décisions, puis elles sont publiées."


def _reopen(session, user) -> str:
    reopen_session(session=session, by=user)
    return "La séance est rouverte : rien n’est publié."


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
    "envoyer": _send_agenda,
    "ouvrir": _open,
    "clore": _close,
    "rouvrir": _reopen,
    "confirmer": _confirm,
}
