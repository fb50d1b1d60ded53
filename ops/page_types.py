"""Every type of page the portal has, named once: photographs, axe, weight and keys walk this list.

It reads the demonstration's data, so Django must be set up and the data loaded.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

VISITOR = "visitor"
SUPERUSER = "superuser"
GUEST = "porteur2"
CARRIER, AGENT, EVALUATOR, COMMITTEE = "porteur", "agent", "evaluateur3", "comite1"
ELECTED, ADMINISTRATOR, NEWCOMER = "elu", "admin", "evaluateur4"
# What is asked of nobody's data: each form is sent empty, so nothing is ever written.
SUBMIT = "main form:not([role=search]) [type=submit]:not([formnovalidate])"


@dataclass(frozen=True)
class PageType:
    """One page: its name, who reads it (an account of the demonstration), its address.

    `press` is a selector: the page is looked at after that was clicked (a form with errors).
    `template` is an error page that no address gives: it is rendered, then shown there.
    """

    name: str
    reader: str
    address: str
    press: str = ""
    template: str = ""

    @property
    def is_admin(self) -> bool:
        """Tell whether Django's admin draws it."""
        return self.name.startswith("admin_")


def page_types() -> list[PageType]:
    """Return every type of page, public ones first."""
    return [
        *_visitor(),
        *_errors(),
        *_carrier(),
        *_evaluator(),
        *_committee(),
        *_assignments(),
        *_admin_steps(),
        *_admin_models(),
    ]


def readers(pages: list[PageType]) -> dict[str, list[PageType]]:
    """Group pages by who reads them, so that each person signs in once."""
    return {
        reader: [page for page in pages if page.reader == reader]
        for reader in dict.fromkeys(page.reader for page in pages)
    }


def rendered(template: str) -> str:
    """Return an error page as a visitor gets it."""
    from django.contrib.auth.models import AnonymousUser  # noqa: PLC0415
    from django.template.loader import render_to_string  # noqa: PLC0415
    from django.test import RequestFactory  # noqa: PLC0415

    request = RequestFactory().get("/")
    request.user = AnonymousUser()
    return render_to_string(template, request=request)


def _reverse(name: str, *arguments: Any) -> str:
    from django.urls import reverse  # noqa: PLC0415

    return reverse(name, args=arguments)


def _action(status: str, **conditions: Any) -> Any:
    from actions.models import Action  # noqa: PLC0415

    found = Action.objects.filter(status=status, **conditions).order_by("pk").first()
    if found is None:
        raise LookupError(f"no action is {status}: the demonstration's data is incomplete")
    return found


def _person(name: str) -> Any:
    from actors.models import User  # noqa: PLC0415

    return User.objects.get(email=_email(name))


def _visitor() -> Iterator[PageType]:
    def page(name: str, address: str, **options: Any) -> PageType:
        return PageType(name, VISITOR, address, **options)

    yield page("home", "/")
    for name in ("programme", "help", "contact", "contact_thanks", "site_map"):
        yield page(name, _reverse(f"pages:{name}"))
    for name in ("accessibility", "legal_notice", "terms", "privacy"):
        yield page(name, _reverse(f"pages:{name}"))
    yield page("contact_errors", _reverse("pages:contact"), press=SUBMIT)
    yield page("challenge", _reverse("pages:challenge", 2))
    yield page("measure", _reverse("pages:measure", 2, 1))
    yield page("action_list", _reverse("actions:list"))
    actions, search = _reverse("actions:list"), _reverse("pages:search")
    yield page("action_list_empty", f"{actions}?q=introuvable")
    yield page("action_list_filtered", f"{actions}?q=solidaire&etat=priorisee&defi=2")
    yield page("search", search)
    yield page("search_found", f"{search}?q=econom")
    yield page("search_nothing", f"{search}?q=introuvable")
    yield page("reference", _reverse("pages:reference"))
    for status in ("prioritised", "postponed", "recorded", "completed"):
        address = _reverse("actions:action", _action(status).reference)
        yield page(f"action_{status}", address)
    yield page("organisation_list", _reverse("actors:organisation_list"))
    carrier = _action("in_progress").carrier
    yield page("organisation", _reverse("actors:organisation", carrier.slug))
    yield page("propose_start", _reverse("actions:propose"))
    yield page("sign_in", _reverse("account_login"))
    code = _reverse("account_request_login_code")
    yield page("sign_in_code", code)
    yield page("sign_in_code_errors", code, press=SUBMIT)
    yield page("account_inactive", _reverse("account_inactive"))


def _errors() -> Iterator[PageType]:
    yield PageType("error_404", VISITOR, "/nulle-part/")
    for name in ("400", "403", "403_csrf", "413", "429", "500", "503"):
        yield PageType(f"error_{name}", VISITOR, f"/erreur/{name}", template=f"{name}.html")


