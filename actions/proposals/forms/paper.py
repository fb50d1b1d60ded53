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
from actors.services.access import NewSignatory
from ess_portal.base.forms import DATE_INPUT
from ess_portal.base.french import listed

ONE_SIGNATORY = (
    "Choisissez le signataire dans la liste, ou donnez son nom et son adresse\u00a0: pas les deux."
)
NO_SIGNATORY = "Choisissez le signataire dans la liste, ou donnez son nom et son adresse."
NOT_THERE = (
    "Si elle n’y est pas, ajoutez-la d’abord dans l’administration, «\u00a0Structures\u00a0»."
)
PARTS = (CarrierForm, PresentationForm, PlaceForm, MeansForm, SelfAssessmentForm, ConsentForm)


def _joined(name: str) -> dict:
    return {field: value for part in PARTS for field, value in getattr(part.Meta, name, {}).items()}


class SignatoryField(forms.ModelChoiceField):
    """Somebody of an organisation: people of one name are told apart by theirs."""

    def label_from_instance(self, obj: User) -> str:
        """Return the name, then the organisations."""
        return f"{obj} – {listed([str(place.organisation) for place in obj.memberships.all()])}"


class PaperProposalForm(*PARTS):
    """The whole file on one page: every part, with who signed it and when it came."""

    demands_all = True
    # No button adds one here: what is typed isn't kept before it is whole.
    spare_rows = 4
    takes_another_funder = False
    field_order = (
        "signatory",
        "signatory_name",
        "signatory_email",
        "received_on_paper",
        "key",
        "carrier",
    )
    relations = tuple(name for part in PARTS for name in part.relations)
    needed_to_send = tuple(name for part in PARTS for name in part.needed_to_send)

    signatory = SignatoryField(
        label="Signataire",
        queryset=User.objects.none(),
        required=False,
        empty_label="Pas dans la liste",
        help_text="Le membre de la structure qui a signé le dossier. S’il n’est pas dans la liste, "
        "donnez ci-dessous son nom et son adresse\u00a0: le portail lui ouvre un accès.",
    )
    signatory_name = forms.CharField(
        label="Prénom et nom du signataire",
        required=False,
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "section-signatory name"}),
    )
    signatory_email = forms.EmailField(
        label="Adresse électronique du signataire",
        required=False,
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "section-signatory email"}),
        help_text="Il devient responsable de la structure, reçoit un courriel qui donne votre nom, "
        "et suit le dossier en se connectant avec cette adresse. Vérifiez-la\u00a0: qui la lit "
        "verra le dossier.",
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
        self.fields["carrier"].help_text = NOT_THERE
        members = User.objects.filter(memberships__isnull=False, is_active=True).distinct()
        self.fields["signatory"].queryset = members.prefetch_related("memberships__organisation")

    def carriers(self):
        """Any organisation: the agent doesn't belong to it."""
        return Organisation.objects.standing()

    @property
    def who_signed(self) -> User | NewSignatory:
        """The member who signed, or whom to open the portal to: of a valid form."""
        data = self.cleaned_data
        return data["signatory"] or NewSignatory(data["signatory_name"], data["signatory_email"])

    def _check_signatory(self, data):
        named = {name: data.get(name) for name in ("signatory_name", "signatory_email")}
        if self.errors.keys() & {"signatory", *named}:
            return
        if data.get("signatory") and any(named.values()):
            self.add_error("signatory", ONE_SIGNATORY)
        elif not data.get("signatory") and not any(named.values()):
            self.add_error("signatory", NO_SIGNATORY)
        elif not data.get("signatory"):
            for name in [name for name, given in named.items() if not given]:
                self.add_error(name, "Donnez le nom et l’adresse du signataire.")

    def clean(self):
        """Ask for what one signature and one reception say together."""
        data = super().clean()
        self._check_signatory(data)
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
