"""The demonstration's data: fictitious, in every status, loaded once."""

from collections import Counter
from io import StringIO

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import decrypt
from django.core.management import CommandError, call_command
from django.test import Client

from actions.demonstration.belonging import CLAIMANT
from actions.enums import ActionStatus
from actions.models import Action, ActionEvent, Attachment, CoEditor, CommitteeSession, Evaluation
from actors.models import Invitation, MembershipClaim, Organisation, User
from ess_portal.base.models import OutgoingMail
from tests.support.demonstration import PASSWORD, load
from tests.support.reading import Page
from tests.support.signing_in import ask, code_of, enter

pytestmark = pytest.mark.slow

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


def test_every_status_is_there_twice_and_everything_says_it_is_fictitious(demonstration):
    # Every status but the recorded ones, which are real.
    statuses = Counter(Action.objects.values_list("status", flat=True))
    expected = set(ActionStatus.values) - {ActionStatus.RECORDED}
    assert set(statuses) == expected
    assert {status for status, number in statuses.items() if number < 2} == set()
    # Every organisation says that it is fictitious, and so does each action's page by it.
    names = list(Organisation.objects.values_list("name", flat=True))
    assert len(names) == 13
    assert Organisation.objects.provisional().count() == 1
    assert [name for name in names if "fictive" not in name and "fictif" not in name] == []
    assert Action.objects.filter(carrier__isnull=True).count() == 0
    assert Organisation.objects.values("family").distinct().count() == 5


def test_there_is_one_account_per_role(demonstration):
    people = {user.email.partition("@")[0]: user for user in User.objects.all()}
    assert {name: people[name].roles for name in ACCOUNTS} == ACCOUNTS
    assert not User.objects.filter(is_superuser=True).exists()
    assert people["agent"].check_password(PASSWORD)
    assert {people[name].password for name in ACCOUNTS} == {people["agent"].password}
    first, second = (people[name].organisation_ids for name in ("porteur", "porteur2"))
    assert (len(first), len(second), first & second) == (1, 1, frozenset())
    kinds = User.objects.filter(email__startswith="evaluateur").values("evaluator_kind")
    assert kinds.distinct().count() == 4


def test_everybody_has_something_to_do(demonstration):
    people = {user.email.partition("@")[0]: user for user in User.objects.all()}
    # Applications to share out, to declare for, to write; shared opinions.
    unsent = Evaluation.objects.open().to_send()
    assert Action.objects.lacking_evaluators().count() == 1
    assert sorted((one.evaluator.email, one.opens_application) for one in unsent) == [
        ("evaluateur3@demo.example", False),
        ("evaluateur3@demo.example", True),
    ]
    evaluated = Action.objects.filter(status="evaluated").with_disagreement()
    assert sorted(evaluated.values_list("disagreement", flat=True)) == [False, False, True]
    # Sessions to prepare, and to hold.
    states = Counter(CommitteeSession.objects.values_list("state", flat=True))
    assert states == {"preparing": 1, "sitting": 1, "published": 9}
    # Something waits on each page of belonging, for the second carrier and for agents.
    invited = people["porteur2"].email
    assert list(Invitation.objects.values_list("email", flat=True)) == [invited]
    assert list(CoEditor.objects.values_list("email", "accepted_at")) == [(invited, None)]
    assert all(one.is_pending for one in (*Invitation.objects.all(), *CoEditor.objects.all()))
    assert [claim.user.email for claim in MembershipClaim.objects.pending()] == [CLAIMANT]
    assert Attachment.objects.filter(action__status="draft").count() == 1


def test_it_is_loaded_once(demonstration, capsys, monkeypatch):
    def everything():
        return [
            list(model.objects.order_by("pk").values())
            for model in (Action, User, ActionEvent, CommitteeSession, OutgoingMail)
        ]

    before = everything()
    capsys.readouterr()
    # Nobody is signed out either. The role of the web is enough when there is nothing to load.
    call_command("load_demo")
    assert capsys.readouterr().out == "0 actions de démonstration chargées\n"
    assert before == everything()
    # Another password takes the place of the first.
    monkeypatch.setenv("DEMO_PASSWORD", "un autre mot de passe")
    load()
    data = {"login": "agent@demo.example", "password": "un autre mot de passe"}
    client = Client()
    assert client.post("/connexion/", data).headers["Location"] == "/connexion/verification/"
    out = StringIO()
    call_command("demo_code", "agent@demo.example", stdout=out)
    code = out.getvalue().strip()
    assert Page(client.get("/connexion/verification/")).main.one("strong").text == code
    answer = client.post("/connexion/verification/", {"code": code})
    assert answer.headers["Location"] == "/tableau-de-bord/attentes/instruire/"
    # Served, it isn't given again.
    out = StringIO()
    call_command("demo_code", "agent@demo.example", stdout=out)
    assert out.getvalue().strip() != code


def test_only_staff_are_asked_for_a_second_factor(demonstration):
    asked = Authenticator.objects.filter(type="totp").values_list("user__email", flat=True)
    assert set(asked) == {
        f"{name}@demo.example"
        for name in ("agent", "elu", "comite1", "comite2", "comite3", "admin")
    }
    with pytest.raises(CommandError, match="n’a pas d’application"):
        call_command("demo_code", "porteur@demo.example")


def test_secrets_are_the_installation_s_own(demonstration, settings):
    agent = User.objects.get(email="agent@demo.example")
    before = secret_of(agent)
    settings.SECRET_KEY = "another installation's own key, long enough"
    load()
    assert secret_of(agent) != before


def test_codes_are_shown_by_the_demonstration_alone(demonstration, settings):
    settings.DEMO = False
    with pytest.raises(CommandError, match="DEMO=1"):
        call_command("demo_code", "agent@demo.example")
    client = Client()
    ask(client, "agent@demo.example")
    enter(client, code_of("agent@demo.example"))
    page = client.get("/connexion/verification/")
    assert Page(page).title == "Vérifier que c’est vous"
    assert "demo-code" not in page.content.decode()


def secret_of(user) -> str:
    """What the account's application holds."""
    return decrypt(Authenticator.objects.get(user=user, type="totp").data["secret"])
