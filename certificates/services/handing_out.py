"""Certificates of an agency's people, handed out together: as files, as a table, and on a list to sign.

Every file is the sealed one, byte for byte, and is called after the holder whom its own record names.
"""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Case, Count, Value, When
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from audit.services import record
from certificates import codes, file_names, lists, wording
from certificates.models import Certificate, CertificateQuerySet
from certificates.services.awards import CertificateError
from core.contents import kind_by_name
from core.pdf.document import About
from core.pdf.tables import draw
from courses.models import Module
from people.models import Account, Agency, Person
from programmes.models import Programme
from workshops.models import Workshop

logger = logging.getLogger(__name__)

# A ZIP of so many is some 40 MB: what a slow line still brings home in one go.
AT_ONCE = 500
# What a certificate can be about, by the word that stands in an address: the way to its code.
SUBJECTS = {
    "module": "enrolment__module__code",
    "workshop": "registration__workshop__code",
    "programme": "programme__code",
    "paper": "paper__pk",
}


class FileLostError(CertificateError):
    """A sealed file is not where it is kept, or cannot be read there."""


@dataclass(frozen=True)
class Asked:
    """Which certificates are meant; empty is all. `subject` is "module:M1", "workshop:IW-01" and the like.

    `person` is what somebody typed of the holder's name or e-mail.
    """

    person: str = ""
    agency: Agency | None = None
    subject: str = ""
    state: str = ""
    first_day: date | None = None
    last_day: date | None = None
    without_email: bool = False

    def __str__(self) -> str:
        """What was asked, as the log of events keeps it: without a name, for it outlives what is erased."""
        days = f"{self.first_day or ''}..{self.last_day or ''}".strip(".")
        by_name = "by name" if self.person else ""
        parts = [by_name, self.agency.code if self.agency else "", self.subject, self.state, days]
        return " ".join(filter(None, [*parts, "without e-mail" if self.without_email else ""]))


# --- Choosing ---------------------------------------------------------------------------------------------------------
def certificates_of_agencies(account: Account) -> CertificateQuerySet:
    """Return what people earned for the agencies whose named people the account may read."""
    agencies = Agency.objects.visible_to(account).values("pk")
    return Certificate.objects.visible_to(account).filter(agency__in=agencies)


def chosen(certificates: CertificateQuerySet, asked: Asked) -> CertificateQuerySet:
    """Return those of some certificates that were asked for, by the names of their holders."""
    if asked.person:
        certificates = certificates.filter(person__in=Person.objects.search(asked.person).values("pk"))
    if asked.agency is not None:
        certificates = certificates.filter(agency__in=Agency.objects.within(asked.agency).values("pk"))
    kind, _colon, code = asked.subject.partition(":")
    if kind in SUBJECTS:
        certificates = certificates.filter(**{SUBJECTS[kind]: code})
    if asked.state:
        certificates = in_state(certificates, asked.state)
    if asked.first_day:
        certificates = certificates.filter(issued_at__date__gte=asked.first_day)
    if asked.last_day:
        certificates = certificates.filter(issued_at__date__lte=asked.last_day)
    if asked.without_email:
        certificates = certificates.filter(person__email="")
    return certificates.order_by("person__sort_name", "person", "-issued_at", "pk")


def in_state(certificates: CertificateQuerySet, state: str) -> CertificateQuerySet:
    """Return those of some certificates that are in a state now, as `Certificate.status` has it."""
    found: CertificateQuerySet = _with_state(certificates).filter(state_now=state)
    return found


def count_states(certificates: CertificateQuerySet) -> dict[str, int]:
    """Return {state: how many} of some certificates, in one query."""
    found = _with_state(certificates).order_by().values_list("state_now").annotate(count=Count("pk"))
    counts = dict(found)
    return {state: counts[state] for state in Certificate.Status.values if state in counts}


def _with_state(certificates: CertificateQuerySet) -> Any:
    """The same order of questions as `Certificate.status`: the gravest state wins."""
    status = Certificate.Status
    now = Case(
        When(revoked_at__isnull=False, then=Value(status.REVOKED)),
        When(superseded_at__isnull=False, then=Value(status.SUPERSEDED)),
        When(suspended_at__isnull=False, then=Value(status.SUSPENDED)),
        When(sealed_at__isnull=True, then=Value(status.PENDING)),
        When(expires_at__lte=timezone.now(), then=Value(status.EXPIRED)),
        default=Value(status.VALID),
    )
    return certificates.annotate(state_now=now)


