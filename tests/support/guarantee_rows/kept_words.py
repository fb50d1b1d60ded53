"""What must not be said beside a file, in the shape of `test_needed.py`'s rows."""

from actions.enums import Step
from actions.models import ApplicationVersion, SentEvaluation, TransitionNote, TypedStep
from tests.support.factories import Story
from tests.support.guarantee_rows.actions import Attempt, evaluation_of
from tests.support.guarantee_steps import scores_of
from tests.support.refusals import at_commit, by_sql


def type_in(typed):
    """Keep `typed` of a step."""
    return lambda story: TypedStep.objects.create(
        action=story.action, step=Step.MEANS, typed=typed, saved_by=story.manager
    )


def version(**columns):
    """Keep one more version than the carrier sent."""

    def act(story: Story) -> None:
        said = {"number": 9, "content": {"title": "Un autre titre"}, "sent_by": story.manager}
        ApplicationVersion.objects.create(action=story.action, **said | columns)
        at_commit()

    return act


def give_a_reason(transition: str):
    """Say why something was done, once something else was."""
    return lambda story: TransitionNote.objects.create(
        event=story.action.events.get(transition=transition), text="Un motif trouvé depuis."
    )


def tell_a_sending(story: Story) -> None:
    """As somebody would who sends, but for the sending."""
    evaluation = evaluation_of(story)
    story.score(evaluation, send=False)
    SentEvaluation.objects.create(
        evaluation=evaluation, sent_at="2026-03-01T08:00:00Z", scores=scores_of(evaluation)
    )
    at_commit()


TYPED, SENT = "actions_typedstep_typed_in_words", "actions_fileversion_of_a_sending"
REASON = "actions_transitionnote_written_with_its_event"
STRAY = "actions_sentevaluation_of_a_sending"
ON_WORDS = {
    TYPED: Attempt("draft", type_in([1])),
    SENT: Attempt("evaluated", version()),
    STRAY: Attempt("in_evaluation", tell_a_sending),
    "actions_evaluation_times_are_counted": Attempt(
        "in_evaluation", lambda story: by_sql(evaluation_of(story), times_sent=1)
    ),
    REASON: Attempt("in_evaluation", give_a_reason("submit")),
}
ALSO_ON_WORDS = [
    *(
        (TYPED, Attempt("draft", type_in(typed)))
        for typed in (7, "x", {"title": 5}, {"title": "x"}, {"title": [1]}, {"title": [None]})
    ),
    (SENT, Attempt("draft", version(number=1))),
    (SENT, Attempt("evaluated", version(number=0, sent_at="2001-01-01T08:00:00Z"))),
]
