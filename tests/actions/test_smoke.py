import pytest
from tests.factories import story_in
from actions.enums import ActionStatus

@pytest.mark.django_db
@pytest.mark.parametrize("status", [s for s in ActionStatus.values if s != "recorded"])
def test_every_status(status):
    assert story_in(status).action.status == status
