"""Credentials of certificates: written once when the certificate is sealed, and the list that says what they are worth.

What is stored is the exact text that the PDF carries. What changes – the list, the keys, a person's transcript – is
made from the register whenever somebody asks.
"""

import json
import secrets
import uuid
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Max, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from certificates import codes, wording
from certificates.credentials import did, document, proofs, status
from certificates.credentials.proofs import Document, Key
from certificates.models import Certificate, PublicKey
from core.pdf.document import Attachment
from people.models import Person

FILE_NAME = "credential.json"
# A list is left for the next one when about so much of it is taken, so that a free place is found at once.
FULL = status.LENGTH * 3 // 4


def credential_for(*, certificate: Certificate, key: Key, created: datetime) -> str:
    """Return the credential of a certificate with both proofs, as the JSON that is stored and attached to the PDF.

    The certificate keeps its place in a status list from the first time on, so that the same certificate, key and
    moment give the same text. Raises ValueError for a certificate whose words were erased.
    """
    if not certificate.payload:
        raise ValueError("A certificate that was erased has no credential.")
    _take_place(certificate)
    payload = certificate.payload
    bare = document.credential(payload, _facts(certificate))
    controller = document.issuer_of(document.site_of(payload))
    return text_of(proofs.proven(bare, key=key, controller=controller, created=created))


def attached(certificate: Certificate, credential: str) -> Attachment:
    """Return a credential as the file that the PDF of its certificate carries."""
    description = f"{certificate.payload['printed']['title']} – Open Badges 3.0"
    return Attachment(FILE_NAME, credential.encode(), document.MIME, "Data", description)


def text_of(credential: Document) -> str:
    """Return a credential as text: every letter as itself, no spaces, members in the order of the standard."""
    return json.dumps(credential, ensure_ascii=False, separators=(",", ":"))


def _facts(certificate: Certificate) -> document.Facts:
    if certificate.status_list is None or certificate.status_index is None:
        raise ValueError("This certificate has no place in a status list.")
    return document.Facts(
        kind=certificate.kind,
        number=codes.printed(certificate.code),
        hours=wording.half_hours(certificate.payload["minutes"]) / 2,
        issued_at=certificate.issued_at,
        expires_at=certificate.expires_at,
        status_list=certificate.status_list,
        place=certificate.status_index,
    )


def _take_place(certificate: Certificate) -> None:
    """Give a certificate a random free place in a status list, once. Whoever comes second takes what the first took."""
    if certificate.status_index is not None:
        return
    number = Certificate.objects.aggregate(last=Max("status_list"))["last"] or 1
    without = Certificate.objects.filter(pk=certificate.pk, status_index__isnull=True)
    while certificate.status_index is None:
        place = secrets.randbelow(status.LENGTH)
        try:
            with transaction.atomic():
                done = without.update(status_list=number, status_index=place)
        except IntegrityError:
            # The place is taken. That happens the more often the fuller a list is, so that now is the time to count.
            if Certificate.objects.filter(status_list=number).count() >= FULL:
                number += 1
            continue
        if done:
            certificate.status_list, certificate.status_index = number, place
        else:
            certificate.refresh_from_db(fields=["status_list", "status_index"])


def out_of_force() -> Q:
    """Which certificates have their bit set: revoked, replaced, or suspended for as long as they are."""
    return Q(revoked_at__isnull=False) | Q(superseded_at__isnull=False) | Q(suspended_at__isnull=False)


def status_list(*, number: int, key: Key) -> Document | None:
    """Return a status list as a proven credential, as it is in this minute; None when there is no such list.

    A list is there from its first certificate on; the first one always, so that whoever checks this site finds it.
    """
    certificates = Certificate.objects.filter(status_list=number)
    if number != 1 and not certificates.exists():
        return None
    places = certificates.filter(out_of_force()).values_list("status_index", flat=True)
    now = timezone.now().replace(second=0, microsecond=0)
    site = settings.SITE_ADDRESS
    issuer = document.issuer_of(site)
    bare = status.document(
        document.list_address(site, number),
        issuer=issuer,
        places=[place for place in places if place is not None],
        moment=now,
    )
    return proofs.proven(bare, key=key, controller=issuer, created=now)


def did_document() -> Document:
    """Return the DID document of this site: every key that ever signed a credential and that nobody else has had."""
    keys = PublicKey.objects.trusted().filter(kind=PublicKey.Kind.CREDENTIAL)
    return did.document(_host(), keys.values_list("key_id", flat=True))


def checked(credential: Document) -> dict[str, bool]:
    """Return for each proof of a credential, by the name of its suite, whether it holds with the keys of this site."""
    return proofs.checked(credential, methods=did_document()["assertionMethod"])


def public_credential(certificate: Certificate) -> str:
    """Return the credential for whoever knows the code alone; empty when there is none or the full name is withheld.

    It says the full name, so that the holder's choice of privacy decides. `document.MIME` is its media type.
    """
    return certificate.credential if certificate.privacy == Certificate.Privacy.FULL else ""


def transcript(*, person: Person, key: Key) -> Document:
    """Return all credentials of a person that count, valid or expired, as one Comprehensive Learner Record 2.0.

    It is made anew whenever it is asked for; what it holds are the credentials as they were issued.
    """
    own = Certificate.objects.filter(person=person).exclude(out_of_force()).exclude(credential="")
    certificates = list(own.order_by("pk"))
    site, now = settings.SITE_ADDRESS, timezone.now()
    issuer = document.issuer_of(site)
    said = [site, str(person.pk), *(certificate.code for certificate in certificates)]
    bare = document.transcript(
        [_parsed(certificate.credential) for certificate in certificates],
        identifier=f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, ' '.join(said))}",
        site=site,
        issuer=_(settings.WAGTAIL_SITE_NAME),
        name=_("All certificates of %(name)s") % {"name": person.full_name},
        names=list(dict.fromkeys(name for name in (person.full_name, person.name_latin) if name)),
        moment=now,
    )
    return proofs.proven(bare, key=key, controller=issuer, created=now)


def _parsed(credential: str) -> Any:
    return json.loads(credential)


def _host() -> str:
    return str(settings.SITE_ADDRESS).partition("://")[2]
