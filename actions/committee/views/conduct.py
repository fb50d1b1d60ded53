"""Session mode: one action at a time, saved at each change, legible when projected."""

from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.functional import cached_property

from actions.committee.forms.conduct import (
    AttendanceForm,
    EnvelopeVoteForm,
    ItemForm,
    StepAsideForm,
)
from actions.committee.queries.agenda import may_sponsor, places_of
from actions.committee.queries.budgets import budgets_of
from actions.committee.queries.quorum import eligible_voters_of, missing_for
from actions.committee.services.conduct import note_attendance, step_aside, vote_envelope
from actions.committee.services.item_decisions import StaleItem, record_item
from actions.committee.views.access import CommitteeMixin, SessionFormView
from actions.committee.views.unsaved import forget_unsaved, keep_unsaved, unsaved_of
from actions.enums import Attendance
from actions.evaluation.queries.results import result_context
from actions.models import AgendaItem, ItemRecusal
from actions.proposals.queries.access import access_to
from actions.rules import can_keep_session, has_neither_link_nor_recusal
from ess_portal.base.french import euros
from ess_portal.base.views import OnceMixin, RefusableFormView

LONGEST_POSITION = 5
STALE = (
    "Ce point a été enregistré depuis un autre écran entre-temps : rien n’a été écrasé. Comparez, "
    "puis enregistrez votre saisie si elle est la bonne."
)


class AttendanceView(SessionFormView):
    """Who came."""

    said = "Les présences sont notées."
    template_name = "actions/committee/attendance.html"
    form_class = AttendanceForm

    def get_form_kwargs(self):
        members = self.session.members.select_related("user").order_by("-votes", "user__full_name")
        return super().get_form_kwargs() | {"members": members}

    def perform(self, form):
        note_attendance(session=self.session, by=self.request.user, attendance=form.attendance)


class EnvelopeVoteView(OnceMixin, SessionFormView):
    """A vote on a higher envelope."""

    template_name = "actions/committee/envelope_vote.html"
    form_class = EnvelopeVoteForm

    @cached_property
    def point(self) -> AgendaItem | None:
        """The point one comes from, which the address names by its position."""
        position = self.request.GET.get("point", "")
        if not (position.isascii() and position.isdigit() and len(position) <= LONGEST_POSITION):
            return None
        return self.session.items.filter(position=int(position)).first()

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"session": self.session}

    def get_success_url(self):
        """Go back to the point one comes from."""
        if self.point is None:
            return super().get_success_url()
        return reverse("actions:agenda_item", args=[self.point.pk])

    def get_context_data(self, **kwargs):
        voters = self.session.members.filter(votes=True, attendance=Attendance.PRESENT)
        return super().get_context_data(
            envelopes=budgets_of(self.session, places_of(self.session)),
            voters=voters.count(),
            point=self.point,
            **kwargs,
        )

    def perform(self, form):
        vote = vote_envelope(
            session=self.session,
            by=self.request.user,
            amount=form.cleaned_data["amount"],
            challenge=form.cleaned_data["challenge"],
            votes=form.votes,
        )
        self.said = (
            f"Le vote est noté : l’enveloppe est maintenant de {euros(vote.amount)}."
            if vote.is_adopted
            else "Le vote est noté : l’enveloppe ne change pas."
        )


