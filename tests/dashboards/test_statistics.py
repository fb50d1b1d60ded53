"""Figures against values computed by hand, and the files they are downloaded in."""

import csv
import io
from datetime import date, time
from decimal import Decimal

import pytest
from django.utils import timezone

from actors.enums import Role
from challenges.models import Programme
from ess_portal.dashboards.statistics.public import public_progress, totals
from ess_portal.dashboards.statistics.scope import Scope
from ess_portal.dashboards.statistics.steering import Quarter, latest_quarters, steering
from ess_portal.dashboards.statistics.territory import communes
from ess_portal.dashboards.statistics.waiting import waits
from tests.plugins.prepared import prepared
from tests.support.deliberations import change_amount, note, proposed_to_the_council
from tests.support.factories import (
    BELOW_FLOOR,
    ChallengeFactory,
    CommuneFactory,
    MeasureFactory,
    OrganisationFactory,
    Story,
    person,
)
from tests.support.reading import Page

pytestmark = pytest.mark.django_db


def scope(role=Role.AGENT) -> Scope:
    """What a person in this role reads of the current programme."""
    return Scope.of(person(role), Programme.objects.current())


def test_quarters_end_with_today_and_go_back_over_the_year():
    assert latest_quarters(date(2026, 2, 28)) == (
        Quarter(2025, 1),
        Quarter(2025, 2),
        Quarter(2025, 3),
        Quarter(2025, 4),
        Quarter(2026, 1),
    )
    assert Quarter.of(date(2026, 12, 31)).first_day == date(2026, 10, 1)


def test_the_trend_counts_filings_by_quarter(ago):
    measure = MeasureFactory()
    today = timezone.localdate()
    start = Quarter.of(today).first_day
    for days in (0, (today - start).days, (today - start).days + 1, 500):
        with ago(days):
            Story(measure=measure).submitted()
    (challenge,) = steering(scope()).challenges
    assert challenge.trend == (0, 0, 0, 1, 2)
    assert challenge.figures.actions == 4


def test_what_was_refused_or_given_up_answers_no_measure():
    challenge = ChallengeFactory()
    states = ("abandoned", "refusal_announced", "declined", "postponed", "submitted")
    for number, state in enumerate(states, 1):
        getattr(Story(measure=MeasureFactory(challenge=challenge, number=number)), state)()
    figures = steering(scope())
    assert [row.measure.number for row in figures.gaps] == [1, 2, 3, 4, 5]
    assert [row.measure.number for row in figures.measures if row.answering] == [4, 5]
    assert (figures.engaged, figures.total.actions) == (0, 5)


class TestWaits:
    def test_median_oldest_and_late_ones_count_from_the_last_change_of_state(self, ago):
        measure = MeasureFactory()
        for days in (90, 61, 60, 2):
            with ago(days):
                story = Story(measure=measure).evaluated()
        # Filed 90 days ago, in this state for a day only.
        with ago(90):
            moved = Story(measure=measure).scored()
        with ago(1):
            moved.apply("close_evaluation", moved.agent)
        assert story.action.status == "evaluated"
        wait = waits(scope())["decider"]
        assert (wait.actions, wait.median, wait.oldest, wait.late) == (5, 60, 90, 2)

    def test_the_median_of_two_is_half_way(self, ago):
        measure = MeasureFactory()
        for days in (90, 40):
            with ago(days):
                Story(measure=measure).evaluated()
        assert waits(scope())["decider"].median == 65

    @pytest.mark.parametrize("hour", [0, 1, 22, 23])
    def test_nights_are_counted_in_paris_whatever_the_hour(self, ago, hour):
        with ago(40, at=time(hour, 30)):
            Story().submitted()
        (wait,) = waits(scope()).values()
        assert (wait.median, wait.oldest) == (40, 40)

    def test_only_stages_with_actions_that_wait_are_there(self):
        Story().completed()
        Story().in_progress()
        assert {code: wait.actions for code, wait in waits(scope()).items()} == {"en-cours": 1}

    def test_the_sentence_leads_to_exactly_the_late_ones(self, ago, as_user):
        measure = MeasureFactory()
        for days in (90, 61, 60):
            with ago(days):
                Story(title=f"Depuis {days} jours", measure=measure).evaluated()
        client = as_user(person(Role.ELECTED))
        text = "2 actions attendent une décision depuis plus de 60 jours."
        (link,) = [
            link for link in Page(client.get("/tableau-de-bord/")).all("a") if link.text == text
        ]
        page = Page(client.get(link["href"]))
        assert page.main.one(id="resultats").text == "2 actions depuis plus de 60 jours"
        rows = page.main.one("tbody").all("tr")
        assert [(row.one("th").one("a").text, row.all("td")[-1].text) for row in rows] == [
            ("Depuis 90 jours", "90"),
            ("Depuis 61 jours", "61"),
        ]
        everything = Page(client.get("/tableau-de-bord/attentes/decider/?jours=beaucoup"))
        assert everything.main.one(id="resultats").text == "3 actions"
        none = Page(client.get("/tableau-de-bord/attentes/vivier/"))
        assert none.main.one("div", cls="empty").text == (
            "Aucune action n’attend ici. Revenir au tableau de bord"
        )


