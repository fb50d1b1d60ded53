import pytest

from actions.enums import ActionStatus
from tests.factories import story_in


@pytest.mark.django_db
@pytest.mark.parametrize("status", [s for s in ActionStatus.values if s != "recorded"])
def test_every_status(status):
    assert story_in(status).action.status == status
