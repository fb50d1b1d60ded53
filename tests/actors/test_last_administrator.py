"""An active administrator stays, whatever takes the others away, and whoever else does at once."""

import pytest
from django.contrib.auth.models import Group
from django.db import IntegrityError, transaction

from actors.enums import Role
from actors.models import RoleHolding, User
from actors.services import grant_role
from tests.support.factories import UserFactory, person
from tests.support.races import race
from tests.support.refusals import by_sql, delete, execute, refusal_of

OUT = "actors_user_last_administrator_stays"
ROLE = "actors_roleholding_last_administrator_stays"

GROUP = "actors_rolegroup_is_kept"
BACK = "actors_user_last_administrator_is_not_deleted"
KEY = "actors_user_key_is_kept"


def now_checked(change) -> None:
    """Do it, and have what waits for the end of the transaction checked now."""
    change()
    execute("SET CONSTRAINTS ALL IMMEDIATE")
    execute("SET CONSTRAINTS ALL DEFERRED")


def close(user) -> None:
    """Close the account."""
    User.objects.filter(pk=user.pk).update(is_active=False)


def comes_back_closed(user) -> None:
    """Delete the account by raw SQL, and make it again, closed: its roles wait for it."""
    delete(user)
    UserFactory(pk=user.pk, email=user.email, is_active=False)


def exchange_keys(one, other) -> None:
    """Have each account bear the key of the other."""
    by_sql(one, id=-1)
    execute("UPDATE actors_user SET id = %s WHERE id = %s", one.pk, other.pk)
    execute("UPDATE actors_user SET id = %s WHERE id = -1", other.pk)


@pytest.mark.django_db
class TestTheLastOne:
    @pytest.mark.parametrize(
        ("name", "change"),
        [
            (OUT, close),
            (ROLE, lambda last: last.groups.clear()),
            (ROLE, lambda last: RoleHolding.objects.filter(user=last).delete()),
            (ROLE, lambda last: RoleHolding.objects.update(user=UserFactory(is_active=False))),
            (ROLE, lambda last: last.delete()),
            (GROUP, lambda last: last.groups.get().delete()),
            (GROUP, lambda last: by_sql(last.groups.get(), name="x")),
            (GROUP, lambda last: by_sql(last.groups.get(), id=-1)),
            (GROUP, lambda last: delete(last.groups.get())),
            (BACK, comes_back_closed),
            (KEY, lambda last: exchange_keys(last, UserFactory(is_active=False))),
        ],
        ids=[
            *("closed", "role", "sql", "moved", "deleted", "group", "renamed", "other key"),
            *("group by sql", "back closed", "keys exchanged"),
        ],
    )
    def test_stays(self, name, change):
        last = person(Role.ADMINISTRATOR)
        assert refusal_of(lambda: now_checked(lambda: change(last))) == name

    def test_goes_once_there_is_another(self):
        last, _ = person(Role.ADMINISTRATOR), person(Role.ADMINISTRATOR)
        assert refusal_of(lambda: now_checked(lambda: close(last))) is None

    def test_is_none_once_closed(self):
        closed, last = person(Role.ADMINISTRATOR), person(Role.ADMINISTRATOR)
        now_checked(lambda: close(closed))
        now_checked(closed.groups.clear)
        assert refusal_of(lambda: now_checked(last.groups.clear)) == ROLE

    def test_may_hand_over_in_one_transaction(self):
        last, heir = person(Role.ADMINISTRATOR), UserFactory()

        def hand_over():
            last.groups.clear()
            grant_role(heir, Role.ADMINISTRATOR)

        assert refusal_of(lambda: now_checked(hand_over)) is None

    def test_concerns_no_other_role(self):
        agent = person(Role.AGENT)
        assert refusal_of(lambda: now_checked(agent.groups.clear)) is None
        assert refusal_of(lambda: now_checked(lambda: close(agent))) is None
        assert refusal_of(lambda: now_checked(lambda: comes_back_closed(agent))) is None

    def test_is_deleted_beside_another(self):
        last, _ = person(Role.ADMINISTRATOR), person(Role.ADMINISTRATOR)
        assert refusal_of(lambda: now_checked(last.delete)) is None

    def test_other_groups_are_anybodys(self):
        group = Group.objects.create(name="lecteurs")
        by_sql(group, name="lectrices")
        assert refusal_of(group.delete) is None


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("how", [close, lambda user: user.groups.clear()], ids=["closed", "role"])
def test_two_who_leave_at_one_instant_see_each_other(how):
    one, other = person(Role.ADMINISTRATOR), person(Role.ADMINISTRATOR)
    _, second, waited = race(lambda: now_checked(lambda: how(one)), lambda: how(other))
    assert isinstance(second, IntegrityError)
    assert waited
    assert User.objects.filter(is_active=True, groups__name="administrator").get() == other


@pytest.mark.django_db(transaction=True)
def test_nobody_is_closed_while_they_take_over():
    """The heir holds no role yet, for whoever closes their account at that instant."""
    last, heir = person(Role.ADMINISTRATOR), UserFactory()

    def take_over():
        with transaction.atomic():
            RoleHolding.objects.create(user=heir, group=last.groups.get())
            last.groups.clear()

    _, second, waited = race(lambda: now_checked(lambda: close(heir)), take_over)

    assert isinstance(second, IntegrityError)
    assert waited
    assert User.objects.filter(is_active=True, groups__name="administrator").get() == last
