"""The world that the table of addresses and people is about."""

import pytest
from django.db import transaction
from django.test import override_settings

from tests.permissions.rows import ROWS
from tests.plugins.prepared import prepared
from tests.support.permissions_world import World


@prepared
def _world(tmp_path_factory):
    """The people and the things of the table, and the addresses about them."""
    files = tmp_path_factory.mktemp("files")
    with override_settings(ATTACHMENTS_ROOT=files):
        world = World()
    for row in ROWS:
        with transaction.atomic():
            world.address(row)
            transaction.set_rollback(True)
    return world, files


@pytest.fixture
def world(_world, settings):
    """The same, with their files."""
    world, settings.ATTACHMENTS_ROOT = _world
    return world
