"""Keys for tests that need no database: an authority and its signer."""

from datetime import UTC, datetime
from functools import cache

from certificates.keys import DocumentKey, make_document_key, make_root

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


@cache
def make_signing() -> tuple[DocumentKey, DocumentKey]:
    """Return a root and a signer of PDFs below it, the same ones at every call."""
    root = make_root(organisation="Academy", now=NOW)
    return root, make_document_key(
        root=root, organisation="Academy", now=NOW, crl_address="https://academy.example.org/pki/ca.crl"
    )
