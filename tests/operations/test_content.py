"""How far the languages are in step."""

import json
from typing import Any

import pytest
from django.core.management import call_command

from operations.services import content_status
from operations.services.content import is_suspicious
from tests.factories.courses import make_lesson_page, make_module, make_module_page, translate
from tests.factories.library import make_resource

pytestmark = pytest.mark.django_db

TEXT = {"title": "The right to health", "body": "Everyone has the right to the highest attainable standard."}
TRANSLATED = {"title": "Право на здоровье", "body": "Каждый человек имеет право на наивысший достижимый уровень."}


@pytest.mark.parametrize(
    ("translation", "suspicious"),
    [
        (TRANSLATED, False),
        (TEXT, True),
        ({**TRANSLATED, "title": TEXT["title"]}, True),
        ({"title": "Право", "body": "Да."}, True),
        ({**TRANSLATED, "body": TRANSLATED["body"] * 3}, True),
    ],
)
def test_a_forgotten_translation_is_suspicious(translation, suspicious):
    assert is_suspicious(TEXT, translation) is suspicious


def test_a_page_without_a_translation_is_missing_there_only():
    make_module(lessons=1)

    status = content_status()

    assert status["en"]["pages"]["missing"] == 0
    assert status["ru"]["pages"]["missing"] == status["ru"]["pages"]["published"] == status["en"]["pages"]["published"]


def test_the_command_prints_json_and_nothing_else(capsys):
    call_command("content_status", json=True)

    assert set(json.loads(capsys.readouterr().out)) == {"en", "ru", "be"}


# --- Whether content holds good -------------------------------------------------------------------------------------
def checks(language: str = "en") -> dict[str, dict[str, Any]]:
    """What was found in what readers get in a language."""
    status = content_status()[language]
    return {name: status[name] for name in ("lessons", "links", "figures")}


def text(words: int, rest: str = "") -> dict[str, Any]:
    return {"type": "text", "value": f"<p>{'word ' * words}{rest}</p>"}


def test_a_lesson_that_is_too_short_or_too_long_is_named_with_its_words() -> None:
    module = make_module_page("M1")
    for number, words in enumerate((349, 350, 900, 901), start=1):
        make_lesson_page(module, f"M1.{number}", body=[text(words)])

    assert checks()["lessons"] == {"published": 4, "within_bounds": 2, "outside": {"M1.1": 349, "M1.4": 901}}
    assert checks("ru")["lessons"] == {"published": 0, "within_bounds": 0, "outside": {}}


def test_what_follows_from_a_choice_makes_a_lesson_no_longer() -> None:
    choice = {"text": "Yes", "consequence": f"<p>{'word ' * 300}</p>", "leads_to": ""}
    case = {
        "title": "A case",
        "text": f"<p>{'word ' * 100}</p>",
        "questions": [],
        "situations": [{"code": "first", "text": "<p>What now?</p>", "choices": [choice, choice]}],
    }
    page = make_lesson_page(make_module_page("M1"), "M1.1", body=[text(600), {"type": "case", "value": case}])

    found = checks()["lessons"]

    assert (found["within_bounds"], found["outside"]) == (1, {}), page.body


def test_links_that_lead_nowhere_are_named_in_every_kind_of_content() -> None:
    module = make_module_page("M1")
    missing = '<a linktype="page" id="999999">Gone</a> <a href="/en/modules/M1/">Here</a>'
    make_lesson_page(module, "M1.1", body=[text(350, missing), {"type": "practice", "value": {"question": "Q404"}}])
    russian = translate(module, "ru", introduction='<p><a href="/ru/modules/M404/">Нет такого</a></p>')
    make_resource("study", body='<p><a href="/en/nowhere/at/all/">Lost</a></p>')
    make_resource("draft", live=False, body='<p><a href="/en/nowhere/">Lost</a></p>')

    english, other = checks()["links"], checks("ru")["links"]

    assert english == {
        "broken": 3,
        "where": [
            "M1.1: 1. text: 999999",
            "M1.1: 2. practice question: Q404",
            "resource Title of study en: text: /en/nowhere/at/all/",
        ],
    }
    assert other == {"broken": 1, "where": [f"{russian.module_code}: introduction: /ru/modules/M404/"]}


def test_a_figure_without_a_source_is_named_as_readers_get_it() -> None:
    page = make_lesson_page(make_module_page("M1"), "M1.1", body=[text(350, "In 2024 it was 5 % of all.")])
    page.body = [text(350, "In 2024 it was 5 % of all (S1).")]
    draft = page.save_revision()
    before = checks()["figures"]

    draft.publish()

    assert before == {"without_source": 1, "where": ["M1.1: 1. text: 5 %"]}
    assert checks()["figures"] == {"without_source": 0, "where": []}


def test_without_json_the_command_names_what_is_to_be_mended(capsys: pytest.CaptureFixture[str]) -> None:
    make_lesson_page(make_module_page("M1"), "M1.1", body=[text(20, "In 2024 it was 5 % of all.")])

    call_command("content_status")
    lines = capsys.readouterr().out.splitlines()

    assert "en lessons: 1 published, 0 within_bounds" in lines
    assert "  M1.1: 25" in lines
    assert "en figures: 1 without_source" in lines
    assert "  M1.1: 1. text: 5 %" in lines
