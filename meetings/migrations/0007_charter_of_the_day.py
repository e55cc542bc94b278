from django.db import migrations
from django.db.models import OuterRef, Subquery


def name_the_charter(apps, schema_editor):
    """A meeting held here is under the version that was in force on its day."""
    charters = apps.get_model("institutions", "Charter").objects.filter(
        joint_body=OuterRef("joint_body"),
        in_force_from__lte=OuterRef("held_on"),
        state__in=["in force", "superseded"],
    )
    then = Subquery(charters.order_by("-in_force_from", "-version").values("pk")[:1])
    held = apps.get_model("meetings", "Meeting").objects.filter(
        held_on__isnull=False, charter=None, is_imported=False
    )
    held.update(charter=then)


class Migration(migrations.Migration):
    dependencies = [
        ("institutions", "0004_charter_drafts"),
        ("meetings", "0006_sittings"),
    ]

    operations = [migrations.RunPython(name_the_charter, migrations.RunPython.noop)]
