"""Roles, preferences, and accounts that nobody ever used."""

import pytest
from django.db import IntegrityError

from actors.enums import Role
from actors.models import User
from actors.services import grant_role, save_preferences
from ess_portal.base.refusals import Refused
from tests.support.factories import UserFactory, fresh

pytestmark = pytest.mark.django_db


def test_a_role_counts_from_the_next_request():
    user = UserFactory()
    assert user.roles == frozenset()
    grant_role(user, Role.EVALUATOR)
    grant_role(user, Role.EVALUATOR)
    assert user.roles == fresh(user).roles == {"evaluator"}


@pytest.fixture
def ana():
    """Somebody without any role."""
    return UserFactory(email="ana@example.org", full_name="Ana")


def test_the_service_refuses_an_unknown_rhythm(ana):
    with pytest.raises(Refused):
        save_preferences(user=ana, full_name="A", phone="", mail_rhythm="weekly")
    with pytest.raises(IntegrityError, match="actors_user_known_mail_rhythm"):
        User.objects.filter(pk=ana.pk).update(mail_rhythm="weekly")
