from django.db import migrations


def name_the_minutes(apps, schema_editor):
    """A correction was issued before it had a key, and its document named none."""
    documents = apps.get_model("documents", "IssuedDocument")
    for correction in apps.get_model("minutes", "Correction").objects.all():
        about = f"minutes.minutes:{correction.minutes_id}"
        documents.objects.filter(pk=correction.document_id).update(target=about)


class Migration(migrations.Migration):
    dependencies = [
        ("minutes", "0001_initial"),
        ("documents", "0002_addressee_received_on_addressee_status_and_more"),
    ]

    operations = [migrations.RunPython(name_the_minutes, migrations.RunPython.noop)]