def subjects_of(certificates: CertificateQuerySet) -> list[tuple[str, str]]:
    """Return (what stands in an address, what people read) of everything that some certificates are about."""
    language = (get_language() or "en")[:2]
    enrolled = certificates.order_by().values("enrolment__module")
    modules = Module.objects.filter(pk__in=enrolled).with_title(language).order_by("code")
    workshops = Workshop.objects.filter(pk__in=certificates.order_by().values("registration__workshop"))
    programmes = Programme.objects.filter(pk__in=certificates.order_by().values("programme"))
    papers = certificates.filter(paper__isnull=False).order_by("paper__title").values_list("paper", "paper__title")
    return [
        *((f"module:{each.code}", f"{each.code} · {each.title}") for each in modules),
        *(
            (f"workshop:{each.code}", f"{each.code} · {each.title}")
            for each in workshops.order_by("-starts_on", "code")
        ),
        *((f"programme:{each.code}", f"{each.code} · {each.title}") for each in programmes),
        *((f"paper:{pk}", title) for pk, title in papers.distinct()),
    ]


# --- As files ---------------------------------------------------------------------------------------------------------
def archive_of(certificates: CertificateQuerySet, *, actor: Account, asked: Asked) -> Iterator[bytes]:
    """Return the pieces of a ZIP with the sealed files of some certificates and a manifest of all of them.

    Recorded for every person before anything is sent. Raises CertificateError when there are more than AT_ONCE, or none
    with a file.
    """
    found = list(certificates.select_related("person", "agency")[: AT_ONCE + 1])
    if len(found) > AT_ONCE:
        raise CertificateError(
            _("A ZIP holds at most %(count)d certificates. Choose a module, a workshop or a period.")
            % {"count": AT_ONCE}
        )
    if not any(has_file(each) for each in found):
        raise CertificateError(_("None of these certificates has a file yet."))
    _record_download(actor, "zip", asked, found)
    return lists.archive(_entries(found), timezone.localtime())


def has_file(certificate: Certificate) -> bool:
    """Whether there is a sealed file: made already, and not erased."""
    return certificate.sealed_at is not None and certificate.erased_at is None and bool(certificate.pdf)


def sealed_file(certificate: Certificate) -> bytes:
    """Return the sealed file, byte for byte. Raises FileLostError where it cannot be read, which the log tells."""
    name = str(certificate.pdf.name or f"no file of {certificate.code}")
    try:
        with certificate.pdf.storage.open(name, "rb") as file:
            content: bytes = file.read()
    except OSError as error:
        logger.exception("The file of certificate %s could not be read", certificate.code)
        raise FileLostError(_("The file of this certificate cannot be read where it is kept.")) from error
    return content


def _entries(certificates: Sequence[Certificate]) -> Iterator[tuple[str, bytes]]:
    """The files one after the other, then the manifest, which also names those that could not be read."""
    lines = []
    for certificate in certificates:
        ending = kind_by_name(str(certificate.pdf.name))
        name = file_names.plain(certificate.payload, certificate.code, ending) if has_file(certificate) else ""
        if name:
            try:
                content = sealed_file(certificate)
            except FileLostError:
                name = ""
            else:
                yield name, content
        lines.append(manifest_line(certificate, name))
    yield "manifest.csv", lists.manifest(lines)


def manifest_line(certificate: Certificate, file: str) -> dict[str, str]:
    """Return the line of a manifest; `file` is the name beside it, empty when there is no file."""
    payload = certificate.payload or {}
    dates = payload.get("dates") or {}
    return {
        "code": certificate.code,
        "file": file,
        "sha256": certificate.pdf_sha256,
        "status": certificate.status,
        "kind": certificate.kind,
        "language": certificate.language,
        "person": certificate.person.public_code,
        "name": (payload.get("holder") or {}).get("native", ""),
        "agency": certificate.agency.code,
        "subject": (payload.get("subject") or {}).get("code", ""),
        "title": (payload.get("printed") or {}).get("subject", ""),
        "academic_hours": str(wording.half_hours(payload["minutes"]) / 2) if payload.get("minutes") is not None else "",
        **{name: dates.get(name) or "" for name in ("from", "to", "issued", "expires")},
    }


def workbook_of(certificates: CertificateQuerySet, *, actor: Account, asked: Asked) -> bytes:
    """Return a workbook with a row for each of some certificates, in the active language. Recorded."""
    found = list(certificates.select_related("person", "agency", "superseded_by"))
    _record_download(actor, "xlsx", asked, found)
    columns = [
        lists.Column(_("Name"), 34),
        lists.Column(_("Name in Latin script"), 30),
        lists.Column(_("Agency at that time"), 34),
        lists.Column(_("Certificate"), 26),
        lists.Column(_("Title"), 44),
        lists.Column(_("Academic hours"), 10),
        lists.Column(pgettext("first day of a period", "From"), 12),
        lists.Column(pgettext("last day of a period", "To"), 12),
        lists.Column(_("Issued"), 12),
        lists.Column(_("Valid until"), 12),
        lists.Column(_("State"), 18),
        lists.Column(_("Since"), 12),
        lists.Column(_("Reason"), 30),
        lists.Column(_("Code"), 20),
        lists.Column(_("Replaced by"), 20),
        lists.Column(_("Where to check it"), 44),
        lists.Column(_("E-mail"), 10),
    ]
    made = timezone.localtime().replace(tzinfo=None)
    return lists.workbook(title=_("Certificates"), columns=columns, rows=map(_row, found), made=made)


