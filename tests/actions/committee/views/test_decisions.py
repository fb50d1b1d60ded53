"""The committee over HTTP: the ranking, decisions taken by two, refusals announced and settled."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from actions.committee.services.decisions import propose_decision, reply_to_refusal
from actions.enums import DecisionKind, Transition
from actions.models import Action, Decision
from actions.workflow import apply_transition
from actors.enums import Role
from actors.services import grant_role
from ess_portal.base.french import long_date
from ess_portal.base.models import OutgoingMail
from ess_portal.base.refusals import Refused
from tests.plugins.prepared import starts_from
from tests.support.announced import announced_days_ago
from tests.support.deciding import COMMITTEE, propose, proposing, result
from tests.support.factories import (
    BELOW_FLOOR,
    BELOW_THRESHOLD,
    Story,
    fresh,
    member,
)
from tests.support.reading import Page

pytestmark = pytest.mark.django_db


def status(story) -> str:
    """The action's state, as stored."""
    return Action.objects.get(pk=story.action.pk).status


class TestPrioritising:
    @starts_from(story="evaluated")
    def test_takes_two_people(self, as_user, story):
        first, second = (as_user(somebody) for somebody in story.members)
        decision = propose(first, story, amount="4 500,50 €", reason="Le quartier l’attend.")
        assert (decision.amount, decision.proposed_by) == (Decimal("4500.50"), story.members[0])
        assert status(story) == "evaluated"
        page = Page(first.get(result(story)))
        assert page.messages == ["La décision est proposée : une autre personne doit la confirmer."]
        assert page.main.all("button") == []
        assert "Retirer la décision proposée" in page.links
        page = Page(second.get(result(story)))
        assert [button.text for button in page.main.all("button")] == ["Confirmer la décision"]
        OutgoingMail.objects.all().delete()
        response = second.post(f"/commission/decisions/{decision.pk}/confirmer/")
        assert response.headers["Location"] == result(story)
        action = Action.objects.get(pk=story.action.pk)
        assert (action.status, action.amount_granted) == ("prioritised", Decimal("4500.50"))
        assert (action.decided_by, action.confirmed_by) == tuple(story.members)
        assert Page(second.get(result(story))).messages == [
            "La décision est confirmée : l’action est à l’état « Priorisée »."
        ]
        assert list(OutgoingMail.objects.values_list("recipient", "subject")) == [
            (story.manager.email, f"{action.reference} : priorisée")
        ]

    @starts_from(story="evaluated")
    def test_is_not_confirmed_by_the_one_who_proposed(self, as_user, story):
        client = as_user(story.members[0])
        decision = propose(client, story)
        client.post(f"/commission/decisions/{decision.pk}/confirmer/")
        assert status(story) == "evaluated"
        assert Page(client.get(result(story))).messages[1:] == [
            "Vous avez proposé cette décision : une autre personne doit la confirmer."
        ]

    @pytest.mark.parametrize("link", ["carrier", "evaluator", "agent"])
    @starts_from(story="evaluated")
    def test_is_not_confirmed_by_somebody_linked_or_without_the_role(self, as_user, link, story):
        decision = propose(as_user(story.members[0]), story)
        if link == "agent":
            other = story.agent
        else:
            other = story.evaluators[0] if link == "evaluator" else member(story.carrier)
            grant_role(other, Role.COMMITTEE)
        client = as_user(other)
        client.post(f"/commission/decisions/{decision.pk}/confirmer/")
        assert status(story) == "evaluated"
        assert Page(client.get(result(story))).messages == [
            "« Prioriser » revient à deux membres de la commission, sans lien avec l’action et qui "
            "ne l’ont pas évaluée."
        ]

    @starts_from(story="evaluated")
    def test_is_cancelled_and_proposed_again(self, as_user, story):
        client = as_user(story.members[0])
        decision = propose(client, story)
        address = f"/commission/decisions/{decision.pk}/retirer/"
        assert Page(client.get(result(story))).links["Retirer la décision proposée"] == address
        page = Page(client.get(address))
        assert page.title == "Retirer la décision proposée"
        assert page.links["Garder la décision"] == result(story)
        client.post(address)
        assert Page(client.get(result(story))).messages == ["La décision proposée est retirée."]
        decision.refresh_from_db()
        assert decision.cancelled_at is not None
        assert Page(client.get(address)).main.all("button") == []
        assert Page(client.post(address)).errors == [
            "Cette décision n’attend plus d’être confirmée."
        ]
        as_user(story.members[1]).post(f"/commission/decisions/{decision.pk}/confirmer/")
        assert status(story) == "evaluated"
        assert propose(client, story).pk != decision.pk

    @starts_from(story="evaluated")
    def test_waits_for_the_decision_under_way(self, as_user, story):
        propose(as_user(story.members[0]), story)
        client = as_user(story.members[1])
        page = Page(client.post(proposing(story, "postpone"), {"reason": "Plus tard."}))
        assert page.errors == ["Une décision attend déjà d’être confirmée sur cette action."]
        assert page.form == {"reason": "Plus tard."}
        assert Decision.objects.count() == 1

    @pytest.mark.parametrize(
        ("amount", "sentence"),
        [
            ("", "Ce champ est obligatoire."),
            ("0", "Assurez-vous que cette valeur est supérieure ou égale à 1."),
            ("-5", "Assurez-vous que cette valeur est supérieure ou égale à 1."),
            ("0,5", "Assurez-vous que cette valeur est supérieure ou égale à 1."),
            ("NaN", "Écrivez un nombre, par exemple 12000 ou 1,5."),
            ("1e30", "Assurez-vous qu’il n’y a pas plus de 12 chiffres au total."),
            ("12,345", "Assurez-vous qu’il n’y a pas plus de 2 chiffres après la virgule."),
        ],
    )
    @starts_from(story="evaluated")
    def test_needs_an_amount(self, as_user, amount, sentence, story):
        client = as_user(story.members[0])
        page = Page(client.post(proposing(story, "prioritise"), {"amount": amount, "reason": "R"}))
        assert page.errors == [f"Montant accordé (€) : {sentence}"]
        assert page.form == {"amount": amount, "reason": "R", "public_reason": ""}
        assert not Decision.objects.exists()

    @starts_from(story="evaluated")
    def test_offers_the_amount_asked(self, as_user, story):
        page = Page(as_user(story.members[0]).get(proposing(story, "prioritise")))
        assert page.form == {"amount": "6000", "reason": "", "public_reason": ""}


