"""Words of certificates in every language and case, designs for them, and readers of what is drawn.

`certificates/pdf` is given its words here, so that a better wording elsewhere changes nothing of what is tested.
"""

import io
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

from PIL import Image, ImageDraw
from pypdf import PdfReader

from certificates.pdf import Look, Picture, SecondWords, Words

COMMON = {
    "moment": datetime(2026, 3, 9, 9, 30, tzinfo=UTC),
    "issuer": "Migration Health Academy",
    "code": "7K3M-9QXT-2FZA-Y",
    "address": "https://academy.example.org/v/7K3M9QXT2FZAY",
    "printed_address": "academy.example.org/v/7K3M9QXT2FZAY",
}
ENGLISH = Words(
    **COMMON,
    language="en",
    document_title="Certificate of participation: Hanna Kavaliova",
    document_subject="Migration and health",
    title="Certificate of participation",
    name="Hanna Kavaliova",
    other_name="Кавалёва Ганна",
    agency="City polyclinic, Brest region",
    statement="took part in the workshop",
    subject="Migration and health together",
    facts=(("Duration", "12 academic hours"), ("Held", "9–10 March 2026"), ("Attendance", "4 of 5 sessions")),
    issued="Issued on 10 March 2026, academy.example.org",
    note="An academic hour is 45 minutes.",
    verify="Scan or type this code.",
    seal_description="Emblem: a ring of four arcs",
    qr_description="Check this certificate",
)
RUSSIAN = Words(
    **COMMON,
    language="ru",
    document_title="Сертификат об участии: Щёголева Юлия",
    document_subject="Миграция и здоровье",
    title="Сертификат об участии",
    name="Щёголева Юлия Артёмовна",
    other_name="Yuliya Shchegoleva",
    agency="Городская поликлиника, Брестская область",
    statement="подтверждено участие в семинаре",
    subject="Миграция и здоровье вместе",
    facts=(("Объём", "12 академических часов"), ("Проведено", "9–10 марта 2026 г."), ("Участие", "занятий: 4 из 5")),
    issued="Выдан 10 марта 2026 г., academy.example.org",
    note="Академический час – 45 минут.",
    verify="Сканируйте или введите код.",
    seal_description="Эмблема: кольцо из четырёх дуг",
    qr_description="Проверить сертификат",
)
BELARUSIAN = Words(
    **COMMON,
    language="be",
    document_title="Сертыфікат аб удзеле: Лук’яновіч Уладзіслаў",
    document_subject="Міграцыя і здароўе",
    title="Сертыфікат аб удзеле",
    name="Лук’яновіч Ўладзіслаў Ёсіфавіч",
    other_name="Uladzislau Lukyanovich",
    agency="Гарадская паліклініка, Брэсцкая вобласць",
    statement="пацверджаны ўдзел у семінары",
    subject="Міграцыя і здароўе разам",
    facts=(("Аб’ём", "12 акадэмічных гадзін"), ("Праведзена", "9–10 сакавіка 2026 г."), ("Удзел", "заняткаў: 4 з 5")),
    issued="Выдадзены 10 сакавіка 2026 г., academy.example.org",
    note="Акадэмічная гадзіна – 45 хвілін.",
    verify="Сканіруйце або ўвядзіце код.",
    seal_description="Эмблема: кальцо з чатырох дуг",
    qr_description="Праверыць сертыфікат",
)
LANGUAGES = {"en": ENGLISH, "ru": RUSSIAN, "be": BELARUSIAN}
LONG_NAMES = {
    "en": "Maximiliana Aleksandrovna Rozhdestvenskaya-Vasilevskaya-Orda",
    "ru": "Рождественская-Василевская-Ордынская Александра Владимировна",
    "be": "Раждзественская-Васілеўская-Ёўчанка Аляксандра Уладзіміраўна",
}
LONG_TITLES = {
    "en": "Legal, social, economic and cultural aspects of the health of migrants and refugees",
    "ru": "Правовые, социальные, экономические и культурные аспекты здоровья мигрантов и беженцев",
    "be": "Прававыя, сацыяльныя, эканамічныя і культурныя аспекты здароўя мігрантаў і бежанцаў",
}
SUPERSEDING = {
    "en": "Issued on 10 March 2026 in place of 5XYZ-0000-1111-2, academy.example.org",
    "ru": "Выдан 10 марта 2026 г. взамен 5XYZ-0000-1111-2, academy.example.org",
    "be": "Выдадзены 10 сакавіка 2026 г. замест 5XYZ-0000-1111-2, academy.example.org",
}
CASES = ["short", "long", "two-line", "two-languages", "superseding"]


