"""The pages that are measured, and what they ask of the database."""

import time
from functools import cache
from uuid import UUID

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.db import connection
from django.db.models.signals import post_init
from django.test import Client
from django.test.utils import CaptureQueriesContext

from actions.models import Action, CommitteeSession
from actions.proposals.services.copies import start_again
from actors.models import Organisation, User
from actors.models.session import SessionStore
from actors.sign_in import SEEN_AT, STARTED_AT
from tests.benchmarks.bars import (
    DASHBOARDS,
    FILE_QUERIES,
    FORMS,
    SESSION_QUERIES,
    SPACE_QUERIES,
    STEP_QUERIES,
    MeasuredPage,
)
from tests.support.signing_in import verified

CARRIER = "carrier@bench.example"
DRAFT = UUID("3f2a1c9e-0000-4000-8000-000000000001")


def measured_pages() -> list[MeasuredPage]:
    """The main pages, over the data loaded."""
    action = Action.objects.filter(status="completed").latest("pk")
    carrier = Organisation.objects.get(pk=action.carrier_id)
    draft = _draft_of_the_carrier()
    sitting = CommitteeSession.objects.get()
    point = sitting.items.order_by("position").first().pk
    return [
        MeasuredPage("/", shown=8),
        MeasuredPage("/programme/", shown=25),
        MeasuredPage("/defis/2/", shown=40),
        MeasuredPage("/defis/2/mesures/1/", shown=40),
        MeasuredPage("/actions/"),
        MeasuredPage("/actions/?page=2"),
        MeasuredPage("/actions/?defi=2&etat=realisee"),
        MeasuredPage("/actions/?q=recyclerie+quartier"),
        MeasuredPage("/actions/?tri=titre"),
        MeasuredPage(f"/actions/{action.reference}/", shown=10, name="/actions/…/"),
        MeasuredPage("/acteurs/"),
        MeasuredPage(f"/acteurs/{carrier.slug}/", name="/acteurs/…/"),
        MeasuredPage("/recherche/?q=ressourcerie", limit=DASHBOARDS),
        MeasuredPage("/actions/", "agent"),
        MeasuredPage(
            f"/actions/{action.reference}/",
            "agent",
            queries=FILE_QUERIES,
            shown=6,
            name="/actions/…/",
        ),
        MeasuredPage("/espace/", "carrier", queries=SPACE_QUERIES),
        MeasuredPage(
            f"{draft}modifier/envoi/",
            "carrier",
            FORMS,
            60,
            STEP_QUERIES,
            "/espace/…/modifier/envoi/",
        ),
        MeasuredPage(
            f"{draft}modifier/moyens/",
            "carrier",
            FORMS,
            20,
            STEP_QUERIES,
            "/espace/…/modifier/moyens/",
        ),
        MeasuredPage("/evaluations/", "evaluator", DASHBOARDS),
        MeasuredPage("/commission/", "committee", DASHBOARDS),
        MeasuredPage("/commission/?tri=commune", "committee", DASHBOARDS),
        # A session has many parts: agenda, eligible, envelope, coverage, members, documents.
        MeasuredPage(
            sitting.get_absolute_url(),
            "committee",
            DASHBOARDS,
            40,
            SESSION_QUERIES,
            "/commission/seances/…/",
        ),
        MeasuredPage(
            f"/commission/points/{point}/",
            "committee",
            DASHBOARDS,
            40,
            SESSION_QUERIES,
            "/commission/points/…/",
        ),
        MeasuredPage("/evaluations/attribuer/", "agent", DASHBOARDS),
        MeasuredPage("/tableau-de-bord/", "elected", DASHBOARDS, shown=40),
        MeasuredPage("/tableau-de-bord/", "agent", DASHBOARDS, shown=40),
        MeasuredPage("/admin/actions/action/", "agent", DASHBOARDS, shown=100),
    ]


def _draft_of_the_carrier() -> str:
    """The address of a draft that says what an action filed before it said."""
    source = Action.objects.filter(carrier__memberships__user__email=CARRIER).latest("pk")
    author = User.objects.get(email=CARRIER)
    return start_again(source=source, key=DRAFT, by=author).get_space_url()


def session_of(user) -> str:
    """Open a session for `user`; return its key, as the cookie gives it."""
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.update(verified(user) | {STARTED_AT: time.time(), SEEN_AT: time.time()})
    session.create()
    return session.session_key


@cache
def _client() -> Client:
    """One for all pages: each would read the folder of static files again."""
    return Client(headers={"X-Forwarded-Proto": "https", "Host": "127.0.0.1"})


def asked(path: str, session: str) -> tuple[int, int]:
    """How many queries a page asks, and how many model rows it makes of them."""
    client = _client()
    client.cookies.clear()
    if session:
        client.cookies[settings.SESSION_COOKIE_NAME] = session
    client.get(path)
    rows = 0

    def count(**kwargs):
        nonlocal rows
        rows += 1

    post_init.connect(count)
    try:
        with CaptureQueriesContext(connection) as queries:
            client.get(path)
    finally:
        post_init.disconnect(count)
    return len(queries), rows
