"""Front page, my learning, glossary, and the pages that say why something is not there."""

import errno
import json
import sys
from functools import lru_cache
from hashlib import sha256
from http import HTTPStatus
from sqlite3 import SQLITE_ERROR
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden, HttpResponseNotFound, HttpResponseServerError
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import condition, require_http_methods, require_safe

from audit.context import without_secrets
from core.errors import GoneError
from core.searching import LONGEST_QUESTION, question
from core.shared_pages import seen_alike
from courses.progress import Kind
from home import queries
from home.forms import BrowserDisplayForm, ProblemForm
from home.services import TooManyReportsError, transcript_pdf
from library.models import Term
from people.middleware import display_of, remember_display
from people.permissions import person_of

# How many things of a kind stand on a page of the search, and how many digits the number of such a page has at most.
PER_PAGE, LONGEST_NUMBER = 20, 6
# A folder without room, or one that its machine has lost.
_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EROFS}
# How PostgreSQL says that a question is larger than any it answers (class 54).
PROGRAM_LIMIT = "54"
# After how many seconds a program may ask again.
COME_AGAIN = 30


def _language() -> str:
    return (get_language() or "")[:2]


@seen_alike
@require_safe
def front(request: HttpRequest) -> HttpResponse:
    """What this is, three doors, the four aspects, the next workshops, what a certificate proves."""
    language = _language()
    context = {
        "page": queries.with_partners(queries.home_page(language)),
        "doors": queries.doors(request.user, language),
        "offer": queries.offer(language),
        "workshops": queries.next_workshops(),
        "Kind": Kind,
    }
    return render(request, "home/front.html", context)


@login_required
@require_safe
def my_learning(request: HttpRequest) -> HttpResponse:
    """The next step first; then modules, workshops, certificates."""
    person = person_of(request.user)
    context = {"section": "my", "person": person, "mine": queries.my_learning(person, _language())}
    return render(request, "home/my_learning.html", context)


@login_required
@require_safe
def calendar(request: HttpRequest) -> HttpResponse:
    """What is due and when, on one page."""
    context = {"section": "my", "calendar": queries.calendar(person_of(request.user), _language())}
    return render(request, "home/calendar.html", context)


@login_required
@require_safe
def transcript(request: HttpRequest) -> HttpResponse:
    """What was earned, as it was counted then."""
    person = person_of(request.user)
    context = {"section": "my", "person": person, "earned": queries.transcript(person, _language())}
    return render(request, "home/transcript.html", context)


@never_cache
@login_required
@require_safe
def transcript_file(request: HttpRequest) -> HttpResponse:
    """The same as a tagged PDF in the language of the page."""
    person = person_of(request.user)
    name = f'attachment; filename="transcript-{person.public_code}.pdf"'
    content = transcript_pdf(person=person, language=_language())
    return HttpResponse(content, content_type="application/pdf", headers={"Content-Disposition": name})


