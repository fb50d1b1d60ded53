"""All that a carrier sent, and whom to ask about it, as the agglomeration reads it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from actions.enums import Transition
from actions.models import Action, ActionEvent
from actions.models.application_version import Difference, differences
from actions.proposals.documents.application import OwnLevel
from actions.proposals.queries.application import own_levels
from actions.proposals.queries.steps import StepMark, step_marks
from actions.rules import may
from actors.models import User, Visitor
from ess_portal.base.telephones import dialled

SENDER, SIGNATORY, CO_CARRIER = "A envoyé le dossier", "A signé le dossier papier", "Co-porteur"


@dataclass(frozen=True)
class Contact:
    """Somebody to ask about a file: who they are for it, in French, and how to reach them."""

    name: str
    email: str
    phone: str
    place: str

    @property
    def dialled(self) -> str:
        """The number as a telephone dials it."""
        return dialled(self.phone)


@dataclass(frozen=True)
class PaperSignature:
    """That a file came on paper: who signed it, who typed it, and whether they came since."""

    signatory: User
    typed_by: User
    received_on: date
    last_came_at: datetime | None


@dataclass(frozen=True)
class WholeApplication:
    """What the page of an action shows of its file.

    `own_levels` is None, and `differences` empty, for whoever still owes their own levels.
    """

    contacts: Sequence[Contact]
    paper: PaperSignature | None
    marks: Sequence[StepMark]
    own_levels: Sequence[OwnLevel] | None
    differences: Sequence[Difference]


def whole_application_of(
    action: Action, user: Visitor, events: Iterable[ActionEvent]
) -> WholeApplication | None:
    """Return the file of `action` whole; None when `user` may not read it, or nobody sent one.

    `events` are what happened to it, with who did it and who typed it.
    """
    if action.submitted_at is None or not may(user, "see_whole_application", action):
        return None
    sendings = (event for event in events if event.transition == Transition.SUBMIT)
    sent = min(sendings, key=lambda event: event.pk, default=None)
    sender = sent.by if sent else None
    typed_by = sent.entered_by if sent else None
    shows_levels = may(user, "see_own_levels", action)
    return WholeApplication(
        contacts=_contacts(action, sender, is_paper=typed_by is not None),
        paper=_paper(action, sender, typed_by),
        marks=step_marks(None, "", {}),
        own_levels=own_levels(action) if shows_levels else None,
        differences=differences(list(action.versions.all())) if shows_levels else [],
    )


def _paper(action: Action, signatory: User | None, typed_by: User | None) -> PaperSignature | None:
    if signatory is None or typed_by is None or action.received_on_paper is None:
        return None
    return PaperSignature(signatory, typed_by, action.received_on_paper, signatory.last_login)


def _contacts(action: Action, sender: User | None, *, is_paper: bool) -> list[Contact]:
    """List who sent it first, then the carrier's people, then the co-carriers who write it."""
    places: dict[User, list[str]] = {}
    if sender is not None:
        places[sender] = [SIGNATORY if is_paper else SENDER]
    if action.carrier is not None:
        for place in action.carrier.memberships.for_list():
            if place.user.is_active:
                places.setdefault(place.user, []).append(place.get_role_display())
    for row in action.writing_co_editors:
        places.setdefault(row.user, []).append(CO_CARRIER)
    return [
        Contact(person.full_name, person.email, person.phone, ", ".join(said))
        for person, said in places.items()
    ]
