"""What the database holds of organisations: confirmed and merged for good, with keys that stay."""

import pytest
from django.utils import timezone

from actors.enums import Role
from actors.models import Membership, MembershipClaim, Organisation
from tests.support.factories import OrganisationFactory, member, person
from tests.support.organisations import provisional
from tests.support.refusals import (
    at_commit,
    by_sql,
    by_update,
    delete,
    execute,
    refusal_of,
    refused_by,
    refused_every_way,
)

pytestmark = pytest.mark.django_db


def manager_of(organisation) -> Membership:
    return member(organisation).memberships.get()


class TestConfirmedAndMerged:
    """Whatever writes it, and with NULL."""

    def test_a_number_is_held_among_confirmed_ones_only(self):
        first, second, third = (provisional(siret="73282932000074") for _ in range(3))
        confirmed = {"confirmed_at": timezone.now(), "confirmed_by_id": person(Role.AGENT).pk}
        by_sql(first, **confirmed)
        with refused_by("actors_organisation_unique_siret"):
            by_sql(second, **confirmed)
        by_sql(third, merged_into_id=first.pk)

    @pytest.mark.parametrize("who", [None, Role.COMMITTEE, Role.ADMINISTRATOR])
    def test_an_agent_confirms_it(self, who):
        columns = {"confirmed_by_id": person(who).pk} if who else {}
        name = "actors_organisation_confirmed_by_an_agent"
        refused_every_way(name, provisional(), confirmed_at=timezone.now(), **columns)

    @pytest.mark.parametrize("tie", ["member", "asking"])
    def test_an_agent_who_is_of_it_leaves_it_to_another(self, tie):
        organisation, agent = provisional(), person(Role.AGENT)
        if tie == "member":
            Membership.objects.create(user=agent, organisation=organisation)
        else:
            MembershipClaim.objects.create(user=agent, organisation=organisation, message="Moi.")
        refused_every_way(
            "actors_organisation_confirmed_from_outside",
            organisation,
            confirmed_at=timezone.now(),
            confirmed_by_id=agent.pk,
        )

    def test_a_confirmed_one_stays_so(self):
        organisation = OrganisationFactory(is_published=False)
        refused_every_way("actors_organisation_confirmed_for_good", organisation, confirmed_at=None)
        refused_every_way(
            "actors_organisation_confirmed_for_good", organisation, confirmed_at=timezone.now()
        )

    @pytest.mark.parametrize("what", ["itself", "provisional", "merged"])
    def test_is_merged_into_another_confirmed_one(self, what):
        twin = OrganisationFactory(is_published=False)
        target = {
            "itself": lambda: twin,
            "provisional": provisional,
            "merged": lambda: provisional(merged_into=OrganisationFactory()),
        }[what]()
        with refused_by("actors_organisation_merged_into_a_confirmed_one"):
            by_sql(twin, merged_into_id=target.pk)

    def test_the_instant_is_the_databases(self):
        twin, into = provisional(), OrganisationFactory()
        by_sql(twin, merged_into_id=into.pk, merged_at="2020-01-01T00:00:00Z")
        twin.refresh_from_db()
        [[now]] = execute("SELECT now()")
        assert twin.merged_at == now
        with refused_by("actors_organisation_merged_for_good"):
            by_sql(twin, merged_at=None)
        with refused_by("actors_organisation_merged_for_good"):
            by_sql(twin, merged_into_id=OrganisationFactory().pk)

    def test_a_merged_one_is_not_published(self):
        twin = OrganisationFactory()
        with refused_by("actors_organisation_published_is_confirmed"):
            by_sql(twin, merged_into_id=OrganisationFactory().pk)

    def test_its_people_may_all_leave_it(self):
        twin, into = provisional(), OrganisationFactory()
        last = manager_of(twin)
        by_sql(twin, merged_into_id=into.pk)
        by_sql(last, organisation_id=into.pk)
        at_commit()
        assert into.memberships.get() == last


class TestKept:
    """Nothing takes the place of another."""

    @pytest.mark.parametrize("make", [provisional, OrganisationFactory])
    def test_by_its_key(self, make):
        for change in (by_sql, by_update):
            with refused_by("actors_organisation_key_is_kept"):
                change(make(), id=-1)

    def test_keys_are_not_exchanged_in_one_statement(self):
        one, other = provisional(), OrganisationFactory()
        with refused_by("actors_organisation_key_is_kept"):
            execute(
                "UPDATE actors_organisation SET id = %s - id WHERE id IN (%s, %s)",
                one.pk + other.pk,
                one.pk,
                other.pk,
            )

    @pytest.mark.parametrize("what", ["confirmed", "merged"])
    def test_once_an_agent_looked_at_it(self, what):
        organisation = (
            OrganisationFactory()
            if what == "confirmed"
            else provisional(merged_into=OrganisationFactory())
        )
        for way in (delete, Organisation.delete, by_queryset):
            assert refusal_of(lambda way=way: way(organisation)) == (
                "actors_organisation_is_not_deleted"
            )
        assert Organisation.objects.filter(pk=organisation.pk).exists()

    def test_until_then_it_may_go(self):
        delete(provisional())
        at_commit()
        assert Organisation.objects.count() == 0

    def test_none_is_born_merged(self):
        into = OrganisationFactory()
        for columns in ({"confirmed_at": None}, {}):
            with refused_by("actors_organisation_merged_once_made"):
                OrganisationFactory(is_published=False, merged_into=into, **columns)


def by_queryset(row) -> None:
    Organisation.objects.filter(pk=row.pk).delete()


class TestNumbers:
    """One number is written in one way: nobody bears another's by a blank or a small letter."""

    @pytest.mark.parametrize(
        "siret",
        [
            "7328293200007 ",
            " 7328293200007",
            "7328293200007",
            "7328293200007A",
            "7328293200007\n",
            " ",
        ],
    )
    def test_a_siret_is_fourteen_digits(self, siret):
        refused_every_way("actors_organisation_written_siret", OrganisationFactory(), siret=siret)

    @pytest.mark.parametrize(
        "rna", ["w632000001", "W63200001 ", "W63200000", "X632000001", "W63200000\n", " "]
    )
    def test_an_rna_number_is_w_and_nine_digits(self, rna):
        refused_every_way("actors_organisation_written_rna", OrganisationFactory(), rna=rna)

    def test_none_is_needed(self):
        organisation = OrganisationFactory(siret="35600000000048", rna="W632000001")
        by_sql(organisation, siret="", rna="")
        at_commit()


@pytest.mark.parametrize("slug", ["", "a b", "a/b", "é", "a?b", "a\n"])
def test_its_address_leads_to_it(slug):
    """Another, and no page that names it could be made."""
    refused_every_way("actors_organisation_has_an_address", OrganisationFactory(), slug=slug)
