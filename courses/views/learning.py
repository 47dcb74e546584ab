"""Catalogue, module page and the lean lesson reader."""

from collections.abc import Callable
from functools import partial, wraps
from typing import Any, TypeVar, cast
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.db.models import CharField, DateTimeField, QuerySet, TextField, UUIDField, Value
from django.db.models.functions import Cast
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assessments.models import Objective, Section
from assessments.services import terms_for
from core.errors import DomainError
from core.explanations import Line
from core.fragments import fragment, rows_in_process
from core.prepared import Given, Prepared
from core.shared_pages import seen_alike
from courses import rule_words, services
from courses.models import (
    Enrolment,
    Lesson,
    LessonNote,
    LessonPage,
    Module,
    ModulePage,
    ModuleResource,
    in_language_order,
    numbers_of,
    reach_of,
)
from courses.progress import Standing
from courses.progress import standing as put_together
from courses.services import CourseError, Owed
from courses.uses import workshops_for
from courses.views.access import account_of, sign_in_to_read
from courses.views.offline import address_of
from library.models import Aspect, Resource
from people.permissions import person_of
from people.services import PeopleError, agency_of

# A rendered lesson is dropped at once when something in its module is published; this long after other changes
# (a practice question, a document) it is rendered anew.
TEXT_SECONDS = 15 * 60
# Where places of a lesson are marked, as seen from the lesson.
MARKS = "notes/"

View = Callable[..., HttpResponse]


Found = TypeVar("Found")


def _found(row: Found | None) -> Found:
    if row is None:
        raise Http404
    return row


def _language() -> str:
    return (get_language() or "")[:2]


