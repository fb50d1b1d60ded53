"""`Action.received_on`: the day that pages and documents date a file from."""

from datetime import timedelta

import pytest
from django.utils import timezone

from actions.models import Action
from actions.proposals.documents.application import application_data
from actions.proposals.queries.application import application_of
from ess_portal.base.french import long_date
from tests.support.factories import Story
from tests.support.reading import Page

pytestmark = pytest.mark.django_db


def dated(story: Story) -> dict[str, str]:
    facts = dict(application_data(application_of(story.action))["facts"])
    return {label: text for label, text in facts.items() if label.endswith(" le")}


def test_of_what_came_on_paper_is_the_day_it_came(as_user):
    today = timezone.localdate()
    came = today - timedelta(days=9)
    story = Story(received_on_paper=came).submitted()
    assert story.action.received_on == came
    facts = dated(story)
    assert (facts["Reçue sur papier le"], list(facts)) == (
        long_date(came),
        ["Reçue sur papier le", "Saisie le"],
    )
    aside = Page(as_user(story.agent).get(f"/actions/{story.action.reference}/")).main.one("aside")
    assert f"Déposée le {long_date(came)}" in aside.text


def test_of_what_was_sent_here_is_the_day_it_was_sent():
    story = Story()
    assert (story.action.received_on, dated(story)) == (None, {})
    story.submitted()
    assert Action.objects.get().received_on == timezone.localdate()
    assert list(dated(story)) == ["Déposée le"]
