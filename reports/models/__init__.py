"""Tables of reports: files that are made in the background and kept for a week."""

from reports.models.files import ReportFile, ReportFileQuerySet

__all__ = ["ReportFile", "ReportFileQuerySet"]
