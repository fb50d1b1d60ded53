"""The real actions known from before the portal."""

import json
from pathlib import Path

import pytest
from django.core.management import call_command

from actions.models import Action
from actors.models import Organisation

pytestmark = pytest.mark.django_db
PROGRAMME = "challenges/data/programme-2016-2020.json"


@pytest.fixture
def loaded():
    """Programme, territory and reference, as a new installation has them."""
    call_command("load_programme", PROGRAMME, verbosity=0)
    call_command("load_territory", verbosity=0)
    call_command("load_reference", verbosity=0)


def test_are_eighteen_with_their_sources(loaded):
    actions = Action.objects.order_by("reference")
    assert [action.reference for action in actions] == [f"ANT-{n:04d}" for n in range(1, 19)]
    assert {action.status for action in actions} == {"recorded"}
    assert [action.reference for action in actions if not action.source_list] == []
    assert Organisation.objects.count() == 28


def test_say_what_the_file_says_and_no_more(loaded):
    rows = json.loads(Path("actions/data/recorded.json").read_text())["actions"]
    for row in rows:
        action = Action.objects.get(reference=row["reference"])
        assert (action.title, action.description) == (row["title"], row["description"])
        assert action.recorded_year == row["year"]
        assert action.recorded_amount == row["amount_eur"]
        assert (action.carrier and action.carrier.slug) == row["carrier"]
        assert [c.insee_code for c in action.communes.all()] == [
            code for code in [row["commune"]] if code
        ]
        number = row["challenge"] or row["proposed_challenge"]
        assert (action.challenge and action.challenge.number) == number
        assert action.challenge_is_proposed == (row["challenge"] is None and number is not None)
    assert Action.objects.filter(challenge_is_proposed=True).count() == 13


def test_loading_again_overwrites_nothing(loaded, capsys):
    Action.objects.filter(reference="ANT-0001").update(title="Précisé par un agent")
    Organisation.objects.filter(slug="cisca").update(is_published=False)
    before = list(Action.objects.values()), list(Organisation.objects.values())
    call_command("load_reference")
    assert (list(Action.objects.values()), list(Organisation.objects.values())) == before
    assert capsys.readouterr().out == "28 structures, 18 actions recensées\n"
