"""What every part of the carrier's form has in common."""

import uuid
from dataclasses import replace
from decimal import Decimal

from django import forms

from actions.enums import ActionStatus, Step
from actions.models import Action
from actions.proposals.services.applications import Assessment, ProposalContent
from actions.proposals.services.budget_lines import Budget
from actors.models import Organisation
from ess_portal.base.search import Words
from ess_portal.base.windows import WINDOW_FIELDS, WindowFields

NOTHING = Words("")


class ApplicationForm(forms.ModelForm):
    """A part of the file, or several joined by inheritance.

    A draft is kept whatever is still missing: what sending asks for bears an asterisk, and is
    demanded only when `demands_all`. Subclasses name their fields in `Meta.fields`, and those that
    are rows of their own in `relations`.
    """

    use_required_attribute = False
    step: Step
    demands_all = False
    relations: tuple[str, ...] = ()
    needed_to_send: tuple[str, ...] = ()
    # A filed action keeps these while it is corrected.
    needed_once_filed: tuple[str, ...] = ()
    # Left empty, these amounts are zero.
    amounts: tuple[str, ...] = ()
    new_organisation: Organisation | None = None

    key = forms.UUIDField(widget=forms.HiddenInput)

    class Meta:
        model = Action
        fields: tuple[str, ...] = ()

    def __init__(self, *args, user, looked_for: Words = NOTHING, **kwargs):
        """Offer what `user` may choose from; `looked_for` are the words of a search field."""
        self.user, self.looked_for = user, looked_for
        super().__init__(*args, **kwargs)
        # The key of a file that exists is in its address.
        if self.instance.pk:
            del self.fields["key"]
        else:
            self.fields["key"].initial = uuid.uuid4()
        self.prepare()
        for name in self.needed_to_send:
            self.fields[name].required = True

    def prepare(self) -> None:
        """Fill the choices; each part does its own and calls the next."""

    @property
    def is_filed(self) -> bool:
        """Whether the file was sent once and is being corrected."""
        return self.instance.status == ActionStatus.IN_CORRECTION

    def _clean_fields(self):
        asked = [name for name, field in self.fields.items() if field.required]
        if not self.demands_all:
            kept = ("key", *(self.needed_once_filed if self.is_filed else ()))
            for name in asked:
                self.fields[name].required = name in kept
        super()._clean_fields()
        # The asterisks of the page still say what sending will ask for.
        for name in asked:
            self.fields[name].required = True

    def clean(self):
        """Take an empty amount for zero."""
        data = super().clean()
        for name in self.amounts:
            if name in data and data[name] is None:
                data[name] = Decimal(0)
        return data

    def assessments(self) -> dict[str, Assessment] | None:
        """What was said of each criterion; None when this part doesn't ask."""
        return None

    def budget(self) -> Budget | None:
        """The lines of the budget; None when this part doesn't ask, or when they can't be read."""
        return None

    @property
    def content(self) -> ProposalContent:
        """What could be read of what was typed, for the service that keeps it."""
        data = self.cleaned_data
        return ProposalContent(
            columns={
                name: data[name]
                for name in self.Meta.fields
                if name in data and name not in self.relations
            },
            relations={name: data[name] for name in self.relations if name in data},
            assessments=self.assessments(),
            budget=self.budget(),
            new_organisation=self.new_organisation,
        )


class StepForm(ApplicationForm, WindowFields):
    """One step of the form, as one page shows it."""

    def __init__(self, *args, edition: int = 0, **kwargs):
        super().__init__(*args, **kwargs)
        self.show(edition)

    @property
    def asks(self) -> bool:
        """Whether a field of this step bears an asterisk."""
        return any(field.field.required for field in self.visible_fields())

    @property
    def content_without_organisation(self) -> ProposalContent:
        """The same, without making the organisation: it waits for a button."""
        return replace(self.content, new_organisation=None)

    def typed(self) -> dict[str, list[str]]:
        """Give every field of this step as it was typed, unread."""
        # A list keeps each choice of several; unknown names are nobody's.
        return {
            name: self.data.getlist(name)
            for name in self.fields
            if name in self.data and name not in ("key", *WINDOW_FIELDS)
        }
