"""What an agent reads of an organisation before saying what it is."""

from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet, Value

from actions.enums import ActionStatus
from actions.models import Action
from actors.models import Membership, Organisation, User
from ess_portal.base.collation import Folded

MOST_FILES = 20
_NOT_SENT = (ActionStatus.DRAFT,)


@dataclass(frozen=True)
class LikelyTwin:
    """A confirmed organisation that it may well be, and what merging them would do to its people.

    Where somebody is already (`number_there`), the `newcomers` ask to join; otherwise they join.
    """

    organisation: Organisation
    number_there: int
    newcomers: tuple[User, ...]


@dataclass(frozen=True)
class OrganisationReview:
    """Its people, its files, and the confirmed ones it may well be."""

    members: tuple[Membership, ...]
    files: tuple[Action, ...]
    likely_twins: tuple[LikelyTwin, ...]


def waiting_organisations() -> QuerySet[Organisation]:
    """Return those that await an agent, with `sent_count` files: those that sent some first."""
    sent = Count("carried_actions", filter=~Q(carried_actions__status__in=_NOT_SENT))
    waiting = Organisation.objects.provisional().select_related("commune", "created_by")
    return waiting.annotate(sent_count=sent).order_by("-sent_count", "created_at", "pk")


def review_of(organisation: Organisation) -> OrganisationReview:
    """Gather what is known of `organisation`, its latest twenty files among it.

    A twin bears the same number, or the same name without accents and capitals.
    """
    others = Organisation.objects.confirmed().exclude(pk=organisation.pk)
    numbers = {"siret": organisation.siret, "rna": organisation.rna}
    folded = others.annotate(folded=Folded("name"))
    same_name = folded.filter(folded=Folded(Value(organisation.name))).order_by("pk")
    likely = {row.pk: row for row in (*others.bearing(**numbers), *same_name)}
    members = tuple(organisation.memberships.for_list())
    there: dict[int, set[int]] = {pk: set() for pk in likely}
    places = Membership.objects.filter(organisation__in=likely)
    for pk, person in places.values_list("organisation", "user"):
        there[pk].add(person)
    files = Action.objects.filter(carrier=organisation).exclude(status__in=_NOT_SENT)
    return OrganisationReview(
        members=members,
        files=tuple(files.order_by("-submitted_at", "pk")[:MOST_FILES]),
        likely_twins=tuple(
            LikelyTwin(
                organisation=twin,
                number_there=len(there[pk]),
                newcomers=tuple(one.user for one in members if one.user_id not in there[pk]),
            )
            for pk, twin in likely.items()
        ),
    )
