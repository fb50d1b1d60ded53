"""actions/workflow: the table of rules.md, section 4, and what a transition writes."""

from datetime import date, timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from actions.committee.services.decisions import (
    cancel_decision,
    confirm_decision,
    propose_decision,
    reply_to_refusal,
)
from actions.enums import ALLOWED_TRANSITIONS, ActionStatus, DecisionKind, Transition
from actions.evaluation.services.assignments import assign_evaluators
from actions.evaluation.services.evaluations import take_back_evaluation
from actions.models import ActionEvent, CorrectionRequest, GateResult, TransitionNote
from actions.models.action_guarantees import SNAPSHOT_COLUMNS
from actions.proposals.services.applications import record_submission
from actions.workflow import TRANSITIONS, apply_transition, offers
from actors.enums import MembershipRole, Role
from actors.services import grant_role
from ess_portal.base.models import OutgoingMail
from ess_portal.base.refusals import Refused
from tests.support.factories import (
    BELOW_FLOOR,
    OrganisationFactory,
    Story,
    content,
    fresh,
    member,
    person,
)

pytestmark = pytest.mark.django_db


def test_the_workflow_and_the_database_hold_the_same_pairs():
    pairs = {
        (source, target)
        for (_, source), rule in TRANSITIONS.items()
        for target in rule.targets(source)
    }

    assert pairs == ALLOWED_TRANSITIONS


# --- Who ---------------------------------------------------------------------------------------

MEMBERS = {"manager", "contributor", "committee of the carrier"}
MEMBER = "un membre de la structure porteuse"
MANAGER = "un responsable de la structure porteuse"
AGENT = "un agent"
TWO = "deux membres de la commission, sans lien avec l’action et qui ne l’ont pas évaluée"
REOPENERS = "un agent, puis un membre de la commission, sans lien avec l’action"
REFUSERS = "un agent (dossier irrecevable) ou un membre de la commission (dossier évalué)"

# (where the action stands, transition) → (who may, who it is said to belong to). Where two are
# needed, the first set proposes; the second confirms.
WHO = {
    ("draft", "submit"): (MEMBERS, MEMBER),
    ("submitted", "request_correction"): ({"agent"}, AGENT),
    ("in_correction", "resubmit"): (MEMBERS, MEMBER),
    ("submitted", "admit"): ({"agent"}, AGENT),
    ("in_evaluation", "return_to_instruction"): ({"agent"}, AGENT),
    ("scored", "close_evaluation"): ({"agent"}, AGENT),
    ("postponed", "reconsider"): ({"agent"}, AGENT),
    ("submitted", "announce_refusal"): ({"agent"}, AGENT),
    ("inadmissible", "confirm_refusal"): ({"agent"}, REFUSERS),
    ("refusal_announced", "confirm_refusal"): ({"committee"}, REFUSERS),
    ("inadmissible", "withdraw_refusal"): ({"agent"}, REFUSERS),
    ("refusal_announced", "withdraw_refusal"): ({"committee"}, REFUSERS),
    ("prioritised", "start"): ({"agent"}, AGENT),
    ("in_progress", "complete"): ({"agent"}, AGENT),
    ("prioritised", "abandon"): ({"agent"}, AGENT),
    ("in_progress", "abandon"): ({"agent"}, AGENT),
    ("draft", "withdraw"): ({"manager"}, MANAGER),
    ("submitted", "withdraw"): ({"manager"}, MANAGER),
    ("in_correction", "withdraw"): ({"manager"}, MANAGER),
    ("in_evaluation", "withdraw"): ({"manager"}, MANAGER),
    ("evaluated", "withdraw"): ({"manager"}, MANAGER),
    ("postponed", "withdraw"): ({"manager"}, MANAGER),
}
WHO_OF_TWO = {
    ("evaluated", "prioritise"): ({"committee"}, {"committee"}, TWO),
    ("postponed", "prioritise"): ({"committee"}, {"committee"}, TWO),
    ("evaluated", "postpone"): ({"committee"}, {"committee"}, TWO),
    ("evaluated", "announce_refusal"): ({"committee"}, {"committee"}, TWO),
    ("postponed", "announce_refusal"): ({"committee"}, {"committee"}, TWO),
    ("declined", "appeal_upheld"): ({"committee"}, {"committee"}, TWO),
    ("evaluated", "reopen_evaluation"): ({"agent"}, {"committee"}, REOPENERS),
}


