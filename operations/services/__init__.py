"""What an operator and the clock ask for."""

from operations.services.backups import BackupError, back_up, check_backup, restore, write_backup
from operations.services.content import content_status
from operations.services.dead_letters import DeadLetterError, dead_letters, name_of, set_aside, try_again
from operations.services.diagnosis import diagnosis
from operations.services.metrics import exposition, may_read
from operations.services.moving import MovingError, move_database
from operations.services.readiness import LONGEST_WAIT, readiness, unapplied_migrations
from operations.services.scale import load_scale
from operations.services.telling import tell_operators, tell_that_nobody_works
from operations.services.upkeep import (
    LEASE,
    LONGEST_JOB,
    prune_job_results,
    requeue_lost_jobs,
    run_due_jobs,
)

__all__ = [
    "LEASE",
    "LONGEST_JOB",
    "LONGEST_WAIT",
    "BackupError",
    "DeadLetterError",
    "MovingError",
    "back_up",
    "check_backup",
    "content_status",
    "dead_letters",
    "diagnosis",
    "exposition",
    "load_scale",
    "may_read",
    "move_database",
    "name_of",
    "prune_job_results",
    "readiness",
    "requeue_lost_jobs",
    "restore",
    "run_due_jobs",
    "set_aside",
    "tell_operators",
    "tell_that_nobody_works",
    "try_again",
    "unapplied_migrations",
    "write_backup",
]
