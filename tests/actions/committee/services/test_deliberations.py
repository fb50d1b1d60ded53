"""What the council voted, noted once: what waits for it, and what is granted since."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from actions.committee.queries.deliberations import noted_in, proposed_in, proposed_of
from actions.committee.services.deliberations import (
    NO_NUMBER,
    NOTHING_CHOSEN,
    TO_COME,
    record_deliberation,
)
from actions.enums import Transition
from actions.models import Action, Amendment, Deliberation
from actions.rules import LEFT_TO_ANOTHER_AGENT
from actors.enums import Role
from actors.models import Membership
from challenges.models import Programme
from ess_portal.base.french import long_date
from ess_portal.base.models import OutgoingMail
from tests.plugins.prepared import starts_from
from tests.support.deliberations import NUMBER, change_amount, proposed_to_the_council
from tests.support.factories import Story, fresh, person
from tests.support.reading import plain
from tests.support.refusals import at_commit, refusal
from tests.support.sessions import HeldSession

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate
COUNCIL_FIRST = (
    "Le conseil n’a pas encore délibéré sur le financement de cette action : un agent note "
    "d’abord le numéro et la date de la délibération."
)


@pytest.fixture
def story():
    """A grant of 5,000 € that waits for the council."""
    return proposed_to_the_council()


def record(story, **options):
    """Note that the council voted all that waits, today."""
    options = {"by": fresh(story.agent), "number": NUMBER, "held_on": TODAY()} | options
    options.setdefault("proposed", proposed_of(fresh_action(story)))
    noted = record_deliberation(**options)
    story.action.refresh_from_db()
    return noted


def fresh_action(story) -> Action:
    return Action.objects.get(pk=story.action.pk)


def sums(story) -> tuple:
    """What is granted for good, and what is proposed, in euros."""
    action = fresh_action(story)
    return action.amount_voted, action.amount_proposed


class TestWhatWaits:
    def test_a_grant_waits_where_the_programme_requires_it(self, story):
        assert sums(story) == (Decimal(0), Decimal(5000))
        assert story.action.is_proposed_to_council
        assert story.action.state_label == "Priorisée, proposée au conseil"
        assert list(Action.objects.proposed_to_council()) == [story.action]

    def test_elsewhere_it_is_granted_at_once(self):
        story = Story().prioritised()
        assert sums(story) == (Decimal(5000), None)
        assert not story.action.is_proposed_to_council
        assert proposed_of(story.action) == []

    def test_a_programme_that_changes_its_mind_changes_no_grant(self, story):
        Programme.objects.update(requires_deliberation=False)
        assert sums(story) == (Decimal(0), Decimal(5000))
        other = Story().prioritised()
        Programme.objects.update(requires_deliberation=True)
        change_amount(other, 6000)
        assert sums(other) == (Decimal(6000), None)

    def test_nothing_starts_before_the_council(self, story):
        assert refusal(story.apply, "start", story.agent) == [COUNCIL_FIRST]
        record(story)
        story.apply("start", story.agent)
        assert story.action.status == "in_progress"

    def test_it_may_be_given_up_and_then_waits_no_more(self, story):
        story.apply(
            "abandon", story.agent, comment="Motif.", details={"public_reason": "Motif public."}
        )
        assert proposed_of(fresh_action(story)) == []
        assert not Action.objects.proposed_to_council().exists()


class TestRecording:
    def test_what_was_voted_is_granted(self, story):
        (noted,) = record(story, number=f" {NUMBER} ")
        assert (noted.number, noted.held_on, noted.recorded_by) == (NUMBER, TODAY(), story.agent)
        assert sums(story) == (Decimal(5000), Decimal(0))
        assert story.action.state_label == "Priorisée"

    def test_the_carrier_is_told(self, story):
        OutgoingMail.objects.all().delete()
        record(story)
        (mail,) = OutgoingMail.objects.all()
        assert mail.recipient == story.manager.email
        assert mail.subject == f"{story.action.reference} : délibération du conseil"
        assert f"Délibération : {NUMBER}, du {long_date(TODAY())}" in mail.body
        assert "Montant accordé : 5 000 €" in plain(mail.body)

    def test_the_grant_was_told_as_proposed(self, story):
        bodies = [plain(mail.body) for mail in OutgoingMail.objects.all()]
        (told,) = (body for body in bodies if "décidé de prioriser" in body)
        assert "Montant proposé au conseil : 5 000 €" in told
        assert "Montant accordé" not in told

    def test_it_is_noted_once(self, story):
        waiting = proposed_of(fresh_action(story))
        record(story)
        assert refusal(record, story, proposed=waiting) == [
            f"{story.action.reference} n’attend plus de délibération."
        ]
        assert Deliberation.objects.count() == 1

    @pytest.mark.parametrize(
        ("options", "sentence"),
        [
            ({"proposed": []}, NOTHING_CHOSEN),
            ({"number": "  "}, NO_NUMBER),
            ({"held_on": lambda: TODAY() + timedelta(days=1)}, TO_COME),
        ],
    )
    def test_number_date_and_grants_are_asked_for(self, story, options, sentence):
        options = {name: v() if callable(v) else v for name, v in options.items()}
        assert refusal(record, story, **options) == [sentence]

    def test_the_council_votes_after_the_committee(self, story):
        assert refusal(record, story, held_on=TODAY() - timedelta(days=1)) == [
            f"La délibération suit la décision de la commission sur {story.action.reference}, "
            f"prise le {long_date(TODAY())}."
        ]

    def test_only_an_agent_notes_it(self, story):
        assert refusal(record, story, by=fresh(story.members[0])) == [
            "Noter une délibération revient à un agent."
        ]

    def test_an_agent_with_an_interest_leaves_it_to_another(self, story):
        tied = person(Role.AGENT)
        at_commit()
        Membership.objects.create(user=tied, organisation=story.carrier)
        assert refusal(record, story, by=fresh(tied)) == [LEFT_TO_ANOTHER_AGENT]


class TestIncreases:
    def test_an_increase_waits_and_the_rest_stays_granted(self, story):
        record(story)
        change_amount(story, 6500)
        assert sums(story) == (Decimal(5000), Decimal(1500))
        assert not story.action.is_proposed_to_council
        record(story, number="DEL-2")
        assert sums(story) == (Decimal(6500), Decimal(0))

    def test_a_decrease_takes_first_from_what_waits(self, story):
        record(story)
        change_amount(story, 6500)
        change_amount(story, 6000)
        assert sums(story) == (Decimal(5000), Decimal(1000))
        change_amount(story, 4000)
        assert sums(story) == (Decimal(4000), Decimal(0))
        assert proposed_of(fresh_action(story)) == []

    def test_what_was_lowered_is_voted_again_to_rise(self, story):
        record(story)
        change_amount(story, 4000)
        change_amount(story, 4500)
        assert sums(story) == (Decimal(4000), Decimal(500))

    def test_grant_and_increase_may_be_voted_at_once(self, story):
        change_amount(story, 6500)
        grant, increase = proposed_of(fresh_action(story))
        assert (grant.amount, increase.amount) == (Decimal(5000), Decimal(1500))
        assert refusal(record, story, proposed=[increase]) == [
            f"Le conseil vote le financement de {story.action.reference} avant son augmentation."
        ]
        record(story, proposed=[increase, grant])
        assert sums(story) == (Decimal(6500), Decimal(0))

    def test_the_mail_and_the_page_tell_it_as_proposed(self, story):
        record(story)
        OutgoingMail.objects.all().delete()
        amendment = change_amount(story, 6500)
        (mail,) = OutgoingMail.objects.filter(recipient=story.manager.email)
        assert "l’augmentation n’est pas accordée" in mail.body
        said = [(change.label, plain(change.new)) for change in amendment.changes]
        assert said == [("Montant, dont l’augmentation est proposée au conseil", "6 500 €")]
        record(story, number="DEL-2")
        voted = story.action.amendments.with_carriers().get()
        assert [change.label for change in voted.changes] == ["Montant accordé"]


class TestWhatIsLeft:
    """Later decreases take from what waits: what is offered adds up to what the action says."""

    def amounts(self, story) -> list[Decimal]:
        return [one.amount for one in proposed_of(fresh_action(story))]

    def test_of_a_grant_lowered_before_the_vote(self, story):
        OutgoingMail.objects.all().delete()
        change_amount(story, 4000)
        assert self.amounts(story) == [4000]
        assert {"Montant accordé" in mail.text for mail in OutgoingMail.objects.all()} == {False}

    @pytest.mark.parametrize(
        ("changes", "left"),
        [
            ([6000, 5500], [500]),
            ([6000, 4000], []),
            ([6000, 4000, 4500], [500]),
            ([6000, 5500, 5800], [500, 300]),
        ],
    )
    def test_of_increases(self, story, changes, left):
        record(story)
        for amount in changes:
            change_amount(story, amount)
        assert self.amounts(story) == left
        waiting = [one for one in Amendment.objects.order_by("pk") if one.awaits_council]
        assert bool(waiting) is bool(left)
        assert sum(left) == (fresh_action(story).amount_awaited or 0)

    def test_of_an_abandoned_action_nothing_is(self, story):
        why = {"comment": "Plus de local.", "details": {"public_reason": "Plus de local."}}
        story.apply(Transition.ABANDON, story.agent, **why)
        action = fresh_action(story)
        assert (action.state_label, action.amount_awaited) == ("Abandonnée", None)
        assert (action.amount_voted, self.amounts(story)) == (0, [])


def test_a_session_that_postponed_an_action_notes_nothing_of_its_grant():
    first = HeldSession().opened()
    [item] = first.items
    first.record(item, outcome="postpone", reason="Plus tard.")
    first.close().confirm(first.second)
    Programme.objects.update(requires_deliberation=True)
    second = HeldSession(stories=first.refresh().stories).opened().closed()
    second.confirm(second.second)
    assert [one.action for one in proposed_in(second.session)] == [first.stories[0].action]
    assert proposed_in(first.session) == []
    record_deliberation(
        proposed=proposed_in(second.session), by=fresh(second.agent), number=NUMBER, held_on=TODAY()
    )
    assert [len(noted_in(one.session)) for one in (first, second)] == [0, 1]


@starts_from(sitting="closed")
def test_the_grants_of_a_session_are_noted_together(sitting):
    Programme.objects.update(requires_deliberation=True)
    sitting.confirm(sitting.second)
    proposed = proposed_in(sitting.refresh().session)
    assert [one.action for one in proposed] == [story.action for story in sitting.stories]
    record_deliberation(proposed=proposed, by=fresh(sitting.agent), number=NUMBER, held_on=TODAY())
    assert proposed_in(sitting.session) == []
    assert [one.number for one in Deliberation.objects.all()] == [NUMBER] * len(proposed)
