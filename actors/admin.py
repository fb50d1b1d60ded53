"""People, organisations and territory, as staff manage them."""

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db import models
from django.forms.models import BaseInlineFormSet
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html

from actors.account_admin import AccountChanges, AccountForm
from actors.enums import MembershipRole
from actors.models import (
    Commune,
    Invitation,
    LivingArea,
    Membership,
    MembershipClaim,
    Organisation,
    Sector,
    User,
)
from actors.services.belonging import LAST_MANAGER, is_last_manager
from ess_portal.base.admin import PortalModelAdmin, ReadOnlyAdmin, TellsRefusals
from ess_portal.base.french import plural
from ess_portal.base.refusals import refusal_of_saving


def _manages(place: dict) -> bool:
    return place["role"] == MembershipRole.MANAGER and place["user"].is_active


class MembershipFormSet(BaseInlineFormSet):
    """The members of an organisation, taken together."""

    def clean(self):
        """Keep a manager where there is one."""
        super().clean()
        if any(self.errors):
            return
        kept = [
            form.cleaned_data
            for form in self.forms
            if form.cleaned_data and not form.cleaned_data.get("DELETE")
        ]
        managed = Membership.objects.managers().filter(organisation=self.instance.pk).exists()
        if managed and not any(_manages(place) for place in kept):
            raise ValidationError(LAST_MANAGER)


class PlaceForm(forms.ModelForm):
    """One person's place in an organisation, as far as the database has nothing against it."""

    def _post_clean(self):
        """Say what the database would refuse: somebody who decides on its actions, for one."""
        super()._post_clean()
        place = self.instance
        if self.errors or not self.has_changed() or place.organisation_id is None:
            return
        if sentence := refusal_of_saving(place):
            self.add_error(None, sentence)


class MembershipForm(PlaceForm):
    """One person's place in an organisation."""

    class Meta:
        model = Membership
        fields = ("user", "organisation", "role")

    def clean(self):
        """Keep a manager where there is one."""
        cleaned = super().clean()
        before = Membership.objects.filter(pk=self.instance.pk).first()
        if before and is_last_manager(before) and not self.errors:
            stays = cleaned["organisation"].pk == before.organisation_id and _manages(cleaned)
            if not stays:
                raise ValidationError(LAST_MANAGER)
        return cleaned


class MembershipInline(admin.StackedInline):
    """The members of an organisation."""

    model = Membership
    form = PlaceForm
    formset = MembershipFormSet
    extra = 0
    autocomplete_fields = ("user",)


@admin.register(Organisation)
class OrganisationAdmin(TellsRefusals):
    """Organisations: published or not, with their members."""

    list_display = ("name", "family", "commune", "is_published")
    list_filter = ("is_published", "family", "sectors", "commune")
    list_select_related = ("commune",)
    search_fields = ("name", "siret", "rna")
    prepopulated_fields = {"slug": ("name",)}
    formfield_overrides = {
        models.URLField: {"assume_scheme": "https"},
        models.ManyToManyField: {"widget": forms.CheckboxSelectMultiple},
    }
    inlines = (MembershipInline,)
    actions = ("publish",)

    @admin.action(description="Publier les structures choisies", permissions=["change"])
    def publish(self, request, queryset):
        number = queryset.update(is_published=True)
        s = plural(number)
        self.message_user(request, f"{number} structure{s} publiée{s}.")


@admin.register(Membership)
class MembershipAdmin(PortalModelAdmin):
    """Who belongs where."""

    form = MembershipForm
    list_display = ("user", "organisation", "role", "created_at")
    list_filter = ("role",)
    list_select_related = ("user", "organisation")
    search_fields = ("user__email", "user__full_name", "organisation__name")
    autocomplete_fields = ("user", "organisation")

    def get_actions(self, request):
        """One at a time: each is asked whether it's the last manager."""
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions

    def delete_view(self, request, object_id, extra_context=None):
        """Keep a manager where there is one."""
        membership = self.get_object(request, object_id)
        if request.method == "POST" and membership and is_last_manager(membership):
            self.message_user(request, LAST_MANAGER, messages.ERROR)
            address = reverse("admin:actors_membership_change", args=[membership.pk])
            return HttpResponseRedirect(address)
        return super().delete_view(request, object_id, extra_context)


