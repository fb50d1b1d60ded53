"""actions/proposals/services/copies.py: a new proposal starts from a former one."""

import uuid

import pytest

from actions.models import Action
from actions.proposals.services.budget_lines import budget_lines_of
from actions.proposals.services.copies import start_again
from challenges.enums import ProgrammeState
from challenges.models import Programme
from tests.plugins.prepared import prepared
from tests.support.factories import OrganisationFactory, SectorFactory, Story, UserFactory, fresh

pytestmark = pytest.mark.django_db


@prepared
def story() -> Story:
    """An action that was sent."""
    return Story().submitted()


def test_takes_over_everything_but_dates_and_consents():
    story = Story(
        partners=[OrganisationFactory()], sectors=[SectorFactory()], other_partners="Une ferme"
    ).declined()
    source = story.action
    draft = start_again(source=source, key=uuid.uuid4(), by=fresh(story.manager))
    assert (draft.status, draft.reference, draft.created_by) == ("draft", None, story.manager)
    for name in ("carrier", "title", "summary", "description", "measure", "other_partners"):
        assert getattr(draft, name) == getattr(source, name)
    for name in ("funding_asked", "own_resources", "total_cost", "other_funding", "jobs_created"):
        assert getattr(draft, name) == getattr(source, name)
    for name in ("communes", "sectors", "partners"):
        assert list(getattr(draft, name).all()) == list(getattr(source, name).all())
    assert budget_lines_of(draft) == budget_lines_of(source)
    said = list(source.self_assessments.values_list("criterion_code", "level", "reason"))
    assert list(draft.self_assessments.values_list("criterion_code", "level", "reason")) == said
    assert (draft.starts_on, draft.ends_on) == (None, None)
    consents = (draft.certifies_accuracy, draft.accepts_terms, draft.signs_contract)
    assert consents == (False, False, False)


def test_asked_twice_makes_one_draft_and_keeps_what_was_written_since(story):
    key = uuid.uuid4()
    first = start_again(source=story.action, key=key, by=fresh(story.manager))
    Action.objects.filter(pk=first.pk).update(title="Un nouveau titre")
    again = start_again(source=story.action, key=key, by=fresh(story.manager))
    assert (again.pk, again.title, Action.objects.count()) == (first.pk, "Un nouveau titre", 2)


def test_leaves_out_a_measure_of_an_archived_programme(story):
    Programme.objects.update(state=ProgrammeState.ARCHIVED)
    draft = start_again(source=story.action, key=uuid.uuid4(), by=fresh(story.manager))
    assert draft.measure is None


def test_under_somebody_elses_key_is_not_found(story):
    other = Story()
    with pytest.raises(Action.DoesNotExist):
        start_again(source=story.action, key=other.action.uuid, by=fresh(story.manager))
    with pytest.raises(Action.DoesNotExist):
        start_again(source=story.action, key=other.action.uuid, by=UserFactory())
