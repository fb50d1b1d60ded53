"""The pages that are measured, and the bars they must keep under."""

from dataclasses import dataclass
from uuid import UUID

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection
from django.db.models.signals import post_init
from django.test import Client
from django.test.utils import CaptureQueriesContext

from actions.models import Action, CommitteeSession
from actions.proposals.services.copies import start_again
from actors.models import Organisation, User

LISTS, DASHBOARDS, FORMS = 15.0, 25.0, 60.0  # times the reference page
GROWTH = 1.5  # wall time from the small to the big number of actions
WORKER_MEGABYTES = 150
QUERIES, SESSION_QUERIES, STEP_QUERIES = 12, 28, 25
ROWS_FOR_EACH_SHOWN = 10


@dataclass(frozen=True)
class MeasuredPage:
    """One address, who reads it, and how many times the reference page it may take."""

    path: str
    reader: str = ""  # a key of data.load_people; nobody when empty
    limit: float = LISTS
    shown: int = 20  # rows that the page shows, at most
    queries: int = QUERIES


REFERENCE = "/sante/reference/"
CARRIER = "carrier@bench.example"
DRAFT = UUID("3f2a1c9e-0000-4000-8000-000000000001")


def measured_pages() -> list[MeasuredPage]:
    """The main pages, over the data loaded."""
    action = Action.objects.filter(status="completed").latest("pk")
    carrier = Organisation.objects.get(pk=action.carrier_id)
    sitting = CommitteeSession.objects.get()
    point = sitting.items.order_by("position").first().pk
    return [
        MeasuredPage("/", shown=8),
        MeasuredPage("/programme/", shown=25),
        MeasuredPage("/defis/2/", shown=40),
        MeasuredPage("/defis/2/mesures/1/", shown=40),
        MeasuredPage("/actions/"),
        MeasuredPage("/actions/?page=2"),
        MeasuredPage("/actions/?defi=2&etat=completed"),
        MeasuredPage("/actions/?q=recyclerie+quartier"),
        MeasuredPage("/actions/?tri=titre"),
        MeasuredPage(f"/actions/{action.reference}/", shown=10),
        MeasuredPage("/acteurs/"),
        MeasuredPage(f"/acteurs/{carrier.slug}/", shown=20),
        MeasuredPage("/recherche/?q=ressourcerie", limit=DASHBOARDS),
        MeasuredPage("/actions/", "agent"),
        MeasuredPage(f"/actions/{action.reference}/", "agent", shown=20),
        MeasuredPage("/espace/", "carrier"),
        MeasuredPage(
            f"{_draft_of_the_carrier()}modifier/envoi/", "carrier", FORMS, 60, STEP_QUERIES
        ),
        MeasuredPage(
            f"{_draft_of_the_carrier()}modifier/moyens/", "carrier", FORMS, 120, STEP_QUERIES
        ),
        MeasuredPage("/evaluations/", "evaluator", DASHBOARDS),
        MeasuredPage("/commission/", "committee", DASHBOARDS),
        MeasuredPage("/commission/?tri=commune", "committee", DASHBOARDS),
        # A session has many parts: agenda, eligible, envelope, coverage, members, documents.
        MeasuredPage(sitting.get_absolute_url(), "committee", DASHBOARDS, 40, SESSION_QUERIES),
        MeasuredPage(f"/commission/points/{point}/", "committee", DASHBOARDS, 40, SESSION_QUERIES),
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
    session.create()
    return session.session_key


def asked(path: str, session: str) -> tuple[int, int]:
    """How many queries a page asks, and how many model rows it makes of them."""
    client = Client(headers={"X-Forwarded-Proto": "https", "Host": "127.0.0.1"})
    if session:
        client.cookies["sessionid"] = session
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
