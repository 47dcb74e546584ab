"""What people wrote to each other, as it is shown: plain text, in which only addresses of the Academy are links."""

import re

from django import template
from django.conf import settings
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import normalize_newlines

register = template.Library()
# What follows an address in a sentence and does not belong to it.
_AFTER = ".,;:!?)»”"


@register.filter
def said(text: str) -> SafeString:
    """Paragraphs of a text that somebody wrote, escaped; addresses of the Academy itself can be followed."""
    paragraphs = re.split("\n{2,}", normalize_newlines(text.strip()))
    return format_html_join("", "<p>{}</p>", ((_lines(each),) for each in paragraphs))


def _lines(paragraph: str) -> SafeString:
    first, *others = (_linked(line) for line in paragraph.split("\n"))
    return format_html("{}{}", first, format_html_join("", "<br>{}", ((line,) for line in others)))


def _linked(line: str) -> SafeString:
    ours = re.compile(rf"({re.escape(settings.SITE_ADDRESS)}/[^\s<>\"']*)")
    parts = enumerate(ours.split(line))
    return format_html_join("", "{}", ((_link(part) if number % 2 else part,) for number, part in parts))


def _link(address: str) -> SafeString:
    bare = address.rstrip(_AFTER)
    return format_html('<a href="{}">{}</a>{}', bare, bare, address[len(bare) :])
