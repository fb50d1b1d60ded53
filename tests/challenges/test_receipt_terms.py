"""challenges/models/receipt_terms.py: nobody proposes before the legal texts are written."""

import uuid

import pytest
from django.test import Client
from django.utils import timezone

from actions.proposals.services.applications import record_submission
from actors.enums import Role
from challenges.models import Programme, ReceiptTerms, terms_for
from tests.support.factories import ProgrammeFactory, Story, content, member, person
from tests.support.reading import Page, form_values

pytestmark = pytest.mark.django_db

MISSING = ["le siège de la collectivité", "le téléphone", "la direction de la publication"]
CLOSED = "Les propositions ne sont pas encore ouvertes"


@pytest.fixture
def nothing_written(settings):
    """An installation whose settings don't say who publishes."""
    unknown = {"address": "", "phone": "", "publication_director": ""}
    settings.AUTHORITY = settings.AUTHORITY | unknown


def write(programme) -> ReceiptTerms:
    return ReceiptTerms.objects.create(
        programme=programme, seat="2 place Neuve", phone="04 73", publication_director="Ana Bé"
    )


def test_what_staff_write_comes_before_the_settings(settings):
    programme = ProgrammeFactory()
    assert terms_for(programme).missing == []
    assert terms_for(programme).identity == {
        name: settings.AUTHORITY[name] for name in ("address", "phone", "publication_director")
    }
    write(programme)
    assert list(terms_for(programme).identity.values()) == ["2 place Neuve", "04 73", "Ana Bé"]
    notice = Page(Client().get("/mentions-legales/")).main.text
    assert "Siège 2 place Neuve Téléphone 04 73" in notice
    assert "Direction de la publication Ana Bé" in notice


@pytest.mark.usefixtures("nothing_written")
class TestWithoutThem:
    def test_each_is_named(self):
        programme = ProgrammeFactory()
        assert terms_for(programme).missing == MISSING
        terms = write(programme)
        assert terms.missing == []
        terms.suspension, terms.appeal = " ", ""
        assert terms.missing == ["la suspension du délai", "les voies et délais de recours"]

    def test_visitors_read_that_nothing_is_open_yet(self):
        programme = ProgrammeFactory()
        page = Page(Client().get("/actions/proposer/"))
        assert CLOSED in page.main.text
        assert page.main.all("form") == []
        write(programme)
        assert Page(Client().get("/actions/proposer/")).main.all("form") != []

    def test_nothing_is_sent(self):
        story = Story()
        with pytest.raises(Exception, match=CLOSED):
            story.submitted()
        write(Programme.objects.get())
        assert story.submitted().action.reference

    def test_nor_typed_from_paper(self):
        carrier = Story().carrier
        signatory, agent = member(carrier), person(Role.AGENT)
        with pytest.raises(Exception, match=CLOSED):
            record_submission(
                key=uuid.uuid4(),
                signatory=signatory,
                by=agent,
                content=content(carrier=carrier, received_on_paper=timezone.localdate()),
            )

    def test_what_was_sent_goes_on(self):
        terms = write(ProgrammeFactory())
        story = Story().in_correction()
        terms.delete()
        story.apply("resubmit", story.manager)
        assert story.action.status == "submitted"

    @pytest.mark.parametrize("role", [Role.AGENT, Role.ADMINISTRATOR])
    def test_the_administration_says_what_and_where(self, as_user, role):
        programme = ProgrammeFactory()
        client = as_user(person(role))
        (line,) = Page(client.get("/admin/")).all("li", cls="error")
        assert line.text.startswith(
            "Personne ne peut proposer d’action tant qu’il manque le siège de la collectivité, "
            "le téléphone et la direction de la publication"
        )
        links = [link["href"] for link in line.all("a")]
        address = f"/admin/challenges/programme/{programme.pk}/change/"
        assert links == ([address] if role == Role.AGENT else [])
        if role == Role.AGENT:
            shown = form_values(Page(client.get(address)).one("form", id="programme_form"))
            typed = {"seat": "2 place Neuve", "phone": "04 73", "publication_director": "Ana Bé"}
            client.post(address, shown | {f"receipt_terms-0-{name}": typed[name] for name in typed})
            assert list(ReceiptTerms.objects.get().identity.values()) == list(typed.values())
        else:
            write(programme)
        assert Page(client.get("/admin/")).all("li", cls="error") == []
