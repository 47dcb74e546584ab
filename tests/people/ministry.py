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

PORT = int(os.environ["PORT_OF_MINISTRY"])
ISSUER = f"http://127.0.0.1:{PORT}"


class Ministry(BaseHTTPRequestHandler):
    """The four addresses of a provider. Who is at its desk stands in `official`, and what was asked for in `asked`."""

    official: ClassVar[dict[str, Any]] = {}
    asked: ClassVar[dict[str, str]] = {}

    def do_GET(self) -> None:
        answers = {
            "/.well-known/openid-configuration": {
                "issuer": ISSUER,
                "authorization_endpoint": f"{ISSUER}/authorize",
                "token_endpoint": f"{ISSUER}/token",
                "userinfo_endpoint": f"{ISSUER}/userinfo",
                "jwks_uri": f"{ISSUER}/jwks",
                "token_endpoint_auth_methods_supported": ["client_secret_post"],
            },
            "/userinfo": self.official,
        }
        self._answer(answers[urlsplit(self.path).path])

    def do_POST(self) -> None:
        """Give a token for the code, to whoever proves that it was asked for there (PKCE) and knows the secret."""
        import jwt

        sent = {key: value for key, [value] in parse_qs(self._body()).items()}
        digest = hashlib.sha256(sent["code_verifier"].encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if (challenge, sent["client_secret"]) != (self.asked["code_challenge"], "secret"):
            self._answer({"error": "invalid_grant"}, 400)
            return
        claims = {**self.official, "iss": ISSUER, "aud": "academy", "iat": time.time(), "exp": time.time() + 60}
        token = jwt.encode(claims, "a-key-of-the-ministry-only-it-knows!", algorithm="HS256")
        self._answer({"access_token": "token", "token_type": "Bearer", "id_token": token})

    def _body(self) -> str:
        return self.rfile.read(int(self.headers["Content-Length"])).decode()

    def _answer(self, data: Any, status: int = 200) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(data).encode())

    def log_message(self, *_: Any) -> None:
        """Say nothing: what is printed is the outcome."""


def come_in(email: str, *, verified: bool = True, state: str = "") -> dict[str, Any]:
    """Sign in at the ministry with an e-mail; return where that leads here, and whether it starts a session."""
    from django.test import Client

    client = Client()
    asked = client.post("/en/account/oidc/health/login/")
    Ministry.asked = {key: value for key, [value] in parse_qs(urlsplit(asked["Location"]).query).items()}
    Ministry.official = {"sub": email, "email": email, "email_verified": verified, "name": "A Minister"}
    back = urlsplit(Ministry.asked["redirect_uri"]).path
    answer = client.get(back, {"code": "code", "state": state or Ministry.asked["state"]})
    return {
        "status": answer.status_code,
        "leads_to": answer.headers.get("Location", ""),
        "is_in": "_auth_user_id" in client.session,
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
        "policy": ISSUER in door["Content-Security-Policy"],
        "pages": {path: Client().get(f"/en/account/{path}").status_code for path in ("oidc/health/login/",)},
    }


def _claimed() -> dict[str, Any]:
    """Somebody at another desk of the ministry claims the address of an account without proof."""
    from tests.factories.people import make_account

    make_account(email="claimed@ministry.example")
    return come_in("claimed@ministry.example", verified=False)


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