def _signed_in_post(view: View) -> View:
    """Take a POST from somebody who is signed in. Others come back to the module after signing in."""

    @require_POST
    @wraps(view)
    def wrapped(request: HttpRequest, code: str, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(reverse("module", args=[code]))
        return view(request, code, *args, **kwargs)

    return wrapped


# --- Catalogue and module page ---------------------------------------------------------------------------------------


@seen_alike
@require_safe
def catalogue(request: HttpRequest) -> HttpResponse:
    """All modules with time and what the person has done: what concerns every aspect once, the others by aspect."""
    modules = list(Module.objects.offered().with_card(_language()))
    mine = {one.module_id: one for one in Enrolment.objects.active().filter(person=_person_id(request)).with_counts()}
    cards: list[dict[str, Any]] = [
        {"module": module, "aspects": _aspects(module), "enrolment": mine.get(module.pk)} for module in modules
    ]
    common = [card for card in cards if len(card["aspects"]) in {0, len(Aspect)}]
    other = [card for card in cards if card not in common]
    context = {
        "section": "modules",
        "common": common,
        "aspects": [
            {"code": aspect, "cards": [card for card in other if aspect in card["aspects"]]} for aspect in Aspect
        ],
        "any": bool(cards),
    }
    return render(request, "courses/catalogue.html", context)


def _aspects(module: Module) -> list[str]:
    return [link.aspect for link in module.aspect_links.all()]


def _person_id(request: HttpRequest) -> int | None:
    """The person who is asking; None for strangers and for accounts without a person."""
    return getattr(request.user, "person_id", None)


@seen_alike
@require_safe
def module(request: HttpRequest, code: str) -> HttpResponse:
    """What a module is about, what it asks for, and the next step."""
    offered = _found(_MODULE.first(code=code))
    language = _language()
    services.put_cards([offered], language)
    lessons = offered.offered_lessons
    enrolment = _enrolment_with_facts(request, offered)
    standing = enrolment.standing() if enrolment else None
    lines = {line.code: line for line in standing.lessons} if standing else {}
    context = {
        "section": "modules",
        "module": offered,
        "page": _module_page(offered, language),
        "aspects": _aspects(offered),
        "objectives": _OBJECTIVES.rows(key=offered.translation_key),
        "prerequisites": _PREREQUISITES.rows(language, module=offered.pk),
        "resources": _RESOURCES.rows(language, module=offered.pk),
        "lessons": [{"lesson": lesson, "standing": lines.get(lesson.code)} for lesson in lessons],
        "untranslated": [lesson for lesson in lessons if lesson.title_language != language],
        "enrolment": enrolment,
        "standing": standing,
        "required": standing.required if standing else sum(lesson.required for lesson in lessons),
        "step": standing.next_step if standing else None,
        "workshops": workshops_for(offered.code, language),
        "lines": _lines(enrolment, standing),
        "owed": _owed(request, offered, language),
        "files": services.sizes_to_take_away(module=offered, language=language),
        "discussion": _discussion(request, offered),
        **_without_a_line(request, enrolment, language),
    }
    return render(request, "courses/module.html", context)


def _module() -> QuerySet[Module]:
    return Module.objects.offered().filter(code=Given("code", CharField())).select_related("final_test")


def _module_page(module: Module, language: str) -> ModulePage:
    """The published page of a module, which counts its version on whenever it is published anew."""
    key = f"page:{module.pk}:{module.content_version}:{language}"
    found = rows_in_process([key], lambda _missing: {key: _best_page(ModulePage, module.translation_key, language)})
    return found[key]


def _objectives() -> QuerySet[Objective]:
    return Module(translation_key=cast("UUID", Given("key", UUIDField()))).objectives


def _prerequisites(language: str) -> QuerySet[Module]:
    return Module.objects.filter(prerequisite_of=Given("module")).with_title(language)


def _resources(language: str) -> QuerySet[Resource]:
    links = ModuleResource.objects.filter(module=Given("module"))
    return Resource.objects.readable_in(language).filter(translation_key__in=links.order_by().values("resource_key"))


_MODULE, _OBJECTIVES = Prepared(_module), Prepared(_objectives)
_PREREQUISITES, _RESOURCES = Prepared(_prerequisites), Prepared(_resources)


def _discussion(request: HttpRequest, module: Module) -> dict[str, int] | None:
    """How many questions of the own cohorts there are and how many answers are kept; None for whoever has no part."""
    if not request.user.is_authenticated:
        return None
    reach = reach_of(account_of(request))
    if module.pk not in reach.cohorts and not reach.moderates_any:
        return None
    return numbers_of(reach, module)


def _without_a_line(request: HttpRequest, enrolment: Enrolment | None, language: str) -> dict[str, Any]:
    """Whose copies of a module this page may keep on the device and how large they are, and what was answered there."""
    if enrolment is None:
        return {}
    answered = services.answered_offline(enrolment=enrolment, language=language)
    return {
        "owner": services.owner_of(account_of(request)),
        "size_of_copies": services.size_of_copies(module=enrolment.module, language=language),
        "answered": [{"about": each, "address": address_of(each, request.path)} for each in answered],
    }


def _owed(request: HttpRequest, module: Module, language: str) -> Owed | None:
    """By when the person was asked to complete the module, while it is not done."""
    person = getattr(request.user, "person", None)
    if person is None:
        return None
    owed = services.duties_of(person=person, language=language)
    return next((each for each in owed if each.module.pk == module.pk and each.duty.done_on is None), None)


def _lines(enrolment: Enrolment | None, standing: Standing | None) -> list[Line]:
    """What the module asked of somebody and what there is: as it was stored, else as it stands."""
    if enrolment is None or standing is None:
        return []
    return rule_words.lines(enrolment.completion or standing.explanation())


def _enrolment_with_facts(request: HttpRequest, module: Module) -> Enrolment | None:
    """The own enrolment in a module whose card is there."""
    enrolment = _ENROLMENT.first(person=_person_id(request), module=module.pk)
    if enrolment is not None:
        enrolment.module = module
        services.put_own_facts([enrolment])
    return enrolment


def _enrolment() -> QuerySet[Enrolment]:
    mine = Enrolment.objects.active().filter(person=Given("person"), module=Given("module"))
    return mine.with_tries()


_ENROLMENT = Prepared(_enrolment)


def _best_page(pages: type[Any], key: Any, language: str) -> Any:
    """The published page in the language, else in the next best."""
    return _PAGE.first(pages, language, key=key)


def _page(pages: type[Any], language: str) -> QuerySet[Any]:
    live = pages.objects.filter(translation_key=Given("key", UUIDField()), live=True).select_related("locale")
    return in_language_order(live, language)[:1]


_PAGE = Prepared(_page)


@_signed_in_post
def enrol(request: HttpRequest, code: str) -> HttpResponse:
    """Enrol for the agency of today; with `start` the first lesson opens."""
    person = person_of(request.user)
    module = get_object_or_404(Module.objects.offered(), code=code)
    try:
        services.enrol(person=person, module=module, agency=agency_of(person))
    except (CourseError, PeopleError) as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("You are enrolled. Your progress is kept from now on."))
    return redirect(_back_to_lesson(request, module) or reverse("module", args=[code]))


