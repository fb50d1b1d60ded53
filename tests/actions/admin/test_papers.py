"""The agents’ administration: files received on paper."""

from datetime import UTC, datetime

import pytest

from actions.models import Action
from actors.enums import MembershipRole, Role
from actors.models import User
from actors.services.access import NOT_ONESELF
from challenges.models import Grid
from ess_portal.base.calendar import far_off
from ess_portal.base.french import long_date
from ess_portal.base.models import OutgoingMail
from tests.support.factories import (
    OrganisationFactory,
    Story,
    member,
    person,
)
from tests.support.payloads import complete, day
from tests.support.reading import Page, plain

pytestmark = pytest.mark.django_db


PAPER = "/admin/actions/action/papier/"


class TestPaper:
    @pytest.fixture
    def carrier(self):
        """An organisation known to the portal."""
        return OrganisationFactory()

    @pytest.fixture
    def signatory(self, carrier):
        """One of its members."""
        return member(carrier, MembershipRole.CONTRIBUTOR, email="signataire@example.org")

    @pytest.fixture
    def agent(self):
        """Who types."""
        return person(Role.AGENT)

    @pytest.fixture
    def client(self, agent, as_user):
        """The agent's browser."""
        return as_user(agent)

    def typed(self, organisation, signatory, **changes):
        """A whole paper file."""
        data = complete(carrier=str(organisation.pk))
        data = {name: value for name, value in data.items() if not name.startswith("org_")}
        return data | {"signatory": str(signatory.pk), "received_on_paper": day(-3)} | changes

    def test_is_filed_in_the_name_of_who_signed(self, client, carrier, signatory, agent):
        data = self.typed(carrier, signatory)
        response = client.post(PAPER, data)
        action = Action.objects.get()
        assert response.headers["Location"] == f"/admin/actions/action/{action.pk}/change/"
        told = Page(client.get(response.headers["Location"])).one("ul", cls="messagelist").text
        assert told == (
            f"Le dossier est enregistré : {action.reference}. L’accusé de réception part par "
            f"courriel à {signatory}."
        )
        assert (action.status, action.carrier, action.created_by) == (
            "submitted",
            carrier,
            signatory,
        )
        assert action.received_on_paper.isoformat() == day(-3)
        to_agent = OutgoingMail.objects.get(recipient=agent.email).text.splitlines()
        assert f"Reçue sur papier le : {long_date(action.received_on_paper)}" == to_agent[7]
        event = action.events.get()
        assert (event.by, event.entered_by, event.transition) == (signatory, agent, "submit")
        assert sorted(OutgoingMail.objects.values_list("recipient", "subject")) == sorted(
            [
                (signatory.email, f"Proposition reçue : {action.reference}"),
                (agent.email, f"{action.reference} : Une nouvelle proposition est arrivée"),
            ]
        )

    def test_partners_are_looked_for_before_the_rest_is_judged(self, client, carrier, signatory):
        partner, other = (OrganisationFactory(name=f"Atelier {number}") for number in (1, 2))
        begun = {**self.typed(carrier, signatory), "title": "", "jobs_kept": "beaucoup"}
        begun |= {"partners": [str(partner.pk)], "q": "ateliers", "look": "1"}
        page = Page(client.post(PAPER, begun))
        assert (page.errors, page.main.all(cls="invalid-feedback")) == ([], [])
        assert [box["value"] for box in page.main.all("input", name="partners")] == [
            str(partner.pk),
            str(other.pk),
        ]
        sent = {name: value for name, value in begun.items() if value and name != "look"}
        sent |= {name: ["on"] for name, value in sent.items() if value == "on"}
        assert {name: page.form.get(name) for name in sent} == sent
        assert Action.objects.count() == 0

        # Enter, once they were looked for, sends.
        whole = {"title": "Une épicerie", "jobs_kept": "2", "partners": [str(other.pk)]}
        client.post(PAPER, page.form | whole | {"enter": "1"})
        assert list(Action.objects.get().partners.all()) == [other]

    def test_what_is_found_comes_alone_to_agents(self, client, signatory, as_user):
        OrganisationFactory(name="Atelier")
        asked = {"q": "atelier"}, {"HX-Request": "true"}
        answers = [
            one.get(PAPER, asked[0], headers=asked[1]) for one in (client, as_user(signatory))
        ]
        assert [answer.status_code for answer in answers] == [200, 404]
        page = Page(answers[0])
        assert ([label.text for label in page.all("label")], page.all("h1")) == (["Atelier"], [])

    def test_twice_makes_one_action(self, client, carrier, signatory):
        data = self.typed(carrier, signatory)
        first, second = (client.post(PAPER, data) for _ in range(2))
        assert first.headers["Location"] == second.headers["Location"]
        assert (Action.objects.count(), OutgoingMail.objects.count()) == (1, 2)

    def test_is_signed_by_a_member_of_its_carrier(self, client, carrier, signatory):
        other = member(OrganisationFactory())
        data = self.typed(carrier, other)
        page = Page(client.post(PAPER, data))
        assert page.errors == [f"Signataire : Cette personne n’est pas membre de « {carrier} »."]
        # No sector is loaded, no partner looked for: no box.
        empty = {"sectors": [], "partners": []}
        consents = ("certifies_accuracy", "accepts_terms", "signs_contract")
        kept = data | {name: ["on"] for name in consents}
        kept |= {
            f"funder_{n}_{name}": "" for n in (1, 2, 3) for name in ("name", "amount", "state")
        }
        kept |= {"signatory_name": "", "signatory_email": "", "q": ""}
        assert page.form | empty == kept
        assert not Action.objects.exists()

    def test_says_what_to_do_of_an_organisation_that_is_not_there(self, client):
        hint = Page(client.get(PAPER)).one(id="id_carrier_helptext")
        assert hint.text == (
            "Si elle n’y est pas, ajoutez-la d’abord dans l’administration, « Structures »."
        )

    def test_is_complete_and_not_from_tomorrow(self, client, carrier, signatory):
        data = self.typed(
            carrier, signatory, received_on_paper=day(1), carrier="", own_resources="x"
        )
        page = Page(client.post(PAPER, data))
        assert [error.partition(" : ")[0] for error in page.errors] == [
            "Reçu le",
            "Structure porteuse",
            "Ressources propres (€)",
        ]
        assert not Action.objects.exists()

    def test_asks_for_a_level_without_a_colon_after_its_question(self, client, carrier, signatory):
        level = {"self_level_shared_governance": ""}
        assert Page(client.post(PAPER, self.typed(carrier, signatory, **level))).errors == [
            "Où en êtes-vous sur « Critère 1 » ? Choisissez un niveau pour « Critère 1 »."
        ]

    def test_was_not_received_in_the_year_one(self, client, carrier, signatory):
        data = self.typed(carrier, signatory, received_on_paper="0001-03-01", ends_on="9999-12-31")
        page = Page(client.post(PAPER, data))
        said = plain(far_off())
        assert page.errors == [f"Reçu le : {said}", f"Fin prévue : {said}"]
        assert not Action.objects.exists()

    def test_has_a_budget_that_balances(self, client, carrier, signatory):
        page = Page(client.post(PAPER, self.typed(carrier, signatory, own_resources="1")))
        (error,) = page.errors
        assert error.startswith("Le budget n’est pas équilibré : ")
        assert not Action.objects.exists()

    def test_of_an_association_bears_the_republican_contract(self, client, carrier, signatory):
        data = self.typed(carrier, signatory)
        del data["signs_contract"]
        (error,) = Page(client.post(PAPER, data)).errors
        assert error.endswith("Une association ou une fondation signe le contrat d’engagement.")

    def test_under_the_key_of_somebody_elses_file_changes_nothing(self, client, carrier, signatory):
        other = Story()
        data = self.typed(carrier, signatory, key=str(other.action.uuid), title="Volée")
        assert client.post(PAPER, data).status_code == 404
        other.action.refresh_from_db()
        assert other.action.title == "Une épicerie solidaire"

    def test_without_a_grid_in_force_is_refused_in_words(self, client, carrier, signatory):
        data = self.typed(carrier, signatory)
        Grid.objects.update(is_current=False)
        page = Page(client.post(PAPER, data))
        assert page.errors == ["Aucune grille d’évaluation n’est en vigueur."]
        assert not Action.objects.exists()

    def test_form_is_linked_from_the_list(self, client):
        page = Page(client.get("/admin/actions/action/"))
        assert {link.text: link["href"] for link in page.all("a", cls="addlink")} == {
            "Saisir un dossier reçu sur papier": PAPER
        }

    def test_signed_by_somebody_unknown_opens_the_portal_to_them(
        self, client, carrier, agent, as_user
    ):
        new = {
            "signatory": "",
            "signatory_name": "Sam Signataire",
            "signatory_email": "sam@example.org",
        }
        data = self.typed(carrier, agent) | new
        client.post(PAPER, data)
        client.post(PAPER, data)
        action = Action.objects.get()
        sam = User.objects.get(email="sam@example.org")
        event = action.events.get()
        assert (action.status, event.by, event.entered_by) == ("submitted", sam, agent)
        assert [place.role for place in sam.memberships.all()] == [MembershipRole.MANAGER]
        mails = OutgoingMail.objects.filter(recipient=sam.email).order_by("pk")
        assert [mail.subject for mail in mails] == [
            f"Votre accès au portail pour {carrier}",
            f"Proposition reçue : {action.reference}",
        ]
        contacts = Page(client.get(action.get_absolute_url())).main.one(
            "section", **{"aria-labelledby": "contacts"}
        )
        assert contacts.all("p")[0].text == (
            f"Dossier reçu sur papier le {long_date(action.received_on_paper)}, signé par Sam "
            f"Signataire et saisi par {agent}. Sam Signataire a un accès au portail et ne l’a pas "
            "encore ouvert : les courriels partent à sam@example.org."
        )
        own = Page(as_user(sam).get(action.get_space_url()))
        history = own.main.one("section", **{"aria-labelledby": "history"})
        assert history.one("li").text.partition(" : ")[2] == (
            "Proposition envoyée, par vous (dossier reçu sur papier le "
            f"{long_date(action.received_on_paper)}, saisi par un agent)"
        )
        User.objects.filter(pk=sam.pk).update(last_login=datetime(2026, 11, 28, 12, tzinfo=UTC))
        contacts = Page(client.get(action.get_absolute_url())).main.one(
            "section", **{"aria-labelledby": "contacts"}
        )
        assert contacts.all("p")[0].text.endswith(
            " Dernière connexion de cette personne au portail : 28 novembre 2026."
        )

    def test_what_opens_no_access_files_nothing(self, client, carrier, signatory, agent):
        new = {"signatory": "", "signatory_name": "Moi", "signatory_email": agent.email}
        response = client.post(PAPER, self.typed(carrier, signatory) | new)
        assert response.context["form"].non_field_errors() == [NOT_ONESELF]
        assert Action.objects.count() == 0
