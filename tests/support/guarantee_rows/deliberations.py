"""What must not be done to a grant that waits for the council: rows of `test_needed.py`."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from actors.enums import Role
from tests.support.deliberations import change_amount, note, proposed_to_the_council
from tests.support.factories import ChallengeFactory, ProgrammeFactory, Story, person
from tests.support.guarantee_rows.actions import Attempt
from tests.support.guarantee_rows.increases import proposed, seconded
from tests.support.guarantee_steps import joins_the_carrier, move
from tests.support.refusals import by_sql
from tests.support.sessions import HeldSession

AWAITED = ("actions_deliberation_of_what_awaits_it",)


@dataclass(frozen=True)
class BeforeTheCouncil(Attempt):
    """The same, where the council votes what is granted: 5,000 €, unless it is a draft."""

    status: str = "prioritised"
    act: Callable[[Story], object] = lambda story: None

    def story(self) -> Story:
        if self.status == "prioritised":
            return proposed_to_the_council()
        ProgrammeFactory(requires_deliberation=True)
        return getattr(Story(), self.status)()


def before_the_council(act, **options) -> BeforeTheCouncil:
    return BeforeTheCouncil(act=act, **options)


def note_twice(story: Story) -> None:
    note(story)
    note(story)


def note_an_increase_twice(story: Story) -> None:
    note(story)
    increase = change_amount(story, 6000)
    note(story, amendment=increase)
    note(story, amendment=increase)


def note_and_rewrite(story: Story) -> None:
    by_sql(note(story), number="DEL-2026-113")


def note_for_ones_own(story: Story) -> None:
    agent = person(Role.AGENT)
    joins_the_carrier(story, agent)
    note(story, recorded_by=agent)


def note_what_waits_for_a_second_person(story: Story) -> None:
    note(story, amendment=proposed(seconded(story)))


def note_before_its_grant(story: Story) -> None:
    note(story, amendment=change_amount(story, 6000))


def note_of_an_old_session(story: Story) -> None:
    """The session that decides says that it was held years ago, and the council after it."""
    held_on = timezone.localdate() - timedelta(days=900)
    other = Story().evaluated()
    sitting = HeldSession(stories=[other], held_on=held_on).opened().closed()
    sitting.confirm(sitting.second)
    note(other, held_on=held_on + timedelta(days=1))


def move_its_measure(story: Story) -> None:
    by_sql(story.action.measure, challenge_id=ChallengeFactory(number=98).pk)


def note_for_tomorrow(story: Story) -> None:
    note(story, held_on=timezone.localdate() + timedelta(days=1))


ON_DELIBERATIONS = {
    "actions_promisedmeasure_keeps_its_challenge": Attempt("submitted", move_its_measure),
    "actions_action_proposed_is_what_awaits": before_the_council(
        lambda story: by_sql(story.action, amount_proposed=0)
    ),
    "actions_action_proposed_within_its_grant": before_the_council(
        lambda story: by_sql(story.action, amount_proposed=1),
        status="draft",
        behind=("actions_action_proposed_is_what_awaits",),
    ),
    "actions_action_starts_after_the_council": before_the_council(
        lambda story: move(story.action, "in_progress", story.agent)
    ),
    "actions_deliberation_of_a_grant_once": before_the_council(note_twice, behind=AWAITED),
    "actions_deliberation_of_an_increase_once": before_the_council(
        note_an_increase_twice, behind=AWAITED
    ),
    "actions_deliberation_has_its_number": before_the_council(
        lambda story: note(story, number=" ")
    ),
    "actions_deliberation_append_only": before_the_council(note_and_rewrite),
    "actions_deliberation_by_an_agent": before_the_council(
        lambda story: note(story, recorded_by=story.members[0])
    ),
    "actions_deliberation_by_an_agent_without_interest": before_the_council(note_for_ones_own),
    "actions_deliberation_of_what_awaits_it": Attempt("prioritised", note),
    "actions_deliberation_takes_from_what_awaits": Attempt("prioritised", note, behind=AWAITED),
    "actions_deliberation_of_an_increase": before_the_council(note_what_waits_for_a_second_person),
    "actions_deliberation_of_the_grant_first": before_the_council(note_before_its_grant),
    "actions_deliberation_after_the_evaluation": before_the_council(note_of_an_old_session),
    "actions_deliberation_after_the_decision": before_the_council(note_for_tomorrow),
}
