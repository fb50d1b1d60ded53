"""Session mode: one action at a time, saved at each change, legible when projected."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.generic import FormView

from actions.committee.forms.conduct import (
    AttendanceForm,
    EnvelopeVoteForm,
    ItemForm,
    StepAsideForm,
)
from actions.committee.queries.agenda import may_carry
from actions.committee.queries.budgets import envelopes_of
from actions.committee.queries.quorum import missing_for, rooms_of
from actions.committee.services.conduct import (
    StaleItem,
    note_attendance,
    record_item,
    step_aside,
    vote_envelope,
)
from actions.committee.views.access import CommitteeMixin
from actions.committee.views.sessions import SessionFormView
from actions.enums import Attendance
from actions.evaluation.queries.results import result_context
from actions.models import AgendaItem
from actions.proposals.queries.access import access_to
from actions.rules import is_disinterested, keeps_session
from actions.workflow import TransitionRefused
from ess_portal.base.french import euros

STALE = (
    "Ce point a été enregistré depuis un autre écran entre-temps : rien n’a été écrasé. Comparez, "
    "puis enregistrez votre saisie si elle est la bonne."
)


class AttendanceView(SessionFormView):
    """Who came."""

    template_name = "actions/committee/attendance.html"
    form_class = AttendanceForm

    def get_form_kwargs(self):
        """Ask for each member."""
        members = self.session.members.select_related("user").order_by("-votes", "user__full_name")
        return super().get_form_kwargs() | {"members": members}

    def perform(self, form):
        """Write it."""
        note_attendance(session=self.session, by=self.request.user, attendance=form.attendance)
        messages.success(self.request, "Les présences sont notées.")


class EnvelopeVoteView(SessionFormView):
    """A vote on a higher envelope."""

    template_name = "actions/committee/envelope_vote.html"
    form_class = EnvelopeVoteForm

    def get_form_kwargs(self):
        """Offer the envelopes of the session."""
        return super().get_form_kwargs() | {"session": self.session}

    def get_context_data(self, **kwargs):
        """Give the envelopes as they stand, and how many vote."""
        items = list(self.session.items.for_list())
        voters = self.session.members.filter(votes=True, attendance=Attendance.PRESENT)
        return super().get_context_data(
            envelopes=envelopes_of(self.session, items), voters=voters.count(), **kwargs
        )

    def perform(self, form):
        """Record it."""
        vote = vote_envelope(
            session=self.session,
            by=self.request.user,
            amount=form.cleaned_data["amount"],
            challenge=form.cleaned_data["challenge"],
            voices=form.voices,
        )
        messages.success(
            self.request,
            f"Le vote est noté : l’enveloppe est maintenant de {euros(vote.amount)}."
            if vote.is_adopted
            else "Le vote est noté : l’enveloppe ne change pas.",
        )


class ItemView(CommitteeMixin, FormView):
    """One action in session: what the file says, who votes, what is decided."""

    template_name = "actions/committee/agenda_item.html"
    form_class = ItemForm

    def dispatch(self, request, *args, **kwargs):
        """Find the point before anything else."""
        self.check_reader(request)
        self.item = get_object_or_404(
            AgendaItem.objects.for_list()
            .select_related("session__chair", "session__programme", "action__programme")
            .prefetch_related(
                "action__grid__criteria",
                "action__communes",
                "action__sectors",
                "action__partners",
                "action__self_assessments",
                "recusals__member__user",
            ),
            pk=self.kwargs["pk"],
        )
        self.session = self.item.session
        return super().dispatch(request, *args, **kwargs)

    @property
    def writes(self) -> bool:
        """Whether the person notes what the session decides here."""
        user = self.request.user
        return (
            self.session.is_sitting
            and keeps_session(user, self.session)
            and is_disinterested(user, self.item.action)
        )

    def get_form_kwargs(self):
        """Tell the form which point it is."""
        return super().get_form_kwargs() | {"item": self.item}

    def get_context_data(self, **kwargs):
        """Give the file, the result, the room, the envelope and the points around."""
        item, user = self.item, self.request.user
        items = list(self.session.items.for_list().order_by("position"))
        room = rooms_of(self.session, [item])[item.pk]
        access = access_to(item.action, user)
        positions = [other.pk for other in items]
        here = positions.index(item.pk)
        return super().get_context_data(
            item=item,
            action=item.action,
            session=self.session,
            access=access,
            room=room,
            missing=missing_for(item, room),
            blockers=item.action.blockers(),
            writes=self.writes,
            steps_aside=_may_step_aside(self.session, item, user),
            may_carry=may_carry(item, room, user),
            envelopes=envelopes_of(self.session, items),
            items=items,
            previous=items[here - 1] if here else None,
            next=items[here + 1] if here + 1 < len(items) else None,
            **result_context(item.action, access),
            **kwargs,
        )

    def post(self, request, *args, **kwargs):
        """Let those who keep the session write; tell the others that they may not."""
        if not keeps_session(request.user, self.session):
            raise PermissionDenied
        return super().post(request, *args, **kwargs)

    def form_valid(self, form):
        """Save; a screen that saves by itself gets a line, the others a page."""
        try:
            item = record_item(
                item=self.item,
                by=self.request.user,
                version=form.cleaned_data["version"],
                record=form.record,
            )
        except StaleItem as stale:
            form.add_error(None, STALE)
            return self._show_both(form, stale.item)
        except TransitionRefused as refused:
            form.add_error(None, refused.reasons)
            return self.form_invalid(form)
        if self.request.htmx:
            return self._saved(item)
        messages.success(self.request, f"Le point {item.position} est enregistré.")
        return HttpResponseRedirect(reverse("actions:agenda_item", args=[item.pk]))

    def form_invalid(self, form):
        """Say what to mend: in a line to a screen that saves by itself."""
        if self.request.htmx:
            return render(
                self.request,
                "actions/committee/_item_saved.html",
                {"form": form, "item": self.item},
            )
        return super().form_invalid(form)

    def _show_both(self, form, current: AgendaItem):
        if self.request.htmx:
            # The screen keeps its version: what it saves by itself is refused until somebody, who
            # has read both, presses the button.
            context = {"form": form, "item": self.item, "stale": current}
            return render(self.request, "actions/committee/_item_saved.html", context)
        form.data = form.data.copy()
        form.data["version"] = current.version
        return self.render_to_response(self.get_context_data(form=form, stale=current), status=409)

    def _saved(self, item: AgendaItem):
        room = rooms_of(self.session, [item])[item.pk]
        items = list(self.session.items.for_list())
        return render(
            self.request,
            "actions/committee/_item_saved.html",
            {
                "item": item,
                "missing": missing_for(item, room),
                "envelopes": envelopes_of(self.session, items),
            },
        )


class StepAsideView(CommitteeMixin, FormView):
    """A member leaves the room for a point."""

    template_name = "actions/committee/step_aside.html"
    form_class = StepAsideForm

    def dispatch(self, request, *args, **kwargs):
        """Let in whoever may declare it: the member, or those who keep the session."""
        self.check_reader(request)
        self.item = get_object_or_404(AgendaItem.objects.for_list(), pk=self.kwargs["pk"])
        if not _may_step_aside(self.item.session, self.item, request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self):
        """Offer oneself; everybody to those who keep the session."""
        session, user = self.item.session, self.request.user
        members = session.members.exclude(recusals__item=self.item).select_related("user")
        if not keeps_session(user, session):
            members = members.filter(user=user)
        return super().get_form_kwargs() | {"members": members}

    def get_context_data(self, **kwargs):
        """Give the point."""
        return super().get_context_data(item=self.item, action=self.item.action, **kwargs)

    def form_valid(self, form):
        """Note it, or say why not."""
        try:
            step_aside(item=self.item, by=self.request.user, **form.cleaned_data)
        except TransitionRefused as refused:
            form.add_error(None, refused.reasons)
            return self.form_invalid(form)
        messages.success(
            self.request, "Le déport est noté : comptez de nouveau les voix de ce point."
        )
        return HttpResponseRedirect(reverse("actions:agenda_item", args=[self.item.pk]))


def _may_step_aside(session, item, user) -> bool:
    if not session.is_writable:
        return False
    return keeps_session(user, session) or (
        session.members.filter(user=user).exclude(recusals__item=item).exists()
    )
