"""A provider by other people, pysaml2: what it publishes, and what it answers to a question of ours.

Run by saml_ministry.py as a process of its own: python saml_product.py PACKAGES, with JSON on standard input.
"""

import json
import shutil
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

sys.path.append(sys.argv[1])

from saml2 import BINDING_HTTP_POST, BINDING_HTTP_REDIRECT
from saml2.config import Config
from saml2.metadata import create_metadata_string
from saml2.saml import NAME_FORMAT_UNSPECIFIED, NAMEID_FORMAT_PERSISTENT
from saml2.server import Server


def config(told: dict[str, Any], folder: Path) -> Config:
    """Set the provider up; what it knows of us are our metadata."""
    for name in ("key", "certificate", "ours"):
        (folder / name).write_text(told[name], encoding="utf-8")
    return Config().load(
        {
            "entityid": told["entity"],
            "xmlsec_binary": shutil.which("xmlsec1"),
            "key_file": str(folder / "key"),
            "cert_file": str(folder / "certificate"),
            "metadata": {"local": [str(folder / "ours")]} if told["ours"] else {},
            "service": {
                "idp": {
                    "endpoints": {"single_sign_on_service": [(told["desk"], BINDING_HTTP_REDIRECT)]},
                    "name_id_format": [NAMEID_FORMAT_PERSISTENT],
                    "policy": {"default": {"lifetime": {"minutes": 5}, "name_form": NAME_FORMAT_UNSPECIFIED}},
                }
            },
        }
    )


def main() -> None:
    told = json.load(sys.stdin)
    with TemporaryDirectory() as folder:
        settings = config(told, Path(folder))
        if not told["question"]:
            sys.stdout.write(json.dumps({"metadata": create_metadata_string(None, settings).decode()}))
            return
        server = Server(config=settings)
        asked = server.parse_authn_request(told["question"], BINDING_HTTP_REDIRECT)
        where = server.response_args(asked.message, [BINDING_HTTP_POST])
        answer = server.create_authn_response(
            told["official"],
            userid=told["number"],
            authn={"class_ref": "urn:oasis:names:tc:SAML:2.0:ac:classes:Password"},
            sign_response=told["around"],
            sign_assertion=not told["around"],
            sign_alg="http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
            digest_alg="http://www.w3.org/2001/04/xmlenc#sha256",
            **where,
        )
        sys.stdout.write(json.dumps({"answer": str(answer), "to": where["destination"]}))


if __name__ == "__main__":
    main()
