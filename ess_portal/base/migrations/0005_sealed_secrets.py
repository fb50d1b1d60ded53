"""Secrets that wait to be sent are sealed; those of mails given up are erased."""

from django.db import migrations


def seal_what_waits(apps, _schema_editor):
    from ess_portal.base.sealing import seal  # noqa: PLC0415

    mails = apps.get_model("base", "OutgoingMail").objects.filter(secret=True).exclude(body="")
    mails.filter(given_up_at__isnull=False).update(body="")
    for mail in mails.all():
        mail.body = seal(mail.body)
        mail.save(update_fields=["body"])


class Migration(migrations.Migration):
    dependencies = [("base", "0004_sent_forms")]

    operations = [migrations.RunPython(seal_what_waits, migrations.RunPython.noop)]
