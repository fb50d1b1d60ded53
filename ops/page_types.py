"""Every type of page the portal has, named once: photographs, axe, weight and keys walk this list.

It reads the demonstration's data, so Django must be set up and the data loaded.
"""

from collections.abc import Iterator
from typing import Any

from ops.admin_page_types import admin_models, admin_steps
from ops.page_type import (
    AGENT,
    CARRIER,
    COMMITTEE,
    ELECTED,
    EVALUATOR,
    GUEST,
    NEWCOMER,
    SUBMIT,
    VISITOR,
    PageType,
    action_in,
    address_of,
    email_of,
)


def page_types() -> list[PageType]:
    """Return every type of page, public ones first."""
    return [
        *_visitor(),
        *_errors(),
        *_carrier(),
        *_evaluator(),
        *_committee(),
        *_assignments(),
        *admin_steps(),
        *admin_models(),
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


def _visitor() -> Iterator[PageType]:
    def page(name: str, address: str, **options: Any) -> PageType:
        return PageType(name, VISITOR, address, **options)

    yield page("home", "/")
    for name in ("programme", "help", "contact", "contact_thanks", "site_map"):
        yield page(name, address_of(f"pages:{name}"))
    for name in ("accessibility", "legal_notice", "terms", "privacy"):
        yield page(name, address_of(f"pages:{name}"))
    yield page("contact_errors", address_of("pages:contact"), press=SUBMIT)
    yield page("challenge", address_of("pages:challenge", 2))
    yield page("measure", address_of("pages:measure", 2, 1))
    yield page("action_list", address_of("actions:list"))
    actions, search = address_of("actions:list"), address_of("pages:search")
    yield page("action_list_empty", f"{actions}?q=introuvable")
    yield page("action_list_filtered", f"{actions}?q=solidaire&etat=priorisee&defi=2")
    yield page("search", search)
    yield page("search_found", f"{search}?q=econom")
    yield page("search_nothing", f"{search}?q=introuvable")
    yield page("reference", address_of("pages:reference"))
    for status in ("prioritised", "postponed", "recorded", "completed"):
        address = address_of("actions:action", action_in(status).reference)
        yield page(f"action_{status}", address)
    yield page("organisation_list", address_of("actors:organisation_list"))
    carrier = action_in("in_progress").carrier
    yield page("organisation", address_of("actors:organisation", carrier.slug))
    yield page("propose_start", address_of("actions:propose"))
    yield page("sign_in", address_of("account_login"))
    code = address_of("account_request_login_code")
    yield page("sign_in_code", code)
    yield page("sign_in_code_errors", code, press=SUBMIT)
    yield page("account_inactive", address_of("account_inactive"))


def _errors() -> Iterator[PageType]:
    yield PageType("error_404", VISITOR, "/nulle-part/")
    for name in ("400", "403", "403_csrf", "413", "429", "500", "503"):
        yield PageType(f"error_{name}", VISITOR, f"/erreur/{name}", template=f"{name}.html")


def _carrier() -> Iterator[PageType]:
    def own_action(status: str) -> Any:
        return action_in(status, carrier__memberships__user__email=f"{CARRIER}@demo.example")

    def own(status: str, name: str = "own_action") -> str:
        return address_of(f"actions:{name}", own_action(status).uuid)

    def page(name: str, address: str, **options: Any) -> PageType:
        return PageType(name, CARRIER, address, **options)

    yield page("space", address_of("actions:space"))
    yield page("preferences", address_of("actors:preferences"))
    yield page("passkeys", address_of("actors:passkeys"))
    yield page("passkey_add", address_of("actors:add_passkey"))
    yield from _second_factor(page)
    yield from _belonging(page)
    yield PageType("space_empty", NEWCOMER, address_of("actions:space"))
    yield page("propose", address_of("actions:propose"))
    for status in ("draft", "in_correction", "in_evaluation", "completed", "abandoned"):
        yield page(f"own_{status}", own(status))
    draft, corrected = own_action("draft"), own_action("in_correction")
    for step in ("structure", "action", "mesure", "moyens", "criteres"):
        address = address_of("actions:edit_step", draft.uuid, step)
        yield page(f"step_{step}", address)
    partners = f"{address_of('actions:edit_step', draft.uuid, 'moyens')}?q="
    yield page("step_partners_found", f"{partners}fictive")
    yield page("step_partners_none", f"{partners}introuvable")
    yield page("step_in_correction", address_of("actions:edit_step", corrected.uuid, "moyens"))
    yield page("sending", address_of("actions:send", corrected.uuid))
    yield page("sending_errors", address_of("actions:send", draft.uuid), press="[name=send]")
    yield page("attach_errors", own("draft", "send"), press="form[enctype] [type=submit]")
    yield page("receipt", own("completed", "receipt"))
    yield page("start_again", own("completed", "start_again"))
    yield page("withdraw", own("in_evaluation", "withdraw"))
    yield page("delete", own("draft", "delete"))
    yield page("sign_out", address_of("account_logout"))


def _second_factor(page: Any) -> Iterator[PageType]:
    yield page("second_factor", address_of("actors:second_factor"))
    application = address_of("actors:application")
    yield page("second_factor_application", application)
    yield page("second_factor_application_errors", application, press=SUBMIT)
    yield page("confirm_identity", address_of("actors:confirm_identity"))
    yield page("sessions", address_of("actors:sessions"))
    # Whose role needs one, and who has it.
    yield PageType("second_factor_given", AGENT, address_of("actors:second_factor"))
    yield PageType("confirm_identity_again", AGENT, address_of("actors:confirm_identity"))
    yield PageType("recovery_codes", AGENT, address_of("actors:recovery_codes"))
    yield PageType("remove_application", AGENT, address_of("actors:remove_application"))


def _belonging(page: Any) -> Iterator[PageType]:
    from actions.models import CoEditor  # noqa: PLC0415
    from actors import models  # noqa: PLC0415

    place = models.Membership.objects.filter(user__email=email_of(CARRIER)).order_by("pk").first()
    slug = place.organisation.slug
    yield page("organisation_space", address_of("actors:organisation_space", slug))
    yield page("invite", address_of("actors:invite", slug))
    yield page("invite_errors", address_of("actors:invite", slug), press=SUBMIT)
    yield page("member", address_of("actors:member", slug, place.pk))
    yield page("remove_member", address_of("actors:remove_member", slug, place.pk))
    yield page("leave", address_of("actors:leave", slug))
    others = models.Organisation.objects.published().exclude(memberships__user=place.user)
    address = address_of("actors:claim_membership", others.order_by("pk").first().slug)
    yield page("claim_membership", address)
    yield page("claim_membership_errors", address, press=SUBMIT)
    draft = action_in("draft", carrier__memberships__user=place.user)
    yield page("co_editors", address_of("actions:co_editors", draft.uuid))
    yield PageType("claims", AGENT, address_of("actors:claims"))
    claim = models.MembershipClaim.objects.pending().latest("pk")
    yield PageType("claim", AGENT, address_of("actors:claim", claim.pk))
    yield PageType("waiting_organisations", AGENT, address_of("actions:waiting_organisations"))
    waiting = models.Organisation.objects.provisional().latest("pk")
    review = address_of("actions:organisation_review", waiting.pk)
    yield PageType("organisation_review", AGENT, review)
    yield PageType("organisation_review_errors", AGENT, review, press=SUBMIT)
    # The first carrier invites the second: into its organisation, and to one file.
    invitation, co_editing = models.Invitation.objects.latest("pk"), CoEditor.objects.latest("pk")
    yield PageType("invitation", GUEST, invitation.get_absolute_url())
    yield PageType("co_editing", GUEST, co_editing.get_absolute_url())
    own = models.EvaluatorInvitation.objects.get(email=email_of(GUEST))
    yield PageType("evaluator_invitation", GUEST, own.get_absolute_url())
    yield PageType("evaluators", AGENT, address_of("actors:evaluators"))
    inviting = address_of("actors:invite_evaluator")
    yield PageType("invite_evaluator", AGENT, inviting)
    yield PageType("invite_evaluator_errors", AGENT, inviting, press=SUBMIT)


def _evaluator() -> Iterator[PageType]:
    from actions.models import Evaluation  # noqa: PLC0415

    own = Evaluation.objects.open().to_send().filter(evaluator__email=email_of(EVALUATOR))
    waiting = own.filter(declared_at__isnull=False).first()
    undeclared = own.filter(declared_at__isnull=True).first()
    closed = action_in("evaluated").evaluations.get(evaluator__email=email_of(EVALUATOR))

    def page(name: str, address: str, **options: Any) -> PageType:
        return PageType(name, EVALUATOR, address, **options)

    yield page("evaluation_queue", address_of("actions:evaluations"))
    yield PageType("evaluation_queue_empty", NEWCOMER, address_of("actions:evaluations"))
    yield page("evaluation", address_of("actions:evaluation", waiting.pk))
    yield page(
        "evaluation_errors", address_of("actions:evaluation", waiting.pk), press="[name=send]"
    )
    yield page("declaration", address_of("actions:evaluation", undeclared.pk))
    yield page("evaluation_closed", address_of("actions:evaluation", closed.pk))
    yield page("recusal", address_of("actions:recuse", waiting.pk))
    yield page("recusal_errors", address_of("actions:recuse", waiting.pk), press=SUBMIT)


def _committee() -> Iterator[PageType]:
    failing = action_in("evaluated", gate_floor_margin__lt=0).reference
    passing = action_in("evaluated", gate_community_interest=True).reference
    refused = action_in("refusal_announced").reference

    def page(name: str, address: str, **options: Any) -> PageType:
        return PageType(name, COMMITTEE, address, **options)

    def decision(reference: str, kind: str) -> str:
        return address_of("actions:propose_decision", reference, kind)

    yield page("committee", address_of("actions:committee"))
    yield page("result_below", address_of("actions:result", failing))
    yield page("result_passing", address_of("actions:result", passing))
    yield page("result_refusal", address_of("actions:result", refused))
    yield page("decision_blocked", decision(failing, "prioritise"))
    yield page("decision", decision(passing, "prioritise"))
    yield page("decision_errors", decision(passing, "postpone"), press=SUBMIT)
    yield page("settle", address_of("actions:settle", refused, "withdraw_refusal"))
    yield from _sessions()
    granted = action_in("prioritised").reference
    yield page("amend", address_of("actions:amend", granted))
    yield page("amend_errors", address_of("actions:amend", granted), press=SUBMIT)
    yield PageType("increase", AGENT, address_of("actions:increase", granted))
    yield page("dashboard", address_of("dashboards:dashboard"))
    yield page("waiting", address_of("dashboards:waiting", "decider"))
    yield PageType("dashboard_elected", ELECTED, address_of("dashboards:dashboard"))


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
        return address_of(f"actions:{name}", thing.pk)

    yield page("session_list", address_of("actions:sessions"))
    yield page("session_create", address_of("actions:create_session"))
    yield page("session_create_errors", address_of("actions:create_session"), press=SUBMIT)
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
    yield page("action_deliberation", address_of("actions:action_deliberation", awaiting.reference))
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

    for status in ("submitted", "evaluated"):
        filed = action_in(status).reference
        yield page(f"action_{status}_for_agents", address_of("actions:action", filed))
    address = address_of("actions:assign")
    lacking = Action.objects.lacking_evaluators().order_by("pk").first()
    ticked = f"actions={lacking.pk}&due_on={timezone.localdate()}&per_action=3"
    proposal = f"{address}?proposer=1&{ticked}"
    yield page("assignment_list", address)
    yield page("assignment_list_errors", address, press="[name=proposer]")
    yield page("assignment_proposal", proposal)
    waiting = address_of("dashboards:waiting", "evaluer")
    yield page("waiting_evaluations", waiting)