def _carrier() -> Iterator[PageType]:
    def own_action(status: str) -> Any:
        return _action(status, carrier__memberships__user__email=f"{CARRIER}@demo.example")

    def own(status: str, name: str = "own_action") -> str:
        return _reverse(f"actions:{name}", own_action(status).uuid)

    def page(name: str, address: str, **options: Any) -> PageType:
        return PageType(name, CARRIER, address, **options)

    yield page("space", _reverse("actions:space"))
    yield page("preferences", _reverse("actors:preferences"))
    yield page("passkeys", _reverse("actors:passkeys"))
    yield page("passkey_add", _reverse("actors:add_passkey"))
    yield from _second_factor(page)
    yield from _belonging(page)
    yield PageType("space_empty", NEWCOMER, _reverse("actions:space"))
    yield page("propose", _reverse("actions:propose"))
    for status in ("draft", "in_correction", "in_evaluation", "completed", "abandoned"):
        yield page(f"own_{status}", own(status))
    draft, corrected = own_action("draft"), own_action("in_correction")
    for step in ("structure", "action", "mesure", "moyens", "criteres"):
        address = _reverse("actions:edit_step", draft.uuid, step)
        yield page(f"step_{step}", address)
    yield page("step_in_correction", _reverse("actions:edit_step", corrected.uuid, "moyens"))
    yield page("sending", _reverse("actions:send", corrected.uuid))
    yield page("sending_errors", _reverse("actions:send", draft.uuid), press="[name=send]")
    yield page("attach_errors", own("draft", "send"), press="form[enctype] [type=submit]")
    yield page("receipt", own("completed", "receipt"))
    yield page("start_again", own("completed", "start_again"))
    yield page("withdraw", own("in_evaluation", "withdraw"))
    yield page("delete", own("draft", "delete"))
    yield page("sign_out", _reverse("account_logout"))


def _second_factor(page: Any) -> Iterator[PageType]:
    yield page("second_factor", _reverse("actors:second_factor"))
    application = _reverse("actors:application")
    yield page("second_factor_application", application)
    yield page("second_factor_application_errors", application, press=SUBMIT)
    yield page("confirm_identity", _reverse("actors:confirm_identity"))
    yield page("sessions", _reverse("actors:sessions"))
    # Whose role needs one, and who has it.
    yield PageType("second_factor_given", AGENT, _reverse("actors:second_factor"))
    yield PageType("confirm_identity_again", AGENT, _reverse("actors:confirm_identity"))
    yield PageType("recovery_codes", AGENT, _reverse("actors:recovery_codes"))
    yield PageType("remove_application", AGENT, _reverse("actors:remove_application"))


def _belonging(page: Any) -> Iterator[PageType]:
    from actions.models import CoEditor  # noqa: PLC0415
    from actors.models import (  # noqa: PLC0415
        Invitation,
        Membership,
        MembershipClaim,
        Organisation,
    )

    place = Membership.objects.filter(user__email=_email(CARRIER)).order_by("pk").first()
    slug = place.organisation.slug
    yield page("organisation_space", _reverse("actors:organisation_space", slug))
    yield page("invite", _reverse("actors:invite", slug))
    yield page("invite_errors", _reverse("actors:invite", slug), press=SUBMIT)
    yield page("member", _reverse("actors:member", slug, place.pk))
    yield page("remove_member", _reverse("actors:remove_member", slug, place.pk))
    yield page("leave", _reverse("actors:leave", slug))
    others = Organisation.objects.published().exclude(memberships__user=place.user)
    address = _reverse("actors:claim_membership", others.order_by("pk").first().slug)
    yield page("claim_membership", address)
    yield page("claim_membership_errors", address, press=SUBMIT)
    draft = _action("draft", carrier__memberships__user=place.user)
    yield page("co_editors", _reverse("actions:co_editors", draft.uuid))
    yield PageType("claims", AGENT, _reverse("actors:claims"))
    claim = MembershipClaim.objects.pending().latest("pk")
    yield PageType("claim", AGENT, _reverse("actors:claim", claim.pk))
    yield PageType("waiting_organisations", AGENT, _reverse("actions:waiting_organisations"))
    waiting = Organisation.objects.provisional().latest("pk")
    review = _reverse("actions:organisation_review", waiting.pk)
    yield PageType("organisation_review", AGENT, review)
    yield PageType("organisation_review_errors", AGENT, review, press=SUBMIT)
    # The first carrier invites the second: into its organisation, and to one file.
    invitation, co_editing = Invitation.objects.latest("pk"), CoEditor.objects.latest("pk")
    yield PageType("invitation", GUEST, invitation.get_absolute_url())
    yield PageType("co_editing", GUEST, co_editing.get_absolute_url())


