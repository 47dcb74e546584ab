"""Pages of reports: `kinds` for any of them by name with the `parts` around its rows, `agencies` for the two with pages
of their own, `frozen` for those on record, `prepared` for files that take long."""

from reports.views.agencies import agency_report, agency_results
from reports.views.frozen import (
    correct_frozen,
    freeze_report,
    frozen_file,
    frozen_report,
    frozen_reports,
    monthly_mail,
    verify_frozen,
)
from reports.views.kinds import report, reports
from reports.views.prepared import report_file, report_file_download, report_file_new, report_files

__all__ = [
    "agency_report",
    "agency_results",
    "correct_frozen",
    "freeze_report",
    "frozen_file",
    "frozen_report",
    "frozen_reports",
    "monthly_mail",
    "report",
    "report_file",
    "report_file_download",
    "report_file_new",
    "report_files",
    "reports",
    "verify_frozen",
]
