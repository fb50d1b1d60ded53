"""Fixtures shared by the whole suite."""

import pytest
from django.test import Client
from hypothesis import settings

from tests.factories import fresh

# A busy machine is no failure, and a run leaves nothing in the project's folder.
settings.register_profile("suite", deadline=None, database=None)
settings.load_profile("suite")


@pytest.fixture
def as_user():
    """Return a function that gives a client signed in as a person."""

    def signed_in(user) -> Client:
        client = Client()
        client.force_login(
            fresh(user), backend="allauth.account.auth_backends.AuthenticationBackend"
        )
        return client

    return signed_in
