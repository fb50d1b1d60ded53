"""Who takes part in each item of an agenda, and what an item still lacks to be decided."""

from dataclasses import dataclass

from actions.committee.queries.outcomes import is_for_its_state, state_refusal
from actions.enums import Method, Outcome
from actions.models import (
    Action,
    AgendaItem,
    CoEditor,
    CommitteeSession,
    ItemRecusal,
    Recusal,
    SessionMember,
)
from actions.rules import can_decide
from actions.workflow.guards import amount_is_explained
from actors.models import Membership, MembershipClaim, User
from ess_portal.base.french import plural

AMOUNTS: dict[str, str] = {
    Outcome.PRIORITISE: "Indiquez le montant accordé.",
    Outcome.INCREASE: "Indiquez de combien le montant augmente.",
}


@dataclass(frozen=True)
class EligibleVoters:
    """Who may take part in one item: members that vote, are there, and didn't step aside.

    Of them, `linked` belong to the carrier or a partner, and `recused` stepped aside from the
    action's evaluation: a session can't be closed before they step aside.
    """

    voters: tuple[SessionMember, ...]
    linked: tuple[SessionMember, ...]
    recused: tuple[SessionMember, ...]
    quorum: int

    @property
    def sentences(self) -> list[str]:
        """What keeps them from deciding."""
        sentences = [
            f"{member} appartient au porteur ou à un partenaire : notez son déport."
            for member in self.linked
        ] + [
            f"{member} s’est déporté pendant l’évaluation : notez son déport."
            for member in self.recused
            if member not in self.linked
        ]
        if len(self.voters) < self.quorum:
            sentences.append(
                f"Le quorum n’est pas atteint sur ce point : {len(self.voters)} "
                f"membre{plural(self.voters)} ayant droit de vote, "
                f"il en faut {self.quorum}."
            )
        return sentences


def eligible_voters_of(
    session: CommitteeSession, items: list[AgendaItem]
) -> dict[int, EligibleVoters]:
    """Return who takes part in each of `items`, by its key: six queries for all of them."""
    present = [
        member
        for member in session.members.select_related("user")
        if member.votes and member.is_present
    ]
    gone: dict[int, set[int]] = {}
    for recusal in ItemRecusal.objects.filter(item__in=items):
        gone.setdefault(recusal.item_id, set()).add(recusal.member_id)
    belongs: dict[int, set[int]] = {}
    people = [member.user_id for member in present]
    places = Membership.objects.filter(user__in=people).order_by()
    asked = MembershipClaim.objects.pending().filter(user__in=people).order_by()
    columns = ("user_id", "organisation_id")
    for user, organisation in places.values_list(*columns).union(asked.values_list(*columns)):
        belongs.setdefault(user, set()).add(organisation)
    partners: dict[int, set[int]] = {}
    links = Action.partners.through.objects.filter(action__in=[item.action_id for item in items])
    for action, organisation in links.values_list("action_id", "organisation_id"):
        partners.setdefault(action, set()).add(organisation)
    writers: dict[int, set[int]] = {}
    wrote = CoEditor.objects.filter(
        action__in=[item.action_id for item in items], user__isnull=False
    )
    for action, user in wrote.values_list("action_id", "user_id"):
        writers.setdefault(action, set()).add(user)
    recused: dict[int, set[int]] = {}
    stepped = Recusal.objects.filter(action__in=[item.action_id for item in items])
    for action, user in stepped.values_list("action_id", "user_id"):
        recused.setdefault(action, set()).add(user)
    return {
        item.pk: _room(
            [member for member in present if member.pk not in gone.get(item.pk, ())],
            writers.get(item.action_id, set())
            | _members(belongs, {item.action.carrier_id, *partners.get(item.action_id, ())}),
            recused.get(item.action_id, set()),
            session.quorum,
        )
        for item in items
    }


def _members(belongs: dict[int, set[int]], concerned: set[int | None]) -> set[int]:
    return {user for user, organisations in belongs.items() if organisations & concerned}


def _room(
    members: list[SessionMember], linked: set[int], recused: set[int], quorum: int
) -> EligibleVoters:
    return EligibleVoters(
        voters=tuple(members),
        linked=tuple(m for m in members if m.user_id in linked),
        recused=tuple(m for m in members if m.user_id in recused),
        quorum=quorum,
    )


def may_decide_on_item(item: AgendaItem, eligible: EligibleVoters, user: User) -> bool:
    """Whether `user` may be one of the two people behind the decision on this item."""
    return user.pk in {member.user_id for member in eligible.voters} and can_decide(
        user, item.action
    )


def missing_for(item: AgendaItem, eligible: EligibleVoters) -> list[str]:
    """Say what an item still lacks before the session can be closed; nothing when it is whole."""
    if item.is_adjourned:
        return []
    if not item.is_decided:
        return ["Aucune suite n’est notée : décidez, ou reportez le point."]
    if not is_for_its_state(item, item.outcome):
        return [state_refusal(item)]
    missing = list(eligible.sentences)
    if item.outcome in Outcome.GRANTING and item.amount is None:
        missing.append(AMOUNTS[item.outcome])
    if item.outcome == Outcome.PRIORITISE:
        missing += amount_is_explained(item.action, item.amount, item.reason)
    if item.outcome != Outcome.PRIORITISE and not item.reason.strip():
        missing.append("Écrivez le motif : le porteur le lira.")
    return missing + _missing_votes(item, eligible)


def _missing_votes(item: AgendaItem, eligible: EligibleVoters) -> list[str]:
    if not item.method:
        return ["Dites si la commission a voté ou consenti."]
    if item.method == Method.CONSENT:
        return []
    votes_for, votes_against, abstentions = item.votes_for, item.votes_against, item.abstentions
    if votes_for is None or votes_against is None or abstentions is None:
        return ["Comptez les voix : pour, contre, abstentions (0 s’il n’y en a pas)."]
    counted = votes_for + votes_against + abstentions
    if counted != len(eligible.voters):
        return [f"Le décompte fait {counted} voix pour {len(eligible.voters)} votants présents."]
    if votes_for <= votes_against:
        return ["La proposition n’a pas la majorité : notez une autre suite, ou reportez le point."]
    return []
