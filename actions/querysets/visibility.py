"""Which actions somebody may see, find and read, as conditions."""

from django.contrib.postgres.search import SearchRank
from django.db.models import Case, Exists, OuterRef, Q, When

from actions.enums import ActionStatus
from actors.models import Organisation, User, Visitor
from actors.rules import is_agent, is_committee, is_elected, is_evaluator
from ess_portal.base.arrays import is_any_of
from ess_portal.base.search import Words

IS_CLOSED = Q(gate_closed_at__isnull=False)


def visibility(user: Visitor, *, brief: bool) -> Q:
    """Which actions `user` may see, as a condition: see `ActionQuerySet.visible_to`."""
    seen = seen_by_role(user, brief=brief)
    # Everything, or what anybody sees.
    if not seen or not user.is_authenticated:
        return seen
    return seen | seen_by_their_own(user)


def seen_by_role(user: Visitor, *, brief: bool, closed: Q = IS_CLOSED) -> Q:
    """Which actions anybody with the roles of `user` may see: by their status, and whether their
    evaluation is `closed`. Everything, for an agent: an empty condition.
    """
    public = (*ActionStatus.PUBLIC, *ActionStatus.PUBLIC_BRIEF) if brief else ActionStatus.PUBLIC
    seen = Q(status__in=public)
    if not user.is_authenticated:
        return seen
    if is_agent(user):
        return Q()
    if is_committee(user) or is_elected(user):
        seen |= closed & Q(status__in=(*ActionStatus.GATED, *ActionStatus.REFUSED))
    if is_committee(user):
        seen |= Q(status=ActionStatus.DECLINED)
    return seen


def may_have_filed(user: User) -> bool:
    """Whether any filed action may be one that `user` sees as themselves: asks nothing more than
    what every request knows of a person.
    """
    return bool(user.organisation_ids) or user.ever_wrote or is_evaluator(user)


def seen_by_their_own(user: User) -> Q:
    """Which actions `user` may see as themselves: as a carrier, a co-carrier or an
    evaluator.
    """
    own = Q()
    if user.organisation_ids:
        own |= Q(carrier_id__in=user.organisation_ids)
    own |= Q(
        carrier__isnull=True,
        created_by=user,
        status__in=(ActionStatus.DRAFT, ActionStatus.WITHDRAWN),
    )
    # Files they write with their carrier.
    if user.ever_wrote:
        own |= Q(pk__in=user.co_edited.active().values("action"))
    if is_evaluator(user):
        assigned = user.evaluations.filter(action=OuterRef("pk"))
        recused = user.recusals.filter(action=OuterRef("pk"))
        # Before the closing, the file opens to those who declared no interest.
        opened = Exists(assigned.filter(declared_at__isnull=False))
        closed = IS_CLOSED & Exists(assigned)
        read: Q = (opened | closed) & ~Exists(recused)  # type: ignore[assignment]  # combined, a Q
        own |= read
    return own


def matches(words: Words, user: Visitor) -> Q:
    """Which actions have all the `words` in what `user` may read of them, or that reference.

    Of an action they know in brief only, that is its title and its carrier's name.
    """
    # What is in the title is in the text: words are looked for once, without their weight, which
    # the index doesn't know.
    found = Q(search=words.all())
    if read := visibility(user, brief=False):
        found &= read | Q(search=words.all(weight="A"))
    # The carriers as an array of keys: a condition on another table would keep PostgreSQL from
    # finding the words in its index.
    carriers = Organisation.objects.filter(search=words.all(weight="A")).order_by().values("pk")
    found |= Q(is_any_of("carrier_id", carriers))
    # A reference has digits.
    typed = words.typed.strip().upper()
    return found | Q(reference=typed) if any(map(str.isdigit, typed)) else found


def rank(words: Words, user: Visitor) -> Case | SearchRank:
    """How well an action answers, by what `user` may read of it, to sort by.

    The order mustn't tell more than the list: what they know in brief is ranked by its title.
    """
    read = visibility(user, brief=False)
    if not read:
        return words.rank
    return Case(When(read, then=words.rank), default=words.rank_of_title)
