"""A file is kept step by step: nothing typed is lost, nobody overwrites blindly."""

import uuid

import pytest

from actions.enums import Step
from actions.models import Action, TypedStep
from actions.proposals.services.applications import ProposalContent
from actions.proposals.services.drafts import (
    MOST_KEPT,
    NOT_YOURS,
    StepEntry,
    kept_as_typed,
    save_step,
)
from ess_portal.base.windows import StaleWindow
from tests.plugins.prepared import starts_from
from tests.support.factories import ProgrammeFactory, Story, UserFactory, fresh, member
from tests.support.refusals import refusal

HERE, ELSEWHERE = uuid.uuid4(), uuid.uuid4()


def entry(title="Un titre", *, edition=0, window=HERE, **said) -> StepEntry:
    """What a page sends of the second step."""
    return StepEntry(
        step=Step.ACTION,
        edition=edition,
        window=window,
        content=ProposalContent(columns={"title": title}),
        **said,
    )


class TestAsTyped:
    def test_nothing_is_kept_of_what_could_be_read(self):
        assert kept_as_typed(None) is None

    def test_what_postgresql_cannot_keep_is_replaced(self):
        assert kept_as_typed({"title": ["A\x00B", "\ud800é"], "summary": []}) == {
            "title": ["AB", "?é"],
            "summary": [],
        }

    @pytest.mark.parametrize(("length", "kept"), [(MOST_KEPT, True), (MOST_KEPT + 1, False)])
    def test_too_much_is_not_kept_but_is_remembered(self, length, kept):
        typed = {"title": ["x" * 10], "summary": ["x" * (length - 10)]}
        assert kept_as_typed(typed) == (typed if kept else {})


@pytest.mark.django_db
class TestSaving:
    def test_makes_the_file_and_remembers_the_page(self):
        user, key = UserFactory(), uuid.uuid4()
        programme = ProgrammeFactory()
        typed = {"starts_on": ["demain"]}
        action, written = save_step(key=key, by=user, entry=entry(typed=typed))
        stored = Action.objects.get()
        assert (stored, written) == (action, True)
        assert (stored.uuid, stored.created_by, stored.programme, stored.title) == (
            key,
            user,
            programme,
            "Un titre",
        )
        row = TypedStep.objects.get()
        assert (row.action, row.step, row.edition, row.window, row.saved_by, row.typed) == (
            action,
            Step.ACTION,
            1,
            HERE,
            user,
            typed,
        )

    @starts_from(story="draft")
    def test_a_page_follows_itself_whatever_edition_it_shows(self, story):
        for title in ("Un", "Deux"):
            save_step(key=story.action.uuid, by=story.manager, entry=entry(title))
        story.action.refresh_from_db()
        assert (story.action.title, TypedStep.objects.get().edition) == ("Deux", 2)

    @starts_from(story="draft")
    def test_another_page_follows_the_edition_it_shows(self, story):
        other = member(story.carrier)
        key = story.action.uuid
        save_step(key=key, by=story.manager, entry=entry("Un"))
        with pytest.raises(StaleWindow) as stale:
            save_step(key=key, by=other, entry=entry("Deux", window=ELSEWHERE))
        assert (stale.value.row.edition, stale.value.row.saved_by) == (1, story.manager)
        story.action.refresh_from_db()
        assert story.action.title == "Un"
        save_step(key=key, by=other, entry=entry("Trois", window=ELSEWHERE, edition=1))
        row = TypedStep.objects.get()
        assert (row.edition, row.window, row.saved_by) == (2, ELSEWHERE, other)

    @starts_from(story="draft")
    def test_what_a_page_sent_first_and_comes_last_changes_nothing(self, story):
        """It saved by itself while its button was pressed, on a busy day."""
        save = {"key": story.action.uuid, "by": story.manager}
        save_step(**save, entry=entry("Entier", turn=5))
        for turn in (4, 5):
            action, written = save_step(**save, entry=entry("Enti", turn=turn, quiet=True))
            story.action.refresh_from_db()
            assert (story.action.title, action, written) == ("Entier", story.action, True)
        assert (TypedStep.objects.get().edition, TypedStep.objects.get().turn) == (1, 5)
        # What is typed after is later, and another page counts for itself.
        save_step(**save, entry=entry("Entier, puis plus", turn=6, quiet=True))
        save_step(**save, entry=entry("Ailleurs", edition=2, window=ELSEWHERE, quiet=True))
        story.action.refresh_from_db()
        assert story.action.title == "Ailleurs"

    @starts_from(story="draft")
    def test_each_step_has_its_own_edition(self, story):
        for step in (Step.ACTION, Step.MEASURE):
            said = StepEntry(step=step, edition=0, window=uuid.uuid4(), content=ProposalContent())
            save_step(key=story.action.uuid, by=story.manager, entry=said)
        assert list(TypedStep.objects.order_by("step").values_list("step", "edition")) == [
            ("action", 1),
            ("mesure", 1),
        ]

    def test_a_file_that_was_sent_is_left_as_it_is(self):
        story = Story().submitted()
        action, written = save_step(key=story.action.uuid, by=story.manager, entry=entry())
        assert (action, action.title, written) == (story.action, "Une épicerie solidaire", False)
        assert not TypedStep.objects.exists()

    @starts_from(story="draft")
    def test_the_file_of_somebody_else_is_not_found(self, story):
        with pytest.raises(Action.DoesNotExist):
            save_step(key=story.action.uuid, by=UserFactory(), entry=entry())
        assert not TypedStep.objects.exists()

    @starts_from(story="draft")
    def test_nobody_gives_their_file_away(self, story):
        colleague = member(story.carrier)
        said = StepEntry(
            step=Step.ORGANISATION,
            edition=0,
            window=HERE,
            content=ProposalContent(columns={"carrier": None}),
        )
        assert refusal(save_step, key=story.action.uuid, by=fresh(colleague), entry=said) == [
            NOT_YOURS
        ]
        story.action.refresh_from_db()
        assert (story.action.carrier, TypedStep.objects.count()) == (story.carrier, 0)

    @starts_from(story="draft")
    def test_what_no_column_holds_is_refused(self, story):
        assert refusal(
            save_step, key=story.action.uuid, by=story.manager, entry=entry("x" * 151)
        ) == ["Assurez-vous que cette valeur comporte au plus 150 caractères (actuellement 151)."]
        assert not TypedStep.objects.exists()
