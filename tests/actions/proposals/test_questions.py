"""What the form asks is read, kept, corrected and copied wherever an application is."""

import uuid
from datetime import date
from decimal import Decimal
from functools import partial

import pytest
from django.db import models
from django.forms import model_to_dict

from actions.admin.file_fields import CONTENT, TOTALS
from actions.models import Action
from actions.models.application_version import content_of
from actions.models.correction import CORRECTABLE_FIELDS, step_of
from actions.proposals.documents.application import application_data
from actions.proposals.forms import STEP_FORMS, PaperProposalForm
from actions.proposals.forms.sending import ConsentForm
from actions.proposals.queries.application import application_of
from actions.proposals.services.copies import start_again
from ess_portal.base import french
from tests.support.factories import (
    CommuneFactory,
    MeasureFactory,
    OrganisationFactory,
    SectorFactory,
    Story,
    fresh,
)
from tests.support.payloads import step_address
from tests.support.reading import Page, plain

pytestmark = pytest.mark.django_db

# Consents and the day a paper came aren't what the application says.
QUESTIONS = [
    name
    for name in PaperProposalForm.Meta.fields
    if name not in (*ConsentForm.Meta.fields, "received_on_paper")
]
# The new proposal has dates of its own.
NOT_COPIED = {"starts_on", "ends_on"}
SEVERAL = {field.name for field in Action._meta.many_to_many}
CHOSEN = {
    "carrier": OrganisationFactory,
    "measure": MeasureFactory,
    "communes": CommuneFactory,
    "sectors": SectorFactory,
    "partners": OrganisationFactory,
}
# What is typed in a column of each kind: unlike every other answer, by its number.
TYPED = {
    models.CharField: lambda number: f"Réponse {number}.",
    models.TextField: lambda number: f"Réponse {number}.",
    models.DateField: lambda number: date(2031, 3, number + 2),
    models.DecimalField: lambda number: Decimal(f"{number + 40}.25"),
}
WORDS = {date: french.long_date, Decimal: partial(french.number, decimals=2)}


@pytest.fixture
def answers():
    """An answer to each question; of several choices, one."""
    return {
        name: CHOSEN[name]() if name in CHOSEN else TYPED[kind_of(name)](number)
        for number, name in enumerate(QUESTIONS)
    }


@pytest.fixture
def story(answers):
    """A draft that answers every question."""
    return Story(**{name: [said] if name in SEVERAL else said for name, said in answers.items()})


def kind_of(name: str) -> type[models.Field]:
    """The kind of the column of a question."""
    return type(Action._meta.get_field(name))


def unsaid(answers, text: str) -> set[str]:
    """The questions whose answer isn't in `text`."""
    return {
        name
        for name, said in answers.items()
        if plain(WORDS.get(type(said), str)(said)) not in plain(text)
    }


def test_its_page_says_every_answer(answers, story, as_user):
    page = Page(as_user(story.manager).get(story.action.get_space_url()))
    assert unsaid(answers, page.main.text) == set()


def test_its_document_says_every_answer(answers, story):
    assert unsaid(answers, str(application_data(application_of(story.action)))) == set()


def test_its_versions_keep_every_answer(answers, story):
    content = content_of(story.action)
    assert list(content) == list(CORRECTABLE_FIELDS)
    assert unsaid(answers, "\n".join(content.values())) == set()


def test_every_part_that_may_be_asked_for_again_has_its_step():
    assert {step_of(field) for field in CORRECTABLE_FIELDS} >= set(STEP_FORMS)


def test_a_new_proposal_takes_every_answer_over(answers, story):
    draft = start_again(source=story.action, key=uuid.uuid4(), by=fresh(story.manager))
    taken = model_to_dict(draft, answers)
    kept = model_to_dict(story.action, answers)
    assert {name for name in answers if taken[name] != kept[name]} == NOT_COPIED


def test_agents_correct_every_answer_but_the_carrier():
    assert set(CONTENT) - set(TOTALS) == set(QUESTIONS) - {"carrier"}


@pytest.mark.parametrize("step", STEP_FORMS)
def test_the_page_of_a_step_asks_all_that_its_form_reads(story, as_user, step):
    page = Page(as_user(story.manager).get(step_address(story.action, step)))
    read = STEP_FORMS[step](instance=story.action, user=story.manager).fields
    asked = {node.get("name") for node in page.main.walk()}
    # Asked of whoever types the name of another organisation, or nearly.
    assert set(read) - asked - {"org_is_another"} == set()
