"""docs/security/cryptography.md names each use of cryptography; keys, digests and chance are as strong as it says."""

import ast
import random
import re

import pytest
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import generate_totp_secret
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings
from django.core import mail, signing
from django.test import Client
from django.utils import timezone

from certificates import keys
from people.adapters.account import AccountAdapter
from tests.factories.joining import make_invitation, secret_of
from tests.factories.people import make_account, make_agency
from tests.journeys.steps import CODE
from tests.security.test_code import SCRIPTS, trees
from workshops.services import make_feed

PAGE = (settings.BASE_DIR / "docs" / "security" / "cryptography.md").read_text(encoding="utf-8")
LIBRARIES = {"hashlib", "hmac", "secrets", "cryptography", "jwt", "pyhanko", "asn1crypto", "pyrage"}
DJANGO = {"signing", "salted_hmac", "get_random_string"}
# What scripts of a developer count and compare is no part of the product.
LEFT_OUT = "scripts/"


def uses_cryptography(tree: ast.Module) -> bool:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import) and {alias.name.split(".")[0] for alias in node.names} & LIBRARIES:
            return True
        if isinstance(node, ast.ImportFrom):
            names = {alias.name for alias in node.names}
            if (node.module or "").split(".")[0] in LIBRARIES or names & DJANGO:
                return True
    return False


def test_each_file_that_uses_cryptography_is_in_the_inventory_and_no_other():
    used = {name for name, tree in trees().items() if not name.startswith(LEFT_OUT) and uses_cryptography(tree)}
    used |= {f"static/js/{name}" for name, text in SCRIPTS.items() if "crypto.subtle" in text}
    inventory = PAGE.partition("\n## Inventory\n")[2].partition("\n## ")[0]
    named = set(re.findall(r"`([\w/]+\.(?:py|js))`", inventory)) - {"config/settings/base.py"}

    assert (used - named, named - used) == (set(), set())


def test_the_lives_of_keys_are_those_of_the_code():
    lives = dict(re.findall(r"^\| ([^|]+) \| [^|]+ \| [^|]+ \| (\d+) years? \|", PAGE, re.MULTILINE))

    assert int(lives["root of the authority"]) == keys.ROOT_YEARS
    assert int(lives["signer of PDFs"]) == keys.DOCUMENT_YEARS
    for word in ("SECRET_KEY", "CERTIFICATE_KEYS", "CERTIFICATE_OWN_KEY"):
        assert f"`{word}`" in PAGE


def test_what_is_signed_is_digested_to_256_bits_or_more():
    now = timezone.now()
    root = keys.make_root(organisation="Academy", now=now)
    signer = keys.make_document_key(root=root, organisation="Academy", now=now, crl_address="https://a.example/ca.crl")

    assert signing.Signer().algorithm == signing.TimestampSigner().algorithm == "sha256"
    assert [key.certificate.signature_hash_algorithm.digest_size * 8 for key in (root, signer)] == [384, 384]
    signer.private.public_key().verify(signer.sign(b"data"), b"data", ec.ECDSA(keys.hashes.SHA256()))
    assert keys.hashes.SHA256().digest_size * 8 == 256


@pytest.mark.django_db
def test_chance_does_not_come_from_a_generator_that_can_be_wound_back():
    """Whoever knows the state of Python's own generator knows no code, seed or secret."""

    def made() -> list[object]:
        random.seed(20260101)
        account, agency = make_account(), make_agency()
        invited = make_invitation(agency=agency, actor=make_account("coordinator", agency=agency))
        client = Client()
        client.post("/en/account/login/code/", {"email": account.email})
        return [
            CODE.search(mail.outbox[-1].body).group(),
            AccountAdapter().generate_login_code(),
            generate_totp_secret(),
            get_adapter().decrypt(RecoveryCodes.activate(account).instance.data["seed"]),
            secret_of(invited),
            make_feed(person=account.person, kind="taking_part"),
            client.session.session_key,
        ]

    first, second = made(), made()

    assert [a for a, b in zip(first, second, strict=True) if a == b] == []
    assert Authenticator.objects.count() == 2


@pytest.mark.django_db
def test_secrets_of_addresses_have_128_bits():
    """Five bits at least for each sign; a signed link has the 256 of its digest."""
    agency = make_agency()
    account = make_account("coordinator", agency=agency)
    secret = secret_of(make_invitation(agency=agency, actor=account))
    feed = make_feed(person=account.person, kind="taking_part")

    assert min(len(secret), len(feed)) * 5 >= 128
    assert len(signing.Signer().signature("x")) * 6 >= 256
