"""Data Integrity proofs (W3C Data Integrity EdDSA Cryptosuites 1.0): two over the same document, each on its own.

`eddsa-rdfc-2022` signs what a document means and is what Open Badges 3.0 asks for; `eddsa-jcs-2022` signs how it is
written and can be checked in thirty lines by a page that is offline.
"""

import hashlib
from collections.abc import Callable, Collection, Mapping
from datetime import UTC, datetime
from typing import Any, Protocol

import rfc8785
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from certificates.credentials import multibase, rdf

MEANING, SPELLING = "eddsa-rdfc-2022", "eddsa-jcs-2022"

Document = dict[str, Any]


class Key(Protocol):
    """An Ed25519 key: its name as a Multikey ("z6Mk…") and a way to sign with it."""

    @property
    def key_id(self) -> str: ...

    def sign(self, data: bytes) -> bytes: ...


def instant(moment: datetime) -> str:
    """Return a moment as credentials write it: UTC, whole seconds ("2026-03-31T09:00:00Z")."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def proven(document: Document, *, key: Key, controller: str, created: datetime) -> Document:
    """Return a document with both proofs. The same document, key and moment give the same proofs.

    `controller` is the DID whose document names the key.
    """
    proofs = [_proof(document, suite, key, controller, created) for suite in (MEANING, SPELLING)]
    return {**document, "proof": proofs}


def _proof(document: Document, suite: str, key: Key, controller: str, created: datetime) -> Document:
    options = {
        "type": "DataIntegrityProof",
        "cryptosuite": suite,
        "created": instant(created),
        "verificationMethod": f"{controller}#{key.key_id}",
        "proofPurpose": "assertionMethod",
    }
    if suite == SPELLING:
        # Section 3.3.1: this proof repeats the context, so that whoever embeds the document may add to it.
        options = {"@context": document["@context"], **options}
    return {**options, "proofValue": multibase.encoded(key.sign(_digest(document, options)))}


def _digest(document: Document, options: Document) -> bytes:
    """Return what is signed: the hashes of the proof's options and of the document without proofs (section 3.2.4)."""
    configuration = {"@context": document["@context"], **options}
    return _SPELLINGS[options["cryptosuite"]](configuration) + _SPELLINGS[options["cryptosuite"]](document)


def _by_meaning(document: Document) -> bytes:
    return hashlib.sha256(rdf.canonical(document).encode()).digest()


def _by_spelling(document: Document) -> bytes:
    return hashlib.sha256(rfc8785.dumps(document)).digest()


_SPELLINGS: Mapping[str, Callable[[Document], bytes]] = {MEANING: _by_meaning, SPELLING: _by_spelling}


def checked(document: Document, *, methods: Collection[str]) -> dict[str, bool]:
    """Return for each proof, by the name of its suite, whether it holds.

    `methods` are the verification methods that may sign ("did:web:…#z6Mk…"): `assertionMethod` of the issuer's DID
    document. A document counts as unaltered only when both proofs are there and hold (`holds`): each alone leaves
    something unsaid. What is no proof at all is one that does not hold. Nothing that a document may contain raises
    an error.
    """
    found = document.get("proof")
    proofs = found if isinstance(found, list) else [found]
    bare = {name: value for name, value in document.items() if name != "proof"}
    answers: dict[str, bool] = {}
    for proof in proofs:
        suite = str(proof.get("cryptosuite")) if isinstance(proof, dict) else ""
        answers[suite] = answers.get(suite, True) and isinstance(proof, dict) and _holds(bare, proof, methods)
    return answers


def holds(document: Document, *, methods: Collection[str]) -> bool:
    """Whether a document carries both proofs and both hold."""
    answers = checked(document, methods=methods)
    return {MEANING, SPELLING} <= set(answers) and all(answers.values())


def _holds(document: Document, proof: Document, methods: Collection[str]) -> bool:
    method = proof.get("verificationMethod")
    options = {name: value for name, value in proof.items() if name != "proofValue"}
    fitting = (proof.get("type"), proof.get("proofPurpose")) == ("DataIntegrityProof", "assertionMethod")
    if not fitting or proof.get("cryptosuite") not in _SPELLINGS or method not in methods:
        return False
    if proof.get("@context", document.get("@context")) != document.get("@context"):
        return False
    try:
        signature = multibase.decoded(proof["proofValue"])
        key = Ed25519PublicKey.from_public_bytes(multibase.public_key(str(method).rpartition("#")[2]))
        key.verify(signature, _digest(document, options))
    except InvalidSignature:
        return False
    except Exception:  # noqa: BLE001 – PyLD and rfc8785 raise whatever comes; what cannot be read is not proven
        return False
    return True
