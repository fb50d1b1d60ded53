"""What one person may fill: drafts, organisations a day, bytes of files; a disk kept from full."""

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from actions.models import Action, Attachment
from actions.proposals.services import attachments
from actions.proposals.services.applications import (
    MOST_DRAFTS,
    MOST_ORGANISATIONS_A_DAY,
    TOO_MANY_DRAFTS,
    TOO_MANY_ORGANISATIONS,
    ProposalContent,
    save_proposal,
)
from actions.proposals.services.attachments import TOO_MUCH_OF_ONE, attach
from actors.models import Organisation
from ess_portal.base.files.store import NO_ROOM
from ess_portal.base.refusals import Refused
from tests.support.factories import ProgrammeFactory, Story, UserFactory, fresh
from tests.support.files import pdf
from tests.support.races import all_at_once
from tests.support.reading import Page

pytestmark = pytest.mark.django_db


def begin(user, **content) -> list[str] | None:
    try:
        save_proposal(key=uuid.uuid4(), by=fresh(user), content=ProposalContent(**content))
    except Refused as refused:
        return refused.reasons
    return None


def described(number: int) -> Organisation:
    return Organisation(name=f"Structure {number}", family="association")


class TestDrafts:
    def test_are_thirty_a_person(self):
        ProgrammeFactory()
        user = UserFactory()
        Action.objects.bulk_create(
            Action(created_by=user, title="Titre") for _ in range(MOST_DRAFTS - 1)
        )
        assert begin(user) is None
        assert begin(user) == [TOO_MANY_DRAFTS]
        assert begin(UserFactory()) is None
        draft = Action.objects.filter(created_by=user).first()
        save_proposal(
            key=draft.uuid, by=fresh(user), content=ProposalContent(columns={"title": "Autre"})
        )
        draft.delete()
        assert begin(user) is None

    def test_beyond_them_what_was_typed_stays(self, as_user):
        ProgrammeFactory()
        user = UserFactory()
        Action.objects.bulk_create(Action(created_by=user) for _ in range(MOST_DRAFTS))
        client = as_user(user)
        form = Page(client.get("/actions/proposer/")).form
        typed = form | {"org_name": "Les Jardins", "org_family": "association"}
        page = Page(client.post("/actions/proposer/", typed))
        assert page.errors == [TOO_MANY_DRAFTS]
        assert page.form["org_name"] == "Les Jardins"
        assert (Action.objects.count(), Organisation.objects.count()) == (MOST_DRAFTS, 0)

    @pytest.mark.django_db(transaction=True)
    def test_begun_at_once_they_count(self):
        ProgrammeFactory()
        user = UserFactory()
        Action.objects.bulk_create(Action(created_by=user) for _ in range(MOST_DRAFTS - 1))
        outcomes = all_at_once([lambda: begin(user)] * 4)
        assert sorted(map(str, outcomes)) == sorted(["None", *[str([TOO_MANY_DRAFTS])] * 3])
        assert Action.objects.count() == MOST_DRAFTS


class TestOrganisations:
    def test_are_five_a_day(self):
        ProgrammeFactory()
        user = UserFactory()
        for number in range(MOST_ORGANISATIONS_A_DAY):
            assert begin(user, new_organisation=described(number)) is None
        assert begin(user, new_organisation=described(9)) == [TOO_MANY_ORGANISATIONS]
        assert begin(UserFactory(), new_organisation=described(9)) is None
        Organisation.objects.filter(created_by=user).update(
            created_at=timezone.now() - timedelta(hours=25)
        )
        assert begin(user, new_organisation=described(9)) is None


class TestFiles:
    @pytest.fixture
    def story(self):
        return Story()

    def test_of_one_person_have_a_bound_over_a_year(self, story, monkeypatch, ago):
        other, third = Story(carrier=story.carrier), Story(carrier=story.carrier)
        with ago(366):
            first = attach(action=story.action, by=story.manager, name="un.pdf", data=pdf())
        monkeypatch.setattr(attachments, "MOST_BYTES_OF_A_PERSON", first.size)
        attach(action=other.action, by=story.manager, name="deux.pdf", data=pdf())
        sent = {"action": third.action, "name": "trois.pdf", "data": pdf()}
        with pytest.raises(Refused) as refused:
            attach(by=story.manager, **sent)
        assert refused.value.reasons == [TOO_MUCH_OF_ONE]
        assert Attachment.objects.count() == 2
        attach(by=third.manager, **sent)

    def test_leave_some_of_the_disk(self, story, settings, as_user):
        settings.ATTACHMENTS_FREE_SPACE_KEPT = 10**9
        with pytest.raises(Refused) as refused:
            attach(action=story.action, by=story.manager, name="un.pdf", data=pdf())
        assert refused.value.reasons == [NO_ROOM]
        assert Attachment.objects.count() == 0
