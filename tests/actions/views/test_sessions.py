"""The committee's sessions over HTTP: prepared, drawn from the ranking, held, ended, printed."""

from datetime import date, time
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pypdf import PdfReader

from actions.models import AgendaItem, CommitteeSession, EnvelopeVote
from actors.enums import Role
from challenges.models import Programme
from ess_portal.base.french import euros
from tests.actions.services.test_publication import closed
from tests.factories import (
    ChallengeFactory,
    CommuneFactory,
    MeasureFactory,
    SectorFactory,
    Story,
    fresh,
    person,
)
from tests.reading import Page
from tests.sessions import Sitting

pytestmark = pytest.mark.django_db
SESSIONS = "/commission/seances/"
SPACES = "\u00a0\u202f"


def plain(text: str) -> str:
    """A text with ordinary spaces."""
    return text.translate(dict.fromkeys(map(ord, SPACES), " "))


def address(sitting, step: str = "") -> str:
    """An address about the session."""
    return f"{SESSIONS}{sitting.session.pk}/{step}"


def point(item, step: str = "") -> str:
    """An address about a point."""
    return f"/commission/points/{item.pk}/{step}"


def take(client, sitting, step: str):
    """Push one of the session's buttons; return the messages of the page that follows."""
    response = client.post(address(sitting, f"etape/{step}/"), follow=True)
    sitting.session.refresh_from_db()
    return Page(response).messages


class TestPreparing:
    def test_a_session(self, as_user):
        sitting = Sitting(stories=[])
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

    def test_keeps_what_was_typed_beside_what_is_wrong(self, as_user):
        sitting = Sitting(stories=[])
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

    def test_says_what_the_rules_refuse(self, as_user):
        sitting = Sitting(stories=[])
        client = as_user(sitting.agent)
        form = Page(client.get(address(sitting, "modifier/"))).form
        page = Page(client.post(address(sitting, "modifier/"), form | {"quorum": "9"}))
        assert page.errors == ["Il faut au moins 9 membres ayant droit de vote : c’est le quorum."]

    def test_a_session_is_edited(self, as_user):
        sitting = Sitting(stories=[])
        client = as_user(sitting.agent)
        form = Page(client.get(address(sitting, "modifier/"))).form
        client.post(address(sitting, "modifier/"), form | {"place": "Ailleurs"})
        sitting.refresh()
        assert (sitting.session.place, sitting.session.members.count()) == ("Ailleurs", 3)

    def test_an_open_one_keeps_its_envelope(self, as_user):
        sitting = Sitting().opened()
        form = Page(as_user(sitting.agent).get(address(sitting, "modifier/"))).form
        assert sorted(form) == ["chair", "held_on", "place", "starts_at"]

    def test_without_programme_nothing_is_prepared(self, as_user):
        sitting = Sitting(stories=[])
        client = as_user(sitting.agent)
        form = Page(client.get(address(sitting, "modifier/"))).form
        Programme.objects.update(state="archived")
        assert Page(client.post(f"{SESSIONS}nouvelle/", form)).errors == [
            "Aucun programme n’est en cours : la commission n’a rien à décider."
        ]


class TestList:
    def test_has_every_session_the_latest_first(self, as_user):
        first = Sitting(stories=[], held_on=date(2026, 1, 8))
        second = Sitting(stories=[], held_on=date(2026, 3, 1))
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


def candidates(page) -> list[str]:
    """The references that may be ticked."""
    return [box["value"] for box in page.main.all("input", name="action")]


