"""What follows an organisation that is merged into another, people first."""

import pytest

from actors.enums import MembershipRole
from actors.models import Invitation, MembershipClaim, Organisation
from actors.services.twins import move_people
from tests.support.factories import OrganisationFactory, UserFactory, member
from tests.support.organisations import provisional
from tests.support.refusals import by_sql

pytestmark = pytest.mark.django_db


def merged(twin: Organisation, into: Organisation) -> list:
    """Merge it, and take its people there."""
    by_sql(twin, is_published=False)
    by_sql(twin, merged_into_id=into.pk)
    return move_people(twin=twin, into=into)


def test_members_join_in_the_order_in_which_they_came():
    twin, into = provisional(), OrganisationFactory()
    people = [member(twin), member(twin, MembershipRole.CONTRIBUTOR)]
    assert merged(twin, into) == people
    assert dict(into.memberships.values_list("user", "role")) == {
        people[0].pk: "manager",
        people[1].pk: "contributor",
    }


def test_members_of_both_have_not_joined():
    twin, into = provisional(), OrganisationFactory()
    both = member(into)
    twin.memberships.create(user=both, role="manager")
    assert merged(twin, into) == []
    assert (both.memberships.get().organisation, both.memberships.get().role) == (into, "manager")


def test_claims_follow():
    twin, into = OrganisationFactory(), OrganisationFactory()
    joined = member(twin)
    asked_both, asked = UserFactory(), UserFactory()
    for user, organisation in (
        (joined, into),
        (asked_both, twin),
        (asked_both, into),
        (asked, twin),
    ):
        MembershipClaim.objects.create(user=user, organisation=organisation, message="Moi.")
    merged(twin, into)
    assert sorted(MembershipClaim.objects.values_list("user", "organisation")) == [
        (asked_both.pk, into.pk),
        (asked.pk, into.pk),
    ]


def test_invitations_follow():
    twin, into = OrganisationFactory(), OrganisationFactory()
    already = member(into)
    for organisation, email in (
        (twin, "ana@example.org"),
        (twin, "bob@example.org"),
        (into, "bob@example.org"),
        (twin, already.email),
    ):
        Invitation.objects.create(organisation=organisation, email=email, role="contributor")
    merged(twin, into)
    pending = Invitation.objects.pending()
    assert sorted(pending.values_list("organisation", "email")) == [
        (into.pk, "ana@example.org"),
        (into.pk, "bob@example.org"),
    ]
    assert not twin.invitations.exists()