@pytest.mark.parametrize("levels", [BELOW_FLOOR, BELOW_THRESHOLD, (2, 2, 2, None)])
def test_every_door_refuses_to_prioritise_with_the_same_sentences(as_user, levels):
    """Page, form, address, administration, service: `Action.blockers()` everywhere."""
    story = Story().evaluated(levels)
    blockers = story.action.blockers()
    assert blockers != []
    client = as_user(story.members[0])
    # The committee's list and the result's page.
    row = Page(client.get(COMMITTEE)).main.one("tbody").one("tr")
    assert [line.text for line in row.all("td")[-1].all("li")] == blockers
    page = Page(client.get(result(story)))
    box = page.main.one(id="doors").parent.one("div", cls="blockers")
    assert box.one("p", cls="title").text == "Prioriser : pas encore possible"
    assert [line.text for line in box.all("li")] == blockers
    assert sorted(text for text, link in page.links.items() if "/proposer/" in link) == [
        "Annoncer un refus",
        "Mettre en vivier",
    ]
    # The form itself, opened by its address, then sent.
    page = Page(client.get(proposing(story, "prioritise")))
    assert [line.text for line in page.main.one("div", cls="blockers").all("li")] == blockers
    page = Page(client.post(proposing(story, "prioritise"), {"amount": "5000", "reason": "R"}))
    assert page.errors == [" ".join(blockers)]
    # The administration: shown to the agent, and no door there even by its address.
    agent = as_user(story.agent)
    page = Page(agent.get(f"/admin/actions/action/{story.action.pk}/change/"))
    (heading,) = [h3 for h3 in page.all("h3") if h3.text == "Ce qui empêche de prioriser"]
    assert [line.text for line in heading.following.all("li")] == blockers
    for method in (agent.get, agent.post):
        address = f"/admin/actions/action/{story.action.pk}/transition/prioritise/"
        assert method(address).status_code == 404
    # The services that everything goes through.
    with pytest.raises(Refused) as refused:
        propose_decision(
            action=story.action,
            kind=DecisionKind.PRIORITISE,
            by=fresh(story.members[0]),
            amount=Decimal(6000),
        )
    assert refused.value.reasons == blockers
    with pytest.raises(Refused) as refused:
        apply_transition(story.action, Transition.PRIORITISE, by=fresh(story.members[0]))
    assert refused.value.reasons[: len(blockers)] == blockers
    assert (status(story), Decision.objects.count()) == ("evaluated", 0)


