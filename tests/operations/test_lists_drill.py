"""A long list that is measured, and of which nothing stays."""

import json
from dataclasses import asdict
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command

from audit.models import Event
from operations.management.commands.lists_drill import hold
from people.models import Account, Agency, Membership, PeopleImport, Person

pytestmark = [pytest.mark.django_db, pytest.mark.db]


def test_a_list_is_measured_from_the_file_to_its_undoing_and_nothing_of_it_stays():
    kept = sorted(Path(settings.PRIVATE_ROOT).rglob("*"))

    read, taken, undone = hold(40)

    assert [each.name for each in (read, taken, undone)] == [
        "list, read", "list, taken", "list, undone",
    ]  # fmt: skip
    assert {name for each in (read, taken, undone) for name, figure in asdict(each).items() if figure is None} == set()
    assert 0 < read.queries < taken.queries
    models = (Account, Agency, Membership, PeopleImport, Person, Event)
    assert [model.objects.count() for model in models] == [0] * len(models)
    assert sorted(Path(settings.PRIVATE_ROOT).rglob("*")) == kept


def test_it_says_what_bench_reads():
    out = StringIO()
    call_command("lists_drill", "--rows", "10", "--json", stdout=out)

    rows = json.loads(out.getvalue())

    assert [(row["name"], row["peak_mb"] > row["grown_mb"]) for row in rows] == [
        ("list, read", True), ("list, taken", True), ("list, undone", True),
    ]  # fmt: skip
