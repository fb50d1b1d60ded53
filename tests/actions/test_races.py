"""Two people at the same instant: whichever comes second sees what the first one did.

Each race is run twice: as the portal is, and without the lock that it depends on. Without it the
second one doesn't wait, or ends otherwise: so the first test would be red.
"""

import contextlib
import uuid
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from actions.amendments.services import cancel_amendment, confirm_amendment, propose_amendment
from actions.committee.services.decisions import (
    cancel_decision,
    confirm_decision,
    propose_decision,
)
from actions.enums import Step, Transition
from actions.evaluation.services.evaluations import (
    Score,
    StaleEvaluation,
    save_evaluation,
    take_back_evaluation,
)
from actions.models import Action, ActionEvent, CriterionScore, Evaluation
from actions.proposals.services.applications import ProposalContent, save_proposal
from actions.proposals.services.drafts import StepEntry, save_step
from actions.workflow import apply_transition
from actors.enums import MembershipRole, Role
from actors.models import Organisation
from challenges.models import Criterion, Grid
from ess_portal.base.models import OutgoingMail
from ess_portal.base.refusals import Refused
from tests.plugins.database import as_owner
from tests.support.factories import (
    REASON,
    Story,
    UserFactory,
    content,
    fresh,
    member,
    person,
    requesting,
)
from tests.support.factories import grid as make_grid
from tests.support.races import all_at_once, race
from tests.support.refusals import by_sql, execute, holder_of, name_of_refusal

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def no_row_locks(monkeypatch):
    """`select_for_update` locks nothing."""
    monkeypatch.setattr(QuerySet, "select_for_update", lambda self, **_options: self)


@contextlib.contextmanager
def trigger_without(name: str, words: str, instead: str = "") -> Iterator[None]:
    """The trigger that refuses by `name`, without some words of its function."""
    holder = holder_of(name)
    function = holder.thing.get_pgid(holder.model)
    [[definition]] = execute("SELECT pg_get_functiondef(%s::regproc)", function)
    assert words in definition
    with as_owner():
        execute(definition.replace(words, instead))
    try:
        yield
    finally:
        with as_owner():
            execute(definition)


def reasons(outcome) -> list[str]:
    """The sentences of a refusal."""
    assert isinstance(outcome, Refused), outcome
    return outcome.reasons


# --- The same file sent twice ------------------------------------------------------------------

ALREADY_SENT = [
    "L’action est à l’état « Proposée » : « Envoyer la proposition » n’est pas possible."
]


def submit_twice() -> tuple:
    story = Story()

    def submit():
        return apply_transition(
            Action.objects.get(pk=story.action.pk), Transition.SUBMIT, by=fresh(story.manager)
        ).status

    return race(submit, submit)


def test_a_draft_is_submitted_once():
    first, second, waited = submit_twice()

    assert (first, reasons(second), waited) == ("submitted", ALREADY_SENT, True)
    assert ActionEvent.objects.count() == 1


def test_without_the_lock_the_second_submission_goes_on(no_row_locks):
    """As far as the database, that keeps one version of each number, and says something else."""
    _, second, _ = submit_twice()

    assert reasons(second) == ["Cette version du dossier existe déjà."]


def test_eight_clicks_make_one_action_and_one_receipt():
    story = Story()
    contributor = member(story.carrier, MembershipRole.CONTRIBUTOR)
    key, file = uuid.uuid4(), content(carrier=story.carrier)

    def click():
        action, written = save_proposal(key=key, by=fresh(story.manager), content=file, send=True)
        return action.reference, written

    outcomes = all_at_once([click] * 8)

    action = Action.objects.get(uuid=key)
    assert sorted(outcomes) == [(action.reference, False)] * 7 + [(action.reference, True)]
    assert list(action.events.values_list("transition", flat=True)) == ["submit"]
    acknowledged = OutgoingMail.objects.filter(subject__startswith="Proposition reçue")
    assert sorted(mail.recipient for mail in acknowledged) == sorted(
        [story.manager.email, contributor.email]
    )


