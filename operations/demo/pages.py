"""Pages, questions and glossary of the demonstration, from the content files."""

import uuid
from collections.abc import Callable
from datetime import time
from functools import partial
from typing import Any

from django.contrib.contenttypes.models import ContentType
from wagtail.models import Locale, Page, Site

from assessments.models import Category, Objective, Question, Test
from assessments.services import create_question, create_test
from courses.models import LessonPage, Module, ModulePage
from courses.services import set_rules, sync_lesson, sync_module
from home.models import HomePage, PlainPage
from library.models import Aspect, Term
from operations.demo import LANGUAGES, read
from workshops.models import Outline, OutlinePage
from workshops.services import set_outline_sessions, sync_outline

# Ids of blocks follow from where they stand, so that they are the same in every language and at every load.
_NAMESPACE = uuid.UUID("6f1f5d0e-6a0b-5f0c-9a53-3c1f1f0f7a11")


def _id(*parts: Any) -> str:
    return str(uuid.uuid5(_NAMESPACE, "/".join(map(str, parts))))


def load_pages() -> None:
    """Make everything that an editor would write."""
    locales = {code: Locale.objects.get_or_create(language_code=code)[0] for code in LANGUAGES}
    _load_terms(locales)
    homes = _load_home(locales)
    _load_module("m1", homes)
    _load_outline(homes)


def _load_terms(locales: dict[str, Locale]) -> None:
    for entry in read("glossary.yaml")["terms"]:
        key = uuid.UUID(_id("term", entry["slug"]))
        Term.objects.bulk_create(
            Term(
                slug=entry["slug"],
                locale=locales[code],
                translation_key=key,
                name=entry[code]["term"],
                definition=entry[code]["definition"],
                needs_review=entry.get("verify", False),
            )
            for code in LANGUAGES
        )


def _translated(parent: Page, make: Callable[[str], Page], publish: bool = True) -> dict[str, Page]:
    """Make a page below `parent` in English and its translations below the translations of `parent`."""
    pages: dict[str, Page] = {}
    for code in LANGUAGES:
        page = make(code)
        page.locale = Locale.objects.get(language_code=code)
        page.live = False
        if code != LANGUAGES[0]:
            page.translation_key = pages[LANGUAGES[0]].translation_key
        above = parent if parent.is_root() else parent.get_translation(page.locale)
        above.add_child(instance=page)
        revision = page.save_revision()
        if publish:
            revision.publish()
        pages[code] = type(page).objects.get(pk=page.pk)
    return pages


def _load_home(locales: dict[str, Locale]) -> dict[str, Page]:
    texts = read("home.yaml")
    root = Page.get_first_root_node()
    welcome = root.get_children().first()
    homes = _translated(
        root,
        lambda code: HomePage(
            title=texts["title"][code],
            slug=f"home-{code}",
            promise=texts["promise"][code],
            introduction=texts["introduction"][code],
            partners=texts["partners"][code],
        ),
    )
    Site.objects.update_or_create(
        is_default_site=True,
        defaults={"hostname": "localhost", "root_page": homes["en"], "site_name": "Migration Health Academy"},
    )
    if welcome is not None and welcome.content_type == ContentType.objects.get_for_model(Page):
        welcome.delete()
        homes = {code: HomePage.objects.get(pk=page.pk) for code, page in homes.items()}
    for plain in texts["pages"]:
        _translated(homes["en"], partial(_plain_page, plain))
    return homes


def _plain_page(words: dict[str, Any], code: str) -> PlainPage:
    return PlainPage(title=words["title"][code], slug=words["slug"], text=words["text"][code], show_in_menus=True)


def _load_module(folder: str, homes: dict[str, Page]) -> None:
    words = {code: read(f"{folder}/module.{code}.yaml") for code in LANGUAGES}
    code_of_module = words["en"]["code"]
    questions = _load_questions(folder, code_of_module)
    modules = _translated(
        homes["en"],
        lambda code: ModulePage(
            title=words[code]["title"],
            slug=words[code]["slug"],
            module_code=code_of_module,
            summary=words[code]["summary"],
            introduction=words[code]["introduction"],
            audience=words[code]["audience"],
            requirements=words[code]["what_is_required"],
            aspects=words[code]["aspects"],
            minutes=words[code]["minutes"],
        ),
    )
    for page in modules.values():
        module = sync_module(page=page)
    for number in range(1, 7):
        lessons = {code: read(f"{folder}/lesson-{number}.{code}.yaml") for code in LANGUAGES}
        draft = lessons["en"]["draft"]
        made = _translated(modules["en"], partial(_lesson_page, lessons), publish=not draft)
        if not draft:
            for page in made.values():
                sync_lesson(page=page)
    _set_rules(module, folder, questions)