def everybody(story: Story) -> dict:
    """One person in each place around the action, and one in each role who has none."""
    partner = OrganisationFactory()
    story.action.partners.add(partner)
    return {
        **{str(role.value): person(role) for role in Role},
        "manager": story.manager,
        "contributor": member(story.carrier, MembershipRole.CONTRIBUTOR),
        "partner": member(partner),
        "outsider": member(OrganisationFactory()),
        "nobody": person(),
        "superuser": person(is_superuser=True, is_staff=True),
        "assigned": story.evaluators[0],
        # The role, but not the independence it takes.
        "committee of the carrier": committee_member_of(story.carrier),
        "committee of a partner": committee_member_of(partner),
    }


def committee_member_of(organisation):
    user = member(organisation, MembershipRole.CONTRIBUTOR)
    grant_role(user, Role.COMMITTEE)
    return fresh(user)


def refusals(step) -> list[str]:
    """What `step` is refused with; nothing when it gets through. Nothing of it stays."""
    try:
        with transaction.atomic():
            step()
            transaction.set_rollback(True)
    except Refused as refused:
        return refused.reasons
    return []


def story_at(place: str) -> Story:
    story = getattr(Story(), place)()
    if place in ("inadmissible", "refusal_announced"):
        reply_to_refusal(action=story.action, by=fresh(story.manager), text="Nous répondons.")
    return story


def apply(story: Story, transition: str, user) -> None:
    """Apply a transition with everything that it needs."""
    details = {"fields": ["title"], "due_on": timezone.localdate() + timedelta(days=5)}
    story.action.refresh_from_db()
    apply_transition(story.action, transition, by=fresh(user), comment="Un motif.", details=details)


def decision(story: Story, kind: str, user):
    """Propose a decision with everything that it needs."""
    return propose_decision(
        action=story.action,
        kind=kind,
        by=fresh(user),
        reason="Un motif.",
        amount=5000,
        appeal_on=timezone.localdate(),
    )


def test_the_table_says_who_for_every_transition():
    rows = {
        ("scored" if place == "in_evaluation" else place, transition)
        for place, transition in [*WHO, *WHO_OF_TWO]
    }
    rows |= {("refusal_announced", "confirm_refusal"), ("refusal_announced", "withdraw_refusal")}
    rows -= {("inadmissible", "confirm_refusal"), ("inadmissible", "withdraw_refusal")}

    assert {
        ("scored" if source == "in_evaluation" else str(source.value), str(transition.value))
        for transition, source in TRANSITIONS
    } == rows


@pytest.mark.parametrize(("place", "transition"), WHO)
def test_who_may(place, transition):
    allowed, who = WHO[place, transition]
    story = story_at(place)
    people = everybody(story)
    sentence = f"« {Transition(transition).label} » revient à {who}."

    outcomes = {
        name: refusals(lambda user=user: apply(story, transition, user))
        for name, user in people.items()
    }

    assert outcomes == {name: [] if name in allowed else [sentence] for name in people}


@pytest.mark.parametrize(("place", "kind"), WHO_OF_TWO)
def test_who_may_when_it_takes_two(place, kind):
    proposers, confirmers, who = WHO_OF_TWO[place, kind]
    story = story_at(place)
    people = everybody(story)
    sentence = f"« {Transition(kind).label} » revient à {who}."

    proposing = {
        name: refusals(lambda user=user: decision(story, kind, user))
        for name, user in people.items()
    }
    first = person(Role.AGENT if proposers == {"agent"} else Role.COMMITTEE)
    proposed = decision(story, kind, first)
    confirming = {
        name: refusals(lambda user=user: confirm_decision(decision=proposed, by=fresh(user)))
        for name, user in people.items()
    }

    assert proposing == {name: [] if name in proposers else [sentence] for name in people}
    assert confirming == {name: [] if name in confirmers else [sentence] for name in people}