def test_eight_clicks_make_one_organisation():
    """Each request knows its person's organisations from before the first one made a new one."""
    make_grid()
    user, key, file = UserFactory(), uuid.uuid4(), content()

    def click():
        by = requesting(user)
        assert by.organisation_ids == frozenset()
        own = content_with_organisation(file)
        action, written = save_proposal(key=key, by=by, content=own, send=True)
        return action.reference, written

    before = Organisation.objects.count()
    outcomes = all_at_once([click] * 8)

    action = Action.objects.get(uuid=key)
    assert sorted(outcomes) == [(action.reference, False)] * 7 + [(action.reference, True)]
    assert Organisation.objects.count() == before + 1
    assert list(user.memberships.values_list("organisation", "role")) == [
        (action.carrier_id, "manager")
    ]


def content_with_organisation(file):
    columns = {name: value for name, value in file.columns.items() if name != "carrier"}
    organisation = Organisation(name="La Ressourcerie", family="association")
    return replace(file, columns=columns, new_organisation=organisation)


def send_a_draft_twice() -> tuple:
    story = Story()
    file = content(carrier=story.carrier)

    def send():
        _, written = save_proposal(
            key=story.action.uuid, by=fresh(story.manager), content=file, send=True
        )
        return written

    return race(send, send)


def test_a_kept_draft_is_sent_once():
    assert send_a_draft_twice() == (True, False, True)


def test_without_the_lock_it_is_written_over(no_row_locks):
    """The second one writes the draft it had read over the submitted action."""
    _, second, _ = send_a_draft_twice()

    assert name_of_refusal(second) == "actions_action_status_pair_is_in_the_table"


def test_two_first_steps_at_once_make_one_organisation():
    """The second one finds the application that the first has just given an organisation."""
    make_grid()
    user, key, window = UserFactory(), uuid.uuid4(), uuid.uuid4()

    def click():
        by = requesting(user)
        assert by.organisation_ids == frozenset()
        entry = StepEntry(
            step=Step.ORGANISATION,
            edition=0,
            window=window,
            content=content_with_organisation(ProposalContent()),
        )
        action, written = save_step(key=key, by=by, entry=entry)
        return action.carrier_id, written

    first, second = all_at_once([click] * 2)

    assert first == second == (Action.objects.get(uuid=key).carrier_id, True)
    assert user.memberships.count() == 1


# --- References --------------------------------------------------------------------------------


def submit_two_files() -> tuple:
    stories = [Story(), Story()]

    def submission(story):
        return lambda: (
            apply_transition(
                Action.objects.get(pk=story.action.pk), Transition.SUBMIT, by=fresh(story.manager)
            ).reference
        )

    return race(*map(submission, stories))


def test_two_submissions_get_references_that_follow():
    first, second, waited = submit_two_files()

    year = timezone.localdate().year
    assert (first, second, waited) == (f"ESS-{year}-0001", f"ESS-{year}-0002", True)


def test_without_the_lock_they_get_the_same():
    lock = "PERFORM pg_advisory_xact_lock(hashtext('actions_action_reference'));"
    with trigger_without("actions_action_reference_is_kept", lock):
        _, second, _ = submit_two_files()

    assert isinstance(second, IntegrityError)
    assert name_of_refusal(second) == "actions_action_reference_key"


# --- Decisions ---------------------------------------------------------------------------------


def decision_race(second_step: str, first_step: str = "confirm") -> tuple:
    """One decision, and two members who settle it at the same instant."""
    story = Story().evaluated()
    third = person(Role.COMMITTEE)
    decision = propose_decision(
        action=story.action, kind="prioritise", by=fresh(story.members[0]), amount=5000
    )
    steps = {
        "confirm": lambda: confirm_decision(decision=decision, by=fresh(story.members[1])).status,
        "confirm too": lambda: confirm_decision(decision=decision, by=fresh(third)).status,
        "cancel": lambda: cancel_decision(decision=decision, by=fresh(third)).is_pending,
    }
    return race(steps[first_step], steps[second_step])


PRIORITISED = ["L’action est à l’état « Priorisée » : « Prioriser » n’est pas possible."]


def test_a_decision_is_confirmed_once():
    first, second, waited = decision_race("confirm too")

    assert (first, reasons(second), waited) == ("prioritised", PRIORITISED, True)
    assert ActionEvent.objects.filter(transition="prioritise").count() == 1


def test_without_the_lock_it_is_confirmed_again(no_row_locks):
    _, second, _ = decision_race("confirm too")

    assert reasons(second) == ["Une décision confirmée ou retirée ne se modifie pas."]


def test_a_confirmed_decision_is_not_cancelled():
    first, second, waited = decision_race("cancel")

    assert (first, reasons(second), waited) == (
        "prioritised",
        ["Cette décision n’attend plus d’être confirmée."],
        True,
    )


