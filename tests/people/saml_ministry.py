"""A ministry that signs its officials in by SAML, and what comes of it here; prints the outcome as JSON.

Run by test_saml.py as a process of its own, with the libraries of requirements/saml.txt from where they stand:
python -m tests.people.saml_ministry, with SAML_SERVERS, DATABASE_URL, PORT_OF_MINISTRY and PACKAGES in the environment.
"""

import base64
import json
import logging
import os
import subprocess
import sys
import threading
import zlib
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

sys.path.append(os.environ["PACKAGES"])

import django
import xmlsec
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from lxml import etree

PORT = int(os.environ["PORT_OF_MINISTRY"])
DESK = f"http://127.0.0.1:{PORT}"
SAML, SAMLP = "urn:oasis:names:tc:SAML:2.0:assertion", "urn:oasis:names:tc:SAML:2.0:protocol"
DS, MD = "http://www.w3.org/2000/09/xmldsig#", "urn:oasis:names:tc:SAML:2.0:metadata"
BEARER, UNSPECIFIED = "urn:oasis:names:tc:SAML:2.0:cm:bearer", "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified"
KNOWN, KNOWN_THERE = "known@border.example", "known@product.example"


@dataclass(frozen=True)
class Key:
    """A key and the certificate that names it."""

    private: bytes
    certificate: bytes

    @classmethod
    def made(cls) -> "Key":
        key = rsa.generate_private_key(65537, 2048)
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "A ministry")])
        now = datetime.now(UTC)
        certificate = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(key.public_key())
            .serial_number(1)
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=1))
            .sign(key, hashes.SHA256())
        )
        pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
        private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain)
        return cls(private, certificate.public_bytes(pem))

    @property
    def text(self) -> str:
        return "".join(self.certificate.decode().splitlines()[1:-1])


KEY, STRANGER = Key.made(), Key.made()


class Ministry(BaseHTTPRequestHandler):
    """Ministries on one machine, each with its metadata below its own path."""

    def do_GET(self) -> None:
        ministry = urlsplit(self.path).path.split("/")[1]
        if ministry == "mover":
            self.send_response(302)
            self.send_header("Location", f"{DESK}/border/metadata")
            self.end_headers()
            return
        entity = f"{DESK}/{'border' if ministry == 'liar' else ministry}/metadata"
        body = f"""<md:EntityDescriptor xmlns:md="{MD}" entityID="{entity}">
          <md:IDPSSODescriptor protocolSupportEnumeration="{SAMLP}">
            <md:KeyDescriptor use="signing"><ds:KeyInfo xmlns:ds="{DS}"><ds:X509Data>
              <ds:X509Certificate>{KEY.text}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>
            <md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect"
              Location="{DESK}/{ministry}/desk"/>
          </md:IDPSSODescriptor></md:EntityDescriptor>""".encode()
        if ministry == "product":
            body = PRODUCT["metadata"].encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/samlmetadata+xml")
        self.end_headers()
        self.wfile.write(b"no metadata" if ministry == "mute" else body)

    def log_message(self, *_: Any) -> None:
        """Say nothing: what is printed is the outcome."""


