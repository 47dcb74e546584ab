"""What an operator and the clock ask for."""

from operations.services.backups import BackupError, back_up, check_backup, restore, write_backup
from operations.services.content import content_status
from operations.services.moving import MovingError, move_database
from operations.services.scale import load_scale
from operations.services.upkeep import (
    LEASE,
    LONGEST_JOB,
    LONGEST_WAIT,
    diagnosis,
    prune_job_results,
    readiness,
    requeue_lost_jobs,
    run_due_jobs,
    unapplied_migrations,
)

__all__ = [
    "LEASE",
    "LONGEST_JOB",
    "LONGEST_WAIT",
    "BackupError",
    "MovingError",
    "back_up",
    "check_backup",
    "content_status",
    "diagnosis",
    "load_scale",
    "move_database",
    "prune_job_results",
    "readiness",
    "requeue_lost_jobs",
    "restore",
    "run_due_jobs",
    "unapplied_migrations",
    "write_backup",
]
