"""Indexes it while others could go on writing."""

from django.db import migrations


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("large_release", "0002_backfill")]
    operations = [
        migrations.RunSQL("CREATE INDEX CONCURRENTLY large_release_novelty ON workshops_attendanceevent (novelty)")
    ]
