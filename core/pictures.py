"""Pages for whoever asked for text only: what a picture shows is said in words, and nothing of it is fetched."""

import re
from html import escape, unescape

from django.utils.translation import gettext as _

_SOURCES = re.compile(r"<picture\b[^>]*>.*?(<img\b[^>]*>).*?</picture>", re.DOTALL)
_IMAGE = re.compile(r"<img\b[^>]*>")
_ALTERNATIVE = re.compile(r'\balt="([^"]*)"')
_POSTER = re.compile(r'(<video\b[^>]*?)\s+poster="[^"]*"')


def in_words(page: str) -> str:
    """Return HTML of ours with its pictures in words; one that only decorates goes, a video loses its still.

    >>> in_words('<picture><source srcset="a.avif"><img src="a.jpg" alt="A &amp; B"></picture><img src="x" alt="">')
    '<span class="in-words">Picture: A &amp; B</span>'
    >>> in_words('<video controls poster="still.webp"></video>')
    '<video controls></video>'
    """
    return _POSTER.sub(r"\1", _IMAGE.sub(_words, _SOURCES.sub(r"\1", page)))


def _words(found: re.Match[str]) -> str:
    said = _ALTERNATIVE.search(found[0])
    if said is None or not said[1].strip():
        return ""
    sentence = _("Picture: %(words)s") % {"words": unescape(said[1])}
    return f'<span class="in-words">{escape(sentence)}</span>'
