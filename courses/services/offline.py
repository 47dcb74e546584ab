"""Modules on a device that may lose its line: what it keeps, whose it is, what was learned there and comes later."""

import gzip
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import Any
from urllib.parse import unquote
from uuid import UUID

from django.conf import settings
from django.core.cache import cache
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from assessments.marking import ALL
from assessments.models import QuestionText, QuestionVersion
from assessments.question_types import TYPES, show
from assessments.question_types.texts import as_line
from assessments.services import credit_for
from core.errors import DomainError
from core.fragments import said_in_process
from core.prepared import Given, Prepared
from courses.errors import CourseError
from courses.models import Enrolment, Lesson, LessonPage, Module, ModulePage, PracticeAnswer, best_pages
from courses.services.learning import complete_lesson, open_lesson, reach_place
from people.models import Account, Person

# So many things are taken at once; a device sends the others after them.
MOST_AT_ONCE = 100
# For how long somebody finds what they answered without a line.
DAYS_KEPT = 30
# As long as the sizes of files to take away are known: a size changes with the content only.
_SIZE_SECONDS = 60 * 24 * 60 * 60
# What stands around the text of a page, and the scripts of copies, as they go over the line: bytes, about.
_AROUND, _SCRIPTS = 1_500, 4_000
_PICTURE = re.compile(r'<img[^>]* src="([^"]+)"')
_SALT = "courses.services.offline"

# --- What a device keeps ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Copy:
    """A page that a device keeps: of a lesson, or of the module itself (`lesson` is None).

    mark: another one as soon as the page says something else, so that only what is new is fetched again.
    """

    lesson: Lesson | None
    mark: str


def owner_of(account: Account) -> str:
    """Return a key that tells the copies of two accounts on one device apart, and says nothing else."""
    return salted_hmac(_SALT, f"owner {account.pk}", algorithm="sha256").hexdigest()[:32]


def copies_of(*, module: Module, language: str) -> list[Copy]:
    """Return the pages of a module that a device keeps in a language or the next best, the module first.

    A number of queries that does not depend on how many lessons and questions there are. Raises CourseError when
    nothing is published.
    """
    lessons = list(module.lessons.offered().order_by("position"))
    pages = best_pages(LessonPage, [each.translation_key for each in lessons], language)
    about = best_pages(ModulePage, [module.translation_key], language).get(module.translation_key)
    readable = [(each, pages[each.translation_key]) for each in lessons if each.translation_key in pages]
    if about is None or not readable:
        raise CourseError(_("There is no lesson to take with you yet."))
    asked = _asked_in(pages.values())
    cover = Copy(None, _mark(_state(about), *(page.title for _lesson, page in readable)))
    return [cover, *(Copy(lesson, _mark(_state(page), *map(asked.get, _codes(page)))) for lesson, page in readable)]


def _codes(page: LessonPage) -> list[str]:
    """The codes of the questions that a lesson practises."""
    return [block.value["question"] for block in page.body if block.block_type == "practice"]


def _asked_in(pages: Iterable[LessonPage]) -> dict[str, list[int]]:
    """By code of a question its version and its texts: two queries."""
    codes = {code for page in pages for code in _codes(page)}
    offered = QuestionVersion.objects.newest().for_practice().filter(question__code__in=codes)
    versions = {each.pk: each for each in offered}
    texts = QuestionText.objects.filter(version__in=versions).order_by("pk").values_list("version", "pk")
    found = {version.question.code: [pk] for pk, version in versions.items()}
    for version, text in texts:
        found[versions[version].question.code].append(text)
    return found


def _state(page: Any) -> tuple[Any, ...]:
    return page.pk, page.title, page.last_published_at


def _mark(*what: Any) -> str:
    return sha256(repr(what).encode()).hexdigest()[:16]


# --- How much it is to fetch -----------------------------------------------------------------------------------------


def size_of_copies(*, module: Module, language: str) -> int | None:
    """Return about how many bytes it is to keep a module; None while this version of the content was not measured, and
    for a minute after."""
    key = _size_key(module, language)
    size: int | None = said_in_process([key])[key]
    return size


def measure_copies() -> int:
    """Measure every module whose size is not known, so that its page can say it. Returns how many were measured."""
    measured = 0
    for module in Module.objects.offered():
        for language, _name in settings.LANGUAGES:
            key = _size_key(module, language)
            if cache.get(key) is None:
                cache.set(key, _measured(module, language), _SIZE_SECONDS)
                measured += 1
    return measured


def _measured(module: Module, language: str) -> int:
    keys = list(module.lessons.offered().values_list("translation_key", flat=True))
    texts = [str(page.render_text(phone=True)) for page in best_pages(LessonPage, keys, language).values()]
    pictures = {address for text in texts for address in _PICTURE.findall(text)}
    pages = sum(_AROUND + len(gzip.compress(text.encode())) for text in texts)
    return _SCRIPTS + _AROUND + pages + sum(map(_size_of_picture, pictures))


def _size_of_picture(address: str) -> int:
    """How large a picture of ours is; one of others or one that is gone weighs nothing."""
    name = unquote(address).removeprefix(settings.MEDIA_URL)
    return default_storage.size(name) if name != address and default_storage.exists(name) else 0


