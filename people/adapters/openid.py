"""A ministry that signs its officials in by OpenID Connect: what it says is believed by its signature alone."""

import base64
import hashlib
from typing import Any

import jwt
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.http import HttpRequest

# Signatures that the ministry alone can make. With a shared secret we could make them ourselves.
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
_CLAIMS = ["iss", "aud", "sub", "exp", "iat"]
_METADATA = "/.well-known/openid-configuration"


class MinistryAdapter(OpenIDConnectOAuth2Adapter):
    """Checks who speaks, by which key, to whom, and whether it answers what this browser has just asked.

    allauth would believe an ID token without its signature where it came over TLS, whatever its nonce.
    """

    nonce = ""

    @property
    def openid_config(self) -> dict[str, Any]:
        """What the ministry says about itself; it has to be the one that was set up."""
        config: dict[str, Any] = super().openid_config
        if config.get("issuer", "").rstrip("/") != self.get_provider().server_url.partition(_METADATA)[0].rstrip("/"):
            raise OAuth2Error("The metadata name another issuer than the settings.")
        return config

    def get_access_token_data(
        self, request: HttpRequest, app: Any, client: Any, pkce_code_verifier: str | None = None
    ) -> dict[str, Any]:
        """Fetch the tokens, and know by which question they have to have been made."""
        if request.GET.get("iss", self.openid_config["issuer"]) != self.openid_config["issuer"]:
            raise OAuth2Error("The answer names another issuer.")
        self.nonce = challenge_of(pkce_code_verifier or "")
        data: dict[str, Any] = super().get_access_token_data(request, app, client, pkce_code_verifier)
        return data

    def complete_login(self, request: HttpRequest, app: Any, token: Any, **kwargs: Any) -> Any:
        """Read who it is from the ID token; what else is told has to be about the same official."""
        signed = self._decode_id_token(app, kwargs["response"].get("id_token", ""))
        told = self._fetch_user_info(token.token)
        # Needed for nothing else: a sign-in that waits for its second factor would keep it in the session.
        token.token = token.token_secret = ""
        if told.get("sub") != signed["sub"]:
            raise OAuth2Error("The ID token and the user info are about different people.")
        return self.get_provider().sociallogin_from_response(request, {"userinfo": told, "id_token": signed})

    def _decode_id_token(self, app: Any, id_token: str) -> dict[str, Any]:
        try:
            claims: dict[str, Any] = jwt.decode(
                id_token,
                key=self._key_of(id_token),
                algorithms=ALGORITHMS,
                audience=app.client_id,
                issuer=self.openid_config["issuer"],
                options={"require": _CLAIMS},
            )
        except jwt.PyJWTError as error:
            raise OAuth2Error("The ID token is not valid.") from error
        is_for_us = isinstance(claims["aud"], str) or claims.get("azp") == app.client_id or len(claims["aud"]) == 1
        if claims.get("nonce") != self.nonce or not is_for_us:
            raise OAuth2Error("The ID token answers another question.")
        return claims

    def _key_of(self, id_token: str) -> jwt.PyJWK:
        """The key is one of those that the ministry publishes, never one that a token brings along."""
        with get_adapter().get_requests_session() as session:
            answer = session.get(self.openid_config["jwks_uri"])
            answer.raise_for_status()
        keys = jwt.PyJWKSet.from_dict(answer.json()).keys
        named = jwt.get_unverified_header(id_token).get("kid")
        found = [key for key in keys if key.key_id == named] if named else keys
        if len(found) != 1:
            raise OAuth2Error("The ID token names no key of the ministry.")
        return found[0]


class MinistryProvider(OpenIDConnectProvider):
    """Asks with a nonce, which the signed answer has to repeat: the challenge of PKCE, new for each question."""

    oauth2_adapter_class = MinistryAdapter

    def get_pkce_params(self) -> dict[str, Any]:
        """Return what is sent along: the challenge, twice."""
        parameters: dict[str, Any] = super().get_pkce_params()
        return {**parameters, "nonce": challenge_of(parameters["code_verifier"])}


def challenge_of(verifier: str) -> str:
    """Return the challenge of PKCE for a verifier (RFC 7636, S256)."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
