"""actions/workflow/guards.py: what each transition asks, and what it says when it lacks it.

Tests here take no fixture: test_mutations.py runs them against each mutant of the guards.
"""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import transaction
from django.utils import timezone

from actions.committee.services.decisions import propose_decision, reply_to_refusal
from actions.enums import DecisionKind, Round
from actions.evaluation.services.assignments import unassign_evaluator
from actions.evaluation.services.evaluations import recuse, take_back_evaluation
from actions.models import Action, Evaluation, RefusalNotice
from actions.models.completeness import missing_sentences
from actions.models.correction import CORRECTABLE_FIELDS
from actions.workflow import apply_transition, offers
from actors.models import Membership
from challenges.enums import ProgrammeState
from challenges.models import Challenge, Measure, Programme
from ess_portal.base.refusals import Refused
from tests.support.factories import CODES, REASON, OrganisationFactory, Story, fresh, story_in
from tests.support.refusals import by_sql
from tests.support.sessions import HeldSession

pytestmark = pytest.mark.django_db
NOTHING_WAITS = ["Aucune décision n’attend d’être confirmée."]


def refusals(story: Story, transition: str, by, **options) -> list[str]:
    """What a transition is refused with; nothing when it gets through. Nothing of it stays."""
    story.action = Action.objects.get(pk=story.action.pk)
    try:
        with transaction.atomic():
            apply_transition(story.action, transition, by=fresh(by), **options)
            transaction.set_rollback(True)
    except Refused as refused:
        return refused.reasons
    finally:
        story.action = Action.objects.get(pk=story.action.pk)
    return []


def today(days: int = 0) -> date:
    return timezone.localdate() + timedelta(days=days)


# --- The file ----------------------------------------------------------------------------------


def test_a_complete_file_lacks_nothing():
    assert missing_sentences(Story().action) == []


BALANCE = (
    "Le budget n’est pas équilibré : le financement demandé, les ressources propres "
    "et les autres financements doivent faire ensemble le coût total."
)
CONSENTS = "Certifiez l’exactitude du dossier et acceptez les conditions d’utilisation."
DATES = "Indiquez le début et la fin prévus."


@pytest.mark.parametrize(
    ("columns", "sentences"),
    [
        ({"title": "  "}, ["Donnez un titre à l’action."]),
        ({"summary": ""}, ["Résumez l’action en quelques phrases."]),
        (
            {"measure_id": None},
            ["Choisissez la mesure du programme à laquelle l’action répond."],
        ),
        ({"starts_on": None}, [DATES]),
        ({"ends_on": None}, [DATES]),
        ({"total_cost": 0}, ["Indiquez le coût total de l’action.", BALANCE]),
        ({"total_cost": Decimal("9999.99")}, [BALANCE]),
        ({"total_cost": Decimal("10000.01")}, [BALANCE]),
        ({"funding_asked": 0, "own_resources": 9000}, []),
        ({"other_funding": 0}, [BALANCE]),
        ({"certifies_accuracy": False}, [CONSENTS]),
        ({"accepts_terms": False}, [CONSENTS]),
        ({"programme_id": None}, ["Aucun programme n’est ouvert aux propositions."]),
    ],
)
def test_what_a_file_lacks(columns, sentences):
    story = Story()
    by_sql(story.action, **columns)
    if "programme_id" in columns:
        sentences = [
            *sentences,
            "Choisissez une mesure du programme en cours.",
            "Aucune grille d’évaluation n’est en vigueur.",
        ]

    assert refusals(story, "submit", story.manager) == sentences


def test_what_a_file_lacks_beside_its_columns():
    story = Story()
    with transaction.atomic():
        story.action.communes.clear()
        assert refusals(story, "submit", story.manager) == ["Choisissez au moins une commune."]
        transaction.set_rollback(True)
    for position, code in enumerate(CODES, 1):
        with transaction.atomic():
            story.action.self_assessments.filter(criterion_code=code).delete()
            assert refusals(story, "submit", story.manager) == [
                f"Évaluez votre action sur le critère « Critère {position} »."
            ]
            transaction.set_rollback(True)


