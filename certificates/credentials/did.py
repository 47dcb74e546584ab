"""Who issues: a `did:web` identifier and the document behind it (W3C DID 1.0, did:web of the W3C Credentials CG)."""

from collections.abc import Iterable
from typing import Any

from certificates.credentials import contexts


def identifier(host: str) -> str:
    """Return the identifier of a site by its host, with a port where there is one.

    >>> identifier("academy.example"), identifier("localhost:8000")
    ('did:web:academy.example', 'did:web:localhost%3A8000')
    """
    return "did:web:" + host.replace(":", "%3A")


def document(host: str, key_ids: Iterable[str]) -> dict[str, Any]:
    """Return the document that names every key whose signatures count.

    The method has no history: a key that signs no more has to stay, or all that it has signed is worth nothing. Leave
    out only those that others may have had.
    """
    controller = identifier(host)
    methods = [
        {"id": f"{controller}#{key_id}", "type": "Multikey", "controller": controller, "publicKeyMultibase": key_id}
        for key_id in key_ids
    ]
    return {
        "@context": [contexts.DID, contexts.MULTIKEY],
        "id": controller,
        "verificationMethod": methods,
        "assertionMethod": [method["id"] for method in methods],
    }
