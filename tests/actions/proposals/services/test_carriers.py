"""Who may give a file another carrier: a manager of its carrier, while it is a draft."""

import uuid

import pytest

from actions.models import Action
from actions.proposals.services.applications import (
    MANAGERS_ONLY,
    NOT_YOURS,
    ONCE_SENT,
    ProposalContent,
    save_proposal,
)
from actors.enums import MembershipRole
from actors.models import Membership, Organisation
from ess_portal.base.refusals import Refused
from tests.support.factories import OrganisationFactory, Story, UserFactory, fresh, member
from tests.support.payloads import step_address
from tests.support.reading import Page

pytestmark = pytest.mark.django_db


def also_in(user, role=MembershipRole.MANAGER) -> Organisation:
    """Another organisation of theirs."""
    other = OrganisationFactory()
    Membership.objects.create(user=user, organisation=other, role=role)
    return other


def give(action, by, **given) -> list[str] | Organisation | None:
    """Give the file another carrier; return what is refused, or who carries it then."""
    try:
        save_proposal(key=action.uuid, by=fresh(by), content=ProposalContent(**given))
    except Refused as refused:
        return refused.reasons
    return Action.objects.get(pk=action.pk).carrier


@pytest.mark.parametrize("role", MembershipRole.values)
def test_a_manager_gives_a_draft_to_another_of_theirs(role):
    story = Story()
    other = also_in(story.manager, role)
    assert give(story.action, story.manager, columns={"carrier": other}) == other


def test_a_manager_gives_a_draft_to_one_they_describe():
    story = Story()
    described = Organisation(name="Les Jardins", family="association")
    made = give(story.action, story.manager, new_organisation=described)
    assert (made.name, made.memberships.get().user) == ("Les Jardins", story.manager)


def test_a_manager_gives_it_to_nobody_elses():
    story = Story()
    assert give(story.action, story.manager, columns={"carrier": OrganisationFactory()}) == [
        NOT_YOURS
    ]


def test_a_contributor_gives_it_to_nobody():
    story = Story()
    contributor = member(story.carrier, MembershipRole.CONTRIBUTOR)
    other = also_in(contributor)
    described = Organisation(name="Les Jardins", family="association")
    before = Organisation.objects.count()
    for given in (
        {"columns": {"carrier": other}},
        {"columns": {"carrier": None}},
        {"new_organisation": described},
    ):
        assert give(story.action, contributor, **given) == [MANAGERS_ONLY]
    story.action.refresh_from_db()
    assert (story.action.carrier, Organisation.objects.count()) == (story.carrier, before)


def test_whoever_begins_a_file_chooses_among_their_own():
    user = UserFactory()
    own = also_in(user, MembershipRole.CONTRIBUTOR)
    content = ProposalContent(columns={"carrier": own})
    action, _ = save_proposal(key=uuid.uuid4(), by=fresh(user), content=content)
    assert action.carrier == own
    with pytest.raises(Refused, match=NOT_YOURS):
        save_proposal(
            key=uuid.uuid4(),
            by=fresh(user),
            content=ProposalContent(columns={"carrier": OrganisationFactory()}),
        )


@pytest.mark.parametrize("role", MembershipRole.values)
def test_once_it_was_sent_nobody_gives_it(role):
    story = Story().in_correction()
    somebody = member(story.carrier, role)
    assert give(story.action, somebody, columns={"carrier": also_in(somebody)}) == [ONCE_SENT]
    assert give(story.action, somebody, columns={"carrier": None}) == [ONCE_SENT]


@pytest.mark.parametrize("state", ["draft", "in_correction"])
def test_a_contributor_carries_nothing_away_by_the_form(as_user, state):
    story = Story().in_correction() if state == "in_correction" else Story()
    contributor = member(story.carrier, MembershipRole.CONTRIBUTOR)
    other = also_in(contributor)
    client, address = as_user(contributor), step_address(story.action, "structure")
    form = Page(client.get(address)).form
    client.post(address, form | {"carrier": str(other.pk)})
    story.action.refresh_from_db()
    assert story.action.carrier == story.carrier


def test_the_form_says_who_may(as_user):
    story = Story()
    contributor = member(story.carrier, MembershipRole.CONTRIBUTOR)
    address = step_address(story.action, "structure")
    page = Page(as_user(contributor).get(address))
    assert "disabled" in page.one("select", name="carrier").attributes
    assert (
        "Un responsable de cette structure peut confier le brouillon à une autre." in page.main.text
    )
    page = Page(as_user(story.manager).get(address))
    assert "disabled" not in page.one("select", name="carrier").attributes
