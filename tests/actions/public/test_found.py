"""Words in the list of actions: what is found is counted once; of a great many, the latest."""

from itertools import chain

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import QueryDict
from django.test import Client

from actions.committee.filters import RankingFilter
from actions.committee.queries import finding
from actions.committee.queries.choices import CountedInAdvance
from actions.committee.views.ranking import DECIDABLE
from actions.enums import ActionStatus
from actions.models import Action
from actions.public.filters import PublicActionFilter
from ess_portal.base.search import Words
from tests.plugins.prepared import prepared
from tests.support.factories import ChallengeFactory, MeasureFactory, Story, fresh
from tests.support.reading import Page
from tests.support.seen_by_many import PUBLIC_AND_BRIEF, SeenByMany, listed

pytestmark = pytest.mark.django_db

# Found in the titles; in what the public doesn't read of a file put aside; in a carrier's name.
TYPED = ("epicerie", "prix coutant", "membre", "structure", "?!", "introuvable")
FILTERS = (
    "",
    PUBLIC_AND_BRIEF,
    "defi=2",
    "commune=63001",
    "filiere=filiere-0&defi=1",
    "conseil=propose",
    "programme=2022-2026&commune=63001",
)


@prepared
def world():
    return SeenByMany()


def numbers(filterset) -> dict[tuple[str, str], int]:
    """What each choice says."""
    return {
        (facet.name, option.value): option.count
        for facet in filterset.facets
        for option in facet.options
        if option.count
    }


def led_to(made, query: QueryDict, filterset) -> dict[tuple[str, str], int]:
    """What the list has once each choice is made beside the other filters in use."""
    found = {}
    for name, value in chain.from_iterable(
        [(facet.name, option.value) for option in facet.options] for facet in filterset.facets
    ):
        chosen = query.copy()
        chosen.setlist(name, [value])
        if number := made(chosen).qs.count():
            found[name, value] = number
    return found


# Eight readers, each word beside each filter, each choice made.
@pytest.mark.slow
def test_every_choice_leads_to_as_many_answers_as_it_says(world):
    seen = set()
    for who, user in world.readers.items():
        user = fresh(user) if user.is_authenticated else user  # noqa: PLW2901

        def made(query, user=user):
            return PublicActionFilter(
                query,
                queryset=listed(user),
                user=user,
                states=ActionStatus.values,
                counted=CountedInAdvance.seen_by(user, listed(user)),
            )

        for typed, others in ((t, o) for t in TYPED for o in FILTERS):
            query = QueryDict(f"q={typed}&{others}".rstrip("&"))
            filterset = made(query)
            assert numbers(filterset) == led_to(made, query, filterset), (who, typed, others)
            assert filterset.total == filterset.qs.count(), (who, typed, others)
            seen.add((who, typed, filterset.total > 0))
    # The public finds what is put aside by its title alone.
    assert ("anybody", "epicerie", True) in seen
    assert {total for who, typed, total in seen if typed in {"?!", "introuvable"}} == {False}


def test_so_does_every_choice_of_the_ranking(world):
    user = fresh(world.readers["a member of the committee"])
    for others in FILTERS[:5]:
        query = QueryDict(f"q=epicerie&{others}".rstrip("&"))

        def made(query):
            return RankingFilter(
                query,
                queryset=Action.objects.decidable(),
                user=user,
                states=ActionStatus.DECIDABLE,
                counted=DECIDABLE,
            )

        filterset = made(query)
        assert numbers(filterset) == led_to(made, query, filterset), others
        assert filterset.total == filterset.qs.count(), others


@prepared
def orchards():
    """Five that anybody reads, filed one after the other, and one of them of another challenge."""
    first, second = (MeasureFactory(challenge=ChallengeFactory(number=n)) for n in (1, 2))
    for number in range(5):
        measure = second if number == 1 else first
        Story(title=f"Verger {number}", description="", measure=measure).prioritised()


def found() -> list[str]:
    keys = finding.found_in(Action.objects.all(), Words("verger"), AnonymousUser()).keys
    return sorted(Action.objects.filter(pk__in=keys).values_list("title", flat=True))


