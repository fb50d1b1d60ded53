"""What an agent corrects in a carrier's file: an event with a reason, which the carrier reads."""

import pytest

from actions.enums import Transition
from actions.models import Action, ApplicationVersion
from actions.proposals.services.corrections_by_agents import (
    CHANGED_SINCE,
    NO_REASON,
    NOT_BALANCED,
    NOT_CORRECTED_ANY_MORE,
)
from actions.rules import LEFT_TO_ANOTHER_AGENT
from actors.enums import Role
from actors.services import grant_role
from ess_portal.base.models import OutgoingMail
from ess_portal.base.refusals import Refused
from tests.plugins.prepared import starts_from
from tests.support.administration import change, errors
from tests.support.factories import fresh, member, person
from tests.support.guarantee_steps import a_transaction_later
from tests.support.reading import Page, form_values

pytestmark = pytest.mark.django_db
WHY = "Le titre reprenait celui d’un autre dossier."


def opened(client, story) -> dict:
    """What the action's page in the administration shows, ready to be sent."""
    return form_values(Page(client.get(change(story))).one("form", id="action_form"))


def said(response) -> list[str]:
    """What the page that follows says above its title."""
    return [
        line.text for box in Page(response).all("ul", cls="messagelist") for line in box.all("li")
    ]


def corrected(client, story, **typed):
    """Type it on the action's page in the administration."""
    return client.post(change(story), opened(client, story) | typed)


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
    assert mail.subject == f"{story.action.reference} : dossier corrigé par le service"
    assert mail.text.splitlines()[2:11] == [
        "Le service a corrigé votre dossier.",
        "",
        "Action : « Une épicerie »",
        f"Référence : {story.action.reference}",
        "État : proposée",
        f"Titre : Une épicerie (avant : {story.action.title})",
        "",
        "Motif :",
        "",
    ]
    assert mail.text.splitlines()[11] == WHY
    page = Page(as_user(story.manager).get(story.action.get_space_url()))
    history = page.main.one("section", **{"aria-labelledby": "history"}).text
    assert "Dossier corrigé par le service" in history
    assert WHY in page.main.one("section", **{"aria-labelledby": "versions"}).text
    assert WHY in Page(as_user(story.agent).get(change(story))).one(id="content").text


@starts_from(story="submitted")
def test_a_long_text_is_read_in_its_space_rather_than_in_the_mail(as_user, story):
    OutgoingMail.objects.all().delete()
    corrected(as_user(story.agent), story, description="Mot. " * 100, reason=WHY)
    mail = OutgoingMail.objects.get()
    assert mail.text.splitlines()[7] == "Description : texte changé, à relire dans votre espace"


@starts_from(story="submitted")
@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        (
            {"title": "Une épicerie", "reason": WHY},
            "Dossier corrigé : le porteur en est prévenu, avec votre motif et ce qui change.",
        ),
        ({}, "Rien n’a changé dans ce dossier."),
    ],
)
def test_says_what_came_of_it_on_the_page_of_the_file(as_user, story, typed, sentence):
    client = as_user(story.agent)
    response = corrected(client, story, **typed)
    assert response.headers["Location"] == change(story)
    assert Page(client.get(change(story))).one("ul", cls="messagelist").text == sentence


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
def test_an_older_page_undoes_nobody_s_correction(as_user, story):
    client, other = as_user(story.agent), as_user(person(Role.AGENT))
    older = opened(client, story)
    corrected(other, story, title="Une épicerie", reason=WHY)
    a_transaction_later()
    response = client.post(change(story), older | {"summary": "Autre", "reason": WHY})
    assert (response.status_code, errors(response)) == (200, [CHANGED_SINCE])
    action = Action.objects.get()
    assert (action.title, action.versions.count()) == ("Une épicerie", 2)
    assert action.summary == story.action.summary


@starts_from(story="submitted")
def test_what_the_service_refuses_is_said_on_the_page(as_user, story, monkeypatch):
    """Whatever happens once the form was read: another agent is quicker, the file is given back."""

    def refuse(**_what):
        raise Refused([CHANGED_SINCE])

    monkeypatch.setattr("actions.admin.action.note_correction", refuse)
    client = as_user(story.agent)
    typed = opened(client, story) | {"title": "Une épicerie", "reason": WHY}
    assert said(client.post(change(story), typed, follow=True)) == [CHANGED_SINCE]
    assert Action.objects.get().title == story.action.title


@starts_from(story="submitted")
def test_between_page_and_answer_the_file_moved_on(as_user, story):
    agent = person(Role.AGENT)
    client = as_user(agent)
    form = opened(client, story)
    a_transaction_later()
    story.apply(Transition.ADMIT, story.agent)
    sent = form | {"title": "Une épicerie", "reason": WHY}
    assert said(client.post(change(story), sent, follow=True)) == [NOT_CORRECTED_ANY_MORE]
    assert (Action.objects.get().title, story.action.versions.count()) == (story.action.title, 1)


@starts_from(story="submitted")
def test_sent_by_a_tied_agent_says_whose_it_is(as_user, story):
    tied = member(story.carrier)
    grant_role(tied, Role.AGENT)
    sent = opened(as_user(story.agent), story) | {"title": "Une épicerie", "reason": WHY}
    response = as_user(fresh(tied)).post(change(story), sent, follow=True)
    assert said(response) == [LEFT_TO_ANOTHER_AGENT]
    assert Action.objects.get().title == story.action.title
