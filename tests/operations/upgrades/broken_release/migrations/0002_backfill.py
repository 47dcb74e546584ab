"""Changes much, and then fails."""

from django.db import migrations


def backfill(apps, schema_editor):
    apps.get_model("broken_release", "Novelty").objects.create(word="new")
    apps.get_model("people", "Agency").objects.update(name_en="Lost")
    raise RuntimeError("the backfill met a row that nobody had thought of")


class Migration(migrations.Migration):
    dependencies = [("broken_release", "0001_initial")]
    operations = [migrations.RunPython(backfill)]
