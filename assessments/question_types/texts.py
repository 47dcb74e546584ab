"""Texts of questions that are more than plain: HTML, Markdown, and what Moodle calls its auto-format.

`words["formats"]` names the format of each text that is not plain, by its path: `{"stem": "html", "options.A":
"moodle", "hints.0": "markdown"}`. Words without it are plain, and every function here gives them back as they are.
Rich texts are cleaned when they are stored and once more when they are shown, so that a page holds nothing but the tags
below, whatever lies in the bank. A picture of ours is `image:<id>` in a text.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from html import escape, unescape
from typing import Any

import nh3
from django.utils.safestring import SafeString
from markdown_it import MarkdownIt

Words = Mapping[str, Any]

HTML, MARKDOWN, MOODLE = "html", "markdown", "moodle"
FORMATS = frozenset({HTML, MARKDOWN, MOODLE})

# Where a signed-in person gets a picture of the bank; `assessments.urls.pictures` answers there.
PICTURES = "/questions/pictures/"

PHRASING = frozenset({"br", "b", "strong", "i", "em", "u", "s", "sub", "sup", "code", "img", "a", "span"})
CELLS = frozenset({"td", "th"})
HEADINGS = frozenset({"h3", "h4", "h5", "h6"})
TABLE = frozenset({"table", "thead", "tbody", "tr", "caption"}) | CELLS
BLOCKS = frozenset({"p", "pre", "ul", "ol", "li", "blockquote", "hr"}) | HEADINGS | TABLE
# Their content goes with them; of other tags that are not kept the content stays.
WITH_CONTENT = frozenset(
    {"script", "style", "iframe", "object", "embed", "svg", "math", "template", "noscript", "title"}
)

# Blocks of other names become paragraphs, so that lines stay lines; the headings of a page are not for a question.
OTHER_BLOCK = re.compile(
    r"<(/?)(?:div|section|article|header|footer|main|center|figure|figcaption|dl|dt|dd)(?=[\s/>])", re.IGNORECASE
)
HIGH_HEADING = re.compile(r"<(/?)h[12](?=[\s/>])", re.IGNORECASE)
# In what comes out of cleaning, every "<" begins a tag and every value stands in quotation marks.
TAG = re.compile(r"</?([a-z][a-z0-9]*)((?: [a-z]+=\"[^\"]*\")*)>")
ATTRIBUTE = re.compile(r" ([a-z]+)=\"([^\"]*)\"")
PICTURE = re.compile(r"image:([0-9]{1,18})")
EMPTY = re.compile(r"<p>\s*</p>")
SPACE = re.compile(r"\s+")
BETWEEN_TAGS = re.compile(r">(\s+)<")
LINK = re.compile(r"(?:https?://|mailto:)", re.IGNORECASE)

# What a text does beside its words: pictures, elements that run or load something, handlers, addresses that run.
DOING = re.compile(
    r"<(?:img|script|iframe|object|embed|svg|math|form|input|button|link|meta|base|audio|video)(?![a-z0-9])"
    r"|(?<![a-z])on[a-z]{2,20}\s{0,9}=|(?:javascript|vbscript|data):"
)

# Texts that are read by a rule or stand in a field, and so are always plain: units, what is accepted, what it earns.
PLAIN = re.compile(r"(?:.*\.)?(?:unit|accept\.[0-9]+\.(?:text|credit))", re.DOTALL)
# Texts that stand in a label, a list to choose from or one line; all texts of a gap, which lies inside a text.
IN_A_LINE = re.compile(r"(?:options|lefts|rights|items|choices|criteria|gaps)\..*", re.DOTALL)

# Brackets inside brackets cost the reader of Markdown the square of their number; nobody writes texts that long.
LONGEST_MARKDOWN = 10_000

_markdown = MarkdownIt("commonmark", {"html": False}).enable("table")


def _attribute(tag: str, name: str, value: str) -> str | None:
    """What is kept of an attribute. A sign of a gap inside a tag would tear the tag apart."""
    if name == "src":
        return value if PICTURE.fullmatch(value) else None
    if name == "href":
        return value.replace("[", "%5B").replace("]", "%5D") if LINK.match(value) else None
    if name in {"width", "height", "colspan", "rowspan"}:
        return value if value.isdecimal() and len(value) < 5 else None  # noqa: PLR2004 - digits of a size
    return value.replace("[[", "[ [").replace("]]", "] ]")


_cleaner = nh3.Cleaner(
    tags=set(PHRASING | BLOCKS),
    clean_content_tags=set(WITH_CONTENT),
    attributes={
        "a": {"href", "title"},
        "img": {"src", "alt", "width", "height"},
        **{cell: {"colspan", "rowspan"} for cell in CELLS},
    },
    attribute_filter=_attribute,
    url_schemes={"http", "https", "mailto", "image"},
    link_rel=None,
)


def clean_words(words: Words) -> dict[str, Any]:
    """Return words whose HTML holds nothing but what a question may show; formats of no text or no name are left out.

    >>> clean_words({"stem": '<b onclick="x()">What?</b>', "formats": {"stem": "html", "options.A": "html"}})
    {'stem': '<b>What?</b>', 'formats': {'stem': 'html'}}
    """
    if "formats" not in words:
        return dict(words)
    formats = formats_of(words)
    cleaned = _changed(words, formats, lambda _path, text, written: text if written == MARKDOWN else cleaned_html(text))
    return {**cleaned, "formats": formats} if formats else cleaned


def formats_of(words: Words) -> dict[str, str]:
    """Return the formats of the texts that these words hold and that may have one."""
    formats = words.get("formats")
    if not isinstance(formats, Mapping):
        return {}
    paths = [path for path, _text in leaves(words) if not PLAIN.fullmatch(path)]
    return {path: formats[path] for path in paths if _is_format(formats.get(path))}


def kept_formats(before: Words, after: Words) -> dict[str, str]:
    """Return the formats of words after an edit: a text keeps its own, also where its place in a list became another.

    >>> before = {"hints": ["One", "<b>Two</b>"], "formats": {"hints.1": "html"}}
    >>> kept_formats(before, {"hints": ["<b>Two</b>"]})
    {'hints.0': 'html'}
    """
    formats = formats_of(before)
    if not formats:
        return {}
    known = {(_place(path), text): formats.get(path, "") for path, text in leaves(before)}
    found = {path: known.get((_place(path), text), formats.get(path, "")) for path, text in leaves(after)}
    return {path: written for path, written in found.items() if written}


def lost_markup(before: Words, after: Words) -> list[str]:
    """Return the paths of texts that lost elements, handlers or addresses in cleaning; looks alone do not count.

    >>> dirty = {"stem": "<p class='x'>a</p>", "feedback": "b<script>c</script>", "formats": {"stem": "html",
    ...     "feedback": "html"}}
    >>> lost_markup(dirty, clean_words(dirty))
    ['feedback']
    """
    formats, left = formats_of(before), dict(leaves(after))
    rich = [(path, text) for path, text in leaves(before) if formats.get(path) in {HTML, MOODLE}]
    return [path for path, text in rich if _doing(text) - _doing(left.get(path, ""))]


def shown_words(words: Words) -> Words:
    """Return words as a page shows them: rich texts are HTML that needs no escaping."""
    return _changed(words, formats_of(words), _shown) if "formats" in words else words


def plain_words(words: Words) -> Words:
    """Return words without any markup, for lists, tables, mails and files."""
    return _changed(words, formats_of(words), _plain) if "formats" in words else words


def plain_stem(words: Words) -> str:
    """Return what a question asks without markup: the name of a question in lists and tables.

    >>> plain_stem({"stem": "<p>How <i>far</i>?</p>", "formats": {"stem": "html"}}), plain_stem({})
    ('How far?', '')
    """
    return plain_text(str(words.get("stem") or ""), formats_of(words).get("stem", ""))


def plain_text(text: str, written: str) -> str:
    """Return a text of a format as one can read it: blocks are lines, a picture is its description.

    >>> plain_text("<p>Fish &amp; <b>chips</b></p><ul><li>one<li>two</ul>", "html").splitlines()
    ['Fish & chips', 'one', 'two']
    """
    return _read(_as_html(text, written)) if _is_format(written) else text


def as_line(text: Any) -> str:
    """Return a text, as `shown_words` has it, in one plain line. Plain texts stay as they are.

    >>> as_line(SafeString("12 km<sup>2</sup><br>or more")), as_line("a <b> c")
    ('12 km2 or more', 'a <b> c')
    """
    return " ".join(_read(text).split()) if isinstance(text, SafeString) else str(text)


def has_blocks(text: str) -> bool:
    """Whether a shown text holds paragraphs, lists or tables and so cannot stand inside a label.

    >>> has_blocks(SafeString("<b>a</b>")), has_blocks(SafeString("<p>a</p>")), has_blocks("<p>a</p>")
    (False, True, False)
    """
    return isinstance(text, SafeString) and any(found[1] in BLOCKS for found in TAG.finditer(text))


def cleaned_html(text: str) -> str:
    """Return HTML of the tags and attributes that a question may have; cleaned again, it stays as it is."""
    known = HIGH_HEADING.sub(r"<\1h3", OTHER_BLOCK.sub(r"<\1p", text))
    return EMPTY.sub("", TAG.sub(_without_empty_picture, _cleaner.clean(known))).strip()


def leaves(words: Words) -> Iterator[tuple[str, str]]:
    """Yield every text with its path: ("options.A", "Twelve")."""
    for name, each in words.items():
        if name != "formats":
            yield from _leaves(str(name), each)


def _leaves(path: str, value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, Mapping):
        for name, each in value.items():
            yield from _leaves(f"{path}.{name}", each)
    elif isinstance(value, list | tuple):
        for place, each in enumerate(value):
            yield from _leaves(f"{path}.{place}", each)


def _changed(words: Words, formats: Mapping[str, str], change: Callable[[str, str, str], str]) -> dict[str, Any]:
    """The same words without formats, with every text changed that has one: by its path, itself and its format."""

    def walked(path: str, value: Any) -> Any:
        if isinstance(value, Mapping):
            return {name: walked(f"{path}.{name}", each) for name, each in value.items()}
        if isinstance(value, list | tuple):
            return [walked(f"{path}.{place}", each) for place, each in enumerate(value)]
        return change(path, value, formats[path]) if path in formats and isinstance(value, str) else value

    return {name: walked(str(name), each) for name, each in words.items() if name != "formats"}


def _shown(path: str, text: str, written: str) -> SafeString:
    html = SafeString(_as_html(text, written))
    return _phrasing(html) if IN_A_LINE.fullmatch(path) else _unwrapped(html)


def _plain(path: str, text: str, written: str) -> str:
    read = plain_text(text, written)
    return " ".join(read.split()) if IN_A_LINE.fullmatch(path) else read


def _as_html(text: str, written: str) -> str:
    """A text of any format as clean HTML, its pictures under their addresses."""
    if written == MARKDOWN:
        text = _markdown.render(text) if len(text) <= LONGEST_MARKDOWN else escape(text)
    elif written == MOODLE:
        text = _with_breaks(text)
    return TAG.sub(_for_a_page, cleaned_html(text))


def _with_breaks(text: str) -> str:
    """Moodle's auto-format: a new line is a break, unless it stands beside a tag."""
    text = text.replace("\r\n", "\n").strip()
    text = BETWEEN_TAGS.sub(lambda found: "><" if "\n" in found[1] else found[0], text)
    return re.sub(r"(?<!>)\n(?!<)", "<br>", text)


