"""Step 1: the organisation that carries the action."""

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.functional import cached_property

from actions.enums import Step
from actions.proposals.forms.base import ApplicationForm, StepForm
from actions.proposals.services.applications import (
    KNOWN,
    known_organisation,
    organisations_named_like,
    same_own_organisation,
)
from actions.rules import may
from actors.enums import OrganisationFamily
from actors.models import Commune, Organisation
from ess_portal.base.forms import CompactCharField

# Form field → column of the new organisation.
ORGANISATION_FIELDS = {
    "org_name": "name",
    "org_family": "family",
    "org_legal_form": "legal_form",
    "org_siret": "siret",
    "org_rna": "rna",
    "org_commune": "commune",
    "org_address": "address",
    "org_postal_code": "postal_code",
    "org_website": "website",
}


FILED = "Le dossier a été envoyé : la structure qui le porte ne change plus que par un avenant."
SIMILAR = "Cochez cette case, ou demandez à faire partie de votre structure."
MANAGERS_CHANGE_IT = "Un responsable de cette structure peut confier le brouillon à une autre."


class CarrierForm(ApplicationForm):
    """Which organisation carries the action."""

    class Meta(ApplicationForm.Meta):
        fields = ("carrier",)
        labels = {"carrier": "Structure porteuse"}

    def prepare(self):
        """Offer the organisations in whose name the person may propose."""
        super().prepare()
        self.fields["carrier"].queryset = self.carriers()
        self.fields["carrier"].required = False

    def carriers(self):
        """The organisations of the person, and the one that already carries the file."""
        return Organisation.objects.filter(
            Q(pk__in=self.user.organisation_ids) | Q(pk=self.instance.carrier_id)
        )


class OrganisationForm(CarrierForm, StepForm):
    """Choose one's organisation, or describe it when the portal doesn't know it yet."""

    step = Step.ORGANISATION
    # The confirmed organisation that bears the number that was typed.
    known: Organisation | None = None
    # The published ones whose names resemble the one that was typed.
    similar: tuple[Organisation, ...] = ()
    field_order = ("key", "carrier", *ORGANISATION_FIELDS)

    org_name = forms.CharField(
        label="Nom de la structure",
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    org_family = forms.ChoiceField(
        label="Famille de l’économie sociale et solidaire",
        required=False,
        choices=[("", "Choisissez"), *OrganisationFamily.choices],
    )
    org_legal_form = forms.CharField(
        label="Forme juridique",
        max_length=120,
        required=False,
        help_text="Par exemple : association loi 1901, SCIC SA, mutuelle.",
    )
    org_siret = CompactCharField(
        label="SIRET",
        max_length=20,
        required=False,
        help_text="14 chiffres, par exemple 732 829 320 00074. Obligatoire pour une association "
        "qui demande une subvention ; à défaut, un agent vous le demandera avant toute décision.",
    )
    org_rna = CompactCharField(
        label="Numéro RNA (associations)",
        max_length=15,
        required=False,
        help_text="W suivi de 9 chiffres, par exemple W632000000.",
    )
    org_commune = forms.ModelChoiceField(
        label="Commune du siège",
        queryset=Commune.objects.all(),
        required=False,
        empty_label="Hors de l’agglomération, ou à préciser",
    )
    org_address = forms.CharField(
        label="Adresse",
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "street-address"}),
    )
    org_postal_code = CompactCharField(
        label="Code postal",
        max_length=10,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "postal-code", "inputmode": "numeric"}),
    )
    org_website = forms.URLField(
        label="Site internet",
        required=False,
        assume_scheme="https",
        max_length=200,
        help_text="Par exemple : https://www.exemple.fr",
    )

    org_is_another = forms.BooleanField(
        label="Ma structure n’est aucune de celles-ci", required=False
    )

    class Meta(CarrierForm.Meta):
        pass

    def prepare(self):
        """Offer another organisation than one's own."""
        super().prepare()
        self.fields["carrier"].empty_label = "Une autre structure, à décrire ci-dessous"
        if self.instance.pk and not may(self.user, "change_carrier", self.instance):
            self.fields["carrier"].disabled = True
            self.fields["carrier"].help_text = FILED if self.is_filed else MANAGERS_CHANGE_IT
            for name in (*ORGANISATION_FIELDS, "org_is_another"):
                del self.fields[name]

    @cached_property
    def has_choice(self) -> bool:
        """Whether the person belongs to an organisation that they may choose."""
        field = self.fields["carrier"]
        return field.disabled or field.queryset.exists()

    def clean(self):
        """Read the new organisation, when one is described."""
        data = super().clean()
        self.new_organisation = None
        if data.get("carrier") or "carrier" in self.errors:
            return data
        described = {
            column: data.get(name) or (None if column == "commune" else "")
            for name, column in ORGANISATION_FIELDS.items()
        }
        if not any(described.values()):
            return data
        self._read_organisation(Organisation(**described), data)
        return data

    def _read_organisation(self, organisation: Organisation, data):
        if own := same_own_organisation(organisation, self.user):
            data["carrier"] = own
            return
        if known := known_organisation(organisation):
            self.known = known
            self.add_error("org_siret" if known.siret == organisation.siret else "org_rna", KNOWN)
            return
        try:
            organisation.full_clean(exclude=["slug"])
        except ValidationError as error:
            self._say_beside(error)
        if not organisation.family:
            self.add_error("org_family", "Choisissez la famille de l’ESS de votre structure.")
        self.similar = organisations_named_like(organisation.name)
        if self.similar and not data.get("org_is_another"):
            self.add_error("org_is_another", SIMILAR)
        if not any(name in self.errors for name in (*ORGANISATION_FIELDS, "org_is_another")):
            self.new_organisation = organisation

    def _say_beside(self, error: ValidationError):
        names = {column: name for name, column in ORGANISATION_FIELDS.items()}
        for column, messages in error.message_dict.items():
            for message in messages:
                self.add_error(names.get(column, "org_name"), message)
