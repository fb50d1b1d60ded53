"""Files are shared out: which ones, until when, and who reads each."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from actions.evaluation.forms.assignment import (
    AssignForm,
    BatchForm,
    DueOnField,
    SharingForm,
    label_of,
)
from actions.evaluation.queries.candidates import choices_for
from actors.models import User
from tests.plugins.prepared import prepared, starts_from
from tests.support.factories import Story
from tests.support.forms import NO_DATE, REQUIRED, at_least, at_most, not_offered
from tests.support.payloads import day

GONE = "La date de rendu est passée : donnez une date à venir."


class TestUntilWhen:
    def test_three_weeks_are_proposed(self):
        assert DueOnField().initial() == timezone.localdate() + timedelta(days=21)

    @pytest.mark.parametrize("days", [0, 1, 400])
    def test_today_and_later_are_taken(self, days):
        assert DueOnField().clean(day(days)) == timezone.localdate() + timedelta(days=days)

    @pytest.mark.parametrize(
        ("typed", "sentence"), [(day(-1), GONE), ("demain", NO_DATE), ("", REQUIRED)]
    )
    def test_the_rest_is_refused(self, typed, sentence):
        with pytest.raises(ValidationError) as refused:
            DueOnField().clean(typed)
        assert refused.value.messages == [sentence]


@pytest.mark.parametrize(
    ("kind", "load", "said"),
    [
        ("inhabitant", 2, "Ève (Habitant, 2 à rendre)"),
        ("inhabitant", 0, "Ève (Habitant, rien à rendre)"),
        ("", 1, "Ève (1 à rendre)"),
        ("", 0, "Ève (rien à rendre)"),
    ],
)
def test_an_evaluator_is_named_with_kind_and_load(kind, load, said):
    evaluator = User(full_name="Ève", evaluator_kind=kind)
    evaluator.load = load
    assert label_of(evaluator) == said


@pytest.mark.django_db
class TestBatch:
    def test_gives_the_ticked_actions_in_the_order_of_their_references(self):
        first, second = (Story().in_evaluation(assign=False).action for _ in range(2))
        form = BatchForm({"actions": [second.pk, first.pk], "due_on": day(5), "per_action": "1"})
        assert form.errors == {}
        assert [(choice.action, len(choice.proposed)) for choice in form.choices] == [
            (first, 1),
            (second, 1),
        ]
        assert form.ticked == {first.pk, second.pk}

    @starts_from(story="admitted")
    def test_without_a_number_the_quorum_of_the_grid_counts(self, story):
        action = story.action
        form = BatchForm({"actions": [action.pk], "due_on": day(5)})
        assert form.errors == {}
        [choice] = form.choices
        assert len(choice.proposed) == action.grid.quorum

    def test_takes_actions_in_evaluation_alone(self):
        action = Story().submitted().action
        form = BatchForm({"actions": [action.pk], "due_on": day(5)})
        assert form.errors == {"actions": [not_offered(action.pk)]}

    @pytest.mark.parametrize(("number", "sentence"), [("0", at_least(1)), ("21", at_most(20))])
    def test_says_what_is_wrong_beside_each_field(self, number, sentence):
        form = BatchForm({"due_on": day(-1), "per_action": number})
        assert form.errors == {
            "actions": ["Cochez au moins une action."],
            "due_on": [GONE],
            "per_action": [sentence],
        }

    def test_nothing_is_ticked_before_it_is_sent(self):
        assert BatchForm().ticked == set()


@pytest.mark.django_db
class TestSharing:
    @prepared
    def choice(self):
        """Who may read one action."""
        [choice] = choices_for([Story().in_evaluation(assign=False).action])
        return choice

    def test_ticks_those_who_are_proposed(self, choice):
        form = SharingForm(choices=[choice])
        [name] = form.names
        field = form.fields[name]
        assert field.label == f"{choice.action.reference} « {choice.action.title} »"
        assert field.initial == [str(key) for key in choice.proposed]
        assert [key for key, _ in field.choices] == [str(one.pk) for one in choice.eligible]

    def test_gives_who_is_to_read_what(self, choice):
        wanted = choice.eligible[:2]
        form = SharingForm(
            {"due_on": day(5), f"evaluators_{choice.action.pk}": [one.pk for one in wanted]},
            choices=[choice],
        )
        assert form.errors == {}
        assert form.wanted == {choice.action: wanted}

    def test_asks_for_somebody(self, choice):
        form = SharingForm({"due_on": day(5)}, choices=[choice])
        assert form.errors == {"__all__": ["Cochez au moins un évaluateur."]}

    def test_refuses_who_is_not_offered(self, choice):
        name = f"evaluators_{choice.action.pk}"
        form = SharingForm({"due_on": day(5), name: ["0"]}, choices=[choice])
        assert form.errors == {name: [not_offered("0")]}


@pytest.mark.django_db
class TestAssigning:
    @starts_from(story="admitted")
    def test_names_those_who_are_proposed(self, story):
        form = AssignForm(action=story.action)
        [choice] = choices_for([story.action])
        names = ", ".join(str(form.people[str(key)]) for key in choice.proposed)
        assert form.fields["evaluators"].help_text == f"Répartition proposée : {names}."

    @starts_from(story="admitted")
    def test_gives_people(self, story):
        typed = {"evaluators": [str(one.pk) for one in story.evaluators], "due_on": day(5)}
        form = AssignForm(typed, action=story.action)
        assert form.errors == {}
        assert form.cleaned_data == {
            "evaluators": story.evaluators,
            "due_on": timezone.localdate() + timedelta(days=5),
        }

    def test_doesnt_ask_twice(self):
        story = Story().in_evaluation()
        asked = str(story.evaluators[0].pk)
        form = AssignForm({"evaluators": [asked], "due_on": day(-1)}, action=story.action)
        assert form.errors == {"evaluators": [not_offered(asked)], "due_on": [GONE]}

    @starts_from(story="admitted")
    def test_needs_somebody(self, story):
        assert AssignForm({"due_on": day(5)}, action=story.action).errors == {
            "evaluators": [REQUIRED]
        }
