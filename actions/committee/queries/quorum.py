"""Who takes part in each item of an agenda, and what an item still lacks to be decided."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from django.db import connection

from actions.committee.queries.outcomes import is_for_its_state, state_refusal
from actions.enums import Method, Outcome
from actions.models import AgendaItem, CommitteeSession, SessionMember
from actions.rules import can_decide
from actions.workflow.guards import amount_is_explained
from actors.enums import ClaimState
from actors.models import User
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


def members_of(session: CommitteeSession) -> list[SessionMember]:
    """Return who sits in the session, in the order they were named."""
    return list(session.members.select_related("user"))


def eligible_voters_of(
    session: CommitteeSession,
    items: list[AgendaItem],
    members: Iterable[SessionMember] | None = None,
) -> dict[int, EligibleVoters]:
    """Return who takes part in each of `items`, by its key: two queries for all of them, one when
    the session's `members` are given.
    """
    if members is None:
        members = members_of(session)
    present = [member for member in members if member.votes and member.is_present]
    known = _interests([member.user_id for member in present], items)
    belongs, partners, gone = known[_Kind.BELONGS], known[_Kind.PARTNERS], known[_Kind.GONE]
    writers, recused = known[_Kind.WROTE], known[_Kind.STEPPED_ASIDE]
    return {
        item.pk: _room(
            [member for member in present if member.pk not in gone[item.pk]],
            writers[item.action_id]
            | _members(belongs, {item.action.carrier_id, *partners[item.action_id]}),
            recused[item.action_id],
            session.quorum,
        )
        for item in items
    }


class _Kind(StrEnum):
    """What `_interests` pairs."""

    BELONGS = "belongs"  # a person, an organisation: a place there, or one asked for
    PARTNERS = "partners"  # an action, an organisation
    WROTE = "wrote"  # an action, a person
    STEPPED_ASIDE = "stepped aside"  # an action, a person: from its evaluation
    GONE = "gone"  # an item, a member who stepped aside from it


# Written out, for the ORM takes six times as long to say the same.
_INTERESTS = """
    SELECT 'belongs', user_id, organisation_id FROM actors_membership
    WHERE user_id = ANY(%(people)s)
    UNION ALL
    SELECT 'belongs', user_id, organisation_id FROM actors_membershipclaim
    WHERE user_id = ANY(%(people)s) AND state = %(pending)s
    UNION ALL
    SELECT 'partners', action_id, organisation_id FROM actions_action_partners
    WHERE action_id = ANY(%(actions)s)
    UNION ALL
    SELECT 'wrote', action_id, user_id FROM actions_coeditor
    WHERE action_id = ANY(%(actions)s) AND user_id IS NOT NULL
    UNION ALL
    SELECT 'stepped aside', action_id, user_id FROM actions_recusal
    WHERE action_id = ANY(%(actions)s)
    UNION ALL
    SELECT 'gone', item_id, member_id FROM actions_itemrecusal
    WHERE item_id = ANY(%(items)s)
"""
Pairs = defaultdict[int, set[int]]


def _interests(people: list[int], items: list[AgendaItem]) -> dict[_Kind, Pairs]:
    """Return, by what it is and then by their first key, all that ties `people` to the `items`."""
    keys: dict[str, list[int] | str] = {
        "people": people,
        "actions": [item.action_id for item in items],
        "items": [item.pk for item in items],
        "pending": ClaimState.PENDING,
    }
    known: dict[_Kind, Pairs] = {kind: defaultdict(set) for kind in _Kind}
    with connection.cursor() as cursor:
        cursor.execute(_INTERESTS, keys)
        for kind, one, other in cursor.fetchall():
            known[_Kind(kind)][one].add(other)
    return known


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
