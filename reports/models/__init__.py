"""Tables of reports: frozen ones, files that are made in the background and kept for a week, who is mailed monthly."""

from reports.models.files import ReportFile, ReportFileQuerySet
from reports.models.schedules import ReportSchedule
from reports.models.snapshots import Snapshot, SnapshotFile, SnapshotQuerySet

__all__ = ["ReportFile", "ReportFileQuerySet", "ReportSchedule", "Snapshot", "SnapshotFile", "SnapshotQuerySet"]
