"""Amendments over HTTP: proposed, confirmed or taken back, then read by each in their own place."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.utils import timezone

from actions.amendments.services import confirm_amendment, propose_amendment
from actions.models import Action, Amendment
from ess_portal.base.french import long_date
from tests.plugins.prepared import prepared
from tests.support.factories import OrganisationFactory, Story, fresh, story_in
from tests.support.reading import Page

pytestmark = pytest.mark.django_db


@prepared
def story() -> Story:
    """An action granted 5,000 €."""
    return Story().prioritised()


def result(story) -> str:
    """The page of an action's result."""
    return f"/commission/{story.action.reference}/"


def proposing(story) -> str:
    """The page where an amendment is proposed."""
    return f"{result(story)}avenant/"


def typed(**data) -> dict:
    """What the form sends: everything left as it is but `data`."""
    return {"amount": "", "starts_on": "", "ends_on": "", "carrier": "", "reason": ""} | data


def amended(story, **columns) -> Amendment:
    """An amendment that the two members took."""
    columns = {"amount": Decimal(4000), "reason": "Un local moins cher."} | columns
    amendment = propose_amendment(action=story.action, by=fresh(story.members[0]), **columns)
    confirm_amendment(amendment=amendment, by=fresh(story.members[1]))
    amendment.refresh_from_db()
    return amendment


class TestProposing:
    def test_takes_two_people(self, as_user, story):
        first, second = (as_user(somebody) for somebody in story.members)
        assert Page(first.get(result(story))).links["Proposer un avenant"] == proposing(story)

        response = first.post(proposing(story), typed(amount="4 000,50 €", reason="Moins."))

        assert response.headers["Location"] == result(story)
        amendment = Amendment.objects.pending().get()
        assert (amendment.new_amount, amendment.new_carrier) == (Decimal("4000.50"), None)
        page = Page(first.get(result(story)))
        assert page.messages == ["L’avenant est proposé : une autre personne doit le confirmer."]
        assert page.main.all("button") == []
        assert "Retirer l’avenant proposé" in page.links
        assert "Proposer un avenant" not in page.links
        page = Page(second.get(result(story)))
        assert [button.text for button in page.main.all("button")] == ["Confirmer l’avenant"]
        assert page.main.one(id="pending-amendment").parent.all("p")[0].text == (
            "Montant accordé 4 000,50 € au lieu de 5 000 €"
        )
        response = second.post(f"/commission/avenants/{amendment.pk}/confirmer/")
        assert response.headers["Location"] == result(story)
        page = Page(second.get(result(story)))
        assert page.messages == ["L’avenant est confirmé : l’action est modifiée."]
        assert Action.objects.get().amount_granted == Decimal("4000.50")
        first_member, second_member = story.members
        [line] = page.main.one(id="amendments").parent.all("li")
        assert line.text == (
            "Montant accordé 4 000,50 € au lieu de 5 000 € : confirmé le "
            f"{long_date(timezone.localdate())} par {second_member}, sur proposition de "
            f"{first_member} Moins."
        )

    def test_shows_what_holds_today_and_keeps_what_was_typed(self, as_user, story):
        other = OrganisationFactory()
        client = as_user(story.members[0])
        action = story.action
        page = Page(client.get(proposing(story)))
        assert [hint.text.split(". ")[0] for hint in page.main.all("div", cls="form-text")][:4] == [
            "Aujourd’hui : 5 000 €",
            f"Aujourd’hui : {long_date(action.starts_on)}",
            f"Aujourd’hui : {long_date(action.ends_on)}",
            f"Aujourd’hui : {story.carrier}",
        ]
        sent = typed(
            amount="beaucoup",
            ends_on=(action.starts_on - timedelta(days=1)).isoformat(),
            carrier=str(other.pk),
        )

        page = Page(client.post(proposing(story), sent))

        assert page.errors == [
            "Nouveau montant (€) : Écrivez un nombre, par exemple 12000 ou 1,5.",
            "Motif : Ce champ est obligatoire.",
        ]
        assert page.form == sent
        sent |= {"amount": "", "reason": "Fusion."}
        page = Page(client.post(proposing(story), sent))
        assert page.errors == ["Nouvelle fin prévue : La fin de l’action doit suivre son début."]
        assert page.form == sent
        sent |= {"starts_on": (action.ends_on + timedelta(days=1)).isoformat(), "ends_on": ""}
        page = Page(client.post(proposing(story), sent))
        assert page.errors == ["Nouveau début prévu : La fin de l’action doit suivre son début."]

    @pytest.mark.parametrize("amount", ["", "5000"])
    def test_of_nothing_is_refused(self, as_user, amount, story):
        page = Page(
            as_user(story.members[0]).post(proposing(story), typed(amount=amount, reason="R"))
        )
        assert page.errors == ["Indiquez au moins un changement."]

    def test_by_an_agent_is_refused(self, as_user, story):
        client = as_user(story.agent)
        assert "Proposer un avenant" not in Page(client.get(result(story))).links
        page = Page(client.post(proposing(story), typed(amount="4000", reason="R")))
        assert len(page.errors) == 1
        assert page.errors[0].startswith("Un avenant revient à deux membres de la commission")

    def test_is_taken_back(self, as_user):
        story = Story().in_progress()
        client = as_user(story.members[0])
        client.post(proposing(story), typed(amount="4000", reason="R"))
        amendment = Amendment.objects.get()
        client.post(f"/commission/avenants/{amendment.pk}/retirer/")
        page = Page(client.get(result(story)))
        assert page.messages[1:] == ["L’avenant proposé est retiré."]
        [line] = page.main.one(id="amendments").parent.all("li")
        assert "retiré le" in line.text
        as_user(story.members[1]).post(f"/commission/avenants/{amendment.pk}/confirmer/")
        assert Action.objects.get().amount_granted == 5000

    def test_waits_on_the_committees_page(self, as_user, story):
        propose_amendment(
            action=story.action, by=fresh(story.members[0]), reason="R", amount=Decimal(4000)
        )
        page = Page(as_user(story.members[1]).get("/commission/"))
        [waiting] = page.main.one(id="amendments").parent.all("li")
        assert waiting.text == (
            f"{story.action.reference} « {story.action.title} » : Montant accordé 4 000 € au lieu "
            f"de 5 000 €, proposé par {story.members[0]}"
        )
        assert waiting.one("a")["href"] == result(story)


