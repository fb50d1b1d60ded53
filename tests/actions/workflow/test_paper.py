"""A file received on paper is sent by who signed it."""

import uuid
from datetime import date

import pytest

from actions.proposals.services.applications import record_submission
from tests.plugins.prepared import prepared
from tests.support.factories import (
    Story,
    content,
    fresh,
)
from tests.support.transitions import MEMBER, history, refusals

pytestmark = pytest.mark.django_db


@prepared
def story() -> Story:
    """A draft."""
    return Story()


# --- On paper ----------------------------------------------------------------------------------


def paper(story: Story, **columns):
    columns = {"carrier": story.carrier, "received_on_paper": date(2026, 3, 2)} | columns
    return content(**columns)


def test_a_file_on_paper_names_who_signed_and_who_typed(story):
    story.action = record_submission(
        key=uuid.uuid4(), signatory=fresh(story.manager), by=story.agent, content=paper(story)
    )

    assert history(story) == [
        ("submit", "draft", "submitted", story.manager.pk, None, story.agent.pk)
    ]


def test_only_an_agent_types_for_somebody_else_and_only_from_paper(story):
    sentence = f"« Envoyer la proposition » revient à {MEMBER}."

    def typed_by(user, **columns):
        return lambda: record_submission(
            key=uuid.uuid4(),
            signatory=fresh(story.manager),
            by=fresh(user),
            content=paper(story, **columns),
        )

    assert refusals(typed_by(story.agent)) == []
    assert refusals(typed_by(story.agent, received_on_paper=None)) == [sentence]
    assert refusals(typed_by(story.members[0])) == [sentence]
    assert refusals(typed_by(story.manager)) == [sentence]
