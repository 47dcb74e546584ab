"""Expands: a column more for each attendance event, which may be null."""

from django.db import migrations


class Migration(migrations.Migration):
    initial = True
    dependencies = [("workshops", "0001_initial")]
    operations = [migrations.RunSQL("ALTER TABLE workshops_attendanceevent ADD COLUMN novelty integer")]
