"""What searchable texts and queries go through: see ess_portal/base/search.py."""

from django.db import migrations

from ess_portal.base.collation import ACCENTED, PLAIN

# Bodies in standard SQL are bound when created: a dump restores them whatever the search path.
FUNCTIONS = rf"""
CREATE FUNCTION base_fold(content text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(
    translate(
        lower(replace(replace(replace(replace(normalize(content, NFC), 'œ', 'oe'), 'Œ', 'oe'), 'æ', 'ae'), 'Æ', 'ae')),
        '{ACCENTED}', '{PLAIN}'
    ),
    '[^[:alnum:]]+', ' ', 'g'),
    'travaux\M', 'travail', 'g'),
    '([a-df-z])aux\M', '\1al', 'g'),
    '(eau|ou|lieu|jeu|feu)x\M', '\1', 'g'),
    '([a-z0-9]{{4}})s\M', '\1', 'g'
);

CREATE FUNCTION base_search(title text, summary text, content text) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN setweight(to_tsvector('pg_catalog.french'::regconfig, base_fold(title)), 'A')
    || setweight(to_tsvector('pg_catalog.french'::regconfig, base_fold(summary)), 'B')
    || setweight(to_tsvector('pg_catalog.french'::regconfig, base_fold(content)), 'C');
"""


class Migration(migrations.Migration):
    dependencies = [("base", "0001_initial")]

    operations = [
        migrations.RunSQL(
            FUNCTIONS,
            "DROP FUNCTION base_search(text, text, text); DROP FUNCTION base_fold(text);",
        )
    ]
