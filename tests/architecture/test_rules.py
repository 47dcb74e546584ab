"""This repository keeps the rules of docs/architecture.md."""

from pathlib import Path

import pytest
from django.apps import apps

from operations.timetable import TIMETABLE
from tests.architecture import rules

ROOT = Path(__file__).resolve().parent.parent.parent

RULES = [
    rules.dumping_grounds,
    rules.signals_elsewhere,
    rules.migrations_beside_the_first,
    rules.inline_code,
    rules.numbers_for_people_in_attributes,
    rules.components_without_a_comment,
    rules.settings_undocumented,
    rules.commands_undocumented,
    rules.environment_read_elsewhere,
    rules.names_of_places,
    rules.requirements_without_hashes,
    rules.styles_not_joined,
]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_repository_keeps_the_rule(rule):
    assert rule(ROOT) == []


def test_foreign_keys_point_down():
    assert rules.keys_that_point_up(apps.get_models(include_auto_created=True)) == []


def test_every_job_that_is_named_exists():
    assert rules.jobs_that_do_not_exist(ROOT, recurring=[job.name for job in TIMETABLE]) == []