def test_a_cancelled_decision_is_not_confirmed():
    first, second, waited = decision_race("confirm", first_step="cancel")

    assert (first, reasons(second), waited) == (
        False,
        ["Aucune décision n’attend d’être confirmée."],
        True,
    )
    assert Action.objects.get().status == "evaluated"


def test_without_the_lock_a_confirmed_decision_is_cancelled(no_row_locks):
    _, second, _ = decision_race("cancel")

    assert name_of_refusal(second) == "actions_decision_is_kept"


# --- Amendments --------------------------------------------------------------------------------


def amendment_race(second_step: str) -> tuple:
    """One amendment that is confirmed, and what somebody else does at the same instant."""
    story = Story().prioritised()
    third = person(Role.COMMITTEE)
    amendment = propose_amendment(
        action=story.action, by=fresh(story.members[0]), reason="Moins.", amount=4000
    )
    steps = {
        "confirm too": lambda: confirm_amendment(amendment=amendment, by=fresh(third)),
        "cancel": lambda: cancel_amendment(amendment=amendment, by=fresh(third)),
        "abandon": lambda: apply_transition(
            Action.objects.get(pk=story.action.pk),
            Transition.ABANDON,
            by=fresh(story.agent),
            comment="Local perdu.",
        ),
    }

    def confirm():
        return confirm_amendment(amendment=amendment, by=fresh(story.members[1])).amount_granted

    return race(confirm, steps[second_step])


@pytest.mark.parametrize("second_step", ["confirm too", "cancel"])
def test_an_amendment_is_confirmed_once(second_step):
    first, second, waited = amendment_race(second_step)

    assert (first, reasons(second), waited) == (
        4000,
        ["Cet avenant n’attend plus d’être confirmé."],
        True,
    )
    told = OutgoingMail.objects.filter(subject__endswith="avenant confirmé")
    assert told.count() == 1


def test_without_the_lock_an_amendment_is_confirmed_again(no_row_locks):
    _, second, _ = amendment_race("confirm too")

    assert reasons(second) == ["Un avenant confirmé ou retiré ne se modifie pas."]


def test_what_ends_an_action_waits_for_its_amendment():
    first, second, waited = amendment_race("abandon")

    assert (first, second.status, second.amount_granted, waited) == (4000, "abandoned", 4000, True)


# --- Closing -----------------------------------------------------------------------------------

CLOSED = ["L’évaluation de cette action n’est pas ouverte : on ne peut plus rien y écrire."]


def overdue_story() -> Story:
    """Two evaluations sent, the third past its date: the agent may close, the evaluator write."""
    story = Story().in_evaluation().declare()
    for evaluation in story.evaluations[:2]:
        story.score(evaluation)
    by_sql(story.evaluations[2], due_on=timezone.localdate() - timedelta(days=1))
    story.evaluations[2].refresh_from_db()
    return story


def closing(story: Story):
    return lambda: (
        apply_transition(
            Action.objects.get(pk=story.action.pk),
            Transition.CLOSE_EVALUATION,
            by=fresh(story.agent),
        ).gate_quorum_reached
    )


def scoring(story: Story, *, send: bool):
    scores = {
        criterion.pk: Score(level=3, reason=REASON)
        for criterion in Criterion.objects.filter(grid=story.action.grid)
    }
    evaluation = Evaluation.objects.get(pk=story.evaluations[2].pk)

    def score():
        return save_evaluation(
            evaluation=evaluation,
            by=fresh(evaluation.evaluator),
            version=evaluation.version,
            scores=scores,
            send=send,
        ).is_sent

    return score


@contextlib.contextmanager
def no_waiting_for_a_closing() -> Iterator[None]:
    """Scores and evaluations are written without a lock on their action."""
    with (
        trigger_without("actions_criterionscore_written_while_open", "FOR SHARE"),
        trigger_without("actions_evaluation_written_while_open", "FOR SHARE"),
    ):
        yield


@pytest.mark.parametrize("send", [False, True])
def test_nothing_is_scored_while_the_evaluation_is_being_closed(send):
    story = overdue_story()

    first, second, waited = race(closing(story), scoring(story, send=send))

    assert (first, reasons(second), waited) == (2, CLOSED, True)
    assert CriterionScore.objects.filter(evaluation=story.evaluations[2]).count() == 0


