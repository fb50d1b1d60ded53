"""Guarantee 12: what is sent is what is written, by an evaluator."""

import json

import pytest

from actions.models import SentEvaluation
from actors.models import User
from tests.plugins.prepared import prepared
from tests.support.factories import Story
from tests.support.guarantee_steps import scores_of
from tests.support.refusals import by_sql, execute, refused_by
from tests.support.refusals import refused_every_way as refused

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

SENT_AT = "2026-01-01T00:00:00Z"


@prepared
def story() -> Story:
    """An action in evaluation, with three evaluations to write by people without interest."""
    return Story().in_evaluation().declare()


def write_history(evaluation) -> None:
    scores = scores_of(evaluation)
    SentEvaluation.objects.create(evaluation=evaluation, sent_at=SENT_AT, scores=scores)


def test_a_sending_says_what_is_written(story):
    """Neither something else, nor nothing; nor what was written before."""
    evaluation = story.evaluations[0]
    story.score(evaluation, send=False)
    true = scores_of(evaluation)

    for scores in ([], true[:3], [true[0] | {"level": 3}, *true[1:]], true[::-1], None):
        with refused_by("actions_sentevaluation_says_what_is_written"):
            execute(
                "INSERT INTO actions_sentevaluation (evaluation_id, sent_at, scores)"
                " VALUES (%s, %s, %s::jsonb)",
                evaluation.pk,
                SENT_AT,
                scores if scores is None else json.dumps(scores),
            )
    write_history(evaluation)
    by_sql(evaluation.scores.first(), level=3)

    refused("actions_evaluation_sent_is_in_history", evaluation, sent_at=SENT_AT)


def test_an_evaluator_alone_sends_an_evaluation(story):
    """A superuser without the role doesn't, nor who has it no more, or a closed account."""
    evaluation = story.evaluations[0]
    story.score(evaluation, send=False)
    write_history(evaluation)
    author = User.objects.filter(pk=evaluation.evaluator_id)

    author.update(is_active=False)
    refused("actions_evaluation_by_an_evaluator", evaluation, sent_at=SENT_AT)
    author.update(is_active=True, is_superuser=True)
    author.get().groups.clear()
    refused("actions_evaluation_by_an_evaluator", evaluation, sent_at=SENT_AT)
