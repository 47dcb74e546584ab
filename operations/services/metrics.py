"""What Prometheus asks: how long requests take, and how work and mail stand. Off unless a token is set.

Requests are counted by each process in a file of its own (prometheus_client's mode for several processes), so that
whichever process is asked tells the sum; everything else is asked of the database at that moment.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache as remember
from secrets import compare_digest
from typing import TYPE_CHECKING

from django.conf import settings
from django_tasks_db.models import DBTaskResult

from certificates.models import Certificate
from mail.models import Message
from operations.services.dead_letters import dead_letters
from operations.services.readiness import queue

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry, Counter, Histogram

# Seconds; what is promised to learners lies well below one.
BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)


@dataclass(frozen=True)
class _Instruments:
    registry: "CollectorRegistry"
    seconds: "Histogram"
    requests: "Counter"


@remember
def _instruments() -> _Instruments:
    """Made when the first request is counted: whoever wants no metrics loads nothing."""
    from prometheus_client import CollectorRegistry, Counter, Histogram

    registry = CollectorRegistry()
    seconds = Histogram(
        "academy_request_seconds", "Seconds until an answer was ready.", ["view"], buckets=BUCKETS, registry=registry
    )
    requests = Counter("academy_requests", "Requests by the class of their status.", ["status"], registry=registry)
    return _Instruments(registry, seconds, requests)


def count_request(*, view: str, status: int, seconds: float) -> None:
    """Count a request. Takes microseconds, and knows nothing about whoever asked."""
    instruments = _instruments()
    instruments.seconds.labels(view).observe(seconds)
    instruments.requests.labels(f"{status // 100}xx").inc()


def may_read(authorization: str) -> bool:
    """Whether a header "Bearer …" has the token of the settings; never where there is none."""
    token = settings.METRICS_TOKEN
    return bool(token) and compare_digest(authorization.encode(), f"Bearer {token}".encode())


def exposition() -> tuple[bytes, str]:
    """Return everything in the text format of Prometheus, and the name of the format."""
    from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
    from prometheus_client.multiprocess import MultiProcessCollector

    counted = _instruments().registry
    if settings.METRICS_IN_FILES:
        counted = CollectorRegistry()
        MultiProcessCollector(counted)
    return generate_latest(counted) + generate_latest(_state()), CONTENT_TYPE_LATEST


def _state() -> "CollectorRegistry":
    """How work and mail stand now, for all processes and machines alike: asked each time, kept nowhere."""
    from prometheus_client import CollectorRegistry
    from prometheus_client.core import GaugeMetricFamily

    class State:
        def collect(self) -> Iterator[GaugeMetricFamily]:
            for name, words, value in _facts():
                yield GaugeMetricFamily(name, words, value=value)

    registry = CollectorRegistry()
    registry.register(State())
    return registry


def _facts() -> Iterator[tuple[str, str, int]]:
    waiting = queue().facts
    yield "academy_queue_oldest_seconds", "For how long a job has been waiting.", int(str(waiting["oldest_seconds"]))
    yield "academy_queue_waiting", "Jobs that wait for a worker.", int(str(waiting["waiting"]))
    yield "academy_queue_running", "Jobs that are being done.", DBTaskResult.objects.running().count()
    yield "academy_jobs_failed", "Jobs that were given up and not set aside.", dead_letters().count()
    yield "academy_mails_due", "Mails whose time has come.", Message.objects.due().count()
    yield "academy_mails_failed", "Mails that were given up.", Message.objects.filter(state="failed").count()
    sealed = Certificate.objects.filter(sealed_at__isnull=False).count()
    yield "academy_certificates_issued", "Certificates sealed until now; it grows at the rate of issue.", sealed
    pending = Certificate.objects.unsealed().count()
    yield "academy_certificates_pending", "Certificates that wait to be sealed.", pending
