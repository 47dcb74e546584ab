"""What the front door writes."""

from functools import partial

from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.utils.translation import gettext as _

from audit.context import current
from core.errors import DomainError
from core.jobs import enqueue
from home.queries import acknowledged_key
from people.models import Account

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
