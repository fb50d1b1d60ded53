"""What must not be done to who carries an action, in the shape of the rows of `test_needed.py`."""

from collections.abc import Callable
from dataclasses import dataclass

from actors.models import Membership
from tests.support.factories import OrganisationFactory, Story
from tests.support.guarantee_steps import amend, confirm, propose
from tests.support.organisations import provisional
from tests.support.refusals import by_sql


@dataclass(frozen=True)
class CarrierAttempt:
    """Something that must not be done to an action in `status`; its carrier awaits an agent."""

    status: str
    act: Callable[[Story], object]
    behind: tuple[str, ...] = ()
    confirmed: bool = False

    def story(self) -> Story:
        """An action in that status."""
        carrier = OrganisationFactory() if self.confirmed else provisional()
        return getattr(Story(carrier=carrier, partners=[OrganisationFactory()]), self.status)()


def merge(twin, into) -> None:
    by_sql(twin, is_published=False)
    by_sql(twin, merged_into_id=into.pk)


def carrier_merged_into_that_of_an_evaluator(story: Story) -> None:
    into = OrganisationFactory()
    Membership.objects.create(user=story.evaluators[0], organisation=into)
    merge(story.carrier, into)
    by_sql(story.action, carrier_id=into.pk)


def partner_merged_into_that_of_an_evaluator(story: Story) -> None:
    into = OrganisationFactory()
    Membership.objects.create(user=story.evaluators[0], organisation=into)
    partner = story.action.partners.get()
    merge(partner, into)
    by_sql(story.action.partners.through.objects.get(), organisation_id=into.pk)


ON_CARRIERS = {
    "actions_action_merged_beside_no_interest": CarrierAttempt(
        "scored", carrier_merged_into_that_of_an_evaluator
    ),
    "actions_partnership_merged_beside_no_interest": CarrierAttempt(
        "scored", partner_merged_into_that_of_an_evaluator
    ),
    "actions_action_decided_carrier_is_confirmed": CarrierAttempt(
        "evaluated", lambda story: by_sql(story.action, status="postponed")
    ),
    "actions_decision_carrier_is_confirmed": CarrierAttempt(
        "evaluated", lambda story: confirm(propose(story), story.members[1])
    ),
    "actions_amendment_towards_a_confirmed_carrier": CarrierAttempt(
        "prioritised", lambda story: amend(story, new_carrier=provisional()), confirmed=True
    ),
}
