"""Claiming to belong to an organisation that is confirmed, and an agent's answer."""

from datetime import datetime, timedelta

from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from actors.enums import ClaimState, MembershipRole, Role
from actors.models import Membership, MembershipClaim, Organisation, User
from actors.rules import is_agent
from actors.services.belonging import (
    ALREADY_MEMBER,
    give_place,
    link,
    lock_organisation,
    not_a_member,
)
from ess_portal.base.mail import enqueue
from ess_portal.base.refusals import Refused, refusals_in_words

MOST_A_DAY = 5
TOO_MANY = "Trop de demandes en une journée : réessayez demain."
ALREADY_DECIDED = "Cette demande a déjà reçu une réponse."
NO_REASON = "Écrivez le motif du refus : la personne le lira."
DAYS_OF_DECIDED_CLAIMS = 365
# Agents are told of the day's claims together, if they so wish.
TOPIC = "claims"


@refusals_in_words()
def claim_membership(
    *, organisation: Organisation, user: User, message: str, proof: str = ""
) -> MembershipClaim:
    """Keep what `user` says of their place in a confirmed organisation, and tell the agents.

    Raises `Organisation.DoesNotExist` when it isn't confirmed, and `Refused` when they are
    a member, have asked already, or asked too often.
    """
    organisation = Organisation.objects.confirmed().get(pk=lock_organisation(organisation).pk)
    if Membership.objects.filter(organisation=organisation, user=user).exists():
        raise Refused([ALREADY_MEMBER])
    # Two organisations at one instant count as two.
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    lately = timezone.now() - timedelta(days=1)
    if user.membership_claims.filter(created_at__gt=lately).count() >= MOST_A_DAY:
        raise Refused([TOO_MANY])
    return ask_to_join(
        organisation=organisation, user=user, message=message.strip(), proof=proof.strip()
    )


def ask_to_join(
    *, organisation: Organisation, user: User, message: str, proof: str = ""
) -> MembershipClaim:
    """Keep a claim on the locked `organisation`, and tell the agents.

    Raises `ValidationError` when its words don't hold, or `user` has asked already.
    """
    claim = MembershipClaim(organisation=organisation, user=user, message=message, proof=proof)
    claim.full_clean()
    claim.save()
    _tell_agents(claim)
    return claim


@refusals_in_words()
def confirm_claim(
    *, claim: MembershipClaim, by: User, role: MembershipRole | str, reason: str = ""
) -> Membership:
    """Make the claimant a member, as an agent decides; tell them, and who manages it already.

    Raises `PermissionDenied` to others, and `Refused` when it was answered already.
    """
    claim = _to_answer(claim, by)
    managers = list(
        Membership.objects.managers()
        .filter(organisation=claim.organisation)
        .exclude(user=claim.user)
        .select_related("user")
    )
    membership = give_place(user=claim.user, organisation=claim.organisation, role=role)
    _answer(claim, by, ClaimState.CONFIRMED, reason)
    for manager in managers:
        enqueue(
            recipient=manager.user.email,
            template="member_joined",
            context={
                "claim": claim,
                "membership": membership,
                "link": link(_space_of(claim.organisation)),
            },
        )
    _tell_claimant(claim, link(_space_of(claim.organisation)), membership)
    return membership


@refusals_in_words()
def refuse_claim(*, claim: MembershipClaim, by: User, reason: str) -> MembershipClaim:
    """Refuse a claim with a reason, as an agent decides, and tell the claimant.

    Raises `PermissionDenied` to others, and `Refused` without a reason, or when it was
    answered already.
    """
    if not reason.strip():
        raise Refused.about("reason", NO_REASON)
    claim = _to_answer(claim, by)
    _answer(claim, by, ClaimState.REFUSED, reason)
    not_a_member.send(sender=MembershipClaim, user=claim.user, organisation=claim.organisation)
    _tell_claimant(claim, link(reverse("actors:claim_membership", args=[claim.organisation.slug])))
    return claim


@refusals_in_words()
def drop_claim(*, claim: MembershipClaim, by: User) -> None:
    """Take one's own claim back while nobody answered it; one that was answered stays."""
    if MembershipClaim.objects.pending().filter(pk=claim.pk, user=by).delete()[0]:
        not_a_member.send(sender=MembershipClaim, user=by, organisation=claim.organisation)


def delete_old_claims(at: datetime | None = None) -> int:
    """Delete claims a year after they were answered; return how many."""
    limit = (at or timezone.now()) - timedelta(days=DAYS_OF_DECIDED_CLAIMS)
    return MembershipClaim.objects.filter(decided_at__lt=limit).delete()[0]


def _to_answer(claim: MembershipClaim, by: User) -> MembershipClaim:
    if not is_agent(by):
        raise PermissionDenied
    lock_organisation(claim.organisation)
    claim = (
        MembershipClaim.objects.select_related("user", "organisation")
        .select_for_update(of=("self",))
        .get(pk=claim.pk)
    )
    if not claim.is_pending:
        raise Refused([ALREADY_DECIDED])
    if claim.user_id == by.pk:
        # Nobody answers themselves.
        raise PermissionDenied
    return claim


def _answer(claim: MembershipClaim, by: User, state: ClaimState, reason: str) -> None:
    claim.state, claim.reason = state, reason.strip()
    claim.decided_at, claim.decided_by = timezone.now(), by
    claim.full_clean()
    claim.save()


def _tell_agents(claim: MembershipClaim) -> None:
    for agent in User.objects.filter(groups__name=Role.AGENT, is_active=True).order_by("pk"):
        enqueue(
            recipient=agent.email,
            template="claim_received",
            context={"claim": claim, "link": link(reverse("actors:claim", args=[claim.pk]))},
            topic=TOPIC,
            pace=agent.mail_pace,
        )


def _tell_claimant(
    claim: MembershipClaim, address: str, membership: Membership | None = None
) -> None:
    enqueue(
        recipient=claim.user.email,
        template="claim_decided",
        context={"claim": claim, "membership": membership, "link": address},
    )


def _space_of(organisation: Organisation) -> str:
    return reverse("actors:organisation_space", args=[organisation.slug])
