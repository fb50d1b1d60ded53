"""The steps of the form: begin, go on, correct."""

import uuid
from dataclasses import asdict, replace
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.generic import FormView, RedirectView

from actions.enums import ActionStatus, Step
from actions.models import Action
from actions.models.agreement import agreement_for
from actions.proposals.forms import STEP_FORMS
from actions.proposals.forms.partners import ENTER, looks_for_partners
from actions.proposals.queries.self_assessment import self_assessment_hints
from actions.proposals.queries.steps import (
    current_correction,
    first_step_to_fill,
    following,
    saved_steps,
    step_marks,
)
from actions.proposals.services.drafts import StepEntry, save_step
from actions.proposals.views.own_action import WRITING, OwnApplicationMixin, say_already_sent
from actions.proposals.views.partners import found_partners, wants_found_partners
from challenges.models import Measure, Programme, terms_for
from ess_portal.base.address_words import moved
from ess_portal.base.autosave import AutosaveMixin
from ess_portal.base.bodies import LONG_FORM
from ess_portal.base.refusals import Refused
from ess_portal.base.search import Words
from ess_portal.base.views import add_refusal
from ess_portal.base.windows import StaleWindow

# The parameter that says which measure the file answers.
MEASURE, OLD_MEASURE = "mesure", "measure"
# Of a key of the database: a longer number is nobody's.
MOST_DIGITS = 18


class StepFormView(AutosaveMixin, FormView):
    """One step of the form. Every button keeps it; so does the page by itself, quietly."""

    template_name = "actions/proposals/step.html"
    action: Action | None = None
    step = Step.ORGANISATION
    kept_is = "cette étape"
    saved_template = "actions/proposals/_step_saved.html"

    @staticmethod
    def bytes_taken(request, uuid=None, **_kwargs) -> int:
        """A long text from whoever writes this very file, or begins one."""
        user = request.user
        if user.is_authenticated and (
            uuid is None or Action.objects.written_by(user).filter(uuid=uuid).exists()
        ):
            return LONG_FORM
        return settings.DATA_UPLOAD_MAX_MEMORY_SIZE

    def row(self):
        """Return the step as it was last saved, or None."""
        if self.action is None:
            return None
        return self.action.typed_steps.select_related("saved_by").filter(step=self.step).first()

    def get_form_class(self):
        return STEP_FORMS[self.step]

    def get_form_kwargs(self):
        """Show what was typed last and couldn't be read; otherwise what the file says."""
        row = self.row()
        kwargs = super().get_form_kwargs() | {
            "user": self.request.user,
            "instance": self.action,
            "edition": row.edition if row else 0,
            "looked_for": Words.of(self.request.POST or self.request.GET),
        }
        if self.request.method == "GET" and row and row.typed:
            kwargs["data"] = _as_posted(row)
        return kwargs

    def post(self, request, *args, **kwargs):
        """Keep what was typed, whatever it says; then tell, or go on."""
        form = self.get_form()
        readable = form.is_valid()
        if "key" in form.errors:
            return self.form_invalid(form)
        try:
            action, written = save_step(
                key=form.cleaned_data["key"] if self.action is None else self.action.uuid,
                by=request.user,
                entry=self._entry(form, readable),
            )
        except Action.DoesNotExist as error:
            raise Http404 from error
        except StaleWindow as stale:
            return self.show_both(form, stale.row)
        except Refused as refused:
            add_refusal(form, refused)
            return self.form_invalid(form)
        if not written:
            return HttpResponseRedirect(say_already_sent(request, action))
        self.action = action
        return self._kept(form, readable)

    def _entry(self, form, readable: bool) -> StepEntry:
        content = form.content
        # An organisation isn't made of a name half typed: a button makes it.
        waits = self.is_quiet and content.new_organisation is not None
        if waits:
            content = form.content_without_organisation
        return StepEntry(
            step=self.step,
            content=content,
            typed=None if readable and not waits else form.typed(),
            **asdict(form.shown(quiet=self.is_quiet)),
        )

    def _kept(self, form, readable: bool):
        if self.is_quiet:
            response = self.say(row=self.row(), readable=readable, hints=self._hints(self.action))
            # What is reloaded is this file, not a new one.
            response["HX-Replace-Url"] = _step_url(self.action, self.step)
            return response
        sent = self.request.POST
        if self.step == Step.MEANS and looks_for_partners(sent):
            return self._found(form, readable)
        wanted = sent.get("go") or sent.get(ENTER)
        # Whoever asks for the next step is first told what couldn't be read in this one; whoever
        # chooses another goes there: what was typed waits here.
        if "later" in sent:
            return self._left_for_later(readable)
        if not readable and wanted in (None, "", following(self.step)):
            return self.form_invalid(form)
        step = wanted if wanted in Step.values else self.step
        return HttpResponseRedirect(_step_url(self.action, step))

    def _found(self, form, readable: bool):
        # What can't be read may be more than what is kept: it stays in the page.
        if not readable:
            return self.form_invalid(form)
        query = urlencode({"q": form.looked_for.typed})
        address = f"{_step_url(self.action, self.step)}?{query}#{form['partners'].id_for_label}"
        return HttpResponseRedirect(address)

    def _left_for_later(self, readable: bool):
        if readable:
            messages.success(self.request, "Le brouillon est enregistré.")
        else:
            messages.warning(
                self.request,
                "Le brouillon est enregistré, tel que vous l’avez écrit : une réponse est à "
                f"reprendre à l’étape « {self.step.label} ».",
            )
        return HttpResponseRedirect(self.action.get_space_url())

    def kept_address(self, row):
        return _step_url(row.action, self.step)

    def kept_form(self, row):
        self.action = Action.objects.get(pk=row.action_id)
        return self.get_form_class()(
            user=self.request.user, instance=self.action, edition=row.edition
        )

    def get_context_data(self, **kwargs):
        action = self.action
        if action is not None and self.request.method == "POST":
            # The form's reading has put what was typed on the instance.
            action = Action.objects.get(pk=action.pk)
        context = super().get_context_data(**kwargs)
        rows = saved_steps(action) if action else {}
        return context | {
            "action": action,
            "step": self.step,
            "agreement": agreement_for(action) if action and self.step == Step.MEANS else None,
            "number": list(Step).index(self.step) + 1,
            "fields_template": f"actions/proposals/_step_{self.step}.html",
            "marks": step_marks(action, self.step, rows),
            "following": following(self.step),
            "row": rows.get(self.step),
            "correction": current_correction(action),
            "hints": self._hints(action),
        }

    def _hints(self, action: Action | None):
        return self_assessment_hints(action) if action and self.step == Step.CRITERIA else None


