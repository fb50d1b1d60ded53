"""The demonstration's data: fictitious, in every status, loaded once."""

from collections import Counter

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from actions.enums import ActionStatus
from actions.models import Action, ActionEvent, Attachment, CoEditor, Evaluation
from actors.models import Invitation, MembershipClaim, Organisation, User
from ess_portal.base.models import OutgoingMail

pytestmark = pytest.mark.django_db
PASSWORD = "le mot de passe de la démonstration"
ACCOUNTS = {
    "porteur": frozenset(),
    "porteur2": frozenset(),
    "agent": {"agent"},
    "evaluateur1": {"evaluator"},
    "evaluateur2": {"evaluator"},
    "evaluateur3": {"evaluator"},
    "evaluateur4": {"evaluator"},
    "elu": {"elected"},
    "comite1": {"committee"},
    "comite2": {"committee"},
    "comite3": {"committee"},
    "admin": {"administrator"},
}


@pytest.fixture
def load(monkeypatch, settings, tmp_path):
    """Return a function that loads the demonstration on top of programme and territory."""
    settings.DEMO = True
    settings.ATTACHMENTS_ROOT = tmp_path
    monkeypatch.setenv("DEMO_PASSWORD", PASSWORD)
    call_command("load_programme", "challenges/data/programme-2016-2020.json", verbosity=0)
    call_command("load_territory", verbosity=0)
    return lambda: call_command("load_demo")


@pytest.mark.parametrize(
    ("demo", "password", "sentence"),
    [
        (False, PASSWORD, "load_demo ne s’exécute qu’avec DEMO=1."),
        (True, "", "DEMO_PASSWORD doit donner le mot de passe des comptes."),
    ],
)
def test_is_refused_elsewhere(monkeypatch, settings, demo, password, sentence):
    settings.DEMO = demo
    monkeypatch.setenv("DEMO_PASSWORD", password)
    with pytest.raises(CommandError) as refused:
        call_command("load_demo")
    assert str(refused.value) == sentence
    assert (User.objects.count(), Action.objects.count()) == (0, 0)


def test_is_whole_fictitious_and_loaded_once(load, capsys, monkeypatch):
    waiting = OutgoingMail.objects.create(recipient="a@example.org", subject="S", body="B")
    load()
    # At least two actions in every status but the recorded ones, which are real.
    statuses = Counter(Action.objects.values_list("status", flat=True))
    expected = set(ActionStatus.values) - {ActionStatus.RECORDED}
    assert set(statuses) == expected
    assert {status for status, number in statuses.items() if number < 2} == set()
    # Every organisation says that it is fictitious, and so does each action's page by it.
    names = list(Organisation.objects.values_list("name", flat=True))
    assert len(names) == 10
    assert [name for name in names if "fictive" not in name and "fictif" not in name] == []
    assert Action.objects.filter(carrier__isnull=True).count() == 0
    # Reached through the workflow: the last event of each tells its state.
    untold = [
        action.reference
        for action in Action.objects.exclude(status=ActionStatus.DRAFT)
        if action.events.order_by("-pk")[0].to_status != action.status
    ]
    assert untold == []
    # One account per role, none of them a superuser, all with the password.
    people = {user.email.partition("@")[0]: user for user in User.objects.all()}
    assert {name: people[name].roles for name in ACCOUNTS} == ACCOUNTS
    assert not User.objects.filter(is_superuser=True).exists()
    assert people["agent"].check_password(PASSWORD)
    assert {people[name].password for name in ACCOUNTS} == {people["agent"].password}
    first, second = (people[name].organisation_ids for name in ("porteur", "porteur2"))
    assert (len(first), len(second), first & second) == (1, 1, frozenset())
    # Files to share out, to declare for, to write; evaluators of several kinds; shared opinions.
    unsent = Evaluation.objects.open().to_send()
    assert Action.objects.lacking_evaluators().count() == 1
    assert sorted((one.evaluator.email, one.opens_application) for one in unsent) == [
        ("evaluateur3@demo.example", False),
        ("evaluateur3@demo.example", True),
    ]
    kinds = User.objects.filter(email__startswith="evaluateur").values("evaluator_kind")
    assert kinds.distinct().count() == 4
    evaluated = Action.objects.filter(status="evaluated").with_disagreement()
    assert sorted(evaluated.values_list("disagreement", flat=True)) == [False, False, True]
    # Something waits on each page of belonging, for the second carrier and for agents.
    invited = people["porteur2"].email
    assert list(Invitation.objects.values_list("email", flat=True)) == [invited]
    assert list(CoEditor.objects.values_list("email", "accepted_at")) == [(invited, None)]
    assert [claim.user for claim in MembershipClaim.objects.pending()] == [people["evaluateur4"]]
    assert list(Attachment.objects.values_list("action__status", "kind")) == [("draft", "pdf")]
    # Its past sends no mail.
    assert list(OutgoingMail.objects.all()) == [waiting]
    # Again: nothing changes, nobody is signed out.
    before = (
        list(Action.objects.order_by("pk").values()),
        list(User.objects.order_by("pk").values()),
        ActionEvent.objects.count(),
    )
    capsys.readouterr()
    load()
    assert capsys.readouterr().out == "0 actions de démonstration chargées\n"
    assert before == (
        list(Action.objects.order_by("pk").values()),
        list(User.objects.order_by("pk").values()),
        ActionEvent.objects.count(),
    )
    # Another password takes the place of the first.
    monkeypatch.setenv("DEMO_PASSWORD", "un autre mot de passe")
    load()
    data = {"login": "agent@demo.example", "password": "un autre mot de passe"}
    assert Client().post("/connexion/", data).headers["Location"] == "/espace/"