def _back_to_lesson(request: HttpRequest, module: Module) -> str:
    """The lesson from which somebody enrolled, if it is one of this module; the first one for whoever starts."""
    lessons = module.lessons.offered().order_by("position")
    mine = Enrolment.objects.active().filter(person=_person_id(request), module=module)
    found = (
        lessons if "start" in request.POST and mine.exists() else lessons.filter(code=request.POST.get("lesson", ""))
    )
    lesson = found.first()
    return reverse("lesson", args=[module.code, lesson.code]) if lesson else ""


@_signed_in_post
def leave(request: HttpRequest, code: str) -> HttpResponse:
    """Leave a module; progress stays for a return."""
    enrolment = get_object_or_404(Enrolment, person=person_of(request.user), module__code=code)
    try:
        services.withdraw_enrolment(enrolment=enrolment)
    except CourseError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("You have left the module. Your progress is kept if you come back."))
    return redirect("module", code)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def final_test(request: HttpRequest, code: str) -> HttpResponse:
    """Say the rules of the final test; a POST begins it."""
    mine = Enrolment.objects.active().filter(person=person_of(request.user), module__code=code)
    enrolment = get_object_or_404(mine.with_facts(_language()))
    test = enrolment.module.final_test
    if test is None:
        raise Http404
    if request.method == "POST":
        try:
            attempt = services.start_final_test(enrolment=enrolment, language=_language())
        except DomainError as error:
            messages.error(request, str(error))
            return redirect("final_test", code)
        return redirect(f"{reverse('attempt', args=[attempt.pk])}?next={reverse('module', args=[code])}")
    standing, now, refresher = enrolment.standing(), timezone.now(), _refresher(enrolment)
    terms = terms_for(test=test, person=enrolment.person, agency=enrolment.agency)
    context = {
        "section": "modules",
        "module": enrolment.module,
        "test": test,
        "terms": terms,
        "not_yet": terms.not_yet(now),
        "no_longer": terms.no_longer(now),
        "questions": Section.objects.filter(test=test, form="").size(),
        "standing": standing,
        "missing": standing.required - standing.done,
        "refresher": refresher,
    }
    return render(request, "courses/final_test.html", context)


def _refresher(enrolment: Enrolment) -> Standing | None:
    """The sittings that may renew the certificate, while they may be begun. No query on rows read by `with_facts`."""
    if not enrolment.may_refresh:
        return None
    made = [link.attempt for link in enrolment.final_attempts.all()]
    return put_together(
        lessons=[],
        progress=[],
        test=enrolment.module.final_test,
        attempts=[each for each in made if each.occasion == enrolment.refresher],
        tries=enrolment.tries,
    )


# --- The reader ------------------------------------------------------------------------------------------------------


@sign_in_to_read
@require_safe
def lesson(request: HttpRequest, code: str, lesson_code: str) -> HttpResponse:
    """A lesson. Four queries: session, account, lesson, own progress; the roles of whoever has one, and now and then
    the rendered text."""
    here = _offered_lesson(code, lesson_code)
    text = _text(here, _language())
    enrolment_id, progress, notes = _own_progress(request, here)
    if enrolment_id is not None and here.pk not in progress:
        services.note_opening(enrolment_id=enrolment_id, lesson_id=here.pk, begins=not progress)
        progress[here.pk] = None
    outline = [{**line, "completed": progress.get(line["pk"])} for line in text["outline"]]
    index = next(number for number, line in enumerate(outline) if line["pk"] == here.pk)
    context = {
        "section": "modules",
        "module": {"code": here.module.code, "title": text["module_title"], "language": text["module_language"]},
        "lesson": here,
        "text": {**text, "html": _with_notes(text["html"], notes)},
        "outline": outline,
        "number": index + 1,
        "previous": outline[index - 1] if index else None,
        "next": outline[index + 1] if index + 1 < len(outline) else None,
        "enrolled": enrolment_id is not None,
        "completed": progress.get(here.pk) is not None,
        "files": text["files"],
    }
    return render(request, "courses/lesson.html", context)


def _offered_lesson(code: str, lesson_code: str) -> Lesson:
    return _found(_LESSON.first(module=code, lesson=lesson_code))


def _lesson() -> QuerySet[Lesson]:
    lessons = Lesson.objects.offered().select_related("module")
    return lessons.filter(module__code=Given("module", CharField()), code=Given("lesson", CharField()))


_LESSON = Prepared(_lesson)


def _text(lesson: Lesson, language: str) -> dict[str, Any]:
    """Everything about a lesson that is the same for all readers of a language: rendered once per publication."""
    key = f"lesson-text:{lesson.pk}:{lesson.module.content_version}:{language}"
    return fragment(key, partial(_render_text, lesson, language), seconds=TEXT_SECONDS)


