"""Certificates that are earned: made once, with everything frozen that will ever be printed on them."""

import unicodedata
from calendar import monthrange
from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Sum
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from audit.services import record
from certificates import codes, wording
from certificates.causes import Cause
from certificates.models import Certificate
from certificates.pdf import Words
from certificates.services.designs import design_for, frozen, page_words
from core.errors import DomainError
from core.jobs import enqueue, for_each
from courses.models import Enrolment, Module
from courses.services import allow_refresher
from people.models import Person
from programmes import rules as programme_rules
from programmes.models import ProgrammeCompletion
from workshops import rules as workshop_rules
from workshops.models import Registration

Kind = Certificate.Kind
# So long before a certificate expires its holder may begin to renew it.
REFRESHER = timedelta(days=90)


class CertificateError(DomainError):
    """A rule about certificates was not met."""


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
    return create(
        Certificate(enrolment=earned, person=earned.person, agency=earned.agency),
        subject=module_subject(earned, earned.completion),
        minutes=lesson_minutes(earned),
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
    return create(
        Certificate(registration=earned, person=earned.person, agency=earned.agency),
        subject={
            "kind": "workshop",
            "code": workshop.code,
            "titles": names_by_language(workshop, "title"),
            "proves": _workshop_kind(earned.completion).value,
        },
        minutes=_credited_minutes(earned.completion) if workshop.hours_printed else 0,
        first_day=workshop.starts_on,
        last_day=workshop.ends_on,
        result=earned.completion,
        content_version=workshop.code,
    )


@transaction.atomic
def award_programme(*, completion: ProgrammeCompletion) -> Certificate:
    """Make the certificate of a programme whose rule was met, once, as `award_enrolment` does for a module."""
    locked = ProgrammeCompletion.objects.select_for_update(of=("self",)).select_related("person", "agency", "programme")
    earned = locked.get(pk=completion.pk)
    programme = earned.programme
    existing = Certificate.objects.filter(programme=programme, person=earned.person).first()
    if existing is not None:
        return existing
    day = timezone.localdate(earned.completed_at)
    return create(
        Certificate(programme=programme, person=earned.person, agency=earned.agency),
        subject={
            "kind": "programme",
            "code": programme.code,
            "titles": names_by_language(programme, "title"),
            "proves": _programme_kind(earned.completion).value,
        },
        minutes=earned.minutes if programme.hours_printed else 0,
        first_day=day,
        last_day=day,
        result=earned.completion,
        content_version=programme.code,
    )


def module_subject(enrolment: Enrolment, counted: dict[str, Any] | None) -> dict[str, Any]:
    """What a certificate of a module is about, and what it proves: more where a test was passed."""
    passed = counted is not None and counted["attempt"] is not None
    return {
        "kind": "module",
        "code": enrolment.module.code,
        "titles": module_titles([enrolment.module_id])[enrolment.module_id],
        "proves": (Kind.ACHIEVEMENT if passed else Kind.COMPLETION).value,
    }


def _workshop_kind(counted: dict[str, Any] | None) -> Kind:
    return Kind.ACHIEVEMENT if workshop_rules.is_achievement(counted) else Kind.PARTICIPATION


def _programme_kind(counted: dict[str, Any]) -> Kind:
    return Kind.ACHIEVEMENT if programme_rules.is_achievement(counted) else Kind.COMPLETION


def create(
    certificate: Certificate,
    *,
    subject: dict[str, Any],
    minutes: int,
    first_day: date,
    last_day: date,
    result: dict[str, Any] | None,
    content_version: str,
) -> Certificate:
    """Freeze and store a certificate that was earned; `subject["proves"]` is its kind."""
    person = certificate.person
    certificate.language, certificate.kind = person.language, subject["proves"]
    facts = {
        "content": content_version,
        "holder": holder_names(person, person.name_latin),
        "agency": names_by_language(certificate.agency, "name"),
        "subject": subject,
        "minutes": minutes,
        "dates": {"from": first_day.isoformat(), "to": last_day.isoformat()},
        "result": result,
    }
    freeze(certificate, facts, expires_at=validity_from_now(valid_months(certificate)))
    store(certificate)
    after = {"code": certificate.code, "subject": subject["code"]}
    record("certificates.awarded", obj=certificate, subject=person, after=after)
    return certificate


def freeze(certificate: Certificate, facts: dict[str, Any], *, expires_at: datetime | None) -> None:
    """Give a certificate that is not stored yet its code and every word that will ever be printed on it.

    `facts` are what the payload says about the achievement: see `certificates.wording`.
    """
    now = timezone.now()
    code = codes.new_code()
    issued = {
        "issued": timezone.localdate(now).isoformat(),
        "expires": timezone.localdate(expires_at).isoformat() if expires_at else None,
    }
    certificate.design = design_for(certificate)
    payload = {
        **facts,
        "design": frozen(certificate.design),
        "code": code,
        "dates": {**facts["dates"], **issued},
        "issuer": issuer_names(),
        "site": settings.SITE_ADDRESS.partition("://")[2],
        "address": f"{settings.SITE_ADDRESS}/v/{code}",
    }
    payload["printed"] = wording.page(payload, certificate.language)
    certificate.language = payload["printed"]["language"]
    certificate.code, certificate.payload = code, payload
    certificate.issued_at, certificate.expires_at = now, expires_at


def store(certificate: Certificate) -> None:
    """Store a frozen certificate as pending; a job seals it after this transaction.

    Before it expires the final test of its module may be taken again: from 90 days before, but never in the first half
    of the validity, so that what was just renewed is not renewed again. One that keeps the validity of the certificate
    whose place it takes keeps the refresher, too.
    """
    certificate.save()
    before = certificate.supersedes.expires_at if certificate.supersedes else None
    if certificate.enrolment is not None and before != certificate.expires_at:
        allow_refresher(enrolment=certificate.enrolment, opens_at=_refresher_opens_at(certificate))
    enqueue("certificates.tasks.seal", certificate.pk)


def _refresher_opens_at(certificate: Certificate) -> datetime | None:
    begins, ends = certificate.issued_at, certificate.expires_at
    return max(ends - REFRESHER, ends - (ends - begins) / 2) if ends else None


def valid_months(certificate: Certificate) -> int | None:
    """Return how many months a certificate is valid for, as it is set today for what was earned; None without limit."""
    if certificate.enrolment is not None:
        return certificate.enrolment.module.certificate_months
    if certificate.registration is not None:
        return certificate.registration.workshop.certificate_months
    return certificate.programme.certificate_months if certificate.programme else None


def validity_from_now(months: int | None) -> datetime | None:
    """Return when a certificate that is issued now expires; without months it never does.

    It is valid until the end of the day that is printed on it.
    """
    if not months:
        return None
    return timezone.make_aware(datetime.combine(_months_later(timezone.localdate(), months), time(23, 59, 59)))


def holder_names(person: Person, latin: str) -> dict[str, str]:
    """Return the holder's names as a payload holds them."""
    # One form of each letter, so that й or ё never comes as two characters that a face cannot place.
    names = {"native": person.full_name, "latin": latin}
    return {form: unicodedata.normalize("NFC", name) for form, name in names.items()}


def issuer_names() -> dict[str, str]:
    """Return the name of the site in every language."""
    names = {}
    for language, _label in settings.LANGUAGES:
        with override(language):
            names[language] = _(settings.WAGTAIL_SITE_NAME)
    return names


def names_by_language(instance: Any, name: str) -> dict[str, str]:
    """Return {language: text} of the languages that have one."""
    texts = {language: getattr(instance, f"{name}_{language}") for language, _label in settings.LANGUAGES}
    return {language: text for language, text in texts.items() if text}


def module_titles(keys: Iterable[Any]) -> dict[int, dict[str, str]]:
    """Return {key of the module: {language: title}}; a language without a page has the title that its readers see."""
    titles: dict[int, dict[str, str]] = defaultdict(dict)
    for language, _label in settings.LANGUAGES:
        for module in Module.objects.filter(pk__in=keys).with_title(language):
            titles[module.pk][language] = str(module.title)
    return titles


def lesson_minutes(enrolment: Enrolment) -> int:
    """Minutes of the lessons that the person finished; none where hours do not stand on the certificate."""
    if not enrolment.module.hours_printed:
        return 0
    finished = enrolment.progress.filter(completed_at__isnull=False)
    return finished.aggregate(minutes=Sum("lesson__minutes"))["minutes"] or 0


def _credited_minutes(completion: dict[str, Any] | None) -> int:
    """Minutes credited in required sessions, as they were counted when the rule was met."""
    return int(completion["credited_minutes"]) if completion else 0


def _months_later(day: date, months: int) -> date:
    """Return the same day some months later, or the last day of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def award_missing(*, history: bool = True) -> int:
    """Award whatever is completed and was not announced (a killed process). Idempotent.

    Returns how many certificates were made. history: also of workshops that came from files of earlier years, for
    which people may have certificates on paper: that takes somebody who asks for it.
    """
    enrolments = Enrolment.objects.filter(completed_at__isnull=False, certificates__isnull=True)
    registrations = Registration.objects.filter(completed_at__isnull=False, certificates__isnull=True)
    if not history:
        registrations = registrations.filter(workshop__taken_over__isnull=True)
    # Only their keys are kept: thousands of certificates with every word of theirs would fill the memory.
    awarded = for_each(enrolments, lambda enrolment: award_enrolment(enrolment=enrolment).pk)
    awarded += for_each(registrations, lambda registration: award_registration(registration=registration).pk)
    awarded += for_each(_programmes_without(), lambda completion: award_programme(completion=completion).pk)
    return len(awarded)


def _programmes_without() -> Iterable[ProgrammeCompletion]:
    """Completed programmes that have no certificate yet."""
    issued = Certificate.objects.filter(programme=OuterRef("programme"), person=OuterRef("person"))
    return ProgrammeCompletion.objects.filter(~Exists(issued))


def words_of(certificate: Certificate) -> Words:
    """Return what the page says and how it looks, from the frozen payload alone and the pictures that it names."""
    return page_words(certificate.payload, code=codes.printed(certificate.code), moment=certificate.issued_at)


def undrawable(letters: Iterable[str]) -> Cause:
    """Return the sentence that names letters which no face of the certificate has."""
    return Cause("letters", {"letters": ", ".join(f"{letter} (U+{ord(letter):04X})" for letter in letters)})