def test_money_and_jobs_are_shared_between_communes():
    first, second, third = (
        CommuneFactory(name=name, population=population)
        for name, population in (("Aubière", 4000), ("Blanzat", 1000), ("Ceyrat", 0))
    )
    measure = MeasureFactory()
    Story(measure=measure, communes=[first, second, third]).prioritised(amount=1000)
    Story(measure=measure, communes=[first], jobs_created=3, jobs_kept=0).submitted()
    Story(measure=measure, communes=[second]).withdrawn()
    rows = communes(scope())
    assert [(r.commune.name, r.actions, r.granted, r.jobs) for r in rows] == [
        ("Aubière", 2, Decimal("333.33"), Decimal("0.83")),
        ("Blanzat", 1, Decimal("333.33"), Decimal("0.83")),
        ("Ceyrat", 1, Decimal("333.33"), Decimal("0.83")),
    ]
    assert [(r.actions_rate, r.granted_rate, r.jobs_rate) for r in rows] == [
        (Decimal("5.00"), Decimal("0.08"), Decimal("2.08")),
        (Decimal("10.00"), Decimal("0.33"), Decimal("8.30")),
        (None, None, None),
    ]


class TestFiles:
    @prepared
    def elected(self):
        """An elected official, and three actions they read of, with names that a sheet runs."""
        commune = CommuneFactory(
            insee_code="63001", name="Aubière", population=8000, tile_column=1, tile_row=1
        )
        carrier = OrganisationFactory(name="-2+3 coopérative")
        challenge = ChallengeFactory(number=1, title="=Affirmer")
        measure = MeasureFactory(challenge=challenge, title="Coordonner ; animer")
        MeasureFactory(challenge=challenge, number=2, title="Former")
        columns = {"carrier": carrier, "measure": measure, "communes": [commune]}
        Story(title="+Épicerie", **columns).prioritised(amount=4000)
        Story(title="Recyclerie", **columns).evaluated(BELOW_FLOOR)
        Story(title="Atelier", **columns).submitted()
        return person(Role.ELECTED)

    @pytest.fixture
    def read(self, as_user, elected):
        """A function that downloads a table, as rows of cells."""
        client = as_user(elected)

        def rows(table):
            response = client.get(f"/tableau-de-bord/{table}.csv")
            assert response.headers["Content-Disposition"] == f'attachment; filename="{table}.csv"'
            text = response.content.decode().removeprefix("\ufeff")
            return list(csv.reader(io.StringIO(text), delimiter=";"))

        return rows

    def test_challenges(self, read):
        quarters = [f"Dépôts {quarter.label}" for quarter in latest_quarters(timezone.localdate())]
        assert read("defis") == [
            [
                "Défi",
                "Titre",
                "Mesures",
                "Mesures engagées",
                "Actions",
                "Montant demandé (€)",
                "Montant accordé, actions financées (€)",
                "Montant proposé au conseil (€)",
                "Emplois prévus, actions financées (ETP)",
                *quarters,
            ],
            [
                *("1", "'=Affirmer", "2", "1", "2", "12000,00", "4000,00", "0", "2,50"),
                *("0", "0", "0", "0", "2"),
            ],
        ]

    def test_measures(self, read):
        assert read("mesures")[1:] == [
            [
                "1.1",
                "Coordonner ; animer",
                "Pas de point d’étape publié",
                "2",
                "12000,00",
                "4000,00",
                "0",
                "2,50",
            ],
            ["1.2", "Former", "Pas de point d’étape publié", "0", "0", "0", "0", "0"],
        ]

    def test_stages(self, read):
        waiting = ["0", "0"]
        assert read("etapes") == [
            [
                "Étape",
                "Actions",
                "Défi 1",
                "Attente médiane (jours)",
                "Attente la plus longue (jours)",
            ],
            ["À décider", "1", "1", *waiting],
            ["En vivier", "0", "0", "", ""],
            ["Priorisées", "1", "1", *waiting],
            *(
                [stage, "0", "0", "", ""]
                for stage in ("En cours", "Réalisées", "Abandonnées", "Refus annoncés", "Refusées")
            ),
        ]

    def test_communes(self, read):
        header, row = read("communes")
        assert dict(zip(header, row, strict=True)) == {
            "Code INSEE": "63001",
            "Commune": "Aubière",
            "Population": "8000",
            "Année de la population": "2023",
            "Actions": "2",
            "Actions pour 10 000 habitants": "2,50",
            "Montant accordé (€)": "4000,00",
            "Montant accordé par habitant (€)": "0,50",
            "Emplois prévus (ETP)": "2,50",
            "Emplois prévus pour 10 000 habitants": "3,13",
        }

    def test_decisions(self, read):
        header, row = read("decisions")
        assert header == [
            "Date",
            "Décision",
            "Référence",
            "Action",
            "Porteur",
            "Montant accordé (€)",
            "Montant proposé au conseil (€)",
        ]
        today = timezone.localdate()
        assert row == [
            today.isoformat(),
            "priorisée",
            f"ESS-{today.year}-0001",
            "'+Épicerie",
            "'-2+3 coopérative",
            "4000,00",
            "",
        ]


