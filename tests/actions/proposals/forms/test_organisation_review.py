"""What an agent says of an organisation."""

import pytest

from actions.proposals.forms.organisation_review import OrganisationReviewForm
from tests.support.factories import OrganisationFactory
from tests.support.organisations import provisional
from tests.support.reading import NO_CHOICE

pytestmark = pytest.mark.django_db
WHICH = "Choisissez la structure à laquelle la réunir."


def form(organisation, **typed) -> OrganisationReviewForm:
    return OrganisationReviewForm(typed, organisation=organisation)


def test_offers_the_other_confirmed_ones():
    organisation, other = OrganisationFactory(), OrganisationFactory()
    provisional()
    provisional(merged_into=other)
    assert list(form(organisation).fields["into"].queryset) == [other]


@pytest.mark.parametrize("into", ["itself", "waiting"])
def test_merges_into_no_other(into):
    organisation = OrganisationFactory()
    target = organisation if into == "itself" else provisional()
    assert form(organisation, decision="merge", into=target.pk).errors == {"into": [NO_CHOICE]}


def test_merging_says_into_which():
    assert form(provisional(), decision="merge").errors == {"into": [WHICH]}
    assert form(provisional(), decision="confirm").errors == {}


def test_what_is_confirmed_is_not_confirmed_again():
    assert [value for value, _ in form(OrganisationFactory()).fields["decision"].choices] == [
        "merge"
    ]
    assert [value for value, _ in form(provisional()).fields["decision"].choices] == [
        "confirm",
        "merge",
    ]
