"""Says what is wrong with the letters and signs of a Russian or Belarusian text: what a printer would mend.

Values in, values out. Placeholders, tags and addresses are looked through; what somebody quotes in another language is
for a reviewed list of whoever asks.
"""

import re

# Letters of the neighbouring alphabet: a slip of the keyboard, or a word that was left in the other language.
FOREIGN_LETTERS = {"ru": "ґєіїўҐЄІЇЎ", "be": "ищъґєїИЩЪҐЄЇ"}
# What stands after a number and must not begin the next line alone.
UNITS = (
    *("%", "‰", "°C", "мин", "хв", "ч", "гадз", "сек", "км", "м", "см", "мм", "м²", "кг", "г", "мг", "мл", "л"),
    *("байт", "КБ", "МБ", "ГБ", "ТБ", "млн", "млрд", "тыс", "руб", "г.", "гг."),
)

_PLACEHOLDER = re.compile(r"%\(\w+\)[-#0 +]*\d*(?:\.\d+)?[sdfir]|%[sdfir]|\{\w*\}")
_TAG = re.compile(r"</?[a-zA-Z][^>]*>")
_ADDRESS = re.compile(r"https?://\S+|\S+@\S+\.\S+|\b[\w.-]+\.(?:org|int|net|com|by|example)\b\S*")
_CYRILLIC = "\u0400-\u04ff"

_RULES = {
    "other quotation marks than «…»": re.compile(r"[\"“”„‟‹›]|(?<!\w)['‘’](?=\w)|(?<=\w)['‘](?!\w)"),
    "another apostrophe than ’": re.compile(rf"(?<=[{_CYRILLIC}])['ʼ`´‘](?=[{_CYRILLIC}])"),
    "a space inside quotation marks": re.compile(r"«\s|\s»"),
    "a space that breaks before a unit": re.compile(
        rf"\d[ \t]+(?:{'|'.join(re.escape(unit) for unit in sorted(UNITS, key=len, reverse=True))})(?!\w)"
    ),
    "a space that breaks after №": re.compile(r"№(?=[ \w])"),
    "a hyphen for a dash": re.compile(r"(?<=\S[ \u00a0])-(?=\s)|--"),
    "another dash than –": re.compile(r"—"),
    "a dash with a space on one side": re.compile(
        rf"[{_CYRILLIC}»)]\s–[{_CYRILLIC}«(]|[{_CYRILLIC}»)]–\s[{_CYRILLIC}«(]"
    ),
    "three full stops for …": re.compile(r"\.{3}"),
    "two spaces": re.compile(r"(?<=\S)[ \u00a0]{2,}(?=\S)"),
    "Latin letters inside a Cyrillic word": re.compile(rf"[{_CYRILLIC}][A-Za-z]|[A-Za-z][{_CYRILLIC}]"),
}


def slips(text: str, language: str) -> list[str]:
    """Return what is wrong with a text in `ru` or `be`, each kind once, with the place where it stands.

    >>> slips("Не менее 75 % баллов", "ru")
    ['a space that breaks before a unit: Не менее 75 % баллов']
    """
    # A placeholder before a unit is a number; a tag leaves nothing, so that no space appears where none is printed.
    plain = _ADDRESS.sub("0", _PLACEHOLDER.sub("0", _TAG.sub("", text).replace("%%", "%")))
    rules = {**_RULES, "a letter of another alphabet": re.compile(f"[{FOREIGN_LETTERS[language]}]")}
    found = ((name, rule.search(plain)) for name, rule in rules.items())
    return [f"{name}: {_around(plain, match)}" for name, match in found if match]


def _around(text: str, match: re.Match[str]) -> str:
    return " ".join(text[max(match.start() - 20, 0) : match.end() + 20].split(" "))
