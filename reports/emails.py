"""Messages about reports: where they and their files are, never what is in them."""

from datetime import date
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import override

from mail.kinds import MONTHLY
from mail.models import Message
from mail.services import plan_message
from people.models import Account
from reports.models import ReportFile, Snapshot


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


def plan_for_coordinator(account: Account, first: date, last: date) -> Message | None:
    """Plan the links to attendance and results of a month; the same month never makes a second message."""
    with override(_language(account)):
        days = urlencode({"first_day": first.isoformat(), "last_day": last.isoformat()})
        return _plan(
            account,
            first,
            "reports/monthly_coordinator",
            {name: f"{_address(name)}?{days}" for name in ("agency_report", "agency_results")},
        )


def plan_for_manager(account: Account, first: date, frozen: Snapshot | None) -> Message | None:
    """Plan the links to what is missing in the data and to the frozen comparison of agencies, if there is one."""
    with override(_language(account)):
        context = {"reports": _address("reports"), "number": "", "frozen": ""}
        if frozen is not None:
            context |= {"number": frozen.number, "frozen": _address("frozen_report", frozen.number)}
        return _plan(account, first, "reports/monthly_manager", context)


def _plan(account: Account, first: date, template: str, context: dict[str, str]) -> Message | None:
    more = {"month": date_format(first, "YEAR_MONTH_FORMAT"), "stop": _address("frozen_reports")}
    return plan_message(
        key=f"reports:{first:%Y-%m}:{account.pk}",
        recipient=account.person,
        template=template,
        context=context | more,
        kind=MONTHLY,
    )


def _language(account: Account) -> str:
    return account.person.language if account.person else settings.LANGUAGE_CODE


def _address(name: str, *args: str) -> str:
    return settings.SITE_ADDRESS + reverse(name, args=args)
