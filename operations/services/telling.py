"""Operators are told by mail when something turns bad, once a day as long as it is, and when it is well again."""

from collections.abc import Sequence
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone, translation

from core.jobs import enqueue
from mail.services import write_to_operators
from operations.findings import Finding
from operations.models import Concern
from operations.services.diagnosis import diagnosis
from operations.services.readiness import queue

AGAIN = timedelta(days=1)


def tell_operators() -> list[str]:
    """Look at everything, and write about what is new. Returns the names of what the mail is about."""
    if not settings.OPERATORS:
        return []
    with translation.override(settings.LANGUAGE_CODE):
        return _tell(diagnosis(), by_queue=True)


def tell_that_nobody_works() -> list[str]:
    """Write, without the queue, that nobody works it off: the mail of `tell_operators` would wait in it for ever."""
    if not settings.OPERATORS:
        return []
    with translation.override(settings.LANGUAGE_CODE):
        found = queue()
        return [] if found.ok else _tell([found], by_queue=False)


@transaction.atomic
def _tell(findings: Sequence[Finding], *, by_queue: bool) -> list[str]:
    known = {each.name: each for each in Concern.objects.select_for_update()}
    bad = [each for each in findings if not each.ok and _is_news(each, known)]
    well = [each for each in findings if each.ok and _is_over(each, known)]
    if bad or well:
        _write(bad, well, by_queue=by_queue)
    return [each.name for each in (*bad, *well)]


def _is_news(finding: Finding, known: dict[str, Concern]) -> bool:
    """Note that something is bad; whether nobody was told about it for a day."""
    now = timezone.now()
    concern = known.get(finding.name) or Concern(name=finding.name, since=now)
    if not concern.is_open:
        concern.is_open, concern.since = True, now
    news = concern.told_at is None or now - concern.told_at >= AGAIN
    if news:
        concern.told_at = now
    concern.save()
    return news


def _is_over(finding: Finding, known: dict[str, Concern]) -> bool:
    """Note that something is well again; whether operators had been told that it was not."""
    concern = known.get(finding.name)
    if concern is None or not concern.is_open:
        return False
    concern.is_open = False
    concern.save()
    return concern.told_at is not None and concern.told_at >= concern.since


def _write(bad: Sequence[Finding], well: Sequence[Finding], *, by_queue: bool) -> None:
    context = {"bad": bad, "well": well, "site_address": settings.SITE_ADDRESS}
    subject, _newline, text = render_to_string("emails/operations/concerns.txt", context).strip().partition("\n")
    if by_queue:
        enqueue("mail.tasks.send_to_operators", subject.strip(), text.strip() + "\n")
    else:
        write_to_operators(subject.strip(), text.strip() + "\n")