def test_without_a_programme_there_is_nothing_to_download(as_user):
    client = as_user(person(Role.AGENT))
    assert client.get("/tableau-de-bord/defis.csv").status_code == 404
    response = client.get("/tableau-de-bord/attentes/decider/")
    assert response.headers["Location"] == "/tableau-de-bord/"


class TestBeforeTheCouncil:
    def figures(self) -> tuple:
        """What one reads: funded, granted, jobs; not funded yet, proposed; engaged measures."""
        scope = Scope.of(person(Role.AGENT), Programme.objects.current())
        total, promised = steering(scope), steering(scope).total.promised
        public = totals(public_progress(scope.programme))
        assert (public.promised, public.engaged) == (promised, total.engaged)
        return (
            *(promised.funded, promised.granted, promised.jobs > 0),
            *(promised.waiting, promised.proposed, total.engaged),
        )

    def test_a_grant_counts_apart_until_it_is_voted(self):
        story = proposed_to_the_council()
        assert self.figures() == (0, 0, False, 1, 5000, 0)
        assert sum(row.granted for row in communes(self.scope())) == 0
        note(story)
        assert self.figures() == (1, 5000, True, 0, 0, 1)
        assert sum(row.granted for row in communes(self.scope())) == 5000

    def test_so_does_an_increase(self):
        story = proposed_to_the_council()
        note(story)
        change_amount(story, 6500)
        assert self.figures() == (1, 5000, True, 0, 1500, 1)

    def test_what_is_given_up_was_granted_only_once_voted(self):
        story = proposed_to_the_council()
        story.apply("abandon", story.agent, comment="M.", details={"public_reason": "M."})
        promised = steering(self.scope()).total.promised
        assert (promised.abandoned, promised.given_up, promised.proposed) == (1, 0, 0)

    def scope(self) -> Scope:
        return Scope.of(person(Role.AGENT), Programme.objects.current())
