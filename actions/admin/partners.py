"""Partners on the agents' page of a file: looked for as its carrier does, among all that stand."""

from django import forms
from django.template.loader import get_template

from actions.proposals.forms.partners import (
    PartnerBoxes,
    keys_among,
    looks_for_partners,
    partner_choices,
)
from actions.proposals.queries.partners import find_partners
from actors.models import Organisation
from ess_portal.base.search import Words

# Agents name those that aren't published, too.
NAMED = Organisation.objects.standing()


class PartnerSearch(PartnerBoxes):
    """The boxes of `form`, and the field that looks for others."""

    def __init__(self, form: "FormWithPartners"):
        super().__init__()
        self.form = form

    def render(self, name, value, attrs=None, renderer=None):
        """Draw both, as on the carrier's page."""
        keys = keys_among(value or ())
        found = find_partners(self.form.looked_for, chosen=keys, among=NAMED)
        context = {"field": self.form[name], "found": found}
        return get_template("admin/actions/action/_partners.html").render(context)


class FormWithPartners(forms.ModelForm):
    """A form of the administration whose partners are looked for."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.looked_for = Words.of(self.data)
        if "partners" in self.fields:
            field = self.fields["partners"]
            field.widget = PartnerSearch(self)
            field.choices = lambda: partner_choices(
                keys_among(self["partners"].value() or ()), NAMED
            )

    def is_valid(self):
        """Judge nothing while partners are looked for: what isn't finished isn't wrong."""
        if looks_for_partners(self.data):
            self.errors.clear()
            return False
        return super().is_valid()
