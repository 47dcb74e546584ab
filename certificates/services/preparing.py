"""Certificates that wait for their files: prepared one by one, and somebody is told when one cannot be."""

import logging
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Count
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from audit.models import Event
from audit.services import record
from certificates.causes import Cause, kept, said
from certificates.models import Certificate
from certificates.pdf import missing_letters
from certificates.services.awards import undrawable, words_of
from certificates.services.keys import KeysError, current_keys
from certificates.services.sealing import note_failure, seal
from core.jobs import enqueue, for_each
from mail.services import plan_message
from people.models import Agency, Person, Role, RoleGrant

logger = logging.getLogger(__name__)

# What is written into the log of events once somebody was told, so that nobody is told twice.
_LETTER_TOLD = "certificates.letter_told"
_WAITING_TOLD = "certificates.waiting_told"


def prepare(*, certificate: Certificate) -> Certificate:
    """Seal one certificate, or note why that was not possible; it then waits and is tried again.

    A storage that is full or broken leaves it pending with its code, so that there never is a second number. Who can
    help with a letter that no face has is told once; about keys and storage `tell_of_waiting` tells.
    """
    try:
        after = seal(certificate=certificate)
    except OSError as error:
        logger.exception("The file of certificate %s could not be stored", certificate.code)
        after = _note_unstored(certificate, error)
    if after.sealed_at is None and letters_of(after):
        _tell_of_letter(after)
    return after


def prepare_pending() -> int:
    """Prepare whatever waits, and tell those who can help with what could not be. Idempotent.

    Returns how many were sealed. Raises SomeFailedError at the end when something broke that nobody foresaw.
    """
    waiting = Certificate.objects.unsealed().order_by("issued_at", "pk")
    try:
        current_keys()
        # What thousands of certificates say is never in memory at once: `prepare` reads one after the other.
        return sum(for_each(list(waiting.only("code")), _is_prepared))
    except KeysError as error:
        # Without keys nothing is drawn in vain; what waits for a letter keeps saying so.
        waiting.filter(failure="").update(failure=kept(error.message))
        return 0
    finally:
        tell_of_waiting()


def _is_prepared(certificate: Certificate) -> bool:
    return prepare(certificate=certificate).sealed_at is not None


def _note_unstored(certificate: Certificate, error: OSError) -> Certificate:
    reason = error.strerror or type(error).__name__
    return note_failure(certificate, Cause("storage", {"reason": reason}))


def letters_of(certificate: Certificate) -> list[str]:
    """Return the letters on a certificate that no face has; one that was erased has no letters at all."""
    return list(missing_letters(words_of(certificate))) if certificate.payload else []


def why_waiting(certificate: Certificate) -> str:
    """Return why a certificate could not be prepared, in the active language; may be empty."""
    return said(certificate.failure)


def waiting_by_cause() -> list[tuple[str, int]]:
    """Return (why, how many) of the certificates that wait for their files; "" is for those whose turn comes."""
    found = Certificate.objects.unsealed().order_by().values_list("failure").annotate(count=Count("pk"))
    causes = {said(failure): count for failure, count in found}
    return sorted(causes.items(), key=lambda cause: (-cause[1], cause[0]))


@transaction.atomic
def _tell_of_letter(certificate: Certificate) -> None:
    """Tell coordinators of the agency, managers and the operator which letter it is and what to do. Once."""
    locked = Certificate.objects.select_for_update(of=("self",)).select_related("agency", "person")
    found = locked.get(pk=certificate.pk)
    if _was_told(_LETTER_TOLD, found):
        return
    letters = letters_of(found)
    for recipient in {each.pk: each for each in (*coordinators_of(found.agency), *managers())}.values():
        with override(recipient.language):
            context = {"holder": found.person.full_name, "letters": str(undrawable(letters)), "page": _page(found)}
        plan_message(
            key=f"certificate:{found.code}:letter:{recipient.pk}",
            recipient=recipient,
            template="certificates/letter",
            context=context,
        )
    with override(settings.LANGUAGE_CODE):
        _tell_operator(_("A certificate waits for a letter"), [f"{undrawable(letters)} {_page(found)}"])
    record(_LETTER_TOLD, obj=found, subject=found.person, after={"letters": len(letters)})


@transaction.atomic
def tell_of_waiting() -> int:
    """Tell managers and the operator, once a day, that certificates wait for keys or storage.

    Returns how many wait for something else than a letter.
    """
    failed = Certificate.objects.unsealed().exclude(failure="").order_by("issued_at", "pk")
    waiting = [(each.pk, each.failure) for each in failed.iterator(chunk_size=500) if not letters_of(each)]
    if not waiting:
        return 0
    # Whoever was told today about the one that waits longest knows.
    oldest = Certificate.objects.select_for_update(of=("self",)).get(pk=waiting[0][0])
    if _was_told(_WAITING_TOLD, oldest, since=_midnight()):
        return len(waiting)
    causes = sorted({failure for _pk, failure in waiting})
    page = settings.SITE_ADDRESS + reverse("runs")
    for manager in managers():
        with override(manager.language):
            sentences = [said(cause) for cause in causes]
        plan_message(
            key=f"certificates:waiting:{timezone.localdate()}:{oldest.pk}:{manager.pk}",
            recipient=manager,
            template="certificates/waiting",
            context={"count": len(waiting), "sentences": sentences, "page": page},
        )
    with override(settings.LANGUAGE_CODE):
        _tell_operator(_("Certificates wait, and none of them is issued"), [*map(said, causes), page])
    record(_WAITING_TOLD, obj=oldest, after={"waiting": len(waiting), "causes": causes})
    return len(waiting)


def _midnight() -> datetime:
    return timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)


def _was_told(action: str, certificate: Certificate, since: datetime | None = None) -> bool:
    told = Event.objects.filter(
        object_type=Certificate._meta.label,
        object_id=str(certificate.pk),
        action=action,
        **({"at__gte": since} if since else {}),
    )
    return told.exists()


def _tell_operator(subject: str, lines: Sequence[str]) -> None:
    enqueue("mail.tasks.send_to_support", subject, "\n".join(lines), "")


def _page(certificate: Certificate) -> str:
    return settings.SITE_ADDRESS + reverse("certificate", args=[certificate.code])


def coordinators_of(agency: Agency) -> list[Person]:
    """Return who coordinates an agency today, directly or from above."""
    above = [int(each) for each in agency.path.strip("/").split("/")] if agency.path else [agency.pk]
    return _holding(role=Role.COORDINATOR, agency__in=above)


def managers() -> list[Person]:
    """Return the programme managers of today, or the administrators where there are none."""
    return _holding(role=Role.MANAGER) or _holding(role=Role.ADMINISTRATOR)


def _holding(**grant: Any) -> list[Person]:
    grants = RoleGrant.objects.active().filter(account__is_active=True, **grant)
    return list(Person.objects.filter(account__in=grants.values("account")).order_by("pk"))
