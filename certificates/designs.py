"""What a certificate looks like, as parameters: no database, no clock, no settings.

A version of a design stores them as JSON, and so does the payload of every certificate that was made with it.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _

LANGUAGES = ("en", "ru", "be")
ORIENTATIONS = ("landscape", "portrait")
# Which languages stand on the page: the holder's own alone, or two.
OWN, RUSSIAN_ENGLISH, BELARUSIAN_ENGLISH = "own", "ru+en", "be+en"
PAGES = (OWN, RUSSIAN_ENGLISH, BELARUSIAN_ENGLISH)
# How strongly the pattern around the seal is printed, in per cent of the colours of the aspects.
PATTERNS = (25, 50, 75)
PAPER = "#FBFAF6"
LEAST_CONTRAST = 4.5
MOST_LOGOS, MOST_SIGNATORIES = 4, 3
LEAST_LOGO_MM, MOST_LOGO_MM = 10, 80
MOST_LETTERS = 160

_LINEAR_UP_TO = 0.04045  # of sRGB
_COLOUR = re.compile(r"#[0-9A-F]{6}")
_HASH = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Logo:
    """The picture of a partner: its hash, how wide it is printed (millimetres), what is read instead of it."""

    sha256: str
    width: int
    alternative: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Signatory:
    """Who signs: name, post by language, and the hash of the written signature; without one there is a line."""

    name: str
    post: dict[str, str] = field(default_factory=dict)
    sha256: str = ""


@dataclass(frozen=True)
class Parameters:
    """Everything that an editor may choose. The defaults are what certificates look like without a design."""

    orientation: str = "landscape"
    languages: str = OWN
    accent: str = "#8A6820"
    pattern: int = 50
    logos: tuple[Logo, ...] = ()
    signatories: tuple[Signatory, ...] = ()
    result: bool = True
    extra: dict[str, str] = field(default_factory=dict)

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Parameters":
        """Return the parameters that `to_json` wrote; what is missing is as the default has it."""
        known = {name: stored[name] for name in cls.__dataclass_fields__ if name in stored}
        known["logos"] = tuple(Logo(**logo) for logo in stored.get("logos", ()))
        known["signatories"] = tuple(Signatory(**signatory) for signatory in stored.get("signatories", ()))
        return cls(**known)

    def to_json(self) -> dict[str, Any]:
        """Return what `from_json` reads, made of what JSON has."""
        return {
            **asdict(self),
            "logos": list(map(asdict, self.logos)),
            "signatories": list(map(asdict, self.signatories)),
        }

    @property
    def pictures(self) -> list[str]:
        """The hashes of all pictures, each once, in the order in which they are drawn."""
        signatures = (signatory.sha256 for signatory in self.signatories if signatory.sha256)
        return [*dict.fromkeys([*(logo.sha256 for logo in self.logos), *signatures])]

    def languages_for(self, own: str) -> tuple[str, ...]:
        """Return the languages of the page of a holder with this language, the large one first."""
        return (own,) if self.languages == OWN else tuple(self.languages.split("+"))

    def problems(self) -> dict[str, list[str]]:
        """Return {parameter: sentences} of what an editor has to change; empty when all is well."""
        found: dict[str, list[str]] = {}
        for name, sentence in self._problems():
            found.setdefault(name, []).append(sentence)
        return found

    def _problems(self) -> Iterator[tuple[str, str]]:
        if self.orientation not in ORIENTATIONS:
            yield "orientation", _("Choose landscape or portrait.")
        if self.languages not in PAGES:
            yield "languages", _("Choose which languages stand on the page.")
        if self.pattern not in PATTERNS:
            yield "pattern", _("Choose how strong the pattern is.")
        yield from self._accent_problems()
        yield from self._logo_problems()
        yield from self._signatory_problems()
        if any(len(line) > MOST_LETTERS for line in self.extra.values()):
            yield "extra", _("A line of the design has at most %(number)d letters.") % {"number": MOST_LETTERS}

    def _accent_problems(self) -> Iterator[tuple[str, str]]:
        if not _COLOUR.fullmatch(self.accent):
            yield "accent", _("Write the colour as # and six symbols, such as #8A6820.")
        elif (ratio := contrast(self.accent)) < LEAST_CONTRAST:
            values = {"ratio": number_format(ratio, decimal_pos=1), "least": number_format(LEAST_CONTRAST)}
            sentence = _("The contrast to the paper is %(ratio)s:1; text needs %(least)s:1. Choose a darker colour.")
            yield "accent", sentence % values

    def _logo_problems(self) -> Iterator[tuple[str, str]]:
        if len(self.logos) > MOST_LOGOS:
            yield "logos", _("A certificate has at most %(number)d logos.") % {"number": MOST_LOGOS}
        for logo in self.logos:
            if not _HASH.fullmatch(logo.sha256):
                yield "logos", _("A logo has no picture.")
            if not LEAST_LOGO_MM <= logo.width <= MOST_LOGO_MM:
                values = {"least": LEAST_LOGO_MM, "most": MOST_LOGO_MM}
                yield "logos", _("A logo is between %(least)d and %(most)d mm wide.") % values
            if not _complete(logo.alternative):
                yield (
                    "logos",
                    _("Say in each language whose logo it is: a screen reader reads it instead of the picture."),
                )

    def _signatory_problems(self) -> Iterator[tuple[str, str]]:
        if len(self.signatories) > MOST_SIGNATORIES:
            yield "signatories", _("At most %(number)d people sign a certificate.") % {"number": MOST_SIGNATORIES}
        for signatory in self.signatories:
            if not signatory.name.strip():
                yield "signatories", _("Write the name of whoever signs.")
            if not _complete(signatory.post):
                yield "signatories", _("Write the post of whoever signs in each language.")
            if signatory.sha256 and not _HASH.fullmatch(signatory.sha256):
                yield "signatories", _("A written signature has no picture.")


def contrast(colour: str, paper: str = PAPER) -> float:
    """Return the contrast ratio of two colours, from 1 to 21, as WCAG 2.2 defines it.

    >>> round(contrast("#000000", "#FFFFFF"), 2), round(contrast("#8A6820"), 1), round(contrast("#9A7427"), 1)
    (21.0, 4.9, 4.1)
    """
    brighter, darker = sorted((_luminance(colour), _luminance(paper)), reverse=True)
    return (brighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2), from 0 for black to 1 for white."""
    red, green, blue = (_linear(int(colour[place : place + 2], 16) / 255) for place in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= _LINEAR_UP_TO else ((part + 0.055) / 1.055) ** 2.4


def _complete(texts: Mapping[str, str]) -> bool:
    return all(texts.get(language, "").strip() for language in LANGUAGES)
