"""Practice questions inside lessons."""

from typing import Any

from django import template
from django.conf import settings
from django.template.defaultfilters import linebreaks_filter, linebreaksbr
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from assessments.models import QuestionText, QuestionVersion
from assessments.question_types import show
from assessments.question_types.texts import as_line

register = template.Library()


@register.inclusion_tag("assessments/_practice.html")
def practice_question(code: str, *, kept: bool = False) -> dict[str, Any]:
    """Show the form of a practice question in the active language; nothing for a question that is not offered.

    Needs no request, so that a rendered lesson can be kept for everybody: the form asks by GET and writes nothing.
    `kept`: the question goes into a copy for a time without a line, so it brings its right answer and its version.
    """
    language = (get_language() or settings.LANGUAGE_CODE)[:2]
    version = QuestionVersion.objects.newest().for_practice().filter(question__code=code).first()
    if version is None:
        return {"question": None}
    text = QuestionText.objects.shown([version.pk], language)[version.pk]
    shown = show(version.question.type, version.structure, text.words, language=text.language)
    return {"code": code, "question": shown, "kept": version.pk if kept else None}


@register.filter
def is_html(text: str) -> bool:
    """Whether a text of a question is HTML that was cleaned, and not plain."""
    return isinstance(text, SafeString)


@register.filter
def worded(text: str) -> str:
    """A text of a question as HTML; a plain one in paragraphs."""
    return text if is_html(text) else linebreaks_filter(text)


@register.filter
def worded_lines(text: str) -> str:
    """A text of a question as HTML; of a plain one new lines stay new lines."""
    return text if is_html(text) else linebreaksbr(text)


@register.filter
def in_a_line(text: str) -> str:
    """A text of a question in one line without markup."""
    return as_line(text)
