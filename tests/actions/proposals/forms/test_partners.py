"""Boxes of the partners that are chosen, and what asks to look for others."""

import pytest
from django.http import QueryDict

from actions.proposals.forms.means import MeansStepForm
from actions.proposals.forms.partners import (
    found_for,
    keys_among,
    looks_for_partners,
    partner_choices,
)
from ess_portal.base.search import Words
from ess_portal.base.two_versions import TwoVersions, two_versions
from tests.support.factories import OrganisationFactory, Story, UserFactory
from tests.support.forms import not_offered

pytestmark = pytest.mark.django_db
KEY = "3f2a1c9e-0000-4000-8000-000000000001"


def form(data: str = "", **options) -> MeansStepForm:
    """The fourth step of a new file, as a browser sends it; unbound without data."""
    sent = QueryDict(f"key={KEY}&{data}") if data else None
    return MeansStepForm(sent, user=UserFactory.build(), **options)


def boxes(filled: MeansStepForm) -> list[tuple]:
    return [(str(value), label) for value, label in filled.fields["partners"].choices]


@pytest.mark.parametrize(
    ("sent", "looks"),
    [
        ("", False),
        ("q=atelier", False),
        ("q=atelier&go=criteres", False),
        ("look=1", True),
        ("q=atelier&look=1", True),
        ("q=atelier&enter=criteres", True),
        ("q=atelier&enter=criteres&looked_for=ate", True),
        # Looked for already, or not at all: Enter goes on.
        ("q=atelier&enter=criteres&looked_for=atelier", False),
        ("q=&enter=criteres&looked_for=atelier", False),
    ],
)
def test_a_button_looks_for_partners_and_enter_does_for_new_words(sent, looks):
    assert looks_for_partners(QueryDict(sent)) is looks


def test_only_what_may_be_a_key_is_one():
    given = [1, "2", "-3", "", "quatre", "٥", "1e3", "9" * 18, "9" * 19, " 6", None]
    assert keys_among(given) == [1, 2, 999_999_999_999_999_999]


def test_a_page_finds_what_is_not_ticked_there():
    first, second = (OrganisationFactory(name=f"Atelier {number}") for number in (1, 2))
    found = found_for(QueryDict(f"q=atelier&partners={first.pk}&partners=x"))
    assert (found.organisations, found.besides) == ((second,), True)


class TestBoxes:
    def test_are_those_chosen_whatever_the_register_holds(self, django_assert_num_queries):
        chosen = [OrganisationFactory(name=name) for name in ("Zoé", "Éric", "Avec d’autres")]
        OrganisationFactory.create_batch(3)
        story = Story(partners=chosen[:2])
        filled = form(instance=story.action)
        assert boxes(filled) == [(str(chosen[1].pk), "Éric"), (str(chosen[0].pk), "Zoé")]
        # What is typed counts from then on, even beside what can't be read.
        typed = form(f"partners={chosen[2].pk}&jobs_kept=beaucoup", instance=story.action)
        assert boxes(typed) == [(str(chosen[2].pk), "Avec d’autres")]
        with django_assert_num_queries(0):
            assert partner_choices([]) == []

    def test_are_named_by_their_organisation_and_errors_lead_to_the_search(self):
        partner = OrganisationFactory(name="Atelier")
        field = form(f"partners={partner.pk}")["partners"]
        assert field.id_for_label == "id_partners_search"
        assert f'id="id_partners_{partner.pk}"' in str(field)

    def test_do_not_show_what_is_published_no_more(self):
        hidden = OrganisationFactory(is_published=False)
        filled = form(instance=Story(partners=[hidden]).action)
        assert (filled["partners"].value(), boxes(filled)) == ([hidden.pk], [])

    @pytest.mark.parametrize("forged", ["999999", "9" * 18, "9" * 30])
    def test_forged_ones_are_refused_and_not_shown(self, forged):
        filled = form(f"partners={forged}")
        assert (filled.errors, boxes(filled)) == ({"partners": [not_offered(forged)]}, [])

    def test_nonsense_is_refused_and_not_shown(self):
        filled = form("partners=abc")
        assert (filled.errors, boxes(filled)) == (
            {"partners": ["«\u00a0abc\u00a0» n’est pas une valeur correcte."]},
            [],
        )

    def test_are_compared_by_name(self):
        kept, typed = OrganisationFactory(name="Atelier"), OrganisationFactory(name="Zoo")
        instance = Story(partners=[kept]).action
        both = two_versions(form(instance=instance), form(f"partners={typed.pk}"))
        assert [row for row in both if row.label == "Structures partenaires"] == [
            TwoVersions("Structures partenaires", "Atelier", "Zoo")
        ]


def test_words_find_others_than_those_chosen():
    first, second = (OrganisationFactory(name=f"Atelier {number}") for number in (1, 2))
    filled = form(f"partners={first.pk}&q=n’est pas lu ici", looked_for=Words("atelier"))
    assert filled.found_partners.organisations == (second,)
    assert filled.errors == {}
    assert "q" not in filled.typed()
