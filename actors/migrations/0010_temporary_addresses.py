"""The address of an organisation that no agent has confirmed names nobody."""

from django.db import migrations

# None of them was ever public. What is confirmed keeps its address.
NAME_NOBODY = """
UPDATE actors_organisation
SET slug = 'structure-' || right(gen_random_uuid()::text, 12)
WHERE confirmed_at IS NULL AND merged_into_id IS NULL;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("actors", "0009_keys_kept"),
    ]

    operations = [
        migrations.RunSQL(NAME_NOBODY, migrations.RunSQL.noop),
    ]