class TestAgenda:
    def test_is_ticked_in_the_ranking(self, as_user):
        sitting = Sitting(stories=[])
        low, high = Story().evaluated((1, 2, 2, 3)), Story().evaluated((3, 3, 3, 3))
        taken = Sitting(stories=[Story().evaluated()])
        client = as_user(sitting.agent)
        page = Page(client.get(address(sitting, "ordre-du-jour/")))
        references = [high.action.reference, low.action.reference]
        assert candidates(page) == references
        assert taken.stories[0].action.reference not in page.main.text
        response = client.post(
            address(sitting, "ordre-du-jour/"), {"action": references}, follow=True
        )
        assert Page(response).messages == ["2 actions à l’ordre du jour."]
        assert [item.action.reference for item in sitting.items] == references

    def test_without_a_tick_says_so(self, as_user):
        sitting = Sitting(stories=[])
        response = as_user(sitting.agent).post(address(sitting, "ordre-du-jour/"), follow=True)
        assert Page(response).messages == ["Cochez au moins une action à mettre à l’ordre du jour."]

    def test_says_which_action_was_taken_meanwhile(self, as_user):
        sitting, other = Sitting(stories=[]), Sitting()
        reference = other.stories[0].action.reference
        response = as_user(sitting.agent).post(
            address(sitting, "ordre-du-jour/"), {"action": [reference]}, follow=True
        )
        assert Page(response).messages == [
            f"{reference} : elle est à l’ordre du jour de la séance du 03/12/2026."
        ]

    def test_adds_up_what_is_asked_and_says_where_the_envelope_ends(self, as_user):
        sitting = Sitting(stories=[Story().evaluated()], envelope=15_000)
        for _ in range(2):
            Story().evaluated()
        page = Page(as_user(sitting.agent).get(address(sitting, "ordre-du-jour/")))
        totals = [cell.text for cell in page.main.all("td", **{"data-label": "Cumul"})]
        assert [plain(total) for total in totals] == ["12 000 €", "18 000 €"]
        (end,) = page.main.all("tr", cls="envelope-end")
        assert plain(end.text) == (
            "L’enveloppe de 15 000 € s’arrête ici : l’action n° 2 la dépasse."
        )

    def test_the_second_page_adds_to_the_first(self, as_user):
        sitting = Sitting(stories=[], envelope=10**6)
        for _ in range(21):
            Story().evaluated()
        path = address(sitting, "ordre-du-jour/")
        page = Page(as_user(sitting.agent).get(path, {"page": 2}))
        (total,) = page.main.all("td", **{"data-label": "Cumul"})
        assert plain(total.text) == "126 000 €"

    def test_a_closed_agenda_isnt_drawn(self, as_user):
        sitting = closed()
        assert as_user(sitting.agent).get(address(sitting, "ordre-du-jour/")).status_code == 403


def headings(page) -> list[str]:
    """The headings that group the ranking."""
    return [row.text for row in page.main.all("tr", cls="group")]


NARROW = 500  # bytes


def widths_cut(node: dict) -> list[int]:
    """The widths, in bytes, of the rows of which a plan keeps the first only."""
    below = [width for child in node.get("Plans", []) for width in widths_cut(child)]
    return [node["Plan Width"], *below] if node["Node Type"] == "Limit" else below


class TestGroups:
    @pytest.fixture
    def client(self, as_user):
        first = ChallengeFactory(number=1, title="Coopérer")
        second = ChallengeFactory(number=2, title="Innover")
        here, there = CommuneFactory(name="Aubière"), CommuneFactory(name="Royat")
        food = SectorFactory(name="Alimentation")
        Story(
            measure=MeasureFactory(challenge=second, number=1, title="Former"),
            communes=[here],
            sectors=[food],
        ).evaluated()
        Story(
            measure=MeasureFactory(challenge=first, number=2, title="Financer"),
            communes=[here, there],
        ).evaluated()
        return as_user(person(Role.COMMITTEE))

    @pytest.mark.parametrize(
        ("order", "groups"),
        [
            ("classement", []),
            ("defi", ["Défi 1 : Coopérer", "Défi 2 : Innover"]),
            ("mesure", ["1.2 Financer", "2.1 Former"]),
            ("commune", ["Aubière", "Plusieurs communes"]),
            ("filiere", ["Alimentation", "Plusieurs filières, ou aucune"]),
            ("n’importe quoi", []),
        ],
    )
    def test_follow_the_order_asked_for(self, client, order, groups):
        assert headings(Page(client.get("/commission/", {"tri": order}))) == groups

    def test_sort_keys_not_whole_rows(self, client):
        with CaptureQueriesContext(connection) as queries:
            client.get("/commission/", {"tri": "commune"})
        (rows,) = (query["sql"] for query in queries if '"only_sector"' in query["sql"])
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN (FORMAT JSON) {rows}")
            (((plan,),),) = cursor.fetchall()
        # A programme's text alone is wider than what is sorted to find the page.
        assert [width for width in widths_cut(plan["Plan"]) if width > NARROW] == []