@pytest.mark.parametrize("status", [s for s in ActionStatus.values if s != "recorded"])
def test_what_is_not_in_the_table_is_possible_to_nobody(status):
    story = getattr(Story(), status)()
    label = ActionStatus(status).label
    elsewhere = [t for t in Transition if (t, ActionStatus(status)) not in TRANSITIONS]

    for transition in elsewhere:
        sentence = f"L’action est à l’état « {label} » : « {transition.label} » n’est pas possible."
        assert refusals(lambda t=transition: apply(story, t, story.agent)) == [sentence]
        if transition in DecisionKind.values:
            assert refusals(lambda t=transition: decision(story, t.value, story.members[0])) == [
                sentence
            ]


@pytest.mark.parametrize("kind", ["prioritise", "postpone", "announce_refusal"])
def test_one_person_alone_never_decides(kind):
    story = Story().evaluated()

    assert refusals(lambda: apply(story, kind, story.members[0])) == [
        "Aucune décision n’attend d’être confirmée."
    ]


def test_a_decision_confirms_nothing_else_than_itself():
    story = Story().evaluated()
    proposed = decision(story, "announce_refusal", story.members[0])

    def postpone():
        apply_transition(
            story.action, Transition.POSTPONE, by=fresh(story.members[1]), decision=proposed
        )

    assert refusals(postpone) == ["La décision proposée n’est pas celle-là."]


def test_a_removed_right_is_refused_at_once():
    story = Story().evaluated()
    first, second = story.members
    proposed = decision(story, "postpone", first)
    first.groups.clear()

    assert refusals(lambda: confirm_decision(decision=proposed, by=fresh(second))) == [
        f"« Mettre en vivier » revient à {TWO}."
    ]
    second.groups.clear()
    assert refusals(lambda: cancel_decision(decision=proposed, by=fresh(second))) == [
        f"« Mettre en vivier » revient à {TWO}."
    ]


def test_what_is_offered_and_what_it_lacks():
    story = Story().evaluated(BELOW_FLOOR)

    def offered(user) -> dict:
        return {str(o.transition.value): o.blockers for o in offers(story.action, fresh(user))}

    assert offered(story.members[0]) == {
        "prioritise": story.action.blockers(),
        "postpone": [],
        "announce_refusal": [],
    }
    assert offered(story.agent) == {"reopen_evaluation": []}
    assert offered(story.manager) == {"withdraw": []}
    assert offered(story.evaluators[0]) == {}


# --- The same sentence at every door -----------------------------------------------------------


@pytest.mark.parametrize(
    "levels", [BELOW_FLOOR, (1, 2, 2, 2), (None, 3, 3, 3), (0, 0, 0, 0), (None, None, None, None)]
)
def test_every_door_refuses_with_the_same_sentences(levels):
    story = Story().evaluated(levels)
    blockers = story.action.blockers()

    assert blockers != []
    assert refusals(lambda: decision(story, "prioritise", story.members[0])) == blockers
    # Written past the service: the database lets a decision wait, not be carried out.
    waiting = story.action.decisions.create(
        kind="prioritise", amount=5000, proposed_by=story.members[0]
    )
    assert (
        refusals(lambda: confirm_decision(decision=waiting, by=fresh(story.members[1]))) == blockers
    )
    assert {
        str(o.transition.value): o.blockers for o in offers(story.action, fresh(story.members[0]))
    }["prioritise"] == blockers


def test_before_closing_there_is_one_sentence():
    story = Story().scored()

    assert story.action.blockers() == [
        "L’évaluation n’est pas close : la commission ne peut pas encore décider."
    ]


# --- What is written ---------------------------------------------------------------------------


def history(story: Story) -> list[tuple]:
    """Every event of an action, in order."""
    return list(
        story.action.events.order_by("pk").values_list(
            "transition", "from_status", "to_status", "by", "confirmed_by", "entered_by"
        )
    )


def notes(story: Story) -> list[tuple]:
    """Every reason given, with the transition that it was given for."""
    return list(
        TransitionNote.objects.filter(event__action=story.action)
        .order_by("pk")
        .values_list("event__transition", "text")
    )