def _row(certificate: Certificate) -> list[lists.Cell]:
    payload = certificate.payload or {}
    holder, subject, dates = (payload.get(name) or {} for name in ("holder", "subject", "dates"))
    since, successor = certificate.status_since, certificate.successor
    minutes = payload.get("minutes")
    return [
        holder.get("native", ""),
        holder.get("latin", ""),
        wording.in_active_language(payload.get("agency") or {}),
        wording.title(payload) if payload else "",
        wording.in_active_language(subject.get("titles") or {}),
        wording.half_hours(minutes) / 2 if minutes is not None else None,
        _day(dates.get("from")),
        _day(dates.get("to")),
        timezone.localdate(certificate.issued_at),
        timezone.localdate(certificate.expires_at) if certificate.expires_at else None,
        str(Certificate.Status(certificate.status).label),
        timezone.localdate(since) if since else None,
        certificate.status_reason if since else "",
        codes.printed(certificate.code),
        codes.printed(successor.code) if successor else "",
        f"{settings.SITE_ADDRESS}/v/{certificate.code}",
        _("yes") if certificate.person.email else _("no"),
    ]


def _day(iso: str | None) -> date | None:
    return date.fromisoformat(iso) if iso else None


def check_list_of(certificates: CertificateQuerySet, *, actor: Account, asked: Asked) -> bytes:
    """Return the paper on which people sign that they received their certificates, as PDF. Recorded.

    It names whatever of the certificates has a file that counts. The signed files themselves stay as they are: they
    are printed from the ZIP. Raises CertificateError when there are none or more than AT_ONCE.
    """
    valid = in_state(certificates, Certificate.Status.VALID).filter(erased_at__isnull=True)
    found = list(valid.select_related("person", "agency")[: AT_ONCE + 1])
    if len(found) > AT_ONCE:
        raise CertificateError(
            _("A list holds at most %(count)d certificates. Choose a module, a workshop or a period.")
            % {"count": AT_ONCE}
        )
    if not found:
        raise CertificateError(_("None of these certificates is valid, so there is nothing to hand out."))
    _record_download(actor, "list", asked, found)
    now = timezone.localtime()
    about = About(
        title=_("Certificates to hand out"),
        subject=asked.agency.name if asked.agency else _(settings.WAGTAIL_SITE_NAME),
        author=settings.WAGTAIL_SITE_NAME,
        language=(get_language() or "en")[:2],
        identifier=settings.SITE_ADDRESS + reverse("agency_certificates"),
        moment=now,
    )
    facts = [(_("Printed on"), date_format(now, "DATE_FORMAT")), (_("Certificates"), str(len(found)))]
    if asked.agency:
        facts.insert(0, (_("Agency"), asked.agency.name))
    mark = f"{asked.agency.code if asked.agency else ''} {now:%Y-%m-%d %H:%M}".strip()
    return draw(lists.check_list(about, [_receipt(each) for each in found], facts=facts, mark=mark))


def _receipt(certificate: Certificate) -> lists.Receipt:
    payload = certificate.payload
    return lists.Receipt(
        name=payload["holder"]["native"],
        agency=wording.in_active_language(payload["agency"]),
        subject=wording.in_active_language(payload["subject"]["titles"]),
        code=codes.printed(certificate.code),
        issued=date_format(timezone.localdate(certificate.issued_at), "DATE_FORMAT"),
    )


@transaction.atomic
def _record_download(actor: Account, kind: str, asked: Asked, certificates: Sequence[Certificate]) -> None:
    """Record who took what: the whole once, and what was taken about every person beside it."""
    after = {"kind": kind, "asked": str(asked), "certificates": len(certificates)}
    record("certificates.list_downloaded", obj=asked.agency, actor=actor, after=after)
    if kind == "zip":
        for certificate in certificates:
            if has_file(certificate) and certificate.person_id != actor.person_id:
                record("certificates.downloaded", obj=certificate, actor=actor, subject=certificate.person)


def note_list_read(*, actor: Account, asked: Asked, shown: int) -> None:
    """Record that somebody who sees everybody reads a list of names."""
    if actor.sees_everybody:
        after = {"asked": str(asked), "certificates": shown}
        record("certificates.list_read", obj=asked.agency, actor=actor, after=after)
