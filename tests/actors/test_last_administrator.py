"""An active administrator stays, whatever takes the others away, and whoever else does at once."""

import pytest
from django.db import IntegrityError

from actors.enums import Role
from actors.models import RoleHolding, User
from actors.services import grant_role
from tests.support.factories import UserFactory, person
from tests.support.races import race
from tests.support.refusals import execute, refusal_of

OUT = "actors_user_last_administrator_stays"
ROLE = "actors_roleholding_last_administrator_stays"


def now_checked(change) -> None:
    """Do it, and have what waits for the end of the transaction checked now."""
    change()
    execute("SET CONSTRAINTS ALL IMMEDIATE")
    execute("SET CONSTRAINTS ALL DEFERRED")


def close(user) -> None:
    """Close the account."""
    User.objects.filter(pk=user.pk).update(is_active=False)


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
            (ROLE, lambda last: last.groups.get().delete()),
        ],
        ids=["closed", "role", "sql", "moved", "deleted", "group"],
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


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("how", [close, lambda user: user.groups.clear()], ids=["closed", "role"])
def test_two_who_leave_at_one_instant_see_each_other(how):
    one, other = person(Role.ADMINISTRATOR), person(Role.ADMINISTRATOR)
    _, second, waited = race(lambda: now_checked(lambda: how(one)), lambda: how(other))
    assert isinstance(second, IntegrityError)
    assert waited
    assert User.objects.filter(is_active=True, groups__name="administrator").get() == other
