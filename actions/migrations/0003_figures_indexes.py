"""Indexes that the dashboard reads alone: at 10,000 actions it then opens none of their files."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("actions", "0002_functions"),
        ("actors", "0002_roles"),
        ("challenges", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        # The one of figures begins with the same columns.
        migrations.RemoveIndex(model_name="action", name="actions_action_by_measure"),
        migrations.AddIndex(
            model_name="action",
            index=models.Index(
                fields=["measure", "status"],
                include=(
                    "id",
                    "submitted_at",
                    "funding_asked",
                    "amount_granted",
                    "jobs_created",
                    "jobs_kept",
                    "carrier",
                    "created_by",
                    "gate_closed_at",
                    "reference",
                    "challenge",
                ),
                name="actions_action_figures",
            ),
        ),
        migrations.AddIndex(
            model_name="action",
            index=models.Index(
                fields=["-submitted_at", "-id"],
                name="actions_action_latest",
            ),
        ),
        migrations.AddIndex(
            model_name="actionevent",
            index=models.Index(fields=["action", "-at"], name="actions_actionevent_since"),
        ),
        migrations.AddIndex(
            model_name="decision",
            index=models.Index(
                fields=["-confirmed_at", "-id"],
                condition=models.Q(confirmed_at__isnull=False),
                name="actions_decision_latest",
            ),
        ),
    ]
