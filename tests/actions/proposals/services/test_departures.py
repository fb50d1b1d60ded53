"""Who leaves an organisation, or gets no place in it, writes its files no more."""

import pytest
from django.utils import timezone

from actions.models import CoEditor
from actions.proposals.services.co_editors import accept_co_editing
from actions.proposals.services.twins import merge_organisations
from actions.rules import may
from actors.enums import MembershipRole, Role
from actors.services.belonging import change_role, leave, remove_member
from actors.services.claims import confirm_claim, drop_claim
from actors.services.invitations import INVITER_GONE
from tests.support.factories import OrganisationFactory, Story, fresh, member, person
from tests.support.guarantee_steps import a_transaction_later
from tests.support.refusals import refusal

pytestmark = pytest.mark.django_db


def merged(story: Story):
    """Merge the carrier of a filed action into an organisation that has a manager; return both."""
    into = OrganisationFactory()
    manager = member(into)
    merge_organisations(twin=story.carrier, into=into, by=person(Role.AGENT))
    story.action.refresh_from_db()
    a_transaction_later()
    return into, manager


def writes(story: Story, user) -> bool:
    return may(fresh(user), "edit", story.action)


class TestWhoMadeATwin:
    """Co-carriers by a merger, for as long as they wait or belong."""

    @pytest.fixture
    def story(self):
        return Story().in_correction()

    def test_writes_as_a_member_then_no_more(self, story):
        into, manager = merged(story)
        claim = into.membership_claims.get()
        place = confirm_claim(claim=claim, by=person(Role.AGENT), role="contributor")
        assert writes(story, story.manager)
        remove_member(membership=place, by=fresh(manager))
        assert not writes(story, story.manager)

    def test_writes_no_more_once_the_merging_agent_is_no_agent(self, story):
        into, _ = merged(story)
        story.action.co_editors.get().invited_by.groups.clear()
        drop_claim(claim=into.membership_claims.get(), by=fresh(story.manager))
        assert not writes(story, story.manager)

    def test_who_wrote_by_an_invitation_of_the_twin_writes_no_more_either(self, story):
        row = CoEditor.objects.create(
            action=story.action,
            email=story.manager.email,
            invited_by=member(story.carrier),
        )
        into, _ = merged(story)
        assert story.action.co_editors.active().get() == row
        drop_claim(claim=into.membership_claims.get(user=story.manager), by=fresh(story.manager))
        assert not writes(story, story.manager)

    def test_waits_for_the_last_of_them(self, story):
        """The organisation that they ask for is itself found to be another one."""
        into, _ = merged(story)
        last = OrganisationFactory()
        member(last)
        merge_organisations(twin=into, into=last, by=person(Role.AGENT))
        assert story.action.co_editors.get().waits_for == last
        drop_claim(claim=last.membership_claims.get(user=story.manager), by=fresh(story.manager))
        story.action.refresh_from_db()
        assert not writes(story, story.manager)

    def test_whom_its_new_people_invited_stays(self, story):
        into, manager = merged(story)
        guest = person(Role.EVALUATOR)
        CoEditor.objects.create(
            action=story.action,
            email=guest.email,
            user=guest,
            accepted_at=timezone.now(),
            invited_by=manager,
        )
        drop_claim(claim=into.membership_claims.get(), by=fresh(story.manager))
        assert writes(story, guest)


class TestInvitations:
    """Nobody comes in by the word of somebody who can't give it any more."""

    def pending(self, story: Story, by) -> CoEditor:
        return CoEditor.objects.create(action=story.action, email="bob@example.org", invited_by=by)

    @pytest.mark.parametrize("how", ["leaves", "becomes a contributor"])
    def test_go_with_who_sent_them(self, how):
        story = Story()
        invitation = self.pending(story, story.manager)
        member(story.carrier)
        place = story.carrier.memberships.get(user=story.manager)
        if how == "leaves":
            leave(membership=place)
        else:
            change_role(membership=place, role=MembershipRole.CONTRIBUTOR, by=fresh(story.manager))
        invitation.refresh_from_db()
        assert invitation.withdrawn_at is not None

    def test_go_with_the_twin(self):
        story = Story().in_correction()
        invitation = self.pending(story, story.manager)
        merged(story)
        invitation.refresh_from_db()
        assert invitation.withdrawn_at is not None

    def test_stay_where_their_author_manages_still(self):
        story, into = Story().in_correction(), OrganisationFactory()
        invitation = self.pending(story, story.manager)
        merge_organisations(twin=story.carrier, into=into, by=person(Role.AGENT))
        invitation.refresh_from_db()
        assert (invitation.withdrawn_at, into.memberships.get().user) == (None, story.manager)

    def test_of_a_contributor_are_refused(self):
        story = Story()
        bob = member(OrganisationFactory(), email="bob@example.org")
        invitation = self.pending(story, member(story.carrier, MembershipRole.CONTRIBUTOR))
        assert refusal(accept_co_editing, invitation=invitation, by=bob) == [INVITER_GONE]
