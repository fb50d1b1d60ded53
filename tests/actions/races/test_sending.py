"""The same file sent twice at one instant, and references that follow."""

import uuid
from dataclasses import replace

import pytest
from django.db import IntegrityError
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from actions.enums import Step, Transition
from actions.models import Action, ActionEvent
from actions.proposals.services.applications import ProposalContent, save_proposal
from actions.proposals.services.drafts import StepEntry, save_step
from actions.workflow import apply_transition
from actors.enums import MembershipRole
from actors.models import Organisation, User
from ess_portal.base.models import OutgoingMail
from tests.support.factories import (
    Story,
    UserFactory,
    content,
    fresh,
    member,
)
from tests.support.factories import grid as make_grid
from tests.support.races import all_at_once, race
from tests.support.refusals import name_of_refusal
from tests.support.without import reasons, trigger_without

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


def requesting(user: User) -> SimpleLazyObject:
    """Return `user` as a request has them: found when first asked for, behind a wrapper."""
    return SimpleLazyObject(lambda: fresh(user))


# --- The same file sent twice ------------------------------------------------------------------

ALREADY_SENT = [
    "L’action est à l’état « Proposée » : « Envoyer la proposition » n’est pas possible."
]


def submit_twice() -> tuple:
    story = Story()

    def submit():
        return apply_transition(
            Action.objects.get(pk=story.action.pk), Transition.SUBMIT, by=fresh(story.manager)
        ).status

    return race(submit, submit)


def test_a_draft_is_submitted_once():
    first, second, waited = submit_twice()

    assert (first, reasons(second), waited) == ("submitted", ALREADY_SENT, True)
    assert ActionEvent.objects.count() == 1


def test_without_the_lock_the_second_submission_goes_on(no_row_locks):
    """As far as the database, that keeps one version of each number, and says something else."""
    _, second, _ = submit_twice()

    assert reasons(second) == ["Cette version du dossier existe déjà."]


def test_eight_clicks_make_one_action_and_one_receipt():
    story = Story()
    contributor = member(story.carrier, MembershipRole.CONTRIBUTOR)
    key, file = uuid.uuid4(), content(carrier=story.carrier)

    def click():
        action, written = save_proposal(key=key, by=fresh(story.manager), content=file, send=True)
        return action.reference, written

    outcomes = all_at_once([click] * 8)

    action = Action.objects.get(uuid=key)
    assert sorted(outcomes) == [(action.reference, False)] * 7 + [(action.reference, True)]
    assert list(action.events.values_list("transition", flat=True)) == ["submit"]
    acknowledged = OutgoingMail.objects.filter(subject__startswith="Proposition reçue")
    assert sorted(mail.recipient for mail in acknowledged) == sorted(
        [story.manager.email, contributor.email]
    )


def test_eight_clicks_make_one_organisation():
    """Each request knows its person's organisations from before the first one made a new one."""
    make_grid()
    user, key, file = UserFactory(), uuid.uuid4(), content()

    def click():
        by = requesting(user)
        assert by.organisation_ids == frozenset()
        own = content_with_organisation(file)
        action, written = save_proposal(key=key, by=by, content=own, send=True)
        return action.reference, written

    before = Organisation.objects.count()
    outcomes = all_at_once([click] * 8)

    action = Action.objects.get(uuid=key)
    assert sorted(outcomes) == [(action.reference, False)] * 7 + [(action.reference, True)]
    assert Organisation.objects.count() == before + 1
    assert list(user.memberships.values_list("organisation", "role")) == [
        (action.carrier_id, "manager")
    ]


def content_with_organisation(file):
    columns = {name: value for name, value in file.columns.items() if name != "carrier"}
    organisation = Organisation(name="La Ressourcerie", family="association")
    return replace(file, columns=columns, new_organisation=organisation)


def send_a_draft_twice() -> tuple:
    story = Story()
    file = content(carrier=story.carrier)

    def send():
        _, written = save_proposal(
            key=story.action.uuid, by=fresh(story.manager), content=file, send=True
        )
        return written

    return race(send, send)


def test_a_kept_draft_is_sent_once():
    assert send_a_draft_twice() == (True, False, True)


def test_without_the_lock_it_is_written_over(no_row_locks):
    """The second one writes the draft it had read over the submitted action."""
    _, second, _ = send_a_draft_twice()

    assert name_of_refusal(second) == "actions_action_status_pair_is_in_the_table"


def test_two_first_steps_at_once_make_one_organisation():
    """The second one finds the application that the first has just given an organisation."""
    make_grid()
    user, key, window = UserFactory(), uuid.uuid4(), uuid.uuid4()

    def click():
        by = requesting(user)
        assert by.organisation_ids == frozenset()
        entry = StepEntry(
            step=Step.ORGANISATION,
            edition=0,
            window=window,
            content=content_with_organisation(ProposalContent()),
        )
        action, written = save_step(key=key, by=by, entry=entry)
        return action.carrier_id, written

    first, second = all_at_once([click] * 2)

    assert first == second == (Action.objects.get(uuid=key).carrier_id, True)
    assert user.memberships.count() == 1


# --- References --------------------------------------------------------------------------------


def submit_two_files() -> tuple:
    stories = [Story(), Story()]

    def submission(story):
        return lambda: (
            apply_transition(
                Action.objects.get(pk=story.action.pk), Transition.SUBMIT, by=fresh(story.manager)
            ).reference
        )

    return race(*map(submission, stories))


def test_two_submissions_get_references_that_follow():
    first, second, waited = submit_two_files()

    year = timezone.localdate().year
    assert (first, second, waited) == (f"ESS-{year}-0001", f"ESS-{year}-0002", True)


def test_without_the_lock_they_get_the_same():
    lock = "PERFORM pg_advisory_xact_lock(hashtext('actions_action_reference'));"
    with trigger_without("actions_action_reference_is_kept", lock):
        _, second, _ = submit_two_files()

    assert isinstance(second, IntegrityError)
    assert name_of_refusal(second) == "actions_action_reference_key"
