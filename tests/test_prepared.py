"""What is prepared once looks, to each test, as if it had been made for it alone."""

import pytest

from actors.models import Organisation
from tests.plugins import prepared as plugin
from tests.plugins.prepared import prepared, starts_from
from tests.support.factories import OrganisationFactory

pytestmark = pytest.mark.django_db


@prepared
def organisation(param):
    """An organisation by some name."""
    return OrganisationFactory(name=param)


@pytest.mark.parametrize("turn", range(2))
@pytest.mark.parametrize("organisation", ["A", "B"], indirect=True)
def test_what_a_test_changes_is_seen_by_no_other(organisation, turn):
    assert Organisation.objects.get().name == organisation.name in ("A", "B")
    Organisation.objects.update(name="Changée en base")
    organisation.name = "Changée en mémoire"


@starts_from(organisation="A")
def test_rows_stay_for_the_next_test_that_starts_alike(organisation, request):
    rows = plugin._rows
    plugin.pytest_runtest_setup(request.node)
    assert plugin._rows is rows


@starts_from(organisation="B")
def test_a_test_says_above_its_name_what_it_starts_from(organisation, request):
    assert organisation.name == "B"
    assert request.node.name == request.function.__name__


def test_whoever_does_not_ask_sees_nothing():
    assert not Organisation.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_nor_does_who_commits():
    assert not Organisation.objects.exists()


@starts_from(organisation="A")
def test_who_commits_may_not_start_from_it(organisation, request):
    request.node.add_marker(pytest.mark.django_db(transaction=True), append=False)
    with pytest.raises(pytest.fail.Exception, match="makes its own rows"):
        plugin.pytest_runtest_setup(request.node)
