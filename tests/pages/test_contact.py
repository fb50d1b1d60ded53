"""The contact form: kept, mailed, refused in words."""

from urllib.parse import quote

import pytest
from django.core import mail
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from actors.enums import Role
from ess_portal.base.mail import send_next
from ess_portal.base.models import OutgoingMail
from ess_portal.pages.admin import HOW_TO_ANSWER
from ess_portal.pages.models import ContactMessage
from tests.support.factories import UserFactory, person
from tests.support.reading import Page, plain

pytestmark = pytest.mark.django_db
CONTACT = "/contact/"
TYPED = {
    "name": "Ana Bé",
    "email": "ana@example.org",
    "subject": "Une question",
    "message": "Quand se réunit la commission ?",
    "website": "",
}


def test_is_kept_and_mailed_to_every_agent():
    for name in ("un", "deux"):
        person(Role.AGENT, email=f"{name}@agglo.example")
    person(Role.AGENT, email="parti@agglo.example", is_active=False)
    response = Client().post(CONTACT, TYPED)
    assert response.headers["Location"] == "/contact/merci/"
    message = ContactMessage.objects.get()
    assert {name: getattr(message, name) for name in TYPED if name != "website"} == {
        name: value for name, value in TYPED.items() if name != "website"
    }
    assert not message.answered
    subject = "Message du portail : Une question"
    assert sorted(OutgoingMail.objects.values_list("recipient", "subject", "body")) == [
        (
            f"{name}@agglo.example",
            subject,
            "Un message est arrivé par la page de contact du portail.\n\n"
            "De : Ana Bé\nRépondre à : ana@example.org\nObjet : Une question\n\n"
            "Quand se réunit la commission ?\n\n"
            "-- \nClermont Communauté – Portail de l’économie sociale et solidaire\n"
            "http://127.0.0.1:8000\n",
        )
        for name in ("deux", "un")
    ]
    assert Page(Client().get("/contact/merci/")).title == "Votre message est enregistré"


def test_goes_to_the_authoritys_address_when_it_has_one(settings):
    settings.AUTHORITY = settings.AUTHORITY | {"email": "ess@agglo.example"}
    person(Role.AGENT)
    Client().post(CONTACT, TYPED)
    assert list(OutgoingMail.objects.values_list("recipient", flat=True)) == ["ess@agglo.example"]


def test_is_kept_even_when_nobody_can_be_mailed():
    Client().post(CONTACT, TYPED)
    assert (ContactMessage.objects.count(), OutgoingMail.objects.count()) == (1, 0)


def test_knows_who_is_signed_in(as_user):
    user = UserFactory(full_name="Ana Bé", email="ana@example.org")
    form = Page(as_user(user).get(CONTACT)).form
    assert (form["name"], form["email"]) == ("Ana Bé", "ana@example.org")


@pytest.mark.parametrize("address", ["ana@example.org", "bob@example.org"])
def test_gives_a_copy_to_the_address_of_who_is_signed_in_alone(as_user, address):
    client = as_user(UserFactory(full_name="Ana Bé", email="ana@example.org"))
    response = client.post(CONTACT, TYPED | {"email": address}, follow=True)
    own = address == "ana@example.org"
    said = "Une copie de votre message vous est envoyée par courriel."
    assert Page(response).messages == ([said] if own else [])
    copies = [
        (mail.recipient, mail.subject, TYPED["message"] in mail.text)
        for mail in OutgoingMail.objects.all()
    ]
    subject = f"Votre message : {TYPED['subject']}"
    assert copies == ([("ana@example.org", subject, True)] if own else [])


def test_refuses_robots_and_shows_them_the_field():
    page = Page(Client().post(CONTACT, TYPED | {"website": "https://spam.example"}))
    assert page.errors == [
        "Laissez ce champ vide : Ce champ doit rester vide : effacez-le pour envoyer."
    ]
    assert page.form == TYPED | {"website": "https://spam.example"}
    assert (ContactMessage.objects.count(), OutgoingMail.objects.count()) == (0, 0)


