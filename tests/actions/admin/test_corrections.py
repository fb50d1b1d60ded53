"""What an agent corrects in a carrier's file: an event with a reason, which the carrier reads."""

import pytest

from actions.enums import Transition
from actions.models import Action, ApplicationVersion
from actions.proposals.services.corrections_by_agents import NO_REASON, NOT_BALANCED
from actors.enums import Role
from actors.services import grant_role
from ess_portal.base.models import OutgoingMail
from tests.plugins.prepared import starts_from
from tests.support.administration import change, errors
from tests.support.factories import fresh, member, person
from tests.support.guarantee_steps import a_transaction_later
from tests.support.reading import Page, form_values

pytestmark = pytest.mark.django_db
WHY = "Le titre reprenait celui d’un autre dossier."


def corrected(client, story, **typed):
    """Type it on the action's page in the administration."""
    page = Page(client.get(change(story)))
    form = form_values(page.one("form", id="action_form"))
    return client.post(change(story), form | typed)


@starts_from(story="submitted")
def test_is_kept_as_a_version_with_its_reason_and_told_to_the_carrier(as_user, story):
    OutgoingMail.objects.all().delete()
    corrected(as_user(story.agent), story, title="Une épicerie", reason=WHY)
    assert Action.objects.get().title == "Une épicerie"
    first, second = ApplicationVersion.objects.order_by("number")
    assert (first.reason, second.reason, second.sent_by) == ("", WHY, story.agent)
    assert (first.content["title"], second.content["title"]) == (story.action.title, "Une épicerie")
    [mail] = OutgoingMail.objects.all()
    assert mail.recipient == story.manager.email
    for said in ("Le service a corrigé votre dossier.", WHY, "Titre : Une épicerie"):
        assert said in mail.text
    page = Page(as_user(story.manager).get(story.action.get_space_url()))
    history = page.main.one("section", **{"aria-labelledby": "history"}).text
    assert "Dossier corrigé par le service" in history
    assert WHY in page.main.one("section", **{"aria-labelledby": "versions"}).text
    assert WHY in Page(as_user(story.agent).get(change(story))).one(id="content").text


@starts_from(story="submitted")
@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"title": "Une épicerie"}, NO_REASON),
        ({"title": "Une épicerie", "reason": " \n"}, NO_REASON),
        ({"funding_asked": "1", "reason": WHY}, NOT_BALANCED),
    ],
)
def test_is_refused_without_a_reason_or_a_balance(as_user, story, typed, sentence):
    response = corrected(as_user(story.agent), story, **typed)
    assert (response.status_code, errors(response)) == (200, [sentence])
    action = Action.objects.get()
    assert (action.title, action.funding_asked) == (story.action.title, story.action.funding_asked)
    assert action.versions.count() == 1


@starts_from(story="submitted")
def test_of_nothing_is_none(as_user, story):
    OutgoingMail.objects.all().delete()
    corrected(as_user(story.agent), story, reason=WHY)
    corrected(as_user(story.agent), story)
    assert (ApplicationVersion.objects.count(), OutgoingMail.objects.count()) == (1, 0)


@starts_from(story="submitted")
def test_is_left_to_an_agent_without_interest(as_user, story):
    tied = member(story.carrier)
    grant_role(tied, Role.AGENT)
    page = Page(as_user(fresh(tied)).get(change(story)))
    assert page.all("textarea", name="reason") == []


@starts_from(story="submitted")
def test_between_page_and_answer_the_file_moved_on(as_user, story):
    agent = person(Role.AGENT)
    client = as_user(agent)
    form = form_values(Page(client.get(change(story))).one("form", id="action_form"))
    a_transaction_later()
    story.apply(Transition.ADMIT, story.agent)
    client.post(change(story), form | {"title": "Une épicerie", "reason": WHY})
    assert (Action.objects.get().title, story.action.versions.count()) == (story.action.title, 1)
