"""The administration: who enters, and what each role manages there."""

from datetime import timedelta

import rules
from django.apps import apps
from django.contrib import admin
from django.contrib.admin.apps import AdminConfig
from django.core.exceptions import SuspiciousOperation
from django.db import transaction
from django.db.models import Count, Q
from django.http import Http404, HttpResponseRedirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.http import urlencode

from actors.rules import is_administrator, is_agent, is_staff_member
from ess_portal.base.files import store
from ess_portal.base.french import listed

# One row a model: who manages it in the administration. Nobody else sees it there.
AGENT, ADMINISTRATOR = "agent", "administrator"
MANAGED_BY = {
    "challenges.programme": AGENT,
    "challenges.receiptterms": AGENT,
    "challenges.challenge": AGENT,
    "challenges.measure": AGENT,
    "challenges.grid": AGENT,
    "challenges.criterion": AGENT,
    "actors.organisation": AGENT,
    "actors.membership": AGENT,
    "actors.membershipclaim": AGENT,
    "actors.invitation": AGENT,
    "actors.commune": AGENT,
    "actors.livingarea": AGENT,
    "actors.sector": AGENT,
    "actors.user": ADMINISTRATOR,
    "actions.action": AGENT,
    "actions.evaluation": AGENT,
    "actions.actionevent": AGENT,
    "actions.recusal": AGENT,
    "actions.amendment": AGENT,
    "actions.committeesession": AGENT,
    "actions.deliberation": AGENT,
    "pages.contactmessage": AGENT,
    "base.outgoingmail": AGENT,
    "base.searchsynonyms": AGENT,
    "base.accessrecord": ADMINISTRATOR,
}


def register_permissions() -> None:
    """Tell the `rules` backend the table above, for every right the admin asks about."""
    predicates = {AGENT: is_agent, ADMINISTRATOR: is_administrator}
    of_apps: dict[str, rules.Predicate] = {}
    for label, role in MANAGED_BY.items():
        app, model = label.split(".")
        predicate = predicates[role]
        of_apps[app] = of_apps[app] | predicate if app in of_apps else predicate
        for right in ("view", "add", "change", "delete"):
            rules.set_perm(f"{app}.{right}_{model}", predicate)
    for app, predicate in of_apps.items():
        rules.set_perm(app, predicate)