@require_http_methods(["GET", "HEAD", "POST"])
def problem(request: HttpRequest) -> HttpResponse:
    """Report a problem: the page one came from and the browser are filled in."""
    account = request.user if request.user.is_authenticated else None
    known = {"address": request.GET.get("page", ""), "browser": request.headers.get("User-Agent", "")}
    form = ProblemForm(request.POST or None, initial=known, account=account)
    if request.method == "POST" and form.is_valid():
        try:
            form.save()
        except TooManyReportsError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Thank you. The people who help have your report."))
            return redirect("front")
    return render(request, "home/problem.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
def accessibility(request: HttpRequest) -> HttpResponse:
    """For whom the pages work, what is known to be missing, and how they are shown in this browser."""
    if request.user.is_authenticated:  # the account has a page for it, and remembers
        return render(request, "home/accessibility.html", {})
    form = BrowserDisplayForm(request.POST if request.method == "POST" else None, shown=display_of(request))
    if request.method == "POST" and form.is_valid():
        messages.success(request, _("Pages are shown as you chose."))
        response = redirect("accessibility")
        remember_display(request, response, form.classes())
        return response
    return render(request, "home/accessibility.html", {"form": form})


@seen_alike
@require_safe
def glossary(request: HttpRequest) -> HttpResponse:
    """All terms in the alphabet's order."""
    return render(request, "home/glossary.html", {"terms": Term.objects.in_language(_language())})


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """What was asked for, found in modules, lessons, glossary, resources and workshops; a kind by itself in pages."""
    text = request.GET.get("q", "").strip()[:LONGEST_QUESTION]
    asked, language = question(text), _language()
    kind = next((each for each in queries.Kind if each.value == request.GET.get("kind")), None)
    context: dict[str, Any] = {"section": "search", "text": text, "asked": bool(asked), "kind": kind}
    if asked and kind is not None:
        number = _page_number(request)
        groups = queries.find(asked, language, [kind], first=(number - 1) * PER_PAGE, last=number * PER_PAGE)
        page = Paginator(range(groups[0].count if groups else 0), PER_PAGE).get_page(number)
        context |= {"groups": groups, "page": page, "query": f"{urlencode({'q': text, 'kind': kind.value})}&"}
    elif asked:
        context["groups"] = queries.find(asked, language)
    return render(request, "home/search.html", context)


def _page_number(request: HttpRequest) -> int:
    number = request.GET.get("page", "")
    return max(1, int(number)) if number.isdecimal() and len(number) < LONGEST_NUMBER else 1


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403: signed in, but not for this. The sentence of the exception says why, if there is one."""
    reason = str(exception) if exception.args else ""
    return HttpResponseForbidden(render_to_string("home/forbidden.html", {"reason": reason}, request))


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that was too old, or came from another site."""
    return HttpResponseForbidden(render_to_string("home/csrf_failure.html", {"page_before": _before(request)}, request))


def _before(request: HttpRequest) -> str:
    """Return the page of ours that a form was sent from, or nothing."""
    referer = request.headers.get("Referer", "")
    ours = url_has_allowed_host_and_scheme(referer, allowed_hosts={request.get_host()})
    return urlsplit(referer)._replace(scheme="", netloc="").geturl() if ours else ""


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404: no such address, or nothing that the person may see."""
    return HttpResponseNotFound(render_to_string("home/not_found.html", {}, request))


def server_error(request: HttpRequest) -> HttpResponse:
    """500: asks nothing of the database or the session, because they may be what failed.

    503 where database, files or mail server cannot be reached, or have no more room: it is worth while to come again.
    """
    if _will_pass(sys.exception()):
        page = _standalone("home/unavailable.html")
        return HttpResponse(page, status=HTTPStatus.SERVICE_UNAVAILABLE, headers={"Retry-After": str(COME_AGAIN)})
    return HttpResponseServerError(
        _standalone("home/server_error.html", address=without_secrets(request.path, request))
    )


def _will_pass(trouble: BaseException | None) -> bool:
    """Whether what is being handled just now lies in what the site stands on, and not in the site."""
    if isinstance(trouble, OperationalError | InterfaceError):
        return not _is_asked_wrongly(trouble.__cause__)
    return isinstance(trouble, GoneError) or (isinstance(trouble, OSError) and trouble.errno in _NO_ROOM)


def _is_asked_wrongly(said: BaseException | None) -> bool:
    """Whether a database that answers was asked for what it never does: a column that is not there, too much at once.

    Both say it by the same error as that they are gone, and by a code beside it.
    """
    asked_wrongly = getattr(said, "sqlite_errorcode", None) == SQLITE_ERROR
    return asked_wrongly or (getattr(said, "sqlstate", None) or "").startswith(PROGRAM_LIMIT)


def _standalone(template: str, **context: str) -> str:
    """Return a page that is made of nothing but words and the names of static files."""
    language = _language() or settings.LANGUAGE_CODE
    site_name = _(settings.WAGTAIL_SITE_NAME)
    return render_to_string(template, {"language": language, "site_name": site_name, "files": _files(), **context})


def _files() -> dict[str, str]:
    """Return the addresses of the static files of a standalone page; none when they were never collected."""
    names = {"stylesheet": "css/academy.css", "font": "fonts/source-serif-4.woff2", "emblem": "img/emblem.svg"}
    try:
        return {word: static(name) for word, name in names.items()}
    except ValueError:
        return {}


# --- Without a connection -------------------------------------------------------------------------------------------
@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    """What the service worker keeps and shows instead of a page that cannot be fetched. The same for everybody."""
    return HttpResponse(_standalone("home/offline.html"))


def _mark_of_worker(_request: HttpRequest) -> str:
    return f'"{sha256(_worker(settings.UPLOADS_ORIGIN).encode()).hexdigest()}"'


@require_safe
@condition(etag_func=_mark_of_worker)
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker, at the root so that it may answer for every page. Browsers ask again with every page."""
    words = _worker(settings.UPLOADS_ORIGIN)
    return HttpResponse(words, content_type="text/javascript; charset=utf-8", headers={"Cache-Control": "no-cache"})


@lru_cache
def _worker(uploads: str) -> str:
    """Return static/js/worker.js with what it keeps and a version that changes with every word and file of that."""
    pages, words = {}, []
    for code, _name in settings.LANGUAGES:
        with override(code):
            pages[code] = reverse("offline")
            words.append(_standalone("home/offline.html"))
    source = (settings.BASE_DIR / "static" / "js" / "worker.js").read_text(encoding="utf-8")
    version = sha256("".join([source, *words]).encode()).hexdigest()[:12]
    kept = {"version": version, "pages": pages, "files": list(_files().values()), "uploads": uploads}
    return f"const KEPT = {json.dumps(kept)};\n{source}"