@dataclass(frozen=True)
class Answer:
    """What the ministry says of an official, before it is signed. None leaves a thing out."""

    question: str | None
    to: str
    audience: str | None
    issuer: str
    email: str = KNOWN
    number: str = ""
    verified: str | None = "true"
    destination: str | None = None
    asked_around: str | None = None
    minutes: tuple[int, int] = (-1, 5)
    ends: bool = True
    status: str = "Success"
    more: str = ""
    name_id: str = f'<saml:NameID Format="{UNSPECIFIED}">x</saml:NameID>'
    ids: tuple[str, str] = field(default_factory=lambda: (f"_r{os.urandom(8).hex()}", f"_a{os.urandom(8).hex()}"))

    def xml(self) -> Any:
        start, end = (_moment(minutes) for minutes in self.minutes)
        said = {"uid": self.number, "email": self.email, "email_verified": self.verified, "hobby": "chess"}
        told = "".join(
            f'<saml:Attribute Name="{name}"><saml:AttributeValue>{value}</saml:AttributeValue></saml:Attribute>'
            for name, value in said.items()
            if value
        )
        audience = f"<saml:Audience>{self.audience}</saml:Audience>"
        only = f"<saml:AudienceRestriction>{audience}</saml:AudienceRestriction>" if self.audience else ""
        until = f'NotOnOrAfter="{end}"' if self.ends else ""
        around = self.asked_around or self.question
        return etree.fromstring(
            f"""<samlp:Response xmlns:samlp="{SAMLP}" xmlns:saml="{SAML}" ID="{self.ids[0]}" Version="2.0"
              IssueInstant="{_moment(0)}" Destination="{self.destination or self.to}" {_said("InResponseTo", around)}>
            <saml:Issuer>{self.issuer}</saml:Issuer><samlp:Status><samlp:StatusCode
              Value="urn:oasis:names:tc:SAML:2.0:status:{self.status}"/></samlp:Status>
            <saml:Assertion ID="{self.ids[1]}" Version="2.0" IssueInstant="{_moment(0)}">
              <saml:Issuer>{self.issuer}</saml:Issuer>
              <saml:Subject>{self.name_id}<saml:SubjectConfirmation Method="{BEARER}"><saml:SubjectConfirmationData
                {until} Recipient="{self.to}" {_said("InResponseTo", self.question)}/></saml:SubjectConfirmation>
              </saml:Subject>
              <saml:Conditions NotBefore="{start}" NotOnOrAfter="{end}">{only}</saml:Conditions>
              <saml:AuthnStatement AuthnInstant="{_moment(0)}"><saml:AuthnContext><saml:AuthnContextClassRef>
                urn:oasis:names:tc:SAML:2.0:ac:classes:Password</saml:AuthnContextClassRef></saml:AuthnContext>
              </saml:AuthnStatement>
              <saml:AttributeStatement>{told}{self.more}</saml:AttributeStatement>
            </saml:Assertion></samlp:Response>"""
        )


def _said(name: str, value: str | None) -> str:
    return f'{name}="{value}"' if value else ""


def _moment(minutes: int) -> str:
    return (datetime.now(UTC) + timedelta(minutes=minutes)).strftime("%Y-%m-%dT%H:%M:%SZ")


def assertion_of(response: Any) -> Any:
    return response.find(f"{{{SAML}}}Assertion")


def sign(
    element: Any, key: Key = KEY, *, method: Any = xmlsec.Transform.RSA_SHA256, digest: Any = xmlsec.Transform.SHA256
) -> None:
    """Sign an answer or what it asserts, as its schema wants it: right behind who issued it."""
    signature = xmlsec.template.create(element, xmlsec.Transform.EXCL_C14N, method, ns="ds")
    element.insert(1, signature)
    reference = xmlsec.template.add_reference(signature, digest, uri=f"#{element.get('ID')}")
    xmlsec.template.add_transform(reference, xmlsec.Transform.ENVELOPED)
    xmlsec.template.add_transform(reference, xmlsec.Transform.EXCL_C14N)
    xmlsec.tree.add_ids(element, ["ID"])
    context = xmlsec.SignatureContext()
    if method == xmlsec.Transform.HMAC_SHA256:
        # The certificate that everybody knows, taken for a secret.
        context.key = xmlsec.Key.from_binary_data(xmlsec.KeyData.HMAC, key.certificate)
    else:
        xmlsec.template.add_x509_data(xmlsec.template.ensure_key_info(signature))
        context.key = xmlsec.Key.from_memory(key.private, xmlsec.KeyFormat.PEM)
        context.key.load_cert_from_memory(key.certificate, xmlsec.KeyFormat.PEM)
    context.sign(signature)


def signed(answer: Answer, **how: Any) -> Any:
    response = answer.xml()
    sign(assertion_of(response), **how)
    return response


def sealed(answer: Answer) -> Any:
    """Signed around everything, and nothing inside."""
    response = answer.xml()
    sign(response)
    return response


def sent(response: Any) -> str:
    return base64.b64encode(etree.tostring(response)).decode()


