"""A list of the administration answers to its declared filters, and tells nothing else."""

from itertools import islice

import pytest
from django.contrib import admin
from django.urls import reverse

from actors.enums import Role
from challenges.models import ReceiptTerms
from ess_portal.base.admin import MOST_ROWS, BoundedInline, PortalModelAdmin
from tests.support.factories import ProgrammeFactory, Story, person
from tests.support.reading import Page, form_values
from tests.support.samples import some_at_once

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

LOOKUPS = ("", "__exact", "__regex", "__startswith", "__gt", "__isnull", "__in", "__length")
PAGES = {page.opts.label_lower: page for page in admin.site._registry.values()}
FILTERED = [label for label, page in PAGES.items() if page.list_filter]
# What a filter on the list asks, by the list and in the filter's words; everything else is refused.
DECLARED = {
    "actions.action": "status__exact status__isnull status__isempty measure__challenge__id__exact"
    " measure__challenge__isnull sectors__id__exact sectors__isnull communes__id__exact"
    " communes__isnull silence retard depot",
    "actors.user": "groups__id__exact groups__isnull evaluator_kind__exact evaluator_kind__isnull"
    " evaluator_kind__isempty is_active__exact is_active__isnull is_active__isempty",
    "base.outgoingmail": "etat created_at__year created_at__month created_at__day",
}


def columns(model, depth: int = 2, prefix: str = ""):
    """Every column that a lookup could name, and those of the tables it leads to."""
    for field in model._meta.get_fields():
        yield prefix + field.name, field
        if depth and field.is_relation and field.related_model:
            yield from columns(field.related_model, depth - 1, f"{prefix}{field.name}__")


def test_every_page_of_the_administration_declares_its_lookups():
    assert {
        label for label, page in PAGES.items() if not isinstance(page, PortalModelAdmin)
    } == set()


@pytest.mark.parametrize("label", some_at_once(PAGES, 8))
def test_no_column_can_be_asked_about_in_other_words(label, rf):
    page = PAGES[label]
    asked = {name + lookup for name, _ in columns(page.model) for lookup in LOOKUPS}
    assert len(asked) >= 2 * len(LOOKUPS)

    allowed = {lookup for lookup in asked if page.lookup_allowed(lookup, "x", rf.get("/"))}

    named = [one[0] if isinstance(one, tuple) else one for one in page.list_filter]
    named = [name for name in [*named, page.date_hierarchy] if isinstance(name, str)]
    declared = tuple(f"{name}__" for name in named)
    assert [one for one in allowed if not one.startswith(declared)] == []
    assert {one.rpartition("__")[2] for one in allowed} <= {"exact", "isnull"}


@pytest.mark.parametrize("label", DECLARED)
def test_what_a_list_answers_to_is_what_its_filters_ask(label, rf):
    assert PAGES[label]._declared_lookups(rf.get("/")) == set(DECLARED[label].split())


@pytest.mark.parametrize(
    ("address", "role"),
    [
        ("/admin/base/outgoingmail/?body__regex=^1", Role.AGENT),
        ("/admin/base/outgoingmail/?body__startswith=1", Role.AGENT),
        ("/admin/base/outgoingmail/?secret=1", Role.AGENT),
        ("/admin/actors/user/?password__regex=^pbkdf2", Role.ADMINISTRATOR),
        ("/admin/actors/user/?last_login__isnull=0", Role.ADMINISTRATOR),
        ("/admin/actors/user/?logentry__object_repr__startswith=a", Role.ADMINISTRATOR),
        ("/admin/actors/membership/?user__password__startswith=a", Role.AGENT),
        ("/admin/actions/evaluation/?scores__level=2", Role.AGENT),
        ("/admin/actions/action/?created_by__password__gt=a", Role.AGENT),
        ("/admin/actions/action/?_to_field=title", Role.AGENT),
        ("/admin/actors/organisation/?family__exact=%00", Role.AGENT),
        ("/admin/actions/action/?status__exact=a%00b", Role.AGENT),
        ("/admin/actions/action/?submitted_at__year=2026", Role.AGENT),
        (f"/admin/base/outgoingmail/?created_at__year={'9' * 30}", Role.AGENT),
        ("/admin/base/outgoingmail/?created_at__year=0", Role.AGENT),
        ("/admin/base/outgoingmail/?created_at__year=douze", Role.AGENT),
        ("/admin/base/outgoingmail/?created_at__year=2026&created_at__month=13", Role.AGENT),
        (
            "/admin/base/outgoingmail/?created_at__year=2026&created_at__month=2&created_at__day=30",
            Role.AGENT,
        ),
    ],
)
def test_an_address_that_asks_for_more_is_refused(address, role, as_user):
    assert as_user(person(role)).get(address).status_code == 400


@pytest.mark.parametrize("label", some_at_once(FILTERED, 3))
def test_every_choice_of_a_filter_leads_to_a_list(label, as_user):
    Story().in_evaluation()
    reader = person(Role.AGENT, Role.ADMINISTRATOR)
    app, model = label.split(".")
    address = reverse(f"admin:{app}_{model}_changelist")
    client = as_user(reader)

    page = Page(client.get(address))

    choices = [link["href"] for box in page.all(id="changelist-filter") for link in box.all("a")]
    asked = [choice for choice in choices if choice.startswith("?") and len(choice) > 1]
    answers = [client.get(address + choice) for choice in islice(asked, 12)]
    assert [answer.status_code for answer in answers] == [200] * len(answers)
    assert asked or not choices


def test_the_rows_of_a_page_are_bounded(as_user):
    """Each page that holds rows of another table, asked for a thousand million of them."""
    holders = {label: page.inlines for label, page in PAGES.items() if page.inlines}
    assert [
        inline
        for inlines in holders.values()
        for inline in inlines
        if not issubclass(inline, BoundedInline)
    ] == []
    typed = {
        "name": "La Source",
        "slug": "la-source",
        "family": "association",
        "memberships-TOTAL_FORMS": "9" * 9,
        "memberships-INITIAL_FORMS": "0",
    }

    page = Page(as_user(person(Role.AGENT)).post("/admin/actors/organisation/add/", typed))

    rows = {field["name"] for field in page.all("select") if field["name"].endswith("-role")}
    assert len(rows) <= MOST_ROWS + 1


@pytest.mark.parametrize("label", [label for label, page in PAGES.items() if page.date_hierarchy])
@pytest.mark.parametrize("asked", ["year=9999", "year=9999&{}__month=12"])
def test_the_last_year_that_python_knows_has_no_next_one(as_user, label, asked):
    dates = PAGES[label].date_hierarchy
    client = as_user(person(Role.AGENT, Role.ADMINISTRATOR))
    address = reverse(f"admin:{label.replace('.', '_')}_changelist")
    assert client.get(f"{address}?{dates}__{asked.format(dates)}").status_code == 400


def test_one_row_where_one_is_all_there_can_be(as_user):
    programme = ProgrammeFactory()
    ReceiptTerms.objects.create(programme=programme, is_confirmed=True)
    page = f"/admin/challenges/programme/{programme.pk}/change/"
    client = as_user(person(Role.AGENT))
    form = form_values(Page(client.get(page)).one("form", id="programme_form"))
    shown = Page(client.post(page, form | {"receipt_terms-TOTAL_FORMS": "9" * 9, "title": ""}))
    rows = {field["name"] for field in shown.all("input") if field["name"].endswith("-id")}
    assert {name for name in rows if name.startswith("receipt_terms-")} <= {
        f"receipt_terms-{row}-id" for row in ("0", "__prefix__")
    }
