"""Every write of reports: what is read and noted, files that are made in the background, what is frozen."""

from reports.services.reading import (
    ITEM_ANALYSIS,
    audience_of,
    item_analysis_report,
    kind_called,
    read_item_analysis,
    read_report,
    refusals_noted,
)
from reports.services.snapshots import (
    SnapshotError,
    content_of,
    correct_snapshot,
    files_with_hash,
    freeze_for_everybody,
    freeze_report,
    read_snapshot,
    report_of,
)

__all__ = [
    "ITEM_ANALYSIS",
    "SnapshotError",
    "audience_of",
    "content_of",
    "correct_snapshot",
    "files_with_hash",
    "freeze_for_everybody",
    "freeze_report",
    "item_analysis_report",
    "kind_called",
    "read_item_analysis",
    "read_report",
    "read_snapshot",
    "refusals_noted",
    "report_of",
]
