"""Modules M0 to M5: pages, lessons, questions, final tests and the rules of completion.

Pages, lessons and questions stand in three languages. A lesson whose folder lacks a language is read in English,
and the page says so.
"""

from functools import partial
from pathlib import Path
from typing import Any

from wagtail.models import Page

from assessments.models import Category, Objective, Question, Test
from assessments.question_types import TYPES
from assessments.services import create_question, create_test
from courses.models import LessonPage, Module, ModulePage
from courses.services import set_rules, set_structure
from operations.demo import CONTENT, LANGUAGES, read
from operations.demo.media import with_files
from operations.demo.tree import block, fixed_id, translated

FOLDERS = ("m0", "m1", "m2", "m3", "m4", "m5")
LESSONS = range(1, 7)
# How long the certificate of a module stands, in months. Figures and guidelines of M0 and M5 grow old soonest.
VALID_MONTHS = {"M0": 12, "M1": 36, "M2": 36, "M3": 24, "M4": None, "M5": 12}
TITLES = {"en": "Final test of module %s", "ru": "Итоговый тест модуля %s", "be": "Выніковы тэст модуля %s"}
# For each objective of a module.
QUESTIONS_WANTED = 4
# Somebody has to mark an essay by hand, so none stands between a learner and the certificate here.
MARKED_BY_HAND = "essay"


def load_modules(home: Page) -> None:
    """Make the modules below the home page, in the order of their codes."""
    for folder in FOLDERS:
        _load_module(folder, home)


def _load_module(folder: str, home: Page) -> None:
    words = {language: read(f"{folder}/module.{language}.yaml") for language in LANGUAGES}
    code = words["en"]["code"]
    questions = _load_questions(folder, code)
    page = translated(home, lambda language: _module_page(words[language]))["en"]
    for number in LESSONS:
        _load_lesson(folder, number, page)
    _set_rules(Module.objects.get(code=code), folder, questions)


def _exists(folder: str, name: str) -> bool:
    return Path(CONTENT / folder / name).exists()


def _module_page(words: dict[str, Any]) -> ModulePage:
    return ModulePage(
        title=words["title"],
        slug=words["slug"],
        module_code=words["code"],
        summary=words["summary"],
        introduction=words["introduction"],
        audience=words["audience"],
        requirements=words["what_is_required"],
        aspects=words["aspects"],
        sdgs=[str(goal) for goal in words["sdgs"]],
        minutes=words["minutes"],
    )


def _load_lesson(folder: str, number: int, module_page: Page) -> None:
    languages = [code for code in LANGUAGES if _exists(folder, f"lesson-{number}.{code}.yaml")]
    lessons = {code: read(f"{folder}/lesson-{number}.{code}.yaml") for code in languages}
    # A draft cannot be read before an expert of the country has confirmed what it says.
    translated(module_page, partial(_lesson_page, lessons), publish=not lessons["en"]["draft"], languages=languages)


def _lesson_page(words: dict[str, dict[str, Any]], code: str) -> LessonPage:
    lesson = words[code]
    return LessonPage(
        title=lesson["title"],
        slug=lesson["slug"],
        lesson_code=lesson["code"],
        summary=lesson["summary"],
        minutes=lesson["minutes"],
        expert=lesson.get("expert", ""),
        needs_review=lesson["draft"],
        body=[block(lesson["code"], index, with_files(line)) for index, line in enumerate(lesson["body"])],
        sources=[
            {"type": "source", "id": fixed_id(lesson["code"], "source", index), "value": source}
            for index, source in enumerate(lesson["sources"])
        ],
    )


def _load_questions(folder: str, module_code: str) -> dict[str, Question]:
    """Put the questions of a module into the bank; returns them by code."""
    objectives = {
        entry["code"]: Objective.objects.create(
            code=entry["code"], **{f"text_{code}": entry["text"][code] for code in LANGUAGES}
        )
        for entry in read("objectives.yaml" if folder == "m1" else f"{folder}/objectives.yaml")["objectives"]
    }
    category = Category.objects.create(slug=module_code.lower(), name=module_code)
    return {
        entry["code"]: create_question(
            code=entry["code"],
            category=category,
            type=entry["type"],
            structure=entry["structure"],
            texts=entry["texts"],
            objective=objectives[entry["objective"]],
            status=Question.Status.REVIEW if entry["verify"] else Question.Status.PUBLISHED,
            source=entry["source"],
            unverified=entry["verify"],
        )
        for entry in _entries(folder)
    }


def _entries(folder: str) -> list[dict[str, Any]]:
    # The content is ahead of the bank: questions of types that the bank does not know yet wait in their file.
    return [entry for entry in read(f"{folder}/questions.yaml")["questions"] if entry["type"] in TYPES]


def _set_rules(module: Module, folder: str, questions: dict[str, Question]) -> None:
    final = [
        questions[entry["code"]]
        for entry in _entries(folder)
        if entry["use"] == "final" and not entry["verify"] and entry["type"] != MARKED_BY_HAND
    ]
    titles: dict[str, Any] = {f"title_{code}": title % module.code for code, title in TITLES.items()}
    test = create_test(
        code=f"{module.code}-FINAL",
        purpose=Test.Purpose.FINAL,
        questions=final,
        pass_mark=75,
        time_limit_minutes=40,
        **titles,
    )
    objectives = list(Objective.objects.filter(code__startswith=f"{module.code}-"))
    set_rules(
        module=module,
        final_test=test,
        certificate_months=VALID_MONTHS[module.code],
        objectives=objectives,
        prerequisites=[],
    )
    set_structure(module_key=module.translation_key, objectives=dict.fromkeys(objectives, QUESTIONS_WANTED))
