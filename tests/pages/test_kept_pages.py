"""Pages that everybody reads are kept until something published changes (decision 36)."""

import gzip
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.cache import caches
from django.db import connection, transaction
from django.http import HttpResponse
from django.middleware.csrf import get_token
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from actions.enums import Transition
from actions.models import Action
from actions.proposals.services.twins import merge_organisations
from actors.models import Commune, Organisation, Sector
from challenges.models import Challenge, Measure, Programme, ReceiptTerms
from ess_portal.base.kept_pages import KeptPagesMiddleware, kept
from ess_portal.base.models import Publication
from ess_portal.base.published import published_version
from tests.support.deliberations import change_amount, note, proposed_to_the_council
from tests.support.factories import CommuneFactory, OrganisationFactory, SectorFactory, Story, fresh
from tests.support.guarantee_steps import action_in, other_grid
from tests.support.races import PATIENCE, all_at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _kept(settings):
    settings.PAGES_KEPT = True
    caches["pages"].clear()


def read(address: str) -> str:
    """The page as a newcomer gets it."""
    response = ask(address)
    assert response.status_code == 200
    return gzip.decompress(response.content).decode()


def ask(address: str, client: Client | None = None, **headers: str):
    """Ask for a page as browsers do."""
    return (client or Client()).get(address, headers={"Accept-Encoding": "gzip"} | headers)


def made_anew(address: str, settings) -> str:
    """The same, whatever is kept."""
    settings.PAGES_KEPT = False
    try:
        return read(address)
    finally:
        settings.PAGES_KEPT = True


def questions(address: str) -> int:
    """How many questions a newcomer's page asks."""
    with CaptureQueriesContext(connection) as queries:
        read(address)
    return len(queries)


class Published:
    """Something of everything that is published, and where it is read."""

    def __init__(self):
        self.story = proposed_to_the_council()
        self.action = self.story.action
        self.carrier = self.story.carrier
        self.measure = self.action.measure
        self.recorded = action_in("recorded")
        sector = SectorFactory()
        commune = CommuneFactory()
        self.recorded.sectors.add(sector)
        self.recorded.communes.add(commune)
        self.carrier.sectors.add(sector)
        ReceiptTerms.objects.get_or_create(programme=Programme.objects.current())
        number = self.measure.challenge.number
        self.list = reverse("actions:list")
        self.pages = {
            "home": reverse("pages:home"),
            "programme": reverse("pages:programme"),
            "challenge": reverse("pages:challenge", args=[number]),
            "measure": reverse("pages:measure", args=[number, self.measure.number]),
            "list": self.list,
            "filtered": f"{self.list}?defi={number}&tri=titre",
            "action": self.action.get_absolute_url(),
            "recorded": self.recorded.get_absolute_url(),
            "organisations": reverse("actors:organisation_list"),
            "carrier": self.carrier.get_absolute_url(),
            "legal_notice": reverse("pages:legal_notice"),
            "help": reverse("pages:help"),
        }


def _grants_less(seen):
    change_amount(seen.story, 4000)


def _gives_up(seen):
    why = {"comment": "Local perdu.", "details": {"public_reason": "Il n’y a plus de local."}}
    seen.story.apply(Transition.ABANDON, seen.story.agent, **why)


def _all(model, **columns):
    return lambda seen: model.objects.update(**columns)


def _recorded(**columns):
    return lambda seen: Action.objects.filter(pk=seen.recorded.pk).update(**columns)


# What is published, changed one thing after another; where it is read, and how.
CHANGES = {
    "what the council voted": (lambda seen: note(seen.story), "action"),
    "an amendment": (_grants_less, "action"),
    "a status and its public reason": (_gives_up, "action"),
    "a title": (_recorded(title="Une autre ressourcerie"), "list"),
    "a text": (_recorded(description="Mieux connue."), "recorded"),
    "a line of activity": (_all(Sector, name="Deuxième vie"), "list"),
    "a commune of an action": (lambda seen: seen.recorded.communes.clear(), "recorded"),
    "a sector of an action": (lambda seen: seen.recorded.sectors.clear(), "recorded"),
    "an organisation's name": (_all(Organisation, name="Autrement nommée"), "action"),
    "a sector of an organisation": (lambda seen: seen.carrier.sectors.clear(), "carrier"),
    "a place": (_all(Commune, name="Clermont"), "carrier"),
    "what a measure promises": (_all(Measure, title="Une autre promesse"), "measure"),
    "what a challenge is called": (_all(Challenge, title="Un autre défi"), "home"),
    "the vision": (_all(Programme, vision="Une autre vision."), "programme"),
    "the grid": (lambda seen: other_grid(seen.story, is_current=True), "programme"),
    "the authority's seat": (_all(ReceiptTerms, seat="2 rue Neuve"), "legal_notice"),
}


