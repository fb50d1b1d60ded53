"""Every form that makes a row: who sends it, where, with what, and the rows that it makes."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Model
from django.utils import timezone

from actions.models import (
    AgendaItem,
    Amendment,
    CoEditor,
    CommitteeSession,
    Decision,
    Deliberation,
    EnvelopeVote,
    Evaluation,
    ItemRecusal,
    Recusal,
)
from actors.enums import Role
from actors.models import (
    EvaluatorInvitation,
    Invitation,
    Membership,
    MembershipClaim,
    RoleChange,
    User,
)
from actors.services.claims import claim_membership
from actors.services.evaluators import invite_evaluator
from actors.services.invitations import invite
from ess_portal.base.models import OutgoingMail
from ess_portal.pages.models import ContactMessage
from tests.support.deliberations import NUMBER, proposed_to_the_council
from tests.support.factories import OrganisationFactory, Story, UserFactory, fresh, member, person
from tests.support.sessions import SESSIONS, HeldSession, address


@dataclass(frozen=True)
class Sent:
    """A form as somebody sends it: what they typed replaces what the page held."""

    by: User | None
    address: str
    typed: dict
    makes: type[Model]
    # Where the page that holds the form is, when it isn't its address.
    page: str = ""


def envelope_vote() -> Sent:
    sitting = HeldSession().opened()
    typed = {"amount": "60000", "votes_for": "3", "votes_against": "0", "abstentions": "0"}
    return Sent(sitting.agent, address(sitting, "enveloppe/"), typed, EnvelopeVote)


def new_session() -> Sent:
    sitting = HeldSession(stories=[])
    typed = {
        "held_on": "2026-12-10",
        "starts_at": "09:15",
        "place": "Salle du conseil",
        "chair": str(sitting.chair.pk),
        "envelope": "80000",
    }
    return Sent(sitting.agent, f"{SESSIONS}nouvelle/", typed, CommitteeSession)


def agenda() -> Sent:
    story, sitting = Story().evaluated(), HeldSession(stories=[])
    typed = {"action": [story.action.reference]}
    return Sent(sitting.agent, address(sitting, "ordre-du-jour/"), typed, AgendaItem)


def stepping_aside() -> Sent:
    sitting = HeldSession().opened()
    (item,) = sitting.items
    typed = {
        "member": str(sitting.members[sitting.third].pk),
        "reason": "Je préside une structure voisine.",
    }
    return Sent(fresh(sitting.third), f"/commission/points/{item.pk}/deport/", typed, ItemRecusal)


def decision() -> Sent:
    story = Story().evaluated()
    page = f"/commission/{story.action.reference}/proposer/mettre-en-vivier/"
    return Sent(fresh(story.members[0]), page, {"reason": "À mûrir."}, Decision)


def amendment() -> Sent:
    story = Story().prioritised()
    page = f"/commission/{story.action.reference}/avenant/"
    typed = {"amount": "3000", "reason": "Un autre financeur."}
    return Sent(fresh(story.members[0]), page, typed, Amendment)


def deliberation() -> Sent:
    story = proposed_to_the_council()
    page = f"/commission/{story.action.reference}/deliberation/"
    typed = {
        "number": NUMBER,
        "held_on": timezone.localdate().isoformat(),
        "grants": [story.action.reference],
    }
    return Sent(story.agent, page, typed, Deliberation)


def assignment() -> Sent:
    story = Story().in_evaluation(assign=False)
    evaluator = person(Role.EVALUATOR)
    due_on = (timezone.localdate() + timedelta(days=20)).isoformat()
    typed = {
        "actions": [str(story.action.pk)],
        "per_action": "",
        "due_on": due_on,
        f"evaluators_{story.action.pk}": [str(evaluator.pk)],
    }
    page = f"/evaluations/attribuer/?proposer=1&actions={story.action.pk}&due_on={due_on}"
    return Sent(story.agent, "/evaluations/attribuer/", typed, Evaluation, page)


def claim() -> Sent:
    organisation = OrganisationFactory()
    page = f"/acteurs/{organisation.slug}/rattachement/"
    return Sent(UserFactory(), page, {"message": "Présidente depuis 2023."}, MembershipClaim)


def invitation() -> Sent:
    organisation = OrganisationFactory()
    page = f"/espace/structures/{organisation.slug}/inviter/"
    typed = {"email": "ana@example.org", "role": "contributor"}
    return Sent(member(organisation), page, typed, Invitation)


def evaluator_invitation() -> Sent:
    typed = {"email": "eve@example.org"}
    return Sent(person(Role.AGENT), "/evaluateurs/inviter/", typed, EvaluatorInvitation)


def accepted_to_evaluate() -> Sent:
    user = UserFactory()
    waiting = invite_evaluator(email=user.email, by=person(Role.AGENT))
    return Sent(user, waiting.get_absolute_url(), {"answer": "accept"}, RoleChange)


def co_editor() -> Sent:
    story = Story()
    page = f"/espace/actions/{story.action.uuid}/co-porteurs/"
    return Sent(story.manager, page, {"email": "ana@example.org"}, CoEditor)


def contact() -> Sent:
    typed = {
        "name": "Ana Bé",
        "email": "ana@example.org",
        "subject": "Une question",
        "message": "Quand se réunit la commission ?",
    }
    return Sent(None, "/contact/", typed, ContactMessage)


def answered_claim() -> Sent:
    pending = claim_membership(
        organisation=OrganisationFactory(), user=UserFactory(), message="Présidente."
    )
    typed = {"decision": "confirmed", "role": "contributor"}
    return Sent(person(Role.AGENT), f"/rattachements/{pending.pk}/", typed, Membership)


def accepted_invitation() -> Sent:
    organisation, user = OrganisationFactory(), UserFactory()
    waiting = invite(
        organisation=organisation, email=user.email, role="contributor", by=member(organisation)
    )
    return Sent(user, waiting.get_absolute_url(), {"answer": "accept"}, Membership)


def recusal() -> Sent:
    story = Story().in_evaluation()
    evaluation = story.evaluations[0]
    typed = {"reason": "Je suis bénévole de la structure."}
    return Sent(evaluation.evaluator, f"/evaluations/{evaluation.pk}/deport/", typed, Recusal)


def reply() -> Sent:
    """No row but the mail to the agent."""
    story = Story().refusal_announced()
    page = f"/espace/actions/{story.action.uuid}/repondre/"
    return Sent(story.manager, page, {"text": "Voici nos statuts."}, OutgoingMail)


FORMS: tuple[Callable[[], Sent], ...] = (
    envelope_vote,
    new_session,
    agenda,
    stepping_aside,
    decision,
    amendment,
    deliberation,
    assignment,
    claim,
    invitation,
    evaluator_invitation,
    accepted_to_evaluate,
    co_editor,
    contact,
    answered_claim,
    accepted_invitation,
    recusal,
    reply,
)

__all__ = ["FORMS", "Sent"]
