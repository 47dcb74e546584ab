"""The JSON-LD contexts that credentials name, pinned: what a term means may never depend on what a server answers.

README.md says where each comes from.
"""

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

CREDENTIALS = "https://www.w3.org/ns/credentials/v2"
OPEN_BADGES = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
OPEN_BADGES_EXTENSIONS = "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json"
LEARNER_RECORD = "https://purl.imsglobal.org/spec/clr/v2p0/context-2.0.1.json"
DATA_INTEGRITY = "https://w3id.org/security/data-integrity/v2"
MULTIKEY = "https://w3id.org/security/multikey/v1"
DID = "https://www.w3.org/ns/did/v1"

# Address → file beside this one, by which the site also serves it.
FILES = {
    CREDENTIALS: "credentials-v2.json",
    OPEN_BADGES: "ob-3.0.3.json",
    OPEN_BADGES_EXTENSIONS: "ob-extensions.json",
    LEARNER_RECORD: "clr-2.0.1.json",
    DATA_INTEGRITY: "data-integrity-v2.json",
    MULTIKEY: "multikey-v1.json",
    DID: "did-v1.json",
}

_FOLDER = Path(__file__).parent


class UnknownContextError(ValueError):
    """A document names a context that is not pinned here, so nobody can say what it means."""


@lru_cache
def read(name: str) -> bytes:
    """Return a context by the name of its file. Raises UnknownContextError."""
    if name not in FILES.values():
        raise UnknownContextError(name)
    return (_FOLDER / name).read_bytes()


@lru_cache
def _document(address: str) -> dict[str, Any]:
    if address not in FILES:
        raise UnknownContextError(address)
    return {
        "contextUrl": None,
        "documentUrl": address,
        "document": json.loads(read(FILES[address])),
        "contentType": "application/ld+json",
    }


def load(address: str, _options: object = None) -> dict[str, Any]:
    """Load a context for PyLD, from here alone. Raises UnknownContextError."""
    return _document(address)
