"""How much a request may send: little, but for a step of one's own application, or a file."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from actions.models import Action
from actors.enums import Role
from tests.support.factories import ProgrammeFactory, Story, UserFactory, person
from tests.support.files import pdf
from tests.support.payloads import step_address
from tests.support.reading import Page

pytestmark = pytest.mark.django_db
TITLE = "Ce que vous avez envoyé est trop long"
LONG = "a" * 10_000_000
FORM = "application/x-www-form-urlencoded"


def post_long(client, address, text=LONG, field="message"):
    return client.post(address, f"{field}={text}", content_type=FORM)


@pytest.mark.parametrize(
    "address",
    ["/contact/", "/connexion/", "/connexion/code/", "/actions/proposer/", "/recherche/", "/"],
)
def test_nobody_unknown_sends_much(address):
    ProgrammeFactory()
    response = post_long(Client(), address)
    assert (response.status_code, Page(response).title) == (413, TITLE)


def test_other_forms_of_those_who_are_known_take_little(as_user):
    story = Story().evaluated()
    for user, address in (
        (story.members[0], f"/commission/{story.action.reference}/proposer/mettre-en-vivier/"),
        (person(Role.AGENT), "/admin/actors/organisation/add/"),
        (UserFactory(), "/espace/preferences/"),
        (story.manager, f"/espace/actions/{story.action.uuid}/modifier/envoi/"),
    ):
        response = post_long(as_user(user), address, field="reason")
        assert (response.status_code, Page(response).title) == (413, TITLE)


def test_a_step_of_ones_own_shows_ten_million_characters_again(as_user):
    story = Story()
    client, address = as_user(story.manager), step_address(story.action, "action")
    response = post_long(client, address, field="go=&description")
    assert response.status_code == 200
    assert LONG in response.content.decode()


def test_a_new_application_takes_them_too(as_user):
    ProgrammeFactory()
    response = post_long(as_user(UserFactory()), "/actions/proposer/", field="org_name")
    assert response.status_code == 200
    assert LONG in response.content.decode()
    assert Action.objects.count() == 0


def test_a_step_of_others_takes_none(as_user):
    story = Story()
    for user in (UserFactory(), person(Role.AGENT)):
        response = post_long(as_user(user), step_address(story.action, "action"))
        assert (response.status_code, Page(response).title) == (413, TITLE)


def test_a_step_has_its_bound_too(as_user):
    story = Story()
    client, address = as_user(story.manager), step_address(story.action, "action")
    response = post_long(client, address, "a" * (33 * 1024 * 1024))
    assert (response.status_code, Page(response).title) == (413, TITLE)


def test_what_is_announced_beyond_all_bounds_is_not_read():
    unread = io.BytesIO(b"message=a")
    response = Client().generic(
        "POST",
        "/contact/",
        b"message=a",
        FORM,
        CONTENT_LENGTH=str(10**12),
        **{"wsgi.input": unread},
    )
    assert (response.status_code, unread.tell()) == (413, 0)


@pytest.mark.parametrize("length", ["", "abc", "-5"])
def test_a_length_that_is_none_is_no_fault(length):
    response = Client().post("/contact/", {"message": "a"}, CONTENT_LENGTH=length)
    assert response.status_code in (200, 400)


class TestFiles:
    @pytest.fixture
    def story(self):
        return Story()

    @staticmethod
    def address(story) -> str:
        return f"/espace/actions/{story.action.uuid}/pieces/"

    def test_are_taken_where_they_are_attached(self, as_user, story):
        file = SimpleUploadedFile("statuts.pdf", pdf())
        as_user(story.manager).post(self.address(story), {"file": file})
        assert story.action.attachments.count() == 1

    def test_too_big_ones_are_read_to_their_end_and_named(self, as_user, story):
        file = SimpleUploadedFile("statuts.pdf", b"a" * (11 * 1024 * 1024))
        response = as_user(story.manager).post(self.address(story), {"file": file})
        assert (response.status_code, "statuts.pdf" in Page(response).errors[0]) == (200, True)

    def test_are_kept_in_no_memory_elsewhere(self, as_user, story):
        for client, address in (
            (Client(), "/contact/"),
            (as_user(UserFactory()), self.address(story)),
        ):
            file = SimpleUploadedFile("gros.pdf", b"a" * 2_000_000)
            response = client.post(address, {"file": file, "message": "a"})
            assert response.wsgi_request.FILES == {}
        file = SimpleUploadedFile("gros.pdf", b"a" * 5_000_000)
        response = Client().post("/contact/", {"file": file})
        assert response.status_code == 413