def _evaluator() -> Iterator[PageType]:
    from actions.models import Evaluation  # noqa: PLC0415

    own = Evaluation.objects.open().to_send().filter(evaluator__email=_email(EVALUATOR))
    waiting = own.filter(declared_at__isnull=False).first()
    undeclared = own.filter(declared_at__isnull=True).first()
    closed = _action("evaluated").evaluations.get(evaluator__email=_email(EVALUATOR))

    def page(name: str, address: str, **options: Any) -> PageType:
        return PageType(name, EVALUATOR, address, **options)

    yield page("evaluation_queue", _reverse("actions:evaluations"))
    yield PageType("evaluation_queue_empty", NEWCOMER, _reverse("actions:evaluations"))
    yield page("evaluation", _reverse("actions:evaluation", waiting.pk))
    yield page("evaluation_errors", _reverse("actions:evaluation", waiting.pk), press="[name=send]")
    yield page("declaration", _reverse("actions:evaluation", undeclared.pk))
    yield page("evaluation_closed", _reverse("actions:evaluation", closed.pk))
    yield page("recusal", _reverse("actions:recuse", waiting.pk))
    yield page("recusal_errors", _reverse("actions:recuse", waiting.pk), press=SUBMIT)


def _committee() -> Iterator[PageType]:
    failing = _action("evaluated", gate_floor_margin__lt=0).reference
    passing = _action("evaluated", gate_community_interest=True).reference
    refused = _action("refusal_announced").reference

    def page(name: str, address: str, **options: Any) -> PageType:
        return PageType(name, COMMITTEE, address, **options)

    def decision(reference: str, kind: str) -> str:
        return _reverse("actions:propose_decision", reference, kind)

    yield page("committee", _reverse("actions:committee"))
    yield page("result_below", _reverse("actions:result", failing))
    yield page("result_passing", _reverse("actions:result", passing))
    yield page("result_refusal", _reverse("actions:result", refused))
    yield page("decision_blocked", decision(failing, "prioritise"))
    yield page("decision", decision(passing, "prioritise"))
    yield page("decision_errors", decision(passing, "postpone"), press=SUBMIT)
    yield page("settle", _reverse("actions:settle", refused, "withdraw_refusal"))
    yield from _sessions()
    granted = _action("prioritised").reference
    yield page("amend", _reverse("actions:amend", granted))
    yield page("amend_errors", _reverse("actions:amend", granted), press=SUBMIT)
    yield page("dashboard", _reverse("dashboards:dashboard"))
    yield page("waiting", _reverse("dashboards:waiting", "decider"))
    yield PageType("dashboard_elected", ELECTED, _reverse("dashboards:dashboard"))


def _sessions() -> Iterator[PageType]:
    from actions.models import Action, CommitteeSession  # noqa: PLC0415

    # The latest of each: several were published over the years.
    prepared, held, published = (
        CommitteeSession.objects.filter(state=state).latest("held_on")
        for state in ("preparing", "sitting", "published")
    )
    first, last = held.items.order_by("position")

    def page(name: str, address: str, reader: str = AGENT, **options: Any) -> PageType:
        return PageType(name, reader, address, **options)

    def of(name: str, thing: Any) -> str:
        return _reverse(f"actions:{name}", thing.pk)

    yield page("session_list", _reverse("actions:sessions"))
    yield page("session_create", _reverse("actions:create_session"))
    yield page("session_create_errors", _reverse("actions:create_session"), press=SUBMIT)
    yield page("session_edit", of("edit_session", held))
    yield page("session_preparing", of("session", prepared))
    yield page("session_sitting", of("session", held))
    yield page("session_published", of("session", published), reader=COMMITTEE)
    yield page("session_cancel", of("cancel_session", prepared))
    yield page("agenda_take_off", of("take_off_agenda", first))
    yield page("agenda", of("agenda", prepared))
    yield page("agenda_grouped", f"{of('agenda', prepared)}?tri=commune")
    yield page("attendance", of("attendance", held))
    yield page("envelope_vote", of("envelope_vote", held))
    yield page("envelope_vote_errors", of("envelope_vote", held), press=SUBMIT)
    yield page("deliberation", of("deliberation", published))
    yield page("deliberation_errors", of("deliberation", published), press=SUBMIT)
    awaiting = Action.objects.proposed_to_council().first()
    yield page("action_deliberation", _reverse("actions:action_deliberation", awaiting.reference))
    yield page("agenda_item", of("agenda_item", first))
    yield page("agenda_item_open", of("agenda_item", last))
    yield page("agenda_item_read", of("agenda_item", first), reader="comite2")
    yield page("step_aside", of("step_aside", last))
    yield page("step_aside_errors", of("step_aside", last), press=SUBMIT)


