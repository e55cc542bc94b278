from django.db import migrations, models


class Migration(migrations.Migration):
    """What was open before is said by `manage.py recompute_duties`."""

    dependencies = [("deadlines", "0001_initial")]

    operations = [
        migrations.AddField(
            "duty", "text", models.TextField(default=""), preserve_default=False
        ),
        migrations.AddField(
            "duty",
            "url",
            models.CharField(default="", max_length=200),
            preserve_default=False,
        ),
    ]