def test_dates_are_in_order():
    """The database refuses to keep them otherwise: the form asks before."""
    action = Story().action
    action.starts_on = action.ends_on = today()
    assert missing_sentences(action) == []
    action.ends_on = today(-1)
    assert missing_sentences(action) == ["La fin prévue doit suivre le début."]


def test_a_file_without_carrier():
    """Nobody could send it; the form says so first."""
    action = Story().action
    action.carrier = None

    assert missing_sentences(action) == ["Choisissez la structure qui porte l’action."]


def test_an_empty_file_lacks_everything():
    sentences = missing_sentences(Action(title=""))

    assert len(sentences) == 10
    assert sentences[-2] == "Aucune grille d’évaluation n’est en vigueur."


def test_no_programme_is_open():
    story = Story()
    Programme.objects.update(state=ProgrammeState.ARCHIVED)

    assert refusals(story, "submit", story.manager) == [
        "Aucun programme n’est ouvert aux propositions."
    ]


def test_a_measure_of_another_programme():
    story = Story()
    other = Programme.objects.create(
        code="autre", title="Autre", authority="A", starts_on="2030-01-01", ends_on="2031-01-01"
    )
    challenge = Challenge.objects.create(programme=other, number=1, title="Défi")
    measure = Measure.objects.create(challenge=challenge, number=1, title="Mesure")
    by_sql(story.action, measure_id=measure.pk)

    assert refusals(story, "submit", story.manager) == [
        "Choisissez une mesure du programme en cours."
    ]


def test_a_file_that_was_complete_is_asked_again_after_a_correction():
    story = Story().in_correction(fields=["summary"])
    by_sql(story.action, summary="")

    assert refusals(story, "resubmit", story.manager) == ["Résumez l’action en quelques phrases."]


def test_what_was_changed_unasked_has_a_reason():
    story = Story().in_correction(fields=["summary"])
    by_sql(story.action, summary="Mieux dit.")
    assert refusals(story, "resubmit", story.manager) == []
    by_sql(story.action, title="Autrement dit", jobs_kept=3)

    unasked = (
        "Vous avez aussi modifié ce qui n’était pas demandé : dites pourquoi (Titre, Emplois "
        "maintenus)."
    )
    for comment, sentences in (("", [unasked]), (" ", [unasked]), ("Une embauche.", [])):
        assert refusals(story, "resubmit", story.manager, comment=comment) == sentences


@pytest.mark.parametrize(
    ("family", "missing"),
    [
        ("association", ["Signez le contrat d’engagement républicain."]),
        ("foundation", ["Signez le contrat d’engagement républicain."]),
        ("cooperative", []),
        ("mutual", []),
        ("commercial_company", []),
        ("", []),
    ],
)
def test_the_republican_contract_is_for_associations_and_foundations(family, missing):
    story = Story(carrier=OrganisationFactory(family=family), signs_contract=False)

    assert refusals(story, "submit", story.manager) == missing


# --- Corrections -------------------------------------------------------------------------------

PARTS = "Cochez au moins une partie du dossier à compléter."
DUE = "Donnez au porteur une date à venir pour compléter son dossier."


def test_a_correction_is_precise():
    story = Story().submitted()

    def asked(fields, due_on) -> list[str]:
        details = {"fields": fields, "due_on": due_on}
        return refusals(story, "request_correction", story.agent, details=details)

    assert asked(["title"], today(1)) == []
    assert asked(list(CORRECTABLE_FIELDS), today(30)) == []
    assert asked([], today(1)) == [PARTS]
    assert asked(None, today(1)) == [PARTS]
    assert asked(["title", "status"], today(1)) == [PARTS]
    assert asked(["title"], today()) == [DUE]
    assert asked(["title"], today(-1)) == [DUE]
    assert asked(["title"], None) == [DUE]
    assert asked(["title"], "demain") == [DUE]
    assert refusals(story, "request_correction", story.agent) == [PARTS, DUE]


# --- Admission ---------------------------------------------------------------------------------

