"""A ministry that signs its officials in by OpenID Connect, and what comes of it here; prints the outcome as JSON.

Run by test_ministries.py as a process of its own, as allauth's app for it is there only where a ministry is named:
python -m tests.people.ministry, with OIDC_SERVERS, DATABASE_URL and PORT_OF_MINISTRY in the environment.
"""

import base64
import hashlib
import json
import os
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit

import django
import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from jwt.algorithms import ECAlgorithm

PORT = int(os.environ["PORT_OF_MINISTRY"])
DESK = f"http://127.0.0.1:{PORT}"
KEY = ec.generate_private_key(ec.SECP256R1())
ACCESS = "the-access-token-of-an-official"


class Ministry(BaseHTTPRequestHandler):
    """Ministries on one machine, each with the four addresses of a provider below its own path.

    Who is at the desk stands in `official`, what was asked for in `asked`, and how a token is made in `token`.
    """

    official: ClassVar[dict[str, Any]] = {}
    asked: ClassVar[dict[str, str]] = {}
    nonces: ClassVar[list[str]] = []
    token: ClassVar[Any] = None
    told: ClassVar[dict[str, Any]] = {}

    def do_GET(self) -> None:
        ministry, _, page = urlsplit(self.path).path.removeprefix("/").partition("/")
        issuer = f"{DESK}/{ministry}"
        answers: dict[str, Any] = {
            ".well-known/openid-configuration": {
                "issuer": f"{DESK}/health" if ministry == "liar" else issuer,
                "authorization_endpoint": f"{issuer}/authorize",
                "token_endpoint": f"{issuer}/token",
                "userinfo_endpoint": f"{issuer}/userinfo",
                "jwks_uri": f"{issuer}/keys/" if ministry == "mover" else f"{issuer}/keys",
                "token_endpoint_auth_methods_supported": ["client_secret_post"],
            },
            "userinfo": {**self.official, **self.told},
            "keys": {"keys": [public(KEY)]},
        }
        if page == "keys/":
            self.send_response(302)
            self.send_header("Location", f"{issuer}/keys")
            self.end_headers()
        else:
            self._answer(answers[page])

    def do_POST(self) -> None:
        """Give a token for the code, to whoever proves that it was asked for there (PKCE) and knows the secret."""
        sent = {key: value for key, [value] in parse_qs(self._body()).items()}
        digest = hashlib.sha256(sent["code_verifier"].encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if (challenge, sent["client_secret"]) != (self.asked["code_challenge"], "secret"):
            self._answer({"error": "invalid_grant"}, 400)
            return
        claims = {
            **self.official,
            "iss": f"{DESK}/{urlsplit(self.path).path.split('/')[1]}",
            "aud": "academy",
            "iat": time.time(),
            "exp": time.time() + 60,
            "nonce": self.asked["nonce"],
        }
        made = (Ministry.token or signed)(claims)
        self._answer({"access_token": ACCESS, "token_type": "Bearer", "id_token": made})

    def _body(self) -> str:
        return self.rfile.read(int(self.headers["Content-Length"])).decode()

    def _answer(self, data: Any, status: int = 200) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(data).encode())

    def log_message(self, *_: Any) -> None:
        """Say nothing: what is printed is the outcome."""


def public(key: Any) -> dict[str, Any]:
    """Return the public half of a key, as a ministry publishes it."""
    return {**ECAlgorithm.to_jwk(key.public_key(), as_dict=True), "kid": "1", "alg": "ES256", "use": "sig"}


def signed(claims: dict[str, Any], key: Any = KEY, **headers: Any) -> str:
    """Return a token as the ministry makes it."""
    return jwt.encode(claims, key, algorithm="ES256", headers={"kid": "1", **headers})


