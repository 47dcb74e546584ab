"""Modules and lessons to take away: what stands in them as a value, and the files made of it.

Nothing in a file depends on who takes it: no notes, no marks, no progress.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override
from wagtail.images.exceptions import InvalidFilterSpecError
from wagtail.images.models import SourceImageIOError
from wagtail.rich_text import expand_db_html

from assessments.models import QuestionText, QuestionVersion
from assessments.question_types import ShownQuestion, show
from core.fragments import said_in_process
from courses.errors import CourseError
from courses.formats import epub, paper
from courses.formats.editions import edition, where
from courses.formats.markup import Writer, listed
from courses.formats.pieces import (
    Chapter,
    Definition,
    Field,
    Heading,
    Line,
    Listing,
    Paragraph,
    Picture,
    Piece,
    Run,
    Source,
    Table,
    Volume,
    plain,
)
from courses.formats.rich_text import line_of, pieces_of
from courses.models import Lesson, LessonPage, Module, ModulePage, best_pages
from library.linking import link_first, word
from library.models import Aspect, SharedText, Term

# Good enough for a full page of paper, and small.
_PICTURES = "max-1000x1000|bgcolor-ffffff|format-jpeg|jpegquality-70"
# As long as rendered lessons are kept: a practice question may change without a publication.
_FILE_SECONDS = 15 * 60
# How large a file is changes with the content only.
_SIZE_SECONDS = 60 * 24 * 60 * 60
_BLANK = "________"


@dataclass(frozen=True)
class Form:
    """A form of file: what makes it, and what it is called where it is sent."""

    write: Callable[[Volume], bytes]
    media_type: str


FORMS = {"pdf": Form(paper.to_pdf, paper.MEDIA_TYPE), "epub": Form(epub.to_epub, epub.MEDIA_TYPE)}

# --- Files -----------------------------------------------------------------------------------------------------------


def file_to_take_away(*, module: Module, form: str, language: str, lesson: Lesson | None = None) -> bytes:
    """Return a module, or one lesson of it, as a file of one of the `FORMS` in a language or the next best.

    Made once for a version of the content, as rendered lessons are. Raises CourseError when nothing is published.
    """
    key = _key("file", module, form, language, lesson)
    content: bytes | None = cache.get(key)
    if content is None:
        content = FORMS[form].write(volume_of(module=module, language=language, lesson=lesson))
        cache.set(key, content, _FILE_SECONDS)
        cache.set(_key("size", module, form, language, lesson), len(content), _SIZE_SECONDS)
    return content


def sizes_to_take_away(*, module: Module, language: str, lesson: Lesson | None = None) -> dict[str, int | None]:
    """Return the size of each form in bytes; None while no such file of this version of the content was made, and for
    a minute after."""
    keys = _size_keys(module, language, lesson)
    known = said_in_process(keys.values())
    return {form: known[key] for form, key in keys.items()}


def _size_keys(module: Module, language: str, lesson: Lesson | None) -> dict[str, str]:
    return {form: _key("size", module, form, language, lesson) for form in FORMS}


def measure_files() -> int:
    """Make every file whose size is not known, so that pages can say it. Idempotent; returns how many were made."""
    made = 0
    for module in Module.objects.offered():
        lessons: list[Lesson | None] = [None, *module.lessons.offered().order_by("position")]
        for lesson in lessons if len(lessons) > 1 else []:
            for language, _name in settings.LANGUAGES:
                made += _measure(module, language, lesson)
    return made


def _measure(module: Module, language: str, lesson: Lesson | None) -> int:
    keys = _size_keys(module, language, lesson)
    known = cache.get_many(keys.values())
    unknown = [form for form, key in keys.items() if key not in known]
    for form in unknown:
        file_to_take_away(module=module, form=form, language=language, lesson=lesson)
    return len(unknown)


@dataclass(frozen=True)
class PrintedLesson:
    """A lesson as a page shows it among all others: HTML of its text, its answers and its sources."""

    code: str
    title: str
    language: str
    where: str
    summary: str
    text: str
    answers: str
    sources: str


@dataclass(frozen=True)
class PrintedModule:
    """A module with all its lessons for one page."""

    title: str
    language: str
    lead: str
    edition: str
    opening: str
    lessons: tuple[PrintedLesson, ...]


def module_to_print(*, module: Module, language: str) -> PrintedModule:
    """Return all lessons of a module for one page; kept as long as rendered lessons are. Raises CourseError when
    nothing is published."""
    key = _key("page", module, "html", language, None)
    printed: PrintedModule | None = cache.get(key)
    if printed is None:
        printed = _printed(volume_of(module=module, language=language))
        cache.set(key, printed, _FILE_SECONDS)
    return printed


def _printed(volume: Volume) -> PrintedModule:
    lessons = tuple(_printed_lesson(volume, number, each) for number, each in enumerate(volume.chapters, start=1))
    with override(volume.language):
        said = edition(volume)
    opening = Writer(_on_the_site, name="module", on_a_page=True).written(volume.opening)
    return PrintedModule(volume.title, volume.language, volume.lead, said, opening, lessons)


def _printed_lesson(volume: Volume, number: int, chapter: Chapter) -> PrintedLesson:
    with override(chapter.language):
        place = " · ".join(where(volume, number, chapter))
    writer = Writer(_on_the_site, above=1, name=f"lesson-{number}", on_a_page=True)
    return PrintedLesson(
        code=chapter.code,
        title=chapter.title,
        language=chapter.language,
        where=place,
        summary=chapter.summary,
        text=writer.written(chapter.pieces),
        answers=writer.written(chapter.answers),
        sources=listed(chapter.sources),
    )


def _on_the_site(picture: Picture) -> str:
    return picture.address


def _key(what: str, module: Module, form: str, language: str, lesson: Lesson | None) -> str:
    of = f"lesson-{lesson.pk}" if lesson else f"module-{module.pk}"
    return f"take-away:{what}:{of}:{module.content_version}:{language}:{form}"


# --- What stands in them ---------------------------------------------------------------------------------------------


def volume_of(*, module: Module, language: str, lesson: Lesson | None = None) -> Volume:
    """Return a module with all lessons on offer, or one lesson of it, in a language or the next best there is.

    A number of queries that does not depend on how many lessons and questions there are. Raises CourseError when
    nothing of it is published.
    """
    lessons = [lesson] if lesson else list(module.lessons.offered().order_by("position"))
    page = best_pages(ModulePage, [module.translation_key], language).get(module.translation_key)
    found = best_pages(LessonPage, [each.translation_key for each in lessons], language)
    pages = [found[each.translation_key] for each in lessons if each.translation_key in found]
    if page is None or not pages:
        raise CourseError(_("There is no lesson to take with you yet."))
    first = pages[0] if lesson else page
    tongue = first.locale.language_code
    known = _Known(
        module.code, _questions(pages, tongue), Term.objects.in_language(tongue), SharedText.objects.in_language(tongue)
    )
    chapters = tuple(_chapter(each, known) for each in pages)
    with override(tongue):
        path = reverse("lesson", args=[module.code, lesson.code]) if lesson else reverse("module", args=[module.code])
        return Volume(
            whole=lesson is None,
            code=first.code,
            title=first.title,
            language=tongue,
            lead=page.summary if lesson is None else "",
            address=settings.SITE_ADDRESS + path,
            version=module.content_version,
            day=_day([page, *pages]),
            about=((_("Module"), page.title),) if lesson else tuple(_facts(page)),
            opening=() if lesson else tuple(_opening(module, page)),
            chapters=chapters,
            terms=_mentioned(chapters, known.terms),
        )


def _day(pages: Iterable[Any]) -> date:
    """The day of the last publication."""
    moments = [page.last_published_at for page in pages if page.last_published_at]
    return timezone.localdate(max(moments)) if moments else timezone.localdate()


def _facts(page: ModulePage) -> Iterable[tuple[str, str]]:
    minutes = ngettext("%(minutes)s minute", "%(minutes)s minutes", page.minutes) % {"minutes": page.minutes}
    yield _("Time"), minutes
    if page.aspects:
        yield _("Aspects"), ", ".join(str(Aspect(each).label) for each in page.aspects)
    if page.audience:
        yield _("For whom"), page.audience


def _opening(module: Module, page: ModulePage) -> Iterable[Piece]:
    yield from _rich(page.introduction)
    objectives = [str(objective.text) for objective in module.objectives]
    if objectives:
        yield Heading(_("After this module you can"))
        yield Listing(tuple((plain(text),) for text in objectives))
    if page.requirements:
        yield Heading(_("What is required"))
        yield from _rich(page.requirements)


def _mentioned(chapters: Sequence[Chapter], terms: Sequence[Term]) -> tuple[Definition, ...]:
    """The glossary terms that the lessons mention, in the order of the alphabet."""
    html = "\n".join(Writer(lambda _picture: "").written(chapter.pieces) for chapter in chapters)
    _html, found = link_first(html, [word(term.slug, term.name) for term in terms], lambda _slug, said: said)
    return tuple(
        Definition(term.slug, term.name, term.definition, term.locale.language_code)
        for term in terms
        if term.slug in found
    )


# --- A lesson --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Known:
    """What lessons name by a code: their module, questions of the bank, terms of the glossary, shared texts."""

    module: str
    questions: dict[str, ShownQuestion]
    terms: list[Term]
    shared: dict[str, SharedText]

    def term(self, slug: str) -> Term | None:
        return next((term for term in self.terms if term.slug == slug), None)


class _Lesson:
    """One lesson being read: its practice questions are counted, and their answers kept for its end."""

    def __init__(self, page: LessonPage, known: _Known) -> None:
        self.language = page.locale.language_code
        self.address = settings.SITE_ADDRESS + reverse("lesson", args=[known.module, page.code])
        self.known = known
        self.asked = 0
        self.answers: list[Piece] = []

    def pieces(self, body: Iterable[Any]) -> Iterable[Piece]:
        """Yield what the blocks of a lesson say on paper."""
        for block in body:
            yield from BLOCKS[block.block_type](self, block.value)

    def practice(self, value: Any) -> Iterable[Piece]:
        question = self.known.questions.get(value["question"])
        if question is None:
            return
        self.asked += 1
        other = question.language if question.language != self.language else ""
        label = _("Practice question %(number)s") % {"number": self.asked}
        yield Field("practice", label, tuple(_asked(question)), other)
        answer = tuple(_answer(question)) if question.widget != "none" else ()
        if answer:
            self.answers.append(Field("answer", label, answer, other))


def _chapter(page: LessonPage, known: _Known) -> Chapter:
    with override(page.locale.language_code):
        reader = _Lesson(page, known)
        pieces = tuple(reader.pieces(page.body))
    return Chapter(
        code=page.code,
        title=page.title,
        language=reader.language,
        minutes=page.minutes,
        summary=page.summary,
        pieces=pieces,
        answers=tuple(reader.answers),
        sources=tuple(_source(block.value) for block in page.sources),
    )


def _source(value: Any) -> Source:
    return Source(value["title"], value["locator"] or "", value["address"] or "", value["code"] or "")


def _rich(html: Any) -> tuple[Piece, ...]:
    """Rich text as it is stored; addresses inside the site are made whole."""
    source = getattr(html, "source", html)
    return pieces_of(expand_db_html(source), settings.SITE_ADDRESS)


def _opening_question(_lesson: _Lesson, value: Any) -> Iterable[Piece]:
    hint = [plain(value["hint"])] if value["hint"] else []
    yield Field("opening", _("To begin with"), (plain(value["question"], bold=True), *hint))


def _heading(_lesson: _Lesson, value: Any) -> Iterable[Piece]:
    yield Heading(str(value))


def _text(_lesson: _Lesson, value: Any) -> Iterable[Piece]:
    yield from _rich(value)


def _callout(_lesson: _Lesson, value: Any, language: str = "") -> Iterable[Piece]:
    labels = {"law": _("In law"), "caution": _("Take care")}
    label = labels.get(value["tone"], _("Key point"))
    yield Field(value["tone"], label, (plain(value["title"], bold=True), *_rich(value["text"])), language)


def _shared(lesson: _Lesson, value: Any) -> Iterable[Piece]:
    text = lesson.known.shared.get(value["slug"])
    if text is not None:
        language = text.locale.language_code
        yield from _callout(lesson, text.said(), language if language != lesson.language else "")


def _case(_lesson: _Lesson, value: Any) -> Iterable[Piece]:
    pieces: list[Piece] = [plain(value["title"], bold=True), *_rich(value["text"])]
    if questions := [str(question) for question in value["questions"]]:
        pieces.append(plain(_("Think about it"), bold=True))
        pieces.append(Listing(tuple((plain(each),) for each in questions), ordered=True))
    numbers = {situation["code"]: number for number, situation in enumerate(value["situations"], start=1)}
    for situation in value["situations"]:
        heading = _("Situation %(number)s") % {"number": numbers[situation["code"]]}
        choices = tuple(tuple(_choice(choice, numbers)) for choice in situation["choices"])
        pieces += [plain(heading, bold=True), *_rich(situation["text"]), Listing(choices)]
    yield Field("case", _("Case"), tuple(pieces))


def _choice(choice: Any, numbers: Mapping[str, int]) -> Iterable[Piece]:
    """A choice of a case: nothing can be opened on paper, so what follows stands below it."""
    yield plain(choice["text"], bold=True)
    yield from _rich(choice["consequence"])
    if choice["leads_to"] in numbers:
        yield plain(_("It goes on with situation %(number)s.") % {"number": numbers[choice["leads_to"]]})


def _table(_lesson: _Lesson, value: Any) -> Iterable[Piece]:
    rows = [tuple(str(cell or "") for cell in row) for row in value["rows"]]
    head = tuple(rows.pop(0)) if value["header_row"] and rows else ()
    if head or rows:
        yield Table(value["caption"], head, tuple(rows), bool(value["header_column"]))


def _figure(_lesson: _Lesson, value: Any) -> Iterable[Piece]:
    picture = _picture(value["image"], value["alternative"], value["caption"] or "")
    if picture is None:
        yield plain(_("Picture: %(words)s") % {"words": value["alternative"]})
    else:
        yield picture


def _picture(image: Any, alternative: str, caption: str) -> Picture | None:
    """A picture made small; None when its file is gone."""
    if image is None:
        return None
    try:
        rendition = image.get_rendition(_PICTURES)
        with rendition.file.open("rb") as file:
            content = file.read()
    except (SourceImageIOError, InvalidFilterSpecError, OSError):
        return None
    return Picture(content, (rendition.width, rendition.height), alternative, caption, rendition.url)


def _video(lesson: _Lesson, value: Any) -> Iterable[Piece]:
    watch = Paragraph((Run(_("Watch the video online"), link=lesson.address),))
    title = plain(value["title"], bold=True)
    yield Field("video", _("Video: what is said and seen"), (title, *_rich(value["transcript"]), watch))


def _term(lesson: _Lesson, value: Any) -> Iterable[Piece]:
    term = lesson.known.term(value["slug"])
    if term is not None:
        language = term.locale.language_code
        line = (Run(term.name, bold=True), Run(f" – {term.definition}"))
        yield Field("term", _("Term"), (Paragraph(line),), language if language != lesson.language else "")


def _download(_lesson: _Lesson, value: Any) -> Iterable[Piece]:
    document = value["document"]
    if document is not None:
        address = settings.SITE_ADDRESS + document.url
        yield Paragraph((Run(f"{_('File')}: "), Run(value["description"], link=address)))


def _summary(_lesson: _Lesson, value: Any) -> Iterable[Piece]:
    points = tuple((plain(str(point)),) for point in value["points"])
    yield Field("summary", _("To take with you"), (Listing(points),))


# What each block of a lesson is on paper.
BLOCKS: dict[str, Callable[[_Lesson, Any], Iterable[Piece]]] = {
    "opening_question": _opening_question,
    "heading": _heading,
    "text": _text,
    "callout": _callout,
    "shared": _shared,
    "case": _case,
    "table": _table,
    "figure": _figure,
    "video": _video,
    "term": _term,
    "practice": _Lesson.practice,
    "download": _download,
    "summary": _summary,
}

# --- Practice questions ----------------------------------------------------------------------------------------------


def _questions(pages: Iterable[LessonPage], language: str) -> dict[str, ShownQuestion]:
    """By code the practice questions of lessons, in the language of the lesson or the next best: two queries."""
    codes = {block.value["question"] for page in pages for block in page.body if block.block_type == "practice"}
    versions = list(QuestionVersion.objects.newest().for_practice().filter(question__code__in=codes))
    texts = QuestionText.objects.shown([version.pk for version in versions], language)
    return {
        version.question.code: show(
            version.question.type, version.structure, texts[version.pk].words, language=texts[version.pk].language
        )
        for version in versions
    }


def _asked(question: ShownQuestion) -> Iterable[Piece]:
    """What a question asks, with what there is to choose from."""
    if question.case:
        yield from _said(question.case)
    yield from _said(question.stem)
    if question.options:
        yield Listing(tuple((Paragraph(_line(option.text)),) for option in question.options))
    yield from _PARTS.get(question.widget, _no_parts)(question)


def _no_parts(_question: ShownQuestion) -> Iterable[Piece]:
    return ()


def _matched(question: ShownQuestion) -> Iterable[Piece]:
    yield Listing(tuple((Paragraph(_line(part.before)),) for part in question.parts), ordered=True)
    if question.parts:
        yield Listing(tuple((Paragraph(_line(choice.shown)),) for choice in question.parts[0].choices))


def _ordered(question: ShownQuestion) -> Iterable[Piece]:
    yield Listing(tuple((Paragraph(_line(part.before)),) for part in question.parts))


def _gaps(question: ShownQuestion) -> Iterable[Piece]:
    line: list[Run] = []
    for part in question.parts:
        choices = " / ".join(choice.text for choice in part.choices)
        line += [*_line(part.before, spaced=True), Run(f" {_BLANK} ({choices}) " if choices else f" {_BLANK} ")]
    yield Paragraph((*line, *_line(question.tail, spaced=True)))


_PARTS = {"match": _matched, "order": _ordered, "gaps": _gaps}


def _answer(question: ShownQuestion) -> Iterable[Piece]:
    """The right answer and what there is to say about it; nothing where nothing is asked."""
    if question.key_lines:
        yield Listing(tuple((plain(line),) for line in question.key_lines))
    elif question.key:
        yield from (plain(line) for line in question.key.split("\n") if line.strip())
    for option in question.options:
        if option.right and option.rationale:
            yield from _said(option.rationale)
    if question.feedback:
        yield from _said(question.feedback)


def _said(text: str) -> tuple[Piece, ...]:
    """A text of a question: HTML that was cleaned, or plain with lines."""
    if hasattr(text, "__html__"):
        return pieces_of(str(text), settings.SITE_ADDRESS)
    return tuple(plain(line) for line in str(text).split("\n") if line.strip())


def _line(text: str, *, spaced: bool = False) -> Line:
    """A text of a question in one line; `spaced` keeps what stands around it."""
    if hasattr(text, "__html__"):
        return line_of(str(text), settings.SITE_ADDRESS)
    return (Run(str(text) if spaced else str(text).strip()),) if text else ()