NO_GRID = ["Le programme n’a pas de grille en vigueur avec ses quatre critères."]


def test_admission_needs_a_grid_with_its_four_criteria():
    story = Story().submitted()
    grid = story.action.programme.grids.get()

    assert refusals(story, "admit", story.agent) == []
    by_sql(grid, is_current=False)
    assert refusals(story, "admit", story.agent) == NO_GRID
    by_sql(grid, is_current=True)
    grid.criteria.last().delete()
    assert refusals(story, "admit", story.agent) == NO_GRID


# --- Evaluation --------------------------------------------------------------------------------


def test_what_was_sent_once_keeps_the_action_in_evaluation():
    story = Story().in_evaluation()

    def returned() -> list[str]:
        return refusals(story, "return_to_instruction", story.agent, comment="Une pièce manque.")

    assert returned() == []
    story.score(story.evaluations[0], send=False)
    assert returned() == []
    story.score(story.evaluations[0])
    sent = ["Une évaluation a déjà été envoyée : l’action ne peut plus revenir à l’instruction."]
    assert returned() == sent
    take_back_evaluation(evaluation=story.evaluations[0], by=fresh(story.evaluators[0]))
    assert returned() == sent


def test_closing_waits_for_each_evaluation_until_its_date():
    story = Story().in_evaluation()
    first, second, third = story.evaluations

    def closed() -> list[str]:
        return refusals(story, "close_evaluation", story.agent)

    def awaited(evaluation, day) -> str:
        return f"L’évaluation de {evaluation.evaluator} est attendue jusqu’au {day:%d/%m/%Y}."

    assert closed() == [awaited(evaluation, today(20)) for evaluation in story.evaluations]
    story.score(first)
    assert closed() == [awaited(second, today(20)), awaited(third, today(20))]
    recuse(action=story.action, user=second.evaluator, by=story.agent, reason="Un lien.")
    assert closed() == [awaited(third, today(20))]
    by_sql(third, due_on=today())
    assert closed() == [awaited(third, today())]
    by_sql(third, due_on=today(-1))
    assert closed() == []


def test_closing_without_any_evaluator_is_possible_and_passes_nothing():
    story = Story().in_evaluation(assign=False)
    story.apply("close_evaluation", story.agent)

    assert story.action.gate_community_interest is False


def test_closing_wants_no_evaluator_of_the_carrier_or_of_a_partner():
    story = Story().scored()
    partner = OrganisationFactory()
    story.action.partners.add(partner)
    first, second, _ = story.evaluators
    Membership.objects.create(user=first, organisation=story.carrier)
    Membership.objects.create(user=second, organisation=partner)

    def closed() -> list[str]:
        return refusals(story, "close_evaluation", story.agent)

    def joined(user) -> str:
        return (
            f"{user} appartient au porteur ou à un partenaire : "
            "constatez son déport avant de clore."
        )

    assert closed() == [joined(first), joined(second)]
    recuse(action=story.action, user=first, by=story.agent, reason="Adhésion.")
    assert closed() == [joined(second)]
    recuse(action=story.action, user=second, by=story.agent, reason="Adhésion.")
    assert closed() == []


def test_a_linked_follow_up_does_not_count():
    """Only initial evaluations are asked about."""
    story = Story().completed()
    Evaluation.objects.create(
        action=story.action, evaluator=story.agent, round=Round.FOLLOW_UP, due_on=today()
    )

    assert refusals(story, "close_evaluation", story.agent) == [
        "L’action est à l’état « Réalisée » : « Clore l’évaluation » n’est pas possible."
    ]


# --- Reasons -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "transition", "sentence"),
    [
        ("in_evaluation", "return_to_instruction", "Écrivez le motif."),
        ("postponed", "reconsider", "Écrivez le motif."),
        ("submitted", "announce_refusal", "Écrivez le motif."),
        ("prioritised", "abandon", "Écrivez le motif."),
        ("in_progress", "abandon", "Écrivez le motif."),
        ("in_progress", "complete", "Écrivez le bilan final de l’action."),
    ],
)
def test_a_reason_is_written(status, transition, sentence):
    story = story_in(status)

    for blank in ("", "  ", "\n\t", "\u00a0"):
        assert refusals(story, transition, story.agent, comment=blank) == [sentence]
    assert refusals(story, transition, story.agent, comment="Un motif.") == []


