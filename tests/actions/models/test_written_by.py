"""Which actions somebody may write (`ActionQuerySet.written_by`)."""

import pytest
from django.utils import timezone

from actions.models import Action, CoEditor
from tests.support.factories import Story, fresh

pytestmark = pytest.mark.django_db


def test_a_co_carrier_writes_their_own_files_and_those_they_came_to():
    own, other, left, _ = Story(), Story(), Story(), Story()
    for story in (other, left):
        row = CoEditor.objects.create(
            action=story.action, email=own.manager.email, invited_by=story.manager
        )
        CoEditor.objects.filter(pk=row.pk).update(user=own.manager, accepted_at=timezone.now())
    CoEditor.objects.filter(action=left.action).update(withdrawn_at=timezone.now())
    found = Action.objects.written_by(fresh(own.manager)).order_by("pk")
    assert [action.pk for action in found] == [own.action.pk, other.action.pk]
    assert list(Action.objects.written_by(fresh(left.manager))) == [left.action]
