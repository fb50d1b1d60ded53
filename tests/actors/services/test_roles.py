"""Who gave which role: noted once, for ever."""

import pytest

from actors.enums import Role
from actors.models import RoleChange
from actors.services.roles import grant_role, note_role_changes
from tests.support.factories import UserFactory, fresh, person

pytestmark = pytest.mark.django_db


def noted() -> list[tuple]:
    """Who was given or lost what, by whom, in the order of time."""
    return list(RoleChange.objects.values_list("user", "role", "is_given", "by", "was_invited"))


def test_a_role_is_given_and_noted_once():
    boss, user = person(Role.ADMINISTRATOR), UserFactory()
    grant_role(user, Role.AGENT, by=boss)
    grant_role(user, Role.AGENT, by=boss)
    assert fresh(user).roles == {"agent"}
    assert noted() == [(user.pk, "agent", True, boss.pk, False)]


def test_what_nobody_gave_by_name_is_noted_nowhere():
    grant_role(UserFactory(), Role.AGENT)
    assert noted() == []


def test_what_changed_is_noted_and_what_stays_is_not():
    boss, user = person(Role.ADMINISTRATOR), person(Role.AGENT, Role.ELECTED)
    note_role_changes(user=user, before=["agent", "evaluator"], by=boss)
    assert noted() == [
        (user.pk, "elected", True, boss.pk, False),
        (user.pk, "evaluator", False, boss.pk, False),
    ]


def test_it_says_so_in_french():
    user = UserFactory()
    boss = person(Role.ADMINISTRATOR, full_name="Andrea")
    grant_role(user, Role.EVALUATOR, by=boss, was_invited=True)
    change = RoleChange.objects.get()
    change.at = change.at.replace(year=2026, month=3, day=3, hour=12)
    assert change.sentence == (
        "Évaluateur\u00a0: donné par Andrea, qui avait invité cette personne, le 3 mars 2026."
    )
