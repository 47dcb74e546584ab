"""Pages of modules and lessons as they were last saved, read for `courses.proofing`. Writes nothing."""

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.urls import Resolver404, resolve
from django.utils.translation import override
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import Page, Revision

from assessments.models import Question
from courses.models import Lesson, LessonPage, Module, ModulePage
from courses.proofing import Check, Passage, Picture, Reference, Sheet
from library.keeping import readable
from library.models import SharedText, Term
from library.services import languages, stored_values, texts_of

# Blocks and fields whose words are running text, and those behind whose figures no source stands: a story, a rule, what
# was said before.
_PROSE = {"text", "callout", "case", "introduction", "requirements"}
_TOLD = {"case", "opening_question", "summary", "title", "audience", "requirements"}
_LINK = re.compile(r"<a\b([^>]*)>")
_ATTRIBUTE = re.compile(r'\b(linktype|id|href)="([^"]*)"')
# Views whose address names something that has to be there, and by which part of it. Pages go by their last part.
_SERVED = {"module": "module", "lesson": "lesson", "wagtail_serve": "page"}
_NAMED_BY = {"module": "code", "lesson": "lesson_code"}


@dataclass(frozen=True)
class _Named:
    """What a page names: kind of thing ("page", "document", "term", "shared", "question" …), its name, its place."""

    kind: str
    name: Any
    where: str
    place: str = ""


def sheets(pages: Iterable[ModulePage | LessonPage], *, as_read: bool = False) -> list[Sheet]:
    """Return pages as they were last saved, ready to be looked through: eleven queries, however many there are.

    `as_read` returns them as readers get them, whatever draft waits.
    """
    read = [_Read(page, None if as_read else page.latest_revision) for page in pages]
    there = _there([named for each in read for named in each.named])
    paths = [each.page.path for each in read if isinstance(each.page, ModulePage)]
    minutes = _minutes_below(paths)
    return [each.sheet(there, minutes.get(each.page.path, 0)) for each in read]


class _Read:
    """A page taken apart: as a revision has it or, without one, as readers get it."""

    def __init__(self, page: ModulePage | LessonPage, revision: Revision | None) -> None:
        self.page = page
        self.stored: Mapping[str, Any] = (
            revision.content if revision else {**stored_values(page), "minutes": page.minutes}
        )
        self.body = _stream(self.stored.get("body"))
        self.sources = _stream(self.stored.get("sources"))
        self.passages: list[Passage] = []
        self.named: list[_Named] = []
        self._read_texts()
        self._read_blocks()

    def _read_texts(self) -> None:
        types = {str(block.get("id")): block["type"] for block in self.body}
        tables: dict[str, list[str]] = defaultdict(list)
        wheres: dict[str, str] = {}
        for place, labels, text in texts_of(type(self.page), self.stored):
            field, _dot, rest = place.partition(".")
            if field == "sources":
                continue
            kind = types.get(rest.split(".")[0], "") if field == "body" else field
            where = ": ".join(map(str, labels))
            self.named += _links_in(text, where, place)
            if kind == "table":
                tables[rest.split(".")[0]].append(text)
                wheres.setdefault(rest.split(".")[0], str(labels[0]))
            else:
                prose = kind in _PROSE and not rest.endswith(".title")
                chosen = kind == "case" and "situations" in rest.split(".")
                said = readable(text)
                told = kind in _TOLD
                self.passages.append(Passage(where, said, is_prose=prose, is_told=told, is_chosen=chosen, place=place))
        for key, cells in tables.items():
            self.passages.append(Passage(wheres[key], " ".join(cells), is_prose=False, place=f"body.{key}"))

    def _read_blocks(self) -> None:
        labels = LessonPage.body.field.stream_block.child_blocks
        for number, block in enumerate(self.body, start=1):
            value, where = block["value"], f"{number}. {labels[block['type']].label}"
            place = f"body.{block.get('id') or number - 1}"
            if block["type"] == "figure":
                self.named.append(_Named("image", _number(value.get("image")), where, place))
            elif block["type"] == "download":
                self.named.append(_Named("document", _number(value.get("document")), where, place))
            elif block["type"] == "term":
                self.named.append(_Named("term", value.get("slug") or "", where, place))
            elif block["type"] == "shared":
                self.named.append(_Named("shared", value.get("slug") or "", where, place))
            elif block["type"] == "practice":
                self.named.append(_Named("question", value.get("question") or "", where, place))

    def sheet(self, there: "_There", lesson_minutes: int) -> Sheet:
        """Put together what was read and what was found."""
        figures = [block["value"] for block in self.body if block["type"] == "figure"]
        places = [named for named in self.named if named.kind == "image"]
        told = [block["value"] for block in self.body if block["type"] == "case"]
        cases = [value.get(name) or [] for value in told for name in ("questions", "situations")]
        kinds = [block["type"] for block in self.body]
        return Sheet(
            language=self.page.locale.language_code,
            minutes=self.stored["minutes"] or 0,
            passages=self.passages,
            pictures=[
                Picture(
                    named.where,
                    value.get("alternative") or "",
                    value.get("caption") or "",
                    there.size(named.name),
                    named.place,
                )
                for value, named in zip(figures, places, strict=True)
            ],
            broken=[
                Reference(each.where, *there.complaint(each), place=each.place)
                for each in self.named
                if there.lacks(each)
            ],
            sources=frozenset(source["value"].get("code") or source["value"]["title"] for source in self.sources),
            questions=kinds.count("practice") + sum(map(len, cases)),
            blocks=frozenset(kinds),
            is_lesson=isinstance(self.page, LessonPage),
            lesson_minutes=lesson_minutes,
        )