@pytest.mark.parametrize("send", [False, True])
def test_without_the_lock_a_score_slips_in(send):
    """A closed evaluation, with a score that the result knows nothing of."""
    story = overdue_story()
    with no_waiting_for_a_closing():
        first, second, waited = race(closing(story), scoring(story, send=send))

    assert (first, second, waited) == (2, send, False)
    assert Action.objects.get().status == "evaluated"
    assert CriterionScore.objects.filter(evaluation=story.evaluations[2]).count() == 4


def test_a_closing_waits_for_the_evaluation_that_is_being_sent():
    story = overdue_story()

    assert race(scoring(story, send=True), closing(story)) == (True, 3, True)


def test_without_the_lock_the_closing_forgets_it():
    story = overdue_story()
    with no_waiting_for_a_closing():
        assert race(scoring(story, send=True), closing(story)) == (True, 2, False)

    assert Evaluation.objects.filter(sent_at__isnull=False).count() == 3


def test_nothing_is_taken_back_while_the_evaluation_is_being_closed():
    story = Story().scored()
    evaluation = story.evaluations[0]

    def take_back():
        return take_back_evaluation(evaluation=evaluation, by=fresh(evaluation.evaluator))

    first, second, waited = race(closing(story), take_back)

    assert (first, reasons(second), waited) == (
        3,
        ["L’évaluation de cette action n’est pas ouverte."],
        True,
    )


def append_while_scoring() -> tuple:
    """By raw SQL: the result is appended, and the closing not written yet."""
    story = overdue_story()

    def append():
        execute(
            "INSERT INTO actions_gateresult (action_id, closed_at, quorum_reached, "
            "quorum_required, points, max_points, threshold, floor_margin, community_interest, "
            "medians) SELECT %s, now(), * FROM actions_gate(%s)",
            story.action.pk,
            story.action.pk,
        )

    return race(append, scoring(story, send=True))


def test_a_result_and_its_closing_see_the_same_rows():
    assert append_while_scoring()[1:] == (True, True)


def test_without_the_lock_a_score_slips_in_between():
    with trigger_without("actions_gateresult_true_to_the_rows", "FOR NO KEY UPDATE"):
        assert append_while_scoring()[1:] == (True, False)


# --- Two tabs ----------------------------------------------------------------------------------


def save_in_two_tabs() -> tuple:
    story = Story().in_evaluation().declare()

    return race(scoring(story, send=False), scoring(story, send=False))


def test_of_two_tabs_the_second_is_told():
    first, second, waited = save_in_two_tabs()

    assert (first, type(second), waited) == (False, StaleEvaluation, True)


def test_without_the_lock_the_second_tab_writes_over_the_first(no_row_locks):
    first, second, _ = save_in_two_tabs()

    assert (first, second) == (False, False)


# --- The grid ----------------------------------------------------------------------------------


def admitting(story: Story):
    return lambda: (
        apply_transition(
            Action.objects.get(pk=story.action.pk), Transition.ADMIT, by=fresh(story.agent)
        ).status
    )


def removing_a_criterion():
    criterion = Criterion.objects.order_by("position").last()

    def remove():
        with transaction.atomic():
            execute("DELETE FROM challenges_criterion WHERE id = %s", criterion.pk)
        return Criterion.objects.count()

    return remove


def test_a_grid_that_is_being_bound_does_not_change():
    story = Story().submitted()

    first, second, waited = race(admitting(story), removing_a_criterion())

    assert (first, name_of_refusal(second), waited) == (
        "in_evaluation",
        "challenges_criterion_bound_is_immutable",
        True,
    )


def test_a_grid_that_is_changing_is_not_bound():
    story = Story().submitted()

    first, second, waited = race(removing_a_criterion(), admitting(story))

    assert (first, reasons(second), waited) == (
        3,
        ["La grille en vigueur n’a pas ses quatre critères."],
        True,
    )


@pytest.mark.parametrize("order", ["admitted first", "removed first"])
def test_without_the_lock_a_bound_grid_loses_a_criterion(order):
    story = Story().submitted()
    steps = [admitting(story), removing_a_criterion()]
    with trigger_without("challenges_criterion_bound_is_immutable", "FOR SHARE"):
        *_, waited = race(*(steps if order == "admitted first" else steps[::-1]))

    assert waited is False
    assert Grid.objects.get().bound_at is not None
    assert Criterion.objects.count() == 3
