"""What must not be asked of a carrier, in the shape of the rows of `test_needed.py`."""

from collections.abc import Callable
from datetime import date

from actions.models import ApplicationVersion, CorrectionRequest
from actors.enums import Role
from tests.support.factories import Story, person
from tests.support.guarantee_rows.actions import Attempt
from tests.support.guarantee_steps import joins_the_carrier
from tests.support.refusals import by_sql


def ask(story: Story, **columns) -> CorrectionRequest:
    """Write that an agent asks for another summary, without any check."""
    columns = {
        "action": story.action,
        "fields": ["summary"],
        "due_on": date(2030, 1, 1),
        "requested_by": story.agent,
    } | columns
    return CorrectionRequest.objects.create(**columns)


def asking(**columns) -> Callable[[Story], CorrectionRequest]:
    """The same, later."""
    return lambda story: ask(story, **columns)


def ask_for_ones_own(story: Story) -> None:
    tied = person(Role.AGENT)
    joins_the_carrier(story, tied)
    ask(story, requested_by=tied)


def asked_of(story: Story) -> CorrectionRequest:
    return story.action.correction_requests.get()


def keep(content) -> Callable[[Story], ApplicationVersion]:
    """Keep a version of the file that says `content`."""
    return lambda story: ApplicationVersion.objects.create(
        action=story.action, number=9, content=content, sent_by=story.manager
    )


KEPT = "actions_correctionrequest_is_kept"
LISTED = "actions_correctionrequest_lists_parts"

ON_CORRECTIONS: dict[str, Attempt] = {
    KEPT: Attempt("in_correction", lambda story: by_sql(asked_of(story), due_on="2031-01-01")),
    LISTED: Attempt("submitted", asking(fields="summary")),
    "actions_correctionrequest_by_an_agent": Attempt(
        "submitted", lambda story: ask(story, requested_by=story.manager)
    ),
    "actions_correctionrequest_by_an_agent_without_interest": Attempt(
        "submitted", ask_for_ones_own
    ),
    "actions_correctionrequest_due_within_reach": Attempt(
        "submitted", asking(due_on=date(9999, 12, 31))
    ),
    "actions_correctionrequest_of_a_sent_file": Attempt("in_correction", ask),
    "actions_correctionrequest_of_a_step": Attempt("submitted", ask),
    "actions_fileversion_says_it_in_words": Attempt("submitted", keep(7)),
}
