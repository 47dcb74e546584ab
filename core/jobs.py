"""Slow work by name: `enqueue("certificates.tasks.seal", pk)`.

A name is the one way to call an app further up. The job starts only after the transaction that asked for it has
committed, is repeated with growing pauses when it fails, and must be idempotent: a killed worker may leave it half
done.
"""

import json
import logging
from collections.abc import Callable, Iterable
from datetime import timedelta
from functools import partial
from time import perf_counter
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import Model
from django.utils import timezone
from django.utils.module_loading import import_string
from django_tasks import task

from core.tracing import belonging_to, current_request

logger = logging.getLogger(__name__)

Thing = TypeVar("Thing")

# After the last pause the job stays failed and is found by `doctor`; each app's idempotent command is the safety net.
PAUSES = [timedelta(seconds=10), timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1), timedelta(hours=6)]

# Of the jobs that are ready those with a smaller number come last.
GIVES_WAY = -1


class SomeFailedError(Exception):
    """Some of many things could not be done; each is in the log, the others are done."""


def for_each(things: Iterable[Thing], act: Callable[[Thing], Any]) -> list[Any]:
    """Do something about each of many things, whatever happens to the others, and return what came of it.

    Raises SomeFailedError at the end when some failed, so that the job counts as failed and `doctor` finds it.
    """
    results, failed = [], 0
    for thing in things:
        try:
            results.append(act(thing))
        except Exception:
            failed += 1
            logger.exception("%s failed", _named(thing))
    if failed:
        raise SomeFailedError(f"{failed} failed, {len(results)} done")
    return results


def _named(thing: object) -> str:
    """Return what a log may say of a thing: its kind and its number. What it is called may be somebody's name."""
    if isinstance(thing, Model):
        return f"{thing._meta.label} {thing.pk}"
    return ", ".join(map(_named, thing)) if isinstance(thing, tuple) else type(thing).__name__


def enqueue(name: str, *args: Any, retry: bool = True, gives_way: bool = False) -> None:
    """Run the function `name` ("app.tasks.function") with JSON-able `args` after the current transaction commits.

    Without `retry` a failure is final: recurring jobs come again by themselves. What `gives_way` is begun when nothing
    else waits: somebody waits for a letter, and nobody for what tidies up.
    Raises TypeError at once, while the transaction can still be rolled back, when `args` cannot be stored.
    """
    json.dumps(args)
    failures = 0 if retry else len(PAUSES)
    job = run_job.using(priority=GIVES_WAY) if gives_way else run_job
    transaction.on_commit(partial(job.enqueue, name, list(args), failures, current_request()))


@task(backend="jobs", queue_name="default")
def run_job(name: str, args: list[Any], failures: int, request_id: str = "") -> None:
    """Call the named function; on failure plan the next try. What it does belongs to the request that asked for it."""
    started = perf_counter()
    with belonging_to(request_id or current_request()):
        try:
            import_string(name)(*args)
        except Exception:
            # Arguments may be words of people.
            logger.exception("Job %s failed (%d tries so far)", name, failures + 1)
            _note(name, "failed", started)
            if failures >= len(PAUSES) or not run_job.get_backend().supports_defer:
                raise
            again = run_job.using(run_after=timezone.now() + PAUSES[failures])
            again.enqueue(name, args, failures + 1, current_request())
        else:
            _note(name, "done", started)


def _note(name: str, outcome: str, started: float) -> None:
    milliseconds = round(1000 * (perf_counter() - started), 1)
    facts = {"job": name, "outcome": outcome, "ms": milliseconds}
    logger.info("Job %s %s in %.1f ms", name, outcome, milliseconds, extra={"facts": facts})
