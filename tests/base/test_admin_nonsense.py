"""Nonsense in the place of a key, posted or in an address: a sentence or a refusal."""

from urllib.parse import quote

import pytest
from django.contrib import admin
from django.db import transaction
from django.test import Client
from django.urls import reverse

from actors.enums import Role
from actors.models import Membership
from ess_portal.base.access_records import note
from ess_portal.base.models import AccessKind, AccessRecord
from tests.support.administration import errors
from tests.support.factories import OrganisationFactory, member, person
from tests.support.reading import NO_CHOICE, Page
from tests.support.samples import some_at_once

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

NONSENSE = ("NaN", "[]", "\0", "%00", "1e400", "true", "9" * 30, "9" * 5000, "-1", "²")
# One of each kind, where there are many places: no number, no text, too long for Python.
A_FEW = ("NaN", "\0", "9" * 5000)
PAGES = {page.opts.label_lower: page for page in admin.site._registry.values()}
ADDED = {
    label: page
    for label, page in PAGES.items()
    if type(page).has_add_permission is admin.ModelAdmin.has_add_permission
}
TECHNICAL = ("_to_field", "_popup", "_changelist_filters", "_source_model", "_facets", "e", "p")
AUTOCOMPLETE = "/admin/autocomplete/"


@pytest.fixture
def client(as_user) -> Client:
    """The browser of somebody who is an agent and an administrator."""
    return as_user(person(Role.AGENT, Role.ADMINISTRATOR))


def address(label: str, page: str, *args) -> str:
    return reverse(f"admin:{label.replace('.', '_')}_{page}", args=args)


def wrong(client, method: str, page: str, *sent: dict) -> list[tuple]:
    """Which of what is sent, each for itself, is answered by an error of ours."""
    client.raise_request_exception = False
    found = []
    for data in sent:
        with transaction.atomic():
            status = getattr(client, method)(page, data).status_code
            transaction.set_rollback(True)
        if status not in {200, 302, 400, 403, 404}:
            found.append((method, page, {name: value[:20] for name, value in data.items()}))
    return found


def names(client, page: str) -> list[str]:
    """What the forms of a page hold."""
    found = {
        field.get("name")
        for form in Page(client.get(page)).all("form", method="post")
        for tag in ("input", "select", "textarea")
        for field in form.all(tag)
    }
    return sorted(found - {"", "csrfmiddlewaretoken"})


def relations(page) -> list[str]:
    fields = (*page.model._meta.fields, *page.model._meta.many_to_many)
    return [field.name for field in fields if field.is_relation]


def test_there_are_forms_to_fill():
    assert len(ADDED) > 8
    assert {label for label, page in ADDED.items() if relations(page)} >= {
        "actors.membership",
        "actors.organisation",
        "actors.user",
    }


@pytest.mark.parametrize("label", ADDED)
def test_in_a_form_that_adds(client, label):
    page = address(label, "add")
    fields, related = names(client, page), relations(PAGES[label])
    posted = [dict.fromkeys(some, value) for value in NONSENSE for some in (fields, *zip(related))]
    asked = [{name: value} for value in A_FEW for name in (*related, *TECHNICAL)]

    assert wrong(client, "post", page, *posted) + wrong(client, "get", page, *asked) == []


@pytest.mark.parametrize("label", some_at_once(PAGES, 8))
def test_in_a_list(client, label, rf):
    page = address(label, "changelist")
    asked = {*PAGES[label]._declared_lookups(rf.get("/")), *TECHNICAL, "q", "o", "all"}
    actions = ("delete_selected", *(getattr(one, "__name__", one) for one in PAGES[label].actions))
    chosen = [
        {"action": action, "_selected_action": value} for value in A_FEW for action in actions
    ]

    assert wrong(client, "post", page, *chosen) == []
    asked = [{name: value} for value in A_FEW for name in sorted(asked)]
    assert wrong(client, "get", page, *asked) == []


@pytest.mark.parametrize("label", some_at_once(PAGES, 8))
def test_in_the_address_of_a_row(client, label):
    pages = [
        address(label, "change", "1").replace("/1/change/", f"/{quote(value)}/{page}/")
        for value in (*A_FEW, "_00")
        for page in ("change", "delete", "history")
    ]

    assert [bad for page in pages for bad in wrong(client, "get", page, {})] == []
    assert [bad for page in pages for bad in wrong(client, "post", page, {"post": "yes"})] == []


def test_in_what_completes_a_name(client):
    known = {"app_label": "actors", "model_name": "membership", "field_name": "user", "term": "a"}
    asked = [known | {name: value} for value in NONSENSE for name in (*known, "page", "_to_field")]
    assert client.get(AUTOCOMPLETE, known).status_code == 200

    assert wrong(client, "get", AUTOCOMPLETE, *asked) == []


@pytest.mark.parametrize("label", some_at_once(PAGES, 8))
def test_in_what_completes_any_column(client, label):
    app, model = label.split(".")
    asked = [
        {"app_label": app, "model_name": model, "field_name": field.name, "term": "a"}
        for field in PAGES[label].model._meta.get_fields()
    ]

    assert wrong(client, "get", AUTOCOMPLETE, *asked) == []


def test_no_row_is_looked_for_from_its_other_end(client):
    asked = {"app_label": "actors", "model_name": "organisation", "field_name": "memberships"}
    assert client.get(AUTOCOMPLETE, asked).status_code == 403


@pytest.mark.parametrize("value", NONSENSE)
@pytest.mark.parametrize("act", ["add", "change"])
def test_a_place_is_no_choice_and_what_is_right_stays_typed(client, act, value):
    user = member(OrganisationFactory())
    place = Membership.objects.get()
    where = address("actors.membership", act, *([place.pk] if act == "change" else []))

    response = client.post(where, {"user": user.pk, "organisation": value, "role": "manager"})

    told = "Le caractère nul n’est pas autorisé." if value == "\0" else NO_CHOICE
    assert (response.status_code, errors(response)) == (200, [told])
    chosen = [box for box in Page(response).all("select", name="user") for box in box.all("option")]
    assert [option["value"] for option in chosen if option.get("value")] == [str(user.pk)]


@pytest.mark.parametrize("value", NONSENSE)
def test_rows_that_are_none_are_refused(client, value):
    kept = OrganisationFactory(is_published=False)
    sent = {"action": "publish", "_selected_action": [str(kept.pk), value]}
    status = client.post("/admin/actors/organisation/", sent).status_code

    kept.refresh_from_db()
    # A number of no row chooses nothing more.
    a_number = value in {"-1", "9" * 30}
    assert (status, kept.is_published) == ((302, True) if a_number else (400, False))


def test_a_zero_byte_in_a_refused_address_is_noted_without_it(client):
    response = client.get("/admin/actors/user/%00/delete/")

    assert response.status_code == 400
    response = client.get("/admin/actors/user/_00/delete/")
    assert response.status_code == 403
    noted = AccessRecord.objects.values_list("subject", flat=True)
    assert list(noted) == ["GET /admin/actors/user/_00/delete/"]
    note(AccessKind.ACCESS_REFUSED, None, "GET /a\0b/")
    assert AccessRecord.objects.latest("pk").subject == "GET /a\ufffdb/"
