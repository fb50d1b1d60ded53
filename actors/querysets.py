"""Reads of actors."""

from datetime import datetime
from typing import TYPE_CHECKING, Self, TypeVar

from django.apps import apps
from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import OuterRef
from django.db.models.functions import Coalesce
from django.utils import timezone

from actors.enums import ClaimState, MembershipRole
from ess_portal.base.collation import Folded

if TYPE_CHECKING:
    from actors.models import Membership, MembershipClaim, Organisation, RoleChange, User

SHOWN_ON_CARDS = ("name", "slug", "family", "legal_form", "description", "commune__name")
_Model = TypeVar("_Model", bound=models.Model)


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    """Words for organisations."""

    def published(self) -> Self:
        """Organisations that anybody may see."""
        return self.filter(is_published=True)

    def confirmed(self) -> Self:
        """Those an agent confirmed, published or not, without those that were merged."""
        return self.filter(confirmed_at__isnull=False, merged_into=None)

    def provisional(self) -> Self:
        """Those that await an agent."""
        return self.filter(confirmed_at=None, merged_into=None)

    def standing(self) -> Self:
        """All but those that were merged into another."""
        return self.filter(merged_into=None)

    def bearing(self, *, siret: str, rna: str) -> Self:
        """Those that bear one of these numbers; an empty one is nobody's."""
        numbers = models.Q(pk__in=())
        for name, number in (("siret", siret), ("rna", rna)):
            if number:
                numbers |= models.Q(**{name: number})
        return self.filter(numbers)

    def for_cards(self, *more: str) -> Self:
        """What a card of a list shows of an organisation, and `more`: one query."""
        sectors = apps.get_model("actors", "Sector").objects.filter(organisations=OuterRef("pk"))
        cards = self.select_related("commune").only(*SHOWN_ON_CARDS, *more)
        return cards.annotate(sector_names=ArraySubquery(sectors.values("name")))

    def for_list(self) -> Self:
        """What the page of an organisation shows, in a constant number of queries."""
        queryset = self.select_related("commune").prefetch_related("sectors")
        return queryset.order_by(Folded("name"), "pk")


class MembershipQuerySet(models.QuerySet["Membership"]):
    """Words for memberships."""

    def managers(self) -> Self:
        """Those who manage their organisation, by an account that is open."""
        return self.filter(role=MembershipRole.MANAGER, user__is_active=True)

    def with_waiting_invitations(self) -> Self:
        """With the organisation and, for who manages it, how many invitations wait: `waiting`."""
        unanswered = models.Q(
            organisation__invitations__accepted_at=None,
            organisation__invitations__withdrawn_at=None,
            organisation__invitations__expires_at__gt=timezone.now(),
            role=MembershipRole.MANAGER,
        )
        return self.select_related("organisation").annotate(
            waiting=models.Count("organisation__invitations", filter=unanswered)
        )

    def for_list(self) -> Self:
        """What the page of an organisation's people shows, in one query."""
        return self.select_related("user").order_by("created_at", "pk")


class InvitationQuerySet(models.QuerySet[_Model]):
    """Words for invitations, to an organisation or to a file."""

    def unanswered(self) -> Self:
        """Invitations that nobody accepted nor withdrew, out of date or not."""
        return self.filter(accepted_at=None, withdrawn_at=None)

    def answered(self) -> Self:
        """Invitations that somebody accepted, declined or withdrew, the latest answer first."""
        at = Coalesce("accepted_at", "withdrawn_at")
        return self.exclude(accepted_at=None, withdrawn_at=None).order_by(at.desc(), "-pk")

    def pending(self, at: datetime | None = None) -> Self:
        """Invitations that can be accepted at the instant `at` (default: now)."""
        return self.unanswered().filter(expires_at__gt=at or timezone.now())

    def addressed_to(self, user: "User") -> Self:
        """Invitations sent to the very address by which `user` signs in."""
        return self.filter(email=user.email)


class MembershipClaimQuerySet(models.QuerySet["MembershipClaim"]):
    """Words for claims."""

    def pending(self) -> Self:
        """Claims that await an agent."""
        return self.filter(state=ClaimState.PENDING)

    def for_list(self) -> Self:
        """What a list of claims shows, in one query, the longest waiting first."""
        return self.select_related("user", "organisation").order_by("created_at", "pk")


class RoleChangeQuerySet(models.QuerySet["RoleChange"]):
    """Words for roles given and taken back."""

    def for_list(self) -> Self:
        """What the page of a person shows, in one query, the latest first."""
        return self.select_related("by").order_by("-at", "-pk")