def test_the_events_of_a_whole_life():
    story = Story().in_correction()
    manager, agent = story.manager.pk, story.agent.pk
    first, second = (user.pk for user in story.members)
    story.apply("resubmit", story.manager).apply("admit", story.agent)
    story.apply("return_to_instruction", story.agent, comment="  Une pièce manque.  ")
    story.apply("admit", story.agent).apply("close_evaluation", story.agent)
    proposed = decision(story, "reopen_evaluation", story.agent)
    confirm_decision(decision=proposed, by=fresh(story.members[0]))
    story.action.refresh_from_db()
    story.apply("close_evaluation", story.agent)
    story.decide("postpone", reason="Plus tard.")
    story.apply("reconsider", story.agent, comment="C’est plus tard.")
    story.decide("announce_refusal", reason="Hors sujet.")

    assert history(story) == [
        ("submit", "draft", "submitted", manager, None, None),
        ("request_correction", "submitted", "in_correction", agent, None, None),
        ("resubmit", "in_correction", "submitted", manager, None, None),
        ("admit", "submitted", "in_evaluation", agent, None, None),
        ("return_to_instruction", "in_evaluation", "submitted", agent, None, None),
        ("admit", "submitted", "in_evaluation", agent, None, None),
        ("close_evaluation", "in_evaluation", "evaluated", agent, None, None),
        ("reopen_evaluation", "evaluated", "in_evaluation", agent, first, None),
        ("close_evaluation", "in_evaluation", "evaluated", agent, None, None),
        ("postpone", "evaluated", "postponed", first, second, None),
        ("reconsider", "postponed", "evaluated", agent, None, None),
        ("announce_refusal", "evaluated", "refusal_announced", first, second, None),
    ]
    assert notes(story) == [
        ("request_correction", "Précisez le budget."),
        ("return_to_instruction", "Une pièce manque."),
        ("reopen_evaluation", "Un motif."),
        ("postpone", "Plus tard."),
        ("reconsider", "C’est plus tard."),
        ("announce_refusal", "Hors sujet."),
    ]


def test_an_event_holds_no_free_text():
    assert [field.name for field in ActionEvent._meta.fields] == [
        "id",
        "action",
        "transition",
        "from_status",
        "to_status",
        "by",
        "confirmed_by",
        "entered_by",
        "at",
    ]


def test_a_refused_transition_writes_nothing():
    story = Story()
    story.action.communes.clear()

    assert refusals(lambda: apply(story, "submit", story.manager)) != []
    assert (history(story), list(OutgoingMail.objects.all())) == ([], [])


def test_a_refusal_of_the_database_is_a_refusal_in_french():
    """What only the database knows is said like the rest: here, who left since they proposed."""
    story = Story().evaluated()
    proposed = decision(story, "reopen_evaluation", story.agent)
    confirmer = fresh(story.members[0])
    assert confirmer.roles == {Role.COMMITTEE}  # remembered, as within one request
    confirmer.groups.clear()

    assert refusals(lambda: confirm_decision(decision=proposed, by=confirmer)) == [
        "Seul un membre de la commission peut confirmer la décision."
    ]


def test_submission_dates_the_file_and_gets_a_reference():
    story = Story().submitted()

    assert story.action.submitted_at.date() == timezone.now().date()
    assert story.action.reference == f"ESS-{timezone.localdate():%Y}-0001"


def test_a_correction_is_kept_and_answered():
    due_on = timezone.localdate() + timedelta(days=3)
    story = Story().in_correction(fields=["title", "communes"], due_on=due_on)
    [request] = CorrectionRequest.objects.all()

    assert (request.fields, request.due_on, request.message, request.requested_by) == (
        ["title", "communes"],
        due_on,
        "Précisez le budget.",
        story.agent,
    )
    assert request.answered_at is None
    story.apply("resubmit", story.manager)
    request.refresh_from_db()
    assert request.answered_at is not None


def test_admission_binds_the_grid_and_keeps_it():
    story = Story().in_evaluation(assign=False)
    bound = story.action.grid
    story.apply("return_to_instruction", story.agent, comment="Une pièce manque.")
    bound.programme.grids.update(is_current=False)
    other = bound.programme.grids.create(version=2, is_current=True)
    for criterion in bound.criteria.all():
        criterion.pk, criterion.grid = None, other
        criterion.save()
    story.apply("admit", story.agent)

    assert bound.bound_at is not None
    assert story.action.grid == bound


