"""Every list and dashboard asks the same number of queries for one item as for three."""

import re
from urllib.parse import urlsplit

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import resolve
from django.utils import timezone

from actions.amendments.services import propose_amendment
from actions.committee.services.decisions import propose_decision
from actions.enums import DecisionKind
from actions.evaluation.services.assignments import assign_evaluators
from actions.models import Action
from actors.enums import Role
from actors.models import EvaluatorInvitation, Invitation, MembershipClaim, User
from challenges.models import Programme
from tests.benchmarks import data
from tests.benchmarks.bars import ROWS_FOR_EACH_SHOWN
from tests.benchmarks.pages import asked, measured_pages, session_of
from tests.permissions.rows import PAGES_READ
from tests.plugins.database import as_owner
from tests.support.factories import (
    BELOW_FLOOR,
    ChallengeFactory,
    CommuneFactory,
    MeasureFactory,
    OrganisationFactory,
    SectorFactory,
    Story,
    UserFactory,
    fresh,
    person,
)
from tests.support.organisations import provisional
from tests.support.sessions import HeldSession

pytestmark = pytest.mark.django_db


class World:
    """As many of everything as asked: actions, organisations, evaluations, decisions."""

    def __init__(self, items: int):
        self.carrier = OrganisationFactory()
        self.evaluator = person(Role.EVALUATOR)
        self.stories = []
        for number in range(1, items + 1):
            challenge = ChallengeFactory(number=1)
            measure = MeasureFactory(challenge=challenge)
            MeasureFactory(challenge=challenge, number=number + 1)
            columns = {
                "carrier": self.carrier,
                "measure": measure,
                "communes": [CommuneFactory(), CommuneFactory()],
                "sectors": [SectorFactory()],
                "partners": [OrganisationFactory()],
            }
            amended = self._story(columns).prioritised()
            propose_amendment(
                action=amended.action, by=fresh(amended.members[0]), reason="Moins.", amount=4000
            )
            self._story(columns).postponed()
            decided = self._story(columns).evaluated(BELOW_FLOOR)
            propose_decision(
                action=decided.action,
                kind=DecisionKind.POSTPONE,
                by=fresh(decided.members[0]),
                reason="À revoir.",
            )
            self._story(columns).refusal_announced()
            evaluated = self._story(columns).in_evaluation(assign=False)
            assign_evaluators(
                action=evaluated.action,
                evaluators=[self.evaluator],
                due_on=timezone.localdate(),
                by=evaluated.agent,
            )
            self._story(columns).submitted()
            provisional()
            MembershipClaim.objects.create(
                user=UserFactory(), organisation=OrganisationFactory(), message="Présidente."
            )
            Invitation.objects.create(organisation=self.carrier, email=f"a{number}@example.org")
            inviter = self.stories[0].agent
            for email, when in (("b", None), ("c", timezone.now())):
                EvaluatorInvitation.objects.create(
                    email=f"{email}{number}@example.org",
                    invited_by=inviter,
                    withdrawn_at=when,
                    withdrawn_by=inviter if when else None,
                )
        self.measure = measure
        partners = [OrganisationFactory() for _ in range(items)]
        self.draft = Story(**columns | {"partners": partners})
        # As many corrections and versions, with their mails.
        self.corrected = Story(**columns | {"partners": partners}).submitted()
        for _ in range(items):
            self.corrected.corrected()
        decidable = [self._story(columns).evaluated() for _ in range(items)]
        self.sitting = HeldSession(stories=decidable).opened()
        for item in self.sitting.items:
            self.sitting.step_aside(item, self.sitting.third)
        self.preparing = HeldSession(stories=[])
        # As many grants that the council has yet to vote.
        Programme.objects.update(requires_deliberation=True)
        granted = [self._story(columns).evaluated() for _ in range(items)]
        self.published = HeldSession(stories=granted).opened().closed()
        self.published.confirm(self.published.second)

    def _story(self, columns) -> Story:
        story = Story(**columns)
        self.stories.append(story)
        return story

    @property
    def addresses(self) -> dict[str, str]:
        """What stands between braces in the addresses below."""
        waiting = Action.objects.filter(status="in_evaluation").order_by("pk")
        keys = "&".join(f"actions={action.pk}" for action in waiting)
        evaluation = self.evaluator.evaluations.order_by("pk").first()
        return {
            "organisation": self.carrier.slug,
            "assign": f"/evaluations/attribuer/?proposer=1&due_on={timezone.localdate()}&{keys}",
            "declaration": f"/evaluations/{evaluation.pk}/",
            "own": self.corrected.action.get_space_url(),
            "step": f"{self.draft.action.get_space_url()}modifier/",
            "sitting": self.sitting.session.pk,
            "preparing": self.preparing.session.pk,
            "published": self.published.session.pk,
            "item": self.sitting.items[0].pk,
            "reference": self.stories[0].action.reference,
            "reviewed": self.carrier.pk,
        }

    def reader(self, role: str):
        """The person who reads the page."""
        return {
            "manager": self.stories[0].manager,
            "evaluator": self.evaluator,
            "agent": self.stories[0].agent,
            "committee": self.stories[0].members[0],
            "elected": None,
        }[role] or person(Role.ELECTED)


