"""The committee's sessions over HTTP: prepared, held, ended."""

from datetime import date, time
from decimal import Decimal

import pytest

from actions.committee.services.agenda import DECIDED_ALREADY, take_off_agenda
from actions.committee.services.sessions import DECIDED_IN_IT
from actions.committee.views.agenda import NOT_TOLD, TOLD
from actions.models import AgendaItem, CommitteeSession, EnvelopeVote
from actors.enums import Role
from challenges.models import Programme
from ess_portal.base.french import long_date
from tests.plugins.prepared import starts_from
from tests.support.factories import ChallengeFactory, fresh, person
from tests.support.reading import Page, plain
from tests.support.sessions import SESSIONS, HeldSession, address, point

pytestmark = pytest.mark.django_db


def take(client, sitting, step: str):
    """Push one of the session's buttons; return the messages of the page that follows."""
    response = client.post(address(sitting, f"etape/{step}/"), follow=True)
    sitting.session.refresh_from_db()
    return Page(response).messages


class TestPreparing:
    @starts_from(sitting="empty")
    def test_a_session(self, as_user, sitting):
        challenge = ChallengeFactory(number=4)
        client = as_user(sitting.agent)
        form = Page(client.get(f"{SESSIONS}nouvelle/")).form
        assert sorted(form["voters"]) == sorted(str(user.pk) for user in sitting.voters)
        response = client.post(
            f"{SESSIONS}nouvelle/",
            form
            | {
                "held_on": "2026-12-10",
                "starts_at": "09:15",
                "place": "Salle du conseil",
                "chair": sitting.second.pk,
                "envelope": "80 000",
                f"envelope_{challenge.pk}": "30 000,50",
                "observers": [sitting.agent.pk],
            },
        )
        session = CommitteeSession.objects.latest("pk")
        assert response.headers["Location"] == f"{SESSIONS}{session.pk}/"
        assert (session.held_on, session.starts_at, session.chair, session.envelope) == (
            date(2026, 12, 10),
            time(9, 15),
            sitting.second,
            Decimal(80_000),
        )
        assert session.challenge_envelopes.get().amount == Decimal("30000.50")
        assert session.members.filter(votes=False).get().user == sitting.agent

    @starts_from(sitting="empty")
    def test_keeps_what_was_typed_beside_what_is_wrong(self, as_user, sitting):
        client = as_user(sitting.agent)
        typed = {"held_on": "2026-12-10", "place": "Salle du conseil", "envelope": "beaucoup"}
        page = Page(client.post(f"{SESSIONS}nouvelle/", typed))
        assert page.errors == [
            "Heure : Ce champ est obligatoire.",
            "Présidence de la séance : Ce champ est obligatoire.",
            "Quorum : Ce champ est obligatoire.",
            "Enveloppe de la séance (€) : Écrivez un nombre, par exemple 12000 ou 1,5.",
            "Membres ayant droit de vote : Ce champ est obligatoire.",
        ]
        assert {name: page.form[name] for name in typed} == typed

    @starts_from(sitting="empty")
    def test_says_what_the_rules_refuse(self, as_user, sitting):
        client = as_user(sitting.agent)
        form = Page(client.get(address(sitting, "modifier/"))).form
        page = Page(client.post(address(sitting, "modifier/"), form | {"quorum": "9"}))
        assert page.errors == ["Il faut au moins 9 membres ayant droit de vote : c’est le quorum."]

    @starts_from(sitting="empty")
    def test_a_session_is_edited(self, as_user, sitting):
        client = as_user(sitting.agent)
        form = Page(client.get(address(sitting, "modifier/"))).form
        client.post(address(sitting, "modifier/"), form | {"place": "Ailleurs"})
        sitting.refresh()
        assert (sitting.session.place, sitting.session.members.count()) == ("Ailleurs", 3)

    @starts_from(sitting="open")
    def test_an_open_one_keeps_its_envelope(self, as_user, sitting):
        form = Page(as_user(sitting.agent).get(address(sitting, "modifier/"))).form
        assert sorted(form) == ["chair", "held_on", "place", "shown", "starts_at"]

    @starts_from(sitting="empty")
    def test_an_older_page_overwrites_nothing_before_it_is_told(self, as_user, sitting):
        agent, chair = as_user(sitting.agent), as_user(sitting.chair)
        older = Page(agent.get(address(sitting, "modifier/"))).form
        newer = Page(chair.get(address(sitting, "modifier/"))).form
        voters = [str(sitting.chair.pk), str(sitting.second.pk)]
        chair.post(address(sitting, "modifier/"), newer | {"place": "Ici", "voters": voters})
        answer = agent.post(address(sitting, "modifier/"), older | {"envelope": "70000"})
        page = Page(answer)
        assert answer.status_code == 409
        assert (sitting.refresh().session.place, sitting.session.envelope) == ("Ici", 50_000)
        assert [[cell.text for cell in row.all("td")] for row in page.one("tbody").all("tr")] == [
            ["Ici", "Salle des mariages"],
            ["50000", "70000"],
            [
                f"{sitting.chair}, {sitting.second}",
                f"{sitting.chair}, {sitting.second}, {sitting.third}",
            ],
        ]
        # Sent again from there, it replaces the other knowingly.
        agent.post(address(sitting, "modifier/"), page.form)
        assert (sitting.refresh().session.place, sitting.session.envelope) == (
            "Salle des mariages",
            70_000,
        )

    @pytest.mark.parametrize("stage", ["preparing", "sitting"])
    def test_sent_twice_it_is_settled_once(self, as_user, stage):
        sitting = HeldSession()
        if stage == "sitting":
            sitting.opened()
        client = as_user(sitting.agent)
        typed = Page(client.get(address(sitting, "modifier/"))).form | {"place": "Ailleurs"}
        if stage == "preparing":
            typed |= {"envelope": "70 000", "observers": [str(sitting.agent.pk)]}
        answers = [client.post(address(sitting, "modifier/"), typed) for _ in range(2)]
        assert [answer.headers["Location"] for answer in answers] == [address(sitting)] * 2
        sitting.refresh()
        assert (sitting.session.place, sitting.session.calendar_edition) == ("Ailleurs", 1)

    def test_an_agenda_that_moved_makes_no_page_older(self, as_user):
        sitting = HeldSession()
        client = as_user(sitting.agent)
        form = Page(client.get(address(sitting, "modifier/"))).form
        take_off_agenda(item=sitting.items[0], by=sitting.agent)
        answer = client.post(address(sitting, "modifier/"), form | {"place": "Ailleurs"})
        assert (answer.status_code, sitting.refresh().session.place) == (302, "Ailleurs")

    @starts_from(sitting="empty")
    def test_without_programme_nothing_is_prepared(self, as_user, sitting):
        client = as_user(sitting.agent)
        form = Page(client.get(address(sitting, "modifier/"))).form
        Programme.objects.update(state="archived")
        assert Page(client.post(f"{SESSIONS}nouvelle/", form)).errors == [
            "Aucun programme n’est en cours : la commission n’a rien à décider."
        ]


