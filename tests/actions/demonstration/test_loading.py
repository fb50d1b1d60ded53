"""Where the demonstration is loaded, and what keeps it from being loaded by halves."""

import pytest
from django.core.management import CommandError, call_command

from actions.demonstration import loading
from actions.demonstration.ageing import NOT_THE_OWNER
from actions.models import Action
from actors.models import User
from tests.support.demonstration import PASSWORD, load


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("demo", "password", "sentence"),
    [
        (False, PASSWORD, "load_demo ne s’exécute qu’avec DEMO=1."),
        (True, "", "DEMO_PASSWORD doit donner le mot de passe des comptes."),
        # As the role of the web, which owns nothing.
        (True, PASSWORD, NOT_THE_OWNER),
    ],
)
def test_is_refused_elsewhere(monkeypatch, settings, demo, password, sentence):
    settings.DEMO = demo
    monkeypatch.setenv("DEMO_PASSWORD", password)
    with pytest.raises(CommandError) as refused:
        call_command("load_demo")
    assert str(refused.value) == sentence
    assert (User.objects.count(), Action.objects.count()) == (0, 0)


@pytest.mark.slow
def test_what_breaks_a_guarantee_is_not_loaded(promise, monkeypatch):
    people = User.objects.count()
    data = loading.read()
    few = [row for row in data["proposals"] if list(row["story"]) in (["write"], ["write", "send"])]
    monkeypatch.setenv("DEMO_PASSWORD", PASSWORD)
    monkeypatch.setattr(loading, "read", lambda: data | {"proposals": few, "sessions": []})
    monkeypatch.setattr(loading, "demonstration_document", lambda: b"%PDF-")
    monkeypatch.setattr(loading, "load_belonging", lambda *_, **__: None)
    monkeypatch.setattr(loading, "faults", lambda: ["Rien ne va.", "Pas même ceci."])
    with pytest.raises(CommandError) as refused:
        load()
    assert str(refused.value) == "Rien ne va.\nPas même ceci."
    assert (User.objects.count(), Action.objects.count()) == (people, 0)
