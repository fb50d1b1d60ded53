"""People: one account for a mailbox, whatever its case."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from actors.adapter import AccountAdapter
from actors.models import User
from tests.support.factories import UserFactory

pytestmark = pytest.mark.django_db


def test_an_address_is_kept_in_lower_case():
    assert User.objects.create_user("Ana@Example.ORG").email == "ana@example.org"
    assert User.objects.get_by_natural_key("ANA@example.org") == User.objects.get()


def test_a_second_account_for_an_address_is_refused_in_words():
    UserFactory(email="ana@example.org")
    with pytest.raises(ValidationError) as refused:
        User.objects.create_user("ANA@example.org")
    assert refused.value.messages == ["Un compte existe déjà avec cette adresse électronique."]


def test_the_database_refuses_another_case():
    user = UserFactory(email="ana@example.org")
    with pytest.raises(IntegrityError, match="actors_user_lower_case_email"), transaction.atomic():
        User.objects.filter(pk=user.pk).update(email="Ana@example.org")


def test_a_superuser_has_every_technical_right_and_no_role():
    user = User.objects.create_superuser("root@example.org", "une phrase longue")
    assert (user.is_superuser, user.is_staff, user.roles) == (True, True, frozenset())


@pytest.mark.parametrize(("name", "shown"), [("Ana Bé", "Ana Bé"), ("", "ana@example.org")])
def test_is_called_by_name_or_else_by_address(name, shown):
    user = UserFactory(email="ana@example.org", full_name=name)
    assert (str(user), user.get_full_name(), user.get_short_name()) == (shown, shown, shown)


def test_allauths_own_sign_up_stays_closed(rf):
    assert AccountAdapter().is_open_for_signup(rf.get("/")) is False
