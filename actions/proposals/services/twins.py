"""Merge two organisations that are one: files, people and what was asked follow."""

from collections import Counter
from collections.abc import Iterator
from itertools import chain

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from actions.enums import ActionStatus
from actions.models import Action, Amendment, CoEditor, Decision, Evaluation
from actors.models import Membership, Organisation, User
from actors.rules import is_agent
from actors.services.belonging import link
from actors.services.confirmation import (
    MERGED,
    managers_of,
    note_in_history,
    refuse_member,
    space_of,
)
from actors.services.twins import Moved, move_people
from ess_portal.base.french import NO_BREAK, plural
from ess_portal.base.mail import enqueue
from ess_portal.base.refusals import Refused, refusals_in_words

INTO_ITSELF = "Choisissez une autre structure que celle-ci."
INTO_A_CONFIRMED_ONE = "Réunissez-la à une structure confirmée."


@refusals_in_words()
def merge_organisations(*, twin: Organisation, into: Organisation, by: User) -> Organisation:
    """Merge `twin` into the confirmed `into`, as an agent decides; tell the people of both.

    Where `into` has members, those of `twin` ask to join them (`move_people`), and go on writing,
    as co-carriers, the files that they wrote and that nobody evaluates yet. Independence is asked
    again of everybody who evaluated, decided or proposed on a file of either: they may belong to
    neither (rules.md, section 4). What stays of `twin` is its name, which leads to `into`. Returns
    `into`. Raises `PermissionDenied` to others, and `Refused`; nothing is written then.
    """
    if not is_agent(by):
        raise PermissionDenied
    twin, into = _locked(twin, into)
    for organisation in (twin, into):
        refuse_member(by, organisation)
    if reasons := _refusals(twin, into) or list(_bound_by_it(twin, into)):
        raise Refused(reasons)
    _lock_files(twin, into)
    twin.is_published, twin.merged_into = False, into
    twin.save(update_fields=["is_published", "merged_into"])
    files = _move_files(twin, into)
    managers = managers_of(into)
    moved = move_people(twin=twin, into=into)
    kept = _keep_writers(files, moved.asking, into, by)
    _withdraw_invitations(files, twin, into)
    people = _in_the_history(moved)
    note_in_history(twin, by, f"Réunie à « {into} »{people}.")
    note_in_history(into, by, f"« {twin} » lui est réunie{people}.")
    both = {"twin": twin, "into": into}
    asking = [person.shown_name for person in moved.asking]
    for person in (*moved.joined, *managers):
        enqueue(
            recipient=person.email,
            template="organisations_merged",
            context=both | {"asking": asking, "link": link(space_of(into))},
        )
    claim = link(reverse("actors:claim_membership", args=[into.slug]))
    for person in moved.asking:
        enqueue(
            recipient=person.email,
            template="place_asked_for",
            context=both | {"kept": kept[person.pk], "link": claim},
        )
    return into


def _in_the_history(moved: Moved) -> str:
    """Say how many, and no name: claims and places name them, for as long as they are kept."""
    if number := len(moved.joined):
        are = "personnes la rejoignent" if plural(number) else "personne la rejoint"
    elif number := len(moved.asking):
        asks = "personnes demandent" if plural(number) else "personne demande"
        are = f"{asks} à la rejoindre"
    else:
        return ""
    return f"{NO_BREAK}: {number} {are}"


def _locked(twin: Organisation, into: Organisation) -> tuple[Organisation, Organisation]:
    # In the order of their keys: two agents who merge them the other way round wait for each other.
    pair = Organisation.objects.select_for_update(no_key=True, of=("self",)).order_by("pk")
    rows = pair.in_bulk([twin.pk, into.pk])
    return rows[twin.pk], rows[into.pk]


def _lock_files(*of: Organisation) -> None:
    # Before their people, whom the database takes: a publication goes from files to people too.
    files = Action.objects.filter(Q(carrier__in=of) | Q(partners__in=of)).order_by()
    rows = Action.objects.filter(pk__in=files.values("pk")).order_by("pk")
    list(rows.select_for_update(of=("self",)).values_list("pk"))


