"""An agent tied to the carrier, to a partner or to the file leaves it to another (section 4)."""

from datetime import timedelta

import pytest
from django.utils import timezone

from actions.committee.services import agenda, sessions
from actions.committee.services.agenda import move_item, put_on_agenda, take_off_agenda
from actions.committee.services.decisions import propose_decision
from actions.committee.services.sessions import cancel_session
from actions.evaluation.services.assignments import assign_evaluators, unassign_evaluator
from actions.evaluation.services.evaluations import recuse
from actions.models import ActionEvent, Evaluation
from actions.proposals.services.co_editors import accept_co_editing, invite_co_editor
from actions.rules import LEFT_TO_ANOTHER_AGENT, may
from actions.workflow import TRANSITIONS, apply_transition, offers
from actions.workflow.table import AGENT
from actors.enums import Role
from actors.models import Membership
from actors.services import grant_role
from ess_portal.base.refusals import Refused
from tests.support.factories import OrganisationFactory, Story, fresh, member, person
from tests.support.guarantee_steps import a_transaction_later, tell
from tests.support.reading import Page
from tests.support.refusals import execute, refused_by
from tests.support.samples import some_at_once
from tests.support.sessions import HeldSession
from tests.support.transitions import apply, story_at

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

PLACE_OF = {
    ("close_evaluation", "in_evaluation"): "scored",
    ("announce_refusal", "in_correction"): "overdue",
}
# Where each transition that an agent alone may start is possible.
ALONE = {
    (PLACE_OF.get((str(transition), str(source)), str(source)), str(transition))
    for (transition, source), rule in TRANSITIONS.items()
    if rule.who == AGENT
}
PLACES = [
    *sorted(ALONE),
    ("inadmissible", "confirm_refusal"),
    ("inadmissible", "withdraw_refusal"),
    ("incomplete", "confirm_refusal"),
    ("incomplete", "withdraw_refusal"),
]


def agent_of(organisation):
    """An agent who belongs to `organisation`."""
    agent = member(organisation)
    grant_role(agent, Role.AGENT)
    return fresh(agent)


def reasons_of(step) -> list[str]:
    with pytest.raises(Refused) as refused:
        step()
    return refused.value.reasons


@pytest.mark.parametrize(("place", "transition"), some_at_once(PLACES, 3))
def test_no_transition_is_theirs(place, transition):
    story = story_at(place)
    for organisation in (story.carrier, story.action.partners.get()):
        agent = agent_of(organisation)

        assert reasons_of(lambda agent=agent: apply(story, transition, agent)) == [
            LEFT_TO_ANOTHER_AGENT
        ]
        offered = {str(offer.transition) for offer in offers(story.action, agent)}
        assert offered <= {"withdraw", "resubmit"}
    apply(story, transition, person(Role.AGENT))


def test_nor_of_whoever_wrote_the_file_once():
    story = Story()
    agent = person(Role.AGENT, email="agent@example.org")
    invitation = invite_co_editor(
        action=story.action, email="agent@example.org", by=fresh(story.manager)
    )
    accept_co_editing(invitation=invitation, by=fresh(agent))
    story.submitted()

    assert may(fresh(agent), "screen", story.action) is False
    assert may(fresh(story.agent), "screen", story.action) is True
    assert reasons_of(lambda: apply(story, "admit", agent)) == [LEFT_TO_ANOTHER_AGENT]


def test_a_decision_to_reopen_is_not_theirs_to_propose():
    story = Story().evaluated()

    assert reasons_of(
        lambda: propose_decision(
            action=story.action,
            kind="reopen_evaluation",
            by=agent_of(story.carrier),
            reason="Un oubli.",
        )
    ) == [
        "« Rouvrir l’évaluation » revient à un agent, puis un membre de la commission, sans lien "
        "avec l’action."
    ]


def test_nor_is_asking_for_evaluations_or_taking_them_back():
    story = Story().in_evaluation()
    agent = agent_of(story.carrier)
    another = person(Role.EVALUATOR)
    due_on = timezone.localdate() + timedelta(days=9)

    assert reasons_of(
        lambda: assign_evaluators(
            action=story.action, evaluators=[another], due_on=due_on, by=agent
        )
    ) == [LEFT_TO_ANOTHER_AGENT]
    assert reasons_of(
        lambda: unassign_evaluator(evaluation=story.evaluations[0], by=fresh(agent))
    ) == [LEFT_TO_ANOTHER_AGENT]
    assert reasons_of(
        lambda: recuse(
            action=story.action, user=story.evaluators[0], by=fresh(agent), reason="Un lien."
        )
    ) == [LEFT_TO_ANOTHER_AGENT]
    assert Evaluation.objects.filter(action=story.action).count() == 3