def test_closing_writes_the_snapshot_and_appends_a_result():
    story = Story().evaluated((2, 3, 1, 2))
    snapshot = {column: getattr(story.action, column) for column in SNAPSHOT_COLUMNS}
    [result] = GateResult.objects.all()

    assert snapshot == {
        "gate_quorum_reached": 3,
        "gate_quorum_required": 3,
        "gate_points": 8,
        "gate_max_points": 12,
        "gate_threshold": 60,
        "gate_floor_margin": 0,
        "gate_community_interest": True,
        "gate_medians": [2, 3, 1, 2],
        "gate_closed_at": result.closed_at,
    }
    assert {
        f"gate_{field.name}": getattr(result, field.name)
        for field in GateResult._meta.fields
        if field.name not in ("id", "action", "closed_at")
    } == {name: value for name, value in snapshot.items() if name != "gate_closed_at"}


def test_reopening_clears_the_snapshot_and_keeps_the_result():
    story = Story().evaluated()
    proposed = decision(story, "reopen_evaluation", story.agent)
    confirm_decision(decision=proposed, by=fresh(story.members[0]))
    story.action.refresh_from_db()

    assert {getattr(story.action, column) for column in SNAPSHOT_COLUMNS} == {None}
    take_back_evaluation(evaluation=story.evaluations[0], by=fresh(story.evaluators[0]))
    story.score(story.evaluations[0], (3, 3, 3, 3))
    story.apply("close_evaluation", story.agent)
    assert [result.points for result in GateResult.objects.order_by("pk")] == [8, 8]
    assert story.action.gate_community_interest is True


def test_granting_writes_amount_and_deciders():
    story = Story().prioritised(amount=4200)

    assert (story.action.amount_granted, story.action.decided_by, story.action.confirmed_by) == (
        4200,
        *story.members,
    )


def test_a_pending_decision_is_dropped_when_the_action_moves():
    story = Story().evaluated()
    proposed = decision(story, "postpone", story.members[0])
    story.apply("withdraw", story.manager)
    proposed.refresh_from_db()

    assert proposed.cancelled_at is not None
    assert (proposed.confirmed_by, proposed.is_pending) == (None, False)
    assert refusals(lambda: confirm_decision(decision=proposed, by=fresh(story.members[1]))) == [
        "L’action est à l’état « Retirée » : « Mettre en vivier » n’est pas possible."
    ]


@pytest.mark.parametrize("place", ["inadmissible", "refusal_announced"])
def test_a_refusal_that_is_given_up_returns_to_where_it_came_from(place):
    story = story_at(place)
    origin = story.action.refused_from
    user = story.agent if place == "inadmissible" else story.members[0]
    story.apply("withdraw_refusal", user, comment="La réponse convainc.")
    [notice] = story.action.refusal_notices.all()

    assert origin == ("submitted" if place == "inadmissible" else "evaluated")
    assert (story.action.status, story.action.refused_from) == (origin, "")
    assert (notice.answer, notice.settled_at is not None) == ("La réponse convainc.", True)


def test_a_refusal_from_the_reserve_returns_to_the_reserve():
    story = Story().postponed().decide("announce_refusal", reason="Rien n’a bougé.")
    reply_to_refusal(action=story.action, by=fresh(story.manager), text="Si.")
    story.apply("confirm_refusal", story.members[0], comment="Non.")

    assert (story.action.status, story.action.refused_from) == ("declined", "postponed")
    story.decide("appeal_upheld", reason="Recours fondé.", appeal_on=date(2026, 1, 5))
    assert (story.action.status, story.action.refused_from) == ("postponed", "")


def test_the_final_report_is_kept():
    assert Story().completed().action.final_report == "Trente familles servies chaque semaine."


# --- On paper ----------------------------------------------------------------------------------


def paper(story: Story, **columns):
    columns = {"carrier": story.carrier, "received_on_paper": date(2026, 3, 2)} | columns
    return content(**columns)