def _refusals(twin: Organisation, into: Organisation) -> list[str]:
    if twin.pk == into.pk:
        return [INTO_ITSELF]
    if twin.merged_into_id is not None:
        return [MERGED]
    return [] if into.is_confirmed else [INTO_A_CONFIRMED_ONE]


def _move_files(twin: Organisation, into: Organisation) -> list[int]:
    """Return the keys of the files that `into` carries from now on, and that stay locked."""
    carried = Action.objects.filter(carrier=twin).order_by("pk")
    keys = list(carried.select_for_update(of=("self",)).values_list("pk", flat=True))
    Action.objects.filter(pk__in=keys).update(carrier=into)
    rows = Action.partners.through.objects.all()
    twins = rows.filter(organisation=twin)
    # Nobody is a partner twice. A row of a file's own carrier stays: carriers change by amendment.
    known = twins.filter(action__partners=into)
    rows.filter(pk__in=list(known.values_list("pk", flat=True))).delete()
    twins.update(organisation=into)
    return keys


def _keep_writers(
    files: list[int], people: list[User], into: Organisation, by: User
) -> Counter[int]:
    """Make those of `people` who wrote one of the locked `files` its co-carriers, while one may.

    They are for as long as they wait for `into`, or belong to it (`departures.leave_files`). Return
    how many files each of them writes so, by the person's key.
    """
    kept: Counter[int] = Counter()
    for writer in people:
        written = Action.objects.filter(pk__in=files, created_by=writer)
        for action in written.filter(status__in=ActionStatus.BEFORE_EVALUATION).order_by("pk"):
            # Invited by mail before they were of the carrier: answered.
            own = Q(email=writer.email) | Q(user=writer)
            row = action.co_editors.filter(own, withdrawn_at=None).first()
            row = row or CoEditor(action=action, email=writer.email)
            row.waits_for = into
            if row.accepted_at is None:
                row.user, row.accepted_at = writer, timezone.now()
                row.invited_by = row.invited_by or by
                row.full_clean()
            row.save()
            kept[writer.pk] += 1
    return kept


def _withdraw_invitations(files: list[int], twin: Organisation, into: Organisation) -> None:
    """Let nobody write the moved `files` by the word of somebody who doesn't manage `into`."""
    CoEditor.objects.filter(waits_for=twin).update(waits_for=into)
    managers = Membership.objects.managers().filter(organisation=into).values("user")
    unanswered = CoEditor.objects.unanswered().filter(action__in=files)
    useless = unanswered.filter(Q(invited_by=None) | ~Q(invited_by__in=managers))
    useless.update(withdrawn_at=timezone.now())


def _bound_by_it(twin: Organisation, into: Organisation) -> Iterator[str]:
    """Say who took part in a file of one of them and belongs to the other."""
    yield from chain(_bound(twin, into), _bound(into, twin))


def _bound(having: Organisation, joining: Organisation) -> Iterator[str]:
    files = Action.objects.filter(Q(carrier=having) | Q(partners=having))
    asking = joining.membership_claims.pending().values("user")
    people = User.objects.filter(Q(memberships__organisation=joining) | Q(pk__in=asking)).distinct()
    evaluations: QuerySet[Evaluation] = Evaluation.objects.counted()
    for evaluation in evaluations.filter(action__in=files, evaluator__in=people).select_related(
        "action", "evaluator"
    ):
        yield (
            f"{evaluation.evaluator} fait partie de « {joining} » et a évalué "
            f"{evaluation.action.reference} : constatez d’abord son déport."
        )
    for model, what in ((Decision, "une décision"), (Amendment, "un avenant")):
        taken = model.objects.filter(
            Q(proposed_by__in=people) | Q(confirmed_by__in=people),
            action__in=files,
            cancelled_at=None,
        )
        for row in taken.select_related("action", "proposed_by", "confirmed_by").distinct():
            yield (
                f"Un membre de « {joining} » a pris part à {what} sur {row.action.reference} : ces "
                "deux structures ne peuvent pas être réunies."
            )
