"""Checks credentials with openvc-core, which shares no code with this project.

    python verify.py FOLDER_OF_PACKAGES

stdin: {"credentials": […], "documents": {address: JSON}}; nothing is ever fetched.
stdout: [{"proofs": {suite: error or ""}, "out_of_force": bool or null}, …]
"""

import json
import sys

sys.path.insert(0, sys.argv[1])

from openvc.did.base import multikey_to_jwk
from openvc.proof.data_integrity import DataIntegrityProofSuite
from openvc.proof.di_jcs import EddsaJcsProofSuite
from openvc.status.status_list import check_credential_status

asked = json.load(sys.stdin)
documents = asked["documents"]
SUITES = {"eddsa-rdfc-2022": DataIntegrityProofSuite(), "eddsa-jcs-2022": EddsaJcsProofSuite()}


def checked(credential, proof):
    """Return why a proof does not hold; each suite looks at one proof at a time."""
    issuer = documents[proof["verificationMethod"].partition("#")[0]]
    methods = [each for each in issuer["verificationMethod"] if each["id"] in issuer["assertionMethod"]]
    keys = [each["publicKeyMultibase"] for each in methods if each["id"] == proof["verificationMethod"]]
    if not keys:
        return "The issuer names no such key."
    others = {} if proof["cryptosuite"] == "eddsa-jcs-2022" else {"extra_contexts": documents}
    try:
        suite = SUITES[proof["cryptosuite"]]
        suite.verify({**credential, "proof": proof}, public_key_jwk=multikey_to_jwk(keys[0]), **others)
    except Exception as error:  # noqa: BLE001 – whatever it does not like
        return f"{type(error).__name__}: {error}"
    return ""


def judged(credential):
    status = None
    if "credentialStatus" in credential:
        status = check_credential_status(credential, resolve_status_list=documents.__getitem__).revoked
    proofs = {proof["cryptosuite"]: checked(credential, proof) for proof in credential["proof"]}
    return {"proofs": proofs, "out_of_force": status}


json.dump([judged(credential) for credential in asked["credentials"]], sys.stdout)