# --- A browser --------------------------------------------------------------------------------------------------------
@dataclass
class Browser:
    """Somebody who asked to be signed in by a ministry, and stands at its desk."""

    ministry: str = "border"
    language: str = "en"

    def __post_init__(self) -> None:
        from django.test import Client

        self.client = Client()
        self.ask()

    def ask(self) -> None:
        self.begun = self.client.post(f"/{self.language}/account/saml/{self.ministry}/login/")
        where = urlsplit(self.begun.headers.get("Location", ""))
        self.led_to = f"{where.scheme}://{where.netloc}{where.path}"
        query = self.query = {key: value for key, [value] in parse_qs(where.query).items()}
        self.relay = query.get("RelayState", "")
        if "SAMLRequest" in query:
            self.asked = etree.fromstring(zlib.decompress(base64.b64decode(query["SAMLRequest"]), -15))

    def answer(self, **said: Any) -> Answer:
        """What an honest ministry says."""
        here = self.asked.get("AssertionConsumerServiceURL")
        email = said.get("email", KNOWN)
        honest = Answer(
            question=self.asked.get("ID"),
            to=here,
            audience=self.asked.findtext(f"{{{SAML}}}Issuer"),
            issuer=f"{DESK}/{self.ministry}/metadata",
            number=said.pop("number", email.lower()),
        )
        return replace(honest, **said)

    def bring(self, response: str, *, ministry: str = "") -> dict[str, Any]:
        """The page of the ministry posts the answer; no cookie of ours goes with it, as it comes from elsewhere."""
        from django.test import Client

        poster = Client()
        path = f"/en/account/saml/{ministry or self.ministry}/acs/"
        posted = poster.post(path, {"SAMLResponse": response, "RelayState": self.relay})
        if posted.status_code != 302:
            return {"status": posted.status_code, "leads_to": "", "is_in": False}
        self.client.cookies.update(poster.cookies)
        got = self.client.get(posted["Location"])
        return {
            "status": got.status_code,
            "leads_to": got.headers.get("Location", ""),
            "is_in": "_auth_user_id" in self.client.session,
        }


def come_in(email: str = KNOWN, *, ministry: str = "border", language: str = "en", **said: Any) -> dict[str, Any]:
    """Sign in at a ministry with an e-mail; return where that leads here, and whether it starts a session."""
    browser = Browser(ministry, language)
    if not browser.led_to.startswith("http"):
        return {"status": browser.begun.status_code, "leads_to": "", "is_in": False}
    return browser.bring(sent(signed(browser.answer(email=email, **said))))


def forged(make: Callable[[Answer], Any], **said: Any) -> str:
    """Why a known official does not come in with an answer that somebody made in another way."""
    browser = Browser()
    response = make(browser.answer(**said))
    REASONS.clear()
    outcome = browser.bring(response if isinstance(response, str) else sent(response))
    # It never breaks: whoever is not let in is told so (401), or led on.
    assert outcome["status"] in {302, 401}, outcome
    return "comes in" if outcome["is_in"] else " ".join(REASONS)


