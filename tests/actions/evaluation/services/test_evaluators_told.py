"""What evaluators are written when what is awaited from them changes."""

import pytest

from actions.evaluation.services.evaluators_told import (
    EVALUATIONS,
    tell_evaluator,
    tell_evaluator_taken_off,
)
from ess_portal.base.models import OutgoingMail
from tests.support.factories import Story
from tests.support.reading import plain

pytestmark = pytest.mark.django_db


@pytest.fixture
def story():
    """An action in evaluation, of which nobody was written yet."""
    story = Story().in_evaluation()
    OutgoingMail.objects.all().delete()
    return story


def test_one_mail_for_all_that_is_asked(story):
    evaluator = story.evaluators[0]
    theirs = list(story.action.evaluations.filter(evaluator=evaluator))
    tell_evaluator(evaluator, [*theirs, *theirs])
    mail = OutgoingMail.objects.get()
    assert (mail.recipient, mail.topic) == (evaluator.email, EVALUATIONS)
    assert mail.body.count(f"Référence : {story.action.reference}\n") == 2


@pytest.mark.parametrize(
    ("is_replaced", "sentence"),
    [
        (
            True,
            "Une évaluation qui vous était demandée est confiée à quelqu’un d’autre : vous n’avez "
            "plus à la rendre.",
        ),
        (False, "Une évaluation ne vous est plus demandée : vous n’avez plus à la rendre."),
    ],
)
def test_what_is_taken_off_is_said_with_what_becomes_of_the_rest(story, is_replaced, sentence):
    tell_evaluator_taken_off(story.action, story.evaluators[0], is_replaced=is_replaced)
    assert plain(OutgoingMail.objects.get().body).split("\n\n")[1] == (
        f"{sentence} Le dossier ne vous est plus ouvert, et ce que vous aviez pu commencer à "
        "écrire est effacé."
    )
