"""The credential of a certificate: an AchievementCredential of Open Badges 3.0, which is a Verifiable Credential 2.0.

Everything comes from the frozen payload (`certificates.wording`), in the words that are printed. Open Badges has no
way to say a name in several languages, so that a credential speaks the language of its certificate.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote

from certificates.credentials import contexts, did, status
from certificates.credentials.proofs import Document, instant

MIME = "application/vc+ld+json"

_SCHEMA = {
    "id": "https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_achievementcredential_schema.json",
    # Explained by the third context; without it a careful reader of JSON-LD refuses the document.
    "type": "1EdTechJsonSchemaValidator2019",
}
# What was achieved, in the vocabulary of the standard.
_TYPES = {"completion": "CertificateOfCompletion", "participation": "Course", "achievement": "Certificate"}


@dataclass(frozen=True)
class Facts:
    """What a credential needs beside the payload.

    `number` is the code as it is printed, `hours` are academic hours, `place` the one in status list `status_list`.
    """

    kind: str
    number: str
    hours: float
    issued_at: datetime
    expires_at: datetime | None
    status_list: int
    place: int


def credential(payload: dict[str, Any], facts: Facts) -> Document:
    """Return the credential of a certificate, not yet proven."""
    printed, address = payload["printed"], payload["address"]
    site = site_of(payload)
    document: Document = {
        "@context": [contexts.CREDENTIALS, contexts.OPEN_BADGES, contexts.OPEN_BADGES_EXTENSIONS],
        "id": address,
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": printed["title"],
        "description": printed["document_title"],
        "issuer": _issuer(site, printed["issuer"]),
        "validFrom": instant(facts.issued_at),
        "awardedDate": instant(facts.issued_at),
    }
    if facts.expires_at is not None:
        document["validUntil"] = instant(facts.expires_at)
    return document | {
        "credentialSubject": _subject(payload, facts, site),
        "credentialSchema": [_SCHEMA],
        "credentialStatus": status.entry(list_address(site, facts.status_list), facts.place),
    }


def transcript(
    credentials: Sequence[Document],
    *,
    identifier: str,
    site: str,
    issuer: str,
    name: str,
    names: Sequence[str],
    moment: datetime,
) -> Document:
    """Return all credentials of a person as one: a Comprehensive Learner Record 2.0, not yet proven.

    `names` are those of the person, `name` what the record is called. Each credential keeps proofs of its own.
    """
    return {
        "@context": [
            contexts.CREDENTIALS,
            contexts.LEARNER_RECORD,
            contexts.OPEN_BADGES,
            contexts.OPEN_BADGES_EXTENSIONS,
        ],
        "id": identifier,
        "type": ["VerifiableCredential", "ClrCredential"],
        "name": name,
        "issuer": _issuer(site, issuer),
        "validFrom": instant(moment),
        "credentialSubject": {
            "type": ["ClrSubject"],
            "identifier": [_identity(each) for each in names],
            "verifiableCredential": list(credentials),
        },
    }


def site_of(payload: dict[str, Any]) -> str:
    """Return the address of the site that issued a certificate ("https://academy.example")."""
    return str(payload["address"]).rpartition("/v/")[0]


def list_address(site: str, number: int) -> str:
    """Return where a status list is read. Pinned in credentials for ever."""
    return f"{site}/credentials/status/{number}"


def issuer_of(site: str) -> str:
    """Return the DID of a site by its address."""
    return did.identifier(site.partition("://")[2])


def _issuer(site: str, name: str) -> Document:
    return {"id": issuer_of(site), "type": ["Profile"], "name": name, "url": site}


def _subject(payload: dict[str, Any], facts: Facts, site: str) -> Document:
    printed, dates, marks = payload["printed"], payload["dates"], _marks(payload)
    names = [name for name in (printed["name"], printed["other_name"]) if name]
    subject: Document = {
        "type": ["AchievementSubject"],
        # Whoever holds the certificate is known by name alone: no address and no number of ours goes out.
        "identifier": [_identity(name) for name in dict.fromkeys(names)],
        "licenseNumber": facts.number,
        "activityStartDate": f"{dates['from']}T00:00:00Z",
        "activityEndDate": f"{dates['to']}T00:00:00Z",
    }
    if facts.hours:
        subject["creditsEarned"] = int(facts.hours) if facts.hours == int(facts.hours) else facts.hours
    if marks:
        subject["result"] = [
            {"type": ["Result"], "resultDescription": f"{payload['address']}#{name}", "value": str(value)}
            for name, (value, _needed) in marks.items()
        ]
    return subject | {"achievement": _achievement(payload, facts, site, marks)}


def _achievement(
    payload: dict[str, Any], facts: Facts, site: str, marks: dict[str, tuple[int, int | None]]
) -> Document:
    printed, subject = payload["printed"], payload["subject"]
    lines = [f"{label}: {value}" for label, value in printed["facts"]]
    achievement: Document = {
        "id": f"{site}/#{subject['kind']}-{quote(str(subject['code']), safe='')}",
        "type": ["Achievement"],
        "achievementType": _TYPES.get(facts.kind, "Achievement"),
        "humanCode": str(subject["code"]),
        "inLanguage": printed["language"],
        "name": printed["subject"],
        "description": f"{printed['statement']}: {printed['subject']}",
        "criteria": {"narrative": "\n\n".join(lines) or printed["statement"]},
    }
    if marks:
        achievement["resultDescription"] = [
            _described(f"{payload['address']}#{name}", lines[-1].partition(":")[0], needed)
            for name, (_value, needed) in marks.items()
        ]
    return achievement


def _described(identifier: str, name: str, needed: int | None) -> Document:
    described = {"id": identifier, "type": ["ResultDescription"], "name": name, "resultType": "Percent"}
    if needed is not None:
        described["requiredValue"] = str(needed)
    return described | {"valueMin": "0", "valueMax": "100"}


def _marks(payload: dict[str, Any]) -> dict[str, tuple[int, int | None]]:
    """Return what was reached and what was needed, in whole per cent, by the name of the measure."""
    counted = payload.get("result") or {}
    marks = {}
    if counted.get("planned_minutes"):
        share = counted["credited_minutes"] * 100 // counted["planned_minutes"]
        marks["attendance"] = (share, counted.get("threshold"))
    if counted.get("mark") is not None and counted.get("max_mark"):
        marks["mark"] = (counted["mark"] * 100 // counted["max_mark"], counted.get("pass_mark"))
    return marks


def _identity(name: str) -> Document:
    return {"type": "IdentityObject", "hashed": False, "identityHash": name, "identityType": "name"}