def again(words: Words) -> SecondWords:
    """The same in another language, for the smaller half of a page."""
    names = ("language", "title", "agency", "statement", "subject", "facts", "issued", "note", "verify")
    return SecondWords(**{name: getattr(words, name) for name in names}, issuer="", extra="")


def case(language: str, name: str) -> Words:
    words = LANGUAGES[language]
    changed = {
        "short": words,
        "long": replace(words, name=LONG_NAMES[language]),
        "two-line": replace(words, subject=LONG_TITLES[language]),
        "two-languages": replace(words, second=again(RUSSIAN if language == "en" else ENGLISH)),
        "superseding": replace(words, issued=SUPERSEDING[language]),
    }
    return changed[name]


def turned(words: Words, orientation: str, **look: object) -> Words:
    return replace(words, look=replace(words.look, orientation=orientation, **look))


def picture(colour: str = "#0055AA", size: tuple[int, int] = (300, 100), width: float = 90) -> Picture:
    image = Image.new("RGB", size, "white")
    ImageDraw.Draw(image).rectangle((10, 10, size[0] - 10, size[1] - 10), fill=colour)
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return Picture(buffer.getvalue(), size, width)


RICH = replace(
    BELARUSIAN,
    extra="Акрэдытавана для павышэння кваліфікацыі, загад № 12",
    signatories=(
        ("Maria Kowalczyk", "Дырэктар інстытута", "Подпіс: Maria Kowalczyk"),
        ("Ірына Міхалевіч", "Кіраўнік праграмы", "Подпіс: Ірына Міхалевіч"),
    ),
    logos=("Міністэрства аховы здароўя", "Інстытут грамадскага здароўя"),
    look=Look(logos=(picture(), picture("#AA2200")), signatures=(picture(width=0), None)),
)
DESIGNS = {
    "plain": BELARUSIAN,
    "accent": replace(BELARUSIAN, look=Look(accent="#37489A", pattern=75)),
    "rich": RICH,
    "rich in two languages": replace(
        RICH, second=replace(again(ENGLISH), posts=("Director of the institute", "Head of the programme"))
    ),
}


_NOTHING = SecondWords("", "", "", "", "", "", "", (), "", "", "")


def reading_order(words: Words) -> list[tuple[str, str]]:
    """Return (kind of element, text) as the page is to be read; the text of a figure is what is read instead of it."""
    second = words.second or _NOTHING
    order = [
        *[("P", words.issuer.upper()), ("P", second.issuer), ("H1", words.title), ("P", second.title)],
        *[("H2", words.name), ("P", words.other_name), ("P", words.agency), ("P", second.agency)],
        *[("P", words.statement), ("P", second.statement), ("H2", words.subject), ("P", second.subject)],
        *[("P", words.extra), ("P", second.extra), *_facts(words, second), *_signatories(words, second)],
        *[("P", words.issued), ("P", words.note), ("P", second.issued), ("P", second.note)],
        *[("Figure", alternative) for alternative in (*words.logos, words.seal_description, words.qr_description)],
        *[("P", words.verify), ("P", words.code), ("Link", words.printed_address), ("P", second.verify)],
    ]
    return [(kind, text) for kind, text in order if text]


def _facts(words: Words, second: SecondWords) -> Iterator[tuple[str, str]]:
    for place, (label, value) in enumerate(words.facts):
        yield from (("P", label.upper()), ("P", value))
        if second.facts:
            yield "P", "{}: {}".format(*second.facts[place])


def _signatories(words: Words, second: SecondWords) -> Iterator[tuple[str, str]]:
    for place, (name, post, description) in enumerate(words.signatories):
        if words.look.signatures[place]:
            yield "Figure", description
        yield from (("P", name), ("P", post))
        if second.posts:
            yield "P", second.posts[place]


def joined(text: str) -> list[str]:
    """Words without the breaks of lines, which differ between pages."""
    return re.sub(r"-\s+", "-", text).split()


def read_aloud(data: bytes) -> str:
    """What the page says in the order in which it is drawn, which is that of the structure tree."""
    pieces: list[str] = []
    page = PdfReader(io.BytesIO(data)).pages[0]
    page.extract_text(visitor_text=lambda text, *_place: pieces.append(text))
    return " ".join(pieces)


def structure(data: bytes) -> list[tuple[str, str, str]]:
    """(kind, alternative text, language) of the elements, in reading order."""
    body = PdfReader(io.BytesIO(data)).root_object["/StructTreeRoot"]["/K"][0].get_object()
    kids = [kid.get_object() for kid in body["/K"]]
    return [(kid["/S"], kid.get("/Alt", ""), kid.get("/Lang", "")) for kid in kids]