def come_in(
    email: str, *, verified: bool = True, state: str = "", number: str = "", ministry: str = "health", **query: str
) -> dict[str, Any]:
    """Sign in at a ministry with an e-mail; return where that leads here, and whether it starts a session."""
    from django.test import Client

    client = Client()
    asked = client.post(f"/en/account/oidc/{ministry}/login/")
    if "Location" not in asked:
        return {"status": asked.status_code, "leads_to": "", "is_in": False}
    Ministry.asked = {key: value for key, [value] in parse_qs(urlsplit(asked["Location"]).query).items()}
    Ministry.nonces.append(Ministry.asked["nonce"])
    Ministry.official = {
        "sub": number or email.lower(),
        "email": email,
        "email_verified": verified,
        "name": "A Minister",
    }
    back = query.pop("back", urlsplit(Ministry.asked["redirect_uri"]).path)
    answer = client.get(back, {"code": "code", "state": state or Ministry.asked["state"], **query})
    return {
        "status": answer.status_code,
        "leads_to": answer.headers.get("Location", ""),
        "is_in": "_auth_user_id" in client.session,
    }


def forged(make: Any) -> bool:
    """Whether a known official comes in with a token that somebody made in another way."""
    Ministry.token = make
    try:
        return bool(come_in("known@ministry.example")["is_in"])
    finally:
        Ministry.token = None


def _forgeries() -> dict[str, bool]:
    """What somebody tries who stands between the ministry and us, or owns another service of the ministry."""
    stranger = ec.generate_private_key(ec.SECP256R1())
    secret = json.dumps(public(KEY))
    earlier = Ministry.nonces[0]
    return {
        "as the ministry makes it": forged(signed),
        "of another key": forged(lambda claims: signed(claims, stranger)),
        "of a key that it brings along": forged(lambda claims: signed(claims, stranger, jwk=public(stranger))),
        "of a key without a name": forged(lambda claims: signed(claims, stranger, kid="2")),
        "without a signature": forged(lambda claims: jwt.encode(claims, None, algorithm="none", headers={"kid": "1"})),
        "of a shared secret": forged(lambda claims: jwt.encode(claims, secret, headers={"kid": "1"})),
        "for another service": forged(lambda claims: signed({**claims, "aud": "another"})),
        "for two services": forged(lambda claims: signed({**claims, "aud": ["academy", "another"], "azp": "another"})),
        "of another issuer": forged(lambda claims: signed({**claims, "iss": f"{DESK}/border"})),
        "that is over": forged(lambda claims: signed({**claims, "exp": time.time() - 1})),
        "of an earlier question": forged(lambda claims: signed({**claims, "nonce": earlier})),
        "without a nonce": forged(lambda claims: signed({k: v for k, v in claims.items() if k != "nonce"})),
        "that is no token": forged(lambda claims: "a.b.c"),
    }


def outcomes() -> dict[str, Any]:
    from django.test import Client

    from people.models import Account
    from tests.factories.people import make_account, make_agency, make_person
    from tests.factories.sign_ins import give_app

    make_account(email="known@ministry.example")
    give_app(make_account(email="guarded@ministry.example"))
    make_person(agency=make_agency(), email="nominee@ministry.example")
    door = Client().get("/en/account/login/")
    return {
        "the ministry of a closed account": _merged(),
        "keys that nobody thought about": _uncovered(),
        "known": come_in("Known@ministry.example"),
        "known again": come_in("known@ministry.example"),
        "with a second factor": come_in("guarded@ministry.example"),
        "a nominee without an account": come_in("nominee@ministry.example"),
        "accounts of the nominee": Account.objects.filter(person__email="nominee@ministry.example").count(),
        "address not verified": come_in("other@ministry.example", verified=False),
        "a known address not verified": _claimed(),
        "a stranger": come_in("stranger@ministry.example"),
        "an answer that was not asked for": come_in("known@ministry.example", state="made-up"),
        "accounts": Account.objects.count(),
        "button": "Sign in with Ministry of Health" in door.content.decode(),
        "policy": DESK in door["Content-Security-Policy"],
        "tokens": _forgeries(),
        "numbers": _numbers(),
        "about somebody else": _told_about_another(),
        "ministries": _mixed_up(),
        "tokens that are kept": _kept_tokens(),
        "pages": {path: Client().get(f"/en/account/{path}").status_code for path in ("oidc/health/login/",)},
    }