# --- Fifteen days ------------------------------------------------------------------------------


def paris(*when: int) -> datetime:
    """An instant given by the clock of Paris."""
    return timezone.make_aware(datetime(*when))  # noqa: DTZ001 - made aware at once


@pytest.mark.parametrize(
    ("announced", "last_day"),
    [
        (paris(2026, 6, 1, 10), date(2026, 6, 16)),
        (paris(2026, 6, 1, 23, 59), date(2026, 6, 16)),
        (paris(2026, 6, 2, 0, 0), date(2026, 6, 17)),
        (datetime(2026, 6, 1, 22, 30, tzinfo=UTC), date(2026, 6, 17)),  # already June 2 in Paris
        (datetime(2026, 12, 20, 22, 30, tzinfo=UTC), date(2027, 1, 4)),  # still December 20
        (paris(2026, 3, 20, 12), date(2026, 4, 4)),  # the clock changes in between
        (paris(2026, 10, 20, 23, 59), date(2026, 11, 4)),  # and changes back
        (paris(2026, 10, 21, 0, 0), date(2026, 11, 5)),
        (paris(2026, 3, 13, 23, 59), date(2026, 3, 28)),  # the last night before it changes
        (paris(2026, 3, 14, 0, 0), date(2026, 3, 29)),  # ends on the day of 23 hours
        (paris(2026, 10, 10, 12), date(2026, 10, 25)),  # ends on the day of 25 hours
        (datetime(2026, 3, 29, 0, 59, tzinfo=UTC), date(2026, 4, 13)),  # around the change itself
        (datetime(2026, 10, 25, 22, 59, tzinfo=UTC), date(2026, 11, 9)),
        (datetime(2026, 10, 25, 23, 0, tzinfo=UTC), date(2026, 11, 10)),
    ],
)
def test_fifteen_days_end_with_the_fifteenth_one_in_paris(announced, last_day):
    notice = RefusalNotice(announced_at=announced)
    after = last_day + timedelta(days=1)
    midnight = paris(after.year, after.month, after.day).astimezone(UTC)

    assert notice.reply_until == last_day
    assert notice.delay_is_gone(at=midnight - timedelta(seconds=1)) is False
    assert notice.delay_is_gone(at=midnight) is True


def announced(days_ago: int) -> Story:
    """A refusal announced some days ago."""
    story = Story().refusal_announced()
    story.action.refusal_notices.update(announced_at=timezone.now() - timedelta(days=days_ago))
    return story


def test_a_refusal_is_confirmed_once_the_delay_is_gone():
    story = announced(days_ago=15)
    [first, _] = story.members

    def confirmed(**options) -> list[str]:
        return refusals(story, "confirm_refusal", first, **options)

    until = f"Le porteur peut encore répondre jusqu’au {today():%d/%m/%Y}."
    assert confirmed() == [until]
    assert confirmed(comment="Un motif.") == [until]
    story.action.refusal_notices.update(announced_at=timezone.now() - timedelta(days=16))
    assert confirmed() == []


def test_or_once_the_reply_is_answered_with_a_reason():
    story = announced(days_ago=0)
    [first, _] = story.members
    reply_to_refusal(action=story.action, by=fresh(story.manager), text="Nous protestons.")

    for blank in ("", " \n"):
        assert refusals(story, "confirm_refusal", first, comment=blank) == [
            "Répondez à la réponse du porteur : écrivez le motif."
        ]
    assert refusals(story, "confirm_refusal", first, comment="Motif maintenu.") == []


def test_a_reply_is_answered_even_when_the_delay_is_gone():
    story = announced(days_ago=3)
    reply_to_refusal(action=story.action, by=fresh(story.manager), text="Nous protestons.")
    story.action.refusal_notices.update(announced_at=timezone.now() - timedelta(days=30))

    assert refusals(story, "confirm_refusal", story.members[0]) == [
        "Répondez à la réponse du porteur : écrivez le motif."
    ]


