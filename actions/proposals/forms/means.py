"""Step 4: with whom, how many jobs, and the budget line by line."""

import re
from decimal import Decimal

from django import forms

from actions.enums import ExpenseCategory, FundingState, Step
from actions.proposals.forms.base import ApplicationForm, StepForm
from actions.proposals.forms.partners import PartnerBoxes, keys_among, partner_choices
from actions.proposals.queries.partners import FoundPartners, find_partners
from actions.proposals.services.budget_lines import Budget, Funding, budget_lines_of
from actors.models import Organisation
from ess_portal.base.forms import FrenchDecimalField
from ess_portal.base.french import euros

MOST_FUNDERS = 10
# What a line of the budget holds, and a total of them: twelve digits.
MOST_EUROS = Decimal("9999999999.99")
SPARE_ROWS = 1
_ROW = re.compile(r"funder_(\d)_(?:name|amount)")


def _amount(label, help_text=""):
    return FrenchDecimalField(
        label=label,
        help_text=help_text,
        min_value=Decimal(0),
        max_digits=12,
        decimal_places=2,
        required=False,
    )


def _jobs(label):
    return FrenchDecimalField(
        label=label,
        help_text="En équivalents temps plein, par exemple 1,5.",
        min_value=Decimal(0),
        max_digits=7,
        decimal_places=2,
        required=False,
    )


class MeansForm(ApplicationForm):
    """Partners, jobs, expenses and resources."""

    relations = ("partners",)
    amounts = ("funding_asked", "own_resources", "jobs_created", "jobs_kept")

    jobs_created = _jobs("Emplois créés")
    jobs_kept = _jobs("Emplois maintenus")
    funding_asked = _amount(
        "Financement demandé à la collectivité (€)",
        "Au-delà de 23 000 € par an, une convention sera nécessaire : l’agglomération vous la "
        "proposera.",
    )
    own_resources = _amount(
        "Ressources propres (€)", "Ventes, cotisations, dons, bénévolat valorisé."
    )

    class Meta(ApplicationForm.Meta):
        fields = (
            "partners",
            "other_partners",
            "jobs_created",
            "jobs_kept",
            "funding_asked",
            "own_resources",
        )
        widgets = {"partners": PartnerBoxes}
        help_texts = {
            "partners": "Structures déjà inscrites sur le portail.",
            "other_partners": "Celles qui ne sont pas sur le portail.",
        }

    def prepare(self):
        """Take published partners, showing those chosen; offer the lines of the budget."""
        super().prepare()
        self.fields["partners"].queryset = Organisation.objects.published()
        self.fields["partners"].choices = lambda: partner_choices(self._partner_keys)
        self.fields["partners"].required = False
        kept = budget_lines_of(self.instance) if self.instance.pk else Budget({})
        for category in ExpenseCategory:
            self.fields[f"expense_{category}"] = _amount(f"{category.label} (€)")
            self.initial.setdefault(f"expense_{category}", kept.expenses.get(category))
        self.rows = self._count_rows(len(kept.funders))
        for number in range(self.rows):
            funder = kept.funders[number] if number < len(kept.funders) else None
            self._add_funder(number, funder)

    @property
    def _partner_keys(self) -> list[int]:
        return keys_among(self["partners"].value() or ())

    @property
    def found_partners(self) -> FoundPartners:
        """What the words of the search field find, for the template."""
        return find_partners(self.looked_for, chosen=self._partner_keys)

    spare_rows = SPARE_ROWS

    @property
    def takes_another_funder(self) -> bool:
        """Whether one more line may be asked for."""
        return self.rows < MOST_FUNDERS

    def _count_rows(self, kept: int) -> int:
        # As many as the page had, or one more than there are funders.
        typed = [int(found[1]) + 1 for name in self.data or () if (found := _ROW.fullmatch(name))]
        return min(MOST_FUNDERS, max([kept + self.spare_rows, *typed]))

    def _add_funder(self, number: int, funder: Funding | None):
        name = f"funder_{number}"
        self.fields[f"{name}_name"] = forms.CharField(
            label=f"Financeur {number + 1}", max_length=120, required=False
        )
        self.fields[f"{name}_amount"] = _amount("Montant (€)")
        self.fields[f"{name}_state"] = forms.ChoiceField(
            label="État",
            choices=FundingState.choices,
            required=False,
            initial=FundingState.ASKED,
        )
        if funder is not None:
            self.initial |= {
                f"{name}_name": funder.name,
                f"{name}_amount": funder.amount,
                f"{name}_state": funder.state,
            }

    @property
    def expense_fields(self):
        """Each kind of expense, for the template."""
        return [self[f"expense_{category}"] for category in ExpenseCategory]

    @property
    def funder_rows(self):
        """Each other funder's three fields, for the template."""
        return [
            [self[f"funder_{number}_{part}"] for part in ("name", "amount", "state")]
            for number in range(self.rows)
        ]

    def clean(self):
        """A funder has a name and an amount; the file has room for the totals."""
        data = super().clean()
        for number in range(self.rows):
            name, amount = f"funder_{number}_name", f"funder_{number}_amount"
            if data.get(name) and amount in data and not data[amount]:
                self.add_error(amount, "Indiquez le montant de ce financeur, ou effacez son nom.")
            elif data.get(amount) and name in data and not data[name]:
                self.add_error(name, "Indiquez le nom de ce financeur, ou effacez son montant.")
        self._check_total([f"expense_{category}" for category in ExpenseCategory])
        self._check_total([f"funder_{number}_amount" for number in range(self.rows)])
        return data

    def _check_total(self, lines: list[str]) -> None:
        """Say beside the largest of `lines` that together they are more than a total can hold."""
        amounts = {name: self.cleaned_data.get(name) or Decimal(0) for name in lines}
        if sum(amounts.values()) > MOST_EUROS:
            self.add_error(
                max(amounts, key=amounts.__getitem__),
                f"Avec les autres lignes, le total dépasse {euros(MOST_EUROS)} : "
                "vérifiez ce montant.",
            )

    def budget(self):
        """The lines, when all of them could be read: a total with a line missing would be false."""
        lines = [name for name in self.fields if name.startswith(("expense_", "funder_"))]
        if any(name in self.errors for name in lines):
            return None
        data = self.cleaned_data
        return Budget(
            expenses={
                category: data[f"expense_{category}"]
                for category in ExpenseCategory
                if data[f"expense_{category}"]
            },
            funders=[
                Funding(
                    data[f"funder_{number}_name"],
                    data[f"funder_{number}_amount"],
                    FundingState(data[f"funder_{number}_state"] or FundingState.ASKED),
                )
                for number in range(self.rows)
                if data[f"funder_{number}_name"]
            ],
        )


class MeansStepForm(MeansForm, StepForm):
    """Step 4."""

    step = Step.MEANS

    class Meta(MeansForm.Meta):
        pass
