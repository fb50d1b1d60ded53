"""The carrier's file: one plain, complete form, kept as a draft or sent."""

import uuid
from decimal import Decimal

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import UniqueConstraint
from django.utils import timezone
from django.utils.formats import number_format

from actions.enums import ActionStatus
from actions.models import Action
from actions.services.proposals import Assessment, ProposalContent, same_own_organisation
from actors.enums import OrganisationFamily
from actors.models import Commune, Organisation, Sector, User
from challenges.models import LEVELS, Grid, Measure, Programme
from ess_portal.base.forms import CompactCharField, FrenchDecimalField

DATE = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
AMOUNTS = ("total_cost", "funding_asked", "own_resources", "other_funding")
JOBS = ("jobs_created", "jobs_kept")
CONSENTS = ("certifies_accuracy", "accepts_terms")
# Asked for before sending; a draft needs a title only, to be found again.
NEEDED_TO_SEND = (
    "title",
    "summary",
    "description",
    "measure",
    "communes",
    "total_cost",
    "funding_asked",
    "starts_on",
    "ends_on",
    *CONSENTS,
)
NEEDED_TO_SAVE = ("key", "title")
# A filed action keeps a measure and a carrier while it is mended.
NEEDED_ONCE_FILED = ("measure",)
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


def _amount(label, help_text=""):
    return FrenchDecimalField(
        label=label,
        help_text=help_text,
        min_value=Decimal(0),
        max_digits=12,
        decimal_places=2,
        required=False,
    )


def _euros(amount: Decimal) -> str:
    return f"{number_format(amount, 2, force_grouping=True)} €"


def _jobs(label):
    return FrenchDecimalField(
        label=label,
        help_text="En équivalents temps plein, par exemple 1,5.",
        min_value=Decimal(0),
        max_digits=7,
        decimal_places=2,
        required=False,
    )