def test_a_refusal_is_given_up_when_a_reply_convinced():
    story = announced(days_ago=20)
    [first, _] = story.members

    assert refusals(story, "withdraw_refusal", first, comment="Oui.") == [
        "Le porteur n’a pas répondu au refus annoncé."
    ]
    story.action.refusal_notices.update(announced_at=timezone.now())
    reply_to_refusal(action=story.action, by=fresh(story.manager), text="Nous protestons.")
    assert refusals(story, "withdraw_refusal", first) == []


def test_only_the_last_notice_counts():
    """Refused, let go, refused again: fifteen new days."""
    story = announced(days_ago=40)
    reply_to_old(story)
    story.apply("withdraw_refusal", story.members[0], comment="Oui.")
    story.decide(DecisionKind.ANNOUNCE_REFUSAL, reason="Encore.")

    assert refusals(story, "confirm_refusal", story.members[0]) == [
        f"Le porteur peut encore répondre jusqu’au {today(15):%d/%m/%Y}."
    ]
    assert refusals(story, "withdraw_refusal", story.members[0]) == [
        "Le porteur n’a pas répondu au refus annoncé."
    ]


def reply_to_old(story: Story) -> None:
    story.action.refusal_notices.update(reply="Nous protestons.", replied_at=timezone.now())


def replied(story: Story, by, text: str) -> list[str]:
    """What a reply is refused with. Nothing of it stays."""
    return reasons_of(lambda: reply_to_refusal(action=story.action, by=fresh(by), text=text))


def test_a_carrier_replies_in_time_with_words():
    assert replied(announced(15), Story().manager, "Non.") == [
        "Répondre revient à un membre de la structure porteuse."
    ]
    for days_ago, text, sentences in (
        (15, "Nous protestons.", []),
        (0, " \n", ["Écrivez votre réponse."]),
        (
            16,
            "Nous protestons.",
            [f"Le délai de réponse est passé depuis le {today(-1):%d/%m/%Y}."],
        ),
    ):
        story = announced(days_ago)
        assert replied(story, story.manager, text) == sentences


def test_a_carrier_replies_once():
    story = announced(days_ago=0)
    reply_to_refusal(action=story.action, by=fresh(story.manager), text="Nous protestons.")

    assert replied(story, story.manager, "Encore.") == ["Vous avez déjà répondu."]


def test_only_a_refusal_is_replied_to():
    story = Story().submitted()

    assert replied(story, story.manager, "Non.") == ["Aucun refus n’est annoncé pour cette action."]


# --- Two people --------------------------------------------------------------------------------


def proposed(story: Story, kind: str, **options):
    options = {"reason": REASON} | options
    return propose_decision(action=story.action, kind=kind, by=fresh(story.members[0]), **options)


def reasons_of(step) -> list[str]:
    try:
        with transaction.atomic():
            step()
            transaction.set_rollback(True)
    except Refused as refused:
        return refused.reasons
    return []


def test_whoever_proposed_does_not_confirm():
    story = Story().evaluated()
    decision = proposed(story, "postpone")
    first, second = story.members

    assert refusals(story, "postpone", first, decision=decision) == [
        "Vous avez proposé cette décision : une autre personne doit la confirmer."
    ]
    assert refusals(story, "postpone", second, decision=decision) == []


def test_a_decision_waits_and_is_about_this_very_action():
    story, other = Story().evaluated(), Story().evaluated()
    other.members = story.members
    elsewhere = proposed(other, "postpone")
    settled = proposed(story, "postpone")
    by_sql(settled, cancelled_at=timezone.now())
    second = story.members[1]

    assert refusals(story, "postpone", second) == NOTHING_WAITS
    assert refusals(story, "postpone", second, decision=settled) == NOTHING_WAITS
    assert refusals(story, "postpone", second, decision=elsewhere) == NOTHING_WAITS


