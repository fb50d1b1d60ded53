"""Roles, preferences, and accounts that nobody ever used."""

from datetime import timedelta

import pytest
from django.db import IntegrityError
from django.utils import timezone

from actors.enums import MailRhythm, Role
from actors.models import User
from actors.services import delete_unused_accounts, grant_role, save_preferences
from tests.support.factories import (
    OrganisationFactory,
    Story,
    UserFactory,
    fresh,
    member,
    person,
)
from tests.support.reading import plain
from tests.support.refusals import refusal

pytestmark = pytest.mark.django_db


def test_a_role_counts_from_the_next_request():
    user = UserFactory()
    assert user.roles == frozenset()
    grant_role(user, Role.EVALUATOR)
    grant_role(user, Role.EVALUATOR)
    assert user.roles == fresh(user).roles == {"evaluator"}


class TestPreferences:
    def save(self, user, **changes) -> User:
        """Save the preferences of `user`, complete but for `changes`."""
        said = {"full_name": "Ana", "phone": "", "mail_rhythm": MailRhythm.EACH_TIME} | changes
        return save_preferences(user=user, **said)

    def test_are_kept_without_the_spaces_around(self):
        user = UserFactory()
        saved = self.save(user, full_name=" Ana Bé ", phone=" 04 73 00 00 00 ", mail_rhythm="daily")
        assert saved == user
        assert (saved.full_name, saved.phone, saved.mail_rhythm) == (
            "Ana Bé",
            "04 73 00 00 00",
            "daily",
        )
        assert User.objects.values_list("full_name", "phone", "mail_rhythm").get() == (
            "Ana Bé",
            "04 73 00 00 00",
            "daily",
        )

    def test_refuse_an_unknown_rhythm(self):
        user = UserFactory()
        [sentence] = refusal(self.save, user, mail_rhythm="weekly")
        assert plain(sentence) == "La valeur « 'weekly' » n’est pas un choix valide."
        with pytest.raises(IntegrityError, match="actors_user_known_mail_rhythm"):
            User.objects.filter(pk=user.pk).update(mail_rhythm="weekly")

    def test_refuse_a_name_that_is_too_long(self):
        user = UserFactory(full_name="Ana")
        assert refusal(self.save, user, full_name="A" * 151) == [
            "Assurez-vous que cette valeur comporte au plus 150 caractères (actuellement 151)."
        ]
        assert fresh(user).full_name == "Ana"


class TestAccountsNeverUsed:
    def test_are_deleted_once_a_day_old(self):
        now = timezone.now()
        old = UserFactory(date_joined=now - timedelta(hours=25))
        young = UserFactory(date_joined=now - timedelta(hours=23))
        assert delete_unused_accounts() == 1
        assert list(User.objects.all()) == [young]
        assert delete_unused_accounts(now + timedelta(days=2)) == 1
        assert not User.objects.filter(pk__in=(old.pk, young.pk)).exists()

    @pytest.mark.parametrize("why", ["signed in", "role", "organisation", "superuser", "written"])
    def test_stay_when_they_are_used(self, why):
        user = {
            "signed in": lambda: UserFactory(last_login=timezone.now()),
            "role": lambda: person(Role.EVALUATOR),
            "organisation": lambda: member(OrganisationFactory()),
            "superuser": lambda: UserFactory(is_superuser=True),
            "written": lambda: Story().manager,
        }[why]()
        later = timezone.now() + timedelta(days=400)
        delete_unused_accounts(later)
        assert User.objects.filter(pk=user.pk).exists()