class ItemView(CommitteeMixin, RefusableFormView):
    """One action in session: what the file says, who votes, what is decided."""

    template_name = "actions/committee/agenda_item.html"
    form_class = ItemForm

    def dispatch(self, request, *args, **kwargs):
        self.check_reader(request)
        self.item = get_object_or_404(
            AgendaItem.objects.for_list()
            .select_related("session__chair", "action__programme")
            .prefetch_related(
                "action__grid__criteria",
                "action__communes",
                "action__sectors",
                "action__partners",
                "action__self_assessments",
                Prefetch("recusals", ItemRecusal.objects.select_related("member__user")),
            ),
            pk=self.kwargs["pk"],
        )
        self.session = self.item.session
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def writes(self) -> bool:
        """Whether the person notes what the session decides here."""
        user = self.request.user
        return (
            self.session.is_in_session
            and can_keep_session(user, self.session)
            and has_neither_link_nor_recusal(user, self.item.action)
        )

    @cached_property
    def unsaved(self) -> dict[str, str]:
        """What this person typed here and nobody could save yet."""
        return unsaved_of(self.request, self.item) if self.writes else {}

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"item": self.item, "typed": self.unsaved}

    def get_context_data(self, **kwargs):
        item, user = self.item, self.request.user
        places = places_of(self.session)
        eligible = eligible_voters_of(self.session, [item])[item.pk]
        access = access_to(item.action, user)
        positions = [other.pk for other in places]
        here = positions.index(item.pk)
        return super().get_context_data(
            item=item,
            action=item.action,
            session=self.session,
            access=access,
            eligible=eligible,
            missing=missing_for(item, eligible),
            blockers=item.action.blockers(),
            writes=self.writes,
            unsaved=bool(self.unsaved) and self.request.method == "GET",
            steps_aside=_may_step_aside(self.session, item, user),
            may_sponsor=may_sponsor(item, eligible, user),
            envelopes=budgets_of(self.session, places),
            items=places,
            previous=places[here - 1] if here else None,
            next=places[here + 1] if here + 1 < len(places) else None,
            **result_context(item.action, access),
            **kwargs,
        )

    def post(self, request, *args, **kwargs):
        """Let those who keep the session write, or give up what they couldn't save; tell the others
        that they may not.
        """
        if not can_keep_session(request.user, self.session):
            raise PermissionDenied
        if "give_up" in request.POST:
            forget_unsaved(request, self.item)
            return HttpResponseRedirect(self.get_success_url())
        return super().post(request, *args, **kwargs)

    def perform(self, form):
        self.recorded = record_item(
            item=self.item,
            by=self.request.user,
            version=form.cleaned_data["version"],
            record=form.record,
        )
        forget_unsaved(self.request, self.item)
        if not self.request.htmx:
            self.said = f"Le point {self.recorded.position} est enregistré."

    def form_valid(self, form):
        """Save; a screen that saves by itself gets a line, the others a page."""
        try:
            response = super().form_valid(form)
        except StaleItem as stale:
            form.add_error(None, STALE)
            return self._show_both(form, stale.item)
        return self._saved() if self.request.htmx and not form.errors else response

    def get_success_url(self):
        return reverse("actions:agenda_item", args=[self.item.pk])

    def form_invalid(self, form):
        """Say what to correct: in a line to a screen that saves by itself."""
        is_kept = self._keep(form)
        if self.request.htmx:
            context = {"form": form, "item": self.item, "is_kept": is_kept}
            return render(self.request, "actions/committee/_item_saved.html", context)
        return super().form_invalid(form)

    def _keep(self, form) -> bool:
        return self.writes and keep_unsaved(self.request, self.item, form.data, list(form.fields))

    def _show_both(self, form, current: AgendaItem):
        is_kept = self._keep(form)
        if self.request.htmx:
            # The screen keeps its version: what it saves by itself is refused until somebody, who
            # has read both, presses the button.
            context = {"form": form, "item": self.item, "stale": current, "is_kept": is_kept}
            return render(self.request, "actions/committee/_item_saved.html", context)
        form.data = form.data.copy()
        form.data["version"] = current.version
        return self.render_to_response(self.get_context_data(form=form, stale=current), status=409)

    def _saved(self):
        item = self.recorded
        eligible = eligible_voters_of(self.session, [item])[item.pk]
        return render(
            self.request,
            "actions/committee/_item_saved.html",
            {
                "item": item,
                "missing": missing_for(item, eligible),
                "envelopes": budgets_of(self.session, places_of(self.session)),
            },
        )


class StepAsideView(OnceMixin, CommitteeMixin, RefusableFormView):
    """A member steps aside from an item."""

    said = "Le déport est noté : comptez de nouveau les voix de ce point."

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
        if not can_keep_session(user, session):
            members = members.filter(user=user)
        return super().get_form_kwargs() | {"members": members}

    def get_context_data(self, **kwargs):
        return super().get_context_data(item=self.item, action=self.item.action, **kwargs)

    def perform(self, form):
        step_aside(item=self.item, by=self.request.user, **form.cleaned_data)

    def get_success_url(self):
        return reverse("actions:agenda_item", args=[self.item.pk])


def _may_step_aside(session, item, user) -> bool:
    if not session.is_writable:
        return False
    return can_keep_session(user, session) or (
        session.members.filter(user=user).exclude(recusals__item=item).exists()
    )
