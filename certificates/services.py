"""Every write about certificates: earned, sealed, suspended, revoked, reinstated."""

import hashlib
import unicodedata
from calendar import monthrange
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import QuerySet, Sum
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from audit.services import record
from certificates import codes, wording
from certificates.emails import plan_ready
from certificates.models import Certificate
from certificates.pdf import MissingLetterError, Words, draw
from core.errors import DomainError
from core.jobs import enqueue, for_each
from courses.models import Enrolment, Module
from people.models import Account, Person
from workshops.models import Registration

# Which drawing a payload was made for. A new design is a new number; sealed certificates keep theirs.
DESIGN_VERSION = 1


class CertificateError(DomainError):
    """A rule about certificates was not met."""


# --- Earned ---------------------------------------------------------------------------------------------------------


@transaction.atomic
def award_enrolment(*, enrolment: Enrolment) -> Certificate:
    """Make the certificate of a completed module, once, with everything frozen that will ever be printed on it.

    Runs inside the transaction that completes the enrolment; the PDF is made by a job after it. A certificate that
    exists is returned whatever became of it: what was revoked is not issued again by repeating the announcement.
    Raises CertificateError when the enrolment is not completed.
    """
    locked = Enrolment.objects.select_for_update(of=("self",)).select_related("person", "agency", "module")
    earned = locked.get(pk=enrolment.pk)
    existing = earned.certificates.first()
    if existing is not None:
        return existing
    if earned.completed_at is None:
        raise CertificateError(_("This module is not completed yet."))
    return _create(
        Certificate(kind=Certificate.Kind.COMPLETION, enrolment=earned, person=earned.person, agency=earned.agency),
        valid_months=earned.module.certificate_months,
        subject={"kind": "module", "code": earned.module.code, "titles": _module_titles(earned.module)},
        minutes=_lesson_minutes(earned),
        first_day=timezone.localdate(earned.completed_at),
        last_day=timezone.localdate(earned.completed_at),
        result=earned.completion,
        content_version=f"{earned.module.code} {earned.module.content_version}, rule {earned.rule_version}",
    )


@transaction.atomic
def award_registration(*, registration: Registration) -> Certificate:
    """Make the certificate of a workshop whose rule was met, once, as `award_enrolment` does for a module."""
    locked = Registration.objects.select_for_update(of=("self",)).select_related("person", "agency", "workshop")
    earned = locked.get(pk=registration.pk)
    existing = earned.certificates.first()
    if existing is not None:
        return existing
    if earned.completed_at is None:
        raise CertificateError(_("The conditions of this workshop are not met yet."))
    workshop = earned.workshop
    return _create(
        Certificate(
            kind=Certificate.Kind.PARTICIPATION, registration=earned, person=earned.person, agency=earned.agency
        ),
        valid_months=None,
        subject={"kind": "workshop", "code": workshop.code, "titles": _by_language(workshop, "title")},
        minutes=_credited_minutes(earned.completion),
        first_day=workshop.starts_on,
        last_day=workshop.ends_on,
        result=earned.completion,
        content_version=workshop.code,
    )


def _create(
    certificate: Certificate,
    *,
    valid_months: int | None,
    subject: dict[str, Any],
    minutes: int,
    first_day: date,
    last_day: date,
    result: dict[str, Any] | None,
    content_version: str,
) -> Certificate:
    person, agency = certificate.person, certificate.agency
    now = timezone.now()
    expires_at = _months_later(now, valid_months) if valid_months else None
    code = codes.new_code()
    payload = {
        "design": DESIGN_VERSION,
        "content": content_version,
        "code": code,
        "holder": _holder(person),
        "agency": _by_language(agency, "name"),
        "subject": subject,
        "minutes": minutes,
        "dates": {
            "from": first_day.isoformat(),
            "to": last_day.isoformat(),
            "issued": timezone.localdate(now).isoformat(),
            "expires": timezone.localdate(expires_at).isoformat() if expires_at else None,
        },
        "result": result,
        "issuer": _issuer_names(),
        "site": settings.SITE_ADDRESS.partition("://")[2],
        "address": f"{settings.SITE_ADDRESS}/v/{code}",
    }
    with override(person.language):
        payload["printed"] = wording.printed(payload)
    certificate.code, certificate.language, certificate.payload = code, person.language, payload
    certificate.issued_at, certificate.expires_at = now, expires_at
    certificate.save()
    record("certificates.awarded", obj=certificate, subject=person, after={"code": code, "subject": subject["code"]})
    enqueue("certificates.tasks.seal", certificate.pk)
    return certificate


