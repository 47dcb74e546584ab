"""The processes of an installation on one machine, and how patiently one that dies is started again."""

from collections.abc import Sequence
from dataclasses import dataclass

# A process that lived this long was healthy; what happened before no longer counts.
HEALTHY_SECONDS = 60.0
LONGEST_PAUSE_SECONDS = 60.0
APPLICATION = "config.wsgi:application"


@dataclass(frozen=True)
class Child:
    """A process to keep alive."""

    name: str
    command: tuple[str, ...]


def web_server(
    *, python: str, address: str, port: int, workers: int, threads: int, application: str = APPLICATION
) -> Child:
    """Return the process that answers requests."""
    options = {
        "--bind": f"{address}:{port}",
        "--worker-class": "config.web_worker.Worker",
        "--workers": str(workers),
        "--threads": str(threads),
        "--graceful-timeout": "10",
        "--keep-alive": "5",
        "--log-level": "warning",
    }
    flat = [part for option in options.items() for part in option]
    # Loaded once and then forked: half the time to the first page, and the workers share memory.
    flags = ("--preload", "--no-control-socket")
    return Child("web server", (python, "-m", "gunicorn", *flat, *flags, application))


def background(*, python: str, manage: str) -> tuple[Child, ...]:
    """Return the processes that do slow work and recurring work."""
    worker = (python, manage, "db_worker", "--backend", "jobs", "--no-reload", "--no-startup-delay", "--verbosity", "0")
    return (Child("worker", worker), Child("scheduler", (python, manage, "scheduler")))


def pause_before_restart(lifetimes: Sequence[float]) -> float:
    """Return how many seconds to wait before a child that died is started again.

    `lifetimes` are the seconds that its runs lasted, the latest last. After a healthy life the pause is zero; each
    further quick death in a row doubles it: 1, 2, 4 … up to a minute.

    >>> pause_before_restart([300.0]), pause_before_restart([2.0]), pause_before_restart([300.0, 2.0, 2.0, 2.0])
    (0.0, 1.0, 4.0)
    """
    quick = 0
    for lifetime in reversed(lifetimes):
        if lifetime >= HEALTHY_SECONDS:
            break
        quick += 1
    return min(2.0 ** (quick - 1), LONGEST_PAUSE_SECONDS) if quick else 0.0
