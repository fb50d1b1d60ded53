"""What the database holds of accounts, organisations and who belongs where.

Each name by which it refuses has one row: something that must not be done. The attempt is refused
by that name; once its constraint or trigger is dropped, it no longer is.
"""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.utils import timezone

from actors.enums import MembershipRole, Role
from actors.models import (
    EvaluatorInvitation,
    Invitation,
    Membership,
    MembershipClaim,
    RoleChange,
    User,
)
from tests.support.factories import CommuneFactory, OrganisationFactory, UserFactory, member, person
from tests.support.organisations import provisional
from tests.support.refusals import (
    by_sql,
    delete,
    execute,
    holder_of,
    names_held_by,
    refusal_of,
)

pytestmark = pytest.mark.django_db


def now_checked(change) -> None:
    """Do it, and have what waits for the end of the transaction checked now."""
    change()
    execute("SET CONSTRAINTS ALL IMMEDIATE")
    execute("SET CONSTRAINTS ALL DEFERRED")


def invitation(**columns) -> Invitation:
    organisation = columns.pop("organisation", None) or OrganisationFactory()
    return Invitation.objects.create(
        **{"organisation": organisation, "email": "ana@example.org"} | columns
    )


def to_evaluate(**columns) -> EvaluatorInvitation:
    return EvaluatorInvitation.objects.create(**{"email": "ana@example.org"} | columns)


def role_change(**columns) -> RoleChange:
    return RoleChange.objects.create(
        **{"user": UserFactory(), "by": UserFactory(), "role": "agent"} | columns
    )


def claim(**columns) -> MembershipClaim:
    return MembershipClaim.objects.create(
        **{
            "user": columns.pop("user", None) or UserFactory(),
            "organisation": columns.pop("organisation", None) or OrganisationFactory(),
            "message": "Présidente.",
        }
        | columns
    )


def manager_of(organisation) -> Membership:
    return member(organisation).memberships.get()


def role_lost(user: User) -> None:
    execute(f"DELETE FROM actors_user_groups WHERE user_id = {user.pk}")


def comes_back_closed(user: User) -> None:
    """Delete the account by raw SQL, and make it again, closed: its roles wait for it."""
    delete(user)
    UserFactory(pk=user.pk, email=user.email, is_active=False)


def role_group() -> Group:
    return Group.objects.get_or_create(name="administrator")[0]


def confirmed_by_one_of_its_own() -> None:
    agent, organisation = person(Role.AGENT), provisional()
    Membership.objects.create(user=agent, organisation=organisation)
    by_sql(organisation, confirmed_at=timezone.now(), confirmed_by_id=agent.pk)


def twice(make, **columns) -> None:
    make(**columns)
    make(**columns)


ATTEMPTS = {
    "actors_user_lower_case_email": lambda: by_sql(UserFactory(), email="Ana@example.org"),
    "actors_user_known_evaluator_kind": lambda: by_sql(UserFactory(), evaluator_kind="lobbyist"),
    "actors_user_known_mail_rhythm": lambda: by_sql(UserFactory(), mail_rhythm="yearly"),
    "actors_user_last_administrator_stays": lambda: now_checked(
        lambda: by_sql(person(Role.ADMINISTRATOR), is_active=False)
    ),
    "actors_roleholding_last_administrator_stays": lambda: now_checked(
        lambda: role_lost(person(Role.ADMINISTRATOR))
    ),
    "actors_user_last_administrator_is_not_deleted": lambda: now_checked(
        lambda: comes_back_closed(person(Role.ADMINISTRATOR))
    ),
    "actors_user_key_is_kept": lambda: by_sql(UserFactory(), id=-1),
    "actors_rolegroup_is_kept": lambda: by_sql(role_group(), name="x"),
    "actors_commune_unique_tile": lambda: twice(CommuneFactory, tile_column=1, tile_row=1),
    "actors_organisation_unique_siret": lambda: twice(OrganisationFactory, siret="73282932000074"),
    "actors_organisation_unique_rna": lambda: twice(OrganisationFactory, rna="W632000001"),
    "actors_organisation_written_siret": lambda: by_sql(provisional(), siret="7328293200007 "),
    "actors_organisation_written_rna": lambda: by_sql(provisional(), rna="w632000001"),
    "actors_organisation_key_is_kept": lambda: by_sql(provisional(), id=-1),
    "actors_organisation_confirmed_from_outside": confirmed_by_one_of_its_own,
    "actors_organisation_has_an_address": lambda: by_sql(OrganisationFactory(), slug="a b"),
    "actors_organisation_confirmed_by_an_agent": lambda: by_sql(
        provisional(), confirmed_at=timezone.now()
    ),
    "actors_organisation_is_not_deleted": lambda: delete(OrganisationFactory()),
    "actors_organisation_merged_once_made": lambda: OrganisationFactory(
        is_published=False, merged_into=OrganisationFactory()
    ),
    "actors_organisation_known_family": lambda: by_sql(OrganisationFactory(), family="sect"),
    "actors_organisation_published_is_confirmed": lambda: by_sql(provisional(), is_published=True),
    "actors_organisation_confirmed_for_good": lambda: by_sql(
        OrganisationFactory(is_published=False), confirmed_at=None
    ),
    "actors_organisation_merged_for_good": lambda: by_sql(
        provisional(merged_into=OrganisationFactory()), merged_into_id=None
    ),
    "actors_organisation_merged_into_a_confirmed_one": lambda: by_sql(
        provisional(), merged_into_id=provisional().pk
    ),
    "actors_membership_once_per_organisation": lambda: twice(
        Membership.objects.create, user=UserFactory(), organisation=OrganisationFactory()
    ),
    "actors_membership_known_role": lambda: Membership.objects.create(
        user=UserFactory(), organisation=OrganisationFactory(), role="king"
    ),
    "actors_membership_last_manager_stays": lambda: now_checked(
        lambda: delete(manager_of(OrganisationFactory()))
    ),
    "actors_invitation_one_at_a_time": lambda: twice(
        invitation, organisation=OrganisationFactory()
    ),
    "actors_invitation_lower_case_email": lambda: invitation(email="Ana@example.org"),
    "actors_invitation_known_role": lambda: invitation(role="king"),
    "actors_invitation_accepted_or_withdrawn": lambda: invitation(accepted_at=timezone.now()),
    "actors_evaluatorinvitation_one_at_a_time": lambda: twice(to_evaluate),
    "actors_evaluatorinvitation_lower_case_email": lambda: to_evaluate(email="Ana@example.org"),
    "actors_evaluatorinvitation_known_kind": lambda: to_evaluate(evaluator_kind="lobbyist"),
    "actors_evaluatorinvitation_accepted_or_withdrawn": lambda: to_evaluate(
        accepted_at=timezone.now()
    ),
    "actors_rolechange_known_role": lambda: role_change(role="king"),
    "actors_rolechange_append_only": lambda: by_sql(role_change(), is_given=False),
    "actors_membershipclaim_one_at_a_time": lambda: twice(
        claim, user=UserFactory(), organisation=OrganisationFactory()
    ),
    "actors_membershipclaim_known_state": lambda: claim(state="lost", decided_at=timezone.now()),
    "actors_membershipclaim_decided_has_date": lambda: claim(state="confirmed"),
    "actors_membershipclaim_refused_has_reason": lambda: claim(
        state="refused", decided_at=timezone.now()
    ),
}


