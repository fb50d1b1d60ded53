"""What every part of the carrier's form has in common, told on the step of the action."""

import uuid
from datetime import date

import pytest
from django.http import QueryDict

from actions.models import Action
from actions.proposals.forms import STEP_FORMS, StepForm
from actions.proposals.forms.presentation import ActionForm
from actions.proposals.services.applications import ProposalContent
from tests.support.factories import Story, UserFactory
from tests.support.forms import NO_DATE, REQUIRED, at_least

pytestmark = pytest.mark.django_db
KEY = "3f2a1c9e-0000-4000-8000-000000000001"


@pytest.fixture
def form():
    """A function that fills the step of a file that doesn't exist yet."""

    def filled(**typed) -> ActionForm:
        return ActionForm({"key": KEY} | typed, user=UserFactory.build())

    return filled


def test_every_written_step_has_its_form():
    assert {step.value: form.__name__ for step, form in STEP_FORMS.items()} == {
        "structure": "OrganisationForm",
        "action": "ActionForm",
        "mesure": "MeasureForm",
        "moyens": "MeansStepForm",
        "criteres": "CriteriaForm",
    }
    assert {step for step, form in STEP_FORMS.items() if form.step != step} == set()
    assert all(issubclass(form, StepForm) for form in STEP_FORMS.values())


class TestADraft:
    def test_is_kept_whatever_is_missing_and_says_what_sending_asks_for(self, form):
        empty = form()
        assert empty.errors == {}
        assert [name for name, field in empty.fields.items() if field.required] == [
            "title",
            "summary",
            "description",
            "starts_on",
            "ends_on",
            "key",
        ]

    def test_has_a_key_of_its_own(self, form):
        assert form(key="").errors == {"key": [REQUIRED]}
        assert form(key="x").errors == {"key": ["Saisissez un UUID valide."]}
        first, second = (ActionForm(user=UserFactory.build())["key"].value() for _ in range(2))
        assert first != second

    def test_hands_over_what_could_be_read(self, form):
        partly = form(title="Un titre", starts_on="demain", ends_on="2027-03-01")
        assert partly.errors == {"starts_on": [NO_DATE]}
        assert partly.content == ProposalContent(
            columns={
                "title": "Un titre",
                "summary": "",
                "description": "",
                "ends_on": date(2027, 3, 1),
            },
            relations={},
        )

    def test_takes_an_empty_amount_for_zero(self):
        means = STEP_FORMS["moyens"]({"key": KEY, "own_resources": "5"}, user=UserFactory.build())
        assert means.errors == {}
        amounts = ("funding_asked", "own_resources", "jobs_created", "jobs_kept")
        assert [means.cleaned_data[name] for name in amounts] == [0, 5, 0, 0]


class TestAFileThatExists:
    def test_has_its_key_in_its_address(self):
        story = Story()
        form = ActionForm(instance=story.action, user=story.manager)
        assert ("key" in form.fields, form.is_filed) == (False, False)

    def test_keeps_its_title_while_it_is_corrected(self):
        story = Story().in_correction()
        form = ActionForm({}, instance=story.action, user=story.manager)
        assert form.is_filed
        assert form.errors == {"title": [REQUIRED]}


class TestAPage:
    def test_tells_its_edition_and_is_a_window_of_its_own(self):
        first, second = (ActionForm(user=UserFactory.build(), edition=3) for _ in range(2))
        assert first["edition"].value() == 3
        assert first["window"].value() != second["window"].value()

    def test_says_when_its_edition_is_none(self, form):
        assert form(edition="-1", window="x").errors == {
            "edition": [at_least(0)],
            "window": ["Saisissez un UUID valide."],
        }

    def test_gives_what_was_typed_unread(self):
        data = QueryDict("title=Un&starts_on=demain&unknown=x&edition=1", mutable=True)
        data["key"], data["window"] = KEY, str(uuid.uuid4())
        form = ActionForm(data, user=UserFactory.build())
        assert form.typed() == {"title": ["Un"], "starts_on": ["demain"]}

    def test_waits_for_a_button_to_make_an_organisation(self, form):
        filled = form(title="Un titre")
        assert filled.is_valid()
        filled.new_organisation = object()
        assert filled.content.new_organisation is filled.new_organisation
        assert filled.content_without_organisation.new_organisation is None
        assert filled.content_without_organisation.columns == filled.content.columns


def test_nothing_is_asked_of_the_budget_nor_of_the_criteria_elsewhere(form):
    filled = form()
    assert filled.is_valid()
    assert (filled.budget(), filled.assessments()) == (None, None)
    assert isinstance(filled.instance, Action)
