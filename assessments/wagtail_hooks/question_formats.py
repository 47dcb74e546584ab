"""The guide to the formats of files with questions in the CMS, and a file of each to start from."""

from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from assessments.formats.exchange import FORMATS, Format
from assessments.formats.format_guide import Carried, also_lost, carried, example_file, is_written
from assessments.models import QuestionType
from assessments.wagtail_hooks.question_edit import editor_of, trail
from assessments.wagtail_hooks.question_exports import file_response
from people.models import Language

EXPLAINED: dict[str, str | Promise] = {
    "json": gettext_lazy(
        "The academy's own format. It carries everything in all languages, and so suits a copy for another academy or "
        "for safekeeping."
    ),
    "xlsx": gettext_lazy(
        "A table with a line for each question and language, for Excel, LibreOffice or Google Sheets. Its second sheet "
        "says what to write in each column. The easiest way to write many questions at once."
    ),
    "csv": gettext_lazy("The same table as a plain text file, for programs that read no Excel files."),
    "moodlexml": gettext_lazy(
        "What Moodle calls “Moodle XML”, with pictures, categories and tags. Choose it to move questions from Moodle "
        "or to Moodle."
    ),
    "gift": gettext_lazy(
        "A text format of Moodle in which questions are quickly typed. Empty lines part the questions; braces hold the "
        "answers."
    ),
    "aiken": gettext_lazy(
        "The simplest text format: a question, lettered answers, and a line that begins with ANSWER. One right answer "
        "for each question."
    ),
    "docx": gettext_lazy(
        "Questions as people write them in Word: a question, its options A, B, C and so on, and a line such as "
        "“Answer: B”. Letters and numbers may be typed or be those of a list of Word. A table with the headings of the "
        "template for Excel is read as well, and so is GIFT. One right answer for each question."
    ),
    "qti": gettext_lazy(
        "The standard of 1EdTech for moving questions between learning platforms. Versions 2.1, 2.2 and 3.0 are read, "
        "a single file or a package (ZIP); a package of version 3.0 is written."
    ),
    "qti12": gettext_lazy(
        "The older version of the standard, as Canvas, Blackboard and Common Cartridge write it. It is only read, so "
        "there is no template."
    ),
}


@dataclass(frozen=True)
class Section:
    """A format in the guide."""

    form: Format
    explained: str | Promise
    carried: list[Carried]
    also_lost: list[str]

    @property
    def lines(self) -> list[tuple[str, Carried]]:
        """What is carried, with the name of each type."""
        return [(str(QuestionType(each.type).label), each) for each in self.carried]


@require_safe
def guide(request: HttpRequest) -> HttpResponse:
    """What each format is, what it carries, and how files in several languages become one question."""
    editor_of(request)
    context = {
        "sections": [_section(form) for form in FORMATS.values()],
        "languages": Language.values,
        "breadcrumbs_items": trail(("", _("Formats of files"))),
        "header_title": _("Formats of files with questions"),
        "header_icon": "help",
    }
    return render(request, "assessments/cms/formats.html", context)


def _section(form: Format) -> Section:
    can = is_written(form)
    return Section(form, EXPLAINED[form.name], carried(form) if can else [], also_lost(form) if can else [])


@require_safe
def template(request: HttpRequest, format_name: str, language: str) -> HttpResponse:
    """A file with an example of each type that the format carries."""
    editor_of(request)
    form = FORMATS.get(format_name)
    if form is None or not is_written(form) or language not in Language.values:
        raise Http404
    return file_response(example_file(form.name, language), form, f"questions-template-{language}")
