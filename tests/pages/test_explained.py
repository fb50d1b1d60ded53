"""What whoever comes for the first time is told: what the ESS is, that a programme goes on."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from challenges.models import Programme
from tests.support.factories import grid
from tests.support.reading import Page, plain

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("address", ["/", "/programme/", "/aide/"])
def test_the_ess_is_explained_once(address):
    grid()
    text = plain(Page(Client().get(address)).main.text)
    assert text.count("L’économie sociale et solidaire (ESS) : des associations") == 1


@pytest.mark.parametrize(("days", "says"), [(-1, True), (0, False), (1, False)])
def test_a_current_programme_past_its_dates_says_that_it_goes_on(days, says):
    grid()
    ends_on = timezone.localdate() + timedelta(days=days)
    Programme.objects.update(starts_on="2020-01-01", ends_on=ends_on)
    text = plain(Page(Client().get("/programme/")).main.text)
    assert ("il reste en cours : vous pouvez toujours proposer une action" in text) is says


def test_an_archived_one_says_that_it_is_over():
    grid()
    Programme.objects.update(state="archived", starts_on="2020-01-01", ends_on="2021-01-01")
    programme = Programme.objects.get()
    text = plain(Page(Client().get(programme.get_absolute_url())).main.text)
    assert "Programme archivé." in text
    assert "il reste en cours" not in text
