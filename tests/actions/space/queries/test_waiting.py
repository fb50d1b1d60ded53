"""What waits for a person, in their words, the nearest date first."""

from datetime import timedelta

import pytest
from django.utils import timezone

from actions.committee.services.decisions import reply_to_refusal
from actions.enums import Transition
from actions.models import RefusalNotice
from actions.proposals.services.co_editors import invite_co_editor
from actions.space.queries.waiting import awaited_of
from actors.enums import MembershipRole
from actors.services.invitations import invite
from tests.plugins.prepared import starts_from
from tests.support.factories import OrganisationFactory, UserFactory, fresh, member
from tests.support.reading import plain

pytestmark = pytest.mark.django_db


def waits_for(person) -> list[tuple[str, int, str]]:
    """Sentence, days left, and step."""
    today = timezone.localdate()
    return [
        (plain(one.sentence), (one.until - today).days, one.step)
        for one in awaited_of(fresh(person))
    ]


@starts_from(story="in_correction")
def test_a_file_to_complete(story):
    title, reference = story.action.title, story.action.reference
    assert waits_for(story.manager) == [
        (
            f"Un complément est demandé pour « {title} » ({reference}).",
            10,
            "Compléter le dossier",
        )
    ]
    assert waits_for(story.agent) == []
    story.apply(Transition.RESUBMIT, story.manager, comment="Le budget.")
    assert waits_for(story.manager) == []


@starts_from(story="refusal_announced")
def test_a_refusal_that_may_be_answered(story):
    title, reference = story.action.title, story.action.reference
    assert waits_for(story.manager) == [
        (
            f"Un refus est envisagé pour « {title} » ({reference}) : vous pouvez répondre.",
            15,
            "Lire le motif et répondre",
        )
    ]
    reply_to_refusal(action=story.action, by=fresh(story.manager), text="Relisez l’article 4.")
    assert waits_for(story.manager) == []
    assert RefusalNotice.objects.get().has_reply


@starts_from(story="submitted")
def test_invitations_of_both_kinds_the_nearest_first(story):
    bob = UserFactory(email="bob@example.org")
    other = OrganisationFactory(name="La Source")
    ana = member(other, MembershipRole.MANAGER, full_name="Ana Bé")
    first = invite(
        organisation=other, email="bob@example.org", role=MembershipRole.MANAGER, by=fresh(ana)
    )
    first.expires_at -= timedelta(days=4)
    first.save(update_fields=["expires_at"])
    invite_co_editor(action=story.action, email="bob@example.org", by=fresh(story.manager))
    inviter = story.manager.shown_name
    assert waits_for(bob) == [
        (
            "Ana Bé vous invite à faire partie de La Source, avec le rôle « responsable ».",
            10,
            "Répondre à l’invitation",
        ),
        (
            f"{inviter[:1].upper()}{inviter[1:]} vous invite à écrire « {story.action.title} » "
            f"avec {story.carrier}, comme co-porteur.",
            14,
            "Répondre à l’invitation",
        ),
    ]
