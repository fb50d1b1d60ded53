"""The carrier's file: six steps, or one page for what came on paper."""

from actions.enums import Step
from actions.forms.proposal.base import StepForm
from actions.forms.proposal.criteria import CriteriaForm
from actions.forms.proposal.means import MeansStepForm
from actions.forms.proposal.organisation import OrganisationForm
from actions.forms.proposal.paper import PaperProposalForm
from actions.forms.proposal.presentation import ActionForm, MeasureForm
from actions.forms.proposal.sending import SendingForm

STEP_FORMS: dict[Step, type[StepForm]] = {
    form.step: form
    for form in (OrganisationForm, ActionForm, MeasureForm, MeansStepForm, CriteriaForm)
}

__all__ = ["STEP_FORMS", "PaperProposalForm", "SendingForm", "StepForm"]
