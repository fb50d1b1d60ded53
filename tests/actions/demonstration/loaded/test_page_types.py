"""ops/page_types.py names every page: what it forgets is neither photographed nor looked at."""

from urllib.parse import urlsplit

import pytest
from django.core.management import call_command
from django.urls import resolve

from ops.page_types import page_types
from tests.permissions.rows import PAGES_READ

pytestmark = pytest.mark.slow

# What no photograph shows, and why.
NOT_SEEN = {
    "actions:application_pdf": "a document",
    "actions:filed_application_pdf": "a document",
    "actions:session_document": "a document",
    "actions:session_calendar": "a file",
    "actions:attachment": "a file",
    "dashboards:table": "a file",
    "pages:health": "read by machines",
    "pages:robots": "read by machines",
    "pages:archived_programme": "the page of the programme, with another one's words",
    "actors:remove_passkey": 'asks what "remove_member" asks, of a key that no browser here has',
    **dict.fromkeys(
        (
            "actions:cancel_amendment",
            "actions:cancel_decision",
            "actions:detach",
            "actions:remove_co_editor",
            "actions:stop_co_editing",
            "actors:drop_claim",
            "actors:withdraw_evaluator_invitation",
            "actors:withdraw_invitation",
        ),
        'asks what "session_cancel" asks, in other words',
    ),
    "actions:reply": 'a form of one field, as "recusal" is',
}


def test_every_page_is_named(demonstration):
    call_command("load_reference", verbosity=0)
    addresses = [page.address for page in page_types() if not page.name.startswith("error_")]
    seen = {resolve(urlsplit(address).path).view_name for address in addresses}
    assert PAGES_READ - seen == set(NOT_SEEN)
