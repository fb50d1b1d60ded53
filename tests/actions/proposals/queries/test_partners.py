"""Partners are found by name, as in the directory: published, ten at most, without those chosen."""

import pytest

from actions.proposals.queries.partners import FoundPartners, find_partners
from ess_portal.base.models import SearchSynonyms
from ess_portal.base.search import Words
from tests.support.factories import OrganisationFactory

pytestmark = pytest.mark.django_db


def found(typed: str, chosen=()) -> list[str]:
    return [one.name for one in find_partners(Words(typed), chosen=chosen).organisations]


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("Épicerie", ["Épiceries du Sud"]),
        ("EPICERIE", ["Épiceries du Sud"]),
        ("épi", ["Épiceries du Sud"]),
        ("sud epicerie", ["Épiceries du Sud"]),
        ("sud", ["Épiceries du Sud", "Jardins du Sud"]),
        ("sud nord", []),
        ("pommiers", ["Vergers communs"]),
        # What tells of it is no name.
        ("légumes", []),
        ("cachée", []),
        # Lone letters find nothing worth reading; other marks are no words.
        ("é", []),
        ("' & | ! :*", []),
        ("", []),
    ],
)
def test_finds_published_ones_by_name(typed, names):
    SearchSynonyms.objects.create(words="vergers, pommiers")
    OrganisationFactory(name="Jardins du Sud", description="Des légumes.")
    OrganisationFactory(name="Épiceries du Sud")
    OrganisationFactory(name="Vergers communs")
    OrganisationFactory(name="Épicerie cachée du Sud", is_published=False)
    assert found(typed) == names


def test_says_how_many_others_there_are():
    rows = [OrganisationFactory(name=f"Atelier {number:02}") for number in range(1, 14)]
    several = find_partners(Words("atelier"), chosen=[])
    assert [one.name for one in several.organisations] == [f"Atelier {n:02}" for n in range(1, 11)]
    assert (several.others, several.besides) == (3, False)
    chosen = [row.pk for row in rows[:3]]
    fewer = find_partners(Words("atelier"), chosen=chosen)
    assert [one.name for one in fewer.organisations] == [f"Atelier {n:02}" for n in range(4, 14)]
    assert (fewer.others, fewer.besides) == (0, True)


def test_asks_nothing_for_no_word(django_assert_num_queries):
    words = Words("")
    with django_assert_num_queries(0):
        assert find_partners(words, chosen=[1]) == FoundPartners(words)


def test_makes_ten_rows_at_most(django_assert_num_queries):
    OrganisationFactory.create_batch(30, name="Atelier")
    # Synonyms, rows, and how many there are.
    with django_assert_num_queries(3):
        several = find_partners(Words("atelier"), chosen=[])
    assert (len(several.organisations), several.others) == (10, 20)
