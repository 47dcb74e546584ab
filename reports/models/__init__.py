"""Tables of reports: frozen ones, files that are made in the background and kept for a week."""

from reports.models.files import ReportFile, ReportFileQuerySet
from reports.models.snapshots import Snapshot, SnapshotFile, SnapshotQuerySet

__all__ = ["ReportFile", "ReportFileQuerySet", "Snapshot", "SnapshotFile", "SnapshotQuerySet"]
