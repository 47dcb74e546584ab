"""Pages of modules and lessons, their records, and people who learn: made as an editor and a learner would."""

from typing import Any
from uuid import UUID, uuid5

from django.utils import timezone
from wagtail.models import Locale, Page, Site

from assessments.models import Attempt, Test
from assessments.signals import attempt_marked
from courses.models import Enrolment, Lesson, LessonPage, Module, ModulePage
from courses.services import complete_lesson, enrol, set_rules
from home.models import HomePage
from people.models import Person
from people.services import agency_of
from tests.factories.assessments import make_test

NAMES = UUID("7a3d2b54-3b5e-4f0e-9a53-3c1f1f0f7a11")


def locale(language: str) -> Locale:
    """The locale of a language, made if it is not there."""
    return Locale.objects.get_or_create(language_code=language)[0]


def make_home(language: str = "en") -> HomePage:
    """The home page of a language; the English one is the root of the site, the others are its translations."""
    existing = HomePage.objects.filter(locale__language_code=language).first()
    if existing is not None:
        return existing
    source = make_home() if language != "en" else None
    page = HomePage(
        title=f"Home {language}", slug=f"home-{language}", locale=locale(language), promise=f"Promise {language}"
    )
    if source is not None:
        page.translation_key = source.translation_key
    Page.get_first_root_node().add_child(instance=page)
    if source is None:
        Site.objects.update_or_create(is_default_site=True, defaults={"hostname": "localhost", "root_page": page})
    return page


def block(code: str, number: int, text: str) -> dict[str, Any]:
    """A block of running text whose id follows from where it stands."""
    return {"type": "text", "id": str(uuid5(NAMES, f"{code}/{number}")), "value": f"<p>{text}</p>"}


def make_module_page(code: str = "M9", *, language: str = "en", live: bool = True, **fields: Any) -> ModulePage:
    """A module page below the home page of its language, published through a revision unless `live` is false."""
    values = {
        "title": f"Module {code} {language}",
        "slug": f"module-{code.lower()}",
        "module_code": code,
        "summary": f"Summary {code} {language}",
        "introduction": f"<p>Introduction {code} {language}</p>",
        "aspects": ["legal"],
        "minutes": 60,
        **fields,
    }
    page = ModulePage(locale=locale(language), live=False, **values)
    return _add(page, make_home(language), live)


def make_lesson_page(
    parent: ModulePage, code: str, *, language: str = "", live: bool = True, **fields: Any
) -> LessonPage:
    """A lesson page below a module page, in its language, with two blocks and a source."""
    language = language or parent.locale.language_code
    values = {
        "title": f"Lesson {code} {language}",
        "slug": f"lesson-{code.lower().replace('.', '-')}",
        "lesson_code": code,
        "summary": f"About {code}",
        "minutes": 10,
        "body": [block(code, 1, f"First {code} {language}"), block(code, 2, f"Second {code} {language}")],
        "sources": [{"type": "source", "value": {"code": "S1", "title": "A source", "locator": "Art. 1"}}],
        **fields,
    }
    return _add(LessonPage(locale=parent.locale, live=False, **values), parent, live)


def _add(page: Any, parent: Page, live: bool) -> Any:
    parent.add_child(instance=page)
    revision = page.save_revision()
    if live:
        revision.publish()
    return type(page).objects.get(pk=page.pk)


def translate(page: Any, language: str, *, live: bool = True, **fields: Any) -> Any:
    """The translation of a page below the translation of its parent, with other words."""
    make_home(language)
    copy = page.copy_for_translation(locale(language))
    for name, value in {"title": page.title.replace(" en", f" {language}"), **fields}.items():
        setattr(copy, name, value)
    revision = copy.save_revision()
    if live:
        revision.publish()
    return type(page).objects.get(pk=copy.pk)


def make_module(code: str = "M9", *, lessons: int = 3, **fields: Any) -> Module:
    """A published module with that many published lessons."""
    page = make_module_page(code, **fields)
    for number in range(1, lessons + 1):
        make_lesson_page(page, f"{code}.{number}")
    return Module.objects.get(code=code)


def make_enrolment(person: Person, module: Module, *, read: int = 0) -> Enrolment:
    """The person's enrolment with the first `read` lessons finished."""
    enrolment = enrol(person=person, module=module, agency=agency_of(person))
    for lesson in Lesson.objects.filter(module=module).order_by("position")[:read]:
        complete_lesson(enrolment=enrolment, lesson=lesson)
    enrolment.refresh_from_db()
    return enrolment


def give_final_test(module: Module, **rules: Any) -> Test:
    """A final test of one question of each type, set by the service."""
    test = make_test(code=f"{module.code}-FINAL", **rules)
    set_rules(module=module, final_test=test, certificate_months=None, objectives=[], prerequisites=[])
    return test


def mark_attempt(attempt: Attempt, share: int) -> None:
    """Hand in an attempt with `share` per cent of the marks, as the marking service leaves it, and announce it."""
    attempt.mark = attempt.max_mark * share // 100
    attempt.submitted_at = timezone.now()
    passed = share >= attempt.pass_mark
    attempt.outcome = Attempt.Outcome.PASSED if passed else Attempt.Outcome.FAILED
    attempt.passed_at = attempt.submitted_at if passed else None
    attempt.save()
    attempt_marked.send(sender=Attempt, attempt=attempt)
