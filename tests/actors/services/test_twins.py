"""What follows an organisation that is merged into another, people first."""

import pytest

from actors.enums import MembershipRole, Role
from actors.models import Invitation, MembershipClaim, Organisation
from actors.services.twins import Moved, move_people
from ess_portal.base.models import OutgoingMail
from tests.support.factories import OrganisationFactory, UserFactory, member, person
from tests.support.organisations import provisional
from tests.support.refusals import by_sql

pytestmark = pytest.mark.django_db


def merged(twin: Organisation, into: Organisation) -> Moved:
    """Merge it, and take its people there."""
    by_sql(twin, is_published=False)
    by_sql(twin, merged_into_id=into.pk)
    return move_people(twin=twin, into=into)


def test_members_join_in_the_order_in_which_they_came():
    twin, into = provisional(), OrganisationFactory()
    people = [member(twin), member(twin, MembershipRole.CONTRIBUTOR)]
    assert merged(twin, into) == Moved(joined=people, asking=[])
    assert dict(into.memberships.values_list("user", "role")) == {
        people[0].pk: "manager",
        people[1].pk: "contributor",
    }


def test_members_of_both_have_not_joined():
    twin, into = provisional(), OrganisationFactory()
    both = member(into)
    twin.memberships.create(user=both, role="manager")
    assert merged(twin, into) == Moved(joined=[], asking=[])
    assert (both.memberships.get().organisation, both.memberships.get().role) == (into, "manager")


@pytest.mark.parametrize("there", MembershipRole)
def test_where_there_are_members_those_of_the_twin_ask_for_their_place(there):
    twin, into = provisional(name="Les Jardins"), OrganisationFactory()
    people = [member(twin), member(twin, MembershipRole.CONTRIBUTOR)]
    own = member(into, there)
    assert merged(twin, into) == Moved(joined=[], asking=people)
    assert (list(into.memberships.values_list("user", flat=True)), twin.memberships.count()) == (
        [own.pk],
        0,
    )
    claims = MembershipClaim.objects.order_by("pk")
    assert list(claims.values_list("user", "organisation", "state", "message")) == [
        (
            one.pk,
            into.pk,
            "pending",
            f"Faisait partie de « Les Jardins » ({role}), qu’un agent a réunie à cette structure.",
        )
        for one, role in zip(people, ("responsable", "contributeur"), strict=True)
    ]


def test_who_has_asked_already_asks_once():
    twin, into = provisional(), OrganisationFactory()
    asking, _ = member(twin), member(into)
    MembershipClaim.objects.create(user=asking, organisation=into, message="J’y travaille.")
    assert merged(twin, into).asking == [asking]
    assert MembershipClaim.objects.get().message == "J’y travaille."


def test_agents_are_told_of_who_asks():
    twin, into = provisional(), OrganisationFactory(name="Jardins")
    agent, asking = person(Role.AGENT), member(twin, full_name="Ana Bé")
    member(into)
    merged(twin, into)
    mail = OutgoingMail.objects.get()
    assert (mail.recipient, mail.subject) == (agent.email, "Demande de rattachement : Jardins")
    assert f"{asking} dit faire partie de Jardins." in mail.body.splitlines()


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
    already = member(twin)
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


def test_where_there_are_members_nobody_comes_in_by_the_word_of_the_twin():
    twin, into = OrganisationFactory(), OrganisationFactory()
    both, other = member(into), member(twin)
    twin.memberships.create(user=both, role="manager")
    for email, by in (("ana@example.org", other), ("bob@example.org", both), ("eve@b.org", None)):
        Invitation.objects.create(organisation=twin, email=email, role="contributor", invited_by=by)
    merged(twin, into)
    pending = Invitation.objects.pending()
    assert list(pending.values_list("organisation", "email")) == [(into.pk, "bob@example.org")]