def _as_posted(row) -> QueryDict:
    data = QueryDict(mutable=True)
    for name, values in row.typed.items():
        data.setlist(name, values)
    data["edition"], data["window"] = str(row.edition), str(uuid.uuid4())
    return data


def _step_url(action: Action, step: str) -> str:
    return reverse("actions:edit_step", args=[action.uuid, step])


@method_decorator(login_not_required, name="dispatch")
class ProposeView(StepFormView):
    """A new file. Somebody who isn't signed in is first asked for an address."""

    def dispatch(self, request, *args, **kwargs):
        """Show how to begin to those who aren't signed in, or that nothing is open."""
        # Addresses from before: "measure".
        if request.method in ("GET", "HEAD") and OLD_MEASURE in request.GET:
            query = request.GET.copy()
            query.setlist(MEASURE, query.pop(OLD_MEASURE))
            return moved(request.path, query.urlencode())
        programme = Programme.objects.current()
        if programme is None or terms_for(programme).missing:
            context = {"programme": programme}
            return render(request, "actions/proposals/closed.html", context)
        if not request.user.is_authenticated:
            if "quiet" in request.POST:  # signed out while typing: the page says so
                return redirect_to_login(request.get_full_path())
            return render(request, "actions/proposals/start.html")
        return super().dispatch(request, *args, **kwargs)

    def get_initial(self):
        """Choose one's own organisation."""
        return {"carrier": next(iter(self.request.user.organisation_ids), None)}

    def _entry(self, form, readable):
        # Whoever comes from the page of a measure has chosen it, until they choose another.
        entry = super()._entry(form, readable)
        measure = self._measure_of_address()
        if measure is None or Action.objects.filter(uuid=form.cleaned_data["key"]).exists():
            return entry
        columns = {**entry.content.columns, "measure": measure}
        return replace(entry, content=replace(entry.content, columns=columns))

    def _measure_of_address(self) -> Measure | None:
        query = self.request.GET
        wanted = query.get(MEASURE) or query.get(OLD_MEASURE, "")
        if not (wanted.isascii() and wanted.isdecimal() and len(wanted) < MOST_DIGITS):
            return None
        return Measure.objects.of_current_programme().filter(pk=wanted).first()


class EditView(OwnApplicationMixin, RedirectView):
    """Go on where something is missing."""

    for_co_editors = WRITING
    permission = "edit"

    def get_redirect_url(self, *args, **kwargs):
        """Lead to the first step that isn't complete."""
        return _step_url(self.action, first_step_to_fill(self.action))


class StepView(OwnApplicationMixin, StepFormView):
    """One written step of a file."""

    for_co_editors = WRITING

    def dispatch(self, request, *args, **kwargs):
        if kwargs["step"] not in Step.WRITTEN:
            raise Http404
        self.step = Step(kwargs["step"])
        return super().dispatch(request, *args, **kwargs)

    def get(self, request, *args, **kwargs):
        """Only the files that their carrier is still writing have a form."""
        if self.action.status not in ActionStatus.EDITABLE:
            raise Http404
        if self.step == Step.MEANS and wants_found_partners(request):
            return found_partners(request)
        return super().get(request, *args, **kwargs)
