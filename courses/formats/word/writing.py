"""What the paragraphs, tables and pictures of a Word file become in a lesson."""

import re
from collections import deque
from collections.abc import Callable
from itertools import takewhile
from typing import Any

from core.docx import Document, Paragraph, Picture, Run, Table
from core.docx.losses import told
from core.readability import words_of
from courses.formats.word import labels
from courses.formats.word.lesson import Block, Remark, WordLesson, language_of, source_of, text_of
from courses.formats.word.markup import Point, html_of, listing, paragraph, point_of, without_label
from courses.formats.word.remarks import Doubt

# What blocks of a lesson hold (`core.blocks`), and its page.
LONGEST_HEADING, LONGEST_CALLOUT, LONGEST_CAPTION, LONGEST_POINT = 160, 120, 300, 300
LONGEST_TABLE_CAPTION, LONGEST_QUESTION, LONGEST_TITLE, LONGEST_SUMMARY = 200, 300, 255, 300
LEVELS = 2
LONGEST_WORD = 40
LONGEST_FALSE_HEADING = 100

QUOTES = {"quote", "intense quote", "block text"}
PLAIN = {
    *("normal", "normal (web)", "body text", "body text 2", "body text 3", "body text indent", "no spacing"),
    *("list paragraph", "list", "plain text", "standard", "text body", "first paragraph", "default", "compact"),
}
KNOWN = PLAIN | QUOTES | {"caption", "title", "subtitle", "bibliography"}
_LISTED = re.compile(r"list (?:bullet|number|continue)(?: [2-5])?")
_LETTERS = re.compile(r"[^\W\d_]+")


def lesson_in(document: Document, language: str = "") -> WordLesson:
    """Return the lesson in a Word file; `language` is the one that its texts are in, told by its letters if empty."""
    text = text_of(document)
    lesson = WordLesson(language or language_of(text), pictures=document.pictures, words=len(words_of(text)))
    for left in document.left:
        lesson.told.setdefault(Remark(left.number, told(left)))
    _Writing(document, lesson).write()
    lesson.sources[:0] = [source_of(runs) for runs in document.notes]
    if not lesson.blocks:
        lesson.doubt(0, Doubt.NOTHING)
    return lesson