class TestReading:
    def test_the_carrier_reads_changes_and_reasons_without_names(self, as_user, story):
        amended(story)
        propose_amendment(
            action=story.action, by=fresh(story.members[0]), reason="Secret.", amount=Decimal(3000)
        )
        page = Page(as_user(story.manager).get(f"/espace/actions/{story.action.uuid}/"))
        [line] = page.main.one(id="amendments").parent.all("li")
        assert line.text == (
            f"{long_date(timezone.localdate())} : Montant accordé 4 000 € au lieu de 5 000 € "
            "Un local moins cher."
        )
        assert [str(person) for person in story.members if str(person) in page.main.text] == []

    def test_the_new_carrier_has_the_action_in_its_space(self, as_user, story):
        other = Story()
        amended(story, amount=None, carrier=other.carrier)
        own = f"/espace/actions/{story.action.uuid}/"
        assert as_user(story.manager).get(own).status_code == 404
        [line] = Page(as_user(other.manager).get(own)).main.one(id="amendments").parent.all("li")
        assert f"{other.carrier} au lieu de {story.carrier}" in line.text

    def test_the_public_reads_what_was_and_what_is_but_not_why(self, story):
        address, today = f"/actions/{story.action.reference}/", long_date(timezone.localdate())
        before = story.action.ends_on
        amended(story, amount=None, ends_on=before + timedelta(days=1))
        amended(story)
        main = Page(Client().get(address)).main
        decided, *changes = [line.text for line in main.one(id="decisions").parent.all("li")]
        assert decided.startswith(f"Priorisée le {today}")
        assert changes == [
            f"Modifiée par avenant le {today} Fin prévue {long_date(before + timedelta(days=1))} "
            f"au lieu de {long_date(before)}.",
            f"Modifiée par avenant le {today} Montant accordé 4 000 € au lieu de 5 000 €.",
        ]
        assert "Montant accordé : 4 000 €" in main.text
        assert "Un local moins cher." not in main.text

    @pytest.mark.parametrize("status", ["evaluated", "completed"])
    def test_elsewhere_no_amendment_is_offered(self, as_user, status):
        story = story_in(status)
        client = as_user(story.members[0])
        assert "Proposer un avenant" not in Page(client.get(result(story))).links
        assert client.get(proposing(story)).status_code == 404