# Address, who reads it, and its queries: those of the reader's session and account included.
PAGES = [
    ("/", "anonymous", 5),
    ("/programme/", "anonymous", 6),
    ("/defis/1/", "anonymous", 6),
    ("/defis/1/mesures/1/", "anonymous", 4),
    ("/actions/", "anonymous", 4),
    ("/actions/", "agent", 6),
    ("/actions/{reference}/", "anonymous", 6),
    ("/actions/{reference}/", "agent", 16),
    ("/acteurs/", "anonymous", 2),
    ("/acteurs/{organisation}/", "anonymous", 4),
    ("/actions/?q=epicerie&defi=1&tri=titre", "agent", 9),
    ("/acteurs/?q=structure", "anonymous", 4),
    ("/recherche/?q=titre", "agent", 11),
    ("/espace/", "manager", 12),
    ("/espace/structures/{organisation}/", "manager", 6),
    ("/rattachements/", "agent", 4),
    ("/evaluateurs/", "agent", 6),
    ("/espace/preferences/", "manager", 4),
    ("/connexion/sessions/", "agent", 3),
    ("{own}", "manager", 31),
    ("{own}accuse-de-reception/", "manager", 10),
    ("{own}co-porteurs/", "manager", 10),
    ("{step}moyens/", "manager", 16),
    ("{step}criteres/", "manager", 15),
    ("{step}envoi/", "manager", 14),
    ("/admin/", "agent", 11),
    ("/evaluations/", "evaluator", 5),
    ("/evaluations/attribuer/", "agent", 5),
    ("{assign}", "agent", 11),
    ("{declaration}", "evaluator", 7),
    ("/commission/", "committee", 11),
    ("/commission/?q=epicerie&tri=commune", "committee", 13),
    ("/commission/seances/", "committee", 4),
    ("/commission/seances/{sitting}/", "agent", 14),
    ("/commission/seances/{preparing}/ordre-du-jour/", "agent", 12),
    ("/commission/seances/{sitting}/presences/", "agent", 4),
    ("/commission/seances/{sitting}/enveloppe/", "agent", 8),
    ("/commission/seances/{published}/", "agent", 19),
    ("/commission/seances/{published}/deliberation/", "agent", 6),
    ("/commission/points/{item}/", "agent", 19),
    ("/commission/points/{item}/deport/", "agent", 4),
    ("/commission/{reference}/", "committee", 22),
    ("/commission/seances/{sitting}/dossier.pdf", "committee", 27),
    ("/commission/seances/{sitting}/dossier.pdf", "agent", 26),
    ("/tableau-de-bord/", "agent", 10),
    ("/tableau-de-bord/", "elected", 10),
    ("/tableau-de-bord/attentes/decider/", "elected", 7),
    ("/tableau-de-bord/attentes/evaluer/", "agent", 7),
    ("/tableau-de-bord/decisions.csv", "elected", 8),
    ("/structures-a-confirmer/", "agent", 4),
    ("/structures-a-confirmer/{reviewed}/", "agent", 7),
    ("/admin/actions/action/", "agent", 11),
    ("/admin/actors/organisation/", "agent", 9),
    ("/admin/actions/evaluation/", "agent", 7),
    ("/admin/base/outgoingmail/", "agent", 9),
]

# Lists that read the columns they show, and the one that would be read later, row by row.
ROWS_READ_IN_PART = (
    "/",
    "/defis/1/",
    "/defis/1/mesures/1/",
    "/actions/",
    "/actions/?q=epicerie&defi=1&tri=titre",
    "/acteurs/{organisation}/",
    "/espace/",
    "/evaluations/",
    "/evaluations/attribuer/",
    "/commission/",
    "/commission/?q=epicerie&tri=commune",
    "/commission/seances/{preparing}/ordre-du-jour/",
    "/admin/actions/action/",
)
READ_ALONE = re.compile(
    r'FROM "(actions_action|actions_evaluation|actors_organisation|challenges_\w+)"'
    r' WHERE "\1"\."id" = \d+ LIMIT 21'
)