def _without_empty_picture(found: re.Match[str]) -> str:
    """A picture that lost its address is nothing."""
    return "" if found[1] == "img" and "src" not in dict(ATTRIBUTE.findall(found[2])) else found[0]


def _for_a_page(found: re.Match[str]) -> str:
    """A tag as a page has it: a picture of ours at its address, every picture with a description, a link out alone."""
    if found[1] == "a" and not found[0].startswith("</"):
        return f'<a{found[2]} rel="noopener noreferrer">'
    if found[1] != "img":
        return found[0]
    attributes = {"alt": "", **dict(ATTRIBUTE.findall(found[2]))}
    own = PICTURE.fullmatch(attributes["src"])
    attributes["src"] = f"{PICTURES}{int(own[1])}/" if own else attributes["src"]
    return "".join(["<img", *(f' {name}="{value}"' for name, value in attributes.items()), ">"])


def _unwrapped(html: str) -> SafeString:
    """HTML that is one paragraph without that paragraph."""
    inner = html.removeprefix("<p>").removesuffix("</p>")
    return SafeString(html if len(html) - len(inner) != len("<p></p>") or has_blocks(SafeString(inner)) else inner)


def _phrasing(html: str) -> SafeString:
    """HTML in which blocks are lines and cells are parted by a space."""
    lines = TAG.sub(lambda found: _in_place_of(found, found[0]), SPACE.sub(" ", html)).split("\n")
    return SafeString("<br>".join(line.strip() for line in lines if line.strip()))


