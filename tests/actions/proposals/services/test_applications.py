"""A file is kept, sent, typed from paper, and deleted while it is a draft."""

import re
import uuid
from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from actions.enums import Step, Transition
from actions.models import Action
from actions.proposals.services.applications import (
    KNOWN,
    MANAGERS_ONLY,
    Assessment,
    ProposalContent,
    create_organisation,
    delete_draft,
    locked_application,
    record_submission,
    same_own_organisation,
    save_proposal,
)
from actions.proposals.services.budget_lines import Budget, budget_lines_of
from actions.proposals.services.co_editors import accept_co_editing, invite_co_editor
from actors.enums import Role
from actors.models import Organisation
from tests.plugins.prepared import prepared
from tests.support.factories import (
    CODES,
    REASON,
    OrganisationFactory,
    Story,
    UserFactory,
    content,
    fresh,
    member,
    person,
)
from tests.support.refusals import refusal

pytestmark = pytest.mark.django_db
SIRET = "73282932000074"


@prepared
def story() -> Story:
    """A draft."""
    return Story()


def new_organisation(**columns) -> Organisation:
    """An organisation that the portal doesn't know yet."""
    return Organisation(**{"name": "Les Jardins", "family": "association"} | columns)


def titled(title: str) -> ProposalContent:
    """A form that gives a title and nothing else."""
    return ProposalContent(columns={"title": title})


class TestKeeping:
    def test_writes_the_whole_file(self):
        carrier = OrganisationFactory()
        partner, manager = OrganisationFactory(), member(carrier)
        given = content(carrier=carrier, partners=[partner])
        action, written = save_proposal(key=uuid.uuid4(), by=manager, content=given)
        stored = Action.objects.get()
        assert (stored, written, stored.status, stored.created_by) == (
            action,
            True,
            "draft",
            manager,
        )
        assert {name: getattr(stored, name) for name in given.columns} == given.columns
        assert list(stored.partners.all()) == [partner]
        assert list(stored.communes.all()) == given.relations["communes"]
        said = stored.self_assessments.values_list("criterion_code", "level", "reason")
        assert set(said) == {(code, 2, REASON) for code in CODES}
        assert budget_lines_of(stored) == given.budget
        assert (stored.total_cost, stored.other_funding) == (10_000, 1000)

    def test_leaves_what_a_form_doesnt_ask(self, story):
        budget = budget_lines_of(story.action)
        save_proposal(key=story.action.uuid, by=story.manager, content=titled("Autre"))
        story.action.refresh_from_db()
        assert (story.action.title, story.action.carrier) == ("Autre", story.carrier)
        assert (budget_lines_of(story.action), story.action.self_assessments.count()) == (budget, 4)

    def test_takes_what_a_form_says_of_criteria_and_budget_for_all_there_is(self, story):
        given = ProposalContent(assessments={"employment": Assessment(level=3)}, budget=Budget({}))
        save_proposal(key=story.action.uuid, by=story.manager, content=given)
        story.action.refresh_from_db()
        assert list(
            story.action.self_assessments.values_list("criterion_code", "level", "reason")
        ) == [("employment", 3, "")]
        assert (story.action.total_cost, story.action.other_funding) == (0, 0)

    def test_makes_the_organisation_that_is_described(self):
        user = UserFactory()
        given = ProposalContent(new_organisation=new_organisation())
        action, _ = save_proposal(key=uuid.uuid4(), by=user, content=given)
        assert (action.carrier.name, action.carrier.memberships.get().user) == ("Les Jardins", user)

    def test_described_twice_it_is_made_once(self):
        user, key = UserFactory(), uuid.uuid4()
        for _ in range(2):
            given = ProposalContent(new_organisation=new_organisation(siret=SIRET))
            save_proposal(key=key, by=user, content=given)
        assert Organisation.objects.get() == Action.objects.get().carrier

    def test_a_co_carrier_leaves_the_carrier(self, story):
        writer = UserFactory(email="bob@example.org")
        invitation = invite_co_editor(
            action=story.action, email=writer.email, by=fresh(story.manager)
        )
        accept_co_editing(invitation=invitation, by=writer)
        own = OrganisationFactory()
        given = ProposalContent(columns={"carrier": own})
        assert refusal(save_proposal, key=story.action.uuid, by=fresh(writer), content=given) == [
            MANAGERS_ONLY
        ]
        save_proposal(key=story.action.uuid, by=fresh(writer), content=titled("De Bob"))
        story.action.refresh_from_db()
        assert (story.action.title, story.action.carrier) == ("De Bob", story.carrier)

    def test_the_file_of_somebody_else_is_not_found(self, story):
        for step in (
            lambda by: save_proposal(key=story.action.uuid, by=by, content=titled("À moi")),
            lambda by: locked_application(story.action.uuid, by),
        ):
            with pytest.raises(Action.DoesNotExist):
                step(UserFactory())
        story.action.refresh_from_db()
        assert story.action.title == "Une épicerie solidaire"