class TestOtherDecisions:
    @starts_from(story="evaluated")
    def test_postpones_with_a_reason(self, as_user, story):
        first, second = (as_user(somebody) for somebody in story.members)
        page = Page(first.post(proposing(story, "postpone"), {"reason": " "}))
        assert page.errors == ["Motif : Ce champ est obligatoire."]
        decision = propose(first, story, "postpone", reason="En 2027.")
        second.post(f"/commission/decisions/{decision.pk}/confirmer/")
        assert status(story) == "postponed"

    @starts_from(story="evaluated")
    def test_an_agent_proposes_nothing_but_a_reopening(self, as_user, story):
        client = as_user(story.agent)
        page = Page(client.post(proposing(story, "postpone"), {"reason": "R"}))
        assert page.errors == [
            "« Mettre en vivier » revient à deux membres de la commission, sans lien avec l’action "
            "et qui ne l’ont pas évaluée."
        ]
        decision = propose(client, story, "reopen_evaluation", reason="Une pièce manquait.")
        response = as_user(story.members[0]).post(
            f"/commission/decisions/{decision.pk}/confirmer/", follow=True
        )
        assert status(story) == "in_evaluation"
        page = Page(response)
        assert (response.status_code, page.title) == (200, "Commission")
        assert page.messages == [
            "La décision est confirmée : l’action est à l’état « En évaluation »."
        ]

    def test_in_another_state_is_refused_in_words(self, as_user):
        story = Story().prioritised()
        client = as_user(story.members[0])
        page = Page(client.post(proposing(story, "postpone"), {"reason": "R"}))
        assert page.errors == [
            "L’action est à l’état « Priorisée » : « Mettre en vivier » n’est pas possible."
        ]

    def test_upholds_a_dated_appeal(self, as_user):
        story = Story().declined()
        first, second = (as_user(somebody) for somebody in story.members)
        tomorrow = timezone.localdate() + timedelta(days=1)
        page = Page(
            first.post(
                proposing(story, "appeal_upheld"),
                {"appeal_on": tomorrow.isoformat(), "reason": "Le juge a raison."},
            )
        )
        assert page.errors == [
            "Date du recours : Le recours ne peut pas être daté d’un jour à venir."
        ]
        decision = propose(
            first,
            story,
            "appeal_upheld",
            appeal_on=timezone.localdate().isoformat(),
            reason="Le juge a raison.",
        )
        second.post(f"/commission/decisions/{decision.pk}/confirmer/")
        assert status(story) == "evaluated"


