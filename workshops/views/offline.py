"""The registers of a workshop on a phone without a line: the page that stays there, and what it takes along.

The page is the same for everybody and names nobody, so that a browser may keep it. The names come as a document, which
the browser locks with a key of the sign-in and forgets at sign-out.
"""

from base64 import b64encode
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from core.errors import DomainError
from workshops import services
from workshops.models import AttendanceStatus, Facilitation
from workshops.views.access import account_of, language, managed_workshop
from workshops.views.register import MARKS

ICONS = [("img/emblem-192.png", "192x192"), ("img/emblem-512.png", "512x512")]
CHECK_IN = Facilitation.Right.CHECK_IN
PAPER = "#fbfaf6"


@login_required
@require_safe
def offline_registers(request: HttpRequest) -> HttpResponse:
    """The registers that this phone keeps, of all workshops: where the installed page begins."""
    return HttpResponse(_page())


@login_required
@require_safe
def offline_register(request: HttpRequest, code: str) -> HttpResponse:
    """The registers of a workshop on this phone; the service worker shows it when there is no line."""
    managed_workshop(request, code, CHECK_IN)
    return HttpResponse(_page())


def _page() -> str:
    """Return a page that is made of nothing but words and addresses."""
    context = {
        "language": language(),
        "site_name": _("Registers on this phone"),
        "files": {"stylesheet": static("css/academy.css"), "emblem": static("img/emblem.svg")},
        "marks": MARKS,
        "labels": AttendanceStatus.choices,
    }
    return render_to_string("workshops/offline.html", context)


@login_required
@never_cache
@require_safe
def offline_roster(request: HttpRequest, code: str) -> JsonResponse:
    """What a phone takes along: the registers of a workshop, the keys to lock them with, and a token for sending."""
    workshop = managed_workshop(request, code, CHECK_IN)
    try:
        roster = services.roster_of(workshop=workshop)
    except DomainError as error:
        return JsonResponse({"message": str(error)}, status=409)
    for session in roster["sessions"]:
        session.update(_addresses(code, session["number"]))
    keys = services.keys_of(account=account_of(request), workshop=workshop, sign_in=request.session.session_key or "")
    return JsonResponse(
        {
            "roster": roster,
            "key": b64encode(keys.roster).decode(),
            "notes_key": b64encode(keys.notes).decode(),
            "owner": keys.owner,
            "token": get_token(request),
        }
    )


def _addresses(code: str, number: int) -> dict[str, str]:
    names = {"register": "register", "mark": "register_mark", "walk_in": "walk_in"}
    return {word: reverse(name, args=[code, number]) for word, name in names.items()}


@require_safe
def offline_manifest(request: HttpRequest) -> JsonResponse:
    """What a phone needs to put the registers among its apps (Web Application Manifest)."""
    manifest: dict[str, Any] = {
        "id": reverse("offline_registers"),
        "name": _("Registers – Migration Health Academy"),
        "short_name": _("Registers"),
        "lang": language(),
        "start_url": reverse("offline_registers"),
        "scope": "/",
        "display": "standalone",
        "background_color": PAPER,
        "theme_color": PAPER,
        "icons": [{"src": static(name), "sizes": sizes, "type": "image/png"} for name, sizes in ICONS],
    }
    return JsonResponse(manifest, content_type="application/manifest+json")