class TestSending:
    def test_makes_one_receipt_of_the_same_form_sent_twice(self):
        carrier = OrganisationFactory()
        sent = {"key": uuid.uuid4(), "content": content(carrier=carrier), "send": True}
        manager = member(carrier)
        first, again = (save_proposal(by=manager, **sent) for _ in range(2))
        assert (first, again) == ((Action.objects.get(), True), (Action.objects.get(), False))
        assert (again[0].status, again[0].events.count()) == ("submitted", 1)

    def test_of_what_isnt_complete_writes_nothing(self, story):
        assert refusal(
            save_proposal,
            key=story.action.uuid,
            by=story.manager,
            content=ProposalContent(columns={"title": "Autre", "summary": ""}),
            send=True,
        ) == ["Résumez l’action en quelques phrases."]
        story.action.refresh_from_db()
        assert story.action.title == "Une épicerie solidaire"

    def test_waits_for_what_could_not_be_read(self, story):
        story.action.typed_steps.create(
            step=Step.ACTION, edition=1, saved_by=story.manager, typed={"starts_on": ["demain"]}
        )
        assert refusal(
            save_proposal,
            key=story.action.uuid,
            by=story.manager,
            content=ProposalContent(),
            send=True,
        ) == ["Reprenez l’étape « L’action » : une réponse n’a pas pu être lue."]

    def test_again_says_why_other_parts_changed(self):
        story = Story().in_correction()
        sent = {"key": story.action.uuid, "by": story.manager, "content": titled("Autre")}
        assert len(refusal(save_proposal, **sent, send=True)) == 1
        action, written = save_proposal(**sent, send=True, reason="Un nom plus clair.")
        assert (action.status, action.title, written) == ("submitted", "Autre", True)


class TestOrganisations:
    @pytest.mark.parametrize("name", ["Les jardins", "…"])
    def test_are_unpublished_managed_and_have_an_address_that_names_nobody(self, name):
        user = UserFactory()
        made = create_organisation(organisation=new_organisation(name=name), manager=user)
        assert re.fullmatch("structure-[0-9a-f]{12}", made.slug)
        assert not made.is_published
        assert (made.memberships.get().user, made.memberships.get().role) == (user, "manager")
        assert user.organisation_ids == {made.pk}

    def test_with_a_siret_of_another_are_refused(self):
        OrganisationFactory(siret=SIRET)
        with pytest.raises(ValidationError) as refused:
            create_organisation(organisation=new_organisation(siret=SIRET), manager=UserFactory())
        assert refused.value.messages == [KNOWN]

    def test_are_the_same_by_name_and_siret_among_ones_own(self):
        own = OrganisationFactory(name="Les Jardins", siret=SIRET)
        described = new_organisation(siret=SIRET)
        assert same_own_organisation(described, member(own)) == own
        assert same_own_organisation(described, UserFactory()) is None
        assert same_own_organisation(new_organisation(), member(own)) is None


@pytest.mark.parametrize("state", ["draft", "submitted"])
def test_only_ones_own_draft_is_deleted(state):
    story = getattr(Story(), state)()
    who = UserFactory() if state == "draft" else fresh(story.manager)
    assert refusal(delete_draft, action=story.action, by=who) == [
        "Seul un brouillon peut être supprimé."
    ]
    assert Action.objects.get() == story.action


def test_a_draft_is_deleted_by_its_carrier(story):
    delete_draft(action=story.action, by=fresh(story.manager))
    assert not Action.objects.exists()


class TestPaper:
    def test_is_signed_by_a_member_and_typed_by_an_agent_once(self):
        carrier, agent = OrganisationFactory(), person(Role.AGENT)
        given = content(carrier=carrier)
        given = replace(given, columns=given.columns | {"received_on_paper": timezone.localdate()})
        signatory = member(carrier)
        typed = {"key": uuid.uuid4(), "signatory": signatory, "by": agent, "content": given}
        first, again = (record_submission(**typed) for _ in range(2))
        assert first == again == Action.objects.get()
        event = first.events.get()
        assert (first.status, event.by, event.entered_by) == ("submitted", signatory, agent)

    @pytest.mark.parametrize("state", ["draft", "submitted", "in_correction"])
    def test_takes_no_file_that_its_carrier_writes(self, state):
        """The key of the form is hidden, not sealed: an agent could give that of any file."""
        story = Story()
        if state != "draft":
            getattr(story, state)()
        given = content(carrier=story.carrier, title="Par l’agent")
        given = replace(given, columns=given.columns | {"received_on_paper": timezone.localdate()})
        before = Action.objects.values().get(), story.action.events.count()
        with pytest.raises(Action.DoesNotExist):
            record_submission(
                key=story.action.uuid,
                signatory=fresh(story.manager),
                by=fresh(story.agent),
                content=given,
            )
        assert (Action.objects.values().get(), story.action.events.count()) == before

    def test_typed_again_overwrites_nothing_of_what_is_corrected(self):
        story = Story()
        given = content(carrier=story.carrier)
        given = replace(given, columns=given.columns | {"received_on_paper": timezone.localdate()})
        typed = {"key": uuid.uuid4(), "signatory": fresh(story.manager), "by": fresh(story.agent)}
        story.action = record_submission(**typed, content=given)
        story.apply(
            Transition.REQUEST_CORRECTION,
            story.agent,
            comment="Précisez le titre.",
            details={"fields": ["title"], "due_on": timezone.localdate() + timedelta(days=10)},
        )
        other = replace(given, columns=given.columns | {"title": "Autre"})
        again = record_submission(**typed, content=other)
        assert (again.title, again.status) == (given.columns["title"], "in_correction")