def _lesson_page(words: dict[str, dict[str, Any]], code: str) -> LessonPage:
    lesson = words[code]
    return LessonPage(
        title=lesson["title"],
        slug=lesson["slug"],
        lesson_code=lesson["code"],
        summary=lesson["summary"],
        minutes=lesson["minutes"],
        body=[_block(lesson["code"], index, block) for index, block in enumerate(lesson["body"])],
        sources=[
            {"type": "source", "id": _id(lesson["code"], "source", index), "value": source}
            for index, source in enumerate(lesson["sources"])
        ],
    )


def _block(lesson_code: str, index: int, block: dict[str, Any]) -> dict[str, Any]:
    """Turn one line of a content file into the raw form of a StreamField block."""
    ((kind, value),) = block.items()
    here = (lesson_code, index)
    if isinstance(value, dict):
        value = {name: _items(here, name, part) if isinstance(part, list) else part for name, part in value.items()}
    return {"type": kind, "id": _id(*here), "value": value}


def _items(here: tuple[Any, ...], name: str, parts: list[Any]) -> list[dict[str, Any]]:
    return [
        {
            "type": "item",
            "id": _id(*here, name, index),
            "value": _items((*here, index), "cell", part) if isinstance(part, list) else part,
        }
        for index, part in enumerate(parts)
    ]


def _load_questions(folder: str, module_code: str) -> dict[str, Question]:
    objectives = {
        entry["code"]: Objective.objects.create(
            code=entry["code"], **{f"text_{code}": entry["text"][code] for code in LANGUAGES}
        )
        for entry in read("objectives.yaml")["objectives"]
        if entry["module"] == module_code
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
        for entry in read(f"{folder}/questions.yaml")["questions"]
    }


def _set_rules(module: Module, folder: str, questions: dict[str, Question]) -> None:
    entries = read(f"{folder}/questions.yaml")["questions"]
    final = [questions[entry["code"]] for entry in entries if entry["use"] == "final" and not entry["verify"]]
    titles = {
        "en": "Final test of module %s",
        "ru": "Итоговый тест модуля %s",
        "be": "Выніковы тэст модуля %s",
    }
    test = create_test(
        code=f"{module.code}-FINAL",
        purpose=Test.Purpose.FINAL,
        questions=final,
        pass_mark=75,
        time_limit_minutes=40,
        **{f"title_{code}": title % module.code for code, title in titles.items()},
    )
    set_rules(
        module=module,
        final_test=test,
        certificate_months=36,
        objectives=list(Objective.objects.filter(code__startswith=f"{module.code}-")),
        prerequisites=[],
    )


def _load_outline(homes: dict[str, Page]) -> None:
    words = read("outline.yaml")
    pages = _translated(
        homes["en"],
        lambda code: OutlinePage(
            title=words["title"][code],
            slug=words["slug"],
            outline_code=words["code"],
            aspects=list(Aspect.values),
            summary=_sentences(words["summary"][code], 300),
            audience=_sentences(words["audience"][code], 300),
            objectives=_list(words["objectives"][code]),
            methods=f"<p>{words['methods'][code]}</p>",
            materials=_list(words["materials"][code]),
            agenda=[_agenda_day(day, code) for day in words["days"]],
            facilitator_notes=words["facilitator_notes"].get(code, words["facilitator_notes"]["en"]),
        ),
    )
    for page in pages.values():
        sync_outline(page=page)
    outline = Outline.objects.get(code=words["code"])
    set_outline_sessions(
        outline=outline,
        rows=[
            {
                "number": row["number"],
                "day": row["day"],
                "start_time": time.fromisoformat(row["start"]),
                "end_time": time.fromisoformat(row["end"]),
                "planned_minutes": row["minutes"],
                "kind": row["kind"],
                "required": row["required"],
                **{f"title_{code}": row["title"][code] for code in LANGUAGES},
            }
            for row in words["sessions"]
        ],
    )


def _sentences(text: str, longest: int) -> str:
    """As many whole sentences as fit."""
    return text if len(text) <= longest else text[: text.rindex(". ", 0, longest) + 1]


def _list(lines: list[str]) -> str:
    return "<ul>" + "".join(f"<li>{line}</li>" for line in lines) + "</ul>"


def _agenda_day(day: dict[str, Any], code: str) -> dict[str, Any]:
    items = [
        {
            "start": item["start"],
            "end": item["end"],
            "title": item["title"][code],
            "method": item["method"][code],
            "output": item["output"][code],
        }
        for item in day["items"]
    ]
    here = ("agenda", day["number"])
    return {
        "type": "day",
        "id": _id(*here),
        "value": {"title": day["title"][code], "items": _items(here, "items", items)},
    }
