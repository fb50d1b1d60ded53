"""What the administration does with accounts: who signs in, as what, and who lost their factor."""

from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html

from actors.enums import Role
from actors.models import User
from actors.services.accounts import (
    LAST_ADMINISTRATOR,
    is_last_administrator,
    tell_account_changed,
)
from actors.services.roles import note_role_changes
from actors.services.second_factors import factors_of, reset_second_factor
from actors.sign_in import signed_in_recently
from ess_portal.base.french import NO_BREAK
from ess_portal.base.refusals import Refused, refusals_in_words

# What changes how, or as what, somebody signs in.
SENSITIVE = frozenset({"email", "groups", "is_active"})


class AccountForm(forms.ModelForm):
    """What is asked before an account changes. `request` is set by `AccountChanges`."""

    request = None

    def clean(self):
        """Ask for a recent proof of who is there, and keep an administrator."""
        cleaned = super().clean()
        if SENSITIVE & set(self.changed_data) and not signed_in_recently(self.request):
            raise ValidationError(
                format_html(
                    "Votre connexion date de plus de dix minutes. "
                    '<a href="{}" target="_blank" rel="noopener">Confirmez que c’est vous '
                    "(nouvelle fenêtre)</a>, puis enregistrez de nouveau : ce que vous avez saisi "
                    "reste ici.",
                    reverse("actors:confirm_identity"),
                )
            )
        if self.instance.pk and not self.errors and is_last_administrator(self.instance):
            names = {group.name for group in cleaned["groups"]}
            if not cleaned["is_active"] or Role.ADMINISTRATOR.value not in names:
                raise ValidationError(LAST_ADMINISTRATOR)
        return cleaned


def roles_in_words(user: User) -> list[str]:
    """Say who gave `user` which role and who took it back, the latest first, and which of those
    they have nobody was noted for.
    """
    changes = list(user.role_changes.for_list())
    noted = {change.role for change in changes if change.is_given}
    unknown = [
        f"{Role(name).label}{NO_BREAK}: donné avant que le portail ne note par qui, ou à "
        "l’installation."
        for name in sorted(user.roles)
        if name in Role.values and name not in noted
    ]
    return [change.sentence for change in changes] + unknown


class ResetForm(forms.Form):
    """Why somebody's second factor is reset."""

    reason = forms.CharField(
        label="Motif",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="La personne le lira dans le courriel qui la prévient, et l’historique du compte "
        "le garde. Vérifiez d’abord, de vive voix, que la demande vient bien d’elle.",
    )


class AccountChanges:
    """For the administration of accounts: changes are told, and a factor can be reset."""

    change_form_template = "admin/actors/user/change_form.html"

    def get_form(self, request, obj=None, change=False, **kwargs):
        """Give the form its request: it asks how long ago the person signed in."""
        form = super().get_form(request, obj, change=change, **kwargs)
        return type(form.__name__, (form,), {"request": request})

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        """Say in words what the database refuses: two administrators may leave at one instant."""
        try:
            with refusals_in_words():
                return super().changeform_view(request, object_id, form_url, extra_context)
        except Refused as refused:
            # What was about to be said of a success.
            list(messages.get_messages(request))
            for reason in refused.reasons:
                self.message_user(request, reason, messages.ERROR)
            return HttpResponseRedirect(request.path)

    def save_related(self, request, form, formsets, change):
        """Note who changed which role and tell the person, once their roles are written too."""
        before = {*form.instance.groups.values_list("name", flat=True)}
        super().save_related(request, form, formsets, change)
        note_role_changes(user=form.instance, before=before, by=request.user)
        if change:
            is_own = form.instance.pk == request.user.pk
            tell_account_changed(
                user=form.instance,
                by=request.user,
                changed=form.changed_data,
                former_email=form.initial["email"],
                keep=request.session.session_key if is_own else None,
            )

    def render_change_form(self, request, context, *args, obj=None, **kwargs):
        """Offer to reset a factor, where there is one that isn't one's own."""
        others = obj is not None and obj.pk != request.user.pk
        context["can_reset"] = others and factors_of(obj).exists()
        context["roles_told"] = roles_in_words(obj) if obj is not None else []
        return super().render_change_form(request, context, *args, obj=obj, **kwargs)

    def get_urls(self):
        reset = path(
            "<int:pk>/second-facteur/",
            self.admin_site.admin_view(self.reset_factor),
            name="actors_user_reset_factor",
        )
        return [reset, *super().get_urls()]

    def reset_factor(self, request, pk):
        """Take somebody's second factor off, with a reason."""
        user = self.get_object(request, str(pk))
        if user is None:
            raise Http404
        if not self.has_change_permission(request, user):
            raise PermissionDenied
        if not signed_in_recently(request):
            target = urlencode({"next": request.path}, safe="/")
            return HttpResponseRedirect(f"{reverse('actors:confirm_identity')}?{target}")
        form = ResetForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            try:
                return self._reset(request, user, form.cleaned_data["reason"])
            except Refused as refused:
                form.add_error(None, refused.reasons)
        context = {
            **self.admin_site.each_context(request),
            "title": "Réinitialiser le second facteur",
            "opts": self.opts,
            "person": user,
            "form": form,
        }
        return TemplateResponse(request, "admin/actors/user/reset_factor.html", context)

    def _reset(self, request, user, reason: str):
        with refusals_in_words():
            reset_second_factor(user=user, reason=reason, by=request.user)
            self.log_change(request, user, f"Second facteur réinitialisé. Motif : {reason}")
        self.message_user(
            request,
            f"Le second facteur de {user} est réinitialisé. La personne est prévenue par courriel, "
            "ses sessions sont terminées.",
        )
        return HttpResponseRedirect(reverse("admin:actors_user_change", args=[user.pk]))
