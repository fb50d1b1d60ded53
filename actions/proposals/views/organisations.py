"""Organisations that await an agent: confirmed, or merged into the one they are."""

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.views.generic import ListView

from actions.proposals.forms.organisation_review import OrganisationReviewForm, Review
from actions.proposals.queries.organisations import (
    OrganisationReview,
    review_of,
    waiting_organisations,
)
from actions.proposals.services.twins import merge_organisations
from actors.models import Organisation
from actors.services.confirmation import confirm_organisation
from actors.views.claims import AgentMixin
from ess_portal.base.views import OnceMixin, RefusableFormView


class WaitingOrganisationsView(AgentMixin, ListView):
    """Those that await an agent."""

    template_name = "actions/proposals/waiting_organisations.html"
    paginate_by = 20

    def get_queryset(self):
        return waiting_organisations()


class OrganisationReviewView(OnceMixin, AgentMixin, RefusableFormView):
    """One organisation: who described it, its files, and what an agent makes of it."""

    form_class = OrganisationReviewForm
    template_name = "actions/proposals/organisation_review.html"

    @cached_property
    def organisation(self) -> Organisation:
        found = Organisation.objects.select_related("commune", "created_by", "merged_into")
        return get_object_or_404(found, pk=self.kwargs["pk"])

    @cached_property
    def review(self) -> OrganisationReview:
        return review_of(self.organisation)

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"organisation": self.organisation}

    def get_initial(self):
        """Propose the one it may well be; whether it is, is for the agent to say."""
        likely = self.review.likely_twins
        return {"into": likely[0].organisation.pk} if likely else {}

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            organisation=self.organisation,
            review=self.review,
            is_own=self.organisation.pk in self.request.user.organisation_ids,
            **kwargs,
        )

    def perform(self, form):
        by = self.request.user
        if form.cleaned_data["decision"] == Review.CONFIRM:
            confirm_organisation(organisation=self.organisation, by=by)
            self.said = f"« {self.organisation} » est confirmée : ses responsables sont prévenus."
        else:
            into = merge_organisations(
                twin=self.organisation, into=form.cleaned_data["into"], by=by
            )
            self.said = (
                f"« {self.organisation} » est réunie à « {into} » : ses membres sont prévenus."
            )

    def get_success_url(self):
        """The next one."""
        return reverse("actions:waiting_organisations")
