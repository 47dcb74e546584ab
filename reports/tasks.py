"""Background jobs: files that take long, the monthly message."""

from django.utils import timezone

from reports import services
from reports.models import ReportFile


def make_file(pk: int) -> None:
    """Make a file; a second run changes nothing, and one that was removed meanwhile needs none."""
    file = ReportFile.objects.filter(pk=pk).first()
    if file is not None:
        services.make_file(file=file)


def go_on_with_lost_files() -> None:
    """Begin again what a killed worker left half done."""
    services.go_on_with_lost_files()


def forget_files() -> None:
    """Remove files whose week is over."""
    services.forget_files()


def plan_monthly() -> None:
    """Freeze what managers compare and plan the mail about the month before; every other run changes nothing."""
    services.plan_monthly(today=timezone.localdate())
