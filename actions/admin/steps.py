"""A page that does one thing to a file: it says what follows, asks what is needed, acts once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist
from django.forms import Form
from django.http import HttpResponseRedirect
from django.urls import reverse

from ess_portal.base.refusals import Refused
from ess_portal.base.sent_forms import Answer, answer_once
from ess_portal.base.views import add_refusal


@dataclass(frozen=True)
class Step:
    """What one page does: `form` is None for a mere button."""

    title: str
    act: Callable[[], object]
    said: str
    form: Form | None = None
    consequences: Sequence[str] = ()


class StepPages:
    """Steps of `ActionAdmin`, which finds the action and draws the page."""

    def answer_step(self, request, action, step: Step, gone: str = ""):
        """Show `step`, or take it; `gone` is said when what it is about has just been removed."""
        if request.method == "POST" and (step.form is None or step.form.is_valid()):
            address = reverse("admin:actions_action_change", args=[action.pk])

            def do() -> Answer:
                step.act()
                return Answer(address, step.said)

            try:
                return led(request, answer_once(request, do))
            except ObjectDoesNotExist:
                messages.error(request, gone)
                return self.back_to(action)
            except Refused as refused:
                if step.form is None:
                    messages.error(request, " ".join(refused.reasons))
                    return self.back_to(action)
                add_refusal(step.form, refused)
        return self.page(
            request,
            action,
            step.title,
            "transition",
            form=step.form,
            consequences=step.consequences,
        )


def led(request, answer: Answer):
    """Say what was done, and lead where it shows."""
    messages.success(request, answer.said)
    return HttpResponseRedirect(answer.address)


def typed(request):
    """Return what was posted. Even an empty form is an answer: some pages ask for nothing."""
    return request.POST if request.method == "POST" else None
