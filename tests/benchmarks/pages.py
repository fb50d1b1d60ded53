"""The pages that are measured, and what they ask of the database."""

import time
from functools import cache
from uuid import UUID

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.core.cache import caches
from django.db import connection
from django.db.models.signals import post_init
from django.test import Client
from django.test.utils import CaptureQueriesContext

from actions.enums import SessionState
from actions.models import Action, CommitteeSession, Evaluation
from actions.proposals.services.copies import start_again
from actors.models import Organisation, User
from actors.models.session import SessionStore
from actors.sign_in import SEEN_AT, STARTED_AT
from tests.benchmarks.bars import (
    ADMINISTRATION,
    FILE_QUERIES,
    LISTS,
    REFERENCE,
    SEARCH,
    SESSION_QUERIES,
    SPACE_BLOCKS_MORE,
    SPACE_QUERIES,
    STEP_QUERIES,
    UNCHANGED,
    MeasuredPage,
)
from tests.benchmarks.buffers import counted_blocks
from tests.benchmarks.facts import Asked
from tests.benchmarks.peers import (
    DASHBOARD,
    FORM_STEP,
    PUBLIC_DETAIL,
    PUBLIC_LIST,
    QUEUE,
    RANKING,
    STAFF_LIST,
)
from tests.support.signing_in import verified

CARRIER = "carrier@bench.example"
DRAFT = UUID("3f2a1c9e-0000-4000-8000-000000000001")


def measured_pages() -> list[MeasuredPage]:
    """The main pages, over the data loaded: the same rows of it however much there is."""
    carrier = Organisation.objects.get(memberships__user__email=CARRIER)
    action = Action.objects.filter(status="completed").earliest("pk")
    evaluator = User.objects.get(email="evaluator@bench.example")
    evaluation = Evaluation.objects.of_evaluator(evaluator).open().to_send().earliest("pk")
    sitting = CommitteeSession.objects.get(state=SessionState.SITTING)
    point = sitting.items.order_by("position").first().pk
    return [*_public(action, carrier), *_signed_in(action, evaluation, sitting, point)]


def _public(action: Action, carrier: Organisation) -> list[MeasuredPage]:
    """What anybody reads."""
    lists = {"limit": LISTS, "peer": PUBLIC_LIST}
    return [
        MeasuredPage(REFERENCE, limit=UNCHANGED, shown=0),
        MeasuredPage("/", shown=8),
        MeasuredPage("/programme/", shown=25),
        MeasuredPage("/defis/2/", shown=40),
        MeasuredPage("/defis/2/mesures/1/", shown=40),
        MeasuredPage("/actions/", **lists),
        MeasuredPage("/actions/?page=2", **lists),
        MeasuredPage("/actions/?defi=2&etat=realisee", **lists),
        MeasuredPage("/actions/?q=recyclerie+quartier", **lists),
        MeasuredPage("/actions/?tri=titre", **lists),
        MeasuredPage(
            f"/actions/{action.reference}/", shown=10, name="/actions/…/", peer=PUBLIC_DETAIL
        ),
        MeasuredPage("/acteurs/"),
        MeasuredPage(f"/acteurs/{carrier.slug}/", name="/acteurs/…/"),
        MeasuredPage("/recherche/?q=ressourcerie", limit=SEARCH),
    ]


def _signed_in(
    action: Action, evaluation: Evaluation, sitting: CommitteeSession, point: int
) -> list[MeasuredPage]:
    """What each kind of person reads."""
    draft = _draft_of_the_carrier()
    a_session = {"shown": 40, "queries": SESSION_QUERIES}
    a_step = {"reader": "carrier", "queries": STEP_QUERIES}
    return [
        MeasuredPage(REFERENCE, "agent", UNCHANGED, shown=1),
        MeasuredPage("/actions/", "agent", peer=STAFF_LIST),
        MeasuredPage(
            f"/actions/{action.reference}/",
            "agent",
            queries=FILE_QUERIES,
            shown=6,
            name="/actions/…/",
        ),
        MeasuredPage("/espace/", "carrier", queries=SPACE_QUERIES, blocks_more=SPACE_BLOCKS_MORE),
        MeasuredPage(
            f"{draft}modifier/envoi/", **a_step, shown=60, name="/espace/…/modifier/envoi/"
        ),
        MeasuredPage(
            f"{draft}modifier/moyens/",
            **a_step,
            shown=20,
            name="/espace/…/modifier/moyens/",
            peer=FORM_STEP,
        ),
        MeasuredPage("/evaluations/", "evaluator", peer=QUEUE),
        MeasuredPage(
            f"/evaluations/{evaluation.pk}/",
            "evaluator",
            queries=STEP_QUERIES,
            name="/evaluations/…/",
        ),
        MeasuredPage("/commission/", "committee", peer=RANKING),
        MeasuredPage("/commission/?tri=commune", "committee", peer=RANKING),
        MeasuredPage("/commission/seances/", "committee"),
        # A session has many parts: agenda, eligible, envelope, coverage, members, documents.
        MeasuredPage(
            sitting.get_absolute_url(), "committee", **a_session, name="/commission/seances/…/"
        ),
        MeasuredPage(
            f"/commission/points/{point}/", "committee", **a_session, name="/commission/points/…/"
        ),
        MeasuredPage("/evaluations/attribuer/", "agent", peer=QUEUE),
        MeasuredPage("/tableau-de-bord/", "elected", shown=40, peer=DASHBOARD),
        MeasuredPage("/tableau-de-bord/", "agent", shown=40, peer=DASHBOARD),
        MeasuredPage("/tableau-de-bord/attentes/decider/", "elected"),
        MeasuredPage("/admin/actions/action/", "agent", limit=ADMINISTRATION, shown=100),
    ]


def _draft_of_the_carrier() -> str:
    """The address of a draft that says what an action filed before it said."""
    filed = Action.objects.filter(carrier__memberships__user__email=CARRIER)
    source = filed.exclude(status="draft").earliest("pk")
    author = User.objects.get(email=CARRIER)
    return start_again(source=source, key=DRAFT, by=author).get_space_url()


def session_of(user) -> str:
    """Open a session for `user`; return its key, as the cookie gives it."""
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "actors.backends.PersonBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.update(verified(user) | {STARTED_AT: time.time(), SEEN_AT: time.time()})
    session.create()
    return session.session_key


@cache
def _client() -> Client:
    """One for all pages: each would read the folder of static files again."""
    return Client(headers={"X-Forwarded-Proto": "https", "Host": "127.0.0.1"})


def asked(path: str, session: str) -> Asked:
    """Ask for a page in this process, no copy of it kept, and count."""
    client = _client()
    client.cookies.clear()
    if session:
        client.cookies[settings.SESSION_COOKIE_NAME] = session
    client.get(path)
    rows = 0

    def count(**kwargs):
        nonlocal rows
        rows += 1

    forget_kept_pages()
    post_init.connect(count)
    try:
        with CaptureQueriesContext(connection) as queries:
            client.get(path)
    finally:
        post_init.disconnect(count)
    # Those of the next request take their place.
    number = len(queries)
    forget_kept_pages()
    with counted_blocks(connection) as blocks:
        client.get(path)
    return Asked(number, rows, blocks.total)


def forget_kept_pages() -> None:
    """Make the next answer one that is written anew, whatever is kept of earlier ones."""
    if "pages" in settings.CACHES:
        caches["pages"].clear()
