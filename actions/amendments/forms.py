"""An amendment to propose: what changes, the rest left empty."""

from decimal import Decimal

from django import forms

from actions.models import Action
from actors.models import Organisation
from ess_portal.base.forms import DATE_INPUT, FrenchDecimalField
from ess_portal.base.french import NO_BREAK, euros, long_date

AS_IT_IS = "Laissez vide pour ne rien changer."


class AmendmentForm(forms.Form):
    """New amount, dates or carrier, and why; each field says what holds today."""

    use_required_attribute = False

    amount = FrenchDecimalField(
        label="Nouveau montant (€)",
        min_value=Decimal(1),
        max_digits=12,
        decimal_places=2,
        required=False,
    )
    starts_on = forms.DateField(
        label="Nouveau début prévu",
        required=False,
        widget=DATE_INPUT,
    )
    ends_on = forms.DateField(
        label="Nouvelle fin prévue",
        required=False,
        widget=DATE_INPUT,
    )
    carrier = forms.ModelChoiceField(
        Organisation.objects.none(),
        label="Nouvelle structure porteuse",
        required=False,
        empty_label="Inchangée",
    )
    reason = forms.CharField(
        label="Motif",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="Le porteur le lira.",
    )

    def __init__(self, *args, action: Action, **kwargs):
        """Say beside each field what `action` holds today."""
        super().__init__(*args, **kwargs)
        self.action = action
        self.fields["carrier"].queryset = Organisation.objects.confirmed().exclude(
            pk=action.carrier_id
        )
        for name, today in (
            ("amount", euros(action.amount_granted)),
            ("starts_on", long_date(action.starts_on) or "non renseigné"),
            ("ends_on", long_date(action.ends_on) or "non renseignée"),
            ("carrier", action.carrier.name),
        ):
            self.fields[name].help_text = f"Aujourd’hui{NO_BREAK}: {today}. {AS_IT_IS}"

    def clean(self):
        """Refuse what changes nothing, and an end before the start."""
        cleaned = super().clean()
        if self.errors:
            return cleaned
        names = ("amount", "starts_on", "ends_on", "carrier")
        if all(cleaned[name] in (None, self._today(name)) for name in names):
            self.add_error(None, "Indiquez au moins un changement.")
        start = cleaned["starts_on"] or self.action.starts_on
        end = cleaned["ends_on"] or self.action.ends_on
        if start and end and end < start:
            field = "ends_on" if cleaned["ends_on"] else "starts_on"
            self.add_error(field, "La fin de l’action doit suivre son début.")
        return cleaned

    def _today(self, name: str):
        return self.action.amount_granted if name == "amount" else getattr(self.action, name)
