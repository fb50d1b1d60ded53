"""The outbox as staff read it."""

from datetime import timedelta

import pytest
from django.contrib.contenttypes.models import ContentType
from django.forms.models import BaseModelForm
from django.urls import reverse
from django.utils import timezone

from actors.enums import Role
from challenges.models import ReceiptTerms
from ess_portal.base.mail import enqueue
from ess_portal.base.models import OutgoingMail, SearchSynonyms
from ess_portal.base.sealing import seal
from tests.support.factories import ProgrammeFactory, Story, person
from tests.support.reading import Page, plain

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(as_user):
    """An agent's browser."""
    return as_user(person(Role.AGENT))


def mail(**fields) -> OutgoingMail:
    """A mail of the outbox."""
    return OutgoingMail.objects.create(
        **{"recipient": "a@example.org", "subject": "Objet", "body": "Le texte."} | fields
    )


def test_the_text_of_a_mail_is_read_before_it_leaves(client):
    page = Page(client.get(f"/admin/base/outgoingmail/{mail().pk}/change/"))
    assert page.one("div", cls="field-body").one("div", cls="readonly").text == "Le texte."
    assert page.all("input", name="_save") == []


def test_the_text_of_a_secret_mail_is_hidden(client):
    secret = mail(secret=True, body=seal("Votre code : 123456"))
    for path in (f"/admin/base/outgoingmail/{secret.pk}/change/", "/admin/base/outgoingmail/"):
        assert "123456" not in client.get(path).content.decode()
    assert (
        Page(client.get(f"/admin/base/outgoingmail/{secret.pk}/change/")).all(
            "div", cls="field-body"
        )
        == []
    )


def test_a_secret_is_sealed_while_it_waits_and_erased_when_it_is_given_up():
    code = enqueue(
        recipient="a@example.org", template="login_code", context={"code": "ABC123"}, secret=True
    )

    assert ("ABC123" in code.body, "ABC123" in code.text) == (False, True)

    code.note_failure("refused", final=True)
    assert (code.body, code.text, code.can_be_tried_again) == ("", "", False)


def test_the_text_of_a_secret_mail_is_not_found_by_searching(client):
    mail(secret=True, body=seal("Votre code : 123456"))
    page = Page(client.get("/admin/base/outgoingmail/", {"q": "123456"}))
    assert page.all("th", cls="field-subject") == []


def test_a_failing_mail_is_tried_again_at_once(client):
    later = timezone.now() + timedelta(hours=5)
    failing = mail(next_attempt_at=later, attempts=1)
    sent = mail(next_attempt_at=later, attempts=1, sent_at=timezone.now())
    client.post(
        "/admin/base/outgoingmail/",
        {"action": "try_again", "_selected_action": [failing.pk, sent.pk]},
    )
    assert list(OutgoingMail.objects.due()) == [failing]
    sent.refresh_from_db()
    assert sent.next_attempt_at == later


def subjects(response) -> list[str]:
    """The mails of the list."""
    return [cell.text for cell in Page(response).all("th", cls="field-subject")]


@pytest.mark.parametrize(
    ("state", "found"),
    [
        ("", ["envoyé", "abandonné", "échec", "attente"]),
        ("?etat=echec", ["échec"]),
        ("?etat=abandonne", ["abandonné"]),
        ("?etat=attente", ["attente"]),
        ("?etat=envoye", ["envoyé"]),
        ("?etat=perdu", ["envoyé", "abandonné", "échec", "attente"]),
    ],
)
def test_the_list_is_filtered_by_state(client, state, found):
    now = timezone.now()
    mail(subject="attente")
    mail(subject="échec", attempts=2, last_error="x")
    mail(subject="abandonné", attempts=20, given_up_at=now, last_error="x")
    mail(subject="envoyé", attempts=3, sent_at=now)
    assert subjects(client.get(f"/admin/base/outgoingmail/{state}")) == found


def test_the_list_says_what_failed_how_often_and_when_it_is_tried_next(client):
    later = timezone.make_aware(timezone.datetime(2026, 7, 1, 14, 5))
    mail(attempts=3, last_error="450 Plus tard", next_attempt_at=later)
    page = Page(client.get("/admin/base/outgoingmail/?etat=echec"))
    names = ("state", "attempts", "next_try", "last_error")
    assert [page.one("td", cls=f"field-{name}").text for name in names] == [
        "en échec",
        "3",
        "1 juillet 2026 14:05",
        "450 Plus tard",
    ]


