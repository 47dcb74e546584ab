"""What browsers are told about static files, which WhiteNoise answers before any middleware of ours."""

from collections.abc import MutableMapping

from django.conf import settings

# A style sheet or a picture that is opened by itself loads nothing and stands in no frame.
POLICY = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"


def add_headers(headers: MutableMapping[str, str], path: str, url: str) -> None:
    """Say it (WHITENOISE_ADD_HEADERS_FUNCTION)."""
    headers["Content-Security-Policy"] = POLICY
    headers["Cross-Origin-Resource-Policy"] = "same-origin"
    headers["Permissions-Policy"] = settings.PERMISSIONS_POLICY
