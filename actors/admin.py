"""People, organisations and territory, as staff manage them."""

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db import models
from django.forms.models import BaseInlineFormSet
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html

from actors.account_admin import AccountChanges, AccountForm
from actors.enums import MembershipRole, Role
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
from ess_portal.base.admin import (
    BoundedInline,
    PortalModelAdmin,
    ReadOnlyAdmin,
    TellsRefusals,
    titled,
)
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


OWN_PLACE = "Une autre personne que vous donne ou change votre place dans une structure."


class PlaceForm(forms.ModelForm):
    """One person's place in an organisation, as far as the database has nothing against it.

    `by` is who fills it in: nobody gives a place to themselves.
    """

    by = None

    def clean_user(self):
        """Refuse one's own place, new or changed; a row that stays as it is is nobody's act."""
        user = self.cleaned_data["user"]
        own = {user.pk, self.instance.user_id}
        if self.has_changed() and self.by is not None and self.by.pk in own:
            raise ValidationError(OWN_PLACE)
        return user

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


def filled_in_by(request, form: type[PlaceForm]) -> type[PlaceForm]:
    """Return `form` as the person of `request` fills it in."""
    return type(form.__name__, (form,), {"by": request.user})


class MembershipInline(BoundedInline):
    """The members of an organisation."""

    model = Membership
    formset = MembershipFormSet
    autocomplete_fields = ("user",)

    def get_formset(self, request, obj=None, **kwargs):
        return super().get_formset(request, obj, form=filled_in_by(request, PlaceForm), **kwargs)


class ConfirmationFilter(admin.SimpleListFilter):
    """Where organisations stand; those that wait come first."""

    title = "confirmation"
    parameter_name = "confirmation"

    def lookups(self, request, model_admin):
        return (
            ("attente", "à confirmer"),
            ("confirmee", "confirmée"),
            ("reunie", "réunie à une autre"),
        )

    def queryset(self, request, queryset):
        return {
            "attente": queryset.provisional,
            "confirmee": queryset.confirmed,
            "reunie": lambda: queryset.exclude(merged_into=None),
        }.get(self.value(), lambda: queryset)()


class OrganisationForm(forms.ModelForm):
    """An organisation as an agent enters it: confirmed from the start."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        # Before anything is checked: a confirmed one bears numbers of its own.
        if self.instance.pk is None:
            self.instance.confirmed_at = timezone.now()

    def _get_validation_exclusions(self):
        # What the constraints ask, though the form doesn't.
        return super()._get_validation_exclusions() - {"confirmed_at", "merged_into"}


@admin.register(Organisation)
class OrganisationAdmin(TellsRefusals):
    """Organisations: published or not, with their members."""

    form = OrganisationForm
    list_display = ("name", "family", "commune", "state", "is_published")
    list_filter = (
        ConfirmationFilter,
        ("is_published", titled(admin.BooleanFieldListFilter, "publication")),
        "family",
        "sectors",
        "commune",
    )
    list_select_related = ("commune",)
    search_fields = ("name", "siret", "rna")
    prepopulated_fields = {"slug": ("name",)}
    formfield_overrides = {
        models.URLField: {"assume_scheme": "https"},
        models.ManyToManyField: {"widget": forms.CheckboxSelectMultiple},
    }
    inlines = (MembershipInline,)
    actions = ("publish",)
    readonly_fields = ("state",)

    @admin.display(description="état")
    def state(self, organisation):
        """Confirmed, or the link to the page that confirms it or says which one it is."""
        if organisation.pk is None or organisation.merged_into_id:
            return "réunie à une autre" if organisation.pk else "confirmée par votre saisie"
        return format_html(
            '{}\u00a0: <a href="{}">{}<span class="visually-hidden"> {}</span></a>',
            "confirmée" if organisation.is_confirmed else "à confirmer",
            reverse("actions:organisation_review", args=[organisation.pk]),
            "réunir à une autre" if organisation.is_confirmed else "voir et confirmer",
            organisation,
        )

    def save_model(self, request, obj, form, change):
        """What an agent enters is confirmed by them."""
        if not change:
            obj.confirmed_by = obj.created_by = request.user
        super().save_model(request, obj, form, change)

    @admin.action(description="Publier les structures choisies", permissions=["change"])
    def publish(self, request, queryset):
        number = queryset.confirmed().update(is_published=True)
        s = plural(number)
        self.message_user(request, f"{number} structure{s} publiée{s}.")
        if queryset.provisional().exists():
            self.message_user(
                request,
                "Une structure à confirmer n’est pas publiée : confirmez-la d’abord.",
                messages.WARNING,
            )


@admin.register(Membership)
class MembershipAdmin(PortalModelAdmin):
    """Who belongs where."""

    form = MembershipForm
    list_display = ("user", "organisation", "role", "created_at")
    list_filter = ("role",)
    list_select_related = ("user", "organisation")
    search_fields = ("user__email", "user__full_name", "organisation__name")
    autocomplete_fields = ("user", "organisation")

    def get_form(self, request, obj=None, change=False, **kwargs):
        return super().get_form(
            request, obj, change, form=filled_in_by(request, MembershipForm), **kwargs
        )

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


def role_label(group: Group) -> str:
    """Return the name of a role as people read it."""
    return str(Role(group.name).label) if group.name in Role.values else group.name


class RoleFilter(admin.RelatedFieldListFilter):
    """Accounts by role, named as people read it."""

    def field_choices(self, field, request, model_admin):
        return [(group.pk, role_label(group)) for group in Group.objects.order_by("name")]


class RolesField(forms.ModelMultipleChoiceField):
    """The roles of an account, as boxes."""

    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, obj):
        return role_label(obj)


class UserForm(AccountForm):
    """An account and its roles; the password, if any, is chosen by the person."""

    class Meta:
        model = User
        fields = ("email", "full_name", "phone", "is_active", "groups", "evaluator_kind")
        field_classes = {"groups": RolesField}
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
    list_filter = (
        ("groups", titled(RoleFilter, "rôle")),
        ("evaluator_kind", titled(admin.ChoicesFieldListFilter, "sorte d’évaluateur")),
        "is_active",
    )
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
        return ", ".join(role_label(group) for group in user.groups.all())
