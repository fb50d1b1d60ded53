"""What is taken away is asked about first, on a page that works without a script."""

import pytest
from django.test import Client
from django.urls import get_resolver, resolve

from ess_portal.base.ask_first import AskFirstView
from tests.permissions.row import EVERYBODY
from tests.permissions.rows import ROWS
from tests.support.factories import fresh
from tests.support.reading import Page
from tests.support.signing_in import open_session

pytestmark = pytest.mark.slow

# How addresses say that something ends. Django's administration asks by itself.
ENDINGS = ("retirer/", "annuler/", "quitter/", "supprimer/")
ASKED = [
    row
    for row in ROWS
    if (row.method, row.ok) == ("GET", 200) and row.who and not row.name.startswith("admin:")
]


def view_of(address: str):
    return getattr(resolve(address).func, "view_class", None)


def asks(address: str) -> bool:
    view = view_of(address)
    return view is not None and issubclass(view, AskFirstView)


@pytest.mark.django_db
def test_whatever_ends_something_asks(world):
    addresses = {world.address(row) for row in ROWS if not row.name.startswith("admin:")}
    ending = {one for one in addresses if one.endswith(ENDINGS)}
    assert {one for one in ending if not asks(one)} == set()
    assert len(ending) > 10


@pytest.mark.django_db
def test_each_question_has_one_button_and_a_way_out(world):
    told = []
    for row in ASKED:
        address = world.address(row)
        if not asks(address):
            continue
        reader = next(role for role in EVERYBODY.split() if role in row.who.split())
        client = Client()
        open_session(client, fresh(world.people[reader]))
        page = Page(client.get(address))
        [button], [way_out] = page.main.all("button"), page.main.one(cls="actions-bar").all("a")
        told.append((row.name.partition(":")[2], button.text, way_out.text))
    assert sorted(set(told)) == [
        ("cancel_amendment", "Retirer l’avenant", "Garder l’avenant"),
        ("cancel_decision", "Retirer la décision", "Garder la décision"),
        ("cancel_session", "Annuler la séance", "Garder la séance"),
        ("delete", "Supprimer le brouillon", "Revenir au dossier"),
        ("detach", "Retirer la pièce jointe", "Garder la pièce jointe"),
        ("drop_claim", "Retirer ma demande", "Garder ma demande"),
        ("leave", "Quitter la structure", "Rester"),
        ("remove_co_editor", "Retirer l’invitation", "Garder l’invitation"),
        ("remove_member", "Retirer de la structure", "Revenir aux membres"),
        ("remove_passkey", "Retirer la clé", "Garder la clé"),
        ("stop_co_editing", "Quitter le dossier", "Rester"),
        ("take_off_agenda", "Retirer le point", "Garder le point"),
        ("withdraw", "Retirer définitivement", "Revenir au dossier"),
        ("withdraw_evaluator_invitation", "Retirer l’invitation", "Garder l’invitation"),
        ("withdraw_invitation", "Retirer l’invitation", "Garder l’invitation"),
    ]


def test_every_question_is_in_the_table():
    asking = {
        pattern.name
        for pattern in _patterns(get_resolver().url_patterns)
        if issubclass(getattr(pattern.callback, "view_class", object), AskFirstView)
    }
    assert asking - {row.name.partition(":")[2] for row in ASKED} == {"remove_application"}


def _patterns(patterns):
    for pattern in patterns:
        if hasattr(pattern, "url_patterns"):
            yield from _patterns(pattern.url_patterns)
        else:
            yield pattern
