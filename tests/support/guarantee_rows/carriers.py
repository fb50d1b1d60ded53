"""What must not be done to who carries an action, in the shape of the rows of `test_needed.py`."""

from collections.abc import Callable
from dataclasses import dataclass

from actors.enums import Role
from actors.models import Membership, Organisation
from tests.support.factories import OrganisationFactory, Story, person
from tests.support.guarantee_steps import amend, confirm, move, propose
from tests.support.organisations import provisional
from tests.support.refusals import by_sql, execute


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


def twin_of_an_evaluator_merged_into_the_carrier(story: Story) -> None:
    twin = provisional()
    Membership.objects.create(user=story.evaluators[0], organisation=twin)
    merge(twin, story.carrier)


def taken_over_by_that_of_who_acts(story: Story) -> None:
    """An agent gives another file back; their organisation takes a draft over."""
    agent, own, other = person(Role.AGENT), OrganisationFactory(), Story().submitted()
    Membership.objects.create(user=agent, organisation=own)
    move(other.action, "in_correction", agent)
    by_sql(story.action, carrier_id=own.pk)


def merged_one() -> Organisation:
    """An organisation that was merged into another."""
    return provisional(merged_into=OrganisationFactory())


BEHIND_NO_ACT = ("actions_belonging_behind_no_act",)
ON_CARRIERS = {
    "actions_action_merged_beside_no_interest": CarrierAttempt(
        "scored", carrier_merged_into_that_of_an_evaluator, behind=BEHIND_NO_ACT
    ),
    "actions_partnership_merged_beside_no_interest": CarrierAttempt(
        "scored", partner_merged_into_that_of_an_evaluator, behind=BEHIND_NO_ACT
    ),
    "actions_merger_beside_no_interest": CarrierAttempt(
        "evaluated",
        twin_of_an_evaluator_merged_into_the_carrier,
        behind=BEHIND_NO_ACT,
        confirmed=True,
    ),
    "actions_merger_takes_its_files": CarrierAttempt(
        "submitted", lambda story: merge(story.carrier, OrganisationFactory())
    ),
    "actions_merger_with_files_is_kept": CarrierAttempt(
        "submitted",
        lambda story: execute("DELETE FROM actors_organisation WHERE id = %s", story.carrier.pk),
    ),
    "actions_action_carrier_behind_no_act": CarrierAttempt("draft", taken_over_by_that_of_who_acts),
    "actions_action_carrier_stands": CarrierAttempt(
        "draft", lambda story: by_sql(story.action, carrier_id=merged_one().pk)
    ),
    "actions_partnership_of_an_organisation_that_stands": CarrierAttempt(
        "draft", lambda story: story.action.partners.add(merged_one())
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
