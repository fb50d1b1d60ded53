"""People, organisations and territory, as staff manage them."""

from django import forms
from django.contrib import admin
from django.db import models

from actors.models import Commune, LivingArea, Membership, Organisation, Sector, User
from ess_portal.base.french import plural


class MembershipInline(admin.StackedInline):
    """The members of an organisation."""

    model = Membership
    extra = 0
    autocomplete_fields = ("user",)


@admin.register(Organisation)
class OrganisationAdmin(admin.ModelAdmin):
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
        """Make the chosen organisations public."""
        number = queryset.update(is_published=True)
        s = plural(number)
        self.message_user(request, f"{number} structure{s} publiée{s}.")


@admin.register(Membership)
class MembershipAdmin(admin.ModelAdmin):
    """Who belongs where."""

    list_display = ("user", "organisation", "role", "created_at")
    list_filter = ("role",)
    list_select_related = ("user", "organisation")
    search_fields = ("user__email", "user__full_name", "organisation__name")
    autocomplete_fields = ("user", "organisation")


@admin.register(Commune)
class CommuneAdmin(admin.ModelAdmin):
    """The communes, their living areas, their place on the tile map."""

    list_display = ("name", "insee_code", "population", "population_year", "living_area")
    list_filter = ("living_area",)
    search_fields = ("name", "insee_code")


@admin.register(LivingArea)
class LivingAreaAdmin(admin.ModelAdmin):
    """Living areas, as the agglomeration draws them."""

    search_fields = ("name",)


@admin.register(Sector)
class SectorAdmin(admin.ModelAdmin):
    """Lines of activity."""

    list_display = ("name", "slug")
    search_fields = ("name",)
    prepopulated_fields = {"slug": ("name",)}


class UserForm(forms.ModelForm):
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
class UserAdmin(admin.ModelAdmin):
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
        """The person's roles."""
        return ", ".join(group.name for group in user.groups.all())
