"""What the front door writes."""

from datetime import datetime
from functools import partial

from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from audit.context import current
from core.errors import DomainError
from core.jobs import enqueue
from core.pdf.document import About
from core.pdf.tables import Column, Paper, draw
from home.queries import Earned, acknowledged_key, transcript
from people.models import Account, Person

# A subject line stays one line, whatever somebody pastes.
LONGEST_SUBJECT = 80
# A whole hall may report the same problem from one address; a script may not fill the mailbox.
REPORTS_AN_HOUR = 30
HOUR = 60 * 60


class TooManyReportsError(DomainError):
    """More reports came from one network address than people write."""


def report_problem(*, text: str, address: str, browser: str, account: Account | None, email: str = "") -> None:
    """Tell the people who help what went wrong, where, and in which browser.

    Raises TooManyReportsError above 30 an hour from one network address.
    """
    key = f"problem:{current().address_hash}"
    cache.add(key, 0, HOUR)
    if cache.incr(key) > REPORTS_AN_HOUR:
        raise TooManyReportsError(_("Many reports came from your network just now. Please try again in an hour."))
    sender = account.email if account else email
    first_line = text.strip().splitlines()[0][:LONGEST_SUBJECT]
    lines = [
        text.strip(),
        "",
        _("Page: %(address)s") % {"address": address},
        _("Browser: %(browser)s") % {"browser": browser},
        _("From: %(sender)s") % {"sender": sender or "–"},
    ]
    enqueue("mail.tasks.send_to_support", _("Problem: %(text)s") % {"text": first_line}, "\n".join(lines), sender)


def forget_acknowledged() -> None:
    """Let the foot of the pages ask anew who stands behind the Academy, once what was changed is committed."""
    keys = [acknowledged_key(code) for code, _name in settings.LANGUAGES]
    transaction.on_commit(partial(cache.delete_many, keys))


def transcript_pdf(*, person: Person, language: str) -> bytes:
    """Return what a person has earned as a tagged PDF in the language of the page."""
    earned, now = transcript(person, language), timezone.now()
    title = _("Transcript")
    kinds = [(_("Module"), earned.modules), (_("Workshop"), earned.workshops), (_("Programme"), earned.programmes)]
    rows = [_row(kind, each) for kind, found in kinds for each in found]
    return draw(
        Paper(
            about=About(
                title=title,
                subject=person.full_name,
                author=_("Migration Health Academy"),
                language=language,
                identifier=f"transcript-{person.public_code}",
                moment=now,
            ),
            title=title,
            facts=[(_("Person"), person.full_name), (_("Date"), _day(now))],
            columns=[
                Column(_("What"), 5),
                Column(_("Completed"), 3),
                Column(_("What was counted"), 5),
                Column(_("Certificate"), 3),
            ],
            rows=rows,
            closing=[_("Whether a certificate is valid is said under its code at %(address)s.") % _where()],
            page_of=lambda page, pages: _("Page %(number)s of %(total)s") % {"number": page, "total": pages},
        )
    )


def _day(moment: datetime) -> str:
    return date_format(timezone.localtime(moment), "DATE_FORMAT")


def _where() -> dict[str, str]:
    return {"address": settings.SITE_ADDRESS + reverse("verify_search")}


def _row(kind: str, earned: Earned) -> list[str]:
    code = f"{earned.certificate.code} ({earned.standing})" if earned.certificate else "–"
    counted = "; ".join(str(line.text) for line in earned.counted) or "–"
    when = f"{_day(earned.when)}, {earned.agency}"
    return [f"{kind}: {earned.title}", when, counted, code]
