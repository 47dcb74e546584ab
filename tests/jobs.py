"""Working off the real queue of jobs in a test."""

from django.conf import settings
from django_tasks_db.management.commands.db_worker import Worker

# As in production: rows in the database, done by a worker. Tests otherwise run jobs at once.
DATABASE_QUEUE = {
    **settings.TASKS,
    "jobs": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default"]},
}


def work_off() -> None:
    """Do every job that is ready now, as `db_worker --batch` does."""
    Worker(
        queue_names=["default"],
        interval=0,
        batch=True,
        backend_name="jobs",
        startup_delay=False,
        max_tasks=None,
        worker_id="test",
        excluded_queue_names=[],
    ).run()
