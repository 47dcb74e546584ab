"""What recurs, and how often. The scheduler reads this; nothing here runs anything."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True)
class RecurringJob:
    """A job by name. It must be idempotent: after an interruption it may run once more."""

    name: str
    every: timedelta


TIMETABLE = (
    RecurringJob("mail.tasks.send_due", timedelta(minutes=1)),
    RecurringJob("workshops.tasks.follow_clock", timedelta(minutes=1)),
    RecurringJob("workshops.tasks.follow_waiting_lists", timedelta(minutes=1)),
    RecurringJob("assessments.tasks.submit_expired", timedelta(minutes=1)),
    RecurringJob("certificates.tasks.seal_pending", timedelta(minutes=5)),
    RecurringJob("operations.tasks.requeue_lost_jobs", timedelta(minutes=5)),
    RecurringJob("operations.tasks.tell_operators", timedelta(minutes=5)),
    RecurringJob("reports.tasks.go_on_with_lost_files", timedelta(minutes=5)),
    # A day ends at midnight, whenever the scheduler was started.
    RecurringJob("people.tasks.end_roles", timedelta(minutes=15)),
    RecurringJob("courses.tasks.complete_earned", timedelta(minutes=15)),
    RecurringJob("workshops.tasks.complete_earned", timedelta(minutes=15)),
    RecurringJob("programmes.tasks.complete_earned", timedelta(minutes=15)),
    RecurringJob("certificates.tasks.extend_signatures", timedelta(minutes=15)),
    RecurringJob("workshops.tasks.open_waves", timedelta(minutes=15)),
    RecurringJob("courses.tasks.measure_files", timedelta(hours=1)),
    RecurringJob("workshops.tasks.plan_messages", timedelta(hours=1)),
    RecurringJob("courses.tasks.plan_waiting_lists", timedelta(hours=1)),
    RecurringJob("certificates.tasks.plan_reminders", timedelta(hours=6)),
    RecurringJob("courses.tasks.plan_reminders", timedelta(hours=6)),
    RecurringJob("courses.tasks.plan_overdue_lists", timedelta(hours=6)),
    RecurringJob("courses.tasks.forget_answers", timedelta(hours=6)),
    RecurringJob("workshops.tasks.forget_needs", timedelta(hours=6)),
    RecurringJob("assessments.tasks.forget_imported_files", timedelta(hours=6)),
    RecurringJob("courses.tasks.forget_lesson_files", timedelta(hours=6)),
    RecurringJob("reports.tasks.plan_monthly", timedelta(hours=6)),
    RecurringJob("certificates.tasks.forget_files", timedelta(hours=6)),
    RecurringJob("reports.tasks.forget_files", timedelta(days=1)),
    RecurringJob("people.tasks.keep_to_retention", timedelta(days=1)),
    RecurringJob("library.tasks.plan_review_lists", timedelta(hours=6)),
    RecurringJob("library.tasks.note_translations", timedelta(days=1)),
    RecurringJob("operations.tasks.prune", timedelta(days=1)),
    RecurringJob("operations.tasks.back_up", timedelta(days=1)),
)
