"""How far the languages are in step."""

import json

import pytest
from django.core.management import call_command

from operations.services import content_status
from operations.services.content import is_suspicious
from tests.factories.courses import make_module

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