class _Reasons(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        REASONS.append(str(record.args[1]) if isinstance(record.args, tuple) else "")


REASONS: list[str] = []
# What the provider by other people publishes.
PRODUCT: dict[str, str] = {}


# --- What is tried ----------------------------------------------------------------------------------------------------
def _both(answer: Answer) -> Any:
    response = signed(answer)
    sign(response)
    return response


def _changed(answer: Answer) -> Any:
    response = signed(replace(answer, email="stranger@border.example", number=KNOWN))
    for value in response.iter(f"{{{SAML}}}AttributeValue"):
        value.text = value.text.replace("stranger@", "known@")
    return response


def _commented(answer: Answer) -> Any:
    """A comment is no part of what is signed, and some readers stop there."""
    response = signed(replace(answer, email="known@border.example.evil.example", number="evil"))
    text = etree.tostring(response).replace(b"border.example.evil", b"border.example<!-- -->.evil")
    return base64.b64encode(text).decode()


def _with_entity(answer: Answer) -> str:
    text = etree.tostring(signed(answer)).decode()
    bomb = '<!DOCTYPE r [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
    return base64.b64encode((bomb + text).encode()).decode()


def _forgeries() -> dict[str, str]:
    """What somebody tries who stands between the ministry and us, or has an answer for another service."""
    another = "https://another.example/metadata"
    deprecated = {"method": xmlsec.Transform.RSA_SHA1, "digest": xmlsec.Transform.SHA1}
    return {
        "as the ministry makes it": forged(signed),
        "signed around everything": forged(sealed),
        "signed twice": forged(_both),
        "of another key that it brings along": forged(lambda answer: signed(answer, key=STRANGER)),
        "without a signature": forged(lambda answer: answer.xml()),
        "changed afterwards": forged(_changed),
        "with a comment in the address": forged(_commented),
        "of a weak digest": forged(lambda answer: signed(answer, **deprecated)),
        "of a shared secret": forged(lambda answer: signed(answer, method=xmlsec.Transform.HMAC_SHA256)),
        "for another service": forged(signed, audience=another),
        "for nobody": forged(signed, audience=None),
        "of another issuer": forged(signed, issuer=another),
        "that is over": forged(signed, minutes=(-60, -10)),
        "that is over since a moment": forged(signed, minutes=(-60, -1)),
        "that is not yet": forged(signed, minutes=(10, 60)),
        "that has no end": forged(signed, ends=False),
        "to another address": forged(_confirmed_elsewhere),
        "sent elsewhere": forged(signed, destination="https://another.example/acs/"),
        "to no question": forged(signed, question=None),
        "to a question that only stands around it": forged(_answering_around),
        "to a question of somebody else": forged(signed, question=Browser().asked.get("ID")),
        "that failed": forged(signed, status="Responder"),
        "with a document type": forged(_with_entity),
        "that is no XML": forged(lambda _answer: base64.b64encode(b"<samlp:Response").decode()),
        "that is another XML": forged(lambda _answer: base64.b64encode(b"<p>known</p>").decode()),
        "that is no base64": forged(lambda _answer: "%%%"),
        "that is nothing": forged(lambda _answer: ""),
        "that is too long": forged(lambda answer: signed(replace(answer, more=_LONG))),
        "without a number": forged(signed, number=""),
        "with a number that is too long": forged(signed, number="7" * 300),
    }


_LONG = '<saml:Attribute Name="x"><saml:AttributeValue>' + "x" * 200_000 + "</saml:AttributeValue></saml:Attribute>"


def _confirmed_elsewhere(answer: Answer) -> Any:
    return signed(replace(answer, to="https://another.example/", destination=answer.to))


def _answering_around(answer: Answer) -> Any:
    return signed(replace(answer, question=None, asked_around=answer.question))


def _wrapped() -> dict[str, str]:
    """What was signed about somebody else stands where nobody reads, something else where it is read (wrapping)."""
    return {how.__name__.strip("_"): forged(how) for how in _WRAPPINGS}


def _pair(answer: Answer) -> tuple[Any, Any, Any]:
    """An answer with what the ministry signed about a stranger, that, and what somebody would like to be read."""
    response = signed(replace(answer, email="stranger@border.example", number="stranger"))
    evil = assertion_of(replace(answer, ids=("_r", "_evil")).xml())
    return response, assertion_of(response), evil


def _before(answer: Answer) -> Any:
    response, honest, evil = _pair(answer)
    honest.addprevious(evil)
    return response


def _behind(answer: Answer) -> Any:
    response, honest, evil = _pair(answer)
    honest.addnext(evil)
    return response


def _around(answer: Answer) -> Any:
    response, honest, evil = _pair(answer)
    response.replace(honest, evil)
    evil.append(honest)
    return response


def _around_in_object(answer: Answer) -> Any:
    response, honest, evil = _pair(answer)
    response.replace(honest, evil)
    signature = honest.find(f"{{{DS}}}Signature")
    evil.insert(1, deepcopy(signature))
    etree.SubElement(evil[1], f"{{{DS}}}Object").append(honest)
    return response


def _in_extensions(answer: Answer) -> Any:
    response, honest, evil = _pair(answer)
    response.replace(honest, evil)
    extensions = etree.Element(f"{{{SAMLP}}}Extensions")
    response.insert(1, extensions)
    extensions.append(honest)
    return response


def _by_the_same_name(answer: Answer) -> Any:
    response, honest, evil = _pair(answer)
    evil.set("ID", honest.get("ID"))
    evil.insert(1, deepcopy(honest.find(f"{{{DS}}}Signature")))
    honest.addprevious(evil)
    return response


def _answer_in_object(answer: Answer) -> Any:
    honest = sealed(replace(answer, email="stranger@border.example", number="stranger"))
    evil = replace(answer, ids=("_evil", "_inside")).xml()
    evil.insert(1, deepcopy(honest.find(f"{{{DS}}}Signature")))
    etree.SubElement(evil[1], f"{{{DS}}}Object").append(honest)
    return evil


def _answer_by_the_same_name(answer: Answer) -> Any:
    honest = sealed(replace(answer, email="stranger@border.example", number="stranger"))
    evil = replace(answer, ids=(honest.get("ID"), "_inside")).xml()
    evil.insert(1, deepcopy(honest.find(f"{{{DS}}}Signature")))
    evil.append(assertion_of(honest))
    return evil


_WRAPPINGS = (
    _before, _behind, _around, _around_in_object, _in_extensions, _by_the_same_name, _answer_in_object,
    _answer_by_the_same_name,
)  # fmt: skip


def _again() -> dict[str, Any]:
    """An answer that was read is brought once more: there, in another browser, and beside a newer question."""
    browser, other = Browser(), Browser()
    response = sent(signed(browser.answer()))
    first = browser.bring(response)["is_in"]
    browser.client.logout()
    again = browser.bring(response)["is_in"]
    browser.ask()
    return {
        "first": first,
        "in the same browser": again,
        "beside a newer question": browser.bring(response)["is_in"],
        "in another browser": other.bring(response)["is_in"],
    }


def _numbers() -> dict[str, Any]:
    """An official gets another address, and the address another official."""
    from allauth.socialaccount.models import SocialAccount

    from tests.factories.people import make_account

    account = make_account(email="first@border.example")
    persistent = '<saml:NameID Format="urn:oasis:names:tc:SAML:2.0:nameid-format:persistent">19</saml:NameID>'
    transient = persistent.replace("persistent", "transient")
    nested = f'<saml:Attribute Name="uid"><saml:AttributeValue>{persistent}</saml:AttributeValue></saml:Attribute>'
    make_account(email="named@border.example")
    return {
        "first": come_in("first@border.example", number="17"),
        "renamed": come_in("renamed@border.example", number="17"),
        "successor": come_in("first@border.example", number="18"),
        "known by": [*SocialAccount.objects.filter(user=account).values_list("uid", flat=True)],
        "a name that stays": come_in("named@border.example", number="", name_id=persistent)["is_in"],
        "the same name in a value": come_in("named@border.example", number="", more=nested)["is_in"],
        "a name for one visit": come_in("named@border.example", number="", name_id=transient)["is_in"],
    }


def _mixed_up() -> dict[str, Any]:
    browser, ours = Browser(), "http://127.0.0.1:8000/en/account/saml/health"
    by_health = {"issuer": f"{DESK}/health/metadata", "to": f"{ours}/acs/", "audience": f"{ours}/metadata/"}
    return {
        "brought to another": browser.bring(sent(signed(browser.answer())), ministry="health")["is_in"],
        "answered by another": browser.bring(sent(signed(browser.answer(**by_health))), ministry="health")["is_in"],
        "answered by itself": browser.bring(sent(signed(browser.answer())))["is_in"],
        "about an official of another": come_in(KNOWN, ministry="health"),
        "with metadata of another": come_in(ministry="liar"),
        "that leads elsewhere for its metadata": come_in(ministry="mover"),
        "that has no metadata": come_in(ministry="mute"),
        "that is away": come_in(ministry="away"),
        "that nobody knows": come_in(ministry="nobody"),
        "without metadata": come_in("known@health.example", ministry="paper"),
        "whose addresses are all its own": come_in("known@health.example", ministry="paper", verified=None),
    }


def _kept() -> dict[str, Any]:
    from allauth.socialaccount.models import SocialAccount
    from django.contrib.sessions.models import Session

    sessions = [json.dumps(each.get_decoded(), default=str) for each in Session.objects.all()]
    return {
        "about officials": [each.extra_data for each in SocialAccount.objects.all() if each.extra_data],
        "answers": sum("SAMLResponse" in each or '"answer"' in each or "chess" in each for each in sessions),
    }


def _signed_out_there() -> dict[str, Any]:
    """The ministry says that somebody has signed out, in both ways that there are."""
    browser = Browser()
    browser.bring(sent(signed(browser.answer())))
    metadata = browser.client.get("/be/account/saml/border/metadata/").content
    answers = [
        browser.client.get("/en/account/saml/border/sls/", {"SAMLRequest": "x"}).status_code,
        browser.client.post("/en/account/saml/border/sls/", {"SAMLRequest": "x"}).status_code,
    ]
    return {
        "answers": answers,
        "is_in": "_auth_user_id" in browser.client.session,
        "offered": b"SingleLogoutService" in metadata,
    }


def product(ours: str = "", question: str = "", **more: Any) -> dict[str, str]:
    """Let pysaml2 say what it publishes, or answer a question."""
    told = {
        "entity": f"{DESK}/product/metadata",
        "desk": f"{DESK}/product/desk",
        "key": KEY.private.decode(),
        "certificate": KEY.certificate.decode(),
        "ours": ours,
        "question": question,
        **more,
    }
    command = [sys.executable, str(Path(__file__).with_name("saml_product.py")), os.environ["PRODUCT"]]
    done = subprocess.run(command, input=json.dumps(told), capture_output=True, text=True, check=True)
    said: dict[str, str] = json.loads(done.stdout)
    return said


def _product() -> dict[str, Any]:
    """Officials of a ministry whose provider other people wrote; it signs the assertion, or around everything."""
    if not os.environ.get("PRODUCT"):
        return {}
    found = {}
    for how, around in (("assertion signed", False), ("signed around", True)):
        browser = Browser("product")
        ours = browser.client.get("/en/account/saml/product/metadata/").content.decode()
        official = {"uid": "product-7", "email": KNOWN_THERE, "email_verified": "true"}
        said = product(ours, browser.query["SAMLRequest"], official=official, number="product-7", around=around)
        answer = base64.b64encode(said["answer"].encode()).decode()
        found[how] = {"to": said["to"], **browser.bring(answer), "again": browser.bring(answer)["status"]}
    return found


def _metadata() -> dict[str, Any]:
    """What we say of ourselves, and whether the question says the same."""
    from django.test import Client

    asked_before = Client().get("/en/account/saml/away/metadata/").status_code
    texts = {language: Client().get(f"/{language}/account/saml/border/metadata/") for language in ("en", "ru", "be")}
    ours = {language: etree.fromstring(answer.content) for language, answer in texts.items()}
    for each in ours.values():
        each.attrib.pop("validUntil", None)
    descriptor = ours["en"]
    [service] = descriptor.iter(f"{{{MD}}}AssertionConsumerService")
    asked = Browser(language="be").asked
    return {
        "of a ministry that is away": asked_before,
        "type": texts["en"]["Content-Type"],
        "in all languages alike": len({etree.tostring(each) for each in ours.values()}) == 1,
        "entity": descriptor.get("entityID"),
        "answers go to": service.get("Location"),
        "asked by": asked.findtext(f"{{{SAML}}}Issuer"),
        "asked for answers to": asked.get("AssertionConsumerServiceURL"),
        "asked at": asked.get("Destination"),
    }


def outcomes() -> dict[str, Any]:
    from django.test import Client

    from people.models import Account
    from tests.factories.people import make_account, make_agency, make_person
    from tests.factories.sign_ins import give_app

    make_account(email=KNOWN)
    make_account(email="known@health.example")
    make_account(email=KNOWN_THERE)
    give_app(make_account(email="guarded@border.example"))
    make_person(agency=make_agency(), email="nominee@border.example")
    door = Client().get("/en/account/login/")
    return {
        "metadata": _metadata(),
        "known": come_in("Known@border.example"),
        "known again": come_in(KNOWN),
        "in Belarusian": come_in(KNOWN, language="be"),
        "with a second factor": come_in("guarded@border.example"),
        "a nominee without an account": come_in("nominee@border.example"),
        "accounts of the nominee": Account.objects.filter(person__email="nominee@border.example").count(),
        "address not verified": come_in("other@border.example", verified=None),
        "a known address not verified": _claimed(),
        "a stranger": come_in("stranger@border.example"),
        "accounts": Account.objects.count(),
        "button": "Sign in with Border Committee" in door.content.decode(),
        "policy": DESK in door["Content-Security-Policy"],
        "page": Client().get("/en/account/saml/border/login/").status_code,
        "forgeries": _forgeries(),
        "wrapped": _wrapped(),
        "again": _again(),
        "numbers": _numbers(),
        "ministries": _mixed_up(),
        "product": _product(),
        "kept": _kept(),
        "signed out there": _signed_out_there(),
        "answer by GET": Client().get("/en/account/saml/border/acs/").status_code,
        "finish without an answer": Client().get("/en/account/saml/border/acs/finish/").status_code,
    }


def _claimed() -> dict[str, Any]:
    """Somebody at another desk of the ministry claims the address of an account without proof."""
    from tests.factories.people import make_account

    make_account(email="claimed@border.example")
    return come_in("claimed@border.example", verified="false")


def main() -> None:
    """Bring the copied database up to date, open the ministry, and print what happens."""
    paper = json.loads(os.environ["SAML_SERVERS"])
    for each in paper:
        if each["id"] == "paper":
            each["x509cert"] = KEY.text
    os.environ["SAML_SERVERS"] = json.dumps(paper)
    django.setup()
    from django.core.management import call_command
    from django.test.utils import setup_test_environment

    setup_test_environment()
    logging.getLogger("people.views.saml").addHandler(_Reasons())
    call_command("migrate", "socialaccount", verbosity=0)
    if os.environ.get("PRODUCT"):
        PRODUCT.update(product())
    server = ThreadingHTTPServer(("127.0.0.1", PORT), Ministry)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    sys.stdout.write(json.dumps(outcomes()))
    server.shutdown()


if __name__ == "__main__":
    main()
