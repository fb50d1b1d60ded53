"""Open sessions, by person."""

import pytest
from django.test import Client
from django.utils import timezone

from actors.models import Session
from actors.services.sessions import (
    delete_expired_sessions,
    end_session,
    end_sessions,
    open_sessions,
)
from tests.support.factories import UserFactory
from tests.support.signing_in import open_session

pytestmark = pytest.mark.django_db


def opened(user) -> str:
    """Open a session of `user`; return its key."""
    client = Client()
    open_session(client, user)
    return client.session.session_key


def test_are_listed_by_another_name_than_their_key():
    user = UserFactory()
    key, other = opened(user), opened(user)
    opened(UserFactory())
    found = open_sessions(user, key)
    assert [one.is_current for one in found] == [True, False]
    assert {one.name for one in found}.isdisjoint({key, other})


def test_of_somebody_else_are_not_ended():
    user, other = UserFactory(), UserFactory()
    opened(other)
    [theirs] = open_sessions(other)
    assert not end_session(user=user, name=theirs.name)
    assert end_session(user=other, name=theirs.name)
    assert Session.objects.count() == 0


def test_are_ended_but_one():
    user = UserFactory()
    kept, _ = opened(user), opened(user)
    assert end_sessions(user=user, keep=kept) == 1
    assert [row.session_key for row in Session.objects.all()] == [kept]
    assert end_sessions(user=user) == 1


def test_expired_ones_are_not_listed_and_go():
    user = UserFactory()
    opened(user)
    Session.objects.update(expire_date=timezone.now())
    assert open_sessions(user) == []
    assert delete_expired_sessions() == 1


def test_go_with_the_account():
    user = UserFactory()
    opened(user)
    user.delete()
    assert Session.objects.count() == 0


def test_of_an_account_that_has_gone_can_still_be_written():
    """A browser that comes back after the account was deleted gets an answer."""
    user = UserFactory()
    client = Client()
    open_session(client, user)
    session = client.session
    type(user).objects.filter(pk=user.pk).delete()
    session["a"] = 1
    session.create()
    assert client.get("/aide/").status_code == 200
