import copy
import itertools
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from certificates.credentials import multibase, proofs
from certificates.keys import make_credential_key
from tests.certificates.credentials import samples

BOTH = {"eddsa-rdfc-2022": True, "eddsa-jcs-2022": True}


def leaves(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    if isinstance(value, dict | list):
        pairs = value.items() if isinstance(value, dict) else enumerate(value)
        return list(itertools.chain.from_iterable(leaves(inner, (*path, key)) for key, inner in pairs))
    return [path]


def changed(document: dict[str, Any], path: tuple[Any, ...]) -> dict[str, Any]:
    copied = copy.deepcopy(document)
    inner: Any = copied
    for key in path[:-1]:
        inner = inner[key]
    old = inner[path[-1]]
    inner[path[-1]] = (not old) if isinstance(old, bool) else f"{old}x" if isinstance(old, str) else old + 1
    return copied


def test_both_proofs_hold():
    made = samples.proven()

    assert proofs.checked(made, methods=samples.methods()) == BOTH
    assert proofs.holds(made, methods=samples.methods())


def test_the_same_document_key_and_moment_give_the_same_proofs():
    assert samples.proven() == samples.proven()


PATHS = [path for path in leaves(samples.proven()) if path[:1] != ("@context",)]


@pytest.mark.parametrize("path", PATHS, ids=lambda path: "/".join(map(str, path)))
def test_no_letter_can_be_changed(path):
    assert not proofs.holds(changed(samples.proven(), path), methods=samples.methods())


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda made: made.update(unknown="term"), id="a term that no context knows"),
        pytest.param(lambda made: made.pop("validFrom"), id="a member less"),
        pytest.param(lambda made: made["proof"].pop(), id="one proof less"),
        pytest.param(lambda made: made["proof"].append({"type": "DataIntegrityProof"}), id="a proof of nothing"),
        pytest.param(lambda made: made["proof"].append("proof"), id="a proof that is a text"),
        pytest.param(lambda made: made.update(proof=None), id="no proof"),
        pytest.param(lambda made: made["@context"].append("https://example.org/"), id="a context of somebody else"),
        pytest.param(lambda made: made["@context"].pop(), id="a context less"),
        pytest.param(lambda made: made.update({"name": "\ud800"}), id="half a letter"),
    ],
)
def test_what_is_added_or_taken_away_is_seen(change):
    made = copy.deepcopy(samples.proven())
    change(made)

    assert not proofs.holds(made, methods=samples.methods())


def test_a_key_that_the_issuer_does_not_name_proves_nothing():
    stranger = make_credential_key()
    made = proofs.proven(samples.bare(), key=stranger, controller=samples.ISSUER, created=samples.MOMENT)

    assert proofs.checked(made, methods=samples.methods()) == dict.fromkeys(BOTH, False)


def test_a_key_is_named_as_the_standard_does():
    """The key pair of the test vectors in Data Integrity EdDSA Cryptosuites 1.0, appendix B."""
    private = Ed25519PrivateKey.from_private_bytes(
        bytes.fromhex("c96ef9ea10c5e414c471723aff9de72c35fa5b70fae97e8832ecac7d2e2b8ed6")
    )
    public = private.public_key().public_bytes_raw()

    assert multibase.multikey(public) == "z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2"
    assert multibase.public_key(multibase.multikey(public)) == public
    assert multibase.multikey(samples.key().private.public_key().public_bytes_raw()) == samples.key().key_id


@pytest.mark.parametrize("text", ["", "z", "x6Mk", "z0OIl", "z" + "1" * 40, multibase.encoded(b"\xed\x01short")])
def test_what_is_no_key_is_refused(text):
    with pytest.raises(ValueError, match="This is not"):
        multibase.public_key(text)