@dataclass(frozen=True)
class _There:
    """What exists of what pages name."""

    pages: Mapping[int, Page]
    documents: frozenset[int]
    sizes: Mapping[int, int]
    terms: frozenset[str]
    shared: frozenset[str]
    questions: frozenset[str]
    addresses: frozenset[str]

    def size(self, image: int) -> int:
        return self.sizes.get(image, 0)

    def lacks(self, named: _Named) -> bool:
        """Whether readers do not find it."""
        if named.kind == "page":
            return named.name not in self.pages or not self.pages[named.name].live
        known: Mapping[str, Any] = {
            "document": self.documents,
            "image": self.sizes,
            "term": self.terms,
            "shared": self.shared,
            "question": self.questions,
            "address": self.addresses,
        }
        return named.name not in known[named.kind]

    def complaint(self, named: _Named) -> tuple[Check, str]:
        """What kind of finding it is, and what the thing is called."""
        check = {"term": Check.TERM, "shared": Check.SHARED, "question": Check.QUESTION}.get(named.kind, Check.LINK)
        page = self.pages.get(named.name) if named.kind == "page" else None
        return check, page.title if page else str(named.name)


def _links_in(html: str, where: str, place: str = "") -> list[_Named]:
    """Return what the links of a text lead to, as far as it is ours."""
    found = []
    for link in _LINK.finditer(html):
        said = dict(_ATTRIBUTE.findall(link[1]))
        if said.get("linktype") in {"page", "document"}:
            found.append(_Named(said["linktype"], _number(said.get("id")), where, place))
        elif said.get("href", "").startswith("/"):
            found.append(_Named("address", said["href"], where, place))
    return found


def dead_links(texts: Iterable[tuple[str, str]]) -> list[Reference]:
    """Return the links in texts, each given as (where it stands, the text), that lead readers nowhere.

    Eight queries, however many texts there are.
    """
    named = [each for where, html in texts for each in _links_in(html, where)]
    there = _there(named)
    return [Reference(each.where, *there.complaint(each)) for each in named if there.lacks(each)]


def _there(named: Sequence[_Named]) -> _There:
    names: dict[str, set[Any]] = defaultdict(set)
    for each in named:
        names[each.kind].add(each.name)
    images = get_image_model().objects.filter(pk__in=names["image"]).values_list("pk", "file_size")
    documents = get_document_model().objects.filter(pk__in=names["document"])
    practice = Question.objects.for_practice().filter(code__in=names["question"])
    return _There(
        pages=Page.objects.in_bulk(names["page"]),
        documents=frozenset(documents.values_list("pk", flat=True)),
        sizes={pk: size or 0 for pk, size in images},
        terms=frozenset(Term.objects.filter(slug__in=names["term"]).values_list("slug", flat=True)),
        shared=frozenset(SharedText.objects.live().filter(slug__in=names["shared"]).values_list("slug", flat=True)),
        questions=frozenset(practice.values_list("code", flat=True)),
        addresses=_answered(names["address"]),
    )


def _answered(addresses: Iterable[str]) -> frozenset[str]:
    """Those of our own addresses that somebody answers; a module, a lesson or a page that is named has to be there."""
    named = {address: found for address in addresses if (found := _thing_at(urlsplit(address).path)) is not None}
    wanted: dict[str, set[str]] = defaultdict(set)
    for kind, name in named.values():
        wanted[kind].add(name)
    known = {
        "module": set(Module.objects.offered().filter(code__in=wanted["module"]).values_list("code", flat=True)),
        "lesson": set(Lesson.objects.offered().filter(code__in=wanted["lesson"]).values_list("code", flat=True)),
        "page": set(Page.objects.live().filter(slug__in=wanted["page"]).values_list("slug", flat=True)),
    }
    return frozenset(address for address, (kind, name) in named.items() if name in known.get(kind, {name}))


def _thing_at(path: str) -> tuple[str, str] | None:
    """What an address leads to: kind and name, or None for nothing. Its language is the one it begins with."""
    language = path.strip("/").split("/")[0]
    with override(language if language in languages() else None):
        try:
            found = resolve(path)
        except Resolver404:
            return None
    kind = _SERVED.get(str(found.url_name), "view")
    return kind, str(found.kwargs.get(_NAMED_BY.get(kind, ""), path.rstrip("/").rsplit("/", 1)[-1]))


def _minutes_below(paths: Iterable[str]) -> dict[str, int]:
    """Minutes of the lessons below module pages, by the path of the page."""
    found: dict[str, int] = defaultdict(int)
    wanted = set(paths)
    if wanted:
        for path, minutes in LessonPage.objects.values_list("path", "minutes"):
            above = path[: -LessonPage.steplen]
            if above in wanted:
                found[above] += minutes
    return found


def _stream(value: Any) -> list[Any]:
    return json.loads(value) if isinstance(value, str) else list(value or [])


def _number(value: Any) -> int:
    """A key as a text may write it; 0 for what is none."""
    return int(value) if str(value).isdigit() else 0
