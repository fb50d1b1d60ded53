"""A decision to propose, an announced refusal to settle."""

from decimal import Decimal

from django import forms
from django.utils import timezone

from actions.enums import DecisionKind
from ess_portal.base.forms import DATE_INPUT, FrenchDecimalField
from ess_portal.base.french import euros


def public_reason_field(label: str, **options) -> forms.CharField:
    """What anybody will read of a reason."""
    return forms.CharField(
        label=label,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Publié sur la page de l’action, que tout le monde lit : n’y nommez personne.",
        **options,
    )


class DecisionForm(forms.Form):
    """A decision to propose: the fields its kind asks for."""

    def __init__(self, *args, kind: DecisionKind, asked: Decimal = Decimal(0), **kwargs):
        """Build the fields of `kind`; `asked` is the carrier's request, in euros."""
        super().__init__(*args, **kwargs)
        if kind == DecisionKind.PRIORITISE:
            self.fields["amount"] = FrenchDecimalField(
                label="Montant accordé (€)",
                min_value=Decimal(1),
                max_digits=12,
                decimal_places=2,
                initial=asked or None,
                help_text="En euros, par exemple 12 000.",
            )
        if kind == DecisionKind.APPEAL_UPHELD:
            self.fields["appeal_on"] = forms.DateField(label="Date du recours", widget=DATE_INPUT)
        read = "Le porteur le lira."
        if kind == DecisionKind.PRIORITISE:
            read += f" Obligatoire si le montant n’est pas celui demandé ({euros(asked)})."
        self.fields["reason"] = forms.CharField(
            label="Motif",
            max_length=4000,
            required=kind != DecisionKind.PRIORITISE,
            widget=forms.Textarea(attrs={"rows": 5}),
            help_text=read,
        )
        if kind == DecisionKind.PRIORITISE:
            self.fields["public_reason"] = public_reason_field(
                "Part publique du motif", required=False
            )

    def clean_appeal_on(self):
        """Refuse an appeal yet to come."""
        appeal_on = self.cleaned_data["appeal_on"]
        if appeal_on > timezone.localdate():
            raise forms.ValidationError("Le recours ne peut pas être daté d’un jour à venir.")
        return appeal_on


class SettleForm(forms.Form):
    """What becomes of an announced refusal."""

    comment = forms.CharField(
        label="Motif",
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="Obligatoire si le porteur a répondu : c’est la réponse à sa réponse.",
    )
