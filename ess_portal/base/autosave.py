"""A page whose form saves by itself while one types, and tells a window that it is out of date.

The form has `WindowFields`, the template `components/_autosave.html` and the script `autosave.js`.
"""

from django.template.response import TemplateResponse

from ess_portal.base.refusals import Refused
from ess_portal.base.two_versions import two_versions
from ess_portal.base.windows import KeptFromWindows, StaleWindow


class AutosaveMixin:
    """What such a page answers, in front of a `FormView`. Give `kept_form` and `kept_is`.

    Of a `RefusableFormView` whose button sends, `keep` is all that is left to say.
    """

    kept_is = ""  # What is kept, with its article: "cette étape".
    saved_template = "components/_autosaved.html"

    @property
    def is_quiet(self) -> bool:
        """Whether the page saves by itself, without a button."""
        return "quiet" in self.request.POST

    def keep(self, form) -> KeptFromWindows:
        """Keep what could be read; return the row. May raise `StaleWindow` and `Refused`."""
        raise NotImplementedError

    def kept_form(self, row: KeptFromWindows):
        """Return the form that shows what is kept."""
        raise NotImplementedError

    def kept_address(self, _row: KeptFromWindows) -> str:
        """Return where what is kept is shown."""
        return self.request.path

    def form_valid(self, form):
        """Keep it while one types; do what the button says otherwise. An older page is told so."""
        try:
            return self.say(row=self.keep(form)) if self.is_quiet else super().form_valid(form)
        except StaleWindow as stale:
            return self.show_both(form, stale.row)
        except Refused as refused:
            return self.say(refused=refused.reasons)

    def form_invalid(self, form):
        """Say what is wrong; in one line while somebody types."""
        if self.is_quiet:
            return self.say(refused=[one for errors in form.errors.values() for one in errors])
        return super().form_invalid(form)

    def say(self, **context):
        """Answer a page that saves by itself: `row` as it was kept, or what is `refused`."""
        return TemplateResponse(
            self.request, self.saved_template, {"kept_is": self.kept_is} | context
        )

    def show_both(self, form, row: KeptFromWindows):
        """Show what is kept beside what was typed, which replaces it knowingly once sent again."""
        context = {"stale": row, "stale_address": self.kept_address(row)}
        if self.is_quiet:
            return self.say(**context)
        form.replaces(row.edition)
        versions = two_versions(self.kept_form(row), form)
        context |= {"form": form, "versions": versions, "kept_is": self.kept_is}
        return self.render_to_response(self.get_context_data(**context), status=409)
