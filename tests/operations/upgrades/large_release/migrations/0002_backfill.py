"""Fills it, in parts that are each committed, as a backfill of so many rows should."""

from django.db import connection, migrations

ROWS_AT_ONCE = 50_000


def backfill(apps, schema_editor):
    with connection.cursor() as cursor:
        done = "00000000-0000-0000-0000-000000000000"
        while True:
            cursor.execute(
                "SELECT id FROM workshops_attendanceevent WHERE id > %s ORDER BY id OFFSET %s LIMIT 1",
                [done, ROWS_AT_ONCE - 1],
            )
            row = cursor.fetchone()
            if row is None:
                break
            cursor.execute(
                "UPDATE workshops_attendanceevent SET novelty = 7 WHERE id > %s AND id <= %s", [done, row[0]]
            )
            done = row[0]
        cursor.execute("UPDATE workshops_attendanceevent SET novelty = 7 WHERE id > %s", [done])


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("large_release", "0001_initial")]
    operations = [migrations.RunPython(backfill, migrations.RunPython.noop)]