def test_every_refusal_has_its_row():
    assert set(ATTEMPTS) == names_held_by("actors")


@pytest.mark.parametrize("name", ATTEMPTS)
def test_the_guarantee_is_needed(name):
    assert refusal_of(ATTEMPTS[name]) == name

    holder_of(name).drop()

    assert refusal_of(ATTEMPTS[name]) is None


class TestTheLastManager:
    """Whatever writes it, and whatever the columns."""

    @pytest.fixture
    def last(self):
        """The only manager of an organisation that has another member."""
        organisation = OrganisationFactory()
        member(organisation, MembershipRole.CONTRIBUTOR)
        return manager_of(organisation)

    @pytest.mark.parametrize(
        "change",
        [
            delete,
            lambda last: Membership.objects.filter(pk=last.pk).delete(),
            lambda last: by_sql(last, role="contributor"),
            lambda last: by_sql(last, organisation_id=OrganisationFactory().pk),
            lambda last: execute("DELETE FROM actors_membership"),
        ],
        ids=["sql", "orm", "demoted", "moved", "everybody"],
    )
    def test_stays(self, last, change):
        refused = refusal_of(lambda: now_checked(lambda: change(last)))
        assert refused == "actors_membership_last_manager_stays"

    def test_goes_once_there_is_another(self, last):
        other = manager_of(last.organisation)
        now_checked(lambda: delete(last))
        assert list(Membership.objects.managers()) == [other]

    def test_may_hand_over_in_one_transaction(self, last):
        heir = last.organisation.memberships.exclude(pk=last.pk).get()

        def hand_over():
            by_sql(last, role="contributor")
            by_sql(heir, role="manager")

        now_checked(hand_over)
        assert list(Membership.objects.managers()) == [heir]

    def test_of_a_closed_account_is_none(self, last):
        """Somebody whose account is closed manages nothing: they don't count, and may go."""
        closed = manager_of(last.organisation)
        User.objects.filter(pk=closed.user_id).update(is_active=False)
        refused = refusal_of(lambda: now_checked(lambda: delete(last)))
        assert refused == "actors_membership_last_manager_stays"
        now_checked(lambda: delete(closed))

    def test_goes_with_the_organisation_or_the_account(self):
        last = manager_of(provisional())
        other = manager_of(OrganisationFactory())
        now_checked(last.organisation.delete)
        now_checked(other.user.delete)
        assert Membership.objects.count() == 0

    def test_contributors_come_and_go(self, last):
        now_checked(lambda: delete(last.organisation.memberships.exclude(pk=last.pk).get()))
        assert list(Membership.objects.all()) == [last]


def test_an_invitation_gives_way_once_answered():
    organisation = OrganisationFactory()
    invitation(organisation=organisation, withdrawn_at=timezone.now())
    user = UserFactory()
    invitation(organisation=organisation, accepted_at=timezone.now(), accepted_by=user)
    later = timezone.now() + timedelta(days=1)
    assert invitation(organisation=organisation, expires_at=later).is_pending


@pytest.mark.parametrize(
    "columns",
    [{"accepted_by": True}, {"accepted_at": True, "accepted_by": True, "withdrawn_at": True}],
    ids=["by nobody at no time", "both"],
)
def test_an_invitation_is_accepted_or_withdrawn(columns):
    values = {name: UserFactory() if name == "accepted_by" else timezone.now() for name in columns}
    name = "actors_invitation_accepted_or_withdrawn"
    assert refusal_of(lambda: invitation(**values)) == name