# Pages that no list makes longer, by what they hold.
WITHOUT_LIST = {
    "words alone": "account_inactive account_login account_logout account_request_login_code "
    "actors:add_passkey pages:accessibility pages:contact pages:contact_thanks pages:health "
    "pages:help pages:legal_notice pages:privacy pages:reference pages:robots pages:site_map "
    "pages:terms",
    "a form about one thing": "actions:action_deliberation actions:amend actions:co_editing "
    "actions:create_session actions:delete actions:edit_session actions:increase actions:propose "
    "actions:propose_decision actions:recuse actions:reply actions:settle actions:start_again "
    "actions:withdraw actors:claim actors:claim_membership actors:invitation actors:invite "
    "actors:evaluator_invitation actors:invite_evaluator actors:leave "
    "actors:member actors:remove_member actors:remove_passkey",
    "a question about one thing": "actions:cancel_amendment actions:cancel_decision "
    "actions:cancel_session actions:detach actions:remove_co_editor actions:stop_co_editing "
    "actions:take_off_agenda actors:drop_claim actors:withdraw_evaluator_invitation "
    "actors:withdraw_invitation",
    "the file of one action": "actions:application_pdf actions:attachment "
    "actions:filed_application_pdf",
    "the date of one session": "actions:session_calendar",
    "the few keys of one person": "actors:passkeys actors:second_factor actors:application "
    "actors:confirm_identity actors:recovery_codes",
    "what the page of the programme holds": "pages:archived_programme",
}


KEYS = ("organisation", "sitting", "preparing", "published", "item", "reviewed")


def test_every_page_with_a_list_is_asked_for():
    key = "3f2a1c9e-0000-4000-8000-000000000001"
    own = f"/espace/actions/{key}/"
    # Where the addresses lead, whatever the rows.
    anything = {"own": own, "step": f"{own}modifier/", "assign": "/evaluations/attribuer/"}
    anything |= {"declaration": "/evaluations/1/", "reference": "ESS-2026-0001"}
    anything |= dict.fromkeys(KEYS, "1")
    asked = {resolve(urlsplit(path.format(**anything)).path).view_name for path, *_ in PAGES}
    assert PAGES_READ - asked == set(" ".join(WITHOUT_LIST.values()).split())


@pytest.mark.parametrize("items", [pytest.param(1, marks=pytest.mark.slow), 3])
def test_lists_ask_a_constant_number_of_queries(items, as_user):
    world = World(items)
    Client().get("/recherche/?q=titre")  # the portal's own pages are read once a process
    asked, lazy = [], []
    for path, role, _ in PAGES:
        client = Client() if role == "anonymous" else as_user(world.reader(role))
        address = path.format(**world.addresses)
        with CaptureQueriesContext(connection) as queries:
            response = client.get(address)
        assert response.status_code == 200
        asked.append((path, role, len(queries)))
        if path in ROWS_READ_IN_PART:
            lazy += [(path, one["sql"]) for one in queries if READ_ALONE.search(one["sql"])]
    assert lazy == []
    assert [pair for pair in zip(asked, PAGES, strict=True) if pair[0] != pair[1]] == []


def loaded_pages(total: int) -> dict[tuple[str, str], tuple]:
    """Queries and model rows of each page of the benchmark, over `total` actions."""
    with connection.cursor() as cursor:
        # The suite's session remembers how it read these tables when they were nearly empty.
        cursor.execute("SET LOCAL plan_cache_mode = force_custom_plan")
    data.load_actions(total)
    # What autovacuum would have told the planner of so many new rows.
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    sessions = {"": ""} | {
        name: session_of(User.objects.get(email=f"{name}@bench.example"))
        for name in {page.reader for page in measured_pages()} - {""}
    }
    return {
        (page.path, page.reader): (page, asked(page.path, sessions[page.reader]))
        for page in measured_pages()
    }


def excessive(pages) -> list:
    """The pages that ask too much, or make rows that they don't show."""
    return [
        (address, found.queries, found.rows)
        for address, (page, found) in pages.items()
        if found.queries > page.queries or found.rows > ROWS_FOR_EACH_SHOWN * page.shown
    ]


@pytest.mark.slow
def test_pages_make_no_row_that_they_do_not_show(promise):
    """A page that loads everything in one query asks few questions, and takes a minute."""
    assert excessive(loaded_pages(120)) == []


@pytest.mark.slow
def test_nor_over_thirty_or_a_thousand_actions(promise):
    assert excessive(loaded_pages(30)) == []
    assert excessive(loaded_pages(1000)) == []