def test_several_are_tried_again_together(client):
    later = timezone.now() + timedelta(hours=5)
    failing = mail(attempts=3, next_attempt_at=later)
    given_up = mail(attempts=20, next_attempt_at=later, given_up_at=timezone.now())
    waiting = mail(next_attempt_at=later)
    keys = [failing.pk, given_up.pk, waiting.pk]
    response = client.post(
        "/admin/base/outgoingmail/",
        {"action": "try_again", "_selected_action": keys},
        follow=True,
    )
    assert [m.text for m in Page(response).all("li", cls="info")] == [
        "2 courriels seront réessayés dans un instant."
    ]
    due = OutgoingMail.objects.due().order_by("pk").values_list("pk", "attempts", "given_up_at")
    assert list(due) == [(failing.pk, 3, None), (given_up.pk, 0, None)]


def test_the_button_is_there_only_for_what_failed(client):
    def buttons(**fields):
        page = Page(client.get(f"/admin/base/outgoingmail/{mail(**fields).pk}/change/"))
        return [b["formaction"] for b in page.all("button") if b.get("formaction")]

    assert [len(buttons(attempts=1)), len(buttons(attempts=20, given_up_at=timezone.now()))] == [
        1,
        1,
    ]
    assert buttons() == buttons(attempts=1, sent_at=timezone.now()) == []
    assert buttons(attempts=20, given_up_at=timezone.now(), body="") == []


def alerts(client) -> list[str]:
    """What the administration's home page says first."""
    lists = Page(client.get("/admin/")).all("ul", cls="messagelist")
    return [line.text for one in lists for line in one.all("li")]


def test_the_home_page_says_what_does_not_leave(client):
    mail()
    mail(attempts=1, sent_at=timezone.now())
    assert alerts(client) == []
    mail(attempts=1)
    assert alerts(client) == [
        "1 courriel en échec : un nouvel essai est prévu. Voir pourquoi",
    ]
    for _ in range(2):
        mail(attempts=1)
        mail(attempts=20, given_up_at=timezone.now())
    assert alerts(client) == [
        "3 courriels en échec : un nouvel essai est prévu. Voir pourquoi",
        "2 courriels abandonnés après trop d’essais ou un refus définitif. Voir et réessayer",
    ]


def test_the_home_page_says_nothing_of_mails_to_administrators(as_user):
    mail(attempts=1)
    (said,) = alerts(as_user(person(Role.ADMINISTRATOR)))
    assert plain(said).partition(" : ")[0] == "Place libre pour les pièces jointes"


@pytest.mark.parametrize("role", [Role.AGENT, Role.ADMINISTRATOR])
def test_terms_that_nobody_confirmed_are_recalled_to_staff(as_user, role):
    programme = ProgrammeFactory()
    client = as_user(person(role))

    def recalled() -> list[tuple[str, list[str]]]:
        lines = Page(client.get("/admin/")).all("li", cls="warning")
        return [
            (line.text[:44], [link["href"] for link in line.all("a")])
            for line in lines
            if "accusés de réception" in line.text
        ]

    links = [f"/admin/challenges/programme/{programme.pk}/change/"] if role == Role.AGENT else []
    assert recalled() == [("Les textes des accusés de réception (délais,", links)]

    ReceiptTerms.objects.create(programme=programme, is_confirmed=True)
    assert recalled() == []


def test_the_address_of_a_row_is_told_to_who_may_see_it_there(as_user):
    """`admin/r/` led an administrator to any file, session or attachment, by its number."""
    story = Story().submitted()
    organisation = story.carrier
    addresses = {
        row: f"/admin/r/{ContentType.objects.get_for_model(row).pk}/{row.pk}/"
        for row in (story.action, organisation)
    }
    agent, administrator = as_user(person(Role.AGENT)), as_user(person(Role.ADMINISTRATOR))
    for row, address in addresses.items():
        assert agent.get(address).headers["Location"].endswith(row.get_absolute_url())
        assert administrator.get(address).status_code == 404
    unknown = ("9" * 30, "NaN", "-1")
    for nonsense in (*(f"/admin/r/{one}/1/" for one in unknown), addresses[story.action] + "x/"):
        assert agent.get(nonsense).status_code == 404


def test_one_row_written_twice_at_once_is_said(as_user, monkeypatch):
    """Between the form's question and the row, another window wrote the same one."""
    validate, others = BaseModelForm.validate_unique, []

    def validate_then_somebody_writes(form):
        validate(form)
        if not others:
            others.append(SearchSynonyms.objects.create(words="vite, rapide"))

    monkeypatch.setattr(BaseModelForm, "validate_unique", validate_then_somebody_writes)
    address = reverse("admin:base_searchsynonyms_add")
    response = as_user(person(Role.AGENT)).post(address, {"words": "vite, rapide"})
    assert response.status_code in (200, 302)
    assert SearchSynonyms.objects.filter(words="vite, rapide").count() == 1
