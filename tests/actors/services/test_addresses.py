"""The address of an organisation: it names nobody until an agent confirms it."""

import re
from importlib import import_module

import pytest
from django.db import connection

from actors.enums import Role
from actors.services.addresses import temporary_slug
from actors.services.confirmation import confirm_organisation
from tests.support.factories import OrganisationFactory, fresh, person
from tests.support.organisations import provisional
from tests.support.races import race

pytestmark = pytest.mark.django_db


def test_a_temporary_one_is_another_each_time():
    slugs = {temporary_slug() for _ in range(20)}
    assert len(slugs) == 20
    assert {re.fullmatch("structure-[0-9a-f]{12}", slug)[0] for slug in slugs} == slugs


class TestOnConfirmation:
    """It has a lasting one once it may be named."""

    def confirmed(self, name: str) -> str:
        organisation = provisional(name=name)
        confirm_organisation(organisation=organisation, by=person(Role.AGENT))
        organisation.refresh_from_db()
        return organisation.slug

    @pytest.mark.parametrize(
        ("name", "slug"),
        [
            ("Les Jardins d’été", "les-jardins-d-ete"),
            ("Œuvres du Puy", "oeuvres-du-puy"),
            ("…", "structure"),
            ("é" * 200, "e" * 60),
        ],
    )
    def test_is_its_name(self, name, slug):
        assert self.confirmed(name) == slug

    def test_is_told_from_that_of_a_homonym_by_no_number(self):
        first, *others = [self.confirmed("Les Jardins") for _ in range(3)]
        assert first == "les-jardins"
        assert [re.fullmatch("les-jardins-[0-9a-f]{12}", slug)[0] for slug in others] == others

    def test_stays_when_it_is_confirmed_again(self):
        organisation = OrganisationFactory(name="La Source", slug="source")
        confirm_organisation(organisation=organisation, by=person(Role.AGENT))
        organisation.refresh_from_db()
        assert organisation.slug == "source"


def test_those_that_were_there_before_have_a_temporary_address_too():
    waiting, merged = provisional(), provisional(merged_into=OrganisationFactory())
    confirmed = OrganisationFactory(slug="la-source", is_published=False)
    known = merged.slug
    with connection.cursor() as cursor:
        cursor.execute(import_module("actors.migrations.0010_temporary_addresses").NAME_NOBODY)
    for organisation in (waiting, merged, confirmed):
        organisation.refresh_from_db()
    assert re.fullmatch("structure-[0-9a-f]{12}", waiting.slug)
    # What was merged leads to the other one, by the address that it had.
    assert (merged.slug, confirmed.slug) == (known, "la-source")


@pytest.mark.django_db(transaction=True)
def test_two_homonyms_confirmed_at_once_have_one_each():
    agents = [person(Role.AGENT), person(Role.AGENT)]

    def confirm(organisation, agent):
        return lambda: confirm_organisation(organisation=organisation, by=fresh(agent)).slug

    steps = [confirm(provisional(name="Les Jardins"), agent) for agent in agents]
    one, other, waited = race(*steps)
    assert (one, waited) == ("les-jardins", True)
    assert re.fullmatch("les-jardins-[0-9a-f]{12}", other)
