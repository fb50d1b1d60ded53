"""ess_portal/base/address_words.py: addresses speak French, and older ones lead to them."""

import pytest
from django.test import Client
from django.urls import NoReverseMatch, reverse

from actions.enums import ActionStatus, DecisionKind, Transition
from actors.enums import OrganisationFamily
from ess_portal.base.address_words import word_of, words_of
from tests.support.factories import Story, grid, person

pytestmark = pytest.mark.django_db


class TestWords:
    def test_are_the_labels(self):
        assert words_of(ActionStatus) == {
            "draft": "brouillon",
            "submitted": "proposee",
            "in_correction": "complement-demande",
            "in_evaluation": "en-evaluation",
            "evaluated": "evaluee",
            "postponed": "en-vivier",
            "prioritised": "priorisee",
            "in_progress": "en-cours",
            "completed": "realisee",
            "abandoned": "abandonnee",
            "refusal_announced": "refus-annonce",
            "declined": "refusee",
            "withdrawn": "retiree",
            "recorded": "recensee",
        }
        assert words_of(OrganisationFamily) == {
            "association": "association",
            "cooperative": "cooperative",
            "mutual": "mutuelle",
            "foundation": "fondation",
            "commercial_company": "societe-commerciale-de-l-ess",
        }

    def test_keep_letters_of_two(self):
        assert word_of(Transition.START) == "commencer-la-mise-en-oeuvre"

    @pytest.mark.parametrize("choices", [ActionStatus, OrganisationFamily, Transition])
    def test_are_each_for_one_choice_and_no_older_value_of_another(self, choices):
        words = words_of(choices)
        assert len(set(words.values())) == len(choices)
        taken = {value: word for value, word in words.items() if value in words.values()}
        assert all(value == word for value, word in taken.items())

    def test_of_a_decision_is_that_of_its_transition(self):
        assert {kind: word_of(kind) for kind in DecisionKind} == {
            kind: word_of(Transition(kind.value)) for kind in DecisionKind
        }


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("/actions/?etat=in_progress", "/actions/?etat=en-cours"),
        (
            "/actions/?q=%C3%A9picerie&etat=completed&etat=en-cours&page=2",
            "/actions/?q=%C3%A9picerie&etat=realisee&etat=en-cours&page=2",
        ),
        ("/acteurs/?famille=mutual&tri=recentes", "/acteurs/?famille=mutuelle&tri=recentes"),
        ("/actions/proposer/?measure=3&a=b", "/actions/proposer/?a=b&mesure=3"),
    ],
)
def test_an_older_list_leads_to_its_address_for_good(old, new):
    grid()
    response = Client().get(old)
    assert (response.status_code, response.headers["Location"]) == (301, new)
    assert Client().get(new).status_code in (200, 404)


def test_what_makes_no_sense_leads_nowhere():
    assert Client().get("/actions/?etat=perdu&famille=mutual").status_code == 200


class TestPaths:
    @pytest.fixture
    def story(self) -> Story:
        return Story().evaluated()

    @pytest.fixture
    def client(self, story, as_user):
        return as_user(story.members[0])

    def test_an_older_one_leads_to_its_address_for_good(self, client, story):
        base = f"/commission/{story.action.reference}/proposer"
        response = client.get(f"{base}/postpone/?a=b")
        assert (response.status_code, response.headers["Location"]) == (
            301,
            f"{base}/mettre-en-vivier/?a=b",
        )
        assert client.get(f"{base}/mettre-en-vivier/").status_code == 200

    def test_an_older_one_hides_from_those_who_may_not_read_it(self, as_user, story):
        base = f"/commission/{story.action.reference}/proposer"
        assert as_user(person()).get(f"{base}/postpone/").status_code == 404

    def test_what_is_sent_to_an_older_one_is_taken(self, client, story):
        base = f"/commission/{story.action.reference}/proposer"
        client.post(f"{base}/postpone/", {"reason": "À mûrir."})
        assert story.action.decisions.get().kind == "postpone"

    def test_a_word_of_nothing_is_a_404(self, client, story):
        base = f"/commission/{story.action.reference}/proposer"
        assert client.get(f"{base}/reporter/").status_code == 404
        with pytest.raises(NoReverseMatch):
            reverse("actions:propose_decision", args=[story.action.reference, "reporter"])


def test_the_receipt_has_one_name(as_user):
    story = Story().submitted()
    base = f"/espace/actions/{story.action.uuid}"
    response = as_user(story.manager).get(f"{base}/recepisse/")
    assert (response.status_code, response.headers["Location"]) == (
        301,
        f"{base}/accuse-de-reception/",
    )
