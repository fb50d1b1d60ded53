"""The person of a session: what every page asks of them comes in one query."""

import pytest
from django.contrib.auth import get_user
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from actors.backends import PersonBackend
from actors.enums import MembershipRole, Role
from actors.models import Membership, MembershipClaim, User
from tests.support.factories import OrganisationFactory, Story, UserFactory, fresh, person
from tests.support.signing_in import open_session

pytestmark = pytest.mark.django_db


def nobody_in_particular() -> User:
    return UserFactory()


def agent_of_two_roles() -> User:
    user = person(Role.AGENT)
    user.groups.add(*person(Role.COMMITTEE).groups.all())
    return user


def member() -> User:
    user = UserFactory()
    Membership.objects.create(
        user=user, organisation=OrganisationFactory(), role=MembershipRole.MANAGER
    )
    return user


def member_who_asks_elsewhere() -> User:
    user = member()
    MembershipClaim.objects.create(user=user, organisation=OrganisationFactory(), message="Moi.")
    return user


def agent_who_asks() -> User:
    user = person(Role.AGENT)
    MembershipClaim.objects.create(user=user, organisation=OrganisationFactory(), message="Moi.")
    return user


def evaluator_who_writes() -> User:
    user = person(Role.EVALUATOR)
    Story().action.co_editors.create(user=user, email=user.email, accepted_at=timezone.now())
    return user


def rights(user: User) -> dict:
    return {
        "roles": user.roles,
        "organisations": user.organisation_ids,
        "interests": user.interest_ids,
        "ties": user.has_ties,
        "wrote": user.ever_wrote,
    }


@pytest.mark.parametrize(
    "someone",
    [
        nobody_in_particular,
        agent_of_two_roles,
        member,
        member_who_asks_elsewhere,
        agent_who_asks,
        evaluator_who_writes,
    ],
)
def test_rights_come_with_the_person_and_are_those_read_one_by_one(someone):
    user = someone()
    expected = rights(fresh(user))
    with CaptureQueriesContext(connection) as queries:
        found = PersonBackend().get_user(user.pk)
        read = rights(found)
    assert (found, read, len(queries)) == (user, expected, 1)


def test_what_just_changed_is_read_again():
    user = PersonBackend().get_user(agent_who_asks().pk)
    MembershipClaim.objects.all().delete()
    assert user.has_ties is True
    user.forget_rights()
    assert rights(user) == {
        "roles": frozenset({Role.AGENT}),
        "organisations": frozenset(),
        "interests": frozenset(),
        "ties": False,
        "wrote": False,
    }


def test_an_account_that_is_closed_or_gone_is_nobody():
    closed = UserFactory(is_active=False)
    assert PersonBackend().get_user(closed.pk) is None
    assert PersonBackend().get_user(closed.pk + 1) is None


def test_a_session_of_an_account_that_was_closed_is_a_stranger(client):
    user = UserFactory()
    open_session(client, user)
    assert get_user(client) == user
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert get_user(client).is_anonymous is True
    assert client.get("/espace/").status_code == 302