class ProposalForm(forms.ModelForm):
    """Everything the agglomeration must know of a proposal.

    `sending` asks for a complete file; otherwise a draft is kept, whatever is still missing.
    """

    use_required_attribute = False
    # The order of the page, for the summary of what is to be mended.
    field_order = ("signatory", "received_on_paper", "key", "carrier", *ORGANISATION_FIELDS)

    key = forms.UUIDField(widget=forms.HiddenInput)

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
        help_text="14 chiffres, par exemple 732 829 320 00074. Il sera demandé pour verser une "
        "subvention.",
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

    total_cost = _amount("Coût total de l’action (€)", "Par exemple 12 000.")
    funding_asked = _amount("Financement demandé à la collectivité (€)")
    own_resources = _amount("Ressources propres (€)")
    other_funding = _amount(
        "Autres financements (€)",
        "Le financement demandé, les ressources propres et les autres financements doivent faire "
        "ensemble le coût total.",
    )
    jobs_created = _jobs("Emplois créés")
    jobs_kept = _jobs("Emplois maintenus")

    class Meta:
        model = Action
        fields = (
            "carrier",
            "title",
            "summary",
            "description",
            "measure",
            "communes",
            "sectors",
            "partners",
            "other_partners",
            *AMOUNTS,
            *JOBS,
            "starts_on",
            "ends_on",
            *CONSENTS,
        )
        widgets = {
            "summary": forms.Textarea(attrs={"rows": 3}),
            "description": forms.Textarea(attrs={"rows": 8}),
            "communes": forms.CheckboxSelectMultiple,
            "sectors": forms.CheckboxSelectMultiple,
            "partners": forms.CheckboxSelectMultiple,
            "starts_on": DATE,
            "ends_on": DATE,
        }
        help_texts = {
            "title": "150 caractères au plus.",
            "summary": "En deux ou trois phrases, 400 caractères au plus : ce que les habitants "
            "liront.",
            "description": "Ce que vous ferez, avec qui, pour qui, à quel rythme.",
            "measure": "Celle à laquelle votre action répond le mieux.",
            "communes": "Là où l’action aura lieu ou touchera des habitants.",
            "partners": "Structures déjà inscrites sur le portail.",
            "other_partners": "Celles qui ne sont pas dans la liste.",
        }
        labels = {
            "carrier": "Structure porteuse",
            "certifies_accuracy": "Je certifie l’exactitude de ces renseignements et agir au nom "
            "de la structure porteuse.",
            "accepts_terms": "J’ai lu les conditions d’utilisation et l’information sur les "
            "données personnelles, et je les accepte.",
        }

    def __init__(self, *args, user, sending: bool = False, **kwargs):
        """Offer the organisations of `user` as carriers; build the grid's own fields."""
        self.user, self.sending = user, sending
        super().__init__(*args, **kwargs)
        programme = Programme.objects.current()
        grid = Grid.objects.current_for(programme) if programme else None
        self.criteria = list(grid.criteria.order_by("position")) if grid else []
        self._offer_choices(programme)
        self._add_self_assessment()
        for name in CONSENTS:
            self.fields[name] = self.fields.pop(name)
        for name in NEEDED_TO_SEND:
            self.fields[name].required = True
        self.fields["key"].initial = self.instance.uuid if self.instance.pk else uuid.uuid4()

    @property
    def is_filed(self) -> bool:
        """Whether the file was sent once and is being mended."""
        return self.instance.status == ActionStatus.IN_CORRECTION

    def _offer_choices(self, programme):
        carrier = self.fields["carrier"]
        carrier.queryset = self.carriers()
        carrier.required = False
        carrier.empty_label = "Une autre structure, à décrire ci-dessous"
        measure = self.fields["measure"]
        measure.queryset = Measure.objects.of_current_programme()
        measure.empty_label = "Choisissez une mesure"
        self.fields["sectors"].queryset = Sector.objects.all()
        self.fields["partners"].queryset = Organisation.objects.published()
        self.fields["partners"].required = self.fields["sectors"].required = False

    def carriers(self):
        """The organisations in whose name the person may propose."""
        return Organisation.objects.filter(pk__in=self.user.organisation_ids)

    def _add_self_assessment(self):
        said = (
            {a.criterion_code: a for a in self.instance.self_assessments.all()}
            if self.instance.pk
            else {}
        )
        for criterion in self.criteria:
            assessment = said.get(criterion.code)
            self.fields[f"self_level_{criterion.code}"] = forms.TypedChoiceField(
                label=f"Où en êtes-vous sur « {criterion.title} » ?",
                choices=[
                    (level, f"{level} – {getattr(criterion, f'level_{level}')}") for level in LEVELS
                ],
                coerce=int,
                empty_value=None,
                widget=forms.RadioSelect,
                initial=assessment.level if assessment else None,
                error_messages={"required": f"Choisissez un niveau pour « {criterion.title} »."},
            )
            self.fields[f"self_reason_{criterion.code}"] = forms.CharField(
                label="Expliquez en quelques mots",
                required=False,
                max_length=2000,
                widget=forms.Textarea(attrs={"rows": 2}),
                initial=assessment.reason if assessment else "",
            )

    @property
    def assessment_rows(self):
        """Each criterion with its two bound fields, for the template."""
        return [
            {
                "criterion": criterion,
                "level": self[f"self_level_{criterion.code}"],
                "reason": self[f"self_reason_{criterion.code}"],
            }
            for criterion in self.criteria
        ]

    def _clean_fields(self):
        needed = [name for name, field in self.fields.items() if field.required]
        if not self.sending:
            kept = (*NEEDED_TO_SAVE, *(NEEDED_ONCE_FILED if self.is_filed else ()))
            for name in needed:
                self.fields[name].required = name in kept
        super()._clean_fields()
        # The asterisks of the page still say what sending will ask for.
        for name in needed:
            self.fields[name].required = True

    def clean(self):
        """Check what several fields say together."""
        data = super().clean()
        for name in (*AMOUNTS, *JOBS):
            if name in data and data[name] is None:
                data[name] = Decimal(0)
        self._check_dates(data)
        if self.sending:
            self._check_budget(data)
        self._check_carrier(data)
        return data

    def _check_dates(self, data):
        starts_on, ends_on = data.get("starts_on"), data.get("ends_on")
        if starts_on and ends_on and ends_on < starts_on:
            self.add_error(
                "ends_on", "La fin prévue doit suivre le début : corrigez l’une ou l’autre."
            )

    def _check_budget(self, data):
        if any(name not in data for name in AMOUNTS):
            return
        resources = data["funding_asked"] + data["own_resources"] + data["other_funding"]
        if data["total_cost"] <= 0:
            self.add_error("total_cost", "Indiquez le coût total de l’action.")
        elif resources != data["total_cost"]:
            self.add_error(
                "total_cost",
                f"Le budget n’est pas équilibré : {_euros(data['total_cost'])} de coût pour "
                f"{_euros(resources)} de ressources. Les deux doivent être égaux.",
            )

    def _check_carrier(self, data):
        self.new_organisation = None
        if data.get("carrier") or "carrier" in self.errors:
            return
        described = {
            column: data.get(name) or (None if column == "commune" else "")
            for name, column in ORGANISATION_FIELDS.items()
        }
        if not any(described.values()):
            if self.sending or self.is_filed:
                self.add_error("org_name", "Choisissez la structure porteuse, ou décrivez-la.")
            return
        organisation = Organisation(**described)
        if own := same_own_organisation(organisation, self.user):
            data["carrier"] = own
            return
        self._check_organisation(organisation)
        self.new_organisation = organisation

    def _check_organisation(self, organisation: Organisation):
        try:
            organisation.full_clean(exclude=["slug"])
        except ValidationError as error:
            names = {column: name for name, column in ORGANISATION_FIELDS.items()}
            # What a constraint says of one column belongs beside it.
            columns = {
                constraint.violation_error_message: constraint.fields[0]
                for constraint in Organisation._meta.constraints
                if isinstance(constraint, UniqueConstraint)
            }
            for column, messages in error.message_dict.items():
                for message in messages:
                    self.add_error(names.get(columns.get(message, column), "org_name"), message)
        if self.sending and not organisation.family:
            self.add_error("org_family", "Choisissez la famille de l’ESS de votre structure.")

    @property
    def content(self) -> ProposalContent:
        """What was typed, for the service that keeps it."""
        data = self.cleaned_data
        relations = ("communes", "sectors", "partners")
        columns = {name: data[name] for name in self.Meta.fields if name not in relations}
        return ProposalContent(
            columns=columns,
            relations={name: data[name] for name in relations},
            assessments={
                criterion.code: Assessment(
                    level=data[f"self_level_{criterion.code}"],
                    reason=data[f"self_reason_{criterion.code}"],
                )
                for criterion in self.criteria
                if data.get(f"self_level_{criterion.code}") is not None
            },
            new_organisation=self.new_organisation,
        )


