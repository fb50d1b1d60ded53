"""Somebody who writes a proposal, and how far they are; made once for the tests in a row."""

import uuid
from dataclasses import dataclass

import pytest
from django.test import Client

from actions.models import Action
from actors.models import User
from tests.plugins.prepared import prepared
from tests.support.factories import UserFactory, grid
from tests.support.payloads import PROPOSE, fill
from tests.support.signing_in import open_session


@dataclass
class Writing:
    """Who writes, and what is written so far."""

    author: User
    action: Action | None


@prepared
def writing(param: str | None) -> Writing:
    """Ana, who belongs to no organisation yet, and her file: none, `begun`, or `filled`."""
    author = UserFactory(email="ana@example.org", full_name="Ana")
    browser = Client()
    open_session(browser, author)
    match param:
        case "begun":
            grid()
            browser.post(PROPOSE, {"key": str(uuid.uuid4())})
            return Writing(author, Action.objects.get())
        case "filled":
            return Writing(author, fill(browser))
        case _:
            return Writing(author, None)


@pytest.fixture
def author(writing) -> User:
    """Somebody who doesn't belong to any organisation yet."""
    return writing.author


@pytest.fixture
def action(writing) -> Action:
    """The file they write."""
    return writing.action
