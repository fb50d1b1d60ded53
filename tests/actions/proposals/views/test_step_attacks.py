"""The steps of the form and hostile input: never an error 500, everything typed is kept."""

from urllib.parse import urlencode

import pytest

from actions.enums import Step
from actions.models import Action, TypedStep
from actors.models import Organisation
from challenges.enums import ProgrammeState
from tests.plugins.prepared import starts_from
from tests.support.factories import (
    ChallengeFactory,
    MeasureFactory,
    OrganisationFactory,
    ProgrammeFactory,
    Story,
    fresh,
    grid,
)
from tests.support.payloads import PROPOSE, step_address, typed
from tests.support.reading import NO_CHOICE, Page

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture
def client(as_user, author):
    """The browser of somebody who doesn't belong to any organisation yet."""
    return as_user(author)


class TestHostileInput:
    """Never an error 500: a French sentence beside the field, and everything typed is kept."""

    @pytest.mark.parametrize(
        ("step", "field", "value", "label"),
        [
            ("action", "title", "a\x00b", "Titre de l’action"),
            ("action", "description", "a\x00b", "Description"),
            ("structure", "org_name", "a\x00b", "Nom de la structure"),
            ("structure", "org_siret", "7328293200007\x00", "SIRET"),
            ("structure", "org_website", "https://a.example/\x00", "Site internet"),
            ("criteres", "self_reason_employment", "\x00", "Expliquez en quelques mots"),
            ("mesure", "measure", "\x00", "Mesure"),
            ("mesure", "communes", ["\x00"], "Communes"),
            ("action", "starts_on", "\x00", "Début prévu"),
            ("moyens", "expense_staff", "\x00", "Charges de personnel (€)"),
            ("action", "title", "é" * 151, "Titre de l’action"),
            ("action", "summary", "é" * 401, "Résumé"),
            ("action", "description", "é" * 10_001, "Description"),
            ("structure", "org_name", "é" * 201, "Nom de la structure"),
            ("structure", "org_postal_code", "6" * 11, "Code postal"),
            ("criteres", "self_reason_employment", "é" * 2001, "Expliquez en quelques mots"),
            ("moyens", "expense_staff", "9" * 400, "Charges de personnel (€)"),
            ("moyens", "expense_staff", "1e400", "Charges de personnel (€)"),
            ("moyens", "expense_staff", "1e-400", "Charges de personnel (€)"),
            ("moyens", "expense_staff", "NaN", "Charges de personnel (€)"),
            ("moyens", "funding_asked", "-Infinity", "Financement demandé à la collectivité (€)"),
            ("moyens", "funder_0_amount", "-1", "Montant (€)"),
            ("moyens", "funder_0_state", "peut-être", "État"),
            ("moyens", "jobs_kept", "-0,5", "Emplois maintenus"),
            ("moyens", "jobs_kept", "1000000", "Emplois maintenus"),
            ("mesure", "measure", "9" * 30, "Mesure"),
            ("mesure", "measure", "-1", "Mesure"),
            ("mesure", "communes", ["9" * 30], "Communes"),
            ("mesure", "communes", ["abc"], "Communes"),
            ("moyens", "partners", ["999999"], "Structures partenaires"),
            ("criteres", "self_level_employment", "4", "Où en êtes-vous sur « Critère 3 » ?"),
            ("criteres", "self_level_employment", "-1", "Où en êtes-vous sur « Critère 3 » ?"),
            ("action", "ends_on", "10000-01-01", "Fin prévue"),
            ("action", "ends_on", "0000-00-00", "Fin prévue"),
            ("action", "ends_on", "2020-01-01", "Fin prévue"),
            ("structure", "org_website", "javascript:alert(1)", "Site internet"),
            ("structure", "org_family", "sect", "Famille de l’économie sociale et solidaire"),
        ],
    )
    @starts_from(writing="begun")
    def test_is_refused_beside_its_field(  # noqa: PLR0917
        self, client, action, step, field, value, label
    ):
        data = typed(Step(step), action, **{field: value})
        page = Page(client.post(step_address(action, step), data))
        (error,) = page.errors
        # A question takes no colon after its mark.
        before, _, sentence = error.partition(f"{label} " if label[-1] == "?" else f"{label} : ")
        assert (before, bool(sentence)) == ("", True)
        again = Page(client.get(step_address(action, step)))
        # PostgreSQL keeps no NUL: it is the only thing that doesn't come back.
        wanted = [one.replace("\x00", "") for one in ([value] if isinstance(value, str) else value)]
        row = TypedStep.objects.get(action=action, step=step)
        assert row.typed[field] == wanted
        assert again.title == row.get_step_display()

    @starts_from(writing="filled")
    def test_a_text_of_ten_million_characters_is_shown_again(self, client, action):
        huge = "é" * 5_000_000
        response = client.post(
            step_address(action, "action"),
            urlencode(typed(Step.ACTION, action, description=huge), doseq=True),
            content_type="application/x-www-form-urlencoded",
        )
        assert (response.status_code, huge in response.content.decode()) == (200, True)
        assert TypedStep.objects.get(action=action, step="action").typed == {}
        page = Page(client.get(step_address(action, "action")))
        assert (page.errors, page.form["description"]) == (
            [],
            "Des produits locaux à prix coûtant.",
        )

    @starts_from(writing="filled")
    def test_unpublished_organisations_are_no_partners(self, client, action):
        hidden = OrganisationFactory(is_published=False)
        data = typed(Step.MEANS, action, partners=[str(hidden.pk)])
        (error,) = Page(client.post(step_address(action, "moyens"), data)).errors
        assert error.startswith("Structures partenaires : ")

    @starts_from(writing="filled")
    def test_measures_of_another_programme_are_refused(self, client, action):
        archived = ProgrammeFactory(code="2016", state=ProgrammeState.ARCHIVED)
        measure = MeasureFactory(challenge=ChallengeFactory(programme=archived))
        data = typed(Step.MEASURE, action, measure=str(measure.pk))
        page = Page(client.post(step_address(action, "mesure"), data))
        assert page.errors == [f"Mesure : {NO_CHOICE}"]

    @starts_from(writing="filled")
    def test_markup_is_shown_as_typed(self, client, action):
        title = "<script>alert(1)</script>"
        client.post(step_address(action, "action"), typed(Step.ACTION, action, title=title))
        page = Page(client.get(step_address(action, "action")))
        assert page.form["title"] == title
        assert [one for one in page.main.all("script") if "src" not in one.attributes] == []

    @starts_from(writing="filled")
    def test_invalid_utf8_and_lone_surrogates_are_kept_as_replacement_marks(self, client, action):
        body = (
            urlencode(typed(Step.ACTION, action, title=None), doseq=True) + "&title=a%ED%A0%80b%FF"
        )
        response = client.post(
            step_address(action, "action"), body, content_type="application/x-www-form-urlencoded"
        )
        action.refresh_from_db()
        assert (response.status_code, action.title) == (302, "a\ufffd\ufffd\ufffdb\ufffd")

    def test_over_a_thousand_fields_is_a_readable_refusal(self, client):
        data = typed(Step.ORGANISATION) | {f"x{number}": "1" for number in range(1001)}
        response = client.post(PROPOSE, data)
        page = Page(response)
        assert (response.status_code, page.title) == (400, "Cette demande n’a pas pu être lue")
        assert not Action.objects.exists()

    @starts_from(writing="filled")
    def test_unknown_fields_change_nothing(self, client, action):
        client.post(
            step_address(action, "action"),
            typed(Step.ACTION, action)
            | {"status": "prioritised", "reference": "ESS-2026-9999", "amount_granted": "9"},
        )
        action.refresh_from_db()
        assert (action.status, action.reference, action.amount_granted) == ("draft", None, None)

    @pytest.mark.parametrize("key", ["pas-un-uuid", ""])
    def test_an_unreadable_key_writes_nothing(self, client, key):
        page = Page(client.post(PROPOSE, typed(Step.ORGANISATION) | {"key": key}))
        assert len(page.errors) == 1
        assert (Action.objects.count(), Organisation.objects.count()) == (0, 0)

    @pytest.mark.parametrize(
        ("edition", "window"), [("abc", "abc"), ("9" * 30, ""), ("-1", "\x00")]
    )
    @starts_from(writing="filled")
    def test_a_forged_edition_is_only_a_stale_page(self, client, action, edition, window):
        data = typed(Step.ACTION, action, title="Forgé") | {"edition": edition, "window": window}
        response = client.post(step_address(action, "action"), data)
        action.refresh_from_db()
        assert (response.status_code, action.title) == (409, "Une épicerie solidaire")

    def test_a_body_that_is_no_form_is_an_empty_one(self, client):
        grid()
        response = client.post(PROPOSE, "{}", content_type="application/json")
        assert (response.status_code, Action.objects.count()) == (200, 0)


def test_a_step_of_somebody_elses_file_does_not_exist(client):
    story = Story()
    for step in Step.values:
        assert client.get(step_address(story.action, step)).status_code == 404
        assert client.post(step_address(story.action, step), {"title": "Volé"}).status_code == 404
    assert fresh(story.manager).organisation_ids == {story.carrier.pk}