@admin.register(MembershipClaim)
class MembershipClaimAdmin(ReadOnlyAdmin):
    """Who says to belong where; the answer is given on a page of its own."""

    list_display = ("user", "organisation", "state", "created_at", "decided_at", "answer")
    list_filter = ("state",)
    list_select_related = ("user", "organisation")
    search_fields = ("user__email", "user__full_name", "organisation__name")
    fields = (
        "user",
        "organisation",
        "message",
        "proof",
        "state",
        "created_at",
        "decided_by",
        "decided_at",
        "reason",
        "answer",
    )

    @admin.display(description="répondre")
    def answer(self, claim):
        """The link to the page that answers, while it waits."""
        if not claim.is_pending:
            return None
        address = reverse("actors:claim", args=[claim.pk])
        return format_html(
            '<a href="{}">Répondre<span class="visually-hidden"> à {}</span></a>',
            address,
            claim.user,
        )


@admin.register(Invitation)
class InvitationAdmin(ReadOnlyAdmin):
    """Whom organisations invited, and what became of it."""

    list_display = ("email", "organisation", "role", "created_at", "expires_at", "accepted_at")
    list_select_related = ("organisation",)
    search_fields = ("email", "organisation__name")
    fields = (
        "email",
        "organisation",
        "role",
        "invited_by",
        "created_at",
        "expires_at",
        "accepted_at",
        "accepted_by",
        "withdrawn_at",
    )


@admin.register(Commune)
class CommuneAdmin(PortalModelAdmin):
    """The communes, their living areas, their place on the tile map."""

    list_display = ("name", "insee_code", "population", "population_year", "living_area")
    list_filter = ("living_area",)
    search_fields = ("name", "insee_code")


@admin.register(LivingArea)
class LivingAreaAdmin(PortalModelAdmin):
    """Living areas, as the agglomeration draws them."""

    search_fields = ("name",)


@admin.register(Sector)
class SectorAdmin(PortalModelAdmin):
    """Lines of activity."""

    list_display = ("name", "slug")
    search_fields = ("name",)
    prepopulated_fields = {"slug": ("name",)}


class UserForm(AccountForm):
    """An account and its roles; the password, if any, is chosen by the person."""

    class Meta:
        model = User
        fields = ("email", "full_name", "phone", "is_active", "groups", "evaluator_kind")
        widgets = {"groups": forms.CheckboxSelectMultiple}
        labels = {"groups": "Rôles"}

    def save(self, commit=True):
        """Give a new account no password: it signs in by code."""
        if not self.instance.pk:
            self.instance.set_unusable_password()
        return super().save(commit)


@admin.register(User)
class UserAdmin(AccountChanges, PortalModelAdmin):
    """Accounts and roles: the administrator's own matter."""

    form = UserForm
    list_display = ("email", "full_name", "role_list", "is_active", "last_login")
    list_filter = ("groups", "evaluator_kind", "is_active")
    search_fields = ("email", "full_name")
    ordering = ("email",)

    def get_queryset(self, request):
        """Read the roles of the whole list at once."""
        return super().get_queryset(request).prefetch_related("groups")

    def has_view_permission(self, request, obj=None):
        """Let agents choose people in the forms they fill (autocomplete), and no more."""
        is_lookup = request.resolver_match and request.resolver_match.url_name == "autocomplete"
        return super().has_view_permission(request, obj) or bool(
            is_lookup and request.user.has_perm("actors.change_membership")
        )

    def has_delete_permission(self, request, obj=None):
        """Accounts are closed, not deleted: the history names them."""
        return False

    @admin.display(description="rôles")
    def role_list(self, user):
        return ", ".join(group.name for group in user.groups.all())
