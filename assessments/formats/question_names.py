"""The name of a question that a file does not name: the first words of its text."""

import re
from html import unescape

from assessments.formats.item import Text, TextFormat

LONGEST = 80
_TAG = re.compile(r"<[^<>]*>")


def name_from(text: Text) -> str:
    """Return the first words of a text, without markup, up to 80 characters; an empty string for no text.

    >>> name_from(Text("<p>How do you &amp; your team <b>greet</b> a newcomer?</p>", TextFormat.HTML))
    'How do you & your team greet a newcomer?'
    >>> name_from(Text("patient " * 40))
    'patient patient patient patient patient patient patient patient patient patient…'
    """
    beginning = text.text[: LONGEST * 50]
    if text.format != TextFormat.PLAIN:
        beginning = unescape(_TAG.sub(" ", beginning))
    words = " ".join(beginning.split())
    if len(words) <= LONGEST:
        return words
    return f"{words[:LONGEST].rpartition(' ')[0] or words[: LONGEST - 1]}…"