def _render_text(lesson: Lesson, language: str) -> dict[str, Any]:
    page: LessonPage | None = _best_page(LessonPage, lesson.translation_key, language)
    if page is None:
        raise Http404
    module = Module.objects.with_title(language).get(pk=lesson.module_id)
    outline = lesson.module.lessons.offered().order_by("position").with_title(language)
    return {
        "title": page.title,
        "summary": page.summary,
        "minutes": page.minutes,
        "language": page.locale.language_code,
        "html": page.render_text(marks=MARKS),
        "module_title": module.title,
        "module_language": module.title_language,
        "workshops": workshops_for(module.code, language),
        "files": services.sizes_to_take_away(module=module, language=language, lesson=lesson),
        "outline": [{**_told(line), "address": reverse("lesson", args=[module.code, line.code])} for line in outline],
    }


def _told(line: Lesson) -> dict[str, Any]:
    said = {name: getattr(line, name) for name in ("pk", "code", "title", "title_language", "required")}
    return said | {"length": _("%(minutes)s min") % {"minutes": line.minutes}}


def _own_progress(request: HttpRequest, lesson: Lesson) -> tuple[int | None, dict[int, Any], dict[str, str]]:
    """The active enrolment, by opened lesson when it was completed, and own notes by their places: one query.

    Whoever looks at the Academy as somebody else sees no notes.
    """
    is_own = getattr(request, "viewing", None) is None
    own = _PROGRESS.rows(is_own, person=_person_id(request), module=lesson.module_id, lesson=lesson.pk)
    enrolment_id = next((pk for pk, *_rest, place, _text in own if not place), None)
    progress = {
        lesson_id: completed_at for _pk, lesson_id, completed_at, place, _text in own if lesson_id and not place
    }
    return enrolment_id, progress, {place: text for *_rest, place, text in own if place}


def _progress(is_own: bool) -> QuerySet[Any, Any]:
    enrolled = Enrolment.objects.active().filter(person=Given("person"), module=Given("module"))
    notes = LessonNote.objects.filter(person=Given("person"), lesson=Given("lesson"))
    nothing = Cast(Value(None), DateTimeField())
    rows = enrolled.order_by().values_list(
        "pk", "progress__lesson", "progress__completed_at", Value("", CharField()), Value("", TextField())
    )
    if is_own:
        rows = rows.union(notes.order_by().values_list("pk", "lesson", nothing, "place", "text"), all=True)
    return rows


_PROGRESS = Prepared(_progress)


def _with_notes(html: str, notes: dict[str, str]) -> str:
    """A rendered text with own notes before the links that change them."""
    for place, text in notes.items():
        link = f'<a class="mark" href="{MARKS}{place}/">'
        marked = f'<a class="mark mark--on" aria-describedby="note-{place}" href="{MARKS}{place}/">'
        html = html.replace(link, render_to_string("courses/_note.html", {"place": place, "text": text}) + marked, 1)
    return html


@_signed_in_post
def lesson_done(request: HttpRequest, code: str, lesson_code: str) -> HttpResponse:
    """Mark a lesson as read and go where the next step is."""
    here = _offered_lesson(code, lesson_code)
    enrolment = _own_enrolment(request, here)
    if enrolment is None:
        messages.info(request, _("Enrol in the module so that your progress is kept."))
        return redirect("module", code)
    services.complete_lesson(enrolment=enrolment, lesson=here)
    following = Lesson.objects.offered().filter(module=here.module_id, position__gt=here.position)
    after = following.order_by("position").first()
    return redirect("lesson", code, after.code) if after else redirect("module", code)


@_signed_in_post
def lesson_place(request: HttpRequest, code: str, lesson_code: str) -> HttpResponse:
    """Remember the block last reached; sent by the page while somebody reads."""
    here = _offered_lesson(code, lesson_code)
    enrolment = _own_enrolment(request, here)
    if enrolment is not None:
        try:
            services.reach_place(enrolment=enrolment, lesson=here, place=request.POST.get("place", ""))
        except CourseError as error:
            return HttpResponseBadRequest(str(error))
    return HttpResponse(status=204)


def _own_enrolment(request: HttpRequest, lesson: Lesson) -> Enrolment | None:
    mine = Enrolment.objects.active().filter(person=_person_id(request), module=lesson.module_id)
    return mine.select_related("person", "module").first()