class PaperProposalForm(ProposalForm):
    """A file received on paper, typed by an agent in the name of the member who signed it."""

    signatory = forms.ModelChoiceField(
        label="Signataire",
        queryset=User.objects.none(),
        help_text="Le membre de la structure qui a signé le dossier. S’il n’est pas dans la liste, "
        "ajoutez d’abord son adhésion à la structure.",
    )
    received_on_paper = forms.DateField(label="Reçu le", widget=DATE)

    class Meta(ProposalForm.Meta):
        fields = (*ProposalForm.Meta.fields, "received_on_paper")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, sending=True, **kwargs)
        self.fields["carrier"].required = True
        self.fields["carrier"].empty_label = "Choisissez une structure"
        self.fields["signatory"].queryset = User.objects.filter(
            memberships__isnull=False, is_active=True
        ).distinct()
        for name in ORGANISATION_FIELDS:
            del self.fields[name]

    def carriers(self):
        """Any organisation: the agent doesn't belong to it."""
        return Organisation.objects.all()

    def _check_carrier(self, data):
        self.new_organisation = None
        signatory, carrier = data.get("signatory"), data.get("carrier")
        if signatory and carrier and carrier.pk not in signatory.organisation_ids:
            self.add_error("signatory", f"Cette personne n’est pas membre de « {carrier} ».")
        received_on = data.get("received_on_paper")
        if received_on and received_on > timezone.localdate():
            self.add_error("received_on_paper", "La date de réception ne peut pas être à venir.")
