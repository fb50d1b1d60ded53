"""The carrier's file: six steps, or one page for what came on paper."""

from actions.enums import Step
from actions.proposals.forms.base import StepForm
from actions.proposals.forms.criteria import CriteriaForm
from actions.proposals.forms.means import MeansStepForm
from actions.proposals.forms.organisation import OrganisationForm
from actions.proposals.forms.paper import PaperProposalForm
from actions.proposals.forms.presentation import ActionForm, MeasureForm
from actions.proposals.forms.sending import SendingForm

STEP_FORMS: dict[Step, type[StepForm]] = {
    form.step: form
    for form in (OrganisationForm, ActionForm, MeasureForm, MeansStepForm, CriteriaForm)
}

__all__ = ["STEP_FORMS", "PaperProposalForm", "SendingForm", "StepForm"]
