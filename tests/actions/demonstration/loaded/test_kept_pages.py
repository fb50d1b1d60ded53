"""Whatever a kept page reads moves the version of what is published (decision 36)."""

import re

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import Resolver404, resolve

from ops.page_type import VISITOR
from ops.page_types import page_types

pytestmark = pytest.mark.slow

NAMES_OF_TABLES = re.compile(r'"((?:actions|actors|base|challenges|auth|django)_\w+)"(?!\.)')
# What the database keeps by itself changes with the rows that move the version, and not before.
UNMOVING = {
    model._meta.db_table for model in apps.get_models() if getattr(model, "kept_by_database", False)
}


def test_every_table_that_a_kept_page_reads_moves_the_version(demonstration, settings):
    call_command("load_reference", verbosity=0)
    settings.PAGES_KEPT = False
    client = Client()
    addresses = [page.address for page in page_types() if page.reader == VISITOR]
    with CaptureQueriesContext(connection) as queries:
        asked = [client.get(address).status_code for address in addresses if _is_kept(address)]
    assert len(asked) > 15
    assert set(asked) == {200}
    with connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor))
        cursor.execute(
            "SELECT tgrelid::regclass::text FROM pg_trigger"
            " WHERE tgname LIKE 'pgtrigger_moves_version%'"
        )
        moving = {table for (table,) in cursor.fetchall()}
    named = {name for query in queries for name in NAMES_OF_TABLES.findall(query["sql"])}
    assert moving == (named & tables) - UNMOVING


def _is_kept(address: str) -> bool:
    path, _, query = address.partition("?")
    try:
        view = resolve(path).func
    except Resolver404:
        return False
    return hasattr(view, "kept_parameters") and "q=" not in query