def _claimed() -> dict[str, Any]:
    """Somebody at another desk of the ministry claims the address of an account without proof."""
    from tests.factories.people import make_account

    make_account(email="claimed@ministry.example")
    return come_in("claimed@ministry.example", verified=False)


def _numbers() -> dict[str, Any]:
    """An official gets another address, and the address another official."""
    from allauth.socialaccount.models import SocialAccount

    from tests.factories.people import make_account

    account = make_account(email="first@ministry.example")
    first = come_in("first@ministry.example", number="17")
    renamed = come_in("renamed@ministry.example", number="17")
    successor = come_in("first@ministry.example", number="18")
    return {
        "first": first,
        "renamed": renamed,
        "successor": successor,
        "known by": [*SocialAccount.objects.filter(user=account).values_list("uid", flat=True)],
    }


def _told_about_another() -> bool:
    Ministry.told = {"sub": "somebody else"}
    try:
        return bool(come_in("known@ministry.example")["is_in"])
    finally:
        Ministry.told = {}


def _mixed_up() -> dict[str, Any]:
    """An answer of one ministry is brought to the address of another; and what each may say."""
    to_border = "/en/account/oidc/border/login/callback/"
    return {
        "brought to another": come_in("known@ministry.example", back=to_border)["is_in"],
        "naming another": come_in("known@ministry.example", iss=f"{DESK}/border")["is_in"],
        "naming itself": come_in("known@ministry.example", iss=f"{DESK}/health")["is_in"],
        "about an official of another": come_in("known@ministry.example", ministry="border"),
        "with metadata of another": come_in("known@ministry.example", ministry="liar"),
        "that leads elsewhere for its keys": come_in("known@ministry.example", ministry="mover")["is_in"],
    }


def _kept_tokens() -> dict[str, int]:
    from allauth.socialaccount.models import SocialAccount, SocialToken
    from django.contrib.sessions.models import Session

    return {
        "rows": SocialToken.objects.count(),
        "accounts": sum(ACCESS in json.dumps(each.extra_data) for each in SocialAccount.objects.all()),
        "sessions": sum(ACCESS in json.dumps(each.get_decoded(), default=str) for each in Session.objects.all()),
    }


def _merged() -> dict[str, Any]:
    """Two accounts of one official become one; the ministry knows the one that is closed."""
    from allauth.socialaccount.models import SocialAccount

    from people.services import MergePlan, merge_persons
    from tests.factories.people import make_account

    stays, closed = make_account(email="stays@ministry.example"), make_account(email="closed@ministry.example")
    come_in("closed@ministry.example")
    merge_persons(plan=MergePlan(stays.person, closed.person, make_account("manager"), account=stays))
    comes_in = come_in("closed@ministry.example")
    return {
        "comes_in": comes_in,
        "to_the_one_that_stays": SocialAccount.objects.get(uid="closed@ministry.example").user == stays,
    }


def _uncovered() -> list[str]:
    from django.apps import apps

    from people.holdings import uncovered
    from people.models import Account, Person

    return uncovered(apps.get_models(include_auto_created=False), (Person, Account))


def main() -> None:
    """Bring the copied database up to date, open the ministry, and print what happens."""
    django.setup()
    from django.core.management import call_command
    from django.test.utils import setup_test_environment

    setup_test_environment()
    call_command("migrate", "socialaccount", verbosity=0)
    server = ThreadingHTTPServer(("127.0.0.1", PORT), Ministry)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    sys.stdout.write(json.dumps(outcomes()))
    server.shutdown()


if __name__ == "__main__":
    main()