@pytest.mark.parametrize("who", ["agent", "chair"])
def test_nor_is_the_agenda(who):
    stories = [Story().evaluated(), Story().evaluated()]
    sitting, other = HeldSession(stories=stories), Story().evaluated()
    a_transaction_later()
    tied = getattr(sitting, who)
    for story in (stories[1], other):
        Membership.objects.create(user=tied, organisation=story.carrier)
    theirs = sitting.items[1]

    assert reasons_of(
        lambda: put_on_agenda(session=sitting.session, actions=[other.action], by=fresh(tied))
    ) == [f"{other.action.reference} : {agenda.LEFT_TO_SOMEBODY_ELSE}"]
    assert reasons_of(lambda: take_off_agenda(item=theirs, by=fresh(tied))) == [
        agenda.LEFT_TO_SOMEBODY_ELSE
    ]
    # Its neighbour moves no further: each changes places with the other.
    for item, up in ((theirs, True), (sitting.items[0], False)):
        assert reasons_of(lambda item=item, up=up: move_item(item=item, by=fresh(tied), up=up)) == [
            agenda.LEFT_TO_SOMEBODY_ELSE
        ]
    assert reasons_of(lambda: cancel_session(session=sitting.session, by=fresh(tied))) == [
        sessions.LEFT_TO_SOMEBODY_ELSE
    ]
    assert [item.action for item in sitting.items] == [story.action for story in stories]
    take_off_agenda(item=sitting.items[0], by=fresh(tied))


def test_a_file_on_paper_is_typed_by_them_all_the_same():
    """To type what somebody else signed isn't to write it."""
    story = Story(received_on_paper=timezone.localdate())
    agent = agent_of(story.carrier)

    apply_transition(story.action, "submit", by=story.manager, entered_by=agent)

    assert ActionEvent.objects.get().entered_by == agent


def test_the_database_holds_it_too():
    story = Story(partners=[OrganisationFactory()]).submitted()

    for organisation in (story.carrier, story.action.partners.get()):
        with refused_by("actions_actionevent_by_an_agent_without_interest"):
            tell(story.action, "in_evaluation", agent_of(organisation))
    for by in (None, person(Role.AGENT, is_active=False).pk, person(Role.ADMINISTRATOR).pk):
        with refused_by("actions_actionevent_by_whoever_may"):
            execute(
                "INSERT INTO actions_actionevent"
                " (action_id, transition, from_status, to_status, by_id, at)"
                " VALUES (%s, 'admit', 'submitted', 'in_evaluation', %s, now())",
                story.action.pk,
                by,
            )


# --- What they read -------------------------------------------------------------------------------


def test_they_read_the_file_and_no_reason(as_user):
    story = Story().evaluated()
    agent = agent_of(story.carrier)
    said = "Ce qu’en disent les évaluateurs"

    for url in (story.action.get_absolute_url(), f"/commission/{story.action.reference}/"):
        page = as_user(agent).get(url)
        assert (page.status_code, said in page.content.decode()) == (200, False), url
        assert said in as_user(story.agent).get(url).content.decode(), url


def address(story: Story) -> str:
    return f"/admin/actions/action/{story.action.pk}/change/"


LEAVES = (
    "Vous êtes lié au porteur ou à un partenaire de cette action : un autre agent suit le dossier. "
    "Vous pouvez le lire, sauf ce qu’en disent les évaluateurs."
)


def test_their_page_offers_nothing_and_says_why(as_user):
    story = Story().submitted()
    agent = agent_of(story.carrier)

    page = Page(as_user(agent).get(address(story)))

    assert LEAVES in page.main.text
    assert [link.text for link in page.all("a", cls="button")] == []
    assert page.all("input", name="_save") == []
    response = as_user(agent).post(address(story), {"title": "Autre"})
    story.action.refresh_from_db()
    assert (response.status_code, story.action.title) == (302, "Une épicerie solidaire")
    transition = f"/admin/actions/action/{story.action.pk}/transition/admit/"
    assert as_user(agent).get(transition).status_code == 404


def test_other_agents_see_that_it_waits_for_them(as_user):
    story = Story().submitted()
    page = Page(as_user(story.agent).get(address(story)))
    assert "attend un autre agent" not in page.main.text

    agent = member(story.carrier, full_name="Ana Bé")
    grant_role(agent, Role.AGENT)

    page = Page(as_user(story.agent).get(address(story)))
    assert (
        "Ana Bé : lié au porteur ou à un partenaire. Le dossier attend un autre agent."
        in page.main.text
    )


def test_the_administrator_names_another(as_user):
    story = Story().submitted()
    administrator = as_user(person(Role.ADMINISTRATOR))
    said = (
        "1 dossier attend un agent sans lien avec le porteur ou un partenaire : donnez le rôle "
        "d’agent à une autre personne. Voir les personnes"
    )
    assert said not in Page(administrator.get("/admin/")).main.text

    Membership.objects.create(user=story.agent, organisation=story.carrier)
    assert said in Page(administrator.get("/admin/")).main.text

    person(Role.AGENT)
    assert said not in Page(administrator.get("/admin/")).main.text
