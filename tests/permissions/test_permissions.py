"""Everybody goes round the table: each address answers as it says, with a page of our own."""

from collections.abc import Iterator

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from actions.models import Action
from actors.enums import Role
from tests.permissions.row import ANONYMOUS, EVERYBODY, Row
from tests.permissions.rows import ROWS
from tests.support.factories import OrganisationFactory, fresh, member, person
from tests.support.offences import offences
from tests.support.signing_in import open_session

# What an agent who is tied to every file, a co-carrier of before, leaves to another; the rest
# they read as agents do.
ACTS_ON_A_FILE = frozenset(
    f"admin:actions_action_{name}"
    for name in (
        "transition",
        "recall",
        "more_time",
        "assign",
        "remind",
        "due_date",
        "replace",
        "unassign",
        "recuse",
    )
)


def expected(row: Row, role: str) -> int:
    """The answer that the table gives to `role`."""
    special = dict(row.extra)
    if role in special:
        return special[role]
    if role == "tied_agent":
        return row.others if row.name in ACTS_ON_A_FILE else expected(row, "agent")
    if role in row.who.split():
        return row.ok
    return 302 if role == ANONYMOUS else row.others


# Those of `make test`: nobody, and who writes but decides nothing. The slow round takes everybody
# else, in two.
AT_ONCE = ["anonymous", "contributor"]
LATER = [role for role in EVERYBODY.split() if role not in AT_ONCE]
GROUPS = [
    pytest.param(AT_ONCE),
    *(pytest.param(LATER[first::2], marks=pytest.mark.slow) for first in range(2)),
]

# Pages that each group looks into, at least; most are looked into by the first and the last one.
FEWEST_READ = 10


# To the administration they are all the same: somebody without a role. `make test` sends one of
# them there, the slow round everybody.
WITHOUT_ROLE = frozenset(["manager", "contributor", "partner", "claimant", "invited", "co_editor"])


@pytest.mark.django_db
@pytest.mark.parametrize("roles", GROUPS, ids=" ".join)
def test_every_address_answers_as_the_table_says(world, roles):
    read: list[str] = []
    wrong = [
        answer
        for role in roles
        for answer in wrong_answers(world, role, read, admin=role not in WITHOUT_ROLE)
    ]
    assert wrong == []
    assert len(read) > FEWEST_READ


@pytest.mark.slow
@pytest.mark.django_db
def test_the_administration_is_shut_to_everybody_without_a_role(world):
    assert [wrong for role in WITHOUT_ROLE for wrong in wrong_answers(world, role, [])] == []


def wrong_answers(world, role: str, read: list[str], *, admin: bool = True) -> Iterator[tuple]:
    """Go round the table as somebody in `role`: yield what it doesn't say, and pages that hold
    something inline or foreign. The addresses of the pages looked into are added to `read`.
    """
    client = Client()
    if role != ANONYMOUS:
        open_session(client, fresh(world.people[role]))
    cookies = client.cookies.copy()
    for row in ROWS:
        if row.name.startswith("admin:") and not admin:
            continue
        client.cookies = cookies.copy()
        # Each request on the same world: what a POST changes is undone.
        with transaction.atomic():
            address = world.address(row)
            response = client.generic(row.method, address)
            transaction.set_rollback(True)
        if response.status_code != expected(row, role):
            yield role, row.method, address, row.of, response.status_code, expected(row, role)
        if role in readers(row) and is_page(response):
            read.append(address)
            yield from ((role, row.method, address, found) for found in offences(response))


def is_page(response) -> bool:
    """Whether a browser would draw it."""
    return response.headers.get("Content-Type", "").startswith("text/html")


def readers(row: Row) -> set[str]:
    """Through whose eyes its page is read: those of the first and of the last who see it."""
    who = [role for role in EVERYBODY.split() if role in row.who.split()]
    return {who[0], who[-1]} if who and row.ok in (200, 403) else set()


def names(patterns, namespace=""):
    """Every named address below `patterns`."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from names(pattern.url_patterns, inner)
        elif isinstance(pattern, URLPattern):
            yield f"{namespace}{pattern.name}"


# The admin's catch-all answers 404 or redirects to an address with a final slash; the addresses
# of old admin versions redirect to today's. Neither has a name.
WITHOUT_NAME = {"admin:None"}


def test_every_address_has_a_row():
    assert set(names(get_resolver().url_patterns)) - WITHOUT_NAME == {row.name for row in ROWS}


@pytest.mark.django_db
def test_a_removed_right_is_refused_on_the_next_request(as_user):
    agent = person(Role.AGENT)
    client = as_user(agent)
    assert client.get(reverse("admin:index")).status_code == 200
    agent.groups.clear()
    assert client.get(reverse("admin:index")).status_code == 404


@pytest.mark.django_db
def test_a_closed_account_is_refused_on_the_next_request(as_user):
    manager = member(OrganisationFactory())
    client = as_user(manager)
    assert client.get(reverse("actions:space")).status_code == 200
    manager.is_active = False
    manager.save()
    assert client.get(reverse("actions:space")).status_code == 302


@pytest.mark.django_db
def test_visible_to_agrees_with_can_see_for_every_role_and_status(world):
    """One rule told twice: in SQL for lists, in Python for pages."""
    from django.contrib.auth.models import AnonymousUser

    from actions import rules

    people = {ANONYMOUS: AnonymousUser()} | world.people
    disagreements = []
    for role, user in people.items():
        user = user if role == ANONYMOUS else fresh(user)  # noqa: PLW2901
        listed = set(Action.objects.visible_to(user).values_list("pk", flat=True))
        disagreements += [
            (role, action.status, action.pk in listed)
            for action in Action.objects.all()
            if rules.can_see(user, action) != (action.pk in listed)
        ]
    assert disagreements == []