@pytest.mark.parametrize(
    ("field", "value", "label"),
    [
        ("name", "", "Prénom et nom"),
        ("name", "é" * 151, "Prénom et nom"),
        ("name", "a\x00", "Prénom et nom"),
        ("email", "ana", "Adresse électronique"),
        ("email", "ana@example.org\r\nBcc: x@example.org", "Adresse électronique"),
        # A quoted part may hold what the mail's headers would take for the end of a line.
        ("email", '"ana\x0bend"@example.org', "Adresse électronique"),
        ("email", '"ana\x1cSubject:"@example.org', "Adresse électronique"),
        ("email", '"<bob@example.org>"@example.org', "Adresse électronique"),
        ("email", "ana@[127.0.0.1]", "Adresse électronique"),
        ("email", "=?utf-8?q?bob?=@example.org", "Adresse électronique"),
        ("subject", "é" * 151, "Objet"),
        ("message", "", "Message"),
        ("message", "é" * 5001, "Message"),
        ("message", "a\x00b", "Message"),
        ("website", "é" * 201, "Laissez ce champ vide"),
    ],
)
def test_refuses_what_it_cannot_keep_beside_the_field(field, value, label):
    response = Client().post(CONTACT, TYPED | {field: value})
    (error,) = Page(response).errors
    assert (response.status_code, error.partition(" : ")[0]) == (200, label)
    assert (ContactMessage.objects.count(), OutgoingMail.objects.count()) == (0, 0)


def test_a_subject_injects_no_header():
    person(Role.AGENT, email="agent@agglo.example")
    page = Page(Client().post(CONTACT, TYPED | {"subject": "Bonjour\r\nBcc: victime"}))
    assert [error.replace("\u00a0", " ") for error in page.errors] == [
        "Objet : Ce nom contient un caractère invisible (U+000D), après « Bonjour » : "
        "effacez-le, ou retapez ce passage."
    ]
    call_command("send_mails", verbosity=0)
    assert (ContactMessage.objects.count(), mail.outbox) == (0, [])


def test_is_deleted_after_a_year():
    Client().post(CONTACT, TYPED)
    Client().post(CONTACT, TYPED | {"subject": "Ancienne"})
    ContactMessage.objects.filter(subject="Ancienne").update(
        created_at=timezone.now() - timezone.timedelta(days=366)
    )
    call_command("purge_expired", "--dry-run", verbosity=0)
    assert ContactMessage.objects.count() == 2
    call_command("purge_expired", verbosity=0)
    assert [message.subject for message in ContactMessage.objects.all()] == ["Une question"]


def test_is_answered_to_whoever_wrote_it(as_user):
    agent = person(Role.AGENT)
    Client().post(CONTACT, TYPED)
    assert OutgoingMail.objects.get().reply_to == TYPED["email"]
    send_next()
    [sent] = mail.outbox
    assert (sent.to, sent.reply_to) == ([agent.email], [TYPED["email"]])
    message = ContactMessage.objects.get()
    address = f"/admin/pages/contactmessage/{message.pk}/change/"
    link = next(
        link["href"]
        for link in Page(as_user(agent).get(address)).all("a")
        if link.text == TYPED["email"]
    )
    assert link == f"mailto:{TYPED['email']}?subject=Re%20%3A%20{quote(TYPED['subject'])}"
    client = as_user(agent)
    page = Page(client.get(address))
    assert plain(HOW_TO_ANSWER) in page.main.text
    client.post(address, page.form | {"note": "Répondu par téléphone.", "answered": "on"})
    message.refresh_from_db()
    assert (message.answered, message.note) == (True, "Répondu par téléphone.")


