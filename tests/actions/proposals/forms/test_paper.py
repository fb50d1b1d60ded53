"""A file received on paper: every part on one page, with who signed it and when it came."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.utils import timezone

from actions.proposals.forms.paper import NO_SIGNATORY, ONE_SIGNATORY, PaperProposalForm
from actors.enums import Role
from actors.services.access import NewSignatory
from tests.support.factories import OrganisationFactory, UserFactory, member, person
from tests.support.forms import REQUIRED
from tests.support.payloads import complete, day
from tests.support.reading import NO_CHOICE

pytestmark = pytest.mark.django_db


@pytest.fixture
def carrier():
    """An association."""
    return OrganisationFactory(name="La Source")


def form(carrier, signatory, **changes) -> PaperProposalForm:
    """A whole file of `carrier`, received today."""
    data = {name: value for name, value in complete().items() if not name.startswith("org_")} | {
        "carrier": carrier.pk,
        "signatory": signatory.pk,
        "received_on_paper": day(0),
    }
    return PaperProposalForm(data | changes, user=person(Role.AGENT))


def test_tells_people_of_one_name_apart_by_their_organisation(carrier):
    for organisation in (carrier, OrganisationFactory(name="Le Puits")):
        member(organisation, full_name="Ana Roux")
    offered = [
        str(label) for value, label in form(carrier, member(carrier))["signatory"].field.choices
    ]
    assert {"Ana Roux – La Source", "Ana Roux – Le Puits"} <= set(offered)


def test_hands_over_the_whole_file(carrier):
    signatory = member(carrier)
    filled = form(carrier, signatory)
    assert filled.errors == {}
    assert filled.cleaned_data["signatory"] == signatory
    content = filled.content
    assert (content.columns["carrier"], content.columns["received_on_paper"]) == (
        carrier,
        timezone.localdate(),
    )
    assert sorted(content.columns) == [
        "accepts_terms",
        "carrier",
        "certifies_accuracy",
        "description",
        "ends_on",
        "funding_asked",
        "jobs_created",
        "jobs_kept",
        "measure",
        "other_partners",
        "own_resources",
        "received_on_paper",
        "signs_contract",
        "starts_on",
        "summary",
        "title",
    ]
    assert sorted(content.relations) == ["communes", "partners", "sectors"]
    assert [one.level for one in content.assessments.values()] == [0, 1, 2, 3]
    assert (content.budget.total_cost, content.budget.other_funding) == (
        content.columns["funding_asked"] + 5000,
        1000,
    )
    assert content.new_organisation is None


def test_leaves_nothing_out():
    filled = PaperProposalForm({}, user=person(Role.AGENT))
    names = ("received_on_paper", "key", "carrier", "title", "summary")
    names += ("description", "starts_on", "ends_on", "measure", "communes")
    names += ("certifies_accuracy", "accepts_terms")
    assert filled.errors == {name: [REQUIRED] for name in names} | {"signatory": [NO_SIGNATORY]}


def test_asks_first_who_signed_and_when_it_came(carrier):
    filled = PaperProposalForm(user=person(Role.AGENT))
    assert list(filled.fields)[:6] == [
        "signatory",
        "signatory_name",
        "signatory_email",
        "received_on_paper",
        "key",
        "carrier",
    ]
    assert list(filled.fields["carrier"].queryset) == [carrier]


def test_is_signed_by_a_member(carrier):
    stranger = member(OrganisationFactory())
    assert form(carrier, stranger).errors == {
        "signatory": ["Cette personne n’est pas membre de « La Source »."]
    }
    nobody = UserFactory()
    closed = member(carrier, is_active=False)
    for one in (nobody, closed):
        assert form(carrier, one).errors == {"signatory": [NO_CHOICE]}


NOBODY = SimpleNamespace(pk="")
NEW = {"signatory_name": "Sam", "signatory_email": "sam@example.org"}
HALF = ["Donnez le nom et l’adresse du signataire."]


def test_is_signed_by_somebody_the_portal_does_not_know(carrier):
    filled = form(carrier, NOBODY, **NEW)
    assert filled.errors == {}
    assert filled.who_signed == NewSignatory("Sam", "sam@example.org")
    known = member(carrier)
    assert form(carrier, known).is_valid()


@pytest.mark.parametrize(
    ("changes", "errors"),
    [
        ({"signatory_name": ""}, {"signatory_name": HALF}),
        ({"signatory_email": ""}, {"signatory_email": HALF}),
        ({"signatory_name": "", "signatory_email": ""}, {"signatory": [NO_SIGNATORY]}),
    ],
)
def test_names_a_new_signatory_whole(carrier, changes, errors):
    assert form(carrier, NOBODY, **NEW | changes).errors == errors


def test_is_signed_by_one_person(carrier):
    both = form(carrier, member(carrier), signatory_name="Sam")
    assert both.errors == {"signatory": [ONE_SIGNATORY]}


@pytest.mark.parametrize(
    ("days", "errors"),
    [
        (-400, {}),
        (1, {"received_on_paper": ["La date de réception ne peut pas être à venir."]}),
    ],
)
def test_came_today_or_before(carrier, days, errors):
    received_on = timezone.localdate() + timedelta(days=days)
    assert form(carrier, member(carrier), received_on_paper=received_on).errors == errors


@pytest.mark.parametrize(
    ("family", "errors"),
    [
        (
            "foundation",
            {"signs_contract": ["Une association ou une fondation signe le contrat d’engagement."]},
        ),
        ("cooperative", {}),
    ],
)
def test_associations_and_foundations_sign_the_contract(family, errors):
    carrier = OrganisationFactory(family=family)
    assert form(carrier, member(carrier), signs_contract="").errors == errors