class TestRefusal:
    def settling(self, story, word="confirmer-le-refus"):
        return f"{result(story)}regler/{word}/"

    def test_is_announced_by_two_and_told_to_the_carrier(self, as_user):
        story = Story().evaluated(BELOW_FLOOR)
        first, second = (as_user(somebody) for somebody in story.members)
        decision = propose(first, story, "announce_refusal", reason="Hors sujet.")
        OutgoingMail.objects.all().delete()
        second.post(f"/commission/decisions/{decision.pk}/confirmer/")
        assert status(story) == "refusal_announced"
        assert story.action.refusal_notices.get().reason == "Hors sujet."
        mail = OutgoingMail.objects.get()
        assert (mail.recipient, mail.subject) == (
            story.manager.email,
            f"{story.action.reference} : refus annoncé",
        )
        assert "Motif :\n\nHors sujet.\n" in mail.body

    @starts_from(story="refusal_announced")
    def test_waits_for_the_fifteen_days(self, as_user, story):
        notice = story.action.refusal_notices.get()
        client = as_user(story.members[0])
        sentence = f"Le porteur peut encore répondre jusqu’au {long_date(notice.reply_until)}."
        page = Page(client.get(self.settling(story)))
        assert [line.text for line in page.main.one("div", cls="blockers").all("li")] == [sentence]
        assert Page(client.post(self.settling(story))).errors == [sentence]
        announced_days_ago(story.action, 16)
        client.post(self.settling(story))
        assert status(story) == "declined"
        assert Page(client.get(result(story))).messages == ["C’est fait : refusée."]

    @starts_from(story="refusal_announced")
    def test_answers_the_reply_before_it_is_confirmed(self, as_user, story):
        reply_to_refusal(action=story.action, by=fresh(story.manager), text="Relisez l’article 4.")
        client = as_user(story.members[0])
        page = Page(client.get(self.settling(story)))
        assert page.main.one(id="reply").parent.one("p").text == "Relisez l’article 4."
        page = Page(client.post(self.settling(story), {"comment": " "}))
        assert page.errors == ["Répondez à la réponse du porteur : écrivez le motif."]
        client.post(self.settling(story), {"comment": "L’article 4 ne suffit pas."})
        assert status(story) == "declined"
        assert story.action.refusal_notices.get().answer == "L’article 4 ne suffit pas."

    @starts_from(story="refusal_announced")
    def test_is_given_up_when_the_reply_convinced(self, as_user, story):
        client = as_user(story.members[0])
        page = Page(client.post(self.settling(story, "renoncer-au-refus"), {"comment": "Soit."}))
        assert page.errors == ["Le porteur n’a pas répondu au refus annoncé."]
        reply_to_refusal(action=story.action, by=fresh(story.manager), text="Relisez.")
        client.post(self.settling(story, "renoncer-au-refus"), {"comment": "Vous avez raison."})
        assert status(story) == "evaluated"

    def test_of_an_agents_making_is_not_the_committees(self, as_user):
        story = Story().inadmissible()
        assert as_user(story.members[0]).get(self.settling(story)).status_code == 404

    @starts_from(story="refusal_announced")
    def test_is_not_confirmed_by_an_agent(self, as_user, story):
        announced_days_ago(story.action, 16)
        page = Page(as_user(story.agent).post(self.settling(story)))
        assert page.errors == [
            "« Confirmer le refus » revient à un agent (dossier irrecevable ou incomplet) ou un "
            "membre de la commission (dossier évalué)."
        ]
        assert status(story) == "refusal_announced"


def test_an_appeal_on_an_inadmissible_file_is_heard_by_the_committee(as_user):
    story = Story().declined_inadmissible()
    first, second = (as_user(person_) for person_ in story.members)
    address = f"/commission/{story.action.reference}/proposer/faire-droit-au-recours/"
    today = timezone.localdate()
    first.post(address, {"reason": "Le dossier entre dans le programme.", "appeal_on": today})
    decision = Decision.objects.get()
    response = second.post(f"/commission/decisions/{decision.pk}/confirmer/")
    # Back to instruction, it is no longer the committee's matter.
    assert response.headers["Location"] == "/commission/"
    assert status(story) == "submitted"


def test_agents_alone_read_that_an_agreement_is_a_reading_of_the_law(as_user):
    """docs/rules.md, section 8: the legal service has yet to confirm it."""
    year = timezone.localdate().year
    dates = {"starts_on": date(year, 1, 1), "ends_on": date(year, 12, 31)}
    costs = {"total_cost": Decimal(40_000), "funding_asked": Decimal(36_000)}
    story = Story(**costs, **dates).prioritised(30_000)

    def said(reader) -> str:
        [notice] = [
            one.text
            for one in Page(as_user(reader).get(result(story))).main.all("p", cls="notice")
            if one.text.startswith("Une convention")
        ]
        return notice

    needed = (
        f"Une convention est nécessaire : 30 000 € pour {year} avec les autres financements de la "
        "structure, soit plus de 23 000 €"
    )
    assert said(story.members[0]) == f"{needed}."
    assert said(story.agent) == (
        f"{needed} (lecture de la loi que le service juridique doit confirmer)."
    )