class _Writing:
    """Goes through the file once, from paragraph to paragraph."""

    def __init__(self, document: Document, lesson: WordLesson) -> None:
        self._lesson = lesson
        self._todo = deque(each for each in document.blocks if isinstance(each, Table) or each.content)
        self._html: list[str] = []
        self._points: list[Point] = []
        self._caption = ""
        self._styles: set[str] = set()
        self._take_title()
        levels = [each.heading for each in self._todo if isinstance(each, Paragraph) and each.heading]
        self._highest = min(levels, default=1)
        self._level = 0

    def write(self) -> None:
        """Make the blocks of all that is left to do."""
        while self._todo:
            each = self._todo.popleft()
            if isinstance(each, Table):
                self._table(each)
            else:
                self._paragraph(each)
        self._end_text()

    # --- The head of the file ---------------------------------------------------------------------------------------
    def _take_title(self) -> None:
        """A title, or a heading at the top that is the only one of its level; and what stands below it."""
        first = self._next()
        if first is not None and (first.style == "title" or self._is_only_heading(first)):
            self._lesson.title = first.text.strip()[:LONGEST_TITLE]
            self._todo.popleft()
        first = self._next()
        if first is not None and first.style == "subtitle" and len(first.text) <= LONGEST_SUMMARY:
            self._lesson.summary = first.text.strip()
            self._todo.popleft()

    def _is_only_heading(self, first: Paragraph) -> bool:
        levels = [each.heading for each in self._todo if isinstance(each, Paragraph)]
        return first.heading == 1 and levels.count(1) == 1

    def _next(self) -> Paragraph | None:
        """The next paragraph; None when it is a table, or nothing is left."""
        first = self._todo[0] if self._todo else None
        return first if isinstance(first, Paragraph) else None

    def _following(self, belongs: Callable[[Paragraph], Any]) -> list[Paragraph]:
        """Take the next paragraphs as long as they belong to this one."""
        taken: list[Paragraph] = []
        while (each := self._next()) is not None and belongs(each):
            taken.append(each)
            self._todo.popleft()
        return taken

    # --- Paragraphs -------------------------------------------------------------------------------------------------
    def _paragraph(self, each: Paragraph) -> None:
        text = each.text.strip()
        if each.style.startswith("toc"):
            self._lesson.doubt(0, Doubt.CONTENTS)
            return
        self._look_at(each, text)
        if each.heading and text:
            self._heading(each, text)
        elif each.marker:
            self._points.append(point_of(each))
        elif not (self._is_for_a_table(each, text) or self._is_question(text) or self._is_callout(each, text)):
            self._end_list()
            self._html.append(paragraph(html_of(each.content)))
        self._pictures(each)

    def _is_for_a_table(self, each: Paragraph, text: str) -> bool:
        """Whether it is the caption of the table below it."""
        is_caption = each.style == "caption" or labels.is_numbered(text, labels.TABLE)
        if is_caption and self._todo and isinstance(self._todo[0], Table):
            self._caption = text
            return True
        return False

    def _is_question(self, text: str) -> bool:
        """Whether it is the question from which the lesson starts."""
        question = labels.said_after(text, labels.OPENING)
        if not question or len(question) > LONGEST_QUESTION:
            return False
        self._add("opening_question", {"question": question, "hint": ""})
        return True

    def _is_callout(self, each: Paragraph, text: str) -> bool:
        """Whether it is set apart, by its first word or as a quotation."""
        tone, label = labels.tone_of(text)
        if tone:
            self._callout(tone, label, [html_of(without_label(each.content))])
        elif each.style in QUOTES:
            quoted = [each, *self._following(lambda one: one.style in QUOTES)]
            self._callout("key", labels.QUOTATION[self._lesson.language], [html_of(one.content) for one in quoted])
        else:
            return False
        return True

    def _look_at(self, each: Paragraph, text: str) -> None:
        """What is to be mended in a paragraph, whatever it becomes."""
        for word in (one for one in text.split() if len(one) > LONGEST_WORD):
            if max(map(len, _LETTERS.findall(word)), default=0) > LONGEST_WORD:
                self._lesson.doubt(each.number, Doubt.LONG_WORD, word)
        is_known = each.style in KNOWN or each.heading or _LISTED.fullmatch(each.style)
        if not is_known and each.style not in self._styles:
            self._styles.add(each.style)
            self._lesson.doubt(each.number, Doubt.STYLE, each.style)
        if _looks_like_a_heading(each, text):
            self._lesson.doubt(each.number, Doubt.FALSE_HEADING, text)

    # --- Headings ---------------------------------------------------------------------------------------------------
    def _heading(self, each: Paragraph, text: str) -> None:
        level = each.heading - self._highest + 1
        if level > self._level + 1:
            self._lesson.doubt(each.number, Doubt.SKIPPED_LEVEL, text)
        self._level = level
        if self._is_summary(text) or self._are_sources(text):
            return
        if len(text) > LONGEST_HEADING:
            self._lesson.doubt(each.number, Doubt.LONG_HEADING, text)
            self._end_list()
            self._html.append(paragraph(html_of(each.content)))
        elif level == 1:
            self._add("heading", text)
        else:
            if level > LEVELS:
                self._lesson.doubt(each.number, Doubt.DEEP_HEADING, text)
            self._end_list()
            self._html.append(f"<h3>{html_of([Run(text)])}</h3>")

    def _is_summary(self, text: str) -> bool:
        """Whether a heading begins the summary, with its points below it."""
        if labels.named(text) not in labels.SUMMARY:
            return False
        below = takewhile(lambda one: isinstance(one, Paragraph) and one.marker is not None, self._todo)
        points = [one.text.strip() for one in below if isinstance(one, Paragraph)]
        if not points or any(len(point) > LONGEST_POINT for point in points):
            return False
        self._following(lambda one: one.marker is not None)
        self._add("summary", {"points": [point for point in points if point]})
        return True

    def _are_sources(self, text: str) -> bool:
        """Whether a heading begins the list of sources, which goes on until the next heading."""
        if labels.named(text) not in labels.SOURCES:
            return False
        taken = self._following(lambda one: not one.heading)
        self._lesson.sources += [source_of([run for run in one.content if isinstance(run, Run)]) for one in taken]
        return True

    # --- Pictures and tables ----------------------------------------------------------------------------------------
    def _pictures(self, each: Paragraph) -> None:
        for picture in (one for one in each.content if isinstance(one, Picture)):
            caption = " ".join(one.text.strip() for one in self._following(_is_caption))
            if not caption:
                self._lesson.doubt(each.number, Doubt.NO_CAPTION)
            value = {
                "image": picture.name,
                "alternative": self._alternative(each.number, picture),
                "caption": self._short(each.number, caption, LONGEST_CAPTION),
            }
            self._add("figure", value)

    def _alternative(self, number: int, picture: Picture) -> str:
        """The alternative text that a person has written."""
        said = picture.alternative
        if any(words in said.casefold() for words in labels.MACHINE_MADE):
            self._lesson.doubt(number, Doubt.MACHINE_MADE)
            return ""
        if not said:
            self._lesson.doubt(number, Doubt.DECORATIVE if picture.decorative else Doubt.NO_ALTERNATIVE)
        if len(said) > LONGEST_CAPTION:
            self._lesson.doubt(number, Doubt.LONG_ALTERNATIVE)
        return said[:LONGEST_CAPTION]

    def _short(self, number: int, caption: str, most: int) -> str:
        if len(caption) > most:
            self._lesson.doubt(number, Doubt.LONG_CAPTION, caption)
        return caption[:most]

    def _table(self, each: Table) -> None:
        below = self._following(lambda one: one.style == "caption")
        caption = " ".join(filter(None, [self._caption, *(one.text.strip() for one in below)]))
        self._caption = ""
        rows = [row.cells for row in each.rows if any(row.cells)]
        wide = max(map(len, rows), default=0)
        if len(rows) == wide == 1:
            self._frame(rows[0][0])
        elif rows:
            is_header = each.heading_row or each.rows[0].is_heading
            for doubt, is_so in ((Doubt.NO_HEADER, not is_header), (Doubt.NO_TABLE_CAPTION, not caption)):
                if is_so:
                    self._lesson.doubt(each.number, doubt)
            value = {
                "caption": self._short(each.number, caption, LONGEST_TABLE_CAPTION),
                "header_row": is_header,
                "header_column": False,
                "rows": [[*map(_one_line, row), *[""] * (wide - len(row))] for row in rows],
            }
            self._add("table", value)

    def _frame(self, text: str) -> None:
        """A table of one cell is a frame: its first line is a title when there are more."""
        title, *lines = text.split("\n")
        if not lines or len(title) > LONGEST_CALLOUT:
            title, lines = labels.KEY_POINT[self._lesson.language], text.split("\n")
        self._callout("key", title, [html_of([Run(line)]) for line in lines])

    # --- Blocks -----------------------------------------------------------------------------------------------------
    def _callout(self, tone: str, title: str, paragraphs: list[str]) -> None:
        text = "".join(map(paragraph, paragraphs))
        self._add("callout", {"tone": tone, "title": title[:LONGEST_CALLOUT], "text": text})

    def _add(self, kind: str, value: Any) -> None:
        self._end_text()
        self._lesson.blocks.append(Block(kind, value))

    def _end_list(self) -> None:
        if self._points:
            self._html.append(listing(self._points))
            self._points = []

    def _end_text(self) -> None:
        """Make one block of the paragraphs and lists so far."""
        self._end_list()
        html = "".join(self._html)
        self._html = []
        if html:
            self._lesson.blocks.append(Block("text", html))


def _is_caption(each: Paragraph) -> bool:
    """Whether a paragraph says what a picture above it is, or where it is from."""
    text = each.text.strip()
    if each.heading or each.marker or any(isinstance(one, Picture) for one in each.content):
        return False
    is_said = labels.said_after(text, labels.SOURCE) or labels.is_numbered(text, labels.FIGURE)
    return each.style == "caption" or bool(is_said)


def _looks_like_a_heading(each: Paragraph, text: str) -> bool:
    """Whether a short line is bold as a whole, and no heading."""
    runs = [one for one in each.content if isinstance(one, Run) and one.text.strip()]
    is_plain = not each.heading and each.marker is None and each.style in PLAIN
    is_line = 0 < len(text) <= LONGEST_FALSE_HEADING and text[-1] not in ".:;"
    return is_plain and is_line and all(one.bold for one in runs)


def _one_line(cell: str) -> str:
    return " ".join(cell.split())