def _assignments() -> Iterator[PageType]:
    from django.utils import timezone  # noqa: PLC0415

    from actions.models import Action  # noqa: PLC0415

    def page(name: str, address: str, **options: Any) -> PageType:
        return PageType(name, AGENT, address, **options)

    address = _reverse("actions:assign")
    lacking = Action.objects.lacking_evaluators().order_by("pk").first()
    ticked = f"actions={lacking.pk}&due_on={timezone.localdate()}&per_action=3"
    proposal = f"{address}?proposer=1&{ticked}"
    yield page("assignment_list", address)
    yield page("assignment_list_errors", address, press="[name=proposer]")
    yield page("assignment_proposal", proposal)
    waiting = _reverse("dashboards:waiting", "evaluer")
    yield page("waiting_evaluations", waiting)


def _admin_steps() -> Iterator[PageType]:
    submitted, waiting = _action("submitted"), _action("in_evaluation")
    evaluation = waiting.evaluations.filter(sent_at=None).order_by("pk").first()

    def page(name: str, *arguments: Any, **options: Any) -> PageType:
        address = _reverse(f"admin:actions_action_{name.partition('.')[0]}", *arguments)
        return PageType(f"admin_action_{name.replace('.', '_')}", AGENT, address, **options)

    yield PageType("admin_index", AGENT, _reverse("admin:index"))
    yield PageType("admin_index_administrator", ADMINISTRATOR, _reverse("admin:index"))
    yield PageType("admin_app", AGENT, _reverse("admin:app_list", "actions"))
    lost = _reverse("admin:actors_user_reset_factor", _person(AGENT).pk)
    yield PageType("admin_reset_factor", ADMINISTRATOR, lost)
    yield PageType("admin_reset_factor_errors", ADMINISTRATOR, lost, press="#content [type=submit]")
    yield PageType("admin_password", AGENT, _reverse("admin:password_change"))
    submit = "#content form [type=submit]"
    ask = (submitted.pk, "request_correction")
    yield page("transition", *ask)
    yield page("transition.errors", *ask, press=submit)
    yield page("assign", waiting.pk)
    for name in ("remind", "due_date", "replace", "unassign"):
        yield page(name, evaluation.pk)
    yield page("recuse", evaluation.pk)
    yield page("change.waiting", waiting.pk)
    yield page("change.decided", _action("prioritised").pk)
    yield page("change.recorded", _action("recorded").pk)
    paper = _reverse("admin:actions_action_paper")
    yield PageType("paper", AGENT, paper)
    yield PageType("paper_errors", AGENT, paper, press="main form .btn-primary")


def _admin_models() -> Iterator[PageType]:
    """List, add, change, delete and history of every registered model, by who manages it."""
    from django.contrib import admin  # noqa: PLC0415
    from django.test import RequestFactory  # noqa: PLC0415

    from actors.models import User  # noqa: PLC0415
    from ess_portal.admin_site import MANAGED_BY  # noqa: PLC0415

    request = RequestFactory().get("/")
    managers = {"agent": AGENT, "administrator": ADMINISTRATOR, "": SUPERUSER}
    people = {user.email: user for user in User.objects.filter(email__endswith="@demo.example")}
    for model, model_admin in admin.site._registry.items():  # noqa: SLF001
        reader = managers[MANAGED_BY.get(model._meta.label_lower, "")]
        request.user = people.get(_email(reader))
        if request.user is None:
            continue
        for name, address, press in _model_pages(model, model_admin, request):
            yield PageType(name, reader, address, press=press)


def _model_pages(model: Any, model_admin: Any, request: Any) -> Iterator[tuple[str, str, str]]:
    name = f"{model._meta.app_label}_{model._meta.model_name}"
    yield f"admin_{name}_list", _reverse(f"admin:{name}_changelist"), ""
    if model_admin.has_add_permission(request):
        add = _reverse(f"admin:{name}_add")
        yield f"admin_{name}_add", add, ""
        yield f"admin_{name}_add_errors", add, "[name=_save]"
    row = model_admin.get_queryset(request).order_by("pk").first()
    if row is None:
        return
    yield f"admin_{name}_change", _reverse(f"admin:{name}_change", row.pk), ""
    yield f"admin_{name}_history", _reverse(f"admin:{name}_history", row.pk), ""
    if model_admin.has_delete_permission(request, row):
        yield f"admin_{name}_delete", _reverse(f"admin:{name}_delete", row.pk), ""


def _email(reader: str) -> str:
    return f"{reader}@demo.example"
