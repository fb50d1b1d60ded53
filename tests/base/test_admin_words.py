"""The administration speaks French as people do, whatever Django says by itself."""

import pytest
from django.contrib import admin
from django.urls import reverse

from actors.enums import Role
from tests.support.factories import Story, grid, person
from tests.support.reading import Page

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

NEVER = (
    "Socle",
    "DatabaseDefault",
    "Aucun(e)",
    "Modification de ",
    "Kio",
    "Par à",
    "None",
    "Critère:",
)


def pages(client, user) -> list[str]:
    """Addresses of lists, forms, rows, their histories and endings that `user` is shown."""
    found = [reverse("admin:index")]
    for model, model_admin in admin.site._registry.items():
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        request = client.get("/").wsgi_request
        request.user = user
        if not model_admin.has_view_permission(request):
            continue
        found.append(reverse(f"{name}_changelist"))
        if model_admin.has_add_permission(request):
            found.append(reverse(f"{name}_add"))
        if row := model_admin.get_queryset(request).order_by("pk").first():
            found.append(reverse(f"{name}_change", args=[row.pk]))
            found.append(reverse(f"{name}_history", args=[row.pk]))
            if model_admin.has_delete_permission(request, row):
                found.append(reverse(f"{name}_delete", args=[row.pk]))
    return found


@pytest.mark.parametrize("role", [Role.AGENT, Role.ADMINISTRATOR])
def test_says_nothing_of_what_django_says_badly(as_user, role):
    Story().prioritised()
    grid()
    user = person(role)
    client = as_user(user)
    said = {}
    for address in pages(client, user):
        page = Page(client.get(address))
        text = f"{page.title} {page.one('body').text}"
        if found := [word for word in NEVER if word in text]:
            said[address] = found
    assert said == {}


def test_names_a_page_after_its_row(as_user):
    story = Story().submitted()
    client = as_user(person(Role.AGENT))
    html = client.get(f"/admin/actions/action/{story.action.pk}/change/").content.decode()
    assert f"<title>Action : {story.action}" in html
    assert "<title>Ajouter : grille" in client.get("/admin/challenges/grid/add/").content.decode()
