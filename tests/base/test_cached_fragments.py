"""Badges and icons drawn once, and pages of keys."""

import pytest
from django.db import connection
from django.template import Context, Template
from django.test.utils import CaptureQueriesContext

from actors.models import Organisation
from ess_portal.base.pagination import KeysFirstPaginator
from tests.support.factories import OrganisationFactory


def rendered(text: str, **context) -> str:
    """What a template gives."""
    return Template("{% load cached_fragments %}" + text).render(Context(context))


def test_a_badge_is_the_one_of_its_template():
    badge = '{% cached_fragment "components/_challenge_badge.html" number=n title=t proposed=p %}'
    assert rendered(badge, n=2, t="<b>", p=False).split("\n") == [
        "<span>",
        '  <span class="challenge-tag challenge-2" title="&lt;b&gt;">Défi 2</span>',
        "  ",
        "</span>",
    ]
    assert "rattachement proposé" in rendered(badge, n=2, t="Un <titre>", p=True)
    assert 'title="Autre"' in rendered(badge, n=2, t="Autre", p=False)


def test_an_icon_is_hidden_from_screen_readers():
    icon = rendered('{% icon "search" 16 %}')
    assert icon.startswith("<svg")
    assert 'width="16"' in icon
    assert 'aria-hidden="true"' in icon


@pytest.mark.django_db
def test_a_page_of_keys_reads_its_rows_alone_in_order():
    for name in "CABED":
        OrganisationFactory(name=name)
    paginator = KeysFirstPaginator(Organisation.objects.order_by("-name"), 2)
    with CaptureQueriesContext(connection) as queries:
        page = paginator.page(2)
        assert [row.name for row in page] == ["C", "B"]
    assert len(queries) == 2  # how many there are, and the rows
    assert [row.name for row in paginator.page(3)] == ["A"]


@pytest.mark.django_db
def test_an_empty_page_of_keys_asks_only_how_many_there_are():
    with CaptureQueriesContext(connection) as queries:
        assert list(KeysFirstPaginator(Organisation.objects.order_by("name"), 2).page(1)) == []
    assert len(queries) == 1