def _holder(person: Person) -> dict[str, str]:
    # One form of each letter, so that й or ё never comes as two characters that a face cannot place.
    names = {"native": person.full_name, "latin": person.name_latin}
    return {form: unicodedata.normalize("NFC", name) for form, name in names.items()}


def _issuer_names() -> dict[str, str]:
    """Return the name of the site in every language."""
    names = {}
    for language, _label in settings.LANGUAGES:
        with override(language):
            names[language] = _(settings.WAGTAIL_SITE_NAME)
    return names


def _by_language(instance: Any, name: str) -> dict[str, str]:
    """Return {language: text} of the languages that have one."""
    texts = {language: getattr(instance, f"{name}_{language}") for language, _label in settings.LANGUAGES}
    return {language: text for language, text in texts.items() if text}


def _module_titles(module: Module) -> dict[str, str]:
    """Return {language: title}; a language without a page of its own has the title that its readers see."""
    return {language: _module_title(module, language) for language, _label in settings.LANGUAGES}


def _module_title(module: Module, language: str) -> str:
    titled: Any = Module.objects.with_title(language).get(pk=module.pk)
    return str(titled.title)


def _lesson_minutes(enrolment: Enrolment) -> int:
    """Minutes of the lessons that the person finished."""
    finished = enrolment.progress.filter(completed_at__isnull=False)
    return finished.aggregate(minutes=Sum("lesson__minutes"))["minutes"] or 0


def _credited_minutes(completion: dict[str, Any] | None) -> int:
    """Minutes credited in required sessions, as they were counted when the rule was met."""
    return int(completion["credited_minutes"]) if completion else 0


def _months_later(moment: datetime, months: int) -> datetime:
    """Return the same day some months later, or the last day of a shorter month."""
    year, month = divmod(moment.year * 12 + moment.month - 1 + months, 12)
    day = min(moment.day, monthrange(year, month + 1)[1])
    return moment.replace(year=year, month=month + 1, day=day)


def award_missing() -> int:
    """Award whatever is completed and was not announced (a killed process, imported history). Idempotent.

    Returns how many certificates were made.
    """
    enrolments = Enrolment.objects.filter(completed_at__isnull=False, certificates__isnull=True)
    registrations = Registration.objects.filter(completed_at__isnull=False, certificates__isnull=True)
    awarded = for_each(enrolments, lambda enrolment: award_enrolment(enrolment=enrolment))
    awarded += for_each(registrations, lambda registration: award_registration(registration=registration))
    return len(awarded)


# --- Sealed ---------------------------------------------------------------------------------------------------------


def seal(*, certificate: Certificate) -> Certificate:
    """Make the PDF from the payload alone, store it with its hash, and tell the holder. Once.

    A letter that no face of the certificate has leaves the certificate pending, with the letter named in `failure`.
    """
    # Drawn before the row is locked: the payload never changes, and nobody waits for the drawing.
    pending = Certificate.objects.unsealed().filter(pk=certificate.pk).first()
    if pending is None:
        return Certificate.objects.get(pk=certificate.pk)
    try:
        data = draw(words_of(pending))
    except MissingLetterError as error:
        return _note_failure(pending, error)
    return _store(pending, data)


def words_of(certificate: Certificate) -> Words:
    """Return what the page says, from the frozen payload alone."""
    printed = certificate.payload["printed"]
    facts = tuple((label, value) for label, value in printed["facts"])
    code = codes.printed(certificate.code)
    return Words(**{**printed, "facts": facts, "code": code, "moment": certificate.issued_at})


