"""A module on a device that may lose its line: the pages it keeps at somebody's wish, and what it sends later.

The copies name nobody. Whoever is enrolled fetches them once; browsers are told to store none of them, the service
worker keeps what it was asked to.
"""

import json
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404, render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from courses.errors import CourseError
from courses.models import Enrolment, Lesson, LessonPage, Module, ModulePage, best_pages
from courses.services import MOST_AT_ONCE, Answered, Learned, copies_of, owner_of, take_in
from courses.views.access import account_of, language
from people.permissions import person_of

# As long as lessons are kept as they were rendered.
TEXT_SECONDS = 15 * 60
LONGEST_VALUE, MOST_VALUES = 500, 60
# What a copy is made of, beside what the page for no connection has.
FILES = (
    "css/academy.css",
    "fonts/source-serif-4.woff2",
    "img/emblem.svg",
    "js/away.js",
    "js/later.js",
    "js/cupboard.js",
    "js/ordering.js",
)


def _enrolled_module(request: HttpRequest, code: str) -> Module:
    """A module that the person takes; 404 for everybody else."""
    mine = Enrolment.objects.active().filter(person=person_of(request.user))
    return get_object_or_404(Module.objects.offered(), code=code, enrolments__in=mine)


@login_required
@never_cache
@require_safe
def module_copies(request: HttpRequest, code: str) -> JsonResponse:
    """What a device fetches to keep a module: addresses with their marks, files, and the key of whose it is."""
    module = _enrolled_module(request, code)
    try:
        copies = copies_of(module=module, language=language())
    except CourseError as error:
        raise Http404 from error
    pages = [
        {
            "address": reverse("lesson_copy", args=[code, each.lesson.code])
            if each.lesson
            else reverse("module_copy", args=[code]),
            "mark": each.mark,
        }
        for each in copies
    ]
    kept = {"owner": owner_of(account_of(request)), "day": date_format(timezone.localdate(), "DATE_FORMAT")}
    return JsonResponse({**kept, "pages": pages, "files": [*map(static, FILES)]})


@login_required
@require_safe
def module_copy(request: HttpRequest, code: str) -> HttpResponse:
    """The page of a module as it is read without a line: what it is about, and its lessons."""
    module = _enrolled_module(request, code)
    context = {
        **_standalone(),
        "module": module,
        "page": _best_page(ModulePage, module.translation_key),
        "lessons": module.lessons.offered().order_by("position").with_title(language()),
    }
    return render(request, "courses/module_copy.html", context)


@login_required
@require_safe
def lesson_copy(request: HttpRequest, code: str, lesson_code: str) -> HttpResponse:
    """A lesson as it is read without a line: the same text with small pictures, and nothing about who reads."""
    module = _enrolled_module(request, code)
    outline = list(module.lessons.offered().order_by("position").with_title(language()))
    index = next((place for place, each in enumerate(outline) if each.code == lesson_code), None)
    if index is None:
        raise Http404
    page = _best_page(LessonPage, outline[index].translation_key)
    context = {
        **_standalone(),
        "module": Module.objects.with_title(language()).get(pk=module.pk),
        "lesson": outline[index],
        "page": page,
        "text": _text(module, outline[index], page),
        "number": index + 1,
        "total": len(outline),
        "previous": outline[index - 1] if index else None,
        "next": outline[index + 1] if index + 1 < len(outline) else None,
    }
    return render(request, "courses/lesson_copy.html", context)


def _standalone() -> dict[str, Any]:
    """What a page needs that has nothing around it: neither a menu nor a name."""
    return {
        "language": language(),
        "files": {"stylesheet": static("css/academy.css"), "emblem": static("img/emblem.svg")},
        "day": timezone.localdate(),
    }


def _best_page(pages: type[Any], key: Any) -> Any:
    """The published page in the language of the address, else in the next best; 404 without one."""
    found = best_pages(pages, [key], language())
    if key not in found:
        raise Http404
    return found[key]


def _text(module: Module, lesson: Lesson, page: LessonPage) -> str:
    key = f"offline:lesson:{lesson.pk}:{module.content_version}:{language()}"
    text: str | None = cache.get(key)
    if text is None:
        text = page.render_text(phone=True)
        cache.set(key, text, TEXT_SECONDS)
    return text


def address_of(answered: Answered, back: str) -> str:
    """Where there is to read what there is to say about an answer; `back` is the page to go back to."""
    query = [("check", "1"), *(("answer", each) for each in answered.given), ("next", back)]
    return f"{reverse('practice', args=[answered.code])}?{urlencode(query)}"


# --- What comes later ------------------------------------------------------------------------------------------------


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def own_offline(request: HttpRequest) -> JsonResponse:
    """Whose device this is now, with a token to send with; a POST takes in what was done without a line.

    {"learned": [{"id", "kind", "lesson", "version"?, "given"?, "place"?}]} → {"outcomes": [{"id", "message"}]}; an
    empty message says that it was taken.
    """
    if request.method != "POST":
        return JsonResponse({"owner": owner_of(account_of(request)), "token": get_token(request)})
    sent = _sent(request.body) if request.content_type == "application/json" else None
    if sent is None:
        return JsonResponse({"message": _("This could not be read.")}, status=400)
    learned = {str(each.get("id")): _learned(each) for each in sent}
    readable = [each for each in learned.values() if each is not None]
    became = {each.key: each.refusal for each in take_in(person=person_of(request.user), learned=readable)}
    unread = _("This could not be read.")
    outcomes = [{"id": key, "message": became[each.key] if each else unread} for key, each in learned.items()]
    return JsonResponse({"outcomes": outcomes})


def _sent(body: bytes) -> list[dict[str, Any]] | None:
    """What was sent, so much as is taken at once; None where it cannot be read."""
    try:
        sent = json.loads(body)
    except (ValueError, RecursionError):
        return None
    learned = sent.get("learned") if isinstance(sent, dict) else None
    if not isinstance(learned, list):
        return None
    return [each if isinstance(each, dict) else {} for each in learned[:MOST_AT_ONCE]]


def _learned(sent: dict[str, Any]) -> Learned | None:
    """One thing that was done; None where it cannot be read."""
    given, version = sent.get("given", []), sent.get("version", 0)
    if not isinstance(given, list) or len(given) > MOST_VALUES or not isinstance(version, int):
        return None
    try:
        return Learned(
            key=UUID(str(sent.get("id"))),
            kind=str(sent.get("kind")),
            lesson=str(sent.get("lesson")),
            version=version,
            given=tuple(_storable(each) for each in given),
            place=str(sent.get("place", "")),
        )
    except ValueError:
        return None


def _storable(value: Any) -> str:
    """A value of a field without what JSON can carry and no database keeps: zeros, and halves of surrogates."""
    return str(value)[:LONGEST_VALUE].encode(errors="replace").decode().replace("\0", "")
