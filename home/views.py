"""Front page, my learning, glossary, and the pages that say why something is not there."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden, HttpResponseNotFound, HttpResponseServerError
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from courses.progress import Kind
from home import queries
from home.forms import ProblemForm
from home.services import TooManyReportsError
from library.models import Term
from people.permissions import person_of


def _language() -> str:
    return (get_language() or "")[:2]


@require_safe
def front(request: HttpRequest) -> HttpResponse:
    """What this is, three doors, the four aspects, the next workshops, what a certificate proves."""
    language = _language()
    context = {
        "page": queries.home_page(language),
        "doors": queries.doors(request.user, language),
        "aspects": queries.modules_by_aspect(language),
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


@require_safe
def glossary(request: HttpRequest) -> HttpResponse:
    """All terms in the alphabet's order."""
    return render(request, "home/glossary.html", {"terms": Term.objects.in_language(_language())})


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403: signed in, but not for this. The sentence of the exception says why, if there is one."""
    reason = str(exception) if exception.args else ""
    return HttpResponseForbidden(render_to_string("home/forbidden.html", {"reason": reason}, request))


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that was too old, or came from another site."""
    return HttpResponseForbidden(render_to_string("home/csrf_failure.html", {}, request))


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404: no such address, or nothing that the person may see."""
    return HttpResponseNotFound(render_to_string("home/not_found.html", {}, request))


def server_error(request: HttpRequest) -> HttpResponse:
    """500: asks nothing of the database or the session, because they may be what failed."""
    context: dict[str, Any] = {"language": _language() or "en", "stylesheet": _stylesheet()}
    return HttpResponseServerError(render_to_string("home/server_error.html", context))


def _stylesheet() -> str:
    try:
        return static("css/academy.css")
    except ValueError:  # static files were never collected
        return ""
