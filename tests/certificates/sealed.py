"""Certificates as they are handed out: issued, sealed, extended by the services, in every language, case and turn."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from asn1crypto.x509 import Certificate as TimestampCertificate
from cryptography import x509
from django.test import override_settings

from certificates.designs import BELARUSIAN_ENGLISH, OWN, RUSSIAN_ENGLISH, Logo, Parameters, Signatory
from certificates.models import Certificate
from certificates.pdf import Words
from certificates.services import (
    award_registration,
    extend,
    published_revocations,
    published_roots,
    reissue,
    revoke,
    save_design,
    seal,
    store_picture,
    words_of,
)
from certificates.services.credentials import did_document, status_list
from certificates.services.keys import current_keys
from people.models import Account, Person
from tests.certificates.pages import CASES, DESIGNS, LANGUAGES, RICH, case, picture
from tests.factories.certificates import make_completed_registration
from tests.factories.people import make_account, make_agency, make_person
from tests.factories.timestamps import timestamping
from workshops.models import Workshop

# Beside those of the words: everything that a design may bring.
SEALED_CASES = [*CASES, "partners"]
ORIENTATIONS = ["landscape", "portrait"]
STATES = ["signed", "long-term"]
TWO_LANGUAGES = {"en": RUSSIAN_ENGLISH, "ru": RUSSIAN_ENGLISH, "be": BELARUSIAN_ENGLISH}

Place = tuple[str, str, str]


@dataclass(frozen=True)
class Sealed:
    """A certificate that was handed out: its words, its credential as it is stored, and its files by their state."""

    words: Words
    credential: str
    files: dict[str, Path]


@dataclass(frozen=True)
class Register:
    """All of them by (language, case, orientation), and what a site publishes for whoever checks them.

    `documents` are those before, and `documents_later` those after all of them were revoked.
    """

    certificates: dict[Place, Sealed]
    roots: list[x509.Certificate]
    revocations: bytes
    timestamps: TimestampCertificate
    documents: dict[str, Any]
    documents_later: dict[str, Any]


def make_register(folder: Path) -> Register:
    """Issue all of them and write their files into a folder. The ones that stand upright get a time stamp, too."""
    manager = make_account("manager")
    certificates = {}
    issued = []
    with timestamping() as authority:
        addresses = {"landscape": "", "portrait": authority.address}
        for place in _places():
            certificate = _issued(*place, manager)
            with override_settings(CERTIFICATE_TIMESTAMP_URL=addresses[place[2]]):
                certificate = extend(certificate=certificate)
            certificates[place] = _written(certificate, folder / " ".join(place))
            issued.append(certificate)
        timestamps = authority.certificate
    documents = _published(issued)
    for certificate in issued:
        revoke(certificate=certificate, reason="Two people share one account", actor=manager)
    roots = x509.load_pem_x509_certificates(published_roots().encode())
    return Register(certificates, roots, published_revocations(), timestamps, documents, _published(issued))


def _places() -> Iterator[Place]:
    for language in LANGUAGES:
        for name in SEALED_CASES:
            for orientation in ORIENTATIONS:
                yield language, name, orientation


def _issued(language: str, name: str, orientation: str, manager: Account) -> Certificate:
    said = name if name in CASES else "short"
    design = f"{language}, {name}, {orientation}"
    parameters = _parameters(language, name, orientation, manager)
    save_design(design=None, name=design, is_default=True, parameters=parameters, actor=manager)
    holder = _holder(language, case(language, said))
    registration = make_completed_registration(person=holder)
    titles = {f"title_{each}": case(each, said).subject for each in LANGUAGES}
    Workshop.objects.filter(pk=registration.workshop_id).update(**titles)
    certificate = seal(certificate=award_registration(registration=registration))
    if name == "superseding":
        latin = f"{holder.name_latin}a"
        certificate = reissue(certificate=certificate, name_latin=latin, reason="As in the passport", actor=manager)
        certificate = seal(certificate=certificate)
    assert (certificate.status, certificate.failure) == ("valid", "")
    return certificate


def _parameters(language: str, name: str, orientation: str, manager: Account) -> Parameters:
    two = TWO_LANGUAGES[language]
    if name == "two-languages":
        return Parameters(orientation, two)
    if name != "partners":
        return Parameters(orientation)
    logos = [store_picture(data=picture(colour).data, actor=manager).sha256 for colour in ("#0055AA", "#AA2200")]
    everywhere = [dict.fromkeys(LANGUAGES, alternative) for alternative in RICH.logos]
    both = zip(RICH.signatories, DESIGNS["rich in two languages"].second.posts, strict=True)
    signing = [(signs, {"be": post, "ru": post, "en": english}) for (signs, post, _description), english in both]
    return Parameters(
        orientation,
        # Across, a page with all of this has no room for a second language.
        languages=two if orientation == "portrait" else OWN,
        accent="#37489A",
        pattern=75,
        logos=tuple(Logo(sha256, 32, alternative) for sha256, alternative in zip(logos, everywhere, strict=True)),
        signatories=tuple(Signatory(*each, sha256) for each, sha256 in zip(signing, (logos[0], ""), strict=True)),
        extra=dict.fromkeys(LANGUAGES, RICH.extra),
    )


def _holder(language: str, words: Words) -> Person:
    native, latin = (words.other_name, words.name) if language == "en" else (words.name, words.other_name)
    family_name, given_name, *others = native.split(" ")
    agency = make_agency(**{f"name_{each}": LANGUAGES[each].agency for each in LANGUAGES})
    return make_person(
        agency=agency,
        language=language,
        family_name=family_name,
        given_name=given_name,
        patronymic=" ".join(others),
        name_latin=latin,
    )


def _written(certificate: Certificate, path: Path) -> Sealed:
    files = {}
    for state, stored in zip(STATES, (certificate.pdf, certificate.extended_pdf), strict=True):
        files[state] = path.with_name(f"{path.name} {state}.pdf")
        with stored.open("rb") as file:
            files[state].write_bytes(file.read())
    return Sealed(words_of(certificate), certificate.credential, files)


def _published(certificates: list[Certificate]) -> dict[str, Any]:
    """What a verifier would fetch from the site."""
    key = current_keys().credential
    numbers = {certificate.status_list for certificate in certificates}
    fetched = [did_document(), *(status_list(number=number, key=key) for number in numbers)]
    return json.loads(json.dumps({document["id"]: document for document in fetched}))
