"""Adds what older code does not see: a column with a default of the database, and a table."""

from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    dependencies = [("people", "0001_initial"), ("audit", "0001_initial")]
    operations = [
        migrations.CreateModel("Novelty", [("id", models.BigAutoField(primary_key=True)), ("word", models.TextField())]),
        migrations.RunSQL("ALTER TABLE people_agency ADD COLUMN novelty integer NOT NULL DEFAULT 7"),
    ]
