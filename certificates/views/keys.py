"""What everybody needs to check signatures: the roots of trust, and which signers were given up."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from certificates.services import published_revocations, published_roots

# A root lasts for decades; a signer that was given up should be known within the hour.
_HOUR = 3600


@cache_control(public=True, max_age=_HOUR)
@require_safe
def roots(request: HttpRequest) -> HttpResponse:
    """The certificates of all roots that there ever were, in PEM."""
    return _file(published_roots().encode(), "application/x-pem-file", "ca.pem")


@cache_control(public=True, max_age=_HOUR)
@require_safe
def revocations(request: HttpRequest, root: str = "") -> HttpResponse:
    """The list of revoked signers below a root, by default the newest one, in DER (RFC 5280)."""
    return _file(published_revocations(root), "application/pkix-crl", "ca.crl")


def _file(data: bytes, mime: str, name: str) -> HttpResponse:
    if not data:
        raise Http404
    response = HttpResponse(data, content_type=mime)
    response["Content-Disposition"] = f'inline; filename="{name}"'
    return response
