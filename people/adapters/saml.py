"""A ministry that signs its officials in by SAML 2.0: what it says is believed by its signature, here, now and once.

Only where SAML_SERVERS names one; python3-saml is there only where requirements/saml.txt was installed.
"""

import re
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.providers.saml.provider import SAMLProvider
from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import get_language, override
from lxml.etree import LxmlError
from onelogin.saml2.auth import OneLogin_Saml2_Auth
from onelogin.saml2.constants import OneLogin_Saml2_Constants
from onelogin.saml2.errors import OneLogin_Saml2_Error, OneLogin_Saml2_ValidationError
from onelogin.saml2.idp_metadata_parser import OneLogin_Saml2_IdPMetadataParser
from onelogin.saml2.response import OneLogin_Saml2_Response
from onelogin.saml2.settings import OneLogin_Saml2_Settings
from onelogin.saml2.utils import OneLogin_Saml2_Utils
from requests import RequestException

# What an answer of some kilobytes may grow to with a long chain of certificates.
MOST_CHARACTERS = 200_000
MOST_OF_A_NUMBER = 190
METADATA_SECONDS = 4 * 60 * 60
_CONFIRMED = "/saml:Subject/saml:SubjectConfirmation[@Method='" + OneLogin_Saml2_Constants.CM_BEARER + "']"


class MinistryError(Exception):
    """What came from a ministry is not to be believed, or the ministry cannot be asked; the words are for the log."""


class MinistryResponse(OneLogin_Saml2_Response):
    """Says for whom it is, what it answers, where it goes and until when: python3-saml lets pass what leaves it out."""

    def is_valid(self, request_data: Any, request_id: Any = None, raise_exceptions: bool = False) -> bool:
        """Whether it is signed by the ministry, unchanged, and meant for us, this question and this moment."""
        if not super().is_valid(request_data, request_id, raise_exceptions):
            return False
        here, question = OneLogin_Saml2_Utils.get_self_url_no_query(request_data), self.get_in_response_to()
        if self._settings.get_sp_data()["entityId"] not in self.get_audiences():
            self._error = "The assertion names no audience."
        elif not question or not any(_confirms(each, here, question) for each in self._confirmations()):
            self._error = "The assertion leaves out what it answers or where it goes or until when."
        return self._error is None

    def _confirmations(self) -> list[Any]:
        # From inside what was signed; the answer around it need not be.
        return list(self._query_assertion(f"{_CONFIRMED}/saml:SubjectConfirmationData"))


def _confirms(data: Any, here: str, question: str) -> bool:
    until = data.get("NotOnOrAfter")
    return (
        data.get("Recipient") == here
        and data.get("InResponseTo") == question
        and bool(until)
        and OneLogin_Saml2_Utils.parse_SAML_to_time(until) > OneLogin_Saml2_Utils.now()
    )


class MinistryAuth(OneLogin_Saml2_Auth):
    """Asks and reads as python3-saml does, with the rules of ours."""

    response_class = MinistryResponse

    def get_attributes(self) -> dict[str, list[str]]:
        """Return what is said about an official, as texts: a name identifier may stand inside of a value."""
        found = super().get_attributes() or {}
        return {name: [_text(value) for value in values if _text(value)] for name, values in found.items()}


def _text(value: Any) -> str:
    return value if isinstance(value, str) else str(value.get("NameID", {}).get("value") or "")


