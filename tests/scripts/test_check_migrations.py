"""What a migration may do while the release before it still runs, and what is found when it does more."""

import pytest
from django.db import migrations, models
from django.db.migrations.state import ModelState, ProjectState

from scripts.check_migrations import all_complaints, complaints

FIELDS = {
    "id": models.BigAutoField(primary_key=True),
    "title": models.CharField(max_length=100),
    "note": models.TextField(null=True),
    "rank": models.IntegerField(db_default=1),
    "share": models.DecimalField(max_digits=5, decimal_places=2),
    "other": models.ForeignKey("courses.Other", models.CASCADE),
}
APART = migrations.SeparateDatabaseAndState
RUN = migrations.RunPython
TITLE = {"max_length": 100}
KEY = models.BigAutoField(primary_key=True)


def nothing(apps, schema_editor):
    """Fill nothing."""


def said(*operations, source="", name="0002_more", current="1.4.0", **marks):
    """Return what is said of a migration of an app with one table."""
    state = ProjectState()
    for each in ("Lesson", "Other"):
        state.add_model(ModelState("courses", each, [(name, field.clone()) for name, field in FIELDS.items()]))
    marks |= {"operations": list(operations)}
    migration = type("Migration", (migrations.Migration,), marks)(name, "courses")
    return complaints(migration, state, source=source, current=current, released=["1.3.0", "1.2.0"])


@pytest.mark.parametrize(
    "operation",
    [
        migrations.CreateModel("Novelty", [("id", KEY), ("word", models.TextField())]),
        migrations.AddField("lesson", "minutes", models.IntegerField(null=True)),
        migrations.AddField("lesson", "minutes", models.IntegerField(db_default=5)),
        migrations.AddField("lesson", "others", models.ManyToManyField("courses.Other")),
        migrations.AddIndex("lesson", models.Index(fields=["title"], name="by_title")),
        migrations.AlterField("lesson", "title", models.CharField(max_length=200)),
        migrations.AlterField("lesson", "title", models.CharField(max_length=100, null=True, help_text="more")),
        migrations.AlterField("lesson", "share", models.DecimalField(max_digits=7, decimal_places=3)),
        migrations.AlterField("lesson", "other", models.ForeignKey("courses.other", models.PROTECT)),
        APART([], [migrations.RemoveField("lesson", "note")]),
        RUN(nothing, RUN.noop),
    ],
    ids=lambda operation: operation.describe()[:40],
)
def test_what_old_code_does_not_see_is_taken(operation):
    assert said(operation) == []


@pytest.mark.parametrize(
    ("operation", "complaint"),
    [
        (migrations.RemoveField("lesson", "note"), "takes away lesson.note"),
        (migrations.RenameField("lesson", "note", "remark"), "renames lesson.note"),
        (migrations.DeleteModel("Other"), "takes away Other"),
        (migrations.RenameModel("Other", "Another"), "renames Other"),
        (migrations.AlterModelTable("lesson", "lessons"), "renames the table of lesson"),
        (migrations.AddField("lesson", "minutes", models.IntegerField(default=5)), "adds lesson.minutes, which old"),
        (migrations.AlterField("lesson", "title", models.TextField()), "makes lesson.title TextField instead"),
        (migrations.AlterField("lesson", "note", models.TextField()), "makes lesson.note NOT NULL"),
        (migrations.AlterField("lesson", "title", models.CharField(max_length=50)), "makes lesson.title shorter (50"),
        (migrations.AlterField("lesson", "title", models.CharField(unique=True, **TITLE)), "makes lesson.title unique"),
        (
            migrations.AddConstraint("lesson", models.UniqueConstraint(fields=["title"], name="one_title")),
            "forbids by one_title",
        ),
        (migrations.AlterField("lesson", "rank", models.IntegerField()), "makes lesson.rank one without a default"),
        (
            migrations.AlterField("lesson", "share", models.DecimalField(max_digits=5, decimal_places=3)),
            "makes lesson.share a number of fewer digits",
        ),
        (
            migrations.AlterField("lesson", "other", models.ForeignKey("courses.Lesson", models.CASCADE)),
            "makes lesson.other a key of courses.lesson",
        ),
        (migrations.RunSQL("DROP TABLE courses_other"), "runs SQL"),
        (APART([migrations.RunSQL("DROP TABLE courses_other")], []), "runs SQL"),
        (APART([RUN(nothing)], []), "cannot be gone back from"),
        (RUN(nothing), "cannot be gone back from"),
    ],
)  # fmt: skip
def test_what_old_code_needs_is_not_taken_away(operation, complaint):
    [words] = said(operation)

    assert words.startswith(complaint)


def test_what_the_same_migration_makes_is_nobody_elses():
    made = migrations.CreateModel("Novelty", [("id", models.BigAutoField(primary_key=True))])

    assert said(made, migrations.AddField("novelty", "word", models.TextField(default=""))) == []


def test_filling_stands_by_itself():
    wide = migrations.AddField("lesson", "minutes", models.IntegerField(null=True))

    assert said(wide, RUN(nothing, RUN.noop)) == [
        "changes tables and fills them in one: let a migration of its own do the filling"
    ]


@pytest.mark.parametrize(
    ("source", "complaint"),
    [
        ("from certificates.services import issue", "imports certificates.services: a migration sends"),
        ("from core.jobs import enqueue", "imports core.jobs: a migration sends"),
        ("from django.core.mail import send_mail", "imports django.core.mail: a migration sends"),
        ("from people.emails import send_welcome", "imports people.emails: a migration sends"),
        ("from django.core import mail", "imports django.core.mail: a migration sends"),
        ("from certificates import services", "imports certificates.services: a migration sends"),
        ("from django.utils.timezone import now\nmoment = now()", "asks the clock (now)"),
        ("from django.db.models.functions import Now", "asks the clock (Now)"),
        ("from django.utils import timezone\nmoment = timezone.now()", "asks the clock (now)"),
    ],
)
def test_nothing_is_sent_issued_or_dated(source, complaint):
    [words] = said(RUN(nothing, RUN.noop), source=source)

    assert words.startswith(complaint)


def test_a_contract_names_an_earlier_release_that_there_was():
    gone = migrations.RemoveField("lesson", "note")

    assert said(gone, contracts="1.3.0") == []
    assert said(gone, contracts="1.1.0") == [
        "contracts what release 1.1.0 needs no longer, and there is no such release in CHANGELOG.md"
    ]
    assert said(gone, contracts="1.3.0", current="1.3.0") == [
        "contracts in the release that expanded, 1.3.0: old code still runs beside it"
    ]


def test_the_first_migration_of_an_app_makes_its_tables():
    assert said(migrations.RunSQL("SELECT 1"), name="0001_initial") == []


@pytest.mark.django_db
def test_ours_are_without_fault():
    assert all_complaints() == []
