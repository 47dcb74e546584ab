"""Fills it, in parts that are each committed, as a backfill of so many rows should."""

from django.db import connection, migrations

ROWS_AT_ONCE = 50_000


def backfill(apps, schema_editor):
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(id), 0) FROM workshops_attendanceevent")
        [last] = cursor.fetchone()
        for begin in range(0, last + 1, ROWS_AT_ONCE):
            cursor.execute(
                "UPDATE workshops_attendanceevent SET novelty = id %% 7 WHERE id BETWEEN %s AND %s",
                [begin, begin + ROWS_AT_ONCE - 1],
            )


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("large_release", "0001_initial")]
    operations = [migrations.RunPython(backfill, migrations.RunPython.noop)]
