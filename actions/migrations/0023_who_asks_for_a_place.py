"""Whoever asks for a place in an organisation has an interest in its actions meanwhile.

A merger makes those of the twin ask: they don't decide on their own files while they wait.
"""

from importlib import import_module

from django.db import migrations

BEFORE = import_module("actions.migrations.0021_nobody_comes_back").LINKED_IN_LINE
WITH_THOSE_WHO_ASK = BEFORE.replace(
    """    ) OR EXISTS (
        SELECT 1 FROM actions_coeditor c""",
    """    ) OR EXISTS (
        SELECT 1 FROM actors_membershipclaim q, actions_line_of(q.organisation_id) AS asked
        WHERE q.user_id = person AND q.state = 'pending' AND (
            asked = (SELECT carrier_id FROM actions_action WHERE id = target)
            OR asked IN (
                SELECT organisation_id FROM actions_action_partners WHERE action_id = target
            )
        )
    ) OR EXISTS (
        SELECT 1 FROM actions_coeditor c""",
)


class Migration(migrations.Migration):
    dependencies = [("actions", "0022_title_without_link")]

    operations = [migrations.RunSQL(WITH_THOSE_WHO_ASK, BEFORE)]
