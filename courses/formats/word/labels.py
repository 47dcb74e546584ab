"""Words by which a Word file says what a paragraph is, in the three languages of the academy."""

import re
from collections.abc import Collection

SOURCE = ("source", "sources", "источник", "источники", "крыніца", "крыніцы")
FIGURE = ("figure", "fig.", "рисунок", "рис.", "малюнак", "мал.")
TABLE = ("table", "таблица", "табл.", "табліца")
OPENING = ("opening question", "вопрос в начале", "пытанне ў пачатку")
CALLOUTS = {
    "key": ("key point", "important", "главное", "важно", "галоўнае", "важна"),
    "law": ("in law", "law", "по закону", "закон", "паводле закона"),
    "caution": ("take care", "caution", "attention", "осторожно", "внимание", "асцярожна", "увага"),
}
# Headings.
SUMMARY = {"summary", "in short", "remember", "итоги", "коротко", "запомните", "вынікі", "коратка", "запомніце"}
SOURCES = {*SOURCE, "references", "литература", "список литературы", "літаратура", "спіс літаратуры"}
# What is said of a callout whose paragraph has no word of its own.
QUOTATION = {"en": "Quotation", "ru": "Цитата", "be": "Цытата"}
KEY_POINT = {"en": "Key point", "ru": "Главное", "be": "Галоўнае"}
# What Word says of a picture by itself, which no person has written.
MACHINE_MADE = ("automatically generated", "автоматически", "аўтаматычна")


def said_after(text: str, labels: Collection[str]) -> str:
    """Return what follows a label and a colon; an empty string when the text does not begin so.

    >>> said_after("Источник: МОМ, 2024", SOURCE), said_after("Sources vary", SOURCE)
    ('МОМ, 2024', '')
    """
    label, colon, rest = text.partition(":")
    return rest.strip() if colon and label.strip().casefold() in labels else ""


def is_numbered(text: str, labels: Collection[str]) -> bool:
    """Whether a text begins with one of these words and a number: "Figure 2", "Рис. 3.1".

    >>> is_numbered("Рис. 3.1. Карта", FIGURE), is_numbered("Figures are old", FIGURE)
    (True, False)
    """
    return any(re.match(rf"{re.escape(label)}\s*[0-9]", text, re.IGNORECASE) for label in labels)


def named(text: str) -> str:
    """Return a heading as it is looked up: without number, capitals and full stop.

    >>> named("5. Summary:"), named("Итоги")
    ('summary', 'итоги')
    """
    return re.sub(r"^[0-9.]+\s*", "", text).strip(" .:").casefold()


def tone_of(text: str) -> tuple[str, str]:
    """Return the tone of a callout that a text begins, and the label as it stands; two empty strings for none.

    >>> tone_of("Внимание: срок – три дня."), tone_of("Just words: no callout")
    (('caution', 'Внимание'), ('', ''))
    """
    label = text.partition(":")[0].strip()
    for tone, labels in CALLOUTS.items():
        if said_after(text, labels):
            return tone, label
    return "", ""
