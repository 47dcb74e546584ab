"""How somebody's names will stand on certificates, before there is one."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import override

from certificates import wording
from certificates.designs import LANGUAGES, Parameters
from certificates.pdf import missing_letters
from certificates.services.awards import names_by_language
from certificates.services.designs import page_words
from certificates.services.samples import sample_payload
from people.models import Agency, in_full


@dataclass(frozen=True)
class Specimen:
    """The words around the holder's name on a certificate in one language."""

    language: str
    title: str
    name: str
    other_name: str
    agency: str


def name_specimens(names: Mapping[str, str], agency: Agency | None) -> list[Specimen]:
    """Return how names (`family_name`, `given_name`, `patronymic`, `name_latin`) stand in each language."""
    found = []
    for language in LANGUAGES:
        payload = _payload(names, agency, language)
        with override(language):
            name, other_name = wording.names(payload)
            words = (wording.title(payload), name, other_name, wording.in_active_language(payload["agency"]))
        found.append(Specimen(language, *words))
    return found


def letters_not_drawn(names: Mapping[str, str]) -> str:
    """Return the letters of names that the typeface of certificates cannot draw: one with them waits for them."""
    letters: dict[str, None] = {}
    for language in LANGUAGES:
        payload = _payload(names, None, language)
        payload["printed"] = wording.page(payload, language)
        moment = datetime.fromisoformat("2026-03-09T12:00:00+00:00")
        words = page_words(payload, code="0000-0000-0000-0", moment=moment)
        letters |= dict.fromkeys(missing_letters(words))
    return ", ".join(letters)


def _payload(names: Mapping[str, str], agency: Agency | None, language: str) -> dict[str, Any]:
    payload = sample_payload(Parameters(), language, "short")
    native = in_full(*(names.get(part, "") for part in ("family_name", "given_name", "patronymic")))
    holder = {"native": native, "latin": names.get("name_latin", "")}
    # As `awards.holder_names` writes them.
    payload["holder"] = {form: unicodedata.normalize("NFC", name) for form, name in holder.items()}
    payload["agency"] = names_by_language(agency, "name") if agency else dict.fromkeys(LANGUAGES, "")
    return payload
