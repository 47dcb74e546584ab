"""A certificate is never changed: a correction, a renewal and a new one after revocation are new certificates."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.services import record
from certificates import wording
from certificates.models import Certificate, CertificateQuerySet, LogEntry
from certificates.pdf import DoesNotFitError, check_room, missing_letters
from certificates.services import awards
from certificates.services.awards import CertificateError
from certificates.services.designs import designs_of_today, frozen, misfit
from certificates.services.log import note
from certificates.services.standing import lock, note_standing
from courses.models import Enrolment
from people.models import Account
from people.services import change_latin_name

Status = Certificate.Status


@transaction.atomic
def reissue(
    *, certificate: Certificate, name_latin: str, reason: str, actor: Account, renew_words: bool = False
) -> Certificate:
    """Issue a certificate anew with the holder's names of today and return the new one, which a job seals.

    What was achieved is taken over. One that stood is superseded from now on, one that was revoked stays so; either
    names its successor. Validity that is left is kept; one that has passed begins anew. With `renew_words` the title
    and the agency are spelt as they are today. The name in Latin script is kept for the person, too.
    Raises CertificateError as `draft_successor` does, and without a reason.
    """
    if certificate.enrolment_id is not None:
        # As a renewal does: what was earned before the certificate, or each would wait for the other.
        Enrolment.objects.select_for_update(of=("self",)).get(pk=certificate.enrolment_id)
    old = lock(certificate)
    new = draft_successor(certificate=old, name_latin=name_latin, renew_words=renew_words)
    change_latin_name(person=old.person, name_latin=new.payload["holder"]["latin"], actor=actor)
    if old.revoked_at is None:
        old.superseded_at = timezone.now()
        note_standing(old, "certificates.superseded", reason, actor)
    elif not reason.strip():
        raise CertificateError(_("Say why the certificate is issued anew."))
    awards.store(new)
    record(
        "certificates.reissued",
        obj=new,
        actor=actor,
        subject=new.person,
        before={"code": old.code},
        # Which words, and not the words: those can be erased, and the record of what was done cannot.
        after={"code": new.code, "changed": _changed(old.payload, new.payload)},
        reason=reason.strip(),
    )
    if old.superseded_at is not None:
        note(old, LogEntry.Action.SUPERSEDED, at=old.superseded_at, successor=new.code)
    return new


def _changed(old: wording.Payload, new: wording.Payload) -> list[str]:
    """What is printed differently, by its word in a payload. Days and the code always are, and do not count."""
    words = [name for name in ("holder", "agency", "subject", "issuer") if old[name] != new[name]]
    return words if wording.parameters(old) == wording.parameters(new) else [*words, "design"]


def draft_successor(*, certificate: Certificate, name_latin: str, renew_words: bool = False) -> Certificate:
    """Return the certificate that would take the place of another, with every word of it, and store nothing.

    Where nothing would change, one whose signature counts no more because its key was given up is still replaced.
    Raises CertificateError when the other cannot be replaced, nothing would change, the name is not written in Latin
    letters, or a letter cannot be drawn.
    """
    _check_replaceable(certificate)
    latin = " ".join(name_latin.split())
    if not wording.is_latin(latin):
        raise CertificateError(_("Write the name in Latin letters, as it stands in the passport."))
    facts = _facts(certificate, latin, _titles_today(certificate) if renew_words else None)
    successor = Certificate(
        kind=certificate.kind,
        enrolment=certificate.enrolment,
        registration=certificate.registration,
        programme=certificate.programme,
        person=certificate.person,
        agency=certificate.agency,
        language=certificate.language,
        supersedes=certificate,
        # What the holder chose goes on, and so does the link that was given away.
        privacy=certificate.privacy,
        secret=certificate.secret,
    )
    awards.freeze(successor, facts, expires_at=_expires_at(certificate))
    if not _counts(certificate, successor.payload):
        raise CertificateError(_("Nothing on the certificate would change."))
    words = awards.words_of(successor)
    missing = missing_letters(words)
    if missing:
        raise CertificateError(awards.undrawable(missing))
    try:
        check_room(words)
    except DoesNotFitError as error:
        raise CertificateError(misfit(error)) from error
    return successor


def _check_replaceable(certificate: Certificate) -> None:
    if certificate.erased_at is not None:
        raise CertificateError(_("What this certificate said was erased, so no other can take its place."))
    if certificate.paper_id is not None:
        raise CertificateError(_("What was issued on paper stays as it is on paper. Revoke it if it is wrong."))
    if certificate.status == Status.SUSPENDED:
        raise CertificateError(_("Lift the suspension or revoke the certificate before you issue it anew."))
    if certificate.superseded_at is not None or certificate.successor is not None:
        raise CertificateError(_("This certificate was replaced. Look at the newer one."))


def unchanged(certificates: CertificateQuerySet) -> set[int]:
    """Return the keys of those of some certificates that would say the same if they were issued anew today.

    The number of queries does not depend on how many they are.
    """
    modules = certificates.order_by().values("enrolment__module")
    titles, designs, issuer = awards.module_titles(modules), designs_of_today(), awards.issuer_names()
    whole = certificates.select_related(
        "person", "agency", "signed_by", "enrolment__module", "registration__workshop", "programme"
    )
    same = set()
    for certificate in whole.iterator(chunk_size=500):
        facts = _facts(certificate, certificate.person.name_latin, _titles(certificate, titles))
        new = {**facts, "issuer": issuer, "design": frozen(designs(certificate))}
        if not _counts(certificate, new):
            same.add(certificate.pk)
    return same


def _counts(certificate: Certificate, new: wording.Payload) -> bool:
    """Whether a certificate with other words is worth its new number: it says something else, or counts again."""
    key = certificate.signed_by
    lost = key is not None and key.compromised_at is not None
    out = certificate.status not in {Status.VALID, Status.PENDING}
    return lost or out or bool(_changed(certificate.payload, new))


def _facts(certificate: Certificate, latin: str, titles: dict[str, str] | None) -> dict[str, Any]:
    """What the new certificate says of the achievement; with `titles`, spelt as everything is spelt today."""
    kept = ("content", "agency", "subject", "minutes", "dates", "result")
    facts = {name: certificate.payload[name] for name in kept}
    facts["holder"] = awards.holder_names(certificate.person, latin)
    if titles is not None:
        facts["agency"] = awards.names_by_language(certificate.agency, "name")
        facts["subject"] = {**facts["subject"], "titles": titles}
    return facts


def _titles(certificate: Certificate, of_modules: Mapping[int, dict[str, str]]) -> dict[str, str]:
    if certificate.enrolment is not None:
        return of_modules[certificate.enrolment.module_id]
    earned = certificate.registration.workshop if certificate.registration else certificate.programme
    return awards.names_by_language(earned, "title") if earned else {}


def _titles_today(certificate: Certificate) -> dict[str, str]:
    modules = [certificate.enrolment.module_id] if certificate.enrolment else []
    return _titles(certificate, awards.module_titles(modules))


def _expires_at(certificate: Certificate) -> datetime | None:
    if certificate.expires_at is None or certificate.expires_at > timezone.now():
        return certificate.expires_at
    return awards.validity_from_now(awards.valid_months(certificate))
