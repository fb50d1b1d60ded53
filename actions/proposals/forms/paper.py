"""A file received on paper, typed by an agent in the name of the member who signed it."""

from django import forms
from django.utils import timezone

from actions.models.completeness import SIGNING_FAMILIES
from actions.proposals.forms.base import ApplicationForm
from actions.proposals.forms.criteria import SelfAssessmentForm
from actions.proposals.forms.means import MeansForm
from actions.proposals.forms.organisation import CarrierForm
from actions.proposals.forms.presentation import PlaceForm, PresentationForm
from actions.proposals.forms.sending import CONTRACT, ConsentForm
from actors.models import Organisation, User
from ess_portal.base.forms import DATE_INPUT

PARTS = (CarrierForm, PresentationForm, PlaceForm, MeansForm, SelfAssessmentForm, ConsentForm)


def _joined(name: str) -> dict:
    return {field: value for part in PARTS for field, value in getattr(part.Meta, name, {}).items()}


class PaperProposalForm(*PARTS):
    """The whole file on one page: every part, with who signed it and when it came."""

    demands_all = True
    # No button adds one here: what is typed isn't kept before it is whole.
    spare_rows = 4
    takes_another_funder = False
    field_order = ("signatory", "received_on_paper", "key", "carrier")
    relations = tuple(name for part in PARTS for name in part.relations)
    needed_to_send = tuple(name for part in PARTS for name in part.needed_to_send)

    signatory = forms.ModelChoiceField(
        label="Signataire",
        queryset=User.objects.none(),
        help_text="Le membre de la structure qui a signé le dossier. S’il n’est pas dans la liste, "
        "ajoutez d’abord son adhésion à la structure.",
    )
    received_on_paper = forms.DateField(label="Reçu le", widget=DATE_INPUT)

    class Meta(ApplicationForm.Meta):
        fields = (*(name for part in PARTS for name in part.Meta.fields), "received_on_paper")
        widgets = _joined("widgets")
        help_texts = _joined("help_texts")
        labels = _joined("labels")

    def prepare(self):
        """Offer every organisation and its members."""
        super().prepare()
        self.fields["carrier"].required = True
        self.fields["carrier"].empty_label = "Choisissez une structure"
        self.fields["signatory"].queryset = User.objects.filter(
            memberships__isnull=False, is_active=True
        ).distinct()

    def carriers(self):
        """Any organisation: the agent doesn't belong to it."""
        return Organisation.objects.standing()

    def clean(self):
        """Ask for what one signature and one reception say together."""
        data = super().clean()
        signatory, carrier = data.get("signatory"), data.get("carrier")
        if signatory and carrier and carrier.pk not in signatory.organisation_ids:
            self.add_error("signatory", f"Cette personne n’est pas membre de « {carrier} ».")
        received_on = data.get("received_on_paper")
        if received_on and received_on > timezone.localdate():
            self.add_error("received_on_paper", "La date de réception ne peut pas être à venir.")
        if carrier and carrier.family in SIGNING_FAMILIES and not data.get(CONTRACT):
            self.add_error(
                CONTRACT, "Une association ou une fondation signe le contrat d’engagement."
            )
        return data
