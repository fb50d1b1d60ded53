"""« Je fais partie de cette structure » : the claim, and an agent's answer."""

from django.conf import settings
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.views.generic import ListView

from actors.enums import ClaimState, MembershipRole
from actors.forms import ClaimDecisionForm, ClaimForm
from actors.models import Membership, MembershipClaim, Organisation
from actors.rules import is_agent
from actors.services.claims import claim_membership, confirm_claim, drop_claim, refuse_claim
from ess_portal.base.ask_first import AskFirstView, Question
from ess_portal.base.french import long_date
from ess_portal.base.views import OnceMixin, RefusableFormView

# The space of a person is drawn by the app above this one.
HOME = settings.LOGIN_REDIRECT_URL


class ClaimMembershipView(OnceMixin, RefusableFormView):
    """Say that one belongs to a confirmed organisation, published or not; its members needn't."""

    form_class = ClaimForm
    template_name = "actors/claim_membership.html"
    said = "Votre demande est transmise aux agents. Vous recevrez leur réponse par courriel."

    @cached_property
    def organisation(self) -> Organisation:
        """The confirmed organisation of the address; a provisional one can't be found out here."""
        others = Organisation.objects.confirmed().exclude(pk__in=self.request.user.organisation_ids)
        return get_object_or_404(others, slug=self.kwargs["slug"])

    @property
    def pending(self) -> MembershipClaim | None:
        return (
            MembershipClaim.objects.pending()
            .filter(user=self.request.user, organisation=self.organisation)
            .first()
        )

    def dispatch(self, request, *args, **kwargs):
        if not self.organisation:
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self):
        """Check the claim whole: somebody may ask twice."""
        kwargs = super().get_form_kwargs()
        return kwargs | {
            "instance": MembershipClaim(user=self.request.user, organisation=self.organisation)
        }

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            organisation=self.organisation, pending=self.pending, **kwargs
        )

    def perform(self, form):
        claim_membership(
            organisation=self.organisation, user=self.request.user, **form.cleaned_data
        )

    def get_success_url(self):
        """Back to the organisation's public page, if it has one."""
        return self.organisation.get_absolute_url() if self.organisation.is_published else HOME


class DropClaimView(AskFirstView):
    """Take one's own claim back while nobody answered it, after a question."""

    said = "Votre demande est retirée."

    @cached_property
    def claim(self) -> MembershipClaim:
        own = MembershipClaim.objects.pending().filter(user=self.request.user)
        return get_object_or_404(
            own.select_related("organisation"), organisation__slug=self.kwargs["slug"]
        )

    def dispatch(self, request, *args, **kwargs):
        if not self.claim:
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def get_question(self):
        organisation = self.claim.organisation
        back = reverse("actors:claim_membership", args=[organisation.slug])
        # Whom a merger made ask writes the files that came with them, for as long as they ask.
        files = (
            " Les dossiers que vous lui avez apportés quand un agent a réuni deux structures ne "
            "seront plus les vôtres."
            if organisation.twins.exists()
            else ""
        )
        return Question(
            title="Retirer ma demande de rattachement",
            about=f"{organisation}, le {long_date(self.claim.created_at)}",
            consequence="Aucun agent n’y répondra plus, et ce que vous y aviez écrit est effacé ; "
            "vous pourrez en envoyer une autre. Personne n’en est averti." + files,
            act="Retirer ma demande",
            keep="Garder ma demande",
            back=back,
            crumbs=(("Mon espace", HOME), (organisation.name, back)),
        )

    def perform(self, form):
        drop_claim(claim=self.claim, by=self.request.user)

    def get_success_url(self):
        return HOME


class AgentMixin:
    """Pages for agents: to others they don't exist."""

    def dispatch(self, request, *args, **kwargs):
        if not is_agent(request.user):
            raise Http404
        return super().dispatch(request, *args, **kwargs)


class ClaimListView(AgentMixin, ListView):
    """The claims that await an agent, the longest waiting first."""

    queryset = MembershipClaim.objects.pending().for_list()
    template_name = "actors/claim_list.html"
    paginate_by = 20


class ClaimView(OnceMixin, AgentMixin, RefusableFormView):
    """One claim: who asks, who manages the organisation already, and the answer."""

    form_class = ClaimDecisionForm
    template_name = "actors/claim.html"
    said = "La réponse est enregistrée et envoyée."

    @cached_property
    def claim(self) -> MembershipClaim:
        return get_object_or_404(
            MembershipClaim.objects.select_related("user", "organisation", "decided_by"),
            pk=self.kwargs["pk"],
        )

    @cached_property
    def members(self) -> list[Membership]:
        return list(self.claim.organisation.memberships.for_list())

    def get_initial(self):
        """Propose a manager to an organisation that has none."""
        managed = any(member.role == MembershipRole.MANAGER for member in self.members)
        return {"role": MembershipRole.CONTRIBUTOR if managed else MembershipRole.MANAGER}

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            claim=self.claim,
            members=self.members,
            is_own=self.claim.user_id == self.request.user.pk,
            **kwargs,
        )

    def perform(self, form):
        answer = form.cleaned_data
        options = {"claim": self.claim, "by": self.request.user, "reason": answer["reason"]}
        if answer["decision"] == ClaimState.CONFIRMED:
            confirm_claim(role=answer["role"], **options)
        else:
            refuse_claim(**options)

    def get_success_url(self):
        """The next one."""
        return reverse("actors:claims")
