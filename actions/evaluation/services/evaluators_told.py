"""What evaluators are written of the evaluations that are awaited from them."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.urls import reverse

from actions.models import Action, Evaluation
from actors.models import User
from actors.services.belonging import link
from ess_portal.base.mail import enqueue

# What an evaluator is given comes as one mail an hour, however the agent shares it out.
EVALUATIONS = "evaluations"


def tell_evaluator(evaluator: User, evaluations: Sequence[Evaluation]) -> None:
    """Tell an evaluator that actions await them: one mail for all."""
    _list_evaluations(
        "evaluation_assigned", evaluator, evaluations, topic=EVALUATIONS, pace=evaluator.mail_pace
    )


def remind_evaluator(evaluator: User, evaluations: Sequence[Evaluation]) -> None:
    """Remind an evaluator of what is soon due: one mail for all."""
    _list_evaluations("evaluation_reminder", evaluator, evaluations)


def remind_by_hand(evaluation: Evaluation) -> None:
    """Remind an evaluator, at an agent's word, of one evaluation, late or not."""
    _about_one("evaluation_recalled", evaluation, is_late=evaluation.is_late)


def tell_evaluator_of_new_date(evaluation: Evaluation, before: date) -> None:
    """Tell an evaluator that what is awaited from them has another date than `before`."""
    _about_one("evaluation_new_date", evaluation, before=before)


def tell_evaluator_taken_off(action: Action, evaluator: User, *, is_replaced: bool) -> None:
    """Tell an evaluator that their evaluation of `action` isn't awaited any more."""
    enqueue(
        recipient=evaluator.email,
        template="evaluation_taken_off",
        context={
            "action": action,
            "is_replaced": is_replaced,
            "link": link(reverse("actions:evaluations")),
        },
        topic=EVALUATIONS,
        pace=evaluator.mail_pace,
    )


def _about_one(template: str, evaluation: Evaluation, **more: Any) -> None:
    context = {"files": _files([evaluation])} | more
    enqueue(recipient=evaluation.evaluator.email, template=template, context=context)


def _list_evaluations(
    template: str, evaluator: User, evaluations: Sequence[Evaluation], **options: Any
) -> None:
    context = {"files": _files(evaluations)}
    enqueue(recipient=evaluator.email, template=template, context=context, **options)


def _files(evaluations: Sequence[Evaluation]) -> list[dict[str, Any]]:
    return [
        {
            "action": evaluation.action,
            "due_on": evaluation.due_on,
            "link": link(reverse("actions:evaluation", args=[evaluation.pk])),
        }
        for evaluation in evaluations
    ]
