"""A report as a file: XLSX, CSV, JSON or PDF, in the language that is active. Values in, bytes out."""

from reports.columns import Report
from reports.formats.making import Making, Tell, nobody
from reports.formats.papers import to_pdf
from reports.formats.plain import to_csv, to_json
from reports.formats.workbooks import to_xlsx

__all__ = ["TYPES", "Making", "Tell", "rendered", "to_csv", "to_json", "to_pdf", "to_xlsx"]

TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "pdf": "application/pdf",
}


def rendered(report: Report, kind: str, making: Making, tell: Tell = nobody) -> bytes:
    """Return the report as a file of a kind of `TYPES`; `tell` hears how many rows are written."""
    if kind == "xlsx":
        return to_xlsx(report, making, tell)
    if kind == "csv":
        return to_csv(report, tell)
    return to_pdf(report, making) if kind == "pdf" else to_json(report)
