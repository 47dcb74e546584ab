"""What is drawn: every word, ready to print, and how the page looks."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from core.pdf.typefaces import face


class MissingLetterError(ValueError):
    """A face of the certificate cannot draw some letters; they would come out as empty boxes."""

    def __init__(self, letters: list[str]) -> None:
        super().__init__(" ".join(letters))
        self.letters = letters


class DoesNotFitError(ValueError):
    """What is to be drawn has no room on the page. `part` is "words" or "logos"."""

    def __init__(self, part: str) -> None:
        super().__init__(part)
        self.part = part


@dataclass(frozen=True)
class Picture:
    """A PNG in sRGB without transparency, and how wide it is drawn (points)."""

    data: bytes
    size: tuple[int, int]
    width: float = 0.0

    @property
    def height(self) -> float:
        """How high it is drawn (points)."""
        return self.width * self.size[1] / self.size[0]


@dataclass(frozen=True)
class Look:
    """What a design decides that is no word; `pattern` is the strength of the seal's threads in per cent."""

    orientation: str = "landscape"
    accent: str = "#8A6820"
    pattern: int = 50
    logos: tuple[Picture, ...] = ()
    # One for each signatory; None is a line to sign on.
    signatures: tuple[Picture | None, ...] = ()


@dataclass(frozen=True)
class SecondWords:
    """The words that a page in two languages says once more; those that are the same in both are empty."""

    language: str
    issuer: str
    title: str
    agency: str
    statement: str
    subject: str
    extra: str
    facts: tuple[tuple[str, str], ...]
    issued: str
    note: str
    verify: str
    # By signatory.
    posts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Words:
    """Every word on the certificate, ready to print, in its language, and the look of its page."""

    language: str
    document_title: str
    document_subject: str
    moment: datetime
    issuer: str
    title: str
    name: str
    other_name: str
    agency: str
    statement: str
    subject: str
    facts: tuple[tuple[str, str], ...]
    issued: str
    note: str
    verify: str
    code: str
    address: str
    printed_address: str
    seal_description: str
    qr_description: str
    extra: str = ""
    # (name, post, what is read instead of the written signature)
    signatories: tuple[tuple[str, str, str], ...] = ()
    # What is read instead of each logo.
    logos: tuple[str, ...] = ()
    second: SecondWords | None = None
    look: Look = Look()


def missing_letters(words: Words) -> list[str]:
    """Return the letters that the faces used for them cannot draw."""
    display = face("display").missing("".join((words.title, words.name, words.subject)))
    text = face("text").missing("".join(_in_text_faces(words)))
    return [*dict.fromkeys([*display, *text])]


def _in_text_faces(words: Words) -> Iterator[str]:
    yield from (words.issuer.upper(), words.other_name, words.agency, words.statement, words.extra)
    for label, value in words.facts:
        yield from (label.upper(), value)
    for name, post, _description in words.signatories:
        yield from (name, post)
    yield from (words.issued, words.note, words.verify, words.printed_address)
    if words.second is not None:
        second = words.second
        yield from (second.issuer, second.title, second.agency, second.statement, second.subject, second.extra)
        for label, value in second.facts:
            yield from (label, value)
        yield from (second.issued, second.note, second.verify, *second.posts)
