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
    with translation.override(settings.LANGUAGE_CODE), transaction.atomic():
        bad, well = _news(diagnosis())
        if bad or well:
            enqueue("mail.tasks.send_to_operators", *_words(bad, well))
        return [each.name for each in (*bad, *well)]


def tell_that_nobody_works() -> list[str]:
    """Write, without the queue, that nobody works it off: the mail of `tell_operators` would wait in it for ever.

    What no mail server took is news again for the next look. While one dawdles nobody else waits to write something.
    """
    if not settings.OPERATORS:
        return []
    with translation.override(settings.LANGUAGE_CODE):
        found = queue()
        bad, _well = _news([found]) if not found.ok else ([], [])
        if not bad:
            return []
        try:
            write_to_operators(*_words(bad, []))
        except Exception:
            Concern.objects.filter(name=found.name).update(told_at=None)
            raise
        return [found.name]


@transaction.atomic
def _news(findings: Sequence[Finding]) -> tuple[list[Finding], list[Finding]]:
    """Note how things stand, and return what has to be told: what is bad, and what is well again."""
    known = {each.name: each for each in Concern.objects.select_for_update()}
    bad = [each for each in findings if not each.ok and _is_news(each, known)]
    return bad, [each for each in findings if each.ok and _is_over(each, known)]


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


def _words(bad: Sequence[Finding], well: Sequence[Finding]) -> tuple[str, str]:
    """Return the subject and the text of the mail."""
    context = {"bad": bad, "well": well, "site_address": settings.SITE_ADDRESS}
    subject, _newline, text = render_to_string("emails/operations/concerns.txt", context).strip().partition("\n")
    return subject.strip(), text.strip() + "\n"