class MinistryProvider(SAMLProvider):
    """One service of ours for each ministry, whatever the language of the page: one name, one address to answer to.

    The language goes along as the relay state and comes back with the answer.
    """

    def auth(self, answer: str = "") -> MinistryAuth:
        """Return what asks the ministry, or reads an answer. Raises MinistryError when its metadata cannot be had."""
        here = urlsplit(self.address("saml_acs"))
        asked = {
            "https": "on" if here.scheme == "https" else "off",
            "http_host": here.netloc,
            "script_name": "",
            "path_info": here.path,
            "get_data": {},
            "post_data": {"SAMLResponse": answer},
        }
        try:
            return MinistryAuth(asked, self._config(self._ministry()))
        except OneLogin_Saml2_Error as error:
            raise MinistryError(f"The ministry is not set up: {error}") from error

    def address(self, name: str) -> str:
        """Return one of our addresses as the ministry knows it."""
        with override("en"):
            return str(settings.SITE_ADDRESS + reverse(name, args=[self.app.client_id]))

    def metadata(self) -> bytes:
        """Return what the ministry has to know about us. Nothing about signing out: docs/operations/sign-in.md."""
        # The ministry is not asked: it may have to know us before it can be.
        ours = OneLogin_Saml2_Settings(settings=self._config({}), sp_validation_only=True)
        metadata: str | bytes = ours.get_sp_metadata()
        return metadata if isinstance(metadata, bytes) else metadata.encode()

    def redirect(
        self, request: HttpRequest, process: str, next_url: str | None = None, data: Any = None, **kwargs: Any
    ) -> HttpResponseRedirect:
        """Ask the ministry, and remember in this browser what was asked."""
        auth = self.auth()
        there = auth.login(return_to=get_language() or "en")
        self.stash_redirect_state(request, process, next_url, data, state_id=auth.get_last_request_id(), **kwargs)
        return HttpResponseRedirect(there)

    def login_of(self, request: HttpRequest, answer: str) -> Any:
        """Read who it is from an answer that this browser has asked for.

        Raises MinistryError for an answer that is not to be believed, and for one that was read before.
        """
        try:
            auth = self.auth(answer)
            auth.process_response()
        except (OneLogin_Saml2_Error, OneLogin_Saml2_ValidationError, LxmlError, ValueError) as error:
            raise MinistryError(f"The answer cannot be read: {type(error).__name__}.") from error
        if auth.get_errors() or not auth.is_authenticated():
            raise MinistryError(self._rule_in(auth.get_last_error_reason() or ""))
        try:
            # Taken out of the session: an answer works in the browser that asked, and there once.
            state = self.unstash_redirect_state(request, auth.get_last_response_in_response_to())
        except PermissionDenied:
            raise MinistryError("The answer was not asked for here, or was read before.") from None
        login = self.sociallogin_from_response(request, auth)
        login.state = state
        return login

    def _rule_in(self, words: str) -> str:
        """Return what python3-saml says about the rule that was broken, without anything out of the answer."""
        general = words.removeprefix(self.address("saml_metadata")).strip()
        return re.split(r"[(:,]| -> | at http", general)[0].strip()

    def extract_uid(self, data: MinistryAuth) -> str:
        """Return by which number the ministry knows an official. Raises MinistryError where it gives none to keep."""
        number = self._extract(data).get("uid")
        if not number and data.get_nameid_format() == OneLogin_Saml2_Constants.NAMEID_PERSISTENT:
            number = data.get_nameid()
        if not number or len(number) > MOST_OF_A_NUMBER:
            raise MinistryError("The ministry names no number of the official that stays.")
        return str(number)

    def extract_extra_data(self, data: MinistryAuth) -> dict[str, Any]:
        """Keep nothing of what else the ministry tells about an official."""
        return {}

    def _config(self, ministry: dict[str, Any]) -> dict[str, Any]:
        return {
            "strict": True,
            "security": {"rejectDeprecatedAlgorithm": True, "requestedAuthnContext": False, "wantNameId": False},
            "idp": ministry,
            "sp": {
                "entityId": self.address("saml_metadata"),
                "assertionConsumerService": {
                    "url": self.address("saml_acs"),
                    "binding": OneLogin_Saml2_Constants.BINDING_HTTP_POST,
                },
            },
        }

    def _ministry(self) -> dict[str, Any]:
        """Where the ministry is asked, and by which certificates it signs: set up, or in metadata that it publishes."""
        ministry = self.app.settings["idp"]
        if "metadata_url" not in ministry:
            return {
                "entityId": ministry["entity_id"],
                "singleSignOnService": {"url": ministry["sso_url"]},
                "x509cert": ministry["x509cert"],
            }
        key = "saml-" + sha256(f"{ministry['metadata_url']} {ministry['entity_id']}".encode()).hexdigest()
        found: dict[str, Any] | None = cache.get(key)
        if found is None:
            found = _fetched(ministry["metadata_url"], ministry["entity_id"])
            cache.set(key, found, METADATA_SECONDS)
        return found


def _fetched(address: str, entity: str) -> dict[str, Any]:
    try:
        with get_adapter().get_requests_session() as session:
            answer = session.get(address)
            answer.raise_for_status()
        found: dict[str, Any] = OneLogin_Saml2_IdPMetadataParser.parse(answer.content, entity_id=entity).get("idp", {})
    except (RequestException, OneLogin_Saml2_Error, LxmlError, ValueError) as error:
        raise MinistryError(f"The metadata cannot be had: {error}") from error
    if found.get("entityId") != entity or not found.get("singleSignOnService"):
        raise MinistryError("The metadata name another ministry than the settings, or no address to ask at.")
    return found
