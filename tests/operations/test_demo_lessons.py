"""What a lesson of the demonstration promises: its length, sources for its figures, and nothing that leads nowhere."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import Resolver404, resolve

from core.catalogues.judging import without_tags
from operations.demo import CONTENT, LANGUAGES, read
from operations.demo.modules import FOLDERS

# Words of own prose: running text and callouts; tables, branching cases and questions come on top.
LEAST, MOST = 350, 900
PROSE = {"text", "callout"}
FIGURE = re.compile(r"\d[\d,.\u202f\u00a0]*\s?(?:%|per cent|million|billion)")
SOURCE = re.compile(r"\bS\d+\b")
# Where the list of sources has one of an organisation, its name does as well.
SAID_BY = re.compile(r"\((?:[^()]*\b)?(?:WHO|ILO|IOM|UN|UNAIDS|World Bank)\b[^()]*\)")
LINK = re.compile(r"href=[\"']([^\"']+)")
LESSONS = sorted(path.relative_to(CONTENT).as_posix() for path in CONTENT.glob("m*/lesson-*.en.yaml"))


def words(value: Any) -> str:
    """Everything that a reader reads in a part of a lesson."""
    if isinstance(value, dict):
        return " ".join(words(part) for part in value.values())
    if isinstance(value, list):
        return " ".join(map(words, value))
    return without_tags(value) if isinstance(value, str) else ""


def kind(block: dict[str, Any]) -> str:
    return next(iter(block))


def figures_without_source(body: list[dict[str, Any]]) -> Iterator[str]:
    """Blocks that say a figure where neither they nor their neighbours name a source."""
    for place, block in enumerate(body):
        near = " ".join(words(each) for each in body[max(0, place - 1) : place + 2])
        told = kind(block) in {"text", "callout", "table", "figure"} and FIGURE.search(words(block))
        if told and not (SOURCE.search(near) or SAID_BY.search(near)):
            yield f"{place}: {words(block)[:60]}"


def test_there_are_six_lessons_in_each_module() -> None:
    assert [f"{folder}/lesson-{number}.en.yaml" for folder in FOLDERS for number in range(1, 7)] == LESSONS


@pytest.mark.parametrize("name", LESSONS)
def test_a_lesson_is_neither_a_note_nor_a_book(name: str) -> None:
    prose = [block for block in read(name)["body"] if kind(block) in PROSE]

    assert LEAST <= len(words(prose).split()) <= MOST


@pytest.mark.parametrize("name", LESSONS)
def test_every_figure_has_a_source_and_every_source_is_listed(name: str) -> None:
    for language in LANGUAGES:
        lesson = read(name.replace(".en.", f".{language}."))
        listed = {source.get("code") for source in lesson["sources"]}
        assert set(SOURCE.findall(words(lesson["body"]))) - listed == set()
    assert list(figures_without_source(read(name)["body"])) == []


def test_every_term_question_and_link_leads_somewhere() -> None:
    terms = {entry["slug"] for entry in read("glossary.yaml")["terms"]}
    shared = {entry["slug"] for entry in read("shared.yaml")["texts"]}
    questions = {each["code"] for folder in FOLDERS for each in read(f"{folder}/questions.yaml")["questions"]}
    broken = []
    for name in sorted(path.relative_to(CONTENT).as_posix() for path in CONTENT.glob("m*/*.yaml")):
        content = read(name)
        for block in content.get("body", []) if isinstance(content, dict) else []:
            value = block[kind(block)]
            known = {"term": ("slug", terms), "shared": ("slug", shared), "practice": ("question", questions)}
            named = known.get(kind(block))
            if named and value[named[0]] not in named[1]:
                broken.append(f"{name}: {value}")
    for path in sorted(CONTENT.rglob("*.yaml")):
        links = LINK.findall(path.read_text(encoding="utf-8"))
        broken += [f"{path.name}: {link}" for link in links if not _leads_somewhere(link)]

    assert broken == []


def _leads_somewhere(link: str) -> bool:
    if link.startswith(("https://", "http://", "mailto:", "#")):
        return True
    try:
        return bool(resolve(link.partition("#")[0].partition("?")[0]))
    except Resolver404:
        return False
