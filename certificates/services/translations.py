"""Designs of certificates as pieces of content: the words that an editor wrote into the newest version of each."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from certificates.designs import Parameters
from certificates.models import Design
from certificates.services.designs import save_design
from library.services import languages
from library.translatables import Kind, Piece, Unit, Version


def _pieces(keys: Collection[str] | None) -> list[Piece]:
    designs = Design.objects.prefetch_related("versions")
    if keys is not None:
        designs = designs.filter(pk__in=[key for key in keys if key.isdecimal()])
    return [_piece(design, design.versions.all()[0].parameters) for design in designs if design.versions.all()]


def _piece(design: Design, parameters: Mapping[str, Any]) -> Piece:
    address = reverse("certificate-designs:edit", args=[design.pk])
    found = list(_texts(parameters))
    versions = {
        language: Version(
            {place: texts[language] for place, _label, texts in found if texts.get(language)}, address=address
        )
        for language in languages()
    }
    labels = {place: label for place, label, _said in found}
    return Piece("design", str(design.pk), design.name, "en", versions, labels, address)


def _texts(parameters: Mapping[str, Any]) -> Iterator[tuple[str, Any, dict[str, str]]]:
    """Yield (place, label, {language: text}) of all words of a design."""
    for number, logo in enumerate(parameters.get("logos", ())):
        yield f"logos.{number}.alternative", f"{_('Logo')} {number + 1}", logo.get("alternative", {})
    for number, signatory in enumerate(parameters.get("signatories", ())):
        yield f"signatories.{number}.post", f"{_('Post')}: {signatory['name']}", signatory.get("post", {})
    yield "extra", _("Another line"), parameters.get("extra", {})


def _units(piece: Piece, language: str) -> list[Unit]:
    said = piece.versions[language].words
    return [Unit(place, text, said.get(place, "")) for place, text in piece.versions[piece.source].words.items()]


def _write(piece: Piece, language: str, units: Sequence[Unit], actor: Any) -> None:
    """Other words are the next version of the design; certificates that were made keep theirs."""
    design = Design.objects.get(pk=piece.key)
    stored = Parameters.from_json(design.versions.all()[0].parameters).to_json()
    said = {unit.place: unit.translation for unit in units}
    for place, _label, texts in _texts(stored):
        if place in said:
            texts[language] = said[place]
    save_design(
        design=design,
        name=design.name,
        is_default=design.is_default,
        parameters=Parameters.from_json(stored),
        actor=actor,
        modules=design.modules.all(),
        workshops=design.workshops.all(),
        programmes=design.programmes.all(),
    )


KIND = Kind("design", _("design of certificates"), _pieces, _units, _write)
