"""The administration's types of page, named once: see `ops/page_types.py`."""

from collections.abc import Iterator
from typing import Any

from ops.page_type import (
    ADMINISTRATOR,
    AGENT,
    SUPERUSER,
    PageType,
    action_in,
    address_of,
    email_of,
    person_of,
)


def admin_steps() -> Iterator[PageType]:
    """Pages of one step of the workflow, and the few that belong to no model."""
    submitted, waiting = action_in("submitted"), action_in("in_evaluation")
    evaluation = waiting.evaluations.filter(sent_at=None).order_by("pk").first()

    def page(name: str, *arguments: Any, **options: Any) -> PageType:
        address = address_of(f"admin:actions_action_{name.partition('.')[0]}", *arguments)
        return PageType(f"admin_action_{name.replace('.', '_')}", AGENT, address, **options)

    yield PageType("admin_index", AGENT, address_of("admin:index"))
    yield PageType("admin_index_administrator", ADMINISTRATOR, address_of("admin:index"))
    yield PageType("admin_app", AGENT, address_of("admin:app_list", "actions"))
    lost = address_of("admin:actors_user_reset_factor", person_of(AGENT).pk)
    yield PageType("admin_reset_factor", ADMINISTRATOR, lost)
    yield PageType("admin_reset_factor_errors", ADMINISTRATOR, lost, press="#content [type=submit]")
    yield PageType("admin_password", AGENT, address_of("admin:password_change"))
    submit = "#content form [type=submit]"
    ask = (submitted.pk, "request_correction")
    yield page("transition", *ask)
    yield page("transition.errors", *ask, press=submit)
    yield page("assign", waiting.pk)
    for name in ("remind", "due_date", "replace", "unassign"):
        yield page(name, evaluation.pk)
    yield page("recuse", evaluation.pk)
    awaited = action_in("in_correction")
    yield page("recall", awaited.pk)
    yield page("more_time", awaited.pk)
    yield page("more_time.errors", awaited.pk, press=submit)
    yield page("change.submitted", submitted.pk)
    yield page("change.in_correction", awaited.pk)
    yield page("change.waiting", waiting.pk)
    yield page("change.decided", action_in("prioritised").pk)
    yield page("change.recorded", action_in("recorded").pk)
    paper = address_of("admin:actions_action_paper")
    yield PageType("paper", AGENT, paper)
    yield PageType("paper_errors", AGENT, paper, press="main form .btn-primary")


def admin_models() -> Iterator[PageType]:
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
        request.user = people.get(email_of(reader))
        if request.user is None:
            continue
        for name, address, press in _model_pages(model, model_admin, request):
            yield PageType(name, reader, address, press=press)


def _model_pages(model: Any, model_admin: Any, request: Any) -> Iterator[tuple[str, str, str]]:
    name = f"{model._meta.app_label}_{model._meta.model_name}"
    yield f"admin_{name}_list", address_of(f"admin:{name}_changelist"), ""
    if model_admin.has_add_permission(request):
        add = address_of(f"admin:{name}_add")
        yield f"admin_{name}_add", add, ""
        yield f"admin_{name}_add_errors", add, "[name=_save]"
    row = model_admin.get_queryset(request).order_by("pk").first()
    if row is None:
        return
    yield f"admin_{name}_change", address_of(f"admin:{name}_change", row.pk), ""
    yield f"admin_{name}_history", address_of(f"admin:{name}_history", row.pk), ""
    if model_admin.has_delete_permission(request, row):
        yield f"admin_{name}_delete", address_of(f"admin:{name}_delete", row.pk), ""
