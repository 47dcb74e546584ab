"""How far translations are, and what an editor says of them."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from audit.services import record
from core.catalogues import judging
from core.errors import DomainError
from library.keeping import State, lacking, outdated, renewed, state_of
from library.models import Rendering
from library.services.pieces import languages
from library.translatables import Kind, Piece, Version, kind_named, kind_of, kinds


class TranslationError(DomainError):
    """A translation cannot be taken, or cannot go live."""


@dataclass(frozen=True)
class Standing:
    """A piece in one language: how far its translation is, and why."""

    piece: Piece
    language: str
    state: State
    version: Version | None
    outdated: list[str]
    lacking: list[str]
    unread: bool
    rendering: Rendering | None

    @property
    def address(self) -> str:
        """Where it is mended, or begun."""
        return self.version.address if self.version is not None else self.piece.begin


def standings(of: Iterable[Kind] | None = None, keys: Collection[str] | None = None) -> list[Standing]:
    """Return every piece in every language but its own. One query for renderings, a fixed number for each kind."""
    wanted = list(kinds() if of is None else of)
    kept = Rendering.objects.filter(kind__in=[kind.name for kind in wanted])
    if keys is not None:
        kept = kept.filter(key__in=keys)
    renderings = {(each.kind, each.key, each.language): each for each in kept}
    may_equal = judging.reviewed(judging.REVIEWED_CONTENT)
    return [
        _standing(piece, language, renderings.get((piece.kind, piece.key, language)), may_equal)
        for kind in wanted
        for piece in kind.pieces(keys)
        for language in languages()
        if language != piece.source
    ]


def standing(kind: Kind, key: str, language: str) -> Standing | None:
    """Return one piece in one language, or None when there is no such piece."""
    return next((each for each in standings([kind], [key]) if each.language == language), None)


def _standing(piece: Piece, language: str, rendering: Rendering | None, may_equal: Collection[str]) -> Standing:
    source, version = piece.versions[piece.source], piece.versions.get(language) or Version({}, live=False)
    pairs = version.pairs if version.pairs is not None else rendering.pairs if rendering else {}
    lacks = lacking(source.words, version.words, language, may_equal)
    old = [place for place in outdated(source.words, version.words, pairs) if place not in lacks]
    unread = version.unread or (rendering is not None and rendering.unread)
    state = state_of(
        exists=language in piece.versions,
        lacks=bool(lacks),
        behind=bool(old) or version.behind,
        noted=bool(pairs) and not any(place in pairs for place in lacks),
        published=not version.draft and (version.live or not source.live),
        unread=unread,
    )
    return Standing(piece, language, state, piece.versions.get(language), old, lacks, unread, rendering)


# --- Written down ---------------------------------------------------------------------------------------------------
@transaction.atomic
def note_translations(*, kind: str, keys: Collection[str]) -> int:
    """Keep what the translations of these pieces were made from, as far as somebody wrote them anew. Idempotent.

    Called whenever one of them is published or saved. Returns how many renderings were written.
    """
    found = kind_named(kind)
    if found is None or found.own_history:
        return 0
    kept = {
        (each.key, each.language): each
        for each in Rendering.objects.select_for_update().filter(kind=kind, key__in=list(keys))
    }
    return sum(
        _note(piece, language, kept.get((piece.key, language)))
        for piece in found.pieces(keys)
        for language in piece.versions
        if language != piece.source
    )


def _note(piece: Piece, language: str, rendering: Rendering | None) -> bool:
    source, version = piece.versions[piece.source].words, piece.versions[language]
    if not version.live and rendering is None and piece.versions[piece.source].live:
        return False  # a draft is nobody's word yet
    pairs = renewed(source, version.words, rendering.pairs if rendering else {})
    if rendering is not None and rendering.pairs == pairs:
        return False
    rendering = rendering or Rendering(kind=piece.kind, key=piece.key, language=language)
    rendering.pairs = pairs
    rendering.save()
    return True


def note_published(*, instance: Any) -> None:
    """A page or snippet went live, or was saved."""
    kind = kind_of(instance)
    if kind is not None:
        note_translations(kind=kind.name, keys=[str(instance.translation_key)])


def note_everything() -> int:
    """Note all translations of all kinds: the safety net of whatever was missed. Idempotent."""
    return sum(
        note_translations(kind=kind.name, keys=[piece.key for piece in kind.pieces(None)])
        for kind in kinds()
        if not kind.own_history
    )


@transaction.atomic
def mark_unread(*, kind: Kind, key: str, language: str, actor: Any = None) -> None:
    """Say that a machine made the translation, so that a native editor reads it."""
    rendering, _created = Rendering.objects.select_for_update().get_or_create(
        kind=kind.name, key=key, language=language
    )
    if not rendering.unread:
        rendering.unread = True
        rendering.save()
        record("library.translation_marked", obj=rendering, actor=actor, after=_named(rendering))


@transaction.atomic
def mark_everything_unread() -> int:
    """Say of every translation that a machine made it, as after a load of such content; returns how many there are."""
    note_everything()
    marked = Rendering.objects.filter(unread=False).update(unread=True)
    record("library.translations_marked", after={"number": marked})
    return marked


@transaction.atomic
def mark_read(*, standing: Standing, actor: Any) -> None:
    """A native editor has read the translation and takes the mark off; who and when is kept for good."""
    rendering = standing.rendering and Rendering.objects.select_for_update().get(pk=standing.rendering.pk)
    if rendering is None or not rendering.unread:
        raise TranslationError(_("Nobody has to read this translation: the mark is off already."))
    rendering.unread = False
    rendering.save()
    record("library.translation_read", obj=rendering, actor=actor, after=_named(rendering))


@transaction.atomic
def confirm_translation(*, standing: Standing, actor: Any) -> None:
    """An editor says that the translation means what the source says today, though nothing in it was changed."""
    if not standing.outdated:
        raise TranslationError(_("The translation is in step with its source already."))
    if standing.rendering is None or standing.version is None:
        raise TranslationError(_("Mend the translation where it is written: it keeps its own history."))
    rendering = Rendering.objects.select_for_update().get(pk=standing.rendering.pk)
    source = standing.piece.versions[standing.piece.source].words
    rendering.pairs = renewed(source, standing.version.words, rendering.pairs, confirmed=True)
    rendering.save()
    record("library.translation_confirmed", obj=rendering, actor=actor, after=_named(rendering))


def _named(rendering: Rendering) -> dict[str, str]:
    return {"kind": rendering.kind, "key": rendering.key, "language": rendering.language}


@transaction.atomic
def copy_renderings(*, keys: Mapping[UUID, UUID]) -> None:
    """Note for copies of pages what is noted for their sources: a translation that a machine made stays marked.

    `keys` are the new keys by the old ones. What was noted for a copy already stays.
    """
    known = {str(old): str(new) for old, new in keys.items()}
    Rendering.objects.bulk_create(
        [
            Rendering(kind=each.kind, key=known[each.key], language=each.language, pairs=each.pairs, unread=each.unread)
            for each in Rendering.objects.filter(key__in=known)
        ],
        ignore_conflicts=True,
    )