def test_a_file_on_paper_names_who_signed_and_who_typed():
    story = Story()
    action = record_submission(
        key=story.action.uuid, signatory=fresh(story.manager), by=story.agent, content=paper(story)
    )

    assert action.pk == story.action.pk
    assert history(story) == [
        ("submit", "draft", "submitted", story.manager.pk, None, story.agent.pk)
    ]


def test_only_an_agent_types_for_somebody_else_and_only_from_paper():
    story = Story()
    sentence = f"« Envoyer la proposition » revient à {MEMBER}."

    def typed_by(user, **columns):
        return lambda: record_submission(
            key=story.action.uuid,
            signatory=fresh(story.manager),
            by=fresh(user),
            content=paper(story, **columns),
        )

    assert refusals(typed_by(story.agent)) == []
    assert refusals(typed_by(story.agent, received_on_paper=None)) == [sentence]
    assert refusals(typed_by(story.members[0])) == [sentence]
    assert refusals(typed_by(story.manager)) == [sentence]


# --- Who is told -------------------------------------------------------------------------------


def told_by(step) -> list[tuple[str, str]]:
    """Recipient and subject of each mail that `step` puts in the outbox, in order."""
    before = OutgoingMail.objects.count()
    step()
    mails = OutgoingMail.objects.order_by("pk").values_list("recipient", "subject")
    return list(mails[before:])


def test_submission_is_acknowledged_to_the_carrier_and_told_to_the_agents():
    story = Story()
    contributor = member(story.carrier, MembershipRole.CONTRIBUTOR)
    member(story.carrier, is_active=False)
    other_agent = person(Role.AGENT)
    person(Role.AGENT, is_active=False)

    told = told_by(story.submitted)

    reference = story.action.reference
    assert told[:2] == [
        (story.manager.email, f"Proposition reçue : {reference}"),
        (contributor.email, f"Proposition reçue : {reference}"),
    ]
    assert sorted(told[2:]) == sorted(
        (agent.email, f"{reference} : Une nouvelle proposition est arrivée")
        for agent in (story.agent, other_agent)
    )


def test_evaluators_are_told_what_they_have_to_do_once():
    story = Story().in_evaluation(assign=False)

    def assign():
        assign_evaluators(
            action=story.action,
            evaluators=story.evaluators[:2],
            due_on=timezone.localdate(),
            by=story.agent,
        )

    assert told_by(assign) == [
        (evaluator.email, f"Une action à évaluer : {story.action.reference}")
        for evaluator in story.evaluators[:2]
    ]
    assert told_by(assign) == []


def test_the_carrier_is_told_of_each_step():
    """Closing, reopening and pending decisions aren't the carrier's to know."""
    story = Story().submitted()
    reference, carrier = story.action.reference, story.manager.email

    def told(transition, user, **options):
        return told_by(lambda: story.apply(transition, user, **options))

    assert told("admit", story.agent) == [(carrier, f"{reference} : en évaluation")]
    assert told("close_evaluation", story.agent) == []
    assert told_by(lambda: decision(story, "postpone", story.members[0])) == []
    proposed = story.action.decisions.get()
    assert told_by(lambda: confirm_decision(decision=proposed, by=fresh(story.members[1]))) == [
        (carrier, f"{reference} : en vivier")
    ]
    story.action.refresh_from_db()
    assert told("withdraw", story.manager) == [
        (carrier, f"{reference} : retirée"),
        (story.agent.email, f"{reference} : Le porteur a retiré sa proposition"),
    ]


def test_a_draft_that_is_given_up_concerns_its_carrier_only():
    story = Story()

    assert told_by(lambda: story.apply("withdraw", story.manager)) == [
        (story.manager.email, "Votre brouillon : retirée")
    ]


def test_the_reason_is_in_the_mail_and_the_reply_reaches_the_agents():
    story = Story().submitted()
    reference = story.action.reference
    told = told_by(lambda: story.apply("announce_refusal", story.agent, comment="Hors programme."))

    assert told == [(story.manager.email, f"{reference} : refus annoncé")]
    assert "Hors programme." in OutgoingMail.objects.latest("pk").body
    assert told_by(
        lambda: reply_to_refusal(action=story.action, by=fresh(story.manager), text="Non.")
    ) == [(story.agent.email, f"{reference} : Le porteur a répondu au refus annoncé")]
