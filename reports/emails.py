"""Messages about files of reports: where they are, never the files."""

from django.conf import settings
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import override

from mail.models import Message
from mail.services import plan_message
from reports.models import ReportFile


def plan_file_ready(file: ReportFile) -> Message | None:
    """Plan the message that a file can be fetched, and until when; a file that is made again has another one."""
    person = file.account.person
    if person is None or file.expires_at is None or file.made_at is None:
        return None
    with override(person.language):
        context = {
            "title": file.title,
            "page": settings.SITE_ADDRESS + reverse("report_file", args=[file.pk]),
            "day": date_format(localtime(file.expires_at), "DATE_FORMAT"),
        }
    key = f"report-file:{file.pk}:{file.made_at:%Y%m%d%H%M%S}"
    return plan_message(key=key, recipient=person, template="reports/file_ready", context=context)
