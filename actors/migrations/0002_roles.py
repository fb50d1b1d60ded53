"""The five roles, and the function by which triggers read them."""

from django.db import migrations

ROLES = ("agent", "evaluator", "elected", "committee", "administrator")

HAS_ROLE = """
CREATE FUNCTION actors_has_role(person bigint, role text) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT EXISTS (
        SELECT 1 FROM actors_user u
        JOIN actors_user_groups ug ON ug.user_id = u.id
        JOIN auth_group g ON g.id = ug.group_id
        WHERE u.id = person AND u.is_active AND g.name = role
    )
$$;
"""


def create_roles(apps, schema_editor):
    """Create the groups that `actors.enums.Role` names."""
    group = apps.get_model("auth", "Group")
    for role in ROLES:
        group.objects.get_or_create(name=role)


class Migration(migrations.Migration):
    dependencies = [("actors", "0001_initial")]

    operations = [
        migrations.RunPython(create_roles, migrations.RunPython.noop),
        migrations.RunSQL(HAS_ROLE, "DROP FUNCTION actors_has_role(bigint, text);"),
    ]
