"""A report as a file that the browser saves."""

from django.http import HttpResponse
from django.utils import timezone

from people.models import Account
from reports import formats, queries
from reports.columns import Report


def file_response(account: Account, report: Report, kind: str) -> HttpResponse:
    """Return the report as a file of a kind of `formats.TYPES`, named after what was asked for."""
    now = timezone.localtime().replace(tzinfo=None)
    making = formats.Making(account.get_full_name(), now, queries.number_of(report))
    response = HttpResponse(formats.rendered(report, kind, making), content_type=formats.TYPES[kind])
    codes = "-".join(("", *report.filters.values()))
    response["Content-Disposition"] = f'attachment; filename="{report.name}{codes}.{kind}"'
    return response