AMOUNT = "Indiquez le montant accordé (plus de 0 €)."


def test_a_grant_has_an_amount():
    story = Story().evaluated()

    for amount in (None, Decimal(0), Decimal(-1)):
        assert reasons_of(lambda amount=amount: proposed(story, "prioritise", amount=amount)) == [
            AMOUNT
        ]
    assert reasons_of(lambda: proposed(story, "prioritise", amount=Decimal(1))) == []
    assert reasons_of(lambda: proposed(story, "prioritise", amount=Decimal(1), reason="")) == []
    assert reasons_of(lambda: proposed(story, "prioritise", amount=Decimal("0.01"))) == []


@pytest.mark.parametrize("kind", ["postpone", "announce_refusal"])
def test_other_decisions_have_a_reason(kind):
    story = Story().evaluated()

    for blank in ("", " \n"):
        assert reasons_of(lambda blank=blank: proposed(story, kind, reason=blank)) == [
            "Écrivez le motif."
        ]
    assert reasons_of(lambda: proposed(story, kind)) == []


def test_the_reason_is_still_there_when_it_is_confirmed():
    story = Story().evaluated()
    decision = proposed(story, "postpone")
    by_sql(decision, reason="")

    assert refusals(story, "postpone", story.members[1], decision=decision) == ["Écrivez le motif."]


def test_an_appeal_is_dated():
    story = Story().declined()
    sentence = "Indiquez la date du recours (aujourd’hui ou avant)."

    for day, sentences in (
        (None, [sentence]),
        (today(1), [sentence]),
        (today(), []),
        (today(-40), []),
    ):
        assert (
            reasons_of(lambda day=day: proposed(story, "appeal_upheld", appeal_on=day)) == sentences
        )
    assert reasons_of(lambda: proposed(story, "appeal_upheld", reason="")) == [
        "Écrivez le motif.",
        sentence,
    ]


def test_one_decision_waits_at_a_time():
    story = Story().evaluated()
    proposed(story, "postpone")

    assert reasons_of(lambda: proposed(story, "announce_refusal")) == [
        "Une décision attend déjà d’être confirmée sur cette action."
    ]


# --- Evaluations: what only the database knows is said in words too -------------------------------


def test_an_action_on_an_agenda_is_decided_there_alone():
    story = Story().evaluated()
    confirmer = story.members[1]
    decision = propose_decision(
        action=story.action, kind="postpone", by=fresh(story.members[0]), reason="À revoir."
    )
    assert refusals(story, "postpone", confirmer, decision=decision) == []

    session = HeldSession(stories=[]).session
    item = session.items.create(action=story.action, position=1)
    elsewhere = ["L’action est à l’ordre du jour de la séance du 03/12/2026 : elle s’y décide."]
    assert refusals(story, "postpone", confirmer, decision=decision) == elsewhere
    assert [
        offer.blockers for offer in offers(story.action, fresh(story.agent)) if offer.rule.takes_two
    ] == [elsewhere]

    item.decision = decision
    item.save()
    assert refusals(story, "postpone", confirmer, decision=decision) == []

    session.items.update(decision=None, is_open=False)
    assert refusals(story, "postpone", confirmer, decision=decision) == []


def test_somebody_recused_takes_nothing_back():
    story = Story().scored()
    evaluation = story.evaluations[0]
    recuse(action=story.action, user=evaluation.evaluator, by=story.agent, reason="Un lien.")

    assert reasons_of(
        lambda: take_back_evaluation(evaluation=evaluation, by=fresh(evaluation.evaluator))
    ) == ["Cette personne s’est déportée de cette action."]


def test_nobody_is_unassigned_once_it_is_closed():
    story = Story().in_evaluation()
    for evaluation in story.evaluations:
        by_sql(evaluation, due_on=today(-1))
    story.apply("close_evaluation", story.agent)

    assert reasons_of(
        lambda: unassign_evaluator(evaluation=story.evaluations[0], by=fresh(story.agent))
    ) == ["L’évaluation de cette action n’est pas ouverte : on ne peut plus rien y écrire."]
