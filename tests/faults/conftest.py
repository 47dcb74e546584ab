"""Faults on real processes: how long they last, by which draw, and an office that is ended with the test."""

import os
from collections.abc import Iterator
from pathlib import Path
from random import Random, SystemRandom
from typing import Any

import pytest
from django.db import connection

from scripts.with_postgres import DATA
from tests.databases import Database
from tests.faults.office import ALONE, Office, collect_static_files, start_postgres
from tests.jobs import DATABASE_QUEUE

# What a run draws is drawn again with the same number: FAULT_SEED=… make faults
SEED = int(os.environ.get("FAULT_SEED") or SystemRandom().randrange(1_000_000))
SECONDS = float(os.environ.get("FAULT_SECONDS") or 60)


def pytest_report_header() -> str:
    return f"faults: FAULT_SEED={SEED} FAULT_SECONDS={SECONDS:g}"


@pytest.fixture
def draw() -> Random:
    return Random(SEED)


@pytest.fixture
def seconds() -> float:
    """For how long people work while processes are killed."""
    return SECONDS


@pytest.fixture(scope="session")
def static_files(django_db_setup: Database, django_db_blocker: Any) -> None:
    """Pages need the names of static files."""
    with django_db_blocker.unblock():
        collect_static_files()


@pytest.fixture
def office(transactional_db: None, static_files: None, settings: Any, tmp_path: Path) -> Iterator[Office]:
    settings.TASKS = DATABASE_QUEUE
    made = Office(tmp_path)
    yield made
    made.close()
    # Whatever a test did to it, the next one finds the server, and a connection of its own.
    connection.close()
    if ALONE and connection.vendor == "postgresql" and (DATA / "postmaster.pid").exists():
        start_postgres(DATA)
