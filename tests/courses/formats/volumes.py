"""Volumes with everything that a lesson can hold, to be written as files."""

import io
from datetime import date
from typing import Any

from PIL import Image

from courses.formats.pieces import (
    Chapter,
    Definition,
    Field,
    Heading,
    Listing,
    Paragraph,
    Picture,
    Piece,
    Run,
    Source,
    Table,
    Volume,
    plain,
)


def jpeg(colour: str = "teal", size: tuple[int, int] = (300, 200), kind: str = "JPEG") -> bytes:
    data = io.BytesIO()
    Image.new("RGB", size, colour).save(data, kind)
    return data.getvalue()


PICTURE = Picture(jpeg(), (300, 200), "Мапа кліник & шляхоў", "Крыніца: МАМ")

PIECES: tuple[Piece, ...] = (
    Field("opening", "Для пачатку", (plain("Хто <мігрант>?", bold=True), plain("Падумайце"))),
    Heading("Права"),
    Paragraph(
        (
            Run("Кожны "),
            Run("мігрант", bold=True),
            Run(" мае "),
            Run("права", italic=True),
            Run("; гл. "),
            Run("Пакт", link="https://example.org/covenant?a=1&b=2"),
            Run(", the Covenant", language="en"),
            Run(".\nНовы радок."),
        )
    ),
    Heading("Адразу глыбей", 4),
    Listing(((plain("адзін"),), (plain("два"), Listing(((plain("унутры"),),), ordered=True))), ordered=False),
    Table("Лічбы", ("", "2024", "2025"), (("Мінск", "10", "≥ 12"), ("Брэст", "3", "4")), row_heads=True),
    PICTURE,
    Field("practice", "Пытанне 1", (plain("Так?"), Listing(((plain("Так"),), (plain("Не"),))))),
    Field("term", "Тэрмін", (plain("Право на здоровье"),), "ru"),
)


def chapter(code: str = "M9.1", **fields: Any) -> Chapter:
    values: dict[str, Any] = {
        "code": code,
        "title": f"Урок {code}",
        "language": "be",
        "minutes": 21,
        "summary": "Пра што ўрок",
        "pieces": PIECES,
        "answers": (Field("answer", "Пытанне 1", (plain("Так"),)),),
        "sources": (Source("Пакт", "арт. 12", "https://example.org/" + "covenant-" * 12, "S1"), Source("Кніга")),
        **fields,
    }
    return Chapter(**values)


def volume(**fields: Any) -> Volume:
    values: dict[str, Any] = {
        "whole": True,
        "code": "M9",
        "title": "Здароўе & міграцыя",
        "language": "be",
        "lead": "Каротка пра галоўнае",
        "address": "https://academy.example.org/be/modules/M9/",
        "version": 7,
        "day": date(2026, 5, 12),
        "about": (("Час", "60 хвілін"),),
        "opening": (plain("Уводзіны"), Heading("Што патрабуецца"), plain("Прачытаць")),
        "chapters": (chapter("M9.1"), chapter("M9.2", language="en", title="In English")),
        "terms": (Definition("migrant", "мігрант", "чалавек, які пераехаў", "be"),),
        **fields,
    }
    return Volume(**values)
