"""ess_portal/pages/menu.py: under which entry of the menus a page lies."""

import pytest
from django.urls import get_resolver

from ess_portal.pages.menu import SECTIONS, entry_above
from tests.support.factories import Story
from tests.support.reading import Page


def names(resolver, namespace="") -> set[str]:
    """The names of every address."""
    found = set()
    for pattern in resolver.url_patterns:
        if hasattr(pattern, "url_patterns"):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            found |= names(pattern, inner)
        elif pattern.name:
            found.add(f"{namespace}{pattern.name}")
    return found


def test_every_page_of_the_menus_has_an_address():
    named = {*SECTIONS, *(page for pages in SECTIONS.values() for page in pages)}
    assert named - names(get_resolver()) == set()


def test_a_page_lies_below_one_entry():
    pages = [page for pages in SECTIONS.values() for page in pages]
    assert len(pages) == len(set(pages))
    assert entry_above("actions:edit_step") == "actions:space"
    assert entry_above("pages:help") == ""


@pytest.mark.django_db
def test_the_form_of_an_application_is_in_its_carriers_space(as_user):
    story = Story()
    page = Page(as_user(story.manager).get(f"{story.action.get_space_url()}modifier/moyens/"))
    assert [one.text for one in page.all("a", **{"aria-current": "true"})] == ["Mon espace"]
