"""An evaluation that ends while a place is being renamed: the action stands under the new name."""

import pytest

from actions.enums import Transition
from actions.models import Action
from actors.models import Commune
from tests.support.factories import CommuneFactory, Story
from tests.support.races import race

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.mark.parametrize("renamed_first", [True, False])
def test_an_evaluation_ends_while_its_commune_is_renamed(renamed_first):
    commune = CommuneFactory(name="Aubière")
    story = Story(communes=[commune]).scored()

    def end():
        story.apply(Transition.CLOSE_EVALUATION, story.agent)

    def rename():
        Commune.objects.filter(pk=commune.pk).update(name="Royat")

    steps = (rename, end) if renamed_first else (end, rename)
    first, second, waited = race(*steps)
    assert not isinstance(first, Exception)
    assert not isinstance(second, Exception)
    assert (waited, Action.objects.get(pk=story.action.pk).only_commune) == (True, "Royat")