def _read(html: str) -> str:
    """HTML as lines of text."""
    text = TAG.sub(lambda found: _in_place_of(found, _described(found)), SPACE.sub(" ", html))
    lines = (" ".join(line.split()) for line in unescape(text).split("\n"))
    return "\n".join(line for line in lines if line)


def _in_place_of(found: re.Match[str], other: str) -> str:
    """What stands where a tag was, when a text has lines only: `other` for tags inside a line."""
    if found[1] in CELLS:
        return " "
    return "\n" if found[1] in BLOCKS or found[1] == "br" else other


def _described(found: re.Match[str]) -> str:
    """What is read where a picture stands."""
    return f" {dict(ATTRIBUTE.findall(found[2])).get('alt', '')} " if found[1] == "img" else ""


def _place(path: str) -> str:
    """A path whose places in lists are all the same."""
    return ".".join("*" if step.isdecimal() else step for step in path.split("."))


def _is_format(name: Any) -> bool:
    return isinstance(name, str) and name in FORMATS


def _doing(text: str) -> Counter[str]:
    """What a text does beside its words, and how many times."""
    return Counter(DOING.findall(text.lower()))


__all__ = [
    "FORMATS",
    "PICTURES",
    "as_line",
    "clean_words",
    "cleaned_html",
    "formats_of",
    "has_blocks",
    "kept_formats",
    "leaves",
    "lost_markup",
    "plain_stem",
    "plain_text",
    "plain_words",
    "shown_words",
]