def _note_failure(certificate: Certificate, error: MissingLetterError) -> Certificate:
    letters = ", ".join(f"{letter} (U+{ord(letter):04X})" for letter in error.letters)
    certificate.failure = _("The typeface of the certificate cannot draw: %(letters)s.") % {"letters": letters}
    certificate.save(update_fields=["failure"])
    return certificate


@transaction.atomic
def _store(certificate: Certificate, data: bytes) -> Certificate:
    locked = Certificate.objects.select_for_update(of=("self",)).select_related("person").get(pk=certificate.pk)
    if locked.sealed_at is not None or locked.revoked_at is not None:
        return locked
    # A process killed between file and commit may have left the file behind; nothing refers to it yet.
    locked.pdf.storage.delete(f"certificates/{locked.code}.pdf")
    locked.pdf.save(f"{locked.code}.pdf", ContentFile(data), save=False)
    locked.pdf_sha256 = hashlib.sha256(data).hexdigest()
    locked.sealed_at = timezone.now()
    locked.failure = ""
    locked.save(update_fields=["pdf", "pdf_sha256", "sealed_at", "failure"])
    record("certificates.sealed", obj=locked, subject=locked.person, after={"sha256": locked.pdf_sha256})
    plan_ready(locked)
    return locked


def seal_pending() -> int:
    """Seal whatever waits for it; returns how many were sealed. Idempotent."""
    sealed = for_each(list(Certificate.objects.unsealed()), lambda certificate: seal(certificate=certificate))
    return sum(certificate.sealed_at is not None for certificate in sealed)


# --- Standing -------------------------------------------------------------------------------------------------------


@transaction.atomic
def suspend(*, certificate: Certificate, reason: str, actor: Account) -> Certificate:
    """Take a certificate out of force for the time being. The reason is public."""
    locked = _locked(certificate)
    if locked.revoked_at is not None or locked.superseded_at is not None:
        raise CertificateError(_("This certificate is no longer in force, so it cannot be suspended."))
    if locked.suspended_at is None:
        locked.suspended_at = timezone.now()
        _change_standing(locked, "certificates.suspended", reason, actor)
    return locked


@transaction.atomic
def revoke(*, certificate: Certificate, reason: str, actor: Account) -> Certificate:
    """Take a certificate out of force. It stays verifiable as revoked, with the reason, which is public."""
    locked = _locked(certificate)
    if locked.revoked_at is None:
        locked.revoked_at = timezone.now()
        _change_standing(locked, "certificates.revoked", reason, actor)
    return locked


@transaction.atomic
def reinstate(*, certificate: Certificate, reason: str, actor: Account) -> Certificate:
    """Put a suspended or revoked certificate back in force."""
    locked = _locked(certificate)
    if locked.suspended_at is None and locked.revoked_at is None:
        return locked
    if _siblings(locked).filter(revoked_at__isnull=True, superseded_at__isnull=True).exists():
        raise CertificateError(_("Another certificate for the same achievement is in force."))
    locked.suspended_at = locked.revoked_at = None
    _change_standing(locked, "certificates.reinstated", reason, actor)
    return locked


def _locked(certificate: Certificate) -> Certificate:
    return Certificate.objects.select_for_update(of=("self",)).select_related("person").get(pk=certificate.pk)


def _siblings(certificate: Certificate) -> QuerySet[Certificate]:
    """Other certificates of the same enrolment or registration."""
    same = Certificate.objects.filter(enrolment=certificate.enrolment_id, registration=certificate.registration_id)
    return same.exclude(pk=certificate.pk)


def _change_standing(certificate: Certificate, action: str, reason: str, actor: Account) -> None:
    if not reason.strip():
        raise CertificateError(_("Give a reason: whoever checks the certificate will read it."))
    certificate.status_reason, certificate.status_by = reason.strip(), actor
    certificate.save(update_fields=["suspended_at", "revoked_at", "status_reason", "status_by"])
    record(
        action,
        obj=certificate,
        actor=actor,
        subject=certificate.person,
        after={"status": certificate.status},
        reason=certificate.status_reason,
    )