class TestList:
    def test_has_every_session_the_latest_first(self, as_user):
        first = HeldSession(stories=[], held_on=date(2026, 1, 8))
        second = HeldSession(stories=[], held_on=date(2026, 3, 1))
        page = Page(as_user(first.second).get(SESSIONS))
        assert [link for link in page.links if link.startswith("Séance du")] == [
            "Séance du 1er mars 2026",
            "Séance du 8 janvier 2026",
        ]
        assert page.links["Séance du 1er mars 2026"] == address(second)

    def test_says_that_there_is_none(self, as_user):
        page = Page(as_user(person(Role.COMMITTEE)).get(SESSIONS))
        assert page.main.one("p", cls="empty").text == (
            "La commission n’a encore tenu aucune séance sur le portail."
        )


class TestHolding:
    @starts_from(sitting="prepared for two actions")
    def test_from_the_opening_to_the_publication(self, as_user, sitting):
        agent, chair, second = (
            as_user(user) for user in (sitting.agent, sitting.chair, sitting.second)
        )
        assert take(agent, sitting, "ouvrir") == ["La séance est ouverte : notez les présences."]
        form = Page(agent.get(address(sitting, "presences/"))).form
        assert set(form.values()) == {"expected"}
        came = dict.fromkeys((name for name in form if name.startswith("member_")), "present")
        agent.post(address(sitting, "presences/"), form | came)
        for item in sitting.items:
            page = Page(agent.get(point(item)))
            typed = page.form | {
                "outcome": "prioritise",
                "amount": "4 000",
                "reason": "Deux postes sur trois.",
                "method": "vote",
                "votes_for": "3",
                "votes_against": "0",
                "abstentions": "0",
            }
            response = agent.post(point(item), typed, follow=True)
            assert Page(response).messages == [f"Le point {item.position} est enregistré."]
        assert take(agent, sitting, "clore") == ["Clore la séance revient à son président."]
        assert take(chair, sitting, "clore") == [
            "La séance est close : un autre membre confirme les décisions, puis elles sont "
            "publiées."
        ]
        assert take(chair, sitting, "rouvrir") == ["La séance est rouverte : rien n’est publié."]
        take(chair, sitting, "clore")
        assert take(second, sitting, "confirmer") == [
            "Les décisions sont publiées : les porteurs sont prévenus."
        ]
        assert [s.action.status for s in sitting.refresh().stories] == ["prioritised"] * 2
        page = Page(agent.get(address(sitting)))
        assert [link for link in page.links if link.endswith("(PDF)")] == [
            "Dossier de préparation (PDF)",
            "Compte rendu (PDF)",
            "Projet de délibération (PDF)",
        ]

    @starts_from(sitting="prepared")
    def test_a_cancelled_session_frees_its_actions(self, as_user, sitting):
        client = as_user(sitting.agent)
        page = Page(client.get(address(sitting)))
        assert page.links["Annuler la séance"] == address(sitting, "annuler/")
        page = Page(client.get(address(sitting, "annuler/")))
        assert page.title == "Annuler la séance"
        assert [button.text for button in page.main.all("button")] == ["Annuler la séance"]
        assert page.links["Garder la séance"] == address(sitting)
        assert AgendaItem.objects.open().count() == 1
        response = client.post(address(sitting, "annuler/"), follow=True)
        assert Page(response).messages == [
            "La séance est annulée, et ses membres en sont avertis : ses actions peuvent aller à "
            "un autre ordre du jour."
        ]
        assert AgendaItem.objects.open().count() == 0
        # Nobody is expected any more.
        assert "attendu" not in Page(response).main.text

    @starts_from(sitting="prepared")
    def test_the_agenda_is_sent_and_its_changes_announced(self, as_user, sitting):
        client = as_user(sitting.agent)
        [item] = sitting.items
        asked = Page(client.get(point(item, "retirer/"))).main.text
        assert NOT_TOLD in asked
        page = Page(client.get(address(sitting)))
        assert "Envoyer l’ordre du jour" in [button.text for button in page.main.all("button")]
        assert take(client, sitting, "envoyer") == ["L’ordre du jour est envoyé aux membres."]
        page = Page(client.get(address(sitting)))
        assert "Envoyer l’ordre du jour" not in [button.text for button in page.main.all("button")]
        asked = Page(client.get(point(item, "retirer/"))).main.text
        assert TOLD in asked
        client.post(point(item, "retirer/"))
        # Read by every member, in the words of the mail.
        page = Page(as_user(sitting.second).get(address(sitting)))
        [said] = page.main.one("section", **{"aria-labelledby": "agenda"}).all("li")
        removal = sitting.session.removals.get()
        assert plain(said.text) == plain(
            f"{item.action.reference}, {item.action.title} ({item.action.carrier}), "
            f"le {long_date(removal.at, 'j F Y à H:i')}, par {sitting.agent}"
        )

    @starts_from(sitting="open")
    def test_a_session_that_decided_something_is_not_given_up(self, as_user, sitting):
        sitting.record(sitting.items[0], outcome="postpone", reason="M.", votes_for=3)
        client = as_user(sitting.agent)
        page = Page(client.get(address(sitting, "annuler/")))
        assert page.main.all("button") == []
        assert page.main.one(cls="notice").text == DECIDED_IN_IT.format(1)
        page = Page(client.post(address(sitting, "annuler/")))
        assert page.errors == [DECIDED_IN_IT.format(1)]
        sitting.session.refresh_from_db()
        assert sitting.session.state == "sitting"

    @starts_from(sitting="open")
    def test_a_point_with_an_outcome_stays_on_the_agenda(self, as_user, sitting):
        [item] = sitting.items
        sitting.record(item, outcome="postpone", reason="M.", votes_for=3)
        page = Page(as_user(sitting.agent).post(point(item, "retirer/")))
        assert page.errors == [DECIDED_ALREADY]
        assert sitting.items == [item]

    @starts_from(sitting="prepared for two actions")
    def test_a_confirmation_in_two_times_is_told(self, as_user, sitting):
        sitting.opened()
        sitting.step_aside(sitting.items[1], sitting.second)
        for item, votes in zip(sitting.items, (3, 2), strict=True):
            sitting.record(item, outcome="prioritise", amount=1000, votes_for=votes)
        sitting.close()
        assert take(as_user(sitting.second), sitting, "confirmer") == [
            "Vous avez confirmé ce que vous pouviez. 1 point doit encore l’être par un autre "
            "membre : rien n’est publié d’ici là."
        ]

    def test_points_move_by_buttons(self, as_user):
        sitting = HeldSession(actions=3)
        client = as_user(sitting.agent)
        first, second, third = sitting.items
        moved = client.post(point(third, "monter/"))
        # Whoever goes by keyboard goes on from the point, and hears where it is.
        row = f"point-{third.pk}"
        assert moved.headers["Location"] == f"{address(sitting)}#{row}"
        page = Page(client.get(address(sitting)))
        assert page.messages == [f"« {third.action.title} » est maintenant le point 2."]
        assert page.one("tr", id=row).one("th").text.startswith(f"2. {third.action.title}")
        client.post(point(first, "descendre/"))
        assert sitting.items == [third, first, second]
        page = Page(client.get(point(third, "retirer/")))
        assert page.title == "Retirer le point 1 de l’ordre du jour"
        assert page.links["Garder le point"] == address(sitting)
        response = client.post(point(third, "retirer/"), follow=True)
        assert Page(response).messages == ["Le point est retiré de l’ordre du jour."]
        assert sitting.items == [first, second]

    @starts_from(sitting="prepared for two actions")
    def test_only_who_keeps_the_session_moves_them(self, as_user, sitting):
        response = as_user(sitting.second).post(point(sitting.items[0], "descendre/"), follow=True)
        assert Page(response).messages == [
            "Préparer la séance revient à un agent ou le président de la séance."
        ]

    @starts_from(sitting="open")
    def test_a_member_carries_what_the_chair_cannot(self, as_user, sitting):
        sitting.step_aside(sitting.items[0], sitting.chair)
        sitting.record(sitting.items[0], outcome="postpone", reason="M.", votes_for=2)
        client = as_user(sitting.second)
        assert "Porter cette décision" in Page(client.get(point(sitting.items[0]))).main.text
        response = client.post(point(sitting.items[0], "porter/"), follow=True)
        assert Page(response).messages == ["Vous portez la décision du point 1."]
        assert sitting.items[0].proposed_by == sitting.second

    def test_a_vote_on_the_envelope(self, as_user):
        sitting = HeldSession(envelope=1000).opened()
        client = as_user(sitting.agent)
        path = address(sitting, "enveloppe/")
        votes = {"votes_for": "3", "votes_against": "0", "abstentions": "0"}
        assert Page(client.post(path, votes | {"amount": ""})).errors == [
            "Nouvelle enveloppe (€) : Ce champ est obligatoire."
        ]
        response = client.post(path, votes | {"amount": "5 000"}, follow=True)
        (message,) = Page(response).messages
        assert plain(message) == "Le vote est noté : l’enveloppe est maintenant de 5 000 €."
        lost = {"votes_for": "1", "votes_against": "2", "abstentions": "0", "amount": "9 000"}
        response = client.post(path, lost, follow=True)
        assert Page(response).messages == ["Le vote est noté : l’enveloppe ne change pas."]
        assert EnvelopeVote.objects.count() == 2


@pytest.mark.parametrize(
    ("who", "offered"), [("agent", False), ("chair", False), ("second", True), ("away", False)]
)
@pytest.mark.parametrize("outcome", ["adjourn", "postpone"])
@starts_from(sitting="prepared")
def test_confirming_is_offered_to_who_may_do_it(as_user, outcome, who, offered, sitting):
    sitting.opened(present=[sitting.chair, sitting.second])
    sitting.record(sitting.items[0], outcome=outcome, reason="M.", votes_for=2)
    sitting.close()
    people = {"agent": sitting.agent, "chair": sitting.chair, "second": sitting.second}
    client = as_user(people.get(who, sitting.third))
    page = Page(client.get(address(sitting)))
    assert ("Confirmer les décisions" in page.main.text) is offered
    take(client, sitting, "confirmer")
    assert (sitting.session.state == "published") is offered


@starts_from(sitting="open")
def test_a_session_shows_the_hint_of_its_next_step_to_who_may_take_it(as_user, sitting):
    page = Page(as_user(fresh(sitting.second)).get(address(sitting)))
    assert "Clore la séance" not in page.main.text
    assert "Clore la séance" in Page(as_user(sitting.chair).get(address(sitting))).main.text