@pytest.fixture
def limits(monkeypatch):
    """Sets what is a great many."""

    def set_to(**numbers):
        for name, number in numbers.items():
            monkeypatch.setattr(finding, name, number)

    return set_to


@pytest.mark.usefixtures("orchards")
class TestMany:
    def test_all_are_found_up_to_the_limits(self, limits):
        limits(MOST=5, SHOWN_OF_MANY=2)
        assert found() == [f"Verger {n}" for n in range(5)]
        limits(MOST=5, SHOWN_OF_MANY=5, MANY=0, LATEST=5)
        assert found() == [f"Verger {n}" for n in range(5)]

    def test_beyond_them_the_latest(self, limits):
        limits(MOST=4, SHOWN_OF_MANY=2)
        assert found() == ["Verger 3", "Verger 4"]

    def test_in_a_long_list_the_latest_are_looked_at_first(self, limits):
        limits(SHOWN_OF_MANY=2, MANY=4, LATEST=3)
        assert found() == ["Verger 3", "Verger 4"]
        # Not enough of them answer: all are looked for.
        limits(LATEST=2)
        assert found() == [f"Verger {n}" for n in range(5)]
        # Nor in a short list.
        limits(LATEST=3, MANY=5)
        assert found() == [f"Verger {n}" for n in range(5)]

    @pytest.mark.parametrize("many", [{"MOST": 4}, {"MANY": 0}])
    def test_the_page_says_so(self, limits, many):
        limits(SHOWN_OF_MANY=3, **many)
        page = Page(Client().get("/actions/?q=verger"))
        assert page.main.one("h2").text == "Plus de 3 actions pour ces filtres"
        assert page.main.one("div", id="liste").all("p")[0].text == (
            "Voici les 3 plus récentes. Pour en trouver d’autres, ajoutez un mot ou choisissez un"
            " filtre."
        )
        titles = [row.one("h3").text for row in page.main.all("li", cls="row-item")]
        assert titles == ["Verger 4", "Verger 3", "Verger 2"]
        # What isn't counted has no number, and the order is what it is.
        assert page.main.all("span", cls="count") == []
        options = [option.text for option in page.main.one("select", name="defi").all("option")]
        assert options == ["Tous", "Défi 1 : Titre du défi 1", "Défi 2 : Titre du défi 2"]
        orders = [option.text for option in page.main.one("select", name="tri").all("option")]
        assert orders[0] == "Les plus récentes d’abord"
        assert "Pertinence" not in orders

    def test_a_filter_finds_the_others(self, limits):
        limits(SHOWN_OF_MANY=3, MANY=0)
        page = Page(Client().get("/actions/?q=verger&defi=2"))
        assert page.main.one("h2").text == "1 action pour ces filtres"
        assert [row.one("h3").text for row in page.main.all("li", cls="row-item")] == ["Verger 1"]
        page = Page(Client().get("/actions/?q=verger&defi=1"))
        assert page.main.one("h2").text == "Plus de 3 actions pour ces filtres"

    def test_they_are_sorted_as_asked(self, limits):
        limits(SHOWN_OF_MANY=3, MANY=0)
        page = Page(Client().get("/actions/?q=verger&tri=titre"))
        titles = [row.one("h3").text for row in page.main.all("li", cls="row-item")]
        assert titles == ["Verger 2", "Verger 3", "Verger 4"]

    def test_so_does_the_search_of_everything(self, limits):
        limits(SHOWN_OF_MANY=3, MANY=0)
        page = Page(Client().get("/recherche/?q=verger"))
        assert page.main.one("p", role="status").text == "Plus de 3 résultats pour « verger »"
        section = page.main.one("section")
        assert section.one("h2").text == "Actions (plus de 3)"
        assert section.one("p", cls="muted").text == (
            "Les plus récentes d’abord : ajoutez un mot pour trouver les autres."
        )
        assert [item.one("h3").text for item in section.all("li")] == [
            "Verger 4",
            "Verger 3",
            "Verger 2",
        ]