class PortalAdminSite(admin.AdminSite):
    """The admin of agents and administrators; the portal's own sign-in page leads to it."""

    site_title = "Portail ESS"
    site_header = "Portail ESS – administration"
    index_title = "Que voulez-vous gérer ?"
    site_url = "/"
    empty_value_display = "–"
    enable_nav_sidebar = False
    index_template = "admin/home.html"

    def has_permission(self, request):
        """Ask the roles at each request, not Django's `is_staff`."""
        user = request.user
        return user.is_active and (user.is_superuser or is_staff_member(user))

    def admin_view(self, view, cacheable=False):
        """Answer 404 to the signed-in people for whom the administration doesn't exist."""
        inner = super().admin_view(view, cacheable)
        owner = getattr(view, "__self__", None)

        def guarded(request, *args, **kwargs):
            if _has_zero_byte(request):
                raise SuspiciousOperation("a zero byte")
            if request.user.is_authenticated and not self.has_permission(request):
                raise Http404
            if isinstance(owner, admin.ModelAdmin) and not owner.has_view_or_change_permission(
                request
            ):
                raise Http404
            return inner(request, *args, **kwargs)

        return guarded

    def autocomplete_view(self, request):
        # Needs the models, which aren't loaded yet when the site is made.
        from ess_portal.base.admin_keys import RelatedRowsView  # noqa: PLC0415

        return RelatedRowsView.as_view(admin_site=self)(request)

    def get_urls(self):
        """Put our own way to a row's page before Django's, which asks nobody's rights."""
        page = self.admin_view(self.view_on_site)
        ours = path("r/<path:content_type_id>/<path:object_id>/", page, name="view_on_site")
        return [ours, *super().get_urls()]

    def view_on_site(self, request, content_type_id, object_id):
        """Lead to the page of a row, whoever may see it in the administration."""
        # The same.
        from django.contrib.contenttypes.models import ContentType  # noqa: PLC0415
        from django.contrib.contenttypes.views import shortcut  # noqa: PLC0415

        is_key = content_type_id.isdecimal() and len(content_type_id) < len(str(2**31))
        kind = ContentType.objects.filter(pk=content_type_id).first() if is_key else None
        page = self._registry.get(kind.model_class()) if kind else None
        if page is None or not page.has_view_or_change_permission(request):
            raise Http404
        row = page.get_object(request, object_id)
        if row is None or not page.has_view_or_change_permission(request, row):
            raise Http404
        return shortcut(request, content_type_id, object_id)

    def index(self, request, extra_context=None):
        """Say first what waits, mails that don't leave included, to those who may do something."""
        waiting = _terms_of_the_programme()
        waiting["invites_evaluators"] = is_staff_member(request.user)
        if request.user.has_perm("base.view_outgoingmail"):
            waiting |= _failing_mails()
        if is_agent(request.user):
            claims = apps.get_model("actors", "MembershipClaim").objects
            waiting["claims_pending"] = claims.pending().count()
            organisations = apps.get_model("actors", "Organisation").objects
            waiting["organisations_waiting"] = organisations.provisional().count()
            waiting |= _silences()
            files = apps.get_model("actions", "Action").objects.filter(status="submitted")
            waiting["files_to_screen"] = files.count()
            messages = apps.get_model("pages", "ContactMessage").objects.filter(answered=False)
            waiting["messages_unanswered"] = messages.count()
        if is_administrator(request.user):
            waiting["attachments_free"] = store.free_bytes()
            waiting["attachments_low"] = not store.has_room()
            actions = apps.get_model("actions", "Action").objects
            waiting["files_left"] = actions.left_without_agent().count()
        return super().index(request, {**(extra_context or {}), **waiting})

    def password_change(self, request, extra_context=None):
        """Ask for a recent proof of who is there; tell its owner, and end their other sessions."""
        # The site is made before the models are loaded.
        from actors.services.accounts import tell_password_changed  # noqa: PLC0415
        from actors.sign_in import signed_in_recently  # noqa: PLC0415

        if not signed_in_recently(request):
            target = urlencode({"next": request.path})
            return HttpResponseRedirect(f"{reverse('actors:confirm_identity')}?{target}")
        with transaction.atomic():
            response = super().password_change(request, extra_context)
            if isinstance(response, HttpResponseRedirect):
                tell_password_changed(user=request.user, keep=request.session.session_key)
        return response

    def login(self, request, extra_context=None):
        """Lead to the portal's sign-in page."""
        next_page = request.GET.get("next") or reverse("admin:index")
        if request.user.is_authenticated:
            return HttpResponseRedirect(reverse("admin:index"))
        return HttpResponseRedirect(f"{reverse('account_login')}?{urlencode({'next': next_page})}")


def _has_zero_byte(request) -> bool:
    # In the address: no text that is kept holds one.
    asked = (value for name in request.GET for value in request.GET.getlist(name))
    return any("\0" in text for text in (request.path, *asked))


def _failing_mails() -> dict[str, int]:
    # The site is made before the models are loaded.
    mails = apps.get_model("base", "OutgoingMail").objects
    return mails.filter(sent_at=None).aggregate(
        mails_failing=Count("pk", filter=Q(attempts__gt=0, given_up_at=None)),
        mails_given_up=Count("pk", filter=Q(given_up_at__isnull=False)),
    )


def _silences() -> dict[str, int]:
    # The same.
    from actions.models.silence import DAYS_OF_ALARM  # noqa: PLC0415

    today = timezone.localdate()
    actions = apps.get_model("actions", "Action").objects
    return actions.silent_before(today + timedelta(days=DAYS_OF_ALARM + 1)).aggregate(
        silence_near=Count("pk", filter=Q(silent_until__gte=today)),
        silence_past=Count("pk", filter=Q(silent_until__lt=today)),
    )


def _terms_of_the_programme() -> dict[str, object]:
    """The current programme, while its legal texts lack something or aren't confirmed."""
    # The site is made before the models are loaded.
    from challenges.models import Programme, terms_for  # noqa: PLC0415

    programme = Programme.objects.current()
    if programme is None:
        return {}
    terms = terms_for(programme)
    return {
        "programme_in_force": programme,
        "terms_missing": listed(terms.missing),
        "terms_to_confirm": not terms.is_confirmed,
    }


class PortalAdminConfig(AdminConfig):
    """Django's admin with our site."""

    default_site = "ess_portal.admin_site.PortalAdminSite"

    def ready(self):
        """Register the permissions before the admin asks for them."""
        register_permissions()
        super().ready()
        # Keys and addresses are their owner's to change; a role is a row of a person's own page.
        for model in (("mfa", "Authenticator"), ("account", "EmailAddress"), ("auth", "Group")):
            admin.site.unregister(apps.get_model(*model))
