"""The model is named for what it holds; its table, constraint and columns stay as they are."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("actions", "0010_co_editors")]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.RenameModel("FileVersion", "ApplicationVersion"),
                migrations.AlterModelTable("applicationversion", "actions_fileversion"),
            ],
        ),
    ]