def test_is_ticked_when_answered(as_user):
    Client().post(CONTACT, TYPED)
    message = ContactMessage.objects.get()
    client = as_user(person(Role.AGENT))
    address = f"/admin/pages/contactmessage/{message.pk}/change/"
    form = Page(client.get(address)).form
    client.post(address, form | {"answered": "on", "message": "Réécrit"})
    message.refresh_from_db()
    assert (message.answered, message.message) == (True, TYPED["message"])


def test_a_note_sent_twice_is_noted_once(as_user):
    Client().post(CONTACT, TYPED)
    message = ContactMessage.objects.get()
    address = f"/admin/pages/contactmessage/{message.pk}/change/"
    client = as_user(person(Role.AGENT))
    typed = Page(client.get(address)).form | {
        "note": "Répondu par téléphone.\r\nÀ suivre.",
        "answered": "on",
    }
    first, second = client.post(address, typed), client.post(address, typed)
    assert (first.status_code, second.status_code) == (302, 302)
    assert first.headers["Location"] == second.headers["Location"]


def test_an_older_page_overwrites_no_note_before_it_is_told(as_user):
    Client().post(CONTACT, TYPED)
    message = ContactMessage.objects.get()
    address = f"/admin/pages/contactmessage/{message.pk}/change/"
    one, other = as_user(person(Role.AGENT)), as_user(person(Role.AGENT))
    older, newer = Page(one.get(address)).form, Page(other.get(address)).form
    other.post(address, newer | {"note": "Répondu par téléphone.", "answered": "on"})
    page = Page(one.post(address, older | {"note": "À rappeler."}))
    message.refresh_from_db()
    assert (message.note, message.answered) == ("Répondu par téléphone.", True)
    assert "La note enregistrée est : « Répondu par téléphone. » (répondu)." in page.main.text
    # Sent again from there, it replaces the other knowingly.
    assert page.form["note"] == "À rappeler."
    one.post(address, page.form)
    message.refresh_from_db()
    assert (message.note, message.answered) == ("À rappeler.", False)


class TestThrottle:
    """Counted as attempts to sign in are: by network address, and by the address that is given."""

    SAID = (
        "Vous avez envoyé plusieurs messages en peu de temps : attendez un peu, puis envoyez "
        "celui-ci. Il est resté dans cette page."
    )

    @pytest.fixture(autouse=True)
    def as_in_production(self, settings):
        """The demonstration is tried by many people from one address."""
        settings.DEMO = False

    def send(self, number: int, **headers):
        typed = TYPED | {"subject": f"Question {number}", "email": f"a{number}@example.org"}
        return Client().post(CONTACT, typed, **headers), typed

    def test_of_one_network_address(self):
        for number in range(5):
            assert self.send(number)[0].status_code == 302
        response, typed = self.send(5)
        page = Page(response)
        assert (page.errors, page.form) == ([self.SAID], typed)
        assert ContactMessage.objects.count() == 5
        assert self.send(6, REMOTE_ADDR="203.0.113.9")[0].status_code == 302

    def test_in_the_name_of_one_address(self):
        for number in range(4):
            response = Client().post(CONTACT, TYPED, REMOTE_ADDR=f"203.0.113.{number}")
        assert Page(response).errors == [self.SAID]
        assert ContactMessage.objects.count() == 3

    def test_what_is_refused_for_itself_does_not_count(self):
        for _ in range(9):
            Client().post(CONTACT, TYPED | {"message": ""})
        assert self.send(1)[0].status_code == 302


def test_an_address_adds_nothing_to_the_answer(as_user):
    message = ContactMessage.objects.create(
        name="A", email="x?bcc=evil%40evil.org&body=Bonjour@evil.com", subject="B", message="C"
    )
    address = f"/admin/pages/contactmessage/{message.pk}/change/"
    links = [link["href"] for link in Page(as_user(person(Role.AGENT)).get(address)).all("a")]
    [answer] = [link for link in links if link.startswith("mailto:")]
    assert answer == (
        "mailto:x%3Fbcc%3Devil%2540evil.org%26body%3DBonjour@evil.com?subject=Re%20%3A%20B"
    )
