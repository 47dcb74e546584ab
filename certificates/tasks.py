"""Background jobs."""

from certificates import services
from certificates.models import Certificate, Run


def seal(pk: int) -> None:
    """Prepare one certificate; a second run changes nothing. What could not be prepared waits for `seal_pending`."""
    services.prepare(certificate=Certificate.objects.get(pk=pk))


def seal_pending() -> None:
    """Award what was missed, prepare whatever waits, also what failed before, and go on with lost runs."""
    services.award_missing(history=False)
    services.renew_missing()
    services.prepare_pending()
    services.go_on_with_lost_runs()


def work_on_run(pk: int) -> None:
    """Do a portion of a run and ask for the next one."""
    services.work_portion(run=Run.objects.get(pk=pk))


def extend_signatures() -> None:
    """Put what keeps signatures valid for long behind those that do not have it yet."""
    services.extend_waiting()


def plan_reminders() -> None:
    """Plan the reminders of certificates that will expire."""
    services.plan_reminders()


def forget_files() -> None:
    """Remove files that nobody may keep any more."""
    services.remove_erased_files()
    services.forget_papers()
