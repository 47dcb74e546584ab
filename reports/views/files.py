"""A report as a file that the browser saves, or that takes long."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from people.models import Account
from reports import formats, queries, services
from reports.columns import Report


def file_of(request: HttpRequest, account: Account, report: Report, kind: str) -> HttpResponse:
    """Return the report as a file, or, if it takes long, go where it can be asked for."""
    if not services.is_long(report, kind):
        return file_response(account, report, kind)
    asked = request.GET.copy()
    asked["report"] = report.name
    return redirect(f"{reverse('report_file_new')}?{asked.urlencode()}")


def file_response(account: Account, report: Report, kind: str) -> HttpResponse:
    """Return the report as a file of a kind of `formats.TYPES`, named after what was asked for."""
    now = timezone.localtime().replace(tzinfo=None)
    making = formats.Making(account.get_full_name(), now, queries.number_of(report))
    response = HttpResponse(formats.rendered(report, kind, making), content_type=formats.TYPES[kind])
    codes = "-".join(("", *report.filters.values()))
    response["Content-Disposition"] = f'attachment; filename="{report.name}{codes}.{kind}"'
    return response
