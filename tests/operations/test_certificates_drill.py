"""A batch of certificates that is measured, and of which nothing stays."""

from dataclasses import asdict
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from certificates.models import Certificate, LogEntry
from mail.models import Message
from operations.management.commands.certificates_drill import hold
from operations.management.drills import most_memory
from people.models import Person
from tests.factories.courses import make_module

pytestmark = [pytest.mark.django_db, pytest.mark.db]


def test_a_batch_is_measured_and_nothing_of_it_stays():
    make_module(lessons=1)
    kept = sorted(Path(settings.PRIVATE_ROOT).rglob("*"))

    figures = hold(3)

    assert {name for name, figure in asdict(figures).items() if figure is None} == set()
    assert 0 < figures.queries < 25
    assert figures.peak_mb - figures.grown_mb > 20
    assert [model.objects.count() for model in (Certificate, LogEntry, Message, Person)] == [0, 0, 0, 0]
    assert sorted(Path(settings.PRIVATE_ROOT).rglob("*")) == kept


def test_memory_is_that_of_its_peak():
    before = most_memory()
    some = bytearray(120_000_000)
    del some

    assert most_memory() > before + 50


def test_without_a_module_it_says_what_to_do():
    with pytest.raises(CommandError, match="load_demo"):
        call_command("certificates_drill", "--count", "1")