def test_each_published_thing_is_read_as_it_became_by_the_very_next_request(settings):
    seen = Published()
    for named, (change, read_on) in CHANGES.items():
        before = _all_pages(seen)
        assert {questions(address) for address in seen.pages.values()} == {1}, named
        change(seen)
        after = _all_pages(seen)
        settings.PAGES_KEPT = False
        assert after == _all_pages(seen), named
        settings.PAGES_KEPT = True
        assert after[read_on] != before[read_on], named


def _all_pages(seen: Published) -> dict[str, str]:
    return {name: read(address) for name, address in seen.pages.items()}


def test_a_partner_that_becomes_another_is_named_at_once(settings):
    """The one change of an admitted file's partners: two rows of the register become one."""
    partner, twin = OrganisationFactory(is_published=True), OrganisationFactory(is_published=True)
    story = Story(partners=[twin]).prioritised()
    address = story.action.get_absolute_url()
    before = read(address)
    merge_organisations(twin=twin, into=partner, by=fresh(story.agent))
    after = read(address)
    assert (after, after == before) == (made_anew(address, settings), False)


def test_midnight_changes_every_page(settings, ago):
    published = Published()
    address = published.pages["home"]
    with ago(1):
        read(address)
        assert questions(address) == 1
    assert questions(address) > 1
    assert questions(address) == 1