class TestTies:
    def test_say_what_decides(self, as_user):
        for levels in ((3, 2, 2, 1), (2, 2, 2, 2), (2, 2, 2, 2), (1, 1, 2, 2)):
            Story().evaluated(levels)
        page = Page(as_user(person(Role.COMMITTEE)).get("/commission/"))
        rows = page.main.one("tbody").all("th")
        assert [
            next(
                (
                    tie
                    for tie in ("départagées par « Critère 1 »", "déposée avant elle")
                    if tie in row.text
                ),
                "",
            )
            for row in rows
        ] == ["", "départagées par « Critère 1 »", "déposée avant elle", ""]


class TestHolding:
    def test_from_the_opening_to_the_publication(self, as_user):
        sitting = Sitting(actions=2)
        agent, chair, second = (
            as_user(user) for user in (sitting.agent, sitting.chair, sitting.second)
        )
        assert take(agent, sitting, "ouvrir") == ["La séance est ouverte : notez les présences."]
        form = Page(agent.get(address(sitting, "presences/"))).form
        assert set(form.values()) == {"expected"}
        agent.post(address(sitting, "presences/"), dict.fromkeys(form, "present"))
        for item in sitting.items:
            page = Page(agent.get(point(item)))
            typed = page.form | {
                "outcome": "prioritise",
                "amount": "4 000",
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

    def test_a_cancelled_session_frees_its_actions(self, as_user):
        sitting = Sitting()
        assert take(as_user(sitting.agent), sitting, "annuler") == [
            "La séance est annulée : ses actions peuvent aller à un autre ordre du jour."
        ]
        assert AgendaItem.objects.open().count() == 0

    def test_a_confirmation_in_two_times_is_told(self, as_user):
        sitting = Sitting(actions=2).opened()
        sitting.step_aside(sitting.items[1], sitting.second)
        for item, voices in zip(sitting.items, (3, 2), strict=True):
            sitting.record(item, outcome="prioritise", amount=1000, votes_for=voices)
        sitting.close()
        assert take(as_user(sitting.second), sitting, "confirmer") == [
            "Vous avez confirmé ce que vous pouviez. 1 point doit encore l’être par un autre "
            "membre : rien n’est publié d’ici là."
        ]

    def test_points_move_by_buttons(self, as_user):
        sitting = Sitting(actions=3)
        client = as_user(sitting.agent)
        first, second, third = sitting.items
        client.post(point(third, "monter/"))
        client.post(point(first, "descendre/"))
        assert sitting.items == [third, first, second]
        response = client.post(point(third, "retirer/"), follow=True)
        assert Page(response).messages == ["Le point est retiré de l’ordre du jour."]
        assert sitting.items == [first, second]

    def test_only_who_keeps_the_session_moves_them(self, as_user):
        sitting = Sitting(actions=2)
        response = as_user(sitting.second).post(point(sitting.items[0], "descendre/"), follow=True)
        assert Page(response).messages == [
            "Préparer la séance revient à un agent ou le président de la séance."
        ]

    def test_a_member_carries_what_the_chair_cannot(self, as_user):
        sitting = Sitting().opened()
        sitting.step_aside(sitting.items[0], sitting.chair)
        sitting.record(sitting.items[0], outcome="postpone", reason="M.", votes_for=2)
        client = as_user(sitting.second)
        assert "Porter cette décision" in Page(client.get(point(sitting.items[0]))).main.text
        response = client.post(point(sitting.items[0], "porter/"), follow=True)
        assert Page(response).messages == ["Vous portez la décision du point 1."]
        assert sitting.items[0].proposed_by == sitting.second

    def test_the_number_of_the_deliberation(self, as_user):
        sitting = closed()
        as_user(sitting.agent).post(address(sitting, "deliberation/"), {"number": "DEL-7"})
        sitting.refresh()
        assert sitting.session.deliberation_number == "DEL-7"

    def test_a_vote_on_the_envelope(self, as_user):
        sitting = Sitting(envelope=1000).opened()
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


HTMX = {"HTTP_HX_REQUEST": "true"}


class TestAPointThatSavesByItself:
    def typed(self, **columns) -> dict:
        """What a screen sends."""
        return {"version": "0", "outcome": "postpone", "reason": "À mûrir."} | columns

    def test_answers_with_a_line_and_the_new_version(self, as_user):
        sitting = Sitting().opened()
        response = as_user(sitting.agent).post(point(sitting.items[0]), self.typed(), **HTMX)
        page = Page(response)
        assert page.all("p")[0].text.startswith("Enregistré à ")
        assert [line.text for line in page.all("li")] == [
            "Dites si la commission a voté ou consenti."
        ]
        assert page.one("input", name="version")["value"] == "1"
        assert sitting.items[0].reason == "À mûrir."

    def test_says_what_keeps_it_from_being_saved(self, as_user):
        sitting = Sitting(envelope=1000).opened()
        typed = self.typed(outcome="prioritise", amount="4000")
        page = Page(as_user(sitting.agent).post(point(sitting.items[0]), typed, **HTMX))
        assert [plain(line.text) for line in page.all("li")] == [
            f"Séance : {plain(euros(Decimal(4000)))} accordés dépassent l’enveloppe de "
            f"{plain(euros(Decimal(1000)))}. Baissez un montant, ou faites voter une enveloppe "
            "plus haute."
        ]
        assert (page.one("input", name="version")["value"], sitting.items[0].outcome) == ("0", "")

    def test_an_older_screen_is_told_and_goes_on_by_its_button(self, as_user):
        sitting = Sitting().opened()
        sitting.record(sitting.items[0], outcome="adjourn")
        client = as_user(sitting.agent)
        for _ in range(2):
            page = Page(client.post(point(sitting.items[0]), self.typed(), **HTMX))
            assert page.all("li")[0].text.startswith("Ce point a été enregistré depuis un autre")
            assert page.all("input", name="version", value="1") == []
        assert sitting.items[0].outcome == "adjourn"
        page = Page(client.post(point(sitting.items[0]), self.typed()))
        assert page.form["reason"] == "À mûrir."
        client.post(point(sitting.items[0]), page.form)
        assert sitting.items[0].outcome == "postpone"

    def test_what_comes_after_the_closing_is_refused_and_kept_on_the_screen(self, as_user):
        sitting = closed()
        response = as_user(sitting.agent).post(
            point(sitting.items[0]), self.typed(reason="Tapé trop tard.")
        )
        page = Page(response)
        assert page.errors == ["La séance n’est pas ouverte."]
        assert (page.form["outcome"], page.form["reason"]) == ("postpone", "Tapé trop tard.")
        # Beside it, what the session made of the point.
        assert page.main.one("dl", cls="outcome").all("dd")[0].text.startswith("Prioriser")

    @pytest.mark.parametrize(
        ("column", "value", "error"),
        [
            ("amount", "0", "Montant accordé (€) : Le montant accordé doit dépasser 0 €."),
            (
                "amount",
                "-5",
                "Montant accordé (€) : Assurez-vous que cette valeur est supérieure ou égale à 0.",
            ),
            ("votes_for", "beaucoup", "Pour : Saisissez un nombre entier."),
            (
                "outcome",
                "donate",
                "Suite : Sélectionnez un choix valide. donate n’en fait pas partie.",
            ),
        ],
    )
    def test_bad_values_are_named(self, as_user, column, value, error):
        sitting = Sitting().opened()
        typed = self.typed(**{column: value})
        response = as_user(sitting.agent).post(point(sitting.items[0]), typed)
        assert [plain(line) for line in Page(response).errors] == [plain(error)]


class TestReading:
    def test_a_member_reads_and_notes_nothing(self, as_user):
        sitting = Sitting().opened()
        sitting.record(sitting.items[0], outcome="postpone", reason="À mûrir.")
        page = Page(as_user(sitting.second).get(point(sitting.items[0])))
        assert page.main.all("input", name="outcome") == []
        assert "À mûrir." in page.main.text

    def test_a_chair_who_left_the_room_notes_nothing(self, as_user):
        sitting = Sitting().opened()
        sitting.step_aside(sitting.items[0], sitting.chair)
        page = Page(as_user(sitting.chair).get(point(sitting.items[0])))
        assert page.main.all("input", name="outcome") == []

    def test_leaving_the_room(self, as_user):
        sitting = Sitting().opened()
        client = as_user(sitting.third)
        path = point(sitting.items[0], "deport/")
        page = Page(client.get(path))
        options = [option.text for option in page.main.one("select").all("option")]
        assert options == ["Choisissez un membre", str(sitting.third)]
        member = sitting.members[sitting.third].pk
        assert Page(client.post(path, {"member": member})).errors == [
            "Lien avec l’action ou sa structure : Ce champ est obligatoire."
        ]
        client.post(path, {"member": member, "reason": "Je préside une structure voisine."})
        assert sitting.items[0].recusals.get().member.user == sitting.third
        assert client.get(path).status_code == 403


def text_of(content: bytes, tmp_path) -> str:
    """The text of a PDF, its spaces folded."""
    path = tmp_path / "document.pdf"
    path.write_bytes(content)
    pages = PdfReader(path).pages
    return plain(" ".join(" ".join(page.extract_text() for page in pages).split()))


class TestDocuments:
    def test_say_what_was_decided_for_ever(self, as_user, tmp_path):
        sitting = Sitting(actions=2).opened()
        sitting.step_aside(sitting.items[1], sitting.third)
        sitting.record(sitting.items[0], outcome="prioritise", amount=4000)
        sitting.record(sitting.items[1], outcome="adjourn")
        sitting.close().confirm(sitting.second)
        client = as_user(sitting.agent)

        def download(name):
            return b"".join(client.get(address(sitting, f"{name}.pdf")).streaming_content)

        minutes = download("compte-rendu")
        text = text_of(minutes, tmp_path)
        for said in (
            "Compte rendu de la commission du 3 décembre 2026",
            "3 sur 3 (quorum : 2)",
            f"{sitting.third} {sitting.stories[1].action.reference}",
            "Action priorisée : 4 000 €",
            "vote : 3 pour, 0 contre, 0 abstention",
            f"Proposée par {sitting.chair}",
            f"Confirmée par {sitting.second}",
            "Point reporté à une autre séance",
            "Enveloppe 50 000 €",
            "Reste 46 000 €",
        ):
            assert said in text, said
        assert download("compte-rendu") == minutes
        # A second session looks again at the other action: these minutes don't change.
        again = Sitting(stories=[sitting.stories[1]]).opened()
        again.record(again.items[0], outcome="prioritise", amount=1000)
        again.close().confirm(again.second)
        assert download("compte-rendu") == minutes
        assert "Projet de délibération" in text_of(download("deliberation"), tmp_path)

    def test_the_pack_comes_before(self, as_user, tmp_path):
        sitting = Sitting(actions=2)
        response = as_user(sitting.second).get(address(sitting, "dossier.pdf"))
        assert response.headers["Content-Type"] == "application/pdf"
        assert response.headers["Content-Disposition"] == (
            'attachment; filename="dossier-2026-12-03.pdf"'
        )
        text = text_of(b"".join(response.streaming_content), tmp_path)
        for story in sitting.stories:
            assert story.action.reference in text
            # Reasons, without those who gave them.
            assert all(str(evaluator) not in text for evaluator in story.evaluators)

    @pytest.mark.parametrize("name", ["compte-rendu", "deliberation", "dossier", "autre"])
    def test_there_is_none_before_its_time(self, as_user, name):
        sitting = Sitting(stories=[])
        assert as_user(sitting.agent).get(address(sitting, f"{name}.pdf")).status_code == 404


@pytest.mark.parametrize(
    ("who", "offered"), [("agent", False), ("chair", False), ("second", True), ("away", False)]
)
@pytest.mark.parametrize("outcome", ["adjourn", "postpone"])
def test_confirming_is_offered_to_who_may_do_it(as_user, outcome, who, offered):
    sitting = Sitting()
    sitting.opened(present=[sitting.chair, sitting.second])
    sitting.record(sitting.items[0], outcome=outcome, reason="M.", votes_for=2)
    sitting.close()
    people = {"agent": sitting.agent, "chair": sitting.chair, "second": sitting.second}
    client = as_user(people.get(who, sitting.third))
    page = Page(client.get(address(sitting)))
    assert ("Confirmer les décisions" in page.main.text) is offered
    take(client, sitting, "confirmer")
    assert (sitting.session.state == "published") is offered


def test_a_session_shows_the_hint_of_its_next_step_to_who_may_take_it(as_user):
    sitting = Sitting().opened()
    page = Page(as_user(fresh(sitting.second)).get(address(sitting)))
    assert "Clore la séance" not in page.main.text
    assert "Clore la séance" in Page(as_user(sitting.chair).get(address(sitting))).main.text
