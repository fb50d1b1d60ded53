"""The same form sent twice, one after the other or at one instant, makes one row."""

import uuid

import pytest
from django.contrib import admin
from django.contrib.admin.options import BaseModelAdmin
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from actions.models import CommitteeSession, EnvelopeVote
from ess_portal.base.models import SentForm
from ess_portal.base.sent_forms import FIELD
from tests.support.factories import Story, UserFactory, fresh
from tests.support.files import pdf
from tests.support.races import all_at_once
from tests.support.reading import Page
from tests.support.samples import some_at_once
from tests.support.sent_twice import FORMS, Sent, contact, envelope_vote, invitation, new_session
from tests.support.signing_in import open_session

pytestmark = pytest.mark.slow

of_every_form = pytest.mark.parametrize("make", FORMS, ids=lambda make: make.__name__)
of_some_forms = pytest.mark.parametrize(
    "make", some_at_once(FORMS, 4), ids=lambda make: make.__name__
)


def client_of(sent: Sent) -> Client:
    """A browser of whoever sends it."""
    client = Client()
    if sent.by is not None:
        open_session(client, fresh(sent.by))
    return client


def filled_in(sent: Sent, client: Client) -> dict:
    """The form as the page gives it, with what the person typed."""
    page = Page(client.get(sent.page or sent.address))
    return page.form | {FIELD: page.form_key} | sent.typed


def outcome(sent: Sent, client: Client, typed: dict) -> tuple[str, list[str]]:
    """Where sending leads, and what is said there."""
    response = client.post(sent.address, typed)
    address = response.headers.get("Location", f"{response.status_code}: {response.content!r}")
    return address, Page(client.get(address)).messages


@pytest.mark.django_db
@of_every_form
def test_sent_twice_makes_one_row_and_answers_the_same(make):
    sent = make()
    client, before = client_of(sent), sent.makes.objects.count()
    typed = filled_in(sent, client)
    first = outcome(sent, client, typed)
    assert outcome(sent, client, typed) == first
    assert sent.makes.objects.count() == before + 1


@pytest.mark.django_db(transaction=True)
@of_some_forms
def test_sent_eight_times_at_once_makes_one_row(make):
    sent = make()
    browsers, before = [client_of(sent) for _ in range(8)], sent.makes.objects.count()
    typed = filled_in(sent, browsers[0])
    answers = all_at_once(
        [lambda client=client: client.post(sent.address, typed) for client in browsers]
    )
    assert [answer.status_code for answer in answers] == [302] * 8
    assert len({answer.headers["Location"] for answer in answers}) == 1
    assert sent.makes.objects.count() == before + 1


@pytest.mark.django_db
@of_some_forms
def test_each_page_gives_a_key_of_its_own(make):
    sent = make()
    client = client_of(sent)
    keys = [filled_in(sent, client)[FIELD] for _ in range(2)]
    assert len({uuid.UUID(key) for key in keys}) == 2


@pytest.mark.django_db
def test_another_vote_from_the_same_page_is_asked_for_again():
    """Somebody went back, and changed the figure: neither lost nor taken for the first."""
    sent = envelope_vote()
    client = client_of(sent)
    typed = filled_in(sent, client)
    client.post(sent.address, typed)
    page = Page(client.post(sent.address, typed | {"amount": "70000"}))
    assert page.errors == [
        "Ce formulaire a déjà été envoyé, avec d’autres réponses. Si vous voulez aussi envoyer "
        "celles-ci, envoyez-le de nouveau."
    ]
    assert page.form["amount"] == "70000"
    client.post(sent.address, page.form | {FIELD: page.form_key})
    assert list(EnvelopeVote.objects.order_by("pk").values_list("amount", flat=True)) == [
        60_000,
        70_000,
    ]


@pytest.mark.django_db
def test_what_was_refused_can_be_sent_again_with_the_same_key():
    sent = envelope_vote()
    client = client_of(sent)
    typed = filled_in(sent, client)
    client.post(sent.address, typed | {"votes_for": "9"})
    assert SentForm.objects.count() == 0
    client.post(sent.address, typed)
    assert EnvelopeVote.objects.count() == 1


@pytest.mark.django_db
def test_a_key_counts_for_one_person_and_one_page(as_user):
    sent = invitation()
    typed = filled_in(sent, client_of(sent))
    client_of(sent).post(sent.address, typed)
    stranger = as_user(UserFactory())
    assert stranger.post(sent.address, typed).status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize("key", [[], ["n’importe quoi"], ["\x00"]], ids=["none", "unread", "nul"])
def test_without_a_key_that_can_be_read_each_sending_counts(key):
    sent = new_session()
    client, before = client_of(sent), CommitteeSession.objects.count()
    typed = filled_in(sent, client) | {FIELD: key}
    for _ in range(2):
        assert client.post(sent.address, typed).status_code == 302
    assert CommitteeSession.objects.count() == before + 2


@pytest.mark.django_db
def test_keys_are_forgotten_after_a_month():
    sent = contact()
    client = client_of(sent)
    client.post(sent.address, filled_in(sent, client))
    client.post(sent.address, filled_in(sent, client) | {"subject": "Une autre"})
    SentForm.objects.filter(pk=SentForm.objects.first().pk).update(
        created_at=timezone.now() - timezone.timedelta(days=31)
    )
    call_command("purge_expired", verbosity=0)
    assert SentForm.objects.count() == 1


@pytest.mark.django_db
def test_an_attachment_sent_twice_is_attached_once(as_user):
    story = Story()
    client, page = as_user(story.manager), f"/espace/actions/{story.action.uuid}/pieces/"
    sending = Page(client.get(f"/espace/actions/{story.action.uuid}/modifier/envoi/"))
    (key,) = (field["value"] for field in sending.all("input", name=FIELD))

    def click():
        file = SimpleUploadedFile("statuts.pdf", pdf())
        return Page(client.post(page, {FIELD: key, "file": file}, follow=True)).messages

    assert [click(), click()] == [["« statuts.pdf » est joint au dossier."]] * 2
    assert story.action.attachments.count() == 1


def test_a_double_click_in_the_administration_meets_the_database():
    """No key there: whatever can be added bears something that no two rows have in common."""
    addable = [
        model
        for model, page in admin.site._registry.items()
        if model._meta.app_label in ("actions", "actors", "base", "challenges", "pages")
        and type(page).has_add_permission is BaseModelAdmin.has_add_permission
    ]
    assert {model._meta.label for model in addable} == {
        "actors.Commune",
        "actors.LivingArea",
        "actors.Membership",
        "actors.Organisation",
        "actors.Sector",
        "actors.User",
        "base.SearchSynonyms",
        "challenges.Challenge",
        "challenges.Grid",
        "challenges.Measure",
        "challenges.Programme",
    }
    for model in addable:
        unique = [field for field in model._meta.fields if field.unique and not field.primary_key]
        assert unique or model._meta.total_unique_constraints, model