def _size_key(module: Module, language: str) -> str:
    return f"offline:size:{module.pk}:{module.content_version}:{language}"


# --- What comes later ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Learned:
    """Something that was done without a line: "answer" (`version`, `given`), "place" (`place`) or "done" with a lesson.

    key: made by the device; the same one twice is one.
    """

    key: UUID
    kind: str
    lesson: str
    version: int = 0
    given: tuple[str, ...] = ()
    place: str = ""


@dataclass(frozen=True)
class Outcome:
    """What became of it: taken, or the sentence that says why not. Neither is worth sending again."""

    key: UUID
    refusal: str = ""


def take_in(*, person: Person, learned: Sequence[Learned]) -> list[Outcome]:
    """Take what a person did without a line, each by itself and as often as it is sent; a repetition changes nothing.

    What the person is not enrolled for is refused like what does not exist. The moment is that at which it arrives.
    """
    codes = {each.lesson for each in learned}
    lessons = {each.code: each for each in Lesson.objects.offered().filter(code__in=codes)}
    enrolments = Enrolment.objects.active().filter(person=person, module__lessons__in=lessons.values())
    mine = {each.module_id: each for each in enrolments.select_related("person", "module")}
    return [_outcome(each, lessons.get(each.lesson), mine) for each in learned]


def _outcome(learned: Learned, lesson: Lesson | None, mine: Mapping[int, Enrolment]) -> Outcome:
    enrolment = mine.get(lesson.module_id) if lesson else None
    take = _WAYS.get(learned.kind)
    try:
        if lesson is None or enrolment is None or take is None:
            raise CourseError(_("You are not enrolled in this module, so this was not kept."))
        with transaction.atomic():
            take(enrolment, lesson, learned)
    except DomainError as refusal:
        return Outcome(learned.key, str(refusal))
    return Outcome(learned.key)


def _take_done(enrolment: Enrolment, lesson: Lesson, _learned: Learned) -> None:
    complete_lesson(enrolment=enrolment, lesson=lesson)


def _take_place(enrolment: Enrolment, lesson: Lesson, learned: Learned) -> None:
    """A lesson that was read to its end meanwhile, here or elsewhere, has no place to go on from."""
    if open_lesson(enrolment=enrolment, lesson=lesson).completed_at is None:
        reach_place(enrolment=enrolment, lesson=lesson, place=learned.place)


def _take_answer(enrolment: Enrolment, lesson: Lesson, learned: Learned) -> None:
    """Keep an answer once. Only questions whose answer anybody may see: nothing that counts is answered like this."""
    version = QuestionVersion.objects.for_practice().filter(pk=learned.version).first()
    if version is None:
        raise CourseError(_("This question is no longer offered for practice."))
    response = TYPES[version.question.type].parse(version.structure, list(learned.given))
    credit = credit_for(version, response)
    if response is None or credit is None:
        raise CourseError(_("Choose or write an answer first, then check it."))
    open_lesson(enrolment=enrolment, lesson=lesson)
    values = {
        "enrolment": enrolment,
        "version": version,
        "given": list(learned.given),
        "part": credit.hundredths_of(100),
        "received_at": timezone.now(),
    }
    answer, _created = PracticeAnswer.objects.get_or_create(pk=learned.key, defaults=values)
    if answer.enrolment_id != enrolment.pk:
        raise CourseError(_("This could not be read."))


_WAYS: dict[str, Callable[[Enrolment, Lesson, Learned], None]] = {
    "answer": _take_answer,
    "place": _take_place,
    "done": _take_done,
}


@dataclass(frozen=True)
class Answered:
    """The last answer that was given to a question without a line: what was asked, and how right it was."""

    code: str
    question: str
    language: str
    given: tuple[str, ...]
    right: bool
    partly: bool


def answered_offline(*, enrolment: Enrolment, language: str) -> list[Answered]:
    """Return what was answered without a line in a module, the last answer of each question: two queries at most."""
    answers: dict[int, PracticeAnswer] = {}
    for answer in _ANSWERS.rows(enrolment=enrolment.pk):
        answers.setdefault(answer.version.question_id, answer)
    if not answers:
        return []
    texts = QuestionText.objects.shown([each.version_id for each in answers.values()], language)
    return [_answered(each, texts[each.version_id]) for each in answers.values()]


def _answers() -> QuerySet[PracticeAnswer]:
    return PracticeAnswer.objects.filter(enrolment=Given("enrolment")).select_related("version__question")


_ANSWERS = Prepared(_answers)


def _answered(answer: PracticeAnswer, text: QuestionText) -> Answered:
    version = answer.version
    shown = show(version.question.type, version.structure, text.words, language=text.language)
    right = answer.part == int(ALL * 100)
    return Answered(
        code=version.question.code,
        question=as_line(shown.stem),
        language=text.language,
        given=tuple(answer.given),
        right=right,
        partly=bool(answer.part) and not right,
    )


def forget_answers() -> int:
    """Drop answers that were looked at long ago. Idempotent; returns how many."""
    before = timezone.now() - timedelta(days=DAYS_KEPT)
    return PracticeAnswer.objects.filter(received_at__lt=before).delete()[0]
