"""The agents' pages of a correction that is awaited: what they do, and what the file then tells."""

from datetime import timedelta

import pytest
from django.utils import timezone

from actions.models import CorrectionAct
from ess_portal.base.french import long_date
from tests.plugins.prepared import starts_from
from tests.support.administration import change, errors
from tests.support.announced import asked_days_ago
from tests.support.payloads import day
from tests.support.reading import Page, plain
from tests.support.transitions import story_at

pytestmark = pytest.mark.django_db
REASON = "Un deuil dans l’équipe."


def address(story, word: str) -> str:
    """One page about what is awaited."""
    return f"/admin/actions/action/{story.action.pk}/complement/{word}/"


def region(page: Page, name: str):
    """One part of the action's page."""
    return page.one("div", **{"aria-label": name})


@starts_from(story="in_correction")
def test_the_file_tells_what_was_asked_and_what_was_done_since(as_user, story):
    agent = as_user(story.agent)
    asked = story.action.correction_requests.get()
    until = asked.due_on
    page = Page(agent.get(address(story, "rappeler")))
    assert f"Complément attendu au plus tard le {long_date(until)}." in plain(page.main.text)

    assert agent.post(address(story, "rappeler")).headers["Location"] == change(story)
    said = {"due_on": day(30), "reason": REASON}
    page = Page(agent.post(address(story, "date"), said, follow=True))
    assert plain(page.one("ul", cls="messagelist").all("li")[-1].text) == (
        "Le porteur a une nouvelle date pour compléter son dossier."
    )

    today = long_date(timezone.localdate())
    later = long_date(timezone.localdate() + timedelta(days=30))
    body = region(page, "Compléments demandés").one("tbody")
    cells = [plain(cell.text) for cell in body.all("td")]
    assert cells[1:] == [
        "Dépenses et coût total Précisez le budget. "
        f"Rappel envoyé le {today}, par {story.agent} "
        f"Délai prolongé le {today}, par {story.agent}, jusqu’au {later} : {REASON}",
        later,
        "–",
        str(story.agent),
    ]
    assert f"au plus tard le {later} : donner plus de temps" in plain(
        region(page, "Étape suivante").text
    )
    assert "Précisez le budget." in plain(region(page, "Historique").text)

    carrier = Page(as_user(story.manager).get(story.action.get_space_url()))
    told = plain(carrier.main.text)
    assert "Rappel envoyé" in told
    assert f"Délai prolongé jusqu’au {later}" in told
    assert f"au plus tard le {later}" in told
    assert REASON in told


@starts_from(story="in_correction")
def test_what_is_lacking_is_said_beside_its_field(as_user, story):
    agent = as_user(story.agent)
    assert errors(agent.post(address(story, "date"), {"due_on": "", "reason": ""})) == [
        "Ce champ est obligatoire.",
        "Ce champ est obligatoire.",
    ]
    same = story.action.correction_requests.get().due_on.isoformat()
    assert errors(agent.post(address(story, "date"), {"due_on": same, "reason": REASON})) == [
        "Un délai se prolonge jusqu’à une date plus tardive que celle demandée, avec un motif."
    ]
    assert not CorrectionAct.objects.exists()


@starts_from(story="in_correction")
def test_what_was_done_is_read_on_the_action_s_page_too_and_a_reminder_offered_once_a_day(
    as_user, story
):
    agent, remind = as_user(story.agent), address(story, "rappeler")
    pages = (story.action.get_absolute_url(), change(story))

    def offered() -> list[bool]:
        return [remind in [link["href"] for link in Page(agent.get(one)).all("a")] for one in pages]

    assert offered() == [True, True]
    agent.post(remind)
    agent.post(address(story, "date"), {"due_on": day(30), "reason": REASON})
    assert offered() == [False, False]
    today, later = long_date(timezone.localdate()), long_date(timezone.localdate() + timedelta(30))
    told = [plain(line.text) for line in Page(agent.get(pages[0])).all("li")]
    assert [line for line in told if line.startswith(("Rappel envoyé", "Délai prolongé"))] == [
        f"Rappel envoyé le {today} par {story.agent}",
        f"Délai prolongé le {today} par {story.agent}, jusqu’au {later} : {REASON}",
    ]


def test_after_the_date_the_refusal_is_proposed_with_its_reason(as_user):
    story = story_at("in_correction")
    agent = as_user(story.agent)
    page = Page(agent.get(change(story)))
    until = story.action.correction_requests.get().due_on
    assert f"Le porteur peut encore compléter son dossier jusqu’au {long_date(until)}." in plain(
        region(page, "Étape suivante").text
    )
    assert Page(agent.get("/admin/actions/action/?retard=complement")).all("tr", cls="row1") == []

    asked_days_ago(story.action, 11)
    page = Page(agent.get(change(story)))
    past = long_date(until - timedelta(days=11))
    assert f"Complément attendu au plus tard le {past} : date passée" in plain(
        region(page, "Étape suivante").text
    )
    late = Page(agent.get("/admin/actions/action/?retard=complement"))
    assert story.action.title in plain(late.main.text)

    form = f"/admin/actions/action/{story.action.pk}/transition/announce_refusal/"
    assert plain(Page(agent.get(form)).one("textarea", name="comment").text) == (
        f"Le dossier est incomplet. Complément demandé et non reçu au {past} : "
        "dépenses et coût total."
    )
    agent.post(form, {"comment": "Incomplet."})
    story.action.refresh_from_db()
    assert (story.action.status, story.action.refused_from) == (
        "refusal_announced",
        "in_correction",
    )


def test_a_refusal_given_up_asks_for_another_date(as_user):
    story = story_at("incomplete")
    agent = as_user(story.agent)
    form = f"/admin/actions/action/{story.action.pk}/transition/withdraw_refusal/"
    assert Page(agent.get(form)).one("input", name="due_on")["value"] == day(15)

    agent.post(form, {"comment": "Entendu.", "due_on": day(8)})
    story.action.refresh_from_db()
    asked = story.action.correction_requests.first()
    assert (story.action.status, asked.due_on.isoformat()) == ("in_correction", day(8))
    waiting = Page(as_user(story.manager).get("/espace/"))
    assert plain(waiting.main.text).count("Un complément est demandé") == 1


@pytest.mark.parametrize("word", ["rappeler", "date"])
@starts_from(story="submitted")
def test_there_is_nothing_here_unless_something_is_awaited(as_user, story, word):
    assert as_user(story.agent).get(address(story, word)).status_code == 404
    assert as_user(story.members[0]).get(address(story, word)).status_code == 404
