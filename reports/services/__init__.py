"""Every write of reports: what is read and noted, files that are made in the background, what is frozen."""

from reports.services.files import (
    FileError,
    ask_for_file,
    cancel_file,
    forget_files,
    go_on_with_lost_files,
    is_long,
    make_again,
    make_file,
    most_at_once,
    open_file,
)
from reports.services.foretelling import foretell_reports
from reports.services.reading import (
    audience_of,
    kind_called,
    read_report,
    refusals_noted,
)
from reports.services.schedules import is_mailed_monthly, plan_monthly
from reports.services.snapshots import (
    SnapshotError,
    can_be_frozen,
    content_of,
    correct_snapshot,
    files_with_hash,
    freeze_for_everybody,
    freeze_report,
    frozen_before,
    read_snapshot,
    report_of,
)

__all__ = [
    "FileError",
    "SnapshotError",
    "ask_for_file",
    "audience_of",
    "can_be_frozen",
    "cancel_file",
    "content_of",
    "correct_snapshot",
    "files_with_hash",
    "foretell_reports",
    "forget_files",
    "freeze_for_everybody",
    "freeze_report",
    "frozen_before",
    "go_on_with_lost_files",
    "is_long",
    "is_mailed_monthly",
    "kind_called",
    "make_again",
    "make_file",
    "most_at_once",
    "open_file",
    "plan_monthly",
    "read_report",
    "read_snapshot",
    "refusals_noted",
    "report_of",
]