def test_who_has_the_page_is_told_that_it_is_still_so():
    seen = Published()
    first, copy = ask(seen.list), ask(seen.list)
    assert {answer["Cache-Control"] for answer in (first, copy)} == {"no-cache"}
    assert ["Cookie" in answer["Vary"] for answer in (first, copy)] == [True, True]
    assert first["ETag"] == copy["ETag"]
    again = ask(seen.list, **{"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    Measure.objects.update(title="Une autre promesse")
    Action.objects.filter(pk=seen.recorded.pk).update(title="Une autre ressourcerie")
    changed = ask(seen.list, **{"If-None-Match": first["ETag"]})
    assert (changed.status_code, changed["ETag"] == first["ETag"]) == (200, False)


def test_a_page_that_is_not_compressed_is_neither_kept_nor_taken_from_a_copy():
    home = Published().pages["home"]
    read(home)
    plain = Client().get(home)
    assert (plain.has_header("Content-Encoding"), plain.has_header("ETag")) == (False, False)
    assert (plain.content.decode(), len(caches["pages"]._cache)) == (read(home), 1)


# --- What is never kept -----------------------------------------------------------------------


def test_nothing_of_a_signed_in_person_is_kept_or_shown_a_copy(as_user):
    seen = Published()
    address = seen.action.get_absolute_url()
    agent = as_user(seen.story.agent)
    page = ask(address, agent)
    assert (page["Cache-Control"], page.has_header("ETag")) == ("private, no-store", False)
    public = read(address)
    assert "Déconnexion" not in public
    assert gzip.decompress(ask(address, agent).content).decode() != public
    assert questions(address) == 1


@pytest.mark.parametrize(
    "address",
    [
        "/actions/?q=ressourcerie",
        "/actions/?inconnu=1",
        "/programme/?page=2",
        "/contact/",
        "/connexion/",
        "/recherche/?q=ressourcerie",
        "/sante/reference/",
        "/acteurs/nulle-part/",
    ],
)
def test_what_is_somebodys_or_asked_for_once_is_not_kept(address):
    Published()
    answer = ask(address)
    assert (answer.has_header("ETag"), caches["pages"]._cache) == (False, {})


def _with_a_cookie(request):
    response = HttpResponse("Bonjour.", headers={"ETag": '"1"'})
    response.set_cookie("essai", "1")
    return response


def _with_a_form(request):
    return HttpResponse(get_token(request), headers={"ETag": '"1"'})


def _missing(request):
    return HttpResponse("Rien.", status=404, headers={"ETag": '"1"'})


@pytest.mark.parametrize("view", [_with_a_cookie, _with_a_form, _missing])
def test_what_turns_out_to_be_one_readers_is_not_kept(view, rf):
    Published()
    middleware = KeptPagesMiddleware(view)
    request = rf.get("/actions/", headers={"Accept-Encoding": "gzip"})
    assert middleware.process_view(request, kept()(view), (), {}) is None
    assert middleware(request)["ETag"] == '"1"'
    assert caches["pages"]._cache == {}


def test_a_message_is_for_who_it_was_left_for():
    seen = Published()
    read(seen.list)
    client = Client()
    client.cookies["messages"] = "whatever"
    assert not ask(seen.list, client).has_header("ETag")


def test_the_list_alone_is_not_taken_for_the_page():
    seen = Published()
    page = read(seen.list)
    alone = ask(seen.list, **{"HX-Request": "true"})
    assert (alone.has_header("ETag"), gzip.decompress(alone.content).decode() == page) == (
        False,
        False,
    )
    assert read(seen.list) == page


def test_switched_off_nothing_is_kept(settings):
    seen = Published()
    settings.PAGES_KEPT = False
    assert not ask(seen.list).has_header("ETag")
    assert caches["pages"]._cache == {}


# --- The version ------------------------------------------------------------------------------


def test_what_nobody_may_read_moves_nothing():
    story = Story().evaluated()
    before = published_version()
    Action.objects.filter(pk=story.action.pk).update(updated_at=timezone.now())
    assert published_version() == before


def _undone(change) -> None:
    with transaction.atomic():
        change()
        transaction.set_rollback(True)


def test_the_version_shows_with_what_it_tells_of():
    Published()
    before = published_version()
    with transaction.atomic():
        Measure.objects.update(title="Une autre promesse")
        assert published_version() == before
        _undone(lambda: Measure.objects.update(title="Une troisième"))
    moved = published_version()
    assert moved != before
    _undone(lambda: Measure.objects.update(title="Une troisième"))
    assert published_version() == moved
    assert Publication.objects.count() == 0


class Pause:
    """A middleware inside of the one that keeps: the page is made, and not kept yet."""

    made, changed = threading.Event(), threading.Event()

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        self.made.set()
        self.changed.wait(PATIENCE)
        return response


def test_a_page_made_while_something_changes_is_kept_for_nobody(settings):
    """The change is committed after the page was made, and before it is kept."""
    seen = Published()
    usual = settings.MIDDLEWARE
    place = usual.index(f"{KeptPagesMiddleware.__module__}.{KeptPagesMiddleware.__name__}") + 1
    settings.MIDDLEWARE = [*usual[:place], f"{__name__}.Pause", *usual[place:]]

    def read_meanwhile():
        try:
            return read(seen.pages["home"])
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        reading = pool.submit(read_meanwhile)
        Pause.made.wait(PATIENCE)
        Challenge.objects.update(title="Un autre défi")
        Pause.changed.set()
        old = reading.result(PATIENCE)
    settings.MIDDLEWARE = usual
    assert ("Un autre défi" in old, "Un autre défi" in read(seen.pages["home"])) == (False, True)


def test_two_who_publish_at_once_move_it_twice():
    seen = Published()
    versions = {published_version()}
    change = [
        lambda: Challenge.objects.update(title="Un autre défi"),
        lambda: Organisation.objects.filter(pk=seen.carrier.pk).update(name="Autrement nommée"),
    ]
    assert [isinstance(one, int) for one in all_at_once(change)] == [True, True]
    versions.add(published_version())
    assert len(versions) == 2
    assert Publication.objects.count() == 0
    page = read(seen.action.get_absolute_url())
    assert "Autrement nommée" in page
