"""Changes much in a first migration that is committed, and is killed in this one."""

import os
import signal

from django.db import migrations


def backfill(apps, schema_editor):
    apps.get_model("killed_release", "Novelty").objects.create(word="new")
    apps.get_model("people", "Agency").objects.update(name_en="Lost")
    os.kill(os.getpid(), signal.SIGKILL)


class Migration(migrations.Migration):
    dependencies = [("killed_release", "0001_initial")]
    operations = [migrations.RunPython(backfill)]
