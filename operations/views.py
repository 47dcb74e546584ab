"""Health for machines, and the mailbox of the demonstration."""

from http import HTTPStatus
from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import get_language_info
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from assessments.models import Attempt
from certificates.models import Certificate
from library.models import Aspect
from operations import findings, services
from operations.forms import SpecimenForm
from operations.mailbox import StoredMail, read_mailbox
from workshops.models import AttendanceStatus, Registration

MOST_FILES_SHOWN = 200
COLOURS = [
    "ink", "muted", "paper", "sheet", "shade", "hairline", "line", "action", "legal", "social", "economic", "cultural",
    "success", "danger", "warning", "gold",
]  # fmt: skip


@never_cache
@require_safe
def health_live(request: HttpRequest) -> HttpResponse:
    """Whether the process answers. Asks nothing else, so that a slow database restarts no web server."""
    return HttpResponse("ok\n", content_type="text/plain; charset=utf-8")


@never_cache
@require_safe
def health_ready(request: HttpRequest) -> JsonResponse:
    """Whether pages can be served and jobs are done, in words, and which check failed.

    503 only where no page can be served: taking servers away mends no queue. For machines, and so in English always.
    """
    with translation.override("en"):
        found = services.readiness()
    state = findings.status(found)
    checks = {each.name: each.as_json() for each in found}
    code = HTTPStatus.SERVICE_UNAVAILABLE if state == "not ready" else HTTPStatus.OK
    return JsonResponse({"status": state, "checks": checks}, status=code)


@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """How long requests take and how work stands, for Prometheus; for everybody else there is no such page."""
    if not services.may_read(request.headers.get("Authorization", "")):
        raise Http404
    text, kind = services.exposition()
    return HttpResponse(text, content_type=kind)


@never_cache
@require_safe
def demo_mail(request: HttpRequest) -> HttpResponse:
    """The messages that the demonstration sent, the newest first."""
    return render(request, "operations/demo_mail.html", {"mails": _demo_mails()})


@never_cache
@require_safe
def demo_message(request: HttpRequest, key: str) -> HttpResponse:
    """One message of the demonstration."""
    mail = next((mail for mail in _demo_mails() if mail.key == key), None)
    if mail is None:
        raise Http404
    return render(request, "operations/demo_message.html", {"mail": mail})


@require_safe
def styleguide(request: HttpRequest) -> HttpResponse:
    """Every component in every state and language, for those who design; outside a demonstration there is no page."""
    if not settings.DEMO:
        raise Http404
    specimens = [
        (code, get_language_info(code)["name_local"].capitalize(), SpecimenForm({"day": "31.02.2026"}, prefix=code))
        for code, _name in settings.LANGUAGES
    ]
    states = {
        "aspects": Aspect.values,
        "rings": [{}, {"legal": 1, "social": 0.5}, dict.fromkeys(Aspect.values, 1)],
        "notices": ["", "success", "warning", "danger"],
        "statuses": [
            *AttendanceStatus.choices,
            *Registration.State.choices,
            *Attempt.Outcome.choices,
            *Certificate.Status.choices,
        ],
    }
    return render(request, "operations/styleguide.html", {"specimens": specimens, "states": states, "colours": COLOURS})


def _demo_mails() -> list[StoredMail]:
    """Return the newest messages; outside a demonstration there is no such page."""
    folder = getattr(settings, "EMAIL_FILE_PATH", None)
    if not settings.DEMO or not folder:
        raise Http404
    files = sorted(Path(folder).glob("*.log"))[-MOST_FILES_SHOWN:]
    return read_mailbox((path.stem, path.read_bytes()) for path in files)
