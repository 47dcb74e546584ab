"""Payloads of certificates and what becomes of them, made by the product's own code, and a key of the tests."""

import copy
from datetime import UTC, datetime
from functools import cache
from typing import Any

from django.utils.translation import override

from certificates import wording
from certificates.credentials import did, document, proofs
from certificates.keys import CredentialKey, make_credential_key

HOST = "academy.example"
ISSUER = did.identifier(HOST)
CODE = "7K3M9QXT2FZAY"
MOMENT = datetime(2026, 3, 31, 9, 0, tzinfo=UTC)
MODULE_RESULT = {"lessons": [2, 2], "mark": 2000, "max_mark": 2400, "pass_mark": 75, "attempt": 1}
WORKSHOP_RESULT = {
    "sessions": [2, 3],
    "credited_minutes": 170,
    "planned_minutes": 200,
    "threshold": 80,
    "pass_mark": 75,
    "mark": 1800,
    "max_mark": 2400,
}


@cache
def key() -> CredentialKey:
    return make_credential_key()


def payload(language: str = "be", kind: str = "module", **changed: Any) -> dict[str, Any]:
    made = {
        "holder": {"native": "Ўладзіслаў Лук’яновіч", "latin": "Uladzislau Lukianovich"},
        "agency": {"en": "City polyclinic", "ru": "Городская поликлиника", "be": "Гарадская паліклініка"},
        "issuer": {"en": "Migration Health Academy", "ru": "Академия", "be": "Акадэмія"},
        "subject": {"kind": kind, "code": "M1", "titles": {"en": "First aid", "ru": "Помощь", "be": "Дапамога"}},
        "minutes": 210,
        "dates": {"from": "2026-03-09", "to": "2026-03-10", "issued": "2026-03-31", "expires": None},
        "result": MODULE_RESULT if kind == "module" else WORKSHOP_RESULT,
        "site": HOST,
        "address": f"https://{HOST}/v/{CODE}",
        "code": CODE,
        **copy.deepcopy(changed),
    }
    with override(language):
        made["printed"] = wording.printed(made)
    return made


def facts(**changed: Any) -> document.Facts:
    given = {
        "kind": "completion",
        "number": "7K3M-9QXT-2FZA-Y",
        "hours": 4.5,
        "issued_at": MOMENT,
        "expires_at": None,
        "status_list": 1,
        "place": 4711,
    }
    return document.Facts(**{**given, **changed})


def bare(language: str = "be", kind: str = "module", **changed: Any) -> dict[str, Any]:
    return document.credential(payload(language, kind, **changed), facts())


def proven(made: dict[str, Any] | None = None) -> dict[str, Any]:
    return proofs.proven(made or bare(), key=key(), controller=ISSUER, created=MOMENT)


def methods() -> list[str]:
    return list(did.document(HOST, [key().key_id])["assertionMethod"])
