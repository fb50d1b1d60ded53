"""Steps 2 and 3: what the action is and when, where it takes place, which measure it answers."""

from datetime import date

import pytest

from actions.proposals.forms.presentation import ActionForm, MeasureForm
from actors.models import Sector
from challenges.enums import ProgrammeState
from challenges.models import Programme
from tests.support.factories import (
    ChallengeFactory,
    CommuneFactory,
    MeasureFactory,
    SectorFactory,
    Story,
    UserFactory,
)
from tests.support.forms import NO_DATE, REQUIRED, too_long
from tests.support.reading import NO_CHOICE

pytestmark = pytest.mark.django_db
KEY = {"key": "3f2a1c9e-0000-4000-8000-000000000001"}


class TestTheAction:
    def form(self, **typed) -> ActionForm:
        """The second step of a new file."""
        return ActionForm(KEY | typed, user=UserFactory.build())

    def test_is_handed_over(self):
        typed = {"title": "Un titre", "summary": "Court.", "description": "Long."}
        form = self.form(**typed, starts_on="2027-03-01", ends_on="2027-03-01")
        assert form.errors == {}
        dates = {"starts_on": date(2027, 3, 1), "ends_on": date(2027, 3, 1)}
        assert form.content.columns == typed | dates

    @pytest.mark.parametrize(
        ("field", "value", "sentence"),
        [
            ("title", "x" * 151, too_long(150, 151)),
            ("summary", "x" * 401, too_long(400, 401)),
            ("starts_on", "2027-02-30", NO_DATE),
            ("ends_on", "un jour", NO_DATE),
        ],
    )
    def test_says_beside_each_field_what_cannot_be_kept(self, field, value, sentence):
        assert self.form(**{field: value}).errors == {field: [sentence]}

    def test_ends_after_it_starts(self):
        assert self.form(starts_on="2027-03-02", ends_on="2027-03-01").errors == {
            "ends_on": ["La fin prévue doit suivre le début : corrigez l’une des deux dates."]
        }


class TestTheMeasure:
    def form(self, **typed) -> MeasureForm:
        """The third step of a new file."""
        return MeasureForm(KEY | typed, user=UserFactory.build())

    def test_is_handed_over_with_communes_and_sectors(self):
        measure, commune, sector = MeasureFactory(), CommuneFactory(), SectorFactory()
        form = self.form(measure=measure.pk, communes=[commune.pk], sectors=[sector.pk])
        assert form.errors == {}
        content = form.content
        assert content.columns == {"measure": measure}
        assert {name: list(rows) for name, rows in content.relations.items()} == {
            "communes": [commune],
            "sectors": [sector],
        }

    def test_is_chosen_among_those_of_each_challenge(self):
        second = ChallengeFactory(number=2, title="Coopérer")
        first = ChallengeFactory(number=1, title="Agir", programme=second.programme)
        for challenge, number in ((second, 1), (first, 2), (first, 1)):
            MeasureFactory(challenge=challenge, number=number, title=f"La {number}")
        shown = list(MeasureForm(user=UserFactory.build()).fields["measure"].choices)
        assert [(head, [label for _, label in group]) for head, group in shown[1:]] == [
            (str(first), ["1.1 La 1", "1.2 La 2"]),
            (str(second), ["2.1 La 1"]),
        ]

    def test_is_of_the_current_programme(self):
        measure = MeasureFactory()
        Programme.objects.update(state=ProgrammeState.ARCHIVED)
        assert self.form(measure=measure.pk).errors == {"measure": [NO_CHOICE]}

    def test_refuses_places_that_are_none(self):
        sentence = "Sélectionnez un choix valide. 0 n’en fait pas partie."
        assert self.form(communes=["0"], sectors=["0"]).errors == {
            "communes": [sentence],
            "sectors": [sentence],
        }

    def test_asks_for_measure_and_communes_to_send(self):
        form = self.form()
        assert form.errors == {}
        asked = {name: field.required for name, field in form.fields.items()}
        assert asked == {
            "measure": True,
            "communes": True,
            "sectors": False,
            "key": True,
            "edition": False,
            "window": False,
            "turn": False,
        }
        assert list(form.fields["sectors"].queryset) == list(Sector.objects.all())

    def test_stays_while_a_filed_action_is_corrected(self):
        story = Story().in_correction()
        form = MeasureForm({}, instance=story.action, user=story.manager)
        assert form.errors == {"measure": [REQUIRED]}
