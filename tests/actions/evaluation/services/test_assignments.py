"""actions/evaluation/services/assignments.py: who may evaluate, asking many at once."""

from datetime import timedelta

import pytest
from django.utils import timezone

from actions.evaluation.queries.candidates import choices_for
from actions.evaluation.services.assignments import (
    assign_batch,
    assign_evaluators,
    unassign_evaluator,
)
from actions.evaluation.services.evaluations import recuse
from actions.models import Evaluation
from actors.enums import EvaluatorKind, Role
from actors.models import Membership
from actors.services import grant_role
from ess_portal.base.models import OutgoingMail
from ess_portal.base.refusals import Refused
from tests.plugins.prepared import starts_from
from tests.support.factories import OrganisationFactory, Story, fresh, member, person

pytestmark = pytest.mark.django_db
NOT_OPEN = "L’évaluation de cette action n’est pas ouverte."


def refusals(service, **arguments) -> list[str]:
    """The sentences with which a service refuses."""
    with pytest.raises(Refused) as refused:
        service(**arguments)
    return refused.value.reasons


def soon(days=5):
    return timezone.localdate() + timedelta(days=days)


class TestAssigning:
    def refused(self, story, evaluators, *, by=None, days=5):
        return refusals(
            assign_evaluators,
            action=story.action,
            evaluators=evaluators,
            due_on=timezone.localdate() + timedelta(days=days),
            by=fresh(by or story.agent),
        )

    @starts_from(story="admitted")
    def test_is_an_agents_work(self, story):
        assert self.refused(story, story.evaluators, by=story.members[0]) == [
            "Attribuer une évaluation revient à un agent."
        ]

    def test_takes_place_while_the_evaluation_is_open(self):
        story = Story().submitted()
        assert self.refused(story, story.evaluators) == [NOT_OPEN]

    def test_says_all_that_is_wrong_at_once(self):
        partner = OrganisationFactory()
        story = Story(partners=[partner]).in_evaluation(assign=False)
        linked, stranger = member(partner, full_name="Lié"), person(full_name="Passant")
        grant_role(linked, Role.EVALUATOR)
        recused = story.evaluators[0]
        recuse(action=story.action, user=recused, by=story.agent, reason="Lien.")
        assert self.refused(story, [linked, stranger, recused], days=-1) == [
            "La date de rendu est passée : donnez une date à venir.",
            "Lié appartient au porteur ou à un partenaire.",
            "Passant n’a pas le rôle d’évaluateur.",
            f"{recused} s’est déporté de cette action.",
        ]
        assert not Evaluation.objects.exists()

    @starts_from(story="in_evaluation")
    def test_leaves_those_already_asked_as_they_are(self, story):
        before = list(Evaluation.objects.values())
        again = assign_evaluators(
            action=story.action,
            evaluators=story.evaluators,
            due_on=timezone.localdate() + timedelta(days=99),
            by=story.agent,
        )
        assert (again, list(Evaluation.objects.values())) == ([], before)

    @starts_from(story="in_evaluation")
    def test_is_undone_by_agents_only(self, story):
        assert refusals(
            unassign_evaluator, evaluation=story.evaluations[0], by=fresh(story.members[0])
        ) == ["Retirer une évaluation revient à un agent."]


class TestChoices:
    def test_leave_out_whoever_may_not(self):
        partner = OrganisationFactory()
        story = Story(partners=[partner]).in_evaluation(assign=False)
        asked, recused, free = story.evaluators
        assign_evaluators(
            action=story.action, evaluators=[asked], due_on=soon(), by=fresh(story.agent)
        )
        recuse(action=story.action, user=recused, by=fresh(recused), reason="Lien.")
        for organisation in (story.carrier, partner):
            grant_role(member(organisation), Role.EVALUATOR)
        person(Role.EVALUATOR, is_active=False)
        Membership.objects.create(user=free, organisation=OrganisationFactory())

        [choice] = choices_for([story.action])

        assert (choice.action, choice.eligible, choice.proposed) == (
            story.action,
            [free],
            (free.pk,),
        )

    def test_know_the_load_without_recusals_sent_and_closed_ones(self):
        busy, idle = person(Role.EVALUATOR), person(Role.EVALUATOR)

        def given() -> Story:
            story = Story().in_evaluation(assign=False)
            story.evaluators = [busy]
            story.evaluations = assign_evaluators(
                action=story.action, evaluators=[busy], due_on=soon(), by=fresh(story.agent)
            )
            return story

        given()
        given().apply("return_to_instruction", person(Role.AGENT), comment="Budget à revoir.")
        sent = given()
        sent.score(sent.evaluations[0])
        recused = given()
        recuse(action=recused.action, user=busy, by=fresh(busy), reason="Lien.")
        story = Story().in_evaluation(assign=False)

        [choice] = choices_for([story.action])

        assert {one: one.load for one in choice.eligible if one in (busy, idle)} == {
            busy: 1,
            idle: 0,
        }

    @starts_from(story="admitted")
    def test_fill_up_to_the_quorum_or_to_the_number_asked_for(self, story):
        assign_evaluators(
            action=story.action,
            evaluators=story.evaluators[:1],
            due_on=soon(),
            by=fresh(story.agent),
        )
        person(Role.EVALUATOR)

        proposed = {
            number: len(choices_for([story.action], number)[0].proposed)
            for number in (None, 1, 2, 3, 4, 9)
        }

        assert proposed == {None: 2, 1: 0, 2: 1, 3: 2, 4: 3, 9: 3}

    @starts_from(story="admitted")
    def test_write_nothing(self, story):
        choices_for([story.action])
        assert Evaluation.objects.count() == 0


class TestBatch:
    def test_asks_for_all_and_writes_once_to_each(self):
        one, other = (Story().in_evaluation(assign=False) for _ in range(2))
        eve, evan, emma = one.evaluators
        eve.evaluator_kind = EvaluatorKind.INHABITANT
        OutgoingMail.objects.all().delete()

        assigned = assign_batch(
            wanted={one.action: [eve, evan], other.action: [eve, emma]},
            due_on=soon(),
            by=fresh(one.agent),
        )

        assert [(e.action, e.evaluator, e.evaluator_kind) for e in assigned] == [
            (one.action, eve, "inhabitant"),
            (one.action, evan, ""),
            (other.action, eve, "inhabitant"),
            (other.action, emma, ""),
        ]
        mails = {mail.recipient: mail for mail in OutgoingMail.objects.all()}
        assert {to: mail.subject for to, mail in mails.items()} == {
            eve.email: "2 actions à évaluer",
            evan.email: f"Une action à évaluer : {one.action.reference}",
            emma.email: f"Une action à évaluer : {other.action.reference}",
        }
        assert [
            line for line in mails[eve.email].body.splitlines() if line.startswith("Référence")
        ] == [f"Référence : {story.action.reference}" for story in (one, other)]
        assert OutgoingMail.objects.count() == 3

    def test_is_all_or_nothing_and_says_which_action(self):
        one, other = (Story().in_evaluation(assign=False) for _ in range(2))
        linked = member(other.carrier, full_name="Lié")
        grant_role(linked, Role.EVALUATOR)
        assert refusals(
            assign_batch,
            wanted={one.action: one.evaluators, other.action: [fresh(linked)]},
            due_on=soon(),
            by=fresh(one.agent),
        ) == [f"{other.action.reference} : Lié appartient au porteur ou à un partenaire."]
        assert Evaluation.objects.count() == 0
